// SPDX-License-Identifier: BSD-3-Clause
#include "engine/study/study_plan.hpp"

#include <doctest/doctest.h>

#include "dsp/error.hpp"

namespace semg {
namespace {

constexpr const char* kPlan = R"(schema = "semg-study/1"
[study]
id = "TRIAL"
title = "After stroke"
sites = ["NT01"]
participant_pattern = "S[0-9]{2}"
sides = "paretic"
[[visit]]
id = "B1"
label = { en = "baseline 1", zh = "基线1" }
role = "baseline"
anchor = "transplant1"
window_days = [-28, -8]
[[visit]]
id = "B2"
role = "baseline"
anchor = "transplant1"
window_days = [-7, 0]
[[visit]]
id = "T1"
anchor = "transplant1"
window_days = [3, 7]
[[visit]]
id = "M6"
anchor = "transplant3"
target_day = 182
window_days = [168, 196]
[[task]]
id = "rest"
kind = "rest"
min_s = 10
[[task]]
id = "mvc_df"
kind = "mvc"
reference_for = ["TA"]
repetitions = 3
[[task]]
id = "df_reps"
kind = "repetitions"
repetitions = 5
[[task]]
id = "df_hold"
kind = "hold"
duration_s = 30
features = ["rms", "mdf_slope"]
[[muscle]]
id = "TA"
name = { en = "tibialis anterior", zh = "胫骨前肌" }
aliases = ["TIB.ANT.", "TA EMG"]
[[muscle]]
id = "GM"
[acquisition]
min_rate_hz = 1000
interelectrode_distance_mm = 20
reference = "patella"
[analysis.filter]
high_pass_hz = 30
[normalisation]
views = ["raw", "mvc", "paretic_ratio"]
[reliability]
source = "visits"
visits = ["B1", "B2"]
[[endpoint]]
role = "primary"
task = "df_reps"
muscle = "TA"
side = "paretic"
feature = "rms_active"
view = "mvc"
visit = "M6"
[[endpoint]]
role = "secondary"
task = "df_hold"
muscle = "TA"
side = "left"
feature = ["rms", "mdf_slope"]
visit = ["T1", "M6"]
)";

StudyPlan plan_of(const std::string& toml) {
  return study_plan_from_toml(toml, "study.toml");
}

/// The plan with one place changed; the place must be there.
std::string with(const std::string& from, const std::string& to, std::string plan = kPlan) {
  const std::size_t at = plan.find(from);
  REQUIRE(at != std::string::npos);
  return plan.replace(at, from.size(), to);
}

std::string refusal(const std::string& toml) {
  try {
    plan_of(toml);
  } catch (const Error& e) {
    CHECK(e.fault() == Fault::usage);
    return e.what();
  }
  return "accepted";
}

std::string refusal(const std::string& from, const std::string& to) {
  return refusal(with(from, to));
}

}  // namespace

TEST_CASE("study plan: what the file says is in the struct") {
  const StudyPlan plan = plan_of(kPlan);
  CHECK(plan.id == "TRIAL");
  CHECK(plan.sites == std::vector<std::string>{"NT01"});
  CHECK(plan.paretic);
  CHECK(plan.recordings == "recordings");
  REQUIRE(plan.visits.size() == 4);
  CHECK(plan.visits[0].label == "baseline 1");
  CHECK(plan.visits[0].role == VisitRole::baseline);
  CHECK(plan.visits[0].window_first_day == -28);
  CHECK(plan.visits[0].window_last_day == -8);
  CHECK(plan.visits[3].role == VisitRole::follow_up);
  CHECK(plan.visits[3].target_day == 182);
  REQUIRE(plan.tasks.size() == 4);
  CHECK(plan.tasks[0].features.empty());
  CHECK(plan.tasks[1].muscles == std::vector<std::string>{"TA"});
  CHECK(plan.tasks[2].muscles == std::vector<std::string>{"TA", "GM"});
  CHECK(plan.tasks[2].features == std::vector<std::string>{"rms_active", "mdf_active", "duration"});
  CHECK(plan.tasks[3].features == std::vector<std::string>{"rms", "mdf_slope"});
  CHECK(plan.muscles[0].name == "tibialis anterior");
  CHECK(plan.muscles[0].sides == std::vector{Side::left, Side::right});
  CHECK(plan.acquisition.interelectrode_distance_mm == 20);
  CHECK(plan.analysis.filter.high_pass_hz == 30);
  CHECK(plan.views == std::vector{View::raw, View::mvc, View::paretic_ratio});
  CHECK(plan.reliability.visits == std::vector<std::string>{"B1", "B2"});
  CHECK(plan.reliability.confidence == 0.95);
  CHECK(plan.change_from == "mean_of_baselines");
  REQUIRE(plan.endpoints.size() == 2);
  CHECK(plan.endpoints[0].role == EndpointRole::primary);
  CHECK(plan.endpoints[1].visits == std::vector<std::string>{"T1", "M6"});
}

