"""Bad input: one clear line, the right exit code, and the rest goes on."""
import json
import os
import pathlib
import random
import shutil
import subprocess


import pytest

from conftest import Plimsoll, PROGRAM
from tiny_images import (Image, Layer, Member, OS_RELEASE_DEBIAN, debian_files, dpkg_stanza,
                    file, make_tar, sha256)

ALPHA = dpkg_stanza("alpha", "1.9-3", source="alpha-source (1.9-3)")
BETA = dpkg_stanza("beta", "1:1.5-1")
ALPHA_IDS = {"CVE-2099-0001", "CVE-2099-0002"}


def good():
    return Layer.of(debian_files(ALPHA))


def fails_clearly(result, *words, code=3):
    """One error line that holds the words, and perhaps hints; nothing on standard output."""
    assert result.code == code, result
    errors = [line for line in result.err.splitlines() if line.startswith("plimsoll: error:")]
    assert len(errors) == 1, result
    for word in words:
        assert word in result.err, (word, result)
    assert "Traceback" not in result.err and result.out == ""


def test_a_file_that_is_not_there(plimsoll, tmp_path):
    fails_clearly(plimsoll("image", tmp_path / "none.tar"), "none.tar")
    fails_clearly(plimsoll("fs", tmp_path / "none"), "none")


def test_a_mistyped_archive_is_not_looked_for_in_registries(plimsoll):
    result = plimsoll("image", "ap.tar")
    fails_clearly(result, "ap.tar: no such file")
    assert "host" not in result.err


def test_a_root_without_a_system_does_not_pass(plimsoll, tmp_path):
    (tmp_path / "empty").mkdir()
    result = plimsoll("fs", tmp_path / "empty", "--format", "json")
    assert result.code == 3 and [d["code"] for d in result.report["diagnostics"]] == ["os-unknown"]
    fails_clearly(plimsoll("fs", plimsoll.db), "plimsoll image")


def test_a_system_that_no_advisory_speaks_of_does_not_pass(plimsoll, tmp_path):
    files = dict(debian_files(ALPHA), **{"etc/os-release": "ID=arch\n"})
    path = Image([Layer.of(files)]).write_docker_archive(tmp_path / "i.tar")
    result = plimsoll("image", path, "--format", "json", "--fail-on", "low")
    assert result.code == 3
    assert [d["code"] for d in result.report["diagnostics"]] == ["os-without-advisories"]


def test_an_image_of_a_program_alone_passes(plimsoll, tmp_path):
    path = Image([Layer.of({"app": "x"})]).write_docker_archive(tmp_path / "i.tar")
    assert plimsoll.scan("image", path, "--fail-on", "low").report["findings"] == []


@pytest.mark.parametrize("content", [b"", b"\0" * 512, b"hello, world\n" * 100, b"\x1f\x8b\x08",
                                     bytes(random.Random(1).randbytes(5000))])
def test_no_archive_at_all(plimsoll, tmp_path, content):
    path = tmp_path / "junk.tar"
    path.write_bytes(content)
    fails_clearly(plimsoll("image", path), "junk.tar")


