// SPDX-License-Identifier: BSD-3-Clause
#include "apps/study/study_report.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "apps/page/page_style.hpp"
#include "apps/page/readable.hpp"
#include "apps/page/svg.hpp"
#include "apps/study/study_figures.hpp"
#include "apps/study/study_findings.hpp"
#include "apps/study/study_report_style.hpp"
#include "apps/study/study_report_tables.hpp"

namespace semg {
namespace {

constexpr int kGridRows = 34, kGridColumns = 32;  // of one figure, so that it fits on a printed page
constexpr std::size_t kForestRows = 40, kForestColumns = 4;
constexpr std::size_t kPanels = 15;
constexpr std::size_t kMostSentences = 60;
constexpr int kMostParticipantFigures = 60;

std::string element(std::string_view tag, std::string_view text) {
  return fmt::format("<{0}>{1}</{0}>\n", tag, escape_markup(text));
}

std::string heading(std::string_view id, std::string_view words) {
  return fmt::format("<h2 id=\"{}\">{}</h2>\n", id, escape_markup(words));
}

std::string list(const std::vector<std::string>& sentences, std::string_view rest) {
  if (sentences.empty()) return "";
  std::string html = "<ul class=\"plain\">\n";
  for (std::size_t k = 0; k < std::min(sentences.size(), kMostSentences); ++k) html += element("li", sentences[k]);
  if (sentences.size() > kMostSentences)
    html += element("li", fmt::format("{} more {}.", readable_count(static_cast<std::int64_t>(sentences.size() - kMostSentences)), rest));
  return html + "</ul>\n";
}

std::string details(std::string_view summary, const std::string& html) {
  if (html.empty()) return "";
  return "<details><summary>" + escape_markup(summary) + "</summary>\n" + html + "</details>\n";
}

std::string one_line(const std::string& text) {
  return text.empty() ? ""
                      : static_cast<char>(text.front() >= 'a' && text.front() <= 'z' ? text.front() - 32 : text.front()) + text.substr(1);
}

class Report {
 public:
  explicit Report(const StudyReport& report) : report_(report), view_(report.results) {}

  std::string html() {
    const bool simulated = view_.any_simulated();
    const std::string name = view_.plan.id.empty() ? "Study" : view_.plan.id;
    std::string html =
        page_head(name + (simulated ? " (SIMULATED)" : ""), name + (simulated ? "  SIMULATED" : ""), kStudyReportStyle) + banner();
    // One after the other: figures are numbered as they are made.
    html += findings();
    html += completeness();
    html += primary();
    html += secondary();
    html += by_participant();
    html += quality();
    html += not_assessable();
    html += comparability();
    html += all_changes();
    html += methods();
    html += settings();
    return html + foot();
  }

 private:
  std::string figure(const std::string& svg, std::string_view title, std::string_view words, std::string_view csv) {
    if (svg.empty()) return "";
    return "<figure>\n" + svg +
           fmt::format("<figcaption><b>Figure {}. {}.</b> {} <span class=\"csv\">{}</span></figcaption>\n</figure>\n", ++figures_,
                       escape_markup(title), escape_markup(words), escape_markup(csv));
  }

  std::string banner() const {
    const StudyPlan& plan = view_.plan;
    std::string html = "<header>\n";
    if (view_.any_simulated()) {
      html +=
          "<p class=\"simulated\">SIMULATED <span>At least one recording was made by a program and not measured on a person.</span></p>\n";
    }
    html += element("h1", !plan.title.empty() ? plan.title : plan.id.empty() ? "Study" : plan.id);
    std::vector<std::string> parts;
    if (!plan.id.empty() && !plan.title.empty()) parts.push_back(plan.id);
    parts.push_back(counted(view_.participants(), "participant", "participants"));
    parts.push_back(counted(view_.visits(), "visit", "visits"));
    parts.push_back(counted(static_cast<int>(view_.results.sessions.size()), "recording", "recordings"));
    if (!report_.plan_sha256.empty()) parts.push_back("plan " + report_.plan_sha256.substr(0, 8));
    parts.push_back(report_.engine_version);
    std::string lead;
    for (const std::string& part : parts) lead += (lead.empty() || part.empty() ? "" : " \u00b7 ") + part;
    html += "<p class=\"lead\">" + escape_markup(lead) + "</p>\n<nav>";
    for (const auto& [id, words] : {std::pair{"findings", "Findings"},
                                    {"completeness", "Completeness"},
                                    {"primary", "Primary endpoint"},
                                    {"secondary", "Secondary endpoints"},
                                    {"participants", "Participants"},
                                    {"quality", "Quality"},
                                    {"open", "Not assessable"},
                                    {"comparability", "Comparability"},
                                    {"all", "All changes"},
                                    {"methods", "Methods"},
                                    {"settings", "Settings"}})
      html += fmt::format("<a href=\"#{}\">{}</a> ", id, words);
    return html + "</nav>\n</header>\n";
  }

