// SPDX-License-Identifier: BSD-3-Clause
// The last seconds of all channels as they came: lowest and highest value of each bin, NaN where there is none.

export const SHOWN_S = 8;
export const ACTIVE = { unknown: 0, off: 1, on: 2, off_provisional: 3, on_provisional: 4 };
const CAUGHT_UP_S = 0.5; // messages with more are history: whether a muscle was active then is not said

export class SignalWindow {
  constructor(channels, bin_s) {
    this.bins = Math.round(SHOWN_S / bin_s);
    this.bin_s = bin_s;
    this.lowest = Array.from({ length: channels }, () => new Float32Array(this.bins).fill(NaN));
    this.highest = Array.from({ length: channels }, () => new Float32Array(this.bins).fill(NaN));
    this.active = Array.from({ length: channels }, () => new Uint8Array(this.bins)); // ACTIVE
    this.end = null; // the bin behind the newest
    this.seen = 0; // bins from the first ever shown to the newest: what is before them is empty, not missing
  }

  /** The newest bins move in from the right; `active` are the channels' states just now, as words. */
  push({ first, channels, bins, values }, active) {
    if (channels !== this.lowest.length) return;
    const start = this.end ?? first;
    const skipped = Math.max(0, start - first);
    if (skipped >= bins) return;
    const moved = first + bins - start;
    const fresh = bins - skipped;
    this.end = first + bins;
    this.seen = Math.min(this.bins, this.seen + moved);
    const isHistory = fresh * this.bin_s > CAUGHT_UP_S;
    const keep = Math.max(0, this.bins - moved);
    const taken = Math.min(fresh, this.bins);
    for (let c = 0; c < channels; ++c) {
      const lowest = this.lowest[c];
      const highest = this.highest[c];
      const states = this.active[c];
      if (keep > 0) {
        lowest.copyWithin(0, moved);
        highest.copyWithin(0, moved);
        states.copyWithin(0, moved);
      }
      lowest.fill(NaN, keep, this.bins - taken);
      highest.fill(NaN, keep, this.bins - taken);
      states.fill(0, keep, this.bins - taken);
      states.fill(isHistory ? 0 : (ACTIVE[active?.[c]] ?? 0), this.bins - taken);
      let from = (c * bins + bins - taken) * 2;
      for (let k = this.bins - taken; k < this.bins; ++k) {
        lowest[k] = values[from++];
        highest[k] = values[from++];
      }
    }
  }
}
