#!/bin/sh
# The gateway behind nginx and haproxy, and under slowhttptest: event streams are not held back, outlive idle times and
# reloads of the proxy, no request slips past the proxy, and a thousand slow clients do not slow a good one. Debian's
# packages, 127.0.0.1 only. Less than a minute.
set -eu
cd "$(dirname "$0")/.."
missing=""
command -v haproxy >/dev/null || missing="$missing haproxy"
command -v nginx >/dev/null || missing="$missing nginx-light"
command -v slowhttptest >/dev/null || missing="$missing slowhttptest"
if [ -n "$missing" ]; then
  apt-get update -qq
  # shellcheck disable=SC2086
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
fi
[ -x app/target/antiphon/bin/antiphon ] || ${MVN:-mvn} -B -ntp -q -Dfast -DskipTests -pl app -am package
ulimit -n 4096
exec python3 .ci/gateway_proxies.py
