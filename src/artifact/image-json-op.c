/* The op "image-json" and its caller: one document parsed in a worker. The
 * request is a byte for what is wanted and the document; the reply is the
 * compact form. */
#include "artifact/image-json-op.h"

#include "artifact/source.h"

enum {
    PARSE_ARENA_LIMIT = 128 << 20,
    DEADLINE_SECONDS = 60,
};

int image_json_run(struct worker *worker, struct view request, struct error *err)
{
    _cleanup_arena_ struct arena *arena = arena_new(PARSE_ARENA_LIMIT);
    _cleanup_(buf_done) struct buf reply = BUF_INIT(IMAGE_JSON_REPLY_LIMIT);
    struct cursor c = cursor_of(request);
    enum image_json_want want = (enum image_json_want)cursor_count(&c, IMAGE_JSON_LAYOUT);
    struct image_document document;
    int r;

    if (!arena)
        return error_memory(err);
    r = image_json_parse(cursor_take(&c, cursor_left(&c)), want, arena, &document, err);
    if (r < 0)
        return r;
    image_json_encode(&document, &reply);
    r = buf_failed(&reply, "a document of an image", err);
    return r < 0 ? r : worker_reply(worker, buf_view(&reply), err);
}

static int ask(struct sandbox *sandbox, struct view text, enum image_json_want want,
               struct buf *reply, struct error *err)
{
    _cleanup_(buf_done) struct buf request = BUF_INIT(SANDBOX_REQUEST_LIMIT);

    if (text.len > IMAGE_JSON_LIMIT)
        return error_set(err, ERROR_LIMIT, "more than %d bytes of JSON", IMAGE_JSON_LIMIT);
    buf_add_u8(&request, (uint8_t)want);
    buf_add(&request, text);
    if (buf_failed(&request, "a document of an image", err) < 0)
        return ERROR_MEMORY;
    return sandbox_call(sandbox, "image-json", buf_view(&request), NULL, 0, DEADLINE_SECONDS, reply,
                        err);
}

int image_json_load(struct sandbox *sandbox, const char *what, struct view text,
                    enum image_json_want want, struct arena *arena, struct image_document *ret,
                    struct error *err)
{
    _cleanup_(buf_done) struct buf reply = BUF_INIT(IMAGE_JSON_REPLY_LIMIT + 1);
    struct view kept;
    int r = ask(sandbox, text, want, &reply, err);

    if (r == 0) {
        kept = arena_copy(arena, buf_view(&reply));
        r = image_json_decode(kept, arena, ret, err);
    }
    return r < 0 ? error_wrap(err, "%s", what) : 0;
}
