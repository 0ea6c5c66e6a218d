"""Our tar against GNU tar and Python's tarfile.

Archives that either writes, in every format they know, with random names,
numbers and holes (seeded), and real roots: the same entries must come out,
byte by byte. What we write must be read the same by tarfile.
"""
import hashlib
import io
import os
import pathlib
import posixpath
import random
import subprocess
import tarfile

import pytest

SOURCE = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("PLIMSOLL_BUILD", SOURCE / "build"))
SHARED = pathlib.Path(os.environ.get("PLIMSOLL_SHARED", SOURCE.parent / "shared"))
OURS = BUILD / "tests/unit/codec/dump_tar"

LETTERS = {tarfile.REGTYPE: "f", tarfile.AREGTYPE: "f", tarfile.DIRTYPE: "d", tarfile.SYMTYPE: "l",
           tarfile.LNKTYPE: "h", tarfile.CHRTYPE: "c", tarfile.BLKTYPE: "b", tarfile.FIFOTYPE: "p",
           tarfile.GNUTYPE_SPARSE: "f"}


def normal(name):
    """A member's name as codec/tar.h has it: ".." stays within the root."""
    return posixpath.normpath("/" + name).lstrip("/")


def ours(archive, *copy):
    done = subprocess.run([OURS, archive, *copy], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          timeout=300)
    assert done.returncode == 0, done.stderr.decode()
    return [tuple(line.split("\t")) for line in done.stdout.decode().splitlines()]


