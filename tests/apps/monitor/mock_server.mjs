// SPDX-License-Identifier: BSD-3-Clause
// Speaks the protocol of apps/monitor/README.md with a simulated stream, so that the page can be tried without the program.
//   node mock_server.mjs NODE_MODULES [CHANNELS] [session]     prints the link
import { createReadStream, existsSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";

const DIST = fileURLToPath(new URL("../../../apps/monitor/web/dist/", import.meta.url));
const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};
// as page_server.cpp says it
const CSP = "default-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
const TICK_MS = 20;
const BIN_S = 0.01;
const BINS = 2;
const FS_HZ = 2000;
const KEPT_BINS = 1000;
const MUSCLES = ["TA", "SOL", "GM", "RF", "BF", "VL", "GMED", "EO"];
export const TOKEN = "0123456789abcdef",
  VIEWER_TOKEN = "fedcba9876543210";
export const ACTS = {
  "": "",
  electrode_off: "electrode off: press or replace",
  clipping: "clipping: lower the gain",
  line: "line noise: check the reference",
  gap: "gap 120 ms",
};
const TASKS = [
  { task: "rest", repetitions: 1, hold_s: 20, is_mvc: false, label: "rest" },
  { task: "mvc", repetitions: 3, hold_s: 5, is_mvc: true, label: "MVC ankle dorsiflexion" },
  { task: "df", repetitions: 5, hold_s: 5, is_mvc: false, label: "ankle dorsiflexion" },
  { task: "gait", repetitions: 0, hold_s: null, is_mvc: false, label: "gait" },
  { task: "sts", repetitions: 5, hold_s: null, is_mvc: false, label: "sit to stand" },
];

/** What the tests turn: all of it may be set while it runs. */
function freshState(channels, inSession) {
  return {
    state: "recording",
    simulated: true,
    trouble: "",
    connected: true,
    flowing: true,
    unstored_ms: 0,
    lost_ms: 120,
    disk_left_s: 50400,
    badge: Array(channels).fill(""),
    mvc: Array(channels).fill(null),
    markers: [],
    check: null,
    wishes: [],
    refusal: null,
    session: inSession
      ? {
          task: 0,
          running: false,
          repetition: 1,
          of: 1,
          elapsed_s: 0,
          hold_s: 20,
          phase: "ready",
          done: TASKS.map(() => 0),
          mvc_attempts: [],
          fourth: false,
        }
      : null,
  };
}

