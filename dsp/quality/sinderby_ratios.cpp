// SPDX-License-Identifier: BSD-3-Clause
#include "dsp/quality/sinderby_ratios.hpp"

#include <algorithm>
#include <cmath>

#include "dsp/spectrum/spectral_moments.hpp"

namespace semg {
namespace {

constexpr double kTop_hz = 1000;
constexpr double kSlow_hz = 20;
constexpr double kPeakFrom_hz = 35;
constexpr double kDropTo_hz = 600;  // EMG is over
constexpr std::size_t kReach = 6;   // of 13 bins

double half_rate_hz(std::span<const double> density, double bin_hz) noexcept {
  return static_cast<double>(density.size() - 1) * bin_hz;
}

BinRange band_of(std::span<const double> density, double bin_hz) noexcept {
  return bins_within(bin_hz, kTop_hz, bin_hz, density.size());
}

double sum_over(std::span<const double> density, BinRange bins) noexcept {
  double sum = 0;
  for (std::size_t k = bins.first; k <= bins.last; ++k) sum += density[k];
  return sum;
}

/// Mean density of the bin, six below and six above it; fewer at the ends.
double of_13_bins(std::span<const double> density, std::size_t k) noexcept {
  const BinRange bins{k > kReach ? k - kReach : 0, std::min(k + kReach, density.size() - 1)};
  return sum_over(density, bins) / static_cast<double>(bins.last - bins.first + 1);
}

double bounded_db(double over, double under) noexcept {
  return under > 0 ? std::min(kMostRatio_db, 10.0 * std::log10(over / under)) : kMostRatio_db;
}

/// The sum over the band; 0 also where there is no band.
double band_sum(std::span<const double> density, double bin_hz) noexcept {
  return density.size() < 2 ? 0.0 : sum_over(density, band_of(density, bin_hz));
}

}  // namespace

std::optional<double> motion_ratio_db(std::span<const double> density, double bin_hz) {
  const double total = band_sum(density, bin_hz);
  if (!(total > 0)) return std::nullopt;
  const BinRange band = band_of(density, bin_hz);
  double highest = 0, highest_hz = 0;
  for (std::size_t k = bins_within(kPeakFrom_hz, kTop_hz, bin_hz, density.size()).first; k <= band.last; ++k) {
    const double here = of_13_bins(density, k);
    if (here <= highest) continue;
    highest = here;
    highest_hz = static_cast<double>(k) * bin_hz;
  }
  if (!(highest > 0)) return std::nullopt;
  double above = 0;
  for (std::size_t k = band.first; k <= band.last && static_cast<double>(k) * bin_hz < kSlow_hz; ++k)
    above += std::max(0.0, density[k] - highest * static_cast<double>(k) * bin_hz / highest_hz);
  return bounded_db(total, above);
}

std::optional<double> noise_ratio_db(std::span<const double> density, double bin_hz) {
  const double total = band_sum(density, bin_hz);
  if (!(total > 0)) return std::nullopt;
  const double top_hz = std::min(kTop_hz, half_rate_hz(density, bin_hz));
  if (0.8 * top_hz < kDropTo_hz) return std::nullopt;
  const BinRange band = band_of(density, bin_hz);
  const BinRange fifth = bins_within(0.8 * top_hz, top_hz, bin_hz, density.size());
  const double mean = sum_over(density, fifth) / static_cast<double>(fifth.last - fifth.first + 1);
  return bounded_db(total, mean * static_cast<double>(band.last - band.first + 1));
}

std::optional<double> drop_ratio_db(std::span<const double> density, double bin_hz) {
  if (!(band_sum(density, bin_hz) > 0) || half_rate_hz(density, bin_hz) < kDropTo_hz) return std::nullopt;
  const BinRange bins = bins_within(kPeakFrom_hz, kDropTo_hz, bin_hz, density.size());
  double lowest = of_13_bins(density, bins.first), highest = lowest;
  for (std::size_t k = bins.first; k <= bins.last; ++k) {
    lowest = std::min(lowest, of_13_bins(density, k));
    highest = std::max(highest, of_13_bins(density, k));
  }
  if (!(highest > 0)) return std::nullopt;
  return bounded_db(highest, lowest);
}

std::optional<double> deformation(std::span<const double> density, double bin_hz, BinRange bins) {
  const double m0 = spectral_moment(density, bin_hz, bins, 0), m1 = spectral_moment(density, bin_hz, bins, 1);
  if (!(m0 > 0 && m1 > 0)) return std::nullopt;
  return std::sqrt(spectral_moment(density, bin_hz, bins, 2) / m0) / (m1 / m0);
}

std::optional<double> deformation(std::span<const double> density, double bin_hz) {
  if (density.size() < 2) return std::nullopt;
  return deformation(density, bin_hz, band_of(density, bin_hz));
}

std::optional<double> slow_share(std::span<const double> density, double bin_hz) {
  const double total = band_sum(density, bin_hz);
  if (!(total > 0)) return std::nullopt;
  double slow = 0;
  for (std::size_t k = 1; k < density.size() && static_cast<double>(k) * bin_hz < kSlow_hz; ++k) slow += density[k];
  return slow / total;
}

std::optional<double> band_rms(std::span<const double> density, double bin_hz, double low_hz, double high_hz) {
  if (density.size() < 2) return std::nullopt;
  return std::sqrt(sum_over(density, bins_within(low_hz, high_hz, bin_hz, density.size())) * bin_hz);
}

}  // namespace semg
