// SPDX-License-Identifier: BSD-3-Clause
// What the figures of a recording draw: its columns, windows and activations as traces and spans along a time axis.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "apps/page/recording_figures.hpp"
#include "apps/page/recording_page.hpp"
#include "apps/page/svg.hpp"

namespace semg {

inline constexpr double kFigureLeft = 66;  ///< px, of every panel that shows the whole recording: all stand under each other
inline constexpr double kFigureRight = kFigureWidth - 14;  ///< room for half of the last number
inline constexpr double kTimeAxisPx = 36;                  ///< height of a numbered time axis with its label

std::string unit_of(const Recording& recording, std::size_t channel);

/// Rows as the time a reader sees.
struct Clock {
  double rows_per_unit;
  std::string label;
  double operator()(double row) const noexcept { return row / rows_per_unit; }
};

Clock seconds_of(const Recording& recording);
Clock clock_of(const Recording& recording);  ///< in minutes where the recording is long
Axis time_axis(const Recording& recording, const Clock& clock);

/// About zero, which a filtered signal swings about: the same below as above, three ticks.
Axis swing_axis(double largest);

std::vector<Span> spans_of(const std::vector<Gap>& gaps, const Clock& clock);

/// A person may have given the edges of some: they are drawn in their own way.
struct ActivationSpans {
  std::vector<Span> all, found, edited;
};

ActivationSpans spans_of(const std::vector<Activation>& activations, const Clock& clock);

/// Columns as Panel::columns takes them; NaN, or low > high, where there is nothing.
struct Trace {
  std::vector<double> x, low, high;
  double lowest = std::numeric_limits<double>::infinity();
  double highest = -std::numeric_limits<double>::infinity();

  void add(double at, double low_value, double high_value);
  double largest() const noexcept;  ///< absolute value; 0 where there is none
};

Trace trace_of(const TraceColumns& columns, const Clock& clock);
/// Of samples in memory, in so many columns.
Trace trace_of(const std::vector<float>& samples, std::int64_t first_row, int columns, const Clock& clock);

/// Valid windows as a trace with holes, and the stretches whose windows are not valid by a fault of the signal.
struct WindowTrace {
  Trace trace;
  std::vector<Span> faults;
};

WindowTrace trace_of(const WindowColumns& windows, std::int64_t rows, const Clock& clock);

/// Activations as a bar under the panel.
void draw_bars(Panel& panel, const ActivationSpans& spans);

}  // namespace semg
