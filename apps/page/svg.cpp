// SPDX-License-Identifier: BSD-3-Clause
#include "apps/page/svg.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

#include <fmt/format.h>

#include "apps/page/readable.hpp"

namespace semg {
namespace {

constexpr double kTickPx = 4;
constexpr double kThinnestPx = 0.7;  // a span is never too short to be seen
constexpr double kFarPx = 1e5;       // beyond any drawing: keeps a wild value out of the integers

long tenths(double px) {
  return std::lround(10 * std::clamp(std::isfinite(px) ? px : 0.0, -kFarPx, kFarPx));
}

/// Tenths as the shortest decimal: 12.3, -.4, 7.
std::string decimal(long tenths) {
  const long whole = std::labs(tenths) / 10;
  const long part = std::labs(tenths) % 10;
  std::string text = tenths < 0 ? "-" : "";
  if (whole != 0 || part == 0) text += std::to_string(whole);
  if (part != 0) text += fmt::format(".{}", part);
  return text;
}

std::string px(double value) {
  return decimal(tenths(value));
}

/// Enough decimals for ticks `step` apart, and no more.
std::string tick_label(double value, double step) {
  const int decimals = std::clamp(-static_cast<int>(std::floor(std::log10(step) + 1e-9)), 0, 9);
  std::string text = fmt::format("{:.{}f}", std::fabs(value) < 1e-9 * step ? 0.0 : value, decimals);
  if (text.front() == '-') text.replace(0, 1, "\u2212");
  return text;
}

/// The step after `step` in 1, 2, 5, 10, 20, 50, ...
double next_step(double step) {
  const double decade = std::pow(10.0, std::floor(std::log10(step) + 1e-9));
  const double lead = step / decade;
  return lead < 1.5 ? 2 * decade : lead < 3 ? 5 * decade : 10 * decade;
}

/// The smallest step that puts no more than `most` ticks into [low, high].
double tick_step(double low, double high, int most) {
  double step = std::pow(10.0, std::floor(std::log10((high - low) / std::max(most, 2))));
  while (std::floor(high / step + 1e-6) - std::ceil(low / step - 1e-6) + 1 > std::max(most, 2)) step = next_step(step);
  return step;
}

std::vector<Tick> ticks_between(double low, double high, double step) {
  std::vector<Tick> ticks;
  for (double k = std::ceil(low / step - 1e-6); k <= std::floor(high / step + 1e-6); ++k)
    ticks.push_back({k * step, tick_label(k * step, step)});
  return ticks;
}

/// [low, high] with something between them.
std::pair<double, double> apart(double low, double high) {
  if (!std::isfinite(low) || !std::isfinite(high) || high < low) return {0, 1};
  const double least = std::max({std::fabs(low), std::fabs(high), 1e-9}) * 1e-6;
  if (high - low < least) return {low - least, high + least};
  return {low, high};
}

}  // namespace

std::string escape_markup(std::string_view text) {
  std::string escaped;
  escaped.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&': escaped += "&amp;"; break;
      case '<': escaped += "&lt;"; break;
      case '>': escaped += "&gt;"; break;
      case '"': escaped += "&quot;"; break;
      case '\'': escaped += "&#39;"; break;
      default:
        if (static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t') escaped += c;
    }
  }
  return escaped;
}

Axis linear_axis(double low, double high, int most) {
  std::tie(low, high) = apart(low, high);
  return {low, high, ticks_between(low, high, tick_step(low, high, most))};
}

Axis rounded_axis(double low, double high, int most) {
  std::tie(low, high) = apart(low, high);
  most = std::max(most, 3);  // around zero it takes three
  double step = tick_step(low, high, most);
  double first = 0, last = 0;
  for (;; step = next_step(step)) {
    first = std::floor(low / step + 1e-6);
    last = std::ceil(high / step - 1e-6);
    if (last - first < most) break;
  }
  return {first * step, last * step, ticks_between(first * step, last * step, step)};
}

