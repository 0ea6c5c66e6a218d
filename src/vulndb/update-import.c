#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/path.h"
#include "base/thread-pool.h"
#include "vulndb/import/bundle.h"
#include "vulndb/import/worker.h"
#include "vulndb/update-run.h"

enum { DIGEST_STEP = 1 << 20 };

/* One input on its way into the builder. */
struct task {
    struct import_sink sink;
    struct update *update;
    const struct feed_input *input;
    struct vulndb_update_item *item;
    uint64_t cost;
};

/* ---- Where records go ---- */

/* What the builder refuses of one record is that record's fault; anything else
 * ends the update. */
static int settle(struct task *task, int r, const struct error *why, struct view what,
                  struct error *err)
{
    if (r >= 0)
        return 0;
    if (r == ERROR_INPUT) {
        tally_broken(&task->item->tally, what, why);
        return 0;
    }
    task->update->fatal = *why;
    if (err)
        *err = *why;
    return r;
}

static int on_advisory(struct import_sink *sink, const struct advisory *advisory, struct error *err)
{
    struct task *task = (struct task *)sink;
    struct error why = ERROR_INIT;
    int r = vulndb_builder_add(task->update->builder, advisory, &why);

    return settle(task, r, &why, advisory->id, err);
}

static int on_exploited(struct import_sink *sink, struct view cve, const struct finding_kev *kev,
                        struct error *err)
{
    struct task *task = (struct task *)sink;
    struct error why = ERROR_INIT;

    return settle(task, vulndb_builder_kev(task->update->builder, cve, kev, &why), &why, cve, err);
}

static int on_score(struct import_sink *sink, struct view cve, double score, double percentile,
                    struct error *err)
{
    struct task *task = (struct task *)sink;
    struct error why = ERROR_INIT;

    return settle(task, vulndb_builder_epss(task->update->builder, cve, score, percentile, &why),
                  &why, cve, err);
}

static void lock(void *ctx)
{
    pthread_mutex_lock(&((struct task *)ctx)->update->lock);
}

static void unlock(void *ctx)
{
    pthread_mutex_unlock(&((struct task *)ctx)->update->lock);
}

/* Called with the lock held. */
static void on_result(void *ctx, const struct import_result *result)
{
    struct task *task = ctx;
    struct vulndb_update_item *item = task->item;

    item->files++;
    tally_merge(&item->tally, &result->tally);
    if (!result->importer) {
        item->unknown++;
        return;
    }
    item->format = result->importer->name;
    if (result->error.kind == 0)
        return;
    if (task->input->path) {
        item->state = ITEM_FAILED;
        item->error = result->error;
    } else { /* one of many small files is no more than a record */
        tally_broken(&item->tally, view_of(result->name), &result->error);
    }
}

/* ---- What is handed to the worker ---- */

static int open_file(const char *path, int *ret_fd, struct error *err)
{
    *ret_fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    return *ret_fd < 0 ? error_errno(err, "cannot open %s", path) : 0;
}

static int add_member(struct buf *bundle, const char *path, struct error *err)
{
    _cleanup_(buf_done) struct buf bytes = BUF_INIT(BUNDLE_MEMBER_LIMIT);
    int r = fd_read_file(path, &bytes, err);

    if (r == 0)
        bundle_add(bundle, path_name(view_of(path)), buf_view(&bytes));
    return r < 0 ? r : buf_failed(bundle, "a bundle of small files", err);
}

static int make_bundle(const struct feed_input *input, int *ret_fd, struct error *err)
{
    _cleanup_(buf_done) struct buf bundle = BUF_INIT(BUNDLE_LIMIT * 2);
    _cleanup_close_ int fd = memfd_create("plimsoll-bundle", MFD_CLOEXEC);
    int r = fd < 0 ? error_errno(err, "cannot create a file in memory") : 0;

    for (size_t i = 0; r == 0 && i < input->member_count; i++)
        r = add_member(&bundle, input->members[i], err);
    if (r == 0)
        r = fd_write_all(fd, buf_view(&bundle), err);
    if (r == 0)
        *ret_fd = take_fd(&fd);
    return r;
}

