/* From packages and advisories to findings. */
#include "match/match.h"

#include "../vulndb/sample.h"
#include "base/buf.h"
#include "test.h"

struct row {
    const char *name;
    const char *os; /* ID:VERSION_ID, "+pro" behind it: attached */
    const char *advisories;
    const char *packages; /* type name version [source [source version [arch [module]]]] */
    const char *want;     /* package id severity/source fix status */
    const char *notes;    /* codes of diagnostics and what they count; NULL: not looked at */
};

static struct os_info read_os(const char *text)
{
    struct view rest = view_of(text), id = view_cut(&rest, ':');
    struct os_info os = {.id = id, .ubuntu_pro = view_ends(rest, VIEW("+pro"))};

    os.version_id = view_strip_suffix(rest, VIEW("+pro"));
    return os;
}

static struct view word_or(struct view *rest, struct view otherwise)
{
    struct view word = view_word(rest);

    return word.len && !view_eq(word, VIEW("-")) ? word : otherwise;
}

static struct package read_package(struct view line)
{
    static const struct {
        struct view word;
        enum package_type type;
    } types[] = {
        {VIEW("deb"), PACKAGE_DEB}, {VIEW("apk"), PACKAGE_APK}, {VIEW("rpm"), PACKAGE_RPM}};
    struct view type = view_word(&line);
    struct package package = {.db_path = VIEW("var/lib/db")};

    for (size_t i = 0; i < COUNT(types); i++)
        if (view_eq(type, types[i].word))
            package.type = types[i].type;
    package.name = view_word(&line);
    package.version = word_or(&line, VIEW_EMPTY);
    package.source_name = word_or(&line, package.name);
    package.source_version = word_or(&line, package.version);
    package.arch = word_or(&line, VIEW("amd64"));
    package.modularity = word_or(&line, VIEW_EMPTY);
    return package;
}

static size_t read_packages(const char *text, struct package packages[static 16])
{
    struct view rest = view_of(text);
    size_t count = 0;

    while (rest.ptr) {
        struct view line = view_trim(view_line(&rest));

        if (line.len)
            packages[count++] = read_package(line);
    }
    return count;
}

static bool is_foreign(const struct package *package, const struct os_info *os)
{
    (void)os;
    return view_find_view(package->version, VIEW("sury")) >= 0;
}

static struct view or_dash(struct view text)
{
    return text.len ? text : VIEW("-");
}

static void show_finding(const struct finding *f, struct buf *to)
{
    buf_addf(to, "%.*s %.*s %s/%.*s %.*s %s\n", VIEW_ARG(f->package->name), VIEW_ARG(f->id),
             severity_name(f->severity), VIEW_ARG(or_dash(f->severity_source)),
             VIEW_ARG(or_dash(f->fixed_version)), finding_status_name(f->status));
}

/* "code 2, code 1" */
static void show_notes(const struct match_result *result, struct buf *to)
{
    for (size_t i = 0; i < result->diagnostic_count; i++) {
        struct view rest = result->diagnostics[i].message, count = view_word(&rest);

        buf_addf(to, "%s%.*s %.*s", i ? ", " : "", VIEW_ARG(result->diagnostics[i].code),
                 VIEW_ARG(count));
    }
}

static void check_row(const struct row *row, const struct match_options *options)
{
    _cleanup_(buf_done) struct buf got = BUF_INIT(1 << 16);
    _cleanup_(buf_done) struct buf notes = BUF_INIT(1 << 16);
    struct os_info os = read_os(row->os);
    struct package packages[16];
    struct match_result result;
    struct sample sample;
    struct error err = ERROR_INIT;

    sample_init(&sample);
    sample_add(&sample, row->advisories);
    sample_build(&sample);
    if (match_packages(&os, packages, read_packages(row->packages, packages), sample.reader,
                       options, sample.arena, &result, &err) < 0)
        fail_msg("%s: %s", row->name, err.message);
    for (size_t i = 0; i < result.finding_count; i++)
        show_finding(&result.findings[i], &got);
    show_notes(&result, &notes);
    if (!view_eq(buf_view(&got), view_of(row->want)))
        fail_msg("%s:\n%swant:\n%s", row->name, buf_cstr(&got), row->want);
    if (row->notes && !view_eq(buf_view(&notes), view_of(row->notes)))
        fail_msg("%s: notes \"%s\", want \"%s\"", row->name, buf_cstr(&notes), row->notes);
    sample_done(&sample);
}

static void check(const struct row *rows, size_t count)
{
    static const struct match_options options = {.is_foreign = is_foreign};

    for (size_t i = 0; i < count; i++)
        check_row(&rows[i], &options);
}

/* ---- Names and places ---- */

