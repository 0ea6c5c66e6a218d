"""Sinks of alerts against real peers: log servers and webhooks that work, fail, hang, lie and die.

tests/unit/sensor/alert/send_alerts.c opens a sink and sends what it is told to.
"""
import contextlib
import http.server
import json
import os
import pathlib
import re
import select
import shutil
import signal
import socket
import ssl
import subprocess
import threading
import time

import pytest

SOURCE = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("PLIMSOLL_BUILD", SOURCE / "build"))
SENDER = BUILD / "tests/unit/sensor/alert/send_alerts"
PATIENCE = 60  # seconds; nothing that works takes long


@pytest.fixture(scope="module", autouse=True)
def built():
    if not SENDER.exists():
        subprocess.run(["ninja", "-C", BUILD, "tests/unit/sensor/alert/send_alerts"], check=True,
                       capture_output=True, timeout=600)


def until(condition, what):
    """Asks again until it holds; fails with `what`."""
    end = time.monotonic() + PATIENCE
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < end, what() if callable(what) else what
        select.select([], [], [], 0.02)


class Sender:
    """A sink in a process of its own."""

    def __init__(self, address, spool, limit=None):
        arguments = [str(SENDER), address, str(spool)] + ([str(limit)] if limit else [])
        self.process = subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True)

    def command(self, text):
        self.process.stdin.write(text + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline().strip()
        assert answer and not answer.startswith("error"), (answer, self.process.poll())
        return answer

    def send(self, first, count, size=10):
        assert self.command(f"send {first} {count} {size}") == f"sent {first + count - 1}"

    def counts(self):
        return json.loads(self.command("counts"))

    def wait_sent(self, count):
        until(lambda: self.counts()["sent"] >= count, self.counts)

    def close(self):
        """The end of input; returns how long closing took."""
        start = time.monotonic()
        self.process.stdin.close()
        assert self.process.wait(PATIENCE) == 0, self.process.stderr.read()
        return time.monotonic() - start

    def kill(self):
        self.process.kill()
        self.process.wait(PATIENCE)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.kill()
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            with contextlib.suppress(BrokenPipeError):
                pipe.close()


def refuse(address, spool):
    """The complaint about an address that can't be."""
    done = subprocess.run([str(SENDER), address, str(spool)], stdin=subprocess.DEVNULL, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=PATIENCE)
    assert done.returncode == 2, done
    return done.stderr


def alert_id(alert):
    run, number = alert["id"].split("-")
    assert run == "0123456789abcdef"
    return int(number)


# ---- Webhooks ----

class Webhook:
    """An HTTP server whose `answer(n)` says what to do with the n-th request: a status, a
    (status, headers) pair, "hang", "hang up" or "babble"."""

    def __init__(self, answer=lambda n: 200):
        self.answer, self.bodies, self.headers, self.requests = answer, [], [], 0
        self.paths = []
        self.hanging = threading.Event()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle(self):
                with contextlib.suppress(ConnectionError):  # of senders that are killed
                    super().handle()

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                number, outer.requests = outer.requests, outer.requests + 1
                what = outer.answer(number)
                if what == "hang":
                    outer.hanging.wait(PATIENCE)
                    self.close_connection = True
                    return
                if what == "hang up":
                    self.connection.shutdown(socket.SHUT_RDWR)
                    self.close_connection = True
                    return
                if what == "babble":
                    self.send_response(200)
                    self.send_header("Content-Length", str(1 << 40))
                    self.end_headers()
                    while not outer.hanging.is_set():
                        self.wfile.write(bytes(1 << 16))
                    return
                status, headers = what if isinstance(what, tuple) else (what, {})
                if 200 <= status < 300:
                    outer.paths.append(self.path)
                    outer.headers.append(dict(self.headers))
                    outer.bodies.append(json.loads(body))
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}/alerts"

    def ids(self):
        return [alert_id(a) for body in list(self.bodies)
                for a in (body if isinstance(body, list) else [body])]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.hanging.set()
        self.server.shutdown()
        self.server.server_close()


