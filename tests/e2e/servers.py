"""Real servers for tests: registries, engines, proxies, and faults on the way.

Each is started once a session, on loopback with a free port or a socket of its
own, with its data in a directory of its own, and ended by its process id. What
is not installed here is skipped, with the name of the package.

    registry, registry_basic, registry_tls, registry_token   docker-registry
    faults            a proxy before `registry` that breaks what it is told to
    connect_proxy     an HTTP proxy that leads every host to a port of this machine
    docker_engine, containerd, podman, podman_service        engines without images

push(), Docker.load() and their like put images there; see tiny_images.py.
"""
import base64
import contextlib
import dataclasses
import http.client
import http.server
import json
import os
import pathlib
import select
import shutil
import socket
import socketserver
import subprocess
import tempfile
import threading
import time
import urllib.parse

import pytest

START_SECONDS = 60
STOP_SECONDS = 20
USER, PASSWORD = "ahoy", "load:line"  # a colon in the password, as people have them
IDENTITY_TOKEN = "identity-token-of-ahoy"


def require(*programs):
    """Skips when a program is missing; names of Debian packages where they differ."""
    packages = {"dockerd": "docker.io", "ctr": "containerd", "htpasswd": "apache2-utils",
                "qemu-system-x86_64": "qemu-system-x86"}
    for program in programs:
        if not shutil.which(program):
            pytest.skip(f"{program} is not installed: apt-get install "
                        f"{packages.get(program, program)}")


def require_root():
    if os.geteuid() != 0:
        pytest.skip("the engine needs root")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def run(*arguments, may_fail=False, **kwargs):
    done = subprocess.run([str(a) for a in arguments], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, timeout=300, check=False, **kwargs)
    assert done.returncode == 0 or may_fail, f"{arguments}: {done.stdout[-3000:]}"
    return done.stdout


@pytest.fixture(scope="session")
def short_directory():
    """Sockets have paths of at most 107 bytes; pytest's directories are longer."""
    path = pathlib.Path(tempfile.mkdtemp(prefix="plimsoll-"))
    yield path
    shutil.rmtree(path, ignore_errors=True)


class Process:
    """A server in a process of its own."""

    def __init__(self, arguments, log, **kwargs):
        self.log = pathlib.Path(log)
        with open(self.log, "wb") as file:
            self.child = subprocess.Popen([str(a) for a in arguments], stdin=subprocess.DEVNULL,
                                          stdout=file, stderr=subprocess.STDOUT, **kwargs)

    def wait_for(self, is_ready):
        deadline = time.monotonic() + START_SECONDS
        while not is_ready():
            if self.child.poll() is not None:
                pytest.fail(f"{self.child.args[0]} ended: {self.log.read_text()[-3000:]}")
            if time.monotonic() > deadline:
                self.stop()
                pytest.fail(f"{self.child.args[0]} is not ready: {self.log.read_text()[-3000:]}")
            time.sleep(0.05)  # between two looks, not instead of one
        return self

    def stop(self):
        self.child.terminate()
        try:
            self.child.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()


def answers_on_port(port):
    def is_ready():
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return True
        return False
    return is_ready


def answers_on_socket(path):
    def is_ready():
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as probe:
            probe.connect(str(path))
            return True
        return False
    return is_ready


# ---- Certificates ----

@dataclasses.dataclass
class Certificates:
    ca: pathlib.Path    # the private CA
    cert: pathlib.Path  # of localhost, 127.0.0.1 and registry.test
    key: pathlib.Path


