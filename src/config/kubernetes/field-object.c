#include "config/kubernetes/api-removal.h"
#include "config/kubernetes/field.h"
#include "config/kubernetes/secret-value.h"
#include "config/kubernetes/selector.h"

struct rule_values field_answer(enum answer answer, const struct document_node *node,
                                struct arena *scratch)
{
    return answer == ANSWER_UNKNOWN ? values_none()
                                    : values_bool(answer == ANSWER_YES, node, scratch);
}

struct rule_values field_object(const struct kubernetes_event *event, const struct rule_use *use,
                                struct arena *scratch)
{
    return values_walk(event->object->root, use->steps, use->step_count, scratch);
}

static const struct document_node *at(const struct kubernetes_event *event, const char *key)
{
    return document_get(event->object->root, view_of(key));
}

/* A text that may be empty, told by the node of `key`. */
#define TEXT_FIELD(function, member, key)                                                          \
    struct rule_values function(const struct kubernetes_event *event, const struct rule_use *use,  \
                                struct arena *scratch)                                             \
    {                                                                                              \
        (void)use;                                                                                 \
        return values_text(event->object->member, at(event, key), scratch);                        \
    }

TEXT_FIELD(field_object_kind, kind, "kind")
TEXT_FIELD(field_object_group, group, "apiVersion")
TEXT_FIELD(field_object_version, version, "apiVersion")

struct rule_values field_object_name(const struct kubernetes_event *event,
                                     const struct rule_use *use, struct arena *scratch)
{
    (void)use;
    if (!event->object->name.len)
        return values_none();
    return values_text(event->object->name,
                       document_path(event->object->root, "metadata", "name", NULL), scratch);
}

struct rule_values field_object_namespace(const struct kubernetes_event *event,
                                          const struct rule_use *use, struct arena *scratch)
{
    const struct document_node *node =
        document_path(event->object->root, "metadata", "namespace", NULL);

    (void)use;
    if (!event->object->namespace.len)
        return values_none();
    return values_text(event->object->namespace, node ? node : at(event, "metadata"), scratch);
}

struct rule_values field_object_scope(const struct kubernetes_event *event,
                                      const struct rule_use *use, struct arena *scratch)
{
    enum object_scope scope = object_scope(event->object);

    (void)use;
    if (scope == SCOPE_UNKNOWN)
        return values_none();
    return values_text(scope == SCOPE_CLUSTER ? VIEW("cluster") : VIEW("namespaced"), NULL,
                       scratch);
}

struct rule_values field_object_built_in(const struct kubernetes_event *event,
                                         const struct rule_use *use, struct arena *scratch)
{
    (void)use;
    return values_bool(object_has(event->object, OBJECT_BUILT_IN), NULL, scratch);
}

struct rule_values field_object_has_pod(const struct kubernetes_event *event,
                                        const struct rule_use *use, struct arena *scratch)
{
    (void)use;
    return values_bool(event->object->pod_count > 0, NULL, scratch);
}

struct rule_values field_object_keeps_running(const struct kubernetes_event *event,
                                              const struct rule_use *use, struct arena *scratch)
{
    const struct kubernetes_object *object = event->object;

    (void)use;
    if (object_has(object, OBJECT_KEEPS_RUNNING) || object_has(object, OBJECT_RUNS_TO_END))
        return values_bool(object_has(object, OBJECT_KEEPS_RUNNING), NULL, scratch);
    if (object_is(object, "", "Pod") && object->pod_count == 1) {
        struct view policy = document_get_text(object->pods[0].spec, VIEW("restartPolicy"));

        return values_bool(!policy.len || view_eq(policy, VIEW("Always")), NULL, scratch);
    }
    return values_none();
}

struct rule_values field_object_replicas(const struct kubernetes_event *event,
                                         const struct rule_use *use, struct arena *scratch)
{
    const struct document_node *replicas =
        document_path(event->object->root, "spec", "replicas", NULL);

    (void)use;
    if (!object_has(event->object, OBJECT_REPLICAS) || event->object->links->autoscalers.count)
        return values_none();
    if (document_is_absent(replicas))
        return values_number(1, NULL, scratch);
    return replicas->kind == DOCUMENT_INTEGER ? values_number(replicas->integer, replicas, scratch)
                                              : values_none();
}

struct rule_values field_object_autoscalers(const struct kubernetes_event *event,
                                            const struct rule_use *use, struct arena *scratch)
{
    (void)use;
    return values_number((int64_t)event->object->links->autoscalers.count, NULL, scratch);
}

