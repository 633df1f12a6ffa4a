// SPDX-License-Identifier: BSD-3-Clause
// Small panels: how one measure of one participant went from visit to visit.
#include <algorithm>
#include <cmath>
#include <limits>

#include "apps/page/readable.hpp"
#include "apps/report/study_figures.hpp"
#include "engine/study/values.hpp"

namespace semg {
namespace {

constexpr int kFewVisits = 8, kSomeVisits = 14;
constexpr std::size_t kMostRows = 5, kMostWideRows = 3;
constexpr double kLeft = 64, kGap = 14, kStripPx = 15, kHeadPx = 34, kFootPx = 24;

/// What stands at one visit, as a change from the participant's baseline.
struct Point {
  std::optional<double> at, low, high;
  double mdc = std::numeric_limits<double>::quiet_NaN();
  Shape shape = Shape::dash;
  bool hollow = false;
};

struct Trajectory {
  std::vector<Point> points;  // [visits]
  std::optional<double> baseline;
  std::string unit;
};

bool is_number(std::optional<double> value) {
  return value && std::isfinite(*value);
}

Trajectory trajectory_of(const StudyView& view, const TrajectoryPlace& place) {
  Trajectory found;
  found.points.resize(static_cast<std::size_t>(view.visits()));
  const ComparedFeature& feature = *place.measure.feature;
  for (int v = 0; v < view.visits() && !found.baseline; ++v) {
    const ChangeCell* cell = view.change(place.participant, v, place.measure);
    if (cell != nullptr && is_number(cell->value_from)) found.baseline = on_scale(feature, *cell->value_from);
    if (found.baseline && !std::isfinite(*found.baseline)) found.baseline.reset();
  }
  for (int v = 0; v < view.visits(); ++v) {
    Point& point = found.points[static_cast<std::size_t>(v)];
    const ValueCell* value = view.value(place.participant, v, place.measure);
    const ChangeCell* change = view.change(place.participant, v, place.measure);
    point.hollow = view.out_of_window(place.participant, v);
    if (change != nullptr && is_number(change->mdc)) point.mdc = *change->mdc;
    if (value != nullptr && found.unit.empty()) found.unit = value->unit;
    if (change != nullptr) {
      point.shape = shape_of(*change);
    } else if (value != nullptr) {
      point.shape = value->usable()                                ? Shape::dot
                    : value->reason.has(StudyReason::excluded)     ? Shape::struck
                    : value->reason.has(StudyReason::not_recorded) ? Shape::dash
                                                                   : Shape::cross;
    }
    const bool shown = point.shape == Shape::up || point.shape == Shape::down || point.shape == Shape::dot || point.shape == Shape::square;
    if (!shown || value == nullptr || !is_number(value->value) || !found.baseline) continue;
    const auto from_baseline = [&](std::optional<double> x) -> std::optional<double> {
      if (!is_number(x)) return std::nullopt;
      const double scaled = on_scale(feature, *x) - *found.baseline;
      return std::isfinite(scaled) ? std::optional(scaled) : std::nullopt;
    };
    point.at = change != nullptr && is_number(change->change) ? change->change : from_baseline(value->value);
    point.low = from_baseline(value->ci_low);
    point.high = from_baseline(value->ci_high);
  }
  return found;
}

/// Over all panels: values and limits, and bars as far as they do not dwarf these.
Axis shared_axis(const std::vector<Trajectory>& all, const ComparedFeature& feature) {
  double low = 0, high = 0;
  for (const Trajectory& one : all) {
    for (const Point& point : one.points) {
      for (const double value : {point.at.value_or(0), point.mdc, -point.mdc}) {
        if (std::isfinite(value)) low = std::min(low, value), high = std::max(high, value);
      }
    }
  }
  const double reach = 0.35 * std::max(high - low, 1e-6);
  double lowest = low, highest = high;
  for (const Trajectory& one : all) {
    for (const Point& point : one.points) {
      if (point.low) lowest = std::min(lowest, std::max(*point.low, low - reach));
      if (point.high) highest = std::max(highest, std::min(*point.high, high + reach));
    }
  }
  if (lowest == highest) lowest -= 0.5, highest += 0.5;
  const double air = 0.06 * (highest - lowest);
  return change_axis(feature, lowest - air, highest + air, 5);
}

void draw_band(Svg& svg, const Panel& panel, const Trajectory& one) {
  PathText d;
  for (std::size_t v = 0; v < one.points.size(); ++v) {
    const double mdc = one.points[v].mdc;
    if (!std::isfinite(mdc)) continue;
    std::size_t last = v;
    while (last + 1 < one.points.size() && one.points[last + 1].mdc == mdc) ++last;
    const double top = panel.y_of(mdc), bottom = panel.y_of(-mdc);
    const double from = panel.x_of(static_cast<double>(v) - 0.5), to = panel.x_of(static_cast<double>(last) + 0.5);
    d.rect({from, top, to - from, bottom - top});
    v = last;
  }
  svg.path(d.str(), "mdc");
}

void draw_points(Svg& svg, const Panel& panel, const Trajectory& one, double strip_y) {
  PathText line, bars;
  bool down = false;
  for (std::size_t v = 0; v < one.points.size(); ++v) {
    const Point& point = one.points[v];
    if (!point.at) continue;  // the line goes on to the next one that was measured
    const double x = panel.x_of(static_cast<double>(v)), y = panel.y_of(*point.at);
    if (down) {
      line.line(x, y);
    } else {
      line.move(x, y);
    }
    down = true;
    if (!point.low || !point.high) continue;
    bars.move(x, panel.y_of(*point.low));
    bars.line(x, panel.y_of(*point.high));
  }
  svg.path(line.str(), "course");
  svg.path(bars.str(), "spread");
  for (std::size_t v = 0; v < one.points.size(); ++v) {
    const Point& point = one.points[v];
    const double x = panel.x_of(static_cast<double>(v));
    const double y = point.at ? panel.y_of(*point.at) : strip_y;
    if (point.hollow && point.at) {
      draw_hollow(svg, x, y, point.shape);
    } else {
      // What has a value but no baseline to stand against is as good as not comparable.
      const bool placed = point.at || point.shape == Shape::struck || point.shape == Shape::dash;
      draw_filled(svg, x, y, placed ? point.shape : Shape::cross);
    }
  }
}

/// Visits as ticks, as many labels as there is room for.
Axis visit_axis(const StudyView& view, double width) {
  Axis axis{-0.6, view.visits() - 0.4, {}};
  std::size_t longest = 1;
  for (int v = 0; v < view.visits(); ++v) longest = std::max(longest, view.visit(v).size());
  const double need = 6.2 * static_cast<double>(longest) + 7;
  const int each = std::max(1, static_cast<int>(std::ceil(need * view.visits() / std::max(width, 1.0))));
  for (int v = 0; v < view.visits(); ++v) axis.ticks.push_back({static_cast<double>(v), v % each == 0 ? view.visit(v) : ""});
  return axis;
}

std::size_t most_columns(const StudyView& view) {
  return view.visits() <= kFewVisits ? 3 : view.visits() <= kSomeVisits ? 2 : 1;
}

}  // namespace

std::size_t most_trajectories(const StudyView& view) {
  return most_columns(view) == 1 ? kMostWideRows : kMostRows * most_columns(view);
}

std::string trajectories(const StudyView& view, const std::vector<TrajectoryPlace>& places, std::string_view title) {
  if (places.empty() || places.front().measure.feature == nullptr) return "";
  const ComparedFeature& feature = *places.front().measure.feature;
  std::vector<Trajectory> all;
  for (const TrajectoryPlace& place : places) all.push_back(trajectory_of(view, place));
  const std::size_t most = places.size() == 4 && view.visits() <= kFewVisits ? 4 : most_columns(view);
  const std::size_t columns = std::min(most, std::max<std::size_t>(places.size(), 2));
  const std::size_t rows = (places.size() + columns - 1) / columns;
  const double width = (kStudyFigureWidth - kLeft - kGap * static_cast<double>(columns - 1)) / static_cast<double>(columns);
  const double plot = most == 1 ? 130 : 104;
  const double row_px = kHeadPx + plot + kStripPx + kFootPx;
  const Axis y = shared_axis(all, feature);
  const Axis x = visit_axis(view, width);
  const bool room = std::all_of(places.begin(), places.end(), [&](const TrajectoryPlace& place) {
    return 6.9 * static_cast<double>(place.title.size()) < width || place.short_title.empty();
  });
  Svg svg(kStudyFigureWidth, row_px * static_cast<double>(rows), title);
  for (std::size_t k = 0; k < places.size(); ++k) {
    const double left = kLeft + (width + kGap) * static_cast<double>(k % columns);
    const double top = row_px * static_cast<double>(k / columns);
    Panel panel(svg, {left, top + kHeadPx, width, plot}, x, y);
    svg.text(left, top + 13, room ? places[k].title : places[k].short_title, "name");
    const Trajectory& one = all[k];
    const double level = one.baseline ? (feature.scale == ChangeScale::ln_ratio ? std::exp(*one.baseline) : *one.baseline) : 0;
    svg.text(left, top + 27, one.baseline ? "baseline " + readable_quantity(level, one.unit) : "no valid baseline", "small none");
    draw_band(svg, panel, one);
    svg.line(left, panel.y_of(0), left + width, panel.y_of(0), "baseline");
    if (k % columns == 0) panel.left_axis(k == 0 || rows < 3 || k / columns == rows / 2 ? change_axis_label(feature, one.unit) : "");
    const double strip = top + kHeadPx + plot + kStripPx / 2;
    draw_points(svg, panel, one, strip);
    PathText ticks;
    const double foot = top + kHeadPx + plot + kStripPx;
    ticks.move(left, foot);
    ticks.line(left + width, foot);
    for (const Tick& tick : x.ticks) {
      ticks.move(panel.x_of(tick.at), foot);
      ticks.line(panel.x_of(tick.at), foot + (tick.label.empty() ? 2.0 : 4.0));
      svg.text(panel.x_of(tick.at), foot + 15, tick.label, "mid small");
    }
    svg.path(ticks.str(), "ax");
  }
  return svg.str();
}

}  // namespace semg
