#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""RMS, ARV, MDF and MNF of every valid window and every activation again with NumPy and SciPy in double, from nothing but what `semg explain --json` prints
and the recording's values as float32 microvolts. Relative difference below 1e-6, or exit 1. Exit 77: no real data.

usage: scipy_features.py SEMG REAL_DATA
"""
import json
import pathlib
import subprocess
import sys
import tempfile

import h5py
import numpy as np
from scipy import signal

TOLERANCE = 1e-6


def run(*args):
    done = subprocess.run([str(a) for a in args], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, args))}: exit {done.returncode}: {done.stderr}")
    return done.stdout


def samples(recording):
    """[rows x channels] float32 microvolts: count times conversion, rounded once."""
    with h5py.File(recording) as file:
        data = file["/acquisition/emg/data"]
        scale = data.attrs["conversion"] * (1e6 if data.attrs["unit"] in ("volts", b"volts") else 1.0)
        return (data[:].astype(np.float64) * scale).astype(np.float32)


def filtered(x, chain):
    """The filter, once or both ways, each pass started as if its first sample had been there for ever."""
    sos = np.array(chain["sos"])
    assert chain["priming"] == "first_sample"
    if chain["passes"] == "forward_backward":
        return signal.sosfiltfilt(sos, x.astype(float), axis=0, padtype=None)
    assert chain["passes"] == "forward"
    start = signal.sosfilt_zi(sos)[:, :, None] * x[0].astype(float)[None, None, :]
    return signal.sosfilt(sos, x.astype(float), axis=0, zi=start)[0]


def frequencies(window, chain):
    """MDF and MNF of one window of one channel by Welch's method."""
    spec = chain["spectrum"]
    assert spec["taper"] == "hann_periodic" and spec["detrend"] == "constant" and spec["mdf"] == "edge_interpolated"
    f, p = signal.welch(window, chain["fs_hz"], window="hann", nperseg=spec["segment_rows"], noverlap=spec["overlap_rows"], detrend="constant")
    f, p = f[spec["first_bin"] : spec["last_bin"] + 1], p[spec["first_bin"] : spec["last_bin"] + 1]
    width = f[1] - f[0]
    reached = np.cumsum(p)
    k = np.searchsorted(reached, reached[-1] / 2)
    below = reached[k] - p[k]
    return f[k] - width / 2 + width * (reached[-1] / 2 - below) / p[k], (f * p).sum() / p.sum()


def relative(found, expected):
    """Infinite where there is no value: a NaN must not pass for agreement."""
    return abs(found - expected) / abs(expected) if np.isfinite(found) else np.inf


def worst(recording, features, semg):
    chain = json.loads(run(semg, "explain", features, "--json"))
    z = filtered(samples(recording), chain)
    difference, windows = 0.0, 0
    with h5py.File(features) as file:
        for kind, first, second in (("amplitude", "rms", "arv"), ("spectrum", "mdf", "mnf")):
            group = file[f"/windows/{kind}"]
            for w, (row, rows) in enumerate(zip(group["first_row"][:], group["rows"][:])):
                for c in range(z.shape[1]):
                    if group["reason"][w, c] != 0:
                        continue
                    x = z[row : row + rows, c]
                    expected = (np.sqrt(np.mean(x**2)), np.mean(np.abs(x))) if kind == "amplitude" else frequencies(x, chain)
                    for name, value in zip((first, second), expected):
                        difference = max(difference, relative(group[name][w, c], value))
                    windows += 1
        activations = {name: data[:] for name, data in file["/activations"].items()}
        rest_power = file["/channels/rest_power"][:]
    return max(difference, worst_activation(activations, rest_power, z, chain)), windows, len(activations["channel"])


def worst_activation(activations, rest_power, z, chain):
    difference = 0.0
    for k, c in enumerate(activations["channel"]):
        x = z[activations["onset_row"][k] : activations["offset_row"][k], c]
        expected = {}
        if activations["amplitude_reason"][k] == 0:
            power = np.mean(x**2)
            expected |= {"rms": np.sqrt(power), "arv": np.mean(np.abs(x)), "iemg": np.sum(np.abs(x)) / chain["fs_hz"], "peak": np.abs(x).max()}
            if power > rest_power[c]:
                expected["snr_db"] = 10 * np.log10((power - rest_power[c]) / rest_power[c])
        if activations["spectrum_reason"][k] == 0:
            expected["mdf_hz"], expected["mnf_hz"] = frequencies(x, chain)
        for name, value in expected.items():
            difference = max(difference, relative(activations[name][k], value))
    return difference


def main():
    semg, data = sys.argv[1], pathlib.Path(sys.argv[2])
    if not data.exists():
        print(f"[semg-skip] no real recordings in {data}")
        sys.exit(77)
    sources = [
        (data / "uci_lower_limb/5Nmar.txt", ["--fs", 1000, "--channel", "RF", "--channel", "BF", "--channel", "VM", "--channel", "ST"]),
        (data / "uci_lower_limb/3Amar.txt", ["--fs", 1000, "--channel", "#1", "--channel", "#2", "--channel", "#3", "--channel", "#4"]),
        (data / "myonset/example_data.bdf", ["--channel", "EXG1-EXG2", "--channel", "EXG3-EXG4", "--channel", "EXG1"]),
        (data / "myonset/example_data.edf", ["--channel", "EXG1-EXG2", "--channel", "EXG3-EXG4", "--channel", "EXG1"]),
    ]
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        for number, (source, options) in enumerate(sources):
            recording = pathlib.Path(folder) / f"r{number}.nwb"
            features = recording.with_suffix(".features.h5")
            run(semg, "import", source, "-o", recording, *options)
            for passes in ("forward", "forward_backward"):
                analysis = pathlib.Path(folder) / "analysis.toml"
                analysis.write_text(f'[filter]\npasses = "{passes}"\n')
                run(semg, "extract", recording, "--analysis", analysis)
                difference, windows, activations = worst(recording, features, semg)
                print(f"{source.name}, {passes}: {windows} valid windows, {activations} activations, largest relative difference {difference:.2e}")
                failed |= not (difference < TOLERANCE and windows > 50)
    sys.exit(1 if failed else 0)


main()
