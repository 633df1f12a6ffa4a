// SPDX-License-Identifier: BSD-3-Clause
// One trace by uPlot: the band from lowest to highest on a fixed scale, lost data hatched, and the activation bar under it.
import uPlot from "uplot";

import { colour } from "./elements.js";
import { ACTIVE, SHOWN_S } from "./signal_window.js";

const BAR_PX = 9;
const BAR_GAP_PX = 3;

/** A polygon over each run of bins that are there: highest values forth, lowest values back. */
function bandPath(plot, lowest, highest) {
  const { left, top, width, height } = plot.bbox;
  const { min, max } = plot.scales.y;
  const bins = lowest.length;
  const dx = width / bins;
  const dy = -height / (max - min);
  const y0 = top - max * dy;
  const path = new Path2D();
  for (let k = 0; k < bins; ++k) {
    if (!(highest[k] === highest[k])) continue; // NaN
    const begin = k;
    path.moveTo(left + (k + 0.5) * dx, y0 + highest[k] * dy);
    for (++k; k < bins && highest[k] === highest[k]; ++k) path.lineTo(left + (k + 0.5) * dx, y0 + highest[k] * dy);
    for (let back = k - 1; back >= begin; --back) path.lineTo(left + (back + 0.5) * dx, y0 + lowest[back] * dy);
    path.closePath();
  }
  return path;
}

/** uPlot remembers what it set in the context: whoever draws beside it leaves no trace. */
function beside({ ctx }, drawing) {
  ctx.save();
  drawing();
  ctx.restore();
}

/** Calls see(begin, end, value) for each run of equal values. */
function runs(values, begin, see) {
  for (let k = begin; k < values.length;) {
    const from = k;
    const value = values[k];
    while (k < values.length && values[k] === value) ++k;
    see(from, k, value);
  }
}

export class Trace {
  constructor(place) {
    this.place = place;
    this.window = null;
    this.channel = 0;
    this.fullScale = 1;
    this.ink = "paretic";
    this.plot = new uPlot(
      {
        width: 300,
        height: 50,
        pxAlign: 0,
        padding: [2, 0, BAR_PX + BAR_GAP_PX, 0],
        legend: { show: false },
        cursor: { show: false },
        select: { show: false },
        axes: [{ show: false }, { show: false }],
        scales: {
          x: { time: false, auto: false, range: () => [0, Math.max(1, (this.window?.bins ?? 2) - 1)] },
          y: { auto: false, range: () => [-this.fullScale, this.fullScale] },
        },
        series: [
          {},
          { paths: () => null, points: { show: false } },
          {
            stroke: () => colour(this.ink),
            fill: () => colour(this.ink),
            width: 1,
            points: { show: false },
            paths: (plot) => {
              const path = bandPath(plot, plot.data[1], plot.data[2]);
              return { stroke: path, fill: path, flags: 0 };
            },
          },
        ],
        hooks: {
          drawClear: [(plot) => beside(plot, () => this.#ground(plot))],
          draw: [(plot) => beside(plot, () => this.#activation(plot))],
        },
      },
      [
        [0, 1],
        [null, null],
        [null, null],
      ],
      place,
    );
    this.resized = new ResizeObserver(() => this.#fit());
    this.resized.observe(place);
    this.#fit();
  }

  #fit() {
    const width = this.place.clientWidth;
    const height = this.place.clientHeight;
    if (width > 0 && height > 0) this.plot.setSize({ width, height });
  }

  show(window, channel, ink) {
    this.window = window;
    this.channel = channel;
    this.ink = ink;
    this.data = [Float32Array.from({ length: window.bins }, (_, k) => k), window.lowest[channel], window.highest[channel]];
    this.plot.setData(this.data, true);
  }

  setFullScale(value) {
    if (this.fullScale === value) return;
    this.fullScale = value;
    this.plot.setScale("y", { min: -value, max: value });
  }

  draw() {
    if (!this.window) return;
    this.plot.setData(this.data, false);
    this.plot.redraw(true, false);
  }

  /** Whole seconds, the zero line, and hatches where data are missing. */
  #ground({ ctx, bbox }) {
    const { left, top, width, height } = bbox;
    ctx.fillStyle = colour("grid");
    for (let s = 1; s < SHOWN_S; ++s) ctx.fillRect(Math.round(left + (s * width) / SHOWN_S), top, 1, height);
    ctx.fillRect(left, Math.round(top + height / 2), width, 1);
    if (!this.window) return;
    const values = this.window.highest[this.channel];
    const dx = width / values.length;
    ctx.strokeStyle = colour("gap");
    ctx.lineWidth = 1.5;
    for (let k = values.length - this.window.seen; k < values.length; ++k) {
      if (values[k] === values[k]) continue;
      const begin = k;
      while (k < values.length && values[k] !== values[k]) ++k;
      ctx.save();
      ctx.beginPath();
      ctx.rect(left + begin * dx, top, Math.max(2, (k - begin) * dx), height);
      ctx.clip();
      ctx.beginPath();
      for (let x = left + begin * dx - height; x < left + k * dx; x += 7) {
        ctx.moveTo(x, top + height);
        ctx.lineTo(x + height, top);
      }
      ctx.stroke();
      ctx.restore();
    }
  }

  /** Filled: active. A thin line: at rest. Outlined or dotted: the same, but no rest was recorded to tell by. */
  #activation({ ctx, bbox }) {
    if (!this.window) return;
    const { left, top, width, height } = bbox;
    const ratio = uPlot.pxRatio;
    const y = top + height + BAR_GAP_PX * ratio;
    const h = BAR_PX * ratio;
    const dx = width / this.window.bins;
    ctx.fillStyle = ctx.strokeStyle = colour(this.ink);
    ctx.lineWidth = 1.5 * ratio;
    runs(this.window.active[this.channel], this.window.bins - this.window.seen, (begin, end, state) => {
      const x = left + begin * dx;
      const w = (end - begin) * dx;
      if (state === ACTIVE.on) ctx.fillRect(x, y, w, h);
      if (state === ACTIVE.on_provisional) {
        ctx.globalAlpha = 0.35;
        ctx.fillRect(x, y, w, h);
        ctx.globalAlpha = 1;
        ctx.strokeRect(x + 1, y + 1, Math.max(1, w - 2), h - 2);
      }
      if (state === ACTIVE.off) ctx.fillRect(x, y + h - 2 * ratio, w, 2 * ratio);
      if (state === ACTIVE.off_provisional)
        for (let d = 0; d < w; d += 6 * ratio) ctx.fillRect(x + d, y + h - 2 * ratio, Math.min(3 * ratio, w - d), 2 * ratio);
    });
  }
}
