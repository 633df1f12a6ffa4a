// SPDX-License-Identifier: BSD-3-Clause
#include "apps/page/quality_rows.hpp"

#include <array>
#include <cstddef>
#include <string_view>

namespace semg {
namespace {

struct Words {
  std::string_view measure, meaning;
};

/// In the order of Metric.
constexpr std::array<Words, kMetrics> kWords = {{
    {"SNR", "power of activations above rest over rest"},
    {"Rest level", "RMS at rest after conditioning"},
    {"Mains hum", "the mains frequency and its harmonics over EMG power"},
    {"Motion ratio", "power over that part below 20 Hz which EMG does not have: cables and electrodes that move"},
    {"Noise ratio", "power over noise, if it is everywhere what it is at the highest frequencies"},
    {"Density drop", "highest over lowest power density between 35 and 600 Hz"},
    {"Deformation", "width of the raw spectrum: power far below or above EMG raises it"},
    {"Slow power", "share of the raw signal's power below 20 Hz"},
    {"Clipped rows", "samples at the converter's rail"},
    {"Extreme rows", "runs of samples at the lowest or highest value: a rail that is not stated"},
    {"Longest flat run", "equal samples in a row; from 0.2 s on they are called flat and not measured"},
    {"Repeated rows", "samples equal to the one before; from 60 % on a lower rate was held up"},
    {"Missing in this channel", "samples that were lost or are no number"},
    {"Spikes", "single spikes beyond 10 median absolute deviations of rest"},
    {"Heart beats", "share of the time that lies between two beats of one shape; they are seen where the muscle is quiet"},
    {"Cross-talk", "largest correlation with another channel within 5 ms: another muscle, or a source that both have, such as hum"},
    {"Band level", "RMS in the EMG band over the whole recording; far from any EMG where the unit is not what it is said to be"},
}};

std::string_view what_follows(const std::string& gates) {
  if (gates == to_string(Gates::windows)) return "windows that hold too much of it are invalid";
  if (gates == to_string(Gates::frequencies)) return "median and mean frequency are invalid where it holds";
  if (gates == to_string(Gates::activation)) return "activation cannot be told; give a rest period or --rest FILE";
  return "nothing is invalid by it, but be careful";
}

std::size_t place_of(const std::string& metric) {
  std::size_t m = 0;
  while (m < kMetrics && kMetricWords[m] != metric) ++m;
  return m;
}

}  // namespace

std::vector<QualityRow> quality_rows(const std::vector<QualityFinding>& findings, int channel) {
  std::vector<QualityRow> rows;
  for (const QualityFinding& f : findings) {
    const std::size_t m = place_of(f.metric);
    if (f.channel != channel || m == kMetrics) continue;
    const bool applies = f.value || !f.reason.empty() || f.verdict != Verdict::pass || f.metric == to_string(Metric::line_ratio);
    if (!applies) continue;
    std::string meaning(kWords[m].meaning);
    if (!f.rule.empty()) {
      meaning += ". Rule: " + f.rule + "; " + std::string(what_follows(f.gates));
      if (!f.reason.empty()) meaning += " (" + f.reason + ")";
    } else if (!f.value) {
      meaning += f.reason.empty() ? ". None stands out" : ". Not told: " + f.reason;
    }
    rows.push_back(
        {.measure = std::string(kWords[m].measure), .value = f.value, .unit = f.unit, .verdict = f.verdict, .meaning = std::move(meaning)});
  }
  return rows;
}

}  // namespace semg
