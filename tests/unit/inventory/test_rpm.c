#include "parse.h"

#include <sqlite3.h>

#include "base/fd.h"
#include "inventory/file-list.h"
#include "inventory/rpm-bdb.h"
#include "inventory/rpm-header.h"
#include "inventory/rpm-manifest.h"
#include "inventory/rpm-ndb.h"
#include "inventory/rpm-sqlite.h"

/* What rpm itself wrote, of the packages that tests/e2e/test_rpmdb.py builds. */
static const char all_packages[] = "modular|18.14-2.module_el8|x86_64|modular|18.14-2.module_el8\n"
                                   "plain|1.0-1|noarch|plain|1.0-1\n"
                                   "kernel|5.14.0-2.el9|noarch|kernel|5.14.0-2.el9\n"
                                   "kernel|5.14.0-1.el9|noarch|kernel|5.14.0-1.el9\n";

static struct buf corpus_file(const char *name)
{
    struct buf bytes = BUF_INIT(1 << 20);
    char path[4096];

    snprintf(path, sizeof(path), "%s/tests/corpus/inventory_%s", getenv("PLIMSOLL_SOURCE_ROOT"),
             name);
    assert_int_equal(fd_read_file(path, &bytes, NULL), 0);
    return bytes;
}

static void databases(void **state)
{
    static const struct {
        const struct analyser *analyser;
        const char *file;
        const char *want, *message;
    } cases[] = {
        {&analyser_rpm_sqlite, "rpm_sqlite/small", all_packages, ""},
        {&analyser_rpm_sqlite, "rpm_sqlite/cut",
         "modular|18.14-2.module_el8|x86_64|modular|18.14-2.module_el8\n"
         "plain|1.0-1|noarch|plain|1.0-1\n",
         "it ends or is damaged behind package 2: "},
        {&analyser_rpm_ndb, "rpm_ndb/rpm-4.18", all_packages, ""},
        {&analyser_rpm_ndb, "rpm_ndb/rpm-4.18-deleted",
         "modular|18.14-2.module_el8|x86_64|modular|18.14-2.module_el8\n"
         "kernel|5.14.0-2.el9|noarch|kernel|5.14.0-2.el9\n"
         "kernel|5.14.0-1.el9|noarch|kernel|5.14.0-1.el9\n",
         ""},
        {&analyser_rpm_ndb, "rpm_ndb/cut",
         "modular|18.14-2.module_el8|x86_64|modular|18.14-2.module_el8\n"
         "plain|1.0-1|noarch|plain|1.0-1\n"
         "!package 3: its place at byte 7968 is behind the end of the file\n"
         "!package 4: its place at byte 9728 is behind the end of the file\n"
         "!package 5: its place at byte 11536 is behind the end of the file\n",
         "it is cut or damaged: 3 packages can't be read"},
        {&analyser_rpm_bdb, "rpm_bdb/little", NULL, ""},
        {&analyser_rpm_bdb, "rpm_bdb/big", NULL, ""},
        {&analyser_rpm_bdb, "rpm_bdb/checksums", NULL, ""},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct buf bytes = corpus_file(cases[i].file);
        struct error err = ERROR_INIT;
        struct view payload = parse(cases[i].analyser, "", buf_view(&bytes), &(int){0}, &err);
        const char *text = packages_text(payload);

        if (cases[i].want)
            assert_string_equal(text, cases[i].want);
        else /* a hash has an order of its own */
            assert_int_equal(strlen(text), strlen(all_packages));
        assert_memory_equal(err.message, cases[i].message, strlen(cases[i].message));
        if (cases[i].message[0] == '\0')
            assert_string_equal(err.message, "");
        buf_done(&bytes);
    }
}

