// SPDX-License-Identifier: BSD-3-Clause
// What must be read from two metres: whether it records, and if not, that it does not.
import { byId, setData, setHidden, setText } from "./elements.js";
import { words } from "./words.js";

const STALE_MS = 1000;
const DISK_LOW_S = 3600;

/** "00:12:41" */
export function clockTime(s) {
  const whole = Math.max(0, Math.floor(s));
  return [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60].map((part) => String(part).padStart(2, "0")).join(":");
}

/** Age of the newest data just now: what the program said, and how long ago it said so. Null before there were any. */
export function dataAge({ status, statusAt }, now) {
  if (!status || (status.t_s === 0 && status.data_age_ms === 0)) return null;
  return (status.data_age_ms ?? 0) + (now - statusAt);
}

/** {state, age_ms, isStale}; states of the program, and "connecting", "denied" and "no_data" of the page. */
export function standing(model, now) {
  const age_ms = dataAge(model, now);
  if (model.link === "denied") return { state: "denied", age_ms, isStale: true };
  if (!model.status) return { state: "connecting", age_ms, isStale: true };
  if (age_ms === null) return { state: "no_data", age_ms, isStale: true };
  if (model.link !== "open" || age_ms > STALE_MS || model.status.state === "stopped") return { state: "stopped", age_ms, isStale: true };
  return { state: model.status.state, age_ms, isStale: false };
}

const WORDS = {
  recording: words.recording,
  not_recording: words.notRecording,
  stopped: words.stopped,
  monitoring: words.monitoring,
  connecting: words.connecting,
  denied: words.denied,
  no_data: words.noDataYet,
};

let announced = "";

export function showTopBar(model, now) {
  const { state, age_ms, isStale } = standing(model, now);
  const { hello, status } = model;
  setData(document.body, "state", state);
  setData(document.body, "stale", isStale ? "yes" : "no");
  setText(byId("state-word"), WORDS[state] ?? state);
  setText(
    byId("state-time"),
    state === "recording"
      ? clockTime(status.stored_s ?? status.t_s)
      : state === "stopped"
        ? words.wholeSeconds(age_ms / 1000)
        : state === "monitoring"
          ? clockTime(status.t_s)
          : "",
  );
  setHidden(byId("not-recording"), state !== "not_recording");
  setData(byId("not-recording"), "word", words.notRecording);
  if (announced !== state) setText(byId("announce"), WORDS[state] ?? state);
  announced = state;

  const session = hello?.session;
  const task = session && status?.session ? session.tasks[status.session.task] : null;
  setText(byId("who-code"), session ? [session.participant, session.visit].filter(Boolean).join(" · ") : hello ? hello.engine : "");
  setText(byId("who-task"), task ? task.label || task.task : (hello?.device ?? ""));
  setText(byId("who-count"), task ? words.taskCount(status.session.repetition, status.session.of) : "");

  fact(
    "disk",
    status?.disk_left_s == null
      ? words.nothing
      : `${status.disk_left_s < DISK_LOW_S ? `▲ ${words.low} ` : ""}${words.diskLeft(status.disk_left_s)}`,
  );
  fact("age", age_ms === null ? words.nothing : words.ms(age_ms));
  fact("link", model.link !== "open" ? words.linkLost : status?.connected ? words.linked : words.deviceLost);
  fact("clock", new Date().toLocaleTimeString("en-GB"));
  const frozen = byId("frozen");
  setHidden(frozen, !(isStale && age_ms !== null));
  if (age_ms !== null) setText(frozen, words.frozen(age_ms / 1000));
  return { state, isStale };
}

function fact(name, text) {
  setText(byId(`fact-${name}`).lastElementChild, text);
}
