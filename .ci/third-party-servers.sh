#!/bin/sh
# Conversations with WebSocket servers that others wrote: npm's ws and Debian's python3-websockets. Each plays
# as much of the protocol as two texts need. 127.0.0.1 only. About 15 seconds.
set -eu
cd "$(dirname "$0")/.."
missing=""
command -v node >/dev/null || missing="$missing nodejs"
command -v npm >/dev/null || missing="$missing npm"
/usr/bin/python3 -c 'import websockets' 2>/dev/null || missing="$missing python3-websockets"
if [ -n "$missing" ]; then
  apt-get update -qq
  # shellcheck disable=SC2086
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
fi
work=target/third-party-servers
mkdir -p "$work"
[ -d "$work/node_modules/ws" ] || npm install --silent --no-audit --no-fund --prefix "$work" ws@8.18.3 >/dev/null
[ -x app/target/antiphon/bin/antiphon ] || ${MVN:-mvn} -B -ntp -q -Dfast -DskipTests -pl app -am package
exec python3 .ci/third_party_servers.py "$work"
