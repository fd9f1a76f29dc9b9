#!/usr/bin/env bash
# Projects outside the reactor use the artifacts as strangers would: alone, with the Spring Boot 4 BOM, beside
# openai-java, with JUnit 5.10 and 5.13. They get a local repository of their own, made of hard links, so that
# nothing is installed into the real one; what had to be downloaded stays there. Quiet on success.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. .ci/lib.sh

base=${ANTIPHON_LOCAL_REPOSITORY:-$HOME/.m2/repository}
mkdir -p "$base"
work=$(mktemp -d "$(dirname "$base")/antiphon-consumers-XXXXXX")
trap 'rm -rf "$work"' EXIT
cp -al "$base" "$work/repository"
rm -rf "$work/repository/dev/antiphon" "$work/repository/example"
cp -a .ci/consumers "$work/consumers"

run() {
  timeout 900 $mvn -B -ntp -q -Dmaven.repo.local="$work/repository" "$@" >"$work/log" 2>&1 || {
    cat "$work/log" >&2
    exit 1
  }
}

run -Dfast -N install
run -Dfast -DskipTests -pl core,testkit,transport-websocket install
run -f "$work/consumers/pom.xml" test

tests=$(grep -ho 'tests="[0-9]*"' "$work"/consumers/*/target/surefire-reports/TEST-*.xml | grep -o '[0-9]*' | awk '{ sum += $1 } END { print sum }')
[ "$tests" -eq 10 ] || {
  echo "five consumers with two tests each should have run 10 tests, not $tests" >&2
  exit 1
}

rm -rf "$work/repository/dev/antiphon" "$work/repository/example"
cp -aln "$work/repository/." "$base/"
