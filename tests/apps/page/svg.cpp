// SPDX-License-Identifier: BSD-3-Clause
#include "apps/page/svg.hpp"

#include <cmath>
#include <limits>

#include <doctest/doctest.h>

using namespace semg;

namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

std::string labels(const Axis& axis) {
  std::string words;
  for (const Tick& tick : axis.ticks) words += (words.empty() ? "" : " ") + tick.label;
  return words;
}

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("svg: markup and control characters of a text do not reach the page") {
  CHECK(escape_markup("<b a=\"1\" c='2'>&\x01\x1b[0m µ\n") == "&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;[0m µ\n");
}

TEST_CASE("svg: ticks stand at 1, 2 or 5 times a power of ten, as many as fit and no more") {
  CHECK(labels(linear_axis(0, 60, 11)) == "0 10 20 30 40 50 60");
  CHECK(labels(linear_axis(0, 480, 3)) == "0 200 400");
  CHECK(labels(linear_axis(0.13, 0.52, 5)) == "0.2 0.3 0.4 0.5");
  CHECK(labels(linear_axis(-0.31, 0.29, 4)) == "−0.2 0.0 0.2");
  CHECK(linear_axis(0.13, 0.52, 5).low == 0.13);
  CHECK(labels(linear_axis(0, 90000, 4)) == "0 50000");
}

TEST_CASE("svg: a rounded axis begins and ends at a tick and holds what was asked for") {
  for (const auto& [low, high] : {std::pair{61.2, 118.9}, {-3.0, 4.0}, {0.0, 1e-5}, {99.0, 100.0}}) {
    const Axis axis = rounded_axis(low, high, 4);
    CHECK(axis.low <= low + 1e-9);
    CHECK(axis.high >= high - 1e-9);
    REQUIRE(axis.ticks.size() >= 2);
    CHECK(axis.ticks.size() <= 4);
    CHECK(axis.ticks.front().at == doctest::Approx(axis.low));
    CHECK(axis.ticks.back().at == doctest::Approx(axis.high));
  }
}

TEST_CASE("svg: a decade axis goes from power to power and leaves numbers out where they would not fit") {
  const Axis axis = decade_axis(0.02, 70, 10);
  CHECK(axis.low == -2);
  CHECK(axis.high == 2);
  CHECK(labels(axis) == "10⁻² 10⁻¹ 10⁰ 10¹ 10²");
  CHECK(labels(decade_axis(1e-5, 1, 3)) == "10⁻³   10⁰");
}

TEST_CASE("svg: an axis without extent, turned around or not finite is still an axis") {
  for (const auto& [low, high] :
       {std::pair{5.0, 5.0}, {0.0, 0.0}, {3.0, 1.0}, {kNan, 1.0}, {0.0, std::numeric_limits<double>::infinity()}}) {
    CHECK(linear_axis(low, high, 5).low < linear_axis(low, high, 5).high);
    CHECK(rounded_axis(low, high, 5).low < rounded_axis(low, high, 5).high);
    CHECK(decade_axis(low, high, 5).low < decade_axis(low, high, 5).high);
  }
}

TEST_CASE("svg: a path steps in tenths of a pixel from the point before, without drift") {
  PathText d;
  d.move(10, 20);
  d.line(10.26, 19.94);
  d.line(20.26, 19.94);
  d.line(20.26, 30);
  d.line(20.26, 30);
  d.move(0, 0);
  CHECK(d.str() == "M10 20l.3-.1h10v10.1m-20.3-30");
  PathText drift;  // a thousand steps of 0.04 px are 40 px, not none
  drift.move(0, 0);
  for (int i = 1; i <= 1000; ++i) drift.line(0.04 * i, 0.5 * i);
  drift.move(0, 0);
  CHECK(holds(drift.str(), "m-40-500"));
}

TEST_CASE("svg: after a closed box the pen is at the corner where the box began") {
  PathText d;
  d.rect({1, 2, 3, 4});
  d.rect({11, 2, 3, 4});
  CHECK(d.str() == "M1 2h3v4h-3zm10 0h3v4h-3z");
}

TEST_CASE("svg: a value has its place between the ends of the axes, and what lies beyond is cut at the edge of the panel") {
  Svg svg(200, 100, "");
  const Panel panel(svg, {50, 10, 100, 80}, linear_axis(0, 10, 3), linear_axis(-1, 1, 3));
  CHECK(panel.x_of(0) == 50);
  CHECK(panel.x_of(2.5) == 75);
  CHECK(panel.y_of(-1) == 90);
  CHECK(panel.y_of(0.5) == doctest::Approx(30));
  CHECK(panel.y_of(1e30) == 10);
  CHECK(panel.y_of(-1e30) == 90);
}

TEST_CASE("svg: a line lifts the pen at NaN and never draws a value that is not there") {
  Svg svg(120, 20, "");
  Panel panel(svg, {0, 0, 100, 10}, linear_axis(0, 10, 3), linear_axis(0, 10, 3));
  const std::vector<double> x = {0, 1, 2, 3, 4, 5}, y = {1, 2, kNan, 4, 5, kNan};
  panel.line(x, y, "c");
  CHECK(holds(svg.str(), "<path class=\"c\" d=\"M0 9l10-1m20-2l10-1\"/>"));
}

TEST_CASE("svg: a column without values leaves a hole, and a single value stays visible") {
  Svg svg(120, 20, "");
  Panel panel(svg, {0, 0, 100, 10}, linear_axis(0, 10, 3), linear_axis(0, 10, 3));
  const std::vector<double> x = {0, 1, 2, 3}, low = {1, 2, kNan, 4}, high = {3, 6, kNan, 4};
  panel.columns(x, low, high, "c");
  // up from 1 to 3, on to 2 which is nearer to 3 than 6 is, up to 6; then a dot
  CHECK(holds(svg.str(), "<path class=\"c\" d=\"M0 9v-2l10 1v-4m20 2h.1\"/>"));
}

TEST_CASE("svg: spans stand at their values, are cut at the ends, and ten thousand of them need no more than the page can show") {
  Svg svg(120, 20, "");
  Panel panel(svg, {0, 0, 100, 10}, linear_axis(0, 100, 3), linear_axis(0, 1, 3));
  panel.bands(std::vector<Span>{{-5, 10}, {20, 30}, {95, 200}, {300, 400}}, "on");
  CHECK(holds(svg.str(), "<path class=\"on\" d=\"M0 0h10v10h-10zm20 0h10v10h-10zm75 0h5v10h-5z\"/>"));
  std::vector<Span> many;
  for (int i = 0; i < 10000; ++i) many.push_back({i * 0.01, i * 0.01 + 0.006});
  Svg dense(120, 20, "");
  Panel(dense, {0, 0, 100, 10}, linear_axis(0, 100, 3), linear_axis(0, 1, 3)).bands(many, "on");
  CHECK(dense.str().size() < 500);
}

TEST_CASE("svg: an empty drawing of a class is not there at all") {
  Svg svg(10, 10, "a < b");
  Panel(svg, {0, 0, 10, 10}, linear_axis(0, 1, 2), linear_axis(0, 1, 2)).bands({}, "on");
  CHECK(svg.str() == "<svg viewBox=\"0 0 10 10\" role=\"img\"><title>a &lt; b</title>\n</svg>\n");
}
