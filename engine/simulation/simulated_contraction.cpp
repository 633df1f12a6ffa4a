// SPDX-License-Identifier: BSD-3-Clause
#include "engine/simulation/simulated_contraction.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <fmt/format.h>

#include "dsp/error.hpp"

namespace semg {

namespace {

void require(bool fits, const char* name, double value, const char* limits) {
  if (!fits) throw Error(Fault::usage, fmt::format("{}: found {}, expected {}", name, value, limits));
}

}  // namespace

ContractionCourse::ContractionCourse(const Contraction& contraction, double fs_hz, std::int64_t rows)
    : contraction_(contraction), rows_(rows) {
  require(contraction.rest_s >= 0, "rest", contraction.rest_s, "0 s or more");
  require(contraction.on_s > 0, "burst", contraction.on_s, "a contraction longer than 0 s");
  require(contraction.off_s > 0, "burst", contraction.off_s, "a pause longer than 0 s");
  require(contraction.repetitions >= 0 && contraction.repetitions <= 1000000, "repetitions", contraction.repetitions, "0 to 1000000");
  require(contraction.fatigue >= 0 && contraction.fatigue <= 0.9, "fatigue", 100 * contraction.fatigue, "0 to 90 %");
  require(contraction.gain_drift >= -0.9 && contraction.gain_drift <= 10, "gain drift", 100 * contraction.gain_drift, "-90 to 1000 %");

  // Compared in seconds first: a number too large for a row index never becomes one.
  const double cycle_s = contraction.on_s + contraction.off_s;
  const double end_s = contraction.repetitions == 0 ? 0 : contraction.rest_s + contraction.repetitions * cycle_s - contraction.off_s;
  const double duration_s = static_cast<double>(rows) / fs_hz;
  if (end_s > duration_s + 1 / fs_hz) {
    throw Error(Fault::usage,
                fmt::format("repetitions: {} of them end at {} s, the recording at {} s", contraction.repetitions, end_s, duration_s));
  }
  if (contraction.repetitions == 0) return;

  rest_ = std::llround(contraction.rest_s * fs_hz);
  on_ = std::llround(contraction.on_s * fs_hz);
  cycle_ = on_ + std::llround(std::min(contraction.off_s, duration_s) * fs_hz);
  require(on_ > 0 && cycle_ > on_, "burst", contraction.on_s, "a contraction and a pause of at least one row");
  if (contraction.ramp != Ramp::step) {
    require(contraction.ramp_s > 0 && 2 * contraction.ramp_s <= contraction.on_s, "ramp", 1000 * contraction.ramp_s,
            "more than 0 ms and at most half a contraction");
    ramp_ = std::min<std::int64_t>(std::llround(contraction.ramp_s * fs_hz), on_ / 2);
  }
  bursts_.reserve(static_cast<std::size_t>(contraction.repetitions));
  for (int i = 0; i < contraction.repetitions; ++i) {
    const std::int64_t onset = rest_ + i * cycle_;
    bursts_.push_back({onset, std::min(onset + on_, rows)});
  }
}

double ContractionCourse::drive(std::int64_t row) const noexcept {
  if (bursts_.empty() || row < bursts_.front().onset || row >= bursts_.back().offset) return 0;
  const std::int64_t within = (row - rest_) % cycle_;
  if (within >= on_) return 0;
  const double drift = 1 + contraction_.gain_drift * (static_cast<double>(row) / static_cast<double>(rows_));
  const std::int64_t from_edge = std::min(within, on_ - 1 - within);
  if (from_edge >= ramp_) return drift;
  const double climbed = (static_cast<double>(from_edge) + 0.5) / static_cast<double>(ramp_);
  return drift * (contraction_.ramp == Ramp::linear ? climbed : 0.5 - 0.5 * std::cos(std::numbers::pi * climbed));
}

double ContractionCourse::warp(std::int64_t row) const noexcept {
  const std::int64_t middle = row - row % kWarpStep + kWarpStep / 2;
  return 1 - contraction_.fatigue * std::min(1.0, static_cast<double>(middle) / static_cast<double>(rows_));
}

}  // namespace semg
