# SPDX-License-Identifier: BSD-3-Clause
"""A visit driven by the keyboard alone, in a browser: five tasks, one of them repeated, one marker struck out.

visit_in_browser.py SEMG [FOLDER_FOR_SCREENSHOTS]

The participant's earlier visit was recorded with left and right exchanged in the channel map: the page has to say so before the first task.
Afterwards periods, events and counts in the recording must be those of the script. Exit code 77: there is no browser here.
"""
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

try:
    import h5py
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service
    from selenium.webdriver.common.action_chains import ActionChains
    from selenium.webdriver.common.keys import Keys
except ImportError as missing:
    print(f"[semg-skip] {missing}")
    sys.exit(77)
if not shutil.which("chromium") or not shutil.which("chromedriver"):
    print("[semg-skip] no chromium or no chromedriver")
    sys.exit(77)

SEMG = str(pathlib.Path(sys.argv[1]).resolve())
PLAN = """schema = "semg-study/1"
[study]
id = "SIMT"
[[visit]]
id = "B1"
role = "baseline"
[[visit]]
id = "T1"
[[task]]
id = "rest"
kind = "rest"
duration_s = 2
[[task]]
id = "mvc"
kind = "mvc"
repetitions = 2
duration_s = 1
[[task]]
id = "dorsi"
kind = "repetitions"
repetitions = 2
[[task]]
id = "plantar"
kind = "repetitions"
repetitions = 1
[[task]]
id = "hold"
kind = "hold"
duration_s = 1.5
[[muscle]]
id = "TA"
[[endpoint]]
role = "primary"
task = "dorsi"
muscle = "TA"
side = "left"
feature = "rms_active"
visit = "T1"
"""
MAP = '[[channel]]\nsource = "CH1"\nmuscle = "TA"\nside = "{}"\n[[channel]]\nsource = "CH2"\nmuscle = "TA"\nside = "{}"\n'


def check(right, what):
    if not right:
        sys.exit(f"visit_in_browser: {what}")


