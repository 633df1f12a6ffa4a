// SPDX-License-Identifier: BSD-3-Clause
#include "apps/report/study_report.hpp"

#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <limits>

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "apps/page/readable.hpp"
#include "apps/page/svg.hpp"
#include "apps/report/study_figures.hpp"
#include "apps/report/study_findings.hpp"
#include "apps/report/study_report_tables.hpp"
#include "apps/report/study_sentences.hpp"
#include "tests/apps/report/synthetic_study.hpp"

using namespace semg;

namespace {

const StudyResults& twelve() {
  static const StudyResults results = synthetic_study();
  return results;
}
const StudyResults& thirty() {
  static const StudyResults results = thirty_days();
  return results;
}

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t n = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++n;
  return n;
}

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

std::size_t changes_with(const StudyResults& results, ChangeVerdict verdict) {
  return static_cast<std::size_t>(
      std::count_if(results.changes.begin(), results.changes.end(), [&](const ChangeCell& c) { return c.verdict == verdict; }));
}

}  // namespace

TEST_CASE("study report: the made-up study has every verdict, so that the report has to tell each") {
  for (const ChangeVerdict verdict :
       {ChangeVerdict::increase, ChangeVerdict::decrease, ChangeVerdict::within_mdc, ChangeVerdict::not_assessable, ChangeVerdict::missing,
        ChangeVerdict::refused, ChangeVerdict::excluded})
    CHECK_MESSAGE(changes_with(twelve(), verdict) > 0, to_string(verdict));
}

TEST_CASE("study report: the first sentence is the primary endpoint, counted from the changes themselves") {
  const StudyView view(twelve());
  int assessable = 0, rose = 0, fell = 0;
  for (const ChangeCell& cell : twelve().changes) {
    if (cell.endpoint != EndpointRole::primary) continue;
    assessable += has_verdict(cell);
    rose += cell.verdict == ChangeVerdict::increase;
    fell += cell.verdict == ChangeVerdict::decrease;
  }
  REQUIRE(assessable == 9);
  const std::string expected = "was assessable in 9 of 12 participants. It rose beyond day-to-day variation in " + std::to_string(rose) +
                               ", fell in " + std::to_string(fell) + ", and stayed within it in " + std::to_string(9 - rose - fell) + ".";
  CHECK(
      primary_sentences(view).front() ==
      "At 6-month follow-up, tibialis anterior RMS while active (% of maximal contraction) during ankle dorsiflexion on the paretic side " +
          expected);
  CHECK(
      primary_sentences(view).at(1) ==
      "Without a verdict: S01: no valid maximal contraction at the same visit; S08: the unit looks wrong; S12: the recording could not be "
      "measured.");
  const std::string html = study_report(report_of(twelve()));
  const auto key = html.find("<div class=\"key\">");
  REQUIRE(key != std::string::npos);
  CHECK(html.find(expected) > key);
  CHECK(html.find(expected) < html.find("id=\"completeness\""));
}

TEST_CASE("study report: the number of changes stands beside the number expected by chance") {
  const auto beyond = changes_with(twelve(), ChangeVerdict::increase) + changes_with(twelve(), ChangeVerdict::decrease);
  const auto all = beyond + changes_with(twelve(), ChangeVerdict::within_mdc);
  CHECK(holds(study_report(report_of(twelve())),
              "Of " + readable_count(static_cast<std::int64_t>(all)) + " assessable comparisons in this report " + std::to_string(beyond) +
                  " exceeded day-to-day variation; about " + std::to_string(std::lround(0.05 * static_cast<double>(all))) +
                  " would do so by chance alone."));
}

TEST_CASE("study report: every change of the primary endpoint is in its table with value, limits and verdict") {
  const StudyView view(twelve());
  const NamedMeasure primary = view.endpoints(EndpointRole::primary).at(0);
  const std::string table = endpoint_table(view, primary.measure, primary.visits.at(0));
  for (int p = 0; p < view.participants(); ++p) {
    const ChangeCell* cell = view.change(p, primary.visits[0], primary.measure);
    REQUIRE(cell != nullptr);
    CHECK_MESSAGE(holds(table, ">" + view.participant(p) + "<"), p);
    CHECK(holds(table, std::string(verdict_words(cell->verdict))));
    if (cell->value_from) CHECK(holds(table, readable_number(cell->value_from)));
    if (!cell->change) continue;
    CHECK(holds(table, ">" + change_text(*cell->feature, *cell->change, "") + "<"));
    CHECK(holds(table, change_text(*cell->feature, *cell->within_low, "") + " – " + change_text(*cell->feature, *cell->within_high, "")));
    CHECK(holds(table, change_text(*cell->feature, -*cell->mdc, "") + " – " + change_text(*cell->feature, *cell->mdc, "")));
  }
}

