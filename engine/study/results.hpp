// SPDX-License-Identifier: BSD-3-Clause
// A study compared: every planned cell, its change, and what speaks against it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/study/feature.hpp"
#include "engine/study/reasons.hpp"
#include "engine/study/session.hpp"
#include "engine/study/study.hpp"

namespace semg {

/// One planned number: a participant, visit, task, muscle, side, feature and view. Indices point into the study.
struct ValueCell {
  int participant = 0, visit = 0, task = 0, muscle = 0;
  Side side = Side::none;
  std::string side_role;  ///< "paretic", "non_paretic", ""
  const ComparedFeature* feature = nullptr;
  View view = View::raw;
  std::string recording_id, channel;
  std::optional<Day> day;
  std::optional<double> value;  ///< to nine digits, as the table holds it; empty where not valid
  std::string unit;
  std::optional<double> ci_low, ci_high;  ///< spread inside the visit, 95 %
  std::int64_t n = 0;
  std::string n_unit;
  double variance = 0;  ///< of the value (of its logarithm on the ln scale) from the spread inside the visit
  double df = 0;        ///< of it; 0: none is known (n = 1)
  bool noise_corrected = false;
  int session = -1, session_channel = -1;  ///< where it comes from, the first where there are several
  int beside = -1, beside_channel = -1;    ///< where the maximal contraction or the other side comes from, in those views
  Reasons reason;

  /// Whether it may be compared.
  bool usable() const noexcept { return value.has_value() && !reason.refuses() && !reason.has(StudyReason::excluded); }
};

enum class ChangeVerdict { increase, decrease, within_mdc, not_assessable, missing, refused, excluded };
const char* to_string(ChangeVerdict verdict) noexcept;

struct ChangeCell {
  int participant = 0, task = 0, muscle = 0;
  int visit = 0;               ///< compared with the baseline
  std::vector<int> baselines;  ///< visits of the baseline that have a valid value
  Side side = Side::none;
  std::string side_role;
  const ComparedFeature* feature = nullptr;
  View view = View::raw;
  EndpointRole endpoint = EndpointRole::exploratory;
  std::string channel, unit;
  std::optional<double> day_from, day_to;  ///< days since the participant's day 0; day_from is the mean of the baselines'
  std::optional<double> value_from, value_to;
  std::optional<double> change;                   ///< in the feature's change_unit
  std::optional<double> within_low, within_high;  ///< of the change, 95 %, from the spread inside the visits: never evidence of change
  std::int64_t n_from = 0, n_to = 0;
  std::string n_unit;
  std::optional<double> mdc;  ///< half width: |change| beyond it is more than days differ
  std::optional<double> mdc_df;
  std::string mdc_source;  ///< "stated", "visits", "none"
  ChangeVerdict verdict = ChangeVerdict::missing;
  Reasons reason;
};

/// What day-to-day variation is taken to be, for one task, muscle, side, feature and view.
struct ReliabilityCell {
  int task = 0, muscle = 0;
  std::string side;  ///< the role where there is one, else left, right, none
  const ComparedFeature* feature = nullptr;
  View view = View::raw;
  std::optional<double> sem, df;
  int participants = 0;                          ///< who gave two or more valid values
  std::optional<double> mdc, mdc_low, mdc_high;  ///< of one visit against the mean of all baselines planned, and its own 95 % interval
  std::string source;                            ///< in words
};

/// One participant's visit: what the plan wants and what there is.
struct VisitState {
  int participant = 0, visit = 0;
  enum class Kind { usable, partly, out_of_window, not_usable, excluded, missing } kind = Kind::missing;
  std::optional<Day> day;
  std::optional<int> days_after_anchor;
  int recordings = 0;
  std::vector<std::string> because;  ///< sentences; empty where usable
};

/// Something about a recording, or one muscle in it, that a person has to look at.
struct StudyFinding {
  int participant = -1, visit = -1;  ///< -1: not of the study
  int session = -1;                  ///< index of the recording; -1: of the visit as a whole
  std::string recording_id;
  std::string muscle;  ///< id; empty: all
  Side side = Side::none;
  StudyReason code = StudyReason::unreadable;
  std::string text;  ///< one sentence
};

struct StudyResults {
  Study study;
  std::vector<Session> sessions;
  std::vector<VisitState> visits;  ///< [participants x visits]
  std::vector<ValueCell> values;
  std::vector<ReliabilityCell> reliability;
  std::vector<ChangeCell> changes;
  std::vector<StudyFinding> findings;
};

}  // namespace semg
