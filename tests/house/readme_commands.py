# SPDX-License-Identifier: BSD-3-Clause
"""Every command a README shows works as it stands there: ```sh blocks are run in order, `./dev JOB` must be a job that `./dev --help` names.

readme_commands.py ROOT FOLDER_OF_SEMG
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

from planted import source_files

BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def run_blocks(readme, semg_folder):
    """The blocks of one README are one session in an empty folder; returns the failing block's words, or None."""
    environment = dict(os.environ, PATH=f"{semg_folder}:{os.environ['PATH']}")
    with tempfile.TemporaryDirectory() as empty:
        for block in BLOCK.findall(readme.read_text()):
            done = subprocess.run(["bash", "-euo", "pipefail", "-c", block], cwd=empty, env=environment, stdin=subprocess.DEVNULL,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300)
            print(f"-- {readme}\n{block}{done.stdout}")
            if done.returncode != 0:
                return f"{readme}: the block above ended with exit code {done.returncode}"
    return None


def unknown_jobs(root, readme):
    told = subprocess.run([root / "dev", "--help"], stdout=subprocess.PIPE, text=True, check=True).stdout
    jobs = set(re.findall(r"^  (\w+)  ", told, re.MULTILINE))
    for job in re.findall(r"\./dev (\w+)", readme.read_text()):
        if job not in jobs:
            yield f"{readme}: found ./dev {job}, expected one of {', '.join(sorted(jobs))}"


def main():
    root, semg_folder = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
    readmes = [root / path for path in source_files(root) if path.name == "README.md"]
    if not BLOCK.search((root / "README.md").read_text()):
        sys.exit("README.md: found no command to run, expected at least one ```sh block")
    faults = [fault for readme in readmes for fault in (run_blocks(readme, semg_folder), *unknown_jobs(root, readme)) if fault]
    with tempfile.TemporaryDirectory() as scratch:  # a check that cannot fail checks nothing
        planted = pathlib.Path(scratch) / "README.md"
        planted.write_text("```sh\nsemg no-such-verb\n```\n`./dev no_such_job`\n")
        if run_blocks(planted, semg_folder) is None or not list(unknown_jobs(root, planted)):
            faults.append("a planted command that fails went unseen")
    print("\n".join(faults))
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
