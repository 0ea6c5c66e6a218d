#include "artifact/manifest.h"

#include <stdlib.h>

#include "artifact/platform.h"
#include "codec/digest.h"

enum {
    UNKNOWN_DISTANCE = 1 << 16, /* of an entry that doesn't say its platform */
    LIST_LIMIT = 400,           /* bytes of a list of names in an error */
};

static const struct view config_types[] = {
    VIEW("application/vnd.oci.image.config.v1+json"),
    VIEW("application/vnd.docker.container.image.v1+json"),
};

struct walk {
    const struct source_context *context;
    const struct manifest_reader *reader;
    struct arena *arena;
    struct error *err;
};

struct candidate {
    const struct image_descriptor *entry;
    int distance;
    size_t order;
};

struct candidates {
    struct candidate *list;
    size_t count;
};

static int walk_top(struct walk *w, struct view text, struct view digest, struct view name,
                    unsigned depth, struct image_manifest *ret);

static struct view hash_text(struct arena *arena, struct view bytes)
{
    struct digest digest = digest_of(bytes);
    char text[DIGEST_TEXT_SIZE + 1];

    return arena_copy(arena, digest_format(&digest, text));
}

int source_check_digest(const char *what, struct view bytes, struct view digest, struct error *err)
{
    struct digest is = digest_of(bytes);
    char text[DIGEST_TEXT_SIZE + 1];
    struct view found = digest_format(&is, text);

    if (view_eq(found, digest))
        return 0;
    error_set(err, ERROR_INPUT,
              "%s %.*s: the bytes are %.*s: the image is damaged or was tampered with", what,
              VIEW_ARG(digest), VIEW_ARG(found));
    error_hint(err, "fetch or export the image again");
    return ERROR_INPUT;
}

/* Reads a blob and checks it; `to` then holds it. */
static int read_blob(struct walk *w, const struct image_descriptor *blob, bool is_manifest,
                     struct buf *to)
{
    const char *what = is_manifest ? "manifest" : "config";
    int r;

    if (blob->size > IMAGE_JSON_LIMIT)
        return error_set(w->err, ERROR_LIMIT, "%s %.*s: %llu bytes, more than %d", what,
                         VIEW_ARG(blob->digest), (unsigned long long)blob->size, IMAGE_JSON_LIMIT);
    r = w->reader->read(w->reader->ctx, blob, is_manifest, to, w->err);
    if (r == 0)
        r = buf_failed(to, what, w->err);
    if (r == ERROR_NOT_FOUND)
        error_hint(w->err, "the image is incomplete: fetch or export it again");
    if (r < 0)
        return error_wrap(w->err, "%s %.*s", what, VIEW_ARG(blob->digest));
    return source_check_digest(what, buf_view(to), blob->digest, w->err);
}

static int load(struct walk *w, const char *what, struct view digest, struct view text,
                enum image_json_want want, struct image_document *ret)
{
    char name[128];

    snprintf(name, sizeof(name), "%s%s%.*s", what, digest.len ? " " : "", VIEW_ARG(digest));
    return image_json_load(w->context->sandbox, name, text, want, w->arena, ret, w->err);
}

/* Adds to a comma-separated list; what doesn't fit the buffer is left out. */
static void add_to_list(struct buf *list, struct view item)
{
    if (item.len && !list->failed)
        buf_addf(list, "%s%.*s", list->len ? ", " : "", VIEW_ARG(item));
}

static const char *list_end(const struct buf *list)
{
    return list->failed ? ", ..." : "";
}

static struct view entry_name(const struct image_descriptor *entry)
{
    if (entry->image_name.len)
        return entry->image_name;
    return entry->ref_name.len ? entry->ref_name : entry->digest;
}

static bool is_named(const struct image_descriptor *entry, struct view name)
{
    return view_eq(entry->digest, name) || reference_names(name, entry->image_name) ||
           reference_names(name, entry->ref_name);
}

static int refuse_names(struct walk *w, const struct image_index *index, struct view name)
{
    _cleanup_(buf_done) struct buf list = BUF_INIT(LIST_LIMIT);

    for (size_t i = 0; i < index->count; i++)
        if (!index->entries[i].attestation)
            add_to_list(&list, entry_name(&index->entries[i]));
    if (name.len)
        error_set(w->err, ERROR_NOT_FOUND, "it has no image \"%.*s\", but: %.*s%s", VIEW_ARG(name),
                  VIEW_ARG(buf_view(&list)), list_end(&list));
    else
        error_set(w->err, ERROR_USAGE, "it has several images: %.*s%s", VIEW_ARG(buf_view(&list)),
                  list_end(&list));
    error_hint(w->err, "choose one by adding @NAME to the path");
    return name.len ? ERROR_NOT_FOUND : ERROR_USAGE;
}

static bool is_listed(const struct candidates *c, struct view digest)
{
    for (size_t i = 0; i < c->count; i++)
        if (view_eq(c->list[i].entry->digest, digest))
            return true;
    return false;
}

