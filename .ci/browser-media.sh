#!/bin/sh
# Real calls with media against the standalone simulator: from headless Chromium, by hand and with OpenAI's own
# WebRTC clients, from those clients in Node, and from Firefox where it can be had. Needs Node 20, a JDK and Maven;
# the browsers come by apt and the clients by npm. Less than a minute once they are there.
set -eu
cd "$(dirname "$0")/.."
exec </dev/null

chromium=${CHROMIUM:-$(command -v chromium || true)}
if [ -z "$chromium" ]; then
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null
  chromium=$(command -v chromium)
fi
if [ ! -x app/target/antiphon/bin/antiphon ]; then
  mvn -B -ntp -q -Dfast -DskipTests -pl app -am package
fi

cd .ci/browser-media
npm install --no-audit --no-fund --no-package-lock --ignore-scripts --loglevel=error >/dev/null
CHROMIUM=$chromium node chromium.mjs
node node-clients.mjs

firefox=${FIREFOX:-$(command -v firefox-esr || true)}
if [ -z "$firefox" ]; then
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq firefox-esr >/dev/null || true
  firefox=$(command -v firefox-esr || true)
fi
if [ -n "$firefox" ]; then
  FIREFOX=$firefox node firefox.mjs
else
  echo "no call from Firefox: firefox-esr is not installed and apt has none"
fi
