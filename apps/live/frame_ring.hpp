// SPDX-License-Identifier: BSD-3-Clause
// What is measured, from the signal thread to whoever shows, stores or publishes it.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "dsp/frame.hpp"
#include "dsp/quality/glance.hpp"
#include "io/devices/slot_ring.hpp"

namespace semg {

/// A Sink that copies what it is given and never waits: when its reader is too slow, frames are counted and left out.
class FrameRing {
 public:
  FrameRing(std::size_t channels, std::size_t slots);

  // The signal thread's; no allocation.
  void write(const FeatureFrame& frame) noexcept;
  void write(const Activation& activation) noexcept;
  void write(const GlanceBin& bin) noexcept;

  // The reader's.
  /// Calls `to` with the next frame, activation or bin; false where none came within `patience`.
  template <class To>
  bool take(std::chrono::milliseconds patience, To&& to) {
    Slot* slot = ring_.take(patience);
    if (slot == nullptr) return false;
    switch (slot->holds) {
      case Holds::frame: to(slot->frame()); break;
      case Holds::activation: to(slot->activation); break;
      case Holds::bin: to(slot->bin); break;
    }
    ring_.give_back(slot);
    return true;
  }
  std::int64_t left_out() const noexcept { return left_out_; }

 private:
  enum class Holds { frame, activation, bin };
  struct Slot {
    Holds holds = Holds::frame;
    Activation activation;
    GlanceBin bin;
    FeatureFrame head;  // without its spans
    std::vector<float> first, second, fraction, more;
    std::vector<Reason> reason;
    FeatureFrame frame() const noexcept;
  };
  Slot* free_slot(Holds holds) noexcept;

  SlotRing<Slot> ring_;
  std::atomic<std::int64_t> left_out_ = 0;
};

}  // namespace semg