static void names(void **state)
{
    static const struct row rows[] = {
        {"by source package, for each binary", "debian:12",
         "CVE-2024-0001 debian:12/openssl #src [,3.0.11-1)",
         "deb libssl3 3.0.9-1 openssl\ndeb openssl 3.0.9-1 openssl",
         "libssl3 CVE-2024-0001 unknown/- 3.0.11-1 fixed\n"
         "openssl CVE-2024-0001 unknown/- 3.0.11-1 fixed\n",
         ""},
        {"a binary package with the name of another source is not it", "debian:12",
         "CVE-2024-0001 debian:12/foo #src [,3)", "deb foo 1 bar 1", "", ""},
        {"in the source's version, not the binary's", "debian:12",
         "CVE-2024-0001 debian:12/gcc-12 #src [,12.2.0-14)",
         "deb libgcc 1:12.2.0-14+b1 gcc-12 12.2.0-14\ndeb gcc 9:1 gcc-12 12.2.0-13",
         "gcc CVE-2024-0001 unknown/- 12.2.0-14 fixed\n", ""},
        {"by binary package where the advisory names those", "almalinux:9",
         "ALSA-1 >CVE-2024-0001 almalinux:9/libfoo [,2-1.el9)",
         "rpm libfoo 1-1.el9 foo\nrpm foo 1-1.el9 foo\nrpm libfoo-devel 1-1.el9 foo",
         "libfoo CVE-2024-0001 unknown/- 2-1.el9 fixed\n", ""},
        {"by binary package, in its own version", "ubuntu:24.04",
         "USN-1 >CVE-2024-0001 ubuntu:24.04/gcc [,4:13.2.0-8)",
         "deb gcc 4:13.2.0-7 gcc-defaults 1.214\ndeb gcc 4:13.2.0-8 gcc-defaults 1.214",
         "gcc CVE-2024-0001 unknown/- 4:13.2.0-8 fixed\n", ""},
        {"an rpm's own epoch, not its source's", "almalinux:9",
         "ALSA-1 >CVE-2024-0001 almalinux:9/libfoo [,1:1-1.el9)", "rpm libfoo 1:1-1.el9 foo 5-1",
         "", ""},
        {"of this release and no other", "debian:12", "CVE-2024-0001 debian:11/a #src [,3)",
         "deb a 1", "", ""},
        {"Alpine's patch releases share a branch", "alpine:3.18.9",
         "CVE-2024-0001 alpine:3.18/busybox #src [,1.36.1-r1)",
         "apk busybox-binsh 1.36.1-r0 busybox",
         "busybox-binsh CVE-2024-0001 unknown/- 1.36.1-r1 fixed\n", ""},
        {"each of what an advisory fixes", "debian:12",
         "DSA-1 >CVE-2024-0002 >CVE-2024-0001 debian:12/a #src [,2)", "deb a 1",
         "a CVE-2024-0001 unknown/- 2 fixed\na CVE-2024-0002 unknown/- 2 fixed\n", ""},
        {"an advisory that names no vulnerability", "debian:12", "DSA-1 debian:12/a #src [,2)",
         "deb a 1", "a DSA-1 unknown/- 2 fixed\n", ""},
        {"two names of one vulnerability", "debian:12",
         "CVE-2024-0001 debian:12/a #src [,2)\nGHSA-a =CVE-2024-0001 debian:12/a #src [,2)",
         "deb a 1", "a CVE-2024-0001 unknown/- 2 fixed\n", ""},
        {"a system without advisories", "linuxmint:21", "CVE-2024-0001 debian:12/a #src [,3)",
         "deb a 1", "", ""},
        {"a signed kernel is that kernel", "debian:12",
         "CVE-2024-0001 debian:12/linux #src [,6.1.55-1)",
         "deb linux-image-6.1.0-12-amd64 6.1.52-1 linux-signed-amd64 6.1.52+1",
         "linux-image-6.1.0-12-amd64 CVE-2024-0001 unknown/- 6.1.55-1 fixed\n", ""},
        {"and Ubuntu's of a cloud", "ubuntu:22.04",
         "CVE-2024-0001 ubuntu:22.04/linux-aws #src [,5.15.0-1050.55)",
         "deb linux-image-5.15.0-1040-aws 5.15.0-1040.45 linux-signed-aws 5.15.0-1040.45",
         "linux-image-5.15.0-1040-aws CVE-2024-0001 unknown/- 5.15.0-1050.55 fixed\n", ""},
    };

    (void)state;
    check(rows, COUNT(rows));
}

/* ---- Versions ---- */

