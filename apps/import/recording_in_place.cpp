// SPDX-License-Identifier: BSD-3-Clause
#include "apps/import/recording_in_place.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "apps/import/feed.hpp"
#include "dsp/block.hpp"
#include "io/recording_reader.hpp"

namespace semg {
namespace {

std::string differs(const std::string& field, const std::string& found, const std::string& expected) {
  return fmt::format("{}: found {}, expected {}", field, found.empty() ? "none" : found, expected.empty() ? "none" : expected);
}

std::string words_of(const Channel& channel) {
  std::string words = channel.label + "=" + channel.muscle;
  if (channel.side != Side::none) words += std::string(":") + to_string(channel.side);
  if (channel.unit != Unit::microvolt) words += std::string(" in ") + to_string(channel.unit);
  if (channel.ied_mm) words += fmt::format(", {:g} mm apart", *channel.ied_mm);
  if (!channel.reference.empty()) words += ", reference " + channel.reference;
  return words;
}

std::string words_of(const std::vector<Channel>& channels) {
  std::string words;
  for (const Channel& channel : channels) words += (words.empty() ? "" : "; ") + words_of(channel);
  return words;
}

std::string words_of(const std::vector<Period>& periods) {
  if (periods.size() != 1) return fmt::format("{} periods", periods.size());
  const Period& period = periods.front();
  return fmt::format("{} (repetition {}) of {} rows from {}", period.task, period.repetition, period.rows, period.first_row);
}

// The rows that both have; a gap at the start of the recording leaves fewer.
bool same_first_rows(const PreparedImport& import, RecordingReader& reader) {
  const std::size_t channels = import.plan.channels.size();
  ImportFeed feed(*import.source, import.plan);
  Block wanted(channels, ImportFeed::kMaxRows), found(channels, ImportFeed::kMaxRows);
  if (!feed.next() || !reader.read(found)) return true;
  feed.values(wanted);
  const auto rows = std::min<std::int64_t>(found.end(), static_cast<std::int64_t>(wanted.rows()));
  for (std::int64_t row = found.first; row < rows; ++row) {
    const auto x = wanted.row(static_cast<std::size_t>(row)), y = found.row(static_cast<std::size_t>(row - found.first));
    for (std::size_t c = 0; c < channels; ++c) {
      if (x[c] != y[c] && !(std::isnan(x[c]) && std::isnan(y[c]))) return false;
    }
  }
  return true;
}

}  // namespace

std::string difference_in_place(const PreparedImport& import, const ImportSettings& settings) {
  RecordingReader reader(settings.out);
  const Recording& there = reader.recording();
  const ImportPlan& plan = import.plan;
  if (there.source_sha256 != import.source_sha256) return differs("source", "the recording of another content", "of this file's");
  const auto text = [](const char* field, const std::string& found, const std::string& expected) {
    return found == expected ? std::string() : differs(field, found, expected);
  };
  for (const std::string& difference :
       {text("recording_id", there.recording_id, settings.recording_id),
        text("participant_id", there.participant_id, settings.participant_id), text("visit_id", there.visit_id, settings.visit_id),
        text("session start", there.session_start, import.session_start)}) {
    if (!difference.empty()) return difference;
  }
  if (there.stream.fs_hz != plan.fs_hz)
    return differs("sampling rate", fmt::format("{:.10g} Hz", there.stream.fs_hz), fmt::format("{:.10g} Hz", plan.fs_hz));
  std::vector<Channel> wanted;
  for (const PlannedChannel& planned : plan.channels) wanted.push_back(planned.channel);
  if (auto channels = text("channels", words_of(there.stream.channels), words_of(wanted)); !channels.empty()) return channels;
  if (there.rows != plan.rows) return differs("rows", fmt::format("{}", there.rows), fmt::format("{}", plan.rows));
  if (there.periods != import.periods) return differs("periods", words_of(there.periods), words_of(import.periods));
  if (!same_first_rows(import, reader)) return differs("samples", "other values", "those that the stated unit and columns give");
  return "";
}

}  // namespace semg
