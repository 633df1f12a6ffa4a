// SPDX-License-Identifier: BSD-3-Clause
// What in a set of recordings cannot be right: nothing is changed for it, but a person has to look.
#pragma once

#include <vector>

#include "engine/study/results.hpp"

namespace semg {

/// Of each participant's recordings of the same tasks among each other:
///   unreadable, not_in_plan, different_settings: as they came
///   duplicate_recording: the same samples in two recordings; both are named
///   unit_jump: all of a channel a hundred times larger than at the other visits, or a hundred times smaller with its noise at rest
///   collapsed_channel: less than a tenth of the other visits' RMS, or flat for half of the time
///   different_band: an octave of the spectrum 4 dB or more below or above the other visits, the same way in two thirds of the channels,
///   and six
///                   times what recordings of this study differ anyway: a filter of the device
///   exchanged_sides: exchanged_sides.hpp
std::vector<StudyFinding> suspicions(const Study& study, const std::vector<Session>& sessions);

}  // namespace semg
