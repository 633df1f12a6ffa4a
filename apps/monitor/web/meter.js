// SPDX-License-Identifier: BSD-3-Clause
// A muscle's level as a bar with its target band: in 0-120 %MVC once there is a reference, before that in the unit of the trace.
import { choice, choose } from "./choices.js";
import { make, setHidden, setText } from "./elements.js";
import { words } from "./words.js";

const FULL_PERCENT = 120;
const PEAK_HOLD_MS = 3000;
const BAND_PERCENT = [40, 60]; // where nobody chose one
const BAND_SHARE = [0.2, 0.4]; // of the full scale, while there is no reference

/** {full, unit, value, percent}: value null where the last 250 ms are not valid. */
export function levelOf(channel, rms, mvc, fullScale) {
  if (mvc > 0) return { full: FULL_PERCENT, unit: words.percent, value: rms === null ? null : (100 * rms) / mvc, percent: true };
  return { full: fullScale, unit: words.unit(channel.unit), value: rms, percent: false };
}

const bandName = (channel, level) => `band ${level.percent ? "%" : channel.unit} ${channel.label}`;
export function bandOf(channel, level) {
  const band = choice(bandName(channel, level));
  if (Array.isArray(band) && band[0] < band[1]) return band;
  return level.percent ? BAND_PERCENT : BAND_SHARE.map((share) => share * level.full);
}

export const percentOf = (value, full) => `${(100 * Math.min(1, Math.max(0, value / full))).toFixed(2)}%`;
const printed = (value) => (value < 10 ? value.toFixed(1) : value.toFixed(0));

export class Meter {
  constructor() {
    this.fill = make("div", { class: "fill" });
    this.peak = make("div", { class: "peak" });
    this.band = make("div", { class: "band" });
    this.edges = ["low", "high"].map((which, at) => this.#edge(which, at));
    this.hundred = make("div", { class: "hundred" });
    this.track = make("div", { class: "track" }, this.band, this.fill, this.hundred, this.peak, ...this.edges);
    this.reading = make("span", { class: "reading" });
    this.range = make("span", { class: "range" });
    this.node = make("div", { class: "meter", role: "group" }, this.track, make("div", { class: "under" }, this.reading, this.range));
    this.highest = { value: 0, at: 0 };
  }

  show(channel, name) {
    if (this.channel !== channel) this.highest = { value: 0, at: 0 };
    this.channel = channel;
    this.node.setAttribute("aria-label", words.level(name));
    this.edges[0].setAttribute("aria-label", words.bandLow(name));
    this.edges[1].setAttribute("aria-label", words.bandHigh(name));
  }

  /** The level just now; it stays as it was while data are stale. */
  update(rms, mvc, fullScale, isStale) {
    const level = levelOf(this.channel, rms, mvc, fullScale);
    if (this.level?.percent !== level.percent) this.highest = { value: 0, at: 0 };
    this.level = level;
    const now = performance.now();
    if (!isStale) {
      const value = level.value ?? 0;
      if (value >= this.highest.value || now - this.highest.at > PEAK_HOLD_MS) this.highest = { value, at: now };
      this.fill.style.transform = `scaleX(${Math.min(1, value / level.full).toFixed(4)})`;
      this.peak.style.left = percentOf(this.highest.value, level.full);
      setText(this.reading, level.value === null ? words.notValid : `${printed(level.value)} ${level.unit}`);
    }
    setText(this.range, `0–${level.full} ${level.unit}`);
    setHidden(this.hundred, !level.percent);
    this.hundred.style.left = percentOf(100, level.full);
    this.showBand();
  }

  showBand() {
    const { full, unit } = this.level;
    const band = bandOf(this.channel, this.level);
    this.band.style.left = percentOf(band[0], full);
    this.band.style.right = percentOf(full - band[1], full);
    this.edges.forEach((edge, at) => {
      edge.style.left = percentOf(band[at], full);
      edge.setAttribute("aria-valuemin", "0");
      edge.setAttribute("aria-valuemax", String(full));
      edge.setAttribute("aria-valuenow", printed(band[at]));
      edge.setAttribute("aria-valuetext", `${printed(band[at])} ${unit}`);
      edge.title = `${printed(band[at])} ${unit}`;
    });
  }

  #edge(which, at) {
    const edge = make("div", { class: `edge ${which}`, role: "slider", tabindex: "0", "aria-orientation": "horizontal" });
    const move = (to) => {
      const { full } = this.level;
      const band = [...bandOf(this.channel, this.level)];
      const least = full / 100;
      band[at] = at === 0 ? Math.max(0, Math.min(to, band[1] - least)) : Math.min(full, Math.max(to, band[0] + least));
      choose(
        bandName(this.channel, this.level),
        band.map((value) => Number(value.toPrecision(4))),
      );
      this.showBand();
    };
    edge.addEventListener("pointerdown", (event) => {
      edge.setPointerCapture(event.pointerId);
      event.preventDefault();
      event.stopPropagation();
    });
    edge.addEventListener("pointermove", (event) => {
      if (!edge.hasPointerCapture(event.pointerId)) return;
      const { left, width } = this.track.getBoundingClientRect();
      const step = this.level.full / 120; // 1 %MVC
      move(Math.round((((event.clientX - left) / width) * this.level.full) / step) * step);
    });
    edge.addEventListener("keydown", (event) => {
      const steps = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10 }[event.key];
      if (!steps) return;
      move(bandOf(this.channel, this.level)[at] + (steps * this.level.full) / 120);
      event.preventDefault();
      event.stopPropagation();
    });
    return edge;
  }
}
