// SPDX-License-Identifier: BSD-3-Clause
// Trains of motor-unit action potentials: sparser than noise, and still with an exact RMS and spectrum.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/simulation/simulated_random.hpp"

namespace semg {

/// Motor units from small and slow to large and fast: rates rise in equal steps, amplitudes by equal factors.
/// Each action potential is the first Hermite-Rodriguez function  m(t) = A (t/lambda) exp(-(t/lambda)^2)  (Lo Conte 1994).
struct MotorUnitPool {
  int units = 60;
  double lowest_rate_hz = 8;
  double highest_rate_hz = 25;
  double smallest_uv = 50;
  double largest_uv = 400;
  double lambda_s = 2.5e-3;  ///< MDF 98 Hz
};

/// Standard deviation of the sum of all trains (Campbell's theorem): variance = sum over units of r A^2 lambda sqrt(pi/2)/4.
double motor_unit_rms_uv(const MotorUnitPool& pool);

/// One-sided density in 1/Hz of the sampled trains at unit variance. |M(f)|^2 is a Maxwell density with sigma = 1/(2 pi lambda):
/// median 1.5381722545 sigma, mean 1.5957691216 sigma; what lies above fs/2 is folded back, as sampling does.
class MotorUnitDensity {
 public:
  MotorUnitDensity(const MotorUnitPool& pool, double fs_hz) noexcept;
  double operator()(double f_hz) const noexcept;

 private:
  double sigma_hz_;
  double fs_hz_;
};

/// The trains, unit variance, any cut. Every unit is a Poisson process: their superposition is drawn as one process of the summed rate,
/// each event being given to a unit in proportion to its rate. Events fall between samples. Regular firing would add lines at the firing
/// rates to the spectrum; that is what is given up for an exact truth.
class MotorUnitTrains {
 public:
  MotorUnitTrains(const MotorUnitPool& pool, double fs_hz, const RandomStream& random);

  /// The next out.size() samples, each frequency of the spectrum multiplied by `warp` (0.1..1): potentials last longer and come less
  /// often by the same factor, so that the variance stays.
  void next(std::span<double> out, double warp);

 private:
  void add_potential(double warp);

  double lambda_rows_;
  double rate_per_row_;
  double reach_rows_;                    // of the slowest potential
  std::vector<double> cumulative_rate_;  // [units], last 1
  std::vector<double> amplitude_;        // [units], for unit variance
  RandomStream random_;
  double next_event_ = 0;    // in rows of the stream, between samples
  std::int64_t row_ = 0;     // the stream's row of sum_[0]
  std::vector<double> sum_;  // samples that events still to come can change
};

}  // namespace semg
