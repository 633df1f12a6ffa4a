// SPDX-License-Identifier: BSD-3-Clause
#include "engine/simulation/simulated_random.hpp"

#include <cmath>
#include <cstddef>

namespace semg {

namespace {

constexpr double kTailBegins = 3.442619855899;  // of the 128-layer ziggurat
constexpr double kLayerArea = 9.91256303526217e-3;

std::uint64_t scrambled(std::uint64_t x) noexcept {  // SplitMix64's output function
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

constexpr std::uint64_t kGolden = 0x9e3779b97f4a7c15;

double bell(double x) noexcept {
  return std::exp(-0.5 * x * x);
}

}  // namespace

const RandomStream::Ziggurat RandomStream::kZiggurat;

RandomStream::Ziggurat::Ziggurat() noexcept {
  double height = bell(kTailBegins);
  edge[0] = kLayerArea / height;
  edge[1] = kTailBegins;
  for (std::size_t i = 2; i < 128; ++i) {
    edge[i] = std::sqrt(-2 * std::log(kLayerArea / edge[i - 1] + height));
    height = bell(edge[i]);
  }
  edge[128] = 0;
  for (std::size_t i = 0; i < 128; ++i) inner[i] = edge[i + 1] / edge[i];
}

RandomStream::RandomStream(std::initializer_list<std::uint64_t> key) noexcept : state_{} {
  std::uint64_t place = 0;
  for (const std::uint64_t word : key) place = scrambled(place + kGolden) ^ word;
  place = scrambled(place + kGolden);
  for (std::uint64_t& word : state_) word = scrambled(place += kGolden);
}

double RandomStream::gaussian_outside(std::size_t layer, double side) noexcept {
  while (true) {
    if (layer == 0) {  // the tail: Marsaglia 1964
      while (true) {
        const double beyond = -std::log(uniform()) / kTailBegins;
        if (-2 * std::log(uniform()) >= beyond * beyond) return side < 0 ? -kTailBegins - beyond : kTailBegins + beyond;
      }
    }
    const double x = side * kZiggurat.edge[layer];
    const double low = bell(kZiggurat.edge[layer]);
    const double high = bell(kZiggurat.edge[layer + 1]);
    if (low + uniform() * (high - low) < bell(x)) return x;
    const std::uint64_t drawn = bits();
    layer = static_cast<std::size_t>(drawn & 127);
    side = static_cast<double>(drawn >> 11) * 0x1p-52 - 1;
    if (side < kZiggurat.inner[layer] && -side < kZiggurat.inner[layer]) return side * kZiggurat.edge[layer];
  }
}

double RandomStream::exponential() noexcept {
  return -std::log(uniform());
}

}  // namespace semg
