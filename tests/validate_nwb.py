# SPDX-License-Identifier: BSD-3-Clause
"""Recordings against pynwb's own validator and nwbinspector: validate_nwb.py VENV FILE.nwb...

VENV is made from this Python where it does not exist yet. Exit code 0: no error in any file; 1: errors, which are printed; 77: PyPI does
not answer, so that nothing could be checked.
"""
import os
import subprocess
import sys

PACKAGES = ["pynwb==2.8.3", "hdmf==3.14.6", "nwbinspector==0.6.3"]

INSIDE = """
import sys
import pynwb
from nwbinspector import Importance, inspect_nwbfile

faults = 0
for path in sys.argv[1:]:
    with pynwb.NWBHDF5IO(path, "r", load_namespaces=False) as io:
        for error in pynwb.validate(io=io):
            print(f"{path}: pynwb: {error}")
            faults += 1
        if faults:
            continue
        file = io.read()
        for series in file.acquisition.values():
            series.data[:1]
        for table in (file.electrodes, file.trials, file.invalid_times, file.intervals.get("events")):
            if table is not None:
                table.to_dataframe()
    for message in inspect_nwbfile(nwbfile_path=path, skip_validate=True):
        if message.importance in (Importance.ERROR, Importance.PYNWB_VALIDATION, Importance.CRITICAL, Importance.BEST_PRACTICE_VIOLATION):
            print(f"{path}: {message.importance.name}: {message.location}: {message.message}")
            faults += 1
sys.exit(1 if faults else 0)
"""


def python_with_packages(venv):
    """The Python of a finished venv; None where PyPI does not answer."""
    python = os.path.join(venv, "bin", "python")
    finished = os.path.join(venv, "finished")
    wanted = "\n".join(PACKAGES)
    if os.path.exists(finished) and open(finished).read() == wanted:
        return python
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    if subprocess.run([sys.executable, "-m", "venv", "--clear", venv], **quiet).returncode != 0:
        return None
    pip = [python, "-m", "pip", "--disable-pip-version-check", "--quiet", "--retries", "1", "--timeout", "15", "install"]
    if subprocess.run(pip + PACKAGES, **quiet).returncode != 0:
        return None
    with open(finished, "w") as file:
        file.write(wanted)
    return python


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    python = python_with_packages(sys.argv[1])
    if python is None:
        print("pynwb cannot be had: PyPI does not answer, or there is no python3-venv")
        sys.exit(77)
    sys.exit(subprocess.run([python, "-c", INSIDE] + sys.argv[2:]).returncode)


if __name__ == "__main__":
    main()
