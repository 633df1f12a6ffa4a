// SPDX-License-Identifier: BSD-3-Clause
#include "engine/study/suspicions.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "engine/statistics/spread.hpp"
#include "engine/study/exchanged_sides.hpp"
#include "engine/study/values.hpp"

namespace semg {
namespace {

constexpr double kUnitJump = 100;
constexpr double kCollapsed = 0.1;
constexpr double kFlatShare = 0.5;
constexpr double kLeastBandDb = 4;
constexpr double kBandSpreads = 6;
constexpr double kClearDb = 15;
constexpr double kRateClass = 0.05;

/// What a level is at other visits: the middle of three or more, as logarithms; of one or two all that lies between them.
struct Typical {
  double low, high;
};
Typical typical(std::vector<double> levels) {
  if (levels.size() < 3) return {*std::min_element(levels.begin(), levels.end()), *std::max_element(levels.begin(), levels.end())};
  for (double& level : levels) level = std::log(level);
  const double middle = std::exp(median(levels));
  return {middle, middle};
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
    for (const auto& sessions : of_participant_) find_jumps(sessions);
    find_filters();
    for (StudyFinding& finding : exchanged_sides(study_, sessions_, findings_)) findings_.push_back(std::move(finding));
    return std::move(findings_);
  }

 private:
  void note(std::size_t s, const Muscle& muscle, StudyReason code, std::string text) {
    findings_.push_back({.participant = places_[s].first,
                         .visit = places_[s].second,
                         .session = static_cast<int>(s),
                         .recording_id = sessions_[s].recording_id,
                         .muscle = muscle.first,
                         .side = muscle.second,
                         .code = code,
                         .text = std::move(text)});
  }

  using Alike = std::tuple<int, Muscle, std::string>;
  Alike alike(std::size_t s, const Muscle& muscle) const { return {places_[s].first, muscle, tasks_[s]}; }

  static std::string name(const Muscle& muscle) {
    return muscle.second == Side::none ? muscle.first : muscle.first + " " + to_string(muscle.second);
  }
  static Muscle muscle_of(const SessionChannel& channel) { return {channel.muscle, channel.about.side}; }

  void find_duplicates() {
    std::map<std::uint64_t, std::vector<std::size_t>> of_hash;
    const auto counts = [](const SessionChannel& channel) { return channel.samples_hash != 0 && !channel.muscle.empty(); };
    for (std::size_t s = 0; s < sessions_.size(); ++s) {
      if (!sessions_[s].unreadable.empty() || places_[s].first < 0 || places_[s].second < 0) continue;
      for (const SessionChannel& channel : sessions_[s].channels) {
        auto& holders = of_hash[channel.samples_hash];
        if (counts(channel) && (holders.empty() || holders.back() != s)) holders.push_back(s);
      }
    }
    for (std::size_t s = 0; s < sessions_.size(); ++s) {
      std::set<std::size_t> same;
      for (const SessionChannel& channel : sessions_[s].channels) {
        const auto holders = of_hash.find(channel.samples_hash);
        if (counts(channel) && holders != of_hash.end()) same.insert(holders->second.begin(), holders->second.end());
      }
      same.erase(s);
      if (same.empty() || places_[s].first < 0 || places_[s].second < 0) continue;
      constexpr std::size_t kNamed = 3;
      std::string others;
      std::size_t named = 0;
      for (const std::size_t other : same) {
        if (named++ == kNamed) break;
        others += (others.empty() ? "" : ", ") + sessions_[other].recording_name;
      }
      if (same.size() > kNamed) others += fmt::format(" and {} more", same.size() - kNamed);
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
      if (const std::optional<double> value = get(sessions_[s], *channel); value && std::isfinite(*value)) values.push_back(*value);
    }
    return values;
  }

