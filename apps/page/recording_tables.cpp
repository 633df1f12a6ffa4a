// SPDX-License-Identifier: BSD-3-Clause
#include "apps/page/recording_tables.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "apps/page/html_table.hpp"
#include "apps/page/readable.hpp"
#include "apps/page/svg.hpp"

namespace semg {
namespace {

constexpr std::size_t kMostFeatures = 6;  // side by side on a printed page
constexpr std::string_view kSmallPrint =
    "Small: 95\u00a0% confidence interval where there is one, and number of observations, or why there is no value.";
constexpr std::size_t kMostQuality = 8;
constexpr std::size_t kMostRows = 400;  // of periods, gaps or events

std::string spaced(std::string text) {
  std::replace(text.begin(), text.end(), '_', ' ');
  return text;
}

/// A column of the results: rows that share these share a column.
struct Measured {
  std::string feature, statistic, unit;
  std::string n_unit{};  // as the first row with a number has it; said once, above the column

  bool is_of(const SummaryRow& row) const { return row.feature == feature && row.statistic == statistic && row.unit == unit; }
};

std::size_t rank(const std::string& feature) {
  static constexpr std::array<std::string_view, 15> kOrder = {"activation_count", "duration", "rms_active", "mdf_active",  "snr",
                                                              "mdf_slope",        "rms_rest", "arv_active", "iemg_active", "mnf_active",
                                                              "active_fraction",  "rms",      "arv",        "mdf",         "mnf"};
  return static_cast<std::size_t>(std::find(kOrder.begin(), kOrder.end(), feature) - kOrder.begin());
}

std::vector<Measured> measured_in(const RecordingPage& page) {
  std::vector<Measured> all;
  for (const ChannelOnPage& channel : page.channels) {
    for (const SummaryRow& row : channel.summary) {
      auto column = std::find_if(all.begin(), all.end(), [&](const Measured& measured) { return measured.is_of(row); });
      if (column == all.end()) column = all.insert(all.end(), {row.feature, row.statistic, row.unit});
      if (column->n_unit.empty() && row.n > 0) column->n_unit = row.n_unit;
    }
  }
  std::stable_sort(all.begin(), all.end(), [](const Measured& a, const Measured& b) { return rank(a.feature) < rank(b.feature); });
  return all;
}

std::string summary_cell(const SummaryRow& row, const Measured& column) {
  std::string html = "<td class=\"n\">" + escape_markup(readable_number(row.value));
  if (row.reason != Reason::ok) {
    html += "<small class=\"why\">" + escape_markup(readable_reason(row.reason)) + "</small>";
  } else if (row.ci_low || row.ci_high) {
    html += "<small>" + readable_number(row.ci_low) + " \u2013 " + readable_number(row.ci_high) + "</small>";
  }
  if (row.n > 0) {
    html +=
        "<small>n\u00a0=\u00a0" + readable_count(row.n) + (row.n_unit == column.n_unit ? "" : " " + escape_markup(row.n_unit)) + "</small>";
  }
  return html + "</td>";
}

std::string summary_table(const RecordingPage& page, const std::vector<Measured>& columns, std::string_view title, std::string_view words) {
  bool tasks = false;
  for (const ChannelOnPage& channel : page.channels) {
    for (const SummaryRow& row : channel.summary) tasks = tasks || !row.task.empty();
  }
  HtmlTable table(title, words);
  table.head("Muscle");
  if (tasks) table.head("Task");
  for (const Measured& column : columns) {
    const std::string unit = readable_unit(column.unit);
    const bool counted = column.statistic == "count" || column.n_unit.empty();  // a count says itself what it counts
    table.number_head(readable_feature(column.feature) + (unit.empty() ? "" : " (" + unit + ")"),
                      counted ? spaced(column.statistic) : spaced(column.statistic) + " over " + column.n_unit);
  }
  table.body();
  for (std::size_t c = 0; c < page.channels.size(); ++c) {
    std::vector<std::pair<std::string, int>> parts;
    for (const SummaryRow& row : page.channels[c].summary) {
      const std::pair part{row.task, row.repetition};
      if (std::find(parts.begin(), parts.end(), part) == parts.end()) parts.push_back(part);
    }
    for (const auto& [task, repetition] : parts) {
      table.row();
      table.cell(readable_muscle(page.recording.stream.channels[c]));
      if (tasks) table.cell(task.empty() ? "whole recording" : task + (repetition > 0 ? " " + std::to_string(repetition) : ""));
      for (const Measured& column : columns) {
        const auto& rows = page.channels[c].summary;
        const auto row = std::find_if(rows.begin(), rows.end(), [&](const SummaryRow& candidate) {
          return column.is_of(candidate) && candidate.task == task && candidate.repetition == repetition;
        });
        table.raw(row == rows.end() ? "<td></td>" : summary_cell(*row, column));
      }
      table.end_row();
    }
  }
  return table.str();
}

constexpr std::string_view mark(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass: return "<i>\u25cf</i>";
    case Verdict::warn: return "<i>\u25b2</i>";
    case Verdict::fail: return "<i>\u2716</i>";
  }
  return "";
}

using Graded = std::pair<std::string, std::string>;  // measure and unit: a column

std::string quality_part(const RecordingPage& page, const std::vector<Graded>& measures, std::string_view title, std::string_view words) {
  HtmlTable table(title, words);
  table.head("Muscle");
  for (const auto& [measure, unit] : measures) {
    const std::string readable = readable_unit(unit);
    table.number_head(measure + (readable.empty() ? "" : " (" + readable + ")"), "");
  }
  table.body();
  for (std::size_t c = 0; c < page.channels.size(); ++c) {
    table.row();
    table.cell(readable_muscle(page.recording.stream.channels[c]));
    for (const auto& [measure, unit] : measures) {
      const auto& rows = page.channels[c].quality;
      const auto row = std::find_if(rows.begin(), rows.end(), [&](const QualityRow& r) { return r.measure == measure && r.unit == unit; });
      if (row == rows.end()) {
        table.raw("<td></td>");
      } else {
        const bool graded = row->value || row->verdict != Verdict::pass;
        table.raw(fmt::format("<td class=\"n {}\" title=\"{}\">{}{}</td>", graded ? to_string(row->verdict) : "",
                              escape_markup(row->meaning), readable_number(row->value),
                              graded ? " " + std::string(mark(row->verdict)) : ""));
      }
    }
    table.end_row();
  }
  return table.str();
}

/// What did not pass, each with its rule and what follows.
std::string quality_marks(const RecordingPage& page) {
  std::string marks;
  for (std::size_t c = 0; c < page.channels.size(); ++c) {
    for (const QualityRow& row : page.channels[c].quality) {
      if (row.verdict == Verdict::pass) continue;
      marks += fmt::format("<li class=\"{}\">{}<b>{}</b>, {} {}: {}</li>\n", to_string(row.verdict), mark(row.verdict),
                           escape_markup(readable_muscle(page.recording.stream.channels[c])), escape_markup(row.measure),
                           escape_markup(readable_quantity(row.value, row.unit)), escape_markup(row.meaning));
    }
  }
  return marks;
}

/// A place in the recording, to a millisecond or finer, as one looks it up elsewhere.
std::string seconds(double value, int decimals) {
  return std::isfinite(value) ? fmt::format("{:.{}f}", value, decimals) : readable_number({});
}

/// What lies beyond kMostRows is counted, not shown.
std::string more_than_shown(std::size_t rows) {
  return rows <= kMostRows
             ? ""
             : fmt::format("The first {} of {}; the recording has them all.", kMostRows, readable_count(static_cast<std::int64_t>(rows)));
}

}  // namespace

