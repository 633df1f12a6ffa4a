// SPDX-License-Identifier: BSD-3-Clause
// The built page in a browser, against the mock server:
//   node page.mjs NODE_MODULES [SHOTS]     NODE_MODULES holds ws and playwright-core; pictures go to the folder SHOTS
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

import { ACTS, startMock, TOKEN } from "./mock_server.mjs";

const [nodeModules, shots] = process.argv.slice(2);
const { chromium } = createRequire(join(nodeModules, "x.js"))("playwright-core");
const wait = (ms) => new Promise((done) => setTimeout(done, ms));
if (shots) mkdirSync(shots, { recursive: true });

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-dev-shm-usage"],
});
let failed = 0;

/** One fact about the page. `settings` go to the mock server; no word may reach the console but those `expected`. */
async function fact(sentence, settings, see) {
  const { size = [1280, 800], theme = "light", path = "/", link = "link", expected = /^$/, ...mockSettings } = settings;
  const mock = await startMock({ nodeModules, ...mockSettings });
  const context = await browser.newContext({ viewport: { width: size[0], height: size[1] }, colorScheme: theme, hasTouch: size[0] < 500 });
  const page = await context.newPage();
  const said = [];
  page.on("console", (message) => expected.test(message.text()) || said.push(message.text()));
  page.on("pageerror", (error) => said.push(error.stack));
  page.on("request", (request) => request.url().startsWith(mock.url) || said.push(`asked for ${request.url()}`));
  const text = (selector) => page.locator(selector).first().innerText();
  const until = (what) => page.waitForFunction(what, null, { timeout: 10_000 });
  try {
    const opened = Date.now();
    await page.goto(mock[link].replace("/#", `${path}#`));
    await see({ page, mock, opened, text, until, state: mock.state, counters: () => page.evaluate(() => window.semgMonitor) });
    assert.deepEqual(said, [], "words on the console");
    console.log(`ok    ${sentence}`);
  } catch (error) {
    failed += 1;
    console.log(`FAIL  ${sentence}\n${error.stack}\n${said.join("\n")}`);
  }
  if (shots) await page.screenshot({ path: join(shots, `${sentence.replace(/[^\w]+/g, "_").slice(0, 70)}.png`) });
  await context.close();
  mock.close();
}

const drawing = () => window.semgMonitor.drawn > 10;

await fact(
  "the page is up within three seconds and draws 32 channels thirty times a second",
  { channels: 32 },
  async ({ opened, until, counters }) => {
    await until(drawing);
    const up_ms = Date.now() - opened;
    const before = await counters();
    const from = Date.now();
    await wait(5000);
    const after = await counters();
    const s = (Date.now() - from) / 1000;
    const drawn = (after.drawn - before.drawn) / s;
    const frames = (after.frames - before.frames) / s;
    console.log(`      up in ${up_ms} ms; ${drawn.toFixed(1)} pictures/s, ${frames.toFixed(1)} messages/s`);
    assert.ok(up_ms < 3000, `up in ${up_ms} ms`);
    assert.ok(drawn >= 30, "fewer than 30 pictures a second");
    assert.equal(after.missed, 0);
  },
);

await fact("a badge is seen within 250 ms, with its act in words", { channels: 32 }, async ({ page, until, state, counters }) => {
  await until(drawing);
  const late = [];
  for (const [channel, kind] of [
    [1, "electrode_off"],
    [30, "electrode_off"],
    [3, "clipping"],
    [5, "line"],
    [7, "gap"],
  ]) {
    const at = Date.now();
    state.badge[channel] = kind;
    await page.waitForFunction(
      ([c, k]) => window.semgMonitor.lastBadge?.channel === c && window.semgMonitor.lastBadge.badge === k,
      [channel, kind],
    );
    late.push((await counters()).lastBadge.at - at);
    assert.ok(await page.getByText(ACTS[kind]).first().isVisible(), ACTS[kind]);
  }
  console.log(`      badges after ${late.join(", ")} ms`);
  assert.ok(Math.max(...late) < 250);
});

await fact("the token leaves the address bar and outlives a reload", {}, async ({ page, until }) => {
  await until(drawing);
  assert.ok(!page.url().includes(TOKEN) && !page.url().includes("#"), page.url());
  await page.reload();
  await until(drawing);
});

await fact("without its token the page says in one sentence what it needs", { expected: /4401/ }, async ({ page, mock, text }) => {
  await page.evaluate(() => sessionStorage.clear());
  await page.goto(`${mock.url}/?again`);
  assert.match(await text("#alerts"), /whole link that the program printed/);
  await page.goto(`${mock.url}/?wrong#t=0000000000000000`);
  await page.getByText("The program refused this link").waitFor();
  assert.equal(await text("#state-word"), "NO ACCESS");
});

await fact("what is not recorded is said across the page", { inSession: true }, async ({ page, until, state, text }) => {
  state.state = "not_recording";
  await until(drawing);
  await page.locator("#not-recording").waitFor({ state: "visible" });
  assert.equal(await text("#state-word"), "NOT RECORDING");
  state.state = "recording";
  await page.locator("#not-recording").waitFor({ state: "hidden" });
  assert.match(await text("#state"), /RECORDING\s+\d\d:\d\d:\d\d/);
});

await fact("stale data freeze, and their age grows", {}, async ({ page, until, state, text, counters }) => {
  await until(drawing);
  state.flowing = false;
  await page.locator("#frozen").waitFor({ state: "visible" });
  const { drawn } = await counters();
  assert.match(await text("#state"), /DATA STOPPED\s+1 s/);
  await wait(2000);
  assert.match(await text("#state"), /DATA STOPPED\s+3 s/);
  assert.equal((await counters()).drawn, drawn);
  state.flowing = true;
  state.lost_ms += 3100;
  await page.getByText("3100 ms never arrived and are marked as a gap").waitFor();
});

