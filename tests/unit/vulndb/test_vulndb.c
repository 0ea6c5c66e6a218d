/* The database's file: what it says of itself, and how damage is found. */
#include "vulndb/vulndb.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "sample.h"
#include "test.h"
#include "vulndb/store.h"

static const char advisories[] = "CVE-2024-0001 \"a_title npm/a [,2)\n"
                                 "CVE-2024-0002 debian:12/a #src [,2)";

static void add_extras(struct sample *sample)
{
    const struct vulndb_source source = {
        .name = VIEW("osv/npm"),
        .location = VIEW("https://example.org/npm.zip"),
        .digest = VIEW("sha256:00"),
        .fetched_at = 1690000000,
        .records = 2,
    };
    const struct finding_kev kev = {
        .date_added = VIEW("2024-02-03"), .due_date = VIEW(""), .ransomware = true};
    struct error err = ERROR_INIT;

    sample_add(sample, advisories);
    assert_int_equal(vulndb_builder_source(sample->builder, &source, NULL), 0);
    assert_int_equal(
        vulndb_builder_epss(sample->builder, VIEW("CVE-2024-0002"), 0.00043, 0.5, NULL), 0);
    assert_int_equal(vulndb_builder_epss(sample->builder, VIEW("CVE-1999-0001"), 1, 1, NULL), 0);
    assert_int_equal(vulndb_builder_epss(sample->builder, VIEW("CVE-1999-0001"), 0, 0.25, NULL), 0);
    assert_int_equal(vulndb_builder_epss(sample->builder, VIEW("CVE-24-1"), 0, 0, &err),
                     ERROR_INPUT);
    assert_int_equal(vulndb_builder_epss(sample->builder, VIEW("CVE-2024-0001"), 1.5, 0, &err),
                     ERROR_INPUT);
    assert_int_equal(vulndb_builder_kev(sample->builder, VIEW("CVE-2024-0001"), &kev, NULL), 0);
    assert_int_equal(vulndb_builder_kev(sample->builder, VIEW("GHSA-a"), &kev, &err), ERROR_INPUT);
}

static void about_itself(void **state)
{
    const struct vulndb_info *info;
    struct sample sample;

    (void)state;
    sample_init(&sample);
    add_extras(&sample);
    sample_build(&sample);
    info = vulndb_info(sample.db);
    assert_int_equal(info->schema, VULNDB_SCHEMA);
    assert_true(info->built_at == 1700000000 && info->file_bytes > 4096);
    assert_true(info->vulnerabilities == 2 && info->packages == 2 && info->statements == 2);
    assert_true(info->epss == 2 && info->kev == 1);
    assert_int_equal(info->source_count, 1);
    assert_view(info->sources[0].name, "osv/npm");
    assert_view(info->sources[0].location, "https://example.org/npm.zip");
    assert_view(info->sources[0].digest, "sha256:00");
    assert_true(info->sources[0].fetched_at == 1690000000 && info->sources[0].records == 2);
    assert_true(vulndb_has_ecosystem(sample.db, VIEW("debian:12")));
    assert_false(vulndb_has_ecosystem(sample.db, VIEW("debian:11")));
    assert_false(vulndb_has_ecosystem(sample.db, VIEW("")));
    assert_true(sample.stats.records == 2 && sample.stats.vulnerabilities == 2);
    sample_done(&sample);
}

static void exploits(void **state)
{
    struct finding_epss epss;
    struct finding_kev kev;
    struct sample sample;

    (void)state;
    sample_init(&sample);
    add_extras(&sample);
    sample_build(&sample);
    epss = vulndb_epss(sample.reader, VIEW("CVE-2024-0002"));
    assert_true(epss.known && epss.score == 0.00043 && epss.percentile == 0.5);
    epss = vulndb_epss(sample.reader, VIEW("cve-1999-0001")); /* the last word */
    assert_true(epss.known && epss.score == 0 && epss.percentile == 0.25);
    assert_false(vulndb_epss(sample.reader, VIEW("CVE-2024-0001")).known);
    assert_false(vulndb_epss(sample.reader, VIEW("GHSA-a")).known);
    kev = vulndb_kev(sample.reader, VIEW("CVE-2024-0001"));
    assert_true(kev.listed && kev.ransomware && kev.due_date.len == 0);
    assert_view(kev.date_added, "2024-02-03");
    assert_false(vulndb_kev(sample.reader, VIEW("CVE-2024-0002")).listed);
    sample_done(&sample);
}

