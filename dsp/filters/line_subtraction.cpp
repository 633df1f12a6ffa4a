// SPDX-License-Identifier: BSD-3-Clause
#include "dsp/filters/line_subtraction.hpp"

#include <array>
#include <cmath>
#include <cstdio>
#include <numbers>
#include <utility>

#include "dsp/error.hpp"

namespace semg {
namespace {

using Complex = std::complex<double>;

constexpr double kTurn = 2.0 * std::numbers::pi;
constexpr double kStep_s = 0.1;
constexpr double kFarthest_hz = 0.5;  // of the true frequency from the nominal one
constexpr double kGrid_hz = 0.05;     // fine enough for the third harmonic over 2 s
constexpr std::size_t kGridHarmonics = 3;
constexpr double kDrift_hz_per_s = 0.05;  // standard deviation of what is expected of mains
constexpr double kOverlap = 4.0 / 3.0;    // half-overlapping Hann pieces of noise correlate by 1/6 with either neighbour
// Times the power that noise alone would give, exponentially distributed: what one harmonic needs for hum to be found, for it to be
// followed on, and what the others then need to be a part of it.
constexpr double kFound = 9.0;
constexpr double kFollowed = 6.0;
constexpr double kBelongs = 4.0;
constexpr double kQuietest = 1e-6;  // of the strongest piece: no piece counts for more than this allows

/// Response of a Hann window of 2 x kStep_s to a sine `off_hz` beside what it is demodulated at.
double hann_response(double off_hz) noexcept {
  const double x = off_hz * 2.0 * kStep_s;
  if (std::abs(x) < 1e-6) return 1.0;
  return std::sin(std::numbers::pi * x) / (std::numbers::pi * x * (1.0 - x * x));
}

}  // namespace

LineSubtraction::LineSubtraction(const LineDesign& design, std::size_t channels, double fs_hz)
    : fs_hz_(fs_hz), line_hz_(design.line_hz), channels_(channels), step_rows_(static_cast<std::size_t>(std::lround(kStep_s * fs_hz))) {
  const double most = std::min(design.top_hz / line_hz_, (fs_hz / 2 - 5.0) / line_hz_ - 0.5);
  if (!(line_hz_ > 10 && most >= 1)) {
    char text[160];
    std::snprintf(text, sizeof text, "line subtraction: found %g Hz at fs = %g Hz, expected above 10 Hz, at most %g Hz and a third of fs",
                  design.line_hz, fs_hz, design.top_hz);
    throw Error(Fault::usage, text);
  }
  harmonics_ = static_cast<std::size_t>(most);
  const std::size_t probes = 2 * harmonics_;
  const std::size_t rows = 2 * step_rows_;
  for (std::size_t n = 0; n < rows; ++n) {
    const double hann = 0.5 - 0.5 * std::cos(kTurn * static_cast<double>(n) / static_cast<double>(rows));
    (n < step_rows_ ? fade_in_ : fade_out_).push_back(hann);
  }
  whole_.assign((kReach + 2) * step_rows_, 1.0);
  for (std::size_t p = 0; p < probes; ++p) {
    const double f_hz = line_hz_ * (p < harmonics_ ? static_cast<double>(p + 1) : static_cast<double>(p - harmonics_) + 1.5);
    for (std::size_t n = 0; n < rows; ++n) {
      const double hann = n < step_rows_ ? fade_in_[n] : fade_out_[n - step_rows_];
      const double angle = -kTurn * f_hz * (static_cast<double>(n) - static_cast<double>(step_rows_)) / fs_hz;
      // The window's sum is step_rows: a sine of amplitude A reads A.
      wave_.push_back(std::polar(2.0 * hann / static_cast<double>(step_rows_), angle));
    }
  }
  for (std::size_t k = 0; k < kWindow; ++k) {
    for (std::size_t h = 0; h < harmonics_; ++h) {
      const double turns = static_cast<double>(h + 1) * line_hz_ * static_cast<double>(k * step_rows_) / fs_hz;
      turn_.push_back(std::polar(1.0, -kTurn * (turns - std::floor(turns))));
    }
  }
  held_.resize((kReach + 2) * step_rows_ * channels);
  out_.resize(held_.size());
  probes_.resize(kWindow * channels * probes);
  finite_.resize(kWindow * channels);
  before_.resize(channels);
  now_.resize(channels);
  for (auto* lines : {&before_, &now_}) {
    for (Line& line : *lines) line.waves.resize(harmonics_);
  }
  sum_of_lines_.resize((kReach + 2) * step_rows_);
  mean_.resize(channels);
  sum_.resize(probes * channels);
  samples_.resize(channels);
}

void LineSubtraction::restart() noexcept {
  held_rows_ = next_piece_ = next_step_ = 0;
  for (auto* lines : {&before_, &now_}) {
    for (Line& line : *lines) line.found = false;
  }
}

void LineSubtraction::take_in_piece() noexcept {
  const std::size_t rows = 2 * step_rows_;
  const std::size_t probes = 2 * harmonics_;
  const float* piece = held_.data() + (next_piece_ - next_step_) * step_rows_ * channels_;
  std::fill(mean_.begin(), mean_.end(), 0.0);
  std::fill(sum_.begin(), sum_.end(), Complex{});
  for (std::size_t n = 0; n < rows; ++n) {
    for (std::size_t c = 0; c < channels_; ++c) mean_[c] += piece[n * channels_ + c];
  }
  for (double& mean : mean_) mean /= static_cast<double>(rows);
  for (std::size_t n = 0; n < rows; ++n) {
    for (std::size_t c = 0; c < channels_; ++c) samples_[c] = piece[n * channels_ + c] - mean_[c];
    for (std::size_t p = 0; p < probes; ++p) {
      const Complex wave = wave_[p * rows + n];
      Complex* __restrict sum = sum_.data() + p * channels_;
      for (std::size_t c = 0; c < channels_; ++c) sum[c] += wave * samples_[c];
    }
  }
  const std::size_t slot = next_piece_ % kWindow;
  for (std::size_t c = 0; c < channels_; ++c) {
    finite_[slot * channels_ + c] = std::isfinite(mean_[c]) ? 1 : 0;
    for (std::size_t p = 0; p < probes; ++p) probes_[(slot * channels_ + c) * probes + p] = sum_[p * channels_ + c];
  }
  ++next_piece_;
}

std::span<const float> LineSubtraction::finish_step() noexcept {
  const std::size_t first = next_step_ > kReach ? next_step_ - kReach : 0;
  const std::size_t last = std::min(next_piece_ - 1, next_step_ + kReach);
  for (std::size_t c = 0; c < channels_; ++c) {
    now_[c].offset_hz = before_[c].offset_hz;
    now_[c].found = before_[c].found;
    follow(c, first, last, now_[c]);
    add(before_[c], 0.0, fade_out_);
    add(now_[c], -static_cast<double>(step_rows_),
        next_step_ > 0 ? std::span<const double>(fade_in_) : std::span(whole_).first(step_rows_));
    subtract_from(c, step_rows_);
  }
  std::swap(before_, now_);
  ++next_step_;
  held_rows_ -= step_rows_;
  std::copy_n(held_.begin() + static_cast<std::ptrdiff_t>(step_rows_ * channels_), held_rows_ * channels_, held_.begin());
  return {out_.data(), step_rows_ * channels_};
}

std::span<const float> LineSubtraction::finish_tail() noexcept {
  for (std::size_t c = 0; c < channels_; ++c) {
    if (next_step_ > 0) add(before_[c], 0.0, std::span(whole_).first(held_rows_));
    subtract_from(c, held_rows_);
  }
  return {out_.data(), held_rows_ * channels_};
}

void LineSubtraction::add(const Line& line, double first_row, std::span<const double> fade) noexcept {
  if (!line.found) return;
  for (std::size_t h = 0; h < harmonics_; ++h) {
    if (line.waves[h] == Complex{}) continue;
    const double step = kTurn * static_cast<double>(h + 1) * (line_hz_ + line.offset_hz) / fs_hz_;
    const double cosine = std::cos(step), sine = std::sin(step);
    const Complex start = line.waves[h] * std::polar(1.0, step * first_row);
    double real = start.real(), imaginary = start.imag();
    for (std::size_t n = 0; n < fade.size(); ++n) {
      sum_of_lines_[n] += fade[n] * real;
      const double turned = real * cosine - imaginary * sine;
      imaginary = real * sine + imaginary * cosine;
      real = turned;
    }
  }
}

void LineSubtraction::subtract_from(std::size_t channel, std::size_t rows) noexcept {
  for (std::size_t n = 0; n < rows; ++n) {
    const std::size_t at = n * channels_ + channel;
    out_[at] = static_cast<float>(held_[at] - sum_of_lines_[n]);
    sum_of_lines_[n] = 0;
  }
}

void LineSubtraction::follow(std::size_t channel, std::size_t first, std::size_t last, Line& line) noexcept {
  const bool was_found = std::exchange(line.found, false);
  const std::size_t pieces = last - first + 1;
  // How strong the signal beside the hum is in each piece, over three of them, and the weight that gives.
  std::array<double, kWindow> beside{}, weight{}, tau_s{};
  std::array<bool, kWindow> finite{};
  double valid = 0;
  for (std::size_t k = 0; k < pieces; ++k) {
    tau_s[k] = (static_cast<double>(first + k) - static_cast<double>(next_step_)) * static_cast<double>(step_rows_) / fs_hz_;
    finite[k] = finite_[(first + k) % kWindow * channels_ + channel] != 0;
    if (!finite[k]) continue;
    valid += 1;
    for (std::size_t p = harmonics_; p < 2 * harmonics_; ++p) beside[k] += std::norm(probe(first + k, channel, p));
  }
  if (valid < static_cast<double>(kLeastPieces)) return;
  const double strongest = *std::max_element(beside.begin(), beside.end());
  double weights = 0;
  for (std::size_t k = 0; k < pieces; ++k) {
    if (!finite[k]) continue;
    double sum = 2 * beside[k], share = 2;
    for (const std::size_t neighbour : {k - 1, k + 1}) {
      if (neighbour >= pieces || !finite[neighbour]) continue;
      sum += beside[neighbour];
      share += 1;
    }
    weight[k] = strongest > 0 ? 1.0 / std::max(sum / share, kQuietest * strongest) : 1.0;
    weights += weight[k];
  }
  double mean_tau = 0, mean_square = 0;
  for (std::size_t k = 0; k < pieces; ++k) {
    weight[k] *= valid / weights;
    mean_tau += weight[k] * tau_s[k] / valid;
    mean_square += weight[k] * tau_s[k] * tau_s[k] / 2 / valid;
  }

  // Noise at a harmonic from what is half-way to its neighbours; a floor keeps pure hum finite.
  const auto noise_of = [&](std::size_t p) {
    double sum = 0;
    for (std::size_t k = 0; k < pieces; ++k) sum += finite[k] ? weight[k] * std::norm(probe(first + k, channel, p)) : 0.0;
    return sum / valid;
  };
  const auto wave_at = [&](std::size_t k, std::size_t h) {
    const std::size_t piece = first + k;
    const Complex value = probe(piece, channel, h);
    return piece >= next_step_ ? value * turn_[(piece - next_step_) * harmonics_ + h]
                               : value * std::conj(turn_[(next_step_ - piece) * harmonics_ + h]);
  };
  const auto noise_at = [&](std::size_t h) {
    const double above = noise_of(harmonics_ + h);
    return std::max(h == 0 ? above : (above + noise_of(harmonics_ + h - 1)) / 2, 1e-12 * noise_of(h));
  };
  // Sum over the pieces, turned back by the course of the frequency that is tried: |.|^2 is kOverlap noise valid where there is no hum.
  const auto turned_back = [&](std::size_t k, std::size_t h, double offset_hz, double drift) {
    const double turns = static_cast<double>(h + 1) * (offset_hz * tau_s[k] + drift * tau_s[k] * tau_s[k] / 2);
    return wave_at(k, h) * std::polar(1.0, -kTurn * turns);
  };
  const auto gathered = [&](std::size_t h, double offset_hz, double drift) {
    Complex sum{};
    for (std::size_t k = 0; k < pieces; ++k)
      if (finite[k]) sum += weight[k] * turned_back(k, h, offset_hz, drift);
    return sum;
  };
  const auto excess = [&](const Complex& sum, double noise) {
    return std::norm(sum) > 0 ? std::norm(sum) / (kOverlap * noise * valid) : 0.0;
  };

  if (!was_found) {
    double best = -1;
    for (double offset = -kFarthest_hz; offset <= kFarthest_hz + kGrid_hz / 2; offset += kGrid_hz) {
      double likelihood = 0;
      for (std::size_t h = 0; h < std::min(harmonics_, kGridHarmonics); ++h) {
        const double noise = noise_at(h);
        if (noise > 0) likelihood += std::norm(gathered(h, offset, 0)) / noise;
      }
      if (likelihood > best) {
        best = likelihood;
        line.offset_hz = offset;
      }
    }
  }
  double drift = 0;
  for (int iteration = 0; iteration < 4; ++iteration) {
    double a11 = 0, a12 = 0, a22 = 1 / (2 * kDrift_hz_per_s * kDrift_hz_per_s), b1 = 0, b2 = -drift * a22;
    const std::size_t used = iteration == 0 && !was_found ? std::min(harmonics_, kGridHarmonics) : harmonics_;
    for (std::size_t h = 0; h < used; ++h) {
      const double noise = noise_at(h);
      const Complex sum = gathered(h, line.offset_hz, drift);
      if (excess(sum, noise) < kBelongs) continue;
      const double amplitude = std::abs(sum) / valid;
      const double turn = kTurn * static_cast<double>(h + 1);
      for (std::size_t k = 0; k < pieces; ++k) {
        if (!finite[k]) continue;
        const double beside_mean = tau_s[k] - mean_tau, square = tau_s[k] * tau_s[k] / 2 - mean_square;
        const double ahead = (turned_back(k, h, line.offset_hz, drift) * std::conj(sum)).imag() / std::abs(sum);
        const double share = weight[k] / noise * amplitude * turn;
        a11 += share * amplitude * turn * beside_mean * beside_mean;
        a12 += share * amplitude * turn * beside_mean * square;
        a22 += share * amplitude * turn * square * square;
        b1 += share * ahead * beside_mean;
        b2 += share * ahead * square;
      }
    }
    const double determinant = a11 * a22 - a12 * a12;
    if (!(a11 > 0 && determinant > 0)) break;
    line.offset_hz = std::clamp(line.offset_hz + (b1 * a22 - b2 * a12) / determinant, -kFarthest_hz, kFarthest_hz);
    drift += (b2 * a11 - b1 * a12) / determinant;
  }
  for (std::size_t h = 0; h < harmonics_; ++h) {
    const Complex sum = gathered(h, line.offset_hz, drift);
    const double found = excess(sum, noise_at(h));
    const bool belongs = found >= kBelongs;
    line.waves[h] = belongs ? sum / (valid * hann_response(static_cast<double>(h + 1) * line.offset_hz)) : Complex{};
    line.found = line.found || found >= (was_found ? kFollowed : kFound);
  }
}

}  // namespace semg