static void other_files(void **state)
{
    static const struct {
        const struct analyser *analyser;
        const char *content, *message;
    } cases[] = {
        {&analyser_rpm_sqlite, "not a database", "it is no SQLite database"},
        {&analyser_rpm_sqlite, "", "it is no SQLite database"},
        {&analyser_rpm_ndb, "RpmX", "it is no ndb database of rpm"},
        {&analyser_rpm_ndb, "RpmP\1\0\0\0", "it ends within its header"},
        {&analyser_rpm_bdb, "", "it is no Berkeley DB hash"},
        {&analyser_rpm_bdb, "0123456789ab\x62\x31\x05\x00", "it is no Berkeley DB hash"},
        {&analyser_rpm_manifest_2, "one column\n", "1 lines are no packages"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct error err = ERROR_INIT;
        int r;

        parse(cases[i].analyser, "", view_of(cases[i].content), &r, &err);
        assert_true(r < 0);
        assert_string_equal(err.message, cases[i].message);
    }
}

/* A database whose Packages is a query that never ends. */
static void hostile_schema(void **state)
{
    static const char endless[] =
        "CREATE VIEW Packages AS WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) "
        "SELECT n AS hnum, zeroblob(9) AS blob FROM r";
    static const char *const schemas[] = {
        endless,
        "CREATE TABLE Packages(hnum, blob AS (zeroblob(9)))",
        "CREATE TABLE Other(x)",
    };

    (void)state;
    for (size_t i = 0; i < COUNT(schemas); i++) {
        struct error err = ERROR_INIT;
        unsigned char *image;
        sqlite3_int64 size;
        sqlite3 *db;
        int r = 0;

        assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
        assert_int_equal(sqlite3_exec(db, schemas[i], NULL, NULL, NULL), SQLITE_OK);
        image = sqlite3_serialize(db, "main", &size, 0);
        assert_non_null(image);
        parse(&analyser_rpm_sqlite, "", view_from(image, (size_t)size), &r, &err);
        if (i != 1) /* an empty table of that name is one */
            assert_true(r < 0);
        sqlite3_free(image);
        sqlite3_close(db);
    }
}

static void journals(void **state)
{
    struct buf journal = corpus_file("rpm_sqlite/journal");

    (void)state;
    assert_view(parse(&analyser_rpm_sqlite_journal, "", buf_view(&journal), NULL, NULL), "\1");
    journal.len = 32; /* a header, and no frames */
    assert_int_equal(parse(&analyser_rpm_sqlite_journal, "", buf_view(&journal), NULL, NULL).ptr[0],
                     0);
    assert_int_equal(parse(&analyser_rpm_sqlite_journal, "", VIEW(""), NULL, NULL).ptr[0], 0);
    buf_done(&journal);
}

/* ---- Headers made by hand ---- */

struct tag {
    uint32_t tag, type, count;
    const char *data;
    size_t len;
};

static void add_u32be(struct buf *to, uint32_t value)
{
    buf_add_u32(to, __builtin_bswap32(value));
}

static struct buf make_header(const struct tag *tags, size_t count)
{
    struct buf header = BUF_INIT(1 << 16), data = BUF_INIT(1 << 16);

    for (size_t i = 0; i < count; i++)
        buf_add(&data, view_from(tags[i].data, tags[i].len));
    add_u32be(&header, (uint32_t)count);
    add_u32be(&header, (uint32_t)data.len);
    for (size_t i = 0, offset = 0; i < count; offset += tags[i++].len) {
        add_u32be(&header, tags[i].tag);
        add_u32be(&header, tags[i].type);
        add_u32be(&header, (uint32_t)offset);
        add_u32be(&header, tags[i].count);
    }
    buf_add(&header, buf_view(&data));
    buf_done(&data);
    return header;
}

#define STRING(tag, text)                                                                          \
    {                                                                                              \
        tag, 6, 1, text, sizeof(text)                                                              \
    }
#define STRINGS(tag, count, text)                                                                  \
    {                                                                                              \
        tag, 8, count, text, sizeof(text)                                                          \
    }
#define NUMBERS(tag, count, bytes)                                                                 \
    {                                                                                              \
        tag, 4, count, bytes, sizeof(bytes) - 1                                                    \
    }

static void headers(void **state)
{
    static const struct tag good[] = {
        NUMBERS(1116, 3, "\0\0\0\1\0\0\0\0\0\0\0\x9"),
        STRING(1000, "bash"),
        STRING(1001, "5.2"),
        STRING(1002, "1.el9"),
        NUMBERS(1003, 1, "\0\0\0\2"),
        {1014, 9, 2, "GPLv3\0andere", 13},
        STRING(1011, "Rocky"),
        STRING(1022, "x86_64"),
        STRING(1044, "bash-src-5.2-1.el9.src.rpm"),
        STRINGS(1117, 3, "sh\0rc\0lost"),
        STRINGS(1118, 2, "/etc/\0/bin/"),
        STRING(1000, "second"),
    };
    struct buf header = make_header(good, COUNT(good)), payload = BUF_INIT(1 << 16);
    struct arena *arena = arena_new(1 << 20);
    struct package_list_reader reader;
    struct package_entry entry;
    struct rpm_reader rpm;
    const struct view *files;
    size_t count;

    (void)state;
    rpm_reader_init(&rpm, &payload);
    assert_int_equal(rpm_reader_add(&rpm, buf_view(&header), NULL), 0);
    reader = package_list_read(buf_view(&payload));
    assert_int_equal(package_list_next(&reader), PACKAGE_LIST_PACKAGE);
    assert_true(package_list_fields(reader.text, &entry));
    assert_view(entry.name, "bash");
    assert_view(entry.version, "2:5.2-1.el9");
    assert_view(entry.source_name, "bash-src");
    assert_view(entry.source_version, "2:5.2-1.el9");
    assert_view(entry.license, "GPLv3");
    assert_view(entry.maintainer, "Rocky");
    assert_int_equal(file_list_decode(reader.files, arena, &files, &count, NULL), 0);
    assert_int_equal(count, 2); /* the third names a directory that is not there */
    assert_view(files[0], "/bin/sh");
    assert_view(files[1], "/etc/rc");
    rpm_reader_done(&rpm);
    buf_done(&header);
    buf_done(&payload);
    arena_free(arena);
}

static void bad_headers(void **state)
{
    static const struct tag nameless[] = {STRING(1001, "1")};
    static const struct tag unended[] = {{1000, 6, 1, "bash", 4}, STRING(1001, "1")};
    static const struct tag beyond[] = {{1000, 6, 1, "", 0}, {1001, 6, 1, "", 0}};
    static const struct tag typed[] = {NUMBERS(1000, 1, "\0\0\0\1"), STRING(1001, "1")};
    static const struct tag key[] = {STRING(1000, "gpg-pubkey"), STRING(1001, "1")};
    static const struct {
        const struct tag *tags;
        size_t count;
        int want;
    } cases[] = {
        {nameless, COUNT(nameless), ERROR_INPUT},
        {beyond, COUNT(beyond), ERROR_INPUT},
        {typed, COUNT(typed), ERROR_INPUT},
        {unended, COUNT(unended), 0},
        {key, COUNT(key), 0},
    };
    struct buf payload = BUF_INIT(1 << 16);
    struct rpm_reader rpm;

    (void)state;
    rpm_reader_init(&rpm, &payload);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct buf header = make_header(cases[i].tags, cases[i].count);

        assert_int_equal(rpm_reader_add(&rpm, buf_view(&header), NULL), cases[i].want);
        header.len -= header.len > 1;
        assert_int_equal(rpm_reader_add(&rpm, buf_view(&header), NULL), ERROR_INPUT);
        buf_done(&header);
    }
    /* "bash" without an end runs into the next string; the key is none. */
    assert_string_equal(packages_text(buf_view(&payload)), "bash1|1-|||\n");
    assert_int_equal(rpm_reader_add(&rpm, VIEW("\xff\xff\xff\xff\xff\xff\xff\xff"), NULL),
                     ERROR_INPUT);
    assert_int_equal(rpm_reader_add(&rpm, VIEW(""), NULL), ERROR_INPUT);
    rpm_reader_done(&rpm);
    buf_done(&payload);
}