/* The images of an index, or those of the name. An image that stands there
 * under two names counts once. */
static int list_candidates(struct walk *w, const struct image_index *index, struct view name,
                           struct candidates *ret)
{
    struct candidates c = {arena_array(w->arena, index->count, sizeof(*c.list)), 0};

    if (!c.list && index->count)
        return arena_failed(w->arena, "an index", w->err);
    for (size_t i = 0; i < index->count; i++) {
        const struct image_descriptor *entry = &index->entries[i];

        if ((name.len ? !is_named(entry, name) : entry->attestation) ||
            is_listed(&c, entry->digest))
            continue;
        c.list[c.count] = (struct candidate){entry, 0, c.count};
        c.count++;
    }
    *ret = c;
    return 0;
}

static bool names_differ(const struct candidates *c)
{
    for (size_t i = 1; i < c->count; i++)
        if (!view_eq(c->list[i].entry->image_name, c->list[0].entry->image_name) ||
            !view_eq(c->list[i].entry->ref_name, c->list[0].entry->ref_name))
            return true;
    return false;
}

static int refuse_platforms(struct walk *w, const struct candidates *c)
{
    _cleanup_(buf_done) struct buf list = BUF_INIT(LIST_LIMIT);
    struct view wanted = platform_format(w->context->options.platform, w->arena);

    for (size_t i = 0; i < c->count; i++)
        add_to_list(&list, platform_format(platform_normal(c->list[i].entry->platform), w->arena));
    error_set(w->err, ERROR_NOT_FOUND, "no image for %.*s, but for: %.*s%s", VIEW_ARG(wanted),
              VIEW_ARG(buf_view(&list)), list_end(&list));
    error_hint(w->err, "choose one with --platform");
    return ERROR_NOT_FOUND;
}

static int candidate_order(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;

    if (x->distance != y->distance)
        return x->distance < y->distance ? -1 : 1;
    return x->order < y->order ? -1 : x->order > y->order;
}

/* Keeps those that serve the platform, the nearest first. */
static int order_by_platform(struct walk *w, struct candidates *c)
{
    struct candidates all = *c;
    size_t kept = 0;

    if (c->count == 0)
        return error_set(w->err, ERROR_INPUT, "the index holds no image");
    if (c->count == 1 && !w->context->platform_asked)
        return 0;
    all.list = arena_array(w->arena, c->count, sizeof(*all.list));
    if (!all.list)
        return arena_failed(w->arena, "an index", w->err);
    memcpy(all.list, c->list, c->count * sizeof(*all.list));
    for (size_t i = 0; i < all.count; i++) {
        struct candidate one = all.list[i];

        one.distance = one.entry->platform.arch.len == 0
                           ? UNKNOWN_DISTANCE
                           : platform_distance(w->context->options.platform, one.entry->platform);
        if (one.distance >= 0)
            c->list[kept++] = one;
    }
    c->count = kept;
    if (kept == 0)
        return refuse_platforms(w, &all);
    qsort(c->list, kept, sizeof(*c->list), candidate_order);
    return 0;
}

static int follow(struct walk *w, const struct image_descriptor *entry, unsigned depth,
                  struct image_manifest *ret)
{
    _cleanup_(buf_done) struct buf text = BUF_INIT(IMAGE_JSON_LIMIT);
    int r = read_blob(w, entry, true, &text);

    return r < 0 ? r : walk_top(w, buf_view(&text), entry->digest, VIEW_EMPTY, depth + 1, ret);
}

/* A store may hold only some of the platforms of an index; when none was asked
 * for, the next best that is there will do. */
static int walk_index(struct walk *w, const struct image_index *index, bool is_layout,
                      struct view name, unsigned depth, struct image_manifest *ret)
{
    struct candidates c = {0};
    struct error first = ERROR_INIT;
    int r = list_candidates(w, index, name, &c);

    if (r < 0)
        return r;
    if ((name.len && c.count == 0) || (is_layout && !name.len && names_differ(&c)))
        return refuse_names(w, index, name);
    r = order_by_platform(w, &c);
    if (r < 0)
        return r;
    for (size_t i = 0; i < c.count; i++) {
        r = follow(w, c.list[i].entry, depth, ret);
        if (r != ERROR_NOT_FOUND || w->context->platform_asked)
            return r;
        if (i == 0 && w->err)
            first = *w->err;
    }
    if (w->err)
        *w->err = first;
    return r;
}

static bool is_image_config(struct view media_type)
{
    for (size_t i = 0; i < sizeof(config_types) / sizeof(config_types[0]); i++)
        if (view_eq(config_types[i], media_type))
            return true;
    return media_type.len == 0;
}

static int load_config(struct walk *w, const struct image_descriptor *blob, struct buf *text,
                       struct image_config *ret)
{
    struct image_document document = {0};
    int r = read_blob(w, blob, false, text);