class Page:
    def __init__(self, url):
        options = webdriver.ChromeOptions()
        for word in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--window-size=1280,800"):
            options.add_argument(word)
        options.binary_location = shutil.which("chromium")
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.driver = webdriver.Chrome(service=Service(shutil.which("chromedriver")), options=options)
        # What the page is told is kept where the script can look at it.
        self.driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": """
            const Plain = window.WebSocket;
            window.WebSocket = class extends Plain {
              constructor(...words) {
                super(...words);
                this.addEventListener("message", ({ data }) => {
                  if (typeof data === "string" && data.includes('"kind":"status"')) window.toldStatus = JSON.parse(data);
                });
              }
            };"""})
        self.driver.get(url)

    def text(self):
        return self.driver.execute_script("return document.body.innerText")

    def wait_for(self, what, script, seconds=20):
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if self.driver.execute_script(script):
                return
            time.sleep(0.05)
        self.shot("failed")
        sys.exit(f"visit_in_browser: waited {seconds} s for: {what}; the page says: {self.text()!r}")

    def wait_for_text(self, pattern, seconds=20):
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if re.search(pattern, self.text(), re.IGNORECASE):
                return
            time.sleep(0.05)
        self.shot("failed")
        sys.exit(f"visit_in_browser: waited {seconds} s for {pattern!r}; the page says: {self.text()!r}")

    def status(self):
        return self.driver.execute_script("return window.toldStatus")

    def wait_for_status(self, what, is_so, seconds=20):
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            status = self.status()
            if status and is_so(status):
                return status
            time.sleep(0.05)
        self.shot("failed")
        sys.exit(f"visit_in_browser: waited {seconds} s for: {what}; the status is {self.status()}")

    def press(self, key):
        ActionChains(self.driver).send_keys(key).perform()

    def shot(self, name):
        if len(sys.argv) > 2:
            self.driver.save_screenshot(str(pathlib.Path(sys.argv[2]) / f"{name}.png"))


def done(status):
    return status["session"]["done"]


def drive(page):
    page.wait_for("frames of signal", "return window.semgMonitor && window.semgMonitor.frames > 10")
    # The setup check is open, and says that sides are exchanged against the earlier visit.
    page.wait_for_text("left and right may be exchanged")
    page.wait_for_text("side (left|right) -> (left|right)")
    page.shot("check")
    page.press(Keys.SPACE)  # too early
    page.wait_for_text("first the setup check")
    page.press("c")
    page.wait_for_status("the check is closed", lambda s: s["check"] is None)

    page.press(Keys.SPACE)  # rest ends by itself
    page.wait_for_status("rest is done", lambda s: done(s)[0] == 1)
    for attempt in (1, 2):
        page.wait_for_status("ready for an attempt", lambda s: not s["session"]["running"] and s["session"]["task"] == 1)
        page.press(Keys.SPACE)
        page.wait_for_status("attempt done", lambda s, n=attempt: done(s)[1] == n)
    status = page.status()
    if status["session"]["fourth"] and status["session"]["task"] == 1:  # the last was the best by more than 5 %
        page.press(Keys.SPACE)
        page.wait_for_status("one more attempt", lambda s: done(s)[1] == 3)
        # From here on attempts may be asked for until the last is not the best; the next task is chosen below where it is not at hand.
    for more in range(4):
        if page.status()["session"]["task"] != 1:
            break
        count = done(page.status())[1]
        page.press(Keys.SPACE)
        page.wait_for_status("a further attempt", lambda s, n=count: done(s)[1] > n)
    page.wait_for_status("dorsi is at hand", lambda s: s["session"]["task"] == 2)
    page.shot("session")

    def once(task, n):
        page.press(Keys.SPACE)
        page.wait_for_status("running", lambda s: s["session"]["running"])
        time.sleep(0.8)
        page.press("s")
        page.wait_for_status(f"task {task} done {n} times", lambda s: not s["session"]["running"] and done(s)[task] == n)

    once(2, 1)
    page.press("r")  # that one was bad
    page.wait_for_status("it counts no more", lambda s: done(s)[2] == 0)
    once(2, 1)
    page.press("3")
    page.wait_for_status("marker", lambda s: len(s["markers"]) == 1)
    page.press("4")
    page.wait_for_status("second marker", lambda s: len(s["markers"]) == 2)
    page.press(Keys.BACKSPACE)
    page.press(Keys.ENTER)
    page.wait_for_status("the second marker is struck out", lambda s: [m["struck"] for m in s["markers"]] == [False, True])
    once(2, 2)
    once(3, 1)
    page.press(Keys.SPACE)
    page.wait_for_status("the hold is done", lambda s: done(s)[4] == 1)
    page.shot("done")
    final = page.status()
    errors = [line for line in page.driver.get_log("browser") if line["level"] == "SEVERE"]
    check(not errors, f"the browser's console says: {errors}")
    return final


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "study.toml").write_text(PLAN)
        (folder / "participants.csv").write_text("participant_id\nSIM03\n")
        (folder / "recordings").mkdir()
        (folder / "before.toml").write_text(MAP.format("left", "right"))
        (folder / "now.toml").write_text(MAP.format("right", "left"))
        common = ["--from", "synthetic:?channels=2&seed=3", "--participant", "SIM03", "--progress", "none"]
        subprocess.run([SEMG, "record", "--from", "synthetic:?channels=2&seed=3&speed=max", "--participant", "SIM03", "--visit", "B1", "--channels", "before.toml",
                        "--duration", "10", "-o", "recordings/SIM03_B1.nwb", "--progress", "none"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        record = subprocess.Popen([SEMG, "record", *common, "--visit", "T1", "--channels", "now.toml", "--study", "study.toml", "--serve", "127.0.0.1:0",
                                   "-o", "recordings/SIM03_T1.nwb"], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        url = None
        for line in record.stderr:
            found = re.search(r"the page: (\S+)", line)
            if found:
                url = found[1]
                break
        check(url, "record printed no link")
        page = None
        try:
            page = Page(url)
            final = drive(page)
        finally:
            if page:
                page.driver.quit()
            record.send_signal(signal.SIGTERM)
            words = record.stderr.read()
        check(record.wait(60) == 143, f"record ended with {record.returncode}: {words}")
        with h5py.File(folder / "recordings/SIM03_T1.nwb") as file:
            trials = file["/intervals/trials"]
            periods = [(task.decode(), int(n)) for task, n in zip(trials["task"][:], trials["repetition"][:])]
            rows = trials["rows"][:]
            events = [text.decode() for text in file["/intervals/events/text"][:]]
            fs = file["/acquisition/emg/starting_time"].attrs["rate"]
        attempts = final["session"]["done"][1]
        expected = [("rest", 0)] + [("mvc", n) for n in range(1, attempts + 1)] + [("dorsi", 1), ("dorsi", 2), ("plantar", 1), ("hold", 0)]
        check(periods == expected, f"periods: found {periods}, expected {expected}")
        check(rows[0] == 2 * fs and rows[1] == fs and rows[-1] == 1.5 * fs, f"holds: found {rows / fs} s")
        check(events == ["marker 3", "[struck out] marker 4"], f"events: found {events}")
        best = final["mvc"]
        check(all(v is not None and v > 0 for v in best), f"MVC: found {best}")
        print(f"{len(periods)} periods, {attempts} attempts, MVC {best}")


main()
