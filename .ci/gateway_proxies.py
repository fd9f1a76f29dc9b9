"""The checks of gateway-proxies.sh."""

import concurrent.futures
import http.client
import json
import re
import signal
import socket
import subprocess
import tempfile
import threading
import time
from pathlib import Path

from talking import LAUNCHER, ROOT, await_port, expect, free_port, run, running

PLACE = tempfile.TemporaryDirectory(prefix="antiphon-gateway-proxies-")
WORK = Path(PLACE.name)
GATEWAY, NGINX, HAPROXY = free_port(), free_port(), free_port()
USER = "X-Forwarded-User"
# Sound only: through a data channel a page could rewrite the session, and the gateway refuses it.
OFFER = (ROOT / "app/src/main/resources/dev/antiphon/app/offer.sdp").read_bytes()
OFFER = OFFER.split(b"m=application")[0].replace(b"BUNDLE 0 1", b"BUNDLE 0")
# A good client's answers, 99 of 100, and what it has open; and when the last slow client has to be gone.
GOOD_SECONDS = 0.2
GOOD_CONNECTIONS = 2
SLOW_SECONDS = 10
SLOW_CLIENTS = 1000


def configure():
    """Both proxies give up on silence after three seconds and name the user themselves, whatever the client says."""
    (WORK / "haproxy.cfg").write_text("""
global
  stats socket {work}/haproxy.sock level admin expose-fd listeners
  hard-stop-after 1s
defaults
  mode http
  timeout connect 3s
  timeout client 3s
  timeout server 3s
frontend web
  bind 127.0.0.1:{haproxy}
  http-request set-header {user} eve
  default_backend gateway
backend gateway
  server antiphon 127.0.0.1:{gateway}
""".format(work=WORK, haproxy=HAPROXY, gateway=GATEWAY, user=USER))
    location = """
      proxy_pass http://127.0.0.1:{gateway};
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $http_host;
      proxy_set_header {user} ada;
      proxy_read_timeout 3s;""".format(gateway=GATEWAY, user=USER)
    (WORK / "nginx.conf").write_text("""
pid {work}/nginx.pid;
error_log {work}/nginx.log;
worker_shutdown_timeout 1s;
events {{ }}
http {{
  log_format passed '$upstream_status';
  access_log {work}/access.log passed;
  client_body_temp_path {work}; proxy_temp_path {work}; fastcgi_temp_path {work};
  uwsgi_temp_path {work}; scgi_temp_path {work};
  server {{ listen 127.0.0.1:{nginx}; location / {{ {location} }} }}
}}
""".format(work=WORK, nginx=NGINX, location=location))


def nginx(*options):
    return ["nginx", "-c", WORK / "nginx.conf", "-e", WORK / "nginx.log", *options]


def haproxy(*options):
    return ["haproxy", "-q", "-db", "-f", WORK / "haproxy.cfg", *options]


def origin(port):
    return "http://127.0.0.1:%d" % port


def ask(port, method, path, body=None, kind=None, connection=None, **headers):
    """One request; its status, headers and body."""
    headers = {"Origin": origin(port), **({"Content-Type": kind} if kind else {}), **headers}
    connection = connection or http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    return answer.status, answer.headers, answer.read()


def begin(port):
    status, told, body = ask(port, "POST", "/calls", OFFER, "application/sdp")
    expect(status == 201, "a call", status, body)
    return told["Location"]


def type_text(port, call, text):
    status, _, body = ask(port, "POST", call + "/text", json.dumps({"text": text}), "application/json")
    expect(status == 202, "a text is taken", status, body)


class Stream:
    """The events of a call, read like a browser does: it comes back to where it was cut off, if it shall."""

    def __init__(self, port, call, resumes=False):
        self.port, self.call, self.resumes = port, call, resumes
        self.ids, self.cuts = [], 0
        self.open()

    def open(self):
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        last = {"Last-Event-ID": str(self.ids[-1])} if self.ids else {}
        self.connection.request("GET", self.call + "/events", headers=last)
        self.answer = self.connection.getresponse()
        expect(self.answer.status == 200, "a stream", self.answer.status)

    def line(self):
        while True:
            try:
                line = self.answer.readline()
            except (http.client.IncompleteRead, ConnectionError):
                line = b""
            if line or not self.resumes:
                return line.decode().rstrip("\n") if line else None
            self.cuts += 1
            self.reopen()

    def reopen(self):
        deadline = time.monotonic() + 10
        while True:
            try:
                return self.open()
            except OSError:
                expect(time.monotonic() < deadline, "the proxy is there again")
                time.sleep(0.1)

    def until(self, event, patience=15, **members):
        """The data of the first such event."""
        deadline, name = time.monotonic() + patience, ""
        while time.monotonic() < deadline:
            line = self.line()
            expect(line is not None, "the stream ended before " + event, self.ids)
            if line.startswith("id: "):
                self.ids.append(int(line[4:]))
            elif line.startswith("event: "):
                name = line[7:]
            elif line.startswith("data: ") and name == event:
                data = json.loads(line[6:])
                if all(data.get(member) == value for member, value in members.items()):
                    return data
        raise AssertionError("no %s %s; seen %s" % (event, members, self.ids))

    def beat(self):
        """Waits for the next comment."""
        for line in iter(self.line, None):
            if line.startswith(":"):
                return
        raise AssertionError("the stream ended")


