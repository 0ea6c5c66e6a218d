#include "config/kubernetes/cluster-link.h"
#include "config/kubernetes/selector.h"

/* The selectors of one namespace while its pods are linked. */
struct linking {
    struct cluster *cluster;
    struct kubernetes_pod *pod;
    struct object_set *to; /* of the pod */
};

static bool link_pod(void *ctx, void *owner)
{
    struct linking *linking = ctx;
    struct kubernetes_object *object = owner;
    struct object_links *links = object->links;

    if (linking->to->count == POD_LINK_LIMIT)
        return false;
    object_set_add(linking->to, object, linking->cluster->arena);
    if (links->pod_count++ < OBJECT_LINK_LIMIT) {
        const struct kubernetes_pod **slot =
            arena_push(linking->cluster->arena, &links->pods, &links->kept_count, sizeof(*slot));

        if (slot)
            *slot = linking->pod;
    }
    return true;
}

static struct selector selector_for(const struct kubernetes_object *object, const char *key)
{
    const struct document_node *spec = document_get(object->root, VIEW("spec"));
    const struct document_node *node = document_get(spec, view_of(key));

    return object_is(object, "", "Service") ? selector_of_map(node) : selector_of(node);
}

static void fill(struct selector_index *index, const struct object_set *set, const char *key)
{
    for (size_t i = 0; i < set->count; i++) {
        const struct kubernetes_object *object = set->list[i];
        struct selector selector = selector_for(object, key);

        /* A Service without a selector selects nothing; a budget of policy/v1beta1 too. */
        if (selector_is_empty(&selector) &&
            (object_is(object, "", "Service") || view_eq(object->version, VIEW("v1beta1"))))
            continue;
        selector_index_add(index, selector, (void *)object);
    }
}

/* Links all pods of a namespace with the selectors of one kind; `offset` is
 * where struct pod_links keeps them. */
static void link_selectors(struct cluster *cluster, struct cluster_namespace *namespace,
                           const struct object_set *set, const char *key, size_t offset,
                           size_t *budget)
{
    _cleanup_(selector_index_done) struct selector_index index = {.arena = cluster->arena};

    if (set->count == 0)
        return;
    fill(&index, set, key);
    for (size_t i = 0; i < namespace->workloads.count; i++) {
        const struct kubernetes_object *workload = namespace->workloads.list[i];

        for (size_t j = 0; j < workload->pod_count; j++) {
            struct kubernetes_pod *pod = &workload->pods[j];
            struct linking linking = {cluster, pod,
                                      (struct object_set *)((char *)pod->links + offset)};

            if (!selector_index_find(&index, document_get(pod->metadata, VIEW("labels")), budget,
                                     link_pod, &linking))
            namespace->truncated = true;
        }
    }
}

void cluster_link_pods(struct cluster *cluster)
{
    size_t budget = CLUSTER_LINK_LIMIT;

    for (size_t i = 0; i < hash_map_count(cluster->namespaces); i++) {
        struct cluster_namespace *namespace = hash_map_at(cluster->namespaces, i, NULL);

        link_selectors(cluster, namespace, &namespace->services, "selector",
                       offsetof(struct pod_links, services), &budget);
        link_selectors(cluster, namespace, &namespace->policies, "podSelector",
                       offsetof(struct pod_links, policies), &budget);
        link_selectors(cluster, namespace, &namespace->budgets, "selector",
                       offsetof(struct pod_links, budgets), &budget);
        cluster->truncated = cluster->truncated || namespace->truncated;
    }
}

bool cluster_knows_policies(const struct cluster *cluster, struct view name)
{
    const struct cluster_namespace *namespace = cluster_namespace(cluster, name);

    return namespace && !cluster->foreign_policies && !namespace->truncated &&
           (namespace->object || namespace->policies.count);
}

static const struct document_node *policy_spec(const struct kubernetes_object *policy)
{
    return document_get(policy->root, VIEW("spec"));
}

static const struct document_node *policy_rules(const struct kubernetes_object *policy, bool egress)
{
    return document_get(policy_spec(policy), egress ? VIEW("egress") : VIEW("ingress"));
}

bool policy_has_direction(const struct kubernetes_object *policy, bool egress)
{
    const struct document_node *types = document_get(policy_spec(policy), VIEW("policyTypes"));
    struct view wanted = egress ? VIEW("Egress") : VIEW("Ingress");

    /* Without policyTypes: Ingress always, Egress when there are rules for it. */
    if (document_count(types) == 0)
        return !egress || document_count(policy_rules(policy, true));
    for (size_t i = 0; i < document_count(types); i++)
        if (view_eq(document_text(document_item(types, i)), wanted))
            return true;
    return false;
}

