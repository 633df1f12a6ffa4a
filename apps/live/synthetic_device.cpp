// SPDX-License-Identifier: BSD-3-Clause
#include <chrono>
#include <cmath>
#include <memory>
#include <thread>
#include <vector>

#include "apps/live/live_device.hpp"
#include "engine/simulation/simulated_random.hpp"
#include "engine/simulation/simulation.hpp"

namespace semg {
namespace {

constexpr double kLongest_s = 24 * 3600;
constexpr std::uint64_t kLossStream = 0x105;  // keeps chance of loss apart from the samples
constexpr double kPacket_s = 0.01;
constexpr double kDeviceHolds_s = 1;  // a device keeps this much when nobody listens; older rows are lost
constexpr double kAhead_s = 2;        // at full speed: how far ahead of its reader it may be

Simulation simulation_of(const LiveUri& uri) {
  Simulation simulation;
  simulation.channels = static_cast<int>(uri.whole("channels", 1, 1024, 4));
  simulation.fs_hz = uri.number("fs", 100, 100000, 2000);
  simulation.seed = static_cast<std::uint64_t>(uri.whole("seed", 0, INT64_MAX, 1));
  simulation.duration_s = std::min(kLongest_s, 1e10 / simulation.fs_hz);
  const double cycle_s = simulation.contraction.on_s + simulation.contraction.off_s;
  simulation.contraction.repetitions = static_cast<int>((simulation.duration_s - simulation.contraction.rest_s) / cycle_s);
  return simulation;
}

/// Gives packets when they are due; a packet that falls to `loss` is never given.
void stream(const Simulation& simulation, double loss, bool paced, Intake& to, const std::stop_token& stop) {
  SimulatedSource source(simulation);
  Recording head = source.recording();
  head.device = "synthetic";
  head.source_format = "synthetic";
  head.rows = 0;
  head.gaps.clear();
  const double fs_hz = simulation.fs_hz;
  const auto packet_rows = static_cast<std::int64_t>(std::max(1.0, std::round(kPacket_s * fs_hz)));
  const std::size_t channels = head.stream.channels.size();
  std::vector<std::int16_t> counts(static_cast<std::size_t>(packet_rows) * channels);
  RandomStream coin({simulation.seed, kLossStream});
  to.begin(head);
  const auto start = std::chrono::steady_clock::now();
  for (std::int64_t row = 0; !stop.stop_requested();) {
    const std::size_t rows = source.read_counts(counts);
    if (rows == 0) break;
    const bool lost = loss > 0 && coin.uniform() < loss;
    const auto due =
        start + std::chrono::nanoseconds(std::llround(static_cast<double>(row + static_cast<std::int64_t>(rows)) / fs_hz * 1e9));
    bool too_old = false;
    if (paced) {
      std::this_thread::sleep_until(due);
      too_old = std::chrono::steady_clock::now() - due > std::chrono::duration<double>(kDeviceHolds_s);
    } else {
      while (to.counts().waiting_s > kAhead_s && !stop.stop_requested()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    if (!lost && !too_old) to.push_at(row, std::as_bytes(std::span(counts).first(rows * channels)));
    row += static_cast<std::int64_t>(rows);
  }
  to.end();
}

}  // namespace

DeviceReader open_synthetic(const LiveUri& uri) {
  uri.expect_keys({"channels", "fs", "seed", "loss", "speed"});
  const Simulation simulation = simulation_of(uri);
  const double loss = uri.number("loss", 0, 1, 0.0);
  const bool paced = uri.word("speed", {"1", "max"}, "1") == "1";
  return [=](Intake& to, std::stop_token stop) { stream(simulation, loss, paced, to, stop); };
}

}  // namespace semg
