// SPDX-License-Identifier: BSD-3-Clause
// The table of rules: a verdict, the rule that gave it, and what follows.
#include "dsp/quality/quality_rules.hpp"

#include <set>

#include <doctest/doctest.h>

namespace semg {
namespace {

const Channel kChannel{.label = "a", .muscle = "a", .lsb = {}, .rail_low = {}, .rail_high = {}};

QualityFinding judged(Metric metric, QualityValue value, const Channel& channel = kChannel, const QualityLimits& limits = {}) {
  QualityValues values;
  values[static_cast<std::size_t>(metric)] = std::move(value);
  return judge(values, channel, limits)[static_cast<std::size_t>(metric)];
}

QualityFinding judged(Metric metric, double value) {
  return judged(metric, {.value = value, .reason = Reason::ok, .note = {}});
}

}  // namespace

TEST_CASE("quality rules: a verdict names its metric, limit and unit, and what it invalidates with which reason") {
  const QualityFinding snr = judged(Metric::snr, 9.99);
  CHECK(snr == QualityFinding{0, "snr", 9.99, "dB", Verdict::fail, "snr < 10 dB", "frequencies", "low_snr"});
  CHECK(judged(Metric::snr, 10) == QualityFinding{0, "snr", 10, "dB", Verdict::warn, "snr < 15 dB", "nothing", ""});
  CHECK(judged(Metric::snr, 15) == QualityFinding{0, "snr", 15, "dB", Verdict::pass, "", "", ""});
  CHECK(judged(Metric::line_ratio, -20) ==
        QualityFinding{0, "line_ratio", -20, "dB", Verdict::warn, "line_ratio >= -20 dB", "frequencies", "line"});
  CHECK(judged(Metric::omega_ratio, 1.7).rule == "omega_ratio >= 1.6");
  CHECK(judged(Metric::flat_run, 0.2) == QualityFinding{0, "flat_run", 0.2, "s", Verdict::fail, "flat_run >= 0.2 s", "windows", "flat"});
}

TEST_CASE("quality rules: a limit of nothing is passed by nothing, and by nothing else") {
  CHECK(judged(Metric::clipped_share, 0).verdict == Verdict::pass);
  CHECK(judged(Metric::clipped_share, 1e-6) ==
        QualityFinding{0, "clipped_share", 1e-6, "%", Verdict::warn, "clipped_share > 0 %", "windows", "clipped"});
  CHECK(judged(Metric::clipped_share, 0.1).verdict == Verdict::fail);
}

TEST_CASE("quality rules: what the analysis was told to go by, verdicts go by") {
  const QualityLimits strict{.line_db = -30, .snr_db = 20};
  CHECK(judged(Metric::snr, {.value = 19, .reason = Reason::ok, .note = {}}, kChannel, strict).rule == "snr < 20 dB");
  CHECK(judged(Metric::line_ratio, {.value = -26, .reason = Reason::ok, .note = "50 Hz"}, kChannel, strict).rule ==
        "line_ratio >= -30 dB (50 Hz)");
}

TEST_CASE("quality rules: no rest level fails, for without it no activation is told; any other value that is missing says why") {
  const QualityFinding rest = judged(Metric::rest_level, {.value = {}, .reason = Reason::no_rest, .note = {}});
  CHECK(rest == QualityFinding{0, "rest_level", {}, "uV", Verdict::fail, "rest_level not found", "activation", "no_rest"});
  const QualityFinding snr = judged(Metric::snr, {.value = {}, .reason = Reason::no_rest, .note = {}});
  CHECK(snr == QualityFinding{0, "snr", {}, "dB", Verdict::pass, "", "", "no_rest"});
  CHECK(judged(Metric::line_ratio, QualityValue{}).verdict == Verdict::pass);
}

TEST_CASE("quality rules: lost rows and values that are no number invalidate with the reason each has") {
  CHECK(judged(Metric::missing_share, {.value = 2, .reason = Reason::gap, .note = {}}).reason == "gap");
  CHECK(judged(Metric::missing_share, {.value = 2, .reason = Reason::not_finite, .note = {}}).reason == "not_finite");
  CHECK(judged(Metric::missing_share, {.value = 0, .reason = Reason::not_finite, .note = {}}).reason == "");
}

TEST_CASE("quality rules: physical limits hold for microvolts alone") {
  Channel arbitrary = kChannel;
  arbitrary.unit = Unit::arbitrary;
  for (const double level : {0.4, 2500.0}) {
    CHECK(judged(Metric::band_level, level).verdict == Verdict::fail);
    CHECK(judged(Metric::band_level, {.value = level, .reason = Reason::ok, .note = {}}, arbitrary).verdict == Verdict::pass);
  }
  CHECK(judged(Metric::band_level, 0.4).rule == "band_level < 0.5 uV");
  CHECK(judged(Metric::band_level, 2500).rule == "band_level >= 2000 uV");
  CHECK(judged(Metric::band_level, 50).verdict == Verdict::pass);
  CHECK(judged(Metric::rest_level, {.value = 300, .reason = Reason::ok, .note = {}}, arbitrary).unit == "a.u.");
}

TEST_CASE("quality rules: every metric has a rule, and a failure is never milder than a warning") {
  std::set<Metric> ruled;
  for (const QualityRule& rule : quality_rules({})) {
    ruled.insert(rule.metric);
    CHECK((rule.below ? rule.fail <= rule.warn : rule.fail >= rule.warn));
    CHECK((rule.reason != Reason::ok) == (rule.fail_gates != Gates::nothing));
  }
  CHECK(ruled.size() == kMetrics);
}

TEST_CASE("quality rules: the gravest verdict of all is the channel's") {
  QualityValues values;
  CHECK(worst(judge(values, kChannel, {})) == Verdict::pass);
  values[static_cast<std::size_t>(Metric::cross_talk)].value = 0.4;
  CHECK(worst(judge(values, kChannel, {})) == Verdict::warn);
  values[static_cast<std::size_t>(Metric::snr)].value = 2;
  CHECK(worst(judge(values, kChannel, {})) == Verdict::fail);
}

}  // namespace semg
