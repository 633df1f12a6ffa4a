// SPDX-License-Identifier: BSD-3-Clause
// OT Bioelettronica Muovi and Muovi+. Source: OTB-Matlab, Read_muovi.m.
#include <optional>
#include <utility>

#include "io/devices/device.hpp"
#include "io/devices/otb_server.hpp"

namespace semg {
namespace {

constexpr std::size_t kOthers = 6;                          // four of the quaternion, buffer and trigger, counter
constexpr double kGain8_V = 286.1e-9, kGain4_V = 572.2e-9;  // a count

// The command: bits 0000 EMG MODE1 MODE0 GO; MODE 0 is gain 8, 1 is gain 4, 3 the test ramps.
constexpr unsigned kGo = 1, kGain4 = 1 << 1, kTest = 3 << 1, kEmg = 1 << 3;

}  // namespace

DeviceReader open_muovi(const LiveUri& uri) {
  uri.expect_keys({"port", "mode", "gain", "probe"});
  OtbProbe probe;
  probe.port = static_cast<int>(uri.whole("port", 1, 65535, 54321));
  const std::string mode = uri.word("mode", {"emg", "eeg", "test"}, "emg");
  const bool gain4 = uri.word("gain", {"8", "4"}, "8") == "4";
  const std::string kind = uri.word("probe", {"muovi", "muovi+"}, "muovi");
  const bool wide = mode == "eeg";

  const unsigned asked = (wide ? 0 : kEmg) | (mode == "test" ? kTest : gain4 ? kGain4 : 0);
  probe.start = {std::byte(asked | kGo)};
  probe.stop = {std::byte(asked)};
  const std::size_t channels = kind == "muovi" ? 32 : 64;
  probe.layout = {.words = channels + kOthers, .channels = channels, .word_bytes = wide ? 3u : 2u};
  probe.check = "probe=, mode=, gain=";

  probe.head.device = kind == "muovi" ? "OT Bioelettronica Muovi" : "OT Bioelettronica Muovi+";
  probe.head.source_format = uri.scheme();
  probe.head.simulated = mode == "test";
  probe.head.sample_type = wide ? SampleType::int32 : SampleType::int16;
  probe.head.conversion = gain4 ? kGain4_V : kGain8_V;
  probe.head.stream.fs_hz = wide ? 500 : 2000;
  // At 24 bits nobody tells where the converter ends.
  add_emg_channels(probe.head, channels, wide ? std::nullopt : std::optional<std::int64_t>(1 << 15));
  return serve_otb(std::move(probe));
}

}  // namespace semg