static void lookups(void **state)
{
    static char long_name[1000];
    struct vulndb_statements statements;
    struct sample sample;

    (void)state;
    memset(long_name, 'a', sizeof(long_name));
    sample_init(&sample);
    sample_add(&sample, advisories);
    sample_build(&sample);
    assert_int_equal(vulndb_lookup(sample.reader, VIEW("npm"), VIEW("a"), &statements, NULL), 1);
    assert_int_equal(vulndb_lookup(sample.reader, VIEW("npm"), VIEW("b"), &statements, NULL), 0);
    assert_int_equal(vulndb_lookup(sample.reader, VIEW("npm"), VIEW(""), &statements, NULL), 0);
    assert_int_equal(vulndb_lookup(sample.reader, VIEW(""), VIEW("a"), &statements, NULL), 0);
    assert_int_equal(vulndb_lookup(sample.reader, VIEW("npm"),
                                   view_from(long_name, sizeof(long_name)), &statements, NULL),
                     0);
    sample_done(&sample);
}

/* The order of arrival changes no byte. */
static void reproducible(void **state)
{
    static const char *const orders[] = {
        "CVE-2024-0001 npm/a [,2)\nGHSA-a =CVE-2024-0001 npm/a [,3)\nDSA-1 debian:12/a #src [,2)",
        "DSA-1 debian:12/a #src [,2)\nGHSA-a =CVE-2024-0001 npm/a [,3)\nCVE-2024-0001 npm/a [,2)",
    };
    _cleanup_(buf_done) struct buf first = BUF_INIT(1 << 24);
    _cleanup_(buf_done) struct buf second = BUF_INIT(1 << 24);

    (void)state;
    for (size_t i = 0; i < COUNT(orders); i++) {
        struct sample sample;

        sample_init(&sample);
        sample_add(&sample, orders[i]);
        sample_build(&sample);
        assert_int_equal(fd_read_file(sample.path, i ? &second : &first, NULL), 0);
        sample_done(&sample);
    }
    assert_true(view_eq(buf_view(&first), buf_view(&second)));
}

/* ---- Damage ---- */

static void write_file(const char *path, struct view bytes)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

    assert_true(fd >= 0);
    assert_int_equal(fd_write_all(fd, bytes, NULL), 0);
    close(fd);
}

/* Opens what should not open; gives the kind of the error. */
static int open_bad(const char *path, struct error *err)
{
    struct vulndb *db = NULL;
    int r;

    *err = (struct error)ERROR_INIT;
    r = vulndb_open(path, &db, err);
    assert_null(db);
    assert_true(r < 0);
    assert_true(err->message[0] && !strchr(err->message, '\n'));
    return r;
}

static void cut_short(void **state)
{
    _cleanup_(buf_done) struct buf whole = BUF_INIT(1 << 24);
    struct sample sample;
    struct error err;

    (void)state;
    sample_init(&sample);
    sample_add(&sample, advisories);
    sample_build(&sample);
    assert_int_equal(fd_read_file(sample.path, &whole, NULL), 0);
    for (size_t len = 0; len < whole.len; len += len < 100 || whole.len - len < 100 ? 1 : 997) {
        write_file(sample.path, view_from(whole.ptr, len));
        assert_int_equal(open_bad(sample.path, &err), ERROR_INPUT);
        assert_true(err.hint[0]);
    }
    sample_done(&sample);
}

static void flipped(void **state)
{
    _cleanup_(buf_done) struct buf whole = BUF_INIT(1 << 24);
    struct sample sample;
    struct error err;

    (void)state;
    sample_init(&sample);
    sample_add(&sample, advisories);
    sample_build(&sample);
    assert_int_equal(fd_read_file(sample.path, &whole, NULL), 0);
    for (size_t at = 0; at < whole.len; at += whole.len - at < 60 ? 1 : 509) {
        whole.ptr[at] ^= 0x10;
        write_file(sample.path, buf_view(&whole));
        whole.ptr[at] ^= 0x10;
        assert_int_equal(open_bad(sample.path, &err), ERROR_INPUT);
    }
    sample_done(&sample);
}

static void not_ours(void **state)
{
    struct sample sample;
    struct error err;

    (void)state;
    sample_init(&sample);
    assert_int_equal(open_bad(sample.path, &err), ERROR_NOT_FOUND);
    assert_non_null(strstr(err.hint, "db update"));
    write_file(sample.path, VIEW(""));
    assert_int_equal(open_bad(sample.path, &err), ERROR_INPUT);
    assert_non_null(strstr(err.message, "is no advisory database"));
    assert_int_equal(open_bad(sample.directory, &err), ERROR_INPUT);
    unlink(sample.path);
    assert_int_equal(mkfifo(sample.path, 0600), 0);
    assert_int_equal(open_bad(sample.path, &err), ERROR_INPUT);
    sample_done(&sample);
}

