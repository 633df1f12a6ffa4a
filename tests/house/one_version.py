# SPDX-License-Identifier: BSD-3-Clause
"""The version reads the same wherever it stands, and a released one has its heading in the changelog."""
import re

from planted import main

PLACES = {
    "CMakeLists.txt": r"project\(semg VERSION (\S+)",
    "dsp/version.hpp": r'kVersion = "([^"]+)"',
    "CITATION.cff": r"^version: (\S+)$",
}


def faults(root):
    found = {}
    for place, pattern in PLACES.items():
        match = re.search(pattern, (root / place).read_text(), re.MULTILINE)
        if not match:
            yield f"{place}: found no version"
            continue
        found[place] = match[1]
    if len(set(found.values())) > 1:
        yield "versions differ: " + ", ".join(f"{place} has {version}" for place, version in found.items())
    changelog = (root / "CHANGELOG.md").read_text()
    for heading in ("## [Unreleased]", "### Results that change"):
        if heading not in changelog:
            yield f"CHANGELOG.md: found no heading '{heading}'"


def change(path, old, new):
    def spoil(root):
        text = (root / path).read_text()
        (root / path).write_text(re.sub(old, new, text, flags=re.MULTILINE))

    return spoil


if __name__ == "__main__":
    main(faults, {
        "versions differ": change("CITATION.cff", r"^version: .*", "version: 9.9.9"),
        "dsp/version.hpp: found no version": change("dsp/version.hpp", "kVersion", "kOther"),
        "'### Results that change'": change("CHANGELOG.md", "Results that change", "Changed"),
    })
