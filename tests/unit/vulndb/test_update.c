/* Whole updates: files on disk, workers, a database that opens. */
#include "vulndb/update.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "vulndb/import/worker.h"

#include "test.h"

#define RECORD(id)                                                                                 \
    "{\"id\":\"" id "\",\"modified\":\"2024-02-03T04:05:06Z\",\"affected\":[{\"package\":{"        \
    "\"ecosystem\":\"npm\",\"name\":\"a\"},\"ranges\":[{\"type\":\"SEMVER\",\"events\":[{"         \
    "\"introduced\":\"0\"},{\"fixed\":\"2.0.0\"}]}]}]}"
#define KEV                                                                                        \
    "{\"catalogVersion\":\"1\",\"vulnerabilities\":[{\"cveID\":\"CVE-2024-1111\","                 \
    "\"dateAdded\":\"2024-01-01\",\"dueDate\":\"2024-01-15\"}]}"

static char folder[] = "/tmp/plimsoll-update-XXXXXX";
static struct sandbox *sandbox;

/* ---- Files ---- */

/* Good until PATHS later calls. */
static const char *at(const char *name)
{
    enum { PATHS = 32 };
    static char paths[PATHS][256];
    static int next;
    char *path = paths[next++ % PATHS];

    snprintf(path, sizeof(paths[0]), "%s/%s", folder, name);
    return path;
}

static void put(const char *name, struct view bytes)
{
    _cleanup_free_ char *path = NULL;
    FILE *file;

    assert_true(asprintf(&path, "%s/%s", folder, name) > 0);
    for (char *slash = path + strlen(folder) + 1; (slash = strchr(slash, '/')); slash++) {
        *slash = '\0';
        mkdir(path, 0755);
        *slash = '/';
    }
    file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes.ptr, 1, bytes.len, file), bytes.len);
    fclose(file);
}

static bool is_there(const char *name)
{
    return access(at(name), F_OK) == 0;
}

/* ---- Imports ---- */

static struct vulndb_update_options options_of(const char *db)
{
    return (struct vulndb_update_options){
        .db_path = at(db), .download_dir = at("downloads"), .sandbox = sandbox, .jobs = 2};
}

static int import(const char *what, const struct vulndb_update_options *options,
                  struct vulndb_update_report **ret, struct error *err)
{
    const char *path = at(what);

    *err = (struct error)ERROR_INIT;
    return vulndb_import(&path, 1, options, ret, err);
}

static const struct vulndb_update_item *find_item(const struct vulndb_update_report *report,
                                                  const char *name)
{
    for (size_t i = 0; i < report->item_count; i++)
        if (strcmp(report->items[i]->name, name) == 0)
            return report->items[i];
    fail_msg("no item %s", name);
    return NULL;
}

static uint64_t vulnerabilities_of(const char *db)
{
    struct vulndb *opened;
    struct error err = ERROR_INIT;
    uint64_t count;

    if (vulndb_open(at(db), &opened, &err) < 0)
        fail_msg("%s", err.message);
    count = vulndb_info(opened)->vulnerabilities;
    vulndb_close(opened);
    return count;
}

static void test_directory(void **state)
{
    _cleanup_(vulndb_update_report_free_p) struct vulndb_update_report *report = NULL;
    struct vulndb_update_options options = options_of("new/dir/a.db");
    const struct vulndb_update_item *item;
    struct error err;
    char name[64];

    (void)state;
    put("feeds/README.md", VIEW("# About\n"));
    put("feeds/kev.json", view_of(KEV));
    put("feeds/npm.json", view_of("[" RECORD("CVE-2024-1111") "," RECORD("X-1") ",7]"));
    for (int i = 0; i < 70; i++) {
        char text[512];

        snprintf(name, sizeof(name), "feeds/many/%d.json", i);
        snprintf(text, sizeof(text), "%s", i == 3 ? "{\"id\":\"X\",\"modified\":" : RECORD("M-1"));
        put(name, view_of(text));
    }
    if (import("feeds", &options, &report, &err) < 0)
        fail_msg("%s", err.message);
    assert_true(report->written);
    assert_int_equal(report->item_count, 4);
    assert_int_equal(report->unknown, 1);
    item = find_item(report, "feeds/README.md");
    assert_int_equal(item->state, ITEM_UNKNOWN);
    item = find_item(report, "feeds/npm.json");
    assert_int_equal(item->state, ITEM_READ);
    assert_string_equal(item->format, "osv");
    assert_int_equal(item->tally.records, 2);
    assert_int_equal(item->tally.broken, 1);
    assert_non_null(strstr(item->digest, "sha256:"));
    item = find_item(report, "feeds/many");
    assert_int_equal(item->files, 70);
    assert_int_equal(item->tally.records, 69);
    assert_int_equal(item->tally.broken, 1);
    assert_non_null(strstr(item->tally.problems[0], "3.json"));
    assert_int_equal(vulnerabilities_of("new/dir/a.db"), 3);
}

