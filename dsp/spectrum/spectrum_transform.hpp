// SPDX-License-Identifier: BSD-3-Clause
// The discrete Fourier transform that every power spectrum is made of: one length, one plan.
#pragma once

#include <complex>
#include <cstddef>
#include <memory>
#include <span>

namespace semg {

/// Transforms `rows` real numbers. One plan per object, made in the constructor and never again, in buffers of its own, so that no value
/// depends on how many channels or windows there are. Nothing allocates after the constructor.
class RealTransform {
 public:
  /// `rows`: at least 1.
  explicit RealTransform(std::size_t rows);
  ~RealTransform();
  RealTransform(RealTransform&&) noexcept;

  std::size_t rows() const noexcept { return rows_; }
  std::size_t bins() const noexcept { return rows_ / 2 + 1; }

  /// [rows] To be filled anew before each add_power() or transform().
  std::span<double> in() noexcept;
  /// sum_k += |X_k|^2   [bins]
  void add_power(std::span<double> sum) noexcept;
  /// X_k, good until the next transform.   [bins]
  std::span<const std::complex<double>> transform() noexcept;
  /// sum_k *= c_k scale,  c_k = 2, but 1 at 0 Hz and at fs/2, which have no twin among the negative frequencies.   [bins]
  void to_one_sided(std::span<double> sum, double scale) const noexcept;

 private:
  struct Plan;
  std::size_t rows_;
  std::unique_ptr<Plan> plan_;
};

}  // namespace semg
