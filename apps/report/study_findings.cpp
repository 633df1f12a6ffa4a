// SPDX-License-Identifier: BSD-3-Clause
#include "apps/report/study_findings.hpp"

#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

#include "apps/page/readable.hpp"
#include "apps/report/study_figures.hpp"
#include "apps/report/study_report_tables.hpp"

namespace semg {
namespace {

constexpr std::size_t kMostOnFirstPage = 6;
constexpr double kFewDf = 10;

bool is_suspicion(StudyReason code) {
  using enum StudyReason;
  static constexpr std::array kThese = {exchanged_sides, duplicate_recording, unit_jump,  collapsed_channel,
                                        different_band,  different_settings,  unreadable, not_in_plan};
  return std::find(kThese.begin(), kThese.end(), code) != kThese.end();
}

std::string where(const StudyView& view, const StudyFinding& f) {
  if (f.participant < 0 || f.visit < 0) return f.recording_id.empty() ? "A recording" : f.recording_id;
  return view.participant(f.participant) + ", " + view.visit(f.visit);
}

/// The text without the recording's name that it begins with: the sentence names participant and visit.
std::string without_name(const StudyView& view, const StudyFinding& f) {
  for (const Session& session : view.results.sessions) {
    const std::string begins = session.recording_name + ": ";
    if (session.recording_id == f.recording_id && f.participant >= 0 && f.text.starts_with(begins)) return f.text.substr(begins.size());
  }
  return f.text;
}

/// Findings that say the same about several muscles, as one sentence.
template <class Wanted>
std::vector<std::string> finding_sentences(const StudyView& view, Wanted wanted) {
  struct Group {
    const StudyFinding* first;
    std::string detail;
    std::map<std::string, std::vector<std::string>> sides;  // of each muscle
    std::size_t places = 0;
  };
  std::vector<Group> groups;
  std::size_t all_places = 0;
  for (const PlannedMuscle& muscle : view.plan.muscles) all_places += muscle.sides.size();
  for (const StudyFinding& f : view.results.findings) {
    if (!wanted(f.code)) continue;
    const std::string detail = f.code == StudyReason::exchanged_sides ? "" : without_name(view, f);
    auto at = std::find_if(groups.begin(), groups.end(), [&](const Group& g) {
      return g.first->code == f.code && g.first->participant == f.participant && g.first->visit == f.visit && g.detail == detail &&
             (f.participant >= 0 || g.first->recording_id == f.recording_id);
    });
    if (at == groups.end()) at = groups.insert(groups.end(), {&f, detail, {}, 0});
    if (f.muscle.empty()) continue;
    auto& sides = at->sides[view.muscle(f.muscle)];
    const std::string side = f.side == Side::none ? "" : to_string(f.side);
    if (std::find(sides.begin(), sides.end(), side) == sides.end()) sides.push_back(side), ++at->places;
  }
  std::vector<std::string> sentences;
  for (const Group& group : groups) {
    std::vector<std::string> muscles;
    for (const auto& [muscle, sides] : group.sides)
      muscles.push_back(sides == std::vector<std::string>{""} ? muscle : muscle + " " + joined(sides));
    const std::string who = group.places > 2 && group.places >= all_places ? "all muscles" : joined(muscles);
    sentences.push_back(finding_sentence(group.first->code, where(view, *group.first), who, group.detail));
  }
  return sentences;
}

Said completeness_said(const StudyView& view) {
  std::map<VisitState::Kind, int> count;
  for (const VisitState& state : view.results.visits) ++count[state.kind];
  std::string words = fmt::format("Of {} planned visits", readable_count(static_cast<std::int64_t>(view.results.visits.size())));
  const char* between = " ";
  for (const auto& [kind, n] : count) {
    words += fmt::format("{}{} {} {}", between, readable_count(n), n == 1 ? "is" : "are", state_words(kind));
    between = ", ";
  }
  if (view.results.visits.empty()) words = "No visit is planned";
  return {"Completeness", {words + "."}};
}

Said chance_said(const StudyView& view) {
  int assessable = 0, beyond = 0;
  for (const ChangeCell& cell : view.results.changes) {
    assessable += has_verdict(cell);
    beyond += cell.verdict == ChangeVerdict::increase || cell.verdict == ChangeVerdict::decrease;
  }
  return {"By chance", {chance_sentence(assessable, beyond, 1 - view.confidence())}};
}

Said variation_said(const StudyView& view) {
  Said said{"Day-to-day variation", {}};
  const auto primary = view.endpoints(EndpointRole::primary);
  const ReliabilityCell* main = primary.empty() ? nullptr : view.variation(primary.front().measure);
  int most = 0;
  for (const ReliabilityCell& cell : view.results.reliability) most = std::max(most, cell.participants);
  switch (view.plan.reliability.source) {
    case ReliabilitySource::none: said.sentences.push_back(no_variation_sentence()); break;
    case ReliabilitySource::visits:
      said.sentences.push_back(variation_sentence("visits " + joined(view.plan.reliability.visits), most, view.confidence()));
      break;
    case ReliabilitySource::stated: {
      std::vector<std::string> sources;
      for (const StatedSem& stated : view.plan.reliability.stated) {
        if (!stated.source.empty() && std::find(sources.begin(), sources.end(), stated.source) == sources.end())
          sources.push_back(stated.source);
      }
      said.sentences.push_back(stated_variation_sentence(sources.empty() ? "no source given" : joined(sources), view.confidence()));
    }
  }
  if (main == nullptr || main->feature == nullptr) return said;
  if (view.plan.reliability.source != ReliabilitySource::none && !main->sem) {
    said.sentences.push_back(fmt::format("For {} there is none.", measure_words(view.words(primary.front().measure))));
  } else if (main->df && *main->df < kFewDf && main->mdc_low && main->mdc_high) {
    said.sentences.push_back(few_df_sentence(measure_words(view.words(primary.front().measure)), *main->df,
                                             change_text(*main->feature, *main->mdc_low, main->feature->unit),
                                             change_text(*main->feature, *main->mdc_high, main->feature->unit)));
  }
  return said;
}

Said to_check(const StudyView& view) {
  auto sentences = suspicion_sentences(view);
  if (sentences.empty()) sentences = {"No recording looks as if it could not be right."};
  if (sentences.size() > kMostOnFirstPage) {
    const auto more = static_cast<int>(sentences.size() - kMostOnFirstPage + 1);
    sentences.resize(kMostOnFirstPage - 1);
    sentences.push_back(fmt::format("{} under Comparability.", counted(more, "more", "more")));
  }
  return {"Please check", sentences};
}

Said without_verdict(const StudyView& view) {
  const auto counts = counted_reasons(view);
  int all = 0;
  for (const CountedReason& counted : counts) all += counted.count;
  const auto planned = static_cast<std::int64_t>(view.results.changes.size());
  if (all == 0) return {"Not assessable", {fmt::format("All {} planned comparisons have a verdict.", readable_count(planned))}};
  return {"Not assessable",
          {fmt::format("{} of {} planned comparisons have no verdict; the commonest reason ({}): {}.", readable_count(all),
                       readable_count(planned), readable_count(counts.front().count), counts.front().reason.words)}};
}

Said to_know(const StudyView& view) {
  Said said{"To know", {within_interval_caution(), size_caution(), electrode_caution()}};
  const bool spectral = std::any_of(view.measures().begin(), view.measures().end(), [](const Measure& m) { return m.feature->spectral; });
  if (spectral) said.sentences.push_back(frequency_caution());
  return said;
}

}  // namespace

std::vector<std::string> primary_sentences(const StudyView& view) {
  std::vector<std::string> sentences;
  for (const NamedMeasure& endpoint : view.endpoints(EndpointRole::primary)) {
    for (const int v : endpoint.visits) {
      const EndpointCounts n = view.counts(endpoint.measure, {v});
      sentences.push_back(headline_sentence(view.visit_words(v), view.words(endpoint.measure), n));
      std::vector<std::pair<std::string, std::vector<std::string>>> open;  // reason, participants
      for (int p = 0; p < view.participants(); ++p) {
        const ChangeCell* cell = view.change(p, v, endpoint.measure);
        if (cell == nullptr || has_verdict(*cell)) continue;
        const std::string why = main_reason(*cell).words;
        auto at = std::find_if(open.begin(), open.end(), [&](const auto& o) { return o.first == why; });
        if (at == open.end()) at = open.insert(open.end(), {why, {}});
        at->second.push_back(view.participant(p));
      }
      std::string without;
      for (const auto& [why, who] : open) without += (without.empty() ? "" : "; ") + joined(who) + ": " + why;
      if (!without.empty()) sentences.push_back("Without a verdict: " + without + ".");
    }
  }
  if (sentences.empty()) sentences.push_back("The primary endpoint of the plan has no comparison in this study.");
  return sentences;
}

std::vector<Said> summary_sentences(const StudyView& view) {
  std::vector<Said> all = {completeness_said(view)};
  Said secondary{"Secondary endpoints", {}};
  for (const NamedMeasure& endpoint : view.endpoints(EndpointRole::secondary)) {
    std::string words = measure_words(view.words(endpoint.measure));
    words += ", at " + view.visits_named(endpoint.visits);
    secondary.sentences.push_back(secondary_sentence(words, view.counts(endpoint.measure, endpoint.visits)));
  }
  if (secondary.sentences.size() > kMostOnFirstPage) {
    secondary.sentences.resize(kMostOnFirstPage);
    secondary.sentences.emplace_back("The others below.");
  }
  if (!secondary.sentences.empty()) all.push_back(std::move(secondary));
  all.push_back(chance_said(view));
  all.push_back(variation_said(view));
  all.push_back(to_check(view));
  all.push_back(without_verdict(view));
  all.push_back(to_know(view));
  return all;
}

std::vector<std::string> suspicion_sentences(const StudyView& view) {
  return finding_sentences(view, is_suspicion);
}

std::vector<std::string> difference_sentences(const StudyView& view) {
  return finding_sentences(view, [](StudyReason code) { return !is_suspicion(code) && code != StudyReason::out_of_window; });
}

std::vector<std::string> disagreement_sentences(const StudyView& view) {
  std::vector<std::pair<std::string, std::string>> places;  // measure, where
  for (const ChangeCell& cell : view.results.changes) {
    if (cell.view != View::raw || cell.verdict != ChangeVerdict::increase) continue;
    Measure measure = measure_of(cell);
    measure.view = View::mvc;
    const ChangeCell* other = view.change(cell.participant, cell.visit, measure);
    if (other == nullptr || (other->verdict != ChangeVerdict::within_mdc && other->verdict != ChangeVerdict::decrease)) continue;
    const std::string words = measure_words(view.words(measure_of(cell)));
    const std::string where = view.participant(cell.participant) + " " + view.visit(cell.visit);
    const auto same = std::find_if(places.begin(), places.end(), [&](const auto& place) { return place.first == words; });
    if (same == places.end()) {
      places.emplace_back(words, where);
    } else {
      same->second += ", " + where;
    }
  }
  std::vector<std::string> sentences;
  for (const auto& [words, where] : places) sentences.push_back(views_disagree_sentence(where, words));
  if (!sentences.empty()) sentences.push_back(views_disagree_note());
  return sentences;
}

std::vector<std::string> completeness_sentences(const StudyView& view) {
  std::vector<std::string> sentences;
  const auto entry_note = [&](const std::string& who, const std::string& when) -> std::string {
    for (const SessionEntry& entry : view.results.study.sessions) {
      if (entry.participant_id == who && entry.visit_id == when && !entry.note.empty()) return entry.note;
    }
    return "";
  };
  for (const VisitState& state : view.results.visits) {
    if (state.kind == VisitState::Kind::usable) continue;
    const std::string who = view.participant(state.participant), when = view.visit(state.visit), where = who + ", " + when;
    std::string because;
    for (std::string reason : state.because) {
      const std::string begins = when + " of " + who + ": ";
      if (reason.starts_with(begins)) reason.erase(0, begins.size());
      const bool told = state.kind == VisitState::Kind::out_of_window && reason.ends_with("out of window (kept, flagged)");
      if (!told) because += (because.empty() ? "" : "; ") + reason;
    }
    if (state.kind == VisitState::Kind::missing) {
      sentences.push_back(missing_sentence(who, when, entry_note(who, when)));
    } else if (state.kind == VisitState::Kind::out_of_window && state.visit >= 0 && state.visit < view.visits()) {
      const PlannedVisit& visit = view.plan.visits[static_cast<std::size_t>(state.visit)];
      sentences.push_back(out_of_window_sentence(who, when, state.days_after_anchor, visit) +
                          (because.empty() ? "" : " Also: " + because + "."));
    } else {
      const bool says_it = state.kind == VisitState::Kind::excluded && because.starts_with("excluded");
      sentences.push_back(
          fmt::format("{}: {}{}.", where, says_it ? "" : state_words(state.kind), because.empty() ? "" : (says_it ? "" : ": ") + because));
    }
  }
  return sentences;
}

}  // namespace semg
