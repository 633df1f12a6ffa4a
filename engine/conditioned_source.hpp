// SPDX-License-Identifier: BSD-3-Clause
// A Source over a Source, for conditioning that reads ahead: a recording's rows as they came in, and with them the same rows conditioned.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "dsp/block.hpp"
#include "dsp/filters/sos_filter.hpp"
#include "dsp/filters/zero_phase.hpp"
#include "engine/chain.hpp"

namespace semg {

/// Rows on their way, oldest first, [rows x channels].
class RowQueue {
 public:
  explicit RowQueue(std::size_t channels) : channels_(channels) {}
  std::size_t rows() const noexcept { return (samples_.size() - head_) / channels_; }
  template <class Sample>
  void push(std::span<Sample> rows) {
    std::transform(rows.begin(), rows.end(), std::back_inserter(samples_), [](Sample x) { return static_cast<float>(x); });
  }
  void copy(std::size_t from_row, std::span<float> to) const noexcept {
    std::copy_n(samples_.data() + head_ + from_row * channels_, to.size(), to.data());
  }
  void drop(std::size_t rows) {
    head_ += rows * channels_;
    if (2 * head_ < samples_.size()) return;
    samples_.erase(samples_.begin(), samples_.begin() + static_cast<std::ptrdiff_t>(head_));
    head_ = 0;
  }

 private:
  std::size_t channels_;
  std::size_t head_ = 0;
  std::vector<float> samples_;
};

/// Both the Source and the Stage of run(), in memory that does not grow with the recording. read() hands out rows as they came in; until
/// the next read(), process() puts in their place, in a block of any part of them, what conditioning made of them. Rows and stretches are
/// the source's; the sizes of its blocks change no bit.
template <class In>
class ConditionedSource {
 public:
  ConditionedSource(In& source, const Chain& chain, std::size_t channels, std::size_t most_rows)
      : source_(source), in_(channels, most_rows), raw_(channels), conditioned_(channels), filter_(chain.sos, channels, chain.fs_hz) {}

  bool read(Block& block) {
    raw_.drop(given_);
    conditioned_.drop(given_);
    front_ += static_cast<std::int64_t>(given_);
    given_ = 0;
    while (conditioned_.rows() == 0) {
      if (kept_) {  // the block that showed that the stretch before it was over
        begin();
      } else if (over_) {
        return false;
      } else if (!source_.read(in_)) {
        over_ = true;
        end();
      } else if (in_.first != next_row_) {
        kept_ = true;
        end();
      } else {
        take_in();
      }
    }
    given_ = std::min(conditioned_.rows(), block.max_rows());
    block.resize(given_);
    block.first = front_;
    raw_.copy(0, block.samples());
    return true;
  }

  void process(Block& block) noexcept { conditioned_.copy(static_cast<std::size_t>(block.first - front_), block.samples()); }
  void reset() noexcept {}
  /// Whether a stretch ends at this row, the first that is not in the block read last.
  bool stretch_ends_at(std::int64_t row) const noexcept { return ended_ && row == next_row_at_end_; }

 private:
  void begin() {
    kept_ = ended_ = false;
    front_ = next_row_ = in_.first;
    take_in();
  }
  void take_in() {
    next_row_ = in_.end();
    raw_.push(std::span<const float>(in_.samples()));
    filter_.push(in_, [this](std::span<const double> rows) { conditioned_.push(rows); });
  }
  void end() {
    filter_.end([this](std::span<const double> rows) { conditioned_.push(rows); });
    ended_ = true;
    next_row_at_end_ = next_row_;
  }

  In& source_;
  Block in_;
  RowQueue raw_, conditioned_;  // both from row front_ on
  ZeroPhase filter_;
  std::int64_t front_ = 0, next_row_ = INT64_MIN, next_row_at_end_ = INT64_MIN;
  std::size_t given_ = 0;  // rows handed out by the last read()
  bool kept_ = false, over_ = false, ended_ = false;
};

}  // namespace semg
