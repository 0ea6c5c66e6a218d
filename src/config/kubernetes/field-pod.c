#include "config/kubernetes/field.h"
#include "config/kubernetes/security.h"

struct rule_values field_pod(const struct kubernetes_event *event, const struct rule_use *use,
                             struct arena *scratch)
{
    return values_walk(field_root(event, "pod"), use->steps, use->step_count, scratch);
}

struct rule_values field_pod_partial(const struct kubernetes_event *event,
                                     const struct rule_use *use, struct arena *scratch)
{
    (void)use;
    return event->pod ? values_bool(event->pod->partial, NULL, scratch) : values_none();
}

struct rule_values field_pod_os(const struct kubernetes_event *event, const struct rule_use *use,
                                struct arena *scratch)
{
    struct view os = event->pod ? pod_os(event->pod) : VIEW_EMPTY;

    (void)use;
    return os.len ? values_text(os, NULL, scratch) : values_none();
}

struct rule_values field_pod_containers(const struct kubernetes_event *event,
                                        const struct rule_use *use, struct arena *scratch)
{
    struct values_list list = {.scratch = scratch};

    (void)use;
    if (!event->pod)
        return values_none();
    for (size_t i = 0; i < event->pod->container_count; i++)
        values_add(&list, event->pod->containers[i].node);
    return values_list(&list);
}

struct rule_values field_pod_restart_policy(const struct kubernetes_event *event,
                                            const struct rule_use *use, struct arena *scratch)
{
    const struct document_node *policy;

    (void)use;
    if (!event->pod)
        return values_none();
    policy = document_get(event->pod->spec, VIEW("restartPolicy"));
    return document_is_absent(policy) ? values_text(VIEW("Always"), NULL, scratch)
                                      : values_node(policy, scratch);
}

/* The node that names the account, or NULL for the default. */
static const struct document_node *account_node(const struct kubernetes_pod *pod)
{
    const struct document_node *node = document_get(pod->spec, VIEW("serviceAccountName"));

    return node ? node : document_get(pod->spec, VIEW("serviceAccount"));
}

struct rule_values field_pod_service_account(const struct kubernetes_event *event,
                                             const struct rule_use *use, struct arena *scratch)
{
    (void)use;
    if (!event->pod)
        return values_none();
    return values_text(pod_service_account(event->pod), account_node(event->pod), scratch);
}

struct rule_values field_pod_service_account_exists(const struct kubernetes_event *event,
                                                    const struct rule_use *use,
                                                    struct arena *scratch)
{
    (void)use;
    if (!event->pod)
        return values_none();
    return field_answer(cluster_has_account(event->cluster, event->object->namespace,
                                            pod_service_account(event->pod)),
                        account_node(event->pod), scratch);
}

struct rule_values field_pod_automounts_token(const struct kubernetes_event *event,
                                              const struct rule_use *use, struct arena *scratch)
{
    (void)use;
    if (!event->pod)
        return values_none();
    return field_answer(pod_mounts_token(event->cluster, event->pod),
                        document_get(event->pod->spec, VIEW("automountServiceAccountToken")),
                        scratch);
}

/* Rules of all bindings that give the pod's account something. */
struct granted {
    const struct cluster *cluster;
    struct values_list list;
    bool wide; /* only those of ClusterRoleBindings */
};

static bool add_binding(void *ctx, const struct kubernetes_object *binding)
{
    struct granted *granted = ctx;
    const struct document_node *rules = NULL;

    if (granted->wide && !view_eq(binding->kind, VIEW("ClusterRoleBinding")))
        return true;
    if (binding_rules(granted->cluster, binding, &rules))
        values_add(&granted->list, rules);
    return granted->list.count < ACCOUNT_RULE_LIMIT;
}

static struct rule_values rules_of(const struct kubernetes_event *event, bool wide,
                                   struct arena *scratch)
{
    struct granted granted = {event->cluster, {.scratch = scratch}, wide};

    if (!event->pod || !event->object->namespace.len)
        return values_none();
    account_bindings(event->cluster, event->object->namespace, pod_service_account(event->pod),
                     add_binding, &granted);
    return values_list(&granted.list);
}

struct rule_values field_pod_rules(const struct kubernetes_event *event, const struct rule_use *use,
                                   struct arena *scratch)
{
    (void)use;
    return rules_of(event, false, scratch);
}

struct rule_values field_pod_cluster_rules(const struct kubernetes_event *event,
                                           const struct rule_use *use, struct arena *scratch)
{
    (void)use;
    return rules_of(event, true, scratch);
}

