"""Images from files and layouts, end to end: what is found, and in which layer."""
import json
import subprocess

import pytest

import tiny_images as images
from tiny_images import (Image, Layer, alpine_files, apk_entry, debian_files, dpkg_stanza, file,
                    hardlink, opaque, symlink, whiteout)

ALPHA = dpkg_stanza("alpha", "1.9-3", source="alpha-source (1.9-3)")
ALPHA_FIXED = dpkg_stanza("alpha", "2.0-1", source="alpha-source")
BETA = dpkg_stanza("beta", "1:1.5-1")
ALPHA_IDS = {"CVE-2099-0001", "CVE-2099-0002"}


def base(how="gzip"):
    return Layer.of(debian_files(ALPHA), how)


FORMS = {
    "docker archive": lambda image, path: image.write_docker_archive(path / "i.tar"),
    "docker archive, manifest first":
        lambda image, path: image.write_docker_archive(path / "i.tar", manifest_last=False),
    "docker save since 25":
        lambda image, path: image.write_oci_archive(path / "i.tar", docker_manifest=True),
    "OCI archive": lambda image, path: image.write_oci_archive(path / "i.tar"),
    "OCI layout": lambda image, path: f"oci:{image.write_oci_layout(path / 'layout')}",
    "OCI layout, by tag":
        lambda image, path: f"oci:{image.write_oci_layout(path / 'layout')}:latest",
}


@pytest.mark.parametrize("how", ["plain", "gzip", "zstd"])
@pytest.mark.parametrize("form", FORMS)
def test_every_form_and_compression(plimsoll, tmp_path, form, how):
    image = Image([base(how), Layer.of(debian_files(ALPHA, BETA), how)])
    report = plimsoll.scan("image", FORMS[form](image, tmp_path)).report
    found = {(f["id"], f["package"]["name"], f["location"]["layer"]) for f in report["findings"]}
    assert found == {
        ("CVE-2099-0001", "alpha", image.layers[0].diff_id),
        ("CVE-2099-0002", "alpha", image.layers[0].diff_id),
        ("CVE-2099-0003", "beta", image.layers[1].diff_id),
    }
    assert report["schema"] == "plimsoll/report/1"
    assert report["artifact"]["os"]["id"] == "debian"
    assert report["artifact"]["os"]["version"] == "12"
    assert [layer["diff_id"] for layer in report["artifact"]["layers"]] == \
        [layer.diff_id for layer in image.layers]
    assert not [d for d in report["diagnostics"] if d["level"] != "note"]


@pytest.mark.parametrize("compressor", ["gzip", "zstd"])
def test_a_compressed_archive(plimsoll, tmp_path, compressor):
    path = tmp_path / "image.tar.z"
    path.write_bytes(images.compress(Image([base()]).docker_archive(), compressor))
    assert plimsoll.scan("image", path).finding_ids() == ALPHA_IDS


@pytest.mark.parametrize("manifest_last", [True, False])
def test_standard_input(plimsoll, tmp_path, manifest_last):
    path = Image([base("plain")]).write_docker_archive(tmp_path / "i.tar",
                                                       manifest_last=manifest_last)
    with open(path, "rb") as stdin:
        assert plimsoll.scan("image", "-", stdin=stdin).finding_ids() == ALPHA_IDS


def test_standard_input_gives_an_image_once(plimsoll, tmp_path):
    """What a second reading would find behind a link is told to be missing."""
    members, _ = UPPER["a database behind a symlink"]
    path = Image([base("plain"), Layer.of(members, "plain")]).write_docker_archive(tmp_path / "i.tar")
    with subprocess.Popen(["cat", str(path)], stdout=subprocess.PIPE) as cat:
        result = plimsoll("image", "-", "--format", "json", stdin=cat.stdout)
    assert result.code == 3
    assert "links-unread" in {d["code"] for d in result.report["diagnostics"]}


