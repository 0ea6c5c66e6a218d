#include "sensor/respond/guard-rails.h"

#include <inttypes.h>
#include <unistd.h>

#include "base/path.h"
#include "base/text.h"

static int refuse(uint32_t pid, const char *what, struct error *err)
{
    return error_set(err, ERROR_DENIED, "process %" PRIu32 " is never touched: it is %s", pid,
                     tr(what));
}

int guard_rails_process(const struct response_context *context,
                        const struct response_target *target, const struct living_process *process,
                        struct error *err)
{
    if (process->pid <= 1)
        return refuse(process->pid, TR_KEY("the first process"), err);
    if (process->is_kernel_thread)
        return refuse(process->pid, TR_KEY("a kernel thread"), err);
    if (process->pid == (uint32_t)getpid() || living_process_is_ours(process))
        return refuse(process->pid, TR_KEY("the sensor"), err);
    if (target->container_id.len || context->allow_host)
        return 0;
    error_set(err, ERROR_DENIED, "process %" PRIu32 " is the host's", process->pid);
    error_hint(err, "--allow-host lets actions touch processes outside containers");
    return ERROR_DENIED;
}

int guard_rails_cgroup(struct view path, struct error *err)
{
    _cleanup_arena_ struct arena *arena = arena_new(LIVING_CGROUPS_LIMIT * 4);
    struct cgroup_line *lines;
    size_t count;
    int r;

    if (!arena)
        return error_memory(err);
    r = living_process_cgroups((uint32_t)getpid(), arena, &lines, &count, err);
    if (r < 0)
        return r;
    for (size_t i = 0; i < count; i++)
        if (path_is_below(lines[i].path, path))
            return error_set(err, ERROR_DENIED, "the cgroup %.*s is the sensor's own",
                             VIEW_ARG(path));
    return path.len > 1
               ? 0
               : error_set(err, ERROR_DENIED, "the cgroup of the whole machine is never touched");
}