static void versions(void **state)
{
    static const struct row rows[] = {
        {"at the fix it is fixed", "debian:12", "CVE-2024-0001 debian:12/a #src [,2)", "deb a 2",
         "", ""},
        {"before it was introduced", "debian:12", "CVE-2024-0001 debian:12/a #src [2,3)", "deb a 1",
         "", ""},
        {"where it was introduced", "debian:12", "CVE-2024-0001 debian:12/a #src [2,3)", "deb a 2",
         "a CVE-2024-0001 unknown/- 3 fixed\n", ""},
        {"OSV's 0 is the beginning, below all versions", "debian:12",
         "CVE-2024-0001 debian:12/a #src [0,3)", "deb a 0~1", "a CVE-2024-0001 unknown/- 3 fixed\n",
         ""},
        {"the last affected is affected, and tells no fix", "debian:12",
         "CVE-2024-0001 debian:12/a #src [,3]", "deb a 3", "a CVE-2024-0001 unknown/- - affected\n",
         ""},
        {"above the last affected", "debian:12", "CVE-2024-0001 debian:12/a #src [,3]", "deb a 3.1",
         "", ""},
        {"the fix of the branch it is on", "debian:12",
         "CVE-2024-0001 debian:12/a #src [1,1.5) [2,2.5) [3,3.5)", "deb a 2.1",
         "a CVE-2024-0001 unknown/- 2.5 fixed\n", ""},
        {"between the branches", "debian:12", "CVE-2024-0001 debian:12/a #src [1,1.5) [2,2.5)",
         "deb a 1.6", "", ""},
        {"an exact version, and the next fix", "debian:12",
         "CVE-2024-0001 debian:12/a #src [3,3.5) [4,4.5) ==2.0", "deb a 2.0",
         "a CVE-2024-0001 unknown/- 3.5 fixed\n", ""},
        {"no exact version", "debian:12", "CVE-2024-0001 debian:12/a #src ==2.0 ==2.2", "deb a 2.1",
         "", ""},
        {"of two errata for it, the fix that ends both", "almalinux:9",
         "ALSA-1 >CVE-2024-0001 almalinux:9/a [,1-2)\n"
         "ALSA-2 >CVE-2024-0001 >CVE-2024-0002 almalinux:9/a [,1-5)",
         "rpm a 1-1", "a CVE-2024-0001 unknown/- 1-5 fixed\na CVE-2024-0002 unknown/- 1-5 fixed\n",
         ""},
        {"and when the first is in, the second still counts", "almalinux:9",
         "ALSA-1 >CVE-2024-0001 almalinux:9/a [,1-2)\n"
         "ALSA-2 >CVE-2024-0001 almalinux:9/a [,1-5)",
         "rpm a 1-2", "a CVE-2024-0001 unknown/- 1-5 fixed\n", ""},
        {"a bound without a release means all releases", "rhel:9", "CVE-2024-0001 rhel:9/a [,1.2]",
         "rpm a 1.2-7.el9", "a CVE-2024-0001 unknown/- - affected\n", ""},
        {"an epoch in the advisory only", "almalinux:9",
         "ALSA-1 >CVE-2024-0001 almalinux:9/a [,1:1-1)", "rpm a 2-1",
         "a CVE-2024-0001 unknown/- 1:1-1 fixed\n", ""},
        {"a notice about binaries, newer than the tracker's open source", "ubuntu:24.04",
         "CVE-2024-0001 ubuntu:24.04/openssl #src ?investigating [,)\n"
         "USN-1 >CVE-2024-0001 ubuntu:24.04/libssl3t64 [,3.0.13-0ubuntu3.4)",
         "deb libssl3t64 3.0.13-0ubuntu3.4 openssl\ndeb libssl-dev 3.0.13-0ubuntu3 openssl",
         "libssl-dev CVE-2024-0001 unknown/- - investigating\n", ""},
        {"no version", "debian:12", "CVE-2024-0001 debian:12/a #src [,2)", "deb a -", "",
         "packages-versionless 1"},
    };

    (void)state;
    check(rows, COUNT(rows));
}

