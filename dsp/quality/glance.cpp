// SPDX-License-Identifier: BSD-3-Clause
#include "dsp/quality/glance.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace semg {

double GlanceSum::rms() const noexcept {
  return std::sqrt(squares / rows);
}

double GlanceSum::hum() const noexcept {
  return std::max(std::hypot(mains_cos[0], mains_sin[0]), std::hypot(mains_cos[1], mains_sin[1])) * 2 / rows;
}

bool GlanceSum::is_hum() const noexcept {
  return hum() * hum() / 2 >= 0.5 * squares / rows;
}

Glance::Glance(const StreamInfo& info, double bin_s, std::size_t most_rows)
    : bin_rows_(std::max<std::int64_t>(1, std::llround(bin_s * info.fs_hz))),
      turns_a_row_{kMainsHz[0] / info.fs_hz, kMainsHz[1] / info.fs_hz} {
  constexpr float kInfinite = std::numeric_limits<float>::infinity();
  for (const Channel& channel : info.channels) {
    watches_.push_back({.rail_low = channel.rail_low ? static_cast<float>(*channel.rail_low) : -kInfinite,
                        .rail_high = channel.rail_high ? static_cast<float>(*channel.rail_high) : kInfinite});
  }
  marks_.resize(most_rows * watches_.size());
  now_.bin = INT64_MIN;
  now_.cells.resize(watches_.size());
}

void Glance::see(const Block& raw) noexcept {
  if (raw.first != next_row_) {
    for (Watch& watch : watches_) watch.same_rows = 0;
  }
  next_row_ = raw.end();
  for (std::size_t r = 0; r < raw.rows(); ++r) {
    const auto row = raw.row(r);
    for (std::size_t c = 0; c < watches_.size(); ++c) {
      Watch& watch = watches_[c];
      const float value = row[c];
      watch.same_rows = watch.same_rows > 0 && value == watch.last ? watch.same_rows + 1 : 1;
      watch.last = value;
      marks_[r * watches_.size() + c] = {
          .good = std::isfinite(value), .clipped = value <= watch.rail_low || value >= watch.rail_high, .same_rows = watch.same_rows};
    }
  }
}

void Glance::add(std::int64_t row, std::span<const Marks> marks, std::span<const float> values) noexcept {
  std::array<double, 2> cosine{}, sine{};
  for (std::size_t m = 0; m < kMainsHz.size(); ++m) {
    double whole = 0;
    const double turn = std::modf(turns_a_row_[m] * static_cast<double>(row), &whole);
    cosine[m] = std::cos(2 * std::numbers::pi * turn);
    sine[m] = std::sin(2 * std::numbers::pi * turn);
  }
  for (std::size_t c = 0; c < values.size(); ++c) {
    GlanceCell& cell = now_.cells[c];
    cell.same_rows = marks[c].same_rows;
    if (!marks[c].good || !std::isfinite(values[c])) continue;
    const float value = values[c];
    cell.lowest = cell.rows > 0 ? std::min(cell.lowest, value) : value;
    cell.highest = cell.rows > 0 ? std::max(cell.highest, value) : value;
    cell.square_sum += static_cast<double>(value) * static_cast<double>(value);
    for (std::size_t m = 0; m < kMainsHz.size(); ++m) {
      cell.mains_cos[m] += static_cast<double>(value) * cosine[m];
      cell.mains_sin[m] += static_cast<double>(value) * sine[m];
    }
    cell.clipped += marks[c].clipped ? 1 : 0;
    ++cell.rows;
  }
}

}  // namespace semg
