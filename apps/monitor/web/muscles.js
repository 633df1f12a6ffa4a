// SPDX-License-Identifier: BSD-3-Clause
// The centre: a row for each muscle and side, in pages, the worst channel always in sight.
import { arrange, worst } from "./arrange.js";
import { body, showBadge } from "./badge.js";
import { choice, choose } from "./choices.js";
import { byId, make, setData, setHidden, setText } from "./elements.js";
import { Meter } from "./meter.js";
import { Trace } from "./traces.js";
import { words } from "./words.js";

const ROWS = 8;
const SWIPE_PX = 40;
export const phone = window.matchMedia("(max-width: 480px)");

/** "TA paretic right", for whoever hears the page. */
export function nameOf({ label, muscle, role, side }) {
  return [muscle || label, words[role], words[side]].filter(Boolean).join(" ");
}

/** The ink of a side: with it always go the word and the shape. */
export const inkOf = ({ role, side }) => (role === "non_paretic" || (!role && side === "right") ? "other" : "paretic");

/** The muscle somebody chose, or the first of the page. */
export function selected({ channels }) {
  const at = channels.findIndex(({ label }) => label === choice("muscle"));
  return at >= 0 ? at : arrange(channels, 1)[0][0].channel;
}

class Row {
  constructor() {
    this.figure = make("span", { class: "figure" });
    this.muscle = make("b");
    this.label = make("small");
    this.side = make("span", { class: "side" });
    this.name = make(
      "button",
      { type: "button", class: "name", onclick: () => choose("muscle", this.channel.label) },
      this.figure,
      make("span", { class: "names" }, this.muscle, this.label, this.side),
    );
    this.plot = make("div", { class: "plot", role: "img" });
    this.scale = make("div", { class: "scale" });
    this.meter = new Meter();
    this.badge = make("div", { class: "badge" });
    this.node = make("section", { class: "row" }, this.name, this.plot, this.scale, this.meter.node, this.badge);
  }

  show(hello, window, { channel, pair }) {
    this.at = channel;
    this.channel = hello.channels[channel];
    const { label, muscle, role, side } = this.channel;
    const name = nameOf(this.channel);
    setData(this.node, "pair", pair);
    setData(this.node, "ink", inkOf(this.channel));
    this.node.setAttribute("aria-label", name);
    this.name.setAttribute("aria-label", words.choose(name));
    this.plot.setAttribute("aria-label", words.trace(name));
    this.figure.replaceChildren(body(side));
    setText(this.muscle, muscle || label);
    setText(this.label, muscle && muscle !== label ? label : "");
    setText(this.side, [role ? `${role === "paretic" ? "◆" : "◇"} ${words[role]}` : "", words[side]].filter(Boolean).join(" · "));
    this.meter.show(this.channel, name);
    this.trace ??= new Trace(this.plot);
    this.trace.show(window, channel, inkOf(this.channel));
  }

  update(status, fullScale, isStale) {
    this.trace.setFullScale(fullScale);
    setText(this.scale, words.scale(fullScale, this.channel.unit));
    this.meter.update(status.rms[this.at], status.mvc[this.at], fullScale, isStale);
    showBadge(this.badge, status.badge[this.at], status.badge_text[this.at] || words.good);
    this.name.title = words.active[status.active[this.at]] ?? "";
  }
}

export class Muscles {
  constructor() {
    this.rows = [];
    this.pinned = new Row();
    this.pinnedLine = make("p", { class: "pinned-line" });
    this.page = 0;
    this.worstBefore = null;
    byId("pinned").append(make("h2", { text: words.pinned }), this.pinned.node, this.pinnedLine);
    phone.addEventListener("change", () => this.layout());
    this.#swipe(byId("rows"));
  }

  hello(hello, window) {
    this.about = hello;
    this.window = window;
    this.status = null;
    this.layout();
  }

  layout() {
    if (!this.about) return;
    this.pages = arrange(this.about.channels, phone.matches ? 1 : ROWS);
    this.page = Math.min(this.page, this.pages.length - 1);
    const page = this.pages[this.page];
    while (this.rows.length < page.length) {
      this.rows.push(new Row());
      byId("rows").append(this.rows[this.rows.length - 1].node);
    }
    this.rows.forEach((row, at) => {
      setHidden(row.node, at >= page.length);
      if (at < page.length) row.show(this.about, this.window, page[at]);
    });
    this.pinnedAt = undefined;
    setHidden(byId("pinned"), this.pages.length < 2);
    setHidden(byId("turn"), !phone.matches || this.pages.length < 2);
    if (this.status) this.update(this.status, this.fullScale, this.isStale);
  }

  turn(by) {
    if (!this.pages) return;
    this.page = Math.min(this.pages.length - 1, Math.max(0, this.page + by));
    if (phone.matches) choose("muscle", this.about.channels[this.pages[this.page][0].channel].label);
    this.layout();
  }

  /** The next muscle in the order of the page becomes the chosen one. */
  step(by) {
    if (!this.pages) return;
    const all = this.pages.flat().map(({ channel }) => channel);
    const at = Math.min(all.length - 1, Math.max(0, all.indexOf(selected(this.about)) + by));
    choose("muscle", this.about.channels[all[at]].label);
    this.page = this.pages.findIndex((page) => page.some(({ channel }) => channel === all[at]));
    this.layout();
  }

  update(status, fullScale, isStale) {
    Object.assign(this, { status, fullScale, isStale });
    const chosen = selected(this.about);
    const shown = this.#shown();
    for (const row of shown) {
      row.update(status, fullScale, isStale);
      row.name.setAttribute("aria-pressed", String(row.at === chosen));
    }
    this.#pin(status, fullScale, isStale, shown);
  }

  drawTraces() {
    for (const row of this.#shown()) row.trace.draw();
    if (this.pinnedAt !== undefined && this.pinnedAt !== null) this.pinned.trace.draw();
  }

  #shown() {
    return this.rows.slice(0, this.pages?.[this.page]?.length ?? 0);
  }

  #pin(status, fullScale, isStale, shown) {
    if (this.pages.length < 2) return;
    const at = worst(status.badge, this.worstBefore);
    this.worstBefore = at;
    const isHere = shown.some((row) => row.at === at);
    const isLine = at === null || isHere || phone.matches;
    setHidden(this.pinned.node, isLine);
    setHidden(this.pinnedLine, !isLine);
    if (isLine) {
      this.pinnedAt = null;
      const kind = at === null ? "" : status.badge[at];
      const act = at === null ? "" : status.badge_text[at];
      const name = at === null ? "" : nameOf(this.about.channels[at]);
      showBadge(
        this.pinnedLine,
        kind,
        at === null ? words.allGood(status.badge.length) : isHere ? words.onThisPage(name, act) : `${name}: ${act}`,
      );
      return;
    }
    if (this.pinnedAt !== at) {
      this.pinnedAt = at;
      this.pinned.show(this.about, this.window, { channel: at, pair: "alone" });
    }
    this.pinned.update(status, fullScale, isStale);
  }

  #swipe(place) {
    let from = null;
    place.addEventListener("touchstart", ({ touches }) => (from = touches.length === 1 ? touches[0].clientX : null), { passive: true });
    place.addEventListener(
      "touchend",
      ({ changedTouches, target }) => {
        if (from === null || !phone.matches || target.closest(".edge")) return;
        const moved = changedTouches[0].clientX - from;
        if (Math.abs(moved) > SWIPE_PX) this.turn(moved < 0 ? 1 : -1);
        from = null;
      },
      { passive: true },
    );
  }
}
