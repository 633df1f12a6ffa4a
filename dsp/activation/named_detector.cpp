// SPDX-License-Identifier: BSD-3-Clause
#include "dsp/activation/named_detector.hpp"

#include <cmath>

#include "dsp/activation/smoothing.hpp"

namespace semg {

NamedDetector::Detector NamedDetector::detector_of(ActivationMethod method, double fs_hz) {
  switch (method) {
    case ActivationMethod::bonato: return Bonato(fs_hz);
    case ActivationMethod::lidierth: return Lidierth(fs_hz);
    case ActivationMethod::tkeo: return Tkeo(fs_hz);
    case ActivationMethod::aglr_step: return AglrStep(fs_hz);
    case ActivationMethod::first_departure:
    case ActivationMethod::hodges_bui: break;
  }
  return HodgesBui(fs_hz);
}

NamedDetector::NamedDetector(ActivationMethod method, double fs_hz, ActivationRules rules,
                             const std::vector<std::optional<RestReference>>& rest) {
  const std::int64_t min_on = rows_of(rules.min_on_s, fs_hz);
  const std::int64_t min_off = rows_of(rules.min_off_s, fs_hz);
  channels_.reserve(rest.size());
  for (const auto& reference : rest) {
    Detector detector = detector_of(method, fs_hz);
    const std::int64_t look_ahead = std::visit([](const auto& d) { return d.look_ahead_rows(); }, detector);
    channels_.push_back({.rest = reference ? reference->moments : std::nullopt,
                         .detector = std::move(detector),
                         .runs = ActiveRuns(min_on, min_off, look_ahead)});
  }
  constexpr std::int64_t kMostRows = 1024;
  done_.reserve(rest.size() * static_cast<std::size_t>(kMostRows / (min_on + min_off) + 4));
}

void NamedDetector::begin(std::int64_t first_row) noexcept {
  for (Channel& channel : channels_) {
    channel.running = false;
    channel.first_row = channel.end_row = first_row;
    channel.runs.begin();
  }
}

void NamedDetector::push(const Block& conditioned) noexcept {
  for (std::size_t c = 0; c < channels_.size(); ++c) {
    Channel& channel = channels_[c];
    if (!channel.rest) continue;
    std::visit(
        [&](auto& detector) {
          for (std::size_t r = 0; r < conditioned.rows(); ++r) {
            const double x = conditioned.row(r)[c];
            if (!std::isfinite(x)) {
              close(c);
              continue;
            }
            const std::int64_t row = conditioned.first + static_cast<std::int64_t>(r);
            if (!channel.running) {
              channel.running = true;
              channel.first_row = row;
              channel.runs.begin();
              detector.begin(*channel.rest);
            }
            channel.end_row = row + 1;
            if (const auto switched = detector.push(x)) keep(c, channel.runs.switched(*switched));
            keep(c, channel.runs.settled(channel.end_row - channel.first_row));
          }
        },
        channel.detector);
  }
}

void NamedDetector::end() noexcept {
  for (std::size_t c = 0; c < channels_.size(); ++c) close(c);
}

void NamedDetector::close(std::size_t c) noexcept {
  Channel& channel = channels_[c];
  if (channel.running) keep(c, channel.runs.end(channel.end_row - channel.first_row));
  channel.running = false;
}

void NamedDetector::keep(std::size_t c, const std::optional<ActiveRun>& run) noexcept {
  if (!run) return;
  const std::int64_t first = channels_[c].first_row;
  done_.push_back({.channel = c, .onset_row = first + run->onset, .offset_row = first + run->offset});
}

std::optional<Active> NamedDetector::take() noexcept {
  if (taken_ < done_.size()) return done_[taken_++];
  done_.clear();
  taken_ = 0;
  return std::nullopt;
}

std::optional<Active> NamedDetector::lasting(std::size_t c) const noexcept {
  const Channel& channel = channels_[c];
  const auto run = channel.runs.lasting(channel.end_row - channel.first_row);
  if (!channel.running || !run) return std::nullopt;
  return Active{.channel = c, .onset_row = channel.first_row + run->onset, .offset_row = channel.first_row + run->offset};
}

}  // namespace semg
