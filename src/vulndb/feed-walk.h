/* The files of a source: one, or all below a directory, in what shape they go
 * to import workers.
 *
 * Symbolic links to files are followed, those to directories are not. Hidden
 * files and directories are passed over. In a directory of many small files
 * these go together in bundles; apt's package lists go with the Release that
 * explains them.
 */
#pragma once

#include "base/arena.h"
#include "vulndb/sources.h"

enum {
    FEED_WALK_DEPTH = 32,      /* nested directories */
    FEED_WALK_FILES = 4 << 20, /* of all sources */
    FEED_WALK_MANY = 64,       /* small files from which on a directory is bundled */
};

struct feed_input {
    const char *name;           /* for people: source, and path below it */
    const char *path;           /* NULL for a bundle */
    const char *companion;      /* or NULL */
    const char *const *members; /* paths of a bundle's files */
    size_t member_count;
    uint64_t size;                   /* bytes as stored */
    const struct importer *importer; /* NULL: what the content tells */
    bool only;                       /* other formats than the importer's are passed over */
    size_t source;                   /* index of the source */
};

struct feed_inputs {
    struct arena *arena; /* the caller's */
    struct feed_input *items;
    size_t count;
    size_t files; /* seen so far */
};

/* Adds what is at `path`, a file or a directory. */
int feed_walk(const struct source *source, size_t index, const char *path,
              struct feed_inputs *inputs, struct error *err);
