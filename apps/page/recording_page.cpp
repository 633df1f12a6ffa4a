// SPDX-License-Identifier: BSD-3-Clause
#include "apps/page/recording_page.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "apps/page/page_style.hpp"
#include "apps/page/readable.hpp"
#include "apps/page/recording_figures.hpp"
#include "apps/page/recording_page_style.hpp"
#include "apps/page/recording_sentences.hpp"
#include "apps/page/recording_tables.hpp"
#include "apps/page/svg.hpp"

namespace semg {
namespace {

std::string element(std::string_view tag, std::string_view text) {
  return fmt::format("<{0}>{1}</{0}>\n", tag, escape_markup(text));
}

std::string head(const RecordingPage& page) {
  const Recording& recording = page.recording;
  return page_head(recording.recording_id + (recording.simulated ? " (SIMULATED)" : ""),
                   recording.recording_id + (recording.simulated ? "  SIMULATED" : ""), kRecordingPageStyle);
}

std::string tasks_of(const Recording& recording) {
  std::vector<std::string> tasks;
  for (const Period& period : recording.periods) {
    if (std::find(tasks.begin(), tasks.end(), period.task) == tasks.end()) tasks.push_back(period.task);
  }
  std::string words;
  for (const std::string& task : tasks) words += (words.empty() ? "" : ", ") + task;
  return words;
}

std::string title(const RecordingPage& page) {
  const Recording& recording = page.recording;
  std::vector<std::string> parts;
  if (!recording.participant_id.empty()) parts.push_back("Participant " + recording.participant_id);
  if (!recording.visit_id.empty()) parts.push_back("visit " + recording.visit_id);
  if (!recording.periods.empty()) parts.push_back("tasks: " + tasks_of(recording));
  const auto channels = recording.stream.channels.size();
  parts.push_back(fmt::format("{} channel{}", channels, channels == 1 ? "" : "s"));
  parts.push_back(readable_duration(recording.duration_s()) + " at " + readable_quantity(recording.stream.fs_hz, "Hz"));
  std::string lead;
  for (const std::string& part : parts) lead += (lead.empty() ? "" : " \u00b7 ") + part;

  std::string html = "<header>\n";
  if (recording.simulated) {
    html += "<p class=\"simulated\">SIMULATED <span>This signal was made by a program. It was not measured on a person.</span></p>\n";
  }
  return html + element("h1", recording.recording_id) + "<p class=\"lead\">" + escape_markup(lead) + "</p>\n</header>\n";
}

std::string findings(const RecordingPage& page) {
  std::string html = page.channels.size() > 8 ? "<ul class=\"findings many\">\n" : "<ul class=\"findings\">\n";
  for (std::size_t c = 0; c < page.channels.size(); ++c) {
    html += "<li><b>" + escape_markup(readable_muscle(page.recording.stream.channels[c])) + "</b>";
    html += "<p>" + escape_markup(what_was_found(page.channels[c]));
    const std::string missing = what_was_not_assessable(page.channels[c]);
    if (!missing.empty()) html += " <span class=\"open\">" + escape_markup(missing) + "</span>";
    html += "</p></li>\n";
  }
  html += "</ul>\n";
  if (page.notes.empty()) return html;
  html += "<ul class=\"notes\">\n";
  for (const std::string& note : page.notes) html += element("li", note);
  return html + "</ul>\n";
}

/// "1142 of 1199 windows valid (3: the filter was settling; 54: too little above rest)"
std::string windows_told(std::string_view name, const WindowColumns& windows) {
  const auto& counts = windows.counts();
  std::string words = fmt::format("{}: {} of {} windows valid", name, readable_count(counts[0]), readable_count(windows.windows()));
  std::string others;
  for (std::size_t r = 1; r < counts.size(); ++r) {
    if (counts[r] == 0) continue;
    others += others.empty() ? " (" : "; ";
    others += readable_count(counts[r]) + ": " + std::string(readable_reason(static_cast<Reason>(r)));
  }
  return words + (others.empty() ? "" : others + ")") + ".";
}

std::string caption(int number, std::string_view title, std::string_view words) {
  return fmt::format("<figcaption><b>Figure {}. {}.</b> {}</figcaption>\n</figure>\n", number, escape_markup(title), escape_markup(words));
}

std::string figures(const RecordingPage& page) {
  const Recording& recording = page.recording;
  const std::string marks = std::string("Orange: activation.") + (recording.gaps.empty() ? "" : " Hatched: rows that are missing.") +
                            (recording.events.empty() ? "" : " Dotted red: events.");
  std::string html = "<h2>Signals</h2>\n" + figure_patterns();
  int number = 0;
  const std::size_t channels = page.channels.size();
  const std::size_t parts = (channels + kMusclesPerOverview - 1) / kMusclesPerOverview;
  for (std::size_t part = 0; part < parts; ++part) {
    const std::size_t first = channels * part / parts;
    const std::size_t count = channels * (part + 1) / parts - first;
    const std::string which = parts > 1 ? fmt::format(", channels {} to {} of {}", first + 1, first + count, channels) : "";
    html += "<figure>\n" + overview_figure(page, first, count) +
            caption(++number, "The whole recording" + which,
                    "Filtered signal (" + page.conditioning + "): lowest and highest value of each of up to " +
                        std::to_string(kTraceColumns) + " columns; each muscle has its own scale. " + marks);
  }
  const int first_plate = number + 1;
  for (std::size_t c = 0; c < channels; ++c) {
    const ChannelOnPage& shown = page.channels[c];
    const std::string windows = windows_told("RMS", shown.rms) + " " + windows_told("MDF", shown.mdf);
    std::string words = fmt::format("Panels as in Figure {}. ", first_plate);
    if (c == 0) {
      words = fmt::format(
          "a, excerpt as it came in. b, the same, filtered; orange: activation. c, power density in activations and at rest; dotted: "
          "the band {}\u2013{} Hz in which the median frequency (MDF) is taken. d, RMS and e, MDF of successive windows over the whole "
          "recording, MDF on one scale for all muscles; black strokes: value of each activation; dashed: RMS at rest. A window that is "
          "not valid is left out; grey hatching: its signal was at fault; dark hatching: rows are missing. ",
          readable_number(page.band_low_hz), readable_number(page.band_high_hz));
    }
    html += "<figure>\n" + muscle_figure(page, c) + caption(++number, readable_muscle(recording.stream.channels[c]), words + windows);
  }
  return html;
}

std::string facts(const RecordingPage& page) {
  const Recording& recording = page.recording;
  std::string rows;
  const auto fact = [&](std::string_view name, std::string_view value) {
    if (!value.empty()) rows += "<dt>" + escape_markup(name) + "</dt><dd>" + escape_markup(value) + "</dd>\n";
  };
  std::int64_t lost = 0;
  for (const Gap& gap : recording.gaps) lost += gap.rows;
  fact("Recording", recording.recording_id);
  fact("Participant", recording.participant_id);
  fact("Visit", recording.visit_id);
  fact("Session start", recording.session_start);
  fact("Device", recording.device);
  fact("Source", recording.source_format);
  fact("Source SHA-256", recording.source_sha256);
  fact("Length", readable_duration(recording.duration_s()) + ", " + readable_count(recording.rows) + " rows at " +
                     readable_quantity(recording.stream.fs_hz, "Hz"));
  fact("Missing rows",
       lost == 0 ? "none" : readable_count(lost) + " in " + readable_count(static_cast<std::int64_t>(recording.gaps.size())) + " gaps");
  fact("Conditioning", page.conditioning);
  return "<h2>Recording</h2>\n<dl>\n" + rows + "</dl>\n" + channel_table(recording) + period_table(recording) + gap_table(recording) +
         event_table(recording);
}

std::string settings(const RecordingPage& page) {
  std::string html = "<h2>Definitions and settings</h2>\n";
  if (!page.definitions.empty()) html += element("pre", page.definitions);
  html += page.response;
  if (!page.settings_toml.empty()) html += "<h3>Settings</h3>\n" + element("pre", page.settings_toml);
  html += "<dl class=\"hashes\">\n";
  const auto hash = [&](std::string_view name, std::string_view value) {
    if (!value.empty()) html += "<dt>" + escape_markup(name) + "</dt><dd class=\"hash\">" + escape_markup(value) + "</dd>\n";
  };
  hash("SHA-256 of settings", page.settings_sha256);
  hash("SHA-256 of recording", page.recording_sha256);
  hash("Made by", page.engine_version);
  return html + "</dl>\n";
}

std::string foot(const RecordingPage& page) {
  return std::string("<footer>\n") + (page.recording.simulated ? "<p><b>SIMULATED</b> signal.</p>\n" : "") +
         "<p>For research use only. Not for diagnosis, and no basis for treatment. A value describes this recording; whether two "
         "recordings "
         "differ is told by their comparison alone, against the error of measurement.</p>\n<p>" +
         escape_markup(page.engine_version) + "</p>\n</footer>\n</body>\n</html>\n";
}

}  // namespace

std::string recording_page(const RecordingPage& page) {
  return head(page) + title(page) + findings(page) + figures(page) + "<h2>Results</h2>\n" + summary_tables(page) + quality_table(page) +
         facts(page) + settings(page) + foot(page);
}

}  // namespace semg
