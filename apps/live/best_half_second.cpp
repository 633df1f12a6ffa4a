// SPDX-License-Identifier: BSD-3-Clause
#include "apps/live/best_half_second.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace semg {

BestHalfSecond::BestHalfSecond(double fs_hz, std::size_t channels)
    : channels_(channels),
      cell_rows_(std::max<std::int64_t>(1, std::llround(0.01 * fs_hz))),
      half_second_cells_(std::max<std::int64_t>(1, std::llround(0.5 * fs_hz / static_cast<double>(cell_rows_)))),
      cell_(channels),
      ring_(static_cast<std::size_t>(half_second_cells_) * channels),
      best_(channels, std::numeric_limits<double>::quiet_NaN()) {}

void BestHalfSecond::begin(std::int64_t first_row) noexcept {
  next_row_ = first_row;
  in_cell_ = cells_ = 0;
  std::fill(cell_.begin(), cell_.end(), 0.0);
  std::fill(best_.begin(), best_.end(), std::numeric_limits<double>::quiet_NaN());
}

void BestHalfSecond::push(const Block& conditioned) noexcept {
  if (conditioned.first != next_row_) {
    in_cell_ = cells_ = 0;
    std::fill(cell_.begin(), cell_.end(), 0.0);
  }
  next_row_ = conditioned.end();
  for (std::size_t r = 0; r < conditioned.rows(); ++r) {
    const auto row = conditioned.row(r);
    for (std::size_t c = 0; c < channels_; ++c) cell_[c] += static_cast<double>(row[c]) * static_cast<double>(row[c]);
    if (++in_cell_ == cell_rows_) finish_cell();
  }
}

void BestHalfSecond::finish_cell() noexcept {
  const auto slot = static_cast<std::size_t>(cells_ % half_second_cells_) * channels_;
  std::copy(cell_.begin(), cell_.end(), ring_.begin() + static_cast<std::ptrdiff_t>(slot));
  std::fill(cell_.begin(), cell_.end(), 0.0);
  in_cell_ = 0;
  if (++cells_ < half_second_cells_) return;
  for (std::size_t c = 0; c < channels_; ++c) {
    double squares = 0;  // added up anew each time: a sum that is carried along never forgets a spike
    for (std::size_t k = 0; k < static_cast<std::size_t>(half_second_cells_); ++k) squares += ring_[k * channels_ + c];
    const double rms = std::sqrt(squares / static_cast<double>(half_second_cells_ * cell_rows_));
    if (std::isfinite(rms) && !(best_[c] >= rms)) best_[c] = rms;
  }
}

}  // namespace semg
