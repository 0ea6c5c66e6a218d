#include "artifact/archive-stream.h"

#include "artifact/archive-image.h"
#include "artifact/archive-split.h"
#include "artifact/layer-feed.h"
#include "base/hash.h"

/* A member that went to the sink before it was known which layer it is. */
struct passed_member {
    enum intake_identity identity;
    struct intake_outcome outcome;
    bool claimed; /* a layer was reported with it */
};

struct stream_reading {
    const struct source_context *context;
    const struct layer_sink *sink;
    const struct image_manifest *expected;
    const bool *wanted;
    struct arena *arena; /* gone afterwards */
    struct archive_split *split;
    struct archive_kept kept;
    struct intake_target target;
    struct hash_map *passed; /* by path */
    uint64_t bytes;
};

static void count_passed(void *ctx, uint64_t bytes)
{
    struct stream_reading *s = ctx;
    const struct image_options *options = &s->context->options;

    s->bytes += bytes;
    if (options->progress)
        options->progress(options->progress_ctx, s->bytes, 0);
}

static void drop(struct stream_reading *s, struct passed_member *passed)
{
    if (!passed->claimed && passed->outcome.result)
        s->sink->drop(s->sink->ctx, passed->outcome.result);
}

/* ---- While it passes ---- */

static int relay(struct stream_reading *s, struct layer_intake *intake, struct view block,
                 struct error *err)
{
    int r = 0;

    while (r == 0 && block.len) {
        r = layer_intake_write(intake, block, err);
        if (r == 0)
            r = archive_split_read(s->split, &block, err);
    }
    return r;
}

/* A member that is read again under the same path replaces the one before. */
static int pass(struct stream_reading *s, const struct archive_member *m, struct view start,
                struct error *err)
{
    struct view path = arena_copy(s->arena, m->path);
    struct passed_member *passed = arena_alloc(s->arena, sizeof(*passed)), *before;
    struct error failure = ERROR_INIT;
    struct layer_intake *intake;
    int r;

    if (arena_failed(s->arena, "an archive", err) < 0)
        return err ? err->kind : ERROR_LIMIT;
    passed->identity = archive_blob_digest(path, s->arena).len ? INTAKE_STORED : INTAKE_PLAIN;
    r = layer_intake_begin(&s->target, passed->identity, IMAGE_MEDIA_UNKNOWN, &intake, err);
    if (r < 0)
        return r;
    r = relay(s, intake, start, &failure);
    layer_intake_end(intake, r < 0 ? &failure : NULL, &passed->outcome);
    before = hash_map_get(s->passed, path);
    if (before)
        drop(s, before);
    if (!hash_map_put(s->passed, path, passed)) {
        drop(s, passed);
        return error_memory(err);
    }
    if (r < 0 && err)
        *err = failure;
    return r;
}

static bool may_be_json(struct view start)
{
    start = view_trim(start);
    return view_starts(start, VIEW("{")) || view_starts(start, VIEW("["));
}

/* A blob that is a layer of the expected image, but not one that is wanted. */
static bool is_unwanted(struct stream_reading *s, struct view path)
{
    struct view digest = archive_blob_digest(path, s->arena);
    bool known = false;

    for (size_t i = 0; s->expected && s->wanted && digest.len && i < s->expected->layer_count;
         i++) {
        const struct image_layer *l = &s->expected->layers[i];

        if (!view_eq(l->digest, digest) && !view_eq(l->diff_id, digest))
            continue;
        if (s->wanted[i])
            return false;
        known = true;
    }
    return known;
}

static int take_member(struct stream_reading *s, const struct archive_member *m, struct error *err)
{
    struct view start = VIEW_EMPTY;
    int r = archive_index_add(s->kept.index, m, err);

    if (r < 0 || !m->with_body || is_unwanted(s, m->path))
        return r;
    if (m->size > ARCHIVE_STREAM_SMALL) {
        r = archive_split_read(s->split, &start, err);
        if (r < 0)
            return r;
        if (m->size > IMAGE_JSON_LIMIT || !may_be_json(start))
            return pass(s, m, start, err);
    }
    return archive_split_keep(s->split, m, start, &s->kept, err);
}

static int read_members(struct stream_reading *s, struct error *err)
{
    for (;;) {
        struct archive_member m = {0};
        int r = archive_split_next(s->split, &m, err);

        if (r > 0)
            r = take_member(s, &m, err);
        else
            return r;
        if (r < 0)
            return r;
    }
}

/* ---- Afterwards ---- */

static int read_document(void *ctx, struct view path, struct buf *to, struct error *err)
{
    struct stream_reading *s = ctx;
    const struct archive_member *m = archive_index_find(s->kept.index, path);

    if (!m)
        return error_set(err, ERROR_NOT_FOUND, "%.*s is missing", VIEW_ARG(path));
    if (m->size > IMAGE_JSON_LIMIT)
        return error_set(err, ERROR_LIMIT, "%.*s has %llu bytes, more than %d", VIEW_ARG(path),
                         (unsigned long long)m->size, IMAGE_JSON_LIMIT);
    buf_add(to, m->body);
    return buf_failed(to, "a document of an image", err);
}

