"""Secrets in images: in files of any layer, in settings, in the history; masked everywhere.

Tokens are put together here from parts, so that nothing in this folder is one.
"""
import io
import tarfile
import zlib

import pytest

from tiny_images import Image, Layer, Member, file, whiteout

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def github_token(body="Zq3vT7mLk9XwR2bN5cJ8pHs4DfGy"):
    """A token with a right checksum: CRC-32 of the rest in base 62, six digits."""
    body = (body * 2)[:30]
    number, text = zlib.crc32(body.encode()), ""
    for _ in range(6):
        number, digit = divmod(number, 62)
        text = DIGITS[digit] + text
    return "gh" + "p_" + body + text


TOKEN, OTHER = github_token(), github_token("Wm8sK2vQx6ZtB4nJ7rLd1HpY9cFg3")


@pytest.fixture
def archive(tmp_path):
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        data = f"token = {OTHER}\n".encode()
        info = tarfile.TarInfo("inner/app.ini")
        info.size = len(data)
        tar.addfile(info, io.BytesIO(data))
    image = Image([Layer.of([file("app/config.py", f'TOKEN = "{TOKEN}"\n'),
                             Member("app/backup.tar.gz", packed.getvalue())]),
                   Layer.of([whiteout("app/config.py")])])
    path = tmp_path / "image.tar"
    image.write_docker_archive(path)
    return path


def scan(plimsoll, *args, code=0):
    result = plimsoll.scan(*args, code=code)
    for secret in (TOKEN, OTHER, TOKEN[8:-8], OTHER[8:-8]):
        assert secret not in result.out + result.err
    return result.report


def test_files_of_every_layer(plimsoll, archive):
    report = scan(plimsoll, "image", archive, "--scanners", "secret")
    found = {(f["location"]["path"], f["location"]["line"]) for f in report["findings"]}
    assert found == {("app/config.py", 1), ("app/backup.tar.gz!/inner/app.ini", 1)}
    assert {f["kind"] for f in report["findings"]} == {"secret"}
    # What a later layer hides is still in the image.
    layers = {f["location"]["layer"] for f in report["findings"]}
    assert len(layers) == 1 and layers != {""}


def test_no_database_is_needed(plimsoll, archive):
    assert plimsoll("image", archive, "--scanners", "secret", env={"PLIMSOLL_DB": "/none"}).code == 0
    assert plimsoll("image", archive, env={"PLIMSOLL_DB": "/none"}).code == 3


def test_the_cache_knows_them(plimsoll, archive):
    first = scan(plimsoll, "image", archive, "--scanners", "secret")
    again = scan(plimsoll, "image", archive, "--scanners", "secret")
    assert all(layer["cached"] for layer in again["artifact"]["layers"])
    assert again["findings"] == first["findings"]


def test_the_secret_command_takes_images(plimsoll, archive):
    by_command = scan(plimsoll, "secret", f"image:{archive}")
    by_scanner = scan(plimsoll, "image", archive, "--scanners", "secret")
    assert [f["fingerprint"] for f in by_command["findings"]] == \
        [f["fingerprint"] for f in by_scanner["findings"]]
    assert plimsoll("secret", f"image:{archive}", "--fail-on", "high").code == 1


@pytest.mark.parametrize("format", ["table", "json", "sarif", "junit", "gitlab", "github"])
def test_masked_in_every_format(plimsoll, archive, format):
    result = plimsoll("image", archive, "--scanners", "secret", "--format", format)
    # Annotations are of files of the repository, which these are not.
    assert result.code == 0 and ("config.py" in result.out or format == "github")
    assert "gh" + "p_" in result.out
    for secret in (TOKEN, OTHER, TOKEN[8:-8]):
        assert secret not in result.out + result.err


def test_settings_and_history(plimsoll, tmp_path):
    image = Image([Layer.of([file("x", "x")])], config={
        "config": {"Env": ["PATH=/bin", f"API_TOKEN={TOKEN}"], "Labels": {"deploy": OTHER}},
        "history": [{"created_by": f"/bin/sh -c curl -H 'Authorization: token {TOKEN}' https://x"},
                    {"created_by": f"ENV API_TOKEN={TOKEN}", "empty_layer": True}]})
    folder = tmp_path / "oci"
    image.write_oci_layout(folder)
    report = scan(plimsoll, "image", f"oci:{folder}", "--scanners", "secret")
    places = {f["location"]["path"] for f in report["findings"]}
    assert places == {"config.Env[1]", "config.Labels[0]", "history[0]"}


def package(name):
    return (f"Package: {name}\nStatus: install ok installed\nVersion: 1.0\nArchitecture: all\n"
            f"Maintainer: X <x@example.com>\nDescription: x\n")


def test_example_keys_of_packages_are_left_out(plimsoll, tmp_path):
    own = f'token = "{TOKEN}"\n'
    files = ["usr/share/lib/example.py", "etc/lib/settings.ini", "usr/share/lib/changed.py"]
    image = Image([
        Layer.of([file("etc/os-release", "ID=debian\nVERSION_ID=12\n"),
                  file("var/lib/dpkg/status", package("lib")),
                  file("var/lib/dpkg/info/lib.list",
                       "/.\n" + "".join(f"/{name}\n" for name in files)),
                  file("usr/share/other.py", own)] + [file(name, own) for name in files]),
        Layer.of([file("usr/share/lib/changed.py", own + "# changed\n")])])
    path = tmp_path / "image.tar"
    image.write_docker_archive(path)
    report = scan(plimsoll, "image", path, "--scanners", "secret")
    found = sorted(f["location"]["path"] for f in report["findings"])
    assert found == ["etc/lib/settings.ini", "usr/share/lib/changed.py", "usr/share/other.py"]
    [told] = [d for d in report["diagnostics"] if d["code"] == "secrets-of-packages"]
    assert told["level"] == "note" and "2" in told["message"]
