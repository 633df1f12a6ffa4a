// SPDX-License-Identifier: BSD-3-Clause
#include "apps/report/study_report_sections.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "apps/page/readable.hpp"
#include "apps/report/study_findings.hpp"
#include "apps/report/study_report_html.hpp"
#include "apps/report/study_report_tables.hpp"

namespace semg {
namespace {

constexpr int kGridRows = 34, kGridColumns = 32;  // of one figure, so that it fits on a printed page
constexpr std::size_t kForestRows = 40, kForestColumns = 4;
constexpr int kMostParticipantFigures = 60;
constexpr int kRowsTogether = 20;  // of a table that is not broken in print

/// A paragraph that is printed on one page with what follows.
std::string stays(std::string_view text) {
  return "<p class=\"stays\">" + escape_markup(text) + "</p>\n";
}

}  // namespace

std::string FigureSections::figure(const std::string& svg, std::string_view title, std::string_view words, std::string_view csv) {
  if (svg.empty()) return "";
  return "<figure>\n" + svg +
         fmt::format("<figcaption><b>Figure {}. {}.</b> {} <span class=\"csv\">{}</span></figcaption>\n</figure>\n", ++figures_,
                     escape_markup(title), escape_markup(words), escape_markup(csv));
}

std::string FigureSections::completeness() {
  std::string html = heading("completeness", "Completeness");
  const bool days = std::any_of(view_.results.visits.begin(), view_.results.visits.end(),
                                [](const VisitState& state) { return state.days_after_anchor.has_value(); });
  for (int first_visit = 0; first_visit < view_.visits(); first_visit += kGridColumns) {
    for (int first = 0; first < view_.participants(); first += kGridRows) {
      const GridPart part{first, std::min(kGridRows, view_.participants() - first), first_visit,
                          std::min(kGridColumns, view_.visits() - first_visit)};
      html += figure(completeness_grid(view_, part), "Participants and visits",
                     std::string(days ? "Numbers: days after the visit's anchor. " : "") + "Nothing that is missing was filled in.",
                     "Each value's visit and day: values.csv.");
    }
  }
  return html + grid_legend() + bullet_list(completeness_sentences(view_), "in the words of semg study status");
}

std::string FigureSections::primary() {
  std::string html = heading("primary", "Primary endpoint");
  const auto endpoints = view_.endpoints(EndpointRole::primary);
  for (const NamedMeasure& endpoint : endpoints) {
    std::vector<TrajectoryPlace> places;
    for (int p = 0; p < view_.participants(); ++p) places.push_back({p, endpoint.measure, view_.participant(p), view_.participant(p)});
    for (std::size_t first = 0; first < places.size(); first += most_trajectories(view_)) {
      const std::vector<TrajectoryPlace> some(
          places.begin() + static_cast<std::ptrdiff_t>(first),
          places.begin() + static_cast<std::ptrdiff_t>(std::min(first + most_trajectories(view_), places.size())));
      const std::string title = as_sentence(measure_words(view_.words(endpoint.measure)));
      html += figure(trajectories(view_, some, title), title,
                     "Each visit against the participant's own baseline (dashed); one scale for all. " + limits_words(endpoint.measure) +
                         " Thin upright bars: spread inside the visit, 95\u00a0%, never evidence of change.",
                     "Data: values.csv, changes.csv.");
    }
    html += marks_legend();
    for (const int v : endpoint.visits) {
      html += "<div class=\"" + std::string(view_.participants() <= kRowsTogether ? "together" : "") + "\">" +
              endpoint_table(view_, endpoint.measure, v) + "</div>\n";
      std::vector<std::string> beyond, others;
      for (int p = 0; p < view_.participants(); ++p) {
        const ChangeCell* cell = view_.change(p, v, endpoint.measure);
        if (cell == nullptr) continue;
        const bool changed = cell->verdict == ChangeVerdict::increase || cell->verdict == ChangeVerdict::decrease;
        (changed ? beyond : others).push_back(view_.sentence(*cell));
      }
      html +=
          bullet_list(beyond, "in changes.csv") +
          (beyond.empty() && others.size() <= 3 ? bullet_list(others, "in changes.csv")
                                                : details(beyond.empty() ? "Each participant in words" : "The other participants in words",
                                                          bullet_list(others, "in changes.csv")));
    }
  }
  if (endpoints.empty()) html += element("p", "The plan's primary endpoint has no comparison in this study.");
  return html;
}

std::string FigureSections::secondary() {
  const auto endpoints = view_.endpoints(EndpointRole::secondary);
  std::string html = heading("secondary", "Secondary endpoints");
  if (endpoints.empty()) return html + element("p", "The plan names none.");
  for (const NamedMeasure& endpoint : endpoints) {
    const std::string title = as_sentence(measure_words(view_.words(endpoint.measure)));
    for (const std::vector<ForestColumn>& columns : forest_parts(endpoint)) {
      html +=
          figure(forest(view_, columns, *endpoint.measure.feature, title), title,
                 "Change from baseline, in the order of participants. " + limits_words(endpoint.measure) +
                     " Thin: spread inside the two visits, 95\u00a0%, never evidence of change. A mark at the right edge: no comparison.",
                 "Data: changes.csv.");
    }
  }
  return html + marks_legend();
}

std::string FigureSections::limits_words(const Measure& measure) const {
  const ReliabilityCell* variation = view_.variation(measure);
  return variation != nullptr && variation->mdc ? "Grey: limits of day-to-day variation, from which alone the verdict comes."
                                                : "No limits are drawn: no day-to-day variation is known, and there is no verdict.";
}

/// Participants as rows and visits as columns; where there are few participants and many visits, visits are the rows.
std::vector<std::vector<ForestColumn>> FigureSections::forest_parts(const NamedMeasure& endpoint) const {
  std::vector<std::vector<ForestColumn>> parts;
  const auto row_of = [&](int p, int v, const std::string& label) { return ForestRow{label, view_.change(p, v, endpoint.measure)}; };
  const auto& visits = endpoint.visits;
  if (view_.participants() <= 3 && visits.size() > kForestColumns) {
    for (std::size_t first = 0; first < visits.size(); first += kForestRows) {
      std::vector<ForestColumn> columns;
      for (int p = 0; p < view_.participants(); ++p) {
        ForestColumn column{view_.participant(p), {}};
        for (std::size_t k = first; k < std::min(first + kForestRows, visits.size()); ++k)
          column.rows.push_back(row_of(p, visits[k], view_.visit(visits[k])));
        columns.push_back(std::move(column));
      }
      parts.push_back(std::move(columns));
    }
    return parts;
  }
  for (std::size_t first_visit = 0; first_visit < visits.size(); first_visit += kForestColumns) {
    for (std::size_t first = 0; first < static_cast<std::size_t>(view_.participants()); first += kForestRows) {
      std::vector<ForestColumn> columns;
      for (std::size_t k = first_visit; k < std::min(first_visit + kForestColumns, visits.size()); ++k) {
        ForestColumn column{view_.visit(visits[k]), {}};
        for (std::size_t p = first; p < std::min(first + kForestRows, static_cast<std::size_t>(view_.participants())); ++p)
          column.rows.push_back(row_of(static_cast<int>(p), visits[k], view_.participant(static_cast<int>(p))));
        columns.push_back(std::move(column));
      }
      parts.push_back(std::move(columns));
    }
  }
  return parts;
}

/// The primary feature, in its view, of all muscles and sides.
std::string FigureSections::participants() {
  const auto endpoints = view_.endpoints(EndpointRole::primary);
  if (endpoints.empty()) return "";
  const Measure& main = endpoints.front().measure;
  std::vector<Measure> shown;
  for (const Measure& m : view_.measures()) {
    if (m.feature == main.feature && m.view == main.view && m.task == main.task) shown.push_back(m);
  }
  if (shown.size() < 2) return "";
  const MeasureWords words = view_.words(main);
  std::string html =
      heading("participants", "Participants") +
      stays(fmt::format("{}{} during {}, all muscles and sides. Marks as above.", as_sentence(std::string(main.feature->meaning)),
                        main.view == View::raw ? "" : " (" + std::string(view_words(main.view)) + ")", words.task));
  const int shown_participants = std::min(view_.participants(), kMostParticipantFigures);
  for (int p = 0; p < shown_participants; ++p) {
    for (std::size_t first = 0; first < shown.size(); first += most_trajectories(view_)) {
      std::vector<TrajectoryPlace> places;
      for (std::size_t k = first; k < std::min(first + most_trajectories(view_), shown.size()); ++k)
        places.push_back({p, shown[k], view_.muscle_and_side(shown[k]), view_.muscle_id_and_side(shown[k])});
      html += figure(trajectories(view_, places, view_.participant(p) + ", all muscles"), view_.participant(p), participant_words(p),
                     "Data: values.csv, changes.csv.");
    }
  }
  if (shown_participants < view_.participants())
    html += element("p", fmt::format("The first {} of {} participants; changes.csv has all.", shown_participants, view_.participants()));
  return html;
}

/// "Of 180 assessable comparisons 9 exceeded day-to-day variation (6 up, 3 down); 12 have no verdict."
std::string FigureSections::participant_words(int p) const {
  int up = 0, down = 0, within = 0, open = 0;
  for (const ChangeCell& cell : view_.results.changes) {
    if (cell.participant != p) continue;
    up += cell.verdict == ChangeVerdict::increase;
    down += cell.verdict == ChangeVerdict::decrease;
    within += cell.verdict == ChangeVerdict::within_mdc;
    open += !has_verdict(cell);
  }
  if (up + down + within == 0) return fmt::format("No comparison is assessable; {} have no verdict.", readable_count(open));
  return fmt::format(
      "All measures and visits together: {} of {} assessable comparisons exceeded day-to-day variation ({} up, {} down); {} "
      "have no verdict.",
      readable_count(up + down), readable_count(up + down + within), readable_count(up), readable_count(down), readable_count(open));
}

}  // namespace semg
