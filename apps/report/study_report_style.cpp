// SPDX-License-Identifier: BSD-3-Clause
#include "apps/report/study_report_style.hpp"

namespace semg {

const std::string_view kStudyReportStyle = R"css(
nav { margin: 14px 0 0; font-size: 12.5px; }
nav a { margin-right: 14px; color: var(--blue); text-decoration: none; white-space: nowrap; }
.key { margin: 16px 0 0; padding: 12px 16px; border-left: 4px solid var(--ink); background: #f6f6f6; font-size: 16px; line-height: 1.45; }
.key p { margin: 0; }
.key p + p { margin-top: 6px; font-size: 14px; }
.findings li { grid-template-columns: 138px 1fr; }
.findings li { font-size: 13px; line-height: 1.42; }
.findings p + p { margin-top: 3px; }
.legend { display: flex; flex-wrap: wrap; gap: 3px 18px; margin: 10px 0 0; padding: 0; list-style: none; font-size: 12px; line-height: 1.35; }
.legend li { display: flex; align-items: center; gap: 6px; }
.legend svg { flex: none; height: 14px; width: auto; }
.csv { color: var(--soft); }
.plain { margin: 8px 0 0; padding-left: 18px; font-size: 13px; line-height: 1.45; }
.plain li { margin: 0 0 4px; break-inside: avoid; }
details { margin: 5px 0 0; }
summary { cursor: pointer; font-size: 13px; padding: 3px 0; }
details[open] > summary { font-weight: 600; }
.methods { max-width: 740px; }
td.v { white-space: nowrap; }
td.v i { display: inline-block; width: 15px; font-style: normal; text-align: center; }
td.v.up { color: var(--blue); font-weight: 600; }
td.v.down { color: #8a5a00; font-weight: 600; }
td.v.open { color: var(--soft); white-space: normal; }
td.first { white-space: nowrap; }
tbody tr.again td.first { color: #7a7a7a; }
tbody tr.again td.first, tbody tr.again td { border-top-color: #f0f0f0; }
td.q, td.line { white-space: nowrap; }
td.q { font-size: 11px; }
p.csv { font-size: 12.5px; }
td.q b { display: inline-block; min-width: 26px; font-size: 12px; font-weight: 400; }
td.look b { font-weight: 700; }
td.look small { max-width: 96px; color: #8a5a00; font-weight: 600; white-space: normal; }
svg .mk { stroke-width: 1.3; stroke: var(--ink); fill: none; }
svg .mk.up { fill: var(--blue); stroke: var(--blue); }
svg .mk.down { fill: var(--orange); stroke: #8a5a00; stroke-width: 1; }
svg .mk.within { fill: var(--ink); }
svg .mk.unjudged { fill: #8a8a8a; stroke: #8a8a8a; }
svg .mk.open { stroke: #6b6b6b; }
svg .mk.usable { fill: var(--green); stroke: var(--green); }
svg .mk.hollow { fill: #fff; stroke-width: 1.6; }
svg .mdc { fill: #dcdcdc; stroke: none; }
svg path.baseline { stroke: #6b6b6b; stroke-width: 0.8; stroke-dasharray: 4 3; stroke-linecap: butt; }
svg path.spread { stroke: var(--ink); stroke-width: 0.9; stroke-linecap: butt; }
svg path.course { stroke: #8a8a8a; stroke-width: 0.9; }
svg path.hair { stroke: var(--hair); stroke-width: 0.6; }
@media print {
  nav { display: none; }
  .key { font-size: 11pt; }
  .key p + p { font-size: 9.5pt; }
  .findings li { padding: 4px 0; font-size: 8.6pt; line-height: 1.36; }
  .plain, .legend, summary { font-size: 8.5pt; }
  td.q { font-size: 7.2pt; }
  td.q b { font-size: 8pt; }
  h3 { break-after: avoid; }
  .legend { break-inside: avoid; }
  p.csv { font-size: 8.5pt; }
  footer { break-inside: avoid; }
  .stays { break-after: avoid; }
  .together { break-inside: avoid; }
}
)css";

}  // namespace semg
