// SPDX-License-Identifier: BSD-3-Clause
// Small pictures that say by their shape what the words beside them say: quality, side of the body, state of a task.
import { draw } from "./elements.js";

const SHAPES = {
  "": () => [draw("path", { d: "M3 11l4 4 10-10", class: "line" })],
  electrode_off: () => [
    draw("path", { d: "M6 1h8l5 5v8l-5 5H6l-5-5V6z", class: "solid" }),
    draw("path", { d: "M6 6l8 8M14 6l-8 8", class: "cut" }),
  ],
  clipping: () => [draw("path", { d: "M10 1l9 17H1z", class: "solid" }), draw("path", { d: "M10 7v6M10 15v2", class: "cut" })],
  line: () => [draw("path", { d: "M1 10c2-9 4-9 6 0s4 9 6 0 4-9 6 0", class: "line" })],
  gap: () => [draw("path", { d: "M1 6h6v8H1zM13 6h6v8h-6z", class: "solid" }), draw("path", { d: "M9 3v14M11 3v14", class: "line" })],
  look: () => [draw("circle", { cx: 10, cy: 10, r: 8, class: "line" }), draw("path", { d: "M10 5v6M10 13v2", class: "line" })],
  waiting: () => [draw("path", { d: "M4 10h2M9 10h2M14 10h2", class: "line" })],
};
SHAPES.ok = SHAPES[""];
SHAPES.stop = SHAPES.electrode_off;

export function shape(kind) {
  return draw("svg", { viewBox: "0 0 20 20", class: "shape", "aria-hidden": "true" }, ...(SHAPES[kind] ?? SHAPES.look)());
}

/** Shape and words of a quality; is changed only when it changes. */
export function showBadge(node, kind, text) {
  if (node.dataset.kind === kind && node.dataset.text === text) return false;
  node.dataset.kind = kind;
  node.dataset.text = text;
  const words = document.createElement("span");
  words.textContent = text;
  node.replaceChildren(shape(kind), words);
  return true;
}

const LEFT_HALF = "M12 9.5C8 9.500 6 11 6 14v8h1.600v-7h.9v21h3.500z"; // of a figure seen from behind: its left is on the left
const RIGHT_HALF = "M12 9.5c4 0 6 1.500 6 4.500v8h-1.600v-7h-.9v21H12z";

/** A body seen from behind, the half of `side` filled. */
export function body(side) {
  return draw(
    "svg",
    { viewBox: "0 0 24 38", class: "body", "aria-hidden": "true" },
    draw("circle", { cx: 12, cy: 5, r: 3.4 }),
    draw("path", { d: LEFT_HALF, class: side === "left" ? "filled" : "" }),
    draw("path", { d: RIGHT_HALF, class: side === "right" ? "filled" : "" }),
  );
}
