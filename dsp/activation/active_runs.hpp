// SPDX-License-Identifier: BSD-3-Clause
// Rules that come after any detector: short silences are bridged, then short activations dropped.
#pragma once

#include <cstdint>
#include <optional>

namespace semg {

/// Rows [onset, offset).
struct ActiveRun {
  std::int64_t onset = 0, offset = 0;
};

/// From the rows at which a detector switches to activations. Each row of the detector is known `look_ahead_rows` later; an activation is
/// final min_off_rows after that.
class ActiveRuns {
 public:
  ActiveRuns(std::int64_t min_on_rows, std::int64_t min_off_rows, std::int64_t look_ahead_rows) noexcept
      : min_on_(min_on_rows), min_off_(min_off_rows), look_ahead_(look_ahead_rows) {}

  void begin() noexcept { has_run_ = on_ = false; }
  /// The detector switched at `row`, to the state it was not in; what ended long before is final.
  std::optional<ActiveRun> switched(std::int64_t row) noexcept;
  /// What is final once `rows` are in.
  std::optional<ActiveRun> settled(std::int64_t rows) noexcept;
  /// The stretch ended after `rows`; an activation that lasts ends with it.
  std::optional<ActiveRun> end(std::int64_t rows) noexcept;
  /// What is long enough to stand but not final, as far as it is known with `rows`.
  std::optional<ActiveRun> lasting(std::int64_t rows) const noexcept;

  std::int64_t latency_rows() const noexcept { return look_ahead_ + min_on_ + min_off_ + 1; }

 private:
  std::optional<ActiveRun> taken() noexcept;

  std::int64_t min_on_, min_off_, look_ahead_;
  ActiveRun run_;
  bool has_run_ = false, on_ = false;
};

}  // namespace semg
