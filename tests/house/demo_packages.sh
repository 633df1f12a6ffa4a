#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# On a bare Debian `./dev demo` pulls neither a browser, nor Python, nor R. Exit code 77: apt does not know the packages here.
set -euo pipefail
cd "$1"
eval "$(sed -n '/^build_packages=(/,/)$/p' dev)"

# All that apt would install where nothing is installed, the system itself left out of the question.
all=$(apt-get -s -o Dir::State::status=/dev/null install --no-install-recommends "${build_packages[@]}" 2>/dev/null | sed -n 's/^Inst \([^ ]*\).*/\1/p') || exit 77
unwanted() { grep -E '^(chromium|firefox|libpython|python[0-9]|r-base|r-cran|libhdf5-openmpi)'; }
if unwanted <<<"$all"; then
  echo "dev: build_packages pull what a demo must not need"
  exit 1
fi
unwanted <<<'python3-minimal' >/dev/null # the search itself finds what it is for
grep -qx cmake <<<"$all"
