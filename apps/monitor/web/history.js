// SPDX-License-Identifier: BSD-3-Clause
// What the status said since this page was opened: level, MDF and activation of each channel in columns of half a second.
// Memory is bounded: when it is full, columns become twice as long.

const FIRST_COLUMN_S = 0.5;
const COLUMNS = 7200;
export const SEEN = { nothing: 0, rest: 1, active: 2, gap: 3 };

export class History {
  constructor(channels) {
    this.channels = channels;
    this.clear();
  }

  clear() {
    this.column_s = FIRST_COLUMN_S;
    this.begin_s = null;
    this.columns = 0;
    this.level = new Float32Array(COLUMNS * this.channels).fill(NaN); // [columns][channels], largest in the column
    this.mdf = new Float32Array(COLUMNS * this.channels).fill(NaN);
    this.seen = new Uint8Array(COLUMNS * this.channels);
    this.times = []; // {task, repetition, begin_s, end_s}; end_s null while it runs
  }

  get end_s() {
    return (this.begin_s ?? 0) + this.columns * this.column_s;
  }

  add({ t_s, rms, mdf, active, session }) {
    if (this.begin_s === null || t_s < this.end_s - 2 * this.column_s) {
      this.clear(); // a new stream
      this.begin_s = t_s;
    }
    let column = Math.floor((t_s - this.begin_s) / this.column_s);
    while (column >= COLUMNS) {
      this.#halve();
      column = Math.floor((t_s - this.begin_s) / this.column_s);
    }
    this.columns = Math.max(this.columns, column + 1);
    for (let c = 0; c < this.channels; ++c) {
      const at = column * this.channels + c;
      if (rms[c] === null) {
        this.seen[at] = SEEN.gap;
      } else {
        if (!(this.level[at] >= rms[c])) this.level[at] = rms[c];
        if (this.seen[at] !== SEEN.gap) this.seen[at] = active[c].startsWith("on") ? SEEN.active : Math.max(this.seen[at], SEEN.rest);
      }
      if (mdf[c] !== null) this.mdf[at] = mdf[c];
    }
    this.#time(t_s, session);
  }

  #time(t_s, session) {
    const last = this.times[this.times.length - 1];
    const running = session?.running;
    if (last && last.end_s === null && !(running && session.task === last.task && session.repetition === last.repetition)) last.end_s = t_s;
    if (running && (!last || last.end_s !== null))
      this.times.push({ task: session.task, repetition: session.repetition, begin_s: t_s - (session.elapsed_s ?? 0), end_s: null });
  }

  #halve() {
    const { channels } = this;
    for (let column = 0; column < COLUMNS; ++column) {
      for (let c = 0; c < channels; ++c) {
        const to = Math.floor(column / 2) * channels + c;
        const from = column * channels + c;
        const isFirst = column % 2 === 0;
        this.level[to] = isFirst || !(this.level[to] >= this.level[from]) ? this.level[from] : this.level[to];
        this.mdf[to] = isFirst || this.mdf[from] === this.mdf[from] ? this.mdf[from] : this.mdf[to];
        this.seen[to] = isFirst ? this.seen[from] : Math.max(this.seen[to], this.seen[from]);
      }
    }
    this.columns = COLUMNS / 2;
    for (const values of [this.level, this.mdf]) values.fill(NaN, this.columns * channels);
    this.seen.fill(0, this.columns * channels);
    this.column_s *= 2;
  }
}
