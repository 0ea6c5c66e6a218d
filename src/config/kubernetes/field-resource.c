#include "config/kubernetes/field.h"

/* resources.LIMITS.NAME, also as Tekton calls it. */
static const struct document_node *own(const struct document_node *holder, const char *list,
                                       const char *name)
{
    const struct document_node *node = document_path(holder, "resources", list, name, NULL);

    if (document_is_absent(node))
        node = document_path(holder, "computeResources", list, name, NULL);
    return document_is_absent(node) ? NULL : node;
}

/* What a LimitRange gives containers that say nothing. */
static const struct document_node *of_range(const struct kubernetes_object *range, const char *list,
                                            const char *name)
{
    const struct document_node *items = document_path(range->root, "spec", "limits", NULL);
    bool request = strcmp(list, "requests") == 0;

    for (size_t i = 0; i < document_count(items); i++) {
        const struct document_node *item = document_item(items, i);
        const struct document_node *value = NULL;

        if (!view_eq(document_get_text(item, VIEW("type")), VIEW("Container")))
            continue;
        if (request)
            value = document_path(item, "defaultRequest", name, NULL);
        if (!value)
            value = document_path(item, "default", name, NULL);
        if (!value)
            value = document_path(item, "max", name, NULL);
        if (value)
            return value;
    }
    return NULL;
}

static struct rule_values resource(const struct kubernetes_event *event, const char *list,
                                   const char *name, struct arena *scratch)
{
    const struct document_node *node;
    const struct cluster_namespace *namespace;

    if (event->subject != SUBJECT_CONTAINER || !event->pod)
        return values_none();
    node = own(event->node, list, name);
    if (!node && strcmp(list, "requests") == 0)
        node = own(event->node, "limits", name);
    if (!node)
        node = own(event->pod->spec, list, name);
    if (node)
        return values_node(node, scratch);
    namespace = cluster_namespace(event->cluster, event->object->namespace);
    for (size_t i = 0; !node && namespace && i < namespace->ranges.count; i++)
        node = of_range(namespace->ranges.list[i], list, name);
    /* It stands in another file, so it has no place in this one. */
    return node ? values_text(document_text(node), NULL, scratch) : values_none();
}

#define RESOURCE(function, list, name)                                                             \
    struct rule_values function(const struct kubernetes_event *event, const struct rule_use *use,  \
                                struct arena *scratch)                                             \
    {                                                                                              \
        (void)use;                                                                                 \
        return resource(event, list, name, scratch);                                               \
    }

RESOURCE(field_container_limits_cpu, "limits", "cpu")
RESOURCE(field_container_limits_memory, "limits", "memory")
RESOURCE(field_container_limits_ephemeral_storage, "limits", "ephemeral-storage")
RESOURCE(field_container_requests_cpu, "requests", "cpu")
RESOURCE(field_container_requests_memory, "requests", "memory")
RESOURCE(field_container_requests_ephemeral_storage, "requests", "ephemeral-storage")
