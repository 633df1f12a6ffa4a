// SPDX-License-Identifier: BSD-3-Clause
#include "apps/report/study_sentences.hpp"

#include <cmath>

#include <fmt/format.h>

#include "apps/page/readable.hpp"

namespace semg {
namespace {

constexpr const char* kSpace = "\u00a0";

bool is_ratio(const ComparedFeature* feature) {
  return feature != nullptr && feature->scale == ChangeScale::ln_ratio;
}

std::string factor(double ln) {
  return "×" + readable_number(std::exp(ln));
}

/// A share in whole percent, one decimal below 1 %.
std::string percent(double share) {
  const double value = std::fabs(100 * share);
  return readable_number(value >= 1 ? std::round(value) : std::round(10 * value) / 10) + kSpace + "%";
}

/// A limit in the direction of the change.
std::string limit(const ChangeWords& c, double half_width) {
  if (is_ratio(c.measure.feature)) return factor(c.change < 0 ? -half_width : half_width);
  return readable_quantity(half_width, c.unit);
}

/// "95 %, from visits B1, B2, 12 participants, df 12; the limit itself lies between ×1.33 and ×1.94"
std::string limit_source(const ChangeWords& c) {
  const bool downwards = is_ratio(c.measure.feature) && c.change < 0;
  std::string words = percent(c.confidence);
  if (!c.source.empty()) words += ", from " + c.source;
  if (c.participants > 0) words += ", " + counted(c.participants, "participant", "participants");
  words += c.mdc_df ? ", df " + readable_number(*c.mdc_df) : ", taken as exactly known";
  if (c.mdc_df && c.mdc_low && c.mdc_high)
    words += "; the limit itself lies between " + limit(c, downwards ? *c.mdc_high : *c.mdc_low) + " and " +
             limit(c, downwards ? *c.mdc_low : *c.mdc_high);
  return words;
}

std::string beginning(const ChangeWords& c) {
  return fmt::format("{}, {}: {} was {}. ", c.participant, c.visit, measure_words(c.measure),
                     c.measure.feature == nullptr ? "measured" : against_baseline(*c.measure.feature, c.change, c.unit));
}

std::string beyond(const ChangeWords& c, std::string_view verdict) {
  return beginning(c) + fmt::format("Day-to-day variation reaches {} ({}). This is {} beyond day-to-day variation. It does not say why.",
                                    limit(c, c.mdc), limit_source(c), verdict);
}

}  // namespace

std::string counted(int n, std::string_view one, std::string_view many) {
  return readable_count(n) + " " + std::string(n == 1 ? one : many);
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (std::size_t k = 0; k < words.size(); ++k) text += (k == 0 ? "" : k + 1 == words.size() ? " and " : ", ") + words[k];
  return text;
}

std::string side_words(std::string_view side) {
  if (side.empty() || side == "none") return "";
  return fmt::format(" on the {} side", side == "non_paretic" ? "non-paretic" : side);
}

std::string_view view_words(View view) noexcept {
  switch (view) {
    case View::raw: return "raw";
    case View::mvc: return "% of maximal contraction";
    case View::paretic_ratio: return "ratio to the other side";
  }
  return "";
}

std::string measure_words(const MeasureWords& m) {
  std::string words = m.muscle + " " + std::string(m.feature == nullptr ? "value" : m.feature->meaning);
  if (m.view != View::raw) words += " (" + std::string(view_words(m.view)) + ")";
  return words + (m.task.empty() ? "" : " during " + m.task) + side_words(m.side);
}

std::string headline_sentence(std::string_view visit, const MeasureWords& measure, const EndpointCounts& n) {
  std::string words = fmt::format("At {}, {} was assessable in {} of {}. ", visit, measure_words(measure), n.assessable,
                                  counted(n.participants, "participant", "participants"));
  if (n.assessable == 0) return words + "Nothing can be said about a change.";
  words += fmt::format("It rose beyond day-to-day variation in {}, fell in {}, and stayed within it in {}.", n.rose, n.fell, n.within);
  if (n.outside_window > 0)
    words += fmt::format(" {} of these {} recorded outside the window.", n.outside_window, n.outside_window == 1 ? "was" : "were");
  return words;
}

std::string secondary_sentence(std::string_view visits, const EndpointCounts& n) {
  if (n.assessable == 0) return fmt::format("{}: none of {} is assessable.", visits, counted(n.participants, "comparison", "comparisons"));
  return fmt::format("{}: {} of {} assessable; {} rose and {} fell beyond day-to-day variation.", visits, n.assessable,
                     counted(n.participants, "comparison", "comparisons"), n.rose, n.fell);
}

std::string chance_sentence(int assessable, int beyond, double expected_share) {
  if (assessable == 0) return "No comparison in this report is assessable.";
  const double expected = assessable * expected_share;
  return fmt::format("Of {} assessable comparisons in this report {} exceeded day-to-day variation; about {} would do so by chance alone.",
                     readable_count(assessable), readable_count(beyond),
                     expected < 10 ? fmt::format("{:.1f}", expected) : readable_number(std::round(expected)));
}

std::string change_text(const ComparedFeature& feature, double change, std::string_view unit) {
  if (feature.scale == ChangeScale::ln_ratio) return factor(change);
  return (change > 0 ? "+" : "") + readable_quantity(change, unit);
}

std::string against_baseline(const ComparedFeature& feature, double change, std::string_view unit) {
  if (change == 0) return "the same as at baseline";
  const char* direction = change > 0 ? "higher" : "lower";
  if (feature.scale == ChangeScale::ln_ratio)
    return fmt::format("{} {} than at baseline ({})", percent(std::expm1(change)), direction, factor(change));
  return fmt::format("{} {} than at baseline", readable_quantity(std::fabs(change), unit), direction);
}

std::string increase_sentence(const ChangeWords& change) {
  return beyond(change, "an increase");
}
std::string decrease_sentence(const ChangeWords& change) {
  return beyond(change, "a decrease");
}

std::string within_sentence(const ChangeWords& c) {
  const bool ratio = is_ratio(c.measure.feature);
  return beginning(c) + fmt::format("{} {} {} occur between two days on which nothing changed. No change can be claimed.",
                                    c.change < 0 ? "Falls" : "Rises", ratio ? "to" : "of", limit(c, c.mdc));
}

std::string not_assessable_sentence(std::string_view where, const MeasureWords& measure, std::string_view why) {
  return fmt::format("{}: {}: not assessable: {}.", where, measure_words(measure), why);
}

std::string refused_sentence(std::string_view where, const MeasureWords& measure, std::string_view why) {
  return fmt::format("{}: {}: measured, but not compared: {}.", where, measure_words(measure), why);
}

std::string missing_sentence(std::string_view participant, std::string_view visit, std::string_view note) {
  return fmt::format("{} was not measured at {}{}. The value was not filled in.", participant, visit,
                     note.empty() ? "" : fmt::format(" (reason given: {})", note));
}

std::string excluded_sentence(std::string_view where, const Exclusion& e) {
  return fmt::format("{}: excluded{}{}: {}. The value stays in values.csv.", where, e.by.empty() ? "" : " by " + e.by,
                     e.on.empty() ? "" : " on " + e.on, e.reason.empty() ? "no reason given" : e.reason);
}

std::string out_of_window_sentence(std::string_view participant, std::string_view visit, std::optional<int> days,
                                   const PlannedVisit& plan) {
  std::string words = fmt::format("{}'s {} was recorded ", participant, visit);
  words += days && !plan.anchor.empty() ? (*days < 0 ? fmt::format("{} before {}", counted(-*days, "day", "days"), plan.anchor)
                                                     : fmt::format("{} after {}", counted(*days, "day", "days"), plan.anchor))
                                        : std::string("outside its window");
  if (plan.window_first_day && plan.window_last_day)
    words += fmt::format(" (window {} to {})", readable_count(*plan.window_first_day), readable_count(*plan.window_last_day));
  return words + ". It was compared all the same and is shown hollow.";
}

std::string finding_sentence(StudyReason code, std::string_view where, std::string_view muscle, std::string_view detail) {
  const std::string at = muscle.empty() ? std::string(where) : fmt::format("{}, {}", where, muscle);
  const std::string told = detail.empty() ? "" : fmt::format(" ({})", detail);
  switch (code) {
    case StudyReason::exchanged_sides:
      return fmt::format(
          "{}: left and right look exchanged: level and median frequency fit the other visits the other way round. Nothing "
          "was changed; please check the session log.",
          at);
    case StudyReason::duplicate_recording:
      return fmt::format("{}: the same samples stand under another visit too{}. Nothing was changed; please check where they belong.", at,
                         told);
    case StudyReason::unit_jump:
      return fmt::format(
          "{}: the signal has another size than at the other visits{}. Nothing was changed; please check the unit in the "
          "export.",
          at, told);
    case StudyReason::collapsed_channel:
      return fmt::format("{}: next to nothing is left of the signal{}. Nothing was changed; please check electrodes and cable.", at, told);
    case StudyReason::different_band:
      return fmt::format(
          "{}: the signal holds another frequency band{}. Not compared. Nothing was changed; please check the filter of the "
          "device.",
          at, told);
    case StudyReason::different_rate:
      return fmt::format("{}: recorded at another sampling rate{}. Spectra were not compared; amplitudes were.", at, told);
    case StudyReason::different_settings:
      return fmt::format(
          "{}: measured with other settings than the study's{}. Not compared; please measure it again with the study's "
          "settings.",
          at, told);
    case StudyReason::different_unit:
      return fmt::format("{}: recorded in another unit{}. Not compared; please check the import.", at, told);
    case StudyReason::different_rest:
      return fmt::format("{}: noise at rest is known at one visit only{}. Amplitudes were not compared; please record rest at each visit.",
                         at, told);
    case StudyReason::different_gain:
    case StudyReason::different_electrodes:
    case StudyReason::different_reference:
    case StudyReason::different_task: return fmt::format("{}: {}{}. Compared all the same.", at, reason_words(code), told);
    case StudyReason::unreadable: return fmt::format("{}: the recording could not be measured{}.", at, told);
    case StudyReason::not_in_plan: return fmt::format("{}: not in the study; left out{}.", at, told);
    default: return fmt::format("{}: {}{}.", at, reason_words(code), told);
  }
}

std::string views_disagree_sentence(std::string_view where, std::string_view measure) {
  return fmt::format("{}: the raw value rose beyond day-to-day variation, the one in % of maximal contraction did not: {}.", measure,
                     where);
}

std::string views_disagree_note() {
  return "A value in % of maximal contraction also moves with the maximal contraction of the visit: it can hide a change of the muscle's "
         "maximum.";
}

std::string variation_sentence(std::string_view source, int participants, double confidence) {
  return fmt::format(
      "How far values move between days on which nothing was done was taken from {}, up to {}. A change counts as an "
      "increase or decrease only beyond the {} limit of that (minimal detectable change).",
      source, counted(participants, "participant", "participants"), percent(confidence));
}

std::string stated_variation_sentence(std::string_view source, double confidence) {
  return fmt::format(
      "How far values move between days was not measured in this study; it is stated in the plan ({}). A change counts as an "
      "increase or decrease only beyond the {} limit of that, if this site is like the one it comes from.",
      source, percent(confidence));
}

std::string no_variation_sentence() {
  return "There is no source of day-to-day variation in this study, so a change cannot be told from what two ordinary days differ by. "
         "Record a "
         "second baseline, or state the variation in the plan.";
}

std::string few_df_sentence(std::string_view measure, double df, std::string_view low, std::string_view high) {
  return fmt::format("The limit of {} rests on {} degrees of freedom only: it may lie anywhere between {} and {}.", measure,
                     readable_number(df), low, high);
}

std::string within_interval_caution() {
  return "Thin bars are the spread inside the two visits: how precisely each value is known, not how far days differ. The verdict comes "
         "from "
         "the limits of day-to-day variation (grey) alone.";
}

std::string electrode_caution() {
  return "Electrodes placed anew change the signal by themselves. The day-to-day variation holds this only if they were also placed anew "
         "between the visits it comes from.";
}

std::string frequency_caution() {
  return "Median and mean frequency also move with temperature, electrode position and fatigue.";
}

std::string size_caution() {
  return "A larger signal means that more was active under the electrodes or that it lay closer to them. It does not show that a person "
         "can do "
         "more.";
}

std::string_view verdict_words(ChangeVerdict verdict) noexcept {
  switch (verdict) {
    case ChangeVerdict::increase: return "increase";
    case ChangeVerdict::decrease: return "decrease";
    case ChangeVerdict::within_mdc: return "within day-to-day variation";
    case ChangeVerdict::not_assessable: return "not assessable";
    case ChangeVerdict::missing: return "missing";
    case ChangeVerdict::refused: return "not comparable";
    case ChangeVerdict::excluded: return "excluded";
  }
  return "";
}

}  // namespace semg
