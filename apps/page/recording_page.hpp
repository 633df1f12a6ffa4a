// SPDX-License-Identifier: BSD-3-Clause
// One recording on one page: figures, tables and settings in a single HTML file that needs neither network nor script.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "apps/page/trace_columns.hpp"
#include "dsp/frame.hpp"
#include "dsp/recording.hpp"
#include "dsp/summary_row.hpp"

namespace semg {

/// A few seconds of one channel, best around an activation. Missing samples are NaN. Empty where there is nothing to show.
struct Excerpt {
  std::int64_t first_row = 0;
  std::vector<float> raw;       ///< [rows] as it came in
  std::vector<float> filtered;  ///< [rows] what was measured
};

/// Power density of one channel, [bins], in (unit)^2/Hz, one-sided; bin k is at k * bin_hz. Empty where it is not known.
struct PagePsd {
  double bin_hz = 0;
  std::vector<double> active;  ///< mean over the windows in activations
  std::vector<double> rest;    ///< mean over the rest that was used
};

enum class Verdict { pass, warn, fail };

/// One measure of signal quality. The same measure reads the same in every channel: it becomes a column of the table.
struct QualityRow {
  std::string measure;          ///< "Clipped rows"
  std::optional<double> value;  ///< empty where it could not be told
  std::string unit;             ///< "%", "dB", "uV", ...
  Verdict verdict = Verdict::pass;
  std::string meaning;  ///< one sentence: the limit, and what follows from it
};

/// All that is shown of one channel; Recording::stream.channels names it.
struct ChannelOnPage {
  TraceColumns filtered;  ///< the whole recording
  Excerpt excerpt;
  std::vector<Activation> activations;  ///< of this channel, in order
  std::string no_activation_because;    ///< a sentence, where activation could not be told; "no rest level is known"
  WindowColumns rms;
  WindowColumns mdf;
  std::optional<double> rest_rms;  ///< in the channel's unit
  PagePsd psd;
  std::optional<double> mdf_hz;  ///< marked in the spectrum: of its activations
  std::vector<QualityRow> quality;
  std::vector<SummaryRow> summary;
};

struct RecordingPage {
  Recording recording;
  std::vector<ChannelOnPage> channels;  ///< as many as the recording has, in its order
  double band_low_hz = 20;              ///< in which MDF is taken
  double band_high_hz = 450;
  std::string conditioning;        ///< "Butterworth band-pass 20-450 Hz, order 2, causal": said under the figures
  std::vector<std::string> notes;  ///< what was left out, or to be known; one sentence each
  std::string definitions;         ///< plain text: how each number was made
  std::string response = {};       ///< HTML: what the filter does, as a figure; empty: not shown
  std::string settings_toml;
  std::string settings_sha256;
  std::string recording_sha256;
  std::string engine_version;  ///< version_line()
};

/// The page as UTF-8 text. The same struct gives the same bytes. Never throws for what the struct holds: numbers that are not
/// finite read as missing, text is escaped.
std::string recording_page(const RecordingPage& page);

}  // namespace semg
