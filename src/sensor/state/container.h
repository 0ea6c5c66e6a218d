/* A container: an id that a cgroup tells, and what its runtime says about it. */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/view.h"

enum container_runtime {
    CONTAINER_DOCKER,
    CONTAINER_CONTAINERD, /* through its own API, or as CRI */
    CONTAINER_CRIO,
    CONTAINER_PODMAN,
    CONTAINER_LXC,
    CONTAINER_SYSTEMD_NSPAWN,
    CONTAINER_OTHER, /* recognised by its namespaces and cgroup only */
    CONTAINER_RUNTIME_COUNT,
};

const char *container_runtime_name(enum container_runtime runtime); /* "docker" */
bool container_runtime_find(struct view name, enum container_runtime *ret);

struct container_mount {
    struct view source, destination, mode, propagation;
    bool writable;
};

struct container_label {
    struct view key, value;
};

/* What the runtime said. Never changed once it is set; freed as a whole. */
struct container_metadata {
    struct view name;
    struct view image; /* as asked for */
    struct view image_id, image_repository, image_tag, image_digest;
    struct view ip, cni_json;
    struct view healthcheck, liveness_probe, readiness_probe;
    struct view pod_name, pod_namespace, pod_uid, pod_sandbox_id, pod_ip;
    const struct container_label *labels, *pod_labels;
    size_t label_count, pod_label_count;
    const struct container_mount *mounts;
    size_t mount_count;
    bool privileged, is_pod_sandbox, host_pid, host_network, host_ipc;
    bool partial;                /* labels, mounts or texts were left out: too long */
    int64_t created, started;    /* nanoseconds since 1970; 0: not known */
    uint32_t init_pid;           /* 0: not known */
    struct view upper_directory; /* of its overlay; empty: not known */
};

enum container_knowledge {
    CONTAINER_PENDING, /* asked; events that need it may wait */
    CONTAINER_KNOWN,
    CONTAINER_UNKNOWN, /* no runtime knows it, or none answered in time */
};

struct container {
    uint32_t references;
    enum container_runtime runtime;
    struct view id;       /* full; 64 digits for most */
    struct view short_id; /* first 12 digits */
    struct view cgroup;   /* path of its first cgroup */
    struct view pod_uid;  /* as the cgroup tells it; empty: none */
    enum container_knowledge knowledge;
    const struct container_metadata *metadata; /* NULL until known; may be set with
                                                  CONTAINER_UNKNOWN when it is partial */
    uint64_t first_seen;                       /* nanoseconds since boot */
    uint64_t process_count;
    bool seen_made;       /* its cgroup was made before somebody was in it */
    bool command_guessed; /* the oldest process that a snapshot told of */
    uint32_t command_pid; /* (container-command.h); 0: none is known, or it is empty */
};

struct container *container_ref(struct container *container);
void container_unref(struct container *container); /* NULL is fine */
/* Metadata as JSON, as capture files keep it, and back. What is written fits into an
 * event record: texts are cut at CONTAINER_TEXT_LIMIT, labels and mounts that do not
 * fit are left out, and `partial` says so. Nothing is written for a container
 * without metadata. */
enum {
    CONTAINER_JSON_LIMIT = 30 * 1024,
    CONTAINER_TEXT_LIMIT = 2048,
    CONTAINER_LIST_LIMIT = 1024, /* labels of each kind, and mounts */
};
void container_metadata_write(const struct container *container, struct buf *to);
/* In the arena. Unknown members are passed over, missing ones are empty. ERROR_INPUT:
 * no JSON object, or a member of another type than it should have. */
int container_metadata_read(struct view json, struct arena *arena,
                            const struct container_metadata **ret, struct error *err);
