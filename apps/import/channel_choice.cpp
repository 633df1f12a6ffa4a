// SPDX-License-Identifier: BSD-3-Clause
#include "apps/import/channel_choice.hpp"

#include <algorithm>
#include <charconv>
#include <vector>

#include "dsp/error.hpp"
#include "engine/nearest_word.hpp"

namespace semg {
namespace {

std::string labels_near(const std::string& wanted, std::span<const ForeignChannel> channels) {
  constexpr std::size_t kListed = 24;
  std::vector<std::string> labels;
  for (const ForeignChannel& channel : channels) labels.push_back(channel.label);
  const std::string nearest = nearest_word(wanted, labels);
  std::stable_partition(labels.begin(), labels.end(), [&](const std::string& label) { return label == nearest; });
  std::string list;
  for (std::size_t i = 0; i < std::min(labels.size(), kListed); ++i) list += (i == 0 ? "" : ", ") + labels[i];
  if (labels.size() > kListed) list += " and " + std::to_string(labels.size() - kListed) + " more";
  return list;
}

std::optional<std::size_t> index_of(const std::string& label, std::span<const ForeignChannel> channels) {
  const auto found = std::find_if(channels.begin(), channels.end(), [&](const ForeignChannel& c) { return c.label == label; });
  if (found != channels.end()) return static_cast<std::size_t>(found - channels.begin());
  std::size_t number = 0;
  if (!label.starts_with('#')) return std::nullopt;
  const auto [end, fault] = std::from_chars(label.data() + 1, label.data() + label.size(), number);
  const bool whole = fault == std::errc() && end == label.data() + label.size();
  return whole && number >= 1 && number <= channels.size() ? std::optional(number - 1) : std::nullopt;
}

}  // namespace

ChannelChoice channel_as_it_is(std::size_t index, const ForeignChannel& channel) {
  return {index,        std::nullopt,   channel.label,    channel.muscle.empty() ? channel.label : channel.muscle,
          channel.side, channel.ied_mm, channel.reference};
}

std::optional<ChannelChoice> find_channel(const std::string& source, const std::string& muscle, Side side,
                                          std::span<const ForeignChannel> channels, const std::string& file) {
  if (const auto only = index_of(source, channels)) {
    const ForeignChannel& found = channels[*only];
    ChannelChoice choice = channel_as_it_is(*only, found);
    if (!muscle.empty()) {
      choice.muscle = muscle;
      choice.side = side;
    }
    return choice;
  }
  std::optional<ChannelChoice> pair;
  for (std::size_t at = source.find('-'); at != std::string::npos; at = source.find('-', at + 1)) {
    const auto plus = index_of(source.substr(0, at), channels);
    const auto minus = index_of(source.substr(at + 1), channels);
    if (!plus || !minus) continue;
    const std::string label = channels[*plus].label + "-" + channels[*minus].label;
    if (pair)
      throw Error(Fault::usage, file + ": --channel: found " + source + ", which is " + pair->label + " as well as " + label +
                                    "; number them, as in #1-#2");
    pair = ChannelChoice{*plus, minus, label, muscle.empty() ? label : muscle, side};
  }
  if (pair && pair->plus == *pair->minus)
    throw Error(Fault::usage, file + ": --channel: found " + source + ", expected two different channels");
  return pair;
}

ChannelChoice channel_choice_from(const std::string& text, std::span<const ForeignChannel> channels, const std::string& file) {
  std::string source = text, muscle;
  Side side = Side::none;
  if (const std::size_t equals = text.rfind('='); equals != std::string::npos && !index_of(text, channels)) {
    source = text.substr(0, equals);
    muscle = text.substr(equals + 1);
    if (const std::size_t colon = muscle.rfind(':'); colon != std::string::npos) {
      const std::string word = muscle.substr(colon + 1);
      if (word != "left" && word != "right" && word != "none") {
        throw Error(Fault::usage, file + ": --channel " + text + ": side: found " + word + ", expected left, right or none");
      }
      side = side_from(word);
      muscle.resize(colon);
    }
    if (muscle.empty())
      throw Error(Fault::usage, file + ": --channel " + text + ": found no muscle, expected LABEL=MUSCLE or LABEL=MUSCLE:SIDE");
  }
  const auto choice = find_channel(source, muscle, side, channels, file);
  if (!choice) throw_unknown_channel("--channel", source, channels, file);
  return *choice;
}

void throw_unknown_channel(const std::string& option, const std::string& wanted, std::span<const ForeignChannel> channels,
                           const std::string& file) {
  throw Error(Fault::usage, file + ": " + option + ": found " + wanted + ", expected one of " + labels_near(wanted, channels));
}

}  // namespace semg
