// SPDX-License-Identifier: BSD-3-Clause
// The plan of a study and who is in it: study.toml and the tables beside it, as structs.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "dsp/channel.hpp"
#include "engine/settings.hpp"

namespace semg {

/// A day: counted from 1970-01-01 where dates are known, or a day of the study where they are not. The two are never mixed.
struct Day {
  std::int64_t number = 0;
  bool calendar = true;
  bool operator==(const Day&) const = default;
};
/// "2026-07-27", "2026-07-27T10:00:00+08:00" (its date) or a whole number (a day of the study); none where it is neither.
std::optional<Day> day_from(const std::string& text);
std::string day_text(const Day& day);  ///< "2026-07-27" or "12"

enum class VisitRole { baseline, follow_up };
struct PlannedVisit {
  std::string id;
  std::string label;
  VisitRole role = VisitRole::follow_up;
  std::string anchor;                                    ///< a date column of participants.csv; empty: the visit has no window
  std::optional<int> window_first_day, window_last_day;  ///< days after the anchor, both included
  std::optional<int> target_day = {};                    ///< the day aimed at; nothing is judged by it
};

/// rest: the noise floor of its visit, never a result. mvc: the reference of its muscles. repetitions: done again and again, each
/// counted. hold: one long contraction.
enum class TaskKind { rest, mvc, repetitions, hold };
struct PlannedTask {
  std::string id;
  std::string label;
  TaskKind kind = TaskKind::repetitions;
  std::vector<std::string> muscles;        ///< ids; where the file names none: mvc's reference_for, else all of the study
  std::vector<std::string> reference_for;  ///< mvc: muscles whose %MVC it gives; where the file names none, `muscles`
  int repetitions = 0;                     ///< as planned; 0: any number
  double duration_s = 0;                   ///< as planned, of one repetition or of the hold; 0: any
  std::vector<std::string> features;       ///< compared ones (engine/study/feature.hpp); the kind's own where the file names none
  double min_s = 0;                        ///< as planned, the least a period lasts; 0: any
};

struct PlannedMuscle {
  std::string id;
  std::string name;                  ///< "tibialis anterior"
  std::vector<std::string> aliases;  ///< other spellings in recordings; compared without regard to case, blanks and points
  std::vector<Side> sides;           ///< left and right, or what the file says
};

enum class View { raw, mvc, paretic_ratio };
enum class EndpointRole { exploratory, secondary, primary };
struct Endpoint {
  EndpointRole role = EndpointRole::secondary;
  std::string task, muscle;
  std::string side;  ///< "paretic", "non_paretic", "left", "right", "none"
  std::vector<std::string> features;
  View view = View::raw;
  std::vector<std::string> visits;
};

/// How far a value moves between two days on which nothing has changed: one standard error of measurement, on the change's own scale.
struct StatedSem {
  std::string feature;
  View view = View::raw;
  double sem = 0;            ///< ln for amplitudes, else in the feature's unit
  std::optional<double> df;  ///< of the study it comes from; none: taken as exactly known
  std::string source;        ///< where it was found, in words
};
enum class ReliabilitySource { none, stated, visits };
struct Reliability {
  ReliabilitySource source = ReliabilitySource::none;
  std::vector<std::string> visits;  ///< ids, of source "visits": days between which nothing was done
  double confidence = 0.95;
  std::vector<StatedSem> stated;
};

struct Acquisition {
  double min_rate_hz = 0;
  std::optional<double> interelectrode_distance_mm;
  std::string reference;  ///< where the reference electrode is planned; empty: anywhere
};

struct StudyPlan {
  std::string id, title;
  std::vector<std::string> sites;
  std::string participant_pattern;                ///< ECMAScript regular expression a participant id matches whole
  std::string participants = "participants.csv";  ///< file names, relative to the study file
  std::string sessions = "sessions.csv";
  std::string exclusions = "exclusions.csv";
  std::string recordings = "recordings";
  bool paretic = false;  ///< sides are told as paretic and non-paretic beside left and right
  std::vector<PlannedVisit> visits;
  std::vector<PlannedTask> tasks;
  std::vector<PlannedMuscle> muscles;
  Acquisition acquisition;
  Settings analysis;
  std::vector<View> views = {View::raw};
  Reliability reliability;
  std::string change_from = "mean_of_baselines";  ///< or the id of a baseline visit
  std::vector<Endpoint> endpoints;                ///< exactly one is primary
};

struct Participant {
  std::string id, site;
  Side paretic = Side::none, dominant = Side::none;
  std::map<std::string, Day> anchors;  ///< column of participants.csv -> its day
};

/// A row of sessions.csv: when a visit was recorded, and what is to be known of it.
struct SessionEntry {
  std::string participant_id, visit_id, task, note;
  std::optional<Day> recorded_on;
  std::string file = {};  ///< what was imported, or its recording: NAME of NAME.nwb
};

struct Exclusion {
  std::string participant_id, visit_id, task, muscle;  ///< empty: all
  Side side = Side::none;                              ///< none: all
  std::string reason, by, on;
};

struct Study {
  StudyPlan plan;
  std::vector<Participant> participants;
  std::vector<SessionEntry> sessions;
  std::vector<Exclusion> exclusions;
};

const char* to_string(View view) noexcept;                 ///< "raw", "mvc", "paretic_ratio"
const char* to_string(EndpointRole role) noexcept;         ///< "exploratory", "secondary", "primary"
const char* to_string(TaskKind kind) noexcept;             ///< "rest", "mvc", "repetitions", "hold"
const char* to_string(VisitRole role) noexcept;            ///< "baseline", "follow_up"
const char* to_string(ReliabilitySource source) noexcept;  ///< "none", "stated", "visits"

/// Whether two spellings mean the same: without regard to case, blanks and points.
bool same_muscle_word(const std::string& a, const std::string& b);
/// The muscle a recording means: by id, then by alias, then by name. None where nothing fits.
const PlannedMuscle* find_muscle(const StudyPlan& plan, const std::string& word);
/// "paretic", "non_paretic", or "" where the study does not tell them apart or the side is none.
std::string side_role(const Study& study, const Participant& participant, Side side);

}  // namespace semg
