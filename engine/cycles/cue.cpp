// SPDX-License-Identifier: BSD-3-Clause
#include "engine/cycles/cue.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>

#include <fmt/format.h>

#include "dsp/error.hpp"

namespace semg {
namespace {

constexpr std::string_view kEvent = "event:", kActivation = "activation:";
constexpr std::size_t kMostNamed = 20;

/// "one of a, b, c", or that there is none.
std::string one_of(std::vector<std::string> names, const char* what) {
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  if (names.empty()) return fmt::format("none: the recording has no {}", what);
  const bool more = names.size() > kMostNamed;
  names.resize(std::min(names.size(), kMostNamed));
  return fmt::format("one of {}{}", fmt::join(names, ", "), more ? ", ..." : "");
}

/// The period that holds a row; none where the row lies outside of all periods.
std::optional<int> period_at(const Recording& recording, std::int64_t row) {
  if (recording.periods.empty()) return -1;
  for (std::size_t p = 0; p < recording.periods.size(); ++p) {
    const Period& period = recording.periods[p];
    if (row >= period.first_row && row < period.first_row + period.rows) return static_cast<int>(p);
  }
  return std::nullopt;
}

}  // namespace

std::optional<Cue> cue_from(const std::string& word) {
  for (const auto& [prefix, from] : {std::pair{kEvent, Cue::From::event}, {kActivation, Cue::From::activation}}) {
    if (word.starts_with(prefix) && word.size() > prefix.size()) return Cue{.from = from, .name = word.substr(prefix.size())};
  }
  return std::nullopt;
}

int channel_of(const Recording& recording, const std::string& label, const std::string& where) {
  const auto& channels = recording.stream.channels;
  const auto at = std::find_if(channels.begin(), channels.end(), [&](const Channel& c) { return c.label == label; });
  if (at != channels.end()) return static_cast<int>(at - channels.begin());
  std::vector<std::string> labels;
  for (const Channel& c : channels) labels.push_back(c.label);
  throw Error(Fault::usage, fmt::format("{}: found channel {}, expected {}", where, label, one_of(labels, "channels")));
}

void check_cue(const Cue& cue, const Recording& recording, const std::string& where) {
  if (cue.from == Cue::From::activation) {
    channel_of(recording, cue.name, where);
    return;
  }
  std::vector<std::string> texts;
  for (const Event& e : recording.events) texts.push_back(e.text);
  if (std::find(texts.begin(), texts.end(), cue.name) == texts.end())
    throw Error(Fault::usage, fmt::format("{}: found event {}, expected {}", where, cue.name, one_of(texts, "events")));
}

std::vector<CueRow> cue_rows(const Cue& cue, const Recording& recording, std::span<const Activation> activations) {
  std::vector<CueRow> cues;
  if (cue.from == Cue::From::event) {
    for (const Event& e : recording.events) {
      const std::int64_t row = std::llround(e.t_s * recording.stream.fs_hz);
      if (e.text != cue.name || row < 0 || row > recording.rows) continue;
      if (const auto period = period_at(recording, row)) cues.push_back({.row = row, .period = *period});
    }
  } else {
    const int channel = channel_of(recording, cue.name, "cue");
    for (const Activation& a : activations) {
      if (a.channel == channel) cues.push_back({.row = a.onset_row, .period = a.period});
    }
  }
  std::sort(cues.begin(), cues.end(), [](const CueRow& a, const CueRow& b) { return a.row < b.row; });
  cues.erase(std::unique(cues.begin(), cues.end(), [](const CueRow& a, const CueRow& b) { return a.row == b.row; }), cues.end());
  return cues;
}

}  // namespace semg
