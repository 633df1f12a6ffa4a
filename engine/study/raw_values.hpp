// SPDX-License-Identifier: BSD-3-Clause
// One planned number of one visit, before it becomes a view: gathered from the visit's recordings, corrected for noise.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/statistics/spread.hpp"
#include "engine/study/planned_cells.hpp"
#include "engine/study/results.hpp"

namespace semg {

/// On the scale on which the feature changes: logarithms of amplitudes, anything else as it is.
struct RawValue {
  bool there = false;
  Spread spread;
  std::int64_t n = 0;
  Observations::Of of = Observations::Of::repetitions;
  std::vector<double> values, at;  ///< observations and what they are numbered by; none of a hold's seconds
  bool noise_corrected = false;
  int session = -1, session_channel = -1;  ///< the first it comes from
  int beside = -1, beside_channel = -1;    ///< of what it was divided by
  std::vector<std::size_t> sessions;       ///< all of them
  std::string recording_ids, channel, unit;
  bool mixed = false;  ///< recordings that do not go together: there is no value
  Reasons reason;

  void mix(StudyReason why) noexcept {
    mixed = true;
    reason.add(why);
  }
};

class RawValues {
 public:
  /// All three must outlive it.
  RawValues(const Study& study, const std::vector<Session>& sessions, const std::vector<StudyFinding>& findings);

  RawValue at(const CellPlace& place, const ComparedFeature& feature) const;
  std::optional<Day> day_of(const CellPlace& place) const;

 private:
  /// What the visit's recordings hold of one task, muscle and side.
  struct Gathered;
  Gathered gather(const CellPlace& at, const ComparedFeature& feature, RawValue& value) const;
  const std::vector<std::size_t>& sessions_of(const CellPlace& at) const;
  std::optional<double> rest_of(const CellPlace& at, const ComparedFeature& feature, const Session& session,
                                const SessionChannel& channel) const;
  bool is_rest(const SessionTask& task) const;
  bool joins(RawValue& value, std::size_t s, std::size_t c, const ComparedFeature& feature) const;
  void mark_findings(const CellPlace& at, RawValue& value) const;
  void mark_exclusions(const CellPlace& at, Reasons& reason) const;

  const Study& study_;
  const std::vector<Session>& sessions_;
  const std::vector<StudyFinding>& findings_;
  std::vector<std::vector<std::size_t>> of_visit_;  // [participants x visits] sessions
};

}  // namespace semg
