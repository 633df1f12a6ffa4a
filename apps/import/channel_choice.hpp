// SPDX-License-Identifier: BSD-3-Clause
// `--channel LABEL[=MUSCLE[:SIDE]]` and `--channel A-B=MUSCLE[:SIDE]`.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>

#include "dsp/channel.hpp"
#include "io/formats/signal_file.hpp"

namespace semg {

/// A channel of the recording to be: one of the file, or the difference of two.
struct ChannelChoice {
  std::size_t plus = 0;              ///< index in the file's channels
  std::optional<std::size_t> minus;  ///< taken off it: a bipolar derivation
  std::string label;                 ///< the file's, or "A-B"
  std::string muscle;
  Side side = Side::none;
  std::optional<double> ied_mm = {};  ///< of a channel of the file: as the file says; otherwise none
  std::string reference = {};

  bool operator==(const ChannelChoice&) const = default;
};

/// Under the names that the file gives.
ChannelChoice channel_as_it_is(std::size_t index, const ForeignChannel& channel);

/// A label of the file that equals the whole text wins; then the last `=` splits off the muscle, of which the last `:` splits off the side.
/// What is left of `=` is a label, `#3` (the third channel), or two of them joined by `-`. Throws Error(usage), beginning with `file`, with
/// the labels that there are, the nearest first.
ChannelChoice channel_choice_from(const std::string& text, std::span<const ForeignChannel> channels, const std::string& file);

/// The left side alone, with a muscle (empty: the label) that is known apart. None where it names no channel of the file.
std::optional<ChannelChoice> find_channel(const std::string& source, const std::string& muscle, Side side,
                                          std::span<const ForeignChannel> channels, const std::string& file);

/// `FILE: OPTION: found WANTED, expected one of ...`, the nearest label first.
[[noreturn]] void throw_unknown_channel(const std::string& option, const std::string& wanted, std::span<const ForeignChannel> channels,
                                        const std::string& file);

}  // namespace semg
