// SPDX-License-Identifier: BSD-3-Clause
#include "apps/report/study_sentences.hpp"

#include <array>
#include <cctype>
#include <cmath>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "engine/study/feature.hpp"

using namespace semg;

namespace {

constexpr auto kNbsp = "\u00a0";

std::string spaced(std::string text) {
  for (auto at = text.find(kNbsp); at != std::string::npos; at = text.find(kNbsp)) text.replace(at, 2, " ");
  return text;
}

MeasureWords rms_active() {
  return {.muscle = "tibialis anterior",
          .task = "ankle dorsiflexion",
          .side = "paretic",
          .feature = find_feature("rms_active"),
          .view = View::raw};
}

ChangeWords change_of(double ln) {
  return {.participant = "S03",
          .visit = "M6",
          .measure = rms_active(),
          .unit = "uV",
          .change = ln,
          .mdc = std::log(1.49),
          .mdc_low = std::log(1.33),
          .mdc_high = std::log(1.94),
          .mdc_df = 12,
          .source = "visits B1, B2",
          .participants = 12,
          .confidence = 0.95};
}

ChangeWords frequency_change(double hz) {
  ChangeWords c = change_of(hz);
  c.measure.feature = find_feature("mdf_active");
  c.unit = "Hz";
  c.mdc = 9.8, c.mdc_low = 7, c.mdc_high = 16.2;
  return c;
}

/// Every sentence there is, once in each of its forms.
std::vector<std::string> all_sentences() {
  PlannedVisit t1{.id = "T1", .label = "", .anchor = "transplant1", .window_first_day = 3, .window_last_day = 7};
  std::vector<std::string> all = {headline_sentence("6-month follow-up", rms_active(), {12, 9, 3, 1, 5, 1}),
                                  headline_sentence("M6", rms_active(), {12, 0, 0, 0, 0, 0}),
                                  secondary_sentence("RMS, at T1", {48, 39, 1, 2, 36, 0}),
                                  secondary_sentence("RMS, at T1", {48, 0, 0, 0, 0, 0}),
                                  chance_sentence(1152, 60, 0.05),
                                  chance_sentence(0, 0, 0.05),
                                  increase_sentence(change_of(0.5)),
                                  decrease_sentence(change_of(-0.5)),
                                  within_sentence(change_of(0.1)),
                                  within_sentence(change_of(-0.1)),
                                  increase_sentence(frequency_change(12)),
                                  decrease_sentence(frequency_change(-12)),
                                  within_sentence(frequency_change(-3)),
                                  not_assessable_sentence("S07, T2", rms_active(), "the signal is flat"),
                                  refused_sentence("S07, T2", rms_active(), "the unit looks wrong"),
                                  missing_sentence("S11", "T3", "pneumonia"),
                                  excluded_sentence("S10, T2", {}),
                                  out_of_window_sentence("S02", "T1", 9, t1),
                                  views_disagree_sentence("S03 T1", "tibialis anterior RMS"),
                                  views_disagree_note(),
                                  variation_sentence("visits B1 and B2", 12, 0.95),
                                  stated_variation_sentence("Weir 2005", 0.95),
                                  no_variation_sentence(),
                                  few_df_sentence("RMS", 4, "×1.2", "×2.9"),
                                  within_interval_caution(),
                                  electrode_caution(),
                                  frequency_caution(),
                                  size_caution()};
  for (std::size_t k = 0; k < kStudyReasonWords.size(); ++k) {
    const auto reason = static_cast<StudyReason>(k);
    all.push_back(finding_sentence(reason, "S01, T1", "tibialis anterior left", "detail"));
    all.emplace_back(reason_words(reason));
    all.emplace_back(advice_words(reason));
  }
  for (std::size_t k = 1; k < kReasonWords.size(); ++k) all.emplace_back(advice_words(static_cast<Reason>(k)));
  for (int v = 0; v <= static_cast<int>(ChangeVerdict::excluded); ++v) all.emplace_back(verdict_words(static_cast<ChangeVerdict>(v)));
  return all;
}

}  // namespace

TEST_CASE("study sentences: no sentence says that anybody is better, worse or healed") {
  for (std::string text : all_sentences()) {
    CHECK(!text.empty());
    std::string lower = " ";
    for (const char c : text)
      lower += static_cast<char>(std::isalpha(static_cast<unsigned char>(c)) ? std::tolower(static_cast<unsigned char>(c)) : ' ');
    for (const char* word : {" improv", " recover", " heal", " cure", " better ", " worse", " benefi", " success", " effective"})
      CHECK_MESSAGE(lower.find(word) == std::string::npos, text);
  }
}