def test_webhook_order(tmp_path):
    with Webhook() as hook, Sender(hook.url, tmp_path) as sender:
        sender.send(1, 200)
        sender.wait_sent(200)
        assert hook.ids() == list(range(1, 201))
        first = hook.bodies[0]
        assert first["rule"] == "A rule" and first["priority"] == "Warning"
        assert first["output"].endswith(": Warning alert number 1 xxxxxxxxxx")
        assert hook.headers[0]["Content-Type"] == "application/json"
        counts = sender.counts()
        assert counts["name"] == f"http://127.0.0.1:{hook.port}"
        assert (counts["spooled"], counts["lost"], counts["parked"]) == (0, 0, 0)
        sender.close()
    assert not list(tmp_path.glob("*/*.spool"))


def test_webhook_batches_and_secret_header(tmp_path):
    secret = tmp_path / "headers"
    secret.write_text("# for the hook\nAuthorization: Bearer open sesame\n\nX-Tenant: a\n")
    with Webhook() as hook:
        address = f"{hook.url}?batch=50&header-file={secret}&channel=a%20b"
        with Sender(address, tmp_path / "spool") as sender:
            sender.send(1, 500)
            sender.wait_sent(500)
            sender.close()
    assert hook.ids() == list(range(1, 501))
    assert all(isinstance(body, list) and len(body) <= 50 for body in hook.bodies)
    assert hook.headers[0]["Authorization"] == "Bearer open sesame"
    assert hook.headers[0]["X-Tenant"] == "a"


def test_webhook_fails_hangs_up_and_recovers(tmp_path):
    answers = [500, "hang up", (503, {"Retry-After": "0"}), (429, {"Retry-After": "1"}), 408]
    with Webhook(lambda n: answers[n] if n < len(answers) else 200) as hook, \
            Sender(hook.url, tmp_path) as sender:
        sender.send(1, 20)
        sender.wait_sent(20)
        assert hook.ids() == list(range(1, 21))
        # libcurl calls again by itself when a connection that it used before is gone.
        assert sender.counts()["retried"] >= len(answers) - 1
        assert "failure" not in sender.counts()


def test_an_address_in_a_file(tmp_path):
    """The path of a chat service's webhook is its secret: no argument has it."""
    place = tmp_path / "address"
    with Webhook() as hook:
        place.write_text(f"{hook.url}/services/T0/secret  \nrest\n")
        with Sender(f"@{place}", tmp_path) as sender:
            sender.send(1, 3)
            sender.wait_sent(3)
            arguments = pathlib.Path(f"/proc/{sender.process.pid}/cmdline").read_bytes()
        assert hook.ids() == [1, 2, 3] and hook.paths[0].endswith("/services/T0/secret")
    assert b"secret" not in arguments
    for text in ["", "\n\n", "@/other"]:
        place.write_text(text)
        assert "first line is no address" in refuse(f"@{place}", tmp_path)
    assert "address" in refuse(f"@{tmp_path}/none", tmp_path)


def test_webhook_hangs(tmp_path):
    with Webhook(lambda n: "hang" if n == 0 else 200) as hook, \
            Sender(hook.url, tmp_path) as sender:
        sender.send(1, 3)
        sender.wait_sent(3)
        assert hook.ids() == [1, 2, 3]
        assert sender.counts()["retried"] == 1


def test_closing_does_not_wait_for_a_peer_that_hangs(tmp_path):
    with Webhook(lambda n: "hang") as hook:
        with Sender(hook.url, tmp_path) as sender:
            sender.send(1, 3)
            until(lambda: hook.requests, "no request came")
            assert sender.close() < 8
        hook.answer = lambda n: 200
        with Sender(hook.url, tmp_path) as sender:
            sender.wait_sent(3)
        assert hook.ids() == [1, 2, 3]


