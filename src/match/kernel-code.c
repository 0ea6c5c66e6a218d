#include "match/kernel-code.h"

/* Sources of kernels: the name itself, or a name that goes on with one of
 * these characters behind it ("linux-5.10", "linux-aws", "kernel-rt"). */
static const struct view kernel_sources[] = {
    VIEW("linux"),          /* Debian, Ubuntu: linux, linux-signed-amd64, linux-aws-6.5, ... */
    VIEW("kernel"),         /* Red Hat and its kin, Azure Linux: kernel, kernel-rt, kernel-hci */
    VIEW("kernel-uek"),     /* Oracle */
    VIEW("kernel-default"), /* SUSE */
};

/* Sources that begin like a kernel's and are none. */
static const struct view other_sources[] = {
    VIEW("linux-atm"),     VIEW("linux-base"),        VIEW("linux-firmware"),
    VIEW("linux-pam"),     VIEW("linuxptp"),          VIEW("linux-ftpd"),
    VIEW("linux-igd"),     VIEW("linux-user-chroot"), VIEW("linuxtv-dvb-apps"),
    VIEW("linux-apfs-rw"), VIEW("linux-minidisc"),
};

/* What a binary package's name holds when it is no kernel code, with what it is. */
static const struct view codeless_parts[] = {
    VIEW("-headers"),       /* linux-headers-amd64, kernel-headers: to compile against */
    VIEW("linux-libc-dev"), /* the C library's copy of the headers */
    VIEW("-libc-dev"),      /* linux-libc-dev-arm64-cross */
    VIEW("-doc"),           /* documentation */
    VIEW("-source"),        /* the source as a package; not compiled */
    VIEW("-devel"),         /* kernel-devel: headers and makefiles */
    VIEW("-kbuild"),        /* linux-kbuild-6.1: build scripts */
    VIEW("-compiler"),      /* linux-compiler-gcc-12-x86: depends on a compiler */
    VIEW("-support"),       /* linux-support-6.1.0-9: for packaging */
    VIEW("-perf"),          /* linux-perf: a tool */
    VIEW("-tools"),         /* linux-tools-common, kernel-tools: tools */
    VIEW("-cpupower"),      VIEW("cpupower"), /* a tool */
    VIEW("bpftool"),        VIEW("usbip"),       VIEW("hyperv-daemons"),
    VIEW("rtla"),           VIEW("intel-sdsi"),  VIEW("libcpupower"),
    VIEW("libperf"),        VIEW("libbpf"),      VIEW("python3-perf"), /* tools */
    VIEW("-srpm-macros"),   VIEW("-rpm-macros"),                       /* for packaging */
};

static bool is_kernel_source(struct view source)
{
    for (size_t i = 0; i < sizeof(other_sources) / sizeof(other_sources[0]); i++)
        if (view_eq(source, other_sources[i]))
            return false;
    for (size_t i = 0; i < sizeof(kernel_sources) / sizeof(kernel_sources[0]); i++)
        if (view_eq(source, kernel_sources[i]) ||
            (view_starts(source, kernel_sources[i]) && source.ptr[kernel_sources[i].len] == '-'))
            return true;
    return false;
}

bool kernel_code_is_absent(const struct package *package)
{
    if (!is_kernel_source(package->source_name))
        return false;
    if (view_eq(package->name, VIEW("perf")))
        return true;
    for (size_t i = 0; i < sizeof(codeless_parts) / sizeof(codeless_parts[0]); i++)
        if (view_find_view(package->name, codeless_parts[i]) >= 0)
            return true;
    return false;
}
