// SPDX-License-Identifier: BSD-3-Clause
// Which features are compared between visits, and on which scale.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "engine/study/study.hpp"

namespace semg {

/// ln_ratio: ln(to / from), for what multiplies (amplitudes). difference: to - from, in the feature's unit.
enum class ChangeScale { ln_ratio, difference };

struct ComparedFeature {
  std::string_view name;
  ChangeScale scale;
  std::string_view unit;         ///< of the raw value; empty: the channel's
  std::string_view change_unit;  ///< "ln_ratio", "Hz", "s" or "index"
  bool amplitude;                ///< corrected for the noise at rest, and given in every view; any other feature only as it is
  bool spectral;                 ///< depends on the sampling rate and band
  std::string_view meaning;      ///< for a reader: "RMS while active"
};

/// All of them, in the order tables show them.
std::span<const ComparedFeature> compared_features() noexcept;
/// Null where it is none of them.
const ComparedFeature* find_feature(std::string_view name) noexcept;
/// What a task of this kind gives where the study file does not say.
std::vector<std::string> features_of(TaskKind kind);
/// Views of `plan` in which a feature of this task and muscle is planned: %MVC only where a task gives the muscle's reference.
std::vector<View> views_of(const StudyPlan& plan, const PlannedTask& task, const PlannedMuscle& muscle, const ComparedFeature& feature);

}  // namespace semg