static void conditions(void **state)
{
    static const struct row rows[] = {
        {"another architecture", "rocky:9", "CVE-2024-0001 rocky:9/a +x86_64,aarch64 [,2)",
         "rpm a 1 a 1 s390x", "", ""},
        {"one of the architectures", "rocky:9", "CVE-2024-0001 rocky:9/a +x86_64,aarch64 [,2)",
         "rpm a 1 a 1 aarch64", "a CVE-2024-0001 unknown/- 2 fixed\n", ""},
        {"all of them", "rocky:9", "CVE-2024-0001 rocky:9/a +x86_64 [,2)", "rpm a 1 a 1 noarch",
         "a CVE-2024-0001 unknown/- 2 fixed\n", ""},
        {"another stream of the module", "rhel:9", "CVE-2024-0001 rhel:9/nodejs |nodejs:16 [,17)",
         "rpm nodejs 16 nodejs 16 x86_64 nodejs:18:9020:rhel9", "", ""},
        {"the stream", "rhel:9", "CVE-2024-0001 rhel:9/nodejs |nodejs:18 [,19)",
         "rpm nodejs 18 nodejs 18 x86_64 nodejs:18:9020:rhel9",
         "nodejs CVE-2024-0001 unknown/- 19 fixed\n", ""},
        {"a stream whose name begins alike", "rhel:9",
         "CVE-2024-0001 rhel:9/nodejs |nodejs:1 [,19)",
         "rpm nodejs 18 nodejs 18 x86_64 nodejs:18:9020:rhel9", "", ""},
        {"a module's build and a plain advisory", "rhel:9", "CVE-2024-0001 rhel:9/a [,2-1.el9)",
         "rpm a 1-1.module+el9 a - x86_64 a:1:9020:rhel9", "", ""},
        {"a plain build and a module's advisory", "almalinux:8",
         "ALSA-1 >CVE-2024-0001 almalinux:8/a [,2-1.module_el8.6)", "rpm a 1-1.el8", "", ""},
        {"both of modules", "almalinux:8",
         "ALSA-1 >CVE-2024-0001 almalinux:8/a [,2-1.module_el8.6)", "rpm a 1-1.module_el8.5",
         "a CVE-2024-0001 unknown/- 2-1.module_el8.6 fixed\n", ""},
        {"a foreign repository's", "debian:12", "CVE-2024-0001 debian:12/php #src [,9)",
         "deb php 8.2+sury1\ndeb php2 8 php", "php2 CVE-2024-0001 unknown/- 9 fixed\n",
         "packages-foreign 1"},
        {"a kernel's headers, documents and tools hold no kernel", "debian:12",
         "CVE-2024-0001 debian:12/linux #src [,6.2)\nCVE-2024-0002 debian:12/linux #src [,6.2)",
         "deb linux-libc-dev 6.1 linux\ndeb linux-headers-6.1.0-9 6.1 linux\n"
         "deb linux-doc 6.1 linux\ndeb linux-perf 6.1 linux\n"
         "deb linux-image-6.1.0-9-cloud-amd64-unsigned 6.1 linux",
         "linux-image-6.1.0-9-cloud-amd64-unsigned CVE-2024-0001 unknown/- 6.2 fixed\n"
         "linux-image-6.1.0-9-cloud-amd64-unsigned CVE-2024-0002 unknown/- 6.2 fixed\n",
         "kernel-headers 8"},
        {"nor what depends on the newest kernel", "debian:12",
         "CVE-2024-0001 debian:12/linux #src [,6.2)",
         "deb linux-image-amd64 6.1 linux-signed-amd64", "", "kernel-headers 1"},
        {"each of several installed kernels", "almalinux:9",
         "ALSA-1 >CVE-2024-0001 almalinux:9/kernel-core [,5.14.0-427.el9)",
         "rpm kernel-core 5.14.0-362.el9 kernel\nrpm kernel-core 5.14.0-427.el9 kernel\n"
         "rpm kernel-core 5.14.0-70.el9 kernel",
         "kernel-core CVE-2024-0001 unknown/- 5.14.0-427.el9 fixed\n"
         "kernel-core CVE-2024-0001 unknown/- 5.14.0-427.el9 fixed\n",
         ""},
        {"Red Hat's too", "rhel:9",
         "RHSA-1 >CVE-2024-0001 rhel:9/kernel-headers [,6.2) rhel:9/kernel-core [,6.2) "
         "rhel:9/perf [,6.2) rhel:9/kernel-modules-core [,6.2)",
         "rpm kernel-headers 6.1 kernel\nrpm kernel-core 6.1 kernel\nrpm perf 6.1 kernel\n"
         "rpm kernel-modules-core 6.1 kernel",
         "kernel-core CVE-2024-0001 unknown/- 6.2 fixed\n"
         "kernel-modules-core CVE-2024-0001 unknown/- 6.2 fixed\n",
         "kernel-headers 2"},
        {"what is only called like a kernel", "alpine:3.18",
         "CVE-2024-0001 alpine:3.18/linux-pam #src [,2-r0)", "apk linux-pam-dev 1-r0 linux-pam",
         "linux-pam-dev CVE-2024-0001 unknown/- 2-r0 fixed\n", ""},
    };

    (void)state;
    check(rows, COUNT(rows));
}

static void kernel_everywhere(void **state)
{
    static const struct row row = {"as asked",
                                   "debian:12",
                                   "CVE-2024-0001 debian:12/linux #src [,6.2)",
                                   "deb linux-libc-dev 6.1 linux",
                                   "linux-libc-dev CVE-2024-0001 unknown/- 6.2 fixed\n",
                                   ""};
    static const struct match_options options = {.kernel_everywhere = true};

    (void)state;
    check_row(&row, &options);
}

/* ---- What is said of a finding ---- */

