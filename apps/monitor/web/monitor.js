// SPDX-License-Identifier: BSD-3-Clause
// The monitor page: takes what the program says, and once a picture shows what has changed.
import { nextScale } from "./arrange.js";
import { Check } from "./check.js";
import { choice, choose, onChoice } from "./choices.js";
import { connect, linkTo, takeToken } from "./connection.js";
import { byId, forgetColours, setData, setHidden } from "./elements.js";
import { Engineer } from "./engineer.js";
import { History } from "./history.js";
import { answer, askNote, isAsking, listen } from "./keyboard.js";
import { inkOf, Muscles, phone, selected } from "./muscles.js";
import { ask, showAlerts, tell } from "./notices.js";
import { Outage } from "./outage.js";
import { drawOverview } from "./overview.js";
import { Patient } from "./patient.js";
import { Session } from "./session.js";
import { SignalWindow } from "./signal_window.js";
import { Tools } from "./tools.js";
import { dataAge, showTopBar } from "./top_bar.js";
import { nameAll, words } from "./words.js";

const SLOW_MS = 100;
const OVERVIEW_MS = 500;

const model = { hello: null, status: null, statusAt: 0, link: "connecting", view: "muscles", window: null, history: null };
const counters = { drawn: 0, frames: 0, missed: 0, lastBadge: null, leftOut: 0, rate: 0 };
window.semgMonitor = counters; // for tests
const dirty = { signal: false, status: false };
const isPatient = location.pathname === "/patient";
const system = window.matchMedia("(prefers-color-scheme: dark)");

const mayAct = () => model.hello !== null && model.hello.viewer !== true;
const fullScale = () => {
  const chosen = choice("scale");
  return chosen?.base === model.hello.full_scale ? chosen.value : model.hello.full_scale;
};

function showTheme() {
  setData(document.documentElement, "theme", choice("theme", system.matches ? "dark" : "light"));
  forgetColours();
  dirty.signal = dirty.status = true;
}

/** A wish of the user; a page that may only look says so, one in session mode only does not send what needs one. */
function wish(what) {
  if (model.hello && !mayAct()) tell(words.lookOnly, "refused");
  else if (!send(what)) tell(words.notSent, "refused");
}

const acts = {
  start: () => wish({ do: "start" }),
  stop: () => model.hello?.session && wish({ do: "stop" }),
  startOrStop: () => model.hello?.session && wish({ do: model.status?.session?.running ? "stop" : "start" }),
  repeat: () => model.hello?.session && wish({ do: "repeat" }),
  task: (task) => wish({ do: "task", task }),
  marker: (key) => model.hello?.stores && wish({ do: "marker", key }),
  note: () => model.hello?.stores && (mayAct() ? askNote((text) => wish({ do: "note", text })) : tell(words.lookOnly, "refused")),
  strike() {
    if (!mayAct() || !model.hello.stores) return;
    const last = model.status?.markers.findLast(({ struck }) => !struck);
    if (!last) return tell(words.strikeNone, "told");
    ask(words.strikeAsk(last.text), words.strikeDo, () => wish({ do: "strike", number: last.number }));
  },
  check() {
    if (!model.hello?.session) return;
    if (model.status?.check && model.view !== "check") return show("check");
    wish({ do: model.status?.check ? "check_done" : "check" });
  },
  checkDone: () => wish({ do: "check_done" }),
  signal: () => show(model.view === "signal" ? "muscles" : "signal"),
  page(by) {
    muscles.turn(by);
    dirty.signal = dirty.status = true;
  },
  step(by) {
    muscles.step(by);
    dirty.signal = dirty.status = true;
  },
  scale(up) {
    if (!model.hello) return;
    const base = model.hello.full_scale;
    choose("scale", { base, value: nextScale(fullScale(), up) });
  },
  theme: () => choose("theme", document.documentElement.dataset.theme === "dark" ? "light" : "dark"),
  patient: () => window.open(linkTo("/patient"), "semg-patient"),
  help: () => byId("help").showModal(),
  escape: () => (isAsking() ? answer(false) : show("muscles")),
  enter: () => (isAsking() ? answer(true) : model.view === "check" && model.status?.check?.can_start && acts.checkDone()),
};

function show(view) {
  model.view = view;
  for (const name of ["muscles", "signal", "check"]) setHidden(byId(name), name !== view);
  dirty.signal = dirty.status = true;
}