static void source_names(void **state)
{
    static const struct {
        const char *text, *name, *version; /* no name: none */
    } cases[] = {
        {"openssl-3.0.7-16.el9.src.rpm", "openssl", "3.0.7-16.el9"},
        {"gcc-toolset-12-gcc-12.1.1-3.el9.nosrc.rpm", "gcc-toolset-12-gcc", "12.1.1-3.el9"},
        {"a-1-2.src.rpm", "a", "1-2"},
        {"(none)", NULL, NULL},
        {"a-1.src.rpm", NULL, NULL},
        {"-1-2.src.rpm", NULL, NULL},
        {".rpm", NULL, NULL},
        {"", NULL, NULL},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct view name, version;

        assert_int_equal(rpm_split_source(view_of(cases[i].text), &name, &version),
                         cases[i].name != NULL);
        if (!cases[i].name)
            continue;
        assert_view(name, cases[i].name);
        assert_view(version, cases[i].version);
    }
}

static void manifests(void **state)
{
    (void)state;
    assert_string_equal(
        packages_text(parse(&analyser_rpm_manifest_2, "",
                            VIEW("a\t1-2\t0\t0\tMicrosoft\t(none)\t1\tx86_64\t0\ta-1-2.src.rpm\n"
                                 "b\t1-2\t0\t0\tMicrosoft\t3\t1\tnoarch\t3\t(none)\n"),
                            NULL, NULL)),
        "a|1-2|x86_64|a|1-2\nb|3:1-2|noarch||\n");
    assert_string_equal(packages_text(parse(&analyser_rpm_manifest_1, "",
                                            VIEW("python3.3.12.3-1.azl3.x86_64\n"
                                                 "openssl-libs.3.3.0-2.azl3.x86_64\n"),
                                            NULL, NULL)),
                        "python3|3.12.3-1.azl3|x86_64||\nopenssl-libs|3.3.0-2.azl3|x86_64||\n");
}

RUN_TESTS(cmocka_unit_test(databases), cmocka_unit_test(other_files),
          cmocka_unit_test(hostile_schema), cmocka_unit_test(journals), cmocka_unit_test(headers),
          cmocka_unit_test(bad_headers), cmocka_unit_test(source_names),
          cmocka_unit_test(manifests))
