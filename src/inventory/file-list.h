/* The files of a package in a compact form: each path gives the length it
 * shares with the one before and the rest (as in the front coding of
 * dictionaries), so that sorted lists shrink to about a fifth.
 *
 * Paths are kept as they are without their leading slashes. Longer paths than
 * FILE_LIST_PATH_LIMIT are left out. The decoder trusts nothing.
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"

enum {
    FILE_LIST_PATH_LIMIT = 4096,     /* bytes of one path */
    FILE_LIST_LIMIT = 32 << 20,      /* bytes of one encoded list */
    FILE_LIST_COUNT_LIMIT = 1 << 20, /* files of one package */
};

struct file_list {
    struct buf bytes;
    size_t last_len;
    char last[FILE_LIST_PATH_LIMIT];
};

void file_list_init(struct file_list *list);
void file_list_reset(struct file_list *list); /* empties it; keeps the memory */
void file_list_done(struct file_list *list);

/* Adds directory + "/" + name; an empty directory adds `name` as it is. */
void file_list_add(struct file_list *list, struct view directory, struct view name);

/* Paths with a leading "/", in the arena. */
int file_list_decode(struct view bytes, struct arena *arena, const struct view **ret,
                     size_t *ret_count, struct error *err);