def theirs(archive):
    entries = []
    with tarfile.open(archive, encoding="utf-8", errors="surrogateescape") as tar:
        for member in tar:
            body = tar.extractfile(member).read() if member.isreg() else b""
            link = member.linkname if member.issym() or member.islnk() else ""
            entries.append((LETTERS[member.type], os.fsencode(normal(member.name)).hex(),
                            os.fsencode(link).hex(), str(member.mode & 0o7777), str(member.uid),
                            str(member.gid), str(int(member.mtime // 1)), str(len(body)),
                            "sha256:" + hashlib.sha256(body).hexdigest()))
    return entries


def random_name(rng):
    length = rng.choice([1, 5, 30, 99, 100, 101, 150, 255, 256, 257, 400])
    letters = rng.choice(["ab/", "a/.", "é中😀/x", "\udcff\udc80z", "e\u0301/", " \n\t=b"])
    name = "".join(rng.choice(letters) for _ in range(length))
    return name.strip("/") or "empty"


def random_member(rng, tar_format):
    member = tarfile.TarInfo(random_name(rng))
    member.type = rng.choice([tarfile.REGTYPE] * 4 + list(LETTERS)[2:8])
    member.linkname = random_name(rng) if member.type in (tarfile.SYMTYPE, tarfile.LNKTYPE) else ""
    member.mode = rng.randrange(0o10000)
    large = tar_format != tarfile.USTAR_FORMAT and rng.random() < 0.2
    member.uid = rng.randrange(1 << 31 if large else 1 << 20)
    member.gid = rng.randrange(1 << 31 if large else 1 << 20)
    member.mtime = rng.randrange(1 << 36 if large else 1 << 32)
    if tar_format == tarfile.PAX_FORMAT and rng.random() < 0.3:
        member.mtime = rng.uniform(-1e9, 1e9)
    member.devmajor, member.devminor = rng.randrange(4096), rng.randrange(4096)
    member.size = rng.choice([0, 1, 511, 512, 513, 5000]) if member.isreg() else 0
    return member


@pytest.mark.parametrize("tar_format", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT,
                                        tarfile.PAX_FORMAT], ids=["ustar", "gnu", "pax"])
def test_random_archives(tmp_path, tar_format):
    rng = random.Random(20261121 + tar_format)
    archive, copy = tmp_path / "random.tar", tmp_path / "copy.tar"
    count = 0
    with tarfile.open(archive, "w", format=tar_format, encoding="utf-8",
                      errors="surrogateescape") as tar:
        while count < 2000:
            member = random_member(rng, tar_format)
            try:
                tar.addfile(member, io.BytesIO(rng.randbytes(member.size)))
            except ValueError:
                continue  # the format cannot hold it
            count += 1
    want = theirs(archive)
    assert len(want) == count
    assert ours(archive, copy) == want
    # What we write has no owner and no time, and names in normal form.
    again = [(*entry[:4], *entry[7:]) for entry in theirs(copy)]
    assert again == [(*entry[:4], *entry[7:]) for entry in want]


@pytest.fixture(scope="module")
def sparse_files(tmp_path_factory):
    rng = random.Random(7)
    folder = tmp_path_factory.mktemp("sparse")
    for i in range(30):
        size = rng.choice([0, 1, 100000, 1 << 20, 12345678])
        with open(folder / f"{i}-{'n' * rng.choice([1, 120])}", "wb") as file:
            file.truncate(size)
            for _ in range(rng.choice([0, 1, 3, 5, 40])):
                file.seek(rng.randrange(size + 1))
                file.write(rng.randbytes(rng.choice([1, 700, 9000]))[:max(0, size - file.tell())])
    return folder


@pytest.mark.parametrize("options", [["--format=gnu"], ["--format=oldgnu"],
                                     ["--format=posix", "--sparse-version=0.0"],
                                     ["--format=posix", "--sparse-version=0.1"],
                                     ["--format=posix", "--sparse-version=1.0"]],
                         ids=["gnu", "oldgnu", "0.0", "0.1", "1.0"])
def test_sparse_files(tmp_path, sparse_files, options):
    archive = tmp_path / "sparse.tar"
    subprocess.run(["tar", "-C", sparse_files, "--sparse", *options, "-cf", archive,
                    *sorted(os.listdir(sparse_files))], check=True)
    want = {path.name: "sha256:" + hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sparse_files.iterdir()}
    assert archive.stat().st_size < sum(p.stat().st_size for p in sparse_files.iterdir()) / 2
    got = {bytes.fromhex(entry[1]).decode(): entry[8] for entry in ours(archive)}
    assert got == want


@pytest.mark.parametrize("tar_format", ["v7", "oldgnu", "gnu", "ustar", "posix"])
def test_gnu_tar(tmp_path, tar_format):
    folder = tmp_path / "tree"
    (folder / "sub/dir").mkdir(parents=True)
    (folder / "sub/file").write_bytes(b"body")
    (folder / "sub/hard").hardlink_to(folder / "sub/file")
    (folder / "sub/link").symlink_to("../" + "x" * 90)
    os.mkfifo(folder / "fifo")
    if tar_format not in ("v7", "ustar"):
        (folder / ("n" * 200)).symlink_to("y" * 200)
        (folder / "e\u0301 \u4e2d").write_bytes(b"")
    archive = tmp_path / "gnu.tar"
    done = subprocess.run(["tar", "-C", folder, f"--format={tar_format}", "-cf", archive, "."])
    assert done.returncode == 0 or tar_format == "v7"  # which has no fifos
    assert ours(archive) == theirs(archive)


@pytest.mark.parametrize("packer", ["gzip", "zstd", "xz", "bzip2"])
def test_packed(tmp_path, packer):
    archive = tmp_path / "sources.tar"
    with tarfile.open(archive, "w") as tar:
        tar.add(SOURCE / "src", arcname="src")
    with open(archive, "rb") as plain, open(tmp_path / "packed", "wb") as packed:
        try:
            subprocess.run([packer, "-c"], stdin=plain, stdout=packed, check=True)
        except FileNotFoundError:
            pytest.skip(f"{packer} is not installed")
    assert ours(tmp_path / "packed") == theirs(archive)


def test_real_roots():
    archives = sorted((SHARED / "rootfs").glob("*.tar.gz"))
    if not archives:
        pytest.skip(f"{SHARED}/rootfs has no archives")
    for archive in archives:
        assert ours(archive) == theirs(archive), archive.name
