// SPDX-License-Identifier: BSD-3-Clause
// A device, the engine and the journal together: what was measured live is what the recording gives.
#include "apps/live/live_run.hpp"

#include <cmath>
#include <cstring>
#include <filesystem>
#include <limits>
#include <mutex>
#include <random>

#include <doctest/doctest.h>

#include "apps/analysis.hpp"
#include "apps/rest_from_file.hpp"
#include "dsp/error.hpp"
#include "engine/simulation/simulation.hpp"
#include "io/features_file.hpp"
#include "io/journal/recording_from_journal.hpp"
#include "io/recording_reader.hpp"
#include "io/recording_writer.hpp"
#include "tests/apps/extract_command.hpp"

namespace semg {
namespace {

constexpr double kFs_hz = 1000;
constexpr std::size_t kChannels = 2;

/// Rest for five seconds, then bursts of 2 s.
std::vector<std::int16_t> simulated_counts(double duration_s, std::uint64_t seed) {
  Simulation simulation;
  simulation.seed = seed;
  simulation.fs_hz = kFs_hz;
  simulation.channels = kChannels;
  simulation.duration_s = duration_s;
  simulation.contraction.on_s = 2;
  simulation.contraction.off_s = 1;
  simulation.contraction.repetitions = static_cast<int>((duration_s - 5) / 3);
  SimulatedSource source(simulation);
  std::vector<std::int16_t> counts(static_cast<std::size_t>(duration_s * kFs_hz) * kChannels);
  source.read_counts(counts);
  return counts;
}

Recording head_of(SampleType type) {
  Recording head;
  head.recording_id = "R1";
  head.device = "test";
  head.source_format = "test";
  head.session_start = "2026-07-27T10:00:00+00:00";
  head.sample_type = type;
  head.conversion = type == SampleType::float32 ? 1e-6 : kSimulatedLsb * 1e-6;
  head.stream.fs_hz = kFs_hz;
  for (const char* label : {"TA right", "TA left"}) {
    Channel channel;
    channel.label = channel.muscle = label;
    head.stream.channels.push_back(channel);
  }
  return head;
}

/// Waits until the ring has room, so that a test at full speed overruns nothing.
void let_read(const Intake& to, const std::stop_token& stop) {
  while (to.counts().waiting_s > 1 && !stop.stop_requested()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

/// Packets of 7 rows with a 16-bit counter: one of fifty is lost, and twice many of them, for which time goes by.
DeviceReader counted_device(std::vector<std::int16_t> counts) {
  return [counts = std::move(counts)](Intake& to, std::stop_token stop) {
    const Recording head = head_of(SampleType::int16);
    to.begin(head);
    const auto rows = static_cast<std::int64_t>(counts.size() / kChannels);
    std::mt19937 random(5);
    for (std::int64_t row = 0; row < rows && !stop.stop_requested();) {
      const std::int64_t some = std::min<std::int64_t>(7, rows - row);
      const bool away = (row > 9000 && row < 9400) || (row > 20000 && row < 20900);
      if (away) std::this_thread::sleep_for(std::chrono::duration<double>(static_cast<double>(some) / kFs_hz));
      if (!away && (row == 0 || random() % 50 != 0)) {
        let_read(to, stop);
        to.push_counted(static_cast<std::uint32_t>(row + 65000) & 0xffff, 16,
                        std::as_bytes(std::span(counts).subspan(static_cast<std::size_t>(row) * kChannels,
                                                                static_cast<std::size_t>(some) * kChannels)));
      }
      row += some;
    }
    to.end();
  };
}

/// The same as float32, with rows that are missing, samples that are missing in one channel, and a connection that is lost for a while.
DeviceReader float_device(const std::vector<std::int16_t>& counts) {
  std::vector<float> values;
  for (const std::int16_t count : counts) values.push_back(static_cast<float>(count * kSimulatedLsb));
  const float missing = std::numeric_limits<float>::quiet_NaN();
  for (std::size_t k = 7000 * kChannels; k < 7013 * kChannels; ++k) values[k] = missing;
  for (std::size_t row = 12000; row < 12004; ++row) values[row * kChannels] = missing;
  return [values = std::move(values)](Intake& to, std::stop_token stop) {
    to.begin(head_of(SampleType::float32));
    for (std::size_t at = 0; at < values.size() && !stop.stop_requested(); at += 33 * kChannels) {
      let_read(to, stop);
      to.push_at(static_cast<std::int64_t>(at / kChannels),
                 std::as_bytes(std::span(values).subspan(at, std::min(values.size() - at, 33 * kChannels))));
    }
    to.end();
  };
}

struct SeenFrame {
  FeatureFrame head;
  std::vector<float> first, second, fraction;
  std::vector<Reason> reason;
};
struct Seen {
  std::vector<SeenFrame> frames;
  std::vector<Activation> activations;
  LiveListener listener() {
    return {.frame =
                [this](const FeatureFrame& f) {
                  frames.push_back({.head = f,
                                    .first = {f.first.begin(), f.first.end()},
                                    .second = {f.second.begin(), f.second.end()},
                                    .fraction = {f.active_fraction.begin(), f.active_fraction.end()},
                                    .reason = {f.reason.begin(), f.reason.end()}});
                },
            .activation = [this](const Activation& a) { activations.push_back(a); }};
  }
};

bool same(float a, float b) {
  return std::memcmp(&a, &b, sizeof a) == 0;
}

/// Every frame against the features file, to the bit. How many were compared.
std::size_t compare(const Seen& seen, const FeaturesReader& file) {
  std::size_t compared = 0;
  for (const WindowKind kind : {WindowKind::amplitude, WindowKind::spectrum}) {
    const StoredWindows stored = file.read(kind, 0, file.windows(kind));
    std::size_t k = 0;
    for (const SeenFrame& frame : seen.frames) {
      if (frame.head.kind != kind) continue;
      while (k < stored.first_row.size() && (stored.first_row[k] < frame.head.first_row)) ++k;
      REQUIRE(k < stored.first_row.size());
      CHECK(stored.first_row[k] == frame.head.first_row);
      CHECK(stored.rows[k] == frame.head.rows);
      for (std::size_t c = 0; c < kChannels; ++c) {
        const std::size_t at = k * kChannels + c;
        CHECK(stored.reason[at] == frame.reason[c]);
        CHECK(same(stored.first[at], frame.first[c]));
        CHECK(same(stored.second[at], frame.second[c]));
        if (kind == WindowKind::amplitude) CHECK(same(stored.active_fraction[at], frame.fraction[c]));
      }
      ++compared;
    }
  }
  return compared;
}

struct LiveRecord {
  CommandFolder folder;
  Seen seen;
  std::filesystem::path recording() const { return folder.path("live.nwb"); }

  /// Records what the device gives and makes the recording of it.
  void record(DeviceReader device, SampleType type, const std::filesystem::path& rest, VisitSession* session = nullptr) {
    LiveRun run(std::move(device));
    const Recording* head = run.wait_for_head(std::chrono::seconds(10));
    REQUIRE(head != nullptr);
    LiveRun::Plan plan;
    plan.chain = chain_for({}, kFs_hz);
    plan.briefs.resize(kChannels);
    if (!rest.empty()) take_rest(measure_rest(rest, {}), head->stream, "live", plan.briefs);
    JournalWriter journal(folder.path("live.nwb.journal"), head_of(type));
    plan.journal = &journal;
    plan.session = session;
    plan.listeners = {seen.listener()};
    run.start(std::move(plan));
    while (!run.is_over()) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    run.end();
    CHECK(run.frames_left_out() == 0);
    CHECK(run.counts().overrun_rows == 0);
    CHECK(journal.finish());
    CHECK(journal.acknowledged_rows() > 0);
  }
  JournalFindings make() {
    return make_recording(folder.path("live.nwb.journal"), recording(), [](std::int64_t) {});
  }
  void extract(const std::filesystem::path& rest) {
    AnalysisRequest request;
    request.recording = recording();
    request.features = folder.path("live.features.h5");
    request.rest = rest;
    analyse(request);
  }
};

std::filesystem::path rest_recording(const CommandFolder& folder) {
  const auto counts = simulated_counts(8, 11);
  const auto path = folder.path("rest.nwb");
  RecordingWriter writer(path, head_of(SampleType::int16));
  writer.append(std::span(counts).first(5000 * kChannels));
  writer.finish({}, {}, {});
  return path;
}

}  // namespace

TEST_CASE("live: features and activations are those of the recording, bit for bit, with gaps and reconnects in it") {
  for (const bool is_float : {false, true}) {
    CAPTURE(is_float);
    LiveRecord live;
    const auto rest = rest_recording(live.folder);
    const auto counts = simulated_counts(32, 3);
    live.record(is_float ? float_device(counts) : counted_device(counts), is_float ? SampleType::float32 : SampleType::int16, rest);
    live.make();
    live.extract(rest);
    const FeaturesReader file(live.folder.path("live.features.h5"));
    const auto all = static_cast<std::size_t>(file.windows(WindowKind::amplitude) + file.windows(WindowKind::spectrum));
    CHECK(compare(live.seen, file) == all);
    CHECK(all > (is_float ? 200 : 20));
    auto activations = live.seen.activations;
    std::sort(activations.begin(), activations.end(), [](const Activation& a, const Activation& b) {
      return std::pair(a.channel, a.onset_row) < std::pair(b.channel, b.onset_row);
    });
    const auto stored = file.activations();
    REQUIRE(activations.size() == stored.size());
    CHECK(stored.size() > 10);
    for (std::size_t k = 0; k < stored.size(); ++k) {
      CHECK(activations[k].onset_row == stored[k].onset_row);
      CHECK(activations[k].offset_row == stored[k].offset_row);
      CHECK(same(activations[k].rms, stored[k].rms));
      CHECK(same(activations[k].mdf_hz, stored[k].mdf_hz));
    }
  }
}

TEST_CASE("live: the recording holds every sample that came, in its place, and the gaps between") {
  LiveRecord live;
  const auto counts = simulated_counts(32, 3);
  live.record(counted_device(counts), SampleType::int16, {});
  const JournalFindings findings = live.make();
  CHECK(findings.ended);
  CHECK(findings.damaged_bytes == 0);
  RecordingReader reader(live.recording());
  CHECK(reader.recording().gaps.size() > 50);
  Block block(kChannels, 500);
  std::int64_t rows = 0;
  bool right = true;
  while (reader.read(block)) {
    for (std::size_t r = 0; r < block.rows(); ++r) {
      const auto row = static_cast<std::size_t>(block.first) + r;
      for (std::size_t c = 0; c < kChannels; ++c)
        right = right && block.row(r)[c] == static_cast<float>(counts[row * kChannels + c] * kSimulatedLsb);
    }
    rows += static_cast<std::int64_t>(block.rows());
  }
  CHECK(right);
  CHECK(rows == findings.good_rows);
  std::int64_t lost = 0;
  for (const Gap& gap : reader.recording().gaps) lost += gap.rows;
  CHECK(rows + lost == findings.rows);
}

TEST_CASE("live: the tasks of a visit are periods of the recording, and what is measured in them is what extract gives") {
  LiveRecord live;
  VisitSession session(
      {{.task = "rest", .label = "rest", .kind = TaskKind::rest, .repetitions = 1, .hold_s = 4, .channels = {0, 1}},
       {.task = "dorsi", .label = "dorsiflexion", .kind = TaskKind::repetitions, .repetitions = 2, .hold_s = 9, .channels = {0, 1}}},
      head_of(SampleType::int16).stream, chain_for({}, kFs_hz));
  // The device itself says when what is wished for: exactly at a row, whatever the machine does.
  const auto counts = simulated_counts(32, 3);
  const DeviceReader device = [&](Intake& to, std::stop_token stop) {
    to.begin(head_of(SampleType::int16));
    for (std::size_t row = 0; row < counts.size() / kChannels && !stop.stop_requested(); row += 10) {
      if (row == 500 || row == 6000 || row == 16000) {
        while (to.counts().waiting_s > 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
        CHECK(session.start().empty());
      }
      let_read(to, stop);
      to.push_at(static_cast<std::int64_t>(row), std::as_bytes(std::span(counts).subspan(row * kChannels, 10 * kChannels)));
    }
    to.end();
  };
  live.record(device, SampleType::int16, {}, &session);
  live.make();
  live.extract({});
  const FeaturesReader file(live.folder.path("live.features.h5"));
  const auto& periods = file.head().recording.periods;
  REQUIRE(periods.size() == 3);
  CHECK(periods == session.periods());
  CHECK(periods[0].rows == 4000);
  CHECK(periods[1].rows == 9000);
  CHECK(periods[1].repetition == 1);
  CHECK(periods[2].repetition == 2);
  CHECK(file.head().rest_source == "period");
  const std::size_t compared = compare(live.seen, file);
  CHECK(compared > 150);
  CHECK(live.seen.activations.size() > 6);
  for (const SeenFrame& frame : live.seen.frames) CHECK(frame.head.period > 0);  // those of rest are not told live
}

TEST_CASE("live: a listener that fails ends neither the stream nor the other listeners") {
  LiveRun run(counted_device(simulated_counts(8, 3)));
  REQUIRE(run.wait_for_head(std::chrono::seconds(10)) != nullptr);
  Seen seen;
  LiveRun::Plan plan;
  plan.chain = chain_for({}, kFs_hz);
  plan.briefs.resize(kChannels);
  plan.listeners = {{.frame = [](const FeatureFrame&) { throw std::runtime_error("it broke"); }}, seen.listener()};
  run.start(std::move(plan));
  while (!run.is_over()) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  CHECK_THROWS_WITH_AS(run.end(), "it broke", std::runtime_error);
  CHECK(seen.frames.size() > 20);
}

}  // namespace semg
