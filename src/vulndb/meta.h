/* What the database says of itself: counts, sources, the ecosystems it knows
 * and the strings that statements refer to by number. Layout:
 * docs/formats/advisory-database.md, "meta".
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "vulndb/vulndb.h"

/* Keys of the meta table, in their order. */
#define META_ECOSYSTEMS "ecosystems"
#define META_EPSS "epss"
#define META_INFO "info"
#define META_KEV "kev"
#define META_STRINGS "strings"

enum {
    META_SOURCES_LIMIT = 1 << 14,
    META_STRINGS_LIMIT = 1 << 20,
    META_ECOSYSTEMS_LIMIT = 1 << 12,
};

void meta_pack_info(const struct vulndb_info *info, struct buf *to);
/* False when the bytes are broken or the arena is full. Texts are views of the
 * bytes. */
bool meta_unpack_info(struct view bytes, struct arena *arena, struct vulndb_info *ret);

/* A list of texts. */
void meta_pack_texts(const struct view *texts, size_t count, struct buf *to);
bool meta_unpack_texts(struct view bytes, size_t limit, struct arena *arena,
                       const struct view **ret, size_t *ret_count);
