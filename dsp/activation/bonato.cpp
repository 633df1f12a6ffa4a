// SPDX-License-Identifier: BSD-3-Clause
#include "dsp/activation/bonato.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "dsp/activation/smoothing.hpp"

namespace semg {
namespace {

std::int64_t pairs_of(double seconds, double fs_hz) {
  return rows_of(seconds, fs_hz / 2);
}

}  // namespace

double double_threshold_probability(double crossing, int at_least, int of) noexcept {
  double sum = 0;
  double ways = 1;  // C(of, i)
  for (int i = 0; i <= of; ++i) {
    if (i >= at_least) sum += ways * std::pow(crossing, i) * std::pow(1.0 - crossing, of - i);
    ways *= static_cast<double>(of - i) / static_cast<double>(i + 1);
  }
  return sum;
}

double crossing_probability(double false_alarm_probability, int at_least, int of) noexcept {
  double low = 0;
  double high = 1;
  for (int k = 0; k < 200; ++k) {
    const double middle = (low + high) / 2;
    (double_threshold_probability(middle, at_least, of) < false_alarm_probability ? low : high) = middle;
  }
  return high;
}

double threshold_for_crossing(double crossing) noexcept {
  return -2.0 * std::log(crossing);
}

double detection_probability(double crossing, double snr, int at_least, int of) noexcept {
  return double_threshold_probability(std::pow(crossing, 1.0 / (1.0 + snr)), at_least, of);
}

Bonato::Bonato(double fs_hz, const BonatoRule& rule)
    : rule_(rule),
      relative_threshold_(threshold_for_crossing(crossing_probability(rule.false_alarm_probability, rule.at_least, rule.of))),
      persistence_({.on_rows = pairs_of(rule.least_s, fs_hz),
                    .gap_rows = pairs_of(rule.least_s, fs_hz),
                    .off_rows = pairs_of(rule.least_s, fs_hz)}) {}

void Bonato::begin(const RestMoments& rest) noexcept {
  whitening_.begin(rest);
  threshold_ = relative_threshold_ * whitening_.variance();
  persistence_.begin();
  first_of_pair_.reset();
  above_ = on_ = 0;
  pairs_ = 0;
}

std::optional<std::int64_t> Bonato::push(double x) noexcept {
  const auto error = whitening_.push(x);
  if (!error) return std::nullopt;
  if (!first_of_pair_) {
    first_of_pair_ = *error * *error;
    return std::nullopt;
  }
  const bool above = *first_of_pair_ + *error * *error > threshold_;
  first_of_pair_.reset();
  const std::uint64_t window = (std::uint64_t{1} << rule_.of) - 1;
  above_ = ((above_ << 1) | (above ? 1U : 0U)) & window;
  on_ <<= 1;
  if (above && std::popcount(above_) >= rule_.at_least) on_ |= (std::uint64_t{1} << std::bit_width(above_)) - 1;
  if (++pairs_ < rule_.of) return std::nullopt;
  const auto changed = persistence_.push(((on_ >> (rule_.of - 1)) & 1U) != 0);
  if (!changed) return std::nullopt;
  return kWhiteningOrder + 2 * *changed;
}

}  // namespace semg
