#!/usr/bin/env bash
# Fuzzes each target for FUZZ_SECONDS, 35 if nobody says, two at a time, and shows what it finds. Crash files
# and the corpora that grow meanwhile stay in the modules and are ignored by git. A finding that was repaired is
# kept, under a name that says what it is, in the test resources: in CodecFuzzTestInputs for both targets of
# CodecFuzzTest. An argument picks targets whose name holds it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

targets=(
  transport-websocket:dev.antiphon.transport.websocket.wire.CodecFuzzTest:every_message_becomes_one_event
  transport-websocket:dev.antiphon.transport.websocket.wire.CodecFuzzTest:what_is_accepted_is_written_equal
  transport-websocket:dev.antiphon.transport.websocket.FrameReaderFuzzTest:pieces_do_not_matter
  transport-webrtc:dev.antiphon.transport.webrtc.CallFuzzTest:an_answer_is_handed_over_whole_or_refused
  transport-webrtc:dev.antiphon.transport.webrtc.CallFuzzTest:parts_arrive_byte_for_byte
)

export seconds=${FUZZ_SECONDS:-35}
export java=${JAVA_HOME:+$JAVA_HOME/bin/}java
logs=$(mktemp -d)
export logs
trap 'rm -rf "$logs"' EXIT

fuzz() {
  local module class method log
  IFS=: read -r module class method <<<"$1"
  log=$logs/$method
  cd "$module"
  if ! "$java" -Xmx1g -cp "target/test-classes:target/classes:$(cat target/fuzz-classpath)" \
    com.code_intelligence.jazzer.Jazzer --target_class="$class" --target_method="$method" \
    -max_total_time="$seconds" -rss_limit_mb=0 >"$log" 2>&1; then
    echo "$class#$method: a finding, or it did not run" >&2
    sed -n '/^== Java Exception/,/^== libFuzzer crashing input/p' "$log" >&2
    grep -v 'Instrumented\|^#' "$log" | tail -n 20 >&2
    return 255
  fi
  # Runs that see no coverage only repeat themselves.
  grep -q 'INITED cov: [1-9]' "$log" || {
    echo "$class#$method ran without seeing coverage" >&2
    return 255
  }
  echo "$method: $(grep -o 'Done [0-9]* runs in [0-9]* second.*' "$log")"
}
export -f fuzz

mvn -q -B -ntp -Dfast -pl transport-websocket,transport-webrtc -am test-compile \
  dependency:build-classpath -Dmdep.outputFile=target/fuzz-classpath >"$logs/build" 2>&1 || {
  cat "$logs/build" >&2
  exit 1
}
printf '%s\n' "${targets[@]}" | grep -F -- "${1:-}" | xargs -P 2 -I{} bash -euo pipefail -c 'fuzz {}'
