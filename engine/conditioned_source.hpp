// SPDX-License-Identifier: BSD-3-Clause
// A Source over a Source, for conditioning that reads ahead: a recording's rows as they came in, and with them the same rows conditioned.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <span>
#include <vector>

#include "dsp/block.hpp"
#include "dsp/filters/line_subtraction.hpp"
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
/// the next read(), clean() puts in their place, in a block of any part of them, the same without mains hum, if the chain subtracts it, and
/// process() what all of conditioning made of them. Rows and stretches are the source's; the sizes of its blocks change no bit.
template <class In>
class ConditionedSource {
 public:
  ConditionedSource(In& source, const Chain& chain, std::size_t channels, std::size_t most_rows)
      : source_(source),
        channels_(channels),
        in_(channels, most_rows),
        part_(channels, most_rows),
        raw_(channels),
        clean_(channels),
        conditioned_(channels),
        forward_(chain.sos, channels) {
    if (chain.subtracts_line())
      line_.emplace(LineDesign{.line_hz = chain.settings.filter.line_hz, .top_hz = chain.low_pass_hz}, channels, chain.fs_hz);
    if (chain.passes == 2) both_ways_.emplace(chain.sos, channels, chain.fs_hz);
  }

  bool read(Block& block) {
    raw_.drop(given_);
    if (line_) clean_.drop(given_);
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

  void clean(Block& block) noexcept { (line_ ? clean_ : raw_).copy(static_cast<std::size_t>(block.first - front_), block.samples()); }
  void process(Block& block) noexcept { conditioned_.copy(static_cast<std::size_t>(block.first - front_), block.samples()); }
  void reset() noexcept {}
  /// Whether a stretch ends at this row, the first that is not in the block read last.
  bool stretch_ends_at(std::int64_t row) const noexcept { return ended_ && row == next_row_at_end_; }

 private:
  void begin() {
    kept_ = ended_ = false;
    front_ = next_row_ = part_.first = in_.first;
    forward_.reset();
    take_in();
  }
  void take_in() {
    next_row_ = in_.end();
    const std::span<const float> rows = in_.samples();
    raw_.push(rows);
    if (line_) {
      line_->push(in_, [this](std::span<const float> some) { take_clean(some); });
    } else {
      filter(rows);
    }
  }
  void take_clean(std::span<const float> rows) {
    clean_.push(rows);
    filter(rows);
  }
  void filter(std::span<const float> rows) {
    part_.resize(rows.size() / channels_);
    std::copy(rows.begin(), rows.end(), part_.samples().begin());
    if (both_ways_) {
      both_ways_->push(part_, [this](std::span<const double> some) { conditioned_.push(some); });
    } else {
      forward_.process(part_);
      conditioned_.push(std::span<const float>(part_.samples()));
    }
    part_.first = part_.end();
  }
  void end() {
    if (line_) line_->end([this](std::span<const float> some) { take_clean(some); });
    if (both_ways_) both_ways_->end([this](std::span<const double> some) { conditioned_.push(some); });
    ended_ = true;
    next_row_at_end_ = next_row_;
  }

  In& source_;
  std::size_t channels_;
  Block in_, part_;
  RowQueue raw_, clean_, conditioned_;  // from row front_ on
  std::optional<LineSubtraction> line_;
  SosFilter forward_;
  std::optional<ZeroPhase> both_ways_;  // or this one
  std::int64_t front_ = 0, next_row_ = INT64_MIN, next_row_at_end_ = INT64_MIN;
  std::size_t given_ = 0;  // rows handed out by the last read()
  bool kept_ = false, over_ = false, ended_ = false;
};

}  // namespace semg