def test_a_finding_in_full(plimsoll, tmp_path):
    image = Image([base()])
    report = plimsoll.scan("image", image.write_docker_archive(tmp_path / "i.tar")).report
    finding = next(f for f in report["findings"] if f["id"] == "CVE-2099-0001")
    assert finding["kind"] == "vulnerability"
    assert finding["severity"] == "critical"
    assert finding["cvss"]["score"] == 9.8
    assert finding["package"]["version"] == "1.9-3"
    assert finding["package"]["source_name"] == "alpha-source"
    assert finding["package"]["type"] == "deb"
    assert finding["package"]["purl"].startswith("pkg:deb/debian/alpha@1.9-3?")
    assert finding["fixed_version"] == "2.0-1"
    assert finding["status"] == "fixed"
    assert finding["location"]["path"] == "var/lib/dpkg/status"
    other = next(f for f in report["findings"] if f["id"] == "CVE-2099-0002")
    assert other["status"] == "affected" and not other["fixed_version"]
    assert report["artifact"]["digest"] == image.image_id


UPPER = {
    "an upgrade": ([file("var/lib/dpkg/status", ALPHA_FIXED)], {"CVE-2099-0002"}),
    "a whiteout of the database": ([whiteout("var/lib/dpkg/status")], set()),
    "a whiteout of a directory above": ([whiteout("var/lib")], set()),
    "an opaque directory": ([opaque("var/lib/dpkg")], set()),
    "an opaque directory with a new database":
        ([file("var/lib/dpkg/status", ALPHA_FIXED), opaque("var/lib/dpkg")], {"CVE-2099-0002"}),
    "a directory replaced by a file": ([file("var/lib/dpkg", "")], set()),
    "something else": ([file("opt/app", "x")], ALPHA_IDS),
    "nothing at all": ([], ALPHA_IDS),
    "a database behind a symlink":
        ([file("srv/status", ALPHA_FIXED), symlink("var/lib/dpkg/status", "/srv/status")],
         {"CVE-2099-0002"}),
    "a database behind a relative symlink to a directory":
        ([file("srv/dpkg/status", ALPHA_FIXED), whiteout("var/lib/dpkg"),
          symlink("var/lib/dpkg", "../../srv/dpkg")], {"CVE-2099-0002"}),
    "a database that is a hard link":
        ([file("srv/status", ALPHA_FIXED), hardlink("var/lib/dpkg/status", "srv/status")],
         {"CVE-2099-0002"}),
    "a symlink out of the root": ([symlink("var/lib/dpkg/status", "../../../../../etc/passwd")],
                                  set()),
    "a symlink loop": ([symlink("var/lib/dpkg/status", "status2"),
                        symlink("var/lib/dpkg/status2", "status")], set()),
    "names with ..": ([file("./x/../var/lib/dpkg/../dpkg/status", ALPHA_FIXED)],
                      {"CVE-2099-0002"}),
    "absolute names": ([file("/var/lib/dpkg/status", ALPHA_FIXED)], {"CVE-2099-0002"}),
}


@pytest.mark.parametrize("case", UPPER)
def test_layers_are_laid_over_one_another(plimsoll, tmp_path, case):
    members, want = UPPER[case]
    image = Image([base(), Layer.of(members)])
    path = image.write_docker_archive(tmp_path / "i.tar")
    assert plimsoll.scan("image", path).finding_ids() == want
    # and again, from the cache
    assert plimsoll.scan("image", path).finding_ids() == want


def test_equal_layers_count_each(plimsoll, tmp_path):
    empty = Layer.of({"tmp/x": "y"})
    image = Image([base(), empty, empty, Layer.of({"tmp/z": "y"})])
    for write in (image.write_docker_archive, image.write_oci_archive):
        report = plimsoll.scan("image", write(tmp_path / "i.tar")).report
        assert len(report["artifact"]["layers"]) == 4
        assert {f["id"] for f in report["findings"]} == ALPHA_IDS


