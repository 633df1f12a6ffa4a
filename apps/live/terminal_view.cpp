// SPDX-License-Identifier: BSD-3-Clause
#include "apps/live/terminal_view.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace semg {
namespace {

constexpr int kBarCells = 30;

/// Eighths of a cell, so that a bar moves smoothly.
std::string bar(double share) {
  static constexpr const char* kEighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const auto eighths = static_cast<int>(std::lround(std::clamp(share, 0.0, 1.0) * kBarCells * 8));
  std::string text;
  for (int k = 0; k < eighths / 8; ++k) text += "█";
  text += kEighths[eighths % 8];
  const int cells = eighths / 8 + (eighths % 8 > 0 ? 1 : 0);
  return text + std::string(static_cast<std::size_t>(kBarCells - cells), ' ') + (share > 1 ? ">" : "|");
}

std::string name_of(const Channel& channel) {
  const char* side = channel.side == Side::left ? " L" : channel.side == Side::right ? " R" : "";
  return channel.muscle + side;
}

}  // namespace

std::string terminal_picture(const Recording& head, const std::vector<ChannelNow>& channels, const std::string& headline, double full_scale,
                             int rows, StreamState state) {
  const auto& about = head.stream.channels;
  const char* unit = about.empty() ? "" : to_string(about.front().unit);
  std::string text = headline + "\n" + fmt::format("{:<16} RMS of 250 ms, bar full at {:g} {}\n", "", full_scale, unit);
  const std::size_t shown = std::min(about.size(), static_cast<std::size_t>(std::max(1, rows - 4)));
  for (std::size_t c = 0; c < shown; ++c) {
    const ChannelNow& now = channels[c];
    const bool flows = state == StreamState::flows;
    const std::string value = now.rms && flows ? fmt::format("{:8.1f} {}", *now.rms, unit) : fmt::format("{:>11}", "");
    const std::string mdf = now.mdf && flows ? fmt::format("MDF {:5.1f} Hz", *now.mdf) : "";
    const std::string active = !flows ? "" : now.active == "on_provisional" ? "active?" : now.active == "on" ? "active" : "";
    text += fmt::format("{:<16} {} {}  {:<13} {:<7} {}\n", name_of(about[c]), bar(now.rms && flows ? *now.rms / full_scale : 0), value, mdf,
                        active, flows ? now.act : "");
  }
  if (shown < about.size()) text += fmt::format("{} more channels: a taller window shows them\n", about.size() - shown);
  return text;
}

}  // namespace semg
