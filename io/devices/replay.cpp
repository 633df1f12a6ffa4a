// SPDX-License-Identifier: BSD-3-Clause
#include <chrono>
#include <cmath>
#include <memory>
#include <thread>

#include "io/devices/byte_link.hpp"
#include "io/devices/device.hpp"
#include "io/recording_reader.hpp"

namespace semg {
namespace {

constexpr double kAhead_s = 2;  // at full speed: how far ahead of its reader it may be

/// The recording's values as float32 in its own unit: the same samples to the bit, whatever it was stored as.
Recording head_of(const Recording& recording) {
  Recording head;
  head.device = recording.device;
  head.source_format = "replay";
  head.simulated = recording.simulated;
  head.sample_type = SampleType::float32;
  head.stream = recording.stream;
  const bool volts = head.stream.channels.empty() || head.stream.channels.front().unit == Unit::microvolt;
  head.conversion = volts ? 1e-6 : 1.0;
  return head;
}

void play(const std::string& path, bool paced, Intake& to, const std::stop_token& stop) {
  RecordingReader reader(path);
  const double fs_hz = reader.info().fs_hz;
  Block block(reader.info().channels.size(), static_cast<std::size_t>(std::max(1.0, std::round(0.01 * fs_hz))));
  to.begin(head_of(reader.recording()));
  const auto start = std::chrono::steady_clock::now();
  while (!stop.stop_requested() && reader.read(block)) {
    if (paced) {
      if (!wait_until(start + std::chrono::nanoseconds(std::llround(static_cast<double>(block.end()) / fs_hz * 1e9)), stop)) break;
    } else {
      while (to.counts().waiting_s > kAhead_s && !stop.stop_requested()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    to.push_at(block.first, std::as_bytes(block.samples()));
  }
  to.end();
}

}  // namespace

DeviceReader open_replay(const LiveUri& uri) {
  uri.expect_keys({"speed"});
  const std::string path = uri.target_or_refuse("a recording (.nwb)");
  const bool paced = uri.word("speed", {"1", "max"}, "1") == "1";
  return [=](Intake& to, std::stop_token stop) { play(path, paced, to, stop); };
}

}  // namespace semg
