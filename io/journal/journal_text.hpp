// SPDX-License-Identifier: BSD-3-Clause
// What a journal says in words: the head of the recording, events, periods, the end. JSON, with doubles that come back exactly.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "dsp/recording.hpp"

namespace semg {

/// Everything but rows, gaps, periods and events.
std::string head_to_text(const Recording& head);
/// None where it is no head, or one that no recording can have. Throws Error(data) naming `file` where a newer semg wrote it.
std::optional<Recording> head_from_text(const std::string& file, std::span<const std::byte> text);

struct EventWord {
  std::int64_t number = 0;
  Event event;
};
std::string to_text(const EventWord& word);
std::optional<EventWord> event_from_text(std::span<const std::byte> text);

std::string strike_to_text(std::int64_t number);
std::optional<std::int64_t> strike_from_text(std::span<const std::byte> text);

/// Said again whenever it changes, so that the last word about a period that is readable holds all that is known of it.
struct PeriodWord {
  std::int64_t number = 0;
  std::int64_t first_row = 0;
  std::int64_t end_row = -1;  ///< -1: open
  std::string task;
  int repetition = 0;
  bool dropped = false;
};
std::string to_text(const PeriodWord& word);
std::optional<PeriodWord> period_from_text(std::span<const std::byte> text);

std::string clock_to_text(double fs_hz, double drift_ppm, const std::string& utc);

struct EndWord {
  std::int64_t good_rows = 0;
  std::string sha256;  ///< of all rows in order, as they lie in the blocks
};
std::string to_text(const EndWord& word);
std::optional<EndWord> end_from_text(std::span<const std::byte> text);

}  // namespace semg
