/* Well-known vulnerabilities, found by a database of real feeds, where they lie
 * beside the checkout. What is expected was read in the feeds by hand. */
#include <stdio.h>
#include <unistd.h>

#include "../vulndb/sample.h"
#include "base/fd.h"
#include "match/match.h"
#include "test.h"
#include "vulndb/import/importer.h"

enum { FEED_LIMIT = 64 << 20 };

static const char *const feeds[] = {
    "alpine/v3.18/main.json",
    "debian/tracker-shape.json.gz",
    "osv/AlmaLinux:9/all.zip",
    "osv/Debian/all.zip",
    "osv/Ubuntu/all.zip",
    "rpm/azurelinux-3.0-oval.2024-10-10.xml.bz2",
    "rpm/org.rockylinux.rlsa-9.2024-11-13.xml.bz2",
    "kev/known_exploited_vulnerabilities.json",
    "epss/epss_scores-current.csv.gz",
};

/* ---- Reading the feeds ---- */

struct sink {
    struct import_sink sink;
    struct vulndb_builder *builder;
};

static int on_advisory(struct import_sink *sink, const struct advisory *advisory, struct error *err)
{
    return vulndb_builder_add(((struct sink *)sink)->builder, advisory, err);
}

static int on_exploited(struct import_sink *sink, struct view cve, const struct finding_kev *kev,
                        struct error *err)
{
    return vulndb_builder_kev(((struct sink *)sink)->builder, cve, kev, err);
}

static int on_score(struct import_sink *sink, struct view cve, double score, double percentile,
                    struct error *err)
{
    return vulndb_builder_epss(((struct sink *)sink)->builder, cve, score, percentile, err);
}

/* The folder of feeds; NULL when there is none. */
static char *find_feeds(void)
{
    const char *shared = getenv("PLIMSOLL_SHARED"), *root = getenv("PLIMSOLL_SOURCE_ROOT");
    char *path;
    int len = shared ? asprintf(&path, "%s/feeds", shared)
                     : asprintf(&path, "%s/../shared/feeds", root ? root : ".");

    assert_true(len > 0);
    if (access(path, R_OK) == 0)
        return path;
    free(path);
    return NULL;
}

static void read_feed(const char *folder, const char *name, struct vulndb_builder *builder)
{
    struct sink sink = {{.advisory = on_advisory, .exploited = on_exploited, .score = on_score},
                        builder};
    _cleanup_(buf_done) struct buf bytes = BUF_INIT(FEED_LIMIT);
    _cleanup_free_ char *path = NULL;
    struct import_input input = {.name = view_of(name)};
    struct error err = ERROR_INIT;
    const struct importer *importer;

    assert_true(asprintf(&path, "%s/%s", folder, name) > 0);
    if (fd_read_file(path, &bytes, &err) < 0)
        fail_msg("%s", err.message);
    input.bytes = buf_view(&bytes);
    importer = importer_sniff(&input);
    assert_non_null(importer);
    if (importer->run(&input, &sink.sink, &err) < 0)
        fail_msg("%s: %s", name, err.message);
}

static int set_up(void **state)
{
    _cleanup_free_ char *folder = find_feeds();
    struct sample *sample;

    *state = NULL;
    if (!folder)
        return 0;
    sample = calloc(1, sizeof(*sample));
    sample_init(sample);
    for (size_t i = 0; i < COUNT(feeds); i++)
        read_feed(folder, feeds[i], sample->builder);
    sample_build(sample);
    *state = sample;
    return 0;
}

static int tear_down(void **state)
{
    if (*state)
        sample_done(*state);
    free(*state);
    return 0;
}

/* ---- What is known ---- */

struct row {
    const char *os, *release;
    enum package_type type;
    const char *name, *version, *source, *arch;
    const char *id;
    const char *want; /* severity/source fix status; NULL: not affected */
    bool exploited;
};

