// SPDX-License-Identifier: BSD-3-Clause
#include "apps/page/recording_sentences.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

#include <fmt/format.h>

#include "apps/page/readable.hpp"

namespace semg {
namespace {

constexpr std::size_t kMostSentences = 6;

/// What a sentence is about: one task and repetition, or the whole recording.
struct Part {
  std::string task;
  int repetition;
  bool operator==(const Part&) const = default;
};

std::vector<Part> parts_of(const ChannelOnPage& channel) {
  std::vector<Part> parts;
  for (const SummaryRow& row : channel.summary) {
    const Part part{row.task, row.repetition};
    if (part.task == "rest") continue;
    if (std::find(parts.begin(), parts.end(), part) == parts.end()) parts.push_back(part);
  }
  const Part whole{"", 0};
  if (std::find(parts.begin(), parts.end(), whole) != parts.end()) return {whole};
  // Rows over all repetitions of a task stand for the single ones.
  const auto has_total = [&](const Part& part) { return std::find(parts.begin(), parts.end(), Part{part.task, 0}) != parts.end(); };
  std::vector<Part> told;
  for (const Part& part : parts) {
    if (part.repetition == 0 || !has_total(part)) told.push_back(part);
  }
  return told;
}

const SummaryRow* find(const ChannelOnPage& channel, const Part& part, std::string_view feature) {
  const auto row = std::find_if(channel.summary.begin(), channel.summary.end(), [&](const SummaryRow& candidate) {
    return candidate.feature == feature && candidate.task == part.task && candidate.repetition == part.repetition;
  });
  return row == channel.summary.end() ? nullptr : &*row;
}

bool told(const SummaryRow* row) {
  return row != nullptr && row->reason == Reason::ok && row->value && std::isfinite(*row->value);
}

std::string statistic_words(std::string_view statistic) {
  std::string words(statistic);
  std::replace(words.begin(), words.end(), '_', ' ');
  return words;
}

/// "143 µV (geometric mean, 95 % CI 121–169)"; the number of observations where it is not `known_n` of them already told.
std::string value_words(const SummaryRow& row, std::int64_t known_n) {
  std::vector<std::string> about;
  if (!row.statistic.empty() && row.n > 1) about.push_back(statistic_words(row.statistic));
  if (row.ci_low && row.ci_high && std::isfinite(*row.ci_low) && std::isfinite(*row.ci_high)) {
    about.push_back("95\u00a0%\u00a0CI\u00a0" + readable_number(row.ci_low) + "\u2060\u2013\u2060" + readable_number(row.ci_high));
  }
  if (row.n > 0 && row.n != known_n)
    about.push_back("n\u00a0=\u00a0" + readable_count(row.n) + (row.n_unit.empty() ? "" : " " + row.n_unit));
  std::string words = readable_quantity(row.value, row.unit);
  for (std::size_t i = 0; i < about.size(); ++i) words += (i == 0 ? " (" : ", ") + about[i];
  return about.empty() ? words : words + ")";
}

std::string sentence(const ChannelOnPage& channel, const Part& part) {
  std::vector<std::string> clauses;
  const SummaryRow* count = find(channel, part, "activation_count");
  const SummaryRow* duration = find(channel, part, "duration");
  const std::int64_t activations = told(count) ? std::llround(*count->value) : -1;
  if (activations >= 0) {
    std::string words =
        activations == 0 ? "no activation" : readable_count(activations) + (activations == 1 ? " activation" : " activations");
    if (activations > 0 && told(duration)) words += " of " + readable_quantity(duration->value, duration->unit);
    if (activations > 1 && told(duration) && !duration->statistic.empty()) words += " (" + statistic_words(duration->statistic) + ")";
    clauses.push_back(words);
  }
  for (const auto& [feature, words] : {std::pair{"rms_active", "RMS while active "}, {"mdf_active", "median frequency "}}) {
    if (const SummaryRow* row = find(channel, part, feature); told(row)) clauses.push_back(words + value_words(*row, activations));
  }
  if (const SummaryRow* row = find(channel, part, "snr"); told(row)) {
    clauses.push_back("signal-to-noise ratio " + readable_quantity(row->value, row->unit));
  }
  if (clauses.empty()) {
    if (const SummaryRow* row = find(channel, part, "rms"); told(row)) clauses.push_back("RMS " + value_words(*row, -1));
  }
  if (clauses.empty()) return "";
  std::string words;
  if (!part.task.empty()) words = part.task + (part.repetition > 0 ? " " + std::to_string(part.repetition) : "") + ": ";
  for (std::size_t i = 0; i < clauses.size(); ++i) words += (i == 0 ? "" : "; ") + clauses[i];
  if (part.task.empty() && words.front() >= 'a' && words.front() <= 'z') words.front() = static_cast<char>(words.front() - 'a' + 'A');
  return words + ".";
}

std::string_view long_name(std::string_view feature) {
  if (feature == "rms_active") return "RMS while active";
  if (feature == "mdf_active" || feature == "mdf") return "median frequency";
  if (feature == "activation_count") return "activation";
  if (feature == "snr") return "signal-to-noise ratio";
  if (feature == "rms") return "RMS";
  return "";
}

}  // namespace

std::string what_was_found(const ChannelOnPage& channel) {
  const std::vector<Part> parts = parts_of(channel);
  std::string words;
  for (std::size_t i = 0; i < std::min(parts.size(), kMostSentences); ++i) {
    const std::string next = sentence(channel, parts[i]);
    if (!next.empty()) words += (words.empty() ? "" : " ") + next;
  }
  if (parts.size() > kMostSentences) words += fmt::format(" {} more in the table of results.", parts.size() - kMostSentences);
  return words.empty() ? "Nothing could be measured." : words;
}

std::string what_was_not_assessable(const ChannelOnPage& channel) {
  // One feature and reason once, however many tasks it befell. What follows from no activation being known is not said again.
  std::vector<std::pair<std::string_view, std::string_view>> missing;
  if (!channel.no_activation_because.empty()) missing.push_back({"activation", channel.no_activation_because});
  for (const SummaryRow& row : channel.summary) {
    const std::string_view name = long_name(row.feature);
    if (row.reason == Reason::ok || name.empty() || row.task == "rest") continue;
    if (!channel.no_activation_because.empty() && (row.reason == Reason::no_rest || row.reason == Reason::not_active)) continue;
    const std::pair<std::string_view, std::string_view> entry{name, readable_reason(row.reason)};
    if (std::find(missing.begin(), missing.end(), entry) == missing.end()) missing.push_back(entry);
  }
  // What misses for one and the same reason is told together.
  std::string words;
  for (auto at = missing.begin(); at != missing.end(); ++at) {
    const auto same = [&](const auto& other) { return other.second == at->second; };
    if (std::any_of(missing.begin(), at, same)) continue;
    std::string names;
    for (auto other = at; other != missing.end(); ++other) {
      if (same(*other)) names += (names.empty() ? "" : ", ") + std::string(other->first);
    }
    words += fmt::format("{}{} ({})", words.empty() ? "Not assessable: " : "; ", names, at->second);
  }
  return words.empty() ? words : words + ".";
}

}  // namespace semg
