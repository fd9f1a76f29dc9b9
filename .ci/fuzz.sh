#!/usr/bin/env bash
# Fuzzes each target for the time its annotation names and fails at the first finding. Crash files and the
# corpora that grow meanwhile stay in the modules and are ignored by git. Arguments pick targets by pattern.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

targets=(
  transport-websocket:CodecFuzzTest#every_message_becomes_one_event
  transport-websocket:CodecFuzzTest#what_is_accepted_is_written_equal
  transport-websocket:FrameReaderFuzzTest#pieces_do_not_matter
  transport-webrtc:CallFuzzTest#an_answer_is_handed_over_whole_or_refused
  transport-webrtc:CallFuzzTest#parts_arrive_byte_for_byte
)

log=$(mktemp)
trap 'rm -f "$log"' EXIT

# Jazzer fuzzes one target in a run.
for target in "${targets[@]}"; do
  if [[ $target != *${1:-}* ]]; then
    continue
  fi
  if ! JAZZER_FUZZ=1 mvn -B -ntp -Dfast -Djazzer.hooks=true -pl "${target%%:*}" -am test -Dtest="${target#*:}" \
    -Dsurefire.failIfNoSpecifiedTests=false >"$log" 2>&1; then
    echo "$target: a finding or a failed build" >&2
    grep -v Instrumented "$log" | tail -n 80 >&2
    exit 1
  fi
  # Runs that see no coverage only repeat themselves.
  grep -q ' cov: ' "$log" && grep -o 'Done [0-9]* runs in [0-9]* second.*' "$log" | sed "s/^/$target: /" || {
    echo "$target did not run, or ran without seeing coverage" >&2
    exit 1
  }
done
