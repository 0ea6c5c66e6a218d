#include <inttypes.h>

#include "base/cleanup.h"
#include "sensor/respond/actions.h"
#include "sensor/respond/exec-guard.h"
#include "sensor/respond/target.h"

enum { ARENA_LIMIT = 64 << 20 };

int action_deny_exec(const struct response_context *context, const struct response_target *target,
                     struct buf *undo, struct error *err)
{
    _cleanup_arena_ struct arena *arena = arena_new(ARENA_LIMIT);
    struct living_process *list, guard;
    size_t count;
    int r =
        arena ? response_target_processes(target, arena, &list, &count, err) : error_memory(err);

    if (r == 0)
        r = exec_guard_start(&list[0], target->container_id, context->dry_run, &guard, err);
    if (r == 0 && guard.pid)
        buf_addf(undo, "%" PRIu32 " %" PRIu64, guard.pid, guard.start);
    return r;
}

/* Nothing to undo: another entry's guard was there. */
int action_deny_exec_undo(const struct response_context *context,
                          const struct response_target *target, struct view undo, struct error *err)
{
    struct view rest = undo;
    uint64_t pid, start;

    (void)target;
    if (!undo.len)
        return error_set(err, ERROR_INPUT, "an earlier action refuses programs: take that back");
    if (!view_to_u64(view_word(&rest), &pid) || !view_to_u64(view_word(&rest), &start) ||
        pid > INT32_MAX)
        return error_set(err, ERROR_INPUT, "the journal does not name the guard");
    return context->dry_run ? 0 : exec_guard_stop((uint32_t)pid, start, err);
}