static const struct row rows[] = {
    /* Looney Tunables */
    {"ubuntu", "22.04", PACKAGE_DEB, "libc6", "2.35-0ubuntu3.3", "glibc", "amd64", "CVE-2023-4911",
     "high/ubuntu 2.35-0ubuntu3.4 fixed", true},
    {"ubuntu", "22.04", PACKAGE_DEB, "libc6", "2.35-0ubuntu3.4", "glibc", "amd64", "CVE-2023-4911",
     NULL, false},
    {"almalinux", "9.2", PACKAGE_RPM, "glibc-common", "2.34-60.el9", "glibc", "x86_64",
     "CVE-2023-4911", "high/almalinux 2.34-60.el9_2.7 fixed", true},
    {"almalinux", "9.2", PACKAGE_RPM, "glibc-common", "2.34-60.el9_2.7", "glibc", "x86_64",
     "CVE-2023-4911", NULL, false},
    /* Shellshock: fixed before the release, and in what was before it */
    {"debian", "12", PACKAGE_DEB, "bash", "5.2.15-2+b2", "bash", "amd64", "CVE-2014-6271", NULL,
     false},
    {"debian", "12", PACKAGE_DEB, "bash", "4.3-9", "bash", "amd64", "CVE-2014-6271",
     "critical/cvss 4.3-9.1 fixed", true},
    /* busybox, by its subpackage; and one that secdb calls not affected ("0") */
    {"alpine", "3.18.0", PACKAGE_APK, "ssl_client", "1.36.1-r0", "busybox", "x86_64",
     "CVE-2022-48174", "critical/cvss 1.36.1-r1 fixed", false},
    {"alpine", "3.18.0", PACKAGE_APK, "ssl_client", "1.0-r0", "busybox", "x86_64", "CVE-2021-42373",
     NULL, false},
    /* zgrep, by architecture */
    {"rocky", "9.0", PACKAGE_RPM, "gzip", "1.10-8.el9", "gzip", "x86_64", "CVE-2022-1271",
     "high/rocky 1.10-9.el9_0 fixed", false},
    {"rocky", "9.0", PACKAGE_RPM, "gzip", "1.10-8.el9", "gzip", "riscv64", "CVE-2022-1271", NULL,
     false},
    /* a source package's name, of a distribution that numbers them alike */
    {"azurelinux", "3.0", PACKAGE_RPM, "curl-libs", "8.7.1-1.azl3", "curl", "x86_64",
     "CVE-2024-0853", "medium/azurelinux 8.8.0-1.azl3 fixed", false},
    /* fixed for subscribers only */
    {"ubuntu", "22.04", PACKAGE_DEB, "libxmltok1", "1.2-4", "libxmltok", "amd64", "CVE-2018-20843",
     "low/ubuntu - affected", false},
};

static const struct finding *find(const struct match_result *result, const char *id)
{
    for (size_t i = 0; i < result->finding_count; i++)
        if (view_eq(result->findings[i].id, view_of(id)))
            return &result->findings[i];
    return NULL;
}

static void check_row(struct sample *sample, const struct row *row)
{
    static const struct match_options options = {0};
    const struct os_info os = {.id = view_of(row->os), .version_id = view_of(row->release)};
    const struct package package = {
        .type = row->type,
        .name = view_of(row->name),
        .version = view_of(row->version),
        .source_name = view_of(row->source),
        .source_version = view_of(row->version),
        .arch = view_of(row->arch),
    };
    struct match_result result;
    const struct finding *f;
    char got[256] = "";

    assert_int_equal(
        match_packages(&os, &package, 1, sample->reader, &options, sample->arena, &result, NULL),
        0);
    f = find(&result, row->id);
    if (f)
        snprintf(got, sizeof(got), "%s/%.*s %.*s %s", severity_name(f->severity),
                 VIEW_ARG(f->severity_source),
                 VIEW_ARG(f->fixed_version.len ? f->fixed_version : VIEW("-")),
                 finding_status_name(f->status));
    if ((f != NULL) != (row->want != NULL) || (f && strcmp(got, row->want) != 0) ||
        (f && f->kev.listed != row->exploited))
        fail_msg("%s %s %s %s: got \"%s\"%s", row->os, row->name, row->version, row->id, got,
                 f && f->kev.listed ? ", exploited" : "");
}

static void well_known(void **state)
{
    if (!*state) {
        print_message("skipped: there are no feeds at ../shared/feeds\n");
        skip();
    }
    for (size_t i = 0; i < COUNT(rows); i++)
        check_row(*state, &rows[i]);
}

static void exploits(void **state)
{
    struct sample *sample = *state;
    struct finding_epss epss;

    if (!sample)
        skip();
    epss = vulndb_epss(sample->reader, VIEW("CVE-2021-44228"));
    assert_true(epss.known && epss.score > 0.9 && epss.percentile > 0.99);
    assert_true(vulndb_kev(sample->reader, VIEW("CVE-2021-44228")).listed);
    assert_true(vulndb_info(sample->db)->epss > 360000);
    assert_true(vulndb_info(sample->db)->kev > 1600);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(well_known), cmocka_unit_test(exploits)};

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
