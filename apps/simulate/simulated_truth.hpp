// SPDX-License-Identifier: BSD-3-Clause
// The truth of a simulated recording as JSON, for whoever checks a measurement against it.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "dsp/recording.hpp"
#include "engine/simulation/simulation.hpp"

namespace semg {

/// Keys are stable. `clipped` holds the samples at a rail in each channel. Values are those of simulation_truth(): expected ones.
std::string truth_text(const Simulation& simulation, const Recording& recording, std::span<const std::int64_t> clipped);

}  // namespace semg
