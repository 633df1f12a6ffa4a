// SPDX-License-Identifier: BSD-3-Clause
// The analysis file: text in, struct out, and back as the one canonical text whose hash names the settings.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace semg {

struct FilterSettings {
  double high_pass_hz = 20;
  double low_pass_hz = 450;        ///< up to 450 Hz it gives way to 0.45 fs
  int order = 2;                   ///< Butterworth, of each edge and pass
  std::string passes = "forward";  ///< "forward_backward": without delay, for recordings only; -3 dB stays where it is
  std::string line = "off";        ///< mains hum is flagged, not removed
  double line_hz = 0;              ///< 50 or 60; 0: whichever of them is there
  bool operator==(const FilterSettings&) const = default;
};
struct AmplitudeSettings {
  double window_s = 0.25;
  double hop_s = 0.125;
  bool operator==(const AmplitudeSettings&) const = default;
};
struct SpectrumSettings {
  double window_s = 1.0;
  double hop_s = 0.5;
  double segment_s = 0.125;  ///< becomes the power of two of rows nearest to it
  double low_hz = 20;        ///< band_hz: where median and mean frequency are told from
  double high_hz = 450;      ///< up to 450 Hz it gives way to 0.45 fs
  bool operator==(const SpectrumSettings&) const = default;
};
struct ActivationSettings {
  std::string method = "first_departure";
  double min_on_s = 0.025;
  double min_off_s = 0.2;
  bool operator==(const ActivationSettings&) const = default;
};
/// What is too small to count as a zero crossing, a turn or a steep step: the same at every gain and rate.
struct TimeDomainSettings {
  double level_uv = 5;            ///< zero crossings
  double slope_uv_per_s = 10000;  ///< slope sign changes
  double steep_uv_per_s = 20000;  ///< Willison's amplitude
  bool operator==(const TimeDomainSettings&) const = default;
};
struct QualitySettings {
  double clipped_share = 0.01;  ///< of a window's rows at a rail, from which it is invalid
  double line_db = -20;         ///< hum over EMG power, from which a frequency measure is invalid
  double snr_db = 10;           ///< power above rest over rest, below which a frequency measure is invalid
  bool operator==(const QualitySettings&) const = default;
};

/// What begins a cycle; empty: cycles are not measured.
struct CyclesSettings {
  std::string from;        ///< "event:TEXT" or "activation:CHANNEL"
  double envelope_hz = 6;  ///< cut-off of the linear envelope
  bool operator==(const CyclesSettings&) const = default;
};
/// Antagonists whose co-contraction is measured in each cycle; empty: none is.
struct PairsSettings {
  std::vector<std::pair<std::string, std::string>> antagonists;  ///< labels of agonist and antagonist
  std::string reference;                                         ///< task whose strongest window is each muscle's reference
  bool operator==(const PairsSettings&) const = default;
};
/// What latencies are counted from; empty: none are measured.
struct LatencySettings {
  std::string from;  ///< as in CyclesSettings
  bool operator==(const LatencySettings&) const = default;
};

struct Settings {
  FilterSettings filter;
  AmplitudeSettings amplitude;
  SpectrumSettings spectrum;
  ActivationSettings activation;
  QualitySettings quality;
  TimeDomainSettings time_domain;
  CyclesSettings cycles;
  PairsSettings pairs;
  LatencySettings latency;
  bool operator==(const Settings&) const = default;
};

/// Reads an analysis file's text; what it does not say is default. `name` begins the error sentences. Throws Error(usage): an unknown key
/// (with the nearest known one), a wrong type, a value out of range, or what is not TOML.
Settings settings_from_toml(const std::string& text, const std::string& name);

/// Every key in one order, defaults spelled out: equal settings give equal text. Of cycles, pairs and latency only what was asked for.
std::string canonical_toml(const Settings& settings);

/// "spectrum.window_s: 1 and 0.5", one entry per key that differs.
std::vector<std::string> differing_keys(const Settings& a, const Settings& b);

/// A text as TOML writes it, in quotes.
std::string toml_text(const std::string& text);

}  // namespace semg