TEST_CASE("study report: every change of the study is in one of its tables, with its number or its reason") {
  const StudyView view(twelve());
  std::string tables;
  for (const MeasureGroup& group : view.groups()) tables += change_matrix(view, group);
  CHECK(count_of(tables, "<td class=\"v up\">") == changes_with(twelve(), ChangeVerdict::increase));
  CHECK(count_of(tables, "<td class=\"v down\">") == changes_with(twelve(), ChangeVerdict::decrease));
  CHECK(count_of(tables, "<td class=\"v\">") == changes_with(twelve(), ChangeVerdict::within_mdc));
  CHECK(count_of(tables, "<td class=\"v open\">") ==
        changes_with(twelve(), ChangeVerdict::not_assessable) + changes_with(twelve(), ChangeVerdict::missing) +
            changes_with(twelve(), ChangeVerdict::refused) + changes_with(twelve(), ChangeVerdict::excluded));
  for (const char* reason : {"exchanged sides", "duplicate recording", "unit jump", "not recorded", "unreadable", "no mvc", "excluded"})
    CHECK_MESSAGE(holds(tables, std::string("</i>") + reason + "<"), reason);
}

TEST_CASE("study report: comparisons without a verdict are counted once each, and the commonest have an advice") {
  const StudyView view(twelve());
  int counted = 0;
  for (const CountedReason& reason : counted_reasons(view)) {
    counted += reason.count;
    CHECK_MESSAGE(!reason.reason.advice.empty(), reason.reason.code);
  }
  const auto with_verdict = changes_with(twelve(), ChangeVerdict::increase) + changes_with(twelve(), ChangeVerdict::decrease) +
                            changes_with(twelve(), ChangeVerdict::within_mdc);
  CHECK(static_cast<std::size_t>(counted) == twelve().changes.size() - with_verdict);
  CHECK(counted_reasons(view).front().reason.code == "duplicate_recording");  // both visits of S06
  CHECK(holds(study_report(report_of(twelve())), "Check which file belongs to which visit."));
}

TEST_CASE("study report: what cannot be right is named with participant, visit and muscle; the same about several muscles once") {
  const auto said = suspicion_sentences(StudyView(twelve()));
  REQUIRE(said.size() == 8);
  CHECK(said[0].starts_with("S04, T2, all muscles: left and right look exchanged"));
  CHECK(said[1].starts_with("S06, T1: "));
  CHECK(said[3].starts_with("S07, T3, tibialis anterior left: next to nothing is left of the signal"));
  CHECK(said[4].starts_with("S08, M6, tibialis anterior right: the signal has another size"));
  CHECK(said[7].starts_with("pilot_1: not in the study"));
  const auto differs = difference_sentences(StudyView(twelve()));
  REQUIRE(differs.size() == 1);
  CHECK(differs[0] ==
        "S09, M6, all muscles: recorded at another sampling rate (sampling rate: 1000 Hz, at the baseline 2000 Hz). Spectra were not "
        "compared; amplitudes were.");
  const std::string html = study_report(report_of(twelve()));
  for (const std::string& sentence : said) CHECK_MESSAGE(holds(html, escape_markup(sentence)), sentence);
  CHECK(holds(html, escape_markup(differs[0])));
}

TEST_CASE("study report: each visit that is not as planned has a mark in the grid and its reason below") {
  const StudyView view(twelve());
  const std::string grid = completeness_grid(view, {0, 12, 0, 6});
  for (const char* text : {">S01<", ">S12<", ">B1<", ">M6<", ">−20<", ">9<"}) CHECK_MESSAGE(holds(grid, text), text);
  CHECK(count_of(grid, "class=\"mk usable\"") == 67 + 1);  // and half of the one that is partly usable
  CHECK(completeness_sentences(view) ==
        std::vector<std::string>{
            "S02's T1 was recorded 9 days after transplant1 (window 3 to 7). It was compared all the same and is shown hollow.",
            "S07, T3: partly usable: TA left: flat for 93 % of the time.", "S10, T2: excluded by KL on 2026-04-02: spasm during all tasks.",
            "S11 was not measured at T3 (reason given: pneumonia). The value was not filled in.",
            "S12, M6: not usable: S12_M6.nwb: /acquisition/emg: found 3 channels, expected 4."});
}

