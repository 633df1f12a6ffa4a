#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""What SciPy's sosfilt (primed with the first sample) and sosfiltfilt (primed at both ends, nothing padded) make of one signal. With
--write it becomes the table tests/dsp/filters/scipy_filtering.hpp, which the tests of dsp hold the double entry points against; without,
the table that is there must hold what this SciPy gives, within 1e-9.

usage: scipy_filtering.py [--write]
"""
import pathlib
import re
import sys
import textwrap

import numpy as np
from scipy import signal

TABLE = pathlib.Path(__file__).resolve().parent.parent / "dsp" / "filters" / "scipy_filtering.hpp"
LENGTH, ROWS = 6000, (0, 1, 2, 50, 999, 3000, 5000, 5950, 5999)
HEAD = """// SPDX-License-Identifier: BSD-3-Clause
// One signal through SciPy {scipy}, written by tests/reference/scipy_filtering.py.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <vector>

namespace semg {{

/// x[n] = (7919 n^2 + 104729 n) mod 2003 - 500: whole numbers, exact in float.
inline constexpr std::size_t kScipyLength = 6000;
inline constexpr std::array<std::size_t, 9> kScipyRows = {{0, 1, 2, 50, 999, 3000, 5000, 5950, 5999}};

struct ScipyFiltering {{
  std::string type;
  double fs_hz;
  std::array<double, 9> forward, both;  // at kScipyRows
  double forward_rms, both_rms;
}};

// clang-format off
inline const std::vector<ScipyFiltering> kScipyFiltering = {{
"""
TAIL = """};
// clang-format on

}  // namespace semg
"""


def designs(fs):
    return {
        "butterworth": np.vstack([signal.butter(2, 20, "high", fs=fs, output="sos"), signal.butter(2, 200, "low", fs=fs, output="sos")]),
        "steep": signal.butter(8, 20, "high", fs=fs, output="sos"),
        "chebyshev2": signal.cheby2(5, 40, [10, 220], "band", fs=fs, output="sos"),
        "elliptic": signal.ellip(4, 1, 40, [20, 200], "band", fs=fs, output="sos"),
        "bessel": signal.bessel(5, 100, "low", fs=fs, output="sos"),
    }


def rows():
    n = np.arange(LENGTH, dtype=np.int64)
    x = ((7919 * n * n + 104729 * n) % 2003 - 500).astype(float)
    for fs in (500, 2048, 30000):
        for name, sos in designs(fs).items():
            forward = signal.sosfilt(sos, x, zi=signal.sosfilt_zi(sos) * x[0])[0]
            both = signal.sosfiltfilt(sos, x, padtype=None)
            pick = lambda y: "{" + ", ".join(f"{y[r]:.17g}" for r in ROWS) + "}"
            rms = lambda y: f"{np.sqrt(np.mean(y * y)):.17g}"
            yield f'{{"{name}", {fs}, {pick(forward)}, {pick(both)}, {rms(forward)}, {rms(both)}}},'


def main():
    import scipy

    found = list(rows())
    if "--write" in sys.argv:
        lines = [line for row in found for line in textwrap.wrap(row, 138, initial_indent="  ", subsequent_indent="      ")]
        TABLE.write_text(HEAD.format(scipy=scipy.__version__) + "\n".join(lines) + "\n" + TAIL)
        return 0
    numbers = lambda text: np.array([float(t) for t in re.findall(r"(?<![\w.])-?\d[\d.]*(?:e[+-]\d+)?", text)])
    table = TABLE.read_text()
    stored = numbers(table[table.index("kScipyFiltering = {") : table.index("// clang-format on")].split("\n", 1)[1])
    fresh = numbers("\n".join(found))
    if len(stored) != len(fresh) or not np.allclose(stored, fresh, rtol=1e-9, atol=1e-9):
        print("scipy_filtering.py: the table differs from this SciPy; write it again by --write")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