export async function startMock({ nodeModules, channels = 8, inSession = false, port = 0 }) {
  const { WebSocketServer } = createRequire(join(nodeModules, "x.js"))("ws");
  const state = freshState(channels, inSession);
  const viewers = new Set();
  const rows = Array.from({ length: channels }, (_, c) => ({
    label: `CH${c + 1}`,
    muscle: MUSCLES[(c >> 1) % MUSCLES.length] + (c >= 16 ? ` ${(c >> 4) + 1}` : ""),
    side: c % 2 ? "left" : "right",
    role: c % 2 ? "non_paretic" : "paretic",
    unit: "uV",
    kind: "emg",
  }));
  let bins = 0;
  let heldAt = Date.now();

  const effort = (c, t_s) => (Math.sin(t_s * 1.3 + (c >> 1)) > 0.2 ? (c % 2 ? 160 : 90) : 4);
  const hello = (mayAct) =>
    JSON.stringify({
      kind: "hello",
      schema: "semg-live/1",
      engine: "semg 0.3.0",
      simulated: state.simulated,
      device: "Mock device",
      fs_hz: FS_HZ,
      bin_s: BIN_S,
      full_scale: 500,
      unit: "uV",
      chain: "20-450 Hz, Butterworth order 2",
      stores: state.state !== "monitoring",
      viewer: !mayAct,
      channels: rows,
      markers: [1, 2, 3, 4, 5, 6].map((k) => ({ key: String(k), text: ["movement", "speech", "cough", "pain", "pause", "other"][k - 1] })),
      session: state.session ? { participant: "S03", visit: "T1", tasks: TASKS } : null,
    });
  const status = () => {
    const t_s = bins * BIN_S;
    const age = Date.now() - heldAt;
    return JSON.stringify({
      kind: "status",
      state: age > 1000 ? "stopped" : state.state,
      t_s,
      stored_s: state.state === "monitoring" ? null : Math.max(0, t_s - 0.02),
      data_age_ms: age,
      disk_left_s: state.disk_left_s,
      trouble: state.trouble,
      connected: state.connected,
      gaps: 2,
      lost_ms: state.lost_ms,
      disconnects: 1,
      last_gap_ms: 120,
      garbage_bytes: 0,
      overrun_ms: 0,
      unstored_ms: state.unstored_ms,
      left_out_frames: 0,
      viewers: viewers.size,
      fs_hz: 2000.07,
      drift_ppm: 35.2,
      latency: { n: Math.floor(t_s * 100), p50_ms: 0.05, p99_ms: 0.4, p999_ms: 2.1, max_ms: 9 },
      information_latency_ms: 1890,
      rms: rows.map((_, c) => (state.badge[c] === "electrode_off" ? null : effort(c, t_s) * (1 + 0.1 * Math.sin(t_s * 9 + c)))),
      mvc: state.mvc,
      mdf: rows.map((_, c) => 88 + 4 * Math.sin(t_s / 7 + c)),
      active: rows.map((_, c) => (effort(c, t_s) > 50 ? "on" : "off") + (inSession ? "" : "_provisional")),
      badge: state.badge,
      badge_text: state.badge.map((kind) => ACTS[kind]),
      markers: state.markers.slice(-50),
      session: state.session,
      check: state.check,
    });
  };
  function signal(viewer, first, count) {
    const bytes = Buffer.alloc(40 + channels * count * 8);
    bytes.writeUInt32LE(0x31474d45, 0);
    bytes.writeUInt16LE(1, 4);
    bytes.writeUInt16LE(1, 6);
    bytes.writeBigUInt64LE(BigInt(viewer.number++), 8);
    bytes.writeBigUInt64LE(BigInt(first), 16);
    bytes.writeUInt32LE(channels, 24);
    bytes.writeUInt32LE(count, 28);
    bytes.writeFloatLE(BIN_S, 32);
    let at = 40;
    for (let c = 0; c < channels; ++c) {
      for (let k = first; k < first + count; ++k, at += 8) {
        const size = effort(c, k * BIN_S) * (1.4 + Math.sin(k * 12.9898 + c * 78.233) + 0.6 * Math.sin(k * 4.1 + c));
        const isGap = state.badge[c] === "gap" && k % 700 < 12;
        bytes.writeFloatLE(isGap ? NaN : -size, at);
        bytes.writeFloatLE(isGap ? NaN : size * 0.9, at + 4);
      }
    }
    return bytes;
  }

  function select(task) {
    const { repetitions, hold_s, is_mvc } = TASKS[task];
    Object.assign(state.session, {
      task,
      of: repetitions,
      hold_s,
      repetition: state.session.done[task] + 1,
      phase: "ready",
      elapsed_s: 0,
      fourth: false,
      mvc_attempts: is_mvc ? rows.map(() => []) : [],
    });
  }
  function stop() {
    const { session } = state,
      { repetitions, is_mvc } = TASKS[session.task];
    session.running = false;
    session.done[session.task] += 1;
    if (is_mvc)
      session.mvc_attempts.forEach((values, c) => (values.push(290 + 20 * values.length + c), (state.mvc[c] = Math.max(...values))));
    if (repetitions > 0 && session.done[session.task] >= repetitions && session.task + 1 < TASKS.length) select(session.task + 1);
    else Object.assign(session, { phase: "ready", elapsed_s: 0, repetition: session.done[session.task] + 1 });
  }
  /** A sentence where it cannot be done. */
  function act(wish) {
    const { session } = state;
    const marked = bins * BIN_S;
    state.wishes.push(wish);
    if (state.refusal) return state.refusal;
    if (wish.do === "marker")
      state.markers.push({
        number: state.markers.length,
        t_s: marked,
        text: ["movement", "speech", "cough", "pain", "pause", "other"][wish.key - 1],
        struck: false,
      });
    else if (wish.do === "note") state.markers.push({ number: state.markers.length, t_s: marked, text: wish.text, struck: false });
    else if (wish.do === "strike") state.markers[wish.number].struck = true;
    else if (!session) return `'${wish.do}' cannot be done here`;
    else if (wish.do === "start") {
      if (session.running) return "a task is running: stop it first";
      Object.assign(session, { running: true, phase: "hold", elapsed_s: 0 });
    } else if (wish.do === "stop") {
      if (!session.running) return "nothing runs";
      stop();
    } else if (wish.do === "repeat") {
      if (session.done[session.task] === 0) return "nothing of this task was done yet";
      session.done[session.task] -= 1;
      session.repetition = session.done[session.task] + 1;
    } else if (wish.do === "task") select(wish.task);
    else if (wish.do === "check") {
      state.check = {
        rest_left_s: 12.5,
        ask: "rest quietly",
        can_start: true,
        warnings: ["left and right may be exchanged: look at the electrodes"],
        rows: rows
          .slice(0, 8)
          .map((_, channel) => ({
            channel,
            contact: channel === 5 ? "stop" : "ok",
            rest_noise: "ok",
            line: channel === 2 ? "look" : "ok",
            rate: "ok",
            gain: "ok",
            side: channel < 2 ? "look" : "waiting",
            earlier: channel === 3 ? "differs: gain 1000 -> 500" : channel === 7 ? null : "same",
          })),
      };
    } else if (wish.do === "check_done") state.check = null;
    return "";
  }

  const server = createServer((request, response) => {
    const path = request.url.split("?")[0];
    const file = join(DIST, path === "/" || path === "/patient" ? "index.html" : path.slice(1));
    if (path.includes("..") || !TYPES[extname(file)] || !existsSync(file)) return response.writeHead(404).end();
    response.writeHead(200, {
      "content-type": TYPES[extname(file)],
      "content-security-policy": CSP,
      "x-content-type-options": "nosniff",
      "cache-control": "no-store",
    });
    createReadStream(file).pipe(response);
  });
  const sockets = new WebSocketServer({ server, path: "/live" });
  sockets.on("connection", (socket) => {
    let viewer = null;
    socket.on("message", (text) => {
      const wish = JSON.parse(text);
      if (!viewer) {
        const mayAct = wish.token === TOKEN;
        if (wish.do !== "hello" || (!mayAct && wish.token !== VIEWER_TOKEN)) return socket.close(4401, "401");
        viewers.add((viewer = { socket, mayAct, number: 0 }));
        socket.send(hello(mayAct));
        for (let from = Math.max(0, bins - KEPT_BINS); from < bins; from += 200)
          socket.send(signal(viewer, from, Math.min(200, bins - from)));
        return;
      }
      const sentence = viewer.mayAct ? act(wish) : "this page may only look";
      if (sentence) socket.send(JSON.stringify({ kind: "refused", do: wish.do, sentence }));
    });
    socket.on("close", () => viewers.delete(viewer));
  });

  const started = Date.now();
  let ticks = 0;
  const timer = setInterval(() => {
    for (; ticks < (Date.now() - started) / TICK_MS; ++ticks) {
      const { session } = state;
      if (state.flowing) {
        for (const viewer of viewers) viewer.socket.send(signal(viewer, bins, BINS));
        heldAt = Date.now();
      }
      bins += BINS; // what does not flow is lost
      if (session?.running) {
        session.elapsed_s += TICK_MS / 1000;
        if (session.hold_s && session.elapsed_s >= session.hold_s) stop();
      }
      if (state.check) {
        state.check.rest_left_s = Math.max(0, state.check.rest_left_s - TICK_MS / 1000);
        state.check.ask = state.check.rest_left_s > 0 ? "rest quietly" : "contract the left side strongly for a second";
      }
      if (ticks % 5 === 0) for (const { socket } of viewers) socket.send(status());
    }
  }, TICK_MS / 2);
  await new Promise((done) => server.listen(port, "127.0.0.1", done));
  const url = `http://127.0.0.1:${server.address().port}`;
  return {
    state,
    select,
    url,
    link: `${url}/#t=${TOKEN}`,
    viewerLink: `${url}/#t=${VIEWER_TOKEN}`,
    /** Cuts every page off; they may come again. */
    cut: () => viewers.forEach(({ socket }) => socket.terminate()),
    /** Nobody gets in for so long. */
    async away(ms) {
      const { port: same } = server.address();
      server.close();
      viewers.forEach(({ socket }) => socket.terminate());
      await new Promise((done) => setTimeout(done, ms));
      await new Promise((done) => server.listen(same, "127.0.0.1", done));
    },
    close() {
      clearInterval(timer);
      viewers.forEach(({ socket }) => socket.terminate());
      server.closeAllConnections();
      server.close();
    },
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [nodeModules, channels = "8", kind = ""] = process.argv.slice(2);
  console.log((await startMock({ nodeModules, channels: Number(channels), inSession: kind === "session", port: 8080 })).link);
}