def test_alpine(plimsoll, tmp_path):
    image = Image([Layer.of(alpine_files(apk_entry("gamma-libs", "1.2.3-r0", "gamma")))])
    report = plimsoll.scan("image", image.write_oci_archive(tmp_path / "i.tar")).report
    assert [(f["id"], f["fixed_version"], f["severity"]) for f in report["findings"]] == \
        [("CVE-2099-0004", "1.2.3-r1", "high")]


def test_platforms(plimsoll, tmp_path):
    ours, theirs = Image([base()]), Image([Layer.of(debian_files(BETA))], architecture="arm64")
    layout = images.write_oci_layout(tmp_path / "layout", [
        (ours, None, {"os": "linux", "architecture": "amd64"}),
        (theirs, None, {"os": "linux", "architecture": "arm64", "variant": "v8"}),
    ])
    assert plimsoll.scan("image", f"oci:{layout}", "--platform", "linux/amd64").finding_ids() == \
        ALPHA_IDS
    assert plimsoll.scan("image", f"oci:{layout}", "--platform", "linux/arm64").finding_ids() == \
        {"CVE-2099-0003"}
    result = plimsoll("image", f"oci:{layout}", "--platform", "linux/s390x")
    assert result.code == 3
    assert "linux/arm64" in result.err and "linux/amd64" in result.err


def test_packages_are_listed_on_request(plimsoll, tmp_path):
    image = Image([Layer.of(dict(debian_files(ALPHA, BETA),
                                 **{"var/lib/dpkg/info/alpha.list": "/.\n/usr/bin/alpha\n"}))])
    report = plimsoll.scan("image", image.write_docker_archive(tmp_path / "i.tar"),
                           "--list-all-pkgs").report
    assert [(p["name"], p["version"]) for p in report["packages"]] == \
        [("alpha", "1.9-3"), ("beta", "1:1.5-1")]
    assert report["packages"][0]["maintainer"] == "Test <test@example.org>"


def test_a_directory(plimsoll, tmp_path):
    root = tmp_path / "root"
    for name, data in debian_files(ALPHA).items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(data)
    report = plimsoll.scan("fs", root).report
    assert {f["id"] for f in report["findings"]} == ALPHA_IDS
    assert report["artifact"]["kind"] == "filesystem"
    # Links are followed inside the directory, and only there.
    (root / "var/lib/dpkg/status").rename(root / "status")
    (root / "var/lib/dpkg/status").symlink_to("/status")
    assert plimsoll.scan("fs", root).finding_ids() == ALPHA_IDS
    (root / "var/lib/dpkg/status").unlink()
    (root / "var/lib/dpkg/status").symlink_to("../../../../../../../var/lib/dpkg/status")
    assert plimsoll.scan("fs", root).finding_ids() == set()


def test_this_host(plimsoll):
    report = plimsoll.scan("host", "--list-all-pkgs").report
    assert report["artifact"]["kind"] == "host"
    done = subprocess.run(["dpkg-query", "-W", "-f", "${db:Status-Status} ${Package}\n"],
                          stdout=subprocess.PIPE, text=True, check=False)
    installed = {line.split()[1] for line in done.stdout.splitlines()
                 if line.startswith("installed ")}
    assert installed and installed == {p["name"] for p in report["packages"]}


# -- Real systems and real advisories --