static void ratings(void **state)
{
    static const struct row rows[] = {
        {"the distribution's", "ubuntu:22.04",
         "UBUNTU-CVE-2024-0001 *CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H "
         "ubuntu:22.04/a #src [,2) %low/ubuntu",
         "deb a 1", "a CVE-2024-0001 low/ubuntu 2 fixed\n", ""},
        {"not another distribution's", "debian:12",
         "UBUNTU-CVE-2024-0001 *CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H "
         "ubuntu:22.04/a #src [,2) %low/ubuntu\n"
         "DEBIAN-CVE-2024-0001 debian:12/a #src [,2)",
         "deb a 1", "a CVE-2024-0001 critical/cvss 2 fixed\n", ""},
        {"unimportant", "debian:12",
         "CVE-2024-0001 *CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H "
         "debian:12/a #src [,) %unimportant/debian",
         "deb a 1", "a CVE-2024-0001 negligible/debian - affected\n", ""},
        {"the newest standard's score", "debian:12",
         "CVE-2024-0001 *AV:N/AC:L/Au:N/C:C/I:C/A:C "
         "*CVSS:4.0/AV:L/AC:H/AT:P/PR:H/UI:A/VC:L/VI:N/VA:N/SC:N/SI:N/SA:N "
         "*CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H debian:12/a #src [,2)",
         "deb a 1", "a CVE-2024-0001 low/cvss 2 fixed\n", ""},
        {"a vector that is none is passed over", "debian:12",
         "CVE-2024-0001 *CVSS:4.0/nonsense *CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H "
         "debian:12/a #src [,2)",
         "deb a 1", "a CVE-2024-0001 critical/cvss 2 fixed\n", ""},
        {"the package's own vector before the vulnerability's", "debian:12",
         "CVE-2024-0001 *CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H debian:12/a #src [,2) "
         "$CVSS:3.1/AV:L/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N",
         "deb a 1", "a CVE-2024-0001 low/cvss 2 fixed\n", ""},
        {"another source's word at last", "debian:12",
         "GHSA-a =CVE-2024-0001 ^high npm/a [,2)\nCVE-2024-0001 debian:12/a #src [,2)", "deb a 1",
         "a CVE-2024-0001 high/ghsa 2 fixed\n", ""},
    };

    (void)state;
    check(rows, COUNT(rows));
}

static void statuses(void **state)
{
    static const struct row rows[] = {
        {"no fix", "debian:12", "CVE-2024-0001 debian:12/a #src [,)", "deb a 1",
         "a CVE-2024-0001 unknown/- - affected\n", ""},
        {"will not be fixed", "debian:12", "CVE-2024-0001 debian:12/a #src ?will-not-fix [,)",
         "deb a 1", "a CVE-2024-0001 unknown/- - will-not-fix\n", ""},
        {"nobody looks any more", "debian:12", "CVE-2024-0001 debian:12/a #src ?end-of-life [,)",
         "deb a 1", "a CVE-2024-0001 unknown/- - end-of-life\n", ""},
        {"being looked at", "ubuntu:22.04", "CVE-2024-0001 ubuntu:22.04/a #src ?investigating [,)",
         "deb a 1", "a CVE-2024-0001 unknown/- - investigating\n", ""},
        {"not affected", "alpine:3.18", "CVE-2024-0001 alpine:3.18/a #src ?not-affected", "apk a 1",
         "", ""},
    };

    (void)state;
    check(rows, COUNT(rows));
}

/* ---- Subscriptions and pending updates ---- */

static void subscriptions(void **state)
{
    static const char only_pro[] = "CVE-2024-0001 ubuntu:22.04/a #src [,) "
                                   "ubuntu-pro:22.04/a #src [,1ubuntu0.1~esm1)";
    static const struct row rows[] = {
        {"a fix for subscribers is none for others", "ubuntu:22.04", only_pro, "deb a 1",
         "a CVE-2024-0001 unknown/- - affected\n", "fixes-for-subscribers 1"},
        {"and one for them", "ubuntu:22.04+pro", only_pro, "deb a 1",
         "a CVE-2024-0001 unknown/- 1ubuntu0.1~esm1 fixed\n", ""},
        {"where it is installed it holds, attached or not", "ubuntu:22.04", only_pro,
         "deb a 1ubuntu0.1~esm1", "", ""},
        {"a fix for everybody comes first", "ubuntu:22.04",
         "CVE-2024-0001 ubuntu:22.04/a #src [,2) ubuntu-pro:22.04/a #src [,2)", "deb a 1",
         "a CVE-2024-0001 unknown/- 2 fixed\n", ""},
        {"known only to the subscription's advisories", "ubuntu:16.04",
         "CVE-2024-0001 ubuntu-pro:16.04/a #src [,2~esm1)", "deb a 1",
         "a CVE-2024-0001 unknown/- - affected\n", "fixes-for-subscribers 1"},
    };

    (void)state;
    check(rows, COUNT(rows));
}