TEST_CASE("study sentences: the primary endpoint is told first, with how many it could not be told of") {
  CHECK(headline_sentence("6-month follow-up", rms_active(), {12, 9, 3, 1, 5, 0}) ==
        "At 6-month follow-up, tibialis anterior RMS while active during ankle dorsiflexion on the paretic side was assessable in 9 of 12 "
        "participants. It rose beyond day-to-day variation in 3, fell in 1, and stayed within it in 5.");
  CHECK(headline_sentence("M6", rms_active(), {12, 9, 3, 1, 5, 1}).ends_with(" 1 of these was recorded outside the window."));
  CHECK(headline_sentence("M6", rms_active(), {1, 0, 0, 0, 0, 0}) ==
        "At M6, tibialis anterior RMS while active during ankle dorsiflexion on the paretic side was assessable in 0 of 1 participant. "
        "Nothing can be said about a change.");
  CHECK(secondary_sentence("Duration, at T1 and T2", {24, 20, 1, 2, 17, 0}) ==
        "Duration, at T1 and T2: 20 of 24 comparisons assessable; 1 rose and 2 fell beyond day-to-day variation.");
}

TEST_CASE("study sentences: a measure is named with its view and side") {
  MeasureWords m = rms_active();
  m.view = View::mvc, m.side = "non_paretic";
  CHECK(measure_words(m) ==
        "tibialis anterior RMS while active (% of maximal contraction) during ankle dorsiflexion on the non-paretic side");
  m.view = View::paretic_ratio, m.side = "none";
  CHECK(measure_words(m) == "tibialis anterior RMS while active (ratio to the other side) during ankle dorsiflexion");
}

TEST_CASE("study sentences: a count of changes stands beside the count expected by chance") {
  CHECK(chance_sentence(1152, 60, 0.05) ==
        "Of 1152 assessable comparisons in this report 60 exceeded day-to-day variation; about 58 would do so by chance alone.");
  CHECK(chance_sentence(30, 2, 0.05) ==
        "Of 30 assessable comparisons in this report 2 exceeded day-to-day variation; about 1.5 would do so by chance alone.");
}

TEST_CASE("study sentences: a change is told with the limit, where the limit comes from, and how far that is certain") {
  CHECK(
      spaced(increase_sentence(change_of(std::log(1.62)))) ==
      "S03, M6: tibialis anterior RMS while active during ankle dorsiflexion on the paretic side was 62 % higher than at baseline (×1.62). "
      "Day-to-day variation reaches ×1.49 (95 %, from visits B1, B2, 12 participants, df 12; the limit itself lies between ×1.33 and "
      "×1.94). This is an increase beyond day-to-day variation. It does not say why.");
  CHECK(
      spaced(decrease_sentence(change_of(std::log(0.5)))) ==
      "S03, M6: tibialis anterior RMS while active during ankle dorsiflexion on the paretic side was 50 % lower than at baseline (×0.500). "
      "Day-to-day variation reaches ×0.671 (95 %, from visits B1, B2, 12 participants, df 12; the limit itself lies between ×0.515 and "
      "×0.752). This is a decrease beyond day-to-day variation. It does not say why.");
  CHECK(
      spaced(within_sentence(change_of(std::log(0.82)))) ==
      "S03, M6: tibialis anterior RMS while active during ankle dorsiflexion on the paretic side was 18 % lower than at baseline (×0.820). "
      "Falls to ×0.671 occur between two days on which nothing changed. No change can be claimed.");
  CHECK(spaced(increase_sentence(frequency_change(12.3))) ==
        "S03, M6: tibialis anterior median frequency while active during ankle dorsiflexion on the paretic side was 12.3 Hz higher than at "
        "baseline. Day-to-day variation reaches 9.80 Hz (95 %, from visits B1, B2, 12 participants, df 12; the limit itself lies between "
        "7 Hz and 16.2 Hz). This is an increase beyond day-to-day variation. It does not say why.");
  CHECK(spaced(within_sentence(frequency_change(-3)))
            .ends_with("Falls of 9.80 Hz occur between two days on which nothing changed. No change can be claimed."));
  ChangeWords known = change_of(0.5);
  known.mdc_df.reset(), known.participants = 0, known.source = "a published study";
  CHECK(spaced(increase_sentence(known)).find("(95 %, from a published study, taken as exactly known)") != std::string::npos);
  CHECK(within_sentence(change_of(0)).find("was the same as at baseline.") != std::string::npos);
}