TEST_CASE("study plan: the canonical text is a plan of the same canonical text, defaults and order of tables aside") {
  const StudyPlan plan = plan_of(kPlan);
  const std::string text = canonical_toml(plan);
  CHECK(canonical_toml(plan_of(text)) == text);
  CHECK(text.find("[analysis.filter]\nhigh_pass_hz = 30.0\n") != std::string::npos);
  CHECK(text.find("\n[filter]") == std::string::npos);
  CHECK(canonical_toml(plan_of(with("[[task]]\nid = \"df_reps\"", "[change]\nfrom = \"mean_of_baselines\"\n[[task]]\nid = \"df_reps\""))) ==
        text);
  CHECK(canonical_toml(plan_of(with("title = \"After stroke\"", "title = 'a \"b\" \\ c'"))) != text);
  const std::string odd = canonical_toml(plan_of(with("title = \"After stroke\"", "title = \"a \\\"b\\\" \\\\ c\\n基线\"")));
  CHECK(canonical_toml(plan_of(odd)) == odd);
  const StudyPlan stated =
      plan_of(with("source = \"visits\"\nvisits = [\"B1\", \"B2\"]",
                   "source = \"stated\"\n[[reliability.stated]]\nfeature = \"rms_active\"\nsem = 0.14\ndf = 12\nsource = \"a pilot\""));
  REQUIRE(stated.reliability.stated.size() == 1);
  CHECK(stated.reliability.stated[0].sem == 0.14);
  CHECK(stated.reliability.stated[0].df == 12);
  CHECK(canonical_toml(plan_of(canonical_toml(stated))) == canonical_toml(stated));
}

TEST_CASE("study plan: an unknown key or table names its line and the nearest known one") {
  CHECK(refusal("title =", "titel =") == "study.toml: line 4: study.titel: found an unknown key, did you mean study.title?");
  CHECK(refusal("[acquisition]", "[aquisition]") == "study.toml: line 52: aquisition: found an unknown key, did you mean acquisition?");
  CHECK(refusal("min_s = 10", "mins = 10") == "study.toml: line 31: task.mins: found an unknown key, did you mean task.min_s?");
  CHECK(refusal("[analysis.filter]\nhigh_pass_hz", "[analysis.filter]\nhigh_pas_hz") ==
        "study.toml: analysis: filter.high_pas_hz: found an unknown key, did you mean filter.high_pass_hz?");
  CHECK(refusal("high_pass_hz = 30", "high_pass_hz = \"30\"") ==
        "study.toml: analysis: filter.high_pass_hz: found something else, expected a number");
}

TEST_CASE("study plan: what is not TOML, or no study file, is said") {
  CHECK(refusal("title = \"After stroke\"", "title = After stroke").starts_with("study.toml: line 4: "));
  CHECK(refusal("schema = \"semg-study/1\"\n", "") == "study.toml: schema: found none, expected \"semg-study/1\"");
  CHECK(refusal("semg-study/1", "semg-study/2") == "study.toml: schema: found \"semg-study/2\", expected \"semg-study/1\"");
  CHECK(refusal("schema = \"semg-study/1\"") ==
        "study.toml: line 1: study: found none, expected a table, [study], with the id of the study");
}

