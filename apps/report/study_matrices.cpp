// SPDX-License-Identifier: BSD-3-Clause
// Tables with a cell for each participant, visit, muscle and side.
#include <algorithm>
#include <functional>
#include <utility>

#include <fmt/format.h>

#include "apps/page/html_table.hpp"
#include "apps/page/readable.hpp"
#include "apps/report/study_figures.hpp"
#include "apps/report/study_report_tables.hpp"

namespace semg {
namespace {

constexpr std::size_t kShortName = 36;   // is not broken into lines
constexpr std::size_t kMostColumns = 8;  // beside each other on a printed page

/// What a matrix is of: participants, some visits, and places (muscles and sides).
struct Matrix {
  std::string title, words;
  std::vector<int> visits;
  std::vector<std::string> places;
  std::function<std::string(int participant, int visit, std::size_t place)> cell;  // markup
};

void first_cells(HtmlTable& table, bool again, std::string_view participant, std::string_view second) {
  table.raw(again ? "<tr class=\"again\">" : "<tr>");
  table.raw("<td class=\"first\">" + escape_markup(participant) + "</td>");
  table.raw(fmt::format("<td{}>", second.size() <= kShortName ? " class=\"line\"" : "") + escape_markup(second) + "</td>");
}

/// Few visits: they are the columns.
std::string by_visits(const StudyView& view, const Matrix& matrix) {
  HtmlTable table(matrix.title, matrix.words);
  table.head("Participant");
  table.head("Muscle");
  for (const int v : matrix.visits) table.head(view.visit(v));
  table.body();
  for (int p = 0; p < view.participants(); ++p) {
    for (std::size_t k = 0; k < matrix.places.size(); ++k) {
      first_cells(table, k > 0, view.participant(p), matrix.places[k]);
      for (const int v : matrix.visits) table.raw(matrix.cell(p, v, k));
      table.end_row();
    }
  }
  return table.str();
}

/// Many visits: they are the rows, and muscles the columns, as many at a time as a page takes.
std::string by_places(const StudyView& view, const Matrix& matrix) {
  std::string html;
  const std::size_t parts = (matrix.places.size() + kMostColumns - 1) / kMostColumns;
  for (std::size_t part = 0; part < parts; ++part) {
    const std::size_t first = matrix.places.size() * part / parts, last = matrix.places.size() * (part + 1) / parts;
    HtmlTable table(matrix.title + (part > 0 ? ", continued" : ""), part > 0 ? "" : matrix.words);
    table.head("Participant");
    table.head("Visit");
    for (std::size_t k = first; k < last; ++k) table.head(matrix.places[k]);
    table.body();
    for (int p = 0; p < view.participants(); ++p) {
      for (std::size_t v = 0; v < matrix.visits.size(); ++v) {
        first_cells(table, v > 0, view.participant(p), view.visit(matrix.visits[v]));
        for (std::size_t k = first; k < last; ++k) table.raw(matrix.cell(p, matrix.visits[v], k));
        table.end_row();
      }
    }
    html += table.str();
  }
  return html;
}

std::string told(const StudyView& view, const Matrix& matrix) {
  if (matrix.visits.empty() || matrix.places.empty()) return "";
  return matrix.visits.size() + 1 <= kMostColumns ? by_visits(view, matrix) : by_places(view, matrix);
}

std::string_view hollow_text(Shape shape) {
  switch (shape) {
    case Shape::up: return "\u25b3";
    case Shape::down: return "\u25bd";
    case Shape::dot: return "\u25cb";
    default: return shape_text(shape);
  }
}

std::string spaced(std::string text) {
  std::replace(text.begin(), text.end(), '_', ' ');
  return text;
}

std::string change_cell(const StudyView& view, const ChangeCell* cell) {
  if (cell == nullptr || cell->feature == nullptr) return "<td></td>";
  const Shape shape = shape_of(*cell);
  const bool shown = cell->change && (has_verdict(*cell) || shape == Shape::square);
  const std::string_view mark = view.out_of_window(cell->participant, cell->visit) ? hollow_text(shape) : shape_text(shape);
  if (!shown) return fmt::format("<td class=\"v open\"><i>{}</i>{}</td>", mark, escape_markup(spaced(main_reason(*cell).code)));
  const char* cls = shape == Shape::up ? " up" : shape == Shape::down ? " down" : "";
  // Without the unit, which the table's caption has.
  return fmt::format("<td class=\"v{}\"><i>{}</i>{}</td>", cls, mark, escape_markup(change_text(*cell->feature, *cell->change, "")));
}

/// One muscle at one visit, over its recordings: the least favourable of each.
struct Quality {
  bool any = false;
  std::optional<double> snr_db, rest;
  double line_db = -200, invalid = 0;
  Reason because = Reason::ok;
};

using Place = std::pair<std::string, Side>;

void see(Quality& quality, const SessionChannel& channel) {
  quality.any = true;
  if (channel.snr_db) quality.snr_db = std::min(quality.snr_db.value_or(*channel.snr_db), *channel.snr_db);
  if (channel.rest_rms) quality.rest = std::max(quality.rest.value_or(*channel.rest_rms), *channel.rest_rms);
  quality.line_db = std::max(quality.line_db, channel.line_db);
  // A filter settles at each beginning: of a short recording that is a large share, and no fault.
  const bool fault = channel.invalid_because != Reason::settling && channel.invalid_because != Reason::too_short;
  if (fault && channel.invalid_share > quality.invalid) quality.invalid = channel.invalid_share, quality.because = channel.invalid_because;
}

std::string quality_cell(const Quality& quality, const QualitySettings& limits) {
  constexpr double kMuchInvalid = 0.05;
  if (!quality.any) return "<td class=\"v open\"><i>\u2013</i></td>";
  std::string faults;
  const auto fault = [&](const std::string& words) { faults += "<small>! " + escape_markup(words) + "</small>"; };
  if (quality.snr_db && *quality.snr_db < limits.snr_db) fault("low");
  if (quality.line_db >= limits.line_db) fault("hum " + readable_quantity(quality.line_db, "dB"));
  if (quality.invalid > kMuchInvalid)
    fault(fmt::format("{}\u00a0% invalid: {}", readable_number(100 * quality.invalid), readable_reason(quality.because)));
  const std::string rest = quality.rest ? " <span class=\"csv\">" + readable_number(quality.rest) + "</span>" : "";
  return fmt::format("<td class=\"q{}\"><b>{}</b>{}{}</td>", faults.empty() ? "" : " look", escape_markup(readable_number(quality.snr_db)),
                     rest, faults);
}

}  // namespace

std::string change_matrix(const StudyView& view, const MeasureGroup& group) {
  if (group.feature == nullptr) return "";
  Matrix matrix;
  std::string unit;
  for (const Measure& measure : group.measures) {
    matrix.places.push_back(view.muscle_and_side(measure));
    for (int v = 0; v < view.visits() && unit.empty(); ++v) {
      for (int p = 0; p < view.participants() && unit.empty(); ++p) {
        if (const ChangeCell* cell = view.change(p, v, measure)) unit = cell->unit;
      }
    }
  }
  matrix.title = fmt::format("{}, {}, {}", view.task(group.task), group.feature->meaning, view_words(group.view));
  const std::string words = readable_unit(unit);
  matrix.words = group.feature->scale == ChangeScale::ln_ratio
                     ? "Factor to the baseline."
                     : "Difference to the baseline" + (words.empty() ? "." : ", in " + words + ".");
  matrix.visits = view.follow_ups();
  matrix.cell = [&](int p, int v, std::size_t k) { return change_cell(view, view.change(p, v, group.measures[k])); };
  return told(view, matrix);
}

std::string quality_matrix(const StudyView& view) {
  std::vector<Place> places;
  std::map<std::tuple<std::string, std::string, Place>, Quality> found;
  for (const PlannedMuscle& muscle : view.plan.muscles) {
    for (const Side side : muscle.sides) places.emplace_back(muscle.id, side);
  }
  for (const Session& session : view.results.sessions) {
    for (const SessionChannel& channel : session.channels) {
      if (channel.muscle.empty()) continue;
      const Place place{channel.muscle, channel.about.side};
      if (std::find(places.begin(), places.end(), place) == places.end()) places.push_back(place);
      see(found[{session.participant_id, session.visit_id, place}], channel);
    }
  }
  const QualitySettings& limits = view.plan.analysis.quality;
  Matrix matrix;
  matrix.title = "Signal-to-noise ratio (dB) of each muscle at each visit";
  matrix.words = fmt::format(
      "The lowest of a visit's recordings. Behind it: RMS at rest, the largest, in the channel's unit. An exclamation mark: below {} dB, "
      "mains hum of {} dB "
      "or more "
      "over the EMG, or more than 5\u00a0% of windows invalid. Dash: no recording.",
      readable_number(limits.snr_db), readable_number(limits.line_db));
  for (int v = 0; v < view.visits(); ++v) matrix.visits.push_back(v);
  for (const auto& [muscle, side] : places)
    matrix.places.push_back(view.muscle(muscle) + (side == Side::none ? "" : std::string(", ") + to_string(side)));
  matrix.cell = [&](int p, int v, std::size_t k) {
    const auto at = found.find({view.participant(p), view.visit(v), places[k]});
    return quality_cell(at == found.end() ? Quality{} : at->second, limits);
  };
  return told(view, matrix);
}

}  // namespace semg
