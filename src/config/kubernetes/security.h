/* What holds for a container after its own settings are laid over the pod's.
 *
 * Each function gives the node that decides, or NULL: nobody sets it. A null
 * setting counts as not set.
 */
#pragma once

#include "base/arena.h"
#include "config/kubernetes/object.h"

/* securityContext.KEY of the container, else of the pod. In a Tekton task
 * stepTemplate stands between the two. */
const struct document_node *security_effective(const struct kubernetes_pod *pod,
                                               const struct document_node *container,
                                               struct view key);
/* securityContext.KEY of the container alone (privileged, capabilities, ...). */
const struct document_node *security_own(const struct kubernetes_pod *pod,
                                         const struct document_node *container, struct view key);

/* The value of the pod's annotation PREFIX followed by the container's name. */
const struct document_node *security_annotation(const struct kubernetes_pod *pod,
                                                const struct document_node *container,
                                                const char *prefix, struct arena *arena);
#define APPARMOR_ANNOTATION "container.apparmor.security.beta.kubernetes.io/"
#define SECCOMP_ANNOTATION "container.seccomp.security.alpha.kubernetes.io/"

/* How AppArmor confines a container: the field before the old annotation. */
struct apparmor {
    struct view type;    /* "RuntimeDefault", "Localhost", "Unconfined"; empty: not set */
    struct view profile; /* of Localhost */
    const struct document_node *node;
};
struct apparmor security_apparmor(const struct kubernetes_pod *pod,
                                  const struct document_node *container, struct arena *arena);

/* "NET_ADMIN" for "cap_net_admin". */
struct view capability_name(struct view text, struct arena *arena);

/* "windows" or "linux", from the pod's os, node selector, required node
 * affinity or Windows options; empty: not told. */
struct view pod_os(const struct kubernetes_pod *pod);
