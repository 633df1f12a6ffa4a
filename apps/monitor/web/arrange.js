// SPDX-License-Identifier: BSD-3-Clause
// Which muscle stands where: both sides of a muscle one above the other, pages of equal size, and which channel is worst.

const ROLE_ORDER = { paretic: 0, non_paretic: 1 };
const SIDE_ORDER = { left: 0, right: 1 };
const SEVERITY = { "": 0, gap: 1, line: 2, clipping: 3, electrode_off: 4 };

const order = ({ role, side }) => ROLE_ORDER[role] ?? SIDE_ORDER[side] ?? 2;

/** Pages of at most `most` rows {channel, pair}, pair "first", "last" or "alone"; a pair stays together where a page holds two. */
export function arrange(channels, most) {
  const muscles = new Map();
  channels.forEach((channel, at) => {
    const name = channel.muscle || channel.label;
    if (!muscles.has(name)) muscles.set(name, []);
    muscles.get(name).push(at);
  });
  const pages = [[]];
  for (const group of muscles.values()) {
    group.sort((a, b) => order(channels[a]) - order(channels[b]) || a - b);
    const isPair = group.length === 2 && most > 1;
    const last = pages[pages.length - 1];
    if (isPair && last.length > 0 && last.length + 2 > most) pages.push([]);
    group.forEach((channel, at) => {
      if (pages[pages.length - 1].length >= most) pages.push([]);
      pages[pages.length - 1].push({ channel, pair: isPair ? ["first", "last"][at] : "alone" });
    });
  }
  return pages;
}

/** The channel whose badge asks for most, the one of before where others are no worse; null where none asks. */
export function worst(badges, before) {
  let found = null;
  let most = 0;
  badges.forEach((badge, channel) => {
    const severity = SEVERITY[badge] ?? 1;
    if (severity > most || (severity === most && severity > 0 && channel === before)) [found, most] = [channel, severity];
  });
  return found;
}

/** Scales go 1-2-5: the next one above (`up` 1) or below (-1) a value. */
export function nextScale(value, up) {
  const steps = [];
  for (let power = -3; power <= 6; ++power) for (const digit of [1, 2, 5]) steps.push(Number(`${digit}e${power}`));
  return up > 0 ? (steps.find((step) => step > value * 1.001) ?? value) : (steps.findLast((step) => step < value * 0.999) ?? value);
}