/* A source that can't be read keeps the old database, unless told otherwise. */
static void test_failure_keeps_the_old(void **state)
{
    _cleanup_(vulndb_update_report_free_p) struct vulndb_update_report *first = NULL;
    _cleanup_(vulndb_update_report_free_p) struct vulndb_update_report *second = NULL;
    _cleanup_(vulndb_update_report_free_p) struct vulndb_update_report *third = NULL;
    struct vulndb_update_options options = options_of("b.db");
    struct error err;

    (void)state;
    put("good/npm.json", view_of(RECORD("CVE-2024-1111")));
    put("bad/npm.json", view_of("[" RECORD("CVE-2024-1111") "," RECORD("CVE-2024-2222") "]"));
    put("bad/all.zip", VIEW("PK\x03\x04 and no more"));
    assert_int_equal(import("good", &options, &first, &err), 0);
    assert_int_equal(vulnerabilities_of("b.db"), 1);

    assert_true(import("bad", &options, &second, &err) < 0);
    assert_non_null(strstr(err.message, "bad/all.zip: "));
    assert_non_null(strstr(err.hint, "0 days old) stays in use"));
    assert_false(second->written);
    assert_int_equal(second->failed, 1);
    assert_int_equal(find_item(second, "bad/all.zip")->state, ITEM_FAILED);
    assert_int_equal(vulnerabilities_of("b.db"), 1);

    options.partial = true;
    assert_int_equal(import("bad", &options, &third, &err), 0);
    assert_true(third->written);
    assert_int_equal(third->failed, 1);
    assert_int_equal(vulnerabilities_of("b.db"), 2);
}

static void test_nothing(void **state)
{
    static const struct {
        const char *what, *want;
    } cases[] = {
        {"empty", "no advisories were found"},
        {"only-text", "no advisories were found"},
        {"missing", "cannot open"},
    };

    (void)state;
    mkdir(at("empty"), 0755);
    put("only-text/a", VIEW("text"));
    for (size_t i = 0; i < COUNT(cases); i++) {
        _cleanup_(vulndb_update_report_free_p) struct vulndb_update_report *report = NULL;
        struct vulndb_update_options options = options_of("none.db");
        struct error err;

        assert_true(import(cases[i].what, &options, &report, &err) < 0);
        if (!strstr(err.message, cases[i].want))
            fail_msg("%s", err.message);
        assert_false(is_there("none.db"));
    }
}

static void test_sources(void **state)
{
    _cleanup_(vulndb_update_report_free_p) struct vulndb_update_report *report = NULL;
    _cleanup_(source_list_free_p) struct source_list *list = NULL;
    struct vulndb_update_options options = options_of("c.db");
    const struct vulndb_update_item *item;
    struct error err = ERROR_INIT;

    (void)state;
    put("site/npm.json", view_of(RECORD("CVE-2024-1111")));
    put("site/kev.json", view_of(KEV));
    assert_int_equal(source_list_parse(VIEW("[source npm]\ntype = osv\npath = npm.json\n"
                                            "[source kev]\ntype = osv\npath = kev.json\n"
                                            "optional = yes\n"
                                            "[source apt]\ntype = apt-lists\npath = nowhere\n"
                                            "optional = yes\n"
                                            "[source far]\nurl = https://example.org/x\n"
                                            "optional = yes\n"),
                                       at("site"), NULL, &list, &err),
                     0);
    if (vulndb_update(list, &options, &report, &err) < 0)
        fail_msg("%s", err.message);
    assert_int_equal(find_item(report, "npm")->state, ITEM_READ);
    assert_int_equal(find_item(report, "apt")->state, ITEM_ABSENT);
    assert_int_equal(find_item(report, "far")->state, ITEM_ABSENT);
    /* the type that was named is taken at its word: KEV is no OSV record */
    item = find_item(report, "kev");
    assert_int_equal(item->tally.broken, 1);
    assert_int_equal(report->failed, 0);
    assert_int_equal(vulnerabilities_of("c.db"), 1);
}

