// SPDX-License-Identifier: BSD-3-Clause
// Simulated recordings and the verdicts they bring: those of what was put in, and no others.
#include "engine/quality_survey.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "dsp/filters/sos_filter.hpp"
#include "engine/simulation/simulation.hpp"
#include "engine/survey.hpp"

namespace semg {
namespace {

/// Rows of all channels in pieces, as they are.
struct Held {
  Recording recording;
  std::vector<Block> blocks;
};

Held held(const Simulation& simulation, std::size_t rows_at_once = 1000) {
  SimulatedSource source(simulation);
  Held all{.recording = source.recording(), .blocks = {}};
  Block block(all.recording.stream.channels.size(), rows_at_once);
  while (source.read(block)) all.blocks.push_back(block);
  return all;
}

struct Replayed {
  const Held& held;
  std::size_t next = 0;
  bool read(Block& block) {
    if (next == held.blocks.size()) return false;
    block = held.blocks[next++];
    return true;
  }
};

std::vector<QualityFinding> findings_of(const Held& all) {
  const Chain chain = chain_for({}, all.recording.stream.fs_hz);
  Survey survey(all.recording, chain);
  Replayed source{all};
  survey.run(source);
  const auto briefs = survey.briefs();
  QualitySurvey quality(all.recording, chain, briefs);
  SosFilter conditioning(chain.sos, briefs.size());
  for (Block block : all.blocks) {
    quality.see(block);
    conditioning.process(block);
    quality.push(block);
  }
  std::vector<std::optional<double>> active;
  for (const ChannelBrief& brief : briefs)
    active.push_back(brief.rest && brief.rest->active_power_db ? std::optional(std::pow(10.0, *brief.rest->active_power_db / 10))
                                                               : std::nullopt);
  return quality.findings(active);
}

/// "cross_talk warn, snr fail": what did not pass in any channel, by name.
std::string faults_of(const std::vector<QualityFinding>& findings) {
  std::set<std::string> faults;
  for (const QualityFinding& finding : findings) {
    if (finding.verdict != Verdict::pass) faults.insert(finding.metric + " " + std::string(to_string(finding.verdict)));
  }
  std::string text;
  for (const std::string& fault : faults) text += (text.empty() ? "" : ", ") + fault;
  return text;
}

const QualityFinding& of(const std::vector<QualityFinding>& findings, int channel, Metric metric) {
  return *std::find_if(findings.begin(), findings.end(),
                       [&](const QualityFinding& f) { return f.channel == channel && f.metric == to_string(metric); });
}

Simulation clean() {
  return {.seed = 3, .channels = 2, .duration_s = 24, .contraction = {.rest_s = 6, .repetitions = 3}};
}

/// The recording with each sample of channel 0 changed; `row` counts from the recording's first.
template <class Change>
Held changed(Held all, Change change) {
  for (Block& block : all.blocks) {
    for (std::size_t r = 0; r < block.rows(); ++r) change(block.first + static_cast<std::int64_t>(r), block.row(r));
  }
  return all;
}

}  // namespace

TEST_CASE("quality survey: a clean recording passes every rule, whatever its rate and seed") {
  for (const double fs_hz : {1000.0, 2000.0, 4000.0}) {
    CAPTURE(fs_hz);
    Simulation simulation = clean();
    simulation.fs_hz = fs_hz;
    simulation.seed = static_cast<std::uint64_t>(fs_hz);
    CHECK(faults_of(findings_of(held(simulation))) == "");
  }
}

TEST_CASE("quality survey: hum, heart, motion, noise, clipping and lost rows bring the verdicts that are theirs, and no others") {
  Simulation hum = clean(), heart = clean(), motion = clean(), noise = clean(), clipped = clean(), lost = clean();
  hum.line_uv = 20;
  heart.heart_uv = 100;
  motion.motion_uv = 300;
  noise.snr_db = 8;
  clipped.rail_uv = 100;
  lost.gaps = {{4, 0.5}};
  // Hum is there at rest too: it raises rest, and so lowers the SNR.
  CHECK(faults_of(findings_of(held(hum))) == "line_ratio fail, rest_level fail, snr fail");
  // Two thirds of a beat's power lie below 20 Hz.
  CHECK(faults_of(findings_of(held(heart))) == "heart_share fail, sm_ratio warn");
  CHECK(faults_of(findings_of(held(motion))) == "omega_ratio fail, slow_share fail, sm_ratio fail");
  CHECK(faults_of(findings_of(held(noise))) == "dp_ratio fail, sn_ratio fail, snr fail");
  CHECK(faults_of(findings_of(held(clipped))) == "clipped_share fail");
  CHECK(faults_of(findings_of(held(lost))) == "missing_share fail");
}

TEST_CASE("quality survey: spikes, cross-talk, a wrong unit and a rail that nobody states are found in samples changed by hand") {
  const Held sound = held(clean());
  const auto spiked = findings_of(changed(sound, [](std::int64_t row, auto samples) {
    if (row % 4001 == 600) samples[0] += 2000;
  }));
  CHECK(of(spiked, 0, Metric::spike_rate).value.value() == doctest::Approx(12 / (24.0 / 60)).epsilon(0.01));  // each of the 12
  CHECK(of(spiked, 0, Metric::spike_rate).rule == "spike_rate >= 5 1/min");
  CHECK(of(spiked, 1, Metric::spike_rate).value == 0);

  std::vector<float> late(3);  // channel 0, 1.5 ms ago
  const auto talk = findings_of(changed(sound, [&](std::int64_t row, auto samples) {
    std::swap(late[static_cast<std::size_t>(row % 3)], samples[0]);
    samples[1] += samples[0];
    samples[0] = late[static_cast<std::size_t>(row % 3)];
  }));
  CHECK(faults_of(talk) == "cross_talk fail");
  CHECK(of(talk, 0, Metric::cross_talk).value.value() == doctest::Approx(std::sqrt(0.5)).epsilon(0.06));
  CHECK(of(talk, 0, Metric::cross_talk).rule == "cross_talk >= 0.6 (with CH2, 1.5 ms later)");
  CHECK(of(talk, 1, Metric::cross_talk).rule == "cross_talk >= 0.6 (with CH1, 1.5 ms earlier)");

  const auto millivolts = findings_of(changed(sound, [](std::int64_t, auto samples) { samples[0] *= 1e-3F; }));
  CHECK(faults_of(millivolts) == "band_level fail");
  CHECK(of(millivolts, 0, Metric::band_level).rule == "band_level < 0.5 uV");
  CHECK(of(millivolts, 0, Metric::snr).value.value() ==
        doctest::Approx(of(findings_of(sound), 0, Metric::snr).value.value()).epsilon(0.01));

  Held no_rails = sound;
  for (Channel& channel : no_rails.recording.stream.channels) channel.rail_low = channel.rail_high = std::nullopt;
  CHECK(faults_of(findings_of(no_rails)) == "");
  CHECK(faults_of(findings_of(changed(no_rails, [](std::int64_t, auto samples) { samples[0] = std::clamp(samples[0], -60.0F, 60.0F); }))) ==
        "extreme_share fail");
}

TEST_CASE("quality survey: without rest nothing that needs it is told, and a channel of no EMG is not judged") {
  Simulation at_rest = clean();
  at_rest.snr_db = 30;
  at_rest.contraction.repetitions = 0;
  Held all = held(at_rest);
  all.recording.stream.channels[1].kind = Kind::other;
  const auto findings = findings_of(all);
  CHECK(findings.size() == kMetrics);
  CHECK(of(findings, 0, Metric::rest_level).rule == "rest_level not found");
  CHECK(of(findings, 0, Metric::rest_level).gates == "activation");
  for (const Metric metric : {Metric::snr, Metric::spike_rate}) {
    CHECK_FALSE(of(findings, 0, metric).value);
    CHECK(of(findings, 0, metric).reason == "no_rest");
  }
}

TEST_CASE("quality survey: any cut of the stream gives the same findings") {
  Simulation simulation = clean();
  simulation.line_uv = 5;
  simulation.heart_uv = 50;
  simulation.gaps = {{10, 0.3}};
  const auto whole = findings_of(held(simulation));
  for (const std::size_t rows : {1UL, 7UL, 4096UL}) CHECK(findings_of(held(simulation, rows)) == whole);
}

}  // namespace semg