Axis decade_axis(double low, double high, int most) {
  if (!(low > 0) || !std::isfinite(low)) low = 1;
  if (!(high > low) || !std::isfinite(high)) high = low * 10;
  const double first = std::floor(std::log10(low) + 1e-9);
  const double last = std::max(std::ceil(std::log10(high) - 1e-9), first + 1);
  Axis axis{first, last, {}};
  const double each = std::ceil((last - first) / std::max(most - 1, 1));
  for (double k = first; k <= last; ++k) {
    const bool numbered = std::fmod(last - k, each) == 0;
    axis.ticks.push_back({k, numbered ? power_of_ten(static_cast<int>(k)) : ""});
  }
  return axis;
}

Svg::Svg(double width, double height, std::string_view title)
    : text_(fmt::format("<svg viewBox=\"0 0 {} {}\" role=\"img\"><title>{}</title>\n", px(width), px(height), escape_markup(title))) {}

void Svg::rect(const Box& box, std::string_view cls) {
  text_ += fmt::format("<rect class=\"{}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>\n", cls, px(box.x), px(box.y), px(box.width),
                       px(box.height));
}

void Svg::line(double x0, double y0, double x1, double y1, std::string_view cls) {
  PathText d;
  d.move(x0, y0);
  d.line(x1, y1);
  path(d.str(), cls);
}

void Svg::circle(double x, double y, double radius, std::string_view cls) {
  text_ += fmt::format("<circle class=\"{}\" cx=\"{}\" cy=\"{}\" r=\"{}\"/>\n", cls, px(x), px(y), px(radius));
}

void Svg::path(std::string_view d, std::string_view cls) {
  if (!d.empty()) text_ += fmt::format("<path class=\"{}\" d=\"{}\"/>\n", cls, d);
}

void Svg::text(double x, double y, std::string_view text, std::string_view cls) {
  text_ += fmt::format("<text class=\"{}\" x=\"{}\" y=\"{}\">{}</text>\n", cls, px(x), px(y), escape_markup(text));
}

void Svg::vertical_text(double x, double y, std::string_view text, std::string_view cls) {
  text_ += fmt::format("<text class=\"{}\" transform=\"translate({} {}) rotate(-90)\">{}</text>\n", cls, px(x), px(y), escape_markup(text));
}

std::string Svg::str() const {
  return text_ + "</svg>\n";
}

void PathText::move(double x, double y) {
  step('m', x, y);
}
void PathText::line(double x, double y) {
  step('l', x, y);
}

void PathText::rect(const Box& box) {
  move(box.x, box.y);
  line(box.x + box.width, box.y);
  line(box.x + box.width, box.y + box.height);
  line(box.x, box.y + box.height);
  text_ += 'z';  // the pen is back at the corner it came from
  x_ = tenths(box.x);
  y_ = tenths(box.y);
}

void PathText::step(char command, double x, double y) {
  const long to_x = tenths(x);
  const long to_y = tenths(y);
  if (text_.empty()) {
    text_ = fmt::format("M{} {}", decimal(to_x), decimal(to_y));
  } else if (command == 'l' && to_x == x_) {
    if (to_y != y_) text_ += "v" + decimal(to_y - y_);
  } else if (command == 'l' && to_y == y_) {
    text_ += "h" + decimal(to_x - x_);
  } else {
    const std::string down = decimal(to_y - y_);
    text_ += command + decimal(to_x - x_) + (down.front() == '-' ? "" : " ") + down;
  }
  x_ = to_x;
  y_ = to_y;
}

double Panel::x_of(double value) const noexcept {
  return box_.x + (value - x_.low) / (x_.high - x_.low) * box_.width;
}
double Panel::y_of(double value) const noexcept {
  const double y = box_.y + box_.height - (value - y_.low) / (y_.high - y_.low) * box_.height;
  return std::clamp(y, box_.y, box_.y + box_.height);
}

void Panel::bottom_axis(std::string_view label) {
  bottom_ticks();
  const double y = box_.y + box_.height;
  for (const Tick& tick : x_.ticks) svg_.text(x_of(tick.at), y + kTickPx + 11, tick.label, "mid");
  svg_.text(box_.x + box_.width / 2, y + kTickPx + 27, label, "mid axis");
}