def figures():
    """How many requests the gateway has answered, by route."""
    _, _, body = ask(GATEWAY, "GET", "/metrics", **{USER: "operator"})
    found = re.findall(r'antiphon_http_requests_seconds_count\{route="([^"]+)",[^}]*\} (\S+)', body.decode())
    counts = {}
    for route, count in found:
        counts[route] = counts.get(route, 0) + float(count)
    return counts


def raw(port, request):
    """What is answered to bytes sent as they are, until nothing more comes."""
    with socket.create_connection(("127.0.0.1", port), timeout=0.3) as connection:
        connection.sendall(request.encode("latin-1"))
        answer = b""
        try:
            while piece := connection.recv(65536):
                answer += piece
        except (TimeoutError, socket.timeout, ConnectionResetError):
            pass
        return answer.decode("latin-1")


SMUGGLED = "GET /config HTTP/1.1\r\nHost: {host}\r\n\r\n"
AMBIGUOUS = {
    "both lengths": "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "both lengths, the other way": "Transfer-Encoding: chunked\r\nContent-Length: 80\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "two lengths": "Content-Length: 0\r\nContent-Length: 44\r\n\r\n" + SMUGGLED,
    "a list of lengths": "Content-Length: 0, 44\r\n\r\n" + SMUGGLED,
    "a length with a sign": "Content-Length: +0\r\n\r\n" + SMUGGLED,
    "an unknown coding": "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "two codings": "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "a space before the colon": "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "a tab before the coding": "Transfer-Encoding:\tx\r\nContent-Length: 0\r\n\r\n" + SMUGGLED,
    "a folded header": "X: y\r\n Transfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n" + SMUGGLED,
    "bare line feeds in chunks": "Transfer-Encoding: chunked\r\n\r\n0\n\n" + SMUGGLED,
    "a chunk longer than it says": "Transfer-Encoding: chunked\r\n\r\n1\r\nxx\r\n0\r\n\r\n" + SMUGGLED,
    "an endless chunk size": "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff1\r\n\r\n" + SMUGGLED,
}


