/* A cgroup's path: what is told lies within it, and does not change with what
 * is nested below that is no container. */
#include <stdlib.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "sensor/state/cgroup-path.h"

enum { PATH_BYTES = 4096 };

static void check_inside(struct view path, struct view part)
{
    if (part.len && (part.ptr < path.ptr || part.ptr + part.len > path.ptr + path.len))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_(buf_done) struct buf nested = BUF_INIT(PATH_BYTES + 16);
    struct view path = view_sub(view_from(data, size), 0, PATH_BYTES);
    struct cgroup_owner owner, again;

    if (!cgroup_path_owner(path, &owner))
        return 0;
    check_inside(path, owner.id);
    check_inside(path, owner.pod_uid);
    if (owner.id.len == 0 || owner.runtime >= CONTAINER_RUNTIME_COUNT)
        abort();
    buf_add(&nested, path);
    buf_add_str(&nested, "/./..");
    if (!cgroup_path_owner(buf_view(&nested), &again) || !view_eq(owner.id, again.id) ||
        !view_eq(owner.pod_uid, again.pod_uid) || owner.runtime != again.runtime)
        abort();
    return 0;
}
