/* Who a command's action is for, found on this machine.
 *
 * (An alert's target comes with it.) Texts are the arena's.
 */
#pragma once

#include "base/arena.h"
#include "sensor/respond/action.h"
#include "sensor/respond/living-process.h"

enum {
    TARGET_ID_DIGITS = 6, /* of a container, at least */
    TARGET_LIMIT = 4096,
};

/* ERROR_NOT_FOUND: there is no such process. */
int response_target_of_pid(uint32_t pid, struct arena *arena, struct response_target *ret,
                           struct error *err);
/* By its id or the beginning of it, of at least TARGET_ID_DIGITS. ERROR_NOT_FOUND: no
 * process is in such a container; ERROR_INPUT: the beginning fits several. */
int response_target_of_container(struct view id, struct arena *arena, struct response_target *ret,
                                 struct error *err);
/* All containers in which a process runs, at most TARGET_LIMIT. */
int response_target_containers(struct arena *arena, struct response_target **ret, size_t *ret_count,
                               struct error *err);
/* The processes of the target's container, its first process in front, at least one.
 * ERROR_NOT_FOUND: none runs in it. */
int response_target_processes(const struct response_target *target, struct arena *arena,
                              struct living_process **ret, size_t *ret_count, struct error *err);
/* That first process alone. */
int response_target_first(const struct response_target *target, struct living_process *ret,
                          struct error *err);
