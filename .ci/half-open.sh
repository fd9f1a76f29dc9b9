#!/bin/sh
# Faults that only the kernel can make, in a network namespace of their own: packets that vanish before (F02) and in
# the middle of a conversation (F31), a socket that is killed (F28). Needs root; about 45 seconds.
set -eu
cd "$(dirname "$0")/.."
missing=""
command -v nft >/dev/null || missing="$missing nftables"
command -v ip >/dev/null || missing="$missing iproute2"
if [ -n "$missing" ]; then
  apt-get update -qq
  # shellcheck disable=SC2086
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
fi
[ -x app/target/antiphon/bin/antiphon ] || ${MVN:-mvn} -B -ntp -q -Dfast -DskipTests -pl app -am package
name=antiphon-$$
if ! ip netns add "$name" 2>/dev/null; then
  echo "skipped: no network namespaces on this machine"
  exit 0
fi
trap 'ip netns del "$name"' EXIT
ip netns exec "$name" ip link set lo up
ip netns exec "$name" python3 .ci/half_open.py
