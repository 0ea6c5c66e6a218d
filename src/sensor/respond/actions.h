/* What the descriptors of respond/action.h point to, a file for each. */
#pragma once

#include "sensor/respond/action.h"

typedef int action_act(const struct response_context *context, const struct response_target *target,
                       struct buf *undo, struct error *err);
typedef int action_undo(const struct response_context *context,
                        const struct response_target *target, struct view undo, struct error *err);

action_act action_kill, action_kill_tree; /* action-kill.c */
action_act action_pause;                  /* action-pause.c */
action_undo action_pause_undo;
action_act action_stop; /* action-stop.c */
action_undo action_stop_undo;
bool action_stop_can_undo(const struct response_target *target);
action_act action_isolate; /* action-isolate.c */
action_undo action_isolate_undo;
action_act action_deny_exec, action_image_only; /* action-deny-exec.c */
action_undo action_deny_exec_undo;
