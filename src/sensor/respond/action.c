#include "sensor/respond/action.h"

#include <stddef.h>

#include "base/text.h"
#include "sensor/respond/actions.h"

static const struct action actions[ACTION_COUNT] = {
    {
        .name = "kill",
        .doc = TR_KEY("kill the process"),
        .needs_process = true,
        .act = action_kill,
    },
    {
        .name = "kill-tree",
        .doc = TR_KEY("kill the process and its descendants"),
        .needs_process = true,
        .act = action_kill_tree,
    },
    {
        .name = "pause",
        .doc = TR_KEY("freeze the container"),
        .needs_container = true,
        .undoable = true,
        .undo_by_target = true,
        .act = action_pause,
        .undo = action_pause_undo,
    },
    {
        .name = "stop",
        .doc = TR_KEY("stop the container"),
        .needs_container = true,
        .undoable = true,
        .undo_by_target = true,
        .act = action_stop,
        .undo = action_stop_undo,
        .can_undo = action_stop_can_undo,
    },
    {
        .name = "isolate",
        .doc = TR_KEY("cut the container from the network"),
        .needs_container = true,
        .undoable = true,
        .undo_by_target = true,
        .act = action_isolate,
        .undo = action_isolate_undo,
    },
    {
        .name = "deny-exec",
        .doc = TR_KEY("refuse programs that came into the container after its start"),
        .needs_container = true,
        .undoable = true,
        .act = action_deny_exec,
        .undo = action_deny_exec_undo,
    },
    {
        .name = "image-only",
        .doc = TR_KEY("refuse all programs but the image's, those of volumes, too"),
        .needs_container = true,
        .undoable = true,
        .act = action_image_only,
        .undo = action_deny_exec_undo,
    },
};

const struct action *action_at(size_t i)
{
    return i < ACTION_COUNT ? &actions[i] : NULL;
}

size_t action_index(const struct action *action)
{
    return (size_t)(action - actions);
}

const struct action *action_find(struct view name)
{
    const struct action *action;

    for (size_t i = 0; (action = action_at(i)); i++)
        if (view_eq(name, view_of(action->name)))
            return action;
    return NULL;
}

bool action_can_undo(const struct action *action, const struct response_target *target)
{
    return action->undoable && (!action->can_undo || action->can_undo(target));
}