std::string summary_tables(const RecordingPage& page) {
  const std::vector<Measured> all = measured_in(page);
  const std::size_t parts = (all.size() + kMostFeatures - 1) / kMostFeatures;
  std::string html;
  for (std::size_t part = 0; part < parts; ++part) {
    const auto first = all.begin() + static_cast<std::ptrdiff_t>(all.size() * part / parts);
    const auto last = all.begin() + static_cast<std::ptrdiff_t>(all.size() * (part + 1) / parts);
    html += part == 0 ? summary_table(page, {first, last}, "Table 1. Measures of each muscle", kSmallPrint)
                      : summary_table(page, {first, last}, "Table 1, continued", "");
  }
  return html;
}

std::string quality_table(const RecordingPage& page) {
  std::vector<Graded> measures;
  for (const ChannelOnPage& channel : page.channels) {
    for (const QualityRow& row : channel.quality) {
      const Graded measure{row.measure, row.unit};
      if (std::find(measures.begin(), measures.end(), measure) == measures.end()) measures.push_back(measure);
    }
  }
  const std::size_t parts = (measures.size() + kMostQuality - 1) / kMostQuality;
  std::string html;
  for (std::size_t part = 0; part < parts; ++part) {
    const auto first = measures.begin() + static_cast<std::ptrdiff_t>(measures.size() * part / parts);
    const auto last = measures.begin() + static_cast<std::ptrdiff_t>(measures.size() * (part + 1) / parts);
    html += part == 0 ? quality_part(
                            page, {first, last}, "Table 2. Signal quality",
                            "\u25cf pass, \u25b2 warning, \u2716 fail; \u2013 not there, or not told. Each rule that fired is named below.")
                      : quality_part(page, {first, last}, "Table 2, continued", "");
  }
  const std::string marks = quality_marks(page);
  return html + (marks.empty() ? "" : "<ul class=\"marks\">\n" + marks + "</ul>\n");
}

