#include "scan/layer-worker.h"

#include "base/arena.h"

void layer_result_init(struct layer_result *result)
{
    memset(result, 0, sizeof(*result));
    result->reply = BUF_INIT(LAYER_OP_REPLY_LIMIT + 1);
}

void layer_result_done(struct layer_result *result)
{
    buf_done(&result->reply);
}

struct sandbox_job *layer_worker_start(struct sandbox *sandbox, const struct layer_request *request,
                                       int fd, unsigned deadline_seconds,
                                       struct layer_result *result)
{
    _cleanup_(buf_done) struct buf bytes = BUF_INIT(SANDBOX_REQUEST_LIMIT);
    struct sandbox_job *job = NULL;

    layer_request_encode(request, &bytes);
    result->status = buf_failed(&bytes, "a layer request", &result->error);
    if (result->status == 0)
        result->status = sandbox_job_start(sandbox, layer_op.name, buf_view(&bytes), &fd, 1,
                                           deadline_seconds, &job, &result->error);
    return result->status < 0 ? NULL : job;
}

void layer_worker_finish(struct sandbox_job *job, struct layer_result *result)
{
    if (!job)
        return;
    result->status = sandbox_job_finish_noted(job, &result->reply, result->note, &result->error);
    if (!layer_sections_read(buf_view(&result->reply), result->sections) && result->status == 0)
        result->status =
            error_set(&result->error, ERROR_INPUT, "the answer of a worker is malformed");
}
