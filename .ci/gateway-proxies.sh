#!/bin/sh
# The gateway behind nginx and haproxy, and under slowhttptest: event streams are not held back, outlive idle times and
# reloads of the proxy, no request slips past the proxy, and a thousand slow clients do not slow a good one. Debian's
# packages, 127.0.0.1 only. Less than a minute.
set -eu
cd "$(dirname "$0")/.."
. .ci/lib.sh
need haproxy haproxy
need nginx nginx-light
need slowhttptest slowhttptest
build_app
ulimit -n 4096
exec python3 .ci/gateway_proxies.py
