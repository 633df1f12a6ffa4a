// SPDX-License-Identifier: BSD-3-Clause
// The line of tools above the muscles: views, page, scale, theme; each button prints its key.
import { byId, keyButton, make, setHidden, setText } from "./elements.js";
import { words } from "./words.js";

export class Tools {
  constructor(acts) {
    const button = (text, key, act, label) => keyButton(make("button", { type: "button", "aria-label": label }), text, key, act);
    this.views = {
      muscles: keyButton(make("button", { type: "button" }), words.muscles, "Esc", acts.escape),
      signal: keyButton(make("button", { type: "button" }), words.signal, "T", acts.signal),
      check: keyButton(make("button", { type: "button" }), words.check, "C", acts.check),
    };
    this.scale = make("span", { class: "scale-now" });
    this.page = make("span");
    this.before = button("◀", "PgUp", () => acts.page(-1), words.pageUp);
    this.next = button("▶", "PgDn", () => acts.page(1), words.pageDown);
    this.pages = make("span", { class: "pages" }, this.before, this.page, this.next);
    byId("tools").append(
      make("span", { class: "tabs" }, ...Object.values(this.views)),
      this.pages,
      make(
        "span",
        { class: "scales" },
        button("", "−", () => acts.scale(-1), words.smaller),
        this.scale,
        button("", "+", () => acts.scale(1), words.larger),
      ),
      make("span", { class: "space" }),
      button(words.patientView, "P", acts.patient),
      button(words.theme, "D", acts.theme),
      button(words.help, "?", acts.help),
    );
    this.turn = make("span");
    byId("turn").append(
      make("button", { type: "button", text: "◀", "aria-label": words.pageUp, onclick: () => acts.page(-1) }),
      this.turn,
      make("button", { type: "button", text: "▶", "aria-label": words.pageDown, onclick: () => acts.page(1) }),
    );
  }

  update(view, page, pages, fullScale, unit, mayCheck) {
    for (const [name, button] of Object.entries(this.views)) button.setAttribute("aria-pressed", String(name === view));
    setHidden(this.views.check, !mayCheck);
    setHidden(this.pages, pages < 2);
    this.before.disabled = page === 0;
    this.next.disabled = page === pages - 1;
    setText(this.page, words.page(page + 1, pages));
    setText(this.turn, `${page + 1} / ${pages}`);
    setText(this.scale, words.scale(fullScale, unit));
  }
}
