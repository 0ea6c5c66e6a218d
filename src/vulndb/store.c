#include "vulndb/store.h"

#include <errno.h>
#include <fcntl.h>
#include <lmdb.h>

#include "base/fd.h"
#include "vulndb/store-file.h"

static const struct {
    const char *name;
    unsigned flags;
} tables[STORE_TABLE_COUNT] = {
    [STORE_META] = {"meta", 0},
    [STORE_PACKAGES] = {"packages", 0},
    [STORE_VULNERABILITIES] = {"vulnerabilities", MDB_INTEGERKEY},
    [STORE_IDS] = {"ids", 0},
};

enum {
    FILE_MODE = 0644,
    REPLACED_TRIES = 8, /* openings of a file that is being replaced each time */
};

/* LMDB's codes are errno values, and negative ones of its own. A write that
 * falls short, as on a full disk, it calls EIO. */
static int fail_write(int code, struct error *err)
{
    if (code == EIO)
        code = ENOSPC;
    if (code < 0)
        return error_set(err, ERROR_INTERNAL, "cannot write the advisory database: %s",
                         mdb_strerror(code));
    errno = code;
    return error_errno(err, "cannot write the advisory database");
}

static int fail_read(int code, struct error *err)
{
    if (code < 0)
        return error_set(err, ERROR_INTERNAL, "cannot read the advisory database: %s",
                         mdb_strerror(code));
    errno = code;
    return error_errno(err, "cannot read the advisory database");
}

static MDB_val val_of(struct view v)
{
    return (MDB_val){v.len, (void *)(v.ptr ? v.ptr : "")};
}

/* ---- Writing ---- */

struct store_writer {
    struct atomic_file file;
    MDB_env *env; /* in a file that has no name any more */
    MDB_txn *txn;
    MDB_dbi dbis[STORE_TABLE_COUNT];
};

/* Opens LMDB on a nameless file in the directory of `path`. */
static int open_scratch(struct store_writer *writer, const char *path, struct error *err)
{
    _cleanup_free_ char *name = NULL;
    int fd, code;

    if (asprintf(&name, "%s.XXXXXX", path) < 0) {
        name = NULL;
        return error_memory(err);
    }
    fd = mkostemp(name, O_CLOEXEC);
    if (fd < 0)
        return error_errno(err, "cannot create %s", path);
    close(fd);
    code = mdb_env_open(writer->env, name, MDB_NOSUBDIR | MDB_NOLOCK | MDB_NOSYNC, 0600);
    unlink(name);
    return code ? fail_write(code, err) : 0;
}

static int begin(struct store_writer *writer, const char *path, struct error *err)
{
    int r, code = mdb_env_create(&writer->env);

    if (code == 0)
        code = mdb_env_set_maxdbs(writer->env, STORE_TABLE_COUNT);
    if (code == 0)
        code = mdb_env_set_mapsize(writer->env, (size_t)STORE_GIB_LIMIT << 30);
    if (code)
        return fail_write(code, err);
    r = open_scratch(writer, path, err);
    if (r < 0)
        return r;
    code = mdb_txn_begin(writer->env, NULL, 0, &writer->txn);
    for (size_t i = 0; i < STORE_TABLE_COUNT && code == 0; i++)
        code = mdb_dbi_open(writer->txn, tables[i].name, MDB_CREATE | tables[i].flags,
                            &writer->dbis[i]);
    return code ? fail_write(code, err) : 0;
}

int store_writer_new(const char *path, struct store_writer **ret, struct error *err)
{
    _cleanup_(store_writer_free_p) struct store_writer *writer = calloc(1, sizeof(*writer));
    int r;

    if (!writer)
        return error_memory(err);
    writer->file = ATOMIC_FILE_INIT;
    r = atomic_file_open(&writer->file, path, FILE_MODE, err);
    if (r == 0)
        r = begin(writer, path, err);
    if (r < 0)
        return r;
    *ret = take_ptr(&writer);
    return 0;
}

void store_writer_free(struct store_writer *writer)
{
    if (!writer)
        return;
    if (writer->txn)
        mdb_txn_abort(writer->txn);
    if (writer->env)
        mdb_env_close(writer->env);
    atomic_file_done(&writer->file);
    free(writer);
}

static int put(struct store_writer *writer, enum store_table table, MDB_val key, struct view value,
               struct error *err)
{
    MDB_val data = val_of(value);
    int code = mdb_put(writer->txn, writer->dbis[table], &key, &data, MDB_APPEND);

    return code ? fail_write(code, err) : 0;
}

int store_put(struct store_writer *writer, enum store_table table, struct view key,
              struct view value, struct error *err)
{
    return put(writer, table, val_of(key), value, err);
}

int store_put_number(struct store_writer *writer, enum store_table table, uint32_t key,
                     struct view value, struct error *err)
{
    return put(writer, table, (MDB_val){sizeof(key), &key}, value, err);
}

int store_writer_commit(struct store_writer *writer, uint32_t schema, uint64_t *ret_bytes,
                        struct error *err)
{
    int r, code = mdb_txn_commit(take_ptr(&writer->txn));

