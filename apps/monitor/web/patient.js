// SPDX-License-Identifier: BSD-3-Clause
// The second screen: one muscle, one bar, one band, one number of repetitions. Nothing else, and no word about a result.
import { byId, make, setData, setHidden, setText } from "./elements.js";
import { bandOf, levelOf, percentOf } from "./meter.js";
import { inkOf, selected } from "./muscles.js";
import { words } from "./words.js";

export class Patient {
  constructor() {
    this.name = make("h1");
    this.fill = make("div", { class: "fill" });
    this.band = make("div", { class: "band" });
    this.count = make("p", { class: "count" });
    this.wait = make("p", { class: "wait", text: words.wait, role: "status" });
    this.track = make("div", { class: "track", role: "img" }, this.band, this.fill);
    byId("patient").append(this.name, this.track, this.wait, this.count);
    setHidden(byId("patient"), false);
  }

  update({ hello, status }, fullScale, isStale) {
    setHidden(this.wait, !isStale);
    setHidden(this.track, isStale);
    if (!hello || !status) return;
    const at = selected(hello);
    const channel = hello.channels[at];
    const level = levelOf(channel, status.rms[at], status.mvc[at], fullScale);
    const band = bandOf(channel, level);
    const name = [channel.muscle || channel.label, words[channel.side]].filter(Boolean).join(", ");
    setText(this.name, name);
    setData(this.track, "ink", inkOf(channel));
    this.track.setAttribute("aria-label", words.level(name));
    this.fill.style.transform = `scaleX(${Math.min(1, (level.value ?? 0) / level.full).toFixed(4)})`;
    this.band.style.left = percentOf(band[0], level.full);
    this.band.style.right = percentOf(level.full - band[1], level.full);
    const { session } = status;
    setText(this.count, session ? words.counter(session.repetition, session.of) : "");
  }
}
