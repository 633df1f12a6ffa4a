// SPDX-License-Identifier: BSD-3-Clause
// Joint analysis of EMG spectrum and amplitude (JASA): what a change of both together looks like.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "engine/fatigue_slope.hpp"

namespace semg {

/// What increases: both, the amplitude while the frequency decreases, the frequency while the amplitude decreases, or neither. Undecided
/// where the interval of either slope holds 0. The source reads these as more force, fatigue, recovery and less force; the words here say
/// no more than what was seen.
enum class JointChange { undecided, both_increase, amplitude_increase, frequency_increase, both_decrease };
std::string_view to_string(JointChange change) noexcept;

/// Source: Luttmann, Jaeger & Laurig, Int J Ind Ergon 2000; 25: 645-660.
struct JointAnalysis {
  FatigueSlope amplitude;
  FatigueSlope frequency;
  JointChange change = JointChange::undecided;
};

/// Of the same epochs, as in fatigue_slope(): middles from the start of the contraction on, RMS (or ARV), and MDF (or MNF) in Hz. Epochs
/// that lack either (NaN), as those at rest do, are left out of both. None of fewer than three.
std::optional<JointAnalysis> joint_analysis(std::span<const double> t_s, std::span<const double> amplitude,
                                            std::span<const double> frequency_hz, double confidence);

}  // namespace semg
