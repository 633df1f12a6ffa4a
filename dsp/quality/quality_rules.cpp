// SPDX-License-Identifier: BSD-3-Clause
#include "dsp/quality/quality_rules.hpp"

#include <algorithm>
#include <cstdio>

namespace semg {
namespace {

bool reached(const QualityRule& rule, double limit, double value) noexcept {
  if (rule.below) return value < limit;
  return limit == 0 ? value > 0 : value >= limit;
}

std::string text_of(const QualityRule& rule, double limit, const std::string& unit) {
  char number[32];
  std::snprintf(number, sizeof number, "%g", limit);
  const char* sign = rule.below ? " < " : limit == 0 ? " > " : " >= ";
  return std::string(to_string(rule.metric)) + sign + number + (unit == "1" ? "" : " " + unit);
}

std::string unit_of(Metric metric, const Channel& channel) {
  switch (metric) {
    case Metric::snr:
    case Metric::line_ratio:
    case Metric::sm_ratio:
    case Metric::sn_ratio:
    case Metric::dp_ratio: return "dB";
    case Metric::rest_level:
    case Metric::band_level: return to_string(channel.unit);
    case Metric::omega_ratio:
    case Metric::cross_talk: return "1";
    case Metric::flat_run: return "s";
    case Metric::spike_rate: return "1/min";
    case Metric::slow_share:
    case Metric::clipped_share:
    case Metric::extreme_share:
    case Metric::repeated_share:
    case Metric::missing_share:
    case Metric::heart_share: return "%";
  }
  return "";
}

}  // namespace

std::vector<QualityRule> quality_rules(const QualityLimits& limits) {
  constexpr auto kNothing = Gates::nothing;
  // metric, below, warn, fail, what each gates, with which reason, microvolts alone
  return {
      {Metric::snr, true, limits.snr_db + 5, limits.snr_db, kNothing, Gates::frequencies, Reason::low_snr, false},
      {Metric::rest_level, false, 5, 10, kNothing, kNothing, Reason::ok, true},
      {Metric::line_ratio, false, limits.line_db, limits.line_db + 5, Gates::frequencies, Gates::frequencies, Reason::line, false},
      {Metric::sm_ratio, true, 12, 6, kNothing, kNothing, Reason::ok, false},
      {Metric::sn_ratio, true, 15, 10, kNothing, kNothing, Reason::ok, false},
      // EMG without any noise has 23 dB: 30 dB, as for electrodes that see more, would fail it.
      {Metric::dp_ratio, true, 20, 15, kNothing, kNothing, Reason::ok, false},
      {Metric::omega_ratio, false, 1.4, 1.6, kNothing, kNothing, Reason::ok, false},
      {Metric::slow_share, false, 30, 50, kNothing, kNothing, Reason::ok, false},
      {Metric::clipped_share, false, 0, 0.1, Gates::windows, Gates::windows, Reason::clipped, false},
      {Metric::extreme_share, false, 0, 0.1, kNothing, kNothing, Reason::ok, false},
      {Metric::flat_run, false, 0.05, 0.2, kNothing, Gates::windows, Reason::flat, false},
      {Metric::repeated_share, false, 40, 60, kNothing, Gates::frequencies, Reason::held_samples, false},
      {Metric::missing_share, false, 0, 1, Gates::windows, Gates::windows, Reason::gap, false},
      {Metric::spike_rate, false, 1, 5, kNothing, kNothing, Reason::ok, false},
      {Metric::heart_share, false, 10, 30, kNothing, kNothing, Reason::ok, false},
      {Metric::cross_talk, false, 0.3, 0.6, kNothing, kNothing, Reason::ok, false},
      // Outside of them the unit is probably not what it is said to be.
      {Metric::band_level, true, 0.5, 0.5, kNothing, kNothing, Reason::ok, true},
      {Metric::band_level, false, 2000, 2000, kNothing, kNothing, Reason::ok, true},
  };
}

std::vector<QualityFinding> judge(const QualityValues& values, const Channel& channel, const QualityLimits& limits) {
  const std::vector<QualityRule> rules = quality_rules(limits);
  std::vector<QualityFinding> findings;
  for (std::size_t m = 0; m < kMetrics; ++m) {
    const auto metric = static_cast<Metric>(m);
    const QualityValue& given = values[m];
    QualityFinding finding{.metric = std::string(to_string(metric)),
                           .value = given.value,
                           .unit = unit_of(metric, channel),
                           .rule = {},
                           .gates = {},
                           .reason = std::string(given.value ? "" : to_string(given.reason))};
    if (metric == Metric::rest_level && !given.value && given.reason == Reason::no_rest) {
      finding.verdict = Verdict::fail;
      finding.rule = "rest_level not found";
      finding.gates = to_string(Gates::activation);
    }
    for (const QualityRule& rule : rules) {
      if (rule.metric != metric || !given.value || (rule.physical && channel.unit != Unit::microvolt)) continue;
      const bool failed = reached(rule, rule.fail, *given.value);
      if (!failed && !reached(rule, rule.warn, *given.value)) continue;
      const Gates gates = failed ? rule.fail_gates : rule.warn_gates;
      finding.verdict = failed ? Verdict::fail : Verdict::warn;
      finding.rule = text_of(rule, failed ? rule.fail : rule.warn, finding.unit);
      if (!given.note.empty()) finding.rule += " (" + given.note + ")";
      finding.gates = to_string(gates);
      if (gates != Gates::nothing) finding.reason = to_string(given.reason != Reason::ok ? given.reason : rule.reason);
    }
    findings.push_back(std::move(finding));
  }
  return findings;
}

Verdict worst(const std::vector<QualityFinding>& findings) noexcept {
  Verdict verdict = Verdict::pass;
  for (const QualityFinding& finding : findings) verdict = std::max(verdict, finding.verdict);
  return verdict;
}

}  // namespace semg