static int add_digest(struct task *task, int fd, struct error *err)
{
    _cleanup_(digester_free_p) struct digester *digester = NULL;
    _cleanup_free_ char *block = malloc(DIGEST_STEP);
    char text[DIGEST_TEXT_SIZE + 1];
    struct digest digest;
    ssize_t n;
    int r = block ? digester_new(&digester, err) : error_memory(err);

    if (r < 0)
        return r;
    while ((n = fd_read_full(fd, block, DIGEST_STEP, err)) > 0)
        digester_add(digester, view_from(block, (size_t)n));
    if (n < 0)
        return (int)n;
    digest = digester_end(digester);
    digest_format(&digest, text);
    lock(task);
    task->item->digest = arena_cstr(task->update->report->arena, view_from(text, DIGEST_TEXT_SIZE));
    unlock(task);
    return 0;
}

static int import_input(struct task *task, struct error *err)
{
    const struct feed_input *input = task->input;
    struct import_request request = {
        .name = path_name(view_of(input->path ? input->path : input->name)),
        .importer = input->importer,
        .only = input->only,
        .bundle = !input->path,
    };
    struct import_job job = {&task->sink, on_result, task, lock, unlock};
    _cleanup_close_ int fd = -1;
    _cleanup_close_ int companion = -1;
    int r = input->path ? open_file(input->path, &fd, err) : make_bundle(input, &fd, err);

    if (r == 0 && input->companion)
        r = open_file(input->companion, &companion, err);
    if (r == 0 && input->path && !task->item->digest)
        r = add_digest(task, fd, err);
    if (r < 0)
        return r;
    return import_in_worker(task->update->options->sandbox, &request, (int[]){fd, companion},
                            companion < 0 ? 1 : 2, &job, err);
}

static void run_task(void *argument)
{
    struct task *task = argument;
    struct vulndb_update_item *item = task->item;
    struct error why = ERROR_INIT;
    uint64_t start = clock_now_ns(), done;
    int r = 0;

    lock(task);
    r = task->update->fatal.kind;
    unlock(task);
    if (r == 0)
        r = import_input(task, &why);
    lock(task);
    item->ns = clock_now_ns() - start;
    if (r < 0 && task->update->fatal.kind == 0) {
        item->state = ITEM_FAILED;
        item->error = why;
    } else if (item->state == ITEM_READ && item->unknown == item->files) {
        item->state = ITEM_UNKNOWN;
    }
    done = ++task->update->done;
    unlock(task);
    update_tell(task->update, UPDATE_IMPORTING, item->name, done, task->update->inputs.count);
}

/* About how long an input takes: what is packed tighter is more to read. */
static uint64_t cost_of(const struct feed_input *input)
{
    static const struct {
        struct view suffix;
        unsigned factor;
    } packed[] = {
        {VIEW(".bz2"), 40}, {VIEW(".xz"), 20}, {VIEW(".lz4"), 4},
        {VIEW(".gz"), 8},   {VIEW(".zst"), 8}, {VIEW(".zip"), 4},
    };

    for (size_t i = 0; input->path && i < sizeof(packed) / sizeof(packed[0]); i++)
        if (view_ends(view_of(input->path), packed[i].suffix))
            return input->size * packed[i].factor;
    return input->size;
}

/* The largest first, so that no worker is left alone with one at the end. */
static int by_cost(const void *a, const void *b)
{
    uint64_t left = ((const struct task *)a)->cost, right = ((const struct task *)b)->cost;

    return left < right ? 1 : left > right ? -1 : 0;
}

int update_import(struct update *update, struct error *err)
{
    size_t count = update->inputs.count;
    size_t jobs = update->options->jobs ? update->options->jobs : pool_processors();
    _cleanup_free_ struct task *tasks = calloc(count + 1, sizeof(*tasks));
    _cleanup_(pool_free_p) struct pool *pool = NULL;
    int r = tasks ? pool_new(jobs, &pool, err) : error_memory(err);

    for (size_t i = 0; r == 0 && i < count; i++)
        tasks[i] = (struct task){
            .sink = {on_advisory, on_exploited, on_score, NULL, {0}},
            .update = update,
            .input = &update->inputs.items[i],
            .item = update->input_items[i],
            .cost = cost_of(&update->inputs.items[i]),
        };
    if (r == 0)
        qsort(tasks, count, sizeof(*tasks), by_cost);
    for (size_t i = 0; r == 0 && i < count; i++)
        r = pool_add(pool, run_task, &tasks[i], err);
    if (pool)
        pool_wait(pool);
    if (r == 0 && update->fatal.kind) {
        if (err)
            *err = update->fatal;
        r = update->fatal.kind;
    }
    return r;
}
