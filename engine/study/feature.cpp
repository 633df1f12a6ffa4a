// SPDX-License-Identifier: BSD-3-Clause
#include "engine/study/feature.hpp"

#include <algorithm>
#include <array>

namespace semg {
namespace {

constexpr auto kLn = ChangeScale::ln_ratio;
constexpr auto kDifference = ChangeScale::difference;
constexpr std::array<ComparedFeature, 11> kFeatures = {{
    {"rms_active", kLn, "", "ln_ratio", true, false, "RMS while active"},
    {"arv_active", kLn, "", "ln_ratio", true, false, "average rectified value while active"},
    {"rms", kLn, "", "ln_ratio", true, false, "RMS"},
    {"mvc_rms", kLn, "", "ln_ratio", true, false, "highest RMS of 500 ms"},
    {"mdf_active", kDifference, "Hz", "Hz", false, true, "median frequency while active"},
    {"mnf_active", kDifference, "Hz", "Hz", false, true, "mean frequency while active"},
    {"mdf", kDifference, "Hz", "Hz", false, true, "median frequency"},
    {"mnf", kDifference, "Hz", "Hz", false, true, "mean frequency"},
    {"mdf_slope", kDifference, "Hz/s", "index", false, true, "slope of the median frequency"},
    {"duration", kDifference, "s", "s", false, false, "duration of activation"},
    {"activation_count", kDifference, "1", "index", false, false, "number of activations"},
}};

}  // namespace

std::span<const ComparedFeature> compared_features() noexcept {
  return kFeatures;
}

const ComparedFeature* find_feature(std::string_view name) noexcept {
  const auto at = std::find_if(kFeatures.begin(), kFeatures.end(), [&](const ComparedFeature& f) { return f.name == name; });
  return at == kFeatures.end() ? nullptr : &*at;
}

std::vector<std::string> features_of(TaskKind kind) {
  switch (kind) {
    case TaskKind::rest: return {};
    case TaskKind::mvc: return {"mvc_rms"};
    case TaskKind::repetitions: return {"rms_active", "mdf_active", "duration"};
    case TaskKind::hold: return {"rms", "mdf", "mdf_slope"};
  }
  return {};
}

std::vector<View> views_of(const StudyPlan& plan, const PlannedTask& task, const PlannedMuscle& muscle, const ComparedFeature& feature) {
  std::vector<View> views;
  for (const View view : plan.views) {
    if (view == View::raw) views.push_back(view);
    if (!feature.amplitude) continue;
    const bool has_reference = std::any_of(plan.tasks.begin(), plan.tasks.end(), [&](const PlannedTask& t) {
      return t.kind == TaskKind::mvc && std::find(t.reference_for.begin(), t.reference_for.end(), muscle.id) != t.reference_for.end();
    });
    if (view == View::mvc && task.kind != TaskKind::mvc && has_reference) views.push_back(view);
    if (view == View::paretic_ratio && plan.paretic && muscle.sides.size() == 2) views.push_back(view);
  }
  return views;
}

}  // namespace semg
