"""The checks of faults.sh that need a process of their own."""

import os
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from talking import Talk, expect, run, simulator


def java_of(conversation):
    """The launcher replaces itself by the JVM; if it ever starts one instead, that is the one to pause."""
    children = Path("/proc/%d/task/%d/children" % (conversation.process.pid, conversation.process.pid)).read_text()
    return int(children.split()[0]) if children.strip() else conversation.process.pid


def paused(url, seconds):
    conversation = Talk(url, "--text", "hello", "--for", "%ds" % (seconds + 4))
    conversation.until("receipt", outcome="ACKNOWLEDGED")
    os.kill(java_of(conversation), signal.SIGSTOP)
    time.sleep(seconds)
    os.kill(java_of(conversation), signal.SIGCONT)
    return conversation


def main(url):
    def F49_a_client_that_was_paused_for_5_seconds_goes_on():
        closed = paused(url, 5).end()
        expect(closed["code"] == 1000 and closed["initiator"] == "APPLICATION", "an orderly end", closed)

    def F49_a_client_that_was_paused_for_40_seconds_goes_on_or_has_one_clean_loss():
        lines = paused(url, 40).lines()
        ends = [each for each in lines if each["event"] == "closed"]
        expect(len(ends) == 1 and lines[-1] == ends[0], "one end, and it is last", lines)
        expect(ends[0]["code"] == 1000 or "CONNECTION_LOST" in ends[0]["text"], "in order or lost", ends)

    def F50_a_wall_clock_that_jumps_by_an_hour_changes_nothing():
        with tempfile.NamedTemporaryFile("w", suffix=".faketime") as clock:
            clock.write("+0")
            clock.flush()
            library = subprocess.run(["sh", "-c", "ls /usr/lib/*/faketime/libfaketimeMT.so.1"], capture_output=True,
                                     text=True, check=True).stdout.split()[0]
            faked = dict(LD_PRELOAD=library, FAKETIME_TIMESTAMP_FILE=clock.name, FAKETIME_CACHE_DURATION="1",
                         FAKETIME_DONT_FAKE_MONOTONIC="1", FAKETIME_FORCE_MONOTONIC_FIX="0")
            conversation = Talk(url, "--text", "hello", "--for", "5s", **faked)
            conversation.until("receipt", outcome="ACKNOWLEDGED")
            begun = time.monotonic()
            Path(clock.name).write_text("+3600")
            now = subprocess.run(["date", "+%s"], capture_output=True, check=True, env=dict(os.environ, **faked))
            expect(int(now.stdout) > time.time() + 3000, "the clock did jump", now.stdout)
            closed = conversation.end()
            expect(closed["code"] == 1000 and closed["initiator"] == "APPLICATION", "an orderly end", closed)
            expect(2 < time.monotonic() - begun < 30, "after its time and not after an hour's")

    run([
        F49_a_client_that_was_paused_for_5_seconds_goes_on,
        F49_a_client_that_was_paused_for_40_seconds_goes_on_or_has_one_clean_loss,
        F50_a_wall_clock_that_jumps_by_an_hour_changes_nothing,
    ])


with simulator() as url:
    main(url)
