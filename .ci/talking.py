"""What the checks from outside share: the command line, a simulator, and conversations as JSON lines."""

import contextlib
import json
import os
import queue
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LAUNCHER = ROOT / "app/target/antiphon/bin/antiphon"
KEY = "canary-key-4711"


def expect(condition, what, *evidence):
    if not condition:
        raise AssertionError(what + "".join("\n---- " + str(each)[-4000:] for each in evidence))


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def await_port(port, process=None):
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        expect(process is None or process.poll() is None, "the server on port %d has ended" % port)
        time.sleep(0.05)
    raise AssertionError("nobody listens on port %d" % port)


@contextlib.contextmanager
def running(command, **options):
    process = subprocess.Popen([str(each) for each in command], **options)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextlib.contextmanager
def simulator(*options):
    with running([LAUNCHER, "simulator", *options], stdout=subprocess.PIPE) as process:
        yield json.loads(process.stdout.readline())["baseUrl"]


class Talk:
    """One conversation of the command line, begun at once."""

    PATIENCE = 90

    def __init__(self, url, *options, java="", **environment):
        env = dict(os.environ, OPENAI_API_KEY=KEY, JAVA_TOOL_OPTIONS=java, **environment)
        self.errors = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            [str(LAUNCHER), "talk", "--upstream", url, "--json", *options],
            stdout=subprocess.PIPE, stderr=self.errors, env=env)
        self.printed = queue.Queue()
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        """The one reader of what is printed; None is the end."""
        for line in self.process.stdout:
            self.printed.put(line)
        self.printed.put(None)

    def said(self):
        """The next line, None at the end."""
        try:
            line = self.printed.get(timeout=self.PATIENCE)
        except queue.Empty:
            raise AssertionError("nothing was printed for %d s; %s" % (self.PATIENCE, self.complaint())) from None
        expect(line is None or KEY not in line.decode(), "the key is printed", line)
        return None if line is None else json.loads(line)

    def complaint(self):
        self.errors.seek(0)
        return self.errors.read().decode()

    def until(self, event, **members):
        """Reads up to the first line of this event."""
        for seen in iter(self.said, None):
            if seen["event"] == event and all(seen.get(name) == value for name, value in members.items()):
                return seen
        raise AssertionError("no %s %s; %s" % (event, members, self.complaint()))

    def lines(self):
        """All lines that are left, once the conversation has ended."""
        lines = list(iter(self.said, None))
        self.process.wait(self.PATIENCE)
        expect(KEY not in self.complaint(), "the key is printed", self.complaint())
        return lines

    def end(self):
        lines = self.lines()
        expect(lines and lines[-1]["event"] == "closed", "the end is the last line", lines)
        return lines[-1]

    def works(self):
        lines = self.lines()
        closed = lines[-1]
        expect(self.process.returncode == 0 and closed["code"] == 1000, "an orderly end", lines)
        for receipt in (each for each in lines if each["event"] == "receipt"):
            expect(receipt["outcome"] == "ACKNOWLEDGED", "every text is confirmed", receipt)
        return lines


def run(checks):
    """Runs functions named after what they prove; the first that fails ends the run."""
    for check in checks:
        begun = time.monotonic()
        try:
            check()
        except AssertionError as failed:
            sys.exit("FAILED: %s\n%s" % (check.__name__.replace("_", " "), failed))
        print("%5.1f s  %s" % (time.monotonic() - begun, check.__name__.replace("_", " ")), flush=True)
