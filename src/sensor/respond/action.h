/* Actions: what the sensor may do about an alert, or when it is told to.
 *
 * Each is one const descriptor: name, what it needs, do, undo. They touch
 * containers' processes only, and a process is named by pid and start time, so
 * that a pid that was used again is never hit. The host's own processes are
 * touched only with `allow_host`.
 *
 *     kill      SIGKILL to the process (pidfd); no undo
 *     kill-tree the same to it and its descendants
 *     pause     freezes the container's cgroup (v2 cgroup.freeze, v1 freezer); undo: thaw
 *     stop      asks the runtime to stop the container (TERM, then KILL); undo: start
 *     isolate   drops the container's traffic both ways but for what `keep` lists
 *               (a forensic path), with nftables in its network namespace; undo: removes
 *     deny-exec refuses files that are not of the image (respond/kernel-guard.h, exec-guard.h);
 *               undo: lifts
 *     image-only  the same, and files of all mounts but the container's root; undo: lifts
 */
#pragma once

#include "base/buf.h"
#include "base/error.h"
#include "base/view.h"
#include "sensor/state/process.h"

struct response_target {
    uint32_t pid; /* 0: the container only */
    uint64_t start;
    enum container_runtime runtime;
    struct view container_id; /* empty: a process of the host */
    struct view cgroup;       /* path */
    struct view container_name, image, pod_namespace, pod_name;
};

struct response_context {
    bool dry_run;
    bool allow_host;
    const char *docker_socket, *containerd_socket, *podman_socket;
    /* Why a process of that name is never touched, a key of tr(), or NULL. For those that an
     * action finds by itself; the target was asked about. NULL: all may be. */
    const char *(*spares)(const void *policy, const struct response_target *target,
                          struct view process);
    const void *policy;
    const struct view *keep; /* networks that isolation leaves open: "10.0.0.5/32:443" */
    size_t keep_count;
};

struct action {
    const char *name;
    const char *doc; /* a key of tr() */
    bool needs_process, needs_container, undoable;
    bool undo_by_target; /* undoing finds what it needs when the journal does not have it */
    /* `undo` gets what undoing needs, as text for the journal. */
    int (*act)(const struct response_context *context, const struct response_target *target,
               struct buf *undo, struct error *err);
    int (*undo)(const struct response_context *context, const struct response_target *target,
                struct view undo, struct error *err);
    /* NULL: what is undoable is so for every target. */
    bool (*can_undo)(const struct response_target *target);
};

enum { ACTION_COUNT = 7 };

const struct action *action_find(struct view name); /* NULL: none */
const struct action *action_at(size_t i);           /* NULL past the last */
bool action_can_undo(const struct action *action, const struct response_target *target);
size_t action_index(const struct action *action); /* where action_at() has it */
