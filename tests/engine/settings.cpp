// SPDX-License-Identifier: BSD-3-Clause
#include "engine/settings.hpp"

#include <cmath>

#include <doctest/doctest.h>

#include "dsp/error.hpp"
#include "engine/chain.hpp"
#include "engine/explanation.hpp"
#include "engine/nearest_word.hpp"

namespace semg {
namespace {

std::string refusal(const std::string& toml) {
  try {
    settings_from_toml(toml, "a.toml");
  } catch (const Error& e) {
    CHECK(e.fault() == Fault::usage);
    return e.what();
  }
  return "accepted";
}

}  // namespace

TEST_CASE("settings: the canonical text reads back as the same settings") {
  Settings settings;
  CHECK(settings_from_toml(canonical_toml(settings), "x") == settings);
  settings.filter.high_pass_hz = 10;
  settings.spectrum.low_hz = 10;
  settings.spectrum.window_s = 0.5;
  settings.quality.snr_db = 6;
  CHECK(settings_from_toml(canonical_toml(settings), "x") == settings);
}

TEST_CASE("settings: order and defaults left out do not change the canonical text") {
  const auto a = settings_from_toml("[spectrum]\nwindow_s = 2\n[filter]\nhigh_pass_hz = 30\n", "a");
  const auto b = settings_from_toml("[filter]\norder = 2\nhigh_pass_hz = 30.0\n[spectrum]\nhop_s = 0.5\nwindow_s = 2.0\n", "b");
  CHECK(canonical_toml(a) == canonical_toml(b));
  CHECK(canonical_toml(a) != canonical_toml({}));
}

TEST_CASE("settings: an unknown key names the nearest known one") {
  CHECK(refusal("[filter]\nhigh_pas_hz = 10\n") == "a.toml: filter.high_pas_hz: found an unknown key, did you mean filter.high_pass_hz?");
  CHECK(refusal("[spectra]\nwindow_s = 1\n") == "a.toml: spectra.window_s: found an unknown key, did you mean spectrum.window_s?");
}

TEST_CASE("settings: what does not fit says what was found and what is allowed") {
  CHECK(refusal("[filter]\norder = 2.5\n") == "a.toml: filter.order: found something else, expected a whole number");
  CHECK(refusal("[filter]\norder = 40\n") == "a.toml: filter.order: found 40.0, expected 1 to 20");
  CHECK(refusal("[spectrum]\nband_hz = [450, 20]\n") == "a.toml: spectrum.band_hz: found [450.0, 20.0], expected the lower edge first");
  CHECK(refusal("[activation]\nmethod = \"magic\"\n") ==
        "a.toml: activation.method: found \"magic\", expected one of first_departure, hodges_bui, "
        "bonato, lidierth, tkeo, aglr_step; did you mean \"tkeo\"?");
  CHECK(refusal("[filter]\npasses = \"both\"\n") == "a.toml: filter.passes: found \"both\", expected \"forward\" or \"forward_backward\"");
  CHECK(refusal("[filter]\nline = \"notch\"\n") == "a.toml: filter.line: found \"notch\", expected \"off\" or \"subtract\"");
  CHECK(refusal("[filter]\nline = \"subtract\"\n") ==
        "a.toml: filter.line_hz: found 0, expected 50 or 60: what is to be subtracted is stated");
  CHECK(refusal("[filter]\nline = \"subtract\"\nline_hz = 60\n") == "accepted");
  CHECK(refusal("[filter]\nline_hz = 55\n") == "a.toml: filter.line_hz: found 55, expected 50, 60 or 0 for either");
  CHECK(refusal("[filter\n").starts_with("a.toml: line 1: "));
}

TEST_CASE("settings: cycles, pairs and latency are in the canonical text only where they are asked for") {
  CHECK(canonical_toml({}).find("cycles") == std::string::npos);
  CHECK(canonical_toml({}).find("latency") == std::string::npos);
  const auto settings = settings_from_toml(
      "[pairs]\nantagonists = [['TA', 'GM \"deep\"'], ['BF', 'RF']]\nreference = 'mvc'\n[cycles]\nfrom = 'event:heel'\n"
      "[latency]\nfrom = 'activation:TA'\n",
      "a");
  CHECK(
      canonical_toml(settings).ends_with("[cycles]\nfrom = \"event:heel\"\nenvelope_hz = 6.0\n\n[pairs]\n"
                                         "antagonists = [[\"TA\", \"GM \\\"deep\\\"\"], [\"BF\", \"RF\"]]\nreference = \"mvc\"\n\n"
                                         "[latency]\nfrom = \"activation:TA\"\n"));
  CHECK(settings_from_toml(canonical_toml(settings), "a") == settings);
  CHECK(differing_keys({}, settings).front() == "cycles.from: \"\" and \"event:heel\"");
}

TEST_CASE("settings: cycles and pairs that say too little are refused in words") {
  CHECK(refusal("[cycles]\nfrom = 'heel'\n") == "a.toml: cycles.from: found \"heel\", expected \"event:TEXT\" or \"activation:CHANNEL\"");
  CHECK(refusal("[cycles]\nfrom = 3\n") == "a.toml: cycles.from: found something else, expected a text");
  CHECK(refusal("[cycles]\nenvelope_hz = 10\n") ==
        "a.toml: cycles.from: found none, expected what begins a cycle, \"event:TEXT\" or \"activation:CHANNEL\"");
  CHECK(refusal("[latency]\nfrom = 'event:'\n") ==
        "a.toml: latency.from: found \"event:\", expected \"event:TEXT\" or \"activation:CHANNEL\"");
  CHECK(refusal("[pairs]\nantagonists = [['A', 'B']]\nreference = 'mvc'\n") ==
        "a.toml: pairs: found no cycles.from, expected what begins a cycle: co-contraction is told of each cycle");
  for (const char* ahead : {"passes = 'forward_backward'", "line = 'subtract'\nline_hz = 50"}) {
    CHECK(
        refusal(std::string("[cycles]\nfrom = 'event:x'\n[filter]\n") + ahead + "\n") ==
        "a.toml: cycles: found filter.passes or filter.line that read ahead, expected \"forward\" and \"off\": cycles are measured on the "
        "causal filter");
  }
  const std::string cycles = "[cycles]\nfrom = 'event:x'\n[pairs]\n";
  CHECK(refusal(cycles + "antagonists = [['A', 'B']]\n") ==
        "a.toml: pairs.reference: found none, expected the task in which each muscle contracts to its reference, such as \"mvc\"");
  CHECK(refusal(cycles + "reference = 'mvc'\n") ==
        "a.toml: pairs.antagonists: found none, expected pairs of channels, [[\"A\", \"B\"], ...]");
  for (const char* wrong : {"3", "['A', 'B']", "[['A']]", "[['A', 2]]"}) {
    CHECK(refusal(cycles + "antagonists = " + wrong + "\n") ==
          "a.toml: pairs.antagonists: found something else, expected pairs of channels, [[\"A\", \"B\"], ...]");
  }
  CHECK(refusal(cycles + "antagonists = [['A', 'A']]\nreference = 'mvc'\n") ==
        "a.toml: pairs.antagonists: found \"A\" with itself, expected two channels");
  CHECK(refusal(cycles + "antagonists = [['A', 'B'], ['A', 'C']]\nreference = 'mvc'\n") ==
        "a.toml: pairs.antagonists: found \"A\" first in two pairs, expected it so in one");
}

TEST_CASE("settings: a detector is chosen by its name, and a mistyped one names the nearest") {
  for (const std::string& name : activation_method_names()) {
    const Settings settings = settings_from_toml("[activation]\nmethod = \"" + name + "\"\n", "a");
    CHECK(to_string(chain_for(settings, 2000).method) == name);
    CHECK(settings_from_toml(canonical_toml(settings), "a") == settings);
  }
  CHECK(refusal("[activation]\nmethod = \"bonatto\"\n").ends_with("; did you mean \"bonato\"?"));
  CHECK(refusal("[activation]\nmethod = 3\n").find("found something else, expected one of first_departure") != std::string::npos);
}

TEST_CASE("settings: keys that differ are named with both values") {
  Settings other;
  other.filter.high_pass_hz = 10;
  CHECK(differing_keys({}, other) == std::vector<std::string>{"filter.high_pass_hz: 20.0 and 10.0"});
  CHECK(differing_keys(other, other).empty());
  other = {};
  other.filter.passes = "forward_backward";
  CHECK(differing_keys({}, other) == std::vector<std::string>{"filter.passes: \"forward\" and \"forward_backward\""});
  CHECK(settings_from_toml(canonical_toml(other), "x") == other);
}

TEST_CASE("nearest word: fewest letters to change") {
  CHECK(nearest_word("high_pas_hz", {"low_pass_hz", "high_pass_hz"}) == "high_pass_hz");
  CHECK(nearest_word("x", {}).empty());
}

TEST_CASE("chain: the rows of the default windows, and 450 Hz gives way to the rate") {
  const Chain at_2000 = chain_for({}, 2000);
  CHECK(at_2000.amplitude_window_rows == 500);
  CHECK(at_2000.amplitude_hop_rows == 250);
  CHECK(at_2000.spectrum_window_rows == 2000);
  CHECK(at_2000.segment_rows == 256);
  CHECK(at_2000.low_pass_hz == 450);
  CHECK_FALSE(at_2000.rate_below_band);
  const Chain at_990 = chain_for({}, 990);
  CHECK(at_990.low_pass_hz == doctest::Approx(445.5));
  CHECK_FALSE(at_990.rate_below_band);
  for (const double fs_hz : {200.0, 300.0, 500.0, 888.0}) CHECK(chain_for({}, fs_hz).rate_below_band);
}

TEST_CASE("chain: settings that do not go with the rate are refused") {
  Settings high;
  high.filter.low_pass_hz = 600;
  CHECK_THROWS_WITH_AS(chain_for(high, 1000), "low-pass 600 Hz does not fit below the Nyquist frequency 500 Hz (fs = 1000 Hz)", Error);
  CHECK_THROWS_WITH_AS(chain_for({}, 40), "band-pass 20-18 Hz: the high-pass must lie below the low-pass (fs = 40 Hz)", Error);
  CHECK_THROWS_WITH_AS(chain_for({}, -1), "sampling rate: found -1 Hz, expected above 0 and up to 1000000", Error);
  Settings short_window;
  short_window.spectrum.window_s = 0.05;
  CHECK_THROWS_WITH_AS(chain_for(short_window, 2000),
                       "spectrum.window_s: 0.05 s holds 100 rows at 2000 Hz, expected at least one segment of 256", Error);
}

TEST_CASE("explanation: the printed -3 dB points are those of the design, and 20-450 Hz keeps most of EMG's power") {
  const Explanation e = explain(chain_for({}, 2000));
  REQUIRE(e.minus_3db_hz.size() == 2);
  CHECK(e.minus_3db_hz[0] == doctest::Approx(20).epsilon(1e-3));
  CHECK(e.minus_3db_hz[1] == doctest::Approx(450).epsilon(1e-3));
  CHECK(e.power_kept > 0.93);
  CHECK(e.power_kept < 0.98);
  CHECK(std::abs(e.mdf_shift_hz) < 2);
}

TEST_CASE("explanation: filtered both ways, -3 dB stands where it was asked for, twice as steep beyond, and nothing is delayed") {
  Settings both_ways;
  both_ways.filter.passes = "forward_backward";
  for (const double fs_hz : {1000.0, 2048.0, 10000.0}) {
    const Chain chain = chain_for(both_ways, fs_hz);
    const Explanation e = explain(chain);
    REQUIRE(e.minus_3db_hz.size() == 2);
    CHECK(e.minus_3db_hz[0] == doctest::Approx(20).epsilon(1e-3));
    CHECK(e.minus_3db_hz[1] == doctest::Approx(450).epsilon(1e-3));
    for (const ResponsePoint& p : e.response) {
      CHECK(p.phase_delay_s == 0);
      CHECK(p.group_delay_s == 0);
    }
    CHECK(e.response[0].gain_db ==
          doctest::Approx(2 * explain(chain_for({}, fs_hz)).response[0].gain_db + 80 * std::log10(1 / 0.802243)).epsilon(0.01));
    CHECK(e.activation_latency_s == explain(chain_for({}, fs_hz)).activation_latency_s);
  }
}

}  // namespace semg
