"""Images in registries, end to end: docker-registry, log-ins, proxies, and faults."""
import json
import os
import shutil

import pytest

from servers import IDENTITY_TOKEN, PASSWORD, USER, FaultProxy, push
from tiny_images import (Image, Layer, alpine_files, apk_entry, debian_files, dpkg_stanza,
                         write_oci_layout)

ALPHA_IDS = {"CVE-2099-0001", "CVE-2099-0002"}


def make_image(how="gzip", filler=0):
    """alpha in the first layer; a second layer of `filler` bytes that don't compress."""
    files = debian_files(dpkg_stanza("alpha", "1.9-3", source="alpha-source"))
    return Image([Layer.of(files, how), Layer.of({"usr/share/filler": os.urandom(filler)}, how)])


def digest_of(image):
    return image.descriptor()["digest"]


@pytest.fixture(scope="session")
def pushed(tmp_path_factory, registry):
    """The image registry/team/app:1, with a layer of 300,000 bytes."""
    image = make_image(filler=300_000)
    push(registry, "team/app:1", image.write_oci_layout(tmp_path_factory.mktemp("pushed")))
    return image


def errors(result):
    """What a failed scan says on standard error."""
    assert result.code == 3, result
    assert result.out == "", result
    return result.err


def blob_paths(proxy, image):
    """The layers that were asked of a proxy, by their number, in order."""
    numbers = {layer.digest: number for number, layer in enumerate(image.layers)}
    digests = [path.partition("?")[0].rpartition("/")[2] for path in proxy.paths("/blobs/")]
    return [numbers[digest] for digest in digests if digest in numbers]


# ---- What is in a registry ----

def test_by_tag(plimsoll, registry, pushed):
    report = plimsoll.scan("image", f"registry:{registry.host}/team/app:1").report
    assert {f["id"] for f in report["findings"]} == ALPHA_IDS
    assert report["artifact"]["digest"] == digest_of(pushed)
    assert [layer["diff_id"] for layer in report["artifact"]["layers"]] == \
        [layer.diff_id for layer in pushed.layers]


def test_by_digest(plimsoll, registry, pushed):
    name = f"registry:{registry.host}/team/app"
    assert plimsoll.scan("image", f"{name}@{digest_of(pushed)}").finding_ids() == ALPHA_IDS
    assert "has no image team/app@sha256:00" in errors(
        plimsoll("image", f"{name}@sha256:{'00' * 32}"))


def test_a_bare_name_comes_to_the_registry(plimsoll, registry, pushed):
    env = {"DOCKER_HOST": "unix:///nonexistent", "CONTAINERD_ADDRESS": "/nonexistent"}
    name = f"{registry.host}/team/app:1"
    assert plimsoll.scan("image", name, env=env).finding_ids() == ALPHA_IDS
    assert "offline" in errors(plimsoll("image", "--offline", name, env=env))
    assert "offline" in plimsoll("image", "--offline", f"registry:{name}").err


@pytest.mark.parametrize("how", ["plain", "gzip", "zstd"])
def test_compressions(plimsoll, registry, tmp_path, how):
    push(registry, f"how/{how}:1", make_image(how, 1000).write_oci_layout(tmp_path / "layout"))
    assert plimsoll.scan("image", f"registry:{registry.host}/how/{how}:1").finding_ids() == \
        ALPHA_IDS


def test_docker_schema_2(plimsoll, registry, tmp_path):
    image = make_image()
    push(registry, "schema2:1", image.write_oci_layout(tmp_path / "layout"), docker=True)
    report = plimsoll.scan("image", f"registry:{registry.host}/schema2:1").report
    assert {f["id"] for f in report["findings"]} == ALPHA_IDS
    assert report["artifact"]["digest"] != digest_of(image)


@pytest.fixture(scope="session")
def platforms(tmp_path_factory, registry):
    amd = make_image()
    arm = Image([Layer.of(alpine_files(apk_entry("gamma", "1.2.3-r0")))], architecture="arm64")
    push(registry, "platforms:1", write_oci_layout(tmp_path_factory.mktemp("platforms"), [
        (amd, "1", {"os": "linux", "architecture": "amd64"}),
        (arm, "1", {"os": "linux", "architecture": "arm64"})]))
    return f"registry:{registry.host}/platforms:1"


@pytest.mark.parametrize("platform, want", [
    ("linux/amd64", ALPHA_IDS), ("linux/arm64", {"CVE-2099-0004"}), ("arm64", {"CVE-2099-0004"})])
