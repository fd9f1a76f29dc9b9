#!/bin/sh
# The rows of docs/faults.md, repeated, and those that need a process of its own: our process paused for 5 and 40
# seconds (F49), a wall clock that jumps by an hour (F50). About five minutes.
set -eu
cd "$(dirname "$0")/.."
times=${FAULT_REPETITIONS:-20}
mvn=${MVN:-mvn}
if ! command -v faketime >/dev/null; then
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends faketime >/dev/null
fi
[ -x app/target/antiphon/bin/antiphon ] || $mvn -B -ntp -q -Dfast -DskipTests -pl app -am package
python3 .ci/pauses.py
log=$(mktemp)
trap 'rm -f "$log"' EXIT
echo "== every row $times times"
$mvn -B -ntp -Dfast -pl transport-websocket -am test -Dgroups=fault -Dantiphon.repetitions="$times" \
    -Dsurefire.failIfNoSpecifiedTests=false > "$log" 2>&1 || {
  grep -E 'ERROR|FAIL' "$log" >&2
  exit 1
}
grep -E 'Tests run:.*[0-9]$' "$log" | tail -n 1
