#!/bin/sh
# Runs the Autobahn suite against our WebSocket client and fails unless all cases are clean.
# Needs a JDK and Maven; everything else comes from Maven Central. About one minute.
set -eu
cd "$(dirname "$0")/.."
. .ci/lib.sh
root=$PWD
work=${AUTOBAHN_WORK:-$root/target/autobahn}
port=${AUTOBAHN_PORT:-19001}
rm -rf "$work/client"
mkdir -p "$work/client" "$work/lib"

echo "== fetching the suite and building the client"
. .ci/autobahn-fetch.sh
$mvn -B -ntp -q -Dfast -pl transport-websocket -am test-compile dependency:build-classpath \
    -Dmdep.outputFile="$work/classpath.txt"

echo "== running the cases"
java -jar "$work/jython-standalone-2.7.4.jar" .ci/autobahn.py serve "$work/lib" "$port" "$work/client" \
    > "$work/server.log" 2>&1 &
server=$!
trap 'kill $server 2>/dev/null || true' EXIT
module=transport-websocket/target
java -cp "$module/test-classes:$module/classes:$(cat "$work/classpath.txt")" \
    dev.antiphon.transport.websocket.AutobahnEchoClient "$port"
kill $server
trap - EXIT
java -jar "$work/jython-standalone-2.7.4.jar" .ci/autobahn.py report "$work/client"
