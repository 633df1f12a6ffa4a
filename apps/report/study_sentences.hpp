// SPDX-License-Identifier: BSD-3-Clause
// The sentences of a study's report. Each says what was measured and what follows from it, and nothing about why or how good it is.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/study/results.hpp"

namespace semg {

/// "tibialis anterior RMS while active (% of maximal contraction) during ankle dorsiflexion on the paretic side"
struct MeasureWords {
  std::string muscle, task;
  std::string side;  ///< "paretic", "non_paretic", "left", "right", "none"
  const ComparedFeature* feature = nullptr;
  View view = View::raw;
};
std::string measure_words(const MeasureWords& measure);
std::string side_words(std::string_view side);    ///< " on the paretic side"; empty for none
std::string_view view_words(View view) noexcept;  ///< "raw", "% of maximal contraction", "ratio to the other side"

struct EndpointCounts {
  int participants = 0, assessable = 0, rose = 0, fell = 0, within = 0;
  int outside_window = 0;  ///< of the assessable ones
};
std::string headline_sentence(std::string_view visit, const MeasureWords& measure, const EndpointCounts& counts);
/// Of one measure over several visits.
std::string secondary_sentence(std::string_view visits, const EndpointCounts& comparisons);
/// `expected_share`: of comparisons in which nothing changed; 0.05 for limits of 95 %.
std::string chance_sentence(int assessable, int beyond, double expected_share);

/// One change, and the limit it is held against.
struct ChangeWords {
  std::string participant, visit;
  MeasureWords measure;
  std::string unit;   ///< of a difference
  double change = 0;  ///< on the feature's scale
  double mdc = 0;
  std::optional<double> mdc_low, mdc_high;  ///< the limit's own interval
  std::optional<double> mdc_df;             ///< none: taken as exactly known
  std::string source;                       ///< "visits B1, B2"
  int participants = 0;                     ///< behind the source; 0: not told
  double confidence = 0.95;
};
std::string increase_sentence(const ChangeWords& change);
std::string decrease_sentence(const ChangeWords& change);
std::string within_sentence(const ChangeWords& change);

/// "×1.62", "+12.3 Hz"
std::string change_text(const ComparedFeature& feature, double change, std::string_view unit);
/// "62 % higher than at baseline (×1.62)", "12.3 Hz lower than at baseline"
std::string against_baseline(const ComparedFeature& feature, double change, std::string_view unit);

// Where there is no verdict. `where` is "S07, T2".
std::string not_assessable_sentence(std::string_view where, const MeasureWords& measure, std::string_view why);
std::string refused_sentence(std::string_view where, const MeasureWords& measure, std::string_view why);
std::string missing_sentence(std::string_view participant, std::string_view visit, std::string_view note);
std::string excluded_sentence(std::string_view where, const Exclusion& exclusion);
std::string out_of_window_sentence(std::string_view participant, std::string_view visit, std::optional<int> days, const PlannedVisit& plan);

/// Of a finding: names participant, visit, muscle and side, what looks wrong, and what to check. `detail` is what was measured; it may be
/// empty.
std::string finding_sentence(StudyReason code, std::string_view where, std::string_view muscle, std::string_view detail);

/// `where`: "S03 T1, S05 M6".
std::string views_disagree_sentence(std::string_view where, std::string_view measure);
std::string views_disagree_note();

// How far days differ.
std::string variation_sentence(std::string_view source, int participants, double confidence);
std::string stated_variation_sentence(std::string_view source, double confidence);
std::string no_variation_sentence();
std::string few_df_sentence(std::string_view measure, double df, std::string_view low, std::string_view high);

// What a reader has to know.
std::string within_interval_caution();
std::string electrode_caution();
std::string frequency_caution();
std::string size_caution();

/// Why there is no verdict, as part of a sentence.
std::string_view reason_words(StudyReason reason) noexcept;
/// What to do at the next visit, as a sentence.
std::string_view advice_words(StudyReason reason) noexcept;
std::string_view advice_words(Reason reason) noexcept;

/// "increase", "within day-to-day variation", "not comparable", ...
std::string_view verdict_words(ChangeVerdict verdict) noexcept;

/// 1 participant, 2 participants
std::string counted(int n, std::string_view one, std::string_view many);
/// "T1, T2 and M6"
std::string joined(const std::vector<std::string>& words);

}  // namespace semg
