// SPDX-License-Identifier: BSD-3-Clause
// What `semg import` was asked for.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "io/formats/text_layout.hpp"

namespace semg {

struct ImportSettings {
  std::filesystem::path source;
  std::filesystem::path out;

  std::vector<std::string> channels;  ///< as typed after --channel
  std::filesystem::path channel_map;
  std::vector<std::string> columns;  ///< as typed after --column
  std::optional<double> fs_hz;
  std::string unit;  ///< V, mV, uV, nV, a.u., a number of microvolts per count; empty: as the file says
  TextOptions text;
  std::string device;
  std::string dataset;
  std::string series;

  std::string recording_id;  ///< empty: the stem of `out`
  std::string participant_id;
  std::string visit_id;
  std::string session_start;

  std::string task;                        ///< one period over the whole recording
  std::filesystem::path periods;           ///< a table of periods
  std::vector<std::string> period_events;  ///< TEXT[=TASK]: an annotation begins a period
  std::string period_trigger;              ///< LABEL[=TASK]: a channel that is not zero is a period
};

}  // namespace semg
