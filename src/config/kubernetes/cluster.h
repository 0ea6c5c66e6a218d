/* All objects of a scan, and what links them: which Services, policies and
 * budgets select a pod, what an account may do, which names lead nowhere.
 *
 * Files are seldom all that a cluster holds. So a link that needs an object
 * which may well live elsewhere is *not known* unless the scan describes that
 * part: a namespace's Services are taken as complete when the scan holds
 * pods there, its pods when it holds a pod, its policies when it holds a
 * NetworkPolicy of it or the Namespace itself, and so on; each function says
 * its rule. Objects without a namespace share "default".
 *
 * Matching of selectors is bounded by CLUSTER_LINK_LIMIT and POD_LINK_LIMIT;
 * past them the links of a namespace are not known. Everything lives in the arena; the cluster does
 * not change once cluster_link() has returned.
 */
#pragma once

#include "base/hash.h"
#include "config/kubernetes/object.h"

enum {
    CLUSTER_LINK_LIMIT = 10000000, /* labels and values compared */
    POD_LINK_LIMIT = 100,          /* Services, policies or budgets that select one pod */
    OBJECT_LINK_LIMIT = 1000,      /* pods that an object remembers */
    ACCOUNT_RULE_LIMIT = 300,      /* rules of one account that are looked at, about */
};

enum answer { ANSWER_UNKNOWN, ANSWER_NO, ANSWER_YES };

struct object_set {
    const struct kubernetes_object **list;
    size_t count;
};

/* What selects a pod. */
struct pod_links {
    struct object_set services, policies, budgets;
};

/* What an object selects, and what points to it. */
struct object_links {
    const struct kubernetes_pod **pods; /* of Services, policies and budgets */
    size_t kept_count;                  /* of `pods` */
    size_t pod_count;                   /* all that were selected */
    struct object_set bindings;         /* of ServiceAccounts and roles */
    struct object_set autoscalers;      /* of workloads */
    struct object_set ingresses;        /* of Services */
};

struct cluster_namespace {
    struct view name;
    const struct kubernetes_object *object; /* the Namespace; may be NULL */
    struct object_set workloads;            /* objects with pods */
    struct object_set services, policies, budgets, ranges, quotas, accounts, roles;
    /* Bindings of the namespace's accounts as a whole: system:serviceaccounts:NAME. */
    struct object_set group_bindings;
    bool truncated; /* a limit was reached */
};

struct cluster {
    struct arena *arena;
    unsigned minor; /* the cluster's version is 1.minor */
    struct kubernetes_objects objects;
    struct hash_map *namespaces; /* name to struct cluster_namespace */
    struct hash_map *identities; /* "Kind namespace/name" to the first object */
    struct object_set cluster_roles, cluster_bindings;
    /* Bindings of all accounts: system:serviceaccounts, system:authenticated. */
    struct object_set all_account_bindings;
    struct hash_map *account_bindings; /* "namespace/name" to struct object_set */
    bool foreign_policies;             /* Cilium's, Calico's, ...: policies we don't read */
    bool truncated;                    /* some namespace is */
};

/* Resolves links between the objects read so far. Call cluster_done() for the
 * maps when the cluster is no longer asked. */
int cluster_link(struct cluster *cluster, struct error *err);
void cluster_done(struct cluster *cluster);

/* NULL: the scan holds nothing there. */
const struct cluster_namespace *cluster_namespace(const struct cluster *cluster, struct view name);
/* The object, or NULL; `namespace` is empty for cluster-wide ones. */
const struct kubernetes_object *cluster_find(const struct cluster *cluster, const char *kind,
                                             struct view namespace, struct view name);

/* cluster-network.c */

/* The namespace's policies are known: the scan holds one of them or the
 * Namespace, and no policy of another kind anywhere. */
bool cluster_knows_policies(const struct cluster *cluster, struct view namespace);
/* A policy isolates its pods in that direction. */
bool policy_has_direction(const struct kubernetes_object *policy, bool egress);
/* Selects every pod of the namespace and allows nothing in that direction. */
bool policy_is_default_deny(const struct kubernetes_object *policy, bool egress);
/* One of its rules allows every peer on every port. */
bool policy_allows_all(const struct kubernetes_object *policy, bool egress);
/* Unknown unless the scan holds a Service in that namespace. */
enum answer cluster_has_service(const struct cluster *cluster, struct view namespace,
                                struct view name);

/* cluster-access.c */

/* "default" when the pod names none. */
struct view pod_service_account(const struct kubernetes_pod *pod);
/* "default" exists always; else unknown unless the scan holds a ServiceAccount
 * in that namespace. */
enum answer cluster_has_account(const struct cluster *cluster, struct view namespace,
                                struct view name);
/* Of the pod, else of its ServiceAccount, else yes; unknown when the account
 * is not "default" and not in the scan. */
enum answer pod_mounts_token(const struct cluster *cluster, const struct kubernetes_pod *pod);
/* Calls `found` with each binding that gives the account something, until it
 * answers false. */
void account_bindings(const struct cluster *cluster, struct view namespace, struct view name,
                      bool (*found)(void *ctx, const struct kubernetes_object *binding), void *ctx);
/* The role a binding names: in the scan (`ret_role`), or built in
 * (system:..., cluster-admin, admin, edit, view). Unknown unless the scan
 * holds another role of that kind there. */
enum answer binding_role(const struct cluster *cluster, const struct kubernetes_object *binding,
                         const struct kubernetes_object **ret_role);
/* The rules (mappings) the binding gives, those of cluster-admin too. False:
 * not known. `rules` is a sequence or NULL. */
bool binding_rules(const struct cluster *cluster, const struct kubernetes_object *binding,
                   const struct document_node **ret_rules);
