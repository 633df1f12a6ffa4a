# SPDX-License-Identifier: BSD-3-Clause
"""Brings each fault of tests/faults into a copy of the tree and expects its test to fail there, after it was seen to pass without.

mutate.py ROOT [WORD...]      only faults whose name holds one of the words

The copy and what is built of it stay in ROOT/build/mutate for the next time; the tree itself is left alone. Exit code 1 where a test stays
green, is not green to begin with, or a patch does not apply or build.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys

from faults import faults_in
from planted import source_files

TIMEOUT_S = 600


def bring_up_to_date(root, copy):
    """Files that differ are copied anew, those that are gone are removed; all others keep their time, so that little is built again."""
    wanted = source_files(root)
    for path in wanted:
        there = copy / path
        if there.is_file() and there.read_bytes() == (root / path).read_bytes():
            continue
        there.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(root / path, there)
        shutil.copymode(root / path, there)
    for path in set(source_files(copy)) - set(wanted):
        (copy / path).unlink()


def run(command, log, **more):
    """Exit code; the words go into the log."""
    with open(log, "w") as file:
        try:
            done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT, timeout=TIMEOUT_S, **more)
            return done.returncode
        except subprocess.TimeoutExpired:
            file.write(f"\nended after {TIMEOUT_S} s\n")
            return None


class Scratch:
    def __init__(self, root):
        self.root, self.copy = root, root / "build/mutate"
        self.copy.mkdir(parents=True, exist_ok=True)
        self.built = self.copy / "build/dev"

    def configure(self):
        bring_up_to_date(self.root, self.copy)
        launchers = [f"-DCMAKE_{language}_COMPILER_LAUNCHER=ccache" for language in ("C", "CXX") if shutil.which("ccache")]
        # A fault may leave something unused behind: no reason not to build it.
        command = ["cmake", "--preset", "dev", "-DCMAKE_COMPILE_WARNING_AS_ERROR=OFF", *launchers]
        self.built.mkdir(parents=True, exist_ok=True)
        return run(command, self.built / "configure.log", cwd=self.copy) == 0

    def build(self, program):
        return subprocess.run(["cmake", "--build", self.built, "--target", program], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True)

    def verdict(self, fault):
        """`green`, `red`, or what kept the test from being either."""
        done = self.build(fault.program)
        if done.returncode != 0:
            print(done.stdout[-3000:], file=sys.stderr)
            return "does not build"
        name = fault.case.replace("\\", "\\\\").replace(",", "\\,")
        log = self.built / "case.log"
        status = run([self.built / "tests" / fault.program, f"--test-case={name}"], log, cwd=self.copy)
        if status is None:
            return "ran too long"
        counted = re.search(r"test cases:\s*(\d+) \|\s*(\d+) passed \|\s*(\d+) failed", log.read_text(errors="replace"))
        if counted is None:
            return f"ended with {status}"
        passed, failed = int(counted[2]), int(counted[3])
        return "red" if failed else "green" if passed else "no such test"

    def verdict_with(self, fault):
        if fault.missing or fault.apply(self.copy, "--check") is not None:
            return "does not apply"
        kept = {name: (self.copy / name).read_bytes() for name in fault.files()}
        try:
            fault.apply(self.copy)
            return self.verdict(fault)
        finally:
            for name, was in kept.items():
                (self.copy / name).write_bytes(was)


def main():
    root, words = pathlib.Path(sys.argv[1]).resolve(), sys.argv[2:]
    chosen = [fault for fault in faults_in(root) if not words or any(word in fault.name for word in words)]
    if not chosen:
        sys.exit(f"dev: found no fault named {' or '.join(words)} in tests/faults")
    chosen.sort(key=lambda fault: (fault.program, fault.name))
    scratch = Scratch(root)
    if not scratch.configure():
        sys.exit(f"dev: the copy cannot be configured; cmake's words are in {scratch.built}/configure.log")
    wide = max(len(fault.name) for fault in chosen)
    print(f"dev: building what is needed of the copy in {scratch.copy}; the first time that takes minutes", file=sys.stderr)
    without = {fault.name: scratch.verdict(fault) for fault in chosen}  # all before the first change: each program is built once for it
    wrong = []
    print(f"{'fault':{wide}}  without  with   what is brought in, and the test that is to notice", flush=True)
    for fault in chosen:
        with_it = scratch.verdict_with(fault)
        if (without[fault.name], with_it) != ("green", "red"):
            wrong.append(fault.name)
        print(f"{fault.name:{wide}}  {without[fault.name]:7}  {with_it:5}  {fault.fault}", flush=True)
        print(f"{'':{wide}}                  {fault.program}: {fault.case}", flush=True)
    print(f"{len(chosen) - len(wrong)} of {len(chosen)} faults are noticed" + (f"; not: {', '.join(wrong)}" if wrong else ""))
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
