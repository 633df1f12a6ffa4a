// SPDX-License-Identifier: BSD-3-Clause
// The one loop. A file and a device differ in the Source alone.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <span>

#include "dsp/block.hpp"
#include "dsp/frame.hpp"
#include "dsp/recording.hpp"
#include "engine/feature_extractor.hpp"

namespace semg {

/// read() fills a block that never spans a gap; false at the end.
template <class S>
concept Source = requires(S source, Block& block) {
  { source.read(block) } -> std::same_as<bool>;
};

/// Works on a block in place, without allocation; knows a gap by the jump in block.first.
template <class S>
concept Stage = requires(S stage, Block& block) {
  { stage.process(block) }
  noexcept;
  { stage.reset() }
  noexcept;
};

/// A Stage that looked ahead: it knows where a stretch ends.
template <class S>
concept LooksAhead = Stage<S> && requires(const S stage, std::int64_t row) {
  { stage.stretch_ends_at(row) } -> std::same_as<bool>;
};

template <class S>
concept Sink = requires(S sink, const FeatureFrame& frame, const Activation& activation) {
  sink.write(frame);
  sink.write(activation);
};

template <Sink S>
void hand_over(FeatureExtractor& features, S& sink) {
  FeatureFrame frame;
  while (features.take(frame)) sink.write(frame);
  Activation activation;
  while (features.take(activation)) sink.write(activation);
}

/// What is to be done with rows from the one that was asked about up to `end`: measured, as part of a period, or conditioned alone.
struct Stretch {
  bool measured = true;
  int period = -1;  ///< index into the recording's periods; -1 where it has none
  std::int64_t end = INT64_MAX;
};

/// at() is asked for rows that only grow.
template <class P>
concept Stretches = requires(P periods, std::int64_t row) {
  { periods.at(row) } -> std::same_as<Stretch>;
};

/// Periods that are known before (in order, not overlapping). Where there are none, all is measured; else rows outside of them are not.
class KnownPeriods {
 public:
  explicit KnownPeriods(std::span<const Period> periods) noexcept : periods_(periods) {}
  Stretch at(std::int64_t row) noexcept {
    if (periods_.empty()) return {};
    while (next_ < periods_.size() && periods_[next_].first_row + periods_[next_].rows <= row) ++next_;
    if (next_ == periods_.size()) return {.measured = false};
    const Period& p = periods_[next_];
    if (row < p.first_row) return {.measured = false, .end = p.first_row};
    return {.period = static_cast<int>(next_), .end = p.first_row + p.rows};
  }

 private:
  std::span<const Period> periods_;
  std::size_t next_ = 0;
};

/// Reads until the source ends. The stage runs through the edges of periods, and the features do not.
template <Source In, Stage Conditioning, Stretches Periods, Sink Out>
void run(In& source, Conditioning& conditioning, FeatureExtractor& features, Periods&& periods, std::size_t channels, Out& sink) {
  Block block(channels, FeatureExtractor::kMostRows);
  Block part(channels, FeatureExtractor::kMostRows);
  std::int64_t next_row = INT64_MIN;
  constexpr int kNothing = -2;
  int measuring = kNothing;  // the period at hand, -1 where there are none
  const auto stop = [&] {
    if (measuring != kNothing) {
      features.end();
      hand_over(features, sink);
    }
    measuring = kNothing;
  };
  while (source.read(block)) {
    if (block.first != next_row) stop();
    next_row = block.end();
    for (std::int64_t at = block.first; at < block.end();) {
      const Stretch stretch = periods.at(at);
      const int period = stretch.measured ? stretch.period : kNothing;
      if (measuring != period) stop();
      const std::int64_t end = std::min(block.end(), stretch.end);
      part.resize(static_cast<std::size_t>(end - at));
      part.first = at;
      const auto from = block.samples().subspan(static_cast<std::size_t>(at - block.first) * channels, part.samples().size());
      std::copy(from.begin(), from.end(), part.samples().begin());
      features.see(part);
      if constexpr (LooksAhead<Conditioning>) {
        if (conditioning.stretch_ends_at(end)) features.see_end();
      }
      conditioning.process(part);
      if (stretch.measured) {
        if (measuring == kNothing) features.begin(period, at);
        measuring = period;
        features.push(part);
        hand_over(features, sink);
      }
      at = end;
    }
  }
  stop();
}

}  // namespace semg
