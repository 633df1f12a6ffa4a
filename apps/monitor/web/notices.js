// SPDX-License-Identifier: BSD-3-Clause
// Sentences that come and go: what was refused, what was lost meanwhile, what is asked before something is struck out.
import { byId, make } from "./elements.js";
import { words } from "./words.js";

const SHOWN_MS = 8000;
let asking = null;

/** A sentence for eight seconds, or until it is clicked. `kind`: "refused" or "told". */
export function tell(sentence, kind) {
  const notice = make("div", { class: `notice ${kind}`, role: kind === "refused" ? "alert" : "status" }, make("span", { text: sentence }));
  notice.append(make("button", { type: "button", text: "×", "aria-label": words.close, onclick: () => notice.remove() }));
  byId("notices").append(notice);
  while (byId("notices").children.length > 4) byId("notices").firstElementChild.remove();
  setTimeout(() => notice.remove(), SHOWN_MS);
}

/** A question that Enter (or its button) answers with yes, Escape with no. */
export function ask(sentence, yesWord, yes) {
  answer(false);
  const notice = make("div", { class: "notice ask", role: "alertdialog", "aria-label": sentence }, make("span", { text: sentence }));
  notice.append(
    make("button", { type: "button", text: yesWord, onclick: () => answer(true) }),
    make("button", { type: "button", text: words.keep, onclick: () => answer(false) }),
  );
  byId("notices").append(notice);
  asking = { notice, yes };
}

export const isAsking = () => asking !== null;

export function answer(isYes) {
  if (!asking) return;
  const { notice, yes } = asking;
  asking = null;
  notice.remove();
  if (isYes) yes();
}

/** What stands above the muscles as long as it is so. */
let standingNow = "";
export function showAlerts(sentences) {
  const now = sentences.join("\n");
  if (now === standingNow) return;
  standingNow = now;
  byId("alerts").replaceChildren(...sentences.map((text) => make("p", { text: `▲ ${text}` })));
}
