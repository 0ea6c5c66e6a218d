#include "config/kubernetes/field.h"

struct rule_values field_rule(const struct kubernetes_event *event, const struct rule_use *use,
                              struct arena *scratch)
{
    return values_walk(field_root(event, "rule"), use->steps, use->step_count, scratch);
}

struct rule_values field_binding(const struct kubernetes_event *event, const struct rule_use *use,
                                 struct arena *scratch)
{
    return values_walk(field_root(event, "binding"), use->steps, use->step_count, scratch);
}

struct rule_values field_subject(const struct kubernetes_event *event, const struct rule_use *use,
                                 struct arena *scratch)
{
    return values_walk(field_root(event, "subject"), use->steps, use->step_count, scratch);
}

enum { ROLE_SUBJECT_LIMIT = 1000 /* about; the rest says nothing new */ };

struct rule_values field_role_subjects(const struct kubernetes_event *event,
                                       const struct rule_use *use, struct arena *scratch)
{
    const struct kubernetes_object *object = event->object;
    struct values_list list = {.scratch = scratch};

    (void)use;
    if (!object_is(object, "rbac.authorization.k8s.io", "Role") &&
        !object_is(object, "rbac.authorization.k8s.io", "ClusterRole"))
        return values_none();
    for (size_t i = 0; i < object->links->bindings.count && list.count < ROLE_SUBJECT_LIMIT; i++)
        values_add(&list, document_get(object->links->bindings.list[i]->root, VIEW("subjects")));
    return values_list(&list);
}

static bool is_binding(const struct kubernetes_event *event)
{
    return field_root(event, "binding") != NULL;
}

struct rule_values field_binding_role_exists(const struct kubernetes_event *event,
                                             const struct rule_use *use, struct arena *scratch)
{
    const struct kubernetes_object *role;

    (void)use;
    if (!is_binding(event))
        return values_none();
    return field_answer(binding_role(event->cluster, event->object, &role),
                        document_path(event->object->root, "roleRef", "name", NULL), scratch);
}

struct rule_values field_binding_rules(const struct kubernetes_event *event,
                                       const struct rule_use *use, struct arena *scratch)
{
    const struct document_node *rules = NULL;
    struct values_list list = {.scratch = scratch};

    (void)use;
    if (!is_binding(event) || !binding_rules(event->cluster, event->object, &rules))
        return values_none();
    values_add(&list, rules);
    return values_list(&list);
}

/* Empty: the subject is no service account. */
static struct view account_namespace(const struct kubernetes_event *event)
{
    const struct document_node *subject = field_root(event, "subject");
    struct view namespace = document_get_text(subject, VIEW("namespace"));

    if (!view_eq(document_get_text(subject, VIEW("kind")), VIEW("ServiceAccount")))
        return VIEW_EMPTY;
    return namespace.len ? namespace : event->object->namespace;
}

struct rule_values field_subject_namespace(const struct kubernetes_event *event,
                                           const struct rule_use *use, struct arena *scratch)
{
    struct view namespace = account_namespace(event);

    (void)use;
    if (!namespace.len)
        return values_none();
    return values_text(namespace, document_get(field_root(event, "subject"), VIEW("namespace")),
                       scratch);
}

struct rule_values field_subject_exists(const struct kubernetes_event *event,
                                        const struct rule_use *use, struct arena *scratch)
{
    const struct document_node *name = document_get(field_root(event, "subject"), VIEW("name"));
    struct view namespace = account_namespace(event);

    (void)use;
    if (!namespace.len || !document_text(name).len)
        return values_none();
    return field_answer(cluster_has_account(event->cluster, namespace, document_text(name)), name,
                        scratch);
}