def test_webhook_refuses_one(tmp_path):
    """A poisoned alert is parked after a few tries; the ones behind it get through."""
    def parked():
        return [json.loads(line) for path in tmp_path.glob("*/parked")
                for line in path.read_text().splitlines()]

    with Webhook() as hook:
        hook.answer = lambda n: 400 if len(hook.bodies) == 6 and not parked() else 200
        with Sender(hook.url, tmp_path) as sender:
            sender.send(1, 10)
            sender.wait_sent(9)
            counts = sender.counts()
            assert counts["parked"] == 1 and counts["retried"] == 4 and counts["lost"] == 0
            sender.close()
        assert hook.ids() == [1, 2, 3, 4, 5, 6, 8, 9, 10]
    assert [alert_id(alert) for alert in parked()] == [7]


@pytest.mark.parametrize("status", [302, 308, 401, 404])
def test_webhook_with_a_secret_that_has_expired(tmp_path, status):
    """The peer does not refuse an alert but us: all wait until it knows us again."""
    secret = tmp_path / "headers"
    secret.write_text("Authorization: Bearer old\n")
    with Webhook() as hook:
        hook.answer = lambda n: 200 if "new" in secret.read_text() else \
            (status, {"Retry-After": "0"})
        with Sender(f"{hook.url}?header-file={secret}", tmp_path / "spool") as sender:
            sender.send(1, 3)
            until(lambda: sender.counts()["retried"] >= 7, "it gave up")
            counts = sender.counts()
            assert counts["parked"] == 0 and counts["spooled"] == 3, counts
            assert f"answers {status}" in counts["failure"]
            secret.write_text("Authorization: Bearer new\n")
            sender.wait_sent(3)
        assert hook.ids() == [1, 2, 3]


def test_webhook_that_never_ends_its_answer(tmp_path):
    with Webhook(lambda n: "babble" if n == 0 else 200) as hook, \
            Sender(hook.url, tmp_path) as sender:
        sender.send(1, 3)
        until(lambda: "sends more than" in sender.counts().get("failure", ""), sender.counts)
        sender.wait_sent(3)
        assert hook.ids() == [1, 2, 3]


def test_webhook_refuses_a_batch(tmp_path):
    """A batch that is refused goes one by one."""
    with Webhook() as hook:
        hook.answer = lambda n: 413 if n == 0 else 200
        with Sender(f"{hook.url}?batch=10", tmp_path) as sender:
            sender.send(1, 10)
            sender.wait_sent(10)
            assert sender.counts()["parked"] == 0
        assert hook.ids() == list(range(1, 11))


def test_webhook_down_then_up(tmp_path):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with Sender(f"http://127.0.0.1:{port}/", tmp_path) as sender:
        sender.send(1, 1000)
        until(lambda: sender.counts()["retried"] >= 1, "nothing was tried")
        counts = sender.counts()
        assert counts["spooled"] == 1000 and "cannot connect" in counts["failure"]
        assert sender.close() < 5
    with Webhook() as hook:
        # The same spool under the new port: a peer is known by its address.
        [old] = tmp_path.glob("http-*")
        with Sender(hook.url, tmp_path) as sender:
            sender.close()
        [new] = [p for p in tmp_path.glob("http-*") if p != old]
        shutil.rmtree(new)
        old.rename(new)
        with Sender(hook.url, tmp_path) as sender:
            sender.wait_sent(1000)
        assert hook.ids() == list(range(1, 1001))


