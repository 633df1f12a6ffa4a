#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# run.sh BUILD_DIR COMPILER: installs what was built, builds the consumer against it, runs it, and looks at what it links.
set -euo pipefail
build=$1 compiler=$2
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT

cmake --install "$build" --prefix "$place/prefix" >"$place/install.log"
cmake -S "$here" -B "$place/build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_COMPILER="$compiler" -DCMAKE_CXX_FLAGS="-Wall -Wextra -Werror" \
  -DCMAKE_PREFIX_PATH="$place/prefix"
cmake --build "$place/build"
"$place/build/consumer"

unwanted() { grep -Ei 'fftw|hdf5'; }
libraries=$(ldd "$place/build/consumer")
if unwanted <<<"$libraries"; then
  echo 'consumer: links what semg::dsp must do without'
  exit 1
fi
# The installed program does link both, so the search can find them.
(($(ldd "$place/prefix/bin/semg" | unwanted | wc -l) >= 2))
