#include "sample.h"

#define LAYER_1 "sha256:1111111111111111111111111111111111111111111111111111111111111111"
#define LAYER_2 "sha256:2222222222222222222222222222222222222222222222222222222222222222"

static const struct report_layer layers[] = {
    {.digest = VIEW("sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
     .diff_id = VIEW(LAYER_1),
     .created_by = VIEW("/bin/sh -c #(nop) ADD file:abc in / "),
     .size = 49566592,
     .cached = true},
    {.diff_id = VIEW(LAYER_2), .created_by = VIEW("RUN apt-get install -y curl # \"x\"\n")},
};

#define DEB(package_name, package_source, package_version, package_layer)                          \
    {                                                                                              \
        .type = PACKAGE_DEB, .name = VIEW(package_name), .version = VIEW(package_version),         \
        .source_name = VIEW(package_source), .source_version = VIEW(package_version),              \
        .arch = VIEW("amd64"), .license = VIEW("GPL-2.0-or-later"),                                \
        .maintainer = VIEW("A Person <a@example.org>"), .db_path = VIEW("var/lib/dpkg/status"),    \
        .layer = package_layer,                                                                    \
    }

enum { LIBC6, LIBC_BIN, LOCALES, LIBC_DEV, CURL, LIBCURL, ZLIB, EVIL };
static const struct package packages[] = {
    [LIBC6] = DEB("libc6", "glibc", "2.36-9+deb12u1", 0),
    [LIBC_BIN] = DEB("libc-bin", "glibc", "2.36-9+deb12u1", 0),
    [LOCALES] = DEB("locales", "glibc", "2.36-9+deb12u1", 0),
    [LIBC_DEV] = DEB("libc6-dev", "glibc", "2.36-9+deb12u1", 1),
    [CURL] = DEB("curl", "curl", "7.88.1-10", 1),
    [LIBCURL] = DEB("libcurl4", "curl", "7.88.1-10", 1),
    [ZLIB] = DEB("zlib1g", "zlib", "1:1.2.13.dfsg-1", 0),
    [EVIL] = DEB("evil\x1b[2J", "evil\x1b[2J",
                 "1\xe2\x80\xae"
                 "0",
                 1),
};

static const struct view curl_aliases[] = {VIEW("GHSA-0000"), VIEW("DSA-5523-1")};
static const struct view references[] = {VIEW("https://example.org/1"),
                                         VIEW("https://example.org/2")};

#define GLIBC(which)                                                                               \
    {                                                                                              \
        .kind = VIEW("vulnerability"), .id = VIEW("CVE-2023-4911"), .severity = SEVERITY_HIGH,     \
        .severity_source = VIEW("cvss"),                                                           \
        .cvss = {VIEW("CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H"), VIEW("3.1"), 7.8},          \
        .epss = {true, 0.6521, 0.98}, .kev = {true, VIEW("2023-11-21"), VIEW("2023-12-12"), true}, \
        .package = &packages[which], .purl = VIEW("pkg:deb/debian/glibc@2.36-9+deb12u1"),          \
        .fixed_version = VIEW("2.36-9+deb12u3"), .status = FINDING_FIXED,                          \
        .location = {VIEW(LAYER_1), 0, VIEW("var/lib/dpkg/status")},                               \
        .title = VIEW("Buffer overflow in the dynamic loader ld.so while processing the "          \
                      "GLIBC_TUNABLES environment variable"),                                      \
        .published = 1696291200, .fingerprint = VIEW("00000000000000000000000000000001"),          \
    }

static const struct finding findings[] = {
    {.kind = VIEW("vulnerability"),
     .id = VIEW("CVE-2023-38545"),
     .aliases = curl_aliases,
     .alias_count = 2,
     .severity = SEVERITY_CRITICAL,
     .severity_source = VIEW("debian"),
     .package = &packages[CURL],
     .purl = VIEW("pkg:deb/debian/curl@7.88.1-10?arch=amd64&distro=debian-12"),
     .fixed_version = VIEW("7.88.1-10+deb12u4"),
     .status = FINDING_FIXED,
     .location = {VIEW(LAYER_2), 1, VIEW("var/lib/dpkg/status")},
     .title = VIEW("SOCKS5 heap buffer overflow"),
     .references = references,
     .reference_count = 2,
     .published = 1697587200,
     .modified = 1700000000,
     .fingerprint = VIEW("00000000000000000000000000000002")},
    {.kind = VIEW("vulnerability"),
     .id = VIEW("CVE-2023-0001"),
     .severity = SEVERITY_LOW,
     .severity_source = VIEW("osv"),
     .package = &packages[CURL],
     .status = FINDING_WILL_NOT_FIX,
     .location = {VIEW(LAYER_2), 1, VIEW("var/lib/dpkg/status")},
     .fingerprint = VIEW("00000000000000000000000000000003")},
    {.kind = VIEW("vulnerability"),
     .id = VIEW("EVIL-1"),
     .severity = SEVERITY_UNKNOWN,
     .package = &packages[EVIL],
     .status = FINDING_INVESTIGATING,
     .location = {VIEW(LAYER_2), 1, VIEW("var/lib/\x1b]0;x\x07")},
     .title = VIEW("first line\nsecond \x1b[31mline, \xff broken"),
     .fingerprint = VIEW("00000000000000000000000000000004")},
    GLIBC(LIBC6),
    {.kind = VIEW("vulnerability"),
     .id = VIEW("CVE-2010-4756"),
     .severity = SEVERITY_NEGLIGIBLE,
     .severity_source = VIEW("debian"),
     .epss = {true, 0.00042, 0.05},
     .package = &packages[LIBC6],
     .status = FINDING_AFFECTED,
     .location = {VIEW(LAYER_1), 0, VIEW("var/lib/dpkg/status")},
     .fingerprint = VIEW("00000000000000000000000000000005")},
    GLIBC(LIBC_BIN),
    GLIBC(LOCALES),
    GLIBC(LIBC_DEV),
    {.kind = VIEW("vulnerability"),
     .id = VIEW("CVE-2023-45853"),
     .severity = SEVERITY_CRITICAL,
     .severity_source = VIEW("cvss"),
     .package = &packages[ZLIB],
     .status = FINDING_END_OF_LIFE,
     .location = {VIEW(LAYER_1), 0, VIEW("var/lib/dpkg/status")},
     .title = VIEW("整数溢出导致堆缓冲区溢出，攻击者可以通过很长的文件名触发"),
     .fingerprint = VIEW("00000000000000000000000000000006")},
};

static const struct diagnostic diagnostics[] = {
    {.level = DIAGNOSTIC_WARNING,
     .code = VIEW("os-end-of-life"),
     .message = VIEW("debian 12 is out of support since 2026-06-10"),
     .hint = VIEW("move to a supported release")},
    {.level = DIAGNOSTIC_ERROR,
     .code = VIEW("layer-unreadable"),
     .message = VIEW("layer 2: gzip: bad header at offset 10"),
     .layer = VIEW(LAYER_2),
     .path = VIEW("usr/bin/\x1b[1mx")},
    {.level = DIAGNOSTIC_NOTE, .code = VIEW("foreign"), .message = VIEW("2 packages left out")},
};

static const struct report_span timing[] = {{VIEW("resolve"), 1500000},
                                            {VIEW("layers"), 250000000}};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

const struct report sample_report = {
    .artifact =
        {
            .kind = VIEW("image"),
            .name = VIEW("app.tar"),
            .source = VIEW("docker-archive"),
            .digest =
                VIEW("sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"),
            .image_id =
                VIEW("sha256:fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210"),
            .platform = VIEW("linux/amd64"),
            .os = {.id = VIEW("debian"),
                   .version_id = VIEW("12"),
                   .codename = VIEW("bookworm"),
                   .pretty_name = VIEW("Debian GNU/Linux 12 (bookworm)"),
                   .path = VIEW("usr/lib/os-release")},
            .layers = layers,
            .layer_count = COUNT(layers),
        },
    .database = {true, SAMPLE_NOW - 3 * 86400 - 100, 312345},
    .packages = packages,
    .package_count = COUNT(packages),
    .findings = findings,
    .finding_count = COUNT(findings),
    .diagnostics = diagnostics,
    .diagnostic_count = COUNT(diagnostics),
    .unreadable_layers = 1,
    .by_severity = {1, 1, 1, 0, 4, 2},
    .fixable_count = 5,
    .hidden_count = 12,
    .gate_failed = true,
    .timing = timing,
    .timing_count = COUNT(timing),
};

const struct report sample_empty_report = {
    .artifact = {.kind = VIEW("filesystem"), .name = VIEW("/srv/root")},
};
