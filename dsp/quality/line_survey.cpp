// SPDX-License-Identifier: BSD-3-Clause
#include "dsp/quality/line_survey.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <span>

namespace semg {
namespace {

constexpr double kLowest_db = -150.0;
constexpr double kCell_db = 0.25;
constexpr double kBeside_hz = 4.0;       // outside the main lobe of a 1 s Hann window
constexpr double kStandsOut = 4.0;       // ratio to the power beside it
constexpr double kByChance = 1.0 / 9.0;  // P(F(2,4) > 4) = (1 + 4/2)^-2
constexpr int kHarmonics = 5;

double lower_quartile(std::span<const std::uint32_t> cells) noexcept {
  std::uint64_t total = 0;
  for (const auto n : cells) total += n;
  if (total == 0) return 0;
  std::uint64_t below = 0;
  for (std::size_t k = 0; k < cells.size(); ++k) {
    below += cells[k];
    if (4 * below >= total) return std::pow(10.0, (kLowest_db + (static_cast<double>(k) + 0.5) * kCell_db) / 10.0);
  }
  return 0;
}

bool more_than_chance(std::int64_t exceeded, std::int64_t seconds) noexcept {
  const double n = static_cast<double>(seconds);
  return static_cast<double>(exceeded) > n * kByChance + 5.0 * std::sqrt(n * kByChance * (1.0 - kByChance)) + 2.0;
}

}  // namespace

LineSurvey::LineSurvey(double fs_hz, std::size_t channels, double upper_hz)
    : channels_(channels), second_rows_(static_cast<std::size_t>(std::max(8.0, std::round(fs_hz)))) {
  for (const double line_hz : {50.0, 60.0}) {
    for (int harmonic = 1; harmonic <= kHarmonics; ++harmonic) {
      if (line_hz * harmonic + kBeside_hz > upper_hz) break;
      for (const int place : {-1, 0, 1}) {
        Probe probe{.line_hz = line_hz,
                    .harmonic = harmonic,
                    .place = place,
                    .cosine = std::vector<double>(second_rows_),
                    .sine = std::vector<double>(second_rows_)};
        const double f_hz = line_hz * harmonic + place * kBeside_hz;
        double weights = 0;
        for (std::size_t n = 0; n < second_rows_; ++n) {
          const double weight = 0.5 - 0.5 * std::cos(2.0 * std::numbers::pi * static_cast<double>(n) / static_cast<double>(second_rows_));
          const double angle = 2.0 * std::numbers::pi * f_hz * static_cast<double>(n) / fs_hz;
          probe.cosine[n] = weight * std::cos(angle);
          probe.sine[n] = weight * std::sin(angle);
          weights += weight;
        }
        // Scaled so that a sine of amplitude A reads A / sqrt(2): its power.
        for (double& v : probe.cosine) v *= std::numbers::sqrt2 / weights;
        for (double& v : probe.sine) v *= std::numbers::sqrt2 / weights;
        probes_.push_back(std::move(probe));
      }
    }
  }
  real_.resize(probes_.size() * channels);
  imaginary_.resize(real_.size());
  cells_.resize(real_.size() * kCells);
  exceeded_.resize(real_.size());
  seconds_.resize(channels);
  bad_.resize(channels);
}

void LineSurvey::push(const Block& conditioned) noexcept {
  if (conditioned.first != next_row_) filled_ = 0;
  next_row_ = conditioned.end();
  for (std::size_t r = 0; r < conditioned.rows(); ++r) {
    if (filled_ == 0) {
      std::fill(real_.begin(), real_.end(), 0.0);
      std::fill(imaginary_.begin(), imaginary_.end(), 0.0);
      std::fill(bad_.begin(), bad_.end(), std::int64_t{0});
    }
    const auto row = conditioned.row(r);
    for (std::size_t c = 0; c < channels_; ++c) bad_[c] += std::isfinite(row[c]) ? 0 : 1;
    for (std::size_t p = 0; p < probes_.size(); ++p) {
      const double cosine = probes_[p].cosine[filled_];
      const double sine = probes_[p].sine[filled_];
      double* __restrict re = real_.data() + p * channels_;
      double* __restrict im = imaginary_.data() + p * channels_;
      for (std::size_t c = 0; c < channels_; ++c) {
        re[c] += cosine * row[c];
        im[c] += sine * row[c];
      }
    }
    if (++filled_ == second_rows_) finish_second();
  }
}

void LineSurvey::finish_second() noexcept {
  filled_ = 0;
  const auto power_at = [&](std::size_t p, std::size_t c) {
    const std::size_t at = p * channels_ + c;
    return real_[at] * real_[at] + imaginary_[at] * imaginary_[at];
  };
  for (std::size_t c = 0; c < channels_; ++c) {
    if (bad_[c] > 0) continue;
    ++seconds_[c];
    for (std::size_t p = 0; p < probes_.size(); ++p) {
      const double power = power_at(p, c);
      if (!(power > 0)) continue;
      const double cell = std::clamp((10.0 * std::log10(power) - kLowest_db) / kCell_db, 0.0, static_cast<double>(kCells - 1));
      ++cells_[(p * channels_ + c) * kCells + static_cast<std::size_t>(cell)];
      if (probes_[p].place == 0 && power > kStandsOut * (power_at(p - 1, c) + power_at(p + 1, c)) / 2.0) ++exceeded_[p * channels_ + c];
    }
  }
}

LineFacts LineSurvey::facts(std::size_t channel, double wanted_hz) const {
  LineFacts best;
  for (const double line_hz : {50.0, 60.0}) {
    if (wanted_hz != 0 && wanted_hz != line_hz) continue;
    double power = 0;
    for (std::size_t p = 1; p + 1 < probes_.size(); ++p) {
      if (probes_[p].place != 0 || probes_[p].line_hz != line_hz) continue;
      const auto level_at = [&](std::size_t q) { return lower_quartile({cells_.data() + (q * channels_ + channel) * kCells, kCells}); };
      if (!more_than_chance(exceeded_[p * channels_ + channel], seconds_[channel])) continue;
      power += std::max(0.0, level_at(p) - (level_at(p - 1) + level_at(p + 1)) / 2.0);
    }
    if (power > best.power) best = {.line_hz = line_hz, .power = power};
  }
  return best;
}

}  // namespace semg
