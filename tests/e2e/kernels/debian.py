"""Programs of this system, below a root of an initramfs."""
import os
import pathlib
import re
import shutil
import stat
import subprocess

TOP = ("bin", "sbin", "lib", "lib64")  # links into /usr, as systems have them since Debian 12
PROGRAMS = """apt-get base64 bash cat chmod cp dash dpkg find grep id install ip ln ls mkdir mknod
mount mv nsenter passwd perl rm su tar touch true umount unshare whoami""".split()
# The applets that scripts call by the name of the whole are busybox's own.
APPLETS = "/bin/busybox"

TEXTS = {
    "etc/passwd": "root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1:daemon:/usr/sbin:/bin/sh\n",
    "etc/group": "root:x:0:\ndaemon:x:1:\n",
    "etc/shadow": "root:*:19000:0:99999:7:::\ndaemon:*:19000:0:99999:7:::\n",
    "etc/issue": "Debian\n",
    "etc/pam.d/other": "auth required pam_deny.so\n",
    "etc/cron.d/e2scrub_all": "# none\n",
    "root/.bashrc": "true\n",
    "root/.profile": "true\n",
    "var/lib/dpkg/status": "",
}
FOLDERS = """dev proc sys mnt run etc/apt/sources.list.d etc/profile.d usr/local/bin
usr/local/share usr/share var/log""".split()


def is_merged():
    return all(pathlib.Path("/", name).is_symlink() for name in TOP)


def add_top(initramfs, below):
    for name in TOP:
        initramfs.add_link(f"{below}/{name}", f"usr/{name}")


class DebianRoot:
    """`below` is the folder of the initramfs."""

    def __init__(self, initramfs, below):
        self.initramfs, self.below = initramfs, below
        add_top(initramfs, below)
        for name in FOLDERS:
            initramfs.add_folder(f"{below}/{name}")
        initramfs.add_folder(f"{below}/tmp", 0o1777)
        self.add_texts(TEXTS)
        for name in PROGRAMS:
            self.add(shutil.which(name))
        self.add(APPLETS)
        initramfs.add_link(f"{below}/usr/bin/sh", "dash")

    def add_texts(self, texts):
        for path, text in texts.items():
            self.initramfs.add_file(f"{self.below}/{path}", text,
                                    0o640 if path == "etc/shadow" else 0o644)

    def add(self, program, place=None):
        """With its libraries, and the bits that it has here; where it is here, or in `place`."""
        self._copy(program, place or os.path.realpath(os.path.dirname(program)))
        listed = subprocess.run(["ldd", program], stdout=subprocess.PIPE,
                                stderr=subprocess.DEVNULL, text=True, check=False).stdout
        for library in re.findall(r"(/\S+) \(0x", listed):
            self._copy(library, os.path.realpath(os.path.dirname(library)))

    def _copy(self, file, place):
        self.initramfs.add_file(f"{self.below}{place}/{os.path.basename(file)}",
                                pathlib.Path(file).read_bytes(),
                                stat.S_IMODE(os.stat(file).st_mode))
