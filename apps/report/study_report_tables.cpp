// SPDX-License-Identifier: BSD-3-Clause
#include "apps/report/study_report_tables.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "apps/page/html_table.hpp"
#include "apps/page/readable.hpp"
#include "apps/report/study_figures.hpp"

namespace semg {
namespace {

constexpr std::size_t kMostRecordings = 400;

std::string small(const std::string& text) {
  return text.empty() ? "" : "<small>" + escape_markup(text) + "</small>";
}

std::string range(std::optional<double> low, std::optional<double> high) {
  return low && high ? readable_number(low) + " – " + readable_number(high) : "";
}

/// A change and its spread or limits as a reader takes them: factors, or differences.
std::string on_paper(const ComparedFeature& feature, std::optional<double> value) {
  return value ? change_text(feature, *value, "") : readable_number({});
}

std::string number_cell(const std::string& text, const std::string& below) {
  return "<td class=\"n\">" + escape_markup(text) + small(below) + "</td>";
}

std::string percent_of(const ChangeCell& cell) {
  if (cell.feature->scale != ChangeScale::ln_ratio || !cell.change) return "";
  const double share = 100 * std::expm1(*cell.change);
  return (share > 0 ? "+" : "") + readable_number(std::fabs(share) >= 1 ? std::round(share) : share) + "\u00a0%";
}

}  // namespace

std::string endpoint_table(const StudyView& view, const Measure& measure, int visit) {
  if (measure.feature == nullptr) return "";
  const ComparedFeature& feature = *measure.feature;
  std::string unit;
  for (int p = 0; p < view.participants() && unit.empty(); ++p) {
    if (const ChangeCell* cell = view.change(p, visit, measure)) unit = cell->unit;
  }
  const std::string words = readable_unit(unit);
  const std::string in = words.empty() ? "" : " (" + words + ")";
  const std::string change_in = feature.scale == ChangeScale::ln_ratio ? " (factor)" : in;
  HtmlTable table(
      fmt::format("At {}: {}", view.visit_words(visit), measure_words(view.words(measure))),
      "Small: spread inside the visit and number of values, 95\u00a0%. A change outside the limits of day-to-day variation is an "
      "increase or a decrease. All of it is in changes.csv and values.csv.");
  table.head("Participant");
  table.number_head("Baseline" + in, "");
  table.number_head("At the visit" + in, "");
  table.number_head("Change" + change_in, "");
  table.number_head("Spread inside the two visits", "never evidence of change");
  table.number_head("Limits of day-to-day variation", "");
  table.head("Verdict");
  table.body();
  for (int p = 0; p < view.participants(); ++p) {
    const ChangeCell* cell = view.change(p, visit, measure);
    if (cell == nullptr || cell->feature == nullptr) continue;
    const ValueCell* value = view.value(p, visit, measure);
    table.row();
    table.raw("<td class=\"first\">" + escape_markup(view.participant(p)) + "</td>");
    table.raw(number_cell(readable_number(cell->value_from), cell->n_from > 0 ? "n = " + readable_count(cell->n_from) : ""));
    std::string below = value != nullptr ? range(value->ci_low, value->ci_high) : "";
    if (cell->n_to > 0) below += (below.empty() ? "" : ", ") + ("n = " + readable_count(cell->n_to));
    table.raw(number_cell(readable_number(cell->value_to), below));
    table.raw(number_cell(on_paper(feature, cell->change), percent_of(*cell)));
    table.number(cell->within_low && cell->within_high ? on_paper(feature, cell->within_low) + " – " + on_paper(feature, cell->within_high)
                                                       : readable_number({}));
    table.number(cell->mdc ? on_paper(feature, -*cell->mdc) + " – " + on_paper(feature, cell->mdc) : readable_number({}));
    const Shape shape = shape_of(*cell);
    std::string verdict = std::string(verdict_words(cell->verdict));
    const char* cls = shape == Shape::up ? "up" : shape == Shape::down ? "down" : has_verdict(*cell) ? "" : "open";
    std::string why = has_verdict(*cell) ? "" : main_reason(*cell).words;
    if (view.out_of_window(p, visit)) why += why.empty() ? "outside the window" : "; outside the window";
    table.raw(fmt::format("<td class=\"v {}\" style=\"white-space: normal\"><i>{}</i>{}{}</td>", cls, shape_text(shape), verdict,
                          why.empty() ? "" : "<small style=\"white-space: normal\">" + escape_markup(why) + "</small>"));
    table.end_row();
  }
  return table.str();
}

std::vector<CountedReason> counted_reasons(const StudyView& view) {
  std::vector<CountedReason> counts;
  for (const ChangeCell& cell : view.results.changes) {
    if (has_verdict(cell)) continue;
    const MainReason reason = main_reason(cell);
    auto at = std::find_if(counts.begin(), counts.end(), [&](const CountedReason& c) { return c.reason.code == reason.code; });
    if (at == counts.end()) at = counts.insert(counts.end(), {reason, 0});
    ++at->count;
  }
  std::stable_sort(counts.begin(), counts.end(), [](const CountedReason& a, const CountedReason& b) { return a.count > b.count; });
  return counts;
}

std::string reasons_table(const StudyView& view) {
  const auto counts = counted_reasons(view);
  if (counts.empty()) return "";
  const auto all = static_cast<double>(view.results.changes.size());
  HtmlTable table("Comparisons without a verdict, by reason",
                  "Each is counted once, under what came first. changes.csv has all reasons of each in its column reason.");
  table.number_head("Comparisons", "");
  table.number_head("Share of all", "");
  table.head("Reason");
  table.head("Code in changes.csv");
  table.body();
  for (const CountedReason& counted : counts) {
    table.row();
    table.number(readable_count(counted.count));
    table.number(fmt::format("{:.1f}\u00a0%", 100 * counted.count / all));
    table.cell(counted.reason.words);
    table.cell(counted.reason.code);
    table.end_row();
  }
  return table.str();
}

std::string variation_table(const StudyView& view) {
  const bool any =
      std::any_of(view.results.reliability.begin(), view.results.reliability.end(), [](const auto& c) { return c.sem.has_value(); });
  if (!any) return "";
  HtmlTable table(
      "Day-to-day variation",
      "SEM: standard error of measurement on the scale of the change (logarithm for factors). Limit: minimal detectable change of "
      "one visit against the mean of all planned baselines, and its own 95\u00a0% interval.");
  for (const char* head : {"Task", "Muscle", "Measure"}) table.head(head);
  for (const char* head : {"SEM", "df", "Participants", "Limit"}) table.number_head(head, "");
  table.body();
  std::string before;
  for (const ReliabilityCell& cell : view.results.reliability) {
    if (cell.feature == nullptr) continue;
    const Measure measure{cell.task, cell.muscle, cell.side, cell.feature, cell.view};
    const auto words = [&](std::optional<double> limit) {
      if (!limit) return readable_number({});
      return cell.feature->scale == ChangeScale::ln_ratio ? change_text(*cell.feature, *limit, "")
                                                          : readable_quantity(*limit, cell.feature->unit);
    };
    table.row();
    table.cell(view.task(cell.task));
    table.cell(view.muscle_and_side(measure));
    table.cell(std::string(cell.feature->meaning) + (cell.view == View::raw ? "" : ", " + std::string(view_words(cell.view))));
    table.number(readable_number(cell.sem));
    table.number(readable_number(cell.df));
    table.number(cell.participants > 0 ? readable_count(cell.participants) : readable_number({}));
    table.raw(number_cell(words(cell.mdc), cell.mdc_low && cell.mdc_high ? words(cell.mdc_low) + " – " + words(cell.mdc_high) : ""));
    table.end_row();
  }
  return table.str();
}

std::string recordings_table(const StudyView& view) {
  const auto& sessions = view.results.sessions;
  if (sessions.empty()) return "";
  HtmlTable table("Recordings", sessions.size() <= kMostRecordings
                                    ? ""
                                    : fmt::format("The first {} of {}; values.csv names them all.", kMostRecordings,
                                                  readable_count(static_cast<std::int64_t>(sessions.size()))));
  for (const char* head : {"Recording", "Participant", "Visit", "Day"}) table.head(head);
  for (const char* head : {"Rate (Hz)", "Length"}) table.number_head(head, "");
  table.head("SHA-256");
  table.body();
  for (std::size_t s = 0; s < std::min(sessions.size(), kMostRecordings); ++s) {
    const Session& session = sessions[s];
    table.row();
    table.cell(session.recording_id);
    table.cell(session.participant_id);
    table.cell(session.visit_id);
    table.raw("<td class=\"line\">" + (session.day ? day_text(*session.day) : readable_number({})) + "</td>");
    table.number(readable_number(session.fs_hz > 0 ? std::optional(session.fs_hz) : std::nullopt));
    table.number(session.duration_s > 0 ? readable_duration(session.duration_s) : readable_number({}));
    table.raw("<td class=\"hash\">" + escape_markup(session.unreadable.empty() ? session.recording_sha256 : session.unreadable) + "</td>");
    table.end_row();
  }
  return table.str();
}

}  // namespace semg
