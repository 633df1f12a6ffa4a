#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# render_page.sh PAGE.html...: a browser shows each page without a word on its console and prints it on A4; PAGE.png and PAGE.pdf stay beside it.
# Exit code 77: there is no browser here.
set -euo pipefail
command -v chromium >/dev/null || exit 77
profile=$(mktemp -d)
trap 'rm -rf "$profile"' EXIT

browse() {
  chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update \
    --disable-sync --user-data-dir="$profile" --enable-logging=stderr --v=0 "$@" </dev/null 2>&1
}

for page in "$@"; do
  page=$(realpath "$page")
  said=$(browse --window-size=1280,2000 --screenshot="${page%.html}.png" "file://$page" | grep -F ':CONSOLE' || true)
  [[ -z $said ]] || { echo "${page##*/}: the browser's console says: $said"; exit 1; }
  (($(stat -c %s "${page%.html}.png") > 50000)) || { echo "${page##*/}: the screenshot is as good as empty"; exit 1; }
  browse --no-pdf-header-footer --print-to-pdf="${page%.html}.pdf" "file://$page" >/dev/null
  # A4 in points, as every page of the print states it.
  grep -aqE '/MediaBox \[0 0 59[45](\.[0-9]+)? 84[12](\.[0-9]+)?\]' "${page%.html}.pdf" || { echo "${page##*/}: printed on something else than A4"; exit 1; }
done
