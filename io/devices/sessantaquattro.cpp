// SPDX-License-Identifier: BSD-3-Clause
// OT Bioelettronica Sessantaquattro and Sessantaquattro+. Source: OTB-Matlab, Read_sessantaquattroplus.m; TCP communication protocol 2.1.
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "io/devices/device.hpp"
#include "io/devices/otb_server.hpp"

namespace semg {
namespace {

constexpr std::size_t kOthersPlus = 8;     // two auxiliary inputs, four of the quaternion, buffer and trigger, counter
constexpr std::size_t kOthersClassic = 4;  // two auxiliary inputs, buffer and trigger, counter

// The command, 16 bits, high byte first: GETSET FSAMP(2) NCH(2) MODE(3) HRES HPF GAIN(2) TRIG(2) REC GO.
constexpr unsigned kGo = 1, kHighPass = 1 << 6, kHighResolution = 1 << 7;
constexpr int kGainAt = 4, kModeAt = 8, kChannelsAt = 11, kRateAt = 13;

struct Gain {
  const char* word;
  unsigned code;
  double count_V;
};
// The converter takes 2.4 V either way behind the gain. At 16 bits a count is a 2^20th of that and the word ends at a 32nd of it; at 24
// bits a count is a 2^22nd, so that the signal ends at half of what the word could hold.
constexpr Gain kGains16[] = {{"8", 3, 286.1e-9}, {"6", 2, 381.5e-9}, {"4", 1, 572.2e-9}};
constexpr Gain kGains24[] = {{"8", 3, 71.5e-9}, {"6", 2, 95.4e-9}, {"4", 1, 143e-9}, {"2", 0, 286.1e-9}};

Gain gain_of(const LiveUri& uri, std::span<const Gain> gains) {
  std::vector<std::string> words;
  for (const Gain& gain : gains) words.emplace_back(gain.word);
  const std::string word = uri.word("gain", words, "8");
  for (const Gain& gain : gains)
    if (word == gain.word) return gain;
  return gains.front();
}

unsigned place_of(const std::string& word, std::initializer_list<const char*> words) {
  unsigned place = 0;
  for (const char* at : words) {
    if (word == at) break;
    ++place;
  }
  return place;
}

unsigned mode_code(const std::string& mode) {
  return mode == "test" ? 7 : place_of(mode, {"monopolar", "bipolar", "differential"});
}

}  // namespace

DeviceReader open_sessantaquattro(const LiveUri& uri) {
  uri.expect_keys({"port", "fs", "channels", "mode", "resolution", "gain", "highpass", "model"});
  OtbProbe probe;
  probe.port = static_cast<int>(uri.whole("port", 1, 65535, 45454));
  const std::string fs = uri.word("fs", {"500", "1000", "2000", "4000"}, "2000");
  const std::string inputs = uri.word("channels", {"8", "16", "32", "64"}, "64");
  const std::string mode = uri.word("mode", {"monopolar", "bipolar", "differential", "test"}, "monopolar");
  const bool wide = uri.word("resolution", {"16", "24"}, "16") == "24";
  const Gain gain = wide ? gain_of(uri, kGains24) : gain_of(uri, kGains16);
  const bool high_pass = uri.word("highpass", {"on", "off"}, "on") == "on";
  const bool plus = uri.word("model", {"plus", "classic"}, "plus") == "plus";

  const unsigned asked = place_of(fs, {"500", "1000", "2000", "4000"}) << kRateAt |
                         place_of(inputs, {"8", "16", "32", "64"}) << kChannelsAt | mode_code(mode) << kModeAt | gain.code << kGainAt |
                         (wide ? kHighResolution : 0) | (high_pass ? kHighPass : 0);
  const auto command = [](unsigned word) { return std::vector{std::byte(word >> 8), std::byte(word & 0xFF)}; };
  probe.start = command(asked | kGo);
  probe.stop = command(asked);
  const std::size_t channels = static_cast<std::size_t>(uri.whole("channels", 8, 64, 64)) / (mode == "bipolar" ? 2 : 1);
  probe.layout = {.words = channels + (plus ? kOthersPlus : kOthersClassic), .channels = channels, .word_bytes = wide ? 3u : 2u};
  probe.check = "model=, channels=, mode=, resolution=";

  Recording& head = probe.head;
  head.stream.fs_hz = uri.number("fs", 500, 4000, 2000);
  // x - mean, the mean moving by a 25th of the way at each row: 3 dB down at fs / 190.
  head.device =
      fmt::format("OT Bioelettronica Sessantaquattro{}, {}, {}", plus ? "+" : "", mode,
                  high_pass ? fmt::format("high-pass {:.1f} Hz in the device", head.stream.fs_hz / 190) : "no high-pass in the device");
  head.source_format = uri.scheme();
  head.simulated = mode == "test";
  head.sample_type = wide ? SampleType::int32 : SampleType::int16;
  head.conversion = gain.count_V;
  add_emg_channels(head, channels, wide ? 1 << 22 : 1 << 15);
  return serve_otb(std::move(probe));
}

}  // namespace semg
