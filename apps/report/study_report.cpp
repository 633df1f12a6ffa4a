// SPDX-License-Identifier: BSD-3-Clause
#include "apps/report/study_report.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "apps/page/page_style.hpp"
#include "apps/page/readable.hpp"
#include "apps/page/svg.hpp"
#include "apps/report/study_figures.hpp"
#include "apps/report/study_findings.hpp"
#include "apps/report/study_report_html.hpp"
#include "apps/report/study_report_sections.hpp"
#include "apps/report/study_report_style.hpp"
#include "apps/report/study_report_tables.hpp"

namespace semg {
namespace {

class Report {
 public:
  explicit Report(const StudyReport& report) : report_(report), view_(report.results) {}

  std::string html() const {
    const bool simulated = view_.any_simulated();
    const std::string name = view_.plan.id.empty() ? "Study" : view_.plan.id;
    std::string html =
        page_head(name + (simulated ? " (SIMULATED)" : ""), name + (simulated ? "  SIMULATED" : ""), kStudyReportStyle) + banner();
    // One after the other: figures are numbered as they are made.
    html += findings();
    FigureSections sections(view_);
    html += sections.completeness();
    html += sections.primary();
    html += sections.secondary();
    html += sections.participants();
    html += quality();
    html += not_assessable();
    html += comparability();
    html += all_changes();
    html += methods();
    html += settings();
    return html + foot();
  }

 private:
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
    for (const std::string& sentence : primary_sentences(view_)) html += element("p", as_sentence(sentence));
    html += "</div>\n<ul class=\"findings\">\n";
    for (const Said& said : summary_sentences(view_)) {
      html += "<li><b>" + escape_markup(said.about) + "</b><div>";
      for (const std::string& sentence : said.sentences) html += element("p", as_sentence(sentence));
      html += "</div></li>\n";
    }
    return html + "</ul>\n";
  }

  std::string quality() const {
    return heading("quality", "Signal quality") + quality_matrix(view_) +
           "<p class=\"csv\">semg info tells it of each recording; the features files beside the recordings hold it window by "
           "window.</p>\n";
  }

  std::string not_assessable() const {
    const auto counts = counted_reasons(view_);
    std::string html = heading("open", "What was not assessable, and why");
    if (counts.empty()) return html + element("p", "Every planned comparison has a verdict.");
    std::vector<std::string> advice;
    for (std::size_t k = 0; k < std::min<std::size_t>(3, counts.size()); ++k) {
      advice.push_back(fmt::format("{} ({}): {}", as_sentence(counts[k].reason.words),
                                   counted(counts[k].count, "comparison", "comparisons"),
                                   counts[k].reason.advice.empty() ? "see changes.csv." : counts[k].reason.advice));
    }
    return html + "<h3>At the next visit</h3>\n" + bullet_list(advice, "") + "<div class=\"together\">" + reasons_table(view_) + "</div>\n";
  }

  std::string comparability() const {
    const auto part = [](std::string_view title, const std::vector<std::string>& sentences) {
      return sentences.empty() ? std::string() : element("h3", title) + bullet_list(sentences, "in changes.json");
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
        verdict_legend();
    for (const MeasureGroup& group : view_.groups()) {
      int beyond = 0, assessable = 0;
      for (const Measure& m : group.measures) {
        const EndpointCounts n = view_.counts(m, view_.follow_ups());
        beyond += n.rose + n.fell;
        assessable += n.assessable;
      }
      const std::string much = assessable == 0 ? "none assessable"
                                               : fmt::format("{} of {} assessable beyond day-to-day variation", readable_count(beyond),
                                                             readable_count(assessable));
      html += details(fmt::format("{}, {}, {}: {}", view_.task(group.task), group.feature->meaning, view_words(group.view), much),
                      change_matrix(view_, group));
    }
    return html + "<p class=\"csv\">Data: changes.csv.</p>\n";
  }

  std::string methods() const {
    return heading("methods", "Methods") + "<p class=\"methods\">" + escape_markup(methods_paragraph(view_)) +
           escape_markup(fmt::format(" Computed by {}, plan {}, settings {}.", report_.engine_version, report_.plan_sha256.substr(0, 16),
                                     report_.settings_sha256.substr(0, 16))) +
           "</p>\n" + (report_.definitions.empty() ? "" : element("pre", report_.definitions)) + report_.response +
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
};

}  // namespace

std::string study_report(const StudyReport& report) {
  return Report(report).html();
}

}  // namespace semg
