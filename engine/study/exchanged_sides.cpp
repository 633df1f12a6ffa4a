// SPDX-License-Identifier: BSD-3-Clause
#include "engine/study/exchanged_sides.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numbers>
#include <tuple>

#include <fmt/format.h>

#include "engine/statistics/spread.hpp"
#include "engine/study/values.hpp"

namespace semg {
namespace {

constexpr double kLogOdds = 8;
constexpr double kFit = 3.5;  // standard deviations within which the exchanged sides must lie
constexpr std::size_t kFewestOthers = 2;

/// Left minus right of one muscle in one recording.
struct Sides {
  std::size_t session;
  std::array<std::optional<double>, 2> facts;     // ln RMS, MDF in Hz
  std::optional<double> left_level, right_level;  // ln RMS
};
constexpr std::array<double, 2> kLeastSpread = {0.15 * std::numbers::sqrt2, 4.0 * std::numbers::sqrt2};

/// One participant, one muscle, recordings of the same tasks.
struct Group {
  std::string muscle;
  std::vector<Sides> sides;

  /// Whether each side has the level that the other one has elsewhere, rather than its own: a change of one side alone is no exchange.
  bool levels_cross(const Sides& here) const {
    std::vector<double> left, right;
    for (const Sides& one : sides) {
      if (&one == &here || !one.left_level) continue;
      left.push_back(*one.left_level);
      right.push_back(*one.right_level);
    }
    if (left.size() < kFewestOthers || !here.left_level) return true;  // nothing speaks against it
    const double own_left = median(left), own_right = median(right);
    return std::abs(*here.left_level - own_right) < std::abs(*here.left_level - own_left) &&
           std::abs(*here.right_level - own_left) < std::abs(*here.right_level - own_right);
  }

  std::vector<double> known(std::size_t fact, const Sides* but = nullptr) const {
    std::vector<double> values;
    for (const Sides& one : sides) {
      if (&one != but && one.facts[fact]) values.push_back(*one.facts[fact]);
    }
    return values;
  }
};

bool is_named(const std::vector<StudyFinding>& findings, std::size_t session, const std::string& muscle) {
  return std::any_of(findings.begin(), findings.end(), [&](const StudyFinding& f) {
    return f.session == static_cast<int>(session) && (f.muscle.empty() || f.muscle == muscle);
  });
}

std::optional<Sides> sides_in(const std::vector<Session>& sessions, std::size_t s, const std::string& muscle) {
  const SessionChannel *left = nullptr, *right = nullptr;
  for (const SessionChannel& channel : sessions[s].channels) {
    if (channel.muscle != muscle) continue;
    if (channel.about.side == Side::left) left = &channel;
    if (channel.about.side == Side::right) right = &channel;
  }
  if (left == nullptr || right == nullptr) return std::nullopt;
  Sides sides{.session = s, .facts = {}, .left_level = {}, .right_level = {}};
  if (left->rms && right->rms && *left->rms > 0 && *right->rms > 0) {
    sides.facts[0] = std::log(*left->rms / *right->rms);
    sides.left_level = std::log(*left->rms);
    sides.right_level = std::log(*right->rms);
  }
  if (left->mdf_hz && right->mdf_hz) sides.facts[1] = *left->mdf_hz - *right->mdf_hz;
  return sides;
}

std::vector<Group> groups_of(const Study& study, const std::vector<Session>& sessions, const std::vector<StudyFinding>& already) {
  std::map<std::tuple<int, std::string, std::string>, Group> groups;
  for (std::size_t s = 0; s < sessions.size(); ++s) {
    const int p = participant_index(study, sessions[s].participant_id);
    if (p < 0 || visit_index(study.plan, sessions[s].visit_id) < 0 || !sessions[s].unreadable.empty()) continue;
    for (const PlannedMuscle& muscle : study.plan.muscles) {
      const auto sides = sides_in(sessions, s, muscle.id);
      if (!sides || is_named(already, s, muscle.id)) continue;
      Group& group = groups[{p, tasks_of(sessions[s]), muscle.id}];
      group.muscle = muscle.id;
      group.sides.push_back(*sides);
    }
  }
  std::vector<Group> list;
  for (auto& [key, group] : groups) {
    if (group.sides.size() > kFewestOthers) list.push_back(std::move(group));
  }
  return list;
}

/// How the differences vary from visit to visit in this study; one exchanged visit does not move the median deviation.
double spread_in(const std::vector<Group>& groups, std::size_t fact) {
  std::vector<double> deviations;
  for (const Group& group : groups) {
    const auto values = group.known(fact);
    if (values.size() <= kFewestOthers) continue;
    const double middle = median(values);
    for (const double value : values) deviations.push_back(std::abs(value - middle));
  }
  constexpr double kOfNormal = 1.4826;  // standard deviation over median absolute deviation
  return deviations.empty() ? kLeastSpread[fact] : std::max(kLeastSpread[fact], kOfNormal * median(deviations));
}

}  // namespace

std::vector<StudyFinding> exchanged_sides(const Study& study, const std::vector<Session>& sessions,
                                          const std::vector<StudyFinding>& already) {
  const std::vector<Group> groups = groups_of(study, sessions, already);
  const std::array<double, 2> spread = {spread_in(groups, 0), spread_in(groups, 1)};
  std::map<std::size_t, std::vector<std::pair<std::string, double>>> of_session;  // muscle, log odds
  for (const Group& group : groups) {
    for (const Sides& sides : group.sides) {
      double log_odds = 0;
      bool fits = group.levels_cross(sides);
      for (std::size_t fact = 0; fact < spread.size(); ++fact) {
        const auto others = group.known(fact, &sides);
        if (!sides.facts[fact] || others.size() < kFewestOthers) continue;
        const double elsewhere = median(others);
        const double variance = spread[fact] * spread[fact] * (1 + 1.0 / static_cast<double>(others.size()));
        log_odds -= 2 * *sides.facts[fact] * elsewhere / variance;
        fits = fits && std::abs(*sides.facts[fact] + elsewhere) <= kFit * std::sqrt(variance);
      }
      if (!fits) continue;
      of_session[sides.session].emplace_back(group.muscle, log_odds);
    }
  }
  std::vector<StudyFinding> findings;
  for (const auto& [s, muscles] : of_session) {
    double together = 0;
    for (const auto& [muscle, log_odds] : muscles) together += log_odds;
    for (const auto& [muscle, log_odds] : muscles) {
      if (!(log_odds > kLogOdds || (together > kLogOdds && log_odds > 0))) continue;
      for (const Side side : {Side::left, Side::right}) {
        findings.push_back(
            {.participant = participant_index(study, sessions[s].participant_id),
             .visit = visit_index(study.plan, sessions[s].visit_id),
             .session = static_cast<int>(s),
             .recording_id = sessions[s].recording_id,
             .muscle = muscle,
             .side = side,
             .code = StudyReason::exchanged_sides,
             .text = fmt::format("{}: left and right {} look exchanged: level and median frequency fit the other visits only the "
                                 "other way round",
                                 sessions[s].recording_name, muscle)});
      }
    }
  }
  return findings;
}

}  // namespace semg
