// SPDX-License-Identifier: BSD-3-Clause
#include "io/nwb_clock.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

#include <fmt/format.h>

#include "io/sample_dataset.hpp"

namespace semg {
namespace {

constexpr double kAgree = 0.005;  // relative

double checked_rate(const Hdf5Input& input, const std::string& field, double fs_hz) {
  if (!(fs_hz > 0 && fs_hz <= 1e6)) input.refuse(field, fmt::format("{} Hz", fs_hz), "above 0 and at most 1000000 Hz");
  return fs_hz;
}

/// Calls f(row, step from the row before) for all rows but the first.
template <class F>
void for_each_step(const Hdf5Input& input, const std::string& path, SampleDataset& times, std::int64_t rows, F&& f) {
  std::vector<double> slab;
  double before = 0;
  for (std::int64_t first = 0; first < rows; first += times.rows_at_once()) {
    slab.resize(static_cast<std::size_t>(std::min(times.rows_at_once(), rows - first)));
    times.read(first, slab);
    for (std::size_t i = 0; i < slab.size(); ++i) {
      const std::int64_t row = first + static_cast<std::int64_t>(i);
      const double step = slab[i] - before;
      if (row > 0 && !(step > 0 && std::isfinite(step))) {
        input.refuse(path, fmt::format("{} s after {} s at row {}", slab[i], before, row), "times that grow");
      }
      if (row > 0) f(row, step);
      before = slab[i];
    }
  }
}

double median_step(const Hdf5Input& input, const std::string& path, SampleDataset& times) {
  std::vector<double> steps;
  for_each_step(input, path, times, std::min<std::int64_t>(times.rows(), 65'537),
                [&](std::int64_t, double step) { steps.push_back(step); });
  const auto middle = steps.begin() + static_cast<std::ptrdiff_t>(steps.size() / 2);
  std::nth_element(steps.begin(), middle, steps.end());
  return *middle;
}

NwbClock read_timestamps(const Hdf5Input& input, const std::string& path, std::int64_t stored_rows) {
  SampleDataset times(input, path);
  if (times.channels() != 1) input.refuse(path, fmt::format("{} columns", times.channels()), "one time for each row");
  if (times.rows() != stored_rows)
    input.refuse(path, fmt::format("{} times", times.rows()), fmt::format("{}, one for each row", stored_rows));
  if (stored_rows < 2) input.refuse(path, "one time", "two at least, to tell the rate");

  struct Jump {
    std::int64_t stored_row;
    double step_s;
  };
  const double median_s = median_step(input, path, times);
  std::vector<Jump> jumps;
  double sum_s = 0;
  std::int64_t steps = 0;
  for_each_step(input, path, times, stored_rows, [&](std::int64_t row, double step_s) {
    if (step_s > 1.5 * median_s) {
      if (std::ssize(jumps) == Hdf5Input::kMaxColumnRows) input.refuse(path, "more than 1000000 gaps", "a constant rate");
      jumps.push_back({row, step_s});
    } else {
      sum_s += step_s;
      ++steps;
    }
  });
  const double mean_s = sum_s / static_cast<double>(steps);  // the median is one of the steps
  if (std::fabs(mean_s - median_s) > kAgree * median_s) {
    input.refuse(path, fmt::format("a mean step of {} s and a median step of {} s", mean_s, median_s), "a constant rate, within 0.5 %");
  }
  NwbClock clock;
  std::vector<double> first(1);
  times.read(0, first);
  clock.start_s = first.front();
  clock.fs_hz = checked_rate(input, path, 1 / mean_s);
  if (const double whole = std::nearbyint(clock.fs_hz); std::fabs(whole - clock.fs_hz) < 1e-6 * whole)
    clock.fs_hz = whole;  // times are rounded
  Stretch stretch;
  for (const Jump& jump : jumps) {
    stretch.rows = jump.stored_row - stretch.stored_row;
    clock.stretches.push_back(stretch);
    const double lost = std::max(std::nearbyint(jump.step_s * clock.fs_hz) - 1, 1.0);
    const std::int64_t end = stretch.first_row + stretch.rows;
    if (lost > static_cast<double>(SampleDataset::kMaxRows - end)) {
      input.refuse(path, fmt::format("{} s without samples", jump.step_s), fmt::format("{} rows at most", SampleDataset::kMaxRows));
    }
    stretch = {.first_row = end + static_cast<std::int64_t>(lost), .rows = 0, .stored_row = jump.stored_row};
  }
  stretch.rows = stored_rows - stretch.stored_row;
  clock.stretches.push_back(stretch);
  clock.rows = stretch.first_row + stretch.rows;
  return clock;
}

}  // namespace

NwbClock read_nwb_clock(const Hdf5Input& input, const std::string& series, std::int64_t stored_rows) {
  const std::string start = series + "/starting_time", times = series + "/timestamps";
  const bool rated = input.has(start);
  const double rate_hz = rated ? input.number_attribute(start, "rate").value_or(std::numeric_limits<double>::quiet_NaN()) : 0.0;
  if (input.has(times)) {
    NwbClock clock = read_timestamps(input, times, stored_rows);
    if (rated && !(std::fabs(rate_hz - clock.fs_hz) <= kAgree * clock.fs_hz)) {
      input.refuse(start + "@rate", fmt::format("{} Hz", rate_hz), fmt::format("{} Hz, as the timestamps say, within 0.5 %", clock.fs_hz));
    }
    return clock;
  }
  if (!rated) input.refuse(series, "neither starting_time with a rate nor timestamps", "one of them");
  return {.fs_hz = checked_rate(input, start + "@rate", rate_hz),
          .start_s = input.number(start).value_or(0),
          .rows = stored_rows,
          .stretches = {{.first_row = 0, .rows = stored_rows, .stored_row = 0}}};
}

std::vector<Gap> gaps_between(const std::vector<Stretch>& stretches, std::int64_t rows) {
  std::vector<Gap> gaps;
  std::int64_t end = 0;
  for (const Stretch& stretch : stretches) {
    if (stretch.first_row > end) gaps.push_back({end, stretch.first_row - end});
    end = stretch.first_row + stretch.rows;
  }
  if (rows > end) gaps.push_back({end, rows - end});
  return gaps;
}

std::vector<Stretch> without_gaps(const std::vector<Stretch>& stretches, const std::vector<Gap>& gaps) {
  std::vector<Stretch> left;
  auto gap = gaps.begin();
  for (const Stretch& stretch : stretches) {
    const std::int64_t end = stretch.first_row + stretch.rows;
    std::int64_t from = stretch.first_row;
    const auto keep_until = [&](std::int64_t to) {
      if (to > from) left.push_back({from, to - from, stretch.stored_row + (from - stretch.first_row)});
    };
    while (gap != gaps.end() && gap->first_row + gap->rows <= from) ++gap;
    for (auto inside = gap; inside != gaps.end() && inside->first_row < end; ++inside) {
      keep_until(inside->first_row);
      from = std::min(inside->first_row + inside->rows, end);
    }
    keep_until(end);
  }
  return left;
}

}  // namespace semg
