// SPDX-License-Identifier: BSD-3-Clause
// Noise with the spectrum of surface EMG, and that spectrum as a formula.
#pragma once

#include <array>
#include <span>

#include "engine/simulation/simulated_random.hpp"

namespace semg {

/// The shape of an EMG spectrum (Shwedyk 1977; Stulen & De Luca 1981):
///     P(f) ~ f^2 / ((f^2 + fl^2) (f^2 + fh^2)^2)
struct NoiseShape {
  double fl_hz = 60;
  double fh_hz = 120;
};

/// The filter that turns white noise into it: H(s) = wh^2 s / ((s + wl)(s + wh)^2), by the bilinear transform without pre-warping.
///     y = b0 (x0 + x1 - x2 - x3) - a1 y1 - a2 y2 - a3 y3
struct NoiseFilter {
  double b0 = 0;
  std::array<double, 3> a{};  ///< a1, a2, a3
  double gain = 0;            ///< standard deviation of the output for white input of standard deviation 1
};
NoiseFilter noise_filter(const NoiseShape& shape, double fs_hz) noexcept;

/// One-sided density in 1/Hz of the filtered noise at unit variance. The bilinear transform only bends the frequency axis:
/// |H(f)|^2 is the analogue one at fs/pi tan(pi f/fs), so this is exact for the samples, not for the analogue model.
class NoiseDensity {
 public:
  NoiseDensity(const NoiseShape& shape, double fs_hz) noexcept;
  double operator()(double f_hz) const noexcept;

 private:
  NoiseShape shape_;
  double fs_hz_;
  double scale_;
};

/// Closed forms of the analogue model (fs -> infinity), for proof: half of the power lies below mdf_hz.
struct AnalogueNoise {
  double mdf_hz = 0;
  double mnf_hz = 0;
};
AnalogueNoise analogue_noise(const NoiseShape& shape);

/// The noise itself, unit variance, stationary from its first sample on, any cut.
class ShapedNoise {
 public:
  ShapedNoise(const NoiseShape& shape, double fs_hz, const RandomStream& random);

  /// The next out.size() samples, each frequency of the spectrum multiplied by `warp`.
  void next(std::span<double> out, double warp) noexcept;

 private:
  NoiseShape shape_;
  double fs_hz_;
  double warp_ = 1;
  NoiseFilter filter_;
  RandomStream random_;
  std::array<double, 3> state_{};  // transposed direct form II
};

}  // namespace semg