  std::string findings() const {
    std::string html = heading("findings", "Findings") + "<div class=\"key\">";
    for (const std::string& sentence : primary_sentences(view_)) html += element("p", one_line(sentence));
    html += "</div>\n<ul class=\"findings\">\n";
    for (const Said& said : summary_sentences(view_)) {
      html += "<li><b>" + escape_markup(said.about) + "</b><div>";
      for (const std::string& sentence : said.sentences) html += element("p", one_line(sentence));
      html += "</div></li>\n";
    }
    return html + "</ul>\n";
  }

  std::string completeness() {
    std::string html = heading("completeness", "Completeness");
    for (int first_visit = 0; first_visit < view_.visits(); first_visit += kGridColumns) {
      for (int first = 0; first < view_.participants(); first += kGridRows) {
        const GridPart part{first, std::min(kGridRows, view_.participants() - first), first_visit,
                            std::min(kGridColumns, view_.visits() - first_visit)};
        html += figure(completeness_grid(view_, part), "Participants and visits",
                       "Numbers: days after the visit's anchor, where it has one. Nothing that is missing was filled in.",
                       "Each value's visit and day: values.csv.");
      }
    }
    return html + grid_legend() + list(completeness_sentences(view_), "in `semg study status`");
  }

  std::string primary() {
    std::string html = heading("primary", "Primary endpoint");
    const auto endpoints = view_.endpoints(EndpointRole::primary);
    for (const NamedMeasure& endpoint : endpoints) {
      std::vector<TrajectoryPlace> places;
      for (int p = 0; p < view_.participants(); ++p) places.push_back({p, endpoint.measure, view_.participant(p)});
      for (std::size_t first = 0; first < places.size(); first += kPanels) {
        const std::vector<TrajectoryPlace> some(places.begin() + static_cast<std::ptrdiff_t>(first),
                                                places.begin() + static_cast<std::ptrdiff_t>(std::min(first + kPanels, places.size())));
        const std::string title = one_line(measure_words(view_.words(endpoint.measure)));
        html +=
            figure(trajectories(view_, some, title), title,
                   "Each visit against the participant's own baseline (dashed); one scale for all. Grey: limits of day-to-day variation, "
                   "from which alone the verdict comes. Thin upright bars: spread inside the visit, 95 %, never evidence of change.",
                   "Data: values.csv, changes.csv.");
      }
      html += marks_legend();
      for (const int v : endpoint.visits) {
        html += endpoint_table(view_, endpoint.measure, v);
        std::vector<std::string> beyond, others;
        for (int p = 0; p < view_.participants(); ++p) {
          const ChangeCell* cell = view_.change(p, v, endpoint.measure);
          if (cell == nullptr) continue;
          const bool changed = cell->verdict == ChangeVerdict::increase || cell->verdict == ChangeVerdict::decrease;
          (changed ? beyond : others).push_back(view_.sentence(*cell));
        }
        html += list(beyond, "in changes.csv") + details("The other participants in words", list(others, "in changes.csv"));
      }
    }
    if (endpoints.empty()) html += element("p", "The plan's primary endpoint has no comparison in this study.");
    return html;
  }

  std::string secondary() {
    const auto endpoints = view_.endpoints(EndpointRole::secondary);
    std::string html = heading("secondary", "Secondary endpoints");
    if (endpoints.empty()) return html + element("p", "The plan names none.");
    for (const NamedMeasure& endpoint : endpoints) {
      const std::string title = one_line(measure_words(view_.words(endpoint.measure)));
      for (const std::vector<ForestColumn>& columns : forest_parts(endpoint)) {
        html += figure(
            forest(view_, columns, *endpoint.measure.feature, title), title,
            "Change from baseline, in the order of participants. Mark: change and verdict; grey: limits of day-to-day variation, "
            "from which alone the verdict comes; thin: spread inside the two visits, never evidence of change; marks at the right edge: no "
            "comparison.",
            "Data: changes.csv.");
      }
    }
    return html + marks_legend();
  }

