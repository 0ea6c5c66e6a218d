/* What a rule of the source `kubernetes` is asked about.
 *
 * Events live as long as the reader's arena. Asked after visit() has returned
 * they know no links any more: namespaces, accounts and Services of the scan.
 */
#pragma once

#include "config/kubernetes/cluster.h"

/* Indexes into the source's subjects. */
enum kubernetes_subject {
    SUBJECT_OBJECT,
    SUBJECT_POD,
    SUBJECT_CONTAINER,
    SUBJECT_VOLUME,
    SUBJECT_RBAC_RULE,
    SUBJECT_BINDING,
    SUBJECT_BINDING_SUBJECT,
    SUBJECT_SERVICE,
    SUBJECT_INGRESS,
    SUBJECT_NETWORK_POLICY,
    SUBJECT_NAMESPACE,
    SUBJECT_COUNT,
};

struct kubernetes_event {
    enum kubernetes_subject subject;
    const struct cluster *cluster;
    const struct kubernetes_object *object;
    const struct kubernetes_pod *pod; /* NULL: the object has none, or several */
    const struct document_node *node; /* the container, volume, RBAC rule, subject */
    size_t index;                     /* of it in its list */
    enum container_kind container_kind;
};
