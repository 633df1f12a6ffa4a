#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Where made-up powers change, and between which bins, by the densities of SciPy's gamma distribution. With --write it becomes the table
tests/dsp/activation/scipy_change_points.hpp, which the tests hold our own function against; without, the table that is there must hold
what this SciPy gives, within 1e-9 of each value.

usage: scipy_change_points.py [--write]
"""
import pathlib
import re
import sys

import numpy as np
import scipy
from scipy import stats

TABLE = pathlib.Path(__file__).resolve().parent.parent / "dsp" / "activation" / "scipy_change_points.hpp"
LEAST_BINS = 5
HEAD = """// SPDX-License-Identifier: BSD-3-Clause
// Changes of power by SciPy {scipy}, written by tests/reference/scipy_change_points.py.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace semg {{

/// made_up(bins, seed) squared, from bin `at` on `ratio` times as much: first bin of the higher power, and a 95 % interval.
struct ScipyChangePoint {{
  std::size_t bins;
  std::uint32_t seed;
  std::size_t at;
  double ratio;
  std::size_t bin;
  double low, high;
}};

// clang-format off
"""


def made_up(rows, seed):
    x, state = [], seed
    while len(x) < rows:
        state = (state * 1664525 + 1013904223) % 2**32
        x.append(200.0 * (state / 2**32 - 0.5))
    return np.array(x).astype(np.float32).astype(float)


def log_density(power, shape):
    """Of gamma distributed powers of this shape, whose mean is the greatest likelihood's."""
    return stats.gamma(shape, scale=power.mean() / shape).logpdf(power).sum()


def change_point(power):
    n = len(power)
    places = [k for k in range(LEAST_BINS, n - LEAST_BINS + 1) if power[k:].mean() > power[:k].mean()]
    best = max(places, key=lambda k: log_density(power[:k], 0.4) + log_density(power[k:], 0.4))
    shape = 0.30 + 0.05 * np.log10(power[best:].mean() / power[:best].mean())
    logs = np.array([log_density(power[:k], shape) + log_density(power[k:], shape) for k in places])
    mass = np.zeros(n)
    mass[places] = np.exp(logs - logs.max())
    low, high = np.interp([0.025, 0.975], np.r_[0, np.cumsum(mass / mass.sum())], np.arange(n + 1))
    return best, low, high


def rows():
    for bins, seed, at, ratio in ((200, 1, 100, 100), (200, 2, 100, 5), (120, 3, 30, 10), (600, 4, 100, 1000), (60, 5, 40, 2), (40, 6, 20, 30)):
        power = made_up(bins, seed) ** 2
        power[at:] *= ratio
        best, low, high = change_point(power)
        yield f"{{{bins}, {seed}, {at}, {ratio}, {best}, {low:.17g}, {high:.17g}}}"


def main():
    table = HEAD.format(scipy=scipy.__version__)
    table += "inline const std::vector<ScipyChangePoint> kScipyChangePoints = {\n    " + ",\n    ".join(rows()) + "};\n"
    table += "// clang-format on\n\n}  // namespace semg\n"
    if "--write" in sys.argv:
        TABLE.write_text(table)
        return
    number = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?:e[-+]?\d+)?")
    ours, theirs = (np.array([float(x) for x in number.findall(text[text.index("kScipyChangePoints") :])]) for text in (TABLE.read_text(), table))
    sys.exit(0 if ours.shape == theirs.shape and np.allclose(ours, theirs, rtol=1e-9, atol=0) else 1)


main()