static uint64_t document_size(void *ctx, struct view path)
{
    struct stream_reading *s = ctx;
    const struct archive_member *m = archive_index_find(s->kept.index, path);

    return m ? m->size : 0;
}

static bool same_layers(const struct image_manifest *a, const struct image_manifest *b)
{
    if (a->layer_count != b->layer_count)
        return false;
    for (size_t i = 0; i < a->layer_count; i++)
        if (!view_eq(a->layers[i].diff_id, b->layers[i].diff_id))
            return false;
    return true;
}

/* Small layers were kept in memory and go to the sink now. */
static void feed_kept(struct layer_feed *feed, size_t layer, const struct archive_member *m)
{
    struct error err = ERROR_INIT;
    struct layer_pump *pump;
    int r = layer_pump_begin(feed, layer, &pump, &err);

    if (r < 0) {
        layer_feed_failed(feed, layer, &err);
        return;
    }
    r = layer_pump_write(pump, m->body, &err);
    layer_pump_end(pump, r < 0 ? &err : NULL);
}

static void feed_layer(struct stream_reading *s, struct layer_feed *feed, size_t layer,
                       struct view layer_path)
{
    const struct archive_member *m = archive_index_find(s->kept.index, layer_path);
    struct passed_member *passed = m ? hash_map_get(s->passed, m->path) : NULL;

    if (passed) {
        passed->claimed = true;
        layer_feed_outcome(feed, layer, passed->identity, &passed->outcome);
    } else if (m && m->body.len) {
        feed_kept(feed, layer, m);
    }
}

static int report(struct stream_reading *s, const struct archive_image *image,
                  const struct error *broken, struct error *err)
{
    _cleanup_(layer_feed_free_p) struct layer_feed *feed = NULL;
    int r = layer_feed_new(s->context, image->manifest, s->wanted, s->sink, &feed, err);

    if (r < 0)
        return r;
    layer_feed_refuse_unreadable(feed);
    for (size_t i = 0; i < image->manifest->layer_count; i++)
        if (layer_feed_reader(feed, i) == i && !layer_feed_is_reported(feed, i))
            feed_layer(s, feed, i, image->layer_paths[i]);
    if (error_is_set(broken))
        layer_feed_fail_rest(feed, broken);
    return 0;
}

/* Reads everything; what came before a break still counts when the documents
 * did, too. */
static int read_and_report(struct stream_reading *s, struct view name, struct arena *arena,
                           const struct image_manifest **ret_manifest, struct error *err)
{
    struct document_reader reader = {s, read_document, document_size};
    struct error broken = ERROR_INIT;
    struct archive_image image;
    int r;

    read_members(s, &broken);
    r = archive_image_load(s->context, &reader, name, arena, &image, err);
    if (r < 0 && error_is_set(&broken)) {
        if (err)
            *err = broken;
        return broken.kind;
    }
    if (r == 0 && s->expected && !same_layers(s->expected, image.manifest))
        r = error_set(err, ERROR_INPUT, "the archive holds another image than was asked for");
    if (r < 0)
        return r;
    if (ret_manifest)
        *ret_manifest = image.manifest;
    return report(s, &image, &broken, err);
}

int archive_stream_read(const struct source_context *context, int fd, struct view name,
                        const struct image_manifest *expected, const bool *wanted,
                        const struct layer_sink *sink, struct arena *arena,
                        const struct image_manifest **ret_manifest, struct error *err)
{
    _cleanup_arena_ struct arena *scratch = arena_new(SOURCE_ARENA_LIMIT);
    _cleanup_(archive_index_free_p) struct archive_index *index = NULL;
    _cleanup_(hash_map_free_p) struct hash_map *passed = hash_map_new();
    struct stream_reading s = {.context = context,
                               .sink = sink,
                               .expected = expected,
                               .wanted = wanted,
                               .arena = scratch,
                               .passed = passed};
    int r;

    if (!scratch || !passed)
        return error_memory(err);
    s.target = (struct intake_target){context->sandbox, sink, &s, count_passed};
    r = archive_index_new(scratch, &index, err);
    s.kept.index = index;
    if (r == 0)
        r = archive_split_start(context->sandbox, fd, false, ARCHIVE_SPLIT_ALL, NULL, 0, &s.split,
                                err);
    if (r < 0)
        return r;
    r = read_and_report(&s, name, ret_manifest ? arena : scratch, ret_manifest, err);
    archive_split_free(s.split);
    for (size_t i = 0; i < hash_map_count(passed); i++)
        drop(&s, hash_map_at(passed, i, NULL));
    return r;
}