def test_bookworm_without_its_security_updates(plimsoll_feeds, bookworm_root, tmp_path):
    """Every finding is judged again by dpkg itself."""
    image = Image([Layer.of_directory(bookworm_root)])
    report = plimsoll_feeds.scan("image", image.write_docker_archive(tmp_path / "i.tar")).report
    fixable = [f for f in report["findings"] if f["fixed_version"]]
    assert fixable, "a release without its updates has known flaws"
    installed = dict(
        line.split() for line in subprocess.run(
            ["dpkg-query", f"--admindir={bookworm_root}/var/lib/dpkg", "-W", "-f",
             "${Package} ${source:Version}\n"],
            stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines())
    for finding in fixable:
        version = installed[finding["package"]["name"]]
        older = subprocess.run(["dpkg", "--compare-versions", version, "lt",
                                finding["fixed_version"]], check=False)
        assert older.returncode == 0, finding
    trees = plimsoll_feeds.scan("fs", bookworm_root).report
    assert {(f["id"], f["package"]["name"]) for f in trees["findings"]} == \
        {(f["id"], f["package"]["name"]) for f in report["findings"]}


@pytest.mark.parametrize("version", ["3.10.9", "3.14.10", "3.18.9", "3.20.3"])
def test_real_alpine_roots(plimsoll_feeds, shared, tmp_path, version):
    root = shared / f"rootfs/alpine-{version}.tar.gz"
    if not root.exists():
        pytest.skip(f"{root.name} is not here")
    import gzip
    layer = Layer(gzip.decompress(root.read_bytes()))
    path = Image([layer]).write_oci_archive(tmp_path / "i.tar")
    report = plimsoll_feeds.scan("image", path, "--list-all-pkgs").report
    assert report["artifact"]["os"] == dict(report["artifact"]["os"], id="alpine", version=version)
    branch = "v" + ".".join(version.split(".")[:2])
    fixes = {}
    for repository in ("main", "community"):
        feed = shared / f"feeds/alpine/{branch}/{repository}.json"
        for package in json.loads(feed.read_text())["packages"]:
            for fixed, ids in (package["pkg"].get("secfixes") or {}).items():
                for identifier in ids:
                    for one in identifier.split():
                        fixes.setdefault((package["pkg"]["name"], one), set()).add(fixed)
    for finding in report["findings"]:
        names = {finding["id"], *finding["aliases"]}
        sources = [fixes[(finding["package"]["source_name"], n)] for n in names
                   if (finding["package"]["source_name"], n) in fixes]
        assert sources and any(finding["fixed_version"] in s for s in sources), finding


# -- The cache --

def test_a_second_scan_reads_no_layer(plimsoll, tmp_path):
    image = Image([base(), Layer.of({"opt/x": "y"})])
    path = image.write_oci_archive(tmp_path / "i.tar")
    first = plimsoll.scan("image", path).report
    assert not any(layer["cached"] for layer in first["artifact"]["layers"])
    second = plimsoll.scan("image", path).report
    assert all(layer["cached"] for layer in second["artifact"]["layers"])
    assert second["findings"] == first["findings"]
    assert plimsoll("cache", "clean").code == 0
    third = plimsoll.scan("image", path).report
    assert not any(layer["cached"] for layer in third["artifact"]["layers"])


def test_a_lying_image_does_not_speak_for_others(plimsoll, tmp_path):
    """An image that claims another layer's diffID for clean bytes fools nobody."""
    honest, clean = Image([base()]), Layer.of(debian_files(ALPHA_FIXED))
    liar = Image([clean])
    liar.config["rootfs"]["diff_ids"] = [honest.layers[0].diff_id]
    plimsoll("image", f"oci:{liar.write_oci_layout(tmp_path / 'liar')}")
    plimsoll("image", liar.write_docker_archive(tmp_path / "liar.tar"))
    found = plimsoll.scan("image", f"oci:{honest.write_oci_layout(tmp_path / 'honest')}")
    assert found.finding_ids() == ALPHA_IDS
    found = plimsoll.scan("image", honest.write_docker_archive(tmp_path / "honest.tar"))
    assert found.finding_ids() == ALPHA_IDS


def test_many_scans_at_once(plimsoll, tmp_path):
    from conftest import PROGRAM
    paths = [Image([base(), Layer.of({f"opt/{n}": "x"})]).write_docker_archive(tmp_path / f"{n}.tar")
             for n in range(4)]
    runs = [subprocess.Popen([str(PROGRAM), "image", str(path), "--format", "json"],
                             env=plimsoll.env(), stdout=subprocess.PIPE, text=True)
            for path in paths * 3]
    for run in runs:
        out, _ = run.communicate(timeout=60)
        assert run.returncode == 0
        assert {f["id"] for f in json.loads(out)["findings"]} == ALPHA_IDS