static void pending(void **state)
{
    static const char update[] = "UPDATE-1 debian-security:12/openssl #src #pending [,3.0.11-1)\n";
    static const struct row rows[] = {
        {"once for a source package, by the binary of its name", "debian:12", update,
         "deb libssl3 3.0.9-1 openssl\ndeb openssl 3.0.9-1 openssl",
         "openssl DEBIAN-SECURITY:openssl@3.0.11-1 unknown/- 3.0.11-1 fixed\n", ""},
        {"by the first where none has its name", "debian:12", update,
         "deb libssl3 3.0.9-1 openssl\ndeb libssl-dev 3.0.9-1 openssl",
         "libssl3 DEBIAN-SECURITY:openssl@3.0.11-1 unknown/- 3.0.11-1 fixed\n", ""},
        {"installed already", "debian:12", update, "deb libssl3 3.0.11-1 openssl", "", ""},
        {"a finding tells of it", "debian:12",
         "UPDATE-1 debian-security:12/openssl #src #pending [,3.0.11-1)\n"
         "CVE-2024-0001 debian:12/openssl #src [,3.0.11-1)",
         "deb libssl3 3.0.9-1 openssl", "libssl3 CVE-2024-0001 unknown/- 3.0.11-1 fixed\n", ""},
        {"or of a later one", "debian:12",
         "UPDATE-1 debian-security:12/openssl #src #pending [,3.0.11-1)\n"
         "CVE-2024-0001 debian:12/openssl #src [,3.0.12-1)",
         "deb libssl3 3.0.9-1 openssl", "libssl3 CVE-2024-0001 unknown/- 3.0.12-1 fixed\n", ""},
        {"not of an earlier one", "debian:12",
         "UPDATE-1 debian-security:12/openssl #src #pending [,3.0.11-1)\n"
         "CVE-2024-0001 debian:12/openssl #src [,3.0.10-1)",
         "deb libssl3 3.0.9-1 openssl",
         "libssl3 CVE-2024-0001 unknown/- 3.0.10-1 fixed\n"
         "libssl3 DEBIAN-SECURITY:openssl@3.0.11-1 unknown/- 3.0.11-1 fixed\n",
         ""},
        {"one without a fix tells of none", "debian:12",
         "UPDATE-1 debian-security:12/openssl #src #pending [,3.0.11-1)\n"
         "CVE-2024-0001 debian:12/openssl #src [,)",
         "deb libssl3 3.0.9-1 openssl",
         "libssl3 CVE-2024-0001 unknown/- - affected\n"
         "libssl3 DEBIAN-SECURITY:openssl@3.0.11-1 unknown/- 3.0.11-1 fixed\n",
         ""},
        {"the latest of several counts", "debian:12",
         "UPDATE-1 debian-security:12/a #src #pending [,2)\n"
         "CVE-2024-0001 debian:12/a #src [,3)\nCVE-2024-0002 debian:12/a #src [,1.1)",
         "deb a 1.1\ndeb b 1 a",
         "a CVE-2024-0001 unknown/- 3 fixed\nb CVE-2024-0001 unknown/- 3 fixed\n"
         "b CVE-2024-0002 unknown/- 1.1 fixed\n",
         ""},
        {"of another source", "debian:12",
         "UPDATE-1 debian-security:12/a #src #pending [,2)\nCVE-2024-0001 debian:12/b #src [,3)",
         "deb a 1\ndeb b 1",
         "a DEBIAN-SECURITY:a@2 unknown/- 2 fixed\nb CVE-2024-0001 unknown/- 3 fixed\n", ""},
        {"one binary is behind", "debian:12", "UPDATE-1 debian-security:12/a #src #pending [,2)",
         "deb a 2\ndeb b 1 a", "b DEBIAN-SECURITY:a@2 unknown/- 2 fixed\n", ""},
        {"known of the pocket, and no update", "debian:12",
         "UPDATE-1 debian-security:12/a #src [,2)", "deb a 1", "", ""},
        {"the newest kernel speaks", "debian:12",
         "UPDATE-1 debian-security:12/linux #src #pending [,6.1.64-1)",
         "deb linux-image-6.1.0-10-amd64 6.1.38-1 linux-signed-amd64 6.1.38+1\n"
         "deb linux-image-6.1.0-13-amd64 6.1.55-1 linux-signed-amd64 6.1.55+1\n"
         "deb linux-image-6.1.0-11-amd64 6.1.40-1 linux-signed-amd64 6.1.40+1",
         "linux-image-6.1.0-13-amd64 DEBIAN-SECURITY:linux@6.1.64-1 unknown/- 6.1.64-1 fixed\n",
         ""},
        {"older kernels beside it have none pending", "debian:12",
         "UPDATE-1 debian-security:12/linux #src #pending [,6.1.64-1)",
         "deb linux-image-6.1.0-10-amd64 6.1.38-1 linux-signed-amd64 6.1.38+1\n"
         "deb linux-image-6.1.0-17-amd64 6.1.64-1 linux-signed-amd64 6.1.64+1",
         "", ""},
        {"a kernel's is told of the kernel, not of its headers", "debian:12",
         "UPDATE-1 debian-security:12/linux #src #pending [,6.2)",
         "deb linux-libc-dev 6.1 linux\ndeb linux-image-6.1.0-9-amd64 6.1 linux",
         "linux-image-6.1.0-9-amd64 DEBIAN-SECURITY:linux@6.2 unknown/- 6.2 fixed\n", NULL},
        {"and of nobody where there are only headers", "debian:12",
         "UPDATE-1 debian-security:12/linux #src #pending [,6.2)", "deb linux-libc-dev 6.1 linux",
         "", NULL},
        {"Ubuntu's pocket", "ubuntu:22.04", "UPDATE-1 ubuntu-security:22.04/a #src #pending [,2)",
         "deb a 1", "a UBUNTU-SECURITY:a@2 unknown/- 2 fixed\n", ""},
    };

    (void)state;
    check(rows, COUNT(rows));
}

