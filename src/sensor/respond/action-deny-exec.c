#include <inttypes.h>

#include "base/cleanup.h"
#include "sensor/respond/actions.h"
#include "sensor/respond/exec-guard.h"
#include "sensor/respond/kernel-guard.h"
#include "sensor/respond/target.h"

/* Undoing needs "cgroup NUMBER" of a guard in the kernel, "PID START" of a process. */
static const char in_kernel[] = "cgroup";

static int start_process(const struct living_process *first, struct view id, bool dry_run,
                         struct buf *undo, struct error *err)
{
    struct living_process guard;
    int r = exec_guard_start(first, id, dry_run, &guard, err);

    if (r == 0 && guard.pid)
        buf_addf(undo, "%" PRIu32 " %" PRIu64, guard.pid, guard.start);
    return r;
}

static int start_in_kernel(const struct living_process *first, struct view id, bool root_only,
                           bool dry_run, struct buf *undo, struct error *err)
{
    uint64_t cgroup;
    int r = kernel_guard_start(first, id, root_only, dry_run, &cgroup, err);

    if (r == 0 && cgroup)
        buf_addf(undo, "%s %" PRIu64, in_kernel, cgroup);
    return r;
}

/* In the kernel where it can, whatever the reason is that it can't. */
int action_deny_exec(const struct response_context *context, const struct response_target *target,
                     struct buf *undo, struct error *err)
{
    struct view id = target->container_id;
    struct living_process first;
    struct error cause = ERROR_INIT;
    int r = response_target_first(target, &first, err);

    if (r < 0 || start_in_kernel(&first, id, false, context->dry_run, undo, &cause) == 0)
        return r;
    return start_process(&first, id, context->dry_run, undo, err);
}

int action_image_only(const struct response_context *context, const struct response_target *target,
                      struct buf *undo, struct error *err)
{
    struct living_process first;
    int r = response_target_first(target, &first, err);

    if (r == 0)
        r = start_in_kernel(&first, target->container_id, true, context->dry_run, undo, err);
    if (r == ERROR_UNSUPPORTED)
        error_hint(err, "boot with lsm=...,bpf, or use deny-exec");
    return r;
}

/* Nothing to undo: another entry's guard was there. */
int action_deny_exec_undo(const struct response_context *context,
                          const struct response_target *target, struct view undo, struct error *err)
{
    struct view rest = undo, word = view_word(&rest);
    uint64_t first, start = 0;
    bool is_cgroup = view_eq(word, view_of(in_kernel));

    (void)target;
    if (!undo.len)
        return error_set(err, ERROR_INPUT, "an earlier action refuses programs: take that back");
    if (!view_to_u64(is_cgroup ? view_word(&rest) : word, &first) ||
        (!is_cgroup && (!view_to_u64(view_word(&rest), &start) || first > INT32_MAX)))
        return error_set(err, ERROR_INPUT, "the journal does not name the guard");
    if (context->dry_run)
        return 0;
    return is_cgroup ? kernel_guard_stop(first, err) : exec_guard_stop((uint32_t)first, start, err);
}