struct rule_values field_object_selector_matches(const struct kubernetes_event *event,
                                                 const struct rule_use *use, struct arena *scratch)
{
    const struct kubernetes_object *object = event->object;
    const struct document_node *node = document_path(object->root, "spec", "selector", NULL);
    struct selector selector = object_is(object, "", "ReplicationController") ||
                                       object_is(object, "apps.openshift.io", "DeploymentConfig")
                                   ? selector_of_map(node)
                                   : selector_of(node);

    (void)use;
    if (!object_has(object, OBJECT_SELECTOR) || object->pod_count != 1 ||
        selector_is_empty(&selector) || object->pods[0].partial)
        return values_none();
    return values_bool(
        selector_matches(&selector, document_get(object->pods[0].metadata, VIEW("labels"))), node,
        scratch);
}

static const struct api_removal *removal_of(const struct kubernetes_event *event)
{
    const struct kubernetes_object *object = event->object;

    return api_removal_find(object->group, object->version, object->kind);
}

static struct rule_values kubernetes_version(const struct kubernetes_event *event, unsigned minor,
                                             struct arena *scratch)
{
    if (minor == 0)
        return values_none();
    return values_text(arena_printf(scratch, "1.%u", minor), at(event, "apiVersion"), scratch);
}

struct rule_values field_object_api_deprecated_in(const struct kubernetes_event *event,
                                                  const struct rule_use *use, struct arena *scratch)
{
    const struct api_removal *removal = removal_of(event);

    (void)use;
    return kubernetes_version(event, removal ? removal->deprecated : 0, scratch);
}

struct rule_values field_object_api_removed_in(const struct kubernetes_event *event,
                                               const struct rule_use *use, struct arena *scratch)
{
    const struct api_removal *removal = removal_of(event);

    (void)use;
    return kubernetes_version(event, removal ? removal->removed : 0, scratch);
}

struct rule_values field_object_api_removed_minor(const struct kubernetes_event *event,
                                                  const struct rule_use *use, struct arena *scratch)
{
    const struct api_removal *removal = removal_of(event);

    (void)use;
    if (!removal || !removal->removed)
        return values_none();
    return values_number(removal->removed, at(event, "apiVersion"), scratch);
}

struct rule_values field_object_api_replacement(const struct kubernetes_event *event,
                                                const struct rule_use *use, struct arena *scratch)
{
    const struct api_removal *removal = removal_of(event);

    (void)use;
    if (!removal || !removal->replacement.len)
        return values_none();
    return values_text(removal->replacement, at(event, "apiVersion"), scratch);
}

struct rule_values field_object_duplicate(const struct kubernetes_event *event,
                                          const struct rule_use *use, struct arena *scratch)
{
    (void)use;
    return values_bool(event->object->duplicate, NULL, scratch);
}

struct rule_values field_object_in_namespace(const struct kubernetes_event *event,
                                             const struct rule_use *use, struct arena *scratch)
{
    return values_walk(field_root(event, "object.in_namespace"), use->steps, use->step_count,
                       scratch);
}

struct rule_values field_object_secrets(const struct kubernetes_event *event,
                                        const struct rule_use *use, struct arena *scratch)
{
    const struct document_node *data = at(event, "data");
    struct values_list list = {.scratch = scratch};

    (void)use;
    if (!object_is(event->object, "", "ConfigMap"))
        return values_none();
    for (size_t i = 0; i < document_count(data) && data->kind == DOCUMENT_MAPPING; i++) {
        const struct document_pair *pair = &data->mapping.pairs[i];

        if (!pair->replaced && secret_named(document_text(pair->key), document_text(pair->value)))
            values_add_text(&list, document_text(pair->key), pair->value);
    }
    return values_list(&list);
}

struct rule_values field_object_bindings(const struct kubernetes_event *event,
                                         const struct rule_use *use, struct arena *scratch)
{
    const struct kubernetes_object *object = event->object;

    (void)use;
    if (!object_is(object, "", "ServiceAccount") &&
        !object_is(object, "rbac.authorization.k8s.io", "Role") &&
        !object_is(object, "rbac.authorization.k8s.io", "ClusterRole"))
        return values_none();
    return values_number((int64_t)object->links->bindings.count, NULL, scratch);
}

struct rule_values field_cluster_minor(const struct kubernetes_event *event,
                                       const struct rule_use *use, struct arena *scratch)
{
    (void)use;
    return values_number(event->cluster->minor, NULL, scratch);
}