await fact(
  "a page that was cut off comes back by itself and says that the disk is complete",
  { expected: /ERR_CONNECTION/ },
  async ({ page, mock, until, text }) => {
    await until(drawing);
    await mock.away(2500);
    await page.getByText("The recording on disk is complete").waitFor();
    assert.match(await text("#notices"), /cut off for [2-4]\.\d s/);
    assert.equal(await text("#state-word"), "RECORDING");
  },
);

await fact("a visit is driven by the keyboard alone", { inSession: true }, async ({ page, until, state, text }) => {
  await until(drawing);
  const press = async (key) => (await page.keyboard.press(key), wait(250));
  await press("c");
  await page.getByText("left and right may be exchanged").waitFor();
  await press("Enter");
  await page.locator("#rows").waitFor({ state: "visible" });
  for (let time = 0; time < 4; ++time) {
    await press(" ");
    await press(time % 2 ? " " : "s");
  }
  assert.match(await text("#who-task"), /ankle dorsiflexion/);
  await press(" ");
  await press(" ");
  await press("r");
  await press("1");
  await press("n");
  await page.keyboard.type("strap moved");
  await press("Enter");
  await press("Backspace");
  assert.equal(state.wishes.at(-1).do, "note", "nothing is struck out before Enter");
  await press("Enter");
  await press("s");
  assert.deepEqual(
    state.wishes.map((wish) => wish.do),
    ["check", "check_done", ...Array(5).fill(["start", "stop"]).flat(), "repeat", "marker", "note", "strike", "stop"],
  );
  assert.deepEqual(
    state.markers.map(({ text: said, struck }) => [said, struck]),
    [
      ["movement", false],
      ["strap moved", true],
    ],
  );
  assert.match(await text("#counter"), /1 of 5/);
  assert.match(await text(".notice.refused"), /nothing runs/);
});

await fact(
  "the target band is moved by mouse and by key, and the patient's screen follows",
  { inSession: true },
  async ({ page, mock, until, state }) => {
    state.mvc = state.mvc.map(() => 200);
    await until(drawing);
    const edge = page.locator(".row .edge.high").first();
    assert.equal(await edge.getAttribute("aria-valuetext"), "60 %MVC");
    const box = await edge.boundingBox();
    const track = await page.locator(".row .track").first().boundingBox();
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(track.x + track.width * (90 / 120), box.y + 10, { steps: 4 });
    await page.mouse.up();
    assert.equal(await edge.getAttribute("aria-valuetext"), "90 %MVC");
    await edge.focus();
    await page.keyboard.press("ArrowRight");
    assert.equal(await edge.getAttribute("aria-valuetext"), "91 %MVC");
    const patient = await page.context().newPage();
    await patient.goto(`${mock.url}/patient#t=${TOKEN}`);
    await patient.locator("#patient .band").waitFor({ state: "visible" });
    await page.keyboard.press("ArrowLeft");
    await patient.waitForFunction(() => document.querySelector("#patient .band").style.right === "25%");
    assert.deepEqual((await patient.locator("#patient").innerText()).split(/\n+/).filter(Boolean), ["SIMULATED", "TA, right", "1 of 1"]);
  },
);

await fact("the scale goes in steps of 1-2-5 and is printed", {}, async ({ page, until }) => {
  await until(drawing);
  for (const [key, shown] of [
    ["+", "±1000 µV"],
    ["-", "±500 µV"],
    ["-", "±200 µV"],
    ["-", "±100 µV"],
  ]) {
    await page.keyboard.press(key);
    await page.waitForFunction((text) => document.querySelector(".row .scale").textContent === text, shown);
  }
});

await fact("who may only look sees no rail and sends nothing", { inSession: true, link: "viewerLink" }, async ({ page, until, state }) => {
  await until(drawing);
  assert.equal(await page.locator("#rail").isVisible(), false);
  for (const key of [" ", "1", "r", "Backspace", "c"]) await page.keyboard.press(key);
  await page.locator(".notice.refused").first().waitFor();
  assert.deepEqual(state.wishes, []);
});

await fact(
  "a phone shows one muscle at a time, and the worst badge",
  { size: [390, 844], theme: "dark" },
  async ({ page, until, state, text }) => {
    await until(drawing);
    state.badge[6] = "electrode_off";
    await page.locator(".pinned-line", { hasText: "electrode off" }).waitFor();
    assert.equal(await page.locator(".row:visible").count(), 1);
    await page.evaluate(() => {
      const rows = document.getElementById("rows");
      const touch = (clientX) => new Touch({ identifier: 1, target: rows, clientX, clientY: 500 });
      rows.dispatchEvent(new TouchEvent("touchstart", { touches: [touch(300)], changedTouches: [touch(300)] }));
      rows.dispatchEvent(new TouchEvent("touchend", { touches: [], changedTouches: [touch(80)] }));
    });
    await page.getByText("2 / 8").waitFor();
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390);
  },
);

await fact("the engineer's tab shows latency, drift and losses", {}, async ({ page, until, text }) => {
  await until(drawing);
  await page.keyboard.press("t");
  await wait(800);
  assert.match(await text("#signal"), /p99\.9\s+2\.10 ms/);
  assert.match(await text("#signal"), /information latency\s+1890 ms/);
  assert.match(await text("#signal"), /drift\s+35\.2 ppm/);
  await page.keyboard.press("Escape");
  await page.locator("#rows").waitFor({ state: "visible" });
});

await browser.close();
process.exit(failed ? 1 : 0);
