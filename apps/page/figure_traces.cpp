// SPDX-License-Identifier: BSD-3-Clause
#include "apps/page/figure_traces.hpp"

#include <algorithm>
#include <cmath>

#include "apps/page/readable.hpp"

namespace semg {
namespace {

constexpr double kNoNumber = std::numeric_limits<double>::quiet_NaN();

/// Some reasons are no fault of the signal: a muscle at rest has no median frequency. Their windows stay white, the others are hatched.
bool is_fault(Reason reason) {
  switch (reason) {
    case Reason::ok:
    case Reason::settling:
    case Reason::low_snr:
    case Reason::no_rest:
    case Reason::too_short:
    case Reason::not_active: return false;
    default: return true;
  }
}

}  // namespace

std::string unit_of(const Recording& recording, std::size_t channel) {
  return readable_unit(to_string(recording.stream.channels[channel].unit));
}

Clock seconds_of(const Recording& recording) {
  return {recording.stream.fs_hz, "Time (s)"};
}

Clock clock_of(const Recording& recording) {
  if (recording.duration_s() > 900) return {recording.stream.fs_hz * 60, "Time (min)"};
  return seconds_of(recording);
}

Axis time_axis(const Recording& recording, const Clock& clock) {
  return linear_axis(0, clock(static_cast<double>(recording.rows)), 11);
}

Axis swing_axis(double largest) {
  if (!(largest > 0)) largest = 1;
  Axis axis{-1.04 * largest, 1.04 * largest, {}};
  const Axis half = linear_axis(0, axis.high, 3);
  const Tick& tick = half.ticks.back();
  axis.ticks = {{-tick.at, "\u2212" + tick.label}, {0, "0"}, tick};
  return axis;
}

std::vector<Span> spans_of(const std::vector<Gap>& gaps, const Clock& clock) {
  std::vector<Span> spans;
  for (const Gap& gap : gaps)
    spans.push_back({clock(static_cast<double>(gap.first_row)), clock(static_cast<double>(gap.first_row + gap.rows))});
  return spans;
}

ActivationSpans spans_of(const std::vector<Activation>& activations, const Clock& clock) {
  ActivationSpans spans;
  for (const Activation& activation : activations) {
    const Span span{clock(static_cast<double>(activation.onset_row)), clock(static_cast<double>(activation.offset_row))};
    spans.all.push_back(span);
    (activation.edited ? spans.edited : spans.found).push_back(span);
  }
  return spans;
}

void Trace::add(double at, double low_value, double high_value) {
  x.push_back(at);
  low.push_back(low_value);
  high.push_back(high_value);
  if (!(low_value <= high_value) || !std::isfinite(low_value) || !std::isfinite(high_value)) return;
  lowest = std::min(lowest, low_value);
  highest = std::max(highest, high_value);
}

double Trace::largest() const noexcept {
  return lowest > highest ? 0 : std::max(std::fabs(lowest), std::fabs(highest));
}

Trace trace_of(const TraceColumns& columns, const Clock& clock) {
  Trace trace;
  for (std::size_t i = 0; i < columns.columns().size(); ++i) {
    const auto& column = columns.columns()[i];
    trace.add(clock(columns.middle_of(i)), static_cast<double>(column.low), static_cast<double>(column.high));
  }
  return trace;
}

Trace trace_of(const std::vector<float>& samples, std::int64_t first_row, int columns, const Clock& clock) {
  const auto rows = static_cast<std::int64_t>(samples.size());
  TraceColumns kept(first_row, rows, columns);
  for (std::int64_t r = 0; r < rows; ++r) kept.push(first_row + r, samples[static_cast<std::size_t>(r)]);
  return trace_of(kept, clock);
}

WindowTrace trace_of(const WindowColumns& windows, std::int64_t rows, const Clock& clock) {
  WindowTrace result;
  const auto half = 0.5 * static_cast<double>(windows.hop_rows());
  const double column_rows = static_cast<double>(rows) / static_cast<double>(windows.columns().size());
  const double reach = 1.6 * std::max(static_cast<double>(windows.hop_rows()), column_rows);  // farther apart: windows are missing between
  double before = -std::numeric_limits<double>::infinity();
  for (const auto& column : windows.columns()) {
    if (column.empty()) continue;
    const double at = clock(column.middle_row);
    if (column.middle_row - before > reach) result.trace.add(at, kNoNumber, kNoNumber);
    before = column.middle_row;
    if (column.valid > 0) {
      result.trace.add(at, static_cast<double>(column.low), static_cast<double>(column.high));
      continue;
    }
    result.trace.add(at, kNoNumber, kNoNumber);
    if (!is_fault(column.reason)) continue;
    const double side = std::max(half, 0.5 * column_rows);
    const Span span{clock(column.middle_row - side), clock(column.middle_row + side)};
    if (!result.faults.empty() && span.from <= result.faults.back().to + clock(half)) {
      result.faults.back().to = span.to;
    } else {
      result.faults.push_back(span);
    }
  }
  return result;
}

void draw_bars(Panel& panel, const ActivationSpans& spans) {
  panel.bars(spans.found, 3, 5, "bar");
  panel.bars(spans.edited, 3, 5, "bar edited");
}

}  // namespace semg
