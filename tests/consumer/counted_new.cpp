// SPDX-License-Identifier: BSD-3-Clause
#include "counted_new.hpp"

#include <cstdlib>
#include <new>

namespace {
long count = 0;
}

long allocations() noexcept {
  return count;
}

void* operator new(std::size_t size) {
  ++count;
  if (void* place = std::malloc(size)) return place;
  throw std::bad_alloc();
}
void operator delete(void* place) noexcept {
  std::free(place);
}
void operator delete(void* place, std::size_t) noexcept {
  std::free(place);
}
