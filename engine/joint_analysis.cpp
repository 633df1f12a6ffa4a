// SPDX-License-Identifier: BSD-3-Clause
#include "engine/joint_analysis.hpp"

#include <cmath>
#include <vector>

namespace semg {
namespace {

/// 1 or -1 where the whole interval lies above or below 0, else 0.
int direction(const std::optional<Interval>& slope) {
  if (!slope) return 0;
  return slope->low > 0 ? 1 : slope->high < 0 ? -1 : 0;
}

JointChange change_of(int amplitude, int frequency) {
  if (amplitude == 0 || frequency == 0) return JointChange::undecided;
  if (amplitude > 0) return frequency > 0 ? JointChange::both_increase : JointChange::amplitude_increase;
  return frequency > 0 ? JointChange::frequency_increase : JointChange::both_decrease;
}

}  // namespace

std::string_view to_string(JointChange change) noexcept {
  switch (change) {
    case JointChange::undecided: return "undecided";
    case JointChange::both_increase: return "both_increase";
    case JointChange::amplitude_increase: return "amplitude_increase";
    case JointChange::both_decrease: return "both_decrease";
    case JointChange::frequency_increase: return "frequency_increase";
  }
  return "";
}

std::optional<JointAnalysis> joint_analysis(std::span<const double> t_s, std::span<const double> amplitude,
                                            std::span<const double> frequency_hz, double confidence) {
  std::vector<double> t, a, f;
  for (std::size_t k = 0; k < t_s.size(); ++k) {
    if (std::isnan(amplitude[k]) || std::isnan(frequency_hz[k])) continue;
    t.push_back(t_s[k]);
    a.push_back(amplitude[k]);
    f.push_back(frequency_hz[k]);
  }
  const auto of_amplitude = fatigue_slope(t, a, confidence);
  const auto of_frequency = fatigue_slope(t, f, confidence);
  if (!of_amplitude || !of_frequency) return std::nullopt;
  return JointAnalysis{.amplitude = *of_amplitude,
                       .frequency = *of_frequency,
                       .change = change_of(direction(of_amplitude->slope), direction(of_frequency->slope))};
}

}  // namespace semg
