// SPDX-License-Identifier: BSD-3-Clause
#include "engine/quality_survey.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "dsp/quality/sinderby_ratios.hpp"

namespace semg {
namespace {

constexpr double kLeastOfRest = 1e-3;  // an activation not above rest at all: -30 dB

std::vector<std::optional<double>> rest_rms(const std::vector<ChannelBrief>& briefs) {
  std::vector<std::optional<double>> rms;
  for (const ChannelBrief& brief : briefs) rms.push_back(brief.rest ? std::optional(std::sqrt(brief.rest->power)) : std::nullopt);
  return rms;
}

QualityLimits limits_of(const Chain& chain) {
  return {.line_db = chain.settings.quality.line_db, .snr_db = chain.settings.quality.snr_db};
}

QualityValue told(std::optional<double> value, Reason otherwise) {
  return {.value = value, .reason = value ? Reason::ok : otherwise, .note = {}};
}

QualityValue& at(QualityValues& values, Metric metric) {
  return values[static_cast<std::size_t>(metric)];
}

void add_input(QualityValues& values, const InputFacts& in, const Channel& channel, double fs_hz, std::int64_t rows) {
  const std::int64_t lost = rows - in.rows - in.not_finite;
  if (rows > 0) {
    at(values, Metric::missing_share) = {.value = 100.0 * static_cast<double>(lost + in.not_finite) / static_cast<double>(rows),
                                         .reason = lost > 0 ? Reason::gap : Reason::not_finite,
                                         .note = {}};
  }
  if (in.rows == 0) return;
  if (channel.rail_low || channel.rail_high) {
    at(values, Metric::clipped_share).value = 100.0 * in.clipped_share();
  } else if (channel.kind == Kind::envelope || in.looks_held()) {  // runs are no sign of a rail
    at(values, Metric::extreme_share).reason = channel.kind == Kind::envelope ? Reason::envelope_input : Reason::held_samples;
  } else {
    at(values, Metric::extreme_share).value = 100.0 * in.extreme_share();
  }
  at(values, Metric::flat_run).value = static_cast<double>(in.longest_run) / fs_hz;
  at(values, Metric::repeated_share).value = 100.0 * in.repeated_share();
}

void add_spectrum(QualityValues& values, std::span<const double> density, double bin_hz, const Chain& chain) {
  const Reason none = density.empty() ? Reason::too_short : Reason::flat;  // no power
  const auto slow = slow_share(density, bin_hz);
  at(values, Metric::sm_ratio) = told(motion_ratio_db(density, bin_hz), none);
  at(values, Metric::omega_ratio) = told(deformation(density, bin_hz), none);
  at(values, Metric::slow_share) = told(slow ? std::optional(100.0 * *slow) : std::nullopt, none);
  at(values, Metric::band_level) = told(band_rms(density, bin_hz, chain.band_low_hz, chain.band_high_hz), none);
  at(values, Metric::sn_ratio) = told(noise_ratio_db(density, bin_hz), slow ? Reason::rate_below_band : none);
  at(values, Metric::dp_ratio) = told(drop_ratio_db(density, bin_hz), slow ? Reason::rate_below_band : none);
}

void add_levels(QualityValues& values, const ChannelBrief& brief, std::optional<double> active_power) {
  const std::optional<double> rest = brief.rest && brief.rest->power > 0 ? std::optional(brief.rest->power) : std::nullopt;
  at(values, Metric::rest_level) = told(rest ? std::optional(std::sqrt(*rest)) : std::nullopt, Reason::no_rest);
  at(values, Metric::snr) =
      told(rest && active_power ? std::optional(10.0 * std::log10(std::max(*active_power / *rest - 1, kLeastOfRest))) : std::nullopt,
           rest ? Reason::not_active : Reason::no_rest);
  const std::optional<double> emg = active_power ? active_power : rest;
  if (brief.line_power > 0 && emg) {
    at(values, Metric::line_ratio).value = 10.0 * std::log10(brief.line_power / std::max(*emg - brief.line_power, 1e-12));
    at(values, Metric::line_ratio).note = fmt::format("{:g} Hz", brief.line_hz);
  }
}

void add_to(std::vector<QualityFinding>& all, std::vector<QualityFinding> findings, std::size_t channel) {
  for (QualityFinding& finding : findings) {
    finding.channel = static_cast<int>(channel);
    all.push_back(std::move(finding));
  }
}

}  // namespace

QualitySurvey::QualitySurvey(const Recording& recording, const Chain& chain, const std::vector<ChannelBrief>& briefs)
    : info_(recording.stream),
      chain_(chain),
      briefs_(briefs),
      rows_(recording.rows),
      input_(info_),
      spectrum_(info_.fs_hz, info_.channels.size()),
      spikes_(info_.fs_hz, rest_rms(briefs)),
      heart_(info_.fs_hz, info_.channels.size()),
      cross_talk_(info_, rows_) {}

void QualitySurvey::see(const Block& raw) noexcept {
  input_.push(raw);
  spectrum_.push(raw);
}

void QualitySurvey::push(const Block& conditioned) noexcept {
  spikes_.push(conditioned);
  heart_.push(conditioned);
  cross_talk_.push(conditioned);
}

QualityValues QualitySurvey::values(std::size_t channel, std::optional<double> active_power) const {
  const ChannelBrief& brief = briefs_[channel];
  QualityValues values;
  add_input(values, input_.facts(channel), info_.channels[channel], info_.fs_hz, rows_);
  add_levels(values, brief, active_power);
  if (brief.no_spectrum != Reason::ok) {
    for (const Metric metric : {Metric::sm_ratio, Metric::sn_ratio, Metric::dp_ratio, Metric::omega_ratio, Metric::slow_share,
                                Metric::spike_rate, Metric::heart_share, Metric::cross_talk, Metric::band_level})
      at(values, metric).reason = brief.no_spectrum;
    return values;
  }
  add_spectrum(values, spectrum_.density(channel), spectrum_.bin_hz(), chain_);
  at(values, Metric::spike_rate) = told(spikes_.per_minute(channel), brief.rest ? Reason::too_short : Reason::no_rest);
  const auto heart = heart_.share(channel);
  at(values, Metric::heart_share) = told(heart ? std::optional(100.0 * *heart) : std::nullopt, Reason::too_short);
  if (info_.channels.size() < 2) return values;
  if (const auto found = cross_talk_.of(channel)) {
    at(values, Metric::cross_talk).value = found->correlation;
    at(values, Metric::cross_talk).note = fmt::format("with {}, {:.2g} ms {}", info_.channels[found->with].label,
                                                      1000.0 * std::abs(found->lag_s), found->lag_s < 0 ? "earlier" : "later");
  } else {
    at(values, Metric::cross_talk).reason = Reason::too_short;
  }
  return values;
}

std::vector<QualityFinding> QualitySurvey::findings(std::span<const std::optional<double>> active_power) const {
  std::vector<QualityFinding> all;
  for (std::size_t c = 0; c < info_.channels.size(); ++c) {
    if (info_.channels[c].kind == Kind::other) continue;
    add_to(all, judge(values(c, active_power[c]), info_.channels[c], limits_of(chain_)), c);
  }
  return all;
}

std::vector<QualityFinding> input_findings(const InputFacts& input, const StreamInfo& info, std::size_t channel, std::int64_t rows) {
  std::vector<QualityFinding> all;
  if (info.channels[channel].kind == Kind::other) return all;
  QualityValues values;
  for (QualityValue& value : values) value.reason = Reason::rate_below_band;
  for (const Metric metric :
       {Metric::clipped_share, Metric::extreme_share, Metric::flat_run, Metric::repeated_share, Metric::missing_share})
    at(values, metric).reason = Reason::ok;
  add_input(values, input, info.channels[channel], info.fs_hz, rows);
  add_to(all, judge(values, info.channels[channel], {}), channel);
  return all;
}

}  // namespace semg
