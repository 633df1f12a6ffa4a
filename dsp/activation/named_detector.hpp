// SPDX-License-Identifier: BSD-3-Clause
// Any of the published detectors on all channels, with the outside of ActivationDetector.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "dsp/activation/activation_detector.hpp"
#include "dsp/activation/activation_method.hpp"
#include "dsp/activation/active_runs.hpp"
#include "dsp/activation/aglr_step.hpp"
#include "dsp/activation/bonato.hpp"
#include "dsp/activation/hodges_bui.hpp"
#include "dsp/activation/lidierth.hpp"
#include "dsp/activation/rest_survey.hpp"
#include "dsp/activation/tkeo.hpp"
#include "dsp/block.hpp"

namespace semg {

/// push() conditioned blocks between begin() and end(). A sample that is not finite ends the channel's activation; behind it the detector
/// starts anew. The last rows of a stretch, for which the detector cannot look ahead, keep the state before them.
/// Nothing allocates after the constructor as long as take() empties what push() of at most 1024 rows found.
class NamedDetector {
 public:
  /// `method`: not first_departure. A channel whose reference lacks the method's moments is never called active: ask can_tell().
  NamedDetector(ActivationMethod method, double fs_hz, ActivationRules rules, const std::vector<std::optional<RestReference>>& rest);

  void set_rest(std::size_t channel, const RestReference& rest) noexcept { channels_[channel].rest = rest.moments; }

  void begin(std::int64_t first_row) noexcept;
  void push(const Block& conditioned) noexcept;
  void end() noexcept;

  std::optional<Active> take() noexcept;
  std::optional<Active> lasting(std::size_t channel) const noexcept;
  bool can_tell(std::size_t channel) const noexcept { return channels_[channel].rest.has_value(); }
  std::int64_t latency_rows() const noexcept { return channels_.front().runs.latency_rows(); }

 private:
  using Detector = std::variant<HodgesBui, Bonato, Lidierth, Tkeo, AglrStep>;
  struct Channel {
    std::optional<RestMoments> rest;
    Detector detector;
    ActiveRuns runs;
    bool running = false;
    std::int64_t first_row = 0, end_row = 0;  // since the detector began
  };
  static Detector detector_of(ActivationMethod method, double fs_hz);
  void close(std::size_t c) noexcept;
  void keep(std::size_t c, const std::optional<ActiveRun>& run) noexcept;

  std::vector<Channel> channels_;
  std::vector<Active> done_;
  std::size_t taken_ = 0;
};

}  // namespace semg
