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

/// Reads until the source ends. Where there are periods (in order, not overlapping), the stage runs through their edges and the features
/// do not; rows outside every period are conditioned and not measured.
template <Source In, Stage Conditioning, Sink Out>
void run(In& source, Conditioning& conditioning, FeatureExtractor& features, std::span<const Period> periods, std::size_t channels,
         Out& sink) {
  Block block(channels, FeatureExtractor::kMostRows);
  Block part(channels, FeatureExtractor::kMostRows);
  std::int64_t next_row = INT64_MIN;
  std::size_t period = 0;
  bool measuring = false;
  const auto stop = [&] {
    if (measuring) {
      features.end();
      hand_over(features, sink);
    }
    measuring = false;
  };
  while (source.read(block)) {
    if (block.first != next_row) stop();
    next_row = block.end();
    for (std::int64_t at = block.first; at < block.end();) {
      std::int64_t edge = block.end();  // the part up to the next edge of a period
      bool inside = periods.empty();
      if (!periods.empty()) {
        while (period < periods.size() && periods[period].first_row + periods[period].rows <= at) {
          ++period;
          stop();
        }
        if (period < periods.size()) {
          inside = periods[period].first_row <= at;
          edge = std::min(edge, inside ? periods[period].first_row + periods[period].rows : periods[period].first_row);
        }
      }
      part.resize(static_cast<std::size_t>(edge - at));
      part.first = at;
      const auto from = block.samples().subspan(static_cast<std::size_t>(at - block.first) * channels, part.samples().size());
      std::copy(from.begin(), from.end(), part.samples().begin());
      features.see(part);
      conditioning.process(part);
      if (inside) {
        if (!measuring) features.begin(periods.empty() ? -1 : static_cast<int>(period), at);
        measuring = true;
        features.push(part);
        hand_over(features, sink);
      }
      at = edge;
    }
  }
  stop();
}

}  // namespace semg
