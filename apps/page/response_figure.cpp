// SPDX-License-Identifier: BSD-3-Clause
#include "apps/page/response_figure.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <fmt/format.h>

#include "apps/page/figure_traces.hpp"
#include "apps/page/readable.hpp"
#include "apps/page/recording_figures.hpp"
#include "apps/page/svg.hpp"
#include "engine/explanation.hpp"

namespace semg {
namespace {

constexpr double kLowest_hz = 1;
constexpr double kFloor_db = -60;
constexpr int kPoints = 400;

Axis frequency_axis(double highest_hz) {
  Axis axis{.low = std::log10(kLowest_hz), .high = std::log10(highest_hz), .ticks = {}};
  for (const double f : {1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0, 2000.0, 5000.0, 10000.0}) {
    if (f <= highest_hz) axis.ticks.push_back({.at = std::log10(f), .label = readable_number(f)});
  }
  return axis;
}

std::string words_on(const Chain& chain) {
  const Explanation e = explain(chain);
  std::string edges;
  for (const double f_hz : e.minus_3db_hz) edges += (edges.empty() ? "" : " and ") + readable_quantity(f_hz, "Hz");
  return fmt::format(
      "Gain and group delay of the filter; dotted: \u22123 dB at {}; shaded: the band of the median and mean frequency. Of a typical EMG "
      "spectrum {} % of the power passes.",
      edges, readable_number(100 * e.power_kept));
}

}  // namespace

std::string response_figure(const Chain& chain) {
  constexpr double kTop = 10, kHeight = 150, kBetween = 14, kDelayHeight = 70;
  const Axis frequency = frequency_axis(chain.fs_hz / 2);
  const auto delay_of = [&](double f_hz) { return chain.passes == 1 ? 1000 * group_delay_s(chain.sos, f_hz, chain.fs_hz) : 0; };
  std::vector<double> x, gain_db, delay_ms;
  for (int k = 0; k < kPoints; ++k) {
    const double at = frequency.low + (frequency.high - frequency.low) * k / kPoints;  // short of half the rate, where there is no gain
    const double f_hz = std::pow(10.0, at);
    const double gain = 20 * chain.passes * std::log10(std::abs(response_at(chain.sos, f_hz, chain.fs_hz)));
    x.push_back(at);
    gain_db.push_back(gain >= kFloor_db ? gain : NAN);
    delay_ms.push_back(gain >= kFloor_db ? delay_of(f_hz) : NAN);
  }
  double longest = 1;
  for (const double d : delay_ms) longest = std::max(longest, std::isfinite(d) ? d : 0);
  const double delay_top = kTop + kHeight + kBetween;
  Svg svg(kFigureWidth, delay_top + kDelayHeight + kTimeAxisPx, "Gain and group delay of the filter against frequency");
  const double width = kFigureRight - kFigureLeft;
  Panel gain(svg, {kFigureLeft, kTop, width, kHeight}, frequency,
             {.low = kFloor_db, .high = 6, .ticks = {{-60, "-60"}, {-40, "-40"}, {-20, "-20"}, {-3, "-3"}}});
  Panel late(svg, {kFigureLeft, delay_top, width, kDelayHeight}, frequency, rounded_axis(0, longest, 4));
  const std::vector<Span> band = {{std::log10(chain.band_low_hz), std::log10(chain.band_high_hz)}};
  for (Panel* panel : {&gain, &late}) panel->bands(band, "on");
  for (const double f_hz : explain(chain).minus_3db_hz) {
    for (Panel* panel : {&gain, &late}) panel->upright(std::log10(f_hz), "edge");
    svg.text(gain.x_of(std::log10(f_hz)) + 4, kTop + kHeight - 6, readable_quantity(f_hz, "Hz"), "small halo");
  }
  gain.line(x, gain_db, "signal response");
  late.line(x, delay_ms, "signal response");
  gain.left_axis("gain, dB");
  gain.bottom_ticks();
  late.left_axis("delay, ms");
  late.bottom_axis("frequency, Hz");
  return "<figure>\n" + svg.str() + "<figcaption>" + escape_markup(words_on(chain)) + "</figcaption>\n</figure>\n";
}

}  // namespace semg
