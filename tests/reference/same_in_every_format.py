#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""The same recording as BDF and as EDF gives the same features: RMS within 1 %, MDF within 0.5 Hz in every window above 20 uV; and the
electrode offset of tens of millivolts leaves no trace in the first valid window. Exit 77: no real data.

usage: same_in_every_format.py SEMG REAL_DATA
"""
import pathlib
import subprocess
import sys
import tempfile

import h5py
import numpy as np

CHANNELS = ["EXG1-EXG2", "EXG3-EXG4", "EXG1"]


def features(semg, source, folder):
    recording = pathlib.Path(folder) / (source.suffix[1:] + ".nwb")
    named = [word for channel in CHANNELS for word in ("--channel", channel)]
    for command in (["import", source, "-o", recording, *named], ["extract", recording]):
        subprocess.run([semg, *map(str, command)], check=True, stderr=subprocess.DEVNULL)
    with h5py.File(recording.with_suffix(".features.h5")) as file:
        return {kind: {name: file[f"/windows/{kind}/{name}"][:] for name in file[f"/windows/{kind}"]} for kind in ("amplitude", "spectrum")}


def main():
    semg, data = sys.argv[1], pathlib.Path(sys.argv[2])
    if not data.exists():
        print(f"[semg-skip] no real recordings in {data}")
        sys.exit(77)
    with tempfile.TemporaryDirectory() as folder:
        bdf = features(semg, data / "myonset/example_data.bdf", folder)
        edf = features(semg, data / "myonset/example_data.edf", folder)
    a, b = bdf["amplitude"], edf["amplitude"]
    both = (a["reason"] == 0) & (b["reason"] == 0) & (a["rms"] > 20)
    rms = np.abs(a["rms"] / b["rms"] - 1)[both].max()
    s, t = bdf["spectrum"], edf["spectrum"]
    both_s = (s["reason"] == 0) & (t["reason"] == 0)
    for w, c in zip(*np.nonzero(both_s)):  # windows above 20 uV: those whose amplitude windows are
        inside = (a["first_row"] >= s["first_row"][w]) & (a["first_row"] + a["rows"] <= s["first_row"][w] + s["rows"][w])
        both_s[w, c] = np.sqrt(np.mean(a["rms"][inside, c].astype(float) ** 2)) > 20
    mdf = np.abs(s["mdf"] - t["mdf"])[both_s].max()
    first = [a["rms"][np.nonzero(a["reason"][:, c] == 0)[0][0], c] for c in range(len(CHANNELS))]
    typical = [np.nanmedian(a["rms"][:, c]) for c in range(len(CHANNELS))]
    print(f"{both.sum()} amplitude windows: RMS within {100 * rms:.3f} %; {both_s.sum()} spectra: MDF within {mdf:.3f} Hz")
    print("first valid window against the median window, uV:", [f"{x:.3g} / {m:.3g}" for x, m in zip(first, typical)])
    good = rms < 0.01 and mdf < 0.5 and both.sum() > 20 and both_s.sum() > 5 and all(x < 5 * m for x, m in zip(first, typical))
    sys.exit(0 if good else 1)


main()
