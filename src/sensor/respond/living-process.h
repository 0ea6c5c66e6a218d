/* Processes of this machine, as /proc tells them, named so that the right one is hit.
 *
 * A process is its pid and its start, in nanoseconds since boot; /proc tells the start
 * in ticks of 10 ms, which is what is compared. living_process_open() gives a
 * descriptor that stays this process's, however often its pid is used again.
 */
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "base/view.h"
#include "sensor/state/cgroup-path.h"

enum {
    LIVING_PROCESS_LIMIT = 1 << 18,  /* processes of one list */
    LIVING_CGROUPS_LIMIT = 32 << 10, /* bytes of /proc/PID/cgroup */
};

/* What names of guards begin with (respond/exec-guard.h). */
#define LIVING_GUARD_NAME "plguard-"

struct living_process {
    uint32_t pid, parent;
    uint64_t start;                   /* nanoseconds since boot, whole ticks */
    bool is_kernel_thread, has_ended; /* a zombie */
    char comm[16];
};

/* ERROR_NOT_FOUND: there is none. */
int living_process_read(uint32_t pid, struct living_process *ret, struct error *err);
/* A pidfd of the process that began then. ERROR_NOT_FOUND: it has ended. */
int living_process_open(uint32_t pid, uint64_t start, int *ret_fd, struct error *err);
/* All, without threads, in the order of pids. */
int living_process_list(struct arena *arena, struct living_process **ret, size_t *ret_count,
                        struct error *err);

/* Whether it runs the same program as who asks, under a name of it: the sensor, the
 * workers and the guards it started. A name alone could be anybody's. */
bool living_process_is_ours(const struct living_process *process);

/* A line of /proc/PID/cgroup: "7:freezer:/docker/ID", "0::/system.slice". */
struct cgroup_line {
    struct view controllers, path; /* controllers are empty in version 2 */
};
/* Lines in the arena; none when the process is gone. */
int living_process_cgroups(uint32_t pid, struct arena *arena, struct cgroup_line **ret,
                           size_t *ret_count, struct error *err);
/* The container that one of its cgroups names; false: none does. */
bool living_process_container(uint32_t pid, struct arena *arena, struct cgroup_owner *ret,
                              struct view *ret_path);
/* Nanoseconds since 1970, by the clock as it is now. */
int64_t living_process_began(const struct living_process *process);
/* ERROR_DENIED: its mounts are the host's, so that to watch them is to watch the host. */
int living_process_check_mounts(uint32_t pid, struct error *err);