TEST_CASE("study report: the spread inside the visits and the limits are drawn apart and said apart, in every figure's caption") {
  const StudyView view(twelve());
  const NamedMeasure secondary = view.endpoints(EndpointRole::secondary).at(0);
  ForestColumn column{"T1", {}};
  for (int p = 0; p < 12; ++p) column.rows.push_back({view.participant(p), view.change(p, secondary.visits[0], secondary.measure)});
  const std::string svg = forest(view, {column}, *secondary.measure.feature, "changes");
  CHECK(count_of(svg, "<path class=\"mdc\"") == 1);
  CHECK(count_of(svg, "<path class=\"spread\"") == 1);
  CHECK(holds(svg, ">S01<"));
  const std::string legend = marks_legend();
  CHECK(holds(legend, "limits of day-to-day variation: the verdict comes from these alone"));
  CHECK(holds(legend, "thin: spread inside the visits, never evidence of change"));
  const std::string html = study_report(report_of(twelve()));
  CHECK(count_of(html, "Grey: limits of day-to-day variation, from which alone the verdict comes.") ==
        4);  // the primary and three secondary
  CHECK(count_of(html, "never evidence of change.") >= 4);
}

TEST_CASE("study report: figures are numbered in the order in which they stand, and each names its table") {
  const std::string html = study_report(report_of(twelve()));
  const auto figures = count_of(html, "<figure>");
  std::size_t at = 0;
  for (std::size_t k = 1; k <= figures; ++k) {
    const auto next = html.find("<b>Figure " + std::to_string(k) + ".", at);
    REQUIRE(next != std::string::npos);
    at = next;
    const std::string caption = html.substr(at, html.find("</figcaption>", at) - at);
    CHECK(holds(caption, ".csv"));
  }
  CHECK(figures == 1 + 1 + 3 + 12);
}

TEST_CASE("study report: without a source of day-to-day variation nothing is called a change, and the report says what to do") {
  const std::string html = study_report(report_of(thirty()));
  CHECK(holds(html, escape_markup(no_variation_sentence())));
  CHECK(holds(html, "No limits are drawn: no day-to-day variation is known, and there is no verdict."));
  CHECK(!holds(html, "<td class=\"v up\">"));
  CHECK(!holds(html, "<td class=\"v down\">"));
  CHECK(count_of(html, "<td class=\"v\"><i>■</i>") == 2 * 2 * 8 * 29);  // amplitudes and durations are shown without a verdict
  CHECK(holds(html, "No comparison in this report is assessable."));
  CHECK(holds(html, "the rate is too low for the EMG band"));
}

TEST_CASE("study report: thirty visits are rows, and their labels thin out") {
  const StudyView view(thirty());
  const NamedMeasure primary = view.endpoints(EndpointRole::primary).at(0);
  const std::string svg = trajectories(view, {{0, primary.measure, "P1"}}, "days");
  CHECK(holds(svg, ">day1<"));
  CHECK(!holds(svg, ">day2<"));
  CHECK(count_of(svg, "class=\"mk unjudged\"") == 29);
  const std::string table = change_matrix(view, view.groups().at(0));
  CHECK(count_of(table, "<tr") == 1 + 29);
  CHECK(count_of(table, "<th") == 1 + 2 + 8);  // and <thead>
}

TEST_CASE("study report: few degrees of freedom are said") {
  StudyResults results = synthetic_study();
  for (ReliabilityCell& cell : results.reliability) cell.df = 4;
  CHECK(holds(study_report(report_of(results)), "rests on 4 degrees of freedom only"));
  CHECK(!holds(study_report(report_of(twelve())), "degrees of freedom only"));
}

