// SPDX-License-Identifier: BSD-3-Clause
// The whole recording: all muscles as strips that share a time axis, with tasks above and activations below each.
#include <algorithm>
#include <string_view>

#include "apps/page/figure_traces.hpp"
#include "apps/page/readable.hpp"
#include "apps/page/recording_figures.hpp"

namespace semg {
namespace {

double text_width(std::string_view text) {  // roughly, at the figures' 11 px; bytes above ASCII count half
  double width = 0;
  for (const char c : text) width += static_cast<unsigned char>(c) < 0x80 ? 6.2 : 3.2;
  return width;
}

/// Periods as brackets with their task, events as marks, above the first strip.
void draw_periods(Svg& svg, const Panel& panel, const Recording& recording, const Clock& clock, double y) {
  const double right = panel.box().x + panel.box().width;
  PathText brackets;
  for (const Period& period : recording.periods) {
    const double from = std::clamp(panel.x_of(clock(static_cast<double>(period.first_row))), panel.box().x, right);
    const double to = std::clamp(panel.x_of(clock(static_cast<double>(period.first_row + period.rows))), from, right);
    brackets.move(from + 0.5, y + 4);
    brackets.line(from + 0.5, y);
    brackets.line(std::max(to - 0.5, from + 0.5), y);
    brackets.line(std::max(to - 0.5, from + 0.5), y + 4);
    std::string words = period.task;
    if (period.repetition > 0) words += " " + std::to_string(period.repetition);
    if (text_width(words) < to - from + 6) svg.text((from + to) / 2, y - 4, words, "mid small");
  }
  svg.path(brackets.str(), "bracket");
}

void draw_events(Svg& svg, const Panel& panel, const Recording& recording, double seconds_per_unit, double top, double bottom) {
  PathText marks;
  for (const Event& event : recording.events) {
    const double x = panel.x_of(event.t_s / seconds_per_unit);
    if (!(x >= panel.box().x && x <= panel.box().x + panel.box().width)) continue;
    marks.move(x, top);
    marks.line(x, bottom);
  }
  svg.path(marks.str(), "event");
}

struct StripSize {
  double trace, pitch;
};

StripSize strip_size(std::size_t channels) {
  if (channels <= 2) return {110, 146};
  if (channels <= 4) return {78, 114};
  if (channels <= 8) return {52, 88};
  return {28, 58};
}

}  // namespace

std::string figure_patterns() {
  return "<svg class=\"defs\" aria-hidden=\"true\"><defs>"
         "<pattern id=\"gaps\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">"
         "<path class=\"gapline\" d=\"M0 0v5\"/></pattern>"
         "<pattern id=\"faults\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(-45)\">"
         "<path class=\"faultline\" d=\"M0 0v5\"/></pattern></defs></svg>\n";
}

std::string overview_figure(const RecordingPage& page, std::size_t first, std::size_t count) {
  const Recording& recording = page.recording;
  const Clock clock = clock_of(recording);
  const Axis time = time_axis(recording, clock);
  const StripSize strip = strip_size(count);
  const double top = recording.periods.empty() ? 4 : 24;
  const double last_bottom = top + strip.pitch * static_cast<double>(count) - (strip.pitch - strip.trace) + 18;
  Svg svg(kFigureWidth, last_bottom + 13 + kTimeAxisPx, "Filtered signal of the whole recording, with activations");
  const std::vector<Span> gaps = spans_of(recording.gaps, clock);
  for (std::size_t i = 0; i < count; ++i) {
    const ChannelOnPage& shown = page.channels[first + i];
    const double y = top + strip.pitch * static_cast<double>(i) + 18;
    const Trace trace = trace_of(shown.filtered, clock);
    const ActivationSpans activations = spans_of(shown.activations, clock);
    Axis swing = swing_axis(trace.largest());
    if (strip.trace < 40) swing.ticks[1].label.clear();  // no room for a zero between the two
    Panel panel(svg, {kFigureLeft, y, kFigureRight - kFigureLeft, strip.trace}, time, swing);
    svg.text(kFigureLeft, y - 5, readable_muscle(recording.stream.channels[first + i]), "name");
    panel.bands(activations.all, "on");
    panel.bands(gaps, "gap");
    panel.columns(trace.x, trace.low, trace.high, "signal whole");
    panel.left_axis(unit_of(recording, first + i));
    draw_bars(panel, activations);
    if (!shown.no_activation_because.empty()) {
      svg.text(kFigureRight, y - 5, "activation not assessable: " + shown.no_activation_because, "end none");
    }
  }
  Panel axis(svg, {kFigureLeft, top + 18, kFigureRight - kFigureLeft, last_bottom - top - 18 + 11}, time, {});
  draw_events(svg, axis, recording, clock.rows_per_unit / recording.stream.fs_hz, top, last_bottom + 11);
  draw_periods(svg, axis, recording, clock, top - 6);
  axis.bottom_axis(clock.label);
  return svg.str();
}

}  // namespace semg
