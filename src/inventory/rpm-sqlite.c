#include "inventory/rpm-sqlite.h"

#include <sqlite3.h>

#include "base/cleanup.h"
#include "base/cursor.h"
#include "inventory/rpm-header.h"

/* Fields of the header, "Database File Format" 1.3. All are big-endian. */
enum {
    HEADER_SIZE = 100,
    PAGE_SIZE_AT = 16,
    WRITE_VERSION_AT = 18,
    READ_VERSION_AT = 19,
    PAGE_COUNT_AT = 28,
    WAL_HEADER_SIZE = 32,
};

enum {
    PROGRESS_STEPS = 1 << 20,
    PROGRESS_CALLS_LIMIT = RPM_SQLITE_STEPS_LIMIT / PROGRESS_STEPS,
};

static void close_database(sqlite3 **db)
{
    sqlite3_close(*db);
}

static void finalize_statement(sqlite3_stmt **statement)
{
    sqlite3_finalize(*statement);
}

/* Stops a query that does not end. */
static int on_progress(void *calls)
{
    return ++*(unsigned *)calls > PROGRESS_CALLS_LIMIT;
}

static int check_header(struct view content, size_t *ret_page_size, struct error *err)
{
    struct cursor c = cursor_of(content);
    size_t page_size;

    if (!view_starts(content, view_from("SQLite format 3", 16)) || content.len < HEADER_SIZE)
        return error_set(err, ERROR_INPUT, "it is no SQLite database");
    cursor_seek(&c, PAGE_SIZE_AT);
    page_size = cursor_u16be(&c);
    if (page_size == 1)
        page_size = 65536;
    if (page_size < 512 || (page_size & (page_size - 1)))
        return error_set(err, ERROR_INPUT, "its page size of %zu bytes is not valid", page_size);
    *ret_page_size = page_size;
    return 0;
}

/* A copy that says of itself that it is not written through a journal (which
 * a database in memory can't have) and has as many pages as are there. */
static int copy_database(struct view content, size_t page_size, unsigned char **ret,
                         size_t *ret_len, struct error *err)
{
    uint32_t pages = (uint32_t)(content.len / page_size);
    unsigned char *copy;

    if (pages == 0)
        return error_set(err, ERROR_INPUT, "it is cut before the end of its first page");
    copy = sqlite3_malloc64((uint64_t)pages * page_size);
    if (!copy)
        return error_memory(err);
    memcpy(copy, content.ptr, (size_t)pages * page_size);
    copy[WRITE_VERSION_AT] = copy[READ_VERSION_AT] = 1;
    for (size_t i = 0; i < 4; i++)
        copy[PAGE_COUNT_AT + i] = (unsigned char)(pages >> (24 - 8 * i));
    *ret = copy;
    *ret_len = (size_t)pages * page_size;
    return 0;
}

static int open_database(struct view content, size_t page_size, sqlite3 **ret, struct error *err)
{
    unsigned char *copy = NULL;
    size_t len = 0;
    int r = copy_database(content, page_size, &copy, &len, err);

    if (r < 0)
        return r;
    if (sqlite3_open_v2(":memory:", ret, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) !=
        SQLITE_OK) {
        sqlite3_free(copy);
        return error_set(err, ERROR_MEMORY, "the SQLite library can't be opened");
    }
    sqlite3_db_config(*ret, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(*ret, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_db_config(*ret, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
    sqlite3_db_config(*ret, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
    /* The library owns the copy from here, on failure too. */
    if (sqlite3_deserialize(*ret, "main", copy, (sqlite3_int64)len, (sqlite3_int64)len,
                            SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_READONLY) !=
        SQLITE_OK)
        return error_set(err, ERROR_INPUT, "the database can't be opened: %s",
                         sqlite3_errmsg(*ret));
    return 0;
}

static int read_rows(sqlite3 *db, struct rpm_reader *reader, struct error *err)
{
    _cleanup_(finalize_statement) sqlite3_stmt *statement = NULL;
    int64_t last = 0;
    int r;

    if (sqlite3_prepare_v2(db, "SELECT hnum, blob FROM Packages ORDER BY hnum", -1, &statement,
                           NULL) != SQLITE_OK)
        return error_set(err, ERROR_INPUT, "the table of packages can't be read: %s",
                         sqlite3_errmsg(db));
    while ((r = sqlite3_step(statement)) == SQLITE_ROW) {
        const void *blob = sqlite3_column_blob(statement, 1);
        int len = sqlite3_column_bytes(statement, 1);

        last = sqlite3_column_int64(statement, 0);
        rpm_reader_add_or_note(reader, view_from(blob, len > 0 ? (size_t)len : 0), (uint32_t)last);
    }
    if (r == SQLITE_DONE)
        return 0;
    error_set(err, ERROR_INPUT, "it ends or is damaged behind package %lld: %s", (long long)last,
              sqlite3_errmsg(db));
    error_hint(err, "packages behind that place are missing from the result");
    return ERROR_INPUT;
}

static int parse_sqlite(struct view path, struct view content, struct buf *payload,
                        struct error *err)
{
    _cleanup_(rpm_reader_done) struct rpm_reader reader;
    _cleanup_(close_database) sqlite3 *db = NULL;
    unsigned progress = 0;
    size_t page_size = 0;
    int r = check_header(content, &page_size, err);

    (void)path;
    rpm_reader_init(&reader, payload);
    if (r >= 0)
        r = open_database(content, page_size, &db, err);
    if (r < 0)
        return r;
    sqlite3_progress_handler(db, PROGRESS_STEPS, on_progress, &progress);
    r = read_rows(db, &reader, err);
    package_list_end(&reader.list);
    return r;
}

/* "The WAL file format": a header, then frames. */
static int parse_journal(struct view path, struct view content, struct buf *payload,
                         struct error *err)
{
    struct cursor c = cursor_of(content);
    uint32_t number = cursor_u32be(&c);

    (void)path;
    (void)err;
    buf_add_u8(payload, (number & ~1U) == 0x377f0682 && content.len > WAL_HEADER_SIZE);
    return 0;
}

static const char *const sqlite_patterns[] = {"usr/lib/sysimage/rpm/rpmdb.sqlite",
                                              "var/lib/rpm/rpmdb.sqlite",
                                              "usr/share/rpm/rpmdb.sqlite", NULL};
static const char *const journal_patterns[] = {"usr/lib/sysimage/rpm/rpmdb.sqlite-wal",
                                               "var/lib/rpm/rpmdb.sqlite-wal",
                                               "usr/share/rpm/rpmdb.sqlite-wal", NULL};

const struct analyser analyser_rpm_sqlite = {
    .name = "rpm-sqlite",
    .version = 1,
    .kind = FACT_PACKAGES,
    .patterns = sqlite_patterns,
    .size_limit = RPM_SQLITE_LIMIT,
    .parse = parse_sqlite,
};

const struct analyser analyser_rpm_sqlite_journal = {
    .name = "rpm-sqlite-journal",
    .version = 1,
    .kind = FACT_JOURNAL,
    .patterns = journal_patterns,
    .size_limit = RPM_SQLITE_LIMIT,
    .parse = parse_journal,
};