void Panel::bottom_ticks() {
  const double y = box_.y + box_.height;
  PathText d;
  d.move(box_.x, y);
  d.line(box_.x + box_.width, y);
  for (const Tick& tick : x_.ticks) {
    d.move(x_of(tick.at), y);
    d.line(x_of(tick.at), y + kTickPx);
  }
  svg_.path(d.str(), "ax");
}

void Panel::left_axis(std::string_view label) {
  PathText d;
  d.move(box_.x, box_.y);
  d.line(box_.x, box_.y + box_.height);
  for (const Tick& tick : y_.ticks) {
    d.move(box_.x, y_of(tick.at));
    d.line(box_.x - kTickPx, y_of(tick.at));
    if (!tick.label.empty()) svg_.text(box_.x - kTickPx - 3, y_of(tick.at) + 3.5, tick.label, "end");
  }
  svg_.path(d.str(), "ax");
  if (!label.empty()) svg_.vertical_text(box_.x - 46, box_.y + box_.height / 2, label, "mid axis");
}

void Panel::line(std::span<const double> x, std::span<const double> y, std::string_view cls) {
  columns(x, y, y, cls);
}

void Panel::columns(std::span<const double> x, std::span<const double> low, std::span<const double> high, std::string_view cls) {
  PathText d;
  bool down = false;
  double before = 0;  // where the pen is: the nearer end of the next column comes first
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (!std::isfinite(low[i]) || !std::isfinite(high[i]) || low[i] > high[i]) {
      down = false;
      continue;
    }
    const double at = x_of(x[i]);
    const bool low_first = !down || std::fabs(low[i] - before) <= std::fabs(high[i] - before);
    const double near = low_first ? low[i] : high[i];
    const double far = low_first ? high[i] : low[i];
    if (down) {
      d.line(at, y_of(near));
    } else {
      d.move(at, y_of(near));
    }
    d.line(at, y_of(far));
    const bool alone = !down && (i + 1 == x.size() || !std::isfinite(low[i + 1]) || low[i + 1] > high[i + 1]);
    if (alone && near == far) d.line(at + 0.1, y_of(far));  // a round cap makes a dot of it
    before = far;
    down = true;
  }
  svg_.path(d.str(), cls);
}

void Panel::points(std::span<const double> x, std::span<const double> y, double radius, std::string_view cls) {
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (std::isfinite(y[i])) svg_.circle(x_of(x[i]), y_of(y[i]), radius, cls);
  }
}

void Panel::upright(double x, std::string_view cls) {
  if (x >= x_.low && x <= x_.high) svg_.line(x_of(x), box_.y, x_of(x), box_.y + box_.height, cls);
}

void Panel::bands(std::span<const Span> spans, std::string_view cls) {
  boxes(spans, box_.y, box_.height, cls);
}

void Panel::bars(std::span<const Span> spans, double below_px, double height_px, std::string_view cls) {
  boxes(spans, box_.y + box_.height + below_px, height_px, cls);
}

void Panel::levels(std::span<const Span> spans, std::span<const double> y, std::string_view cls) {
  PathText d;
  const double right = box_.x + box_.width;
  for (std::size_t i = 0; i < spans.size(); ++i) {
    const double from = std::max(x_of(spans[i].from), box_.x);
    const double to = std::min(std::max(x_of(spans[i].to), from + kThinnestPx), right);
    if (!std::isfinite(y[i]) || from >= right || to <= box_.x) continue;
    d.move(from, y_of(y[i]));
    d.line(to, y_of(y[i]));
  }
  svg_.path(d.str(), cls);
}

void Panel::boxes(std::span<const Span> spans, double y, double height, std::string_view cls) {
  PathText d;
  const double right = box_.x + box_.width;
  for (std::size_t i = 0; i < spans.size(); ++i) {
    const double from = std::max(x_of(spans[i].from), box_.x);
    double to = x_of(spans[i].to);
    while (i + 1 < spans.size() && x_of(spans[i + 1].from) < to + 0.1) to = std::max(to, x_of(spans[++i].to));
    if (from >= right || to <= box_.x) continue;
    d.rect({from, y, std::max(std::min(to, right) - from, kThinnestPx), height});
  }
  svg_.path(d.str(), cls);
}

}  // namespace semg
