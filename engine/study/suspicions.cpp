// SPDX-License-Identifier: BSD-3-Clause
#include "engine/study/suspicions.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "engine/study/values.hpp"

namespace semg {
namespace {

constexpr double kUnitJump = 100;
constexpr double kCollapsed = 0.1;
constexpr double kFlatShare = 0.5;
constexpr double kBandDb = 8;
constexpr double kExchangeLogOdds = 8;
constexpr double kLeastLnSpread = 0.15 * std::numbers::sqrt2;  // of a difference between sides: day-to-day variation as published for RMS
constexpr double kLeastHzSpread = 4.0 * std::numbers::sqrt2;   // and median frequency

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return (*middle + *std::max_element(values.begin(), middle)) / 2;
}

using Muscle = std::pair<std::string, Side>;

class Suspicions {
 public:
  Suspicions(const Study& study, const std::vector<Session>& sessions)
      : study_(study), sessions_(sessions), of_participant_(study.participants.size()) {
    for (std::size_t s = 0; s < sessions.size(); ++s) {
      const Session& session = sessions[s];
      const int p = participant_index(study, session.participant_id), v = visit_index(study.plan, session.visit_id);
      places_.emplace_back(p, v);
      tasks_.push_back(tasks_of(session));
      if (p < 0 || v < 0) {
        note(s, {}, StudyReason::not_in_plan,
             fmt::format("{}: participant {}, visit {}: not in the study; left out", session.recording_name,
                         session.participant_id.empty() ? "unknown" : session.participant_id,
                         session.visit_id.empty() ? "unknown" : session.visit_id));
      } else if (!session.unreadable.empty()) {
        note(s, {}, StudyReason::unreadable, session.unreadable);
      } else {
        of_participant_[static_cast<std::size_t>(p)].push_back(s);
        for (const SessionChannel& channel : session.channels) {
          if (!channel.muscle.empty()) alike_[alike(s, muscle_of(channel))].emplace_back(s, &channel);
        }
      }
      for (const std::string& key : session.differing_settings)
        note(s, {}, StudyReason::different_settings,
             fmt::format("{}: measured with other settings than the study's: {}", session.recording_name, key));
    }
  }

  std::vector<StudyFinding> all() {
    find_duplicates();
    for (const auto& sessions : of_participant_) {
      find_jumps(sessions);
      find_filters(sessions);
    }
    find_exchanged_sides();
    return std::move(findings_);
  }

 private:
  void note(std::size_t s, const Muscle& muscle, StudyReason code, std::string text) {
    findings_.push_back({.participant = places_[s].first,
                         .visit = places_[s].second,
                         .recording_id = sessions_[s].recording_id,
                         .muscle = muscle.first,
                         .side = muscle.second,
                         .code = code,
                         .text = std::move(text)});
  }

  /// What a recording is of: only recordings of the same tasks are alike.
  static std::string tasks_of(const Session& session) {
    std::set<std::string> tasks;
    for (const SessionChannel& channel : session.channels) {
      for (const SessionTask& task : channel.tasks) tasks.insert(task.id);
    }
    std::string text;
    for (const std::string& task : tasks) text += task + '\n';
    return text;
  }
  using Alike = std::tuple<int, Muscle, std::string>;
  Alike alike(std::size_t s, const Muscle& muscle) const { return {places_[s].first, muscle, tasks_[s]}; }

  static std::string name(const Muscle& muscle) {
    return muscle.second == Side::none ? muscle.first : muscle.first + " " + to_string(muscle.second);
  }
  static Muscle muscle_of(const SessionChannel& channel) { return {channel.muscle, channel.about.side}; }

  void find_duplicates() {
    std::map<std::uint64_t, std::vector<std::size_t>> of_hash;
    for (std::size_t s = 0; s < sessions_.size(); ++s) {
      if (!sessions_[s].unreadable.empty() || places_[s].first < 0 || places_[s].second < 0) continue;
      for (const SessionChannel& channel : sessions_[s].channels) {
        auto& holders = of_hash[channel.samples_hash];
        if (channel.samples_hash != 0 && (holders.empty() || holders.back() != s)) holders.push_back(s);
      }
    }
    for (std::size_t s = 0; s < sessions_.size(); ++s) {
      std::vector<std::size_t> same;
      for (const SessionChannel& channel : sessions_[s].channels) {
        const auto holders = of_hash.find(channel.samples_hash);
        if (holders == of_hash.end()) continue;
        for (const std::size_t other : holders->second) {
          if (other != s && places_[other] != places_[s] && std::find(same.begin(), same.end(), other) == same.end()) same.push_back(other);
        }
      }
      if (same.empty() || places_[s].first < 0 || places_[s].second < 0) continue;
      std::string others;
      for (const std::size_t other : same) others += (others.empty() ? "" : ", ") + sessions_[other].recording_name;
      note(s, {}, StudyReason::duplicate_recording, fmt::format("{}: holds the same samples as {}", sessions_[s].recording_name, others));
    }
  }