def test_kill_9_in_the_middle(tmp_path):
    """What was told to be sent arrives after any number of deaths, each at least once."""
    told = 0
    with Webhook(lambda n: 200 if n % 7 else 500) as hook:
        for turn in range(8):
            with Sender(hook.url, tmp_path) as sender:
                sender.process.stdin.write("".join(
                    f"send {told + 1 + i} 1 {i % 500}\n" for i in range(300)))
                sender.process.stdin.flush()
                answers = [sender.process.stdout.readline() for _ in range(20 + 35 * turn)]
                sender.kill()
                answers += sender.process.stdout.read().splitlines()
                whole = [answer for answer in answers if re.match(r"sent \d+$", answer)]
                assert len(whole) >= 20 + 35 * turn
                told = max(int(answer.split()[1]) for answer in whole)
        hook.answer = lambda n: 200
        with Sender(hook.url, tmp_path) as sender:
            until(lambda: sender.counts()["spooled"] == 0, sender.counts)
            assert sender.counts()["lost"] == 0
            sender.close()
    assert set(range(1, told + 1)) <= set(hook.ids())


def test_spool_limit(tmp_path):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with Sender(f"http://127.0.0.1:{port}/", tmp_path, 256 << 10) as sender:
        sender.send(1, 2000, 400)
        counts = sender.counts()
        assert counts["lost"] > 0 and counts["lost"] + counts["spooled"] == 2000
        assert counts["spool_bytes"] <= 256 << 10


def test_what_no_webhook_can_be(tmp_path):
    missing = tmp_path / "missing"
    broken = tmp_path / "broken"
    broken.write_text("Authorization Bearer x\n")
    for address, complaint in [
            ("http://example.com/", "plain http is used for this machine only"),
            ("https://", "URL"),
            ("http://127.0.0.1/?batch=0", "batch=0: give a number from 1"),
            (f"http://127.0.0.1/?header-file={missing}", "cannot open"),
            (f"http://127.0.0.1/?header-file={broken}", "line 1 is no header"),
            (f"https://127.0.0.1/?ca={missing}", "missing"),
            ("https://me:secret@127.0.0.1/", "put a line \"Authorization: Basic ...\" into"),
            ("syslog+tls://me:secret@127.0.0.1", "with syslog+tls a certificate says"),
            ("syslog+tcp://", "needs a host"),
            ("syslog+tcp://h:0", "needs a host"),
            ("syslog+tcp://h?facility=nope", "facility=nope is not known"),
            ("syslog+tls://h?ca=/dev/null", "/dev/null"),
            ("syslog:x", "path of a socket"),
            ("syslog:?max=10", "max=10: give a number")]:
        said = refuse(address, tmp_path / "spool")
        assert complaint in said and "secret" not in said, (address, said)


# ---- Log servers ----

FORM = re.compile(r"<(\d+)>1 (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z) (\S+) (\S+) (\d+) (\S+) - (.*)",
                  re.S)


def parse_5424(message):
    found = FORM.fullmatch(message.decode())
    assert found, message
    priority, _, host, application, _, identifier, text = found.groups()
    assert (priority, host, application, identifier) == ("28", "node-1", "plimsoll-sensor",
                                                         "a-rule")
    return json.loads(text)


class LogServer:
    """A TCP server, perhaps with TLS, that reads counted octets."""

    def __init__(self, port=0, context=None):
        self.context, self.messages, self.connections = context, [], []
        self.listener = socket.create_server(("127.0.0.1", port))
        self.port = self.listener.getsockname()[1]
        self.open = True
        self.thread = threading.Thread(target=self.accept, daemon=True)
        self.thread.start()

    def accept(self):
        while self.open:
            try:
                connection, _ = self.listener.accept()
                if self.context:
                    connection.settimeout(PATIENCE)
                    connection = self.context.wrap_socket(connection, server_side=True)
            except (OSError, ssl.SSLError):
                continue
            self.connections.append(connection)
            threading.Thread(target=self.read, args=(connection,), daemon=True).start()

    def read(self, connection):
        stream = connection.makefile("rb")
        try:
            while True:
                digits = b""
                while (c := stream.read(1)) and c != b" ":
                    digits += c
                if not c:
                    return
                assert digits.isdigit() and not digits.startswith(b"0"), digits
                message = stream.read(int(digits))
                if len(message) < int(digits):
                    return
                self.messages.append(message)
        except (OSError, ValueError):
            pass

    def ids(self):
        return [alert_id(parse_5424(message)) for message in list(self.messages)]

    def cut(self):
        """Resets all connections, as a machine that dies does."""
        while self.connections:
            connection = self.connections.pop()
            with contextlib.suppress(OSError):
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                connection.shutdown(socket.SHUT_RD)
            with contextlib.suppress(OSError):
                connection.close()

    def close(self):
        self.open = False
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join(PATIENCE)
        for connection in self.connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def test_syslog_tcp(tmp_path):
    with LogServer() as server, Sender(f"syslog+tcp://127.0.0.1:{server.port}",
                                       tmp_path) as sender:
        sender.send(1, 1000, 50)
        sender.wait_sent(1000)
        until(lambda: len(server.messages) == 1000, lambda: len(server.messages))
        assert server.ids() == list(range(1, 1001))
        sender.close()


