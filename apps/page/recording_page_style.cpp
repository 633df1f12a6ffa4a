// SPDX-License-Identifier: BSD-3-Clause
#include "apps/page/recording_page_style.hpp"

namespace semg {

const std::string_view kRecordingPageStyle = R"css(
svg path.bracket { stroke: var(--soft); stroke-width: 0.8; stroke-linejoin: miter; stroke-linecap: butt; }
svg path.event { stroke: var(--red); stroke-width: 0.8; stroke-dasharray: 2 3; stroke-linecap: butt; }
svg path.bar { fill: var(--orange); }
svg path.bar.edited { fill: #fff; stroke: var(--orange); }
svg path.gap { fill: url(#gaps); stroke: #8a8a8a; stroke-width: 0.6; }
svg path.fault { fill: url(#faults); }
svg path.gapline { stroke: #8a8a8a; stroke-width: 1.6; stroke-linecap: butt; }
svg path.faultline { stroke: #c9c9c9; stroke-width: 1.6; stroke-linecap: butt; }
svg path.raw { stroke: #6b6b6b; stroke-width: 0.7; }
svg path.whole { stroke-width: 1.15; }  /* as wide as a column: a burst is a surface */
svg path.psd { stroke-width: 1.3; }
svg path.rest { stroke: #8a8a8a; stroke-width: 1.1; }
svg path.restlevel { stroke: #6b6b6b; stroke-width: 0.9; stroke-dasharray: 4 3; stroke-linecap: butt; }
svg path.windows { stroke-width: 1; }
svg path.windows.rms { stroke: var(--blue); }
svg path.windows.mdf { stroke: #2f9e80; stroke-width: 2.4; }
svg path.value { stroke-width: 2.4; stroke-linecap: butt; }
svg path.value.rms { stroke: var(--ink); }
svg path.value.mdf { stroke: var(--ink); }
svg path.mark { stroke: var(--green); stroke-width: 1.4; stroke-linecap: butt; }
svg text.mdf { fill: var(--green); font-weight: 600; }
)css";

}  // namespace semg
