"""The checks of proxies.sh."""

import socket
import subprocess
import tempfile
import threading
import time
from pathlib import Path

from talking import Talk, await_port, expect, free_port, run, running, simulator

PLACE = tempfile.TemporaryDirectory(prefix="antiphon-proxies-")
WORK = Path(PLACE.name)
HAPROXY, IDLE, NGINX = free_port(), free_port(), free_port()
CANARY = socket.create_server(("127.0.0.1", 0))
VISITS = []
TRUST = "-Djavax.net.ssl.trustStore=%s -Djavax.net.ssl.trustStorePassword=password" % (WORK / "trust.p12")


def watch_canary():
    while True:
        try:
            VISITS.append(CANARY.accept())
        except OSError:
            return


def quietly(*command):
    done = subprocess.run([str(each) for each in command], capture_output=True, cwd=WORK, timeout=60)
    expect(done.returncode == 0, " ".join(map(str, command)), done.stderr.decode())
    return done.stdout.decode()


def certificates():
    quietly("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-keyout", "key.pem", "-out", "crt.pem", "-days", "2", "-subj", "/CN=proxies",
            "-addext", "subjectAltName=IP:127.0.0.1")
    (WORK / "server.pem").write_text((WORK / "crt.pem").read_text() + (WORK / "key.pem").read_text())
    quietly("keytool", "-importcert", "-noprompt", "-file", "crt.pem", "-alias", "ca",
            "-keystore", "trust.p12", "-storetype", "PKCS12", "-storepass", "password")


def haproxy_configuration(upstream):
    (WORK / "haproxy.cfg").write_text("""
global
  stats socket {work}/haproxy.sock level admin expose-fd listeners
defaults
  mode http
  timeout connect 5s
  timeout client 5s
  timeout server 5s
frontend tls
  bind 127.0.0.1:{port} ssl crt {work}/server.pem
  http-request return status 401 if {{ path_beg /401 }}
  http-request return status 429 hdr Retry-After 3600 if {{ path_beg /429 }}
  http-request return status 503 hdr Retry-After 0 if {{ path_beg /503 }}
  http-request redirect location https://127.0.0.1:{canary}/v1 code 307 if {{ path_beg /307 }}
  http-request silent-drop if {{ path_beg /silent }}
  default_backend simulator
backend simulator
  timeout tunnel 1h
  server simulator {upstream}
frontend idle
  bind 127.0.0.1:{idle} ssl crt {work}/server.pem
  default_backend impatient
backend impatient
  timeout tunnel 25s
  server simulator {upstream}
""".format(work=WORK, port=HAPROXY, idle=IDLE, canary=CANARY.getsockname()[1], upstream=upstream))


def nginx_configuration(upstream):
    (WORK / "nginx.conf").write_text("""
pid {work}/nginx.pid;
error_log {work}/nginx.log;
events {{}}
http {{
  access_log off;
  client_body_temp_path {work}; proxy_temp_path {work}; fastcgi_temp_path {work};
  uwsgi_temp_path {work}; scgi_temp_path {work};
  server {{
    listen 127.0.0.1:{port} ssl;
    ssl_certificate {work}/crt.pem;
    ssl_certificate_key {work}/key.pem;
    location /v1 {{
      proxy_pass http://{upstream};
      proxy_http_version 1.1;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection upgrade;
      proxy_read_timeout 3s;
    }}
    location /forgetful/v1 {{ proxy_pass http://{upstream}/v1; }}
  }}
}}
""".format(work=WORK, port=NGINX, upstream=upstream))


def https(port, path=""):
    return "https://127.0.0.1:%d%s/v1" % (port, path)


def talk(url, *options):
    return Talk(url, *options, java=TRUST)


def haproxy(*options):
    return ["haproxy", "-q", "-db", "-f", WORK / "haproxy.cfg", *options]


def haproxy_command(text):
    with socket.socket(socket.AF_UNIX) as admin:
        admin.connect(str(WORK / "haproxy.sock"))
        admin.sendall(text.encode() + b"\n")
        return admin.recv(65536).decode()


