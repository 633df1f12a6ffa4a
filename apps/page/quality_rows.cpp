// SPDX-License-Identifier: BSD-3-Clause
#include "apps/page/quality_rows.hpp"

#include <cmath>

#include <fmt/format.h>

namespace semg {
namespace {

Verdict rising(double value, double warn, double fail) {
  return value >= fail ? Verdict::fail : value >= warn ? Verdict::warn : Verdict::pass;
}

std::optional<double> decibel(double power, double over) {
  return power > 0 && over > 0 ? std::optional(10.0 * std::log10(power / over)) : std::nullopt;
}

}  // namespace

std::vector<QualityRow> quality_rows(const QualityFacts& facts, const Channel& channel, const ChannelBrief& brief,
                                     const QualitySettings& limits) {
  const InputFacts& in = facts.input;
  std::vector<QualityRow> rows;
  const std::string unit = to_string(channel.unit);

  const double clipped = 100.0 * in.clipped_share();
  const bool rails = channel.rail_low || channel.rail_high;
  rows.push_back(
      {.measure = "Clipped rows",
       .value = rails ? std::optional(clipped) : std::nullopt,
       .unit = "%",
       .verdict = rails ? rising(clipped, 1e-9, 0.1) : Verdict::pass,
       .meaning = fmt::format("samples at the converter's rail; a window with {:g} % of them is invalid", 100.0 * limits.clipped_share)});

  const double flat_s = static_cast<double>(in.longest_run) / facts.fs_hz;
  rows.push_back({.measure = "Longest flat run",
                  .value = flat_s,
                  .unit = "s",
                  .verdict = rising(flat_s, 0.05, 0.2),
                  .meaning = "equal samples in a row; from 0.2 s on they are called flat and not measured"});

  const double repeated = 100.0 * in.repeated_share();
  rows.push_back({.measure = "Repeated rows",
                  .value = repeated,
                  .unit = "%",
                  .verdict = rising(repeated, 40, 60),
                  .meaning = "samples equal to the one before; from 60 % on a lower rate was held up, and no frequency is told"});

  const double missing =
      in.rows + in.not_finite > 0 ? 100.0 * static_cast<double>(in.not_finite) / static_cast<double>(in.rows + in.not_finite) : 0.0;
  rows.push_back({.measure = "Missing in this channel",
                  .value = missing,
                  .unit = "%",
                  .verdict = rising(missing, 1e-9, 1),
                  .meaning = "samples that are no number; windows with one are invalid"});

  const std::optional<double> rest = brief.rest ? std::optional(std::sqrt(brief.rest->power)) : std::nullopt;
  const bool physical = channel.unit == Unit::microvolt;
  rows.push_back({.measure = "Rest level",
                  .value = rest,
                  .unit = unit,
                  .verdict = !rest      ? Verdict::fail
                             : physical ? rising(*rest, 5, 10)
                                        : Verdict::pass,
                  .meaning = rest ? "RMS at rest after conditioning; up to 5 uV is good, from 10 uV on poor"
                                  : "no rest was found; give a rest period or --rest FILE"});

  const std::optional<double> snr =
      rest && facts.active_power ? decibel(*facts.active_power - brief.rest->power, brief.rest->power) : std::nullopt;
  rows.push_back({.measure = "SNR",
                  .value = snr,
                  .unit = "dB",
                  .verdict = !snr || *snr < limits.snr_db ? Verdict::fail
                             : *snr < limits.snr_db + 5   ? Verdict::warn
                                                          : Verdict::pass,
                  .meaning = fmt::format("power of activations above rest over rest; {:g} dB are needed for MDF", limits.snr_db)});

  const std::optional<double> emg = facts.active_power ? facts.active_power : rest ? std::optional(brief.rest->power) : std::nullopt;
  const std::optional<double> line =
      brief.line_power > 0 && emg ? decibel(brief.line_power, std::max(*emg - brief.line_power, 1e-12)) : std::nullopt;
  rows.push_back({.measure = "Mains hum",
                  .value = line,
                  .unit = "dB",
                  .verdict = line ? rising(*line, limits.line_db, limits.line_db + 5) : Verdict::pass,
                  .meaning = brief.line_power > 0 ? fmt::format("{:g} Hz and harmonics over EMG power; from {:g} dB on MDF is invalid",
                                                                brief.line_hz, limits.line_db)
                                                  : "none stands out"});
  return rows;
}

}  // namespace semg
