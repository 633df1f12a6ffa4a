// SPDX-License-Identifier: BSD-3-Clause
// Shapes, their words, and the axes of changes.
#include <cmath>
#include <numbers>

#include <fmt/format.h>

#include "apps/page/readable.hpp"
#include "apps/report/study_figures.hpp"

namespace semg {
namespace {

constexpr double kSize = 4.3;  // px, half of a mark

std::string_view class_of(Shape shape) {
  switch (shape) {
    case Shape::up: return "up";
    case Shape::down: return "down";
    case Shape::dot: return "within";
    case Shape::square: return "unjudged";
    case Shape::cross:
    case Shape::struck:
    case Shape::dash: return "open";
  }
  return "open";
}

void draw(Svg& svg, double x, double y, Shape shape, const std::string& cls) {
  PathText d;
  switch (shape) {
    case Shape::up:
    case Shape::down: {
      const double tip = shape == Shape::up ? -1.15 * kSize : 1.15 * kSize;
      const double base = -0.75 * tip;
      d.move(x, y + tip);
      d.line(x + 1.1 * kSize, y + base);
      d.line(x - 1.1 * kSize, y + base);
      d.line(x, y + tip);
      break;
    }
    case Shape::dot: svg.circle(x, y, 0.85 * kSize, cls); return;
    case Shape::square: d.rect({x - 0.75 * kSize, y - 0.75 * kSize, 1.5 * kSize, 1.5 * kSize}); break;
    case Shape::cross:
    case Shape::struck: {
      const double r = shape == Shape::cross ? 0.8 * kSize : 0.6 * kSize;
      if (shape == Shape::struck) svg.circle(x, y, 0.95 * kSize, cls);
      d.move(x - r, y - r);
      d.line(x + r, y + r);
      if (shape == Shape::struck) break;
      d.move(x - r, y + r);
      d.line(x + r, y - r);
      break;
    }
    case Shape::dash: d.move(x - kSize, y); d.line(x + kSize, y);
  }
  svg.path(d.str(), cls);
}

std::string legend_mark(Shape shape, std::string_view words) {
  Svg svg(14, 14, words);
  draw_filled(svg, 7, 7, shape);
  return "<li>" + svg.str() + escape_markup(words) + "</li>\n";
}

std::string legend_hollow(Shape shape, std::string_view words) {
  Svg svg(14, 14, words);
  draw_hollow(svg, 7, 7, shape);
  return "<li>" + svg.str() + escape_markup(words) + "</li>\n";
}

std::string verdict_items() {
  return legend_mark(Shape::up, "increase beyond day-to-day variation") + legend_mark(Shape::down, "decrease beyond it") +
         legend_mark(Shape::dot, "within it, or a baseline visit") + legend_mark(Shape::square, "measured; no day-to-day variation known") +
         legend_mark(Shape::cross, "not comparable or not assessable") + legend_mark(Shape::struck, "excluded") +
         legend_mark(Shape::dash, "missing") + legend_hollow(Shape::dot, "hollow: outside the window");
}

}  // namespace

Shape shape_of(const ChangeCell& cell) noexcept {
  switch (cell.verdict) {
    case ChangeVerdict::increase: return Shape::up;
    case ChangeVerdict::decrease: return Shape::down;
    case ChangeVerdict::within_mdc: return Shape::dot;
    case ChangeVerdict::not_assessable: return cell.change ? Shape::square : Shape::cross;
    case ChangeVerdict::refused: return Shape::cross;
    case ChangeVerdict::excluded: return Shape::struck;
    case ChangeVerdict::missing: return Shape::dash;
  }
  return Shape::dash;
}

void draw_filled(Svg& svg, double x, double y, Shape shape) {
  draw(svg, x, y, shape, "mk " + std::string(class_of(shape)));
}
void draw_hollow(Svg& svg, double x, double y, Shape shape) {
  draw(svg, x, y, shape, "mk hollow " + std::string(class_of(shape)));
}

std::string_view shape_text(Shape shape) noexcept {
  switch (shape) {
    case Shape::up: return "\u25b2";
    case Shape::down: return "\u25bc";
    case Shape::dot: return "\u25cf";
    case Shape::square: return "\u25a0";
    case Shape::cross: return "\u2715";
    case Shape::struck: return "\u2298";
    case Shape::dash: return "\u2013";
  }
  return "";
}

std::string verdict_legend() {
  return "<ul class=\"legend\">\n" + verdict_items() + "</ul>\n";
}

std::string marks_legend() {
  Svg band(24, 14, "grey band");
  band.rect({1, 2, 22, 10}, "mdc");
  Svg bar(24, 14, "thin bar");
  bar.line(1, 7, 23, 7, "spread");
  return "<ul class=\"legend\">\n" + verdict_items() + "<li>" + band.str() +
         "limits of day-to-day variation: the verdict comes from these alone</li>\n<li>" + bar.str() +
         "thin: spread inside the visits, never evidence of change</li>\n</ul>\n";
}

std::string grid_legend() {
  std::string html = "<ul class=\"legend\">\n";
  for (const VisitState::Kind kind : {VisitState::Kind::usable, VisitState::Kind::partly, VisitState::Kind::out_of_window,
                                      VisitState::Kind::not_usable, VisitState::Kind::excluded, VisitState::Kind::missing}) {
    Svg svg(14, 14, state_words(kind));
    draw_state(svg, 7, 7, kind);
    html += "<li>" + svg.str() + std::string(state_words(kind)) + "</li>\n";
  }
  return html + "</ul>\n";
}

Axis change_axis(const ComparedFeature& feature, double low, double high, int most) {
  if (!std::isfinite(low) || !std::isfinite(high) || low >= high) low = -0.5, high = 0.5;
  if (feature.scale == ChangeScale::difference) return linear_axis(low, high, most);
  Axis axis{low, high, {}};
  double step = std::numbers::ln2 / 4;
  while ((high - low) / step > most) step *= 2;
  for (double k = std::ceil(low / step); k <= std::floor(high / step); ++k) {
    const double value = std::exp(k * step);
    const double rounded = value >= 100 ? 10 * std::round(value / 10) : value;  // two digits, but no "1e+02"
    axis.ticks.push_back({k * step, "×" + (value >= 0.01 && value < 1000 ? fmt::format("{:.{}g}", rounded, rounded >= 100 ? 3 : 2)
                                                                         : readable_number(value))});
  }
  return axis;
}

std::string change_axis_label(const ComparedFeature& feature, std::string_view unit) {
  if (feature.scale == ChangeScale::ln_ratio) return "Factor to baseline";
  const std::string words = readable_unit(unit);
  return "Difference to baseline" + (words.empty() ? "" : " (" + words + ")");
}

}  // namespace semg