/* ---- All that a finding holds ---- */

static bool has(const struct view *texts, size_t count, const char *text)
{
    for (size_t i = 0; i < count; i++)
        if (view_eq(texts[i], view_of(text)))
            return true;
    return false;
}

static void whole_finding(void **state)
{
    static const struct view layers[] = {VIEW("sha256:aa"), VIEW("sha256:bb")};
    static const struct match_options options = {.layers = layers, .layer_count = 2};
    const struct finding_kev kev = {.date_added = VIEW("2024-02-03")};
    struct os_info os = read_os("debian:12");
    struct package package = read_package(VIEW("deb libssl3 3.0.9-1 openssl"));
    struct match_result result;
    const struct finding *f;
    struct sample sample;

    (void)state;
    package.layer = 1;
    sample_init(&sample);
    sample_add(&sample, "GHSA-a =CVE-2024-0001 ~2024-02-03 \"a_title "
                        "*CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H "
                        "&https://example.org/1 npm/a [,2)\n"
                        "DSA-1 >CVE-2024-0001 debian:12/openssl #src [,3.0.11-1)");
    vulndb_builder_epss(sample.builder, VIEW("CVE-2024-0001"), 0.5, 0.75, NULL);
    vulndb_builder_kev(sample.builder, VIEW("CVE-2024-0001"), &kev, NULL);
    sample_build(&sample);
    assert_int_equal(
        match_packages(&os, &package, 1, sample.reader, &options, sample.arena, &result, NULL), 0);
    vulndb_reader_free(sample.reader);
    vulndb_close(sample.db); /* a finding outlives the database */
    sample.reader = NULL;
    sample.db = NULL;
    assert_int_equal(result.finding_count, 1);
    f = &result.findings[0];
    assert_view(f->kind, "vulnerability");
    assert_view(f->id, "CVE-2024-0001");
    assert_true(has(f->aliases, f->alias_count, "GHSA-a"));
    assert_true(has(f->aliases, f->alias_count, "DSA-1"));
    assert_view(f->cvss.version, "3.1");
    assert_true(f->cvss.score == 9.8 && f->severity == SEVERITY_CRITICAL);
    assert_true(f->epss.known && f->epss.score == 0.5 && f->epss.percentile == 0.75);
    assert_true(f->kev.listed);
    assert_view(f->kev.date_added, "2024-02-03");
    assert_ptr_equal(f->package, &package);
    assert_view(f->purl, "pkg:deb/debian/libssl3@3.0.9-1?arch=amd64&distro=debian-12");
    assert_view(f->location.layer, "sha256:bb");
    assert_int_equal(f->location.layer_index, 1);
    assert_view(f->location.path, "var/lib/db");
    assert_view(f->title, "a title");
    assert_true(has(f->references, f->reference_count, "https://example.org/1"));
    assert_true(
        has(f->references, f->reference_count, "https://nvd.nist.gov/vuln/detail/CVE-2024-0001"));
    assert_true(f->modified == 1706918400);
    assert_int_equal(f->fingerprint.len, 32);
    sample_done(&sample);
}

/* A fingerprint survives updates of the package and of the database. */
static void fingerprints(void **state)
{
    static const struct {
        const char *advisories, *package;
        bool same;
    } rows[] = {
        {"CVE-2024-0001 debian:12/a #src [,9)", "deb a 1", true},
        {"CVE-2024-0001 ^high \"words debian:12/a #src [,8)", "deb a 2", true},
        {"CVE-2024-0002 debian:12/a #src [,9)", "deb a 1", false},
        {"CVE-2024-0001 debian:12/a #src [,9)", "deb b 1 a 1", false},
    };
    char first[33] = "", got[33];

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        static const struct match_options options = {0};
        struct os_info os = read_os("debian:12");
        struct package package = read_package(view_of(rows[i].package));
        struct match_result result;
        struct sample sample;

        sample_init(&sample);
        sample_add(&sample, rows[i].advisories);
        sample_build(&sample);
        assert_int_equal(
            match_packages(&os, &package, 1, sample.reader, &options, sample.arena, &result, NULL),
            0);
        assert_int_equal(result.finding_count, 1);
        memcpy(got, result.findings[0].fingerprint.ptr, 32);
        got[32] = '\0';
        if (i == 0)
            memcpy(first, got, sizeof(first));
        assert_int_equal(strcmp(first, got) == 0, rows[i].same);
        sample_done(&sample);
    }
}

