#include "sensor/respond/kernel-guard.h"

#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "sensor/collect/guard.h"
#include "sensor/collect/hierarchy.h"

enum { ARENA_LIMIT = 1 << 20 };

static bool is_of(const struct cgroup_line *line, const struct cgroup_hierarchy *hierarchy)
{
    struct view controllers = line->controllers, wanted = view_of(hierarchy->controller);

    if (!wanted.len)
        return !controllers.len;
    while (controllers.ptr)
        if (view_eq(view_cut(&controllers, ','), wanted))
            return true;
    return false;
}

/* The path up to the component that names the container: its processes may be in cgroups
 * that it made below. */
static bool cut_path(struct view path, struct view id, struct view *ret)
{
    struct cgroup_owner owner;
    size_t end;

    if (!cgroup_path_owner(path, &owner) || !view_eq(owner.id, id))
        return false;
    for (end = (size_t)(owner.id.ptr - path.ptr) + owner.id.len;
         end < path.len && path.ptr[end] != '/'; end++)
        ;
    *ret = view_sub(path, 0, end);
    return true;
}

/* A cgroup's number is its directory's inode. */
static int find_cgroup(uint32_t pid, struct view id, uint64_t *ret, struct error *err)
{
    _cleanup_arena_ struct arena *arena = arena_new(ARENA_LIMIT);
    struct cgroup_hierarchy hierarchy;
    struct cgroup_line *lines;
    struct view path;
    size_t count;
    int r = arena ? cgroup_hierarchy_find(&hierarchy, err) : error_memory(err);

    if (r == 0)
        r = living_process_cgroups(pid, arena, &lines, &count, err);
    for (size_t i = 0; r == 0 && i < count; i++) {
        char text[PATH_LIMIT];
        struct stat directory;

        if (!is_of(&lines[i], &hierarchy) || !cut_path(lines[i].path, id, &path))
            continue;
        snprintf(text, sizeof(text), "%s%.*s", hierarchy.mount, VIEW_ARG(path));
        if (stat(text, &directory) < 0)
            return error_errno(err, "%s", text);
        *ret = directory.st_ino;
        return 0;
    }
    return r < 0 ? r
                 : error_set(err, ERROR_UNSUPPORTED,
                             "process %" PRIu32 " is in no cgroup of its own", pid);
}

/* 0: not known. */
static uint32_t mounts_of(uint32_t pid)
{
    char path[64];
    struct stat info;

    snprintf(path, sizeof(path), "/proc/%" PRIu32 "/ns/mnt", pid);
    return stat(path, &info) == 0 ? (uint32_t)info.st_ino : 0;
}

/* The host's mounts, and those of who started the container: a runtime may have its own. */
static int fill_rule(const struct living_process *first, struct guard_rule *rule, struct error *err)
{
    char path[64];
    struct stat info;

    snprintf(path, sizeof(path), "/proc/%" PRIu32 "/root", first->pid);
    if (stat(path, &info) < 0)
        return error_errno(err, "%s", path);
    rule->device = (uint32_t)(major(info.st_dev) << 20 | minor(info.st_dev));
    rule->runtimes[0] = mounts_of(1);
    rule->runtimes[1] = mounts_of(first->parent);
    if (rule->runtimes[1] == mounts_of(first->pid))
        rule->runtimes[1] = 0;
    rule->began = living_process_began(first);
    return 0;
}

int kernel_guard_start(const struct living_process *first, struct view id, bool root_only,
                       bool dry_run, uint64_t *ret_cgroup, struct error *err)
{
    struct guard_rule rule = {.flags = root_only ? GUARD_ROOT_ONLY : 0};
    uint64_t cgroup = 0;
    bool is_new = false;
    int r = living_process_check_mounts(first->pid, err);

    if (r == 0)
        r = find_cgroup(first->pid, id, &cgroup, err);
    if (r == 0)
        r = fill_rule(first, &rule, err);
    if (r == 0)
        r = dry_run ? guard_check(err) : guard_set(cgroup, &rule, &is_new, err);
    if (r == 0)
        *ret_cgroup = is_new ? cgroup : 0;
    return r;
}

int kernel_guard_stop(uint64_t cgroup, struct error *err)
{
    return guard_clear(cgroup, err);
}
