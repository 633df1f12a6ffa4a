#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# page_in_browser.sh SEMG: what `semg extract --report` gives holds all it needs, and renders without a word on the browser's console.
set -euo pipefail
semg=$1
render=$(cd "$(dirname "${BASH_SOURCE[0]}")/../apps/page" && pwd)/render_page.sh
command -v chromium >/dev/null || exit 77
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"

"$semg" simulate recording -o sim.nwb --seed 1
"$semg" extract sim.nwb --report page.html
if grep -Eo '(src|href)="(https?:)?//[^"]*"|@import|url\((https?:)?//[^)]*' page.html; then
  echo 'page.html: found an address, expected a page that holds all it needs'
  exit 1
fi
bash "$render" page.html

echo '<script>console.error("planted")</script>' >>page.html
if bash "$render" page.html >/dev/null; then
  echo 'a planted console error went unseen'
  exit 1
fi
