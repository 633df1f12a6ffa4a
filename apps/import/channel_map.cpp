// SPDX-License-Identifier: BSD-3-Clause
#include "apps/import/channel_map.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <toml++/toml.h>

#include "dsp/error.hpp"

namespace semg {

void check_ied_mm(const std::string& where, double ied_mm) {
  constexpr double kMost = 1000;
  if (!(ied_mm > 0 && ied_mm <= kMost))
    throw Error(Fault::usage, fmt::format("{}: found {:g}, expected millimetres, above 0 and up to {:g}", where, ied_mm, kMost));
}

void check_reference(const std::string& where, const std::string& reference) {
  const auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
  if (std::any_of(reference.begin(), reference.end(), control))
    throw Error(Fault::usage, where + ": found control characters, expected a place such as patella");
}

std::vector<MappedChannel> read_channel_map(const std::filesystem::path& path) {
  const std::string name = path.filename().string();
  if (!std::filesystem::is_regular_file(path)) throw Error(Fault::no_input, name + ": no such file");
  toml::table map;
  try {
    map = toml::parse_file(path.string());
  } catch (const toml::parse_error& e) {
    throw Error(Fault::usage, fmt::format("{}: line {}: {}", name, e.source().begin.line, e.description()));
  }
  const toml::array* rows = map["channel"].as_array();
  if (map.size() != 1 || rows == nullptr || rows->empty() || !rows->is_array_of_tables()) {
    throw Error(Fault::usage, name + ": expected [[channel]] tables with source, muscle and side, and nothing else");
  }
  std::vector<MappedChannel> channels;
  for (const toml::node& node : *rows) {
    const toml::table& row = *node.as_table();
    for (const auto& [key, value] : row) {
      const bool text = key == "source" || key == "muscle" || key == "side" || key == "reference";
      if (text ? !value.is_string() : key != "ied_mm" || !value.is_number()) {
        throw Error(Fault::usage,
                    fmt::format("{}: line {}: found {}, expected source, muscle, side or reference, each a text, or ied_mm, a number", name,
                                key.source().begin.line, key.str()));
      }
    }
    const std::string side = row["side"].value_or(std::string("none"));
    MappedChannel channel{row["source"].value_or(std::string()), row["muscle"].value_or(std::string()), Side::none,
                          row["ied_mm"].value<double>(), row["reference"].value_or(std::string())};
    if (channel.source.empty()) {
      throw Error(Fault::usage, fmt::format("{}: line {}: source: found none, expected a channel's label", name, row.source().begin.line));
    }
    if (side != "left" && side != "right" && side != "none") {
      throw Error(Fault::usage, fmt::format("{}: side of {}: found {}, expected left, right or none", name, channel.source, side));
    }
    channel.side = side_from(side);
    if (channel.ied_mm) check_ied_mm(fmt::format("{}: ied_mm of {}", name, channel.source), *channel.ied_mm);
    check_reference(fmt::format("{}: reference of {}", name, channel.source), channel.reference);
    channels.push_back(std::move(channel));
  }
  return channels;
}

}  // namespace semg