  void find_jumps(const std::vector<std::size_t>& sessions) {
    const auto rms = [](const Session&, const SessionChannel& c) { return c.rms; };
    const auto rest = [](const Session&, const SessionChannel& c) { return c.rest_rms; };
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
        if (levels.empty() || !channel.rms || !(*std::min_element(levels.begin(), levels.end()) > 0)) continue;
        const Typical level = typical(levels);
        // Of two others one may be the one that is wrong: the doubt is theirs.
        const double ratio = *channel.rms >= level.high  ? *channel.rms / level.high
                             : *channel.rms <= level.low ? *channel.rms / level.low
                                                         : 1;
        const auto rests = others(s, muscle, rest);
        const bool rest_follows = !rests.empty() && channel.rest_rms && *channel.rest_rms < typical(rests).low / kUnitJump;
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

  /// Of one recording, octave by octave: how far its spectrum lies from the participant's other visits, in dB. A filter of the device acts
  /// on all channels alike: what the middle one shows, where two thirds go the same way. Channels near their noise tell of the noise.
  struct Shift {
    std::optional<double> db;
    bool together = false;  ///< two thirds of the channels went this way, or the only one did
  };
  using Octaves = std::array<Shift, BandShape::kOctaves>;
  Octaves shift_of(std::size_t s) const {
    Octaves shift;
    for (std::size_t k = 0; k < shift.size(); ++k) {
      std::vector<double> differences;
      for (const SessionChannel& channel : sessions_[s].channels) {
        // At another rate the same filters have other edges.
        const auto clear = [&](const Session& session, const SessionChannel& c) {
          const bool same_rate = std::abs(session.fs_hz - sessions_[s].fs_hz) <= kRateClass * sessions_[s].fs_hz;
          return same_rate && c.snr_db.value_or(kClearDb) >= kClearDb ? c.shape.db[k] : std::nullopt;
        };
        const auto elsewhere = others(s, muscle_of(channel), clear);
        if (const auto here = clear(sessions_[s], channel); here && elsewhere.size() > 1) differences.push_back(*here - median(elsewhere));
      }
      if (differences.empty()) continue;
      const double middle = median(differences);
      const auto alike = std::count_if(differences.begin(), differences.end(),
                                       [&](double d) { return d * middle > 0 && std::abs(d) >= kLeastBandDb / 2; });
      shift[k] = {.db = middle, .together = 3 * alike >= 2 * static_cast<std::ptrdiff_t>(differences.size())};
    }
    return shift;
  }

  void find_filters() {
    std::vector<std::pair<std::size_t, Octaves>> shifts;
    for (const auto& sessions : of_participant_) {
      for (const std::size_t s : sessions) shifts.emplace_back(s, shift_of(s));
    }
    // Beyond what recordings of this study differ anyway; a few that stand out do not move the median.
    std::array<double, BandShape::kOctaves> limit{};
    for (std::size_t k = 0; k < limit.size(); ++k) {
      std::vector<double> sizes;
      for (const auto& [s, shift] : shifts) {
        if (shift[k].db) sizes.push_back(std::abs(*shift[k].db));
      }
      constexpr double kOfNormal = 1.4826;
      if (!sizes.empty()) limit[k] = std::max(kLeastBandDb, kBandSpreads * kOfNormal * median(sizes));
    }
    for (const auto& [s, shift] : shifts) {
      std::string octaves;
      for (std::size_t k = 0; k < shift.size(); ++k) {
        if (!shift[k].db || !shift[k].together || std::abs(*shift[k].db) < limit[k]) continue;
        octaves += fmt::format("{}{:+.0f} dB in {:g}-{:g} Hz", octaves.empty() ? "" : ", ", *shift[k].db, BandShape::kEdgesHz[k],
                               BandShape::kEdgesHz[k + 1]);
      }
      if (!octaves.empty()) {
        note(s, {}, StudyReason::different_band,
             fmt::format("{}: the spectrum differs from the other visits: {}; the device's filter looks changed",
                         sessions_[s].recording_name, octaves));
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