TEST_CASE("study report: raw that rose and %MVC that did not are named") {
  StudyResults results = synthetic_study();
  results.changes.clear();
  ChangeCell cell;
  cell.participant = 2, cell.visit = 5, cell.task = 3, cell.side = Side::left, cell.side_role = "paretic",
  cell.feature = find_feature("rms_active");
  cell.verdict = ChangeVerdict::increase;
  results.changes.push_back(cell);
  cell.view = View::mvc, cell.verdict = ChangeVerdict::within_mdc;
  results.changes.push_back(cell);
  const auto said = disagreement_sentences(StudyView(results));
  REQUIRE(said.size() == 2);
  CHECK(said[0] ==
        "tibialis anterior RMS while active during ankle dorsiflexion on the paretic side: the raw value rose beyond day-to-day variation, "
        "the "
        "one in % of maximal contraction did not: S03 M6.");
  CHECK(said[1] == views_disagree_note());
  results.changes.back().verdict = ChangeVerdict::increase;
  CHECK(disagreement_sentences(StudyView(results)).empty());
}

TEST_CASE("study report: it says SIMULATED when a single recording is simulated, and nowhere else") {
  const std::string html = study_report(report_of(twelve()));
  CHECK(holds(html, "<p class=\"simulated\">SIMULATED"));
  CHECK(holds(html, "<title>SIM-01 (SIMULATED)</title>"));
  CHECK(holds(html, "content: \"SIM-01  SIMULATED\""));
  StudyResults measured = synthetic_study();
  for (Session& session : measured.sessions) session.simulated = false;
  CHECK(!holds(study_report(report_of(measured)), "SIMULATED"));
  measured.sessions.back().simulated = true;
  CHECK(holds(study_report(report_of(measured)), "<p class=\"simulated\">SIMULATED"));
}

TEST_CASE("study report: it describes and never judges") {
  std::string text = " ";
  for (const char c : study_report(report_of(twelve())) + study_report(report_of(thirty())))
    text += static_cast<char>(std::isalpha(static_cast<unsigned char>(c)) ? std::tolower(static_cast<unsigned char>(c)) : ' ');
  for (const char* word : {" improv", " recover", " heal", " cure", " better ", " worse", " benefi", " abnormal", " patholog"})
    CHECK_MESSAGE(!holds(text, word), word);
  CHECK(holds(study_report(report_of(twelve())), "For research use only."));
}

TEST_CASE("study report: it needs no script and no network, and every picture has a name") {
  const std::string html = lower(study_report(report_of(twelve())) + study_report(report_of(thirty())));
  for (const char* text : {"<script", "javascript:", "http:", "https:", "//", "@import", "<link", "<img", "<iframe", "<object",
                           "src=", "onload", "onclick", "file:", "url("})
    CHECK_MESSAGE(!holds(html, text), text);
  for (auto at = html.find("href="); at != std::string::npos; at = html.find("href=", at + 1)) CHECK(html.substr(at, 7) == "href=\"#");
  CHECK(count_of(html, "<svg") == count_of(html, "role=\"img\"><title>"));
  CHECK(count_of(html, "<title></title>") == 0);
  CHECK(holds(html, "<html lang=\"en\">"));
}

TEST_CASE("study report: text that looks like markup or like style stays text, wherever it stands") {
  const std::string evil = "\"}</style></title><script>alert('x')</script><b onload=1>&";
  StudyResults results = synthetic_study();
  StudyPlan& plan = results.study.plan;
  plan.id = plan.title = evil;
  for (PlannedVisit& visit : plan.visits) visit.label = visit.anchor = evil;
  for (PlannedTask& task : plan.tasks) task.label = evil;
  for (PlannedMuscle& muscle : plan.muscles) muscle.name = evil;
  plan.reliability.visits = {evil};
  for (std::size_t p = 0; p < results.study.participants.size(); ++p) results.study.participants[p].id = evil + std::to_string(p);
  for (SessionEntry& entry : results.study.sessions) entry.note = entry.participant_id = evil;
  for (Exclusion& e : results.study.exclusions) e.participant_id = evil + "9", e.reason = e.by = e.on = evil;
  for (Session& s : results.sessions) {
    s.recording_id = s.recording_name = s.recording_sha256 = s.participant_id = s.visit_id = evil;
    if (!s.unreadable.empty()) s.unreadable = evil;
  }
  for (VisitState& state : results.visits) state.because = {evil};
  for (ValueCell& cell : results.values) cell.unit = cell.channel = cell.n_unit = evil;
  for (ChangeCell& cell : results.changes) cell.unit = cell.channel = evil;
  for (ReliabilityCell& cell : results.reliability) cell.source = evil;
  for (StudyFinding& f : results.findings) f.text = f.recording_id = evil;
  const std::string html = study_report({.results = results,
                                         .plan_toml = evil,
                                         .plan_sha256 = evil,
                                         .settings_toml = evil,
                                         .settings_sha256 = evil,
                                         .engine_version = evil,
                                         .definitions = evil});
  CHECK(!holds(html, "<script"));
  CHECK(!holds(html, "<b onload"));
  CHECK(!holds(html, "'x'"));
  const auto style_end = html.find("</style>");
  REQUIRE(style_end != std::string::npos);
  CHECK(html.find("</style>", style_end + 1) == std::string::npos);
  CHECK(holds(html, "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;"));
}

