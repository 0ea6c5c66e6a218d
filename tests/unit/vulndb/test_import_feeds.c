/* The importers on real feeds, where they lie beside the checkout. The counts
 * come from an independent reading of the same files. */
#include <stdio.h>

#include "import-collect.h"

#include "test.h"

enum { FEED_LIMIT = 64 << 20 };

/* Counts what is handed over, and that each record says something. */
struct counter {
    struct import_sink sink;
    uint64_t affected;
};

static int on_advisory(struct import_sink *sink, const struct advisory *advisory, struct error *err)
{
    struct counter *counter = (struct counter *)sink;

    (void)err;
    assert_true(advisory->id.len && advisory->source.len);
    assert_true(advisory->withdrawn || advisory->affected_count);
    counter->affected += advisory->affected_count;
    return 0;
}

static int on_exploited(struct import_sink *sink, struct view cve, const struct finding_kev *kev,
                        struct error *err)
{
    (void)sink;
    (void)err;
    assert_true(cve.len && kev->date_added.len == 10 && kev->due_date.len == 10);
    return 0;
}

static int on_score(struct import_sink *sink, struct view cve, double score, double percentile,
                    struct error *err)
{
    (void)sink;
    (void)err;
    assert_true(cve.len && score >= 0 && score <= 1 && percentile >= 0 && percentile <= 1);
    return 0;
}

/* The three unusable ones of Debian's OVAL name no package. */
static const struct feed {
    const char *path;
    const struct importer *importer;
    uint64_t records, withdrawn, unusable, affected;
} feeds[] = {
    {"osv/AlmaLinux/all.zip", &importer_osv, 4440, 0, 1197, 63445},
    {"osv/AlmaLinux:10/all.zip", &importer_osv, 660, 0, 0, 6479},
    {"osv/AlmaLinux:8/all.zip", &importer_osv, 2043, 0, 1194, 35205},
    {"osv/AlmaLinux:9/all.zip", &importer_osv, 1780, 0, 3, 23930},
    {"osv/Bitnami/all.zip", &importer_osv, 7444, 0, 0, 7444},
    {"osv/Debian/all.zip", &importer_osv, 30510, 0, 0, 55998},
    {"osv/Go/all.zip", &importer_osv, 4291, 17, 0, 6106},
    {"osv/Maven/all.zip", &importer_osv, 2595, 0, 0, 3128},
    {"osv/NuGet/all.zip", &importer_osv, 668, 0, 2, 789},
    {"osv/Packagist/all.zip", &importer_osv, 1204, 0, 0, 1592},
    {"osv/PyPI/all.zip", &importer_osv, 2661, 10, 0, 2651},
    {"osv/RubyGems/all.zip", &importer_osv, 1172, 0, 3, 1230},
    {"osv/Ubuntu/all.zip", &importer_osv, 22556, 0, 0, 81576},
    {"osv/crates/all.zip", &importer_osv, 1225, 13, 0, 1212},
    {"osv/npm/all.zip", &importer_osv, 3231, 0, 0, 3443},
    {"alpine/v3.18/main.json", &importer_alpine_secdb, 2555, 0, 0, 2555},
    {"alpine/edge/community.json", &importer_alpine_secdb, 5441, 0, 0, 5441},
    {"alpine/v3.3/community.json", &importer_alpine_secdb, 0, 0, 0, 0},
    {"debian/tracker-shape.json.gz", &importer_debian_tracker, 28621, 0, 0, 53994},
    {"debian/DSA-list", &importer_debian_list, 2793, 0, 2613, 3484},
    {"debian/DLA-list", &importer_debian_list, 3064, 0, 470, 3064},
    {"kev/known_exploited_vulnerabilities.json", &importer_kev, 1674, 0, 0, 0},
    {"epss/epss_scores-current.csv.gz", &importer_epss, 360142, 0, 0, 0},
    {"debian/oval-definitions-bookworm.xml.bz2", &importer_oval, 25932, 0, 0, 25932},
    {"debian/oval-definitions-bullseye.xml.bz2", &importer_oval, 27308, 0, 3, 27308},
    {"rpm/azurelinux-3.0-oval.2024-10-10.xml.bz2", &importer_oval, 1222, 0, 0, 1222},
    {"rpm/org.rockylinux.rlsa-8.2023-10-05.xml.bz2", &importer_oval, 64, 0, 0, 814},
    {"rpm/org.rockylinux.rlsa-9.2024-11-13.xml.bz2", &importer_oval, 175, 0, 0, 2609},
};

static void check_feed(const struct feed *feed)
{
    _cleanup_(buf_done) struct buf bytes = BUF_INIT(FEED_LIMIT);
    struct import_input input = {view_of(feed->path), VIEW_EMPTY, VIEW_EMPTY};
    struct counter counter = {.sink = {on_advisory, on_exploited, on_score, NULL, {0}}};
    const struct import_tally *tally = &counter.sink.tally;
    struct error err = ERROR_INIT;

    if (!read_feed(feed->path, &bytes))
        return;
    input.bytes = buf_view(&bytes);
    assert_ptr_equal(importer_sniff(&input), feed->importer);
    if (feed->importer->run(&input, &counter.sink, &err) < 0)
        fail_msg("%s: %s", feed->path, err.message);
    print_message("%s: %llu records, %llu affected\n", feed->path,
                  (unsigned long long)tally->records, (unsigned long long)counter.affected);
    assert_int_equal(tally->broken, 0);
    assert_int_equal(tally->records, feed->records);
    assert_int_equal(tally->withdrawn, feed->withdrawn);
    assert_int_equal(tally->unusable, feed->unusable);
    assert_int_equal(counter.affected, feed->affected);
}

static void test_feeds(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(feeds); i++)
        check_feed(&feeds[i]);
}

RUN_TESTS(cmocka_unit_test(test_feeds))
