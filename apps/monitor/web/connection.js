// SPDX-License-Identifier: BSD-3-Clause
// The WebSocket to the program: the token in the first message, messages taken apart, connected again by itself.

const MAGIC = 0x31474d45;
const HEAD_BYTES = 40;
const RETRY_MS = [250, 500, 1000];
const FULL_RETRY_MS = 5000;
const SILENT_MS = 3000; // status comes ten times a second: a socket that says nothing for so long is dead
const STORED_AS = "semg-token";

let token = null;

/** The token of the link; taken out of the address bar, kept until the tab is closed. */
export function takeToken() {
  const found = new URLSearchParams(location.hash.slice(1)).get("t");
  try {
    if (found) sessionStorage.setItem(STORED_AS, found);
    token = found || sessionStorage.getItem(STORED_AS);
  } catch {
    token = found; // storage is forbidden here: memory will do
  }
  if (location.hash) history.replaceState(null, "", location.pathname);
  return token;
}

/** The same page for a second window of this browser. */
export const linkTo = (path) => `${path}#t=${encodeURIComponent(token ?? "")}`;

/** A binary message as {number, first, channels, bins, bin_s, leftOut, values}, values [channels][bins][2]; null where it is none. */
export function decodeSignal(buffer) {
  if (buffer.byteLength < HEAD_BYTES) return null;
  const view = new DataView(buffer);
  if (view.getUint32(0, true) !== MAGIC || view.getUint16(4, true) !== 1 || view.getUint16(6, true) !== 1) return null;
  const channels = view.getUint32(24, true);
  const bins = view.getUint32(28, true);
  if (buffer.byteLength !== HEAD_BYTES + channels * bins * 8) return null;
  return {
    number: Number(view.getBigUint64(8, true)),
    first: Number(view.getBigUint64(16, true)),
    channels,
    bins,
    bin_s: view.getFloat32(32, true),
    leftOut: view.getUint32(36, true),
    values: new Float32Array(buffer, HEAD_BYTES, channels * bins * 2),
  };
}

/**
 * Calls on.hello(message), on.status(message), on.refused(message), on.signal(decoded) and on.link(state):
 * "connecting", "open", "lost", "full" (tries again), "denied" (does not). Gives send(wish).
 */
export function connect(on) {
  let socket = null;
  let tries = 0;
  let heard = 0;

  function open() {
    on.link("connecting");
    const mine = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/live`);
    socket = mine;
    heard = performance.now();
    mine.binaryType = "arraybuffer";
    mine.onopen = () => mine.send(JSON.stringify({ do: "hello", token }));
    mine.onmessage = ({ data }) => {
      if (mine === socket) take(data);
    };
    mine.onclose = ({ code }) => {
      if (mine !== socket) return;
      socket = null;
      if (code === 4401) return on.link("denied");
      on.link(code === 1013 ? "full" : "lost");
      setTimeout(open, code === 1013 ? FULL_RETRY_MS : RETRY_MS[Math.min(tries++, RETRY_MS.length - 1)]);
    };
  }

  function take(data) {
    heard = performance.now();
    if (typeof data !== "string") {
      const signal = decodeSignal(data);
      if (signal) on.signal(signal);
      return;
    }
    const message = JSON.parse(data);
    if (message.kind === "hello") {
      tries = 0;
      on.link("open");
    }
    on[message.kind]?.(message);
  }

  setInterval(() => {
    if (!socket || performance.now() - heard < SILENT_MS) return;
    const dead = socket;
    dead.onclose({ code: 1006 }); // close() would wait for an answer that does not come
    dead.close();
  }, 500);

  if (token) open();
  else on.link("denied");
  /** False where it could not be sent. */
  return (wish) => {
    if (socket?.readyState !== WebSocket.OPEN) return false;
    socket.send(JSON.stringify(wish));
    return true;
  };
}
