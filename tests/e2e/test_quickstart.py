"""What `make quickstart` does once everything is built."""
import os
import subprocess

from conftest import BUILD, SMALL_ADVISORIES, SOURCE, write_advisories
from tiny_images import Image, Layer, debian_files, dpkg_stanza

ALPHA = dpkg_stanza("alpha", "1.9-3", source="alpha-source (1.9-3)")


def quickstart(plimsoll, tmp_path, **settings):
    env = plimsoll.env(dict(settings, BUILD=BUILD, PLIMSOLL_DB=tmp_path / "quick.db",
                            FEEDS=write_advisories(tmp_path / "osv", SMALL_ADVISORIES)))
    return subprocess.run(["tools/quickstart"], cwd=SOURCE, env=env, text=True, timeout=300,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)


def test_an_image(plimsoll, tmp_path):
    path = Image([Layer.of(debian_files(ALPHA))]).write_docker_archive(tmp_path / "app.tar")
    done = quickstart(plimsoll, tmp_path, IMAGE=path)
    assert done.returncode == 0, done.stdout
    assert "CVE-2099-0001" in done.stdout and "What to try next" in done.stdout
    assert "plimsoll-sensor run  " in done.stdout
    assert "k8s-privileged" in done.stdout


def test_this_machine(plimsoll, tmp_path):
    done = quickstart(plimsoll, tmp_path)
    assert done.returncode == 0, done.stdout
    assert "Scan of this machine" in done.stdout
    assert os.path.exists(tmp_path / "quick.db")
