/* A process as the sensor knows it.
 *
 * Made and changed by process_table only; others hold references and read. The
 * parent is who forked it, living or ended, whatever the kernel says of orphans
 * later and whether or not the fork asked for another parent (CLONE_PARENT): a
 * process can't choose its ancestors. Credentials are those of the main thread.
 */
#pragma once

#include "base/view.h"
#include "sensor/abi/event.h"
#include "sensor/state/container.h"
#include "sensor/state/program-image.h"

struct process {
    uint32_t references; /* the table's, children's, and of events that wait */
    uint32_t pid;
    uint64_t start;              /* nanoseconds since boot; with the pid, who it is; 0: not known */
    struct process *parent;      /* NULL: the first, or not known. Kept when it has ended */
    struct program_image *image; /* NULL: kernel thread, or not known */
    struct container *container; /* NULL: on the host */
    char comm[SENSOR_COMM_SIZE];
    struct sensor_credentials credentials;
    uint32_t vpid, vpgid, vsid, pgid, sid, tty;
    uint32_t flags;       /* enum sensor_process_flag */
    uint32_t child_count; /* that live */
    uint32_t thread_count;
    uint32_t pid_namespace, mount_namespace, net_namespace, user_namespace, ipc_namespace;
    uint32_t cgroup_namespace;
    bool made_up;    /* appeared without its fork, and no snapshot has told of it */
    bool is_command; /* of its container (state/container-command.h) */
    uint64_t cgroup;
    uint64_t namespace_start;
    uint64_t ended; /* nanoseconds since boot; 0: it lives */
    struct view cwd;
};

enum { PROCESS_DEPTH_LIMIT = 128 };

struct process *process_ref(struct process *process);
void process_unref(struct process *process); /* NULL is fine */
/* The nth ancestor, 1 is the parent; NULL: none. Bounded by PROCESS_DEPTH_LIMIT. */
const struct process *process_ancestor(const struct process *process, unsigned n);
