// SPDX-License-Identifier: BSD-3-Clause
#include "engine/study/study.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>

#include <fmt/format.h>

namespace semg {
namespace {

/// What is left of a spelling: neither case nor blanks nor points.
std::string bare(const std::string& word) {
  std::string out;
  for (const char c : word) {
    if (c == ' ' || c == '\t' || c == '.') continue;
    out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return out;
}

template <class Number>
bool whole(const std::string& text, Number& number) {
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  return !text.empty() && fault == std::errc() && end == text.data() + text.size();
}

bool digits(const std::string& text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::optional<Day> day_from(const std::string& text) {
  constexpr std::int64_t kMostDays = 1'000'000;
  std::int64_t number = 0;
  if (whole(text, number)) {
    if (number < -kMostDays || number > kMostDays) return std::nullopt;
    return Day{number, false};
  }
  if (text.size() < 10 || text[4] != '-' || text[7] != '-' || (text.size() > 10 && text[10] != 'T' && text[10] != ' ')) return std::nullopt;
  const std::string year = text.substr(0, 4), month = text.substr(5, 2), day = text.substr(8, 2);
  if (!digits(year) || !digits(month) || !digits(day)) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(std::stoi(year)), std::chrono::month(static_cast<unsigned>(std::stoi(month))),
                                         std::chrono::day(static_cast<unsigned>(std::stoi(day)))};
  if (!date.ok()) return std::nullopt;
  return Day{std::chrono::sys_days(date).time_since_epoch().count(), true};
}

std::string day_text(const Day& day) {
  if (!day.calendar) return std::to_string(day.number);
  const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(day.number))};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

const char* to_string(View view) noexcept {
  switch (view) {
    case View::raw: return "raw";
    case View::mvc: return "mvc";
    case View::paretic_ratio: return "paretic_ratio";
  }
  return "";
}

const char* to_string(EndpointRole role) noexcept {
  switch (role) {
    case EndpointRole::exploratory: return "exploratory";
    case EndpointRole::secondary: return "secondary";
    case EndpointRole::primary: return "primary";
  }
  return "";
}

const char* to_string(TaskKind kind) noexcept {
  switch (kind) {
    case TaskKind::rest: return "rest";
    case TaskKind::mvc: return "mvc";
    case TaskKind::repetitions: return "repetitions";
    case TaskKind::hold: return "hold";
  }
  return "";
}

const char* to_string(VisitRole role) noexcept {
  return role == VisitRole::baseline ? "baseline" : "follow_up";
}

const char* to_string(ReliabilitySource source) noexcept {
  switch (source) {
    case ReliabilitySource::none: return "none";
    case ReliabilitySource::stated: return "stated";
    case ReliabilitySource::visits: return "visits";
  }
  return "";
}

bool same_muscle_word(const std::string& a, const std::string& b) {
  return bare(a) == bare(b);
}

const PlannedMuscle* find_muscle(const StudyPlan& plan, const std::string& word) {
  if (bare(word).empty()) return nullptr;
  const auto first = [&](auto fits) -> const PlannedMuscle* {
    const auto at = std::find_if(plan.muscles.begin(), plan.muscles.end(), fits);
    return at == plan.muscles.end() ? nullptr : &*at;
  };
  if (const auto* by_id = first([&](const PlannedMuscle& m) { return same_muscle_word(m.id, word); })) return by_id;
  if (const auto* by_alias = first([&](const PlannedMuscle& m) {
        return std::any_of(m.aliases.begin(), m.aliases.end(), [&](const std::string& alias) { return same_muscle_word(alias, word); });
      }))
    return by_alias;
  return first([&](const PlannedMuscle& m) { return same_muscle_word(m.name, word); });
}

std::string side_role(const Study& study, const Participant& participant, Side side) {
  if (!study.plan.paretic || side == Side::none || participant.paretic == Side::none) return "";
  return side == participant.paretic ? "paretic" : "non_paretic";
}

}  // namespace semg