static bool count_binding(void *ctx, const struct kubernetes_object *binding)
{
    (void)binding;
    return ++*(int64_t *)ctx < ACCOUNT_RULE_LIMIT;
}

struct rule_values field_pod_role_bindings(const struct kubernetes_event *event,
                                           const struct rule_use *use, struct arena *scratch)
{
    struct view namespace = event->object->namespace;
    int64_t count = 0;
    struct view name;

    (void)use;
    if (!event->pod || !namespace.len)
        return values_none();
    name = pod_service_account(event->pod);
    if (!view_eq(name, VIEW("default")) &&
        !cluster_find(event->cluster, "ServiceAccount", namespace, name))
        return values_none();
    account_bindings(event->cluster, namespace, name, count_binding, &count);
    return values_number(count, account_node(event->pod), scratch);
}

static bool knows_policies(const struct kubernetes_event *event)
{
    return event->pod && !event->pod->partial &&
           cluster_knows_policies(event->cluster, event->object->namespace);
}

struct rule_values field_pod_network_policies(const struct kubernetes_event *event,
                                              const struct rule_use *use, struct arena *scratch)
{
    (void)use;
    if (!knows_policies(event))
        return values_none();
    return values_number((int64_t)event->pod->links->policies.count, NULL, scratch);
}

static struct rule_values count_policies(const struct kubernetes_event *event, bool egress,
                                         struct arena *scratch)
{
    const struct object_set *policies;
    int64_t count = 0;

    if (!knows_policies(event))
        return values_none();
    policies = &event->pod->links->policies;
    for (size_t i = 0; i < policies->count; i++)
        count += policy_has_direction(policies->list[i], egress);
    return values_number(count, NULL, scratch);
}

struct rule_values field_pod_ingress_policies(const struct kubernetes_event *event,
                                              const struct rule_use *use, struct arena *scratch)
{
    (void)use;
    return count_policies(event, false, scratch);
}

struct rule_values field_pod_egress_policies(const struct kubernetes_event *event,
                                             const struct rule_use *use, struct arena *scratch)
{
    (void)use;
    return count_policies(event, true, scratch);
}

struct rule_values field_pod_services(const struct kubernetes_event *event,
                                      const struct rule_use *use, struct arena *scratch)
{
    struct values_list list = {.scratch = scratch};

    (void)use;
    if (!event->pod)
        return values_none();
    for (size_t i = 0; i < event->pod->links->services.count; i++)
        values_add_text(&list, event->pod->links->services.list[i]->name, NULL);
    return values_list(&list);
}

struct rule_values field_pod_service_types(const struct kubernetes_event *event,
                                           const struct rule_use *use, struct arena *scratch)
{
    struct values_list list = {.scratch = scratch};

    (void)use;
    if (!event->pod)
        return values_none();
    for (size_t i = 0; i < event->pod->links->services.count; i++) {
        struct view type = document_text(
            document_path(event->pod->links->services.list[i]->root, "spec", "type", NULL));

        values_add_text(&list, type.len ? type : VIEW("ClusterIP"), NULL);
    }
    return values_list(&list);
}

struct rule_values field_pod_ingresses(const struct kubernetes_event *event,
                                       const struct rule_use *use, struct arena *scratch)
{
    int64_t count = 0;

    (void)use;
    if (!event->pod)
        return values_none();
    for (size_t i = 0; i < event->pod->links->services.count; i++)
        count += (int64_t)event->pod->links->services.list[i]->links->ingresses.count;
    return values_number(count, NULL, scratch);
}

struct rule_values field_pod_disruption_budgets(const struct kubernetes_event *event,
                                                const struct rule_use *use, struct arena *scratch)
{
    const struct cluster_namespace *namespace =
        cluster_namespace(event->cluster, event->object->namespace);

    (void)use;
    if (!event->pod || event->pod->partial || !namespace || !namespace->budgets.count ||
        namespace->truncated)
        return values_none();
    return values_number((int64_t)event->pod->links->budgets.count, NULL, scratch);
}

struct rule_values field_pod_duplicate_volumes(const struct kubernetes_event *event,
                                               const struct rule_use *use, struct arena *scratch)
{
    const struct kubernetes_pod *pod = event->pod;
    struct values_list list = {.scratch = scratch};

    (void)use;
    if (!pod)
        return values_none();
    for (size_t i = 1; i < pod->volume_count; i++)
        if (pod->volumes[i].name.len && view_eq(pod->volumes[i].name, pod->volumes[i - 1].name))
            values_add_text(&list, pod->volumes[i].name, pod->volumes[i].node);
    return values_list(&list);
}
