#include "sensor/respond/target.h"

#include <inttypes.h>

enum { ARENA_LIMIT = 64 << 20, SCRATCH_LIMIT = 4 * LIVING_CGROUPS_LIMIT };

static void set_container(struct response_target *target, const struct cgroup_owner *owner,
                          struct view path)
{
    target->runtime = owner->runtime;
    target->container_id = owner->id;
    target->cgroup = path;
}

int response_target_of_pid(uint32_t pid, struct arena *arena, struct response_target *ret,
                           struct error *err)
{
    struct response_target target = {.pid = pid, .runtime = CONTAINER_OTHER};
    struct living_process process;
    struct cgroup_owner owner;
    struct view path;
    int r = living_process_read(pid, &process, err);

    if (r < 0)
        return r;
    target.start = process.start;
    if (living_process_container(pid, arena, &owner, &path))
        set_container(&target, &owner, path);
    r = arena_failed(arena, "a process's cgroups", err);
    if (r == 0)
        *ret = target;
    return r;
}

static bool has_container(const struct response_target *list, size_t count, struct view id)
{
    for (size_t i = 0; i < count; i++)
        if (view_eq(list[i].container_id, id))
            return true;
    return false;
}

int response_target_containers(struct arena *arena, struct response_target **ret, size_t *ret_count,
                               struct error *err)
{
    _cleanup_arena_ struct arena *scratch = arena_new(SCRATCH_LIMIT);
    struct response_target *targets = NULL, *added;
    struct living_process *list;
    size_t count, found = 0;
    int r = scratch ? living_process_list(arena, &list, &count, err) : error_memory(err);

    for (size_t i = 0; r == 0 && i < count && found < TARGET_LIMIT; i++) {
        struct cgroup_owner owner;
        struct view path;

        arena_reset(scratch);
        if (!living_process_container(list[i].pid, scratch, &owner, &path) ||
            has_container(targets, found, owner.id))
            continue;
        added = arena_push(arena, &targets, &found, sizeof(*targets));
        if (!added)
            return error_memory(err);
        *added = (struct response_target){0};
        owner.id = arena_copy(arena, owner.id);
        set_container(added, &owner, arena_copy(arena, path));
    }
    if (r == 0)
        r = arena_failed(arena, "the containers' cgroups", err);
    if (r < 0)
        return r;
    *ret = targets;
    *ret_count = found;
    return 0;
}

int response_target_of_container(struct view id, struct arena *arena, struct response_target *ret,
                                 struct error *err)
{
    const struct response_target *fit = NULL;
    struct response_target *list;
    size_t count;
    int r;

    if (id.len < TARGET_ID_DIGITS)
        return error_set(err, ERROR_INPUT, "container %.*s: give at least %d digits of its id",
                         VIEW_ARG(id), TARGET_ID_DIGITS);
    r = response_target_containers(arena, &list, &count, err);
    for (size_t i = 0; r == 0 && i < count; i++) {
        if (!view_starts(list[i].container_id, id))
            continue;
        if (fit)
            return error_set(err, ERROR_INPUT, "container %.*s: this is the beginning of several",
                             VIEW_ARG(id));
        fit = &list[i];
    }
    if (r == 0 && !fit)
        return error_set(err, ERROR_NOT_FOUND, "container %.*s: no process runs in it",
                         VIEW_ARG(id));
    if (r == 0)
        *ret = *fit;
    return r;
}

/* Pids begin anew after the last one, so it is not the least; of those that began in the same
 * tick it is the one that forked the others. */
static void put_eldest_first(struct living_process *list, size_t count)
{
    struct living_process eldest;
    size_t at = 0;

    for (size_t i = 1; i < count; i++)
        if (list[i].start < list[at].start ||
            (list[i].start == list[at].start && list[at].parent == list[i].pid))
            at = i;
    eldest = list[at];
    list[at] = list[0];
    list[0] = eldest;
}

int response_target_processes(const struct response_target *target, struct arena *arena,
                              struct living_process **ret, size_t *ret_count, struct error *err)
{
    _cleanup_arena_ struct arena *scratch = arena_new(SCRATCH_LIMIT);
    struct living_process *list;
    size_t count, kept = 0;
    int r = scratch ? living_process_list(arena, &list, &count, err) : error_memory(err);

    if (r < 0)
        return r;
    for (size_t i = 0; i < count; i++) {
        struct cgroup_owner owner;
        struct view path;

        arena_reset(scratch); /* a machine has more processes than there is room for all */
        if (living_process_container(list[i].pid, scratch, &owner, &path) &&
            view_eq(owner.id, target->container_id))
            list[kept++] = list[i];
    }
    if (kept == 0)
        return error_set(err, ERROR_NOT_FOUND, "container %.*s: no process runs in it",
                         VIEW_ARG(target->container_id));
    put_eldest_first(list, kept);
    *ret = list;
    *ret_count = kept;
    return 0;
}

int response_target_first(const struct response_target *target, struct living_process *ret,
                          struct error *err)
{
    _cleanup_arena_ struct arena *arena = arena_new(ARENA_LIMIT);
    struct living_process *list;
    size_t count;
    int r =
        arena ? response_target_processes(target, arena, &list, &count, err) : error_memory(err);

    if (r == 0)
        *ret = list[0];
    return r;
}
