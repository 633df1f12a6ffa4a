// SPDX-License-Identifier: BSD-3-Clause
// The plate of one muscle: excerpt and spectrum above, RMS and MDF over the whole recording below.
#include <algorithm>
#include <cmath>
#include <limits>
#include <string_view>

#include <fmt/format.h>

#include "apps/page/figure_traces.hpp"
#include "apps/page/readable.hpp"
#include "apps/page/recording_figures.hpp"

namespace semg {
namespace {

constexpr double kNoNumber = std::numeric_limits<double>::quiet_NaN();

/// "no valid window: the signal is flat": for the reason that is met most.
std::string why_no(std::string_view what, const WindowColumns& windows) {
  if (windows.windows() == 0) return fmt::format("no {}", what);
  const auto& counts = windows.counts();
  const auto most = std::max_element(counts.begin() + 1, counts.end());
  return fmt::format("no {}: {}", what, readable_reason(static_cast<Reason>(most - counts.begin())));
}

/// One measure over the whole recording: bands, hatching, windows, and the value of each activation as a stroke.
void draw_windows(Svg& svg, Panel& panel, const RecordingPage& page, const WindowColumns& windows, const ActivationSpans& activations,
                  const std::vector<double>& values, std::string_view cls) {
  const Clock clock = clock_of(page.recording);
  const WindowTrace trace = trace_of(windows, page.recording.rows, clock);
  panel.bands(activations.all, "on");
  panel.bands(trace.faults, "fault");
  panel.bands(spans_of(page.recording.gaps, clock), "gap");
  panel.columns(trace.trace.x, trace.trace.low, trace.trace.high, fmt::format("windows {}", cls));
  panel.levels(activations.all, values, fmt::format("value {}", cls));
  const Box& box = panel.box();
  if (windows.counts()[0] == 0)
    svg.text(box.x + box.width / 2, box.y + box.height / 2 + 4, why_no("valid window", windows), "mid none halo");
}

/// Median frequencies are read across muscles: one axis for all of them.
Axis mdf_axis(const RecordingPage& page) {
  double low = std::numeric_limits<double>::infinity();
  double high = -low;
  const auto see = [&](double value) {
    if (!std::isfinite(value)) return;
    low = std::min(low, value);
    high = std::max(high, value);
  };
  for (const ChannelOnPage& channel : page.channels) {
    for (const auto& column : channel.mdf.columns()) {
      if (column.valid > 0) see(static_cast<double>(column.low)), see(static_cast<double>(column.high));
    }
    for (const Activation& activation : channel.activations) see(static_cast<double>(activation.mdf_hz));
  }
  if (low > high) return linear_axis(page.band_low_hz, page.band_high_hz, 4);
  return rounded_axis(low, high, 4);
}

/// As much of an axis as the values need, and a little air.
Axis tight_axis(double low, double high, int most) {
  if (low > high) low = high = 0;
  if (low == high) low -= 1, high += 1;
  const double air = 0.04 * (high - low);
  return linear_axis(low - air, high + air, most);
}

Axis rising_axis(double largest) {
  return linear_axis(0, 1.06 * (largest > 0 ? largest : 1), 4);
}

void draw_excerpt(Svg& svg, const RecordingPage& page, std::size_t channel, const Box& raw_box, const Box& filtered_box) {
  const ChannelOnPage& shown = page.channels[channel];
  const Clock clock = seconds_of(page.recording);
  const auto rows = static_cast<double>(std::max(shown.excerpt.raw.size(), shown.excerpt.filtered.size()));
  const std::string unit = unit_of(page.recording, channel);
  if (rows == 0) {
    svg.text(raw_box.x + raw_box.width / 2, raw_box.y + raw_box.height, "no excerpt", "mid none");
    return;
  }
  const auto first = static_cast<double>(shown.excerpt.first_row);
  const Axis time = linear_axis(clock(first), clock(first + rows), 8);
  const auto columns = static_cast<int>(raw_box.width * 1.25);
  const Trace raw = trace_of(shown.excerpt.raw, shown.excerpt.first_row, columns, clock);
  const Trace filtered = trace_of(shown.excerpt.filtered, shown.excerpt.first_row, columns, clock);
  const std::vector<Span> gaps = spans_of(page.recording.gaps, clock);
  const ActivationSpans activations = spans_of(shown.activations, clock);

  Panel above(svg, raw_box, time, tight_axis(raw.lowest, raw.highest, 3));
  above.bands(gaps, "gap");
  above.columns(raw.x, raw.low, raw.high, "raw");
  above.left_axis(unit);
  above.bottom_ticks();

  Panel below(svg, filtered_box, time, swing_axis(filtered.largest()));
  below.bands(activations.all, "on");
  below.bands(gaps, "gap");
  below.columns(filtered.x, filtered.low, filtered.high, "signal");
  below.left_axis(unit);
  draw_bars(below, activations);
  const Box axis_box{filtered_box.x, filtered_box.y, filtered_box.width, filtered_box.height + 11};
  Panel(svg, axis_box, time, {}).bottom_axis(clock.label);
}

void draw_spectrum(Svg& svg, const RecordingPage& page, std::size_t channel, const Box& box) {
  const ChannelOnPage& shown = page.channels[channel];
  const PagePsd& psd = shown.psd;
  const double top_hz = std::min(page.recording.stream.fs_hz / 2, std::ceil(page.band_high_hz * 1.2 / 50) * 50);
  const Axis hz = linear_axis(0, top_hz, 6);
  double high = 0;
  double low = std::numeric_limits<double>::infinity();
  const auto in_sight = [&](const std::vector<double>& power) {
    const double bins = psd.bin_hz > 0 ? std::floor(top_hz / psd.bin_hz) + 1 : 0;
    return static_cast<std::size_t>(std::min(static_cast<double>(power.size()), bins));
  };
  for (const auto* power : {&psd.active, &psd.rest}) {
    for (std::size_t k = 1; k < in_sight(*power); ++k) {
      if (!((*power)[k] > 0) || !std::isfinite((*power)[k])) continue;
      low = std::min(low, (*power)[k]);
      high = std::max(high, (*power)[k]);
    }
  }
  if (high == 0) {
    svg.text(box.x + box.width / 2, box.y + box.height / 2, shown.mdf.counts()[0] > 0 ? "no spectrum" : why_no("spectrum", shown.mdf),
             "mid none");
    return;
  }
  Panel panel(svg, box, hz, decade_axis(std::max(low, high * 1e-7), high, 5));
  panel.upright(page.band_low_hz, "edge");
  panel.upright(page.band_high_hz, "edge");
  const auto draw = [&](const std::vector<double>& power, std::string_view cls) {
    std::vector<double> x, y;
    for (std::size_t k = 1; k < in_sight(power); ++k) {  // each segment's mean was removed: bin 0 says nothing
      x.push_back(static_cast<double>(k) * psd.bin_hz);
      y.push_back(power[k] > 0 ? std::log10(power[k]) : kNoNumber);
    }
    panel.line(x, y, cls);
  };
  draw(psd.rest, "rest");
  draw(psd.active, "signal psd");
  if (shown.mdf_hz && std::isfinite(*shown.mdf_hz)) {
    panel.upright(*shown.mdf_hz, "mdf mark");
    const double x = panel.x_of(*shown.mdf_hz);
    svg.text(x + 4, box.y + 9, "MDF " + readable_quantity(shown.mdf_hz, "Hz"), "mdf halo");
  }
  double key_y = box.y + 24;  // below the name of the MDF, whatever its place
  const auto key = [&](std::string_view words, std::string_view cls) {
    svg.line(box.x + box.width - 66, key_y - 3.5, box.x + box.width - 50, key_y - 3.5, cls);
    svg.text(box.x + box.width - 46, key_y, words, "halo");
    key_y += 14;
  };
  if (in_sight(psd.active) > 0) key("active", "signal psd");
  if (in_sight(psd.rest) > 0) key("rest", "rest");
  panel.left_axis("Power density (" + unit_of(page.recording, channel) + "²/Hz)");
  panel.bottom_axis("Frequency (Hz)");
}

}  // namespace

std::string muscle_figure(const RecordingPage& page, std::size_t channel) {
  const ChannelOnPage& shown = page.channels[channel];
  const Recording& recording = page.recording;
  const Clock clock = clock_of(recording);
  const Axis time = time_axis(recording, clock);
  const std::string unit = unit_of(recording, channel);
  const bool nothing_above =
      shown.excerpt.raw.empty() && shown.excerpt.filtered.empty() && shown.psd.active.empty() && shown.psd.rest.empty();
  const Box raw{kFigureLeft, 16, 436, 66};
  const Box filtered{kFigureLeft, 104, 436, 84};
  const Box spectrum{582, 16, kFigureRight - 582, 183};
  const Box rms{kFigureLeft, nothing_above ? 16.0 : 262.0, kFigureRight - kFigureLeft, 70};
  const Box mdf{kFigureLeft, rms.y + 92, kFigureRight - kFigureLeft, 70};
  Svg svg(kFigureWidth, mdf.y + mdf.height + kTimeAxisPx, readable_muscle(recording.stream.channels[channel]));

  const auto letter = [&](std::string_view word, const Box& box, std::string_view title) {
    svg.text(box.x - 62, box.y - 4, word, "letter");
    svg.text(box.x, box.y - 5, title, "title");
  };
  if (!nothing_above) {
    letter("a", raw, "Raw");
    letter("b", filtered, "Filtered");
    letter("c", spectrum, "Spectrum");
    draw_excerpt(svg, page, channel, raw, filtered);
    draw_spectrum(svg, page, channel, spectrum);
  }
  letter("d", rms, "RMS");
  letter("e", mdf, "Median frequency");

  const ActivationSpans activations = spans_of(shown.activations, clock);
  std::vector<double> rms_values, mdf_values;
  double largest = 0;
  for (const Activation& activation : shown.activations) {
    const bool amplitude_valid = activation.amplitude_reason == Reason::ok;
    rms_values.push_back(amplitude_valid ? static_cast<double>(activation.rms) : kNoNumber);
    mdf_values.push_back(activation.spectrum_reason == Reason::ok ? static_cast<double>(activation.mdf_hz) : kNoNumber);
    if (amplitude_valid && std::isfinite(activation.rms)) largest = std::max(largest, static_cast<double>(activation.rms));
  }
  for (const auto& column : shown.rms.columns()) {
    if (column.valid > 0) largest = std::max(largest, static_cast<double>(column.high));
  }
  Panel above(svg, rms, time, rising_axis(largest));
  draw_windows(svg, above, page, shown.rms, activations, rms_values, "rms");
  if (shown.rest_rms) above.levels(std::vector<Span>{{time.low, time.high}}, std::vector<double>{*shown.rest_rms}, "restlevel");
  above.left_axis(unit);
  above.bottom_ticks();

  Panel below(svg, mdf, time, mdf_axis(page));
  draw_windows(svg, below, page, shown.mdf, activations, mdf_values, "mdf");
  below.left_axis("Hz");
  below.bottom_axis(clock.label);
  return svg.str();
}

}  // namespace semg