/* Kernels beside each other are findings of their own. */
static void twins(void **state)
{
    static const struct match_options options = {0};
    const struct package packages[] = {read_package(VIEW("rpm kernel-core 5-1 kernel")),
                                       read_package(VIEW("rpm kernel-core 6-1 kernel"))};
    struct os_info os = read_os("almalinux:9");
    struct match_result result;
    struct sample sample;

    (void)state;
    sample_init(&sample);
    sample_add(&sample, "CVE-2024-0001 almalinux:9/kernel-core [,9-1)");
    sample_build(&sample);
    assert_int_equal(
        match_packages(&os, packages, 2, sample.reader, &options, sample.arena, &result, NULL), 0);
    assert_int_equal(result.finding_count, 2);
    assert_false(view_eq(result.findings[0].fingerprint, result.findings[1].fingerprint));
    sample_done(&sample);
}

/* Findings come in one order, whatever order the packages are in. */
static void sorted_by_place(void **state)
{
    static const char *const lines[] = {"deb b 1 s", "deb a 2 s 1 i386", "deb a 2 s 1 amd64",
                                        "deb a 1 s 1 amd64", "deb a 1 s 1 amd64"};
    static const unsigned char orders[][COUNT(lines)] = {{0, 1, 2, 3, 4}, {4, 3, 1, 0, 2}};
    static const struct match_options options = {0};
    struct os_info os = read_os("debian:12");
    struct match_result results[COUNT(orders)];
    struct package packages[COUNT(orders)][COUNT(lines)];
    struct sample sample;

    (void)state;
    sample_init(&sample);
    sample_add(&sample, "CVE-2024-0001 debian:12/s #src [,9)");
    sample_build(&sample);
    for (size_t i = 0; i < COUNT(orders); i++) {
        for (size_t k = 0; k < COUNT(lines); k++) {
            packages[i][k] = read_package(view_of(lines[orders[i][k]]));
            if (orders[i][k] == 4)
                packages[i][k].db_path = VIEW("aaa");
        }
        assert_int_equal(match_packages(&os, packages[i], COUNT(lines), sample.reader, &options,
                                        sample.arena, &results[i], NULL),
                         0);
        assert_int_equal(results[i].finding_count, COUNT(lines));
    }
    for (size_t k = 0; k < COUNT(lines); k++) {
        const struct finding *a = &results[0].findings[k], *b = &results[1].findings[k];

        assert_true(view_eq(a->fingerprint, b->fingerprint));
        assert_true(view_eq(a->package->version, b->package->version));
    }
    assert_view(results[0].findings[0].location.path, "aaa");
    assert_view(results[0].findings[1].package->version, "1");
    assert_view(results[0].findings[2].package->arch, "amd64");
    assert_view(results[0].findings[3].package->arch, "i386");
    sample_done(&sample);
}

static void sorted(void **state)
{
    static const struct row row = {"by package, worst first, then id",
                                   "debian:12",
                                   "CVE-2024-2000 debian:12/b #src [,9)\n"
                                   "CVE-2024-0001 debian:12/b #src [,9) %low/debian\n"
                                   "CVE-2024-0002 debian:12/b #src [,9) %high/debian\n"
                                   "CVE-2024-0004 debian:12/a #src [,9)\n"
                                   "CVE-2024-10000 debian:12/b #src [,9)",
                                   "deb b 1\ndeb a 1",
                                   "a CVE-2024-0004 unknown/- 9 fixed\n"
                                   "b CVE-2024-0002 high/debian 9 fixed\n"
                                   "b CVE-2024-0001 low/debian 9 fixed\n"
                                   "b CVE-2024-10000 unknown/- 9 fixed\n"
                                   "b CVE-2024-2000 unknown/- 9 fixed\n",
                                   ""};
    static const struct match_options options = {0};

    (void)state;
    check_row(&row, &options);
}

RUN_TESTS(cmocka_unit_test(names), cmocka_unit_test(versions), cmocka_unit_test(conditions),
          cmocka_unit_test(kernel_everywhere), cmocka_unit_test(ratings),
          cmocka_unit_test(statuses), cmocka_unit_test(subscriptions), cmocka_unit_test(pending),
          cmocka_unit_test(whole_finding), cmocka_unit_test(fingerprints), cmocka_unit_test(twins),
          cmocka_unit_test(sorted_by_place), cmocka_unit_test(sorted))
