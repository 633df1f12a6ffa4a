// SPDX-License-Identifier: BSD-3-Clause
// From an emulated device to the recording and its features: equal to what the emulator says it sent, sample by sample.
#include <cmath>
#include <csignal>
#include <thread>

#include <doctest/doctest.h>
#include <fmt/ranges.h>

#include "io/recording_reader.hpp"
#include "io/recording_writer.hpp"
#include "tests/apps/extract_command.hpp"
#include "tests/apps/live/running.hpp"
#include "tests/io/devices/cyton_emulator.hpp"
#include "tests/io/devices/fieldtrip_emulator.hpp"
#include "tests/io/devices/lsl_emulator.hpp"
#include "tests/io/devices/muovi_emulator.hpp"
#include "tests/io/devices/plain_emulator.hpp"
#include "tests/io/devices/rows_came.hpp"
#include "tests/io/devices/sessantaquattro_emulator.hpp"
#include "tests/io/devices/trigno_emulator.hpp"

namespace semg::test {
namespace {

using Value = std::function<std::int32_t(std::int64_t row, std::size_t channel)>;

/// [first, end) of what was recorded between gaps.
std::vector<std::pair<std::int64_t, std::int64_t>> runs_of(const Recording& recording) {
  std::vector<std::pair<std::int64_t, std::int64_t>> runs;
  std::int64_t first = 0;
  for (const Gap& gap : recording.gaps) {
    runs.emplace_back(first, gap.first_row);
    first = gap.first_row + gap.rows;
  }
  runs.emplace_back(first, recording.rows);
  return runs;
}

/// The recording that should have come of the rows `sent`, each run of them at the place that `recorded` has for it.
void write_truth(const CommandFolder& folder, const Recording& recorded, const SentRows& sent, const Value& value) {
  const auto runs = sent.runs(), places = runs_of(recorded);
  Recording head = recorded;
  head.gaps.clear();
  RecordingWriter writer(folder.path("truth.nwb"), head);
  const std::size_t channels = head.stream.channels.size();
  std::vector<std::int16_t> narrow(channels);
  std::vector<std::int32_t> wide(channels);
  std::vector<float> real(channels);
  const auto append = [&](const auto& of) {
    for (std::size_t c = 0; c < channels; ++c) {
      wide[c] = of(c);
      narrow[c] = static_cast<std::int16_t>(wide[c]);
      real[c] = std::bit_cast<float>(wide[c]);
    }
    if (head.sample_type == SampleType::int16) writer.append(std::span<const std::int16_t>(narrow));
    if (head.sample_type == SampleType::int32) writer.append(std::span<const std::int32_t>(wide));
    if (head.sample_type == SampleType::float32) writer.append(std::span<const float>(real));
  };
  std::int64_t row = 0;
  for (std::size_t k = 0; k < runs.size(); ++k) {
    for (; row < places[k].first; ++row) append([](std::size_t) { return 0; });
    for (std::int64_t of_device = runs[k].first; of_device < runs[k].second; ++of_device, ++row)
      append([&](std::size_t c) { return value(of_device, c); });
  }
  writer.finish(recorded.gaps, {}, recorded.events);
}

/// Records until the emulator has sent all, and holds recording and features against it. Every gap is as long as what was lost, to
/// `off_rows` where the device has no counter.
template <class Emulator>
void check_recorded(const std::string& uri, Emulator& emulator, const Value& value, std::int64_t off_rows = 0) {
  const CommandFolder folder;
  Running running(folder, {"record", "--from", uri, "-o", "x.nwb", "--progress", "json"});
  // It is done when nothing came for a while.
  std::int64_t rows = 0;
  auto grew = std::chrono::steady_clock::now();
  const auto give_up = grew + std::chrono::seconds(static_cast<int>(live_seconds()) + 60);
  while (std::chrono::steady_clock::now() - grew < std::chrono::milliseconds(3000) || rows == 0) {
    REQUIRE(std::chrono::steady_clock::now() < give_up);
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    const std::int64_t now = acknowledged(folder.bytes("words.txt"));
    if (now > rows) grew = std::chrono::steady_clock::now();
    rows = now;
  }
  CHECK(running.wait_after(SIGTERM) == 143);
  const std::string words = folder.bytes("words.txt");
  CAPTURE(words.substr(words.size() - std::min<std::size_t>(words.size(), 1500)));
  REQUIRE(std::filesystem::exists(folder.path("x.nwb")));
  const RecordingReader recorded(folder.path("x.nwb"));
  const SentRows& sent = emulator.sent();
  const auto runs = sent.runs(), came = runs_of(recorded.recording());
  CHECK(came.size() > 2);
  for (std::size_t k = 0; k < std::min(runs.size(), came.size()); ++k) {
    INFO(fmt::format("run {}: sent {}, came {}, of {} and {}", k, runs[k], came[k], runs.size(), came.size()));
    REQUIRE(came[k].second - came[k].first == runs[k].second - runs[k].first);
    REQUIRE(std::abs(came[k].first - (runs[k].first - runs[0].first)) <= off_rows);
  }
  REQUIRE(came.size() == runs.size());
  write_truth(folder, recorded.recording(), sent, value);
  const RecordingReader truth(folder.path("truth.nwb"));
  REQUIRE(recorded.recording().rows == truth.recording().rows);
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

/// A name for the port that an emulated device on a serial line is at.
std::string port_name(const std::string& what) {
  return (std::filesystem::temp_directory_path() / ("semg_recorded_" + what + "_" + std::to_string(::getpid()))).string();
}

}  // namespace

TEST_CASE("from a Muovi to the recording: every sample and every gap, and the features of it") {
  const int port = free_port();
  MuoviEmulator probe(port, 32, habits());
  check_recorded("muovi:?port=" + std::to_string(port), probe,
                 [&](std::int64_t row, std::size_t c) { return otb_value(probe.stream(), row, c); });
}

TEST_CASE("from a Sessantaquattro to the recording: every sample and every gap, and the features of it") {
  const int port = free_port();
  SessantaquattroEmulator probe(port, 8, habits());
  check_recorded("sessantaquattro:?resolution=24&channels=32&port=" + std::to_string(port), probe,
                 [&](std::int64_t row, std::size_t c) { return otb_value(probe.stream(), row, c); });
}

TEST_CASE("from a Cyton to the recording: every sample and every gap, and the features of it") {
  auto with_losses = habits();
  with_losses.drift_ppm = 0;
  const auto port = port_name("cyton");
  CytonEmulator board(port, false, CytonAway::streams_on, with_losses);
  check_recorded("cyton:" + port, board, CytonEmulator::value);
}

TEST_CASE("from Trigno sensors to the recording: every sample, what the radio lost, and where a cut connection goes on to 20 ms") {
  TrignoEmulator server({{2, {}}, {3, {}}, {9, {}}}, habits());
  const std::array<std::size_t, 3> slots{1, 2, 8};
  check_recorded(
      server.uri(), server, [&](std::int64_t row, std::size_t c) { return trigno_value(row, slots[c], c); }, 38);
}

TEST_CASE("from an LSL outlet to the recording: every sample and every gap, and the features of it") {
  LslEmulator outlet({.name = "To the recording"}, habits());
  check_recorded("lsl:To the recording?host=127.0.0.1", outlet, [&](std::int64_t row, std::size_t c) { return outlet.value(row, c); });
}

TEST_CASE("from a FieldTrip buffer to the recording: every sample, what the buffer lost, and the features of it") {
  auto longer_away = habits();
  longer_away.away_s = 0.5;
  FieldtripEmulator buffer({.ring_s = 0.2}, longer_away);
  check_recorded("fieldtrip:127.0.0.1:" + std::to_string(buffer.port()) + "?uv_per_count=0.5", buffer,
                 [](std::int64_t row, std::size_t c) { return fieldtrip_value(kFieldtripInt16, row, c); });
}

TEST_CASE("from plain frames over TCP to the recording: every sample and every gap, and the features of it") {
  const PlainLayout layout{.sync = {std::byte{0xA5}, std::byte{0x5A}}, .counter_bits = 16, .channels = 8, .type = PlainType::i16le};
  auto line = std::make_unique<TcpLine>();
  const int port = line->port();
  PlainEmulator device(std::move(line), layout, 2000, habits());
  check_recorded("tcp:127.0.0.1:" + std::to_string(port) + "?channels=8&fs=2000&type=i16le&uv_per_count=0.5&sync=a55a&counter_bits=16",
                 device, [&](std::int64_t row, std::size_t c) { return plain_value(layout.type, row, c); });
}

TEST_CASE("from plain frames over a serial line to the recording: every sample and every gap, and the features of it") {
  const PlainLayout layout{.sync = {std::byte{0xA5}, std::byte{0x5A}}, .counter_bits = 8, .channels = 2, .type = PlainType::i16be};
  const auto port = port_name("serial");
  PlainEmulator device(std::make_unique<SerialLine>(port), layout, 1000, habits());
  check_recorded("serial:" + port + "?channels=2&fs=1000&type=i16be&uv_per_count=0.1&sync=a55a&counter_bits=8", device,
                 [&](std::int64_t row, std::size_t c) { return plain_value(layout.type, row, c); });
}

}  // namespace semg::test
