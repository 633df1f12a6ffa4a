// SPDX-License-Identifier: BSD-3-Clause
// How long nothing came, and what of it is on disk: said once, when data come again.
import { words } from "./words.js";

export class Outage {
  #began = null; // {at, link, status}: when the newest data came

  /** Gives the sentence to say, or null. `stale` as top_bar.js tells it; times in ms of one clock. */
  see(isStale, linkIsOpen, status, now, age_ms) {
    if (!status || age_ms === null) return null;
    if (isStale) {
      this.#began ??= { at: now - age_ms, wasCutOff: false, status };
      if (!linkIsOpen) this.#began.wasCutOff = true;
      return null;
    }
    if (this.#began === null) return null;
    const { at, wasCutOff, status: before } = this.#began;
    this.#began = null;
    const seconds = Math.max(0, now - age_ms - at) / 1000;
    return `${wasCutOff ? words.back(seconds) : words.dataBack(seconds)} ${this.#onDisk(before, status)}`;
  }

  #onDisk(before, after) {
    if (after.stored_s === null) return words.notStored;
    if (after.t_s < before.t_s) return words.restarted;
    if (after.unstored_ms > 0) return words.notComplete(after.unstored_ms);
    const lost_ms = after.lost_ms - before.lost_ms;
    return lost_ms > 0 ? words.completeBut(lost_ms) : words.complete;
  }
}