def main(base_url):
    upstream = base_url.split("/")[2]
    certificates()
    haproxy_configuration(upstream)
    nginx_configuration(upstream)
    threading.Thread(target=watch_canary, daemon=True).start()

    def a_conversation_works_through_haproxy():
        talk(https(HAPROXY), "--text", "Good morning").works()

    def a_certificate_that_nobody_signed_for_us_is_refused():
        closed = Talk(https(HAPROXY), "--text", "x").end()
        expect("TLS_REFUSED" in closed["text"], "TLS_REFUSED", closed)

    def a_401_of_the_proxy_ends_the_start_at_once():
        lines = talk(https(HAPROXY, "/401"), "--text", "x").lines()
        expect("answered 401" in lines[-1]["text"], "401 is named", lines)
        expect([each["attempt"] for each in lines if each["event"] == "joining"] == [1], "one attempt", lines)

    def a_429_with_a_long_wait_fails_at_once_and_names_the_wait():
        lines = talk(https(HAPROXY, "/429"), "--text", "x").lines()
        expect("THROTTLED" in lines[-1]["text"] and "3600 s" in lines[-1]["text"], "the wait is named", lines)
        expect([each["attempt"] for each in lines if each["event"] == "joining"] == [1], "one attempt", lines)

    def a_503_that_asks_to_come_back_is_tried_again():
        lines = talk(https(HAPROXY, "/503"), "--text", "x").lines()
        expect("answered 503" in lines[-1]["text"], "503 is named", lines)
        expect([each["attempt"] for each in lines if each["event"] == "joining"] == [1, 2, 3], "three attempts", lines)

    def a_307_is_not_followed():
        closed = talk(https(HAPROXY, "/307"), "--text", "x").end()
        expect("answered 307" in closed["text"], "307 is named", closed)
        expect(not VISITS, "nobody visits the other host")

    def a_session_that_the_operator_kills_is_a_lost_connection():
        conversation = talk(https(HAPROXY), "--text", "hello", "--for", "60s")
        conversation.until("receipt", outcome="ACKNOWLEDGED")
        haproxy_command("shutdown sessions server simulator/simulator")
        closed = conversation.end()
        expect(closed["code"] == 1006 and "CONNECTION_LOST" in closed["text"], "lost", closed)
        expect(conversation.process.returncode == 1, "exit 1", conversation.process.returncode)

    def a_reload_leaves_the_running_conversation_and_takes_the_next():
        conversation = talk(https(HAPROXY), "--text", "hello", "--for", "4s")
        conversation.until("receipt", outcome="ACKNOWLEDGED")
        before = haproxies[-1]
        haproxies.append(subprocess.Popen([str(each) for each in haproxy(
            "-x", WORK / "haproxy.sock", "-sf", str(before.pid))]))
        talk(https(HAPROXY), "--text", "Good morning").works()
        closed = conversation.end()
        expect(closed["code"] == 1000 and closed["initiator"] == "APPLICATION", "an orderly end", closed)

    def pings_keep_an_idle_conversation_open_past_the_tunnel_time_out():
        closed = idle.end()
        expect(closed["code"] == 1000 and closed["initiator"] == "APPLICATION", "an orderly end", closed)

    def a_conversation_works_through_nginx():
        talk(https(NGINX), "--text", "Good morning").works()

    def a_proxy_that_forgets_the_upgrade_is_a_refusal():
        closed = talk(https(NGINX, "/forgetful"), "--text", "x").end()
        expect("UPGRADE_REFUSED" in closed["text"], "a refusal", closed)

    def a_read_time_out_shorter_than_the_pings_is_a_lost_connection():
        closed = talk(https(NGINX), "--text", "hello", "--for", "60s").end()
        expect(closed["code"] == 1006 and "CONNECTION_LOST" in closed["text"], "lost", closed)

    def a_proxy_that_is_killed_is_a_lost_connection():
        conversation = talk(https(HAPROXY), "--text", "hello", "--for", "60s")
        conversation.until("receipt", outcome="ACKNOWLEDGED")
        for each in haproxies:
            each.kill()
        closed = conversation.end()
        expect(closed["code"] == 1006 and "CONNECTION_LOST" in closed["text"], "lost", closed)

    def nobody_behind_the_port_is_a_failed_connect():
        closed = talk(https(HAPROXY), "--text", "x").end()
        expect("CONNECT_FAILED" in closed["text"], "CONNECT_FAILED", closed)

    haproxies = [subprocess.Popen([str(each) for each in haproxy()])]
    nginx = ["nginx", "-c", WORK / "nginx.conf", "-e", WORK / "nginx.log", "-g", "daemon off;"]
    try:
        with running(nginx) as second:
            await_port(HAPROXY, haproxies[0])
            await_port(NGINX, second)
            idle = talk(https(IDLE), "--text", "hello", "--for", "30s")
            idle.until("receipt", outcome="ACKNOWLEDGED")
            run([
                a_conversation_works_through_haproxy,
                a_certificate_that_nobody_signed_for_us_is_refused,
                a_401_of_the_proxy_ends_the_start_at_once,
                a_429_with_a_long_wait_fails_at_once_and_names_the_wait,
                a_503_that_asks_to_come_back_is_tried_again,
                a_307_is_not_followed,
                a_session_that_the_operator_kills_is_a_lost_connection,
                a_reload_leaves_the_running_conversation_and_takes_the_next,
                a_conversation_works_through_nginx,
                a_proxy_that_forgets_the_upgrade_is_a_refusal,
                a_read_time_out_shorter_than_the_pings_is_a_lost_connection,
                pings_keep_an_idle_conversation_open_past_the_tunnel_time_out,
                a_proxy_that_is_killed_is_a_lost_connection,
                nobody_behind_the_port_is_a_failed_connect,
            ])
            time.sleep(0.2)
            expect(not VISITS, "the canary was never visited")
    finally:
        for each in haproxies:
            each.kill()
            each.wait()
        CANARY.close()


with simulator() as url:
    main(url)
