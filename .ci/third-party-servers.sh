#!/bin/sh
# Conversations with WebSocket servers that others wrote: npm's ws and Debian's python3-websockets. Each plays
# as much of the protocol as two texts need. 127.0.0.1 only. About 15 seconds.
set -eu
cd "$(dirname "$0")/.."
. .ci/lib.sh
need node nodejs
need npm npm
/usr/bin/python3 -c 'import websockets' 2>/dev/null || fetch python3-websockets
work=target/third-party-servers
mkdir -p "$work"
[ -d "$work/node_modules/ws" ] || npm install --silent --no-audit --no-fund --prefix "$work" ws@8.18.3 >/dev/null
build_app
exec python3 .ci/third_party_servers.py "$work"
