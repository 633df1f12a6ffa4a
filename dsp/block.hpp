// SPDX-License-Identifier: BSD-3-Clause
// Rows in transit.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace semg {

/// Consecutive samples of all channels, [rows x channels], sample-major: one row is one instant.
/// Values are microvolts (or a.u.). `first` is the stream index of row 0; where it is not the end of the block before,
/// rows were lost: a gap. A block never spans one. NaN marks a sample that is not there in one channel only.
class Block {
 public:
  /// Room for `max_rows` rows; resize() within it does not allocate.
  Block(std::size_t channels, std::size_t max_rows) : channels_(channels) {
    samples_.reserve(channels * max_rows);
    max_rows_ = max_rows;
  }

  std::int64_t first = 0;

  std::size_t channels() const noexcept { return channels_; }
  std::size_t rows() const noexcept { return rows_; }
  std::size_t max_rows() const noexcept { return max_rows_; }
  std::int64_t end() const noexcept { return first + static_cast<std::int64_t>(rows_); }

  void resize(std::size_t rows) {
    rows_ = rows;
    samples_.resize(rows * channels_);
  }
  std::span<float> row(std::size_t r) noexcept { return {samples_.data() + r * channels_, channels_}; }
  std::span<const float> row(std::size_t r) const noexcept { return {samples_.data() + r * channels_, channels_}; }
  std::span<float> samples() noexcept { return samples_; }
  std::span<const float> samples() const noexcept { return samples_; }

 private:
  std::size_t channels_ = 0;
  std::size_t rows_ = 0;
  std::size_t max_rows_ = 0;
  std::vector<float> samples_;  // [rows x channels]
};

}  // namespace semg
