// SPDX-License-Identifier: BSD-3-Clause
// What must not matter, for everything that extract gives: gain, polarity, order of channels, silence around, cuts, direction of time,
// rate.
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include <doctest/doctest.h>

#include "tests/engine/measured_rows.hpp"

namespace semg {
namespace {

using testing::Channels;
using testing::MeasuredRows;

/// One number of windows.csv, activations.csv or summary.csv.
struct Value {
  std::string feature;
  int channel;
  double place;  // start of a window in s, number of an activation
  double value;
  bool operator<(const Value& o) const { return std::tie(feature, channel, place) < std::tie(o.feature, o.channel, o.place); }
};

std::vector<Value> values_of(const MeasuredRows& out, double fs_hz) {
  std::vector<Value> values;
  for (const auto& w : out.windows) {
    const bool amplitude = w.kind == WindowKind::amplitude;
    const double at_s = static_cast<double>(w.first_row) / fs_hz;
    for (int c = 0; c < static_cast<int>(w.first.size()); ++c) {
      const auto k = static_cast<std::size_t>(c);
      values.push_back({amplitude ? "rms" : "mdf", c, at_s, w.first[k]});
      values.push_back({amplitude ? "arv" : "mnf", c, at_s, w.second[k]});
      values.push_back({amplitude ? "reason of amplitude" : "reason of spectrum", c, at_s, static_cast<double>(w.reason[k])});
      if (amplitude) values.push_back({"active_fraction", c, at_s, w.active_fraction[k]});
      const auto columns = columns_of(w.kind, FeatureSet::all);
      for (std::size_t f = 0; f < columns.size(); ++f)
        values.push_back({"window " + std::string(columns[f]), c, at_s, w.more[f * w.first.size() + k]});
    }
  }
  std::map<int, int> counted;
  for (const Activation& a : out.activations) {
    const double index = counted[a.channel]++;
    const auto add = [&](const std::string& feature, double value) { values.push_back({feature, a.channel, index, value}); };
    add("onset_s", static_cast<double>(a.onset_row) / fs_hz);
    add("offset_s", static_cast<double>(a.offset_row) / fs_hz);
    for (const ActivationMeasure& m : kActivationMeasures) add(std::string("activation ") + m.name, a.*m.of);
    add("activation reason", static_cast<double>(a.amplitude_reason));
    add("activation reason of spectrum", static_cast<double>(a.spectrum_reason));
  }
  const double none = std::numeric_limits<double>::quiet_NaN();
  for (const SummaryRow& r : out.summary) {
    if (!r.task.empty()) continue;  // of a single period: the same again
    values.push_back({"summary " + r.feature, r.channel, 0, r.value.value_or(none)});
    values.push_back({"summary " + r.feature + " low", r.channel, 0, r.ci_low.value_or(none)});
    values.push_back({"summary " + r.feature + " high", r.channel, 0, r.ci_high.value_or(none)});
    values.push_back({"summary " + r.feature + " n", r.channel, 0, static_cast<double>(r.n)});
  }
  std::sort(values.begin(), values.end());
  return values;
}

/// By which power of the gain it is multiplied.
int power_of_gain(const std::string& feature) {
  if (feature.ends_with(" n") || feature.find("reason") != std::string::npos) return 0;
  if (feature == "window power") return 2;
  for (const char* word : {"rms", "arv", "iemg", "peak", "length"})
    if (feature.find(word) != std::string::npos) return 1;
  return 0;
}

/// How far a value may move, where it may at all: features whose name holds `part`, the first entry that fits.
struct Allowed {
  const char* part;
  double relative, absolute;
};
constexpr double kAnything = std::numeric_limits<double>::infinity();

struct Transformation {
  const char* name;
  std::function<Channels(Channels)> apply = [](Channels rows) { return rows; };
  std::function<void(Value&)> back = [](Value&) {};  // from what is measured after it to what was measured before
  std::vector<Allowed> allowed = {};                 // all else is equal, bit for bit
  double gain = 1;
  double fs_hz = 2048, fs_after_hz = 2048;
  double told_only_once = 0;  // share of values that may be told before or after alone
  bool in_a_period = false;   // the rows of the signal as it was are one
  std::vector<std::size_t> cut = {1024};
};

Channels scaled(Channels rows, double gain) {
  for (auto& channel : rows)
    for (float& x : channel) x *= static_cast<float>(gain);
  return rows;
}
Channels backwards(Channels rows) {
  for (auto& channel : rows) std::reverse(channel.begin(), channel.end());
  return rows;
}
Channels then_silent(Channels rows) {
  for (auto& channel : rows) channel.resize(channel.size() + 20480);
  return rows;
}

constexpr double kLength_s = 14;

/// Of a recording played backwards windows and activations are counted from its end, and what was an onset is an offset.
void turn_round(Value& v) {
  const auto of_window = [&](const auto& column) { return v.feature == "window " + std::string(column); };
  const bool spectral = v.feature == "mdf" || v.feature == "mnf" || v.feature == "reason of spectrum" ||
                        std::any_of(kSpectrumColumns.begin(), kSpectrumColumns.end(), of_window);
  if (v.feature == "onset_s" || v.feature == "offset_s") {
    v.feature = v.feature == "onset_s" ? "offset_s" : "onset_s";
    v.value = kLength_s - v.value;
    v.place = 2 - v.place;
  } else if (v.feature.starts_with("activation")) {
    v.place = 2 - v.place;
  } else if (!v.feature.starts_with("summary")) {
    v.place = kLength_s - (spectral ? 1.0 : 0.25) - v.place;
  }
}

std::vector<Transformation> transformations() {
  // Rest is told from levels counted in cells of 0.25 dB, whose edges lie elsewhere for another gain or a few levels more.
  const Allowed rest{"rms_rest", 0.01, 0}, snr{"snr", 0, 0.1};
  // Means on the log scale: ln in single precision is off by 5e-7 of the value; the ends of an interval are some such away.
  const Allowed log_mean{"_active", 2e-6, 0};
  // Counted beyond thresholds in microvolts, which do not share the gain.
  const Allowed zero_crossings{"zero_crossings", 0, kAnything}, turns{"slope_sign_changes", 0, kAnything},
      willison{"willison", 0, kAnything};
  std::vector<Transformation> all;
  for (const double gain : {0x1p10, 0x1p-10}) {
    all.push_back({.name = "a gain that is a power of two",
                   .apply = [gain](Channels x) { return scaled(x, gain); },
                   .allowed = {rest, snr, log_mean, zero_crossings, turns, willison},
                   .gain = gain});
  }
  for (const double gain : {1e3, 1e-3}) {
    // Each sample is rounded to float anew, and so is each value.
    all.push_back({.name = "a gain",
                   .apply = [gain](Channels x) { return scaled(x, gain); },
                   .allowed = {rest, snr, log_mean, zero_crossings, turns, willison, {"set_s", 0, 0}, {"fraction", 0, 0}, {"", 3e-7, 0}},
                   .gain = gain});
  }
  all.push_back({.name = "polarity", .apply = [](Channels x) { return scaled(x, -1); }});
  all.push_back({.name = "order of channels",
                 .apply =
                     [](Channels x) {
                       return Channels{x[1], x[0]};
                     },
                 .back = [](Value& v) { v.channel = 1 - v.channel; }});
  all.push_back({.name = "silence after what is measured", .apply = then_silent, .allowed = {rest, snr}, .in_a_period = true});
  all.push_back({.name = "where the stream is cut", .cut = {1, 7, 1000, 64}});
  // The low-pass of the chain bends with the rate: by `semg explain` it moves the median by 0.40 Hz at 2000 Hz and by 0.05 Hz at 4000 Hz.
  // The first and last window of a contraction hold little of it. Peaks lie between samples. Edges lie on bins of a millisecond, an offset
  // is sought in what the filter gives backwards; of three activations the slope and all intervals are wide.
  const Allowed reasons{"reason", 0, kAnything}, slope{"slope", 0, kAnything}, low{"low", 0, kAnything}, high{"high", 0, kAnything},
      counts{" n", 0, 1};
  all.push_back({.name = "rate",
                 .allowed = {reasons,
                             slope,
                             low,
                             high,
                             counts,
                             snr,
                             {"activation mdf", 0, 0.5},
                             {"summary mdf", 0, 0.5},
                             {"mdf", 0, 0.75},
                             {"mnf", 0, 1},
                             {"peak", 0.03, 0},
                             {"set_s", 0, 0.006},
                             {"fraction", 0, 0.025},
                             {"duration", 0, 0.006},
                             {"activation", 0.005, 0},
                             {"summary", 0.005, 0},
                             {"", 0.06, 0}},
                 .fs_hz = 2000,
                 .fs_after_hz = 4000,
                 .told_only_once = 0.02});
  // The filter runs forward in time in both, so that its delay shifts what a window holds, and tails stand on the other side of edges: up
  // to 12 uV of the 100 uV of a contraction.
  all.push_back({.name = "direction of time",
                 .apply = backwards,
                 .back = turn_round,
                 .allowed = {reasons,
                             slope,
                             low,
                             high,
                             counts,
                             snr,
                             {"summary mdf", 0, 1.5},
                             {"mdf", 0, 2.5},
                             {"mnf", 0, 2.5},
                             {"peak", 0.2, 0},
                             {"set_s", 0, 0.001},
                             {"fraction", 0, 0.001},
                             {"duration", 0, 0.001},
                             {"activation", 0.02, 0},
                             {"summary", 0.01, 0},
                             {"", 0, 15}},
                 .told_only_once = 0.1});
  return all;
}

bool is_within(double found, double expected, const std::string& feature, const std::vector<Allowed>& allowed) {
  for (const Allowed& a : allowed) {
    if (feature.find(a.part) != std::string::npos) return std::abs(found - expected) <= a.absolute + a.relative * std::abs(expected);
  }
  return found == expected;
}

}  // namespace

TEST_CASE("gain, polarity, order of channels, silence, cuts, rate and direction of time leave all that extract gives as it must be") {
  std::map<double, Channels> signals;
  for (const double fs_hz : {2000.0, 2048.0, 4000.0}) signals[fs_hz] = testing::contractions(fs_hz, 2);
  std::map<std::pair<double, bool>, std::vector<Value>> measured_before;
  for (const Transformation& t : transformations()) {
    CAPTURE(t.name);
    CAPTURE(t.gain);
    const auto rows = static_cast<std::int64_t>(kLength_s * t.fs_hz);
    const std::vector<Period> periods =
        t.in_a_period ? std::vector<Period>{{.first_row = 0, .rows = rows, .task = "t"}} : std::vector<Period>{};
    std::vector<Value>& expected = measured_before[{t.fs_hz, t.in_a_period}];
    if (expected.empty()) expected = values_of(testing::measured_rows(signals[t.fs_hz], t.fs_hz, periods), t.fs_hz);
    const Channels changed = t.apply(signals[t.fs_after_hz]);
    std::vector<Value> found = values_of(testing::measured_rows(changed, t.fs_after_hz, periods, t.cut), t.fs_after_hz);
    for (Value& v : found) t.back(v);
    std::sort(found.begin(), found.end());
    REQUIRE(found.size() == expected.size());
    std::size_t once = 0;
    for (std::size_t k = 0; k < expected.size(); ++k) {
      const Value& was = expected[k];
      const bool same_place =
          was.feature == found[k].feature && was.channel == found[k].channel && std::abs(was.place - found[k].place) < 1e-9;
      if (!same_place) FAIL("found no " << was.feature << " of channel " << was.channel << " at " << was.place);
      if (std::isnan(was.value) || std::isnan(found[k].value)) {
        once += std::isnan(was.value) != std::isnan(found[k].value);
        continue;
      }
      const double value = was.value * std::pow(t.gain, power_of_gain(was.feature));
      if (is_within(found[k].value, value, was.feature, t.allowed)) continue;
      CAPTURE(was.feature);
      CAPTURE(was.channel);
      CAPTURE(was.place);
      CHECK(found[k].value == value);  // tells both
    }
    CHECK(static_cast<double>(once) <= t.told_only_once * static_cast<double>(expected.size()));
  }
}

}  // namespace semg
