// SPDX-License-Identifier: BSD-3-Clause
// Colours are those of Okabe and Ito, which readers with any colour vision can tell apart; what they say is also said by shape or word.
#include "apps/page/page_style.hpp"

#include <fmt/format.h>

#include "apps/page/svg.hpp"

namespace semg {
namespace {

constexpr std::string_view kPageStyle = R"css(
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
svg path.on { fill: var(--orange); fill-opacity: 0.2; }
svg path.edge { stroke: #8a8a8a; stroke-width: 0.8; stroke-dasharray: 1.5 2.5; stroke-linecap: butt; }
svg path.signal { stroke: var(--blue); stroke-width: 0.7; }
svg path.response { stroke-width: 1.4; }
svg path.ax { stroke: var(--ink); stroke-width: 0.8; stroke-linecap: butt; }

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

/// For a string inside the style sheet: whatever is not a plain letter or digit is written as its number.
std::string escape_style(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    const bool plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == ' ';
    escaped += plain || static_cast<unsigned char>(c) >= 0x80 ? std::string(1, c) : fmt::format("\\{:x} ", static_cast<unsigned char>(c));
  }
  return escaped;
}

}  // namespace

std::string page_head(std::string_view title, std::string_view running, std::string_view style) {
  return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, "
         "initial-scale=1\">\n<title>" +
         escape_markup(title) + "</title>\n<style>" + std::string(kPageStyle) + std::string(style) +
         fmt::format(
             "@page {{ @bottom-left {{ content: \"{}\"; font: 7.5pt Arial, sans-serif; color: #5c5c5c; }}\n"
             "  @bottom-right {{ content: counter(page) \" / \" counter(pages); font: 7.5pt Arial, sans-serif; color: #5c5c5c; }} }}\n",
             escape_style(running)) +
         "</style>\n</head>\n<body>\n";
}

}  // namespace semg
