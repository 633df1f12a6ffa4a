// SPDX-License-Identifier: BSD-3-Clause
#include "apps/live/frame_ring.hpp"

#include <algorithm>

namespace semg {

FrameRing::FrameRing(std::size_t channels, std::size_t slots)
    : ring_(slots, Slot{.holds = Holds::frame,
                        .activation = {},
                        .bin = {.bin = 0, .cells = std::vector<GlanceCell>(channels)},
                        .head = {},
                        .first = std::vector<float>(channels),
                        .second = std::vector<float>(channels),
                        .fraction = std::vector<float>(channels),
                        .more = std::vector<float>(kIntervalColumns * channels),
                        .reason = std::vector<Reason>(channels)}) {}

FrameRing::Slot* FrameRing::free_slot(Holds holds) noexcept {
  Slot* slot = ring_.free_slot();
  if (slot == nullptr) {
    ++left_out_;
  } else {
    slot->holds = holds;
  }
  return slot;
}

FeatureFrame FrameRing::Slot::frame() const noexcept {
  FeatureFrame frame = head;
  frame.first = first;
  frame.second = second;
  frame.more = more;
  frame.reason = reason;
  if (frame.kind == WindowKind::amplitude) frame.active_fraction = fraction;
  return frame;
}

void FrameRing::write(const FeatureFrame& frame) noexcept {
  Slot* slot = free_slot(Holds::frame);
  if (slot == nullptr) return;
  slot->head = frame;
  std::copy(frame.first.begin(), frame.first.end(), slot->first.begin());
  std::copy(frame.second.begin(), frame.second.end(), slot->second.begin());
  std::copy(frame.more.begin(), frame.more.end(), slot->more.begin());
  std::copy(frame.active_fraction.begin(), frame.active_fraction.end(), slot->fraction.begin());
  std::copy(frame.reason.begin(), frame.reason.end(), slot->reason.begin());
  ring_.hand_on(slot);
}

void FrameRing::write(const Activation& activation) noexcept {
  Slot* slot = free_slot(Holds::activation);
  if (slot == nullptr) return;
  slot->activation = activation;
  ring_.hand_on(slot);
}

void FrameRing::write(const GlanceBin& bin) noexcept {
  Slot* slot = free_slot(Holds::bin);
  if (slot == nullptr) return;
  slot->bin.bin = bin.bin;
  std::copy(bin.cells.begin(), bin.cells.end(), slot->bin.cells.begin());
  ring_.hand_on(slot);
}

}  // namespace semg
