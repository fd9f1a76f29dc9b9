#!/usr/bin/env bash
# The long runs of the sideband: 1,000 stops in each phase with shifted timing, 80,000 operations of eight
# threads on one slot, and a storm of 200 conversations at a time for a minute; two classes at a time. About two minutes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. .ci/lib.sh
log=$(mktemp)
trap 'rm -f "$log"' EXIT

timeout 900 "$mvn" -B -ntp -Dfast -pl transport-webrtc -am test \
    -Dtest='SidebandStopPhasesIT,SidebandStopIT#server_that_closes_in_the_instant*,SidebandSlotIT,SidebandStormIT' \
    -Dsurefire.failIfNoSpecifiedTests=false -DforkCount=2 \
    -Dantiphon.stop.runs="${STOPS:-1000}" \
    -Dantiphon.slot.operations="${OPERATIONS:-10000}" \
    -Dantiphon.storm.seconds="${STORM:-60}" >"$log" 2>&1 ||
  { grep -v POSSIBLE_ORPHAN "$log" | tail -n 200 >&2; exit 1; }
grep -Eo 'stop in .*|[0-9]+ conversations, texts: .*' "$log"
