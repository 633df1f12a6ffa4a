// SPDX-License-Identifier: BSD-3-Clause
// The second tab: how late, how exact, how much was lost. For the engineer.
import { byId, make, setText } from "./elements.js";
import { inkOf, nameOf } from "./muscles.js";
import { drawTrend } from "./overview.js";
import { clockTime } from "./top_bar.js";
import { words } from "./words.js";

const number = (value, digits, unit) =>
  value === null || value === undefined ? words.nothing : `${value.toFixed(digits)}${unit ? ` ${unit}` : ""}`;
const ms = (value) =>
  value === null || value === undefined ? words.nothing : `${value === 0 || value >= 10 ? value.toFixed(0) : value.toFixed(2)} ms`;

/** A table of names and values, its values set by update({key: text}). */
class Facts {
  constructor(title, names) {
    this.cells = {};
    const rows = Object.entries(names).map(([key, name]) => {
      this.cells[key] = make("td");
      return make("tr", {}, make("th", { scope: "row", text: name }), this.cells[key]);
    });
    this.node = make("section", {}, make("h2", { text: title }), make("table", {}, make("tbody", {}, ...rows)));
  }
  update(texts) {
    for (const [key, text] of Object.entries(texts)) setText(this.cells[key], text);
  }
}

export class Engineer {
  constructor() {
    this.latency = new Facts(words.latency, { ...words.latencyRows, information: words.information });
    this.latency.cells.information.title = words.informationSays;
    this.clock = new Facts(words.clockTitle, { nominal: words.nominal, measured: words.measured, drift: words.drift });
    this.losses = new Facts(words.losses, words.lossRows);
    this.page = new Facts(words.thisPage, words.pageRows);
    this.stream = new Facts(words.stream, words.streamRows);
    this.canvas = make("canvas", { role: "img" });
    this.trendTitle = make("h2");
    this.body = make("tbody");
    byId("signal").append(
      make("div", { class: "facts-of" }, this.latency.node, this.losses.node, this.clock.node, this.page.node, this.stream.node),
      make("section", { class: "trend" }, this.trendTitle, this.canvas),
      make(
        "section",
        { class: "channels" },
        make(
          "table",
          {},
          make("thead", {}, make("tr", {}, ...Object.values(words.channelColumns).map((text) => make("th", { scope: "col", text })))),
          this.body,
        ),
      ),
    );
  }

  hello(hello) {
    this.rows = hello.channels.map(({ label, muscle, side, role, unit }) => {
      const cells = { rms: make("td"), mvc: make("td"), mdf: make("td"), badge: make("td") };
      const row = make(
        "tr",
        {},
        make("th", { scope: "row", text: label }),
        make("td", { text: muscle }),
        make("td", { text: [words[side], words[role]].filter(Boolean).join(", ") }),
        make("td", { text: words.unit(unit) }),
        ...Object.values(cells),
      );
      return { row, cells };
    });
    this.body.replaceChildren(...this.rows.map(({ row }) => row));
  }

  update({ hello, status, history }, counters, chosen) {
    const { latency } = status;
    this.latency.update({
      n: String(latency.n),
      p50_ms: ms(latency.p50_ms),
      p99_ms: ms(latency.p99_ms),
      p999_ms: ms(latency.p999_ms),
      max_ms: ms(latency.max_ms),
      information: ms(status.information_latency_ms),
    });
    this.clock.update({
      nominal: number(hello.fs_hz, 2, "Hz"),
      measured: number(status.fs_hz, 3, "Hz"),
      drift: number(status.drift_ppm, 1, "ppm"),
    });
    this.losses.update({
      gaps: String(status.gaps),
      lost_ms: ms(status.lost_ms),
      last_gap_ms: ms(status.last_gap_ms),
      disconnects: String(status.disconnects),
      garbage_bytes: `${status.garbage_bytes} ${words.bytes}`,
      overrun_ms: ms(status.overrun_ms),
      unstored_ms: ms(status.unstored_ms),
      left_out_frames: String(status.left_out_frames),
    });
    this.page.update({
      frames: String(counters.frames),
      missed: String(counters.missed),
      leftOut: String(counters.leftOut),
      drawn: String(counters.drawn),
      rate: counters.rate.toFixed(0),
      viewers: String(status.viewers),
    });
    this.stream.update({
      device: hello.device,
      engine: hello.engine,
      chain: hello.chain,
      t_s: clockTime(status.t_s),
      stored_s: status.stored_s === null ? words.nothing : clockTime(status.stored_s),
    });
    this.rows.forEach(({ cells }, c) => {
      setText(cells.rms, number(status.rms[c], 1));
      setText(cells.mvc, number(status.mvc[c], 1));
      setText(cells.mdf, number(status.mdf[c], 1, "Hz"));
      setText(cells.badge, status.badge_text[c] || words.good);
    });
    const name = words.mdfTrend(nameOf(hello.channels[chosen]));
    setText(this.trendTitle, name);
    this.canvas.setAttribute("aria-label", name);
    drawTrend(this.canvas, history, chosen, inkOf(hello.channels[chosen]));
  }
}
