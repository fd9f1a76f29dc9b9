#!/bin/sh
# Runs the Autobahn suite against the simulator's WebSocket and fails unless all cases are clean.
# Needs a JDK and Maven; everything else comes from Maven Central. About one and a half minutes.
set -eu
cd "$(dirname "$0")/.."
. .ci/lib.sh
root=$PWD
work=${AUTOBAHN_WORK:-$root/target/autobahn}
port=${AUTOBAHN_SERVER_PORT:-19002}
rm -rf "$work/server"
mkdir -p "$work/server" "$work/lib"

echo "== fetching the suite and building the simulator"
. .ci/autobahn-fetch.sh
$mvn -B -ntp -q -Dfast -pl testkit -am test-compile dependency:build-classpath \
    -Dmdep.outputFile="$work/classpath-testkit.txt"

echo "== running the cases"
module=testkit/target
java -cp "$module/test-classes:$module/classes:$(cat "$work/classpath-testkit.txt")" \
    dev.antiphon.testkit.simulator.AutobahnEchoServer "$port" > "$work/simulator.log" 2>&1 &
server=$!
trap 'kill $server 2>/dev/null || true' EXIT
attempts=0
until grep -qs listening "$work/simulator.log"; do
  attempts=$((attempts + 1))
  if [ "$attempts" -gt 120 ] || ! kill -0 "$server"; then
    cat "$work/simulator.log" >&2
    exit 1
  fi
  sleep 0.5
done
java -jar "$work/jython-standalone-2.7.4.jar" .ci/autobahn.py judge "$work/lib" \
    "$port/v1/realtime?model=echo" "$work/server" > "$work/judge.log" 2>&1
java -jar "$work/jython-standalone-2.7.4.jar" .ci/autobahn.py report "$work/server"
if grep -q WARN "$work/simulator.log"; then
  echo "the simulator complained:" >&2
  cat "$work/simulator.log" >&2
  exit 1
fi
