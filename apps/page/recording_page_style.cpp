// SPDX-License-Identifier: BSD-3-Clause
// Colours are those of Okabe and Ito, which readers with any colour vision can tell apart; what they say is also said by shape or word.
#include "apps/page/recording_page_style.hpp"

namespace semg {

const std::string_view kRecordingPageStyle = R"css(
:root { --ink: #1a1a1a; --soft: #5c5c5c; --hair: #d4d4d4; --blue: #0072b2; --green: #007a5a; --orange: #e69f00; --red: #c04a00; }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0 auto; padding: 28px 24px 40px; max-width: 868px; background: #fff; color: var(--ink);
  font: 14px/1.5 "Helvetica Neue", Helvetica, Arial, "Liberation Sans", sans-serif; }
h1 { margin: 0; font-size: 25px; line-height: 1.2; font-weight: 700; overflow-wrap: anywhere; }
h2 { margin: 36px 0 10px; padding-top: 10px; border-top: 1px solid var(--ink); font-size: 16px; line-height: 1.3; }
h3 { margin: 18px 0 4px; font-size: 13px; }
.lead { margin: 4px 0 0; color: var(--soft); font-size: 15px; }
.simulated { margin: 0 0 18px; padding: 8px 12px; border: 2px solid var(--red); color: var(--red); font-weight: 700; }
.simulated span { font-weight: 400; color: var(--ink); }
.findings { margin: 18px 0 0; padding: 0; list-style: none; border-top: 1px solid var(--hair); }
.findings li { display: grid; grid-template-columns: 168px 1fr; gap: 0 16px; padding: 7px 0; border-bottom: 1px solid var(--hair); break-inside: avoid; }
.findings.many li { padding: 3px 0; font-size: 12.5px; line-height: 1.4; }
.findings b { overflow-wrap: anywhere; }
.findings p { margin: 0; }
.findings .open { color: var(--soft); }
.notes { margin: 14px 0 0; padding-left: 18px; }
figure { margin: 22px 0 0; break-inside: avoid; page-break-inside: avoid; }
figure svg { display: block; width: 100%; height: auto; }
figcaption { margin-top: 6px; color: var(--ink); font-size: 12.5px; line-height: 1.45; }
figcaption b:first-child { margin-right: 2px; }
.wide { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; border-top: 1.2px solid var(--ink); border-bottom: 1.2px solid var(--ink);
  font-size: 12px; line-height: 1.35; font-variant-numeric: tabular-nums; }
caption { caption-side: top; padding: 18px 0 6px; text-align: left; font-size: 12.5px; line-height: 1.45; break-after: avoid; }
thead { display: table-header-group; }
th { padding: 5px 8px 5px 0; border-bottom: 0.8px solid var(--ink); text-align: left; vertical-align: bottom; font-weight: 600; }
th small { display: block; color: var(--soft); font-size: 11px; font-weight: 400; }
td { padding: 4px 8px 4px 0; vertical-align: top; overflow-wrap: anywhere; }
tbody tr + tr td { border-top: 0.5px solid #e6e6e6; }
tr { break-inside: avoid; page-break-inside: avoid; }
th.n, td.n { text-align: right; overflow-wrap: normal; white-space: nowrap; }
th.n { white-space: normal; }
td small { display: block; color: var(--soft); font-size: 11px; white-space: nowrap; }
td small.why { max-width: 150px; margin-left: auto; white-space: normal; }
td:last-child, th:last-child { padding-right: 0; }
.pass i, .warn i, .fail i { display: inline-block; width: 13px; font-style: normal; text-align: center; }
.pass i { color: var(--green); }
.warn i { color: #9a6a00; }
.fail i { color: var(--red); }
td.warn, td.fail { font-weight: 600; }
.marks { margin: 8px 0 0; padding: 0; list-style: none; font-size: 12.5px; }
.marks li { padding: 2px 0 2px 20px; text-indent: -20px; }
.marks i { text-indent: 0; width: 20px; text-align: left; }
dl { display: grid; grid-template-columns: 168px 1fr; gap: 4px 16px; margin: 0; font-size: 13px; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
pre { margin: 8px 0 0; padding: 10px 12px; background: #f6f6f6; font: 11.5px/1.5 Menlo, Consolas, "DejaVu Sans Mono", monospace;
  white-space: pre-wrap; overflow-wrap: anywhere; }
.hash { font: 11px/1.5 Menlo, Consolas, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
footer { margin-top: 36px; padding-top: 10px; border-top: 1px solid var(--ink); color: var(--soft); font-size: 12px; }
footer p { margin: 0 0 4px; }

svg text { font-size: 11px; fill: var(--ink); }
svg path { fill: none; stroke-width: 1; stroke-linejoin: round; stroke-linecap: round; }
svg.defs { position: absolute; width: 0; height: 0; }
svg .mid { text-anchor: middle; }
svg .end { text-anchor: end; }
svg .axis { font-size: 11.5px; }
svg .small { font-size: 10.5px; }
svg .name { font-size: 12px; font-weight: 600; }
svg .title { font-size: 11.5px; fill: var(--soft); }
svg .letter { font-size: 14px; font-weight: 700; }
svg .none { fill: var(--soft); }
svg .halo { paint-order: stroke; stroke: #fff; stroke-width: 3px; stroke-linejoin: round; }
svg path.ax { stroke: var(--ink); stroke-width: 0.8; stroke-linecap: butt; }
svg path.bracket { stroke: var(--soft); stroke-width: 0.8; stroke-linejoin: miter; stroke-linecap: butt; }
svg path.event { stroke: var(--red); stroke-width: 0.8; stroke-dasharray: 2 3; stroke-linecap: butt; }
svg path.on { fill: var(--orange); fill-opacity: 0.2; }
svg path.bar { fill: var(--orange); }
svg path.bar.edited { fill: #fff; stroke: var(--orange); }
svg path.gap { fill: url(#gaps); stroke: #8a8a8a; stroke-width: 0.6; }
svg path.fault { fill: url(#faults); }
svg path.gapline { stroke: #8a8a8a; stroke-width: 1.6; stroke-linecap: butt; }
svg path.faultline { stroke: #c9c9c9; stroke-width: 1.6; stroke-linecap: butt; }
svg path.raw { stroke: #6b6b6b; stroke-width: 0.7; }
svg path.signal { stroke: var(--blue); stroke-width: 0.7; }
svg path.whole { stroke-width: 1.15; }  /* as wide as a column: a burst is a surface */
svg path.psd { stroke-width: 1.3; }
svg path.rest { stroke: #8a8a8a; stroke-width: 1.1; }
svg path.edge { stroke: #8a8a8a; stroke-width: 0.8; stroke-dasharray: 1.5 2.5; stroke-linecap: butt; }
svg path.restlevel { stroke: #6b6b6b; stroke-width: 0.9; stroke-dasharray: 4 3; stroke-linecap: butt; }
svg path.windows { stroke-width: 1; }
svg path.windows.rms { stroke: var(--blue); }
svg path.windows.mdf { stroke: #2f9e80; stroke-width: 2.4; }
svg path.value { stroke-width: 2.4; stroke-linecap: butt; }
svg path.value.rms { stroke: var(--ink); }
svg path.value.mdf { stroke: var(--ink); }
svg path.mark { stroke: var(--green); stroke-width: 1.4; stroke-linecap: butt; }
svg text.mdf { fill: var(--green); font-weight: 600; }

@page { size: A4; margin: 15mm 14mm 17mm; }
@media print {
  body { max-width: none; padding: 0; font-size: 9.5pt; -webkit-print-color-adjust: exact; print-color-adjust: exact; }
  h1 { font-size: 17pt; }
  h2 { margin-top: 22pt; font-size: 11.5pt; break-after: avoid; }
  .lead { font-size: 10.5pt; }
  .findings.many li { font-size: 8.2pt; }
  figcaption, caption, .marks, dl { font-size: 8.5pt; }
  table { font-size: 8pt; }
  td small, th small { font-size: 7.2pt; }
  pre { font-size: 7.5pt; }
  footer { font-size: 8pt; }
  .wide { overflow: visible; }
}
)css";

}  // namespace semg
