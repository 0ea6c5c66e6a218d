#include "inventory/release-file.h"

#include <stdio.h>

#include "inventory/os-facts.h"

/* How the first line begins, and the ID that os-release has for it. A longer
 * beginning stands before a shorter one that it starts with. */
static const struct {
    struct view start, id;
} names[] = {
    {VIEW("AlmaLinux "), VIEW("almalinux")},
    {VIEW("Alibaba Cloud Linux "), VIEW("alinux")},
    {VIEW("Alibaba Group Enterprise Linux "), VIEW("alios")},
    {VIEW("Amazon Linux "), VIEW("amzn")},
    {VIEW("Anolis OS "), VIEW("anolis")},
    {VIEW("CBL-Mariner "), VIEW("mariner")},
    {VIEW("CentOS "), VIEW("centos")},
    {VIEW("CloudLinux "), VIEW("cloudlinux")},
    {VIEW("Derived from Red Hat Enterprise Linux "), VIEW("rhel")},
    {VIEW("EulerOS "), VIEW("euleros")},
    {VIEW("Fedora "), VIEW("fedora")},
    {VIEW("Kylin "), VIEW("kylin")},
    {VIEW("Microsoft Azure Linux "), VIEW("azurelinux")},
    {VIEW("OpenCloudOS "), VIEW("opencloudos")},
    {VIEW("Oracle Linux "), VIEW("ol")},
    {VIEW("Red Hat Enterprise Linux "), VIEW("rhel")},
    {VIEW("Rocky Linux "), VIEW("rocky")},
    {VIEW("Scientific Linux "), VIEW("scientific")},
    {VIEW("TencentOS "), VIEW("tencentos")},
    {VIEW("VMware Photon "), VIEW("photon")},
    {VIEW("Virtuozzo Linux "), VIEW("virtuozzo")},
    {VIEW("XCP-ng "), VIEW("xenenterprise")},
    {VIEW("openEuler "), VIEW("openeuler")},
    {VIEW("openSUSE "), VIEW("opensuse")},
    {VIEW("SUSE Linux Enterprise Server "), VIEW("sles")},
    {VIEW("SUSE Linux Enterprise Desktop "), VIEW("sled")},
};

static struct view id_of(struct view line)
{
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (view_starts(line, names[i].start))
            return names[i].id;
    return VIEW_EMPTY;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The first word that is a number, dotted or not, perhaps behind a "V". */
static struct view version_of(struct view line)
{
    for (struct view word = view_word(&line); word.len; word = view_word(&line)) {
        size_t digit = word.ptr[0] == 'V' && word.len > 1 ? 1 : 0;

        if (is_digit(word.ptr[digit]))
            return word;
    }
    return VIEW_EMPTY;
}

/* CBL-Mariner and Azure Linux put a build date behind: "2.0.20220518". */
static struct view without_build(struct view id, struct view version)
{
    ptrdiff_t dot = view_rfind(version, '.');

    if (dot < 0 || version.len - (size_t)dot < sizeof("20200101") ||
        !(view_eq(id, VIEW("mariner")) || view_eq(id, VIEW("azurelinux"))))
        return version;
    return view_sub(version, 0, (size_t)dot);
}

static int parse_release_file(struct view path, struct view content, struct buf *payload,
                              struct error *err)
{
    struct os_info os = {0};

    (void)path;
    (void)err;
    os.pretty_name = view_trim(view_line(&content));
    os.id = id_of(os.pretty_name);
    os.version_id = without_build(os.id, version_of(os.pretty_name));
    os_facts_add(payload, &os);
    return 0;
}

/* "SUSE Linux Enterprise Server 11 (x86_64)", then VERSION = 11 and
 * PATCHLEVEL = 4: os-release would say 11.4. openSUSE's VERSION is whole. */
static int parse_suse_release(struct view path, struct view content, struct buf *payload,
                              struct error *err)
{
    struct view version = VIEW_EMPTY, patch_level = VIEW_EMPTY;
    char dotted[64];
    struct os_info os = {0};
    int len;

