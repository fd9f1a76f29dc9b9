#!/bin/sh
# Conversations through haproxy and nginx as TLS proxies in front of the simulator: they work, and every way in
# which a proxy can end or refuse them has its typed end. Debian's packages, 127.0.0.1 only. About 40 seconds.
set -eu
cd "$(dirname "$0")/.."
missing=""
command -v haproxy >/dev/null || missing="$missing haproxy"
command -v nginx >/dev/null || missing="$missing nginx-light"
command -v openssl >/dev/null || missing="$missing openssl"
if [ -n "$missing" ]; then
  apt-get update -qq
  # shellcheck disable=SC2086
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
fi
[ -x app/target/antiphon/bin/antiphon ] || ${MVN:-mvn} -B -ntp -q -Dfast -DskipTests -pl app -am package
exec python3 .ci/proxies.py
