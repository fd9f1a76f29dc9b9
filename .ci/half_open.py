"""The checks of half-open.sh, inside its network namespace."""

import subprocess
import time

from talking import Talk, expect, run, simulator

NOBODY = 9


def nft(rule):
    subprocess.run(["nft", *rule.split()], check=True)


def vanish(port):
    nft("add rule inet faults input tcp dport %d drop" % port)
    nft("add rule inet faults input tcp sport %d drop" % port)


def main(url):
    port = int(url.split(":")[2].split("/")[0])
    nft("add table inet faults")
    nft("add chain inet faults input { type filter hook input priority 0 ; }")
    vanish(NOBODY)
    black_hole = Talk("http://127.0.0.1:%d/v1" % NOBODY, "--text", "x", "--for", "60s")

    def F28_a_socket_that_is_killed_is_a_lost_connection():
        conversation = Talk(url, "--text", "hello", "--for", "60s")
        conversation.until("receipt", outcome="ACKNOWLEDGED")
        subprocess.run(["ss", "-K", "dport", "=", str(port)], check=True, capture_output=True)
        closed = conversation.end()
        expect(closed["code"] == 1006 and "CONNECTION_LOST" in closed["text"], "lost", closed)

    def F31_packets_that_vanish_in_the_middle_are_found_in_ping_interval_and_pong_deadline():
        conversation = Talk(url, "--text", "hello", "--for", "90s")
        conversation.until("receipt", outcome="ACKNOWLEDGED")
        vanish(port)
        begun = time.monotonic()
        closed = conversation.end()
        expect("CONNECTION_LOST" in closed["text"] and "pong" in closed["text"], "found by its pings", closed)
        expect(time.monotonic() - begun < 40, "within 20 and 10 seconds", time.monotonic() - begun)

    def F02_packets_that_vanish_before_the_connection_are_a_connect_timeout():
        lines = black_hole.lines()
        expect("CONNECT_TIMEOUT" in lines[-1]["text"], "CONNECT_TIMEOUT", lines)
        expect([each["attempt"] for each in lines if each["event"] == "joining"] == [1, 2, 3], "three attempts", lines)

    run([
        F28_a_socket_that_is_killed_is_a_lost_connection,
        F31_packets_that_vanish_in_the_middle_are_found_in_ping_interval_and_pong_deadline,
        F02_packets_that_vanish_before_the_connection_are_a_connect_timeout,
    ])


with simulator() as url:
    main(url)
