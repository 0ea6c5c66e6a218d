#include "scan/harden-scan.h"

#include "base/fd.h"
#include "base/text.h"
#include "config/kubernetes/version.h"
#include "scan/config-find.h"
#include "scan/fed-job.h"
#include "scan/harden-op.h"

struct scan {
    const struct harden_scan_options *options;
    struct buf *standard_input;
    struct arena *arena;
    struct fed_job job;
    struct feed *feed; /* of the run */
    struct harden_file *files;
    struct plan_change *changes;
    struct plan_left *left;
    struct diagnostic *problems;
    size_t file_count, change_count, left_count, problem_count;
    size_t told; /* problems that stand, whatever becomes of the run */
};

static int tell(struct scan *s, enum diagnostic_level level, const char *code, struct view path,
                const struct error *why, struct error *err)
{
    struct diagnostic *d =
        arena_push(s->arena, &s->problems, &s->problem_count, sizeof(*s->problems));

    if (!d)
        return error_memory(err);
    *d = (struct diagnostic){
        .level = level,
        .code = view_of(code),
        .message = arena_copy(s->arena, view_of(why->message)),
        .hint = arena_copy(s->arena, view_of(why->hint)),
        .path = arena_copy(s->arena, path),
    };
    return 0;
}

/* ---- Files on their way to the worker ---- */

/* Standard input can be read once, and may be asked for again. */
static int feed_standard_input(struct scan *s, int fd, enum config_form form, struct error *err)
{
    int r = s->standard_input->len ? 0 : fd_read_all(fd, s->standard_input, err);

    if (r < 0)
        return error_wrap(err, "standard input");
    return feed_text(s->feed, VIEW("-"), buf_view(s->standard_input), (uint32_t)form, err);
}

static int on_file(void *ctx, const char *path, int fd, enum config_form form, struct error *err)
{
    struct scan *s = ctx;
    struct error why = ERROR_INIT;
    uint64_t len = 0;
    int r;

    if (fed_job_leaves_out(&s->job, view_of(path)))
        return 0;
    if (strcmp(path, "-") == 0)
        return feed_standard_input(s, fd, form, err);
    r = feed_file(s->feed, view_of(path), fd, (uint64_t)HARDEN_OP_FILE_LIMIT + 1, (uint32_t)form,
                  &len, &why);
    if (r < 0 && r != ERROR_CRASH)
        return tell(s, DIAGNOSTIC_ERROR, "file-unreadable", view_of(path), &why, err);
    if (r < 0 && err)
        *err = why;
    return r;
}

static int on_package(void *ctx, const char *folder, enum config_package package, bool *ret_taken,
                      struct error *err)
{
    struct error why = ERROR_INIT;

    *ret_taken = package == CONFIG_HELM_CHART;
    if (!*ret_taken)
        return 0;
    error_set(&why, ERROR_UNSUPPORTED, "a chart: what its templates become is not known");
    error_hint(&why, "harden what it renders to: helm template CHART | plimsoll harden -; or as "
                     "helm's post-renderer");
    return tell(ctx, DIAGNOSTIC_ERROR, "harden-chart", view_of(folder), &why, err);
}

static int on_unreadable(void *ctx, const char *path, const struct error *why, struct error *err)
{
    return tell(ctx, DIAGNOSTIC_ERROR, "file-unreadable", view_of(path), why, err);
}

static int feed_all(void *ctx, struct feed *feed, struct error *err)
{
    struct scan *s = ctx;
    const struct config_finder finder = {
        s, s->options->skipped, s->options->skipped_count, on_file, on_package, on_unreadable,
    };
    int r = 0;

    s->feed = feed;
    for (size_t i = 0; r == 0 && i < s->options->path_count; i++)
        r = config_find(&finder, s->options->paths[i], err);
    return r;
}

/* ---- What the worker answers ---- */

static int take_record(struct scan *s, const struct harden_record *record, struct error *err)
{
    void *slot = s;

    switch (record->kind) {
    case HARDEN_RECORD_FILE:
        slot = arena_push(s->arena, &s->files, &s->file_count, sizeof(*s->files));
        if (slot)
            s->files[s->file_count - 1] = record->file;
        break;
    case HARDEN_RECORD_CHANGE:
        slot = arena_push(s->arena, &s->changes, &s->change_count, sizeof(*s->changes));
        if (slot)
            s->changes[s->change_count - 1] = record->change;
        break;
    case HARDEN_RECORD_LEFT:
        slot = arena_push(s->arena, &s->left, &s->left_count, sizeof(*s->left));
        if (slot)
            s->left[s->left_count - 1] = record->left;
        break;
    case HARDEN_RECORD_PROBLEM:
        slot = arena_push(s->arena, &s->problems, &s->problem_count, sizeof(*s->problems));
        if (slot)
            s->problems[s->problem_count - 1] = record->problem;
        break;
    case HARDEN_RECORD_END:
        break;
    }
    return slot ? 0 : error_memory(err);
}

static int take_reply(void *ctx, struct view reply, struct error *err)
{
    struct scan *s = ctx;
    struct cursor c = cursor_of(arena_copy(s->arena, reply));
    struct harden_record record = {0};
    int r = 0;

    while (r == 0 && harden_record_next(&c, &record))
        r = take_record(s, &record, err);
    if (r == 0 && (!cursor_at_end(&c) || record.kind != HARDEN_RECORD_END))
        r = error_set(err, ERROR_INTERNAL, "a worker's answer is malformed");
    return r;
}

static int on_death(void *ctx, struct view path, const struct error *why, struct error *err)
{
    struct scan *s = ctx;
    int r;

    s->problem_count = s->told;
    r = tell(s, DIAGNOSTIC_ERROR, "file-unreadable", path, why, err);
    s->told = s->problem_count;
    return r;
}

static int run_job(struct scan *s, struct error *err)
{
    _cleanup_(buf_done) struct buf request = BUF_INIT(SANDBOX_REQUEST_LIMIT);
    int r;

    harden_request_write(&request, &s->options->harden);
    r = buf_failed(&request, "the request", err);
    return r < 0 ? r : fed_job_run(&s->job, buf_view(&request), err);
}

static int tell_version(struct scan *s, struct error *err)
{
    struct error why = ERROR_INIT;

    if (!kubernetes_minor_is_newer(s->options->harden.plan.target.kubernetes_minor, &why))
        return 0;
    return tell(s, DIAGNOSTIC_WARNING, "kubernetes-version-newer", VIEW_EMPTY, &why, err);
}

int scan_harden(const struct harden_scan_options *options, struct sandbox *sandbox,
                struct buf *standard_input, struct arena *arena, struct harden_report *ret,
                struct error *err)
{
    struct scan s = {
        .options = options,
        .standard_input = standard_input,
        .arena = arena,
    };
    int r;

    s.job = (struct fed_job){
        .sandbox = sandbox,
        .op = &harden_op,
        .arena = arena,
        .ctx = &s,
        .feed = feed_all,
        .take = take_reply,
        .died = on_death,
    };
    r = run_job(&s, err);
    if (r == 0)
        r = tell_version(&s, err);
    if (r < 0)
        return r;
    *ret = (struct harden_report){
        s.files,
        s.file_count,
        {s.changes, s.change_count, s.left, s.left_count, s.problems, s.problem_count},
    };
    return arena_failed(arena, "the result", err);
}