class Good:
    """A client that behaves: it begins calls, hangs up and reads the page, and notes how long each answer takes."""

    def __init__(self):
        self.took, self.fault, self.ends = [], None, threading.Event()
        self.worker = threading.Thread(target=self.work)

    def __enter__(self):
        self.worker.start()
        return self

    def __exit__(self, *_):
        self.ends.set()
        self.worker.join()

    def work(self):
        try:
            while not self.ends.is_set():
                call = self.timed("POST", "/calls", 201, OFFER, "application/sdp")["Location"]
                self.timed("GET", "/app.js", 200)
                self.timed("DELETE", call, 204)
                self.ends.wait(0.02)
        except Exception as fault:  # told by check(), in the thread of the checks
            self.fault = fault

    def timed(self, method, path, expected, *content):
        begun = time.monotonic()
        status, headers, body = ask(GATEWAY, method, path, *content, **{USER: "good"})
        self.took.append(time.monotonic() - begun)
        expect(status == expected, "%s %s" % (method, path), status, body)
        return headers

    def check(self):
        expect(self.fault is None, "the good client is served", repr(self.fault))
        took = sorted(self.took)
        p50, p99 = took[len(took) // 2], took[len(took) * 99 // 100]
        print("         a good client meanwhile: %d answers, p50 %.1f ms, p99 %.1f ms, longest %.1f ms"
              % (len(took), 1e3 * p50, 1e3 * p99, 1e3 * took[-1]), flush=True)
        expect(len(took) >= 100 and p99 < GOOD_SECONDS, "p99 of a good client below 200 ms", p99)


def connected():
    """How many connections the gateway has open; those it has closed may live on in the kernel."""
    local, established = ":%04X" % GATEWAY, "01"
    tables = [Path("/proc/net/tcp"), Path("/proc/net/tcp6")]
    rows = [line.split() for table in tables if table.exists() for line in table.read_text().splitlines()[1:]]
    return sum(row[1].endswith(local) and row[3] == established for row in rows)


def attack(*options):
    """A thousand slow clients; while they are there, a good one is served; in time the gateway closes them all."""
    command = ["slowhttptest", "-c", str(SLOW_CLIENTS), "-r", str(SLOW_CLIENTS), "-l", "30", "-p", "5", *options]
    begun, most, left = time.monotonic(), 0, SLOW_CLIENTS
    came = begun
    with running(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL), Good() as good:
        while most < SLOW_CLIENTS * 0.9 or left > GOOD_CONNECTIONS:
            time.sleep(0.1)
            now, left = time.monotonic(), connected()
            if left > most:
                most, came = left, now
            expect(most >= SLOW_CLIENTS * 0.9 or now - begun < SLOW_SECONDS, "a thousand came", most)
            expect(now - came < SLOW_SECONDS, "all were closed in time", left, "left of", most)
    print("         %d slow clients at once, all closed %.1f s after the last came" % (most, now - came), flush=True)
    good.check()


def main():
    configure()

    def a_call_works(port):
        call = begin(port)
        stream = Stream(port, call)
        stream.until("phase", phase="LIVE")
        type_text(port, call, "Good morning")
        said = stream.until("transcript", role="assistant", complete=True)
        expect("Good morning" in said["text"], "the answer to the text", said)
        expect(ask(port, "DELETE", call)[0] == 204, "hung up")
        stream.until("closed", orderly=True)

    def a_call_works_through_nginx():
        a_call_works(NGINX)

    def a_call_works_through_haproxy():
        a_call_works(HAPROXY)

    def nobody_but_the_proxy_names_the_user():
        call = begin(NGINX)
        expect(ask(GATEWAY, "POST", "/calls", OFFER, "application/sdp")[0] == 401, "no user, no call")
        expect(ask(HAPROXY, "DELETE", call)[0] == 404, "the call of another user is not there")
        expect(ask(HAPROXY, "DELETE", call, **{USER: "ada"})[0] == 404, "a name that a client gives itself is overwritten")
        expect(ask(NGINX, "DELETE", call)[0] == 204, "the user's own call")

    def nginx_does_not_hold_events_back():
        call = begin(NGINX)
        plain = Stream(NGINX, call)
        plain.until("phase", patience=3, phase="LIVE")
        type_text(NGINX, call, "at once")
        plain.until("transcript", patience=3, role="assistant", complete=True)
        ask(NGINX, "DELETE", call)

    def a_silent_stream_outlives_the_idle_time(port):
        call = begin(port)
        stream = Stream(port, call)
        stream.until("phase", phase="LIVE")
        begun = time.monotonic()
        for _ in range(3):
            stream.beat()
        expect(time.monotonic() - begun > 3, "longer than the idle time")
        type_text(port, call, "still there")
        stream.until("transcript", role="assistant", complete=True)
        ask(port, "DELETE", call)
        stream.until("closed")

    def f63_heartbeats_keep_silent_streams_open_past_the_idle_times_of_both_proxies():
        with concurrent.futures.ThreadPoolExecutor() as both:
            for done in [both.submit(a_silent_stream_outlives_the_idle_time, port) for port in (NGINX, HAPROXY)]:
                done.result()

    def a_stream_goes_on_after(port, mishap):
        call = begin(port)
        stream = Stream(port, call, resumes=True)
        type_text(port, call, "one")
        stream.until("response", state="done")
        mishap()
        deadline = time.monotonic() + 10
        while stream.cuts == 0:
            expect(time.monotonic() < deadline, "the stream was cut")
            try:
                type_text(port, call, "two")
            except ConnectionError:  # it came to the proxy that was about to end
                time.sleep(0.1)
                continue
            stream.until("response", state="done")
        ask(port, "DELETE", call)
        stream.until("closed")
        expect(stream.ids == list(range(1, len(stream.ids) + 1)), "no gap, no repeat", stream.ids)

    def f61_a_stream_goes_on_after_a_reload_of_nginx():
        a_stream_goes_on_after(NGINX, lambda: subprocess.run(nginx("-s", "reload"), check=True))

    def f61_a_stream_goes_on_after_a_reload_of_haproxy():
        def reload():
            before = haproxies[-1]
            haproxies.append(subprocess.Popen(haproxy("-x", WORK / "haproxy.sock", "-sf", str(before.pid))))
            before.wait(10)
        a_stream_goes_on_after(HAPROXY, reload)

    def f61_a_stream_goes_on_after_haproxy_was_killed():
        def kill():
            haproxies[-1].kill()
            haproxies.append(subprocess.Popen(haproxy()))
            await_port(HAPROXY, haproxies[-1])
        a_stream_goes_on_after(HAPROXY, kill)

    def passed_by_nginx():
        return sum(line.strip() != "-" for line in (WORK / "access.log").read_text().splitlines())

    def passed_by_haproxy():
        with socket.socket(socket.AF_UNIX) as admin:
            admin.connect(str(WORK / "haproxy.sock"))
            admin.sendall(b"show stat\n")
            lines = admin.makefile().read().splitlines()
        names = lines[0].lstrip("# ").split(",")
        rows = [dict(zip(names, line.split(","))) for line in lines[1:] if line]
        return next(int(row["stot"]) for row in rows if (row["pxname"], row["svname"]) == ("gateway", "BACKEND"))

    def nothing_slips_past(port, passed):
        for name, rest in AMBIGUOUS.items():
            served, forwarded = figures(), passed()
            answer = raw(port, ("POST /calls HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\n"
                                "Content-Type: application/sdp\r\n" + rest).format(host="127.0.0.1:%d" % port))
            time.sleep(0.05)
            now, let_through = figures(), passed() - forwarded
            reached = sum(now.values()) - sum(served.values()) - 1
            expect(not answer.startswith("HTTP/1.1 2"), name + " is refused", answer)
            expect(reached <= let_through, name + ": no request that the proxy did not see", reached, let_through, answer)

    def b38_ambiguous_requests_do_not_slip_past_nginx():
        nothing_slips_past(NGINX, passed_by_nginx)

    def b38_ambiguous_requests_do_not_slip_past_haproxy():
        nothing_slips_past(HAPROXY, passed_by_haproxy)

    def b38_ambiguous_requests_are_refused_without_a_proxy():
        for name, rest in AMBIGUOUS.items():
            before = figures().get("config", 0)
            answer = raw(GATEWAY, ("POST /calls HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\n%s: eve\r\n"
                                   "Content-Type: application/sdp\r\n" % USER + rest).format(
                                       host="127.0.0.1:%d" % GATEWAY))
            expect(re.match(r"HTTP/1\.1 (400|501) ", answer), name + " is refused", answer)
            expect(figures().get("config", 0) == before, name + ": what follows is not read as a request", answer)

    def b28_a_thousand_slow_heads():
        attack("-H", "-i", "2", "-u", origin(GATEWAY) + "/")

    def b28_a_thousand_slow_bodies():
        kind = "application/sdp\r\nOrigin: %s\r\n%s: mallory" % (origin(GATEWAY), USER)
        attack("-B", "-i", "2", "-s", "8192", "-x", "20", "-f", kind, "-u", origin(GATEWAY) + "/calls")

    def b28_a_thousand_slow_readers():
        attack("-X", "-k", "10", "-n", "1", "-z", "8", "-w", "16", "-y", "64", "-u", origin(GATEWAY) + "/style.css")

    serve = [LAUNCHER, "serve", "--port", GATEWAY, "--identity-header", USER,
             *(each for port in (NGINX, HAPROXY) for each in ("--origin", origin(port)))]
    haproxies = []
    try:
        with running(serve, stdout=subprocess.PIPE) as gateway, running(nginx("-g", "daemon off;")) as web:
            gateway.stdout.readline()
            haproxies.append(subprocess.Popen(haproxy()))
            await_port(NGINX, web)
            await_port(HAPROXY, haproxies[0])
            run([
                a_call_works_through_nginx,
                a_call_works_through_haproxy,
                nobody_but_the_proxy_names_the_user,
                nginx_does_not_hold_events_back,
                f63_heartbeats_keep_silent_streams_open_past_the_idle_times_of_both_proxies,
                f61_a_stream_goes_on_after_a_reload_of_nginx,
                f61_a_stream_goes_on_after_a_reload_of_haproxy,
                f61_a_stream_goes_on_after_haproxy_was_killed,
                b38_ambiguous_requests_do_not_slip_past_nginx,
                b38_ambiguous_requests_do_not_slip_past_haproxy,
                b38_ambiguous_requests_are_refused_without_a_proxy,
                b28_a_thousand_slow_heads,
                b28_a_thousand_slow_bodies,
                b28_a_thousand_slow_readers,
            ])
    finally:
        for each in haproxies:
            each.kill()
            each.wait()


signal.signal(signal.SIGTERM, lambda *_: exit(1))
main()
