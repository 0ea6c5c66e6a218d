/* What runtimes say about a container, read into one struct container_metadata.
 *
 * An answer is made of documents, in order of trust: of each thing the first document
 * that tells it counts. The documents are outside bytes of a Docker engine
 * (API and its own files), of containerd and of the runtimes of Kubernetes
 * (protobuf), OCI runtime specs, Podman's storage, and mount tables. A document about
 * another container, or one that is not what it should be, is left out; when none
 * is left that tells of the container, the answer fails with the first one's fault.
 *
 * "Privileged" is what Falco takes for it: HostConfig.Privileged of Docker and Podman,
 * the security context of CRI (config.linux.security_context.privileged; CRI-O:
 * info.privileged). A spec without any of these counts as privileged when
 * nothing is masked, read-only or filtered, and it has CAP_SYS_ADMIN: what
 * `ctr run --privileged` makes.
 *
 * Leads are what to ask next; the caller checks them, as they come from outside.
 * Pure; runs in a worker (container/answer-op.h). Field numbers are those of
 * containerd's API and of CRI's runtime.v1.
 */
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "sensor/state/container.h"

enum answer_document {
    ANSWER_DOCKER_CONTAINER,     /* GET /containers/ID/json, and config.v2.json of its files */
    ANSWER_DOCKER_HOST,          /* hostconfig.json */
    ANSWER_DOCKER_IMAGE,         /* GET /images/ID/json */
    ANSWER_DOCKER_SANDBOX,       /* as the first, of the pod's sandbox */
    ANSWER_CONTAINERD_CONTAINER, /* containers.v1 GetContainerResponse */
    ANSWER_CONTAINERD_TASK,      /* tasks.v1 GetResponse */
    ANSWER_CONTAINERD_IMAGE,     /* images.v1 GetImageResponse */
    ANSWER_CONTAINERD_SNAPSHOT,  /* snapshots.v1 MountsResponse */
    ANSWER_CONTAINERD_SANDBOX,   /* as the first, of the pod's sandbox */
    ANSWER_CRI_CONTAINER,        /* runtime.v1 ContainerStatusResponse, verbose */
    ANSWER_CRI_SANDBOX,          /* runtime.v1 PodSandboxStatusResponse, verbose */
    ANSWER_OCI_SPEC,             /* config.json of a bundle */
    ANSWER_PODMAN_CONTAINERS,    /* containers.json of its storage */
    ANSWER_PODMAN_IMAGES,        /* images.json */
    ANSWER_MOUNTS,               /* /proc/PID/mountinfo of its first process */
    ANSWER_PROCESS, /* of that, by the caller: "PID STARTED", the start in nanoseconds since 1970 */
    ANSWER_DOCUMENT_KINDS,
};

enum {
    ANSWER_DOCUMENTS_LIMIT = 12,
    ANSWER_DOCUMENT_LIMIT = 4 << 20, /* bytes of one */
    ANSWER_ARENA_LIMIT = 64 << 20,
    ANSWER_LIST_LIMIT = 1 << 14, /* labels, mounts */
    ANSWER_ID_LIMIT = 256,
};

struct answer_part {
    enum answer_document kind;
    struct view bytes;
};

struct answer_question {
    enum container_runtime runtime;
    struct view id;
    const struct answer_part *parts;
    size_t count;
};

enum answer_lead {
    ANSWER_LEAD_IMAGE,   /* name or id of the image, as its runtime takes it */
    ANSWER_LEAD_SANDBOX, /* id of the pod's sandbox */
    ANSWER_LEAD_SNAPSHOTTER,
    ANSWER_LEAD_SNAPSHOT, /* its key */
    ANSWER_LEAD_HOME,     /* folder in which the engine keeps its containers' files */
    ANSWER_LEADS,
};

struct answer {
    struct container_metadata metadata; /* all in the arena */
    struct view leads[ANSWER_LEADS];    /* empty: none */
    bool is_cri;                        /* Kubernetes made it through CRI */
};

int answer_read(const struct answer_question *question, struct arena *arena, struct answer *ret,
                struct error *err);
