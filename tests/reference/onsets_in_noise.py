#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""The labelled bursts of two recordings, with white noise added until they stand 20, 10 and 5 dB above it: how many onsets and offsets lie
within 25 ms of their label, and that no activation overlaps none. The noise has the power that the bursts have between 20 and 450 Hz, less
the level; five seeds each. Exit 77: no real data.

usage: onsets_in_noise.py SEMG REAL_DATA
"""
import csv
import json
import pathlib
import subprocess
import sys
import tempfile

import h5py
import numpy as np
from scipy import signal

SEEDS = range(1, 6)
NEAR_S, WITHIN_S = 0.150, 0.025
# level in dB: least share of onsets, largest median of onsets in ms, least share of offsets, largest median of offsets in ms
ASKED = {20: (0.77, 10, 0.85, 15), 10: (0.57, np.inf, 0.60, 20), 5: (0.38, np.inf, 0.45, np.inf)}


def run(*args):
    subprocess.run([str(a) for a in args], check=True, stderr=subprocess.DEVNULL)


def samples(recording):
    """float64 microvolts of the first channel, and the rate."""
    with h5py.File(recording) as file:
        data = file["/acquisition/emg/data"]
        return data[:, 0] * (data.attrs["conversion"] * 1e6), file["/acquisition/emg/starting_time"].attrs["rate"]


def noisy(x, fs_hz, bursts, level_db, seed):
    sos = signal.butter(2, [20, min(450, 0.45 * fs_hz)], "bandpass", fs=fs_hz, output="sos")
    band = signal.sosfiltfilt(sos, x)
    inside = np.concatenate([band[round(b["on"] * fs_hz) : round(b["off"] * fs_hz)] for b in bursts])
    return x + np.random.default_rng(seed).normal(size=len(x)) * inside.std() * 10 ** (-level_db / 20)


def activations(semg, x, fs_hz, folder):
    with h5py.File(folder / "noisy.h5", "w") as file:
        file["emg"] = x.astype(np.float32)[:, None]
    (folder / "noisy.nwb").unlink(missing_ok=True)
    run(semg, "import", folder / "noisy.h5", "-o", folder / "noisy.nwb", "--dataset", "/emg", "--fs", fs_hz, "--unit", "uV")
    run(semg, "extract", folder / "noisy.nwb", "--csv", folder / "tables")
    with open(folder / "tables/activations.csv", encoding="utf-8") as file:
        return np.array([(float(row["onset_s"]), float(row["offset_s"])) for row in csv.DictReader(file)]).reshape(-1, 2)


def errors(found, labels):
    """Distance of each label to the nearest edge, infinite where that is too far away to be meant."""
    nearest = np.array([np.abs(found - label).min(initial=np.inf) for label in labels])
    return np.where(nearest <= NEAR_S, nearest, np.inf)


def main():
    semg, data = sys.argv[1], pathlib.Path(sys.argv[2])
    if not data.exists():
        print(f"[semg-skip] no real recordings in {data}")
        sys.exit(77)
    labels = json.loads((data / "onset_labels.json").read_text())["records"]
    sources = {"plux_solo": ("plux/emg_1000_hz_16_bits_solo.h5", []), "myonset_L": ("myonset/example_data.bdf", ["--channel", "EXG1-EXG2"])}
    good = True
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        clean = {}
        for record, (source, options) in sources.items():
            run(semg, "import", data / source, "-o", folder / f"{record}.nwb", *options)
            clean[record] = samples(folder / f"{record}.nwb")
        for level_db, (onset_share, onset_ms, offset_share, offset_ms) in ASKED.items():
            onsets, offsets, strangers, minutes = [], [], 0, 0.0
            for record, (x, fs_hz) in clean.items():
                bursts = labels[record]["bursts"]
                on, off = (np.array([b[edge] for b in bursts]) for edge in ("on", "off"))
                for seed in SEEDS:
                    found = activations(semg, noisy(x, fs_hz, bursts, level_db, seed), fs_hz, folder)
                    onsets.append(errors(found[:, 0], on))
                    offsets.append(errors(found[:, 1], off))
                    strangers += sum(not np.any((a < off) & (on < b)) for a, b in found)
                    minutes += len(x) / fs_hz / 60
            on, off = np.concatenate(onsets), np.concatenate(offsets)
            shares = (on <= WITHIN_S).mean(), (off <= WITHIN_S).mean()
            medians = [1000 * np.median(e[np.isfinite(e)]) for e in (on, off)]
            print(
                f"{level_db} dB, {len(on)} bursts: onsets within 25 ms {100 * shares[0]:.1f} %, median {medians[0]:.0f} ms; "
                f"offsets {100 * shares[1]:.1f} %, {medians[1]:.0f} ms; activations without a burst {strangers} in {minutes:.0f} min"
            )
            good &= shares[0] >= onset_share and medians[0] <= onset_ms and shares[1] >= offset_share and medians[1] <= offset_ms
            good &= strangers <= minutes
    sys.exit(0 if good else 1)


main()
