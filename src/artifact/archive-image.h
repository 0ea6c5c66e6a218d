/* The image within an archive or layout, told by its own documents:
 * index.json (OCI) or manifest.json (docker save). Where both stand side by
 * side (docker save since 25) the OCI ones hold, because they give digests.
 */
#pragma once

#include "artifact/source.h"

/* Reads documents of an archive by path. */
struct document_reader {
    void *ctx;
    /* Appends the file, at most IMAGE_JSON_LIMIT bytes, links followed, to `to`.
     * ERROR_NOT_FOUND when there is none. */
    int (*read)(void *ctx, struct view path, struct buf *to, struct error *err);
    /* The bytes of a file, 0 when it isn't there. */
    uint64_t (*size)(void *ctx, struct view path);
};

struct archive_image {
    const struct image_manifest *manifest;
    const struct view *layer_paths; /* one for each layer, as written */
};

/* `name` chooses among several images (image.h, FILE@NAME); empty: the only one.
 * Results live in the arena. */
int archive_image_load(const struct source_context *context, const struct document_reader *reader,
                       struct view name, struct arena *arena, struct archive_image *ret,
                       struct error *err);

/* "blobs/sha256/HEX" to "sha256:HEX", in the arena; empty when it is no such path. */
struct view archive_blob_digest(struct view path, struct arena *arena);
