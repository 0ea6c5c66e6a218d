#include "artifact/layer-feed.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "base/thread-pool.h"

struct layer_feed {
    const struct source_context *context;
    const struct image_manifest *manifest;
    const struct layer_sink *sink;
    struct intake_target target;
    atomic_uint_fast64_t passed;
    uint64_t total; /* stored bytes of what is read; 0: not known */
    /* For each layer the one that is read for it: itself, or the first wanted
     * one with equal bytes; NOT_WANTED. */
    size_t *reader;
    bool *reported; /* of readers */
};

#define NOT_WANTED SIZE_MAX

static bool equal_bytes(const struct image_layer *a, const struct image_layer *b)
{
    if (a->digest.len || b->digest.len)
        return view_eq(a->digest, b->digest);
    return a->diff_id.len && view_eq(a->diff_id, b->diff_id);
}

static size_t find_reader(const struct layer_feed *feed, size_t layer)
{
    const struct image_layer *layers = feed->manifest->layers;

    for (size_t i = 0; i < layer; i++)
        if (feed->reader[i] == i && equal_bytes(&layers[i], &layers[layer]))
            return i;
    return layer;
}

static void choose(struct layer_feed *feed, const bool *wanted)
{
    const struct image_manifest *m = feed->manifest;
    bool all_known = true;

    for (size_t i = 0; i < m->layer_count; i++) {
        feed->reader[i] = wanted && !wanted[i] ? NOT_WANTED : find_reader(feed, i);
        if (feed->reader[i] != i)
            continue;
        feed->total += m->layers[i].size;
        all_known = all_known && m->layers[i].size > 0;
    }
    if (!all_known)
        feed->total = 0;
}

static void passed(void *ctx, uint64_t bytes)
{
    struct layer_feed *feed = ctx;
    const struct image_options *options = &feed->context->options;
    uint64_t before = atomic_fetch_add(&feed->passed, bytes);

    if (options->progress)
        options->progress(options->progress_ctx, before + bytes, feed->total);
}

int layer_feed_new(const struct source_context *context, const struct image_manifest *manifest,
                   const bool *wanted, const struct layer_sink *sink, struct layer_feed **ret,
                   struct error *err)
{
    struct layer_feed *feed = calloc(1, sizeof(*feed));
    size_t count = manifest->layer_count;

    if (!feed)
        return error_memory(err);
    feed->context = context;
    feed->manifest = manifest;
    feed->sink = sink;
    feed->target = (struct intake_target){context->sandbox, sink, feed, passed};
    feed->reader = calloc(count + 1, sizeof(*feed->reader));
    feed->reported = calloc(count + 1, sizeof(*feed->reported));
    if (!feed->reader || !feed->reported) {
        free(feed->reader);
        free(feed->reported);
        free(feed);
        return error_memory(err);
    }
    choose(feed, wanted);
    *ret = feed;
    return 0;
}

/* Tells the sink about every layer that was waiting for `layer`. */
static void report(struct layer_feed *feed, size_t layer, void *result, enum layer_proof proof,
                   const struct error *failure)
{
    const struct layer_sink *sink = feed->sink;

    feed->reported[layer] = true;
    for (size_t i = layer; i < feed->manifest->layer_count; i++) {
        if (feed->reader[i] != layer)
            continue;
        if (failure)
            sink->failed(sink->ctx, i, result, failure);
        else
            sink->done(sink->ctx, i, result, proof);
    }
}

void layer_feed_failed(struct layer_feed *feed, size_t layer, const struct error *err)
{
    report(feed, layer, NULL, LAYER_PROOF_DIGEST, err);
}

static void report_missing(struct layer_feed *feed, size_t layer)
{
    const struct image_layer *l = &feed->manifest->layers[layer];
    struct error err = ERROR_INIT;

    error_set(&err, ERROR_NOT_FOUND, "layer %.*s is missing",
              VIEW_ARG(l->digest.len ? l->digest : l->diff_id));
    error_hint(&err, "fetch or export the image again");
    layer_feed_failed(feed, layer, &err);
}

void layer_feed_free(struct layer_feed *feed)
{
    if (!feed)
        return;
    for (size_t i = 0; i < feed->manifest->layer_count; i++)
        if (feed->reader[i] == i && !feed->reported[i])
            report_missing(feed, i);
    free(feed->reader);
    free(feed->reported);
    free(feed);
}

bool layer_feed_is_reported(const struct layer_feed *feed, size_t layer)
{
    return feed->reader[layer] == NOT_WANTED || feed->reported[feed->reader[layer]];
}

void layer_feed_fail_rest(struct layer_feed *feed, const struct error *err)
{
    for (size_t i = 0; i < feed->manifest->layer_count; i++)
        if (feed->reader[i] == i && !feed->reported[i])
            layer_feed_failed(feed, i, err);
}

size_t layer_feed_reader(const struct layer_feed *feed, size_t layer)
{
    return feed->reader[layer];
}

/* ---- Each layer, in parallel ---- */

struct task {
    struct layer_feed *feed;
    size_t layer;
    void (*read)(void *ctx, struct layer_feed *feed, size_t layer);
    void *ctx;
};

static void run_task(void *argument)
{
    const struct task *task = argument;

    task->read(task->ctx, task->feed, task->layer);
}

/* The largest first, so that the last to end is a small one. */
static int larger_first(const void *a, const void *b)
{
    const struct task *x = a, *y = b;
    uint64_t size_x = x->feed->manifest->layers[x->layer].size;
    uint64_t size_y = y->feed->manifest->layers[y->layer].size;

    if (size_x != size_y)
        return size_x > size_y ? -1 : 1;
    return x->layer < y->layer ? -1 : x->layer > y->layer;
}

