// SPDX-License-Identifier: BSD-3-Clause
#include "io/devices/lsl_stream.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "dsp/error.hpp"

namespace semg {
namespace {

constexpr double kFastest_hz = 1e6;  // no recording holds more

constexpr int kProtocol = 110;

struct UnitWords {
  const char* name;
  double volt;
  std::vector<std::string> words;  // in lower case
};

const std::array<UnitWords, 3>& units() {
  static const std::array<UnitWords, 3> known{{
      {"uV", 1e-6, {"uv", "\xC2\xB5v", "\xCE\xBCv", "\xB5v", "microvolt", "microvolts"}},  // both signs for micro, and the Latin-1 one
      {"mV", 1e-3, {"mv", "millivolt", "millivolts"}},
      {"V", 1, {"v", "volt", "volts"}},
  }};
  return known;
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

const UnitWords* unit_of(const std::string& word) {
  for (const auto& unit : units())
    if (std::find(unit.words.begin(), unit.words.end(), lower(word)) != unit.words.end()) return &unit;
  return nullptr;
}

[[noreturn]] void refuse(const LslWishes& wishes, const std::string& field, const std::string& found, const std::string& expected) {
  throw Error(Fault::data, fmt::format("{}: {}: found {}, expected {}", wishes.uri, field, found, expected));
}

/// As many as the stream has, each with a label of its own.
std::vector<LslChannel> channels_of(const LslInfo& info) {
  std::vector<LslChannel> channels = info.channels;
  channels.resize(info.channel_count);
  std::set<std::string> labels;
  for (std::size_t c = 0; c < channels.size(); ++c) {
    std::string& label = channels[c].label;
    if (label.empty() || labels.contains(label)) label = fmt::format("{}{}", label.empty() ? "EMG" : label + "_", c + 1);
    labels.insert(label);
  }
  return channels;
}

std::string listed(const std::set<std::string>& words) {
  return fmt::format("'{}'", fmt::join(words, "', '"));
}

std::vector<std::size_t> asked_for(const std::vector<LslChannel>& channels, const LslWishes& wishes) {
  std::vector<std::size_t> picks;
  for (const std::string& word : wishes.channels) {
    const auto found = std::find_if(channels.begin(), channels.end(), [&](const LslChannel& channel) { return channel.label == word; });
    auto at = static_cast<std::size_t>(found - channels.begin());
    if (at == channels.size() && word.starts_with('#')) {
      std::size_t number = 0;
      std::from_chars(word.data() + 1, word.data() + word.size(), number);
      if (number >= 1) at = number - 1;
    }
    if (at >= channels.size()) {
      std::vector<std::string> labels;
      for (const auto& channel : channels) labels.push_back(channel.label);
      refuse(wishes, "channels", fmt::format("'{}'", word), fmt::format("{}, or #1 to #{}", fmt::join(labels, ", "), channels.size()));
    }
    if (std::find(picks.begin(), picks.end(), at) != picks.end()) refuse(wishes, "channels", fmt::format("'{}' twice", word), "it once");
    picks.push_back(at);
  }
  return picks;
}

std::vector<std::size_t> muscle_channels(const std::vector<LslChannel>& channels, const LslWishes& wishes) {
  std::vector<std::size_t> picks, all;
  std::set<std::string> types;
  for (std::size_t c = 0; c < channels.size(); ++c) {
    all.push_back(c);
    if (lower(channels[c].type) == "emg") picks.push_back(c);
    if (!channels[c].type.empty()) types.insert(channels[c].type);
  }
  if (types.empty()) return all;
  if (picks.empty()) refuse(wishes, "channel type", listed(types), "EMG (or name what to record: ?channels=LABEL,LABEL or #1,#2)");
  return picks;
}

const UnitWords& common_unit(const std::vector<LslChannel>& channels, const std::vector<std::size_t>& picks, const LslWishes& wishes) {
  std::set<std::string> said, unknown;
  for (const std::size_t c : picks) {
    const UnitWords* unit = unit_of(channels[c].unit);
    if (unit != nullptr) said.insert(unit->name);
    if (unit == nullptr) unknown.insert(channels[c].unit);
  }
  const std::string found = unknown == std::set<std::string>{""} || unknown.empty() ? "nothing" : listed(unknown);
  if (said.size() > 1) refuse(wishes, "unit", listed(said), "one unit for all channels that are recorded (?channels= picks some)");
  if (!said.empty() && !unknown.empty())
    refuse(wishes, "unit", fmt::format("{} in some channels and {} in others", listed(said), found),
           "one unit for all channels that are recorded (?channels= picks some)");
  if (said.empty() && !wishes.unit)
    refuse(wishes, "unit", fmt::format("{} in the stream's description", found), "uV, mV or V (say it yourself: ?unit=uV, mV or V)");
  if (!said.empty() && wishes.unit && *said.begin() != *wishes.unit)
    refuse(wishes, "unit", fmt::format("{} in the stream's description", *said.begin()), fmt::format("{}, as ?unit= says", *wishes.unit));
  return *unit_of(said.empty() ? *wishes.unit : *said.begin());
}

}  // namespace

LslPlan plan_lsl_stream(const LslInfo& info, const LslWishes& wishes) {
  if (info.version < kProtocol)
    refuse(wishes, "protocol", fmt::format("{:.2f}", info.version / 100.0),
           "1.10 or newer (its program has an old liblsl: have it updated)");
  if (!(info.fs_hz > 0)) refuse(wishes, "sampling rate", fmt::format("{:g} (irregular)", info.fs_hz), "a stream with a nominal rate");
  if (info.fs_hz > kFastest_hz)
    refuse(wishes, "sampling rate", fmt::format("{:g} Hz", info.fs_hz), fmt::format("at most {:g} Hz", kFastest_hz));
  LslPlan plan;
  Recording& head = plan.head;
  switch (info.format) {
    case LslFormat::float32:
    case LslFormat::double64: head.sample_type = SampleType::float32; break;
    case LslFormat::int32: head.sample_type = SampleType::int32; break;
    case LslFormat::int16: head.sample_type = SampleType::int16; break;
    default: refuse(wishes, "channel format", to_string(info.format), "float32, double64, int32 or int16");
  }
  const std::vector<LslChannel> channels = channels_of(info);
  plan.layout = {.format = info.format,
                 .channels = info.channel_count,
                 .picks = wishes.channels.empty() ? muscle_channels(channels, wishes) : asked_for(channels, wishes)};
  const UnitWords& unit = common_unit(channels, plan.layout.picks, wishes);
  head.conversion = unit.volt;
  head.device = "Lab Streaming Layer";
  if (!info.manufacturer.empty() || !info.model.empty())
    head.device += fmt::format(" ({}{}{})", info.manufacturer, info.manufacturer.empty() || info.model.empty() ? "" : " ", info.model);
  head.source_format = "lsl";
  head.stream.fs_hz = info.fs_hz;
  for (const std::size_t c : plan.layout.picks) {
    Channel channel;
    channel.label = channel.muscle = channels[c].label;
    if (head.sample_type != SampleType::float32) channel.lsb = head.unit_per_count();
    head.stream.channels.push_back(channel);
  }
  return plan;
}

}  // namespace semg
