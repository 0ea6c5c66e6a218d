/* Gets the sections (scan/layer-section.h) of all layers of an image: from the
 * cache, or from workers that read the layers as the image streams them. A
 * layer is read when any of its sections is not known, for those that are
 * missing in some layer.
 *
 * A worker that dies over a file costs that file: the layer is read again
 * without it. A layer that can't be read at all, or whose bytes are not what
 * the image says, has an error in its outcome; the others are not concerned.
 */
#pragma once

#include "artifact/image.h"
#include "base/arena.h"
#include "inventory/inventory.h"
#include "sandbox/sandbox.h"
#include "scan/layer-cache.h"
#include "scan/layer-section.h"

enum { LAYER_SCAN_ROUNDS = 8 }; /* readings of a layer, each for one more file left out */

struct layer_outcome {
    bool known;               /* it was read; what came before an error, too */
    bool cached;              /* all of it is from an earlier scan */
    struct layer_facts facts; /* in the arena; zeroed when packages were not asked for */
    /* As workers encode them, in the arena; a NULL pointer where not known. */
    struct view sections[LAYER_SECTION_COUNT];
    struct error error; /* set: not, or not wholly, read */
};

struct layer_scan_options {
    struct sandbox *sandbox;
    struct layer_cache *cache;      /* NULL: none */
    unsigned sections;              /* LAYER_SECTION_BITs that are wanted */
    const struct scan_rules *rules; /* those that the sandbox was started with; may be NULL */
    uint64_t layer_limit;
    unsigned layer_seconds;
    struct arena *arena; /* not used by others meanwhile */
};

struct layer_scan;

/* The image and the options' pointers must outlive the scan. */
int layer_scan_new(struct image *image, const struct layer_scan_options *options,
                   struct layer_scan **ret, struct error *err);
void layer_scan_free(struct layer_scan *scan);
DEFINE_CLEANUP(struct layer_scan, layer_scan_free)

/* False for a stream, which gives its layers once: what a worker died of, or a
 * link leads to, can't be read in a second round then. */
bool layer_scan_can_read_again(const struct layer_scan *scan);

/* Every layer, from the cache or the image. Fails only when nothing could be
 * read; outcomes tell the rest. */
int layer_scan_read(struct layer_scan *scan, struct error *err);
/* Reads the facts of layers again, with the rules that a merge asked for. Only
 * when layers can be read again. */
int layer_scan_read_again(struct layer_scan *scan, const struct inventory_ask *asks, size_t count,
                          struct error *err);
/* One for each layer of the manifest, lowest first; lives as long as the arena. */
const struct layer_outcome *layer_scan_outcomes(const struct layer_scan *scan, size_t *ret_count);