static bool is_readable(enum image_media media)
{
    return media != IMAGE_MEDIA_FOREIGN && media != IMAGE_MEDIA_ENCRYPTED;
}

static void refuse(struct layer_feed *feed, size_t layer)
{
    const struct image_layer *l = &feed->manifest->layers[layer];
    struct error err = ERROR_INIT;

    if (l->media == IMAGE_MEDIA_ENCRYPTED) {
        error_set(&err, ERROR_UNSUPPORTED, "layer %.*s is encrypted", VIEW_ARG(l->digest));
        error_hint(&err, "decrypt the image first");
    } else {
        error_set(&err, ERROR_UNSUPPORTED, "layer %.*s is not distributed with the image",
                  VIEW_ARG(l->digest));
        error_hint(&err, "it is a foreign layer; what it contains is not scanned");
    }
    layer_feed_failed(feed, layer, &err);
}

void layer_feed_refuse_unreadable(struct layer_feed *feed)
{
    for (size_t i = 0; i < feed->manifest->layer_count; i++)
        if (!layer_feed_is_reported(feed, i) && !is_readable(feed->manifest->layers[i].media))
            refuse(feed, feed->reader[i]);
}

static size_t list_tasks(struct layer_feed *feed, struct task *tasks)
{
    size_t count = 0;

    layer_feed_refuse_unreadable(feed);
    for (size_t i = 0; i < feed->manifest->layer_count; i++)
        if (feed->reader[i] == i && !feed->reported[i])
            tasks[count++] = (struct task){feed, i, NULL, NULL};
    qsort(tasks, count, sizeof(*tasks), larger_first);
    return count;
}

int layer_feed_each(struct layer_feed *feed,
                    void (*read)(void *ctx, struct layer_feed *feed, size_t layer), void *ctx,
                    struct error *err)
{
    _cleanup_free_ struct task *tasks = calloc(feed->manifest->layer_count + 1, sizeof(*tasks));
    _cleanup_(pool_free_p) struct pool *pool = NULL;
    size_t jobs = feed->context->options.jobs, count;
    int r = 0;

    if (!tasks)
        return error_memory(err);
    count = list_tasks(feed, tasks);
    jobs = jobs < 1 ? 1 : jobs;
    if (count == 0)
        return 0;
    r = pool_new(jobs < count ? jobs : count, &pool, err);
    for (size_t i = 0; r == 0 && i < count; i++) {
        tasks[i].read = read;
        tasks[i].ctx = ctx;
        r = pool_add(pool, run_task, &tasks[i], err);
    }
    if (pool)
        pool_wait(pool);
    return r;
}

/* ---- One layer ---- */

static enum intake_identity identity_of(const struct image_layer *layer)
{
    return layer->digest.len ? INTAKE_STORED : INTAKE_PLAIN;
}

static void mismatch(struct intake_outcome *outcome, struct view expected, struct view is)
{
    outcome->status =
        error_set(&outcome->error, ERROR_INPUT,
                  "layer %.*s: the bytes are %.*s: the image is damaged or was tampered with",
                  VIEW_ARG(expected), VIEW_ARG(is));
}

void layer_feed_outcome(struct layer_feed *feed, size_t layer, enum intake_identity identity,
                        const struct intake_outcome *given)
{
    const struct image_layer *l = &feed->manifest->layers[layer];
    struct view expected = identity == INTAKE_STORED && l->digest.len ? l->digest : l->diff_id;
    struct intake_outcome outcome = *given;
    char text[DIGEST_TEXT_SIZE + 1];
    struct view is = digest_format(&outcome.digest, text);

    if (outcome.status < 0)
        error_wrap(&outcome.error, "layer %.*s", VIEW_ARG(expected));
    else if (!view_eq(is, expected))
        mismatch(&outcome, expected, is);
    if (outcome.status == ERROR_INPUT)
        error_hint(&outcome.error, "fetch or export the image again");
    /* Stored bytes that hash to the diff_id are the uncompressed ones. */
    report(feed, layer, outcome.result,
           view_eq(expected, l->diff_id) ? LAYER_PROOF_DIFF_ID : LAYER_PROOF_DIGEST,
           outcome.status < 0 ? &outcome.error : NULL);
}

void layer_feed_file(struct layer_feed *feed, size_t layer, int fd, int64_t offset, int64_t length)
{
    const struct image_layer *l = &feed->manifest->layers[layer];
    struct intake_outcome outcome;

    layer_intake_file(&feed->target, identity_of(l), l->media, fd, offset, length, &outcome);
    layer_feed_outcome(feed, layer, identity_of(l), &outcome);
}

struct layer_pump {
    struct layer_feed *feed;
    size_t layer;
    struct layer_intake *intake;
};

int layer_pump_begin(struct layer_feed *feed, size_t layer, struct layer_pump **ret,
                     struct error *err)
{
    const struct image_layer *l = &feed->manifest->layers[layer];
    struct layer_pump *pump = calloc(1, sizeof(*pump));
    int r;

    if (!pump)
        return error_memory(err);
    pump->feed = feed;
    pump->layer = layer;
    r = layer_intake_begin(&feed->target, identity_of(l), l->media, &pump->intake, err);
    if (r < 0) {
        free(pump);
        return r;
    }
    *ret = pump;
    return 0;
}

int layer_pump_write(struct layer_pump *pump, struct view bytes, struct error *err)
{
    return layer_intake_write(pump->intake, bytes, err);
}

void layer_pump_end(struct layer_pump *pump, const struct error *failure)
{
    const struct image_layer *l = &pump->feed->manifest->layers[pump->layer];
    struct intake_outcome outcome;

    layer_intake_end(pump->intake, failure, &outcome);
    layer_feed_outcome(pump->feed, pump->layer, identity_of(l), &outcome);
    free(pump);
}
