// SPDX-License-Identifier: BSD-3-Clause
#include "engine/study/comparability.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace semg {
namespace {

constexpr double kRateClass = 0.05;

bool is_same(double a, double b, double share) {
  return std::abs(a - b) <= share * std::max(std::abs(a), std::abs(b));
}

}  // namespace

std::vector<Difference> differences_between(const Session& a, const Channel& x, const Session& b, const Channel& y,
                                            const ComparedFeature& feature) {
  std::vector<Difference> found;
  const auto add = [&](StudyReason code, const char* what, const auto& here, const auto& there, const char* unit) {
    const bool refuses = code == StudyReason::different_unit || code == StudyReason::different_band ||
                         (code == StudyReason::different_rate && feature.spectral);
    found.push_back({code, fmt::format("{}: {}{}, at the baseline {}{}", what, here, unit, there, unit), refuses});
  };
  if (x.unit != y.unit) add(StudyReason::different_unit, "unit", to_string(y.unit), to_string(x.unit), "");
  if (!is_same(a.fs_hz, b.fs_hz, kRateClass)) add(StudyReason::different_rate, "sampling rate", b.fs_hz, a.fs_hz, " Hz");
  if (!is_same(a.low_pass_hz, b.low_pass_hz, kRateClass))
    add(StudyReason::different_band, "upper edge of the band", b.low_pass_hz, a.low_pass_hz, " Hz");
  if (x.lsb && y.lsb && !is_same(*x.lsb, *y.lsb, 0.01))
    add(StudyReason::different_gain, "step of the converter", fmt::format("{:.4g}", *y.lsb), fmt::format("{:.4g}", *x.lsb),
        x.unit == Unit::microvolt ? " uV" : " a.u.");
  if (x.ied_mm && y.ied_mm && !is_same(*x.ied_mm, *y.ied_mm, 0.01))
    add(StudyReason::different_electrodes, "distance between the electrodes", *y.ied_mm, *x.ied_mm, " mm");
  if (!x.reference.empty() && !y.reference.empty() && x.reference != y.reference)
    add(StudyReason::different_reference, "reference electrode", y.reference, x.reference, "");
  return found;
}

std::vector<Difference> differences_between(const ValueCell& from, const ValueCell& to, const std::vector<Session>& sessions) {
  std::vector<Difference> found;
  const auto compare = [&](int a, int x, int b, int y) {
    if (a < 0 || b < 0) return;
    const Session& baseline = sessions[static_cast<std::size_t>(a)];
    const Session& visit = sessions[static_cast<std::size_t>(b)];
    const auto more = differences_between(baseline, baseline.channels[static_cast<std::size_t>(x)].about, visit,
                                          visit.channels[static_cast<std::size_t>(y)].about, *to.feature);
    found.insert(found.end(), more.begin(), more.end());
  };
  compare(from.session, from.session_channel, to.session, to.session_channel);
  compare(from.beside, from.beside_channel, to.beside, to.beside_channel);
  if (!from.value || !to.value) return found;
  if (from.feature->amplitude && from.noise_corrected != to.noise_corrected)
    found.push_back({StudyReason::different_rest,
                     to.noise_corrected ? "the noise at rest is known here and not at the baseline"
                                        : "the noise at rest is known at the baseline and not here",
                     true});
  const char* seconds = to_string(Observations::Of::epochs);
  if ((from.n_unit == seconds) != (to.n_unit == seconds))
    found.push_back({StudyReason::different_task, fmt::format("a mean over {}, at the baseline over {}", to.n_unit, from.n_unit), true});
  return found;
}

}  // namespace semg
