#include "match/kernel-code.h"

/* What may stand behind "linux-", up to its end, a "-" or a digit: machines and
 * uses that kernels are built for. Others go by a version, "linux-5.10". Much
 * that is no kernel is called linux-something (linux-pam, linux-firmware), so
 * only these count. */
static const struct view linux_flavours[] = {
    VIEW("allwinner armadaxp aws azure bluefield dell300x fips flo gcp gke gkeop goldfish grouper "
         "hwe ibm intel iot kvm laptop lowlatency lts maguro mako manta nvidia oem oracle raspi "
         "realtime riscv snapdragon starfive ti-omap xilinx"), /* Ubuntu */
    VIEW("asahi edge elm grsec gru hardened lts octeon openpax rpi stable vanilla virt virtgrsec "
         "virthardened"), /* Alpine */
};

/* Binary packages without kernel code, by their name. */
static const struct view codeless_names = VIEW("bpftool hyperv-daemons perf rtla rv usbip");

/* The same, by what their name holds. */
static const struct view codeless_parts[] = {
    VIEW("-headers -devel -lib-rust"),            /* linux-headers-amd64: to compile against */
    VIEW("-libc-dev"),                            /* linux-libc-dev: the C library's copy of them */
    VIEW("-kbuild -obs-build -syms"),             /* to build modules with */
    VIEW("-config -buildinfo -abi-"),             /* how it was built */
    VIEW("-compiler -support -macros -template"), /* for packaging */
    VIEW("-doc -source"),                         /* documentation; the source, not compiled */
    VIEW("-dbg debuginfo debugsource"),           /* symbols */
    VIEW("-ipaclones -selftests"),                /* tests */
    VIEW("-tools -perf cpupower libperf libbpf intel-sdsi"), /* tools and their libraries */
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Whether `name` is `stem`, or goes on behind it with a "-" or a digit. */
static bool begins_with(struct view name, struct view stem)
{
    char next = name.len > stem.len ? name.ptr[stem.len] : '-';

    return view_starts(name, stem) && (next == '-' || is_digit(next));
}

bool kernel_is_source(struct view source)
{
    struct view flavour = view_strip_prefix(source, VIEW("linux-"));

    if (view_eq(source, VIEW("linux")) || begins_with(source, VIEW("kernel")))
        return true;
    if (flavour.len == source.len || flavour.len == 0)
        return false;
    if (is_digit(flavour.ptr[0]))
        return true;
    for (size_t i = 0; i < sizeof(linux_flavours) / sizeof(linux_flavours[0]); i++)
        for (struct view words = linux_flavours[i], w = view_word(&words); w.len;
             w = view_word(&words))
            if (begins_with(flavour, w))
                return true;
    return false;
}

/* "linux-image-6.1.0-13-amd64" is a kernel, "linux-image-amd64" and
 * "linux-image-6.12-amd64" depend on the newest. */
static bool is_metapackage(struct view name)
{
    struct view rest = view_strip_prefix(name, VIEW("linux-image-"));
    size_t dots = 0;

    if (rest.len == name.len)
        return false;
    for (size_t i = 1; i + 1 < rest.len; i++)
        dots += rest.ptr[i] == '.' && is_digit(rest.ptr[i - 1]) && is_digit(rest.ptr[i + 1]);
    return dots < 2;
}

bool kernel_code_is_absent(const struct package *package, struct view source)
{
    if (!kernel_is_source(source))
        return false;
    if (is_metapackage(package->name) || view_ends(package->name, VIEW("-dev")))
        return true;
    for (struct view words = codeless_names, w = view_word(&words); w.len; w = view_word(&words))
        if (view_eq(package->name, w))
            return true;
    for (size_t i = 0; i < sizeof(codeless_parts) / sizeof(codeless_parts[0]); i++)
        for (struct view words = codeless_parts[i], w = view_word(&words); w.len;
             w = view_word(&words))
            if (view_find_view(package->name, w) >= 0)
                return true;
    return false;
}
