// SPDX-License-Identifier: BSD-3-Clause
// Signals and cuts for tests of stateful classes.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <numbers>
#include <vector>

#include "dsp/block.hpp"

namespace semg::testing {

using Channels = std::vector<std::vector<float>>;  // [channels][rows]

/// A small generator that is the same everywhere; not for statistics.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed * 2654435769U + 1) {}
  std::uint64_t next() {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return state_;
  }
  double uniform() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
  double normal() {  // sum of twelve: close enough to a bell
    double sum = -6;
    for (int k = 0; k < 12; ++k) sum += uniform();
    return sum;
  }

 private:
  std::uint64_t state_;
};

inline std::vector<float> sine(double amplitude, double f_hz, double fs_hz, std::size_t rows) {
  std::vector<float> x(rows);
  for (std::size_t n = 0; n < rows; ++n)
    x[n] = static_cast<float>(amplitude * std::sin(2 * std::numbers::pi * f_hz * static_cast<double>(n) / fs_hz));
  return x;
}

/// An interference pattern known at every instant, so that other rates sample the very same signal: 400 sines of the spectrum of EMG
/// (Stulen & De Luca 1981: f^2 / ((f^2 + 60^2) (f^2 + 120^2)^2)) between 20 and 450 Hz, at phases from `seed`; about 100 RMS.
inline std::vector<float> multisine(double fs_hz, std::size_t rows, std::uint64_t seed) {
  constexpr int kSines = 400;
  Dice dice(seed);
  std::vector<double> x(rows);
  double power = 0;
  for (int k = 0; k < kSines; ++k) {
    const double f = 20 + 430 * (k + dice.uniform()) / kSines, phase = 2 * std::numbers::pi * dice.uniform();
    const double amplitude = f / std::sqrt(f * f + 3600) / (f * f + 14400);
    power += amplitude * amplitude / 2;
    for (std::size_t n = 0; n < rows; ++n) x[n] += amplitude * std::sin(2 * std::numbers::pi * f * static_cast<double>(n) / fs_hz + phase);
  }
  std::vector<float> rounded(rows);
  for (std::size_t n = 0; n < rows; ++n) rounded[n] = static_cast<float>(100 * x[n] / std::sqrt(power));
  return rounded;
}

inline Channels noise_of(std::size_t channels, std::size_t rows, std::uint64_t seed, double deviation = 100) {
  Channels x(channels, std::vector<float>(rows));
  Dice dice(seed);
  for (auto& channel : x) {
    for (float& v : channel) v = static_cast<float>(deviation * dice.normal());
  }
  return x;
}

inline Block block_of(const Channels& channels, std::size_t from, std::size_t rows) {
  Block block(channels.size(), rows);
  block.resize(rows);
  block.first = static_cast<std::int64_t>(from);
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t c = 0; c < channels.size(); ++c) block.row(r)[c] = channels[c][from + r];
  }
  return block;
}
inline Block block_of(const Channels& channels) {
  return block_of(channels, 0, channels[0].size());
}

/// Ways to cut `rows` rows: one by one, primes, powers of two, at random, with empty blocks.
inline std::vector<std::vector<std::size_t>> cuts(std::size_t rows) {
  std::vector<std::vector<std::size_t>> ways;
  const auto regular = [&](std::size_t size) {
    std::vector<std::size_t> way;
    for (std::size_t at = 0; at < rows; at += size) way.push_back(std::min(size, rows - at));
    return way;
  };
  for (const std::size_t size : {1UL, 7UL, 64UL, 255UL, 1000UL}) ways.push_back(regular(size));
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    Dice dice(seed);
    std::vector<std::size_t> way;
    for (std::size_t at = 0; at < rows;) {
      const std::size_t size = std::min(rows - at, static_cast<std::size_t>(dice.next() % 300));
      way.push_back(size);
      at += size;
    }
    ways.push_back(way);
  }
  return ways;
}

template <class Stage>
Channels through(Stage stage, const Channels& in, const std::vector<std::size_t>& cut) {
  Channels out(in.size());
  std::size_t at = 0;
  for (const std::size_t rows : cut) {
    Block block = block_of(in, at, rows);
    stage.process(block);
    for (std::size_t r = 0; r < rows; ++r) {
      for (std::size_t c = 0; c < in.size(); ++c) out[c].push_back(block.row(r)[c]);
    }
    at += rows;
  }
  return out;
}

inline bool same_bits(const Channels& a, const Channels& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t c = 0; c < a.size(); ++c) {
    if (a[c].size() != b[c].size() || std::memcmp(a[c].data(), b[c].data(), a[c].size() * sizeof(float)) != 0) return false;
  }
  return true;
}

}  // namespace semg::testing
