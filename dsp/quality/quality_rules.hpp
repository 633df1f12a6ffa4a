// SPDX-License-Identifier: BSD-3-Clause
// How good the signal of a channel is: the table of rules. One verdict for each metric, the rule that gave it, and what follows.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dsp/channel.hpp"
#include "dsp/reason.hpp"

namespace semg {

enum class Verdict { pass, warn, fail };
constexpr std::string_view to_string(Verdict verdict) noexcept {
  return verdict == Verdict::pass ? "pass" : verdict == Verdict::warn ? "warn" : "fail";
}

enum class Metric : std::size_t {
  snr,             ///< dB, power of activations above rest over rest
  rest_level,      ///< RMS of the conditioned signal at rest, in the channel's unit
  line_ratio,      ///< dB, mains hum and its harmonics over EMG; no value where none stands out
  sm_ratio,        ///< dB, motion_ratio_db()
  sn_ratio,        ///< dB, noise_ratio_db()
  dp_ratio,        ///< dB, drop_ratio_db()
  omega_ratio,     ///< deformation()
  slow_share,      ///< %, power below 20 Hz of the signal as it came in
  clipped_share,   ///< %, samples at a rail; no value where no rail is known
  extreme_share,   ///< %, samples in runs at the lowest or highest value, where no rail is known
  flat_run,        ///< s, longest run of equal samples
  repeated_share,  ///< %, samples equal to the one before
  missing_share,   ///< %, samples that are lost or no number
  spike_rate,      ///< 1/min, SpikeSurvey
  heart_share,     ///< %, HeartSurvey
  cross_talk,      ///< |correlation|, CrossTalkSurvey
  band_level,      ///< RMS of the signal as it came in between 20 Hz and the upper edge of the EMG band, in the channel's unit
};
inline constexpr std::size_t kMetrics = 17;
inline constexpr std::array<std::string_view, kMetrics> kMetricWords = {
    "snr",           "rest_level", "line_ratio",    "sm_ratio",      "sn_ratio",  "dp_ratio",
    "omega_ratio",   "slow_share", "clipped_share", "extreme_share", "flat_run",  "repeated_share",
    "missing_share", "spike_rate", "heart_share",   "cross_talk",    "band_level"};
constexpr std::string_view to_string(Metric metric) noexcept {
  return kMetricWords[static_cast<std::size_t>(metric)];
}

/// What a fault invalidates.
enum class Gates {
  nothing,      ///< a caution for the reader
  windows,      ///< every feature of the windows that hold it
  frequencies,  ///< median and mean frequency
  activation,   ///< activations, and all that is told of them
};
inline constexpr std::array<std::string_view, 4> kGatesWords = {"nothing", "windows", "frequencies", "activation"};
constexpr std::string_view to_string(Gates gates) noexcept {
  return kGatesWords[static_cast<std::size_t>(gates)];
}

/// A value from `warn` on is warned of, from `fail` on it fails; "from" is downwards where `below` is true. A limit of 0 is passed by 0.
/// The limits are defaults of this project. Where the literature names one for a measure, it names it for other electrodes and muscles.
struct QualityRule {
  Metric metric;
  bool below;
  double warn, fail;
  Gates warn_gates, fail_gates;
  Reason reason;  ///< that the invalidated values carry; Reason::ok where nothing is invalidated
  bool physical;  ///< holds for microvolts alone
};

/// What the analysis itself goes by, so that no verdict contradicts it.
struct QualityLimits {
  double line_db = -20;  ///< from which a frequency is invalid
  double snr_db = 10;    ///< below which a frequency is invalid
};
std::vector<QualityRule> quality_rules(const QualityLimits& limits);

struct QualityValue {
  std::optional<double> value;
  Reason reason = Reason::ok;  ///< why there is no value; of a value: what its windows carry, where that is not what the rule says
  std::string note;            ///< what the value is about, in words: "with CH2, 1.5 ms later"
};
using QualityValues = std::array<QualityValue, kMetrics>;

/// A row of quality.csv.
struct QualityFinding {
  int channel = 0;
  std::string metric;
  std::optional<double> value;
  std::string unit;
  Verdict verdict = Verdict::pass;
  std::string rule;    ///< that fired: "line_ratio >= -20 dB"; empty where none did
  std::string gates;   ///< kGatesWords; empty where no rule fired
  std::string reason;  ///< kReasonWords: of the values that are invalid, or why there is no value here
  bool operator==(const QualityFinding&) const = default;
};

/// One finding for each metric, in their order; a metric that needs no telling (a rail that is not known, hum that is not there) passes.
/// A missing rest level fails, for without it no activation is told; any other value that could not be told passes no verdict by itself and
/// is left to its reason.
std::vector<QualityFinding> judge(const QualityValues& values, const Channel& channel, const QualityLimits& limits);

/// The gravest of them.
Verdict worst(const std::vector<QualityFinding>& findings) noexcept;

}  // namespace semg
