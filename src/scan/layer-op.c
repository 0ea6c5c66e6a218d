#include "scan/layer-op.h"

#include "base/arena.h"
#include "codec/stream.h"
#include "codec/tar.h"

enum {
    REQUEST_ARENA_LIMIT = 1 << 20,
    /* Entries of no interest are not noted: it would cost more than it tells. */
    BODY_LIMIT = 512 << 20,
};

void layer_request_encode(const struct layer_request *request, struct buf *to)
{
    buf_add_u8(to, (uint8_t)request->form);
    buf_add_u64(to, (uint64_t)request->offset);
    buf_add_u64(to, (uint64_t)request->length);
    buf_add_u64(to, request->limit);
    layer_rules_add(to, request->rules, request->rule_count);
    buf_add_varint(to, request->skipped_count);
    for (size_t i = 0; i < request->skipped_count; i++)
        buf_add_bytes(to, request->skipped[i]);
}

static int decode_request(struct view bytes, struct arena *arena, struct layer_request *ret,
                          struct error *err)
{
    struct cursor c = cursor_of(bytes);
    struct view *skipped;

    ret->form = cursor_u8(&c) ? LAYER_OF_TREE : LAYER_OF_IMAGE;
    ret->offset = (int64_t)cursor_u64(&c);
    ret->length = (int64_t)cursor_u64(&c);
    ret->limit = cursor_u64(&c);
    ret->rules = layer_rules_read(&c, arena, &ret->rule_count);
    ret->skipped_count = (size_t)cursor_count(&c, LAYER_OP_SKIP_LIMIT);
    skipped = arena_array(arena, ret->skipped_count, sizeof(*skipped));
    for (size_t i = 0; skipped && i < ret->skipped_count; i++)
        skipped[i] = cursor_bytes(&c);
    ret->skipped = skipped;
    if (!cursor_at_end(&c) || arena_failed(arena, "a layer request", NULL) < 0)
        return error_set(err, ERROR_INTERNAL, "a layer request is malformed");
    return 0;
}

static enum layer_entry_type entry_type(enum tar_type type)
{
    switch (type) {
    case TAR_FILE:
        return LAYER_ENTRY_FILE;
    case TAR_DIRECTORY:
        return LAYER_ENTRY_DIRECTORY;
    case TAR_SYMLINK:
        return LAYER_ENTRY_SYMLINK;
    case TAR_HARDLINK:
        return LAYER_ENTRY_HARD_LINK;
    default:
        return LAYER_ENTRY_OTHER;
    }
}

static bool is_skipped(const struct layer_request *request, struct view path)
{
    for (size_t i = 0; i < request->skipped_count; i++)
        if (view_eq(request->skipped[i], path))
            return true;
    return false;
}

struct reading {
    struct worker *worker;
    const struct layer_request *request;
    struct layer_builder *builder;
    struct tar *tar;
    struct buf body;
};

/* Reads the body and lets the analyser look at it. A body that could be read
 * in part is given as far as it goes, with its error; then the layer ends. */
static int take_body(struct reading *r, struct view path, struct error *err)
{
    struct error reading = ERROR_INIT;
    int read_result = 0, result;

    worker_note(r->worker, path);
    if (is_skipped(r->request, path)) {
        error_set(&reading, ERROR_CRASH, "reading this file ended the worker; it was left out");
        return layer_builder_content(r->builder, VIEW_EMPTY, &reading, err);
    }
    buf_reset(&r->body);
    read_result = tar_read_all(r->tar, &r->body, &reading);
    result = layer_builder_content(r->builder, buf_view(&r->body),
                                   read_result < 0 ? &reading : NULL, err);
    worker_note(r->worker, VIEW_EMPTY);
    if (result == 0 && read_result < 0) {
        if (err)
            *err = reading;
        return read_result;
    }
    return result;
}

static int read_entries(struct reading *r, struct error *err)
{
    for (;;) {
        const struct analyser *wanted = NULL;
        struct tar_entry entry;
        int result = tar_next(r->tar, &entry, err);

        if (result <= 0)
            return result;
        result = layer_builder_entry(r->builder, entry.path, entry_type(entry.type), entry.link,
                                     entry.size, &wanted, err);
        if (result == 0 && wanted)
            result = take_body(r, entry.path, err);
        if (result < 0)
            return result;
    }
}

static int open_tar(struct worker *worker, const struct layer_request *request, struct tar **ret,
                    struct error *err)
{
    struct stream *stored = NULL, *decoded = NULL;
    int r = stream_open_fd(worker_fd(worker, 0), request->offset, request->length, &stored, err);

    if (r == 0)
        r = stream_open_decoded(stored, request->limit, NULL, &decoded, err);
    return r < 0 ? r : tar_open(decoded, NULL, ret, err);
}

static int run_layer(struct worker *worker, struct view bytes, struct error *err)
{
    _cleanup_arena_ struct arena *arena = arena_new(REQUEST_ARENA_LIMIT);
    _cleanup_(layer_builder_free_p) struct layer_builder *builder = NULL;
    _cleanup_(tar_free_p) struct tar *tar = NULL;
    struct layer_request request;
    struct reading reading;
    struct view facts;
    int r, read_result;

    if (!arena)
        return error_memory(err);
    r = decode_request(bytes, arena, &request, err);
    if (r == 0)
        r = layer_builder_new(request.form, request.rules, request.rule_count, &builder, err);
    if (r == 0)
        r = open_tar(worker, &request, &tar, err);
    if (r < 0)
        return r;
    reading = (struct reading){worker, &request, builder, tar, BUF_INIT(BODY_LIMIT)};
    read_result = read_entries(&reading, err);
    buf_done(&reading.body);
    r = layer_builder_finish(builder, &facts, read_result < 0 ? NULL : err);
    if (r == 0)
        r = worker_reply(worker, facts, read_result < 0 ? NULL : err);
    return read_result < 0 ? read_result : r;
}

const struct sandbox_op layer_op = {
    .name = "layer",
    .run = run_layer,
    .memory_limit = LAYER_OP_MEMORY,
    .reply_limit = LAYER_FACTS_LIMIT,
    .cpu_seconds = LAYER_OP_CPU_SECONDS,
};
