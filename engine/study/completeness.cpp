// SPDX-License-Identifier: BSD-3-Clause
#include "engine/study/completeness.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace semg {
namespace {

constexpr double kDurationTolerance = 0.2;  // of the planned duration

std::string muscle_and_side(const std::string& muscle, Side side) {
  return side == Side::none ? "muscle " + muscle : fmt::format("muscle {} {}", muscle, to_string(side));
}

std::string excluded_words(const Exclusion& e) {
  return fmt::format("excluded{}{}: {}", e.by.empty() ? "" : " by " + e.by, e.on.empty() ? "" : " on " + e.on, e.reason);
}

/// One visit of one participant, looked at from all sides.
class Visit {
 public:
  Visit(const Study& study, const std::vector<const Session*>& sessions, std::size_t participant, std::size_t visit, bool microvolts)
      : study_(study),
        sessions_(sessions),
        who_(study.participants[participant]),
        planned_(study.plan.visits[visit]),
        microvolts_(microvolts) {
    state_.participant = static_cast<int>(participant);
    state_.visit = static_cast<int>(visit);
    state_.recordings = static_cast<int>(sessions.size());
  }

  VisitState state() {
    when();
    if (const Exclusion* e = whole_exclusion()) {
      say(excluded_words(*e));
      state_.kind = VisitState::Kind::excluded;
    } else if (sessions_.empty()) {
      say(not_recorded());
      state_.kind = VisitState::Kind::missing;
    } else {
      const bool outside = check_window();
      for (const Session* s : sessions_) {
        if (!s->unreadable.empty()) say(s->unreadable);
      }
      const bool something = check_tasks();
      check_acquisition();
      partial_exclusions();
      state_.kind = !something                ? VisitState::Kind::not_usable
                    : outside                 ? VisitState::Kind::out_of_window
                    : !state_.because.empty() ? VisitState::Kind::partly
                                              : VisitState::Kind::usable;
    }
    return std::move(state_);
  }

 private:
  void say(const std::string& what) {
    const std::string sentence = fmt::format("{} of {}: {}", planned_.id, who_.id, what);
    if (std::find(state_.because.begin(), state_.because.end(), sentence) == state_.because.end()) state_.because.push_back(sentence);
  }

  void when() {
    for (const Session* s : sessions_) {
      if (s->day && !state_.day) state_.day = s->day;
    }
    const auto anchor = who_.anchors.find(planned_.anchor);
    if (state_.day && anchor != who_.anchors.end() && anchor->second.calendar == state_.day->calendar)
      state_.days_after_anchor = static_cast<int>(state_.day->number - anchor->second.number);
  }

  const Exclusion* whole_exclusion() const {
    const auto fits = [&](const Exclusion& e) { return here(e) && e.task.empty() && e.muscle.empty() && e.side == Side::none; };
    const auto at = std::find_if(study_.exclusions.begin(), study_.exclusions.end(), fits);
    return at == study_.exclusions.end() ? nullptr : &*at;
  }
  bool here(const Exclusion& e) const {
    return (e.participant_id.empty() || e.participant_id == who_.id) && (e.visit_id.empty() || e.visit_id == planned_.id);
  }
  void partial_exclusions() {
    for (const Exclusion& e : study_.exclusions) {
      if (!here(e)) continue;
      std::string part = e.task.empty() ? "" : fmt::format("task {}: ", e.task);
      if (!e.muscle.empty()) part += muscle_and_side(e.muscle, e.side) + ": ";
      if (e.muscle.empty() && e.side != Side::none) part += fmt::format("{}: ", to_string(e.side));
      say(part + excluded_words(e));
    }
  }

  std::string not_recorded() const {
    for (const SessionEntry& entry : study_.sessions) {
      if (entry.participant_id == who_.id && entry.visit_id == planned_.id && !entry.note.empty())
        return fmt::format("not recorded ({})", entry.note);
    }
    const bool waiting = planned_.window_first_day && !who_.anchors.contains(planned_.anchor);
    return waiting ? fmt::format("not recorded; {} is not known yet", planned_.anchor) : "not recorded";
  }

  /// Whether it was recorded outside its window.
  bool check_window() {
    if (!planned_.window_first_day) return false;
    const int first = *planned_.window_first_day, last = *planned_.window_last_day;
    const std::string window = fmt::format("window {} to {}", first, last);
    if (!state_.days_after_anchor) {
      const bool has_anchor = who_.anchors.contains(planned_.anchor);
      say(has_anchor ? fmt::format("when it was recorded is not known, {} days after {} cannot be told", window, planned_.anchor)
                     : fmt::format("{} is not known, {} cannot be told", planned_.anchor, window));
      return false;
    }
    const int days = *state_.days_after_anchor;
    if (days >= first && days <= last) return false;
    say(fmt::format("{} day{} {} {}, {}: out of window (kept, flagged)", std::abs(days), std::abs(days) == 1 ? "" : "s",
                    days < 0 ? "before" : "after", planned_.anchor, window));
    return true;
  }

  struct Done {
    bool any = false, any_session = false;
    int repetitions = 0;
    double longest_s = 0;
    std::optional<std::size_t> activations;  ///< where these stand for repetitions
  };
  Done done(const PlannedTask& task, const std::string& muscle, Side side) const {
    Done done;
    for (const Session* s : sessions_) {
      for (const SessionChannel& channel : s->channels) {
        for (const SessionTask& t : channel.tasks) {
          if (t.id != task.id) continue;
          done.any_session = true;
          if (channel.muscle != muscle || channel.about.side != side) continue;
          done.any = true;
          done.repetitions += t.repetitions;
          done.longest_s = std::max(done.longest_s, t.longest_s);
          const auto found = t.features.find("duration");
          if (found != t.features.end() && found->second.of == Observations::Of::activations)
            done.activations = done.activations.value_or(0) + found->second.values.size();
        }
      }
    }
    return done;
  }

