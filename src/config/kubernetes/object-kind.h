/* The kinds of objects that Kubernetes itself and well-known extensions have:
 * whether they live in a namespace, and where their pod template stands.
 *
 * Other kinds are unknown: their scope can't be told, and their pod templates
 * are looked for (config/kubernetes/pod.h).
 */
#pragma once

#include "base/view.h"

enum object_scope { SCOPE_UNKNOWN, SCOPE_NAMESPACED, SCOPE_CLUSTER };

enum object_flag {
    OBJECT_BUILT_IN = 1 << 0,      /* part of Kubernetes */
    OBJECT_POD_TEMPLATE = 1 << 1,  /* `path` leads to a pod template */
    OBJECT_KEEPS_RUNNING = 1 << 2, /* restarts its pods whenever they end */
    OBJECT_RUNS_TO_END = 1 << 3,   /* pods are meant to end */
    OBJECT_REPLICAS = 1 << 4,      /* spec.replicas; 1 when not set */
    OBJECT_SELECTOR = 1 << 5,      /* spec.selector must select the template's labels */
    /* The pod gets settings from elsewhere, so what is not set is not known. */
    OBJECT_PARTIAL_POD = 1 << 6,
};

struct object_kind {
    struct view kind;
    struct view group; /* "" for the core API */
    enum object_scope scope;
    unsigned flags;
    const char *path[4]; /* keys from the object to the pod template, up to the first NULL */
};

/* NULL: not known. */
const struct object_kind *object_kind_find(struct view group, struct view kind);
/* Objects of the group hold patterns of other objects, or are read by tools on
 * a person's machine: what looks like a pod template in them runs nowhere. */
bool object_group_is_policy(struct view group);
