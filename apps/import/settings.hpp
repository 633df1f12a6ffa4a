// SPDX-License-Identifier: BSD-3-Clause
// What `semg import` was asked for.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "io/formats/text_layout.hpp"

namespace semg {

/// A rate that somebody vouches for.
struct StatedRate {
  double hz = 0;
  std::string by;  ///< "--fs", "fs_hz": who says it
};

struct ImportSettings {
  std::filesystem::path source;
  std::filesystem::path out;

  std::vector<std::string> channels;  ///< as typed after --channel
  std::filesystem::path channel_map;
  std::vector<std::string> columns;         ///< as typed after --column
  std::optional<double> fs_hz;              ///< wins over the file
  std::optional<StatedRate> expected_rate;  ///< serves a file that says none; one that says another is refused
  std::string unit;                         ///< V, mV, uV, nV, a.u., a number of microvolts per count; empty: as the file says
  std::string unit_otherwise;               ///< the same, for a file that says none
  TextOptions text;
  std::string device;
  std::string dataset;
  std::string series;
  std::optional<double> ied_mm;  ///< distance between the electrodes, of channels whose map does not say it
  std::string reference;         ///< place of the reference electrode, likewise

  std::string recording_id;  ///< empty: the stem of `out`
  std::string participant_id;
  std::string visit_id;
  std::optional<std::string> session_start;  ///< as stated; empty: it is kept out. Nothing: as the file says
  std::string session_date;                  ///< YYYY-MM-DD: the file's own start where it lies on this day, else its first second

  std::string task;                        ///< one period over the whole recording
  int repetition = 0;                      ///< of that task; 0: not numbered
  std::filesystem::path periods;           ///< a table of periods
  std::vector<std::string> period_events;  ///< TEXT[=TASK]: an annotation begins a period
  std::string period_trigger;              ///< LABEL[=TASK]: a channel that is not zero is a period
};

}  // namespace semg
