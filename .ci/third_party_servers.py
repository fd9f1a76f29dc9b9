"""The checks of third-party-servers.sh."""

import os
import subprocess
import sys
from pathlib import Path

from talking import ROOT, Talk, expect, run, running

NODE = ["node", ROOT / ".ci/third-party-server.js"]
PYTHON = ["/usr/bin/python3", ROOT / ".ci/third_party_server.py"]


def converse(command):
    env = dict(os.environ, NODE_PATH=str(Path(sys.argv[1]).resolve() / "node_modules"))
    with running(command, stdout=subprocess.PIPE, env=env) as server:
        port = int(server.stdout.readline())
        lines = Talk("http://127.0.0.1:%d/v1" % port, "--text", "Good morning", "--text", "Grüße 🙂").works()
        receipts = [each for each in lines if each["event"] == "receipt"]
        expect(len(receipts) == 2, "two receipts", lines)
        said = [server.stdout.readline().decode().strip() for _ in range(2)]
        expect(said == ["pong", "closed 1000"], "the ping was answered and the close was one handshake", said)


def a_conversation_with_ws_of_npm():
    converse(NODE)


def a_conversation_with_websockets_of_python():
    converse(PYTHON)


run([a_conversation_with_ws_of_npm, a_conversation_with_websockets_of_python])
