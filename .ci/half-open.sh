#!/bin/sh
# Faults that only the kernel can make, in a network namespace of their own: packets that vanish before (F02) and in
# the middle of a conversation (F31), a socket that is killed (F28). Needs root; about 45 seconds.
set -eu
cd "$(dirname "$0")/.."
. .ci/lib.sh
need nft nftables
need ip iproute2
build_app
name=antiphon-$$
if ! ip netns add "$name" 2>/dev/null; then
  echo "skipped: no network namespaces on this machine"
  exit 0
fi
trap 'ip netns del "$name"' EXIT
ip netns exec "$name" ip link set lo up
ip netns exec "$name" python3 .ci/half_open.py
