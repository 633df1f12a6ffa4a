// SPDX-License-Identifier: BSD-3-Clause
// The figures of a recording's page, each one SVG element.
#pragma once

#include <cstddef>
#include <string>

#include "apps/page/recording_page.hpp"

namespace semg {

inline constexpr double kFigureWidth = 820;             ///< px; a printed page makes 182 mm of it
inline constexpr std::size_t kMusclesPerOverview = 16;  ///< as many as fit on one printed page

/// What all figures of a page share: hatching. Goes before the first figure.
std::string figure_patterns();

/// The whole recording, one strip per channel from `first` on, `count` of them, over one time axis.
std::string overview_figure(const RecordingPage& page, std::size_t first, std::size_t count);

/// One channel: a raw excerpt, b the same filtered, c spectrum, d RMS and e MDF over the whole recording.
std::string muscle_figure(const RecordingPage& page, std::size_t channel);

}  // namespace semg
