// SPDX-License-Identifier: BSD-3-Clause
// Things from one thread to another through a fixed number of slots.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <semaphore>
#include <vector>

namespace semg {

/// One writer, one reader. All slots are made at the start and go round: nothing is allocated, copied or locked on the way. A writer that
/// finds no free slot knows that its reader is too slow, and does not wait.
template <class T>
class SlotRing {
 public:
  SlotRing(std::size_t slots, const T& like) : store_(slots, like), free_(slots), full_(slots) {
    for (T& slot : store_) free_.push(&slot);
  }

  /// The writer's: a slot to fill, null where all are full; it is the reader's from hand_on() on.
  T* free_slot() noexcept { return free_.pop(); }
  void hand_on(T* slot) noexcept {
    full_.push(slot);
    ready_.release();
  }
  /// Lets a reader that waits look up.
  void wake() noexcept { ready_.release(); }

  /// The reader's: the next full slot, null where none came within `patience`; it is free again from give_back() on.
  T* take(std::chrono::milliseconds patience) noexcept { return ready_.try_acquire_for(patience) ? full_.pop() : nullptr; }
  void give_back(T* slot) noexcept { free_.push(slot); }

 private:
  /// Slots on their way, one thread pushing and one popping; there is room for all of them, so that push() cannot fail.
  class Way {
   public:
    explicit Way(std::size_t slots) : slots_(slots + 1) {}
    void push(T* slot) noexcept {
      const std::size_t at = pushed_.load(std::memory_order_relaxed);
      slots_[at] = slot;
      pushed_.store((at + 1) % slots_.size(), std::memory_order_release);
    }
    T* pop() noexcept {
      const std::size_t at = popped_.load(std::memory_order_relaxed);
      if (at == pushed_.load(std::memory_order_acquire)) return nullptr;
      T* slot = slots_[at];
      popped_.store((at + 1) % slots_.size(), std::memory_order_release);
      return slot;
    }

   private:
    std::vector<T*> slots_;
    std::atomic<std::size_t> pushed_ = 0, popped_ = 0;
  };

  std::vector<T> store_;
  Way free_, full_;
  std::counting_semaphore<> ready_{0};
};

}  // namespace semg