  /// A fact about one muscle at the participant's other visits, from recordings of the same tasks.
  template <class Get>
  std::vector<double> others(std::size_t not_this, const Muscle& muscle, Get get) const {
    std::vector<double> values;
    const auto found = alike_.find(alike(not_this, muscle));
    if (found == alike_.end()) return values;
    for (const auto& [s, channel] : found->second) {
      if (places_[s] == places_[not_this]) continue;
      if (const std::optional<double> value = get(*channel); value && std::isfinite(*value)) values.push_back(*value);
    }
    return values;
  }

  void find_jumps(const std::vector<std::size_t>& sessions) {
    const auto rms = [](const SessionChannel& c) { return c.rms; };
    const auto rest = [](const SessionChannel& c) { return c.rest_rms; };
    for (const std::size_t s : sessions) {
      for (const SessionChannel& channel : sessions_[s].channels) {
        const Muscle muscle = muscle_of(channel);
        if (channel.muscle.empty()) continue;
        if (channel.invalid_share > kFlatShare && channel.invalid_because == Reason::flat) {
          note(s, muscle, StudyReason::collapsed_channel,
               fmt::format("{}: {} is flat for {:.0f} % of the time", sessions_[s].recording_name, name(muscle),
                           100 * channel.invalid_share));
          continue;
        }
        const auto levels = others(s, muscle, rms);
        if (levels.empty() || !channel.rms || !(median(levels) > 0)) continue;
        const double ratio = *channel.rms / median(levels);
        const auto rests = others(s, muscle, rest);
        const bool rest_follows = !rests.empty() && channel.rest_rms && *channel.rest_rms < median(rests) / kUnitJump;
        if (ratio > kUnitJump || (ratio < 1 / kUnitJump && rest_follows)) {
          note(s, muscle, StudyReason::unit_jump,
               fmt::format("{}: {} is {:.3g} times as large as at the other visits; the unit looks wrong", sessions_[s].recording_name,
                           name(muscle), ratio));
        } else if (ratio < kCollapsed && levels.size() > 1) {
          note(s, muscle, StudyReason::collapsed_channel,
               fmt::format("{}: {} has {:.2g} % of the RMS of the other visits; the channel looks dead", sessions_[s].recording_name,
                           name(muscle), 100 * ratio));
        }
      }
    }
  }

  /// A filter of the device acts on all channels alike: an octave in which two thirds of them or more lost or gained much.
  void find_filters(const std::vector<std::size_t>& sessions) {
    for (const std::size_t s : sessions) {
      std::string octaves;
      for (std::size_t k = 0; k < BandShape::kOctaves; ++k) {
        std::vector<double> differences;
        for (const SessionChannel& channel : sessions_[s].channels) {
          const auto elsewhere = others(s, muscle_of(channel), [&](const SessionChannel& c) { return c.shape.db[k]; });
          if (channel.shape.db[k] && elsewhere.size() > 1) differences.push_back(*channel.shape.db[k] - median(elsewhere));
        }
        const auto lower = std::count_if(differences.begin(), differences.end(), [](double d) { return d <= -kBandDb; });
        const auto higher = std::count_if(differences.begin(), differences.end(), [](double d) { return d >= kBandDb; });
        if (differences.empty() || 3 * std::max(lower, higher) < 2 * static_cast<std::ptrdiff_t>(differences.size())) continue;
        octaves += fmt::format("{}{:+.0f} dB in {:g}-{:g} Hz", octaves.empty() ? "" : ", ", median(differences), BandShape::kEdgesHz[k],
                               BandShape::kEdgesHz[k + 1]);
      }
      if (!octaves.empty())
        note(s, {}, StudyReason::different_band,
             fmt::format("{}: the spectrum differs from the other visits: {}; the device's filter looks changed",
                         sessions_[s].recording_name, octaves));
    }
  }