def make_certificates(folder):
    require("openssl")
    made = Certificates(folder / "ca.pem", folder / "cert.pem", folder / "key.pem")
    new_key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    run("openssl", "req", "-x509", *new_key, "-keyout", folder / "ca.key", "-out", made.ca,
        "-days", "30", "-subj", "/CN=Test CA")
    run("openssl", "req", *new_key, "-keyout", made.key, "-out", folder / "csr.pem",
        "-subj", "/CN=localhost")
    (folder / "san.cnf").write_text("subjectAltName=DNS:localhost,DNS:registry.test,IP:127.0.0.1\n")
    run("openssl", "x509", "-req", "-in", folder / "csr.pem", "-CA", made.ca,
        "-CAkey", folder / "ca.key", "-CAcreateserial", "-days", "30",
        "-extfile", folder / "san.cnf", "-out", made.cert)
    return made


@pytest.fixture(scope="session")
def certificates(tmp_path_factory):
    return make_certificates(tmp_path_factory.mktemp("certificates"))


# ---- Registries ----

@dataclasses.dataclass
class Registry:
    host: str  # "localhost:PORT"
    user: str = ""
    password: str = ""
    process: Process = None
    data: pathlib.Path = None

    def docker_config(self, folder, **entry):
        """A directory with a config.json that logs in here."""
        plain = f"{self.user}:{self.password}".encode()
        entry = entry or {"auth": base64.b64encode(plain).decode()}
        folder = pathlib.Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "config.json").write_text(json.dumps({"auths": {self.host: entry}}))
        return folder

    def blob(self, digest):
        """The file in which the registry keeps a blob."""
        name = digest.split(":")[1]
        return self.data / "docker/registry/v2/blobs/sha256" / name[:2] / name / "data"


def push(registry, name, layout, docker=False):
    """Copies the only image (or index) of an OCI layout there: digests unchanged, or
    with `docker` as an image of Docker's schema 2."""
    require("skopeo")
    credentials = ["--dest-creds", f"{registry.user}:{registry.password}"] if registry.user else []
    form = ["--format", "v2s2"] if docker else ["--preserve-digests"]
    run("skopeo", "--insecure-policy", "copy", "--quiet", "--all", *form,
        "--dest-tls-verify=false", *credentials, f"oci:{layout}",
        f"docker://{registry.host}/{name}")


def start_registry(folder, certificates=None, auth=""):
    require("docker-registry")
    port = free_port()
    config = folder / "config.yml"
    tls = f"""
  tls:
    certificate: {certificates.cert}
    key: {certificates.key}""" if certificates else ""
    config.write_text(f"""version: 0.1
log:
  accesslog:
    disabled: true
storage:
  filesystem:
    rootdirectory: {folder / "data"}
http:
  addr: 127.0.0.1:{port}{tls}
{auth}""")
    process = Process(["docker-registry", "serve", config], folder / "log")
    process.wait_for(answers_on_port(port))
    return Registry(f"localhost:{port}", process=process, data=folder / "data")


@pytest.fixture(scope="session")
def registry(tmp_path_factory):
    """Without log-in and without TLS."""
    started = start_registry(tmp_path_factory.mktemp("registry"))
    yield started
    started.process.stop()


@pytest.fixture(scope="session")
def registry_tls(tmp_path_factory, certificates):
    """Over https, with a certificate of a private CA."""
    started = start_registry(tmp_path_factory.mktemp("registry-tls"), certificates)
    yield started
    started.process.stop()


@pytest.fixture(scope="session")
def registry_basic(tmp_path_factory):
    """With user name and password."""
    require("htpasswd")
    folder = tmp_path_factory.mktemp("registry-basic")
    (folder / "htpasswd").write_text(run("htpasswd", "-Bbn", USER, PASSWORD))
    started = start_registry(folder, auth=f"""auth:
  htpasswd:
    realm: Test Registry
    path: {folder / "htpasswd"}
""")
    started.user, started.password = USER, PASSWORD
    yield started
    started.process.stop()


# ---- Tokens ----

