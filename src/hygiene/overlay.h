/* The tree of all paths of an image while its layers are laid over one another.
 *
 * A node is a path by its parent and the hash of its name under a random seed,
 * so that names need not be kept. A directory has an epoch: raising it makes
 * everything below it gone, in one step; what is put there again takes part in
 * the new epoch.
 *
 * For image-files.c; no one else. Node 0 is the root. Memory is about 60
 * bytes a path. One thread.
 */
#pragma once

#include "base/cleanup.h"
#include "base/error.h"
#include "hygiene/file-tag.h"

enum { OVERLAY_NOTHING = UINT32_MAX };

struct overlay_node {
    uint32_t parent, parent_epoch;
    uint32_t epoch;   /* of what lies below */
    uint32_t layer;   /* that put it there */
    uint32_t gone_in; /* the layer that removed it, or last raised its epoch */
    uint32_t file;    /* the owner's number; OVERLAY_NOTHING: none */
    uint32_t uid;
    uint16_t link_len;
    uint8_t kind; /* enum file_kind; 0: gone */
    union {
        uint64_t size;    /* of files */
        const char *link; /* of symlinks */
    };
};

struct overlay;

/* `lost` is called before a node that stands for something stands for
 * something else, or for nothing; not for what is lost with a directory until
 * its node is used again. `layer` is the one that does it. */
int overlay_new(uint32_t node_limit, void (*lost)(void *ctx, uint32_t node, uint32_t layer),
                void *ctx, struct overlay **ret, struct error *err);
void overlay_free(struct overlay *overlay);
DEFINE_CLEANUP(struct overlay, overlay_free)

uint32_t overlay_count(const struct overlay *overlay);
/* Valid until the next node is made. */
struct overlay_node *overlay_node(struct overlay *overlay, uint32_t node);
/* All ways down to it are there. */
bool overlay_lives(struct overlay *overlay, uint32_t node);
/* The layer in which the node, which does not live, was lost. */
uint32_t overlay_lost_in(struct overlay *overlay, uint32_t node);

/* The directory that `path` leads to through symlinks, made where nothing
 * stands; OVERLAY_NOTHING where something else does. The path that led to the
 * last answer is remembered, until overlay_forget(). Negative for memory. */
int overlay_directory(struct overlay *overlay, struct view path, uint32_t layer, uint32_t *ret,
                      struct error *err);
void overlay_forget(struct overlay *overlay);
/* The live node that `path` leads to, its last component followed or not;
 * OVERLAY_NOTHING when there is none. */
uint32_t overlay_find(struct overlay *overlay, struct view path, bool follow_last);
/* The node of `name` in a directory, live or not, made when it is new (then
 * its kind is 0). */
int overlay_child(struct overlay *overlay, uint32_t directory, struct view name, uint32_t *ret,
                  struct error *err);
/* Takes part in its parent's present epoch, as `kind`; what lay below stays
 * only for a directory that was one. */
void overlay_put(struct overlay *overlay, uint32_t node, enum file_kind kind, uint32_t layer);
/* Everything below is gone, since `layer`. */
void overlay_empty(struct overlay *overlay, uint32_t node, uint32_t layer);
void overlay_remove(struct overlay *overlay, uint32_t node, uint32_t layer);