/* What another version of the program wrote. */
static void other_schema(void **state)
{
    struct store_writer *writer;
    struct sample sample;
    struct error err;
    uint64_t bytes;

    (void)state;
    sample_init(&sample);
    assert_int_equal(store_writer_new(sample.path, &writer, NULL), 0);
    assert_int_equal(store_writer_commit(writer, VULNDB_SCHEMA + 1, &bytes, NULL), 0);
    store_writer_free(writer);
    assert_int_equal(open_bad(sample.path, &err), ERROR_UNSUPPORTED);
    assert_non_null(strstr(err.hint, "db update"));
    /* Sound, of our schema, and without anything in it. */
    assert_int_equal(store_writer_new(sample.path, &writer, NULL), 0);
    assert_int_equal(store_writer_commit(writer, VULNDB_SCHEMA, &bytes, NULL), 0);
    store_writer_free(writer);
    assert_int_equal(open_bad(sample.path, &err), ERROR_INPUT);
    sample_done(&sample);
}

/* A database that is being read is replaced: readers keep what they opened. */
static void replaced(void **state)
{
    struct vulndb_builder *builder;
    struct vulndb_statements statements;
    struct sample sample;

    (void)state;
    sample_init(&sample);
    sample_add(&sample, advisories);
    sample_build(&sample);
    assert_int_equal(vulndb_builder_new(&builder, NULL), 0);
    assert_int_equal(vulndb_builder_write(builder, sample.path, 1, NULL, NULL), 0);
    vulndb_builder_free(builder);
    assert_int_equal(vulndb_lookup(sample.reader, VIEW("npm"), VIEW("a"), &statements, NULL), 1);
    vulndb_reader_free(sample.reader);
    vulndb_close(sample.db);
    assert_int_equal(vulndb_open(sample.path, &sample.db, NULL), 0);
    assert_int_equal(vulndb_reader_new(sample.db, &sample.reader, NULL), 0);
    assert_int_equal(vulndb_lookup(sample.reader, VIEW("npm"), VIEW("a"), &statements, NULL), 0);
    sample_done(&sample);
}

/* A build that can't write leaves the old file, and nothing else. */
static void failed_build(void **state)
{
    struct sample sample;
    struct error err = ERROR_INIT;
    struct vulndb_builder *builder;
    struct stat about;

    (void)state;
    sample_init(&sample);
    assert_int_equal(vulndb_builder_new(&builder, NULL), 0);
    assert_int_equal(vulndb_builder_write(builder, "/nonexistent/directory/db", 1, NULL, &err),
                     ERROR_NOT_FOUND);
    assert_non_null(strstr(err.message, "/nonexistent/directory/db"));
    vulndb_builder_free(builder);
    assert_int_equal(stat(sample.path, &about), -1);
    sample_done(&sample);
}

static void *read_in_thread(void *argument)
{
    struct vulndb_reader *reader;
    struct vulndb_statements statements;
    bool good = vulndb_reader_new(argument, &reader, NULL) == 0;

    for (int i = 0; good && i < 1000; i++)
        good = vulndb_lookup(reader, VIEW("npm"), VIEW("a"), &statements, NULL) == 1;
    vulndb_reader_free(reader);
    return good ? argument : NULL;
}

static void threads(void **state)
{
    pthread_t ids[4];
    struct sample sample;
    void *good;

    (void)state;
    sample_init(&sample);
    sample_add(&sample, advisories);
    sample_build(&sample);
    for (size_t i = 0; i < COUNT(ids); i++)
        assert_int_equal(pthread_create(&ids[i], NULL, read_in_thread, sample.db), 0);
    for (size_t i = 0; i < COUNT(ids); i++) {
        pthread_join(ids[i], &good);
        assert_non_null(good);
    }
    sample_done(&sample);
}

RUN_TESTS(cmocka_unit_test(about_itself), cmocka_unit_test(exploits), cmocka_unit_test(lookups),
          cmocka_unit_test(reproducible), cmocka_unit_test(cut_short), cmocka_unit_test(flipped),
          cmocka_unit_test(not_ours), cmocka_unit_test(other_schema), cmocka_unit_test(replaced),
          cmocka_unit_test(failed_build), cmocka_unit_test(threads))
