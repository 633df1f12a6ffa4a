// SPDX-License-Identifier: BSD-3-Clause
#include "engine/simulation/simulated_artefacts.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "engine/simulation/simulated_streams.hpp"

namespace semg {

namespace {

constexpr double kTurn = 2 * std::numbers::pi;

constexpr double kBeatS = 60.0 / 72;
constexpr double kBeatSpread = 0.05;
constexpr double kShortestBeatS = 0.4;

double heart_wave(double t_s) noexcept {
  const auto bump = [&](double height, double at_s) {
    const double x = (t_s - at_s) / 0.011;
    return height * std::exp(-x * x / 2);
  };
  return bump(-0.15, -0.025) + bump(1, 0) + bump(-0.25, 0.025);
}
constexpr double kHeartReachS = 0.1;  // the wave is below 1e-10 of its peak beyond

}  // namespace

MainsHum::MainsHum(double amplitude_uv, double line_hz, double fs_hz, std::uint64_t seed, std::size_t channels)
    : line_hz_(line_hz),
      fs_hz_(fs_hz),
      step_rows_(std::max<std::int64_t>(1, std::llround(fs_hz / 10))),
      wander_(shared_stream(seed, Purpose::mains)) {
  for (std::size_t k = 0; k < kHarmonics.size(); ++k) {
    if (static_cast<double>(k + 1) * (line_hz + kWanderHz) < fs_hz / 2) amplitudes_uv_.push_back(amplitude_uv * kHarmonics[k]);
  }
  for (std::size_t c = 0; c < channels; ++c) {
    RandomStream phases = channel_stream(seed, c, Purpose::mains);
    for (const double amplitude : amplitudes_uv_) {
      const double phase = kTurn * phases.uniform();
      mix_.push_back({amplitude * std::cos(phase), amplitude * std::sin(phase)});
    }
  }
}

void MainsHum::advance(std::size_t rows) {
  const std::size_t harmonics = amplitudes_uv_.size();
  wave_.resize(rows * harmonics);
  for (std::size_t r = 0; r < rows; ++r, ++row_) {
    if (row_ % step_rows_ == 0) {  // a random walk of 0.01 Hz a step, turned back at the limit
      offset_hz_ += 0.01 * wander_.gaussian();
      if (std::abs(offset_hz_) > kWanderHz) offset_hz_ = std::copysign(std::max(0.0, 2 * kWanderHz - std::abs(offset_hz_)), offset_hz_);
    }
    const double sine = std::sin(angle_), cosine = std::cos(angle_);
    double s = sine, c = cosine;
    for (std::size_t k = 0; k < harmonics; ++k) {
      wave_[r * harmonics + k] = {s, c};
      const double turned = s * cosine + c * sine;
      c = c * cosine - s * sine;
      s = turned;
    }
    angle_ += kTurn * (line_hz_ + offset_hz_) / fs_hz_;
    if (angle_ >= kTurn) angle_ -= kTurn;
  }
}

void MainsHum::add(std::size_t channel, std::span<double> samples_uv) const noexcept {
  const std::size_t harmonics = amplitudes_uv_.size();
  const auto* mix = mix_.data() + channel * harmonics;
  const auto* wave = wave_.data();
  for (double& sample : samples_uv) {
    for (std::size_t k = 0; k < harmonics; ++k, ++wave) sample += mix[k][0] * (*wave)[0] + mix[k][1] * (*wave)[1];
  }
}

double MainsHum::rms_uv() const noexcept {
  double sum = 0;
  for (const double amplitude : amplitudes_uv_) sum += amplitude * amplitude / 2;
  return std::sqrt(sum);
}

HeartBeats::HeartBeats(double peak_uv, double fs_hz, std::int64_t rows, std::uint64_t seed) : peak_uv_(peak_uv), fs_hz_(fs_hz) {
  RandomStream random = shared_stream(seed, Purpose::heart);
  const double end_s = static_cast<double>(rows) / fs_hz;
  for (double t = kBeatS * random.uniform(); t < end_s; t += std::max(kShortestBeatS, kBeatS * (1 + kBeatSpread * random.gaussian()))) {
    beats_s_.push_back(t);
  }
}

void HeartBeats::add(std::int64_t first_row, std::span<double> samples_uv) const noexcept {
  const double begin_s = static_cast<double>(first_row) / fs_hz_;
  const double end_s = begin_s + static_cast<double>(samples_uv.size()) / fs_hz_;
  const double scale = peak_uv_ / heart_wave(0);
  for (auto beat = std::lower_bound(beats_s_.begin(), beats_s_.end(), begin_s - kHeartReachS);
       beat != beats_s_.end() && *beat < end_s + kHeartReachS; ++beat) {
    for (std::size_t r = 0; r < samples_uv.size(); ++r) {
      const double t_s = static_cast<double>(first_row + static_cast<std::int64_t>(r)) / fs_hz_ - *beat;
      if (std::abs(t_s) < kHeartReachS) samples_uv[r] += scale * heart_wave(t_s);
    }
  }
}

CableMotion::CableMotion(double amplitude_uv, double fs_hz, const std::vector<BurstRows>& bursts, std::uint64_t seed, std::size_t channels)
    : amplitude_uv_(amplitude_uv), fs_hz_(fs_hz) {
  for (const BurstRows& burst : bursts) onset_rows_.push_back(burst.onset);
  for (std::size_t c = 0; c < channels; ++c) {
    RandomStream random = channel_stream(seed, c, Purpose::motion);
    for (std::size_t i = 0; i < onset_rows_.size(); ++i) frequency_hz_.push_back(1 + 7 * random.uniform());
  }
}

void CableMotion::add(std::size_t channel, std::int64_t first_row, std::span<double> samples_uv) const noexcept {
  const std::int64_t end = first_row + static_cast<std::int64_t>(samples_uv.size());
  const std::int64_t reach = std::llround(10 * kDecayS * fs_hz_);
  auto onset = std::upper_bound(onset_rows_.begin(), onset_rows_.end(), first_row - reach);
  for (; onset != onset_rows_.end() && *onset < end; ++onset) {
    const double hz = frequency_hz(channel, static_cast<std::size_t>(onset - onset_rows_.begin()));
    for (std::int64_t row = std::max(first_row, *onset); row < std::min(end, *onset + reach); ++row) {
      const double t_s = static_cast<double>(row - *onset) / fs_hz_;
      samples_uv[static_cast<std::size_t>(row - first_row)] += amplitude_uv_ * std::exp(-t_s / kDecayS) * std::sin(kTurn * hz * t_s);
    }
  }
}

}  // namespace semg
