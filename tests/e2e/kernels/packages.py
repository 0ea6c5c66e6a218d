"""Debian's kernels, downloaded and unpacked, not installed."""
import lzma
import pathlib
import re
import subprocess

CONTROL_SECONDS, DOWNLOAD_SECONDS = 30, 120


class NoKernel(Exception):
    """The kernel cannot be had here."""


def ask(*command, seconds=CONTROL_SECONDS, **kwargs):
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, timeout=seconds, check=False,
                              **kwargs)
    except (OSError, subprocess.TimeoutExpired) as problem:
        raise NoKernel(f"no kernel package: {problem}") from problem
    if done.returncode != 0:
        raise NoKernel(f"no kernel package: {' '.join(command)}: {done.stdout.strip()[-200:]}")
    return done.stdout


class Kernel:
    """What an unpacked linux-image package holds."""

    def __init__(self, folder):
        self.folder = folder
        self.image = next(folder.glob("boot/vmlinuz-*"))
        self.release = self.image.name.removeprefix("vmlinuz-")

    def module(self, name):
        """Its bytes, ready to be loaded."""
        found = next(self.folder.glob(f"**/lib/modules/*/kernel/**/{name}.ko*"))
        if found.suffix == ".xz":
            return lzma.decompress(found.read_bytes())
        return found.read_bytes()


def fetch_kernel(meta_package, folder):
    """The newest kernel that this system's package lists have under the name; NoKernel."""
    depends = re.search(r"^Depends: (linux-image-\S+)",
                        ask("apt-cache", "show", "--no-all-versions", meta_package), re.MULTILINE)
    if not depends:
        raise NoKernel(f"{meta_package} names no kernel")
    folder = pathlib.Path(folder)
    ask("apt-get", "download", depends[1], seconds=DOWNLOAD_SECONDS, cwd=folder)
    package = next(folder.glob("linux-image-*.deb"))
    ask("dpkg-deb", "--extract", str(package), str(folder), seconds=DOWNLOAD_SECONDS)
    package.unlink()
    return Kernel(folder)
