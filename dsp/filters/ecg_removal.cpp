// SPDX-License-Identifier: BSD-3-Clause
#include "dsp/filters/ecg_removal.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include "dsp/filters/butterworth.hpp"
#include "dsp/filters/zero_phase.hpp"

namespace semg {
namespace {

constexpr double kReach_s = 0.1;
constexpr double kTaper_s = 0.02;
constexpr double kLevelEvery_s = 1.5;  // holds a beat from 40 a minute on
constexpr double kShortest_s = 0.3;
constexpr std::size_t kFewest = 5;

/// What the heart is strongest in, without delay.
std::vector<double> heart_band(std::span<const float> signal, double fs_hz) {
  ZeroPhase filter(butterworth(for_two_passes(HighPass{.order = 2, .cutoff_hz = 5}, fs_hz), fs_hz), 1, fs_hz);
  ZeroPhase low(butterworth(for_two_passes(LowPass{.order = 2, .cutoff_hz = 25}, fs_hz), fs_hz), 1, fs_hz);
  const auto through = [](ZeroPhase& stage, std::span<const float> in) {
    Block block(1, in.size());
    block.resize(in.size());
    std::copy(in.begin(), in.end(), block.samples().begin());
    std::vector<double> out;
    out.reserve(in.size());
    const auto keep = [&](std::span<const double> rows) { out.insert(out.end(), rows.begin(), rows.end()); };
    stage.push(block, keep);
    stage.end(keep);
    return out;
  };
  const std::vector<double> high = through(filter, signal);
  const std::vector<float> rounded(high.begin(), high.end());
  return through(low, rounded);
}

std::int64_t rows_of(double seconds, double fs_hz) {
  return std::llround(seconds * fs_hz);
}

}  // namespace

std::vector<std::int64_t> heart_beats(std::span<const float> signal, double fs_hz) {
  const std::vector<double> band = heart_band(signal, fs_hz);
  const auto rows = static_cast<std::int64_t>(band.size());
  const auto size = [&](std::int64_t row) {
    const double y = std::abs(band[static_cast<std::size_t>(row)]);
    return std::isnan(y) ? 0.0 : y;
  };
  std::vector<double> largest;
  const std::int64_t every = rows_of(kLevelEvery_s, fs_hz);
  for (std::int64_t from = 0; from + every <= rows; from += every) {
    double most = 0;
    for (std::int64_t row = from; row < from + every; ++row) most = std::max(most, size(row));
    largest.push_back(most);
  }
  if (largest.empty()) return {};
  std::nth_element(largest.begin(), largest.begin() + static_cast<std::ptrdiff_t>(largest.size() / 2), largest.end());
  const double level = largest[largest.size() / 2] / 2;
  std::vector<std::int64_t> beats;
  for (std::int64_t row = 1; row + 1 < rows; ++row) {
    if (!(size(row) > level && size(row) >= size(row - 1) && size(row) > size(row + 1))) continue;
    if (beats.empty() || row - beats.back() >= rows_of(kShortest_s, fs_hz)) {
      beats.push_back(row);
    } else if (size(row) > size(beats.back())) {
      beats.back() = row;
    }
  }
  return beats;
}

RemovedEcg remove_ecg(std::span<float> signal, std::span<const std::int64_t> beats, double fs_hz) {
  const std::int64_t reach = rows_of(kReach_s, fs_hz);
  const auto length = static_cast<std::size_t>(2 * reach + 1);
  RemovedEcg out;
  for (const std::int64_t beat : beats) {
    if (beat < reach || beat + reach >= static_cast<std::int64_t>(signal.size())) continue;
    const auto around = signal.subspan(static_cast<std::size_t>(beat - reach), length);
    if (std::all_of(around.begin(), around.end(), [](float x) { return std::isfinite(x); })) out.at_rows.push_back(beat);
  }
  if (out.at_rows.size() < kFewest) return {};

  std::vector<double> average(length);
  double weights = 0;
  for (const std::int64_t beat : out.at_rows) {
    const auto around = signal.subspan(static_cast<std::size_t>(beat - reach), length);
    double mean = 0, square = 0;
    for (const float x : around) mean += x / static_cast<double>(length);
    for (const float x : around) square += (x - mean) * (x - mean);
    if (!(square > 0)) continue;
    weights += 1 / square;
    for (std::size_t k = 0; k < length; ++k) average[k] += (around[k] - mean) / square;
  }
  if (!(weights > 0)) return {};
  const auto taper = static_cast<std::size_t>(rows_of(kTaper_s, fs_hz));
  double begin = 0, end = 0;
  for (std::size_t k = 0; k < taper; ++k) {
    begin += average[k] / weights / static_cast<double>(taper);
    end += average[length - 1 - k] / weights / static_cast<double>(taper);
  }
  for (std::size_t k = 0; k < length; ++k) {
    const double along = static_cast<double>(k) / static_cast<double>(length - 1);
    const double from_end = static_cast<double>(std::min(k, length - 1 - k)) / static_cast<double>(taper);
    const double share = from_end < 1 ? 0.5 - 0.5 * std::cos(std::numbers::pi * from_end) : 1.0;
    average[k] = share * (average[k] / weights - begin - (end - begin) * along);
  }

  // Gains: the channel against the average beat, set where the beats are, both in the heart's band.
  const std::vector<double> in_band = heart_band(signal, fs_hz);
  std::vector<float> alone(4 * length);
  std::copy(average.begin(), average.end(), alone.begin() + static_cast<std::ptrdiff_t>(length + length / 2));
  const std::vector<double> alone_in_band = heart_band(alone, fs_hz);
  for (const std::int64_t beat : out.at_rows) {
    double product = 0, square = 0;
    for (std::size_t k = 0; k < length; ++k) {
      const double shape = alone_in_band[length + length / 2 + k];
      product += shape * in_band[static_cast<std::size_t>(beat - reach) + k];
      square += shape * shape;
    }
    const double gain = std::isfinite(product) && square > 0 ? std::clamp(product / square, 0.5, 1.5) : 1.0;
    out.gains.push_back(gain);
  }
  for (std::size_t b = 0; b < out.at_rows.size(); ++b) {
    const auto around = signal.subspan(static_cast<std::size_t>(out.at_rows[b] - reach), length);
    for (std::size_t k = 0; k < length; ++k) around[k] = static_cast<float>(around[k] - out.gains[b] * average[k]);
  }
  out.beat = std::move(average);
  return out;
}

}  // namespace semg
