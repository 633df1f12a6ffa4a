#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""The same work by NumPy and SciPy in the same run: how many times faster is semg, on one core, in processor time?

usage: peers.py FOLDER_OF_BUILD [ROUNDS]

One recording of 32 channels x 125 s at 2048 Hz is simulated; each round times semg, then its peer. The peer is vectorised and in double,
holds the whole recording in memory, reads it once, knows activations by one threshold, and watches no quality: less is asked of it.
It must find semg's RMS, ARV, MDF and MNF, or this exits with 1.
"""
import json
import pathlib
import resource
import statistics
import subprocess
import sys
import tempfile
import time

import h5py
import numpy as np
import scipy
from numpy.lib.stride_tricks import sliding_window_view
from scipy import fft, signal

SIMULATED = ["--fs", "2048", "--channels", "32", "--repetitions", "20"]
ROUNDS = int(sys.argv[2]) if len(sys.argv) > 2 else 5
PIECE = 2048
TOLERANCE = 1e-6


def run(*command):
    return subprocess.run([str(word) for word in command], check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout


def read(recording):
    """[rows x channels] float32 microvolts."""
    with h5py.File(recording) as file:
        data = file["/acquisition/emg/data"]
        return (data[:] * (data.attrs["conversion"] * 1e6)).astype(np.float32)


def conditioned(x, chain):
    """[channels x rows], started as if the first sample had been there for ever; piece by piece, to stay in the cache."""
    sos = np.array(chain["sos"])
    state = signal.sosfilt_zi(sos)[:, None, :] * x[0].astype(float)[None, :, None]
    z = np.empty(x.shape[::-1])
    for at in range(0, len(x), PIECE):
        z[:, at : at + PIECE], state = signal.sosfilt(sos, x[at : at + PIECE].T.astype(float, order="C"), zi=state)
    return z


def windows(z, chain):
    """RMS and ARV, [windows x channels]."""
    rows, hop = chain["window_rows"], chain["hop_rows"]
    found = []
    for channel in z:
        x, sizes = (sliding_window_view(values, rows)[::hop] for values in (channel, np.abs(channel)))
        found.append((np.sqrt(np.einsum("wn,wn->w", x, x) / rows), sizes.mean(axis=-1)))
    return tuple(np.array(values).T for values in zip(*found))


def frequencies(z, chain):
    """MDF and MNF, [windows x channels], by Welch's method."""
    rows, hop, segment = chain["window_rows"], chain["hop_rows"], chain["segment_rows"]
    first, last = chain["first_bin"], chain["last_bin"]
    taper = signal.get_window("hann", segment)
    width = chain["band_hz_per_bin"]
    f = width * np.arange(first, last + 1)
    found = []
    for channel in z:
        x = sliding_window_view(sliding_window_view(channel, rows)[::hop], segment, axis=-1)[:, :: segment - chain["overlap_rows"]]
        half = fft.rfft((x - x.mean(axis=-1, keepdims=True)) * taper)[..., first : last + 1]
        p = (half.real**2 + half.imag**2).sum(axis=1)
        reached = p.cumsum(axis=-1)
        middle = reached[:, -1:] / 2
        k = (reached < middle).sum(axis=-1)
        at = np.arange(len(k)), k
        mdf = f[k] - width / 2 + width * (middle[:, 0] - reached[at] + p[at]) / p[at]
        found.append((mdf, (f * p).sum(axis=-1) / reached[:, -1]))
    return tuple(np.array(values).T for values in zip(*found))


def activations(z, fs_hz):
    """Rows above the mean and three standard deviations of the first 4 s, in the 50 Hz envelope: the usual few lines."""
    envelope = signal.sosfilt(signal.butter(2, 50, fs=fs_hz, output="sos"), np.abs(z))
    rest = envelope[:, : int(4 * fs_hz)]
    above = envelope > rest.mean(axis=-1, keepdims=True) + 3 * rest.std(axis=-1, keepdims=True)
    return np.nonzero(np.diff(above, axis=-1))


def file_to_features(recording, features, chain):
    z = conditioned(read(recording), chain)
    found = dict(zip(("rms", "arv"), windows(z, chain["amplitude"]))) | dict(zip(("mdf", "mnf"), frequencies(z, chain["spectrum"])))
    with h5py.File(features, "w") as file:
        for name, values in (found | {"activations": np.array(activations(z, chain["fs_hz"]))}).items():
            file[name] = values.astype(np.float32) if name != "activations" else values
    return found


def largest_difference(found, features):
    """Relative, over all windows that semg calls valid."""
    largest = 0.0
    with h5py.File(features) as file:
        for name, values in found.items():
            group = file["/windows/amplitude" if name in ("rms", "arv") else "/windows/spectrum"]
            valid = group["reason"][:] == 0
            assert valid.sum() > 100 and valid.shape == values.shape, name
            largest = max(largest, np.max(np.abs(group[name][:][valid] / values[valid] - 1)))
    return largest


def seconds_of(work, *arguments):
    start = time.process_time()
    work(*arguments)
    return time.process_time() - start


def seconds_of_child(*command):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run(*command)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def samples_per_second(bench):
    words = run(bench, "--benchmark_filter=/channels:32$", "--benchmark_min_time=0.3", "--benchmark_format=json")
    return json.loads(words)["benchmarks"][0]["items_per_second"]


def main():
    build = pathlib.Path(sys.argv[1])
    semg = build / "semg"
    with tempfile.TemporaryDirectory() as folder:
        recording, features, theirs = (pathlib.Path(folder) / name for name in ("sim.nwb", "sim.features.h5", "peer.h5"))
        run(semg, "simulate", "recording", "-o", recording, *SIMULATED)
        run(semg, "extract", recording, "-o", features)
        chain = json.loads(run(semg, "explain", features, "--json"))
        chain["spectrum"]["band_hz_per_bin"] = chain["fs_hz"] / chain["spectrum"]["segment_rows"]
        difference = largest_difference(file_to_features(recording, theirs, chain), features)
        if not difference < TOLERANCE:
            sys.exit(f"peers: semg and SciPy differ by {difference:.1e} relative, expected less than {TOLERANCE:.0e}")

        x = read(recording)
        z = conditioned(x, chain)
        stages = {
            "recording_reader": (read, recording),
            "sos_filter": (conditioned, x, chain),
            "amplitude": (windows, z, chain["amplitude"]),
            "welch_spectrum": (frequencies, z, chain["spectrum"]),
        }
        speeds = {name: [] for name in (*stages, "file_to_features")}
        for _ in range(ROUNDS):
            for name, work in stages.items():
                speeds[name].append((samples_per_second(build / "bench" / f"bench_{name}"), x.size / seconds_of(*work)))
            mine = seconds_of_child(semg, "extract", recording, "-o", features, "--progress", "none")
            speeds["file_to_features"].append((x.size / mine, x.size / seconds_of(file_to_features, recording, theirs, chain)))

    print(f"\nbeside NumPy {np.__version__} and SciPy {scipy.__version__}, largest difference {difference:.0e};")
    print("millions of samples x channels a second of one core")
    print(f"{'':18}{'semg':>8}{'SciPy':>8}{'ratio':>8}   lowest-highest of {ROUNDS} rounds")
    for name, rounds in speeds.items():
        ratios = sorted(mine / peer for mine, peer in rounds)
        mine, peer = (statistics.median(speed) / 1e6 for speed in zip(*rounds))
        print(f"{name:18}{mine:8.1f}{peer:8.1f}{statistics.median(ratios):8.1f}   {ratios[0]:.1f}-{ratios[-1]:.1f}")


main()
