// SPDX-License-Identifier: BSD-3-Clause
// From an emulated device to the recording and its features: equal to what the emulator says it sent, sample by sample.
#include <cmath>
#include <csignal>
#include <thread>

#include <doctest/doctest.h>

#include "io/recording_reader.hpp"
#include "io/recording_writer.hpp"
#include "tests/apps/extract_command.hpp"
#include "tests/apps/live/running.hpp"
#include "tests/io/devices/cyton_emulator.hpp"
#include "tests/io/devices/muovi_emulator.hpp"
#include "tests/io/devices/plain_emulator.hpp"
#include "tests/io/devices/rows_came.hpp"

namespace semg::test {
namespace {

using Value = std::function<std::int32_t(std::int64_t row, std::size_t channel)>;

/// The recording that should have come of it.
void write_truth(const CommandFolder& folder, const Recording& recorded, const SentRows& sent, const Value& value) {
  const auto runs = sent.runs();
  const std::int64_t first = runs.front().first;
  Recording head = recorded;
  head.gaps.clear();
  std::vector<Gap> gaps;
  RecordingWriter writer(folder.path("truth.nwb"), head);
  const std::size_t channels = head.stream.channels.size();
  std::vector<std::int16_t> narrow(channels);
  std::vector<std::int32_t> wide(channels);
  std::int64_t row = first;
  const auto append = [&](const auto& of) {
    for (std::size_t c = 0; c < channels; ++c) {
      wide[c] = of(c);
      narrow[c] = static_cast<std::int16_t>(wide[c]);
    }
    if (head.sample_type == SampleType::int16) {
      writer.append(std::span<const std::int16_t>(narrow));
    } else {
      writer.append(std::span<const std::int32_t>(wide));
    }
  };
  for (const auto& [begin, end] : runs) {
    if (row < begin) gaps.push_back({row - first, begin - row});
    for (; row < begin; ++row) append([](std::size_t) { return 0; });
    for (; row < end; ++row) append([&](std::size_t c) { return value(row, c); });
  }
  writer.finish(gaps, {}, recorded.events);
}

/// Records until the emulator has sent all, and holds recording and features against it.
void check_recorded(const std::string& uri, double seconds, const SentRows& sent, const Value& value) {
  const CommandFolder folder;
  Running running(folder, {"record", "--from", uri, "-o", "x.nwb", "--progress", "json"});
  // It is done when nothing came for a while.
  std::int64_t rows = 0;
  auto grew = std::chrono::steady_clock::now();
  const auto give_up = grew + std::chrono::seconds(static_cast<int>(seconds) + 60);
  while (std::chrono::steady_clock::now() - grew < std::chrono::milliseconds(2500) || rows == 0) {
    REQUIRE(std::chrono::steady_clock::now() < give_up);
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    const std::int64_t now = acknowledged(folder.bytes("words.txt"));
    if (now > rows) grew = std::chrono::steady_clock::now();
    rows = now;
  }
  CHECK(running.wait_after(SIGTERM) == 143);
  CAPTURE(folder.bytes("words.txt").substr(0, 2000));
  REQUIRE(std::filesystem::exists(folder.path("x.nwb")));
  const RecordingReader recorded(folder.path("x.nwb"));
  write_truth(folder, recorded.recording(), sent, value);
  const RecordingReader truth(folder.path("truth.nwb"));
  CHECK(recorded.recording().rows == truth.recording().rows);
  CHECK(recorded.recording().gaps == truth.recording().gaps);
  CHECK(recorded.recording().gaps.size() > 2);
  for (std::size_t c = 0; c < truth.info().channels.size(); ++c) {
    const auto expected = samples_of(folder.path("truth.nwb"), c), got = samples_of(folder.path("x.nwb"), c);
    REQUIRE(got.size() == expected.size());
    std::int64_t wrong = 0;
    for (std::size_t row = 0; row < got.size(); ++row)
      wrong += !(got[row] == expected[row] || (std::isnan(got[row]) && std::isnan(expected[row])));
    CHECK(wrong == 0);
  }
  for (const char* name : {"x", "truth"}) REQUIRE(folder.run("extract " + std::string(name) + ".nwb --progress none").code == 0);
  const auto of_truth = datasets_of(folder.path("truth.features.h5")), of_recorded = datasets_of(folder.path("x.features.h5"));
  for (const auto& [path, bytes] : of_truth) CHECK(of_recorded.at(path) == bytes);
}

Habits habits() {
  const double seconds = live_seconds();
  return {.seconds = seconds, .drops = {seconds / 3, seconds * 2 / 3}, .garbage_s = seconds / 2, .drift_ppm = 60};
}

}  // namespace

TEST_CASE("from a Muovi to the recording: every sample and every gap, and the features of it") {
  const int port = free_port();
  MuoviEmulator probe(port, 32, habits());
  check_recorded("muovi:?port=" + std::to_string(port), live_seconds(), probe.sent(),
                 [&](std::int64_t row, std::size_t c) { return otb_value(probe.stream(), row, c); });
}

TEST_CASE("from a Cyton to the recording: every sample and every gap, and the features of it") {
  const auto port = std::filesystem::temp_directory_path() / ("semg_cyton_recorded_" + std::to_string(::getpid()));
  auto with_losses = habits();
  with_losses.drift_ppm = 0;
  CytonEmulator board(port, false, CytonAway::streams_on, with_losses);
  check_recorded("cyton:" + port.string(), live_seconds(), board.sent(), CytonEmulator::value);
}

TEST_CASE("from plain frames over TCP to the recording: every sample and every gap, and the features of it") {
  const PlainLayout layout{.sync = {std::byte{0xA5}, std::byte{0x5A}}, .counter_bits = 16, .channels = 8, .type = PlainType::i16le};
  auto line = std::make_unique<TcpLine>();
  const int port = line->port();
  PlainEmulator device(std::move(line), layout, 2000, habits());
  check_recorded("tcp:127.0.0.1:" + std::to_string(port) + "?channels=8&fs=2000&type=i16le&uv_per_count=0.5&sync=a55a&counter_bits=16",
                 live_seconds(), device.sent(), [&](std::int64_t row, std::size_t c) { return plain_value(layout.type, row, c); });
}

}  // namespace semg::test
