/* Package look-ups a second on one core, in a database given as the argument:
 * names of all its packages in random order, one in four of them changed so
 * that it is not there. A look-up counts with its first statement unpacked.
 *
 * Prints the look-ups a second, and behind them LMDB's own rate for the same
 * keys, which is the floor.
 */
#include <lmdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/arena.h"
#include "vulndb/vulndb.h"

enum {
    KEYS_LIMIT = 1 << 22,
    ARENA_LIMIT = 1 << 30,
    MISS_EACH = 4,
    SECONDS = 2,
    BATCH = 4096, /* look-ups between two looks at the clock */
};

struct keys {
    struct arena *arena;
    struct view *items;
    size_t count;
};

struct lmdb {
    MDB_env *env;
    MDB_txn *txn;
    MDB_dbi dbi;
};

static void check(int code, const char *what)
{
    if (code == 0)
        return;
    fprintf(stderr, "%s: %s\n", what, mdb_strerror(code));
    exit(1);
}

static struct lmdb open_lmdb(const char *path)
{
    struct lmdb l;

    check(mdb_env_create(&l.env), "lmdb");
    mdb_env_set_maxdbs(l.env, 8);
    check(mdb_env_open(l.env, path, MDB_NOSUBDIR | MDB_RDONLY | MDB_NOLOCK, 0), path);
    check(mdb_txn_begin(l.env, NULL, MDB_RDONLY, &l.txn), "lmdb");
    check(mdb_dbi_open(l.txn, "packages", 0, &l.dbi), "packages");
    return l;
}

static void read_keys(const struct lmdb *l, struct keys *keys)
{
    MDB_cursor *cursor;
    MDB_val key, value;

    check(mdb_cursor_open(l->txn, l->dbi, &cursor), "lmdb");
    while (keys->count < KEYS_LIMIT && mdb_cursor_get(cursor, &key, &value, MDB_NEXT) == 0) {
        struct view *slot =
            arena_push(keys->arena, &keys->items, &keys->count, sizeof(*keys->items));
        bool miss = keys->count % MISS_EACH == 0;

        *slot = arena_copy(keys->arena, view_from(key.mv_data, key.mv_size));
        if (miss)
            ((char *)slot->ptr)[slot->len - 1] ^= 1;
    }
    mdb_cursor_close(cursor);
}

static void shuffle(struct keys *keys)
{
    uint64_t state = 88172645463325252U; /* xorshift64; the same order each time */

    for (size_t i = keys->count; i > 1; i--) {
        struct view kept = keys->items[i - 1];
        size_t j;

        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        j = state % i;
        keys->items[i - 1] = keys->items[j];
        keys->items[j] = kept;
    }
}

static bool look_up(struct vulndb_reader *reader, struct view key)
{
    struct view package = key, ecosystem = view_cut(&package, '\0');
    struct vulndb_statements statements;
    struct vulndb_statement statement;

    return vulndb_lookup(reader, ecosystem, package, &statements, NULL) > 0 &&
           vulndb_next_statement(&statements, &statement, NULL) > 0;
}

static bool get(const struct lmdb *l, struct view key)
{
    MDB_val name = {key.len, (void *)key.ptr}, value;

    return mdb_get(l->txn, l->dbi, &name, &value) == 0;
}

/* Of this thread on its core: other work on the machine doesn't count. */
static uint64_t cpu_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

/* Look-ups a second, of the reader or, without one, of LMDB alone. */
static double measure(const struct keys *keys, struct vulndb_reader *reader, const struct lmdb *l)
{
    uint64_t start = cpu_ns(), now = start, done = 0, hits = 0;

    while (now - start < SECONDS * 1000000000ULL) {
        for (size_t i = 0; i < BATCH; i++, done++) {
            struct view key = keys->items[done % keys->count];

            hits += reader ? look_up(reader, key) : get(l, key);
        }
        now = cpu_ns();
    }
    if (hits == 0)
        exit(1);
    return (double)done * 1e9 / (double)(now - start);
}

int main(int argc, char **argv)
{
    struct keys keys = {.arena = arena_new(ARENA_LIMIT)};
    struct vulndb_reader *reader;
    struct vulndb *db;
    struct error err = ERROR_INIT;
    struct lmdb l;
    double rate;

    if (argc != 2 || vulndb_open(argv[1], &db, &err) < 0 ||
        vulndb_reader_new(db, &reader, &err) < 0) {
        fprintf(stderr, "usage: %s DATABASE\n%s\n", argv[0], err.message);
        return 1;
    }
    l = open_lmdb(argv[1]);
    read_keys(&l, &keys);
    shuffle(&keys);
    if (keys.count == 0) {
        fprintf(stderr, "%s has no packages\n", argv[1]);
        return 1;
    }
    rate = measure(&keys, reader, NULL);
    printf("%.0f look-ups/s of %zu packages; LMDB alone %.0f/s\n", rate, keys.count,
           measure(&keys, NULL, &l));
    mdb_txn_abort(l.txn);
    mdb_env_close(l.env);
    vulndb_reader_free(reader);
    vulndb_close(db);
    arena_free(keys.arena);
    return 0;
}