bool policy_is_default_deny(const struct kubernetes_object *policy, bool egress)
{
    struct selector selector = selector_for(policy, "podSelector");

    return selector_is_empty(&selector) && policy_has_direction(policy, egress) &&
           document_count(policy_rules(policy, egress)) == 0;
}

/* A peer that is everybody: all addresses, or all pods of all namespaces. */
static bool is_everybody(const struct document_node *peer)
{
    struct view cidr = document_text(document_path(peer, "ipBlock", "cidr", NULL));
    const struct document_node *except = document_path(peer, "ipBlock", "except", NULL);

    return (view_eq(cidr, VIEW("0.0.0.0/0")) || view_eq(cidr, VIEW("::/0"))) &&
           document_count(except) == 0;
}

bool policy_allows_all(const struct kubernetes_object *policy, bool egress)
{
    const struct document_node *rules = policy_rules(policy, egress);

    for (size_t i = 0; i < document_count(rules); i++) {
        const struct document_node *rule = document_item(rules, i);
        const struct document_node *peers = document_get(rule, egress ? VIEW("to") : VIEW("from"));
        bool everybody = document_count(peers) == 0;

        if (document_count(document_get(rule, VIEW("ports"))))
            continue;
        for (size_t j = 0; j < document_count(peers) && !everybody; j++)
            everybody = is_everybody(document_item(peers, j));
        if (everybody && (!rule || rule->kind == DOCUMENT_MAPPING))
            return true;
    }
    return false;
}

enum answer cluster_has_service(const struct cluster *cluster, struct view namespace_name,
                                struct view name)
{
    const struct cluster_namespace *namespace = cluster_namespace(cluster, namespace_name);

    if (!namespace || !namespace->services.count || text_is_template(name))
        return ANSWER_UNKNOWN;
    return cluster_find(cluster, "Service", namespace_name, name) ? ANSWER_YES : ANSWER_NO;
}

static void link_autoscaler(struct cluster *cluster, const struct kubernetes_object *autoscaler)
{
    const struct document_node *target =
        document_path(autoscaler->root, "spec", "scaleTargetRef", NULL);
    const char *kinds[] = {"Deployment", "StatefulSet", "ReplicaSet", "ReplicationController"};

    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        const struct kubernetes_object *workload;

        if (!view_eq(document_get_text(target, VIEW("kind")), view_of(kinds[i])))
            continue;
        workload = cluster_find(cluster, kinds[i], autoscaler->namespace,
                                document_get_text(target, VIEW("name")));
        if (workload)
            object_set_add(&workload->links->autoscalers, autoscaler, cluster->arena);
    }
}

static void link_backend(struct cluster *cluster, const struct kubernetes_object *ingress,
                         const struct document_node *backend)
{
    struct view name = document_text(document_path(backend, "service", "name", NULL));
    const struct kubernetes_object *service;

    if (!name.len)
        name = document_get_text(backend, VIEW("serviceName"));
    service = cluster_find(cluster, "Service", ingress->namespace, name);
    if (service)
        object_set_add(&service->links->ingresses, ingress, cluster->arena);
}

static void link_ingress(struct cluster *cluster, const struct kubernetes_object *ingress)
{
    const struct document_node *spec = document_get(ingress->root, VIEW("spec"));
    const struct document_node *rules = document_get(spec, VIEW("rules"));

    link_backend(cluster, ingress, document_get(spec, VIEW("defaultBackend")));
    link_backend(cluster, ingress, document_get(spec, VIEW("backend")));
    for (size_t i = 0; i < document_count(rules); i++) {
        const struct document_node *paths =
            document_path(document_item(rules, i), "http", "paths", NULL);

        for (size_t j = 0; j < document_count(paths); j++)
            link_backend(cluster, ingress, document_get(document_item(paths, j), VIEW("backend")));
    }
}

void cluster_link_targets(struct cluster *cluster)
{
    for (size_t i = 0; i < cluster->objects.count; i++) {
        const struct kubernetes_object *object = cluster->objects.list[i];

        if (object_is(object, "autoscaling", "HorizontalPodAutoscaler"))
            link_autoscaler(cluster, object);
        else if (object_is(object, "networking.k8s.io", "Ingress") ||
                 object_is(object, "extensions", "Ingress"))
            link_ingress(cluster, object);
    }
}
