// SPDX-License-Identifier: BSD-3-Clause
// The visit: tasks with ticks, start, stop and repeat, repetitions and holds counted, attempts at the maximum.
import { byId, draw, keyButton, make, setData, setHidden, setText } from "./elements.js";
import { nameOf } from "./muscles.js";
import { words } from "./words.js";

const RING_R = 42;
const RING = 2 * Math.PI * RING_R;
const MARK = { done: "✓", current: "▶", todo: "○" };

export class Session {
  constructor(acts) {
    this.acts = acts;
    keyButton(byId("start"), words.start, "Space", acts.start);
    keyButton(byId("stop"), words.stop, "S", acts.stop);
    keyButton(byId("repeat"), words.repeat, "R", acts.repeat);
    this.arc = draw("circle", { cx: 50, cy: 50, r: RING_R, class: "arc", "stroke-dasharray": RING.toFixed(1) });
    this.left = make("strong");
    this.phase = make("span");
    byId("ring").append(
      draw(
        "svg",
        { viewBox: "0 0 100 100", "aria-hidden": "true" },
        draw("circle", { cx: 50, cy: 50, r: RING_R, class: "rest" }),
        this.arc,
      ),
      make("div", {}, this.left, this.phase),
    );
  }

  hello(hello) {
    this.tasks = hello.session?.tasks ?? null;
    this.channels = hello.channels;
    setHidden(byId("rail"), !this.tasks || hello.viewer === true);
    setHidden(byId("progress"), !this.tasks);
    this.#markers(hello);
    this.rows = (this.tasks ?? []).map((task, at) => {
      const mark = make("span", { class: "mark", "aria-hidden": "true" });
      const state = make("span", { class: "unseen" });
      const count = make("span", { class: "count" });
      const label = task.label || task.task;
      const button = make(
        "button",
        { type: "button", onclick: () => this.acts.task(at) },
        mark,
        make("span", { class: "label", text: label, title: label }),
        count,
        state,
      );
      return { task, button, mark, state, count };
    });
    byId("tasks").replaceChildren(...this.rows.map(({ button }) => make("li", {}, button)));
  }

  /** Markers stand in the rail of a session, else at the bottom; not where nothing is stored or the page may only look. */
  #markers(hello) {
    for (const place of document.querySelectorAll(".marks")) {
      const isHere = hello.stores && hello.viewer !== true && (place.closest("#rail") !== null) === Boolean(this.tasks);
      setHidden(place, !isHere);
      place.replaceChildren();
      if (!isHere) continue;
      for (const { key, text } of hello.markers)
        place.append(keyButton(make("button", { type: "button" }), text, key, () => this.acts.marker(key)));
      place.append(keyButton(make("button", { type: "button" }), words.note, "N", this.acts.note));
      place.append(keyButton(make("button", { type: "button", class: "wide" }), words.strike, "Backspace", this.acts.strike));
    }
  }

  update({ session }, chosen) {
    if (!this.tasks || !session) return;
    this.rows.forEach(({ task, button, mark, state, count }, at) => {
      const isCurrent = at === session.task;
      const isDone = task.repetitions > 0 && session.done[at] >= task.repetitions && !(isCurrent && session.fourth);
      const kind = isDone ? "done" : isCurrent ? "current" : "todo";
      setText(mark, MARK[kind]);
      setText(state, words.taskState[kind]);
      setText(count, words.taskCount(session.done[at], task.repetitions));
      setData(button, "kind", kind);
      if (isCurrent) button.setAttribute("aria-current", "step");
      else button.removeAttribute("aria-current");
    });
    if (this.scrolledTo !== session.task) this.rows[session.task]?.button.scrollIntoView({ block: "nearest" });
    this.scrolledTo = session.task;
    byId("start").disabled = session.running;
    byId("stop").disabled = !session.running;
    byId("repeat").disabled = session.done.every((n) => n === 0) && !session.running;

    const counter = byId("counter");
    setText(counter.firstElementChild, words.counter(session.repetition, session.of));
    setText(counter.lastElementChild, words.repetition);
    this.#ring(session);
    this.#attempts(session, chosen);
  }

  /** Full at the beginning, empty when the hold is over; without an end only the time that went by. */
  #ring({ phase, elapsed_s, hold_s }) {
    setData(byId("ring"), "phase", phase);
    const isTimed = hold_s > 0 && (phase === "hold" || phase === "rest");
    const share = isTimed ? Math.max(0, 1 - elapsed_s / hold_s) : phase === "hold" ? 1 : 0;
    this.arc.style.strokeDashoffset = (RING * (1 - share)).toFixed(1);
    setText(
      this.left,
      isTimed ? String(Math.max(0, Math.ceil(hold_s - elapsed_s))) : phase === "hold" ? String(Math.floor(elapsed_s)) : "",
    );
    setText(this.phase, words.phase[phase] ?? phase);
  }

  #attempts({ mvc_attempts, fourth, task }, chosen) {
    const all = mvc_attempts ?? [];
    const at = all[chosen]?.length ? chosen : all.findIndex((values) => values?.length);
    const isMvc = this.tasks[task]?.is_mvc === true;
    setHidden(byId("attempts"), !isMvc);
    if (!isMvc) return;
    const values = at < 0 ? [] : all[at];
    const told = values.filter((value) => value !== null); // null: no whole half second of this muscle
    const best = Math.max(...told);
    const largest = Math.max(best, 1);
    const shown = (value) => (value === null ? "—" : value.toFixed(0));
    const key = JSON.stringify([at, values, fourth]);
    if (this.attemptsKey === key) return;
    this.attemptsKey = key;
    const slots = Math.max(3, values.length + (fourth ? 1 : 0));
    const bars = [];
    for (let k = 0; k < slots; ++k) {
      const bar = make("div", { class: k < values.length ? "bar" : "bar empty" });
      bar.style.height = `${k < values.length ? Math.max(4, (100 * values[k]) / largest) : 100}%`;
      const isBest = k < values.length && values[k] === best;
      bars.push(
        make(
          "div",
          { class: "attempt" },
          make("span", { text: k < values.length ? `${isBest ? "★ " : ""}${shown(values[k])}` : "" }),
          make("div", { class: "height" }, bar),
          make("small", { text: String(k + 1) }),
        ),
      );
    }
    const channel = this.channels[at < 0 ? chosen : at];
    byId("attempts").replaceChildren(
      make(
        "div",
        { class: "bars", role: "img", "aria-label": `${words.attempts(nameOf(channel))}: ${values.map(shown).join(", ")}` },
        ...bars,
      ),
      make(
        "p",
        {},
        make("b", { text: told.length ? words.bestOf(best, channel.unit) : words.best }),
        make("span", { text: fourth ? words.fourth : nameOf(channel) }),
      ),
    );
  }
}
