// SPDX-License-Identifier: BSD-3-Clause
#include "dsp/activation/rest_statistic.hpp"

#include <algorithm>
#include <cmath>

namespace semg {
namespace {

constexpr double kMemory_s = 0.150;
constexpr double kAhead_s = 0.050;
constexpr std::size_t kFall = 40;  // cells of 0.25 dB
constexpr double kLeast_s = 0.100;

}  // namespace

RestStatistic::Statistic RestStatistic::statistic_of(ActivationMethod method, double fs_hz) {
  switch (method) {
    case ActivationMethod::hodges_bui: return HodgesBui::statistic(fs_hz);
    case ActivationMethod::lidierth: return Lidierth::statistic(fs_hz);
    case ActivationMethod::tkeo: return Tkeo::statistic(fs_hz);
    case ActivationMethod::first_departure:
    case ActivationMethod::bonato:
    case ActivationMethod::aglr_step: break;
  }
  return Products{};
}

RestStatistic::RestStatistic(ActivationMethod method, double fs_hz, std::size_t channels, std::int64_t paced_rows, std::size_t cells)
    : fs_hz_(fs_hz),
      paced_rows_(paced_rows),
      ahead_(static_cast<std::size_t>(std::ceil(kAhead_s * fs_hz / static_cast<double>(paced_rows)))) {
  const std::size_t memory = ahead_ + 1 + static_cast<std::size_t>(std::ceil(kMemory_s * fs_hz / static_cast<double>(paced_rows)));
  channels_.reserve(channels);
  for (std::size_t c = 0; c < channels; ++c) {
    channels_.push_back({.statistic = statistic_of(method, fs_hz), .recent = std::vector<Pace>(memory), .cells = std::vector<Cell>(cells)});
  }
}

void RestStatistic::begin(Channel& channel) noexcept {
  if (auto* products = std::get_if<Products>(&channel.statistic)) products->filled = 0;
  if (auto* smoothed = std::get_if<HodgesBui::Statistic>(&channel.statistic)) smoothed->begin();
  if (auto* mean = std::get_if<Lidierth::Statistic>(&channel.statistic)) mean->begin();
  if (auto* energy = std::get_if<Tkeo::Statistic>(&channel.statistic)) energy->begin();
}

void RestStatistic::restart() noexcept {
  next_row_ = INT64_MIN;
  for (Channel& channel : channels_) {
    begin(channel);
    channel.rows = 0;
    channel.sums = {};
    channel.at = channel.size = 0;
  }
}

void RestStatistic::add(Products& products, double x, RestMoments& sums) noexcept {
  if (products.filled == kWhiteningOrder) {
    sums[0] += x * x;
    for (std::size_t k = 0; k < products.past.size(); ++k) sums[k + 1] += x * products.past[k];
  } else {
    ++products.filled;
    sums[0] = NAN;  // this pace has too little past
  }
  for (std::size_t k = products.past.size() - 1; k > 0; --k) products.past[k] = products.past[k - 1];
  products.past[0] = x;
}

void RestStatistic::see(const Block& conditioned, std::int64_t end_row) noexcept {
  const std::int64_t first = std::max(conditioned.first, next_row_);
  const std::int64_t last = std::min(conditioned.end(), end_row);
  next_row_ = last;
  for (std::size_t c = 0; c < channels_.size(); ++c) {
    Channel& channel = channels_[c];
    const auto each = [&](auto add_sample) {
      for (std::int64_t row = first; row < last; ++row) {
        const double x = conditioned.row(static_cast<std::size_t>(row - conditioned.first))[c];
        if (std::isfinite(x)) {
          add_sample(x);
        } else {
          begin(channel);
          channel.sums[0] = NAN;
        }
      }
    };
    std::visit(
        [&](auto& statistic) {
          if constexpr (std::is_same_v<std::remove_cvref_t<decltype(statistic)>, Products>) {
            each([&](double x) { add(statistic, x, channel.sums); });
          } else {
            each([&](double x) {
              const double y = statistic.push(x);
              channel.sums[0] += y;
              channel.sums[1] += y * y;
            });
          }
        },
        channel.statistic);
    channel.rows += last - first;
  }
}

void RestStatistic::count(std::size_t c, std::size_t cell) noexcept {
  Channel& channel = channels_[c];
  const std::size_t memory = channel.recent.size();
  channel.recent[channel.at] = {.cell = cell, .whole = channel.rows == paced_rows_ && std::isfinite(channel.sums[0]), .sums = channel.sums};
  channel.size = std::min(channel.size + 1, memory);
  if (channel.size > ahead_) {
    std::size_t highest = 0;
    std::size_t lowest = cell;
    for (std::size_t k = 0; k < channel.size; ++k) {
      const std::size_t level = channel.recent[(channel.at + memory - k) % memory].cell;
      highest = std::max(highest, level);
      if (k <= ahead_) lowest = std::min(lowest, level);
    }
    const Pace& pace = channel.recent[(channel.at + memory - ahead_) % memory];
    if (pace.whole && lowest + kFall >= highest) {
      Cell& hit = channel.cells[highest];
      hit.paces += 1;
      for (std::size_t k = 0; k < hit.sums.size(); ++k) hit.sums[k] += pace.sums[k];
    }
  }
  channel.at = (channel.at + 1) % memory;
  channel.rows = 0;
  channel.sums = {};
}

void RestStatistic::skip(std::size_t c) noexcept {
  Channel& channel = channels_[c];
  channel.rows = 0;
  channel.sums = {};
  channel.at = channel.size = 0;
}

std::optional<RestMoments> RestStatistic::moments(std::size_t c, std::size_t first, std::size_t last) const noexcept {
  double paces = 0;
  RestMoments mean{};
  for (std::size_t cell = first; cell < std::min(last, channels_[c].cells.size()); ++cell) {
    paces += channels_[c].cells[cell].paces;
    for (std::size_t k = 0; k < mean.size(); ++k) mean[k] += channels_[c].cells[cell].sums[k];
  }
  const double rows = paces * static_cast<double>(paced_rows_);
  if (rows < kLeast_s * fs_hz_) return std::nullopt;
  for (double& value : mean) value /= rows;
  return mean;
}

}  // namespace semg