def test_an_archive_cut_anywhere(plimsoll, tmp_path):
    whole = Image([good(), Layer.of({"opt/x": "y" * 5000}, "plain")]).docker_archive()
    needed = whole.index(b'"RepoTags"')  # what lies behind the manifest is not
    path = tmp_path / "cut.tar"
    for part in range(1, 20):
        path.write_bytes(whole[:needed * part // 19])
        fails_clearly(plimsoll("image", path), "cut.tar")


def test_a_layer_cut_in_the_middle_costs_that_layer(plimsoll, tmp_path):
    cut = Layer.of({"opt/x": os.urandom(100000)})
    cut.stored = cut.stored[:50000]
    result = plimsoll("image", Image([good(), cut]).write_oci_archive(tmp_path / "i.tar"),
                      "--format", "json")
    assert result.code == 3, result  # not scanned in full
    assert result.finding_ids() == ALPHA_IDS
    told = [d for d in result.report["diagnostics"] if d["level"] == "error"]
    assert len(told) == 1 and told[0]["layer"] == cut.diff_id and "truncated" in told[0]["message"]


def test_a_layer_with_a_flipped_bit(plimsoll, tmp_path):
    image = Image([good()])
    data = bytearray(image.oci_archive())
    at = bytes(data).index(image.layers[0].stored) + len(image.layers[0].stored) // 2
    data[at] ^= 0x10
    path = tmp_path / "i.tar"
    path.write_bytes(data)
    result = plimsoll("image", path, "--format", "json")
    assert result.code == 3 and "sha256:" in result.err + result.out


@pytest.mark.parametrize("what", ["layer", "config", "manifest"])
def test_bytes_that_are_not_what_the_digest_says(plimsoll, tmp_path, what):
    image = Image([good()])
    layout = image.write_oci_layout(tmp_path / "layout")
    manifest, config, layer = image.blobs()
    digest = {"layer": layer, "config": config, "manifest": manifest}[what]
    blob = layout / "blobs/sha256" / digest.split(":")[1]
    if what == "layer":  # a valid layer, but another one
        blob.write_bytes(Layer.of(debian_files()).stored)
    else:
        blob.write_bytes(blob.read_bytes().replace(b'"linux"', b'"Linux"') + b" ")
    result = plimsoll("image", f"oci:{layout}")
    assert result.code == 3
    assert "damaged or was tampered with" in result.err + result.out


@pytest.mark.parametrize("how", ["gzip", "zstd"])
def test_a_decompression_bomb(plimsoll, tmp_path, how):
    members = [file("etc/os-release", OS_RELEASE_DEBIAN), Member("zeros", b"\0" * (300 << 20))]
    bomb = Layer.of(members, how)
    assert len(bomb.stored) < 1 << 20
    result = plimsoll("image", Image([good(), bomb]).write_oci_archive(tmp_path / "i.tar"),
                      "--format", "json", "--max-layer-size", "100M")
    assert result.code == 3 and result.finding_ids() == ALPHA_IDS
    told = [d for d in result.report["diagnostics"] if d["level"] == "error"]
    assert len(told) == 1 and told[0]["layer"] == bomb.diff_id


def test_a_hundred_thousand_entries(plimsoll, tmp_path):
    members = [file(f"srv/{n % 97}/{n}", "") for n in range(100000)]
    layer = Layer.of(members + [file(n, d) for n, d in debian_files(ALPHA).items()], "plain")
    path = Image([layer]).write_docker_archive(tmp_path / "i.tar")
    assert plimsoll.scan("image", path).finding_ids() == ALPHA_IDS


def test_names_that_are_too_deep_or_too_long(plimsoll, tmp_path):
    for name in ("d/" * 5000 + "x", "n" * 100000):
        layer = Layer.of([file("etc/os-release", OS_RELEASE_DEBIAN), file(name, "")], pax=True)
        result = plimsoll("image",
                          Image([good(), layer]).write_docker_archive(tmp_path / "i.tar"),
                          "--format", "json")
        assert result.code in (0, 3) and result.finding_ids() == ALPHA_IDS


def test_a_package_database_cut_in_the_middle(plimsoll, tmp_path):
    layer = Layer.of({"etc/os-release": OS_RELEASE_DEBIAN,
                      "var/lib/dpkg/status": ALPHA + BETA[:30]})
    result = plimsoll.scan("image", Image([layer]).write_docker_archive(tmp_path / "i.tar"))
    assert result.finding_ids() == ALPHA_IDS
    assert any("var/lib/dpkg/status" in d["path"] for d in result.report["diagnostics"])


@pytest.mark.parametrize("name", ["rpmdb.sqlite", "Packages.db", "Packages"])
def test_rpm_databases_of_noise(plimsoll, tmp_path, name):
    magic = {"rpmdb.sqlite": b"SQLite format 3\0", "Packages.db": b"RpmP", "Packages": b""}[name]
    noise = magic + random.Random(7).randbytes(200000)
    layer = Layer.of([file("etc/os-release", "ID=rocky\nVERSION_ID=9.4\n"),
                      Member(f"var/lib/rpm/{name}", noise)])
    result = plimsoll("image", Image([layer]).write_docker_archive(tmp_path / "i.tar"),
                      "--format", "json")
    assert result.code in (0, 3), result
    told = [d for d in result.report["diagnostics"] if name in d["path"]]
    assert told and told[0]["message"]


DOCUMENTS = {
    "manifest.json is no JSON": ("manifest.json", b"{"),
    "manifest.json is a future schema": ("manifest.json", b'{"schemaVersion": 9}'),
    "manifest.json is empty": ("manifest.json", b"[]"),
    "manifest.json names no layers": ("manifest.json", b'[{"Config": "c.json"}]'),
    "manifest.json names a missing config":
        ("manifest.json", b'[{"Config":"none.json","Layers":[]}]'),
    "manifest.json is deep": ("manifest.json", b"[" * 100000),
}


@pytest.mark.parametrize("case", DOCUMENTS)
def test_wrong_documents(plimsoll, tmp_path, case):
    name, data = DOCUMENTS[case]
    path = tmp_path / "i.tar"
    path.write_bytes(make_tar([Member("a/layer.tar", good().stored), Member(name, data)]))
    fails_clearly(plimsoll("image", path), "i.tar")


INDEXES = {
    "schema 1": {"schemaVersion": 1, "fsLayers": []},
    "a future schema": {"schemaVersion": 3, "manifests": []},
    "no manifests": {"schemaVersion": 2, "manifests": []},
    "a descriptor without digest": {"schemaVersion": 2, "manifests": [{"mediaType": "x"}]},
    "a digest that is a path":
        {"schemaVersion": 2, "manifests": [{
            "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "digest": "sha256:../../../../etc/passwd", "size": 10}]},
    "a digest of another kind":
        {"schemaVersion": 2, "manifests": [{
            "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "digest": "md5:00", "size": 10}]},
    "a blob that is missing":
        {"schemaVersion": 2, "manifests": [{
            "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "digest": "sha256:" + sha256(b"nothing"), "size": 10}]},
}


@pytest.mark.parametrize("case", INDEXES)
def test_wrong_indexes(plimsoll, tmp_path, case):
    layout = Image([good()]).write_oci_layout(tmp_path / "layout")
    (layout / "index.json").write_text(json.dumps(INDEXES[case]))
    fails_clearly(plimsoll("image", f"oci:{layout}"), "layout")


def test_an_index_that_names_itself(plimsoll, tmp_path):
    """Indexes within indexes end at a limit."""
    layout = Image([good()]).write_oci_layout(tmp_path / "layout")
    media = "application/vnd.oci.image.index.v1+json"
    inner = (layout / "index.json").read_bytes()
    for _ in range(10):
        (layout / "blobs/sha256" / sha256(inner)).write_bytes(inner)
        inner = json.dumps({"schemaVersion": 2, "mediaType": media, "manifests": [
            {"mediaType": media, "digest": "sha256:" + sha256(inner),
             "size": len(inner)}]}).encode()
    (layout / "index.json").write_bytes(inner)
    fails_clearly(plimsoll("image", f"oci:{layout}"), "layout")


def test_several_images_in_one_place(plimsoll, tmp_path):
    import tiny_images as images
    layout = images.write_oci_layout(tmp_path / "layout", [
        (Image([good()]), "one", None), (Image([Layer.of(debian_files(BETA))]), "two", None)])
    fails_clearly(plimsoll("image", f"oci:{layout}"), "one", "two", code=2)
    assert plimsoll.scan("image", f"oci:{layout}:two").finding_ids() == {"CVE-2099-0003"}
    fails_clearly(plimsoll("image", f"oci:{layout}:three"), "three")


@pytest.mark.skipif(os.geteuid() != 0, reason="needs another user")
def test_no_permission(plimsoll, tmp_path):
    path = Image([good()]).write_docker_archive(tmp_path / "i.tar")
    path.chmod(0)
    home = tmp_path / "nobody"
    home.mkdir(mode=0o777)
    home.chmod(0o777)
    for folder in tmp_path.parents:
        if folder != pathlib.Path("/tmp") and str(folder).startswith("/tmp"):
            folder.chmod(folder.stat().st_mode | 0o055)
    tmp_path.chmod(0o755)
    program = tmp_path / "plimsoll"
    shutil.copy(PROGRAM, program)
    database = tmp_path / "db"
    shutil.copy(plimsoll.db, database)
    database.chmod(0o644)
    done = subprocess.run([str(program), "image", str(path)], user=65534, group=65534,
                          extra_groups=[], text=True, capture_output=True,
                          env=dict(Plimsoll(home, database).env()), check=False)
    assert done.returncode == 3 and "i.tar" in done.stderr, done
    assert "ermission" in done.stderr


def test_a_full_disk_for_the_report(plimsoll, tmp_path):
    path = Image([good()]).write_docker_archive(tmp_path / "i.tar")
    with open("/dev/full", "w") as full:
        done = subprocess.run([str(PROGRAM), "image", str(path)], env=plimsoll.env(), stdout=full,
                              stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode not in (0, 1) and "space" in done.stderr, done
    result = plimsoll("image", path, "--output", tmp_path / "no/such/folder/report")
    assert result.code in (2, 3) and "no/such/folder" in result.err


@pytest.fixture
def tiny_disk(tmp_path):
    """A file system of 256 KiB."""
    if os.geteuid() != 0:
        pytest.skip("needs root to mount")
    place = tmp_path / "tiny"
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(place)], check=True)
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_full_disk_for_the_cache(plimsoll, tmp_path, tiny_disk):
    (tiny_disk / "filler").write_bytes(b"x" * (250 << 10))
    path = Image([good()]).write_docker_archive(tmp_path / "i.tar")
    for _ in range(2):
        assert plimsoll.scan("image", path, "--cache-dir", tiny_disk).finding_ids() == ALPHA_IDS
    assert not list(tiny_disk.glob("layers/*.??????"))


def test_a_full_disk_for_the_database(plimsoll, tmp_path, tiny_disk):
    from conftest import SMALL_ADVISORIES, advisory, write_advisories
    db = tiny_disk / "advisories.db"
    many = [advisory(f"CVE-2098-{n}", "Debian:12", f"package-{n}", "1.0") for n in range(9000)]
    folder = write_advisories(tmp_path / "osv", SMALL_ADVISORIES + many)
    result = Plimsoll(plimsoll.home, db)("db", "import", folder)
    assert result.code == 3 and "space" in result.err, result
    left = [path.name for path in tiny_disk.iterdir()]
    assert left in ([], ["advisories.db.lock"]), "nothing is left half-way"


# -- The database --

def test_no_database(plimsoll, tmp_path):
    path = Image([good()]).write_docker_archive(tmp_path / "i.tar")
    fails_clearly(Plimsoll(plimsoll.home, tmp_path / "none.db")("image", path), "none.db",
                  "plimsoll db")


@pytest.mark.parametrize("size", [0, 10, 4096, 5000, -1, -5000])
def test_a_truncated_database(plimsoll, tmp_path, size):
    path = Image([good()]).write_docker_archive(tmp_path / "i.tar")
    db = tmp_path / "cut.db"
    whole = plimsoll.db.read_bytes()
    db.write_bytes(whole[:size])
    fails_clearly(Plimsoll(plimsoll.home, db)("image", path), "cut.db")


def test_a_database_with_a_flipped_bit(plimsoll, tmp_path):
    path = Image([good()]).write_docker_archive(tmp_path / "i.tar")
    whole, chance = plimsoll.db.read_bytes(), random.Random(3)
    for number in range(20):
        damaged = bytearray(whole)
        damaged[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
        db = tmp_path / f"damaged-{number}.db"
        db.write_bytes(damaged)
        fails_clearly(Plimsoll(plimsoll.home, db)("image", path), db.name)


def test_an_old_database_is_told(plimsoll, tmp_path):
    from conftest import SMALL_ADVISORIES, write_advisories
    if not shutil.which("faketime"):
        pytest.skip("faketime is not installed")
    home, db = tmp_path / "old", tmp_path / "old.db"
    folder = write_advisories(tmp_path / "osv", SMALL_ADVISORIES)
    env = Plimsoll(home, db).env()
    subprocess.run(["faketime", "-f", "-30d", str(PROGRAM), "db", "import", str(folder)], env=env,
                   check=True, capture_output=True)
    path = Image([good()]).write_docker_archive(tmp_path / "i.tar")
    report = Plimsoll(home, db).scan("image", path).report
    told = [d for d in report["diagnostics"] if d["code"] == "db-old"]
    assert len(told) == 1 and "30 days" in told[0]["message"]
    assert not [d for d in Plimsoll(home, db).scan("image", path, "--db-max-age", "60")
                .report["diagnostics"] if d["code"] == "db-old"]


def test_a_failed_import_keeps_the_database(plimsoll, tmp_path):
    db = tmp_path / "kept.db"
    shutil.copy(plimsoll.db, db)
    before = db.read_bytes()
    broken = tmp_path / "feed"
    broken.mkdir()
    (broken / "all.zip").write_bytes(b"PK\x03\x04 but no zip")
    result = Plimsoll(plimsoll.home, db)("db", "import", broken)
    assert result.code == 3 and "all.zip" in result.err, result
    assert db.read_bytes() == before


def test_wrong_usage(plimsoll):
    for args in (["image"], ["image", "a", "b"], ["image", "x", "--no-such-option"], ["nonsense"],
                 ["image", "x", "--severity", "awful"], ["image", "x", "--jobs", "many"]):
        result = plimsoll(*args)
        assert result.code == 2 and result.err.strip(), (args, result)
    assert "--severity" in plimsoll("image", "x", "--severty", "high").err