    if (r < 0)
        return r;
    r = load(w, "config", blob->digest, buf_view(text), IMAGE_JSON_CONFIG, &document);
    if (r == ERROR_INPUT && !is_image_config(blob->media_type)) {
        error_set(w->err, ERROR_UNSUPPORTED,
                  "this is no container image, but has a config of type "
                  "%.*s",
                  VIEW_ARG(view_sub(blob->media_type, 0, 100)));
        error_hint(w->err, "charts, signatures and other artifacts hold no packages");
        return ERROR_UNSUPPORTED;
    }
    if (r == 0)
        *ret = document.config;
    return r;
}

int manifest_check_platform(const struct source_context *context, struct platform platform,
                            struct arena *arena, struct error *err)
{
    struct view is, wanted;

    if (!context->platform_asked || platform.arch.len == 0 ||
        platform_distance(context->options.platform, platform) >= 0)
        return 0;
    is = platform_format(platform_normal(platform), arena);
    wanted = platform_format(context->options.platform, arena);
    error_set(err, ERROR_NOT_FOUND, "the image is for %.*s, not for %.*s", VIEW_ARG(is),
              VIEW_ARG(wanted));
    error_hint(err, "ask for another --platform, or leave --platform out");
    return ERROR_NOT_FOUND;
}

static int walk_manifest(struct walk *w, const struct image_manifest_document *manifest,
                         struct view digest, struct image_manifest *ret)
{
    _cleanup_(buf_done) struct buf text = BUF_INIT(IMAGE_JSON_LIMIT);
    struct image_config config = {0};
    struct image_layer *layers = NULL;
    int r = load_config(w, &manifest->config, &text, &config);

    if (r == 0)
        r = manifest_check_platform(w->context, config.platform, w->arena, w->err);
    if (r == 0 && config.layer_count != manifest->layer_count)
        r = error_set(w->err, ERROR_INPUT, "the manifest has %zu layers, but its config %zu",
                      manifest->layer_count, config.layer_count);
    if (r == 0)
        r = manifest_of_config(&config, buf_view(&text), w->arena, ret, &layers, w->err);
    if (r < 0)
        return r;
    ret->digest = digest;
    for (size_t i = 0; i < manifest->layer_count; i++) {
        layers[i].digest = manifest->layers[i].digest;
        layers[i].size = manifest->layers[i].size;
        layers[i].media = image_media_of(manifest->layers[i].media_type);
    }
    return 0;
}

static int walk_top(struct walk *w, struct view text, struct view digest, struct view name,
                    unsigned depth, struct image_manifest *ret)
{
    struct image_document document = {0};
    int r =
        load(w, digest.len ? "manifest" : "index.json", digest, text, IMAGE_JSON_TOP, &document);

    if (r < 0)
        return r;
    if (document.kind == IMAGE_DOCUMENT_MANIFEST)
        return walk_manifest(w, &document.manifest, digest, ret);
    if (depth == MANIFEST_INDEX_DEPTH)
        return error_set(w->err, ERROR_LIMIT, "more than %d indexes within each other",
                         MANIFEST_INDEX_DEPTH);
    return walk_index(w, &document.index, digest.len == 0, name, depth, ret);
}

int manifest_resolve(const struct source_context *context, const struct manifest_reader *reader,
                     struct view top, struct view top_digest, struct view name, struct arena *arena,
                     const struct image_manifest **ret, struct error *err)
{
    struct error local = ERROR_INIT;
    struct walk w = {context, reader, arena, err ? err : &local};
    struct image_manifest *manifest = arena_alloc(arena, sizeof(*manifest));
    int r;

    if (!manifest)
        return arena_failed(arena, "a manifest", err);
    r = walk_top(&w, top, arena_copy(arena, top_digest), name, 0, manifest);
    if (r == 0)
        r = arena_failed(arena, "a manifest", err);
    if (r == 0)
        *ret = manifest;
    return r;
}

int manifest_of_config(const struct image_config *config, struct view config_json,
                       struct arena *arena, struct image_manifest *ret,
                       struct image_layer **ret_layers, struct error *err)
{
    struct image_layer *layers = arena_array(arena, config->layer_count, sizeof(*layers));
    struct image_manifest manifest = {
        .config_id = hash_text(arena, config_json),
        .platform = platform_normal(config->platform),
        .created = config->created,
        .layers = layers,
        .layer_count = config->layer_count,
        .config_json = arena_copy(arena, config_json),
    };

    if (arena_failed(arena, "a manifest", err) < 0)
        return err ? err->kind : ERROR_MEMORY;
    for (size_t i = 0; i < config->layer_count; i++) {
        layers[i].diff_id = config->diff_ids[i];
        layers[i].created_by = config->created_by[i];
    }
    *ret = manifest;
    if (ret_layers)
        *ret_layers = layers;
    return 0;
}
