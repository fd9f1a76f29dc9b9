#!/bin/sh
# Conversations through haproxy and nginx as TLS proxies in front of the simulator: they work, and every way in
# which a proxy can end or refuse them has its typed end. Debian's packages, 127.0.0.1 only. About 40 seconds.
set -eu
cd "$(dirname "$0")/.."
. .ci/lib.sh
need haproxy haproxy
need nginx nginx-light
need openssl openssl
build_app
exec python3 .ci/proxies.py
