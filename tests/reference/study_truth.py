# SPDX-License-Identifier: BSD-3-Clause
"""Simulated studies against their truth: intervals hold the true change at their rate, and of nothing hardly anything is called a change.

study_truth.py SEMG REAL_DATA [STUDIES [PARTICIPANTS]]

within_ci is about what the days really held, electrodes and day included: truth.csv's `change`. The limit of day-to-day variation is about
the treatment's part alone, its `effect`. Counts of dependent cells do not scatter like independent ones, so rates are told with the standard
error over studies and judged with room for it.
"""
import csv
import math
import pathlib
import subprocess
import sys
import tempfile

KEYS = ("participant_id", "task", "muscle", "side", "feature", "view", "visit_to")


def rows_of(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def run(*words):
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, words))}: exit code {done.returncode}\n{done.stdout}")


def study(semg, seed, participants, effect):
    """Changes of one study with their truth, told ones only."""
    with tempfile.TemporaryDirectory() as folder:
        place = pathlib.Path(folder)
        run(semg, "simulate", "study", "-o", place / "study", "--seed", str(seed), "--participants", str(participants), "--effect", str(effect),
            "--faults", "off", "--progress", "none")
        run(semg, "compare", place / "study/study.toml", "-o", place / "out", "--progress", "none")
        truth = {tuple(row[k] for k in KEYS): row for row in rows_of(place / "study/truth.csv")}
        changes = rows_of(place / "out/changes.csv")
        missing = [key for row in changes if (key := tuple(row[k] for k in KEYS)) not in truth]
        if missing or len(truth) != len(changes):
            sys.exit(f"truth.csv has {len(truth)} rows, changes.csv {len(changes)}; not in truth: {missing[:3]}")
        return [(row, truth[tuple(row[k] for k in KEYS)]) for row in changes if row["change"]]


class Rate:
    def __init__(self):
        self.studies = []

    def add(self, hits):
        if hits:
            self.studies.append(sum(hits) / len(hits))

    def mean(self):
        return sum(self.studies) / len(self.studies)

    def error(self):
        n = len(self.studies)
        if n < 2:
            return float("nan")
        return math.sqrt(sum((x - self.mean()) ** 2 for x in self.studies) / (n - 1) / n)

    def __str__(self):
        return f"{100 * self.mean():5.1f} % +- {100 * self.error():.1f}"


def main():
    semg = pathlib.Path(sys.argv[1]).resolve()
    studies = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    participants = int(sys.argv[4]) if len(sys.argv) > 4 else 6
    within, limit, called = {}, {}, {}
    for seed in range(1, studies + 1):
        by_kind = {}
        for row, true in study(semg, seed, participants, 1):
            kind = (row["feature"], row["view"])
            inside = by_kind.setdefault(kind, ([], []))
            if row["within_ci_low"]:
                inside[0].append(float(row["within_ci_low"]) <= float(true["change"]) <= float(row["within_ci_high"]))
            if row["mdc_high"]:
                inside[1].append(abs(float(row["change"]) - float(true["effect"])) <= float(row["mdc_high"]))
        for kind, (a, b) in by_kind.items():
            within.setdefault(kind, Rate()).add(a)
            limit.setdefault(kind, Rate()).add(b)
        within.setdefault("all", Rate()).add([x for a, _ in by_kind.values() for x in a])
        limit.setdefault("all", Rate()).add([x for _, b in by_kind.values() for x in b])
        nothing = {}
        for row, _ in study(semg, 1000 + seed, participants, 0):
            nothing.setdefault((row["feature"], row["view"]), []).append(row["verdict"] in ("increase", "decrease"))
        for kind, hits in nothing.items():
            called.setdefault(kind, Rate()).add(hits)
        called.setdefault("all", Rate()).add([x for hits in nothing.values() for x in hits])
    print(f"{studies} studies of {participants} participants; rate +- standard error over studies")
    print(f"{'feature, view':32} {'truth in within_ci':>22} {'effect in limit':>20} {'called of nothing':>20}")
    for kind in within:
        name = kind if isinstance(kind, str) else ", ".join(kind)
        print(f"{name:32} {within[kind]!s:>22} {limit[kind]!s:>20} {called[kind]!s:>20}")
    faults = []
    if not 0.90 <= within["all"].mean() <= 0.985:
        faults.append("within_ci: expected about 95 %")
    if limit["all"].mean() < 0.90:
        faults.append("limit of day-to-day variation: expected about 95 %")
    if called["all"].mean() > 0.05 + (0.05 if studies < 10 else 2 * called["all"].error()):
        faults.append("called of nothing: expected 5 % or less")
    print("\n".join(faults))
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
