#include "vulndb/vulndb.h"

#include "vulndb/cve.h"
#include "vulndb/details.h"
#include "vulndb/ecosystem.h"
#include "vulndb/enrich.h"
#include "vulndb/merge.h"
#include "vulndb/meta.h"
#include "vulndb/statement.h"
#include "vulndb/store.h"

enum {
    OPEN_ARENA_LIMIT = 64 << 20,
    KEY_LIMIT = ECOSYSTEM_NAME_LIMIT + 1 + ECOSYSTEM_PACKAGE_LIMIT,
};

struct vulndb {
    struct store *store;
    struct arena *arena; /* what is unpacked when the database is opened */
    struct vulndb_info info;
    struct view epss, kev; /* tables of enrich.h */
    struct statement_strings strings;
    const struct view *ecosystems;
    size_t ecosystem_count;
};

struct vulndb_reader {
    struct vulndb *db;
    struct store_reader *store;
};

static int broken(struct error *err, const char *what)
{
    error_set(err, ERROR_INPUT, "the advisory database is damaged: %s", what);
    error_hint(err, "run 'plimsoll db update'");
    return ERROR_INPUT;
}

/* ---- Opening ---- */

static int get_meta(struct store_reader *store, const char *key, struct view *ret,
                    struct error *err)
{
    int r = store_get(store, STORE_META, view_of(key), ret, err);

    return r == 0 ? broken(err, key) : r;
}

static int read_meta(struct vulndb *db, struct store_reader *store, struct error *err)
{
    struct view info, strings, ecosystems;
    int r = get_meta(store, META_INFO, &info, err);

    if (r > 0)
        r = get_meta(store, META_STRINGS, &strings, err);
    if (r > 0)
        r = get_meta(store, META_ECOSYSTEMS, &ecosystems, err);
    if (r > 0)
        r = get_meta(store, META_EPSS, &db->epss, err);
    if (r > 0)
        r = get_meta(store, META_KEV, &db->kev, err);
    if (r < 0)
        return r;
    if (!meta_unpack_info(info, db->arena, &db->info))
        return broken(err, META_INFO);
    if (!meta_unpack_texts(strings, META_STRINGS_LIMIT, db->arena, &db->strings.strings,
                           &db->strings.count))
        return broken(err, META_STRINGS);
    if (!meta_unpack_texts(ecosystems, META_ECOSYSTEMS_LIMIT, db->arena, &db->ecosystems,
                           &db->ecosystem_count))
        return broken(err, META_ECOSYSTEMS);
    db->info.schema = VULNDB_SCHEMA;
    db->info.file_bytes = store_bytes(db->store);
    db->info.epss = enrich_score_count(db->epss);
    db->info.kev = enrich_exploit_count(db->kev);
    return 0;
}

int vulndb_open(const char *path, struct vulndb **ret, struct error *err)
{
    _cleanup_vulndb_ struct vulndb *db = calloc(1, sizeof(*db));
    _cleanup_(store_reader_free_p) struct store_reader *store = NULL;
    int r;

    if (!db)
        return error_memory(err);
    db->arena = arena_new(OPEN_ARENA_LIMIT);
    if (!db->arena)
        return error_memory(err);
    r = store_open(path, VULNDB_SCHEMA, &db->store, err);
    if (r == 0)
        r = store_reader_new(db->store, &store, err);
    if (r == 0)
        r = read_meta(db, store, err);
    if (r < 0)
        return r;
    *ret = take_ptr(&db);
    return 0;
}

void vulndb_close(struct vulndb *db)
{
    if (!db)
        return;
    store_close(db->store);
    arena_free(db->arena);
    free(db);
}

int vulndb_reader_new(struct vulndb *db, struct vulndb_reader **ret, struct error *err)
{
    _cleanup_vulndb_reader_ struct vulndb_reader *reader = calloc(1, sizeof(*reader));
    int r;

    if (!reader)
        return error_memory(err);
    reader->db = db;
    r = store_reader_new(db->store, &reader->store, err);
    if (r < 0)
        return r;
    *ret = take_ptr(&reader);
    return 0;
}

