// SPDX-License-Identifier: BSD-3-Clause
#include "apps/live/stop_signals.hpp"

#include <atomic>
#include <csignal>
#include <cstdlib>

namespace semg {
namespace {

std::atomic<int> g_received = 0;
static_assert(std::atomic<int>::is_always_lock_free);

void remember(int signal) {
  if (g_received.exchange(signal) != 0) std::_Exit(128 + signal);
}

}  // namespace

StopSignals::StopSignals() : interrupt_(std::signal(SIGINT, remember)), terminate_(std::signal(SIGTERM, remember)) {
  g_received = 0;
}

StopSignals::~StopSignals() {
  std::signal(SIGINT, interrupt_);
  std::signal(SIGTERM, terminate_);
}

int StopSignals::received() noexcept {
  return g_received;
}

}  // namespace semg
