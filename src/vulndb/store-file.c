#include "vulndb/store-file.h"

#include <sys/stat.h>
#include <xxhash.h>

#include "base/buf.h"
#include "base/cursor.h"
#include "base/fd.h"

#define HINT_UPDATE "run 'plimsoll db update', or 'plimsoll db import DIR' without a network"

enum {
    MAGIC_SIZE = 8,
    ORDER_MARK = 0x01020304, /* LMDB's pages are in the machine's byte order */
    TRAILER_SIZE = MAGIC_SIZE + 4 + 4 + 8 + 8 + 8,
    BLOCK = 256 << 10, /* bytes hashed at once: stays in the cache */
    LMDB_MAGIC_OFFSET = 16,
};
static const uint32_t LMDB_MAGIC = 0xBEEFC0DE;
static const struct view MAGIC = {"PLIMSDB\n", MAGIC_SIZE};

struct trailer {
    uint32_t schema, order;
    uint64_t body_bytes, body_hash, hash;
};

static uint64_t hash_of(struct view bytes)
{
    return XXH3_64bits(bytes.ptr, bytes.len);
}

/* XXH3 of the first `size` bytes. Read and not mapped, so that a file which
 * shrinks meanwhile is an error and not a signal. */
static int hash_file(int fd, uint64_t size, uint64_t *ret, struct error *err)
{
    _cleanup_free_ char *block = malloc(BLOCK);
    XXH3_state_t *state = XXH3_createState();
    uint64_t at = 0;
    int r = block && state ? 0 : error_memory(err);

    if (r == 0)
        XXH3_64bits_reset(state);
    while (r == 0 && at < size) {
        size_t wanted = size - at < BLOCK ? (size_t)(size - at) : BLOCK;
        ssize_t got = pread(fd, block, wanted, (off_t)at);

        if (got < 0)
            r = error_errno(err, "cannot read");
        else if (got == 0)
            r = error_set(err, ERROR_INPUT, "the file shrank while it was read");
        else
            XXH3_64bits_update(state, block, (size_t)got);
        at += got > 0 ? (uint64_t)got : 0;
    }
    if (r == 0)
        *ret = XXH3_64bits_digest(state);
    XXH3_freeState(state);
    return r;
}

int store_trailer_append(int fd, uint32_t schema, uint64_t *ret_file_bytes, struct error *err)
{
    _cleanup_(buf_done) struct buf trailer = BUF_INIT(TRAILER_SIZE);
    const uint32_t order = ORDER_MARK;
    struct stat about;
    uint64_t hash;
    int r;

    if (fstat(fd, &about) < 0 || lseek(fd, 0, SEEK_END) < 0)
        return error_errno(err, "cannot read back the database");
    r = hash_file(fd, (uint64_t)about.st_size, &hash, err);
    if (r < 0)
        return r;
    buf_add(&trailer, MAGIC);
    buf_add_u32(&trailer, schema);
    buf_add(&trailer, view_from(&order, sizeof(order)));
    buf_add_u64(&trailer, (uint64_t)about.st_size);
    buf_add_u64(&trailer, hash);
    buf_add_u64(&trailer, hash_of(buf_view(&trailer)));
    r = buf_failed(&trailer, "the trailer", err);
    if (r == 0)
        r = fd_write_all(fd, buf_view(&trailer), err);
    if (r == 0)
        *ret_file_bytes = (uint64_t)about.st_size + TRAILER_SIZE;
    return r;
}

static bool read_trailer(int fd, uint64_t size, struct trailer *ret)
{
    char bytes[TRAILER_SIZE];
    struct view whole = view_from(bytes, TRAILER_SIZE), order;
    struct cursor at = cursor_of(whole);
    bool ours;

    if (size < TRAILER_SIZE ||
        pread(fd, bytes, TRAILER_SIZE, (off_t)(size - TRAILER_SIZE)) != TRAILER_SIZE)
        return false;
    ours = view_eq(cursor_take(&at, MAGIC_SIZE), MAGIC);
    ret->schema = cursor_u32(&at);
    order = cursor_take(&at, sizeof(ret->order));
    memcpy(&ret->order, order.ptr, sizeof(ret->order));
    ret->body_bytes = cursor_u64(&at);
    ret->body_hash = cursor_u64(&at);
    ret->hash = cursor_u64(&at);
    return ours && ret->hash == hash_of(view_sub(whole, 0, TRAILER_SIZE - sizeof(ret->hash)));
}

/* What to say of a file that has no trailer: ours cut short, or none of ours. */
static int refuse(int fd, const char *path, struct error *err)
{
    uint32_t magic = 0;
    bool lmdb =
        pread(fd, &magic, sizeof(magic), LMDB_MAGIC_OFFSET) == sizeof(magic) && magic == LMDB_MAGIC;

    error_set(err, ERROR_INPUT,
              lmdb ? "the advisory database %s is cut short or damaged"
                   : "%s is no advisory database",
              path);
    error_hint(err, HINT_UPDATE);
    return ERROR_INPUT;
}

static int check_trailer(const struct trailer *trailer, const char *path, uint32_t schema,
                         struct error *err)
{
    if (trailer->schema == schema && trailer->order == ORDER_MARK)
        return 0;
    if (trailer->schema != schema)
        error_set(err, ERROR_UNSUPPORTED,
                  "the advisory database %s has schema %u, this program reads %u", path,
                  trailer->schema, schema);
    else
        error_set(err, ERROR_UNSUPPORTED,
                  "the advisory database %s was made on a machine with another byte order", path);
    error_hint(err, HINT_UPDATE);
    return ERROR_UNSUPPORTED;
}

int store_trailer_check(int fd, const char *path, uint32_t schema, struct store_trailer *ret,
                        struct error *err)
{
    struct trailer trailer;
    struct stat about;
    uint64_t hash;
    int r;

    if (fstat(fd, &about) < 0)
        return error_errno(err, "cannot read the advisory database %s", path);
    if (!S_ISREG(about.st_mode) || !read_trailer(fd, (uint64_t)about.st_size, &trailer))
        return refuse(fd, path, err);
    r = check_trailer(&trailer, path, schema, err);
    if (r < 0)
        return r;
    if (trailer.body_bytes != (uint64_t)about.st_size - TRAILER_SIZE)
        return refuse(fd, path, err);
    r = hash_file(fd, trailer.body_bytes, &hash, err);
    if (r < 0)
        return error_wrap(err, "advisory database %s", path);
    if (hash != trailer.body_hash)
        return refuse(fd, path, err);
    *ret = (struct store_trailer){trailer.schema, trailer.body_bytes};
    return 0;
}

bool store_same_file(int a, int b)
{
    struct stat about_a, about_b;

    return fstat(a, &about_a) == 0 && fstat(b, &about_b) == 0 && about_a.st_dev == about_b.st_dev &&
           about_a.st_ino == about_b.st_ino;
}