def test_syslog_tcp_is_cut_to_what_servers_take(tmp_path):
    with LogServer() as server, Sender(f"syslog+tcp://127.0.0.1:{server.port}",
                                       tmp_path) as sender:
        sender.send(1, 1, 30000)
        sender.wait_sent(1)
        until(lambda: server.messages, "nothing came")
        assert len(server.messages[0]) <= 8192
        assert parse_5424(server.messages[0])["cut"] is True


def test_syslog_tcp_down_and_up(tmp_path):
    server = LogServer()
    with Sender(f"syslog+tcp://localhost:{server.port}", tmp_path) as sender:
        sender.send(1, 10)
        sender.wait_sent(10)
        server.close()
        sender.send(11, 500)
        until(lambda: sender.counts()["retried"], "nothing was tried")
        with LogServer(server.port) as again:
            sender.wait_sent(510)
            until(lambda: set(range(11, 511)) <= set(again.ids()), lambda: len(again.messages))


def test_syslog_tcp_reset_again_and_again(tmp_path):
    """What a server had received, but not read, when it died comes again."""
    with LogServer() as server, Sender(f"syslog+tcp://127.0.0.1:{server.port}",
                                       tmp_path) as sender:
        for part in range(10):
            sender.send(1 + part * 100, 100, 100)
            server.cut()
        until(lambda: sender.counts()["spooled"] == 0, sender.counts)
        until(lambda: set(server.ids()) == set(range(1, 1001)),
              lambda: sorted(set(range(1, 1001)) - set(server.ids())))


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    """A CA, a server's certificate for 127.0.0.1 and localhost, and a client's."""
    if not shutil.which("openssl"):
        pytest.skip("openssl is not installed: apt-get install openssl")
    folder = tmp_path_factory.mktemp("authority")

    def openssl(*arguments):
        subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True,
                       cwd=folder, timeout=PATIENCE)

    for name in ("ca", "other"):
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                "-keyout", f"{name}.key", "-out", f"{name}.pem", "-days", "30", "-subj",
                f"/CN={name}")
    for name, alternatives in (("server", "IP:127.0.0.1,DNS:localhost"), ("client", "DNS:node-1"),
                               ("elsewhere", "DNS:elsewhere.test")):
        openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
                f"{name}.key", "-out", f"{name}.csr", "-subj", f"/CN={name}")
        (folder / f"{name}.ext").write_text(f"subjectAltName={alternatives}\n")
        openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key",
                "-CAcreateserial", "-out", f"{name}.pem", "-days", "30", "-extfile",
                f"{name}.ext")
    return folder


def server_context(authority, name="server", client_ca=None, version=None):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority / f"{name}.pem", authority / f"{name}.key")
    if client_ca:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(authority / client_ca)
    if version:
        context.minimum_version = context.maximum_version = version
    return context


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_syslog_tls(tmp_path, authority, host, version):
    with LogServer(context=server_context(authority, version=version)) as server, \
            Sender(f"syslog+tls://{host}:{server.port}?ca={authority}/ca.pem", tmp_path) as sender:
        sender.send(1, 300, 200)
        sender.wait_sent(300)
        until(lambda: len(server.messages) == 300, lambda: len(server.messages))
        assert server.ids() == list(range(1, 301))


