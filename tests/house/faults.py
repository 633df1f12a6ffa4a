# SPDX-License-Identifier: BSD-3-Clause
"""Faults kept as patches: each still applies, and names a test program and a test case of it that are there. `./dev mutate` runs them.

A patch begins with what it is, one `key: value` a line: `fault`, `program` and `case`, the latter the exact name of a doctest test case.
"""
import os
import pathlib
import re
import subprocess

from planted import main

KEYS = ("fault", "program", "case")
TEST_CASE = re.compile(r'TEST_CASE\(\s*((?:"(?:[^"\\]|\\.)*"\s*)+)\)')  # a name may be cut into several literals


class Fault:
    def __init__(self, path):
        self.path, self.name = path, path.stem
        head = path.read_text().split("\n--- ", 1)[0]
        said = dict(re.findall(r"^(\w+): (.*\S)\s*$", head, re.MULTILINE))
        self.missing = [key for key in KEYS if key not in said]
        self.fault, self.program, self.case = (said.get(key, "") for key in KEYS)

    def files(self):
        """What it changes, as paths relative to the tree."""
        return re.findall(r"^\+\+\+ b/(\S+)", self.path.read_text(), re.MULTILINE)

    def apply(self, root, *words):
        """None where it went well, else git's words."""
        # A copy inside of a build folder is no part of the repository around it: git would leave it alone.
        outside = dict(os.environ, GIT_CEILING_DIRECTORIES=str(root.parent))
        done = subprocess.run(["git", "apply", *words, self.path], cwd=root, env=outside, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True)
        return None if done.returncode == 0 else done.stdout.strip()


def faults_in(root):
    return [Fault(path) for path in sorted((root / "tests/faults").glob("*.patch"))]


def cases_of(root, program):
    """Names of the test cases that tests/CMakeLists.txt builds into semg_tests_FOLDER."""
    folder = root / "tests" / program.removeprefix("semg_tests_")
    names = set()
    for source in folder.rglob("*.cpp") if program.startswith("semg_tests_") else []:
        for literals in TEST_CASE.findall(source.read_text()):
            names.add("".join(re.findall(r'"((?:[^"\\]|\\.)*)"', literals)).replace('\\"', '"').replace("\\\\", "\\"))
    return names


def unsound(root):
    root = pathlib.Path(root)
    cases, found = {}, faults_in(root)
    if not found:
        yield "tests/faults: found no patch, expected at least one"
    for fault in found:
        where = f"tests/faults/{fault.name}.patch"
        if fault.missing:
            yield f"{where}: found no line `{fault.missing[0]}: ...` before the change"
            continue
        words = fault.apply(root, "--check")
        if words is not None:
            yield f"{where}: does not apply any more: {words}"
        if fault.program not in cases:
            cases[fault.program] = cases_of(root, fault.program)
        if fault.case not in cases[fault.program]:
            yield f"{where}: {fault.program} has no test case `{fault.case}`"


def plant(text):
    def spoil(root):
        (root / "tests/faults/planted.patch").write_text(text)

    return spoil


if __name__ == "__main__":
    head = "fault: planted\nprogram: semg_tests_dsp\n"
    change = "--- a/dev\n+++ b/dev\n@@ -1 +1 @@\n-#!/usr/bin/env bash\n+#!/bin/sh\n"
    main(unsound, {
        "planted.patch: does not apply any more": plant(head + "case: no such case\n" + change.replace("bash", "no such shell")),
        "planted.patch: semg_tests_dsp has no test case `no such case`": plant(head + "case: no such case\n" + change),
        "planted.patch: found no line `case: ...`": plant(head + change),
    })