TEST_CASE("study plan: a wrong type or value names its line, what was found and what is expected") {
  CHECK(refusal("id = \"TRIAL\"", "id = \"1TRIAL\"") ==
        "study.toml: line 3: study.id: found \"1TRIAL\", expected a letter, then letters, digits, _ - or .");
  CHECK(refusal("sites = [\"NT01\"]", "sites = \"NT01\"") == "study.toml: line 5: study.sites: found \"NT01\", expected a list of texts");
  CHECK(refusal("sides = \"paretic\"", "sides = \"both\"") ==
        "study.toml: line 7: study.sides: found \"both\", expected paretic, left_right or none");
  CHECK(refusal("title = \"After stroke\"", "recordings = \"/data\"") ==
        "study.toml: line 4: study.recordings: found \"/data\", expected a name relative to the study file");
  CHECK(refusal("id = \"B1\"\n", "") == "study.toml: line 8: visit.id: found none, expected a letter, then letters, digits, _ - or .");
  CHECK(refusal("label = { en = \"baseline 1\", zh = \"基线1\" }", "label = { zh = \"基线1\" }") ==
        "study.toml: line 10: visit.label: found a table, expected a text or { en = \"...\", zh = \"...\" }");
  CHECK(refusal("window_days = [3, 7]", "window_days = [7, 3]") ==
        "study.toml: line 22: visit.window_days: found [7, 3], expected the first day first");
  CHECK(refusal("window_days = [3, 7]", "window_days = [3]") ==
        "study.toml: line 22: visit.window_days: found a list, expected two whole numbers, [first day, last day]");
  CHECK(refusal("window_days = [3, 7]", "window_days = [3, 7.5]") ==
        "study.toml: line 22: visit.window_days: found 7.5, expected a whole number, -36500 to 36500");
  CHECK(refusal("anchor = \"transplant3\"", "anchor = \"site\"") ==
        "study.toml: line 25: visit.anchor: found \"site\", expected a column of dates");
  CHECK(refusal("kind = \"hold\"\n", "") == "study.toml: line 41: task.kind: found none, expected rest, mvc, repetitions or hold");
  CHECK(refusal("repetitions = 5", "repetitions = 0") ==
        "study.toml: line 40: task.repetitions: found 0, expected a whole number, 1 to 10000");
  CHECK(refusal("duration_s = 30", "duration_s = -1") == "study.toml: line 44: task.duration_s: found -1, expected 0.1 to 86400");
  CHECK(refusal("min_rate_hz = 1000", "min_rate_hz = \"1 kHz\"") ==
        "study.toml: line 53: acquisition.min_rate_hz: found \"1 kHz\", expected 0 to 1000000");
  CHECK(refusal("views = [\"raw\", \"mvc\", \"paretic_ratio\"]", "views = [\"raw\", \"raw\"]") ==
        "study.toml: line 59: normalisation.views: found \"raw\", expected each once");
  CHECK(refusal("visits = [\"B1\", \"B2\"]", "confidence = 95") ==
        "study.toml: line 62: reliability.confidence: found 95, expected 0.5 to 0.9999");
  CHECK(refusal("role = \"secondary\"", "role = \"exploratory\"") ==
        "study.toml: line 72: endpoint.role: found \"exploratory\", expected primary or secondary");
  CHECK(refusal("visit = \"M6\"\n", "") == "study.toml: line 63: endpoint.visit: found none, expected a text or a list of texts");
  CHECK(refusal("id = \"GM\"\n", "id = \"GM\"\nsides = [\"left\", \"none\"]\n") ==
        "study.toml: line 52: muscle.sides: found a list, expected left and right, or none");
  CHECK(refusal("[[muscle]]\nid = \"GM\"", "[muscle]\nid = \"GM\"").starts_with("study.toml: line 50: "));
}

