#!/bin/sh
# The gateway and its page, used by a browser: headless Chromium with a spoken microphone calls `antiphon serve`,
# types before the join, sees the tool at work, interrupts, hangs up. Screenshots go to $CI_OUTPUT, .ci/out if unset,
# where no later build removes them.
# Needs Node 20, a JDK and Maven; Chromium comes by apt, playwright-core and axe-core by npm. About a minute.
set -eu
cd "$(dirname "$0")/.."
exec </dev/null
. .ci/browser/prepare.sh

node gateway.mjs
