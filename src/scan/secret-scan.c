#include "scan/secret-scan.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>

#include "base/clock.h"
#include "base/text.h"
#include "base/thread-pool.h"
#include "scan/file-walk.h"
#include "scan/secret-git.h"
#include "scan/secret-lane.h"

enum { PROGRESS_STEP = 4 << 20 /* bytes between two calls of a thread */ };

struct scan {
    const struct secret_scan_options *options;
    const struct secret_rules *rules;
    struct sandbox *sandbox;
    pthread_mutex_t lock; /* of all below */
    struct arena *arena;
    struct report report;
    struct diagnostic *diagnostics;
    struct finding *findings;
    uint64_t untold; /* troubles beyond the limit */
    uint64_t bytes;
    struct file_walk *walk;
    struct secret_git *git; /* NULL: the target is no history */
    struct error error;     /* the first of a thread's */
};

/* ---- What lanes say; any thread ---- */

/* What was left out by a limit is no failure of the scan. */
static void add_trouble(struct scan *s, enum diagnostic_level level, struct view path,
                        const struct error *why)
{
    struct diagnostic *d;

    if (s->report.diagnostic_count == SECRET_SCAN_TROUBLES_LIMIT) {
        s->untold++;
        return;
    }
    d = arena_push(s->arena, &s->diagnostics, &s->report.diagnostic_count, sizeof(*d));
    if (!d)
        return; /* told at the end: the arena has failed */
    *d = (struct diagnostic){
        .level = level,
        .code = level == DIAGNOSTIC_ERROR ? VIEW("file-unreadable") : VIEW("file-incomplete"),
        .message = arena_copy(s->arena, view_of(why->message)),
        .hint = arena_copy(s->arena, view_of(why->hint)),
        .path = arena_copy(s->arena, path),
    };
}

static void on_trouble(void *ctx, enum diagnostic_level level, struct view path,
                       const struct error *why)
{
    struct scan *s = ctx;

    pthread_mutex_lock(&s->lock);
    add_trouble(s, level, path, why);
    pthread_mutex_unlock(&s->lock);
}

static int add_match(struct scan *s, const struct secret_record *record, struct error *err)
{
    struct finding *finding =
        arena_push(s->arena, &s->findings, &s->report.finding_count, sizeof(*finding));

    if (!finding)
        return error_memory(err);
    if (!secret_finding_make(s->rules, &record->match, s->arena, finding))
        return error_set(err, ERROR_INTERNAL, "a worker named a secret rule that does not exist");
    if (s->git) {
        secret_git_place(s->git, record->number, s->arena, finding);
        finding->published = record->number; /* until keep_oldest() has used it */
    }
    return 0;
}

static int take_records(struct scan *s, struct view reply, struct error *err)
{
    struct cursor c = cursor_of(reply);
    struct secret_record record = {0};
    int r = 0;

    while (r == 0 && secret_record_next(&c, &record)) {
        if (record.kind == SECRET_RECORD_MATCH)
            r = add_match(s, &record, err);
        else if (record.kind == SECRET_RECORD_LEFT_OUT)
            add_trouble(s, DIAGNOSTIC_WARNING, record.path, &record.why);
        else
            s->report.files_examined += record.files;
    }
    if (r == 0 && (!cursor_at_end(&c) || record.kind != SECRET_RECORD_END))
        r = error_set(err, ERROR_INTERNAL, "a worker's answer is malformed");
    return r;
}

static int on_reply(void *ctx, struct view reply, struct error *err)
{
    struct scan *s = ctx;
    int r;

    pthread_mutex_lock(&s->lock);
    r = take_records(s, reply, err);
    pthread_mutex_unlock(&s->lock);
    return r;
}

/* ---- One thread ---- */

struct thread {
    struct scan *scan;
    struct secret_lane *lane;
    uint64_t told; /* bytes that `progress` knows of */
};

static void show_progress(struct thread *thread)
{
    struct scan *s = thread->scan;
    uint64_t bytes = secret_lane_bytes(thread->lane);

    if (!s->options->progress || bytes - thread->told < PROGRESS_STEP)
        return;
    pthread_mutex_lock(&s->lock);
    s->bytes += bytes - thread->told;
    s->options->progress(s->options->progress_ctx, s->bytes);
    pthread_mutex_unlock(&s->lock);
    thread->told = bytes;
}

static int open_again(void *ctx, const char *path, uint32_t number, int *ret_fd, struct error *err)
{
    struct scan *s = ctx;

    return s->git ? secret_git_open(s->git, number, ret_fd, err)
                  : file_walk_open(s->walk, path, ret_fd, err);
}

static int new_lane(struct scan *s, bool again, struct secret_lane **ret, struct error *err)
{
    const struct secret_lane_options options = {
        .sandbox = s->sandbox,
        .request = {s->options->decode_depth, s->options->archive_depth},
        .sink = {s, on_reply, on_trouble},
        .file_limit = s->options->file_limit,
        .ctx = s,
        .open = again ? open_again : NULL,
    };

    return secret_lane_new(&options, ret, err);
}

