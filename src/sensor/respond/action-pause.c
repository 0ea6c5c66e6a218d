#include "base/cleanup.h"
#include "base/path.h"
#include "sensor/respond/actions.h"
#include "sensor/respond/freezer.h"

int action_pause(const struct response_context *context, const struct response_target *target,
                 struct buf *undo, struct error *err)
{
    _cleanup_(buf_done) struct buf directory = BUF_INIT(PATH_LIMIT);
    int r = freezer_directory(target, &directory, err);

    if (r < 0 || context->dry_run)
        return r;
    r = freezer_set(buf_view(&directory), true, err);
    if (r == 0)
        buf_add(undo, buf_view(&directory));
    return r;
}

/* A cgroup that is gone took its processes along: nothing is left to thaw. */
int action_pause_undo(const struct response_context *context, const struct response_target *target,
                      struct view undo, struct error *err)
{
    _cleanup_(buf_done) struct buf directory = BUF_INIT(PATH_LIMIT);
    int r = 0;

    if (context->dry_run)
        return 0;
    if (undo.len)
        buf_add(&directory, undo);
    else
        r = freezer_directory(target, &directory, err);
    if (r == 0)
        r = freezer_set(buf_view(&directory), false, err);
    return r == ERROR_NOT_FOUND ? 0 : r;
}