    if (code == 0)
        code = mdb_env_copyfd2(writer->env, writer->file.fd, MDB_CP_COMPACT);
    if (code)
        return fail_write(code, err);
    r = store_trailer_append(writer->file.fd, schema, ret_bytes, err);
    return r < 0 ? r : atomic_file_commit(&writer->file, err);
}

/* ---- Reading ---- */

struct store {
    MDB_env *env;
    MDB_dbi dbis[STORE_TABLE_COUNT];
    uint64_t bytes;
};

struct store_reader {
    MDB_txn *txn;
    const MDB_dbi *dbis;
};

static int open_checked(const char *path, uint32_t schema, struct store_trailer *ret_trailer,
                        int *ret_fd, struct error *err)
{
    _cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    int r;

    if (fd < 0 && errno == ENOENT) {
        error_set(err, ERROR_NOT_FOUND, "there is no advisory database at %s", path);
        error_hint(err, "run 'plimsoll db update', or 'plimsoll db import DIR' without a network");
        return ERROR_NOT_FOUND;
    }
    if (fd < 0)
        return error_errno(err, "cannot open the advisory database %s", path);
    r = store_trailer_check(fd, path, schema, ret_trailer, err);
    if (r == 0)
        *ret_fd = take_fd(&fd);
    return r;
}

static int map(struct store *store, const char *path, const struct store_trailer *trailer)
{
    int code = mdb_env_create(&store->env);

    if (code == 0)
        code = mdb_env_set_maxdbs(store->env, STORE_TABLE_COUNT);
    if (code == 0)
        code = mdb_env_set_mapsize(store->env, trailer->body_bytes);
    if (code == 0)
        code = mdb_env_open(store->env, path, MDB_NOSUBDIR | MDB_RDONLY | MDB_NOLOCK, 0);
    return code;
}

static int open_tables(struct store *store)
{
    MDB_txn *txn;
    int code = mdb_txn_begin(store->env, NULL, MDB_RDONLY, &txn);

    if (code)
        return code;
    for (size_t i = 0; i < STORE_TABLE_COUNT && code == 0; i++)
        code = mdb_dbi_open(txn, tables[i].name, tables[i].flags, &store->dbis[i]);
    if (code == 0)
        return mdb_txn_commit(txn); /* keeps the handles */
    mdb_txn_abort(txn);
    return code;
}

/* Maps the file that was checked. 1: another one has taken its place. */
static int try_open(struct store *store, const char *path, uint32_t schema, struct error *err)
{
    _cleanup_close_ int fd = -1;
    struct store_trailer trailer;
    mdb_filehandle_t mapped;
    int code, r = open_checked(path, schema, &trailer, &fd, err);

    if (r < 0)
        return r;
    code = map(store, path, &trailer);
    if (code == 0)
        code = mdb_env_get_fd(store->env, &mapped);
    if (code == 0 && !store_same_file(fd, mapped))
        return 1;
    if (code == 0)
        code = open_tables(store);
    store->bytes = trailer.body_bytes;
    return code ? fail_read(code, err) : 0;
}

int store_open(const char *path, uint32_t schema, struct store **ret, struct error *err)
{
    for (int i = 0; i < REPLACED_TRIES; i++) {
        _cleanup_(store_close_p) struct store *store = calloc(1, sizeof(*store));
        int r = store ? try_open(store, path, schema, err) : error_memory(err);

        if (r < 0)
            return r;
        if (r == 0) {
            *ret = take_ptr(&store);
            return 0;
        }
    }
    return error_set(err, ERROR_IO, "the advisory database %s is replaced again and again", path);
}

void store_close(struct store *store)
{
    if (!store)
        return;
    if (store->env)
        mdb_env_close(store->env);
    free(store);
}

uint64_t store_bytes(const struct store *store)
{
    return store->bytes;
}

int store_reader_new(struct store *store, struct store_reader **ret, struct error *err)
{
    _cleanup_free_ struct store_reader *reader = calloc(1, sizeof(*reader));
    int code;

    if (!reader)
        return error_memory(err);
    code = mdb_txn_begin(store->env, NULL, MDB_RDONLY, &reader->txn);
    if (code)
        return fail_read(code, err);
    reader->dbis = store->dbis;
    *ret = take_ptr(&reader);
    return 0;
}

void store_reader_free(struct store_reader *reader)
{
    if (!reader)
        return;
    mdb_txn_abort(reader->txn);
    free(reader);
}

static int get(struct store_reader *reader, enum store_table table, MDB_val key, struct view *ret,
               struct error *err)
{
    MDB_val value;
    int code = mdb_get(reader->txn, reader->dbis[table], &key, &value);

    if (code == MDB_NOTFOUND)
        return 0;
    if (code)
        return fail_read(code, err);
    *ret = view_from(value.mv_data, value.mv_size);
    return 1;
}

int store_get(struct store_reader *reader, enum store_table table, struct view key,
              struct view *ret, struct error *err)
{
    return get(reader, table, val_of(key), ret, err);
}

int store_get_number(struct store_reader *reader, enum store_table table, uint32_t key,
                     struct view *ret, struct error *err)
{
    return get(reader, table, (MDB_val){sizeof(key), &key}, ret, err);
}

uint64_t store_count(struct store_reader *reader, enum store_table table)
{
    MDB_stat about;

    return mdb_stat(reader->txn, reader->dbis[table], &about) == 0 ? about.ms_entries : 0;
}
