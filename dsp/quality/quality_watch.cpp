// SPDX-License-Identifier: BSD-3-Clause
#include "dsp/quality/quality_watch.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace semg {
namespace {

constexpr double kFlat_s = 0.200;
enum Mark : std::uint8_t { kNotFinite = 1, kSettling = 2, kFlat = 4, kClipped = 8, kRepeated = 16 };

}  // namespace

void FaultCounts::operator+=(const FaultCounts& more) noexcept {
  rows += more.rows;
  not_finite += more.not_finite;
  settling += more.settling;
  flat += more.flat;
  clipped += more.clipped;
  repeated += more.repeated;
}

Reason FaultCounts::judge(double clipped_share) const noexcept {
  if (not_finite > 0) return Reason::not_finite;
  if (settling > 0) return Reason::settling;
  if (flat > 0) return Reason::flat;
  if (clipped > 0 && static_cast<double>(clipped) >= clipped_share * static_cast<double>(rows)) return Reason::clipped;
  return Reason::ok;
}

QualityWatch::QualityWatch(const StreamInfo& info, std::int64_t settling_rows, std::int64_t keep_rows, Settling settling)
    : settling_rows_(settling_rows),
      settling_before_rows_(settling == Settling::both_sides ? settling_rows : 0),
      keep_rows_(keep_rows),
      flat_rows_(std::max<std::int64_t>(2, std::llround(kFlat_s * info.fs_hz))),
      marks_(info.channels.size() * static_cast<std::size_t>(keep_rows)) {
  constexpr double kNone = std::numeric_limits<double>::infinity();
  for (const semg::Channel& ch : info.channels) {
    channels_.push_back(
        {.rail_low = static_cast<float>(ch.rail_low.value_or(-kNone)), .rail_high = static_cast<float>(ch.rail_high.value_or(kNone))});
  }
}

void QualityWatch::see(const Block& raw) noexcept {
  if (raw.first != next_row_) {
    stretch_first_ = raw.first;
    for (Channel& ch : channels_) {
      ch.run = 0;
      ch.settling = settling_rows_;
    }
  }
  next_row_ = raw.end();
  for (std::size_t r = 0; r < raw.rows(); ++r) {
    const std::int64_t row = raw.first + static_cast<std::int64_t>(r);
    const auto samples = raw.row(r);
    for (std::size_t c = 0; c < channels_.size(); ++c) {
      Channel& ch = channels_[c];
      const float x = samples[c];
      if (!std::isfinite(x)) {
        mark(c, row) = kNotFinite;
        settle_before(c, row);
        ch.run = 0;
        ch.settling = settling_rows_;
        continue;
      }
      unsigned marks = 0;
      if (ch.settling > 0) {
        --ch.settling;
        marks |= kSettling;
      }
      if (x <= ch.rail_low || x >= ch.rail_high) marks |= kClipped;
      ch.run = ch.run > 0 && x == ch.last ? ch.run + 1 : 1;
      ch.last = x;
      if (ch.run > 1) marks |= kRepeated;
      if (ch.run >= flat_rows_) marks |= kFlat;
      mark(c, row) = static_cast<std::uint8_t>(marks);
      if (ch.run == flat_rows_) {
        for (std::int64_t back = row - flat_rows_ + 1; back < row; ++back) mark(c, back) |= kFlat;
      }
    }
  }
}

void QualityWatch::see_end() noexcept {
  for (std::size_t c = 0; c < channels_.size(); ++c) settle_before(c, next_row_);
}

void QualityWatch::settle_before(std::size_t channel, std::int64_t row) noexcept {
  for (std::int64_t back = std::max(stretch_first_, row - settling_before_rows_); back < row; ++back) mark(channel, back) |= kSettling;
}

FaultCounts QualityWatch::count(std::size_t channel, std::int64_t first, std::int64_t rows) const noexcept {
  FaultCounts counts{.rows = rows};
  const std::uint8_t* ring = marks_.data() + channel * static_cast<std::size_t>(keep_rows_);
  auto at = static_cast<std::size_t>(first % keep_rows_);
  for (std::int64_t r = 0; r < rows; ++r) {
    const std::uint8_t marks = ring[at];
    if (++at == static_cast<std::size_t>(keep_rows_)) at = 0;
    if (marks == 0) continue;
    counts.not_finite += (marks & kNotFinite) != 0;
    counts.settling += (marks & kSettling) != 0;
    counts.flat += (marks & kFlat) != 0;
    counts.clipped += (marks & kClipped) != 0;
    counts.repeated += (marks & kRepeated) != 0;
  }
  return counts;
}

}  // namespace semg