std::string channel_table(const Recording& recording) {
  if (recording.stream.channels.empty()) return "";
  HtmlTable table("Channels", "");
  for (const char* name : {"Label", "Muscle", "Side", "Kind"}) table.head(name);
  table.number_head("Step of the converter", "");
  table.number_head("Lowest value it can give", "");
  table.number_head("Highest value it can give", "");
  table.body();
  for (const Channel& channel : recording.stream.channels) {
    table.row();
    table.cell(channel.label);
    table.cell(channel.muscle);
    table.cell(channel.side == Side::none ? "\u2013" : to_string(channel.side));
    table.cell(to_string(channel.kind));
    for (const auto& value : {channel.lsb, channel.rail_low, channel.rail_high})
      table.number(readable_quantity(value, to_string(channel.unit)));
    table.end_row();
  }
  return table.str();
}

std::string period_table(const Recording& recording) {
  if (recording.periods.empty()) return "";
  HtmlTable table("Periods", more_than_shown(recording.periods.size()));
  table.head("Task");
  for (const char* name : {"Repetition", "From (s)", "To (s)"}) table.number_head(name, "");
  table.body();
  for (std::size_t i = 0; i < std::min(recording.periods.size(), kMostRows); ++i) {
    const Period& period = recording.periods[i];
    table.row();
    table.cell(period.task);
    table.number(period.repetition > 0 ? std::to_string(period.repetition) : "\u2013");
    table.number(seconds(static_cast<double>(period.first_row) / recording.stream.fs_hz, 3));
    table.number(seconds(static_cast<double>(period.first_row + period.rows) / recording.stream.fs_hz, 3));
    table.end_row();
  }
  return table.str();
}

std::string gap_table(const Recording& recording) {
  if (recording.gaps.empty()) return "";
  HtmlTable table("Gaps", more_than_shown(recording.gaps.size()));
  for (const char* name : {"From (s)", "Length (s)", "Rows"}) table.number_head(name, "");
  table.body();
  for (std::size_t i = 0; i < std::min(recording.gaps.size(), kMostRows); ++i) {
    const Gap& gap = recording.gaps[i];
    table.row();
    table.number(seconds(static_cast<double>(gap.first_row) / recording.stream.fs_hz, 3));
    table.number(seconds(static_cast<double>(gap.rows) / recording.stream.fs_hz, 4));
    table.number(readable_count(gap.rows));
    table.end_row();
  }
  return table.str();
}

std::string event_table(const Recording& recording) {
  if (recording.events.empty()) return "";
  HtmlTable table("Events", more_than_shown(recording.events.size()));
  for (const char* name : {"At (s)", "Duration (s)"}) table.number_head(name, "");
  table.head("Text");
  table.body();
  for (std::size_t i = 0; i < std::min(recording.events.size(), kMostRows); ++i) {
    const Event& event = recording.events[i];
    table.row();
    table.number(seconds(event.t_s, 3));
    table.number(event.duration_s > 0 ? seconds(event.duration_s, 3) : "\u2013");
    table.cell(event.text);
    table.end_row();
  }
  return table.str();
}

}  // namespace semg
