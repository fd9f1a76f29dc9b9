#!/bin/sh
# Real calls with media against the standalone simulator: from headless Chromium, by hand and with OpenAI's own
# WebRTC clients, and from those clients in Node. Needs Node 20, a JDK and Maven; Chromium comes by apt and the
# clients by npm. About half a minute once they are there.
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
