// SPDX-License-Identifier: BSD-3-Clause
// What the user chose on the page (theme, scale, muscle, target bands), shared at once with the browser's other windows of it.
// Nothing of it is about a person: bands belong to labels of channels.

const PREFIX = "semg-choice-";
const kept = new Map();
const listeners = [];

function read(name) {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + name)) ?? undefined;
  } catch {
    return undefined;
  }
}

export function choice(name, otherwise) {
  if (!kept.has(name)) kept.set(name, read(name));
  return kept.get(name) ?? otherwise;
}

export function choose(name, value) {
  kept.set(name, value);
  try {
    localStorage.setItem(PREFIX + name, JSON.stringify(value));
  } catch {
    // storage is forbidden here: the choice lasts as long as the page
  }
  for (const listener of listeners) listener(name);
}

export const onChoice = (listener) => listeners.push(listener);

window.addEventListener("storage", ({ key }) => {
  if (!key?.startsWith(PREFIX)) return;
  const name = key.slice(PREFIX.length);
  kept.delete(name);
  for (const listener of listeners) listener(name);
});
