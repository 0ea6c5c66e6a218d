/* What each layer contains, remembered between scans.
 *
 * One file a section of a layer (scan/layer-section.h) in DIRECTORY/layers,
 * written whole or not at all and checked by its hash when read, so any number
 * of processes may use the cache at once without a lock. The name is made of
 * the layer's diffID, the section's generation (the versions of all analysers,
 * the rules, ...), and how the identity was proven:
 * an entry made of bytes whose stored digest we checked answers only for that
 * digest, so that an image that lies about a diffID can't speak for another
 * image's layer.
 *
 * The cache is bounded: past its limit the entries used longest ago go. It is
 * never needed for a right answer: any trouble with it (a full disk, a damaged
 * or foreign file, no permission) reads as a miss.
 *
 * File format: "PLIMLYR1", the length and the XXH3 hash of the payload (64 bits
 * each, little-endian), the payload.
 */
#pragma once

#include "artifact/image.h"
#include "base/arena.h"
#include "base/cleanup.h"
#include "base/error.h"

enum {
    LAYER_CACHE_DEFAULT_MIB = 512,
    LAYER_CACHE_ENTRY_LIMIT = 256 << 20, /* bytes of one section of a layer */
};

struct layer_cache;

struct layer_cache_info {
    char path[4096];
    uint64_t entries, bytes, limit;
};

/* Creates the directory as needed. `limit` in bytes, 0 for the default. */
int layer_cache_open(const char *directory, uint64_t limit, struct layer_cache **ret,
                     struct error *err);
void layer_cache_close(struct layer_cache *cache);
DEFINE_CLEANUP(struct layer_cache, layer_cache_close)

/* A section, copied into the arena; false when it is not there. `digest` of the
 * stored bytes may be empty. */
bool layer_cache_get(struct layer_cache *cache, struct view generation, struct view diff_id,
                     struct view digest, struct arena *arena, struct view *ret);
/* Thread-safe, like get. */
void layer_cache_put(struct layer_cache *cache, struct view generation, struct view diff_id,
                     struct view digest, enum layer_proof proof, struct view section);
/* Makes room when something was put. Called once, at the end. */
void layer_cache_settle(struct layer_cache *cache);

int layer_cache_info(struct layer_cache *cache, struct layer_cache_info *ret, struct error *err);
/* Removes every entry. */
int layer_cache_clear(struct layer_cache *cache, struct error *err);
