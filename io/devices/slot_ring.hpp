// SPDX-License-Identifier: BSD-3-Clause
// Things from one thread to another through a fixed number of slots.
#pragma once

#include <chrono>
#include <cstddef>
#include <semaphore>
#include <utility>
#include <vector>

#include <boost/lockfree/spsc_queue.hpp>

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
  T* free_slot() noexcept {
    T* slot = nullptr;
    free_.pop(slot);
    return slot;
  }
  void hand_on(T* slot) noexcept {
    full_.push(slot);  // as much room as there are slots
    ready_.release();
  }
  /// Lets a reader that waits look up.
  void wake() noexcept { ready_.release(); }

  /// The reader's: the next full slot, null where none came within `patience`; it is free again from give_back() on.
  T* take(std::chrono::milliseconds patience) noexcept {
    T* slot = nullptr;
    if (ready_.try_acquire_for(patience)) full_.pop(slot);
    return slot;
  }
  void give_back(T* slot) noexcept { free_.push(slot); }

 private:
  std::vector<T> store_;
  boost::lockfree::spsc_queue<T*> free_, full_;
  std::counting_semaphore<> ready_{0};
};

}  // namespace semg
