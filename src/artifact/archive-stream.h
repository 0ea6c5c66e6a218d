/* A docker or OCI archive that comes down a pipe: an engine's export, podman
 * save, standard input, a compressed file.
 *
 * A worker ("archive-split") decompresses and takes the tar apart; its layers
 * are relayed to the sink as they pass, in whatever order they come, and are
 * told apart afterwards: members blobs/sha256/HEX by their digest, others by
 * the manifest's paths and their diff_id. JSON members are kept until needed.
 * Nothing is written to disk.
 */
#pragma once

#include "artifact/source.h"

enum {
    ARCHIVE_STREAM_SMALL = 64 << 10, /* members up to this size are kept whatever they are */
};

/* Reads the archive from `fd` (read to its end; stays the caller's) and feeds
 * the sink. `expected` is what the caller already knows of the image (an
 * engine's own answer) or NULL; the archive must then contain an image with
 * the same diff_ids. `name` chooses among several images, may be empty.
 * `ret_manifest` (in `arena`) is set before the first done() or failed(); may be NULL
 * when `expected` is given: layer indexes are then those of `expected`. */
int archive_stream_read(const struct source_context *context, int fd, struct view name,
                        const struct image_manifest *expected, const bool *wanted,
                        const struct layer_sink *sink, struct arena *arena,
                        const struct image_manifest **ret_manifest, struct error *err);
