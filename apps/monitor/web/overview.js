// SPDX-License-Identifier: BSD-3-Clause
// The whole task in one line: level of the chosen muscle, when it was active, what was marked, what is missing.
import { colour, freshCanvas } from "./elements.js";
import { SEEN } from "./history.js";
import { clockTime } from "./top_bar.js";
import { words } from "./words.js";

const LEAST_S = 60;
const TOP_PX = 32;
const BAR_PX = 8;
const FOOT_PX = 16;
const FONT = "13px system-ui, sans-serif";

/** From the first time the current task ran, or all that was seen; a minute at least. */
function span(history, status) {
  const first = status.session ? history.times.find(({ task }) => task === status.session.task) : null;
  const begin = Math.max(history.begin_s ?? 0, first ? first.begin_s - 2 : (history.begin_s ?? 0));
  return { begin, end: Math.max(begin + LEAST_S, history.end_s) };
}

export function drawOverview(canvas, { hello, status, history }, channel, ink) {
  const fresh = freshCanvas(canvas);
  if (!fresh || !status || history.begin_s === null) return;
  const { context, width, height } = fresh,
    { begin, end } = span(history, status);
  const x = (t_s) => ((t_s - begin) / (end - begin)) * width;
  const foot = height - FOOT_PX;
  const bar = foot - BAR_PX - 2;
  const tall = bar - TOP_PX - 16;
  const edge = (column) => Math.round(x(history.begin_s + column * history.column_s));
  context.font = FONT;
  context.textBaseline = "alphabetic";

  context.fillStyle = colour("soft");
  for (const { begin_s, end_s } of history.times)
    context.fillRect(x(begin_s), TOP_PX, Math.max(1, x(end_s ?? status.t_s) - x(begin_s)), bar - TOP_PX);
  context.fillStyle = colour("grid");
  context.fillRect(0, bar, width, 1);

  const first = Math.max(0, Math.floor((begin - history.begin_s) / history.column_s));
  let largest = 0;
  for (let k = first; k < history.columns; ++k) largest = Math.max(largest, history.level[k * history.channels + channel] || 0);
  context.fillStyle = colour(ink);
  for (let k = first; k < history.columns; ++k) {
    const at = k * history.channels + channel;
    const left = edge(k);
    const dx = Math.max(1, edge(k + 1) - left);
    if (history.seen[at] === SEEN.gap) {
      context.fillStyle = colour("gap");
      for (let y = TOP_PX; y < foot; y += 6) context.fillRect(left, y, dx, 3);
      context.fillStyle = colour(ink);
      continue;
    }
    const tallHere = largest > 0 ? (history.level[at] / largest) * tall : 0;
    if (tallHere > 0) context.fillRect(left, bar - tallHere, dx, tallHere);
    if (history.seen[at] === SEEN.active) context.fillRect(left, bar + 2, dx, BAR_PX);
  }

  context.fillStyle = colour("text");
  for (const { begin_s, repetition } of history.times)
    if (x(begin_s) >= 0) context.fillText(String(repetition), x(begin_s) + 3, TOP_PX + 11);
  marks(context, status.markers, x, width, foot);
  context.fillStyle = colour("quiet");
  context.textAlign = "left";
  context.fillText(clockTime(begin), 2, height - 3);
  context.textAlign = "right";
  context.fillText(clockTime(end), width - 2, height - 3);
  context.textAlign = "center";
  const { label, unit } = hello.channels[channel];
  context.fillText(words.overviewOf(label, largest, unit, end - begin), width / 2, height - 3);
  context.textAlign = "left";
}

/** Flags with their words; a marker that was struck out stays, struck through. */
function marks(context, markers, x, width, foot) {
  const rowEnds = [0, 0];
  for (const { t_s, text, struck } of markers) {
    const at = x(t_s);
    if (at < 0 || at > width) continue;
    context.strokeStyle = context.fillStyle = colour(struck ? "quiet" : "text");
    context.lineWidth = 1;
    context.setLineDash(struck ? [3, 3] : []);
    context.beginPath();
    context.moveTo(at, 6);
    context.lineTo(at, foot);
    context.stroke();
    context.setLineDash([]);
    const row = rowEnds[0] <= at ? 0 : rowEnds[1] <= at ? 1 : null;
    if (row === null) continue;
    const short = text.length > 24 ? `${text.slice(0, 23)}…` : text;
    const wide = context.measureText(short).width;
    const left = Math.min(at + 3, width - wide - 2);
    const y = 12 + row * 14;
    context.fillText(short, left, y);
    if (struck) context.fillRect(left, y - 5, wide, 1);
    rowEnds[row] = left + wide + 6;
  }
}

/** Median frequency of one channel since the page was opened. */
export function drawTrend(canvas, history, channel, ink) {
  const fresh = freshCanvas(canvas);
  if (!fresh || history.begin_s === null) return;
  const { context, width, height } = fresh;
  const end = Math.max(history.begin_s + LEAST_S, history.end_s);
  let most = 0;
  for (let k = 0; k < history.columns; ++k) most = Math.max(most, history.mdf[k * history.channels + channel] || 0);
  most = Math.max(100, Math.ceil(most / 50) * 50);
  context.font = FONT;
  const foot = height - FOOT_PX;
  const y = (hz) => foot - (hz / most) * (foot - 8);
  for (let hz = 0; hz <= most; hz += most / 2) {
    context.fillStyle = colour("grid");
    context.fillRect(40, y(hz), width - 40, 1);
    context.fillStyle = colour("quiet");
    context.fillText(`${hz} Hz`, 0, Math.max(11, y(hz) + 4));
  }
  context.fillStyle = colour(ink);
  for (let k = 0; k < history.columns; ++k) {
    const hz = history.mdf[k * history.channels + channel];
    if (hz === hz) context.fillRect(40 + ((k * history.column_s) / (end - history.begin_s)) * (width - 40), y(hz) - 1.5, 3, 3);
  }
  context.fillStyle = colour("quiet");
  context.fillText(clockTime(history.begin_s), 40, height - 3);
  context.textAlign = "right";
  context.fillText(clockTime(end), width, height - 3);
  context.textAlign = "left";
}
