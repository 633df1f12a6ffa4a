// SPDX-License-Identifier: BSD-3-Clause
#include "dsp/activation/active_runs.hpp"

#include <algorithm>

namespace semg {

std::optional<ActiveRun> ActiveRuns::switched(std::int64_t row) noexcept {
  on_ = !on_;
  if (!on_) {
    run_.offset = std::max(row, run_.onset);
    return std::nullopt;
  }
  if (has_run_ && row - run_.offset < min_off_) return std::nullopt;
  const auto earlier = taken();
  run_ = {.onset = row, .offset = row};
  has_run_ = true;
  return earlier;
}

std::optional<ActiveRun> ActiveRuns::settled(std::int64_t rows) noexcept {
  if (on_ || !has_run_ || rows - look_ahead_ < run_.offset + min_off_) return std::nullopt;
  return taken();
}

std::optional<ActiveRun> ActiveRuns::end(std::int64_t rows) noexcept {
  if (on_) run_.offset = rows;
  on_ = false;
  return taken();
}

std::optional<ActiveRun> ActiveRuns::lasting(std::int64_t rows) const noexcept {
  if (!has_run_) return std::nullopt;
  const ActiveRun known = {.onset = run_.onset, .offset = on_ ? std::max(run_.offset, rows - look_ahead_) : run_.offset};
  if (known.offset - known.onset < min_on_) return std::nullopt;
  return known;
}

std::optional<ActiveRun> ActiveRuns::taken() noexcept {
  const bool stands = has_run_ && run_.offset - run_.onset >= min_on_;
  has_run_ = false;
  return stands ? std::optional(run_) : std::nullopt;
}

}  // namespace semg
