// SPDX-License-Identifier: BSD-3-Clause
#include "dsp/muscles/co_contraction.hpp"

#include <cmath>
#include <limits>
#include <string>

#include "dsp/error.hpp"

namespace semg {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

double checked(double reference) {
  if (!(reference > 0 && std::isfinite(reference)))
    throw Error(Fault::usage, "co-contraction: found a reference of " + std::to_string(reference) + ", expected a level above 0");
  return reference;
}

}  // namespace

CoContraction::CoContraction(double agonist_reference, double antagonist_reference)
    : agonist_reference_(checked(agonist_reference)), antagonist_reference_(checked(antagonist_reference)) {}

double CoContraction::falconer_winter_pct() const noexcept {
  const double both = agonists_ + antagonists_;
  return both > 0 ? 200 * lows_ / both : kNaN;
}

double CoContraction::rudolph() const noexcept {
  return count_ > 0 ? weighted_ / static_cast<double>(count_) : kNaN;
}

double CoContraction::antagonist_share_pct() const noexcept {
  const double both = agonists_ + antagonists_;
  return both > 0 ? 100 * antagonists_ / both : kNaN;
}

}  // namespace semg
