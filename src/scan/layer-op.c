#include "scan/layer-op.h"

#include "base/arena.h"
#include "codec/stream.h"
#include "codec/tar.h"
#include "scan/layer-body.h"

enum { REQUEST_ARENA_LIMIT = 1 << 20 };

void layer_request_encode(const struct layer_request *request, struct buf *to)
{
    buf_add_u8(to, (uint8_t)request->form);
    buf_add_u64(to, (uint64_t)request->offset);
    buf_add_u64(to, (uint64_t)request->length);
    buf_add_u64(to, request->limit);
    buf_add_varint(to, request->sections);
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
    ret->sections = (unsigned)cursor_count(&c, LAYER_SECTION_BIT(LAYER_SECTION_COUNT) - 1);
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
    struct layer_readers readers;
    struct tar *tar;
};

/* A body that could be read in part is given as far as it goes, with its
 * error; then the layer ends. */
static int take_body(struct reading *r, struct view path, const struct layer_wishes *wishes,
                     struct error *err)
{
    struct error refused = ERROR_INIT;
    int result;

    worker_note(r->worker, path);
    if (is_skipped(r->request, path))
        error_set(&refused, ERROR_CRASH, "reading this file ended the worker; it was left out");
    result = layer_readers_body(&r->readers, r->tar, wishes,
                                error_is_set(&refused) ? &refused : NULL, err);
    worker_note(r->worker, VIEW_EMPTY);
    return result;
}

/* Entries of no interest are not noted: it would cost more than it tells. */
static int read_entries(struct reading *r, struct error *err)
{
    for (;;) {
        struct layer_wishes wishes;
        struct tar_entry entry;
        int result = tar_next(r->tar, &entry, err);

        if (result <= 0)
            return result;
        result = layer_readers_entry(&r->readers, &entry, &wishes, err);
        if (result == 0 && wishes.any)
            result = take_body(r, entry.path, &wishes, err);
        if (result < 0)
            return result;
    }
}

static int reply_section(void *ctx, enum layer_section section, struct view bytes,
                         struct error *err)
{
    _cleanup_(buf_done) struct buf head = BUF_INIT(16);
    int r;

    buf_add_u8(&head, (uint8_t)section);
    buf_add_u64(&head, bytes.len);
    r = buf_failed(&head, "an answer", err);
    if (r == 0)
        r = worker_reply(ctx, buf_view(&head), err);
    return r < 0 ? r : worker_reply(ctx, bytes, err);
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

static int read_layer(struct reading *reading, struct error *err)
{
    const struct layer_request *request = reading->request;
    _cleanup_(tar_free_p) struct tar *tar = NULL;
    int r =
        layer_readers_open(&reading->readers, request->sections, worker_context(reading->worker),
                           request->form, request->rules, request->rule_count, err);
    int read_result;

    if (r == 0)
        r = open_tar(reading->worker, request, &tar, err);
    if (r < 0)
        return r;
    reading->tar = tar;
    read_result = read_entries(reading, err);
    r = layer_readers_finish(&reading->readers, reply_section, reading->worker,
                             read_result < 0 ? NULL : err);
    return read_result < 0 ? read_result : r;
}

static int run_layer(struct worker *worker, struct view bytes, struct error *err)
{
    _cleanup_arena_ struct arena *arena = arena_new(REQUEST_ARENA_LIMIT);
    struct layer_request request;
    struct reading reading = {.worker = worker, .request = &request};
    int r;

    if (!arena)
        return error_memory(err);
    r = decode_request(bytes, arena, &request, err);
    if (r < 0)
        return r;
    r = read_layer(&reading, err);
    layer_readers_done(&reading.readers);
    return r;
}

const struct sandbox_op layer_op = {
    .name = "layer",
    .run = run_layer,
    .memory_limit = LAYER_OP_MEMORY,
    .reply_limit = LAYER_OP_REPLY_LIMIT,
    .cpu_seconds = LAYER_OP_CPU_SECONDS,
};
