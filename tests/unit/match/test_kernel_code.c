#include "match/kernel-code.h"
#include "match/source-name.h"
#include "test.h"

static const struct {
    const char *source;
    bool want;
} sources[] = {
    {"linux", true},
    {"linux-5.10", true},
    {"linux-aws", true},
    {"linux-aws-6.5", true},
    {"linux-hwe-6.8", true},
    {"linux-raspi2", true},
    {"linux-lts", true},
    {"linux-azure-fde", true},
    {"linux-intel-iotg", true},
    {"kernel", true},
    {"kernel-rt", true},
    {"kernel-uek", true},
    {"kernel6.12", true},
    {"kernel-default", true},
    {"linux-oem-6.1", true},
    {"linux-pam", false},
    {"linux-firmware", false},
    {"linux-atm", false},
    {"linux-base", false},
    {"linuxptp", false},
    {"linux-", false},
    {"kernelshark", false},
    {"", false},
    {"util-linux", false},
    {"linux-meta", false},
    {"linux-awsome", false},
};

static void test_sources(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(sources); i++)
        if (kernel_is_source(view_of(sources[i].source)) != sources[i].want)
            fail_msg("%s: want %s", sources[i].source, sources[i].want ? "true" : "false");
}

static const struct {
    const char *package, *source;
    bool absent;
} packages[] = {
    /* Debian */
    {"linux-image-6.1.0-13-amd64", "linux", false},
    {"linux-image-6.1.0-13-amd64-unsigned", "linux", false},
    {"linux-image-6.12.57+deb12-cloud-amd64", "linux-6.12", false},
    {"linux-image-amd64", "linux", true},
    {"linux-image-6.12-amd64", "linux-6.12", true},
    {"linux-image-6.1.0-13-amd64-dbg", "linux", true},
    {"linux-image-amd64-signed-template", "linux", true},
    {"linux-headers-6.1.0-13-common", "linux", true},
    {"linux-headers-amd64", "linux", true},
    {"linux-libc-dev", "linux", true},
    {"linux-libc-dev-arm64-cross", "linux", true},
    {"linux-kbuild-6.1", "linux", true},
    {"linux-compiler-gcc-12-x86", "linux", true},
    {"linux-support-6.1.0-13", "linux", true},
    {"linux-config-6.1", "linux", true},
    {"linux-source-6.1", "linux", true},
    {"linux-doc-6.1", "linux", true},
    {"linux-perf", "linux", true},
    {"linux-cpupower", "linux", true},
    {"libcpupower1", "linux", true},
    {"bpftool", "linux", true},
    {"usbip", "linux", true},
    {"hyperv-daemons", "linux", true},
    {"rtla", "linux", true},
    /* Ubuntu */
    {"linux-image-6.8.0-31-generic", "linux", false},
    {"linux-image-unsigned-5.15.0-91-generic", "linux", false},
    {"linux-modules-6.8.0-31-generic", "linux", false},
    {"linux-modules-extra-6.8.0-31-generic", "linux", false},
    {"linux-aws-headers-5.15.0-1050", "linux-aws", true},
    {"linux-tools-common", "linux", true},
    {"linux-cloud-tools-5.15.0-91", "linux", true},
    {"linux-buildinfo-5.15.0-91-generic", "linux", true},
    {"linux-lib-rust-6.8.0-31-generic", "linux", true},
    /* rpm */
    {"kernel", "kernel", false},
    {"kernel-core", "kernel", false},
    {"kernel-modules-core", "kernel", false},
    {"kernel-64k-debug-modules-extra", "kernel", false},
    {"kernel-uki-virt", "kernel", false},
    {"kernel-default", "kernel-default", false},
    {"kernel-headers", "kernel", true},
    {"kernel-headers", "kernel-headers", true},
    {"kernel-devel-matched", "kernel", true},
    {"kernel-rt-debug-devel", "kernel-rt", true},
    {"kernel-debuginfo-common-x86_64", "kernel", true},
    {"kernel-abi-stablelists", "kernel", true},
    {"kernel-tools-libs", "kernel", true},
    {"kernel-selftests-internal", "kernel", true},
    {"kernel-srpm-macros", "kernel-srpm-macros", true},
    {"perf", "kernel", true},
    {"rv", "kernel", true},
    {"python3-perf", "kernel", true},
    {"libperf-devel", "kernel", true},
    /* Alpine */
    {"linux-lts", "linux-lts", false},
    {"linux-virt", "linux-lts", false},
    {"linux-lts-dev", "linux-lts", true},
    {"linux-lts-doc", "linux-lts", true},
    /* of other sources */
    {"libpam-doc", "linux-pam", false},
    {"linux-firmware", "linux-firmware", false},
    {"perf", "perf", false},
    {"server-tools", "tools", false},
};

static void test_packages(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(packages); i++) {
        struct package package = {.name = view_of(packages[i].package)};

        if (kernel_code_is_absent(&package, view_of(packages[i].source)) != packages[i].absent)
            fail_msg("%s of %s: want %s", packages[i].package, packages[i].source,
                     packages[i].absent ? "absent" : "present");
    }
}

RUN_TESTS(cmocka_unit_test(test_sources), cmocka_unit_test(test_packages))
