// SPDX-License-Identifier: BSD-3-Clause
#include "apps/import/channel_map.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include "dsp/error.hpp"

namespace semg {

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
      const bool known = key == "source" || key == "muscle" || key == "side";
      if (!known || !value.is_string()) {
        throw Error(Fault::usage, fmt::format("{}: line {}: found {}, expected source, muscle or side, each a text", name,
                                              key.source().begin.line, key.str()));
      }
    }
    const std::string side = row["side"].value_or(std::string("none"));
    MappedChannel channel{row["source"].value_or(std::string()), row["muscle"].value_or(std::string()), Side::none};
    if (channel.source.empty()) {
      throw Error(Fault::usage, fmt::format("{}: line {}: source: found none, expected a channel's label", name, row.source().begin.line));
    }
    if (side != "left" && side != "right" && side != "none") {
      throw Error(Fault::usage, fmt::format("{}: side of {}: found {}, expected left, right or none", name, channel.source, side));
    }
    channel.side = side_from(side);
    channels.push_back(std::move(channel));
  }
  return channels;
}

}  // namespace semg
