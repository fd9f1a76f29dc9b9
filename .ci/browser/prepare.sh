# Sourced by the browser checks: Chromium by apt, the clients by npm, the application; ends in this folder.
. .ci/lib.sh
need node nodejs
need npm npm
[ -n "${CHROMIUM:-}" ] || need chromium chromium
export CHROMIUM="${CHROMIUM:-$(command -v chromium)}"
build_app
cd .ci/browser
npm install --no-audit --no-fund --no-package-lock --ignore-scripts --loglevel=error >/dev/null
