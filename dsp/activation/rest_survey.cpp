// SPDX-License-Identifier: BSD-3-Clause
#include "dsp/activation/rest_survey.hpp"

#include <algorithm>
#include <cmath>

namespace semg {
namespace {

constexpr double kLowest_db = -300.0;
constexpr double kCell_db = 0.25;
constexpr std::size_t kCells = 2000;
constexpr double kHop_s = 0.010;
constexpr double kDynamicRange_db = 140.0;  // below the highest level seen: digital silence, not rest

// How far above rest a level must lie; found on real recordings with known bursts.
constexpr double kSpreads = 4.0;         // spreads of ideal noise
constexpr double kUnrest = 7.0;          // ... and of what the spread has beyond it
constexpr double kLeastShare = 0.41;     // of the range from rest to activity: rest may be quieter than what surrounds a burst
constexpr double kGreatestShare = 0.65;  // of that range: an unsteady rest must not swallow the bursts

double cell_db(std::size_t cell) noexcept {
  return kLowest_db + (static_cast<double>(cell) + 0.5) * kCell_db;
}

/// Level below which half of the weight lies.
template <class Weight>
double weighted_median_db(std::size_t first, std::size_t cells, Weight weight) {
  double total = 0;
  for (std::size_t k = first; k < cells; ++k) total += weight(k);
  double below = 0;
  for (std::size_t k = first; k < cells; ++k) {
    below += weight(k);
    if (below >= total / 2) return cell_db(k);
  }
  return kLowest_db;
}

std::vector<double> smoothed(const std::vector<double>& counts) {
  constexpr int kReach = 16;  // four standard deviations of 1 dB
  double weights[kReach + 1];
  for (int d = 0; d <= kReach; ++d) weights[d] = std::exp(-0.5 * std::pow(d * kCell_db, 2));
  std::vector<double> out(counts.size());
  for (std::size_t k = 0; k < counts.size(); ++k) {
    if (counts[k] == 0) continue;
    const auto low = k > kReach ? k - kReach : 0;
    for (std::size_t j = low; j <= std::min(k + kReach, counts.size() - 1); ++j) out[j] += counts[k] * weights[j > k ? j - k : k - j];
  }
  return out;
}

/// The lowest level that is a peak of the histogram and holds a fair share of the recording; else the highest peak.
std::size_t rest_cell(const std::vector<double>& counts) {
  double total = 0;
  for (const double n : counts) total += n;
  const std::vector<double> smooth = smoothed(counts);
  constexpr std::size_t kNear = 12;  // 3 dB
  std::size_t highest = 0;
  for (std::size_t k = 1; k + 1 < smooth.size(); ++k) {
    if (!(smooth[k] > 0 && smooth[k] >= smooth[k - 1] && smooth[k] > smooth[k + 1])) continue;
    double near = 0;
    for (std::size_t j = k > kNear ? k - kNear : 0; j <= std::min(k + kNear, counts.size() - 1); ++j) near += counts[j];
    if (near >= 0.08 * total) return k;
    if (smooth[k] > smooth[highest]) highest = k;
  }
  return highest;
}

}  // namespace

double noise_spread_db(double band_hz) noexcept {
  return 4.343 * std::sqrt(1.0 / (band_hz * kLevelWindow_s));
}

double on_level_db(const RestReference& rest, double band_hz) noexcept {
  const double ideal = noise_spread_db(band_hz);
  const double steady = kSpreads * std::min(rest.spread_db, 1.6 * ideal);
  double unsteady = kSpreads * ideal + kUnrest * (rest.spread_db - ideal);
  double above = 0;
  if (rest.active_db) {
    const double range = std::max(*rest.active_db - rest.level_db, 0.0);
    unsteady = std::min(unsteady, kGreatestShare * range);
    above = kLeastShare * range;
  }
  return rest.level_db + std::max({steady, unsteady, above});
}

RestSurvey::RestSurvey(double fs_hz, std::size_t channels, double band_hz, std::int64_t settling_rows, ActivationMethod method)
    : channels_(channels),
      band_hz_(band_hz),
      bins_(fs_hz, channels),
      window_(bins_.bins(kLevelWindow_s)),
      hop_(bins_.bins(kHop_s)),
      settling_(static_cast<int>((settling_rows + bins_.bin_rows() - 1) / bins_.bin_rows())),
      recent_(static_cast<std::size_t>(window_) * channels),
      recent_above_50_(recent_.size()),
      cells_(channels * kCells) {
  if (method != ActivationMethod::first_departure) statistic_.emplace(method, fs_hz, channels, hop_ * bins_.bin_rows(), kCells);
}

void RestSurvey::push(const Block& conditioned) noexcept {
  if (conditioned.first != next_row_) {
    in_window_ = until_next_ = slot_ = 0;
    to_skip_ = settling_;
    next_bin_row_ = conditioned.first;
    if (statistic_) statistic_->restart();
  }
  next_row_ = conditioned.end();
  bins_.push(conditioned, [&](auto power, auto power_above_50) {
    next_bin_row_ += bins_.bin_rows();
    if (statistic_) statistic_->see(conditioned, next_bin_row_);
    see_bin(power, power_above_50);
  });
  if (statistic_) statistic_->see(conditioned, conditioned.end());
}

void RestSurvey::see_bin(std::span<const double> power, std::span<const double> power_above_50) noexcept {
  if (to_skip_ > 0) {
    --to_skip_;
    return;
  }
  const auto at = static_cast<std::size_t>(slot_) * channels_;
  std::copy(power.begin(), power.end(), recent_.begin() + static_cast<std::ptrdiff_t>(at));
  std::copy(power_above_50.begin(), power_above_50.end(), recent_above_50_.begin() + static_cast<std::ptrdiff_t>(at));
  slot_ = (slot_ + 1) % window_;
  in_window_ = std::min(in_window_ + 1, window_);
  if (in_window_ < window_ || --until_next_ > 0) return;
  until_next_ = hop_;
  for (std::size_t c = 0; c < channels_; ++c) {
    double sum = 0;
    double sum_above_50 = 0;
    for (std::size_t k = 0; k < static_cast<std::size_t>(window_); ++k) {
      sum += recent_[k * channels_ + c];
      sum_above_50 += recent_above_50_[k * channels_ + c];
    }
    const double mean = sum / window_;
    const double cell = mean > 0 ? std::floor((10.0 * std::log10(mean) - kLowest_db) / kCell_db) : -1;
    if (!(cell >= 0 && cell < static_cast<double>(kCells))) {
      if (statistic_) statistic_->skip(c);
      continue;
    }
    if (statistic_) statistic_->count(c, static_cast<std::size_t>(cell));
    Cell& hit = cells_[c * kCells + static_cast<std::size_t>(cell)];
    hit.count += 1;
    hit.power += mean;
    hit.power_above_50 += sum_above_50 / window_;
  }
}

std::span<const RestSurvey::Cell> RestSurvey::cells_of(std::size_t channel) const noexcept {
  return {cells_.data() + channel * kCells, kCells};
}

std::optional<RestReference> RestSurvey::from_rest(std::size_t channel) const {
  const auto cells = cells_of(channel);
  std::size_t highest = kCells;
  for (std::size_t k = 0; k < kCells; ++k) {
    if (cells[k].count > 0) highest = k;
  }
  if (highest == kCells) return std::nullopt;
  const std::size_t span_cells = static_cast<std::size_t>(kDynamicRange_db / kCell_db);
  const std::size_t first = highest > span_cells ? highest - span_cells : 0;
  std::vector<double> counts(kCells);
  double total = 0;
  for (std::size_t k = first; k <= highest; ++k) total += counts[k] = cells[k].count;
  if (total * kHop_s < 0.3) return std::nullopt;

  RestReference rest;
  const std::size_t peak = rest_cell(counts);
  rest.level_db = cell_db(peak);
  // Spread from the lower side alone, which activity does not reach: median distance below the peak, as of a normal distribution.
  double below_total = 0;
  for (std::size_t k = 0; k <= peak; ++k) below_total += counts[k];
  double seen = 0;
  for (std::size_t k = peak + 1; k-- > 0;) {
    seen += counts[k];
    if (seen >= below_total / 2) {
      rest.spread_db = 1.4826 * (rest.level_db - cell_db(k));
      break;
    }
  }
  rest.spread_db = std::max(rest.spread_db, noise_spread_db(band_hz_));
  double count = 0;
  std::size_t last = first;
  for (; last <= highest && cell_db(last) < rest.level_db + 3.0 * rest.spread_db; ++last) {
    count += cells[last].count;
    rest.power += cells[last].power;
    rest.power_above_50 += cells[last].power_above_50;
  }
  if (statistic_) rest.moments = statistic_->moments(channel, first, last);
  rest.power /= count;
  rest.power_above_50 /= count;
  return rest;
}

std::optional<RestReference> RestSurvey::from_recording(std::size_t channel) const {
  std::optional<RestReference> rest = from_rest(channel);
  if (!rest) return rest;
  const auto cells = cells_of(channel);
  const std::size_t first = static_cast<std::size_t>(std::max(0.0, (rest->level_db - kDynamicRange_db - kLowest_db) / kCell_db));
  rest->active_db = weighted_median_db(first, kCells, [&](std::size_t k) { return cells[k].count * std::pow(10.0, cell_db(k) / 20.0); });
  rest->active_power_db =
      weighted_median_db(first, kCells, [&](std::size_t k) { return cells[k].count * std::pow(10.0, cell_db(k) / 10.0); });
  const double on_db = on_level_db(*rest, band_hz_);
  double active = 0;
  for (std::size_t k = 0; k < kCells; ++k) {
    if (cell_db(k) > on_db) active += cells[k].count;
  }
  if (active * kHop_s < 0.03) return std::nullopt;
  return rest;
}

}  // namespace semg