void vulndb_reader_free(struct vulndb_reader *reader)
{
    if (!reader)
        return;
    store_reader_free(reader->store);
    free(reader);
}

const struct vulndb *vulndb_reader_database(const struct vulndb_reader *reader)
{
    return reader->db;
}

const struct vulndb_info *vulndb_info(const struct vulndb *db)
{
    return &db->info;
}

bool vulndb_has_ecosystem(const struct vulndb *db, struct view ecosystem)
{
    for (size_t i = 0; i < db->ecosystem_count; i++)
        if (ecosystem.len && view_eq(db->ecosystems[i], ecosystem))
            return true;
    return false;
}

/* ---- Packages ---- */

int vulndb_lookup(struct vulndb_reader *reader, struct view ecosystem, struct view package,
                  struct vulndb_statements *ret, struct error *err)
{
    char key[KEY_LIMIT];
    struct view value;
    struct vulndb_statements found = {.db = reader->db};
    int r;

    if (ecosystem.len > ECOSYSTEM_NAME_LIMIT || package.len > ECOSYSTEM_PACKAGE_LIMIT ||
        !package.len || !ecosystem.len)
        return 0;
    memcpy(key, ecosystem.ptr, ecosystem.len);
    key[ecosystem.len] = '\0';
    memcpy(key + ecosystem.len + 1, package.ptr, package.len);
    r = store_get(reader->store, STORE_PACKAGES, view_from(key, ecosystem.len + 1 + package.len),
                  &value, err);
    if (r <= 0)
        return r;
    found.at = cursor_of(value);
    found.left = (size_t)cursor_count(&found.at, STATEMENTS_LIMIT);
    if (found.at.failed)
        return broken(err, "a package");
    *ret = found;
    return 1;
}

int vulndb_next_statement(struct vulndb_statements *statements, struct vulndb_statement *ret,
                          struct error *err)
{
    struct view bytes;

    if (statements->left == 0)
        return 0;
    bytes = cursor_bytes(&statements->at);
    if (statements->at.failed || !statement_unpack(bytes, &statements->db->strings, ret)) {
        statements->left = 0;
        return broken(err, "a statement");
    }
    statements->left--;
    return 1;
}

/* ---- Vulnerabilities ---- */

int vulndb_vulnerability(struct vulndb_reader *reader, uint32_t index, struct arena *arena,
                         struct vulndb_vulnerability *ret, struct error *err)
{
    struct view value;
    int r = store_get_number(reader->store, STORE_VULNERABILITIES, index, &value, err);

    if (r < 0)
        return r;
    if (r > 0 && details_unpack(value, &reader->db->strings, arena, ret))
        return 0;
    r = arena_failed(arena, "the vulnerabilities", err);
    return r < 0 ? r : broken(err, "a vulnerability");
}

int vulndb_find_id(struct vulndb_reader *reader, struct view id, uint32_t *ret, size_t limit,
                   struct error *err)
{
    char store[MERGE_NAME_LIMIT];
    struct view key = merge_key_of(id, store), value;
    struct cursor at;
    int r, count = 0;

    if (!key.len)
        return 0;
    r = store_get(reader->store, STORE_IDS, key, &value, err);
    if (r <= 0)
        return r;
    for (at = cursor_of(value); cursor_left(&at) && count < INT32_MAX; count++) {
        uint32_t index = cursor_u32(&at);

        if ((size_t)count < limit)
            ret[count] = index;
    }
    return at.failed ? broken(err, "an id") : count;
}

/* ---- Exploits ---- */

struct finding_epss vulndb_epss(const struct vulndb_reader *reader, struct view cve)
{
    return enrich_find_score(reader->db->epss, cve);
}

struct finding_kev vulndb_kev(const struct vulndb_reader *reader, struct view cve)
{
    return enrich_find_exploit(reader->db->kev, cve);
}