TEST_CASE("study plan: parts that do not fit each other are refused before the first patient") {
  CHECK(refusal("id = \"T1\"", "id = \"B2\"") == "study.toml: visit: found the id B2 twice, expected each once");
  CHECK(refusal("S[0-9]{2}", "S[0-9") == "study.toml: study.participant_pattern: found S[0-9, expected a regular expression");
  CHECK(refusal("window_days = [3, 7]", "window_days = [0, 7]") ==
        "study.toml: visit T1: window_days: found 0 to 7, which overlaps -7 to 0 of visit B2, expected windows apart");
  CHECK(refusal("window_days = [168, 196]", "window_days = [-28, 196]") == "accepted");  // another anchor
  CHECK(refusal("anchor = \"transplant3\"\n", "") ==
        "study.toml: visit M6: anchor: found none, expected the column of participants.csv from which window_days are counted");
  CHECK(refusal(with("role = \"baseline\"", "", with("role = \"baseline\"", ""))) ==
        "study.toml: visit: found no baseline, expected at least one with role = \"baseline\"");
  CHECK(refusal("reference_for = [\"TA\"]", "reference_for = [\"TAA\"]") ==
        "study.toml: task mvc_df: muscles: found the unknown muscle TAA, did you mean TA?");
  CHECK(refusal("repetitions = 5", "reference_for = [\"TA\"]") ==
        "study.toml: task df_reps: reference_for: found TA, expected it of a task with kind = \"mvc\"");
  CHECK(refusal("min_s = 10", "features = [\"rms\"]") ==
        "study.toml: task rest: features: found rms, expected none: rest is the noise floor");
  CHECK(refusal("\"mdf_slope\"]", "\"mdf_slop\"]") ==
        "study.toml: task df_hold: features: found the unknown feature mdf_slop, did you mean mdf_slope?");
  CHECK(refusal("\"mdf_slope\"]", "\"mvc_rms\"]") ==
        "study.toml: task df_hold: features: found mvc_rms, expected it of a task with kind = \"mvc\"");
  CHECK(refusal("id = \"GM\"", "id = \"GM\"\naliases = [\"tib ant\"]") ==
        "study.toml: muscle GM: found tib ant, which muscle TA has as well, expected words that tell them apart");
  CHECK(refusal("visits = [\"B1\", \"B2\"]", "visits = [\"B1\"]") ==
        "study.toml: reliability.visits: found B1, expected at least two baseline visits, because source = \"visits\"");
  CHECK(refusal("visits = [\"B1\", \"B2\"]", "visits = [\"B1\", \"T1\"]") ==
        "study.toml: reliability.visits: found the unknown baseline visit T1, did you mean B1?");
  CHECK(refusal("source = \"visits\"", "source = \"stated\"") ==
        "study.toml: reliability.stated: found none, expected at least one [[reliability.stated]], because source = \"stated\"");
  CHECK(refusal("[[endpoint]]\nrole = \"primary\"", "[change]\nfrom = \"B3\"\n[[endpoint]]\nrole = \"primary\"") ==
        "study.toml: change.from: found the unknown baseline visit B3, did you mean B1?");
}

TEST_CASE("study plan: a view needs what it is made of") {
  CHECK(refusal("sides = \"paretic\"", "sides = \"left_right\"") ==
        "study.toml: normalisation.views: found paretic_ratio, expected study.sides = \"paretic\" with it");
  CHECK(refusal("id = \"mvc_df\"\nkind = \"mvc\"\nreference_for = [\"TA\"]", "id = \"mvc_df\"\nkind = \"repetitions\"") ==
        "study.toml: normalisation.views: found mvc, expected a task with kind = \"mvc\" with it");
}

