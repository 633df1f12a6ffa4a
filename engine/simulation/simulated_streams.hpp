// SPDX-License-Identifier: BSD-3-Clause
// Which random numbers belong to what in a simulated recording.
#pragma once

#include <cstddef>
#include <cstdint>

#include "engine/simulation/simulated_random.hpp"

namespace semg {

/// Numbers of the random streams. They are part of what a seed means: never renumbered.
enum class Purpose : std::uint64_t { muscle = 1, floor = 2, mains = 3, heart = 4, motion = 5 };

/// The stream of one channel; it does not depend on how many channels there are.
inline RandomStream channel_stream(std::uint64_t seed, std::size_t channel, Purpose purpose) noexcept {
  return RandomStream({seed, static_cast<std::uint64_t>(purpose), channel + 1});
}

/// A stream that all channels share.
inline RandomStream shared_stream(std::uint64_t seed, Purpose purpose) noexcept {
  return RandomStream({seed, static_cast<std::uint64_t>(purpose), 0});
}

}  // namespace semg
