#!/usr/bin/env python3
"""Checks the command line as a stranger would: options, output, exit codes. Needs app/target/antiphon."""

import http.server
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LAUNCHER = ROOT / "app/target/antiphon/bin/antiphon"
RESOURCES = ROOT / "app/src/main/resources/dev/antiphon/app"
OFFER = RESOURCES / "offer.sdp"
SPEECH = RESOURCES / "speech.wav"
KEY = "canary-key-4711"
NOWHERE = "http://127.0.0.1:9/v1"


def environment(**changes):
    env = {name: value for name, value in os.environ.items() if name not in ("OPENAI_API_KEY", "NO_COLOR")}
    env["OPENAI_API_KEY"] = KEY
    for name, value in changes.items():
        env.pop(name, None)
        if value is not None:
            env[name] = value
    return env


def antiphon(*args, env=None, stdin="", cwd=None, launcher=LAUNCHER):
    done = subprocess.run(
        [str(launcher), *map(str, args)],
        input=stdin.encode(),
        capture_output=True,
        timeout=90,
        env=env or environment(),
        cwd=cwd,
    )
    out, err = done.stdout.decode(), done.stderr.decode()
    expect(KEY not in out + err, "the key is printed", out, err)
    return done.returncode, out, err


def expect(condition, what, *evidence):
    if not condition:
        raise AssertionError(what + "".join("\n---- " + str(each)[-4000:] for each in evidence))


def json_lines(out):
    expect(out.endswith("\n") and out.isascii(), "lines of ASCII", out)
    return [json.loads(line) for line in out.splitlines()]


def rest(process):
    """What a process prints from here to its end; communicate() would lose what its stream has read ahead."""
    guard = threading.Timer(30, process.kill)
    guard.start()
    try:
        return process.stdout.read(), process.stderr.read()
    finally:
        process.wait()
        guard.cancel()


def events(lines, name):
    return [line for line in lines if line["event"] == name]


class Simulator:
    """A simulator of our own, with its journal."""

    def __init__(self, *options):
        self.process = subprocess.Popen(
            [str(LAUNCHER), "simulator", "--journal", *options],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment(OPENAI_API_KEY=None),
        )
        first = json.loads(self.process.stdout.readline())
        expect(first["event"] == "listening", "the first line announces", first)
        expect(re.fullmatch(r"http://127\.0\.0\.1:\d+/v1", first["baseUrl"]), "a base URL", first)
        self.url = first["baseUrl"]

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        if self.process.poll() is None:
            self.stop()

    def stop(self, how=signal.SIGTERM):
        """Stops it and returns its journal."""
        self.process.send_signal(how)
        out, err = rest(self.process)
        expect(self.process.returncode == 0, "a stopped simulator succeeds", self.process.returncode, err.decode())
        expect(not err, "a quiet error stream", err.decode())
        return json_lines(out.decode()) if out else []


def check_closed(lines, initiator="APPLICATION", code=1000):
    last = lines[-1]
    expect(last["event"] == "closed", "closed is the last line", last)
    expect(len(events(lines, "closed")) == 1, "closed comes once", lines)
    expect((last["initiator"], last["code"]) == (initiator, code), "who ended it, and how", last)
    expect(set(last["discarded"]) == {"texts", "handoffs", "audioFrames"}, "what was discarded", last)
    expect(all(isinstance(line["atMillis"], int) for line in lines), "every line has a time", lines)


def demo():
    started = time.monotonic()
    code, out, err = antiphon("demo", env=environment(OPENAI_API_KEY=None))
    expect(code == 0 and not err, "the demonstration succeeds quietly", out, err)
    expect(time.monotonic() - started < 15, "it takes less than 15 s", time.monotonic() - started)
    for part in ("Direct WebSocket", "WebRTC with a sideband", "2 texts, 1 hand-off output", "dBFS", "acknowledged",
                 "summary", "each once and"):
        expect(part in out, "it shows " + part, out)
    expect("\x1b" not in out, "no colour in a pipe", out)
    expect(max(map(len, out.splitlines())) <= 80, "80 columns are enough", out)


def launcher_from_anywhere():
    with tempfile.TemporaryDirectory() as folder:
        link = Path(folder) / "antiphon link"
        link.symlink_to(LAUNCHER)
        code, out, err = antiphon("--version", cwd=folder, launcher=link)
        expect(code == 0 and out.startswith("antiphon ") and not err, "a link from another folder works", out, err)


def help_everywhere():
    for command in ("demo", "talk", "simulator", "inspect", "doctor"):
        code, out, err = antiphon(command, "--help")
        expect(code == 0 and not err and "Usage: antiphon " + command in out, "help of " + command, out, err)


