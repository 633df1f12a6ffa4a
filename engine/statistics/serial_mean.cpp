// SPDX-License-Identifier: BSD-3-Clause
#include "engine/statistics/serial_mean.hpp"

#include <algorithm>

namespace semg {
namespace {

constexpr std::int64_t kFewest = 8;  // of fewer the correlation is not known well enough

}  // namespace

void SerialMean::add_first(double x) noexcept {
  ++n_;
  sum_ += x;
  squares_ += x * x;
  last_ = x;
}

void SerialMean::add_next(double x) noexcept {
  ++pairs_;
  products_ += last_ * x;
  pair_sum_ += last_ + x;
  add_first(x);
}

void SerialMean::operator+=(const SerialMean& o) noexcept {
  n_ += o.n_;
  pairs_ += o.pairs_;
  sum_ += o.sum_;
  squares_ += o.squares_;
  products_ += o.products_;
  pair_sum_ += o.pair_sum_;
}

Spread SerialMean::spread() const noexcept {
  const double n = static_cast<double>(n_);
  Spread spread{.mean = sum_ / n, .variance = 0, .df = 0};
  if (n_ < kFewest) return spread;
  const double about_mean = std::max(0.0, squares_ - sum_ * spread.mean);
  const double neighbours = products_ - spread.mean * pair_sum_ + static_cast<double>(pairs_) * spread.mean * spread.mean;
  double r = about_mean > 0 ? neighbours / about_mean : 0;
  r = std::clamp(r + (1 + 3 * r) / n, 0.0, 1.0);
  const double independent = n * (1 - r) / (1 + r);
  if (independent < 2) return spread;
  spread.variance = about_mean / (n - 1) / independent;
  spread.df = independent - 1;
  return spread;
}

}  // namespace semg
