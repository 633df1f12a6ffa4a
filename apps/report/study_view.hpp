// SPDX-License-Identifier: BSD-3-Clause
// The results of a study as its report looks at them: cells by what they are of, and names for indices. Nothing here throws for an index
// that leads nowhere.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "apps/report/study_sentences.hpp"
#include "engine/study/results.hpp"

namespace semg {

/// What is measured alike in all participants and visits.
struct Measure {
  int task = 0, muscle = 0;
  std::string side;  ///< "paretic", "non_paretic", "left", "right", "none"
  const ComparedFeature* feature = nullptr;
  View view = View::raw;
  auto operator<=>(const Measure&) const = default;
};

/// Measures that differ in muscle and side only: what one table can hold.
struct MeasureGroup {
  int task = 0;
  const ComparedFeature* feature = nullptr;
  View view = View::raw;
  std::vector<Measure> measures;
};

struct NamedMeasure {
  Measure measure;
  std::vector<int> visits;  ///< at which it is an endpoint
};

class StudyView {
 public:
  explicit StudyView(const StudyResults& results);

  const StudyResults& results;
  const StudyPlan& plan;

  std::string participant(int index) const;
  std::string visit(int index) const;        ///< id
  std::string visit_words(int index) const;  ///< label, or id
  std::string muscle(int index) const;       ///< name, or id
  std::string muscle(const std::string& id) const;
  std::string task(int index) const;  ///< label, or id
  MeasureWords words(const Measure& measure) const;
  std::string muscle_and_side(const Measure& measure) const;     ///< "tibialis anterior, paretic"
  std::string muscle_id_and_side(const Measure& measure) const;  ///< "TA, paretic"

  int participants() const { return static_cast<int>(results.study.participants.size()); }
  int visits() const { return static_cast<int>(plan.visits.size()); }
  /// "T1, T2 and M6"; where they are many, how many, the first and the last.
  std::string visits_named(const std::vector<int>& visits) const;
  bool is_follow_up(int visit) const;
  std::vector<int> follow_ups() const;

  const ValueCell* value(int participant, int visit, const Measure& measure) const;
  const ChangeCell* change(int participant, int visit, const Measure& measure) const;
  const ReliabilityCell* variation(const Measure& measure) const;
  const VisitState* state(int participant, int visit) const;
  bool out_of_window(int participant, int visit) const;

  /// In the order of the tables.
  const std::vector<Measure>& measures() const { return measures_; }
  std::vector<MeasureGroup> groups() const;
  std::vector<NamedMeasure> endpoints(EndpointRole role) const;
  bool any_simulated() const;
  double confidence() const { return plan.reliability.confidence; }

  /// Of the changes of one measure at `visits`; `participants` counts comparisons where there is more than one visit.
  EndpointCounts counts(const Measure& measure, const std::vector<int>& visits) const;
  /// The change in words; only of a cell that has a change and a limit.
  ChangeWords change_words(const ChangeCell& cell) const;
  /// The sentence for a cell, whatever its verdict.
  std::string sentence(const ChangeCell& cell) const;

 private:
  using Key = std::tuple<int, int, Measure>;
  std::map<Key, const ValueCell*> values_;
  std::map<Key, const ChangeCell*> changes_;
  std::map<Measure, const ReliabilityCell*> variations_;
  std::map<std::pair<int, int>, const VisitState*> states_;
  std::vector<Measure> measures_;
};

Measure measure_of(const ValueCell& cell);
Measure measure_of(const ChangeCell& cell);
bool has_verdict(const ChangeCell& cell) noexcept;  ///< increase, decrease or within

/// The one reason that stands for a cell without a verdict: what came first on the way from recording to comparison.
struct MainReason {
  std::string code, words, advice;
};
MainReason main_reason(const ChangeCell& cell);

}  // namespace semg
