#include "vulndb/import/worker.h"

#include <stdlib.h>
#include <sys/mman.h>

#include "base/fd.h"
#include "vulndb/import/bundle.h"

enum {
    REPLY_BATCH = 256 << 10,       /* bytes gathered before they are sent */
    REPLY_LIMIT = FRAME_LIMIT * 2, /* bytes of a batch with its last frame */
    DECODE_LIMIT = 512 << 20,      /* bytes that one record may need, decoded */
    CPU_SECONDS = 900,
    DEADLINE_SECONDS = 1800,
};

/* ---- In the worker ---- */

struct order {
    const struct importer *importer;
    bool only;
};

struct worker_sink {
    struct import_sink base;
    struct worker *worker;
    struct buf batch;
};

static int flush(struct worker_sink *sink, struct error *err)
{
    int r = worker_reply(sink->worker, buf_view(&sink->batch), err);

    buf_reset(&sink->batch);
    return r;
}

static int send_batch(struct worker_sink *sink, int r, struct error *err)
{
    return r < 0 || sink->batch.len < REPLY_BATCH ? r : flush(sink, err);
}

static int on_advisory(struct import_sink *base, const struct advisory *advisory, struct error *err)
{
    struct worker_sink *sink = (struct worker_sink *)base;
    size_t start = sink->batch.len;
    struct error why = ERROR_INIT;

    if (frame_add_record(advisory, &sink->batch, &why) == 0)
        return send_batch(sink, 0, err);
    /* a record that no database takes: larger than any of the limits */
    sink->batch.len = start;
    sink->batch.failed = 0;
    base->tally.records--;
    tally_broken(&base->tally, advisory->id, &why);
    return why.kind == ERROR_MEMORY ? error_memory(err) : 0;
}

static int on_exploited(struct import_sink *base, struct view cve, const struct finding_kev *kev,
                        struct error *err)
{
    struct worker_sink *sink = (struct worker_sink *)base;

    return send_batch(sink, frame_add_kev(cve, kev, &sink->batch, err), err);
}

static int on_score(struct import_sink *base, struct view cve, double score, double percentile,
                    struct error *err)
{
    struct worker_sink *sink = (struct worker_sink *)base;

    return send_batch(sink, frame_add_epss(cve, score, percentile, &sink->batch, err), err);
}

static void on_note(struct import_sink *base, struct view what)
{
    worker_note(((struct worker_sink *)base)->worker, what);
}

struct mapping {
    void *at;
    size_t len;
};

static void unmap(struct mapping *mapping)
{
    if (mapping->at)
        munmap(mapping->at, mapping->len);
}

