#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""What SciPy gives for coherence and lag of made-up signals. With --write it becomes the table tests/dsp/muscles/scipy_between_muscles.hpp,
which the tests hold our own functions against; without, the table that is there must hold what this SciPy gives, within 1e-9.

usage: scipy_between_muscles.py [--write]
"""
import pathlib
import re
import sys
import textwrap

import numpy as np
import scipy
from scipy import signal

TABLE = pathlib.Path(__file__).resolve().parent.parent / "dsp" / "muscles" / "scipy_between_muscles.hpp"
HEAD = """// SPDX-License-Identifier: BSD-3-Clause
// Coherence and lag by SciPy {scipy}, written by tests/reference/scipy_between_muscles.py.
#pragma once

#include <cstddef>
#include <vector>

namespace semg {{

/// signal.coherence of x = made_up(rows, 1) and y = made_up(rows, 2) + half of x a row before, at 1000 Hz, Hann, no overlap; every
/// `every`-th bin from the first on.
struct ScipyCoherence {{
  std::size_t rows, segment_rows, every;
  std::vector<double> values;
}};
/// Largest correlation of x = 50-row means of |made_up(rows + 99, 3)| from row 50 on and y = 0.7 of x `shift` rows before + 50-row means of
/// |made_up(rows, 4)| over 2, by signal.correlate; the parabola through it and its neighbours.
struct ScipyLag {{
  std::size_t rows;
  int shift;
  double lag_rows, correlation;
}};

// clang-format off
"""
TAIL = """// clang-format on

}  // namespace semg
"""


def made_up(rows, seed):
    x, state = [], seed
    while len(x) < rows:
        state = (state * 1664525 + 1013904223) % 2**32
        x.append(200.0 * (state / 2**32 - 0.5))
    return np.array(x).astype(np.float32).astype(float)


def text(numbers):
    return "{" + ", ".join(f"{n:.17g}" for n in numbers) + "}"


def coherences():
    for rows, segment, every in ((5000, 500, 10), (12800, 256, 4), (3003, 1001, 20)):
        x = made_up(rows, 1)
        y = (made_up(rows, 2) + 0.5 * np.concatenate([[0], x[:-1]])).astype(np.float32).astype(float)
        _, c = signal.coherence(x, y, 1000.0, "hann", segment, 0, detrend="constant")
        yield f"{{{rows}, {segment}, {every}, {text(c[::every])}}},"


def means_of_50(x):
    return np.convolve(np.abs(x), np.ones(50) / 50, "valid")


def lags():
    rows, most = 1500, 200
    whole = means_of_50(made_up(rows + 99 + 49, 3))
    own = means_of_50(made_up(rows + 49, 4))
    for shift in (0, 13, -37):
        x = whole[50:50 + rows].astype(np.float32).astype(float)
        y = (0.7 * whole[50 - shift:50 - shift + rows] + 0.5 * own).astype(np.float32).astype(float)
        product = signal.correlate(y, x, "full", "direct")
        by_lag = []
        for k in range(-most, most + 1):
            a, b = (x[:rows - k], y[k:]) if k >= 0 else (x[-k:], y[:rows + k])
            centred = product[rows - 1 + k] - a.sum() * b.sum() / a.size
            by_lag.append(centred / (a.size * a.std() * b.std()))
        p = int(np.argmax(by_lag))
        parabola = np.polyfit([-1, 0, 1], by_lag[p - 1:p + 2], 2)
        yield f"{{{rows}, {shift}, {p - most - parabola[1] / (2 * parabola[0]):.17g}, {by_lag[p]:.17g}}},"


TABLES = {"ScipyCoherence> kScipyCoherences": coherences, "ScipyLag> kScipyLags": lags}


def body():
    for name, rows in TABLES.items():
        wrapped = [textwrap.fill(row, 138, initial_indent="  ", subsequent_indent="      ") for row in rows()]
        yield f"inline const std::vector<{name} = {{\n" + "\n".join(wrapped) + "\n};\n"


def numbers(table):
    return np.array([float(n) for n in re.findall(r"(?<![\w.])-?\d+(?:\.\d+)?(?:e[-+]?\d+)?(?![\w.])", table)])


def main():
    table = "".join(body())
    if "--write" in sys.argv:
        TABLE.write_text(HEAD.format(scipy=scipy.__version__) + table + TAIL)
        return 0
    written = numbers(TABLE.read_text().split("clang-format off")[1].split("clang-format on")[0])
    now = numbers(table)
    if written.size != now.size or not np.allclose(written, now, rtol=1e-9, atol=1e-9):
        print(f"{TABLE.name}: SciPy {scipy.__version__} gives something else")
        return 1
    print(f"{now.size} numbers of {TABLE.name} within {np.abs(written - now).max():.1e}")
    return 0


sys.exit(main())
