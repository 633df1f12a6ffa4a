// SPDX-License-Identifier: BSD-3-Clause
// The setup check: what is well, what to look at, what must be mended; of an earlier visit only "same" or "differs".
import { shape } from "./badge.js";
import { byId, keyButton, make, setHidden, setText } from "./elements.js";
import { nameOf } from "./muscles.js";
import { words } from "./words.js";

const COLUMNS = Object.keys(words.checkColumns);
const VERDICTS = COLUMNS.filter((column) => column !== "earlier");

export class Check {
  constructor(acts) {
    this.ask = make("p", { class: "ask-now", role: "timer" });
    this.warnings = make("ul", { class: "warnings", role: "alert" });
    this.table = make("table");
    this.done = keyButton(make("button", { type: "button", class: "go" }), words.checkDone, "Enter", acts.checkDone);
    this.why = make("span", { class: "why", text: words.cannotStart });
    byId("check").append(
      make("div", { class: "check-head" }, make("h1", { text: words.checkTitle }), this.ask),
      this.warnings,
      this.table,
      make("p", { class: "go-line" }, this.done, this.why),
    );
  }

  hello(hello) {
    this.channels = hello.channels;
    setHidden(this.done, hello.viewer === true);
    this.shown = "";
  }

  update({ check }) {
    if (!check) return;
    setText(this.ask, words.checkAsk(check.ask, check.rest_left_s));
    this.done.disabled = !check.can_start;
    setHidden(this.why, check.can_start);
    const now = JSON.stringify([check.rows, check.warnings]);
    if (now === this.shown) return;
    this.shown = now;
    this.warnings.replaceChildren(...check.warnings.map((text) => make("li", {}, shape("look"), make("span", { text }))));
    this.table.replaceChildren(
      make(
        "thead",
        {},
        make(
          "tr",
          {},
          make("th", { scope: "col", text: words.muscle }),
          ...COLUMNS.map((column) => make("th", { scope: "col", text: words.checkColumns[column] })),
        ),
      ),
      make(
        "tbody",
        {},
        ...check.rows.map((row) =>
          make(
            "tr",
            {},
            make("th", { scope: "row", text: nameOf(this.channels[row.channel]) }),
            ...VERDICTS.map((column) =>
              make(
                "td",
                { class: "verdict", "data-verdict": row[column] },
                shape(row[column]),
                make("span", { text: words.verdict[row[column]] ?? row[column] }),
              ),
            ),
            this.#earlier(row.earlier),
          ),
        ),
      ),
    );
  }

  #earlier(text) {
    const differs = text !== null && text !== "same";
    return make(
      "td",
      { class: "verdict", "data-verdict": differs ? "look" : text === null ? "none" : "ok" },
      ...(differs ? [shape("look")] : text === "same" ? [shape("ok")] : []),
      make("span", { text: text === null ? words.noEarlier : text === "same" ? words.same : text }),
    );
  }
}
