// SPDX-License-Identifier: BSD-3-Clause
// Whether samples are copies: data of a low rate, held up to a higher one.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <vector>

namespace semg {

class HeldRows {
 public:
  explicit HeldRows(std::size_t channels);

  /// The next row, all channels finite.
  void push(std::span<const float> row);
  /// The next row is not the neighbour of the last.
  void interrupt() noexcept;

  std::int64_t repeated() const noexcept { return repeated_; }  ///< rows in which all channels are as in the row before

  /// The rate that the samples themselves have; 0 where they do not look held. They do where at least half of the rows repeat and changes
  /// are no mere flicker of the last digit, which a quiet channel of a coarse converter shows as well.
  double rate(double fs_hz) const;

 private:
  void end_run();

  std::vector<float> before_;
  std::vector<float> step_;                    // smallest change of each channel so far
  std::map<std::int64_t, std::int64_t> runs_;  // length -> how many
  std::int64_t run_ = 1;
  std::int64_t rows_ = 0;
  std::int64_t repeated_ = 0;
  std::int64_t moved_ = 0;  // changes that are more than flicker
  bool started_ = false;
};

}  // namespace semg