static int map_file(int fd, struct mapping *ret, struct error *err)
{
    int64_t size = fd < 0 ? 0 : fd_size(fd);

    if (size < 0)
        return error_errno(err, "cannot look at the file");
    if (size == 0)
        return 0;
    ret->at = mmap(NULL, (size_t)size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (ret->at == MAP_FAILED) {
        ret->at = NULL;
        return error_errno(err, "cannot map the file");
    }
    ret->len = (size_t)size;
    return 0;
}

/* One input: what goes wrong with it is told in its result. */
static int import_one(struct worker_sink *sink, const struct import_input *input,
                      const struct order *order, struct error *err)
{
    struct import_result result = {.importer = order->importer, .error = ERROR_INIT};
    int r;

    snprintf(result.name, sizeof(result.name), "%.*s", VIEW_ARG(input->name));
    sink->base.tally = (struct import_tally){0};
    import_note(&sink->base, input->name);
    if (!order->importer || order->only)
        result.importer = importer_sniff(input);
    if (order->only && result.importer != order->importer)
        result.importer = NULL;
    if (result.importer)
        result.importer->run(input, &sink->base, &result.error);
    result.tally = sink->base.tally;
    r = frame_add_result(&result, &sink->batch, err);
    return r < 0 ? r : flush(sink, err);
}

static int import_bundle(struct worker_sink *sink, struct view bytes, const struct order *order,
                         struct error *err)
{
    struct cursor bundle = cursor_of(bytes);
    struct import_input input = {0};
    int r = 0;

    while (r == 0 && bundle_next(&bundle, &input.name, &input.bytes))
        r = import_one(sink, &input, order, err);
    return r;
}

static int run(struct worker *worker, struct view request, struct error *err)
{
    _cleanup_(unmap) struct mapping file = {0}, companion = {0};
    struct cursor cursor = cursor_of(request);
    struct import_input input = {.name = cursor_bytes(&cursor)};
    struct view name = cursor_bytes(&cursor);
    struct order order = {name.len ? importer_by_name(name) : NULL, cursor_u8(&cursor) != 0};
    bool bundle = cursor_u8(&cursor) != 0;
    struct worker_sink sink = {
        .base = {on_advisory, on_exploited, on_score, on_note, {0}},
        .worker = worker,
        .batch = BUF_INIT(REPLY_LIMIT),
    };
    int r = map_file(worker_fd(worker, 0), &file, err);

    if (r == 0)
        r = map_file(worker_fd(worker, 1), &companion, err);
    if (r < 0)
        return r;
    input.bytes = view_from(file.at, file.len);
    input.companion = view_from(companion.at, companion.len);
    if (bundle)
        r = import_bundle(&sink, input.bytes, &order, err);
    else
        r = import_one(&sink, &input, &order, err);
    buf_done(&sink.batch);
    return r;
}

/* Memory: a whole JSON document (IMPORT_PLAIN_LIMIT), its parser's tape, which
 * is reserved for the worst case, and what one record needs. */
const struct sandbox_op vulndb_import_ops[] = {
    {"vulndb-import", run, (uint64_t)6 << 30, (uint64_t)16 << 30, CPU_SECONDS},
};
const size_t vulndb_import_op_count = sizeof(vulndb_import_ops) / sizeof(vulndb_import_ops[0]);

/* ---- In the program ---- */

struct job_reader {
    struct frame_reader base;
    const struct import_job *job;
};

static int on_result(struct frame_reader *base, const struct import_result *result,
                     struct error *err)
{
    const struct import_job *job = ((struct job_reader *)base)->job;

    (void)err;
    job->result(job->ctx, result);
    return 0;
}

static int handle(struct job_reader *reader, struct buf *pending, struct error *err)
{
    const struct import_job *job = reader->job;
    size_t used = 0;
    int r;

    if (job->lock)
        job->lock(job->ctx);
    r = frame_read_all(&reader->base, buf_view(pending), &used, err);
    if (job->unlock)
        job->unlock(job->ctx);
    memmove(pending->ptr, pending->ptr + used, pending->len - used);
    pending->len -= used;
    return r;
}

static int read_reply(struct sandbox_job *worker, struct job_reader *reader, struct error *err)
{
    _cleanup_(buf_done) struct buf pending = BUF_INIT(FRAME_LIMIT + REPLY_BATCH * 2);

    for (;;) {
        char *room = buf_reserve(&pending, REPLY_BATCH);
        ssize_t n = room ? sandbox_job_read(worker, room, REPLY_BATCH, err)
                         : buf_failed(&pending, "the reply of an import", err);
        int r;

        if (n <= 0)
            return (int)n;
        pending.len += (size_t)n;
        r = handle(reader, &pending, err);
        if (r < 0)
            return r;
    }
}

/* A worker's own error comes from the operating system or is a limit of the
 * whole job; where it stood is in its note. */
static int finish(struct sandbox_job *worker, int r, struct error *err)
{
    char note[SANDBOX_NOTE_LIMIT];
    struct error end = ERROR_INIT;

    if (r < 0) {
        sandbox_job_cancel(worker);
        sandbox_job_finish(worker, NULL, NULL);
        return r;
    }
    r = sandbox_job_finish_noted(worker, NULL, note, &end);
    if (r < 0) {
        if (err)
            *err = end;
        if (*note)
            error_wrap(err, "%s", note);
    }
    return r;
}

int import_in_worker(struct sandbox *sandbox, const struct import_request *request, const int *fds,
                     size_t fd_count, const struct import_job *job, struct error *err)
{
    _cleanup_arena_ struct arena *arena = arena_new(DECODE_LIMIT);
    _cleanup_(buf_done) struct buf order = BUF_INIT(SANDBOX_REQUEST_LIMIT);
    struct job_reader reader = {{job->sink, arena, on_result}, job};
    struct sandbox_job *worker;
    int r;

    if (!arena)
        return error_memory(err);
    buf_add_bytes(&order, request->name);
    buf_add_bytes(&order, view_of(request->importer ? request->importer->name : NULL));
    buf_add_u8(&order, request->only);
    buf_add_u8(&order, request->bundle);
    r = buf_failed(&order, "the order to import", err);
    if (r == 0)
        r = sandbox_job_start(sandbox, vulndb_import_ops[0].name, buf_view(&order), fds, fd_count,
                              DEADLINE_SECONDS, &worker, err);
    return r < 0 ? r : finish(worker, read_reply(worker, &reader, err), err);
}
