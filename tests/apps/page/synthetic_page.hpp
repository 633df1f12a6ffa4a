// SPDX-License-Identifier: BSD-3-Clause
// Pages for the tests: made-up muscles whose bursts, faults and numbers are known.
#pragma once

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>

#include "apps/page/recording_page.hpp"

namespace semg {

struct SyntheticPage {
  int channels = 1;
  double duration_s = 60;
  double fs_hz = 1000;
  unsigned seed = 1;
};

/// Noise with the spectrum of a muscle, in bursts of 1.5 s every 4 s, each stronger and slower than the one before.
inline ChannelOnPage synthetic_channel(const SyntheticPage& wanted, int channel, const std::vector<Gap>& gaps) {
  const auto rows = static_cast<std::int64_t>(wanted.duration_s * wanted.fs_hz);
  ChannelOnPage shown;
  shown.filtered = TraceColumns(0, rows);
  const auto in_rows = [&](double seconds) { return static_cast<std::int64_t>(std::llround(seconds * wanted.fs_hz)); };
  shown.rms = WindowColumns(rows, in_rows(0.25), in_rows(0.125));
  shown.mdf = WindowColumns(rows, in_rows(1), in_rows(0.5));
  std::mt19937 random(wanted.seed + 977U * static_cast<unsigned>(channel));
  const auto uniform = [&] { return static_cast<double>(random()) / 4294967296.0 - 0.5; };
  const auto noise = [&] { return (uniform() + uniform() + uniform() + uniform()) * std::sqrt(3.0); };

  const double start_s = 2 + 0.13 * channel;
  for (double onset_s = start_s; onset_s + 1.6 < wanted.duration_s; onset_s += 4) {
    const double done = onset_s / wanted.duration_s;
    Activation activation;
    activation.channel = channel;
    activation.onset_row = in_rows(onset_s);
    activation.offset_row = in_rows(onset_s + 1.5 + 0.2 * uniform());
    activation.rms = static_cast<float>((90 + 8 * channel) * (1 + 0.4 * done) * (1 + 0.1 * noise()));
    activation.mdf_hz = static_cast<float>(104 - 22 * done + 2 * noise());
    activation.snr_db = 28;
    shown.activations.push_back(activation);
  }
  const auto lost = [&](std::int64_t row) {
    for (const Gap& gap : gaps) {
      if (row >= gap.first_row && row < gap.first_row + gap.rows) return true;
    }
    return false;
  };

  shown.excerpt.first_row = in_rows(start_s - 1);
  const std::int64_t excerpt_end = std::min(rows, in_rows(start_s + 3.5));
  double fast = 0, slow = 0, quiet = 0;
  std::size_t next = 0;
  std::vector<double> squares(static_cast<std::size_t>(rows) + 1, 0.0);
  for (std::int64_t r = 0; r < rows; ++r) {
    while (next < shown.activations.size() && r >= shown.activations[next].offset_row) ++next;
    double gain = 3;
    if (next < shown.activations.size() && r >= shown.activations[next].onset_row) {
      const Activation& now = shown.activations[next];
      const double since = static_cast<double>(r - now.onset_row) / wanted.fs_hz;
      const double left = static_cast<double>(now.offset_row - r) / wanted.fs_hz;
      gain += static_cast<double>(now.rms) * std::min({1.0, since / 0.15, left / 0.2}) * 1.1;
    }
    const double white = noise();
    fast += 0.55 * (white - fast);
    slow += 0.12 * (white - slow);
    quiet += 0.3 * (fast - slow - quiet);
    const auto value = static_cast<float>(gain * (fast - slow + quiet) * 1.6);
    squares[static_cast<std::size_t>(r) + 1] =
        squares[static_cast<std::size_t>(r)] + static_cast<double>(value) * static_cast<double>(value);
    if (lost(r)) continue;
    shown.filtered.push(r, value);
    if (r >= shown.excerpt.first_row && r < excerpt_end) {
      const double t = static_cast<double>(r) / wanted.fs_hz;
      shown.excerpt.filtered.push_back(value);
      shown.excerpt.raw.push_back(
          value + static_cast<float>(-420 + 18 * std::sin(2 * std::numbers::pi * 0.4 * t) + 6 * std::sin(2 * std::numbers::pi * 50 * t)));
    }
  }
  const auto push_windows = [&](WindowColumns& windows, const auto& value_of) {
    for (std::int64_t first = 0; first + windows.window_rows() <= rows; first += windows.hop_rows()) {
      if (lost(first) || lost(first + windows.window_rows() - 1) || lost(first + windows.window_rows() / 2)) continue;
      const auto [value, reason] = value_of(first, windows.window_rows());
      windows.push(first, value, reason);
    }
  };
  push_windows(shown.rms, [&](std::int64_t first, std::int64_t length) {
    const double sum = squares[static_cast<std::size_t>(first + length)] - squares[static_cast<std::size_t>(first)];
    return std::pair{static_cast<float>(std::sqrt(sum / static_cast<double>(length))), first == 0 ? Reason::settling : Reason::ok};
  });
  push_windows(shown.mdf, [&](std::int64_t first, std::int64_t length) {
    for (const Activation& activation : shown.activations) {
      if (first >= activation.onset_row - length / 4 && first + length <= activation.offset_row + length / 4) {
        return std::pair{activation.mdf_hz + static_cast<float>(4 * noise()), Reason::ok};
      }
    }
    return std::pair{kNoValue, Reason::low_snr};
  });

  shown.rest_rms = 3.4;
  shown.psd.bin_hz = wanted.fs_hz / 128;
  for (int k = 0; k <= 64; ++k) {
    const double f = k * shown.psd.bin_hz;
    const double shape = f * f / (f * f + 900) / (1 + std::pow(f / 120, 4)) * std::exp(0.15 * noise());
    shown.psd.active.push_back(70 * shape);
    shown.psd.rest.push_back(0.05 * std::exp(0.2 * noise()) / (1 + std::pow(f / 450, 8)) + (std::fabs(f - 50) < 4 ? 0.4 : 0));
  }
  shown.mdf_hz = 93.4 + channel;
  shown.quality = {
      {"Clipped rows", 0.0, "%", Verdict::pass, "Fewer than 1 % of rows are at the converter's rail."},
      {"Flat", 0.0, "s", Verdict::pass, "At no time the same value for 200 ms."},
      {"Mains hum", -21.4 + channel, "dB", Verdict::pass, "Power at 50 Hz and its harmonics against the EMG band."},
      {"RMS at rest", 3.4, "uV", Verdict::pass, "Below 10 uV."},
      {"SNR", 28.1, "dB", Verdict::pass, "Above 6 dB."},
  };
  const auto n = static_cast<std::int64_t>(shown.activations.size());
  shown.summary = {
      {0, "", 0, "rms_active", "geometric_mean", 107.25 + channel, "uV", 101.5, 113.25, n, "activations", Reason::ok},
      {0, "", 0, "rms_rest", "rms", 3.41, "uV", {}, {}, 1, "recording", Reason::ok},
      {0, "", 0, "arv_active", "geometric_mean", 84.7, "uV", 80.1, 89.6, n, "activations", Reason::ok},
      {0, "", 0, "iemg_active", "geometric_mean", 127.8, "uV s", 119.9, 136.2, n, "activations", Reason::ok},
      {0, "", 0, "mdf_active", "mean", 93.4 + channel, "Hz", 90.3, 96.5, n, "activations", Reason::ok},
      {0, "", 0, "mnf_active", "mean", 112.6, "Hz", 109.2, 116.1, n, "activations", Reason::ok},
      {0, "", 0, "activation_count", "count", static_cast<double>(n), "1", {}, {}, n, "activations", Reason::ok},
      {0, "", 0, "duration", "mean", 1.52, "s", 1.48, 1.56, n, "activations", Reason::ok},
      {0, "", 0, "active_fraction", "mean", 0.386, "1", {}, {}, 479, "windows", Reason::ok},
      {0, "", 0, "mdf_slope", "slope", -0.351, "Hz/s", -0.402, -0.3, n, "activations", Reason::ok},
      {0, "", 0, "snr", "median", 28.1, "dB", {}, {}, n, "activations", Reason::ok},
  };
  return shown;
}

inline RecordingPage synthetic_page(const SyntheticPage& wanted, std::vector<Gap> gaps = {}) {
  static constexpr const char* kMuscles[] = {"Tibialis anterior", "Gastrocnemius medialis", "Soleus",
                                             "Vastus lateralis",  "Biceps femoris",         "Rectus femoris"};
  RecordingPage page;
  Recording& recording = page.recording;
  recording.recording_id = "SIM01_T0_dorsiflexion";
  recording.participant_id = "SIM01";
  recording.visit_id = "T0";
  recording.session_start = "2000-01-01T09:00:00+00:00";
  recording.source_format = "simulation";
  recording.simulated = true;
  recording.stream.fs_hz = wanted.fs_hz;
  recording.rows = static_cast<std::int64_t>(wanted.duration_s * wanted.fs_hz);
  recording.gaps = std::move(gaps);
  for (int c = 0; c < wanted.channels; ++c) {
    Channel channel;
    channel.label = "CH" + std::to_string(c + 1);
    channel.muscle = kMuscles[(c / 2) % 6];
    channel.side = c % 2 == 0 ? Side::left : Side::right;
    channel.lsb = 0.0763;
    channel.rail_low = -2500;
    channel.rail_high = 2499.9;
    recording.stream.channels.push_back(channel);
    page.channels.push_back(synthetic_channel(wanted, c, recording.gaps));
  }
  page.conditioning = "Butterworth high-pass 20 Hz and low-pass 450 Hz, order 2 each, causal";
  page.definitions =
      "RMS     root of the mean square of the filtered signal\nMDF     frequency below which half of the power of the band lies, "
      "interpolated between bin edges\n"
      "SNR     power above rest over power at rest, in dB";
  page.settings_toml = "[filter]\nhigh_pass_hz = 20\nlow_pass_hz = 450\norder = 2\n\n[amplitude]\nwindow_s = 0.25\nhop_s = 0.125\n";
  page.settings_sha256 = "5f1d7a84db00d2fce00b31a7fc73224f5f1d7a84db00d2fce00b31a7fc73224f";
  page.recording_sha256 = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
  page.engine_version = "semg 0.1.0";
  return page;
}

/// Four channels, each with its own trouble: a clipped stretch, held samples, no rest level, a dead electrode; a gap for all of them.
inline RecordingPage page_with_faults() {
  RecordingPage page = synthetic_page({.channels = 4, .duration_s = 90, .fs_hz = 1000, .seed = 7}, {{31000, 4200}, {60500, 30}});
  page.recording.simulated = false;
  page.recording.recording_id = "S03_T1_ankle";
  page.recording.participant_id = "S03";
  page.recording.visit_id = "T1";
  page.recording.source_format = "EDF+";
  page.recording.device = "wireless EMG, 4 channels";
  page.recording.periods = {{0, 15000, "rest", 0}, {15000, 35000, "dorsiflexion", 1}, {50000, 40000, "dorsiflexion", 2}};
  page.recording.events = {{20.5, 0, "start <beep> & \"go\""}, {70, 2, "cable touched"}};
  page.notes = {"Two gaps, 4230 rows in all: nothing is measured across them."};

  ChannelOnPage& clipped = page.channels[0];
  clipped.rms = WindowColumns(90000, 250, 125);
  for (std::int64_t first = 0; first + 250 <= 90000; first += 125) {
    if (first + 250 > 31000 && first < 35200) continue;
    const bool bad = first > 42000 && first < 47000;
    clipped.rms.push(first, bad ? kNoValue : static_cast<float>(40 + 30 * std::sin(static_cast<double>(first) / 2000)),
                     bad ? Reason::clipped : Reason::ok);
  }
  clipped.quality[0] = {"Clipped rows", 2.31, "%", Verdict::warn,
                        "More than 1 % of the rows of 40 windows are at the rail; they are not measured."};
  clipped.activations[3].edited = true;

  ChannelOnPage& held = page.channels[1];
  held.mdf = WindowColumns(90000, 1000, 500);
  for (std::int64_t first = 0; first + 1000 <= 90000; first += 500) held.mdf.push(first, kNoValue, Reason::held_samples);
  held.mdf_hz.reset();
  held.psd = {};
  for (Activation& activation : held.activations) activation.mdf_hz = kNoValue, activation.spectrum_reason = Reason::held_samples;
  for (SummaryRow& row : held.summary) {
    if (row.feature.starts_with("mdf") || row.feature.starts_with("mnf"))
      row.value.reset(), row.ci_low.reset(), row.ci_high.reset(), row.n = 0, row.reason = Reason::held_samples;
  }
  held.quality.push_back({"True rate", 200.0, "Hz", Verdict::fail, "Each value is held for five rows: no frequency can be measured."});

  ChannelOnPage& unknown = page.channels[2];
  unknown.activations.clear();
  unknown.no_activation_because = "no rest level is known";
  unknown.rest_rms.reset();
  unknown.psd.rest.clear();
  unknown.mdf_hz.reset();
  for (SummaryRow& row : unknown.summary)
    row.value.reset(), row.ci_low.reset(), row.ci_high.reset(), row.n = 0, row.reason = Reason::no_rest;
  unknown.summary.push_back({0, "", 0, "rms", "mean", 43.2, "uV", 40.1, 46.3, 719, "windows", Reason::ok});

  ChannelOnPage& dead = page.channels[3];
  dead.activations.clear();
  dead.filtered = TraceColumns(0, 90000);
  for (std::int64_t r = 0; r < 90000; ++r) dead.filtered.push(r, 0.0F);
  dead.rms = WindowColumns(90000, 250, 125);
  dead.mdf = WindowColumns(90000, 1000, 500);
  for (std::int64_t first = 0; first + 250 <= 90000; first += 125) dead.rms.push(first, kNoValue, Reason::flat);
  for (std::int64_t first = 0; first + 1000 <= 90000; first += 500) dead.mdf.push(first, kNoValue, Reason::flat);
  dead.excerpt = {};
  dead.psd = {};
  dead.mdf_hz.reset();
  dead.rest_rms.reset();
  for (SummaryRow& row : dead.summary) row.value.reset(), row.ci_low.reset(), row.ci_high.reset(), row.n = 0, row.reason = Reason::flat;
  dead.quality[1] = {"Flat", 90.0, "s", Verdict::fail, "The same value throughout: the electrode is off or the channel is dead."};
  dead.quality[4] = {"SNR", {}, "dB", Verdict::fail, "Not known without a signal."};
  return page;
}

}  // namespace semg
