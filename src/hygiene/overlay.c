#include "hygiene/overlay.h"

#include <sys/random.h>
#include <xxhash.h>

#include "base/path.h"
#include "hygiene/image-files.h"

enum { FIRST_NODES = 1024 };

struct overlay {
    struct overlay_node *nodes;
    uint64_t *hashes; /* by node */
    uint32_t *slots;  /* node + 1; 0 is free */
    uint32_t count, room, limit;
    uint64_t seed;
    char last_path[PATH_LIMIT]; /* of the directory that was found last */
    size_t last_len;
    uint32_t last_node; /* OVERLAY_NOTHING: none is remembered */
    void (*lost)(void *ctx, uint32_t node, uint32_t layer);
    void *ctx;
};

/* ---- Nodes ---- */

/* Slots are twice as many as there is room for nodes. */
static int make_room(struct overlay *overlay, struct error *err)
{
    uint32_t room = overlay->room ? overlay->room * 2 : FIRST_NODES, mask = room * 2 - 1;
    struct overlay_node *nodes = realloc(overlay->nodes, room * sizeof(*nodes));
    uint64_t *hashes = NULL;
    uint32_t *slots = calloc((size_t)room * 2, sizeof(*slots));

    if (nodes)
        overlay->nodes = nodes;
    hashes = nodes ? realloc(overlay->hashes, room * sizeof(*hashes)) : NULL;
    if (hashes)
        overlay->hashes = hashes;
    if (!hashes || !slots) {
        free(slots);
        return error_memory(err);
    }
    for (uint32_t i = 0; i < overlay->count; i++) {
        uint32_t at = (uint32_t)hashes[i] & mask;

        while (slots[at])
            at = (at + 1) & mask;
        slots[at] = i + 1;
    }
    free(overlay->slots);
    overlay->slots = slots;
    overlay->room = room;
    return 0;
}

static int add_node(struct overlay *overlay, uint32_t parent, uint64_t hash, uint32_t *ret,
                    struct error *err)
{
    uint32_t mask, at;
    int r = 0;

    if (overlay->count >= overlay->limit)
        return error_set(err, ERROR_LIMIT, "the image has more than %u paths", overlay->limit);
    if (overlay->count == overlay->room)
        r = make_room(overlay, err);
    if (r < 0)
        return r;
    mask = overlay->room * 2 - 1;
    for (at = (uint32_t)hash & mask; overlay->slots[at]; at = (at + 1) & mask)
        ;
    overlay->slots[at] = overlay->count + 1;
    overlay->hashes[overlay->count] = hash;
    overlay->nodes[overlay->count] =
        (struct overlay_node){.parent = parent, .file = OVERLAY_NOTHING};
    *ret = overlay->count++;
    return 0;
}

int overlay_new(uint32_t node_limit, void (*lost)(void *ctx, uint32_t node, uint32_t layer),
                void *ctx, struct overlay **ret, struct error *err)
{
    _cleanup_(overlay_free_p) struct overlay *overlay = calloc(1, sizeof(*overlay));
    uint32_t root = 0;
    int r;

    if (!overlay)
        return error_memory(err);
    if (getrandom(&overlay->seed, sizeof(overlay->seed), 0) != (ssize_t)sizeof(overlay->seed))
        return error_errno(err, "cannot get random bytes");
    overlay->limit = node_limit;
    overlay->lost = lost;
    overlay->ctx = ctx;
    overlay->last_node = OVERLAY_NOTHING;
    r = add_node(overlay, 0, 0, &root, err);
    if (r < 0)
        return r;
    overlay->nodes[root].kind = FILE_DIRECTORY;
    *ret = take_ptr(&overlay);
    return 0;
}

void overlay_free(struct overlay *overlay)
{
    if (!overlay)
        return;
    free(overlay->nodes);
    free(overlay->hashes);
    free(overlay->slots);
    free(overlay);
}

uint32_t overlay_count(const struct overlay *overlay)
{
    return overlay->count;
}

struct overlay_node *overlay_node(struct overlay *overlay, uint32_t node)
{
    return &overlay->nodes[node];
}

static uint64_t hash_of(const struct overlay *overlay, uint32_t parent, struct view name)
{
    uint64_t hash =
        XXH3_64bits_withSeed(name.ptr, name.len, overlay->seed ^ (parent * 0x9e3779b97f4a7c15ull));

    return hash ? hash : 1; /* 0 is the root's */
}

/* Live or not; OVERLAY_NOTHING when it was never made. */
static uint32_t look_up(const struct overlay *overlay, uint32_t parent, uint64_t hash)
{
    uint32_t mask = overlay->room * 2 - 1;

    for (uint32_t at = (uint32_t)hash & mask; overlay->slots[at]; at = (at + 1) & mask) {
        uint32_t node = overlay->slots[at] - 1;

        if (overlay->hashes[node] == hash && overlay->nodes[node].parent == parent)
            return node;
    }
    return OVERLAY_NOTHING;
}

int overlay_child(struct overlay *overlay, uint32_t directory, struct view name, uint32_t *ret,
                  struct error *err)
{
    uint64_t hash = hash_of(overlay, directory, name);
    uint32_t node = look_up(overlay, directory, hash);

    if (node == OVERLAY_NOTHING)
        return add_node(overlay, directory, hash, ret, err);
    *ret = node;
    return 0;
}

/* ---- Life and death ---- */

/* The parent, which lives, still has it. */
static bool is_attached(const struct overlay *overlay, uint32_t node)
{
    const struct overlay_node *n = &overlay->nodes[node];

    return node == 0 || (n->kind && n->parent_epoch == overlay->nodes[n->parent].epoch);
}