  bool has_channel(const std::string& muscle, Side side) const {
    return std::any_of(sessions_.begin(), sessions_.end(), [&](const Session* s) {
      return std::any_of(s->channels.begin(), s->channels.end(),
                         [&](const SessionChannel& c) { return c.muscle == muscle && c.about.side == side; });
    });
  }

  /// Whether any planned number can come of it.
  bool check_tasks() {
    bool something = false;
    for (const PlannedMuscle& muscle : study_.plan.muscles) {
      for (const Side side : muscle.sides) {
        if (any_readable() && !has_channel(muscle.id, side)) say(muscle_and_side(muscle.id, side) + ": no such channel");
      }
    }
    for (const PlannedTask& task : study_.plan.tasks) {
      const Done any = done(task, "", Side::none);
      if (!any.any_session) {
        if (any_readable()) say(fmt::format("task {}: not recorded", task.id));
        continue;
      }
      for (const PlannedMuscle& muscle : study_.plan.muscles) {
        if (std::find(task.muscles.begin(), task.muscles.end(), muscle.id) == task.muscles.end()) continue;
        for (const Side side : muscle.sides) {
          const Done one = done(task, muscle.id, side);
          something = something || (one.any && task.kind != TaskKind::rest);
          if (one.any) check_amount(task, one);
          if (!one.any && has_channel(muscle.id, side))
            say(fmt::format("task {}: {}: no such channel", task.id, muscle_and_side(muscle.id, side)));
        }
      }
    }
    return something;
  }
  bool any_readable() const {
    return std::any_of(sessions_.begin(), sessions_.end(), [](const Session* s) { return s->unreadable.empty(); });
  }

  void check_amount(const PlannedTask& task, const Done& one) {
    // Of one period that was not cut into repetitions nothing is known before it is measured.
    const int found = one.activations ? static_cast<int>(*one.activations) : one.repetitions;
    const bool not_known = one.repetitions == 1 && task.kind == TaskKind::repetitions && !one.activations;
    if (task.repetitions > 0 && found != task.repetitions && !not_known)
      say(fmt::format("task {}: {} repetition{}, planned {}", task.id, found, found == 1 ? "" : "s", task.repetitions));
    if (task.kind == TaskKind::hold && task.duration_s > 0 &&
        std::abs(one.longest_s - task.duration_s) > kDurationTolerance * task.duration_s)
      say(fmt::format("task {}: {:.3g} s, planned {:.3g} s", task.id, one.longest_s, task.duration_s));
    if (task.min_s > 0 && one.longest_s < task.min_s)
      say(fmt::format("task {}: {:.3g} s, planned at least {:.3g} s", task.id, one.longest_s, task.min_s));
  }

  void check_acquisition() {
    const Acquisition& wanted = study_.plan.acquisition;
    for (const Session* s : sessions_) {
      if (!s->unreadable.empty()) continue;
      if (s->fs_hz < wanted.min_rate_hz)
        say(fmt::format("{}: {:.6g} Hz, planned at least {:.6g} Hz", s->recording_name, s->fs_hz, wanted.min_rate_hz));
      for (const SessionChannel& channel : s->channels) {
        if (channel.muscle.empty()) continue;
        const std::string what = muscle_and_side(channel.muscle, channel.about.side);
        if (microvolts_ && channel.about.unit == Unit::arbitrary) say(what + ": in a.u., other recordings in uV");
        if (wanted.interelectrode_distance_mm && channel.about.ied_mm &&
            std::abs(*channel.about.ied_mm - *wanted.interelectrode_distance_mm) > 0.01 * *wanted.interelectrode_distance_mm) {
          say(fmt::format("{}: electrodes {:.6g} mm apart, planned {:.6g} mm", what, *channel.about.ied_mm,
                          *wanted.interelectrode_distance_mm));
        }
        if (!wanted.reference.empty() && !channel.about.reference.empty() && channel.about.reference != wanted.reference)
          say(fmt::format("{}: reference electrode at {}, planned {}", what, channel.about.reference, wanted.reference));
      }
    }
  }

  const Study& study_;
  const std::vector<const Session*>& sessions_;
  const Participant& who_;
  const PlannedVisit& planned_;
  bool microvolts_;
  VisitState state_;
};

}  // namespace

std::vector<VisitState> visit_states(const Study& study, const std::vector<Session>& sessions) {
  bool microvolts = false;  // whether any recording has a physical unit
  for (const Session& s : sessions) {
    for (const SessionChannel& c : s.channels) microvolts = microvolts || (!c.muscle.empty() && c.about.unit == Unit::microvolt);
  }
  std::vector<VisitState> states;
  for (std::size_t p = 0; p < study.participants.size(); ++p) {
    for (std::size_t v = 0; v < study.plan.visits.size(); ++v) {
      std::vector<const Session*> of_visit;
      for (const Session& s : sessions) {
        if (s.participant_id == study.participants[p].id && s.visit_id == study.plan.visits[v].id) of_visit.push_back(&s);
      }
      states.push_back(Visit(study, of_visit, p, v, microvolts).state());
    }
  }
  return states;
}

const char* to_string(VisitState::Kind kind) noexcept {
  switch (kind) {
    case VisitState::Kind::usable: return "usable";
    case VisitState::Kind::partly: return "partly";
    case VisitState::Kind::out_of_window: return "out_of_window";
    case VisitState::Kind::not_usable: return "not_usable";
    case VisitState::Kind::excluded: return "excluded";
    case VisitState::Kind::missing: return "missing";
  }
  return "";
}

}  // namespace semg
