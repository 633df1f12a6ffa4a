# SPDX-License-Identifier: BSD-3-Clause
"""A check of the tree that is checked itself: each planted fault must be found in a copy of the tree, or the check is worth nothing."""
import os
import pathlib
import shutil
import sys
import tempfile


def source_files(root):
    """Every file of the tree that is somebody's work, as paths relative to `root`, sorted."""
    skipped = {".git", "build", "demo", "__pycache__"}
    found = []
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(f for f in folders if f not in skipped and not f.startswith("build-"))
        found += [(pathlib.Path(folder) / name).relative_to(root) for name in names if not name.endswith(".pyc")]
    return sorted(found)


def main(faults, plants):
    """`faults(root)` gives sentences; `plants` maps a part of the sentence to expect to a function that spoils the tree at `root`."""
    root = pathlib.Path(sys.argv[1]).resolve()
    found = list(faults(root))
    for sentence in found:
        print(sentence)
    missed = 0
    for expected, spoil in plants.items():
        with tempfile.TemporaryDirectory() as scratch:
            copy = pathlib.Path(scratch) / "tree"
            for path in source_files(root):
                (copy / path).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(root / path, copy / path)
            spoil(copy)
            if not any(expected in sentence for sentence in faults(copy)):
                print(f"a planted fault went unseen: {expected}")
                missed += 1
    sys.exit(1 if found or missed else 0)