    (void)path;
    (void)err;
    os.pretty_name = view_trim(view_line(&content));
    os.id = id_of(os.pretty_name);
    while (content.ptr) {
        struct view value = view_line(&content);
        struct view key = view_trim(view_cut(&value, '='));

        if (view_eq(key, VIEW("VERSION")))
            version = view_trim(value);
        else if (view_eq(key, VIEW("PATCHLEVEL")))
            patch_level = view_trim(value);
        else if (view_eq(key, VIEW("CODENAME")))
            os.codename = view_trim(value);
    }
    os.version_id = version;
    if (version.len && patch_level.len && !view_eq(patch_level, VIEW("0"))) {
        len =
            snprintf(dotted, sizeof(dotted), "%.*s.%.*s", VIEW_ARG(version), VIEW_ARG(patch_level));
        if (len > 0 && (size_t)len < sizeof(dotted))
            os.version_id = view_from(dotted, (size_t)len);
    }
    os_facts_add(payload, &os);
    return 0;
}

static int parse_alpine_release(struct view path, struct view content, struct buf *payload,
                                struct error *err)
{
    struct os_info os = {.id = VIEW("alpine")};

    (void)path;
    (void)err;
    os.version_id = view_trim(view_line(&content));
    os_facts_add(payload, &os);
    return 0;
}

/* "12.4", or "trixie/sid" before a release. os-release has the major number. */
static int parse_debian_version(struct view path, struct view content, struct buf *payload,
                                struct error *err)
{
    struct view line = view_trim(view_line(&content));
    struct os_info os = {.id = VIEW("debian")};

    (void)path;
    (void)err;
    if (line.len && is_digit(line.ptr[0]))
        os.version_id = view_cut(&line, '.');
    else
        os.codename = view_cut(&line, '/');
    os_facts_add(payload, &os);
    return 0;
}

static const char *const release_file_patterns[] = {
    "etc/almalinux-release", "etc/alinux-release",
    "etc/anolis-release",    "etc/azurelinux-release",
    "etc/centos-release",    "etc/cloudlinux-release",
    "etc/euleros-release",   "etc/fedora-release",
    "etc/kylin-release",     "etc/mariner-release",
    "etc/openEuler-release", "etc/opencloudos-release",
    "etc/oracle-release",    "etc/photon-release",
    "etc/redhat-release",    "etc/rocky-release",
    "etc/sl-release",        "etc/system-release",
    "etc/tencentos-release", NULL,
};
static const char *const suse_release_patterns[] = {"etc/SuSE-release", NULL};
static const char *const alpine_release_patterns[] = {"etc/alpine-release", NULL};
static const char *const debian_version_patterns[] = {"etc/debian_version", NULL};

const struct analyser analyser_release_file = {
    .name = "release-file",
    .version = 1,
    .kind = FACT_OS,
    .patterns = release_file_patterns,
    .size_limit = RELEASE_FILE_LIMIT,
    .parse = parse_release_file,
};

const struct analyser analyser_suse_release = {
    .name = "suse-release",
    .version = 1,
    .kind = FACT_OS,
    .patterns = suse_release_patterns,
    .size_limit = RELEASE_FILE_LIMIT,
    .parse = parse_suse_release,
};

const struct analyser analyser_alpine_release = {
    .name = "alpine-release",
    .version = 1,
    .kind = FACT_OS,
    .patterns = alpine_release_patterns,
    .size_limit = RELEASE_FILE_LIMIT,
    .parse = parse_alpine_release,
};

const struct analyser analyser_debian_version = {
    .name = "debian-version",
    .version = 1,
    .kind = FACT_OS,
    .patterns = debian_version_patterns,
    .size_limit = RELEASE_FILE_LIMIT,
    .parse = parse_debian_version,
};