bool overlay_lives(struct overlay *overlay, uint32_t node)
{
    while (node && is_attached(overlay, node))
        node = overlay->nodes[node].parent;
    return node == 0;
}

uint32_t overlay_lost_in(struct overlay *overlay, uint32_t node)
{
    while (node && is_attached(overlay, node))
        node = overlay->nodes[node].parent;
    if (node == 0)
        return OVERLAY_NOTHING;
    return overlay->nodes[node].kind ? overlay->nodes[overlay->nodes[node].parent].gone_in
                                     : overlay->nodes[node].gone_in;
}

void overlay_empty(struct overlay *overlay, uint32_t node, uint32_t layer)
{
    overlay->nodes[node].epoch++;
    overlay->nodes[node].gone_in = layer;
    overlay_forget(overlay);
}

void overlay_remove(struct overlay *overlay, uint32_t node, uint32_t layer)
{
    overlay->lost(overlay->ctx, node, layer);
    overlay_empty(overlay, node, layer);
    overlay->nodes[node].kind = 0;
}

void overlay_put(struct overlay *overlay, uint32_t node, enum file_kind kind, uint32_t layer)
{
    struct overlay_node *n = &overlay->nodes[node];
    bool was_directory = is_attached(overlay, node) && n->kind == FILE_DIRECTORY;

    if (n->kind && !(was_directory && kind == FILE_DIRECTORY)) {
        overlay->lost(overlay->ctx, node, layer);
        overlay_empty(overlay, node, layer);
    }
    n->kind = (uint8_t)kind;
    n->layer = layer;
    n->parent_epoch = overlay->nodes[n->parent].epoch;
    n->link = NULL;
    n->size = 0;
    n->link_len = 0;
}

/* ---- Ways ---- */

void overlay_forget(struct overlay *overlay)
{
    overlay->last_node = OVERLAY_NOTHING;
}

static uint32_t live_child(const struct overlay *overlay, uint32_t directory, struct view name)
{
    uint32_t node = look_up(overlay, directory, hash_of(overlay, directory, name));

    return node != OVERLAY_NOTHING && is_attached(overlay, node) ? node : OVERLAY_NOTHING;
}

struct way {
    uint32_t at;   /* the directory reached so far */
    unsigned hops; /* symlinks followed */
    bool make;     /* what is missing */
    bool follow_last;
    uint32_t layer;
};

static int walk(struct overlay *overlay, struct way *way, struct view path, struct error *err);

static int follow(struct overlay *overlay, struct way *way, uint32_t link, struct error *err)
{
    struct view target = {overlay->nodes[link].link, overlay->nodes[link].link_len};

    if (++way->hops > IMAGE_FILES_HOPS_LIMIT || target.len == 0) {
        way->at = OVERLAY_NOTHING;
        return 0;
    }
    if (target.ptr[0] == '/')
        way->at = 0;
    return walk(overlay, way, target, err);
}

/* From the directory `way->at` by one name. */
static int step(struct overlay *overlay, struct way *way, struct view name, bool last,
                struct error *err)
{
    uint32_t next;
    int r;

    if (name.len == 0 || view_eq(name, VIEW(".")))
        return 0;
    if (overlay->nodes[way->at].kind != FILE_DIRECTORY) {
        way->at = OVERLAY_NOTHING;
        return 0;
    }
    if (view_eq(name, VIEW(".."))) {
        way->at = overlay->nodes[way->at].parent;
        return 0;
    }
    next = live_child(overlay, way->at, name);
    if (next == OVERLAY_NOTHING && way->make) {
        r = overlay_child(overlay, way->at, name, &next, err);
        if (r < 0)
            return r;
        overlay_put(overlay, next, FILE_DIRECTORY, way->layer);
    }
    if (next != OVERLAY_NOTHING && overlay->nodes[next].kind == FILE_SYMLINK &&
        (!last || way->follow_last)) {
        bool follow_last = way->follow_last;

        way->follow_last = true;
        r = follow(overlay, way, next, err);
        way->follow_last = follow_last;
        return r;
    }
    way->at = next;
    return 0;
}

/* Recursion is bounded by the hops. */
static int walk(struct overlay *overlay, struct way *way, struct view path, struct error *err)
{
    while (path.ptr && way->at != OVERLAY_NOTHING) {
        struct view name = view_cut(&path, '/');
        int r = step(overlay, way, name, !path.ptr, err);

        if (r < 0)
            return r;
    }
    return 0;
}

int overlay_directory(struct overlay *overlay, struct view path, uint32_t layer, uint32_t *ret,
                      struct error *err)
{
    struct way way = {.make = true, .follow_last = true, .layer = layer};
    int r;

    if (overlay->last_node != OVERLAY_NOTHING &&
        view_eq(path, view_from(overlay->last_path, overlay->last_len))) {
        *ret = overlay->last_node;
        return 0;
    }
    r = walk(overlay, &way, path, err);
    if (r < 0)
        return r;
    if (way.at != OVERLAY_NOTHING && overlay->nodes[way.at].kind != FILE_DIRECTORY)
        way.at = OVERLAY_NOTHING;
    *ret = overlay->last_node = way.at;
    if (path.len <= sizeof(overlay->last_path) && path.len)
        memcpy(overlay->last_path, path.ptr, path.len);
    overlay->last_len = path.len;
    return 0;
}

uint32_t overlay_find(struct overlay *overlay, struct view path, bool follow_last)
{
    struct way way = {.follow_last = follow_last};

    walk(overlay, &way, path, NULL);
    return way.at;
}
