/* The parts of cluster_link(), and what they share. */
#pragma once

#include "config/kubernetes/cluster.h"

void object_set_add(struct object_set *set, const struct kubernetes_object *object,
                    struct arena *arena);
/* Made when it is not there; NULL without memory. */
struct cluster_namespace *cluster_namespace_at(struct cluster *cluster, struct view name);

/* Pods with what selects them. */
void cluster_link_pods(struct cluster *cluster);
/* Accounts and roles with their bindings. */
void cluster_link_accounts(struct cluster *cluster);
/* Workloads with autoscalers, Services with Ingresses. */
void cluster_link_targets(struct cluster *cluster);