static int on_file(void *ctx, struct view path, int fd, const struct stat *st, struct error *err)
{
    struct thread *thread = ctx;
    int r = secret_lane_file(thread->lane, path, 0, fd, (uint64_t)st->st_size, err);

    show_progress(thread);
    return r;
}

static void on_unreadable(void *ctx, struct view path, const struct error *why)
{
    struct thread *thread = ctx;

    on_trouble(thread->scan, DIAGNOSTIC_ERROR, path, why);
}

static int walk(struct scan *s, struct error *err)
{
    _cleanup_(secret_lane_free_p) struct secret_lane *lane = NULL;
    struct thread thread = {.scan = s};
    const struct file_visitor visitor = {&thread, on_file, on_unreadable};
    int r = new_lane(s, true, &lane, err);

    thread.lane = lane;
    if (r == 0)
        r = file_walk_run(s->walk, &visitor, err);
    if (r == 0)
        r = secret_lane_finish(lane, err);
    return r;
}

static void run_thread(void *ctx)
{
    struct scan *s = ctx;
    struct error err = ERROR_INIT;

    if (walk(s, &err) == 0)
        return;
    file_walk_stop(s->walk);
    pthread_mutex_lock(&s->lock);
    if (!error_is_set(&s->error))
        s->error = err;
    pthread_mutex_unlock(&s->lock);
}

/* ---- The targets ---- */

static int scan_directory(struct scan *s, struct error *err)
{
    const struct file_walk_options options = {s->options->skipped, s->options->skipped_count,
                                              false};
    size_t jobs = s->options->jobs ? s->options->jobs : 1;
    _cleanup_(file_walk_free_p) struct file_walk *walk_of_all = NULL;
    _cleanup_(pool_free_p) struct pool *pool = NULL;
    int r = file_walk_new(s->options->path, &options, &walk_of_all, err);

    s->walk = walk_of_all;
    if (r == 0)
        r = pool_new(jobs, &pool, err);
    for (size_t i = 0; r == 0 && i < jobs; i++)
        r = pool_add(pool, run_thread, s, err);
    if (r < 0 && pool)
        file_walk_stop(s->walk);
    if (pool)
        pool_wait(pool);
    if (r == 0 && error_is_set(&s->error)) {
        if (err)
            *err = s->error;
        r = s->error.kind;
    }
    return r;
}

static int scan_descriptor(struct scan *s, struct view name, int fd, struct error *err)
{
    _cleanup_(secret_lane_free_p) struct secret_lane *lane = NULL;
    struct stat st = {0};
    int r = new_lane(s, false, &lane, err);

    if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
        st.st_size = 0;
    if (r == 0)
        r = secret_lane_file(lane, name, 0, fd, (uint64_t)st.st_size, err);
    if (r == 0)
        r = secret_lane_finish(lane, err);
    return r;
}

static int scan_file(struct scan *s, int fd, struct error *err)
{
    struct stat st;

    if (fstat(fd, &st) < 0)
        return error_errno(err, "cannot look at %s", s->options->path);
    if (!S_ISREG(st.st_mode))
        return error_set(err, ERROR_USAGE, "%s is neither a file nor a directory",
                         s->options->path);
    s->report.artifact.source = VIEW("file");
    return scan_descriptor(s, view_of(s->options->path), fd, err);
}

static int scan_path(struct scan *s, struct error *err)
{
    _cleanup_close_ int fd = open(s->options->path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    struct stat st;

    if (fd < 0)
        return error_errno(err, "cannot open %s", s->options->path);
    if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
        s->report.artifact.source = VIEW("directory");
        return scan_directory(s, err);
    }
    return scan_file(s, fd, err);
}

static int scan_stream(struct scan *s, struct error *err)
{
    s->report.artifact.source = VIEW("stream");
    return scan_descriptor(s, VIEW("-"), s->options->stream, err);
}

/* ---- History ---- */

static int on_blob(void *ctx, struct view path, uint32_t number, uint64_t size, struct error *err)
{
    struct thread *thread = ctx;

    return secret_lane_begin(thread->lane, path, number, size, err);
}

static int on_blob_bytes(void *ctx, struct view bytes, struct error *err)
{
    struct thread *thread = ctx;
    int r = secret_lane_add(thread->lane, bytes, err);

    show_progress(thread);
    return r;
}

static int on_blob_end(void *ctx, struct error *err)
{
    struct thread *thread = ctx;

    return secret_lane_end(thread->lane, err);
}

static struct diagnostic *note(struct scan *s, enum diagnostic_level level, const char *code)
{
    struct diagnostic *d =
        arena_push(s->arena, &s->diagnostics, &s->report.diagnostic_count, sizeof(*d));

    if (d)
        *d = (struct diagnostic){.level = level, .code = view_of(code)};
    return d;
}

