#include "scan/harden-op.h"

#include "sandbox/feed.h"
#include "scan/config-op.h"
#include "scan/scan.h"

enum { ARENA_LIMIT = 1 << 30 /* files, and what is told of them */ };

struct run {
    struct worker *worker;
    struct arena *arena;
    struct harden_file *files;
    size_t count;
    uint64_t bytes;
    struct buf reply;
    struct buf whole; /* a file that came in pieces */
};

static int take_file(struct run *run, struct view path, struct view text, uint32_t tag,
                     struct error *err)
{
    struct harden_file *file = arena_push(run->arena, &run->files, &run->count, sizeof(*file));

    if (!file)
        return error_memory(err);
    *file = (struct harden_file){
        .path = arena_copy(run->arena, path),
        .tag = tag,
        .dockerfile = tag == CONFIG_FORM_DOCKERFILE ||
                      (tag == CONFIG_FORM_UNKNOWN && harden_looks_like_dockerfile(text)),
    };
    run->bytes += text.len;
    if (text.len > HARDEN_OP_FILE_LIMIT || run->bytes > HARDEN_OP_TOTAL_LIMIT) {
        error_set(
            &file->error, ERROR_LIMIT,
            text.len > HARDEN_OP_FILE_LIMIT
                ? "the file is larger than %d MiB"
                : "all files together are larger than %d MiB: this one was left out",
            (text.len > HARDEN_OP_FILE_LIMIT ? HARDEN_OP_FILE_LIMIT : HARDEN_OP_TOTAL_LIMIT) >> 20);
        return 0;
    }
    file->text = arena_copy(run->arena, text);
    return 0;
}

static int read_files(struct run *run, struct error *err)
{
    _cleanup_(feed_reader_free_p) struct feed_reader *reader = NULL;
    struct feed_piece piece;
    int r = feed_reader_new(run->worker, &reader, err);

    while (r == 0 && (r = feed_next(reader, &piece, err)) > 0) {
        struct view text = piece.bytes;

        r = 0;
        if (!piece.first || !piece.last) {
            if (piece.first)
                buf_reset(&run->whole);
            buf_add(&run->whole, piece.bytes);
            if (!piece.last)
                continue;
            text = buf_view(&run->whole);
            r = buf_failed(&run->whole, "a file", err);
        }
        if (r == 0)
            r = take_file(run, piece.path, text, piece.tag, err);
    }
    return r;
}

static void add_record(struct run *run, const struct harden_record *record)
{
    harden_record_write(&run->reply, record);
}

static int answer(struct run *run, const struct harden_result *result, struct error *err)
{
    int r;

    for (size_t i = 0; i < run->count; i++)
        add_record(run, &(struct harden_record){HARDEN_RECORD_FILE, {.file = run->files[i]}});
    for (size_t i = 0; i < result->change_count; i++)
        add_record(run,
                   &(struct harden_record){HARDEN_RECORD_CHANGE, {.change = result->changes[i]}});
    for (size_t i = 0; i < result->left_count; i++)
        add_record(run, &(struct harden_record){HARDEN_RECORD_LEFT, {.left = result->left[i]}});
    for (size_t i = 0; i < result->problem_count; i++)
        add_record(
            run, &(struct harden_record){HARDEN_RECORD_PROBLEM, {.problem = result->problems[i]}});
    add_record(run, &(struct harden_record){.kind = HARDEN_RECORD_END});
    r = buf_failed(&run->reply, "what was repaired", err);
    return r < 0 ? r : worker_reply(run->worker, buf_view(&run->reply), err);
}

static void note_path(void *ctx, struct view path)
{
    worker_note(ctx, path);
}

static int run_all(struct run *run, const struct checks *checks, struct view request,
                   struct error *err)
{
    struct harden_options options;
    struct harden_result result;
    int r = harden_request_read(request, run->arena, &options, err);

    if (r == 0)
        r = read_files(run, err);
    if (r < 0)
        return r;
    options.note = note_path;
    options.note_ctx = run->worker;
    r = harden_run(run->files, run->count, checks, &options, run->arena, &result, err);
    return r < 0 ? r : answer(run, &result, err);
}

static int run_harden(struct worker *worker, struct view request, struct error *err)
{
    const struct scan_rules *rules = worker_context(worker);
    _cleanup_arena_ struct arena *arena = arena_new(ARENA_LIMIT);
    struct run run = {
        .worker = worker,
        .arena = arena,
        .reply = BUF_INIT(HARDEN_OP_REPLY_LIMIT),
        .whole = BUF_INIT((size_t)HARDEN_OP_FILE_LIMIT + 1),
    };
    int r;

    if (!rules || !rules->checks)
        return error_set(err, ERROR_INTERNAL, "there are no checks");
    if (!arena)
        return error_memory(err);
    r = run_all(&run, rules->checks, request, err);
    buf_done(&run.reply);
    buf_done(&run.whole);
    return r;
}

const struct sandbox_op harden_op = {
    .name = "harden",
    .run = run_harden,
    .memory_limit = HARDEN_OP_MEMORY,
    .reply_limit = HARDEN_OP_REPLY_LIMIT,
    .cpu_seconds = HARDEN_OP_CPU_SECONDS,
};
