# SPDX-License-Identifier: BSD-3-Clause
"""Each README lists exactly the files it stands beside; no drawer for odds and ends; a file is one idea, of 500 lines at most."""
import re

from planted import main, source_files

TOP = {
    "CMakeLists.txt", "CMakePresets.json", "dev", "README.md", "CHANGELOG.md", "CITATION.cff", "LICENSE",
    "dsp", "io", "engine", "apps", "tests", "bench", "data",
}
DRAWERS = {"util", "utils", "common", "core", "misc", "helpers", "include", "src", "third_party", "scripts"}
MOST_LINES = 500
PROSE = {".md", ".csv", ".html", ".svg", ".json"}
ENTRY = re.compile(r"^- ((?:`[^`]+`(?:, )?)+): \S")  # - `sos.hpp`, `sos.cpp`: what it is


def listed_in(readme):
    names = []
    for line in readme.read_text().splitlines():
        entry = ENTRY.match(line)
        names += re.findall(r"`([^`]+)`", entry[1]) if entry else []
    return names


def expected_in(folder, files, homes):
    """Files under `folder` whose nearest README is that of `folder`, and the sub-folders that have their own."""
    for path in files:
        home = next(parent for parent in path.parents if parent in homes)
        if home == folder and path != folder / "README.md":
            yield path.relative_to(folder).as_posix()
        elif path.name == "README.md" and home != folder and next(p for p in home.parents if p in homes) == folder:
            yield home.relative_to(folder).as_posix() + "/"


def faults_of_readmes(root, files):
    top = sorted({path.parents[-2] for path in files if len(path.parts) > 1 and not path.parts[0].startswith(".")})
    homes = {path.parent for path in files if path.name == "README.md"}
    for folder in top:
        if folder not in homes:
            yield f"{folder}/README.md: found none, expected one line for each file of the folder"
    for folder in sorted(home for home in homes if home.parts):
        inside = [path for path in files if folder in path.parents]
        expected, listed = set(expected_in(folder, inside, homes)), listed_in(root / folder / "README.md")
        for name in sorted(expected - set(listed)):
            yield f"{folder}/README.md: {name} is there, but not listed"
        for name in sorted(set(listed) - expected):
            yield f"{folder}/README.md: {name} is listed, but not there"
        for name in sorted({name for name in listed if listed.count(name) > 1}):
            yield f"{folder}/README.md: {name} is listed twice"


def faults_of_paths(root):
    """The way through the files that README.md shows leads through files that are there."""
    text = (root / "README.md").read_text()
    named = re.findall(r"`((?:dsp|io|engine|apps|tests|bench|data)/[\w./]+)`", text) + re.findall(r"\]\((?!https?:)([^)#]+)\)", text)
    for name in named:
        if not (root / name).exists():
            yield f"README.md: {name} is named, but not there"


def faults(root):
    files = source_files(root)
    for name in sorted({path.parts[0] for path in files} - TOP):
        if not name.startswith("."):
            yield f"{name}: found in the top folder, expected only {' '.join(sorted(TOP))}"
    for folder in sorted({parent for path in files for parent in path.parents}):
        if folder.name in DRAWERS:
            yield f"{folder}: a folder for odds and ends; what is in it belongs to the one folder that uses it"
    for path in files:
        if path.suffix in PROSE or path.parts[0] in ("data", "LICENSE", ".git"):
            continue
        lines = (root / path).read_bytes().count(b"\n")
        if lines > MOST_LINES:
            yield f"{path}: found {lines} lines, expected {MOST_LINES} at most"
    yield from faults_of_paths(root)
    yield from faults_of_readmes(root, files)


def add(path, text):
    def spoil(root):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        with open(root / path, "a") as file:
            file.write(text)

    return spoil


if __name__ == "__main__":
    main(faults, {
        "dsp/README.md: planted.hpp is there, but not listed": add("dsp/planted.hpp", "#pragma once\n"),
        "io/README.md: planted.hpp is listed, but not there": add("io/README.md", "\n- `planted.hpp`: nothing\n"),
        "dsp/README.md: block.hpp is listed twice": add("dsp/README.md", "\n- `block.hpp`: once more\n"),
        "extra/README.md: found none": add("extra/planted.hpp", "#pragma once\n"),
        "extra: found in the top folder": add("extra/planted.hpp", "#pragma once\n"),
        "dsp/util: a folder for odds and ends": add("dsp/util/planted.hpp", "#pragma once\n"),
        "README.md: dsp/planted.hpp is named, but not there": add("README.md", "\n`dsp/planted.hpp`\n"),
        "README.md: data/planted.png is named, but not there": add("README.md", "\n![planted](data/planted.png)\n"),
        "dsp/planted.cpp: found 501 lines": add("dsp/planted.cpp", "\n" * 501),
    })