const hadToken = Boolean(takeToken());
nameAll(document);
setData(document.body, "page", isPatient ? "patient" : "monitor");
const muscles = isPatient ? null : new Muscles();
const session = isPatient ? null : new Session(acts);
const check = isPatient ? null : new Check(acts);
const engineer = isPatient ? null : new Engineer();
const tools = isPatient ? null : new Tools(acts);
const patient = isPatient ? new Patient() : null;
const outage = new Outage();
showTheme();
if (!isPatient) listen(acts);
window.addEventListener("hashchange", () => takeToken() && location.reload()); // another link was opened in this tab
onChoice((name) => (name === "theme" ? showTheme() : (dirty.signal = dirty.status = true)));
system.addEventListener("change", showTheme);

function takeHello(hello) {
  const isSameShape = model.history?.channels === hello.channels.length;
  model.hello = hello;
  model.window = new SignalWindow(hello.channels.length, hello.bin_s);
  if (!isSameShape) {
    model.history = new History(hello.channels.length);
    model.status = null; // that of another stream
  }
  nextNumber = null;
  for (const mark of document.querySelectorAll(".simulated")) setHidden(mark, !hello.simulated);
  for (const part of [session, check, engineer]) part?.hello(hello);
  muscles?.hello(hello, model.window);
}

let nextNumber = null;
function takeSignal(signal) {
  if (!model.window) return;
  counters.frames += 1;
  if (nextNumber !== null) counters.missed += Math.max(0, signal.number - nextNumber);
  nextNumber = signal.number + 1;
  counters.leftOut = signal.leftOut;
  model.window.push(signal, model.status?.active);
  dirty.signal = true;
}

function takeStatus(status) {
  const hadCheck = Boolean(model.status?.check);
  model.status = status;
  model.statusAt = performance.now();
  model.history?.add(status);
  if (Boolean(status.check) !== hadCheck) show(status.check ? "check" : "muscles");
  dirty.status = true;
}

const send = connect({
  hello: takeHello,
  signal: takeSignal,
  status: takeStatus,
  refused: ({ sentence }) => tell(sentence, "refused"),
  link(state) {
    model.link = state;
    dirty.status = true;
  },
});

function alerts() {
  if (model.link === "denied") return [hadToken ? words.wrongToken : words.noToken];
  if (model.link === "full") return [words.tooMany];
  const found = [];
  if (model.link === "lost" && model.status) found.push(words.cutOff);
  if (model.link === "open" && model.status?.trouble) found.push(words.trouble(model.status.trouble));
  if (model.status?.unstored_ms > 0) found.push(words.unstored(model.status.unstored_ms));
  return found;
}

const badgesBefore = [];
function noteBadges({ badge, badge_text }) {
  badge.forEach((kind, channel) => {
    if ((badgesBefore[channel] ?? "") !== kind) counters.lastBadge = { channel, badge: kind, text: badge_text[channel], at: Date.now() };
    badgesBefore[channel] = kind;
  });
}

let slowAt = 0;
let overviewAt = 0;
let standing = { isStale: true };
let rateAt = 0;
let rateFrom = 0;
function picture(now) {
  requestAnimationFrame(picture);
  const isSlow = now - slowAt >= SLOW_MS;
  if (isSlow || dirty.status) {
    slowAt = now;
    standing = showTopBar(model, performance.now());
    const sentence = outage.see(
      standing.isStale,
      model.link === "open",
      model.status,
      performance.now(),
      dataAge(model, performance.now()),
    );
    if (sentence && !isPatient) tell(sentence, "told");
    showAlerts(alerts());
  }
  if (now - rateAt >= 1000) {
    counters.rate = ((counters.drawn - rateFrom) * 1000) / (now - rateAt);
    [rateAt, rateFrom] = [now, counters.drawn];
  }
  if (isPatient) {
    if (isSlow || dirty.status) patient.update(model, model.hello ? fullScale() : 1, standing.isStale);
    if (dirty.status && model.status) noteBadges(model.status);
    dirty.status = false;
    return;
  }
  if (dirty.status && model.status && model.hello) showStatus(now);
  if (dirty.signal && model.view === "muscles" && model.status) {
    dirty.signal = false;
    muscles.drawTraces();
    counters.drawn += 1;
  }
}

function showStatus(now) {
  dirty.status = false;
  const chosen = selected(model.hello);
  muscles.update(model.status, fullScale(), standing.isStale);
  session.update(model.status, chosen);
  if (model.view === "check") check.update(model.status);
  const { unit } = model.hello;
  tools.update(model.view, muscles.page, muscles.pages.length, fullScale(), unit, Boolean(model.hello.session) && mayAct());
  noteBadges(model.status);
  if (now - overviewAt < OVERVIEW_MS) return;
  overviewAt = now;
  if (model.view === "signal") engineer.update(model, counters, chosen);
  if (!phone.matches) drawOverview(byId("overview"), model, chosen, inkOf(model.hello.channels[chosen]));
}

requestAnimationFrame(picture);
