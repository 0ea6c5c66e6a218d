"""A virtual machine that runs one script and says what came of it."""
import pathlib
import re
import subprocess

HERE = pathlib.Path(__file__).parent


class Report:
    """What the script said, in parts: "@@@ NAME" and the lines behind it."""

    def __init__(self, text, console):
        self.console = console
        self.parts = {}
        for part in re.split(r"^@@@ ", text, flags=re.MULTILINE)[1:]:
            name, _, body = part.partition("\n")
            self.parts[name.strip()] = body

    def __getitem__(self, name):
        if name not in self.parts:
            raise AssertionError(f"the machine did not tell {name!r}, but {sorted(self.parts)}; "
                                 f"its console:\n{self.console[-4000:]}")
        return self.parts[name]


BOOTS = 3
# Where the kernel changes its code, one of qemu's processors, which are threads, may still run
# into the breakpoint that stood there meanwhile: seen in one of twenty boots, before /init.
LATE_BREAKPOINT = re.compile(r"int3: 0000 \[#1\]")
# What newer processors can do takes time when it is emulated.
TWO_PROCESSORS = ("-cpu", "Nehalem", "-smp", "2", "-m", "1G")


def run_machine(kernel, initramfs, folder, seconds, options="", parts=TWO_PROCESSORS):
    """Boots the kernel until it powers off. The kernel speaks on the first serial line,
    the script on the second. `options` are the kernel's, `parts` qemu's."""
    for _ in range(BOOTS):
        report = boot(kernel, initramfs, folder, seconds, options, parts)
        if not LATE_BREAKPOINT.search(report.console):
            break
    return report


def boot(kernel, initramfs, folder, seconds, options, parts):
    console, report = folder / "console", folder / "report"
    command = ["qemu-system-x86_64", "-machine", "q35,accel=tcg", *parts, "-nodefaults",
               "-no-reboot", "-display", "none",
               "-serial", f"file:{console}", "-serial", f"file:{report}",
               "-kernel", kernel.image, "-initrd", initramfs,
               "-append", f"console=ttyS0 quiet oops=panic panic=-1 rdinit=/init {options}"]
    try:
        subprocess.run(list(map(str, command)), stdin=subprocess.DEVNULL, timeout=seconds,
                       stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    except subprocess.TimeoutExpired:
        pass  # what it did not tell will be missed

    def text(path):
        return path.read_text(errors="replace").replace("\r\n", "\n") if path.exists() else ""

    return Report(text(report), text(console))