def test_platforms(plimsoll, platforms, platform, want):
    assert plimsoll.scan("image", "--platform", platform, platforms).finding_ids() == want


def test_a_platform_that_is_not_there(plimsoll, platforms):
    told = errors(plimsoll("image", "--platform", "linux/s390x", platforms))
    assert "linux/s390x" in told and "linux/amd64" in told and "--platform" in told


def test_what_is_not_there(plimsoll, registry, pushed):
    told = errors(plimsoll("image", f"registry:{registry.host}/team/app:none"))
    assert f"{registry.host} has no image team/app:none" in told
    assert "check the name and the tag" in told


def test_a_known_image_costs_no_layers(plimsoll, faults, pushed):
    for _ in range(2):
        faults.requests.clear()
        result = plimsoll.scan("image", f"registry:{faults.host}/team/app:1")
        assert result.finding_ids() == ALPHA_IDS
    assert blob_paths(faults, pushed) == []


# ---- Log-ins ----

@pytest.fixture(scope="session")
def private(tmp_path_factory, registry_basic):
    image = make_image()
    push(registry_basic, "app:1", image.write_oci_layout(tmp_path_factory.mktemp("private")))
    return f"registry:{registry_basic.host}/app:1"


def test_a_password(plimsoll, registry_basic, private, tmp_path):
    env = {"DOCKER_CONFIG": registry_basic.docker_config(tmp_path)}
    assert plimsoll.scan("image", private, env=env).finding_ids() == ALPHA_IDS


def test_no_log_in(plimsoll, registry_basic, private):
    told = errors(plimsoll("image", private))
    assert f"{registry_basic.host} requires a log-in" in told
    assert f"docker login {registry_basic.host}" in told


def test_a_wrong_password(plimsoll, registry_basic, private, tmp_path):
    env = {"DOCKER_CONFIG": registry_basic.docker_config(
        tmp_path, username=USER, password="not-the-password")}
    told = errors(plimsoll("image", private, "--debug", env=env))
    assert f"{registry_basic.host} refuses the log-in" in told
    assert "not-the-password" not in told


@pytest.mark.parametrize("place", [".docker/config.json", ".config/containers/auth.json"])
def test_files_at_home(plimsoll, registry_basic, private, tmp_path, place):
    file = plimsoll.home / place
    file.parent.mkdir(parents=True)
    shutil.copy(registry_basic.docker_config(tmp_path) / "config.json", file)
    assert plimsoll.scan("image", private).finding_ids() == ALPHA_IDS