def test_syslog_tls_with_a_certificate_of_ours(tmp_path, authority):
    with LogServer(context=server_context(authority, client_ca="ca.pem")) as server:
        address = f"syslog+tls://127.0.0.1:{server.port}?ca={authority}/ca.pem"
        with Sender(address, tmp_path / "without") as sender:
            sender.send(1, 1)
            until(lambda: "failure" in sender.counts(), "a server that wants one took us without")
        assert not server.messages
        address += f"&cert={authority}/client.pem&key={authority}/client.key"
        with Sender(address, tmp_path / "with") as sender:
            sender.send(1, 10)
            sender.wait_sent(10)
            until(lambda: server.ids() == list(range(1, 11)), "not all came")


@pytest.mark.parametrize("name, ca", [("server", "other.pem"), ("elsewhere", "ca.pem"),
                                      ("server", None)])
def test_syslog_tls_is_verified(tmp_path, authority, name, ca):
    with LogServer(context=server_context(authority, name)) as server:
        query = f"?ca={authority}/{ca}" if ca else ""
        with Sender(f"syslog+tls://127.0.0.1:{server.port}{query}", tmp_path) as sender:
            sender.send(1, 1)
            until(lambda: "not trusted" in sender.counts().get("failure", ""), sender.counts)
            assert sender.counts()["sent"] == 0
        assert not server.messages


@pytest.mark.parametrize("parameter", ["ca", "cert", "key"])
def test_syslog_tls_with_a_file_that_is_not_there(tmp_path, authority, parameter):
    files = {"ca": "ca.pem", "cert": "client.pem", "key": "client.key", parameter: "nowhere.pem"}
    query = "&".join(f"{name}={authority}/{file}" for name, file in files.items())
    said = refuse(f"syslog+tls://127.0.0.1:9?{query}", tmp_path)
    assert said.startswith(f"cannot open {authority}/nowhere.pem: no such file or directory\n")


def test_syslog_udp(tmp_path):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(PATIENCE)
        with Sender(f"syslog+udp://127.0.0.1:{server.getsockname()[1]}", tmp_path) as sender:
            for number in range(1, 21):
                sender.send(number, 1)
                assert alert_id(parse_5424(server.recv(65536))) == number


@pytest.mark.parametrize("kind", [socket.SOCK_DGRAM, socket.SOCK_STREAM])
def test_syslog_local(tmp_path, kind):
    path = tmp_path / "log"
    with Sender(f"syslog:{path}", tmp_path / "spool") as sender:
        sender.send(1, 1)
        until(lambda: "cannot connect" in sender.counts().get("failure", ""), sender.counts)
        with socket.socket(socket.AF_UNIX, kind) as server:
            server.bind(str(path))
            server.settimeout(PATIENCE)
            reader = server
            if kind == socket.SOCK_STREAM:
                server.listen()
                reader, _ = server.accept()
                reader.settimeout(PATIENCE)
            message = reader.recv(65536)
            while kind == socket.SOCK_STREAM and not message.endswith(b"\0"):
                message += reader.recv(65536)
            assert re.fullmatch(rb"<28>\w{3} [ \d]\d \d\d:\d\d:\d\d plimsoll-sensor\[\d+\]: "
                                rb"\d\d:\d\d:\d\d\.\d{9}: Warning alert number 1 x{10}\0?",
                                message), message
            if reader is not server:
                reader.close()


def start_rsyslog(folder, configuration):
    if not shutil.which("rsyslogd"):
        pytest.skip("rsyslogd is not installed: apt-get install rsyslog")
    (folder / "rsyslog.conf").write_text(configuration)
    return subprocess.Popen(["rsyslogd", "-n", "-f", str(folder / "rsyslog.conf"), "-i",
                             str(folder / "rsyslog.pid")], stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT)


