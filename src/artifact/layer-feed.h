/* Layers on their way from a source to the sink: bytes are handed on and, at
 * the same time, hashed; when both are done the layer is reported.
 *
 * A feed lives for one image_read_layers(). It reports each wanted layer once:
 * layers with equal bytes are read once and reported each with the same
 * result, in succession.
 *
 * What is checked: with a known digest the stored bytes are hashed against it
 * (LAYER_PROOF_DIGEST). Without one, an uncompressed layer is hashed against
 * its diff_id; a compressed one is inflated by a worker ("layer-inflate"), and
 * what it gives is hashed against the diff_id and handed to the sink as a
 * plain tar (LAYER_PROOF_DIFF_ID for both).
 *
 * Threads: the feed may be used from any thread; a pump by one at a time.
 */
#pragma once

#include "artifact/layer-intake.h"
#include "artifact/source.h"

struct layer_feed;

/* `wanted` NULL: all. Everything given must outlive the feed. */
int layer_feed_new(const struct source_context *context, const struct image_manifest *manifest,
                   const bool *wanted, const struct layer_sink *sink, struct layer_feed **ret,
                   struct error *err);
/* Reports layers that were never fed as failed ("missing"). */
void layer_feed_free(struct layer_feed *feed);
DEFINE_CLEANUP(struct layer_feed, layer_feed_free)

/* Calls `read` for each wanted layer (one of each set of equals), largest
 * first, on up to options.jobs threads, and waits. `read` feeds the layer by
 * exactly one of the ways below. */
int layer_feed_each(struct layer_feed *feed,
                    void (*read)(void *ctx, struct layer_feed *feed, size_t layer), void *ctx,
                    struct error *err);

/* Reports the layers that no bytes can be had of: foreign and encrypted ones.
 * layer_feed_each() does so too. */
void layer_feed_refuse_unreadable(struct layer_feed *feed);
bool layer_feed_is_reported(const struct layer_feed *feed, size_t layer);
/* Reports every layer that wasn't yet as failed. */
void layer_feed_fail_rest(struct layer_feed *feed, const struct error *err);
/* The layer that is read for `layer`: itself, or one with equal bytes before
 * it; SIZE_MAX when it isn't wanted. */
size_t layer_feed_reader(const struct layer_feed *feed, size_t layer);

/* 1. A layer that is a part of a seekable file, read with pread: `length`
 * bytes from `offset`. Returns when it was consumed. The descriptor stays the caller's. */
void layer_feed_file(struct layer_feed *feed, size_t layer, int fd, int64_t offset, int64_t length);

/* 2. A layer that arrives piece by piece (a download): begin, write as often as
 * needed, end. The sink reads from a pipe on another thread; a slow sink makes
 * write() wait. */
struct layer_pump;
int layer_pump_begin(struct layer_feed *feed, size_t layer, struct layer_pump **ret,
                     struct error *err);
int layer_pump_write(struct layer_pump *pump, struct view bytes, struct error *err);
/* Waits for the sink and reports the layer; `failure` not NULL: the bytes could
 * not be had in full, for this reason. Frees the pump. */
void layer_pump_end(struct layer_pump *pump, const struct error *failure);

/* 3. A layer that has passed already, and what it turned out to be. */
void layer_feed_outcome(struct layer_feed *feed, size_t layer, enum intake_identity identity,
                        const struct intake_outcome *outcome);

/* 4. A layer that could not be had at all. */
void layer_feed_failed(struct layer_feed *feed, size_t layer, const struct error *err);
