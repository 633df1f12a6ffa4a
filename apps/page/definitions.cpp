// SPDX-License-Identifier: BSD-3-Clause
#include "apps/page/definitions.hpp"

#include <fmt/format.h>

namespace semg {

std::string conditioning_of(const Chain& chain) {
  return fmt::format("Butterworth high-pass {:g} Hz and low-pass {:g} Hz, order {} each, {}", chain.high_pass_hz, chain.low_pass_hz,
                     chain.settings.filter.order,
                     chain.passes == 1 ? "causal, one pass" : "forward and backward in time, -3 dB there after both passes");
}

std::string definitions_of(const Chain& chain) {
  const double ms = 1000.0 / chain.fs_hz;
  std::string text = fmt::format(
      "Conditioning: {}, at {:g} Hz; started as if the first sample had been there for ever, so that an electrode offset leaves no trace; "
      "the "
      "first {:.0f} ms after a start or gap{} are settling and not measured.\n",
      conditioning_of(chain), chain.fs_hz, static_cast<double>(chain.settling_rows) * ms,
      chain.passes == 1 ? "" : ", and as many before a gap or the end,");
  text += fmt::format(
      "RMS and ARV: root mean square and average rectified value of {:g} ms windows every {:g} ms; iEMG is ARV times duration.\n",
      static_cast<double>(chain.amplitude_window_rows) * ms, static_cast<double>(chain.amplitude_hop_rows) * ms);
  if (chain.rate_below_band) {
    text += fmt::format("MDF and MNF: not told, the rate carries EMG only up to {:g} Hz and 400 Hz are needed.\n", chain.band_high_hz);
  } else {
    text += fmt::format(
        "MDF and MNF: median and mean frequency within {:g}-{:g} Hz of Welch spectra (Hann, {:g} ms segments, half overlapping, mean "
        "removed) "
        "over {:g} s windows every {:g} s; the median is interpolated between the edges of the {:.3g} Hz bins.\n",
        chain.band_low_hz, chain.band_high_hz, static_cast<double>(chain.segment_rows) * ms,
        static_cast<double>(chain.spectrum_window_rows) / chain.fs_hz, static_cast<double>(chain.spectrum_hop_rows) / chain.fs_hz,
        chain.bin_hz());
  }
  text += fmt::format(
      "Activation ({}): the 50 ms mean square against two thresholds above rest and the local background; onset is the first departure "
      "from "
      "rest, offset the same backwards in time; silences under {:g} ms are bridged, activations under {:g} ms dropped. Onsets of ideal "
      "steps "
      "in noise are found some 16 ms early.{}\n",
      chain.settings.activation.method, 1000 * chain.settings.activation.min_off_s, 1000 * chain.settings.activation.min_on_s,
      chain.passes == 1 ? ""
                        : " It is decided on the causal filter of the same edges, one pass, because two passes spread a burst to before "
                          "its onset; what is measured of it is of both passes.");
  text += fmt::format(
      "Quality: a window with a missing, settling or flat (200 ms) sample is invalid, and one with {:g} % of its rows at a rail; MDF and "
      "MNF "
      "also below {:g} dB over rest and from {:g} dB of mains hum on.",
      100 * chain.settings.quality.clipped_share, chain.settings.quality.snr_db, chain.settings.quality.line_db);
  text +=
      "\nIntervals (95 %): RMS and ARV by as many independent samples as the window's own autocorrelation leaves, MDF by the spread of the "
      "share of power below it, MNF by that of its moments, about what each estimator gives on average; of several repetitions by "
      "Student's t; of windows by those that do not overlap.";
  return text;
}

}  // namespace semg
