#!/bin/sh
# The gateway and its page, used by a browser: headless Chromium with a spoken microphone calls `antiphon serve`,
# types before the join, sees the tool at work, interrupts, hangs up. Screenshots go to app/target/screenshots.
# Needs Node 20, a JDK and Maven; Chromium comes by apt, playwright-core and axe-core by npm. About a minute.
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

cd .ci/browser-gateway
npm install --no-audit --no-fund --no-package-lock --ignore-scripts --loglevel=error >/dev/null
CHROMIUM=$chromium node gateway.mjs
