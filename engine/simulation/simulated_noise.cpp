// SPDX-License-Identifier: BSD-3-Clause
#include "engine/simulation/simulated_noise.hpp"

#include <cmath>
#include <cstddef>
#include <numbers>
#include <vector>

namespace semg {

namespace {

constexpr double kPi = std::numbers::pi;

/// Standard deviation of b(z)/a(z) driven by white noise of standard deviation 1; a[0] = 1.
/// Astrom, Jury & Agniel, IEEE Trans Autom Control 1970; 15: 112: exact, by lowering the degree step by step.
double white_noise_gain(std::array<double, 4> b, std::array<double, 4> a) noexcept {
  double variance = 0;
  for (std::size_t degree = 3;; --degree) {
    variance += b[degree] * b[degree] / a[0];
    if (degree == 0) break;
    const double alpha = a[degree] / a[0];
    const double beta = b[degree] / a[0];
    const std::array<double, 4> was = a;
    for (std::size_t i = 0; i < degree; ++i) {
      a[i] = was[i] - alpha * was[degree - i];
      b[i] -= beta * was[degree - i];
    }
  }
  return std::sqrt(variance);
}

double analogue_density(const NoiseShape& shape, double f_hz) noexcept {
  const double f2 = f_hz * f_hz, l2 = shape.fl_hz * shape.fl_hz, h2 = shape.fh_hz * shape.fh_hz;
  return h2 * h2 * f2 / ((f2 + l2) * (f2 + h2) * (f2 + h2));
}

/// Integral of analogue_density from 0 to f, by partial fractions.
double analogue_power_below(const NoiseShape& shape, double f) noexcept {
  const double a = shape.fl_hz, b = shape.fh_hz, d = b * b - a * a;
  return std::pow(b, 4) * (-(a / (d * d)) * std::atan(f / a) + (a * a / (d * d * b)) * std::atan(f / b) +
                           (b * b / d) * (f / (2 * b * b * (f * f + b * b)) + std::atan(f / b) / (2 * b * b * b)));
}

}  // namespace

NoiseFilter noise_filter(const NoiseShape& shape, double fs_hz) noexcept {
  const double k = 2 * fs_hz;
  const double wl = 2 * kPi * shape.fl_hz, wh = 2 * kPi * shape.fh_hz;
  const double pl = (wl - k) / (wl + k), ph = (wh - k) / (wh + k);  // denominator (1 + pl/z)(1 + ph/z)^2
  NoiseFilter filter;
  filter.b0 = wh * wh * k / ((k + wl) * (k + wh) * (k + wh));
  filter.a = {pl + 2 * ph, ph * (2 * pl + ph), pl * ph * ph};
  filter.gain = white_noise_gain({filter.b0, filter.b0, -filter.b0, -filter.b0}, {1, filter.a[0], filter.a[1], filter.a[2]});
  return filter;
}

NoiseDensity::NoiseDensity(const NoiseShape& shape, double fs_hz) noexcept : shape_(shape), fs_hz_(fs_hz) {
  const double gain = noise_filter(shape, fs_hz).gain;
  scale_ = 2 / (fs_hz * gain * gain);
}

double NoiseDensity::operator()(double f_hz) const noexcept {
  const double bent_hz = fs_hz_ / kPi * std::tan(kPi * f_hz / fs_hz_);
  return scale_ * analogue_density(shape_, bent_hz);
}

AnalogueNoise analogue_noise(const NoiseShape& shape) {
  const double a = shape.fl_hz, b = shape.fh_hz, d = b * b - a * a;
  const double total = kPi * b * b * b / (4 * (a + b) * (a + b));
  double low = 0, high = 100 * b;
  while (high - low > 1e-14 * high) {
    const double middle = (low + high) / 2;
    (analogue_power_below(shape, middle) < total / 2 ? low : high) = middle;
  }
  const double moment = std::pow(b, 4) / 2 * (1 / d - a * a / (d * d) * std::log(b * b / (a * a)));
  return {.mdf_hz = low, .mnf_hz = moment / total};
}

ShapedNoise::ShapedNoise(const NoiseShape& shape, double fs_hz, const RandomStream& random)
    : shape_(shape), fs_hz_(fs_hz), filter_(noise_filter(shape, fs_hz)), random_(random) {
  // 40 time constants of the slowest pole: what the empty filter began with is below the last bit.
  std::vector<double> passing(static_cast<std::size_t>(40 * fs_hz / (2 * kPi * shape.fl_hz)) + 1);
  next(passing, 1);
}

void ShapedNoise::next(std::span<double> out, double warp) noexcept {
  if (warp != warp_) {
    warp_ = warp;
    filter_ = noise_filter({.fl_hz = shape_.fl_hz * warp, .fh_hz = shape_.fh_hz * warp}, fs_hz_);
  }
  const double b0 = filter_.b0 / filter_.gain;
  const auto [a1, a2, a3] = filter_.a;
  auto [s1, s2, s3] = state_;
  for (double& y : out) {
    const double x = b0 * random_.gaussian();
    y = x + s1;
    s1 = x - a1 * y + s2;
    s2 = -x - a2 * y + s3;
    s3 = -x - a3 * y;
  }
  state_ = {s1, s2, s3};
}

}  // namespace semg
