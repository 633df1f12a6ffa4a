// SPDX-License-Identifier: BSD-3-Clause
// Every key of the page in one table, from which the help is made.
import { byId, make } from "./elements.js";
import { answer, isAsking } from "./notices.js";
import { words } from "./words.js";

/** Rows {keys, shown, says, act}; `acts` does what is asked. */
function table(acts) {
  return [
    { keys: [" "], shown: "Space", says: "start", act: acts.startOrStop },
    { keys: ["s"], shown: "S", says: "stop", act: acts.stop },
    { keys: ["r"], shown: "R", says: "repeat", act: acts.repeat },
    { keys: ["1", "2", "3", "4", "5", "6"], shown: "1–6", says: "marker", act: acts.marker },
    { keys: ["n"], shown: "N", says: "note", act: acts.note },
    { keys: ["backspace"], shown: "Backspace", says: "strike", act: acts.strike },
    { keys: ["c"], shown: "C", says: "check", act: acts.check },
    { keys: ["t"], shown: "T", says: "signal", act: acts.signal },
    { keys: ["pagedown"], shown: "PageDown", says: "page", act: () => acts.page(1), repeats: true },
    { keys: ["pageup"], shown: "PageUp", says: "page", act: () => acts.page(-1), repeats: true },
    { keys: ["arrowdown"], shown: "↓", says: "choose", act: () => acts.step(1), repeats: true },
    { keys: ["arrowup"], shown: "↑", says: "choose", act: () => acts.step(-1), repeats: true },
    { keys: ["+", "="], shown: "+", says: "scale", act: () => acts.scale(1), repeats: true },
    { keys: ["-"], shown: "−", says: "scale", act: () => acts.scale(-1), repeats: true },
    { keys: ["d"], shown: "D", says: "theme", act: acts.theme },
    { keys: ["p"], shown: "P", says: "patient", act: acts.patient },
    { keys: ["?"], shown: "?", says: "help", act: acts.help },
    { keys: ["escape"], shown: "Esc", says: "escape", act: acts.escape, quiet: true },
    { keys: ["enter"], shown: "Enter", says: "help", act: acts.enter, unlisted: true },
  ];
}

export function listen(acts) {
  const rows = table(acts);
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    const target = event.target;
    const key = event.key.toLowerCase();
    if (target.matches("input, textarea")) return;
    const onControl = target.closest("button, a, [role=slider]") !== null;
    if (onControl && (key === " " || (key === "enter" && !isAsking()))) return; // the control that has the focus takes it
    const row = rows.find(({ keys }) => keys.includes(key));
    if (!row || (event.repeat && !row.repeats)) return;
    event.preventDefault();
    row.act(key);
  });
  // a button that was clicked keeps no focus: Space is to start and stop, whatever was clicked last
  document.addEventListener("click", ({ detail, target }) => {
    if (detail > 0) target.closest?.("button")?.blur();
  });

  const lines = new Map();
  for (const { shown, says, unlisted } of rows) if (!unlisted) lines.set(says, [...(lines.get(says) ?? []), shown]);
  byId("help").append(
    make("h1", { text: words.help }),
    make(
      "dl",
      {},
      ...[...lines].map(([says, keys]) =>
        make("div", {}, make("dt", {}, ...keys.map((key) => make("kbd", { text: key }))), make("dd", { text: words.keys[says] })),
      ),
    ),
    make("button", { type: "button", text: words.close, onclick: () => byId("help").close() }),
  );
}

/** Asks for the text of a note; `save(text)` gets it. */
export function askNote(save) {
  const dialog = byId("note");
  const input = make("input", { type: "text", maxlength: 100, id: "note-text", autocomplete: "off" });
  const form = make(
    "form",
    { method: "dialog" },
    make("label", { for: "note-text", text: words.noteText }),
    input,
    make(
      "div",
      {},
      make("button", { type: "submit", text: words.noteSave }),
      make("button", { type: "button", text: words.cancel, onclick: () => dialog.close() }),
    ),
  );
  form.addEventListener("submit", () => {
    if (input.value.trim()) save(input.value.trim());
  });
  dialog.replaceChildren(form);
  dialog.showModal();
  input.focus();
}

export { answer, isAsking };