static void test_install(void **state)
{
    _cleanup_(vulndb_update_report_free_p) struct vulndb_update_report *made = NULL;
    _cleanup_(vulndb_update_report_free_p) struct vulndb_update_report *installed = NULL;
    _cleanup_(vulndb_update_report_free_p) struct vulndb_update_report *refused = NULL;
    _cleanup_(buf_done) struct buf bytes = BUF_INIT(1 << 24);
    struct vulndb_update_options options = options_of("d.db"), other = options_of("e.db");
    struct error err;

    (void)state;
    put("good/npm.json", view_of(RECORD("CVE-2024-1111")));
    assert_int_equal(import("good", &options, &made, &err), 0);
    assert_int_equal(vulndb_export(at("d.db"), at("exported.db"), &err), 0);
    assert_int_equal(import("exported.db", &other, &installed, &err), 0);
    assert_true(installed->installed);
    assert_int_equal(vulnerabilities_of("e.db"), 1);

    /* one bit, and the old one stays */
    assert_int_equal(fd_read_file(at("exported.db"), &bytes, NULL), 0);
    bytes.ptr[bytes.len / 2] ^= 1;
    put("damaged.db", buf_view(&bytes));
    assert_true(import("damaged.db", &other, &refused, &err) < 0);
    assert_non_null(strstr(err.message, "damaged.db"));
    assert_true(err.hint[0]);
    assert_int_equal(vulnerabilities_of("e.db"), 1);
    assert_int_equal(vulndb_export(at("damaged.db"), at("never.db"), &err), ERROR_INPUT);
    assert_false(is_there("never.db"));
    assert_int_equal(vulndb_export(at("nowhere.db"), at("never.db"), &err), ERROR_NOT_FOUND);
}

/* ---- Two at once ---- */

struct turn {
    int lock;
    bool waited;
};

/* The other update ends when this one says that it waits for it. */
static void on_progress(void *ctx, const struct vulndb_update_progress *progress)
{
    struct turn *turn = ctx;

    if (progress->stage != UPDATE_WAITING)
        return;
    turn->waited = true;
    flock(turn->lock, LOCK_UN);
}

static void test_turns(void **state)
{
    _cleanup_(vulndb_update_report_free_p) struct vulndb_update_report *report = NULL;
    struct vulndb_update_options options = options_of("f.db");
    struct turn turn = {open(at("f.db.lock"), O_RDWR | O_CREAT | O_CLOEXEC, 0644), false};
    struct error err;

    (void)state;
    put("good/npm.json", view_of(RECORD("CVE-2024-1111")));
    assert_int_equal(flock(turn.lock, LOCK_EX), 0);
    options.progress = on_progress;
    options.ctx = &turn;
    assert_int_equal(import("good", &options, &report, &err), 0);
    assert_true(turn.waited);
    close(turn.lock);
}

static void test_no_place(void **state)
{
    _cleanup_(vulndb_update_report_free_p) struct vulndb_update_report *report = NULL;
    struct vulndb_update_options options = options_of("file/x.db");
    struct error err;

    (void)state;
    put("file", VIEW("no directory"));
    put("good/npm.json", view_of(RECORD("CVE-2024-1111")));
    assert_true(import("good", &options, &report, &err) < 0);
    assert_non_null(strstr(err.message, "file"));
}

static int set_up(void **state)
{
    struct error err = ERROR_INIT;

    (void)state;
    signal(SIGPIPE, SIG_IGN);
    if (sandbox_start(vulndb_import_ops, vulndb_import_op_count, &sandbox, &err) < 0)
        fail_msg("%s", err.message);
    return mkdtemp(folder) ? 0 : -1;
}

static int tear_down(void **state)
{
    char command[64];

    (void)state;
    sandbox_stop(sandbox);
    snprintf(command, sizeof(command), "rm -r %s", folder);
    return system(command);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_directory), cmocka_unit_test(test_failure_keeps_the_old),
        cmocka_unit_test(test_nothing),   cmocka_unit_test(test_sources),
        cmocka_unit_test(test_install),   cmocka_unit_test(test_turns),
        cmocka_unit_test(test_no_place),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
