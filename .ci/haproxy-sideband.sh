#!/usr/bin/env bash
# Call creation and control socket behind haproxy with TLS: a reload in the middle, killed sessions, 429
# with Retry-After, 307 to a canary that must see nobody. About 20 s. Needs a JDK and Maven; installs
# haproxy by apt where it is missing. Everything listens on 127.0.0.1 and is gone afterwards.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. .ci/lib.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

need haproxy haproxy
$mvn -B -ntp -q -Dfast -pl transport-webrtc -am test-compile dependency:build-classpath \
    -Dmdep.outputFile="$work/classpath"
module=transport-webrtc/target
timeout 120 java -ea \
    -Dio.netty.leakDetection.level=paranoid \
    -Dio.netty.customResourceLeakDetector=dev.antiphon.transport.webrtc.RememberedLeaks \
    -cp "$module/test-classes:$module/classes:$(cat "$work/classpath")" \
    dev.antiphon.transport.webrtc.SidebandBehindHaproxy "$(command -v haproxy)" >"$work/log" 2>&1 ||
  { cat "$work/log" >&2; exit 1; }
grep '^ok:' "$work/log"