TEST_CASE("study report: an empty study, wild indices and numbers that are none are still a page") {
  const StudyResults empty;
  CHECK(holds(study_report(report_of(empty)), "</html>"));
  StudyResults results = synthetic_study();
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN(), kInf = std::numeric_limits<double>::infinity();
  for (std::size_t k = 0; k < results.changes.size(); ++k) {
    ChangeCell& cell = results.changes[k];
    if (k % 7 == 0) cell.change = kNone, cell.mdc = kInf;
    if (k % 7 == 1) cell.mdc = kNone, cell.within_low = -kInf, cell.value_from = 0;
    if (k % 7 == 2) cell.value_from = -1, cell.change = kInf;
    if (k % 7 == 3) cell.change.reset(), cell.mdc.reset();
    if (k % 91 == 0) cell.feature = nullptr;
    if (k % 97 == 0) cell.participant = 99, cell.visit = -3, cell.task = 50, cell.muscle = -1;
  }
  for (std::size_t k = 0; k < results.values.size(); k += 5) results.values[k].ci_low = kNone, results.values[k].value = -3;
  for (std::size_t k = 0; k < results.reliability.size(); k += 3)
    results.reliability[k].feature = nullptr, results.reliability[k].mdc = kNone;
  VisitState nowhere;
  nowhere.participant = 40, nowhere.visit = 77, nowhere.kind = VisitState::Kind::out_of_window, nowhere.because = {"nowhere"};
  results.visits.push_back(nowhere);
  results.findings.push_back({.participant = 77, .visit = 3, .recording_id = "x", .muscle = "none", .text = "?"});
  results.study.plan.endpoints.push_back({});
  const std::string html = lower(study_report(report_of(results)));
  CHECK(holds(html, "</html>"));
  for (const char* text : {">nan", " nan", ">inf", "-nan", "\"nan", "×nan", "×inf", "inf "}) CHECK_MESSAGE(!holds(html, text), text);
  StudyResults bare = synthetic_study();
  bare.study.participants.clear();
  bare.study.plan.visits.clear();
  bare.study.plan.tasks.clear();
  bare.study.plan.muscles.clear();
  CHECK(holds(study_report(report_of(bare)), "</html>"));
}

TEST_CASE("study report: the same struct gives the same bytes, and twelve people by six visits stay small") {
  const std::string html = study_report(report_of(twelve()));
  CHECK(html == study_report(report_of(synthetic_study())));
  CHECK(html.size() < 1'000'000);
  CHECK(html.size() > 200'000);
  CHECK(study_report(report_of(thirty())).size() < 1'000'000);
}

TEST_CASE("study report: a browser shows and prints it without a word on its console") {
  const auto place = std::filesystem::temp_directory_path() / ("semg_study_report_" + std::to_string(getpid()));
  std::filesystem::create_directories(place);
  std::ofstream(place / "twelve.html") << study_report(report_of(twelve()));
  std::ofstream(place / "thirty.html") << study_report(report_of(thirty()));
  const std::string command = "bash '" SEMG_SOURCE "/tests/apps/page/render_page.sh' '" + (place / "twelve.html").string() + "' '" +
                              (place / "thirty.html").string() + "'";
  const int status = std::system(command.c_str());
  const int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  std::filesystem::remove_all(place);
  if (code == 77) {
    MESSAGE("[semg-skip] no browser here to render a page in");
    return;
  }
  CHECK(code == 0);
}
