#include "config/kubernetes/field.h"
#include "config/kubernetes/selector.h"

enum { SERVICE_PORT_LIMIT = 256 /* looked at */ };

static const struct document_node *spec_of(const struct kubernetes_event *event)
{
    return document_get(event->object->root, VIEW("spec"));
}

static bool is_service(const struct kubernetes_event *event)
{
    return object_is(event->object, "", "Service");
}

static bool is_policy(const struct kubernetes_event *event)
{
    return object_is(event->object, "networking.k8s.io", "NetworkPolicy") ||
           object_is(event->object, "extensions", "NetworkPolicy");
}

/* Whether the scan holds pods of the object's namespace, all of them known. */
static bool knows_pods(const struct kubernetes_event *event)
{
    const struct cluster_namespace *namespace =
        cluster_namespace(event->cluster, event->object->namespace);

    if (!namespace || !namespace->workloads.count || namespace->truncated)
        return false;
    for (size_t i = 0; i < namespace->workloads.count; i++)
        for (size_t j = 0; j < namespace->workloads.list[i]->pod_count; j++)
            if (namespace->workloads.list[i]->pods[j].partial)
                return false;
    return true;
}

struct rule_values field_service_type(const struct kubernetes_event *event,
                                      const struct rule_use *use, struct arena *scratch)
{
    const struct document_node *type = document_get(spec_of(event), VIEW("type"));

    (void)use;
    if (!is_service(event))
        return values_none();
    return document_is_absent(type) ? values_text(VIEW("ClusterIP"), NULL, scratch)
                                    : values_node(type, scratch);
}

struct rule_values field_service_selects(const struct kubernetes_event *event,
                                         const struct rule_use *use, struct arena *scratch)
{
    const struct document_node *selector = document_get(spec_of(event), VIEW("selector"));

    (void)use;
    if (!is_service(event) || !document_count(selector) || !knows_pods(event))
        return values_none();
    return values_number((int64_t)event->object->links->pod_count, selector, scratch);
}

static bool declares_port(const struct kubernetes_pod *pod, struct view name)
{
    for (size_t i = 0; i < pod->container_count; i++) {
        const struct document_node *ports = document_get(pod->containers[i].node, VIEW("ports"));

        for (size_t j = 0; j < document_count(ports); j++)
            if (view_eq(document_get_text(document_item(ports, j), VIEW("name")), name))
                return true;
    }
    return false;
}

static bool is_dangling(const struct object_links *links, struct view name)
{
    for (size_t i = 0; i < links->kept_count; i++)
        if (links->pods[i]->partial || declares_port(links->pods[i], name))
            return false;
    return links->kept_count == links->pod_count;
}

struct rule_values field_service_dangling_ports(const struct kubernetes_event *event,
                                                const struct rule_use *use, struct arena *scratch)
{
    const struct document_node *ports = document_get(spec_of(event), VIEW("ports"));
    struct values_list list = {.scratch = scratch};

    (void)use;
    if (!is_service(event) || !event->object->links->pod_count)
        return values_none();
    for (size_t i = 0; i < document_count(ports) && i < SERVICE_PORT_LIMIT; i++) {
        const struct document_node *target =
            document_get(document_item(ports, i), VIEW("targetPort"));

        if (target && target->kind == DOCUMENT_STRING && !text_is_template(target->text) &&
            !(target->text.len && target->text.ptr[0] >= '0' && target->text.ptr[0] <= '9') &&
            is_dangling(event->object->links, target->text))
            values_add(&list, target);
    }
    return values_list(&list);
}

struct rule_values field_service_ingresses(const struct kubernetes_event *event,
                                           const struct rule_use *use, struct arena *scratch)
{
    (void)use;
    if (!is_service(event))
        return values_none();
    return values_number((int64_t)event->object->links->ingresses.count, NULL, scratch);
}

struct rule_values field_policy_selects(const struct kubernetes_event *event,
                                        const struct rule_use *use, struct arena *scratch)
{
    (void)use;
    if (!is_policy(event) || !knows_pods(event))
        return values_none();
    return values_number((int64_t)event->object->links->pod_count,
                         document_get(spec_of(event), VIEW("podSelector")), scratch);
}

static struct rule_values ask_policy(const struct kubernetes_event *event,
                                     bool (*ask)(const struct kubernetes_object *policy,
                                                 bool egress),
                                     bool egress, struct arena *scratch)
{
    const struct document_node *node =
        document_get(spec_of(event), egress ? VIEW("egress") : VIEW("ingress"));

    return is_policy(event) ? values_bool(ask(event->object, egress), node, scratch)
                            : values_none();
}

#define POLICY_FIELD(function, ask, egress)                                                        \
    struct rule_values function(const struct kubernetes_event *event, const struct rule_use *use,  \
                                struct arena *scratch)                                             \
    {                                                                                              \
        (void)use;                                                                                 \
        return ask_policy(event, ask, egress, scratch);                                            \
    }

POLICY_FIELD(field_policy_ingress, policy_has_direction, false)
POLICY_FIELD(field_policy_egress, policy_has_direction, true)
POLICY_FIELD(field_policy_allows_all_ingress, policy_allows_all, false)
POLICY_FIELD(field_policy_allows_all_egress, policy_allows_all, true)
POLICY_FIELD(field_policy_default_deny_ingress, policy_is_default_deny, false)
POLICY_FIELD(field_policy_default_deny_egress, policy_is_default_deny, true)

/* The scan's part of the namespace that the Namespace object declares. */
static const struct cluster_namespace *declared(const struct kubernetes_event *event)
{
    return object_is(event->object, "", "Namespace")
               ? cluster_namespace(event->cluster, event->object->name)
               : NULL;
}

struct rule_values field_namespace_workloads(const struct kubernetes_event *event,
                                             const struct rule_use *use, struct arena *scratch)
{
    const struct cluster_namespace *namespace = declared(event);

    (void)use;
    return namespace ? values_number((int64_t) namespace->workloads.count, NULL, scratch)
                     : values_none();
}

static struct rule_values default_deny(const struct kubernetes_event *event, bool egress,
                                       struct arena *scratch)
{
    const struct cluster_namespace *namespace = declared(event);
    bool found = false;

    if (!namespace || event->cluster->foreign_policies)
        return values_none();
    for (size_t i = 0; i < namespace->policies.count && !found; i++)
        found = policy_is_default_deny(namespace->policies.list[i], egress);
    return values_bool(found, NULL, scratch);
}

struct rule_values field_namespace_default_deny_ingress(const struct kubernetes_event *event,
                                                        const struct rule_use *use,
                                                        struct arena *scratch)
{
    (void)use;
    return default_deny(event, false, scratch);
}

struct rule_values field_namespace_default_deny_egress(const struct kubernetes_event *event,
                                                       const struct rule_use *use,
                                                       struct arena *scratch)
{
    (void)use;
    return default_deny(event, true, scratch);
}

struct rule_values field_namespace_quotas(const struct kubernetes_event *event,
                                          const struct rule_use *use, struct arena *scratch)
{
    const struct cluster_namespace *namespace = declared(event);

    (void)use;
    return namespace ? values_number((int64_t) namespace->quotas.count, NULL, scratch)
                     : values_none();
}

struct rule_values field_namespace_limit_ranges(const struct kubernetes_event *event,
                                                const struct rule_use *use, struct arena *scratch)
{
    const struct cluster_namespace *namespace = declared(event);

    (void)use;
    return namespace ? values_number((int64_t) namespace->ranges.count, NULL, scratch)
                     : values_none();
}