static void tell_facts(struct scan *s)
{
    struct secret_git_facts facts = secret_git_facts(s->git);
    struct diagnostic *d;

    if (facts.shallow && (d = note(s, DIAGNOSTIC_WARNING, "history-shallow"))) {
        d->message = view_of(tr("the clone is shallow: what is older was not scanned"));
        d->hint = view_of(tr("run: git fetch --unshallow"));
    }
    if (facts.submodules && (d = note(s, DIAGNOSTIC_NOTE, "submodules-skipped")))
        d->message = view_of(tr("submodules were not scanned: they are repositories of their own"));
}

static int compare_findings(const void *a, const void *b)
{
    const struct finding *x = a, *y = b;
    int order = view_cmp(x->fingerprint, y->fingerprint);

    return order ? order : (x->published > y->published) - (x->published < y->published);
}

/* A secret that stands in many versions of a file is told once, where it came
 * in. */
static void keep_oldest(struct scan *s)
{
    size_t kept = 0;

    if (s->report.finding_count)
        qsort(s->findings, s->report.finding_count, sizeof(*s->findings), compare_findings);
    for (size_t i = 0; i < s->report.finding_count; i++)
        if (i == 0 || !view_eq(s->findings[i].fingerprint, s->findings[i - 1].fingerprint))
            s->findings[kept++] = s->findings[i];
    for (size_t i = 0; i < kept; i++)
        s->findings[i].published = 0;
    s->report.finding_count = kept;
}

static int scan_blobs(struct scan *s, struct error *err)
{
    _cleanup_(secret_lane_free_p) struct secret_lane *lane = NULL;
    struct thread thread = {.scan = s};
    const struct secret_git_reader reader = {&thread, on_blob, on_blob_bytes, on_blob_end};
    int r = new_lane(s, true, &lane, err);

    thread.lane = lane;
    if (r == 0)
        r = secret_git_read(s->git, &reader, err);
    if (r == 0)
        r = secret_lane_finish(lane, err);
    return r;
}

static int scan_history(struct scan *s, struct error *err)
{
    int r = secret_git_new(s->options->path, s->options->git_since, s->options->git_branch, &s->git,
                           err);

    s->report.artifact.source = VIEW("git");
    if (r < 0)
        return r;
    tell_facts(s);
    r = scan_blobs(s, err);
    keep_oldest(s);
    secret_git_free(s->git);
    s->git = NULL;
    return r;
}

/* ---- The report ---- */

static int by_order(const void *a, const void *b)
{
    return finding_compare(a, b);
}

static int by_path(const void *a, const void *b)
{
    const struct diagnostic *x = a, *y = b;
    int order = view_cmp(x->path, y->path);

    return order ? order : view_cmp(x->message, y->message);
}

static void tell_untold(struct scan *s)
{
    struct diagnostic *d;

    if (s->untold == 0)
        return;
    d = arena_push(s->arena, &s->diagnostics, &s->report.diagnostic_count, sizeof(*d));
    if (d)
        *d = (struct diagnostic){
            .level = DIAGNOSTIC_ERROR,
            .code = VIEW("file-unreadable"),
            .message = arena_printf(s->arena, tr("%llu more files could not be read"),
                                    (unsigned long long)s->untold),
        };
}

static int finish(struct scan *s, uint64_t start, struct report *ret, struct error *err)
{
    struct report_span *span = arena_alloc(s->arena, sizeof(*span));
    int r;

    if (s->report.finding_count)
        qsort(s->findings, s->report.finding_count, sizeof(*s->findings), by_order);
    if (s->report.diagnostic_count)
        qsort(s->diagnostics, s->report.diagnostic_count, sizeof(*s->diagnostics), by_path);
    tell_untold(s);
    s->report.findings = s->findings;
    s->report.diagnostics = s->diagnostics;
    s->report.looked_for = 1U << FINDING_SECRET;
    s->report.checks_run = secret_rules_count(s->rules);
    for (size_t i = 0; i < s->report.finding_count; i++)
        s->report.by_severity[s->findings[i].severity]++;
    if (span) {
        *span = (struct report_span){VIEW("secrets"), clock_now_ns() - start};
        s->report.timing = span;
        s->report.timing_count = 1;
    }
    r = arena_failed(s->arena, "the scan", err);
    if (r == 0)
        *ret = s->report;
    return r;
}

int scan_secrets(const struct secret_scan_options *options, const struct secret_rules *rules,
                 struct sandbox *sandbox, struct arena *arena, struct report *ret,
                 struct error *err)
{
    static int (*const targets[])(struct scan * s, struct error * err) = {
        [SECRET_SCAN_PATH] = scan_path,
        [SECRET_SCAN_STREAM] = scan_stream,
        [SECRET_SCAN_GIT] = scan_history,
    };
    struct scan s = {.options = options, .rules = rules, .sandbox = sandbox, .arena = arena};
    uint64_t start = clock_now_ns();
    int r;

    pthread_mutex_init(&s.lock, NULL);
    s.report.artifact.kind = VIEW("secret");
    s.report.artifact.name = arena_copy(arena, view_of(options->path));
    r = targets[options->target](&s, err);
    pthread_mutex_destroy(&s.lock);
    return r < 0 ? r : finish(&s, start, ret, err);
}
