#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# page_in_browser.sh SEMG: the page of a recording renders in a browser without a word on its console, and asks the network for nothing.
set -euo pipefail
semg=$1
command -v chromium >/dev/null || exit 77
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"

look_at() { # prints what the page said on its console
  chromium --headless --no-sandbox --disable-gpu --user-data-dir="$place/profile" --enable-logging=stderr --v=0 --window-size=1200,1600 \
    --screenshot="$place/page.png" "file://$place/$1" </dev/null 2>&1 | grep -F ':CONSOLE' || true
}

"$semg" simulate recording -o sim.nwb --seed 1
"$semg" extract sim.nwb --report page.html
if grep -Eo '(src|href)="(https?:)?//[^"]*"|@import|url\((https?:)?//[^)]*' page.html; then
  echo "page.html: found an address, expected a page that holds all it needs"
  exit 1
fi
said=$(look_at page.html)
[[ -z $said ]] || { echo "page.html: the browser's console says: $said"; exit 1; }
(($(stat -c %s page.png) > 20000)) || { echo "page.html: the screenshot is as good as empty"; exit 1; }

echo '<script>console.error("planted")</script>' >>page.html
[[ -n $(look_at page.html) ]] || { echo "a planted console error went unseen"; exit 1; }
