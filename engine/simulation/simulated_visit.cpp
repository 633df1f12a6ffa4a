// SPDX-License-Identifier: BSD-3-Clause
#include "engine/simulation/simulated_visit.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace semg {

namespace {

constexpr std::size_t kPiece = 4096;  // rows made at a time

/// What the random numbers of a visit's samples are for. Part of what a seed means: never renumbered.
enum class VisitPurpose : std::uint64_t { muscle = 201, floor = 202 };

RandomStream stream_of(const SimulatedVisit& visit, std::size_t channel, VisitPurpose purpose) noexcept {
  return RandomStream({visit.seed, static_cast<std::uint64_t>(purpose), visit.participant, visit.visit, channel});
}

}  // namespace

SimulatedVisitSource::SimulatedVisitSource(SimulatedVisit visit) : visit_(std::move(visit)), samples_uv_(kPiece) {
  for (std::size_t c = 0; c < info().channels.size(); ++c) {
    muscles_.emplace_back(visit_.shapes[c], info().fs_hz, stream_of(visit_, c, VisitPurpose::muscle));
    floors_.push_back(stream_of(visit_, c, VisitPurpose::floor));
  }
}

std::size_t SimulatedVisitSource::read_counts(std::span<std::int16_t> counts) {
  const std::size_t channels = info().channels.size();
  const std::size_t rows = std::min(counts.size() / channels, static_cast<std::size_t>(visit_.recording.rows - row_));
  for (std::size_t done = 0; done < rows;) {
    const SimulatedStretch* next = stretch_ < visit_.stretches.size() ? &visit_.stretches[stretch_] : nullptr;
    const bool working = next != nullptr && row_ >= next->first_row;
    const std::int64_t edge = working ? next->first_row + next->rows : next != nullptr ? next->first_row : visit_.recording.rows;
    const std::size_t piece = std::min({rows - done, kPiece, static_cast<std::size_t>(edge - row_)});
    write_piece(counts.subspan(done * channels, piece * channels), working ? next : nullptr);
    done += piece;
    row_ += static_cast<std::int64_t>(piece);
    if (working && row_ == edge) ++stretch_;
  }
  return rows;
}

bool SimulatedVisitSource::read(Block& block) {
  const std::size_t channels = info().channels.size();
  block.first = row_;
  counts_.resize(block.max_rows() * channels);
  const std::size_t rows = read_counts(counts_);
  block.resize(rows);
  const double unit = visit_.recording.unit_per_count();
  std::transform(counts_.begin(), counts_.begin() + static_cast<std::ptrdiff_t>(rows * channels), block.samples().begin(),
                 [&](std::int16_t count) { return static_cast<float>(count * unit); });
  return rows > 0;
}

// [rows x channels], all inside one stretch or all between two.
void SimulatedVisitSource::write_piece(std::span<std::int16_t> counts, const SimulatedStretch* working) {
  const std::size_t channels = info().channels.size();
  const auto samples_uv = std::span(samples_uv_).first(counts.size() / channels);
  for (std::size_t c = 0; c < channels; ++c) {
    const double level_uv = working != nullptr ? working->level_uv[c] : 0;
    if (level_uv > 0) {
      muscles_[c].next(samples_uv, 1);
    } else {
      std::fill(samples_uv.begin(), samples_uv.end(), 0.0);
    }
    const double step_uv = *info().channels[c].lsb;
    const double low = *info().channels[c].rail_low / step_uv, high = *info().channels[c].rail_high / step_uv;
    for (std::size_t r = 0; r < samples_uv.size(); ++r) {
      const double uv = level_uv * samples_uv[r] + visit_.floor_uv[c] * floors_[c].gaussian();
      counts[r * channels + c] = static_cast<std::int16_t>(std::clamp(std::nearbyint(uv / step_uv), low, high));
    }
  }
}

}  // namespace semg