TEST_CASE("study sentences: where there is no verdict, the sentence says why, and that nothing was filled in") {
  CHECK(
      not_assessable_sentence("S07, T2", rms_active(), "too little above rest") ==
      "S07, T2: tibialis anterior RMS while active during ankle dorsiflexion on the paretic side: not assessable: too little above rest.");
  CHECK(refused_sentence("S08, M6", rms_active(), "the unit looks wrong") ==
        "S08, M6: tibialis anterior RMS while active during ankle dorsiflexion on the paretic side: measured, but not compared: the unit "
        "looks wrong.");
  CHECK(missing_sentence("S11", "T3", "pneumonia") == "S11 was not measured at T3 (reason given: pneumonia). The value was not filled in.");
  CHECK(missing_sentence("S11", "T3", "") == "S11 was not measured at T3. The value was not filled in.");
  Exclusion e;
  e.by = "KL", e.on = "2026-04-02", e.reason = "spasm";
  CHECK(excluded_sentence("S10, T2", e) == "S10, T2: excluded by KL on 2026-04-02: spasm. The value stays in values.csv.");
  const PlannedVisit t1{.id = "T1", .label = "", .anchor = "transplant1", .window_first_day = 3, .window_last_day = 7};
  CHECK(out_of_window_sentence("S02", "T1", 9, t1) ==
        "S02's T1 was recorded 9 days after transplant1 (window 3 to 7). It was compared all the same and is shown hollow.");
  CHECK(out_of_window_sentence("S02", "T1", -1, t1).starts_with("S02's T1 was recorded 1 day before transplant1"));
}

TEST_CASE("study sentences: a suspicion names who, when and which muscle, says that nothing was changed, and what to check") {
  CHECK(finding_sentence(StudyReason::exchanged_sides, "S04, T2", "tibialis anterior", "") ==
        "S04, T2, tibialis anterior: left and right look exchanged: level and median frequency fit the other visits the other way round. "
        "Nothing was changed; please check the session log.");
  CHECK(
      finding_sentence(StudyReason::duplicate_recording, "S06, T2", "", "holds the same samples as S06_T1") ==
      "S06, T2: the same samples stand under another visit too (holds the same samples as S06_T1). Nothing was changed; please check where "
      "they belong.");
  CHECK(finding_sentence(StudyReason::different_rate, "S09, M6", "all muscles", "sampling rate: 1000 Hz, at the baseline 2000 Hz") ==
        "S09, M6, all muscles: recorded at another sampling rate (sampling rate: 1000 Hz, at the baseline 2000 Hz). Spectra were not "
        "compared; amplitudes were.");
  for (const StudyReason code : {StudyReason::exchanged_sides, StudyReason::duplicate_recording, StudyReason::unit_jump,
                                 StudyReason::collapsed_channel, StudyReason::different_band}) {
    const std::string text = finding_sentence(code, "S04, T2", "soleus left", "");
    CHECK(text.starts_with("S04, T2, soleus left: "));
    CHECK(text.find("Nothing was changed; please check ") != std::string::npos);
  }
}

TEST_CASE("study sentences: the spread inside a visit is never called evidence, and a large signal never called an ability") {
  CHECK(
      within_interval_caution() ==
      "Thin bars are the spread inside the two visits: how precisely each value is known, not how far days differ. The verdict comes from "
      "the limits of day-to-day variation (grey) alone.");
  CHECK(size_caution() ==
        "A larger signal means that more was active under the electrodes or that it lay closer to them. It does not show that a person can "
        "do more.");
  CHECK(
      no_variation_sentence() ==
      "There is no source of day-to-day variation in this study, so a change cannot be told from what two ordinary days differ by. Record "
      "a second baseline, or state the variation in the plan.");
  CHECK(few_df_sentence("RMS", 4, "×1.2", "×2.9") ==
        "The limit of RMS rests on 4 degrees of freedom only: it may lie anywhere between ×1.2 and ×2.9.");
  CHECK(frequency_caution() == "Median and mean frequency also move with temperature, electrode position and fatigue.");
}