  /// Difference left - right of one muscle at one session.
  struct Sides {
    std::size_t session;
    std::optional<double> ln_rms, mdf_hz;
  };
  std::vector<Sides> sides_of(const std::vector<std::size_t>& sessions, const std::string& muscle) const {
    std::vector<Sides> found;
    for (const std::size_t s : sessions) {
      const SessionChannel *left = nullptr, *right = nullptr;
      for (const SessionChannel& channel : sessions_[s].channels) {
        if (channel.muscle != muscle) continue;
        if (channel.about.side == Side::left) left = &channel;
        if (channel.about.side == Side::right) right = &channel;
      }
      if (left == nullptr || right == nullptr || is_named(s, {muscle, Side::left}) || is_named(s, {muscle, Side::right})) continue;
      Sides sides{.session = s, .ln_rms = {}, .mdf_hz = {}};
      if (left->rms && right->rms && *left->rms > 0 && *right->rms > 0) sides.ln_rms = std::log(*left->rms / *right->rms);
      if (left->mdf_hz && right->mdf_hz) sides.mdf_hz = *left->mdf_hz - *right->mdf_hz;
      found.push_back(sides);
    }
    return found;
  }
  bool is_named(std::size_t s, const Muscle& muscle) const {
    return std::any_of(findings_.begin(), findings_.end(), [&](const StudyFinding& f) {
      return f.recording_id == sessions_[s].recording_id && (f.muscle.empty() || (f.muscle == muscle.first && f.side == muscle.second));
    });
  }

  static std::vector<double> known(const std::vector<Sides>& sides, std::optional<double> Sides::*fact, std::size_t not_this) {
    std::vector<double> values;
    for (const Sides& one : sides) {
      if (one.session != not_this && one.*fact) values.push_back(*(one.*fact));
    }
    return values;
  }

  void find_exchanged_sides() {
    struct Case {
      std::string muscle;
      std::vector<Sides> sides;
    };
    std::vector<Case> cases;
    for (std::size_t p = 0; p < of_participant_.size(); ++p) {
      std::map<std::string, std::vector<std::size_t>> of_tasks;
      for (const std::size_t s : of_participant_[p]) of_tasks[tasks_[s]].push_back(s);
      for (const auto& [tasks, sessions] : of_tasks) {
        for (const PlannedMuscle& m : study_.plan.muscles) {
          auto sides = sides_of(sessions, m.id);
          if (sides.size() > 2) cases.push_back({m.id, std::move(sides)});
        }
      }
    }
    // How the differences vary from visit to visit in this study; an exchanged visit does not move the median deviation.
    const auto spread = [&](std::optional<double> Sides::*fact, double least) {
      std::vector<double> deviations;
      for (const Case& one : cases) {
        const auto values = known(one.sides, fact, static_cast<std::size_t>(-1));
        if (values.size() < 3) continue;
        const double middle = median(values);
        for (const double value : values) deviations.push_back(std::abs(value - middle));
      }
      return deviations.empty() ? least : std::max(least, 1.4826 * median(deviations));
    };
    const double ln_spread = spread(&Sides::ln_rms, kLeastLnSpread), hz_spread = spread(&Sides::mdf_hz, kLeastHzSpread);
    std::map<std::size_t, double> odds_of_session;
    std::map<std::size_t, std::vector<std::pair<std::string, double>>> muscles_of_session;
    for (const Case& one : cases) {
      for (const Sides& sides : one.sides) {
        double log_odds = 0;
        for (const auto& [fact, sigma] : {std::pair{&Sides::ln_rms, ln_spread}, {&Sides::mdf_hz, hz_spread}}) {
          const auto elsewhere = known(one.sides, fact, sides.session);
          if (!(sides.*fact) || elsewhere.size() < 2) continue;
          const double variance = sigma * sigma * (1 + 1.0 / static_cast<double>(elsewhere.size()));
          log_odds += -2 * *(sides.*fact) * median(elsewhere) / variance;
        }
        odds_of_session[sides.session] += log_odds;
        muscles_of_session[sides.session].emplace_back(one.muscle, log_odds);
      }
    }
    for (const auto& [s, muscles] : muscles_of_session) {
      const bool all = odds_of_session[s] > kExchangeLogOdds;
      for (const auto& [muscle, log_odds] : muscles) {
        // Electrodes are exchanged by hand: together, or one pair of them.
        if (!(log_odds > kExchangeLogOdds || (all && log_odds > 0))) continue;
        for (const Side side : {Side::left, Side::right})
          note(s, {muscle, side}, StudyReason::exchanged_sides,
               fmt::format(
                   "{}: left and right {} look exchanged: level and median frequency fit the other visits better the other way round",
                   sessions_[s].recording_name, muscle));
      }
    }
  }

  const Study& study_;
  const std::vector<Session>& sessions_;
  std::vector<std::pair<int, int>> places_;  // [sessions] participant, visit
  std::vector<std::string> tasks_;           // [sessions]
  std::map<Alike, std::vector<std::pair<std::size_t, const SessionChannel*>>> alike_;
  std::vector<std::vector<std::size_t>> of_participant_;  // readable sessions
  std::vector<StudyFinding> findings_;
};

}  // namespace

std::vector<StudyFinding> suspicions(const Study& study, const std::vector<Session>& sessions) {
  return Suspicions(study, sessions).all();
}

}  // namespace semg
