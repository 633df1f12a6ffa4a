// SPDX-License-Identifier: BSD-3-Clause
#include "apps/import/findings.hpp"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "dsp/error.hpp"

namespace semg {
namespace {

bool rails_known(const PlannedChannel& channel) noexcept {
  return channel.plus.rail_low.has_value() || channel.plus.rail_high.has_value();
}

bool may_infer_rails(const ImportSurvey& survey, const ImportPlan& plan, std::size_t c) {
  const ChannelSurvey& seen = survey.channels[c];
  return !rails_known(plan.channels[c]) && !plan.channels[c].minus && survey.held_hz == 0 && !seen.constant() &&
         !seen.facts.looks_like_envelope();
}

}  // namespace

std::vector<ForeignWarning> judge(const ImportSurvey& survey, const ImportPlan& plan, const std::string& file) {
  std::vector<ForeignWarning> warnings;
  std::string without, envelopes;
  for (std::size_t c = 0; c < plan.channels.size(); ++c) {
    const std::string& label = plan.channels[c].channel.label;
    if (survey.channels[c].facts.rows == 0) without += (without.empty() ? "" : ", ") + label;
    if (survey.channels[c].facts.looks_like_envelope()) envelopes += (envelopes.empty() ? "" : ", ") + label;
  }
  if (!without.empty())
    throw Error(Fault::data,
                fmt::format("{}: samples of {}: found none, expected at least one; leave it out with --channel", file, without));
  if (!envelopes.empty() && plan.unit == Unit::microvolt) {
    throw Error(Fault::data, fmt::format("{}: samples of {}: found only values >= 0 skewed towards zero, expected raw EMG; if it is an "
                                         "envelope, import it with --unit a.u.",
                                         file, envelopes));
  }
  if (survey.held_hz > 0) {
    warnings.push_back(
        {"held_samples", "",
         fmt::format("channel values repeat, as if {:.4g} Hz data had been copied up to {:.10g} Hz ({:.1f} % of rows repeat)",
                     survey.held_hz, plan.fs_hz,
                     100.0 * static_cast<double>(survey.repeated_rows) / static_cast<double>(std::max<std::int64_t>(plan.rows - 1, 1)))});
  }
  if (survey.not_finite > 0)
    warnings.push_back({"not_finite", "", fmt::format("{} infinite samples are stored as missing", survey.not_finite)});
  for (std::size_t c = 0; c < plan.channels.size(); ++c) {
    const ChannelSurvey& seen = survey.channels[c];
    const std::string& label = plan.channels[c].channel.label;
    if (seen.constant()) {
      warnings.push_back({"constant", label, fmt::format("every sample is {:.6g}", seen.facts.minimum)});
      continue;
    }
    if (plan.unit == Unit::microvolt && (seen.facts.deviation < 0.2 || seen.facts.deviation > 5000)) {
      warnings.push_back({"unit_unlikely", label,
                          fmt::format("standard deviation {:.3g} uV, expected 0.2 to 5000 uV: is the unit right?", seen.facts.deviation)});
    }
    for (std::size_t b = 0; b < c; ++b) {
      if (seen.digest == survey.channels[b].digest && seen.facts.rows == survey.channels[b].facts.rows) {
        warnings.push_back({"duplicate_channel", label, "the same samples as " + plan.channels[b].channel.label});
        break;
      }
    }
    if (seen.clipped_parents > 0) {
      warnings.push_back(
          {"clipped_electrode", label,
           fmt::format("in {:.3g} % of rows one of its two electrodes stands at the converter's rail; a difference cannot show it",
                       100.0 * static_cast<double>(seen.clipped_parents) / static_cast<double>(plan.rows))});
    }
    if (may_infer_rails(survey, plan, c) && (seen.rail_low || seen.rail_high)) {
      std::string rails;
      if (seen.rail_low) rails += fmt::format("{:.6g}", seen.facts.minimum);
      if (seen.rail_high) rails += (rails.empty() ? "" : " and ") + fmt::format("{:.6g}", seen.facts.maximum);
      warnings.push_back(
          {"inferred_rails", label,
           fmt::format("samples stand still at {} {} again and again: taken as the converter's rail", rails, to_string(plan.unit))});
    }
  }
  return warnings;
}

void complete_channels(const ImportSurvey& survey, ImportPlan& plan) {
  for (std::size_t c = 0; c < plan.channels.size(); ++c) {
    const ChannelSurvey& seen = survey.channels[c];
    Channel& channel = plan.channels[c].channel;
    if (seen.facts.looks_like_envelope()) channel.kind = Kind::envelope;
    if (!may_infer_rails(survey, plan, c)) continue;
    if (seen.rail_low) channel.rail_low = static_cast<double>(static_cast<float>(seen.facts.minimum));
    if (seen.rail_high) channel.rail_high = static_cast<double>(static_cast<float>(seen.facts.maximum));
  }
}

SampleType sample_type_for(const ImportSurvey& survey, const ImportPlan& plan) {
  if (!plan.whole || survey.partly_missing) return SampleType::float32;
  double lowest = 0, highest = 0;
  for (std::size_t c = 0; c < plan.channels.size(); ++c) {
    const PlannedChannel& planned = plan.channels[c];
    lowest = std::min(lowest, survey.channels[c].stored_lowest);
    highest = std::max(highest, survey.channels[c].stored_highest);
    if (planned.minus) continue;
    lowest = std::min(lowest, planned.plus.rail_low.value_or(0) + planned.plus.shift);
    highest = std::max(highest, planned.plus.rail_high.value_or(0) + planned.plus.shift);
  }
  const auto fits = [&](auto smallest, auto largest) {
    return lowest >= static_cast<double>(smallest) && highest <= static_cast<double>(largest);
  };
  if (fits(std::numeric_limits<std::int16_t>::min(), std::numeric_limits<std::int16_t>::max())) return SampleType::int16;
  if (fits(std::numeric_limits<std::int32_t>::min(), std::numeric_limits<std::int32_t>::max())) return SampleType::int32;
  return SampleType::float32;
}

}  // namespace semg
