// SPDX-License-Identifier: BSD-3-Clause
// One number about one channel of a recording: a row of summary.csv.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "dsp/reason.hpp"

namespace semg {

struct SummaryRow {
  int channel = 0;
  std::string task;    ///< empty: the whole recording
  int repetition = 0;  ///< 0: all of the task
  std::string feature;
  std::string statistic;
  std::optional<double> value;  ///< empty where it is not assessable; `reason` says why
  std::string unit;
  std::optional<double> ci_low;  ///< 95 %
  std::optional<double> ci_high;
  std::int64_t n = 0;
  std::string n_unit;
  Reason reason = Reason::ok;
};

}  // namespace semg
