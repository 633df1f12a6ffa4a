#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Poles, zeros and gain of SciPy's Chebyshev II, elliptic and Bessel designs, and poles of its notch and comb. With --write they become
the table tests/dsp/filters/scipy_designs.hpp, which the tests of dsp hold the designs against; without, the table that is there must hold what
this SciPy gives, within 1e-12.

usage: scipy_designs.py [--write]
"""
import pathlib
import re
import sys
import textwrap

import numpy as np
from scipy import signal

TABLE = pathlib.Path(__file__).resolve().parent.parent / "dsp" / "filters" / "scipy_designs.hpp"
RATES, ORDERS = (500, 2048, 30000), (1, 2, 5, 8)
DESIGNS = {
    "chebyshev2": lambda order, band, kind, fs: signal.cheby2(order, 40, band, kind, fs=fs, output="zpk"),
    "elliptic": lambda order, band, kind, fs: signal.ellip(order, 1, 40, band, kind, fs=fs, output="zpk"),
    "bessel": lambda order, band, kind, fs: signal.bessel(order, band, kind, fs=fs, output="zpk"),
}
HEAD = """// SPDX-License-Identifier: BSD-3-Clause
// Poles, zeros and gain of designs by SciPy {scipy}, written by tests/reference/scipy_designs.py.
#pragma once

#include <complex>
#include <string>
#include <vector>

namespace semg {{

/// Of each conjugate pair the upper one; zeros at z = 1 and -1 are left out.
struct ScipyDesign {{
  std::string type, kind;
  int order;
  double fs_hz, gain;
  std::vector<std::complex<double>> poles, zeros;
}};

// clang-format off
inline const std::vector<ScipyDesign> kScipyDesigns = {{
"""
TAIL = """};
// clang-format on

}  // namespace semg
"""


def upper(roots):
    roots = [complex(r) for r in roots if abs(r.imag) > 1e-9 or abs(abs(r.real) - 1) > 1e-9]
    return "{" + ", ".join(f"{{{r.real:.17g}, {r.imag if abs(r.imag) > 1e-14 else 0:.17g}}}" for r in roots if r.imag > -1e-14) + "}"


def row(kind, name, order, fs, z, p, k):
    return f'{{"{name}", "{kind}", {order}, {fs}, {k:.17g}, {upper(p)}, {upper(z)}}},'


def rows():
    for name, design in DESIGNS.items():
        for kind in ("low", "high", "band"):
            for order in ORDERS + ((20,) if name == "bessel" else ()):
                for fs in RATES:
                    top = min(450, 0.45 * fs)
                    band = {"low": top, "high": 20, "band": [20, top]}[kind]
                    yield row(kind, name, order, fs, *design(order, band, kind if kind != "band" else "bandpass", fs))
    for fs in RATES:
        b, a = signal.iirnotch(50, 30, fs)
        yield row("", "notch", 2, fs, np.roots(b), np.roots(a), b[0])
    for fs in (500, 2050):
        b, a = signal.iircomb(50, 30, "notch", fs)
        n = len(a) - 1
        turns = np.exp(2j * np.pi * np.arange(n) / n)  # the roots of one: the polynomial's own are known no better than to 1e-13
        yield row("", "comb", n, fs, turns, turns * (-a[-1]) ** (1 / n), b[0])


def numbers(text):
    return np.array([float(n) for n in re.findall(r"(?<![\w.])-?\d+(?:\.\d+)?(?:e-?\d+)?(?![\w.])", text)])


def main():
    import scipy

    body = "\n".join(textwrap.fill(r, 138, initial_indent="  ", subsequent_indent="      ") for r in rows()) + "\n"
    if "--write" in sys.argv:
        TABLE.write_text(HEAD.format(scipy=scipy.__version__) + body + TAIL)
        return 0
    written = numbers(TABLE.read_text().split("clang-format off")[1].split("clang-format on")[0])
    now = numbers(body)
    if written.size != now.size or np.abs(written - now).max() > 1e-12:
        print(f"{TABLE.name}: SciPy {scipy.__version__} gives something else")
        return 1
    print(f"{now.size} numbers of {TABLE.name} within {np.abs(written - now).max():.1e}")
    return 0


sys.exit(main())
