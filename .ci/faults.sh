#!/bin/sh
# The rows of docs/faults.md, repeated, two classes at a time, and meanwhile those that need a process of its own: our
# process paused for 5 and 40 seconds (F49), a wall clock that jumps by an hour (F50). About two minutes.
set -eu
cd "$(dirname "$0")/.."
. .ci/lib.sh
times=${FAULT_REPETITIONS:-20}
need faketime faketime
build_app
log=$(mktemp)
pauses=$(mktemp)
trap 'rm -f "$log" "$pauses"' EXIT
python3 .ci/pauses.py >"$pauses" 2>&1 &
paused=$!
echo "== every row $times times"
rows=0
$mvn -B -ntp -Dfast -pl transport-websocket -am test -Dgroups=fault -Dantiphon.repetitions="$times" -DforkCount=2 \
    -Dsurefire.failIfNoSpecifiedTests=false > "$log" 2>&1 || rows=$?
wait "$paused" || {
  cat "$pauses" >&2
  exit 1
}
cat "$pauses"
[ "$rows" -eq 0 ] || {
  grep -E 'ERROR|FAIL' "$log" >&2
  exit 1
}
grep -E 'Tests run:.*[0-9]$' "$log" | tail -n 1
