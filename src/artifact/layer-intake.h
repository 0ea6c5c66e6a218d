/* One layer's bytes on their way to the sink, and what they turned out to be.
 *
 * The bytes are handed to the sink's consume() and hashed at the same time. To
 * know them by the digest of the stored bytes (INTAKE_STORED) they are hashed
 * as they are; to know them by their diff_id (INTAKE_PLAIN) a compressed layer
 * is first unpacked by a worker, once: what the program hashes is what the
 * sink gets.
 *
 * Whose layer it is, and whether the digest is the right one, is the caller's
 * business (layer-feed.h, archive-stream.h).
 */
#pragma once

#include "artifact/image.h"
#include "codec/digest.h"

struct intake_target {
    struct sandbox *sandbox;
    const struct layer_sink *sink;
    void *ctx;
    void (*passed)(void *ctx, uint64_t bytes); /* stored bytes that went by; on any thread */
};

enum intake_identity {
    INTAKE_STORED, /* hash the bytes as they are stored */
    INTAKE_PLAIN,  /* hash the uncompressed bytes */
};

struct intake_outcome {
    void *result; /* what consume() returned; NULL: it was not called, or failed */
    int status;   /* 0, or why the bytes could not be had in full */
    struct error error;
    struct digest digest; /* when status is 0 */
};

/* A part of a seekable file; returns when it was consumed. */
void layer_intake_file(const struct intake_target *target, enum intake_identity identity,
                       enum image_media media, int fd, int64_t offset, int64_t length,
                       struct intake_outcome *ret);

/* Bytes that arrive piece by piece. The target must outlive the intake; one
 * thread at a time. */
struct layer_intake;
int layer_intake_begin(const struct intake_target *target, enum intake_identity identity,
                       enum image_media media, struct layer_intake **ret, struct error *err);
int layer_intake_write(struct layer_intake *intake, struct view bytes, struct error *err);
/* Waits for the sink and frees the intake. `failure`: not NULL when the bytes
 * could not be had in full. */
void layer_intake_end(struct layer_intake *intake, const struct error *failure,
                      struct intake_outcome *ret);
