#!/bin/sh
# Real calls with media against the standalone simulator: from headless Chromium, by hand and with OpenAI's own
# WebRTC clients, from those clients in Node, and from Firefox where it can be had. Needs Node 20, a JDK and Maven;
# the browsers come by apt and the clients by npm. Less than a minute once they are there.
set -eu
cd "$(dirname "$0")/.."
exec </dev/null
. .ci/browser/prepare.sh

node media-chromium.mjs
node media-node.mjs

if [ -n "${FIREFOX:-}" ] || need firefox-esr firefox-esr; then
  FIREFOX=${FIREFOX:-$(command -v firefox-esr)} node media-firefox.mjs
else
  echo "no call from Firefox: firefox-esr is not installed and apt has none"
fi
