#include "config/kubernetes/cluster.h"

#include "config/kubernetes/cluster-link.h"

void object_set_add(struct object_set *set, const struct kubernetes_object *object,
                    struct arena *arena)
{
    const struct kubernetes_object **slot =
        arena_push(arena, &set->list, &set->count, sizeof(*set->list));

    if (slot)
        *slot = object;
}

struct cluster_namespace *cluster_namespace_at(struct cluster *cluster, struct view name)
{
    void **slot = hash_map_slot(cluster->namespaces, name);

    if (slot && !*slot) {
        struct cluster_namespace *namespace = arena_alloc(cluster->arena, sizeof(*namespace));

        if (namespace)
        namespace->name = name;
        *slot = namespace;
    }
    return slot ? *slot : NULL;
}

const struct cluster_namespace *cluster_namespace(const struct cluster *cluster, struct view name)
{
    return cluster->namespaces ? hash_map_get(cluster->namespaces, name) : NULL;
}

enum { IDENTITY_LENGTH = 1024 };

/* Cluster-wide kinds have no namespace, so the shortened form is unique. */
static struct view identity(char *to, size_t size, struct view kind, struct view namespace,
                            struct view name)
{
    int length =
        snprintf(to, size, "%.*s %.*s/%.*s", VIEW_ARG(kind), VIEW_ARG(namespace), VIEW_ARG(name));

    return length < 0 || (size_t)length >= size ? VIEW_EMPTY : view_from(to, (size_t)length);
}

const struct kubernetes_object *cluster_find(const struct cluster *cluster, const char *kind,
                                             struct view namespace, struct view name)
{
    char text[IDENTITY_LENGTH];
    struct view key = identity(text, sizeof(text), view_of(kind), namespace, name);

    return key.len && cluster->identities ? hash_map_get(cluster->identities, key) : NULL;
}

static void index_object(struct cluster *cluster, struct kubernetes_object *object)
{
    char text[IDENTITY_LENGTH];
    struct view key = identity(text, sizeof(text), object->kind, object->namespace, object->name);

    if (!object_has(object, OBJECT_BUILT_IN) || !object->name.len || !key.len ||
        hash_map_get(cluster->identities, key))
        return;
    key = arena_copy(cluster->arena, key);
    if (key.ptr)
        hash_map_put(cluster->identities, key, object);
}

/* Where objects of a kind are kept in their namespace. */
static const struct {
    const char *group, *kind;
    size_t offset;
} namespaced[] = {
    {"", "Service", offsetof(struct cluster_namespace, services)},
    {"networking.k8s.io", "NetworkPolicy", offsetof(struct cluster_namespace, policies)},
    {"extensions", "NetworkPolicy", offsetof(struct cluster_namespace, policies)},
    {"policy", "PodDisruptionBudget", offsetof(struct cluster_namespace, budgets)},
    {"", "LimitRange", offsetof(struct cluster_namespace, ranges)},
    {"", "ServiceAccount", offsetof(struct cluster_namespace, accounts)},
    {"rbac.authorization.k8s.io", "Role", offsetof(struct cluster_namespace, roles)},
    {"", "ResourceQuota", offsetof(struct cluster_namespace, quotas)},
};

static void file_namespaced(struct cluster *cluster, struct kubernetes_object *object)
{
    struct cluster_namespace *namespace = cluster_namespace_at(cluster, object->namespace);

    if (!namespace)
        return;
    if (object->pod_count)
        object_set_add(&namespace->workloads, object, cluster->arena);
    for (size_t i = 0; i < sizeof(namespaced) / sizeof(namespaced[0]); i++)
        if (object_is(object, namespaced[i].group, namespaced[i].kind))
            object_set_add((struct object_set *)((char *)namespace + namespaced[i].offset), object,
                           cluster->arena);
}

/* Policies that we don't read, so that nothing is said about what they leave open. */
static bool is_foreign_policy(const struct kubernetes_object *object)
{
    static const struct view groups[] = {
        VIEW("cilium.io"),
        VIEW("projectcalico.org"),
        VIEW("crd.projectcalico.org"),
        VIEW("policy.networking.k8s.io"),
        VIEW("crd.antrea.io"),
        VIEW("kubeovn.io"),
    };

    if (view_find_view(object->kind, VIEW("Polic")) < 0)
        return false;
    for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++)
        if (view_eq(object->group, groups[i]))
            return true;
    return false;
}

static void file_object(struct cluster *cluster, struct kubernetes_object *object)
{
    struct cluster_namespace *namespace;

    index_object(cluster, object);
    object->links = arena_alloc(cluster->arena, sizeof(*object->links));
    for (size_t i = 0; i < object->pod_count; i++)
        object->pods[i].links = arena_alloc(cluster->arena, sizeof(struct pod_links));
    if (object->namespace.len)
        file_namespaced(cluster, object);
    if (object_is(object, "", "Namespace") && object->name.len) {
        namespace = cluster_namespace_at(cluster, object->name);
        if (namespace && !namespace->object)
        namespace->object = object;
    } else if (object_is(object, "rbac.authorization.k8s.io", "ClusterRole")) {
        object_set_add(&cluster->cluster_roles, object, cluster->arena);
    } else if (object_is(object, "rbac.authorization.k8s.io", "ClusterRoleBinding")) {
        object_set_add(&cluster->cluster_bindings, object, cluster->arena);
    } else if (is_foreign_policy(object)) {
        cluster->foreign_policies = true;
    }
}

int cluster_link(struct cluster *cluster, struct error *err)
{
    cluster->namespaces = hash_map_new();
    cluster->identities = hash_map_new();
    cluster->account_bindings = hash_map_new();
    if (!cluster->namespaces || !cluster->identities || !cluster->account_bindings)
        return error_memory(err);
    for (size_t i = 0; i < cluster->objects.count; i++)
        file_object(cluster, cluster->objects.list[i]);
    if (arena_failed(cluster->arena, "objects", NULL))
        return arena_failed(cluster->arena, "objects", err);
    cluster_link_pods(cluster);
    cluster_link_accounts(cluster);
    cluster_link_targets(cluster);
    return arena_failed(cluster->arena, "links between objects", err);
}

void cluster_done(struct cluster *cluster)
{
    hash_map_free(take_ptr(&cluster->namespaces));
    hash_map_free(take_ptr(&cluster->identities));
    hash_map_free(take_ptr(&cluster->account_bindings));
}
