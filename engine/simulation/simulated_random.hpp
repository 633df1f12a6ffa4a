// SPDX-License-Identifier: BSD-3-Clause
// Random numbers for simulation, of our own making, so that a seed gives the same recording whatever standard library is used.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>

namespace semg {

/// xoshiro256++ (Blackman & Vigna, ACM Trans Math Softw 2021; 47: 36), its state filled by SplitMix64 from a key.
/// A key is a list of numbers, e.g. {seed, channel, purpose}: other keys give streams that have nothing to do with each other,
/// so a channel's samples do not depend on how many channels there are.
class RandomStream {
 public:
  explicit RandomStream(std::initializer_list<std::uint64_t> key) noexcept;

  std::uint64_t bits() noexcept {
    const std::uint64_t result = turned(state_[0] + state_[3], 23) + state_[0];
    const std::uint64_t shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = turned(state_[3], 45);
    return result;
  }

  /// Above 0 and below 1: the middle of one of 2^52 equal steps.
  double uniform() noexcept { return (static_cast<double>(bits() >> 12) + 0.5) * 0x1p-52; }

  /// Mean 0, standard deviation 1. Ziggurat of 128 layers (Marsaglia & Tsang, J Stat Softw 2000; 5(8), as corrected by Doornik 2005:
  /// layer and position come from different bits).
  double gaussian() noexcept {
    const std::uint64_t drawn = bits();
    const auto layer = static_cast<std::size_t>(drawn & 127);
    const double side = static_cast<double>(drawn >> 11) * 0x1p-52 - 1;  // -1 .. 1
    if (side < kZiggurat.inner[layer] && -side < kZiggurat.inner[layer]) return side * kZiggurat.edge[layer];
    return gaussian_outside(layer, side);
  }

  /// Waiting time to the next of events that come once per unit of time on average.
  double exponential() noexcept;

 private:
  struct Ziggurat {
    std::array<double, 129> edge;   // right edge of each layer; edge[0] stands for the layer with the tail
    std::array<double, 128> inner;  // share of the layer that lies under the curve whatever the height
    Ziggurat() noexcept;
  };
  static const Ziggurat kZiggurat;

  static std::uint64_t turned(std::uint64_t x, int by) noexcept { return (x << by) | (x >> (64 - by)); }
  double gaussian_outside(std::size_t layer, double side) noexcept;

  std::array<std::uint64_t, 4> state_;
};

}  // namespace semg
