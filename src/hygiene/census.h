/* The census of one layer: every path it touches, in the form in which a
 * worker sends and the cache stores it.
 *
 * For most entries only what the merge of layers needs is kept: path, kind,
 * size, owner, and where a symlink leads, front-coded to about 14 bytes an
 * entry. An entry of interest (file-tag.h) has its permissions and the notes
 * of its body (small-file.h) too. Paths are kept, not hashes of them, because
 * a hash that an image can compute lets it pass one file off as another.
 *
 * Building, in a worker:
 *
 *     census_builder_new(&builder, err)
 *     for each entry of the tar:
 *         census_builder_entry(builder, &entry, &wants_body, err)
 *         if (wants_body)
 *             census_builder_body(builder, body)
 *     census_builder_finish(builder, &bytes, err)
 *
 * Encoding: "PLSMCEN1"; census_generation() (u64); the records: a byte of
 * kind and flags, the length shared with the path before, the rest of the
 * path, then by kind and flags; a zero byte, and the numbers of records and of
 * entries left out. Integers are little-endian or LEB128, text has its length
 * before it.
 */
#pragma once

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/cursor.h"
#include "base/error.h"
#include "base/path.h"
#include "hygiene/small-file.h"

enum {
    CENSUS_LIMIT = 64 << 20,      /* bytes of an encoded census */
    CENSUS_ENTRY_LIMIT = 2 << 20, /* entries of a layer; more are counted only */
    CENSUS_OWNER_SAMPLES = 64,    /* owners of whom one file is kept as an example */
};

enum census_kind {
    CENSUS_FILE = 1,                   /* FILE_REGULAR..FILE_FIFO keep their numbers */
    CENSUS_WHITEOUT = FILE_KIND_COUNT, /* removes `path` of lower layers */
    CENSUS_OPAQUE,                     /* removes what lies below `path` in lower layers */
    CENSUS_KIND_COUNT,
};

struct census_entry {
    unsigned kind; /* enum file_kind, or CENSUS_WHITEOUT, CENSUS_OPAQUE */
    struct view path;
    struct view link; /* of links, as in the layer */
    uint64_t size;
    uint32_t uid, gid;
    bool interesting; /* what follows is known: */
    uint32_t mode;
    uint64_t capabilities;
    struct view notes; /* for file_note_read() */
};

/* A hash of all tables that decide what a census says. */
uint64_t census_generation(void);

/* ---- Building ---- */

struct census_builder;

int census_builder_new(struct census_builder **ret, struct error *err);
void census_builder_free(struct census_builder *builder);
DEFINE_CLEANUP(struct census_builder, census_builder_free)

/* An entry of a tar: `kind` as enum file_kind (whiteouts are known by their
 * names), `path` in normal form. `capability` is the extended attribute. */
struct census_input {
    enum file_kind kind;
    struct view path, link;
    uint32_t mode, uid, gid;
    uint64_t size;
    struct view capability;
};

/* `*ret_wants_body`: the body, at most SMALL_FILE_LIMIT bytes, is to be given. */
int census_builder_entry(struct census_builder *builder, const struct census_input *input,
                         bool *ret_wants_body, struct error *err);
/* The body of the entry just given, as far as it could be read. */
void census_builder_body(struct census_builder *builder, struct view body);
/* The encoded census; lives as long as the builder. */
int census_builder_finish(struct census_builder *builder, struct view *ret, struct error *err);

/* ---- Reading: nothing of it is trusted ---- */

struct census_reader {
    struct cursor cursor;
    char path[PATH_LIMIT];
    size_t path_len;
    uint32_t uid, gid;
    uint64_t count;
    uint64_t left_out; /* set at the end */
};

/* ERROR_UNSUPPORTED when it was made with other tables. */
int census_reader_open(struct census_reader *reader, struct view bytes, struct error *err);
/* 1 and an entry, whose path lives until the next call; 0 at the end. */
int census_next(struct census_reader *reader, struct census_entry *ret, struct error *err);
