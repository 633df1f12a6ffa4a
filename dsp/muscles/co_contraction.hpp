// SPDX-License-Identifier: BSD-3-Clause
// How far two antagonists work at the same time.
#pragma once

#include <algorithm>
#include <cstdint>

namespace semg {

/// Sums over two envelopes a (agonist) and b (antagonist), each over a reference of its muscle, such as its level in a maximal voluntary
/// contraction: 1 is that level. The reference is always given: an envelope over its own maximum would lose the very change of strength
/// that is looked for. With l the smaller and h the larger of the two at an instant:
///     Falconer & Winter = 200 sum l / sum (a + b)  in %: their common area; the same where both grow by one factor
///     Rudolph           = mean of (l / h) (l + h): common and strong; grows with the contraction. Instants at which both rest give 0
///     CR                = 100 sum b / sum (a + b)  in %: the antagonist's share of the integrated EMG
/// Sources: Falconer & Winter, Electromyogr Clin Neurophysiol 1985; 25: 135-149; Rudolph, Axe & Snyder-Mackler, Knee Surg Sports Traumatol
/// Arthrosc 2000; 8: 262-269.
/// An envelope below 0 is the undershoot of its low-pass and counts as 0. Values are added in their order; no allocation.
class CoContraction {
 public:
  /// Levels of the references, in the unit of the envelope that is added. Throws Error(usage) unless both are above 0 and finite.
  CoContraction(double agonist_reference, double antagonist_reference);

  void add(double agonist, double antagonist) noexcept {
    const double a = std::max(0.0, agonist) / agonist_reference_, b = std::max(0.0, antagonist) / antagonist_reference_;
    const double low = std::min(a, b), high = std::max(a, b);
    lows_ += low;
    agonists_ += a;
    antagonists_ += b;
    if (high > 0) weighted_ += low / high * (low + high);
    ++count_;
  }
  /// As if nothing had been added.
  void clear() noexcept {
    lows_ = agonists_ = antagonists_ = weighted_ = 0;
    count_ = 0;
  }

  std::int64_t count() const noexcept { return count_; }
  double falconer_winter_pct() const noexcept;   ///< 0..100; NaN where both muscles rest throughout
  double rudolph() const noexcept;               ///< 0..2 at references that are not exceeded; NaN over nothing
  double antagonist_share_pct() const noexcept;  ///< CR, 0..100; NaN where both muscles rest throughout

 private:
  double agonist_reference_, antagonist_reference_;
  double lows_ = 0, agonists_ = 0, antagonists_ = 0, weighted_ = 0;
  std::int64_t count_ = 0;
};

}  // namespace semg