TEST_CASE("study plan: a primary endpoint that no task can give is refused before the first patient") {
  CHECK(refusal("role = \"primary\"", "role = \"secondary\"") ==
        "study.toml: endpoint: found 0 with role = \"primary\", expected exactly one");
  CHECK(refusal("role = \"secondary\"", "role = \"primary\"") ==
        "study.toml: endpoint: found 2 with role = \"primary\", expected exactly one");
  CHECK(refusal("feature = \"rms_active\"", "feature = [\"rms_active\", \"duration\"]") ==
        "study.toml: primary endpoint: feature: found 2, expected one");
  CHECK(refusal("visit = \"M6\"", "visit = [\"T1\", \"M6\"]") == "study.toml: primary endpoint: visit: found 2, expected one");
  CHECK(refusal("task = \"df_reps\"", "task = \"df_rep\"") ==
        "study.toml: primary endpoint: task: found the unknown task df_rep, did you mean df_reps?");
  CHECK(refusal("task = \"df_reps\"", "task = \"rest\"") ==
        "study.toml: primary endpoint: task: found rest, expected one that gives results: rest is the noise floor");
  CHECK(refusal("muscle = \"TA\"", "muscle = \"TE\"") ==
        "study.toml: primary endpoint: muscle: found the unknown muscle TE, did you mean TA?");
  CHECK(refusal("repetitions = 5", "muscles = [\"GM\"]") ==
        "study.toml: primary endpoint: muscle: found TA, expected one of task df_reps: GM");
  CHECK(refusal("feature = \"rms_active\"", "feature = \"mdf_slope\"") ==
        "study.toml: primary endpoint: feature: found mdf_slope, expected one of task df_reps: rms_active, mdf_active, duration");
  CHECK(refusal("feature = \"rms_active\"", "feature = \"mdf_active\"") ==
        "study.toml: primary endpoint: view: found mvc, expected one that is planned for mdf_active of TA in df_reps: raw");
  CHECK(refusal("views = [\"raw\", \"mvc\", \"paretic_ratio\"]", "views = [\"raw\"]") ==
        "study.toml: primary endpoint: view: found mvc, expected one that is planned for rms_active of TA in df_reps: raw");
  CHECK(refusal("visit = \"M6\"", "visit = \"M7\"") == "study.toml: primary endpoint: visit: found the unknown visit M7, did you mean M6?");
  CHECK(refusal("visit = \"M6\"", "visit = \"B2\"") ==
        "study.toml: primary endpoint: visit: found B2, expected a visit that is compared with the baseline, not one of it");
  CHECK(refusal("side = \"paretic\"", "side = \"none\"") ==
        "study.toml: primary endpoint: side: found none, expected one that muscle TA has here: left, right, paretic, non_paretic");
  CHECK(refusal("side = \"paretic\"\nfeature = \"rms_active\"\nview = \"mvc\"",
                "side = \"left\"\nfeature = \"rms_active\"\nview = \"paretic_ratio\"") ==
        "study.toml: primary endpoint: side: found left, expected one that muscle TA has here: paretic");
  CHECK(refusal("feature = [\"rms\", \"mdf_slope\"]", "feature = [\"rms\", \"mdf\"]") ==
        "study.toml: endpoint 2: feature: found mdf, expected one of task df_hold: rms, mdf_slope");
}

TEST_CASE("study: a day is a date or a number, and is told back as it was") {
  CHECK(day_from("1970-01-02") == Day{1, true});
  CHECK(day_from("2026-07-27T10:00:00+08:00") == day_from("2026-07-27"));
  CHECK(day_text(*day_from("2026-07-27")) == "2026-07-27");
  CHECK(day_from("2024-02-29")->number - day_from("2024-02-28")->number == 1);
  CHECK(day_from("-12") == Day{-12, false});
  CHECK(day_text(Day{12, false}) == "12");
  for (const char* neither : {"", "2025-02-29", "27.07.2026", "2026-7-27", "12 days", "2026-07-27x", "99999999999999999999"}) {
    CAPTURE(neither);
    CHECK_FALSE(day_from(neither));
  }
}

TEST_CASE("study: a recording's muscle is known by id, alias or name, whatever its case, blanks and points") {
  const StudyPlan plan = plan_of(kPlan);
  for (const char* word : {"TA", "ta", "Tib. Ant", "tibant", "TA emg", "Tibialis Anterior"}) {
    CAPTURE(word);
    const PlannedMuscle* muscle = find_muscle(plan, word);
    REQUIRE(muscle != nullptr);
    CHECK(muscle->id == "TA");
  }
  CHECK(find_muscle(plan, "soleus") == nullptr);
  CHECK(find_muscle(plan, " . ") == nullptr);
}

TEST_CASE("study: a side is paretic or not only where the study tells them apart") {
  Study study{.plan = plan_of(kPlan), .participants = {}, .sessions = {}, .exclusions = {}};
  const Participant who{.id = "S01", .site = "", .paretic = Side::right, .dominant = Side::left, .anchors = {}};
  CHECK(side_role(study, who, Side::right) == "paretic");
  CHECK(side_role(study, who, Side::left) == "non_paretic");
  CHECK(side_role(study, who, Side::none) == "");
  study.plan.paretic = false;
  CHECK(side_role(study, who, Side::right) == "");
}

}  // namespace semg
