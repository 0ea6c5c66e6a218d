#include "artifact/layer-inflate.h"

#include "base/cursor.h"
#include "codec/stream.h"

static int open_stream(struct worker *worker, struct view request, struct stream **ret,
                       struct error *err)
{
    struct cursor c = cursor_of(request);
    int64_t offset = (int64_t)cursor_u64(&c), length = (int64_t)cursor_u64(&c);
    struct stream *stored;
    int r;

    if (!cursor_at_end(&c))
        return error_set(err, ERROR_INTERNAL, "a request to unpack is malformed");
    r = stream_open_fd(worker_fd(worker, 0), offset, length, &stored, err);
    return r < 0 ? r : stream_open_decoded(stored, LAYER_INFLATE_LIMIT, NULL, ret, err);
}

int layer_inflate_run(struct worker *worker, struct view request, struct error *err)
{
    _cleanup_(stream_free_p) struct stream *stream = NULL;
    int r = open_stream(worker, request, &stream, err);

    while (r == 0) {
        struct view block;

        r = stream_next(stream, &block, err);
        if (r == 0 && block.len == 0)
            break;
        if (r == 0)
            r = worker_reply(worker, block, err);
    }
    return r;
}

int layer_inflate_start(struct sandbox *sandbox, int fd, int64_t offset, int64_t length,
                        struct sandbox_job **ret, struct error *err)
{
    _cleanup_(buf_done) struct buf request = BUF_INIT(64);

    buf_add_u64(&request, (uint64_t)offset);
    buf_add_u64(&request, (uint64_t)length);
    return sandbox_job_start(sandbox, "layer-inflate", buf_view(&request), &fd, 1, 0, ret, err);
}
