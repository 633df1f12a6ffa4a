#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""What NumPy and SciPy give for spectra, tapers, percentiles and straight lines of made-up numbers. With --write it becomes the table
tests/dsp/scipy_measures.hpp, which the tests hold our own functions against; without, the table that is there must hold what this SciPy
gives, within 1e-9 of each value.

usage: scipy_measures.py [--write]
"""
import pathlib
import re
import sys
import textwrap

import numpy as np
import scipy
from scipy import signal, stats

TABLE = pathlib.Path(__file__).resolve().parent.parent / "dsp" / "scipy_measures.hpp"
HEAD = """// SPDX-License-Identifier: BSD-3-Clause
// Spectra, tapers, percentiles and straight lines by NumPy {numpy} and SciPy {scipy}, written by tests/reference/scipy_measures.py.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace semg {{

/// Numbers the script makes too: [rows] between -100 and 100, the first one from `seed`.
inline std::vector<float> made_up(std::size_t rows, std::uint32_t seed) {{
  std::vector<float> x;
  for (std::uint32_t state = seed; x.size() < rows;) {{
    state = state * 1664525U + 1013904223U;
    x.push_back(static_cast<float>(200.0 * (state / 4294967296.0 - 0.5)));
  }}
  return x;
}}

/// Every `every`-th number of taper `taper`, from the first on.
struct ScipyTaper {{
  std::size_t rows;
  double time_bandwidth;
  std::size_t taper, every;
  std::vector<double> values;
}};
/// Density of made_up(rows, rows) at 2000 Hz, every `every`-th bin; frequencies in Hz within low_hz..high_hz.
struct ScipyDensity {{
  std::string method;
  std::size_t rows, every;
  std::vector<double> values;
  double low_hz, high_hz, medfreq, meanfreq;
}};
/// y = made_up(t.size(), seed) + 3 t, but where `tied` its fortieth part, rounded to whole numbers, and nothing added.
struct ScipyLine {{
  std::vector<double> t;
  std::uint32_t seed;
  bool tied;
  double slope, intercept, slope_error, intercept_error, r_squared;  // scipy.stats.linregress
  double theil_sen, theil_sen_intercept, low, high;                  // scipy.stats.theilslopes, 95 %
}};
/// numpy.percentile of made_up(rows, rows).
struct NumpyPercentiles {{
  std::size_t rows;
  double p10, p50, p90;
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


def tapers():
    for rows, bandwidth, count, every in ((16, 2.5, 4, 1), (251, 2.5, 4, 10), (250, 4, 7, 25), (2000, 2.5, 4, 125)):
        for k, taper in enumerate(signal.windows.dpss(rows, bandwidth, count)):
            yield f"{{{rows}, {bandwidth}, {k}, {every}, {text(taper[::every])}}},"


def multitaper(x, fs):
    x = x - x.mean()
    each = [signal.periodogram(x, fs, window=w, detrend=False)[1] for w in signal.windows.dpss(x.size, 2.5, 4)]
    return np.fft.rfftfreq(x.size, 1 / fs), np.mean(each, axis=0)


METHODS = {
    "periodogram": lambda x, fs: signal.periodogram(x, fs, detrend="constant"),
    "multitaper": multitaper,
    "welch": lambda x, fs: signal.welch(x, fs, "hann", 250, 125, detrend="constant"),
}


def medfreq(f, p, low, high):
    """By the running sum of power at the middles between frequencies, its ends at the first and the last frequency."""
    edges = np.concatenate([f[:1], (f[1:] + f[:-1]) / 2, f[-1:]])
    power = np.concatenate([[0], np.cumsum(p)])
    return np.interp((np.interp(low, edges, power) + np.interp(high, edges, power)) / 2, power, edges)


def densities():
    for method, density in METHODS.items():
        for rows in (1000, 1001):
            f, p = density(made_up(rows, rows), 2000.0)
            for low, high in ((20, 450), (33.3, 401.7)):
                inside = (low <= f) & (f <= high)
                meanfreq = (f * p)[inside].sum() / p[inside].sum()
                values = p[::25] if low == 20 else []
                yield f'{{"{method}", {rows}, 25, {text(values)}, {low}, {high}, {medfreq(f, p, low, high):.17g}, {meanfreq:.17g}}},'


def lines():
    for t, seed, tied in ((np.arange(5), 1, False), (np.arange(30), 2, False), (np.cumsum(1 + np.arange(13) % 3), 3, False),
                          (np.arange(24) // 6, 4, False), (np.arange(40), 5, True)):
        t = t.astype(float)
        y = made_up(t.size, seed)
        y = np.round(y / 40) if tied else y + 3 * t
        fit = stats.linregress(t, y)
        robust = stats.theilslopes(y, t, 0.95)
        numbers = (fit.slope, fit.intercept, fit.stderr, fit.intercept_stderr, fit.rvalue**2,
                   robust.slope, robust.intercept, robust.low_slope, robust.high_slope)
        yield f"{{{text(t)}, {seed}, {str(tied).lower()}, " + text(numbers)[1:] + ","


def percentiles():
    for rows in (1, 2, 10, 997):
        yield f"{{{rows}, " + text(np.percentile(made_up(rows, rows), [10, 50, 90]))[1:] + ","


TABLES = {
    "ScipyTaper> kScipyTapers": tapers,
    "ScipyDensity> kScipyDensities": densities,
    "ScipyLine> kScipyLines": lines,
    "NumpyPercentiles> kNumpyPercentiles": percentiles,
}


def body():
    for name, rows in TABLES.items():
        wrapped = [textwrap.fill(row, 138, initial_indent="  ", subsequent_indent="      ") for row in rows()]
        yield f"inline const std::vector<{name} = {{\n" + "\n".join(wrapped) + "\n};\n"


def numbers(table):
    return np.array([float(n) for n in re.findall(r"(?<![\w.])-?\d+(?:\.\d+)?(?:e[-+]?\d+)?(?![\w.])", table)])


def main():
    table = "".join(body())
    if "--write" in sys.argv:
        TABLE.write_text(HEAD.format(numpy=np.__version__, scipy=scipy.__version__) + table + TAIL)
        return 0
    written = numbers(TABLE.read_text().split("clang-format off")[1].split("clang-format on")[0])
    now = numbers(table)
    if written.size != now.size or not np.allclose(written, now, rtol=1e-9, atol=1e-9):
        print(f"{TABLE.name}: NumPy {np.__version__} and SciPy {scipy.__version__} give something else")
        return 1
    print(f"{now.size} numbers of {TABLE.name} within {np.abs(written - now).max():.1e}")
    return 0


sys.exit(main())
