#include "vulndb/update.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/path.h"
#include "vulndb/install.h"
#include "vulndb/update-run.h"

enum {
    REPORT_LIMIT = 1 << 30, /* bytes of a report: one item for each file */
    DAY = 24 * 3600,
};

void vulndb_update_report_free(struct vulndb_update_report *report)
{
    if (!report)
        return;
    arena_free(report->arena);
    free(report);
}

void update_tell(struct update *update, enum vulndb_update_stage stage, const char *source,
                 uint64_t done, uint64_t total)
{
    struct vulndb_update_progress progress = {stage, source, done, total};

    if (!update->options->progress)
        return;
    pthread_mutex_lock(&update->lock);
    update->options->progress(update->options->ctx, &progress);
    pthread_mutex_unlock(&update->lock);
}

struct vulndb_update_item *update_add_item(struct update *update, const char *name,
                                           const char *location, bool optional)
{
    struct arena *arena = update->report->arena;
    struct vulndb_update_item *item = arena_alloc(arena, sizeof(*item));
    struct vulndb_update_item **slot =
        item ? arena_push(arena, &update->report->items, &update->report->item_count, sizeof(*slot))
             : NULL;

    if (!slot)
        return NULL;
    *slot = item;
    item->name = arena_cstr(arena, view_of(name));
    item->location = arena_cstr(arena, view_of(location));
    item->optional = optional;
    return item->name && item->location ? item : NULL;
}

/* ---- The lock of a database ---- */

static int make_parent(const char *path, struct error *err)
{
    struct view directory = path_directory(view_of(path));
    _cleanup_free_ char *copy = directory.len ? strndup(directory.ptr, directory.len) : NULL;

    if (!directory.len)
        return 0;
    return copy ? fd_make_directories(copy, 0755, err) : error_memory(err);
}

static int take_lock(struct update *update, int *ret_fd, struct error *err)
{
    const char *db_path = update->options->db_path;
    _cleanup_free_ char *path = NULL;
    _cleanup_close_ int fd = -1;
    int r = make_parent(db_path, err);

    if (r < 0)
        return r;
    if (asprintf(&path, "%s.lock", db_path) < 0) {
        path = NULL;
        return error_memory(err);
    }
    fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
    if (fd < 0)
        return error_errno(err, "cannot write beside the database: %s", path);
    if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
        update_tell(update, UPDATE_WAITING, NULL, 0, 0);
        while (flock(fd, LOCK_EX) < 0)
            if (errno != EINTR)
                return error_errno(err, "cannot lock %s", path);
    }
    *ret_fd = take_fd(&fd);
    return 0;
}

/* ---- Success or not ---- */

/* Whoever reads of a failed update wants to know what he still has. */
static void hint_at_old(const char *db_path, struct error *err)
{
    _cleanup_vulndb_ struct vulndb *db = NULL;
    char stamp[CLOCK_STAMP_SIZE];
    int64_t built_at;

    if (!err || access(db_path, F_OK) < 0)
        return;
    if (vulndb_open(db_path, &db, NULL) < 0) {
        error_hint(err, "the old database is still there, but it can't be read either");
        return;
    }
    built_at = vulndb_info(db)->built_at;
    error_hint(err, "the database of %s (%lld days old) stays in use",
               clock_format(built_at, stamp), (long long)((clock_unix_seconds() - built_at) / DAY));
}

static void count_items(struct vulndb_update_report *report)
{
    for (size_t i = 0; i < report->item_count; i++) {
        const struct vulndb_update_item *item = report->items[i];

        report->failed += item->state == ITEM_FAILED && !item->optional;
        report->unknown += item->unknown;
    }
}

static const struct vulndb_update_item *first_failure(const struct vulndb_update_report *report)
{
    for (size_t i = 0; i < report->item_count; i++)
        if (report->items[i]->state == ITEM_FAILED && !report->items[i]->optional)
            return report->items[i];
    return NULL;
}

/* Whether what was read makes a database. */
static int judge(struct update *update, struct error *err)
{
    struct vulndb_update_report *report = update->report;
    const struct vulndb_update_item *failure;
    uint64_t records = 0;

    count_items(report);
    failure = first_failure(report);
    for (size_t i = 0; i < report->item_count; i++)
        records += report->items[i]->tally.records;
    if (failure && (!update->options->partial || records == 0)) {
        if (report->failed == 1)
            error_set(err, failure->error.kind, "%s: %s", failure->name, failure->error.message);
        else
            error_set(err, failure->error.kind, "%zu sources failed, the first is %s: %s",
                      report->failed, failure->name, failure->error.message);
        return failure->error.kind;
    }
    if (records == 0) {
        error_set(err, ERROR_INPUT, "no advisories were found in what was read");
        return ERROR_INPUT;
    }
    return 0;
}