class TokenServer(http.server.ThreadingHTTPServer):
    """distribution's token authentication: JSON web tokens for who logs in.

    Repositories below "public/" are for everybody, others for USER. Every
    request is noted in `requests`: (method, user or None, query)."""

    daemon_threads = True

    def __init__(self, certificates):
        super().__init__(("127.0.0.1", 0), TokenHandler)
        self.certificates = certificates
        self.requests = []
        self.lifetime = 300
        self.token_name = "token"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def realm(self):
        return f"http://localhost:{self.server_port}/token"

    def make_token(self, user, service, scopes):
        der = run("openssl", "x509", "-in", self.certificates.cert, "-outform", "DER",
                  "-out", self.certificates.cert.with_suffix(".der"))
        der = self.certificates.cert.with_suffix(".der").read_bytes()
        now = int(time.time())
        header = {"typ": "JWT", "alg": "ES256", "x5c": [base64.b64encode(der).decode()]}
        claims = {"iss": "tests", "sub": user or "", "aud": service, "exp": now + self.lifetime,
                  "nbf": now - 60, "iat": now, "jti": str(len(self.requests)),
                  "access": [self.access(user, scope) for scope in scopes]}
        signed = b".".join(encode(json.dumps(part).encode()) for part in (header, claims))
        return b".".join([signed, encode(self.sign(signed))]).decode()

    @staticmethod
    def access(user, scope):
        kind, name, actions = scope.split(":")
        allowed = user == USER or name.startswith("public/")
        return {"type": kind, "name": name, "actions": actions.split(",") if allowed else []}

    def sign(self, text):
        """ECDSA as JWT wants it: r and s, 32 bytes each, instead of DER."""
        der = subprocess.run(["openssl", "dgst", "-sha256", "-sign", str(self.certificates.key)],
                             input=text, stdout=subprocess.PIPE, check=True).stdout
        r_size = der[3]
        r, s = der[4:4 + r_size], der[6 + r_size:]
        return r[-32:].rjust(32, b"\0") + s[-32:].rjust(32, b"\0")


def encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=")


class TokenHandler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *args):
        pass

    def user_of_header(self):
        """The user, None for nobody, False for a wrong password."""
        value = self.headers.get("Authorization")
        if not value:
            return None
        given = base64.b64decode(value.removeprefix("Basic ")).decode()
        return USER if given == f"{USER}:{PASSWORD}" else False

    def answer(self, user, query):
        server = self.server
        server.requests.append((self.command, user, query))
        if user is False:
            self.send_response(401)
            self.end_headers()
            return
        token = server.make_token(user, query.get("service", [""])[0], query.get("scope", []))
        body = json.dumps({server.token_name: token, "expires_in": server.lifetime}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query)
        self.answer(self.user_of_header(), query)

    def do_POST(self):
        size = int(self.headers["Content-Length"])
        query = urllib.parse.parse_qs(self.rfile.read(size).decode())
        known = query.get("refresh_token") == [IDENTITY_TOKEN]
        self.answer(USER if known else False, query)


@pytest.fixture(scope="session")
def token_server(certificates):
    server = TokenServer(certificates)
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def registry_token(tmp_path_factory, certificates, token_server):
    """With tokens of token_server."""
    started = start_registry(tmp_path_factory.mktemp("registry-token"), auth=f"""auth:
  token:
    realm: {token_server.realm}
    service: tests.example
    issuer: tests
    rootcertbundle: {certificates.ca}
""")
    started.user, started.password = USER, PASSWORD
    yield started
    started.process.stop()


# ---- Faults ----

@dataclasses.dataclass
class Fault:
    """Something that goes wrong with requests whose path has `path` in it."""
    path: str
    times: int = 1         # -1: always
    status: int = 0        # answer this instead
    headers: dict = dataclasses.field(default_factory=dict)
    body: bytes = b""
    cut_after: int = -1    # hang up after so many bytes of the body
    corrupt_at: int = -1   # flip the byte at this offset of the body
    hang_up: bool = False  # instead of an answer
    ignore_range: bool = False
    stall: bool = False    # send half of the body, then nothing until the test ends


