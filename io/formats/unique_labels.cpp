// SPDX-License-Identifier: BSD-3-Clause
#include "io/formats/unique_labels.hpp"

#include <set>
#include <string>

namespace semg {

void make_labels_unique(std::span<ForeignChannel> channels) {
  std::set<std::string> taken;
  for (std::size_t i = 0; i < channels.size(); ++i) {
    std::string& label = channels[i].label;
    if (label.empty()) label = "channel " + std::to_string(i + 1);
    const std::string stored = label;
    for (int n = 2; !taken.insert(label).second; ++n) label = stored + ": " + std::to_string(n);
  }
}

}  // namespace semg