/* ---- The whole ---- */

static int add_sources(struct update *update, struct error *err)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < update->report->item_count; i++) {
        const struct vulndb_update_item *item = update->report->items[i];
        struct vulndb_source source = {
            .name = view_of(item->name),
            .location = view_of(item->location),
            .digest = view_of(item->digest),
            .fetched_at = item->fetched_at,
            .records = item->tally.records,
        };

        if ((item->state == ITEM_READ || item->state == ITEM_STALE) && item->tally.records)
            r = vulndb_builder_source(update->builder, &source, err);
    }
    return r;
}

static int write_database(struct update *update, struct error *err)
{
    uint64_t start = clock_now_ns();
    int r = add_sources(update, err);

    update_tell(update, UPDATE_WRITING, NULL, 0, 0);
    if (r == 0)
        r = vulndb_builder_write(update->builder, update->options->db_path, clock_unix_seconds(),
                                 &update->report->stats, err);
    update->report->write_ns = clock_now_ns() - start;
    update->report->written = r == 0;
    return r;
}

static int run_stages(struct update *update, struct error *err)
{
    uint64_t start = clock_now_ns();
    int r = update_fetch(update, err);

    update->report->fetch_ns = clock_now_ns() - start;
    start = clock_now_ns();
    if (r == 0)
        r = update_import(update, err);
    update->report->import_ns = clock_now_ns() - start;
    if (r == 0)
        r = judge(update, err);
    return r < 0 ? r : write_database(update, err);
}

static int run(struct update *update, struct error *err)
{
    _cleanup_close_ int lock = -1;
    int r = take_lock(update, &lock, err);

    if (r == 0)
        r = vulndb_builder_new(&update->builder, err);
    if (r == 0)
        r = run_stages(update, err);
    vulndb_builder_free(update->builder);
    if (r < 0)
        hint_at_old(update->options->db_path, err);
    return r;
}

static struct vulndb_update_report *report_new(void)
{
    struct vulndb_update_report *report = calloc(1, sizeof(*report));

    if (report && !(report->arena = arena_new(REPORT_LIMIT))) {
        free(report);
        return NULL;
    }
    return report;
}

int vulndb_update(const struct source_list *sources, const struct vulndb_update_options *options,
                  struct vulndb_update_report **ret, struct error *err)
{
    _cleanup_(vulndb_update_report_free_p) struct vulndb_update_report *report = report_new();
    struct update update = {.options = options, .sources = sources, .report = report};
    int r;

    if (ret)
        *ret = NULL;
    if (!report)
        return error_memory(err);
    update.inputs.arena = report->arena;
    update.states = arena_array(report->arena, source_list_count(sources), sizeof(*update.states));
    if (!update.states)
        return error_memory(err);
    pthread_mutex_init(&update.lock, NULL);
    r = run(&update, err);
    pthread_mutex_destroy(&update.lock);
    for (size_t i = 0; i < source_list_count(sources); i++)
        feed_done(&update.states[i].feed);
    if (ret)
        *ret = take_ptr(&report);
    return r;
}

static int install_file(const char *path, const struct vulndb_update_options *options,
                        struct vulndb_update_report **ret, struct error *err)
{
    _cleanup_(vulndb_update_report_free_p) struct vulndb_update_report *report = report_new();
    struct update update = {.options = options, .report = report};
    _cleanup_close_ int lock = -1;
    int r;

    if (!report)
        return error_memory(err);
    pthread_mutex_init(&update.lock, NULL);
    r = take_lock(&update, &lock, err);
    pthread_mutex_destroy(&update.lock);
    if (r == 0)
        r = vulndb_install(path, options->db_path, err);
    if (r < 0) {
        hint_at_old(options->db_path, err);
        return r;
    }
    report->written = report->installed = true;
    if (ret)
        *ret = take_ptr(&report);
    return 0;
}

int vulndb_import(const char *const *paths, size_t count,
                  const struct vulndb_update_options *options, struct vulndb_update_report **ret,
                  struct error *err)
{
    _cleanup_(source_list_free_p) struct source_list *list = NULL;
    int r;

    if (ret)
        *ret = NULL;
    if (count == 1 && vulndb_looks_installed(paths[0]))
        return install_file(paths[0], options, ret, err);
    r = source_list_of_paths(paths, count, &list, err);
    return r < 0 ? r : vulndb_update(list, options, ret, err);
}

int vulndb_export(const char *db_path, const char *to, struct error *err)
{
    return vulndb_install(db_path, to, err);
}