class FaultProxy(http.server.ThreadingHTTPServer):
    """Leads to a registry and breaks what the tests tell it to. `requests`
    notes (method, path, headers) of every request."""

    daemon_threads = True

    def __init__(self, upstream):
        super().__init__(("127.0.0.1", 0), FaultHandler)
        self.upstream = upstream
        self.faults, self.requests = [], []
        self.lock = threading.Lock()
        self.released = threading.Event()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def host(self):
        return f"localhost:{self.server_port}"

    def fault(self, path, **what):
        self.faults.append(Fault(path, **what))

    def take(self, path):
        with self.lock:
            for fault in self.faults:
                if fault.path in path and fault.times:
                    fault.times -= 1
                    return fault
        return Fault("", times=0)

    def paths(self, part):
        return [path for _, path, _ in self.requests if part in path]

    def reset(self):
        self.released.set()
        self.released = threading.Event()
        self.faults, self.requests = [], []


class FaultHandler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def do_HEAD(self):
        self.do_GET()

    def do_GET(self):
        server = self.server
        headers = dict(self.headers.items())
        with server.lock:
            server.requests.append((self.command, self.path, headers))
        fault = server.take(self.path)
        if fault.hang_up:
            self.close_connection = True
            return
        if fault.status:
            self.reply(fault.status, fault.headers, fault.body)
            return
        if fault.ignore_range:
            headers = {name: value for name, value in headers.items() if name != "Range"}
        upstream = http.client.HTTPConnection(server.upstream, timeout=60)
        upstream.request(self.command, self.path, headers=headers)
        answer = upstream.getresponse()
        kept = {name: value for name, value in answer.getheaders()
                if name.lower() not in ("connection", "transfer-encoding", "content-length")}
        self.reply(answer.status, kept, answer.read(), fault,
                   length=answer.getheader("Content-Length"))
        upstream.close()

    def reply(self, status, headers, body, fault=Fault("", times=0), length=None):
        if fault.corrupt_at >= 0:
            body = bytearray(body)
            body[fault.corrupt_at] ^= 0x40
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", length or str(len(body)))
        self.end_headers()
        if self.command == "HEAD":
            return
        released = self.server.released
        with contextlib.suppress(OSError):
            if fault.cut_after >= 0:
                self.wfile.write(body[:fault.cut_after])
                self.wfile.flush()
                self.close_connection = True
            elif fault.stall:
                self.wfile.write(body[:len(body) // 2])
                self.wfile.flush()
                released.wait()
                self.close_connection = True
            else:
                self.wfile.write(body)


@pytest.fixture
def faults(registry):
    proxy = FaultProxy(registry.host)
    yield proxy
    proxy.reset()
    proxy.shutdown()
    proxy.server_close()


# ---- A proxy to the outside ----

class ConnectProxy(socketserver.ThreadingTCPServer):
    """A proxy whose every way leads to `port` of this machine, whatever the host
    asked for. `requests` notes (method, target, Proxy-Authorization)."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), ConnectHandler)
        self.port, self.requests = 0, []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://ahoy:proxysecret@127.0.0.1:{self.server_address[1]}"


class ConnectHandler(socketserver.StreamRequestHandler):
    def handle(self):
        method, target, version = self.rfile.readline().decode().split()
        headers, kept = {}, []
        while (line := self.rfile.readline().decode().strip()):
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
            if not name.lower().startswith("proxy-"):
                kept.append(line)
        self.server.requests.append((method, target, headers.get("proxy-authorization")))
        with socket.create_connection(("127.0.0.1", self.server.port)) as upstream:
            if method == "CONNECT":
                self.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
            else:
                path = urllib.parse.urlsplit(target).path
                head = [f"{method} {path} {version}", *kept, "Connection: close", "", ""]
                upstream.sendall("\r\n".join(head).encode())
            self.relay(upstream)

    def relay(self, upstream):
        while True:
            for source in select.select([self.connection, upstream], [], [])[0]:
                data = source.recv(65536)
                if not data:
                    return
                (upstream if source is self.connection else self.connection).sendall(data)


@pytest.fixture
def connect_proxy():
    proxy = ConnectProxy()
    yield proxy
    proxy.shutdown()
    proxy.server_close()


# ---- Engines ----

@dataclasses.dataclass
class Containerd:
    socket: pathlib.Path
    process: Process

    def __call__(self, *arguments, namespace="default", **options):
        return run("ctr", "--address", self.socket, "--namespace", namespace, *arguments,
                   **options)

    def load(self, archive, name, namespace="default"):
        """Imports an OCI archive; its tags become tags of `name`."""
        self("images", "import", "--no-unpack", "--all-platforms", "--base-name", name, archive,
             namespace=namespace)

    def remove_blob(self, digest, namespace="default"):
        self("content", "rm", digest, namespace=namespace)

    @property
    def env(self):
        return {"CONTAINERD_ADDRESS": str(self.socket)}


def start_containerd(folder):
    require_root()
    require("containerd", "ctr")
    folder.mkdir()
    config = folder / "config.toml"
    config.write_text(f"""version = 2
root = "{folder}/root"
state = "{folder}/state"
disabled_plugins = ["io.containerd.grpc.v1.cri"]
[grpc]
  address = "{folder}/containerd.sock"
""")
    process = Process(["containerd", "--config", config], folder / "log")
    process.wait_for(answers_on_socket(folder / "containerd.sock"))
    return Containerd(folder / "containerd.sock", process)


@pytest.fixture(scope="session")
def containerd(short_directory):
    started = start_containerd(short_directory / "containerd")
    yield started
    started.process.stop()


@dataclasses.dataclass
class Docker:
    socket: pathlib.Path
    process: Process

    def __call__(self, *arguments):
        return run("docker", "--host", f"unix://{self.socket}", *arguments)

    def load(self, archive):
        self("load", "--quiet", "--input", archive)

    @property
    def env(self):
        return {"DOCKER_HOST": f"unix://{self.socket}"}


@pytest.fixture(scope="session")
def docker_engine(short_directory):
    require_root()
    require("dockerd", "docker")
    own = start_containerd(short_directory / "docker-containerd")
    folder = short_directory / "docker"
    folder.mkdir()
    process = Process(
        ["dockerd", "--data-root", folder / "data", "--exec-root", folder / "exec",
         "--pidfile", folder / "pid", "--host", f"unix://{folder}/docker.sock",
         "--containerd", own.socket, "--iptables=false", "--ip6tables=false", "--bridge=none",
         "--storage-driver", "vfs"], folder / "log")
    process.wait_for(answers_on_socket(folder / "docker.sock"))
    yield Docker(folder / "docker.sock", process)
    process.stop()
    own.process.stop()


@dataclasses.dataclass
class Podman:
    env: dict

    def __call__(self, *arguments):
        return run("podman", *arguments, env={**os.environ, **self.env})

    def load(self, archive):
        self("load", "--quiet", "--input", archive)


@pytest.fixture(scope="session")
def podman(short_directory):
    """The program, with a store of its own."""
    require_root()
    require("podman")
    folder = short_directory / "podman"
    folder.mkdir()
    (folder / "storage.conf").write_text(f"""[storage]
driver = "vfs"
graphroot = "{folder}/root"
runroot = "{folder}/run"
""")
    return Podman({"CONTAINERS_STORAGE_CONF": str(folder / "storage.conf")})


@pytest.fixture(scope="session")
def podman_service(podman, short_directory):
    """The socket of podman's service, on the same store."""
    path = short_directory / "podman.sock"
    process = Process(["podman", "system", "service", "--time", "0", f"unix://{path}"],
                      short_directory / "podman.log", env={**os.environ, **podman.env})
    process.wait_for(answers_on_socket(path))
    yield path
    process.stop()