def test_a_helper(plimsoll, registry_basic, private, tmp_path):
    helper = tmp_path / "docker-credential-tests"
    helper.write_text(f"""#!/bin/sh
[ "$1" = get ] && [ "$(cat)" = "{registry_basic.host}" ] || exit 1
echo '{json.dumps({"Username": USER, "Secret": PASSWORD})}'
""")
    helper.chmod(0o755)
    (tmp_path / "config.json").write_text(json.dumps({"credsStore": "tests"}))
    env = {"DOCKER_CONFIG": tmp_path, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    assert plimsoll.scan("image", private, env=env).finding_ids() == ALPHA_IDS
    told = errors(plimsoll("image", private, env={"DOCKER_CONFIG": tmp_path}))
    assert "cannot run docker-credential-tests" in told
    assert "install docker-credential-tests" in told


def test_a_broken_config(plimsoll, private, tmp_path):
    (tmp_path / "config.json").write_text('{"auths": [')
    told = errors(plimsoll("image", private, env={"DOCKER_CONFIG": tmp_path}))
    assert f"{tmp_path}/config.json" in told


# ---- Tokens ----

@pytest.fixture(scope="session")
def with_tokens(tmp_path_factory, registry_token):
    layout = make_image().write_oci_layout(tmp_path_factory.mktemp("tokens"))
    push(registry_token, "app:1", layout)
    push(registry_token, "public/app:1", layout)
    return f"registry:{registry_token.host}"


@pytest.fixture
def token_requests(token_server):
    token_server.requests.clear()
    return token_server.requests


def test_a_token_for_everybody(plimsoll, with_tokens, token_requests):
    assert plimsoll.scan("image", f"{with_tokens}/public/app:1").finding_ids() == ALPHA_IDS
    assert token_requests == [("GET", None, {"service": ["tests.example"],
                                             "scope": ["repository:public/app:pull"]})]
    told = errors(plimsoll("image", f"{with_tokens}/app:1"))
    assert "denies access to the image app:1" in told and "docker login" in told


@pytest.mark.parametrize("token_name", ["token", "access_token"])
def test_a_token_for_a_password(plimsoll, registry_token, with_tokens, token_server,
                                token_requests, tmp_path, token_name, monkeypatch):
    monkeypatch.setattr(token_server, "token_name", token_name)
    env = {"DOCKER_CONFIG": registry_token.docker_config(tmp_path)}
    assert plimsoll.scan("image", f"{with_tokens}/app:1", env=env).finding_ids() == ALPHA_IDS
    assert [(method, user) for method, user, _ in token_requests] == [("GET", USER)]


def test_a_token_for_an_identity(plimsoll, registry_token, with_tokens, token_requests, tmp_path):
    env = {"DOCKER_CONFIG": registry_token.docker_config(tmp_path, identitytoken=IDENTITY_TOKEN)}
    assert plimsoll.scan("image", f"{with_tokens}/app:1", env=env).finding_ids() == ALPHA_IDS
    assert [(method, user) for method, user, _ in token_requests] == [("POST", USER)]


def test_a_log_in_that_the_token_server_refuses(plimsoll, registry_token, with_tokens, tmp_path):
    env = {"DOCKER_CONFIG": registry_token.docker_config(tmp_path, identitytoken="stolen-token")}
    told = errors(plimsoll("image", f"{with_tokens}/app:1", env=env))
    assert f"{registry_token.host} refuses the log-in" in told
    assert "stolen-token" not in told


def test_a_token_that_runs_out(plimsoll, registry_token, with_tokens, token_server,
                               token_requests):
    proxy = FaultProxy(registry_token.host)
    proxy.fault("/blobs/", status=401, times=1, headers={
        "WWW-Authenticate": f'Bearer realm="{token_server.realm}",service="tests.example"'})
    result = plimsoll.scan("image", f"registry:{proxy.host}/public/app:1")
    assert result.finding_ids() == ALPHA_IDS
    assert len(token_requests) == 2
    proxy.shutdown()
    proxy.server_close()


@pytest.mark.parametrize("challenge, want", [
    ('Bearer realm="http://tokens.example/token"', "plain http is used for this machine only"),
    ('Bearer realm="file:///etc/passwd"', "not of http or https"),
    ('Bearer realm="', "breaks its grammar"),
    ('Negotiate', "requires a log-in"),
    ('Bearer realm="http://127.0.0.1:1/"', "no token for"),
])
def test_challenges_that_lead_astray(plimsoll, faults, pushed, challenge, want):
    faults.fault("/manifests/", status=401, times=-1, headers={"WWW-Authenticate": challenge})
    assert want in errors(plimsoll("image", f"registry:{faults.host}/team/app:1"))


def test_an_answer_that_is_no_token(plimsoll, faults, pushed):
    faults.fault("/manifests/", status=401, times=-1, headers={
        "WWW-Authenticate": f'Bearer realm="http://{faults.host}/token"'})
    faults.fault("/token", status=200, times=-1, body=b'{"token": "two words"}')
    assert "has no token" in errors(plimsoll("image", f"registry:{faults.host}/team/app:1"))


# ---- TLS and proxies ----

@pytest.fixture(scope="session")
def over_tls(tmp_path_factory, registry_tls):
    push(registry_tls, "app:1", make_image().write_oci_layout(tmp_path_factory.mktemp("tls")))
    return registry_tls


def test_a_private_ca(plimsoll, over_tls, certificates):
    name = f"registry:{over_tls.host}/app:1"
    told = errors(plimsoll("image", name))
    assert "certificate" in told and "--ca-cert" in told
    assert plimsoll.scan("image", "--ca-cert", certificates.ca, name).finding_ids() == ALPHA_IDS
    assert plimsoll.scan("image", "--insecure", name).finding_ids() == ALPHA_IDS


@pytest.mark.parametrize("content, want", [
    (None, "no such file"), ("not a certificate", "holds no PEM certificate")])
def test_a_ca_file_that_is_none(plimsoll, over_tls, tmp_path, content, want):
    path = tmp_path / "ca.pem"
    if content:
        path.write_text(content)
    told = errors(plimsoll("image", "--ca-cert", path, f"registry:{over_tls.host}/app:1"))
    assert want in told and str(path) in told


def test_through_a_proxy(plimsoll, over_tls, certificates, connect_proxy):
    connect_proxy.port = int(over_tls.host.split(":")[1])
    env = {"HTTPS_PROXY": connect_proxy.url}
    result = plimsoll.scan("image", "--ca-cert", certificates.ca,
                           "registry:registry.test/app:1", env=env)
    assert result.finding_ids() == ALPHA_IDS
    assert {target for _, target, _ in connect_proxy.requests} == {"registry.test:443"}
    assert all(authorization for _, _, authorization in connect_proxy.requests)


def test_this_machine_is_not_asked_through_a_proxy(plimsoll, over_tls, certificates):
    env = {"HTTPS_PROXY": "http://127.0.0.1:1"}
    result = plimsoll.scan("image", "--ca-cert", certificates.ca,
                           f"registry:{over_tls.host}/app:1", env=env)
    assert result.finding_ids() == ALPHA_IDS


def test_a_proxy_that_is_not_there(plimsoll):
    env = {"HTTPS_PROXY": "http://ahoy:proxysecret@127.0.0.1:1"}
    told = errors(plimsoll("image", "registry:registry.test/app:1", "--debug", env=env))
    assert "registry.test" in told and "HTTPS_PROXY" in told
    assert "proxysecret" not in told


def test_plain_http_only_when_asked_for(plimsoll, registry, pushed, connect_proxy):
    connect_proxy.port = int(registry.host.split(":")[1])
    env = {"HTTPS_PROXY": connect_proxy.url, "http_proxy": connect_proxy.url}
    name = "registry:registry.test:5000/team/app:1"
    assert "--plain-http" in errors(plimsoll("image", name, env=env))
    assert {method for method, _, _ in connect_proxy.requests} == {"CONNECT"}
    assert plimsoll.scan("image", "--plain-http", name, env=env).finding_ids() == ALPHA_IDS
    assert "http://registry.test:5000/v2/team/app/manifests/1" in \
        [target for _, target, _ in connect_proxy.requests]


def test_nobody_there(plimsoll):
    assert "cannot connect" in errors(plimsoll("image", "registry:localhost:1/app:1"))
    assert "no such host" in errors(plimsoll("image", "registry:registry.invalid/app:1"))


# ---- Faults that pass ----

PASSING = {
    "500": {"path": "/manifests/1", "status": 500},
    "503 that asks to wait": {"path": "/manifests/1", "status": 503,
                              "headers": {"Retry-After": "1"}},
    "429 that asks to wait": {"path": "/blobs/", "status": 429, "headers": {"Retry-After": "1"}},
    "hang-up": {"path": "/manifests/1", "hang_up": True, "times": 2},
    "hang-up before a layer": {"path": "/blobs/", "hang_up": True, "times": 2},
    "cut manifest": {"path": "/manifests/1", "cut_after": 40},
}


@pytest.mark.parametrize("name", PASSING)
def test_faults_that_pass(plimsoll, faults, pushed, name):
    faults.fault(**PASSING[name])
    assert plimsoll.scan("image", f"registry:{faults.host}/team/app:1").finding_ids() == ALPHA_IDS


@pytest.mark.parametrize("ignore_range", [False, True])
def test_a_layer_goes_on_where_it_broke_off(plimsoll, faults, pushed, ignore_range):
    large = pushed.layers[1].digest
    faults.fault(large, cut_after=100_000)
    faults.fault(large, cut_after=150_000 if ignore_range else 50_000, ignore_range=ignore_range)
    faults.fault(large, ignore_range=ignore_range)
    result = plimsoll.scan("image", f"registry:{faults.host}/team/app:1")
    assert result.finding_ids() == ALPHA_IDS
    assert not [d for d in result.report["diagnostics"] if d["level"] == "error"]
    asked = [headers.get("Range") for _, path, headers in faults.requests if large in path]
    assert asked == [None, "bytes=100000-", "bytes=150000-"]


def test_redirected_blobs_without_the_log_in(plimsoll, registry, registry_basic, private,
                                             tmp_path, pushed):
    """As registries that keep their blobs in an object store do it."""
    store, front = FaultProxy(registry.host), FaultProxy(registry_basic.host)
    layout = pushed.write_oci_layout(tmp_path / "layout")
    push(registry_basic, "team/app:1", layout)
    for layer in pushed.layers:
        path = f"/v2/team/app/blobs/{layer.digest}"
        front.fault(path, status=307, headers={
            "Location": f"http://{store.host}{path}?signature=x"})
    login = registry_basic.docker_config(tmp_path)
    config = json.loads((login / "config.json").read_text())
    config["auths"][front.host] = config["auths"].pop(registry_basic.host)
    (login / "config.json").write_text(json.dumps(config))
    result = plimsoll.scan("image", f"registry:{front.host}/team/app:1",
                           env={"DOCKER_CONFIG": login})
    assert result.finding_ids() == ALPHA_IDS
    assert sorted(blob_paths(store, pushed)) == [0, 1]
    assert all("Authorization" not in headers for _, _, headers in store.requests)
    assert all("Authorization" in headers for _, path, headers in front.requests
               if "/blobs/" in path)
    for proxy in (store, front):
        proxy.shutdown()
        proxy.server_close()


# ---- Faults that stay ----

STAYING = {
    "401": ({"path": "/manifests/", "status": 401}, "requires a log-in", "docker login"),
    "403": ({"path": "/manifests/", "status": 403}, "denies access to the image team/app:1",
            "docker login"),
    "404": ({"path": "/manifests/", "status": 404}, "has no image team/app:1", "check the name"),
    "no registry": ({"path": "/v2/", "status": 404}, "is no registry", "check the host"),
    "429": ({"path": "/manifests/", "status": 429, "headers": {"Retry-After": "3600"}},
            "too many requests", "docker login"),
    "500": ({"path": "/manifests/", "status": 500}, "internal server error", "try again later"),
    "hang-up": ({"path": "/manifests/", "hang_up": True}, "hung up", "try again later"),
    "not a manifest": ({"path": "/manifests/", "status": 200, "body": b"<html>"}, "JSON", ""),
    "corrupt manifest": ({"path": "/manifests/", "corrupt_at": 50}, "the bytes are sha256:", ""),
    "corrupt config": ({"path": "/blobs/", "corrupt_at": 50}, "the bytes are sha256:", ""),
    "no config": ({"path": "/blobs/", "status": 404}, "does not have it", "push the image again"),
    "redirect to a file": ({"path": "/manifests/", "status": 302,
                            "headers": {"Location": "file:///etc/passwd"}},
                           "not of http or https", ""),
    "redirect to plain http": ({"path": "/manifests/", "status": 302,
                                "headers": {"Location": "http://registry.example/"}},
                               "plain http is used for this machine only", "--plain-http"),
    "redirect for ever": ({"path": "/manifests/", "status": 302, "headers": {"Location": "/v2/"
                           "team/app/manifests/1"}}, "more than 10 redirects", ""),
    "endless manifest": ({"path": "/manifests/", "status": 200, "body": b" " * (9 << 20)},
                         "sends more than", ""),
}


@pytest.mark.parametrize("name", STAYING)
def test_faults_that_stay(plimsoll, faults, pushed, name):
    fault, message, hint = STAYING[name]
    faults.fault(times=-1, **fault)
    told = errors(plimsoll("image", f"registry:{faults.host}/team/app:1"))
    assert message in told and hint in told


@pytest.mark.parametrize("fault, message", [
    ({"corrupt_at": 1000}, "the bytes are sha256:"),
    ({"hang_up": True, "times": -1}, "hung up"),
    ({"status": 404, "times": -1}, "does not have it"),
    ({"cut_after": 1000, "times": -1, "ignore_range": True}, "hung up"),
])
def test_a_layer_that_cannot_be_had(plimsoll, faults, pushed, fault, message):
    """The other layers are scanned, the report says what is missing, the exit code too."""
    damaged = pushed.layers[1]
    faults.fault(damaged.digest, **fault)
    result = plimsoll.scan("image", f"registry:{faults.host}/team/app:1", code=3)
    assert result.finding_ids() == ALPHA_IDS
    told = [d for d in result.report["diagnostics"] if d["level"] == "error"]
    assert len(told) == 1
    assert message in told[0]["message"]
    assert damaged.digest in told[0]["message"] or damaged.diff_id in json.dumps(told[0])


def test_a_damaged_layer_is_not_remembered(plimsoll, faults, pushed):
    name = f"registry:{faults.host}/team/app:1"
    faults.fault(pushed.layers[0].digest, corrupt_at=20)
    plimsoll.scan("image", name, code=3)
    assert plimsoll.scan("image", name).finding_ids() == ALPHA_IDS
