#include <inttypes.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/text.h"
#include "sensor/respond/actions.h"
#include "sensor/respond/guard-rails.h"

enum {
    TREE_LIMIT = 4096, /* processes of one tree */
    ROUNDS = 64,       /* of looking for new descendants */
};

static int send_signal(int fd, int signal, uint32_t pid, struct error *err)
{
    if (syscall(SYS_pidfd_send_signal, fd, signal, NULL, 0) == 0)
        return 0;
    return error_errno(err, "process %" PRIu32, pid);
}

static int check_spared(const struct response_context *context,
                        const struct response_target *target, const struct living_process *process,
                        struct error *err)
{
    struct view name = view_from(process->comm, strnlen(process->comm, sizeof(process->comm)));
    const char *why = context->spares ? context->spares(context->policy, target, name) : NULL;

    return why ? error_set(err, ERROR_DENIED, "%s", tr(why)) : 0;
}

/* Opens the process when it may be touched. */
static int open_allowed(const struct response_context *context,
                        const struct response_target *target, uint32_t pid, uint64_t start,
                        int *ret_fd, struct error *err)
{
    _cleanup_close_ int fd = -1;
    struct living_process process;
    int r = living_process_open(pid, start, &fd, err);

    if (r < 0)
        return r;
    r = living_process_read(pid, &process, err);
    if (r < 0)
        return r;
    r = guard_rails_process(context, target, &process, err);
    if (r == 0)
        r = check_spared(context, target, &process, err);
    if (r < 0)
        return r;
    *ret_fd = take_fd(&fd);
    return 0;
}

int action_kill(const struct response_context *context, const struct response_target *target,
                struct buf *undo, struct error *err)
{
    _cleanup_close_ int fd = -1;
    int r = open_allowed(context, target, target->pid, target->start, &fd, err);

    (void)undo;
    if (r < 0 || context->dry_run)
        return r;
    return send_signal(fd, SIGKILL, target->pid, err);
}

/* ---- With all descendants ---- */

struct tree {
    const struct response_context *context;
    const struct response_target *target;
    uint32_t pids[TREE_LIMIT];
    int fds[TREE_LIMIT];
    size_t count;
};

static void tree_free(struct tree *tree)
{
    for (size_t i = 0; i < tree->count; i++)
        close(tree->fds[i]);
    free(tree);
}
DEFINE_CLEANUP(struct tree, tree_free)

static bool has(const struct tree *tree, uint32_t pid)
{
    for (size_t i = 0; i < tree->count; i++)
        if (tree->pids[i] == pid)
            return true;
    return false;
}

/* Stops it, so that it forks no more while its children are looked for. */
static int add(struct tree *tree, uint32_t pid, uint64_t start, struct error *err)
{
    int fd, r;

    if (tree->count == TREE_LIMIT)
        return error_set(err, ERROR_LIMIT, "process %" PRIu32 " has over %d descendants",
                         tree->target->pid, TREE_LIMIT);
    r = open_allowed(tree->context, tree->target, pid, start, &fd, err);
    if (r < 0)
        return r;
    tree->pids[tree->count] = pid;
    tree->fds[tree->count++] = fd;
    return tree->context->dry_run ? 0 : send_signal(fd, SIGSTOP, pid, err);
}

/* Adds the children of what is there; how many it were. Those that end meanwhile or
 * may not be touched are passed over. */
static int add_children(struct tree *tree, size_t *ret_added, struct error *err)
{
    _cleanup_arena_ struct arena *arena = arena_new(64 << 20);
    struct living_process *list;
    size_t count, before = tree->count;
    int r = arena ? living_process_list(arena, &list, &count, err) : error_memory(err);

    if (r < 0)
        return r;
    for (size_t i = 0; i < count; i++) {
        if (!has(tree, list[i].parent) || has(tree, list[i].pid))
            continue;
        r = add(tree, list[i].pid, list[i].start, err);
        if (r == ERROR_LIMIT)
            return r;
    }
    *ret_added = tree->count - before;
    return 0;
}

int action_kill_tree(const struct response_context *context, const struct response_target *target,
                     struct buf *undo, struct error *err)
{
    _cleanup_(tree_free_p) struct tree *tree = calloc(1, sizeof(*tree));
    size_t added = 1;
    int r = 0, limit;

    (void)undo;
    if (!tree)
        return error_memory(err);
    tree->context = context;
    tree->target = target;
    limit = add(tree, target->pid, target->start, err);
    if (limit < 0)
        return limit;
    for (unsigned i = 0; i < ROUNDS && added && limit == 0; i++)
        limit = add_children(tree, &added, err);
    /* Whatever went wrong, those that were stopped are killed. */
    for (size_t i = 0; i < tree->count && !context->dry_run; i++)
        if (send_signal(tree->fds[i], SIGKILL, tree->pids[i], i ? NULL : err) < 0 && i == 0)
            r = ERROR_IO;
    return limit < 0 ? limit : r;
}