def end(process):
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=PATIENCE)


def test_rsyslog(tmp_path):
    """Debian's rsyslogd, over TCP and from its local socket."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    out = tmp_path / "out"
    # Sockets have paths of at most 107 bytes.
    local = pathlib.Path(f"/tmp/plimsoll-rsyslog-{os.getpid()}")
    server = start_rsyslog(tmp_path, f"""
module(load="imtcp") module(load="imuxsock" SysSock.Use="off")
input(type="imtcp" address="127.0.0.1" port="{port}")
input(type="imuxsock" Socket="{local}")
template(name="line" type="string" string="%syslogseverity-text%|%app-name%|%hostname%|%msgid%|%msg%\\n")
action(type="omfile" file="{out}" template="line")
""")
    try:
        with Sender(f"syslog+tcp://127.0.0.1:{port}", tmp_path / "spool") as sender:
            sender.send(1, 100, 1000)
            sender.wait_sent(100)
        with Sender(f"syslog:{local}", tmp_path / "spool") as sender:
            sender.send(1000, 1)
            sender.wait_sent(1)
        until(lambda: out.exists() and len(out.read_text().splitlines()) >= 101, "lines missing")
    finally:
        end(server)
        local.unlink(missing_ok=True)
    lines = [line.split("|", 4) for line in out.read_text().splitlines()]
    over_tcp = [line for line in lines if line[3] == "a-rule"]
    assert [alert_id(json.loads(line[4])) for line in over_tcp] == list(range(1, 101))
    assert all(line[:3] == ["warning", "plimsoll-sensor", "node-1"] for line in over_tcp)
    [one] = [line for line in lines if line[3] != "a-rule"]
    assert one[:2] == ["warning", "plimsoll-sensor"]
    assert "Warning alert number 1000" in one[4]


# ---- Files ----

def test_file_rotation(tmp_path):
    path = tmp_path / "alerts.json"
    with Sender(f"file:{path}?size=64K&keep=3", tmp_path) as sender:
        sender.send(1, 1000, 100)
        path.rename(tmp_path / "moved")
        sender.command("reopen")
        sender.send(1001, 1)
        sender.close()
    kept = [tmp_path / "alerts.json.3", tmp_path / "alerts.json.2", tmp_path / "alerts.json.1",
            tmp_path / "moved", path]
    ids = [alert_id(json.loads(line)) for file in kept for line in file.read_text().splitlines()]
    assert ids == list(range(ids[0], 1002)) and len(ids) > 200
    assert all(file.stat().st_size <= 64 << 10 for file in kept)
    assert not (tmp_path / "alerts.json.4").exists()


def test_full_disk(tmp_path):
    """A small file system that fills: lines are whole, the spool bridges it in memory."""
    if os.geteuid() != 0:
        pytest.skip("mounting needs root")
    small = tmp_path / "small"
    small.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1M", "none", str(small)],
                          capture_output=True)
    if done.returncode:
        pytest.skip("tmpfs can't be mounted here")
    try:
        with Webhook(lambda n: 503) as hook, Sender(hook.url, small / "spool") as sender:
            sender.send(1, 10)
            filler = small / "filler"
            with contextlib.suppress(OSError), open(filler, "wb", buffering=0) as file:
                while True:
                    file.write(b"x" * 4096)
            sender.send(11, 500, 500)
            counts = sender.counts()
            assert counts["spooled"] == 510 and counts["in_memory"] > 400, counts
            filler.unlink()
            until(lambda: sender.counts()["in_memory"] == 0, sender.counts)
            hook.answer = lambda n: 200
            sender.wait_sent(510)
            assert hook.ids() == list(range(1, 511))
            assert sender.counts()["lost"] == 0
    finally:
        subprocess.run(["umount", str(small)], check=True)
