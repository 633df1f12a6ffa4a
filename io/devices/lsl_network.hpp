// SPDX-License-Identifier: BSD-3-Clause
// Lab streaming layer by UDP: who streams, and what time it is there.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "io/devices/byte_link.hpp"
#include "io/devices/lsl_messages.hpp"

namespace semg {

/// A stream and where it is.
struct LslFound {
  LslInfo info;
  std::string address;
};

/// Asks `host` alone, or where that is empty this computer and, by multicast and broadcast, the networks it is in. Gives those that match,
/// each once: at once where `is_enough` says so of one, else half a second after the first has answered; none where nobody did within
/// `patience`. `trouble`: why nothing could be asked.
std::vector<LslFound> look_for_lsl_streams(const LslWanted& wanted, const std::string& host, std::chrono::milliseconds patience,
                                           const std::function<bool(const LslFound&)>& is_enough, const std::stop_token& stop,
                                           std::string& trouble);

/// How far another computer's clock is ahead of this one's: eight questions, 64 ms apart, every two seconds; of each eight the answer that
/// was quickest counts. Never waits.
class LslClockProbe {
 public:
  using Time = std::chrono::steady_clock::time_point;

  LslClockProbe(const std::string& address, int port);
  int descriptor() const noexcept { return link_.descriptor(); }
  /// Asks where it is time to. Call it at least every 20 ms.
  void ask_when_due(Time now);
  /// Reads the answers that have come.
  void hear();
  /// Seconds; nothing before the first eight are through.
  std::optional<double> ahead_s() const noexcept { return ahead_s_; }
  /// Asks eight times in a row and waits for each answer, at the most 60 ms altogether.
  std::optional<double> ahead_now_s(const std::stop_token& stop);

 private:
  void ask();

  ByteLink link_;
  Time due_{};
  int wave_ = 0, asked_ = 0, heard_ = 0;
  std::optional<double> best_s_, ahead_s_;
  double quickest_s_ = 0;
};

}  // namespace semg