  /// Participants as rows and visits as columns; where there are few participants and many visits, visits are the rows.
  std::vector<std::vector<ForestColumn>> forest_parts(const NamedMeasure& endpoint) const {
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
  std::string by_participant() {
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
        element("p", fmt::format("{}{} during {}, all muscles and sides.", one_line(std::string(main.feature->meaning)),
                                 main.view == View::raw ? "" : " (" + std::string(view_words(main.view)) + ")", words.task)) +
        marks_legend();
    const int participants = std::min(view_.participants(), kMostParticipantFigures);
    for (int p = 0; p < participants; ++p) {
      for (std::size_t first = 0; first < shown.size(); first += kPanels) {
        std::vector<TrajectoryPlace> places;
        for (std::size_t k = first; k < std::min(first + kPanels, shown.size()); ++k)
          places.push_back({p, shown[k], view_.muscle_and_side(shown[k])});
        html += figure(trajectories(view_, places, view_.participant(p) + ", all muscles"), view_.participant(p), participant_words(p),
                       "Data: values.csv, changes.csv.");
      }
    }
    if (participants < view_.participants())
      html += element("p", fmt::format("The first {} of {} participants; changes.csv has all.", participants, view_.participants()));
    return html;
  }

  /// "Of 180 assessable comparisons 9 exceeded day-to-day variation (6 up, 3 down); 12 have no verdict."
  std::string participant_words(int p) const {
    int up = 0, down = 0, within = 0, open = 0;
    for (const ChangeCell& cell : view_.results.changes) {
      if (cell.participant != p) continue;
      up += cell.verdict == ChangeVerdict::increase;
      down += cell.verdict == ChangeVerdict::decrease;
      within += cell.verdict == ChangeVerdict::within_mdc;
      open += !has_verdict(cell);
    }
    return fmt::format(
        "All measures and visits together: {} of {} assessable comparisons exceeded day-to-day variation ({} up, {} down); {} "
        "have no verdict.",
        readable_count(up + down), readable_count(up + down + within), readable_count(up), readable_count(down), readable_count(open));
  }

  std::string quality() const {
    return heading("quality", "Signal quality") + quality_matrix(view_) +
           "<p class=\"csv\">`semg info` tells it of each recording; the features files beside the recordings hold it window by "
           "window.</p>\n";
  }

  std::string not_assessable() const {
    const auto counts = counted_reasons(view_);
    std::string html = heading("open", "What was not assessable, and why");
    if (counts.empty()) return html + element("p", "Every planned comparison has a verdict.");
    std::vector<std::string> advice;
    for (std::size_t k = 0; k < std::min<std::size_t>(3, counts.size()); ++k) {
      advice.push_back(fmt::format("{} ({}): {}", one_line(counts[k].reason.words), counted(counts[k].count, "comparison", "comparisons"),
                                   counts[k].reason.advice.empty() ? "see changes.csv." : counts[k].reason.advice));
    }
    return html + "<h3>At the next visit</h3>\n" + list(advice, "") + reasons_table(view_);
  }

  std::string comparability() const {
    const auto part = [](std::string_view title, const std::vector<std::string>& sentences) {
      return sentences.empty() ? std::string() : element("h3", title) + list(sentences, "in changes.json");
    };
    const std::string html = part("Please check", suspicion_sentences(view_)) +
                             part("What differs between recordings", difference_sentences(view_)) +
                             part("Views that disagree", disagreement_sentences(view_));
    return heading("comparability", "Comparability") +
           (html.empty() ? element("p", "No recording differs from the others of its participant.") : html);
  }

  std::string all_changes() const {
    std::string html =
        heading("all", "All changes") +
        element("p",
                "One table for each task, measure and view; endpoints are among them. A table is printed if it is open. Exploratory: "
                "read them with the number of changes expected by chance in mind.") +
        marks_legend();
    for (const MeasureGroup& group : view_.groups()) {
      int beyond = 0, assessable = 0;
      for (const Measure& m : group.measures) {
        const EndpointCounts n = view_.counts(m, view_.follow_ups());
        beyond += n.rose + n.fell;
        assessable += n.assessable;
      }
      html += details(fmt::format("{}, {}, {}: {} of {} assessable beyond day-to-day variation", view_.task(group.task),
                                  group.feature->meaning, view_words(group.view), readable_count(beyond), readable_count(assessable)),
                      change_matrix(view_, group));
    }
    return html + "<p class=\"csv\">Data: changes.csv.</p>\n";
  }

  std::string methods() const {
    return heading("methods", "Methods") + "<p class=\"methods\">" + escape_markup(methods_paragraph(view_)) +
           escape_markup(fmt::format(" Computed by {}, plan {}, settings {}.", report_.engine_version, report_.plan_sha256.substr(0, 16),
                                     report_.settings_sha256.substr(0, 16))) +
           "</p>\n" + (report_.definitions.empty() ? "" : element("pre", report_.definitions)) +
           details("Day-to-day variation of each measure", variation_table(view_));
  }

  std::string settings() const {
    std::string html = heading("settings", "Settings, hashes, versions") + "<dl class=\"hashes\">\n";
    const auto hash = [&](std::string_view name, std::string_view value) {
      if (!value.empty()) html += "<dt>" + escape_markup(name) + "</dt><dd class=\"hash\">" + escape_markup(value) + "</dd>\n";
    };
    hash("SHA-256 of plan", report_.plan_sha256);
    hash("SHA-256 of settings", report_.settings_sha256);
    hash("Made by", report_.engine_version);
    html += "</dl>\n";
    if (!report_.settings_toml.empty()) html += "<h3>Settings</h3>\n" + element("pre", report_.settings_toml);
    if (!report_.plan_toml.empty()) html += details("The plan, every key", element("pre", report_.plan_toml));
    return html + details("Recordings and their hashes", recordings_table(view_));
  }

  std::string foot() const {
    return std::string("<footer>\n") + (view_.any_simulated() ? "<p><b>SIMULATED</b> signals are among the recordings.</p>\n" : "") +
           "<p>For research use only. Not for diagnosis, and no basis for treatment.</p>\n<p>" + escape_markup(report_.engine_version) +
           "</p>\n</footer>\n</body>\n</html>\n";
  }

  const StudyReport& report_;
  StudyView view_;
  int figures_ = 0;
};

}  // namespace

std::string study_report(const StudyReport& report) {
  return Report(report).html();
}

}  // namespace semg