def direct():
    with Simulator() as simulator:
        code, out, err = antiphon("talk", "--upstream", simulator.url, "--text", "one", "--text", "two", "--json")
        journal = simulator.stop()
    lines = json_lines(out)
    expect(code == 0 and not err, "the conversation succeeds", out, err)
    check_closed(lines)
    phases = [line["phase"] for line in events(lines, "phase")]
    expect(phases == ["OPENING", "JOINING", "LIVE", "CLOSING", "CLOSED"], "the phases", phases)
    receipts = events(lines, "receipt")
    expect([(each["channel"], each["outcome"]) for each in receipts] == [("text", "ACKNOWLEDGED")] * 2, "receipts", receipts)
    said = [line["json"]["transcript"] for line in events(lines, "server")
            if line["type"] == "response.output_audio_transcript.done"]
    expect(said == ["You said: two"], "the reply", said)
    received = [line["type"] for line in journal if line["kind"] == "RECEIVED"]
    expect(received == ["session.update", "conversation.item.create", "conversation.item.create", "response.create"],
           "what the server got", received)


def sideband():
    with Simulator("--join-delay", "1s") as simulator:
        code, out, err = antiphon("talk", "--upstream", simulator.url, "--offer", OFFER, "--text", "A", "--text", "B",
                                  "--audio", SPEECH, "--json")
        journal = simulator.stop(signal.SIGINT)
    lines = json_lines(out)
    expect(code == 0 and not err, "the conversation succeeds", out, err)
    check_closed(lines)
    answer = events(lines, "answer")[0]
    live = [line for line in events(lines, "phase") if line["phase"] == "LIVE"][0]
    expect(answer["sdp"].startswith("v=0\r\n") and answer["sdp"].endswith("\r\n"), "the answer is whole", answer)
    expect(live["atMillis"] - answer["atMillis"] > 800, "the answer does not wait for the join", answer, live)
    expect(events(lines, "joining")[0]["attempt"] == 1, "attempts are told", lines)
    audio = events(lines, "audio")[-1]
    expect(audio["accepted"] > 100 and audio["dropped"] == 0, "the audio is taken whole", audio)
    expect(all(each["outcome"] == "ACKNOWLEDGED" for each in events(lines, "receipt")), "receipts", lines)
    received = [line["type"] for line in journal if line["kind"] == "RECEIVED"]
    expect(received[0] == "session.update", "the session comes first", received[:5])
    expect(received.count("conversation.item.create") == 2, "each text once", received)
    expect(received.count("input_audio_buffer.append") == audio["accepted"], "each frame once", audio)
    expect(sum(line["kind"] == "CALL_ENDED" for line in journal) == 1, "the call is hung up", journal[-10:])


def offer_from_standard_input():
    with Simulator() as simulator:
        code, out, err = antiphon("talk", "--upstream", simulator.url, "--offer", "-", "--text", "A",
                                  stdin=OFFER.read_bytes().decode())
    expect(code == 0 and not err, "the conversation succeeds", out, err)
    for part in ("answered", "\"You said: A\"", "closed"):
        expect(part in out, "the timeline shows " + part, out)


def interrupted():
    with Simulator() as simulator:
        talk = subprocess.Popen(
            [str(LAUNCHER), "talk", "--upstream", simulator.url, "--for", "1h", "--json"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment())
        seen = []
        while not any(line.get("phase") == "LIVE" for line in seen):
            seen.append(json.loads(talk.stdout.readline()))
        talk.send_signal(signal.SIGINT)
        out, err = rest(talk)
        expect(talk.returncode == 0 and not err, "Ctrl-C ends it orderly", out.decode(), err.decode())
        check_closed(seen + json_lines(out.decode()))


def stopped_while_joining():
    with Simulator("--join-delay", "20s") as simulator:
        code, out, err = antiphon("talk", "--upstream", simulator.url, "--offer", OFFER, "--text", "A", "--for", "1s",
                                  "--json")
        journal = simulator.stop()
    lines = json_lines(out)
    expect(code == 0 and not err, "an end on request is no failure", out, err)
    check_closed(lines)
    receipt = events(lines, "receipt")[0]
    expect((receipt["outcome"], receipt["reason"]) == ("NOT_SENT", "STOPPED"), "the text is accounted for", receipt)
    expect(lines[-1]["discarded"]["texts"] == 1, "and counted", lines[-1])
    expect(sum(line["kind"] == "CALL_ENDED" for line in journal) == 1, "the call is hung up", journal)


def complaint(code, needle, *args, env=None):
    actual, out, err = antiphon(*args, env=env)
    expect(actual == code, f"exit code {code}, not {actual}: {args}", out, err)
    expect(err.startswith("antiphon: ") and err.count("\n") == 1, f"one line on the error stream: {args}", err)
    expect(needle in err, f"it names {needle!r}: {args}", err)
    expect("Exception" not in err and "\tat " not in out + err, f"no stack trace: {args}", out, err)
    return out


def wrong_usage():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "blank.sdp").write_text("")
        (folder / "note.txt").write_text("hello\n")
        (folder / "key").write_text("two words\n")
        wav = bytearray(SPEECH.read_bytes())
        (folder / "cut.wav").write_bytes(wav[:1000])
        wav[24:28] = (16_000).to_bytes(4, "little")
        (folder / "slow.wav").write_bytes(wav)
        talk = ("talk", "--upstream", NOWHERE)
        complaint(2, "subcommand")
        complaint(2, "'frobnicate'", "frobnicate")
        complaint(2, "'--bogus'", *talk, "--bogus")
        complaint(2, "--upstream", "talk", "--text", "a")
        complaint(2, "OPENAI_API_KEY", *talk, "--text", "a", env=environment(OPENAI_API_KEY=None))
        complaint(2, "OPENAI_API_KEY", *talk, "--text", "a", env=environment(OPENAI_API_KEY="a\r\nX-Evil: b"))
        complaint(2, "key", *talk, "--text", "a", "--api-key-file", folder / "key")
        complaint(2, "no such file", *talk, "--text", "a", "--api-key-file", folder / "absent")
        complaint(2, "ftp", "talk", "--upstream", "ftp://example.com/v1", "--text", "a")
        complaint(2, "without TLS", "talk", "--upstream", "http://example.com/v1", "--text", "a")
        complaint(2, "blank", *talk, "--offer", folder / "blank.sdp")
        complaint(2, "v=0", *talk, "--offer", folder / "note.txt")
        complaint(2, "no such file", *talk, "--offer", folder / "absent")
        complaint(2, "RIFF", *talk, "--audio", folder / "note.txt")
        complaint(2, "cut off", *talk, "--audio", folder / "cut.wav")
        complaint(2, "16000 Hz", *talk, "--audio", folder / "slow.wav")
        complaint(2, "500ms", *talk, "--for", "soon")
        complaint(2, "port", "simulator", "--port", "70000")
        complaint(2, "no such file", "inspect", folder / "absent")


