// SPDX-License-Identifier: BSD-3-Clause
// Every word of the page, in English. Another language is another object of the same shape.
// What is said is what was measured or what is to be done; a result is never judged.

const plural = (n, one, many) => `${n} ${n === 1 ? one : many}`;
const shown = (text) => String(text).replace(/\buV\b/g, "µV");

/** 1234.5 s as "1234 s", 3.21 s as "3.2 s". */
const seconds = (s) => (s < 10 ? `${s.toFixed(1)} s` : `${Math.floor(s)} s`);

export const words = {
  // top bar
  recording: "RECORDING",
  notRecording: "NOT RECORDING",
  stopped: "DATA STOPPED",
  monitoring: "MONITORING ONLY",
  connecting: "CONNECTING",
  denied: "NO ACCESS",
  noDataYet: "NO DATA YET",
  simulated: "SIMULATED",
  disk: "disk left",
  dataAge: "data age",
  link: "connection",
  clock: "clock",
  linked: "connected",
  deviceLost: "device lost",
  linkLost: "page cut off",
  seconds,
  wholeSeconds: (s) => `${Math.floor(s)} s`,
  diskLeft: (s) => (s >= 7200 ? `${Math.floor(s / 3600)} h` : `${Math.floor(s / 60)} min`),
  low: "low:",
  ms: (ms) => (ms < 10_000 ? `${Math.round(ms)} ms` : seconds(ms / 1000)),
  taskCount: (n, of) => (of > 0 ? `${n}/${of}` : `${n}`),

  // tools and views
  session: "tasks of this visit",
  views: "views and scale",
  muscles: "Muscles",
  signal: "Signal",
  check: "Setup check",
  help: "Keys",
  theme: "Light/dark",
  patientView: "Patient view",
  smaller: "smaller scale",
  larger: "larger scale",
  page: (page, of) => `page ${page} of ${of}`,
  pageUp: "page before",
  pageDown: "next page",
  close: "Close",

  // muscles
  paretic: "paretic",
  non_paretic: "non-paretic",
  left: "left",
  right: "right",
  unit: shown,
  scale: (value, unit) => `±${value} ${shown(unit)}`,
  choose: (name) => `choose ${name} for the overview`,
  trace: (name) => `trace of the last 8 seconds, ${name}`,
  level: (name) => `muscle level, ${name}`,
  percent: "%MVC",
  bandLow: (name) => `lower edge of the target band, ${name}`,
  bandHigh: (name) => `upper edge of the target band, ${name}`,
  active: {
    on: "active",
    off: "at rest",
    on_provisional: "active (no rest recorded yet)",
    off_provisional: "at rest (no rest recorded yet)",
    unknown: "activation not known",
  },
  good: "ok",
  pinned: "worst channel",
  allGood: (n) => `${plural(n, "channel", "channels")}: none asks for anything`,
  onThisPage: (name, act) => `${name}: ${act} (on this page)`,
  frozen: (s) => `frozen: the newest data are ${seconds(s)} old`,
  notValid: "not valid",

  // session
  start: "Start",
  stop: "Stop",
  repeat: "Repeat",
  note: "Note",
  markers: "markers",
  strike: "Strike out last",
  strikeNone: "There is no marker to strike out.",
  strikeAsk: (text) => `Strike out the marker “${text}”? Enter: strike out. Esc: keep.`,
  strikeDo: "Strike out",
  keep: "Keep",
  noteText: "Text of the note (no names)",
  noteSave: "Set the note",
  cancel: "Cancel",
  taskState: { done: "done", current: "current", todo: "to do" },
  counter: (n, of) => (of > 0 ? `${n} of ${of}` : `${n}`),
  repetition: "repetition",
  phase: { ready: "ready", rest: "rest", hold: "hold", done: "done" },
  best: "best 500 ms",
  bestOf: (value, unit) => `best 500 ms: ${value.toFixed(0)}\u00a0${shown(unit)}`,
  attempts: (name) => `attempts, ${name}`,
  fourth: "one more is asked for: the last was largest by more than 5 %",

  // overview
  overview: "overview of the task: level of the chosen muscle, activations, markers and gaps",
  overviewOf: (label, largest, unit, s) => `${label} · highest level ${largest.toFixed(0)} ${shown(unit)} · ${words.minutes(s)}`,
  minutes: (s) => (s < 120 ? `${Math.round(s)} s` : `${Math.round(s / 60)} min`),

  // alerts and notices
  trouble: (text) => shown(text),
  unstored: (ms) => `${words.ms(ms)} of data did not reach the disk.`,
  noToken: "This page needs the whole link that the program printed, with what follows #.",
  wrongToken: "The program refused this link: open the one that it printed last.",
  tooMany: "The program already serves as many pages as it can; this one tries again.",
  lookOnly: "This page may only look.",
  notSent: "Not done: the page has no connection. Try again when it has.",
  cutOff: "This page lost the program: whether it still records cannot be seen from here.",
  back: (s) => `This page was cut off for ${seconds(s)}.`,
  dataBack: (s) => `Data are back after ${seconds(s)}.`,
  complete: "The recording on disk is complete.",
  completeBut: (ms) => `What the device sent is complete on disk; ${words.ms(ms)} never arrived and are marked as a gap.`,
  notComplete: (ms) => `${words.ms(ms)} of the recording did not reach the disk.`,
  notStored: "Nothing is being stored.",
  restarted: "The program was started anew meanwhile.",

  // setup check
  checkTitle: "Setup check",
  checkColumns: {
    contact: "contact",
    rest_noise: "rest noise",
    line: "line",
    rate: "rate",
    gain: "gain",
    side: "side",
    earlier: "as at the earlier visit",
  },
  muscle: "muscle",
  verdict: { ok: "ok", look: "look", stop: "stop", waiting: "waiting" },
  checkAsk: (ask, left_s) => (ask === "" ? "All was asked for." : left_s > 0 ? `${ask}: ${Math.ceil(left_s)} s` : ask),
  same: "same",
  noEarlier: "no earlier visit",
  checkDone: "Go to the tasks",
  cannotStart: "A row says stop: mend it first.",

  // signal tab
  latency: "Latency",
  latencyRows: { n: "blocks", p50_ms: "p50", p99_ms: "p99", p999_ms: "p99.9", max_ms: "max" },
  information: "information latency",
  informationSays: "from an instant to the last feature that tells of it",
  clockTitle: "Clock",
  nominal: "nominal rate",
  measured: "measured rate",
  drift: "drift",
  losses: "Losses",
  lossRows: {
    gaps: "gaps",
    lost_ms: "lost by device or network",
    last_gap_ms: "last gap",
    disconnects: "disconnects",
    garbage_bytes: "garbage",
    overrun_ms: "overrun",
    unstored_ms: "not stored",
    left_out_frames: "windows missed by a slow listener",
  },
  bytes: "B",
  thisPage: "This page",
  pageRows: {
    frames: "signal messages",
    missed: "missed",
    leftOut: "bins left out for this page",
    drawn: "pictures drawn",
    rate: "pictures a second",
    viewers: "pages open",
  },
  stream: "Stream",
  streamRows: { device: "device", engine: "engine", chain: "filter", t_s: "stream", stored_s: "stored" },
  channelColumns: {
    label: "channel",
    muscle: "muscle",
    side: "side",
    unit: "unit",
    rms: "RMS 250 ms",
    mvc: "MVC reference",
    mdf: "MDF",
    badge: "quality",
  },
  mdfTrend: (name) => `MDF trend, ${name}`,
  nothing: "–",

  // patient view
  wait: "Please wait",

  // keys
  keys: {
    start: "start, or stop what runs",
    stop: "stop",
    repeat: "repeat the last",
    marker: "set a marker",
    note: "write a note",
    strike: "strike out the last marker (Enter confirms)",
    check: "setup check",
    signal: "Signal tab and back",
    page: "page of muscles",
    choose: "choose a muscle",
    scale: "scale of the traces",
    theme: "light or dark",
    patient: "open the patient view",
    help: "this list",
    escape: "close or cancel",
  },
};

/** Fills what index.html marks with data-word and data-label. */
export function nameAll(root) {
  for (const node of root.querySelectorAll("[data-word]")) node.textContent = words[node.dataset.word];
  for (const node of root.querySelectorAll("[data-label]")) node.setAttribute("aria-label", words[node.dataset.label]);
}