class WebPage(http.server.BaseHTTPRequestHandler):
    """Answers everything with a web page."""

    def page(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = b"<html><body>Welcome</body></html>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = page

    def log_message(self, *args):
        pass


def failures():
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        closed.listen()
        complaint(1, str(port), "simulator", "--port", port)
    out = complaint(1, "CONNECT_FAILED", "talk", "--upstream", f"http://127.0.0.1:{port}/v1", "--text", "a", "--json")
    check_closed(json_lines(out), "TRANSPORT", 1006)
    complaint(1, "TCP fails", "doctor", "--upstream", f"http://127.0.0.1:{port}/v1")

    web = http.server.ThreadingHTTPServer(("127.0.0.1", 0), WebPage)
    threading.Thread(target=web.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{web.server_port}/v1"
    complaint(1, "200", "talk", "--upstream", url, "--text", "a")
    complaint(1, "SDP", "talk", "--upstream", url, "--text", "a", "--offer", OFFER)
    complaint(1, "call creation fails", "doctor", "--upstream", url)
    web.shutdown()

    with Simulator() as simulator:
        real = "sk-" + "x1y2z3" * 8
        complaint(1, "401", "talk", "--upstream", simulator.url, "--text", "a", env=environment(OPENAI_API_KEY=real))
        complaint(1, "authentication fails", "doctor", "--upstream", simulator.url,
                  env=environment(OPENAI_API_KEY=real))


def doctor():
    with Simulator() as simulator:
        code, out, err = antiphon("doctor", "--upstream", simulator.url)
        journal = simulator.stop()
    expect(code == 0 and not err, "a healthy server passes", out, err)
    hops = ("name resolution", "TCP", "TLS", "authentication", "call creation", "join", "ping", "hang-up")
    expect([line[6:22].strip() for line in out.splitlines()] == list(hops), "one line for each hop", out)
    expect(sum(line["kind"] == "CALL_ENDED" for line in journal) == 1, "the call is hung up", journal)


def inspect():
    recording = '{"type":"response.output_text.delta","delta":"h\u00e9"}\n{"n":1.50,"type":"brand.new"}\n[]\n'
    code, out, err = antiphon("inspect", stdin=recording)
    expect(code == 0 and not err, "inspect succeeds", out, err)
    lines = json_lines(out)
    expect([(line["line"], line["outcome"], line["type"]) for line in lines] == [
        (1, "accepted", "response.output_text.delta"), (2, "unknown-kept", "brand.new"), (3, "decode-error", "")],
        "one line for each", lines)
    expect(lines[0]["json"]["delta"] == "h\u00e9" and '"n":1.50' in out, "values survive", out)
    code, out, err = antiphon("inspect", "--direction", "client", "-", stdin='{"type":"response.create"}')
    expect(code == 0 and json_lines(out)[0]["outcome"] == "accepted", "client events", out, err)


def main():
    if not LAUNCHER.exists():
        sys.exit(f"{LAUNCHER} is missing: build it with mvn -B -ntp -Dfast -DskipTests -pl app -am package")
    checks = (help_everywhere, launcher_from_anywhere, demo, direct, sideband, offer_from_standard_input, interrupted,
              stopped_while_joining, wrong_usage, failures, doctor, inspect)
    for check in checks:
        started = time.monotonic()
        check()
        print(f"ok  {check.__name__.replace('_', ' ')} ({time.monotonic() - started:.1f} s)", flush=True)


if __name__ == "__main__":
    main()
