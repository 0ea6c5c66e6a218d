/* The source `kubernetes`: its tables, and how a field is read and placed. */
#include "config/kubernetes/source.h"

#include "base/text.h"
#include "config/kubernetes/field.h"

#define FIELD(name, type, flags, function, doc) {name, type, flags, doc},
static const struct rule_field fields[] = {
#include "config/kubernetes/field-table.h"
};
#undef FIELD

typedef struct rule_values field_reader(const struct kubernetes_event *event,
                                        const struct rule_use *use, struct arena *scratch);

/* In the order of `fields`. */
#define FIELD(name, type, flags, function, doc) function,
static field_reader *const readers[] = {
#include "config/kubernetes/field-table.h"
};
#undef FIELD

static const struct rule_subject subjects[SUBJECT_COUNT] = {
    [SUBJECT_OBJECT] = {"object", TR_KEY("Any object: fields object, and pod of workloads")},
    [SUBJECT_POD] = {"pod", TR_KEY("The pod or pod template of a workload, once each")},
    [SUBJECT_CONTAINER] = {"container",
                           TR_KEY("Every container, init, sidecar and ephemeral ones too")},
    [SUBJECT_VOLUME] = {"volume", TR_KEY("Every volume of a pod")},
    [SUBJECT_RBAC_RULE] = {"rbac-rule", TR_KEY("Every rule of a Role or ClusterRole: field rule")},
    [SUBJECT_BINDING] = {"binding", TR_KEY("Every RoleBinding and ClusterRoleBinding")},
    [SUBJECT_BINDING_SUBJECT] = {"binding-subject",
                                 TR_KEY("Every subject of a binding: fields subject and binding")},
    [SUBJECT_SERVICE] = {"service", TR_KEY("Every Service")},
    [SUBJECT_INGRESS] = {"ingress", TR_KEY("Every Ingress")},
    [SUBJECT_NETWORK_POLICY] = {"network-policy", TR_KEY("Every NetworkPolicy: fields policy")},
    [SUBJECT_NAMESPACE] = {"namespace", TR_KEY("Every Namespace")},
};

/* A path below a list of nodes that a field made: pod.rules[*].verbs. */
static struct rule_values walk_list(struct rule_values values, const struct rule_use *use,
                                    struct arena *scratch)
{
    const struct document_node **items = arena_array(scratch, values.count, sizeof(*items));
    struct document_node list = {.kind = DOCUMENT_SEQUENCE};

    if (!values.count || !items)
        return values_none();
    for (size_t i = 0; i < values.count; i++)
        items[i] = values.items[i].node;
    list.sequence.items = items;
    list.sequence.count = values.count;
    return values_walk(&list, use->steps, use->step_count, scratch);
}

static struct rule_values extract(const void *event, const struct rule_use *use, const void *item,
                                  struct arena *scratch)
{
    struct rule_values values;

    if (use->of_item)
        return values_walk(item, use->steps, use->step_count, scratch);
    values = readers[use->field - fields](event, use, scratch);
    if (use->field->flags & RULE_FIELD_LIST && use->step_count)
        return walk_list(values, use, scratch);
    return values;
}

const struct rule_source kubernetes_source = {
    .name = "kubernetes",
    .doc = TR_KEY("Kubernetes manifests: objects, pods, containers, and what links them"),
    .subjects = subjects,
    .subject_count = SUBJECT_COUNT,
    .fields = fields,
    .field_count = sizeof(fields) / sizeof(fields[0]),
    .extract = extract,
};

/* The root of each tree field in an event. */
const struct document_node *field_root(const struct kubernetes_event *event, const char *name)
{
    const struct kubernetes_object *object = event->object;
    bool binds = object_is(object, "rbac.authorization.k8s.io", "RoleBinding") ||
                 object_is(object, "rbac.authorization.k8s.io", "ClusterRoleBinding");
    const struct cluster_namespace *namespace;

    if (strcmp(name, "object") == 0)
        return object->root;
    if (strcmp(name, "pod") == 0)
        return event->pod ? event->pod->template : NULL;
    if (strcmp(name, "container") == 0)
        return event->subject == SUBJECT_CONTAINER ? event->node : NULL;
    if (strcmp(name, "volume") == 0)
        return event->subject == SUBJECT_VOLUME ? event->node : NULL;
    if (strcmp(name, "rule") == 0)
        return event->subject == SUBJECT_RBAC_RULE ? event->node : NULL;
    if (strcmp(name, "subject") == 0)
        return event->subject == SUBJECT_BINDING_SUBJECT ? event->node : NULL;
    if (strcmp(name, "binding") == 0)
        return binds ? object->root : NULL;
    if (strcmp(name, "object.in_namespace") == 0) {
        namespace = cluster_namespace(event->cluster, object->namespace);
        return namespace && namespace->object ? namespace->object->root : NULL;
    }
    return NULL;
}

/* Their values may stand in another file. */
static bool is_elsewhere(const char *name)
{
    static const char *const names[] = {"object.in_namespace", "pod.rules", "pod.cluster_rules",
                                        "binding.rules", "role.subjects"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

/* What a computed field of a container is made from. */
static bool locate_origin(const struct kubernetes_event *event, struct view name,
                          struct config_place *ret)
{
    static const struct {
        struct view prefix, key;
    } origins[] = {
        {VIEW("container.effective."), VIEW("securityContext")},
        {VIEW("container.capabilities."), VIEW("securityContext")},
        {VIEW("container.limits."), VIEW("resources")},
        {VIEW("container.requests."), VIEW("resources")},
        {VIEW("container.image."), VIEW("image")},
        {VIEW("container.pull_policy"), VIEW("image")},
        {VIEW("container.duplicate_env"), VIEW("env")},
    };

    for (size_t i = 0; i < sizeof(origins) / sizeof(origins[0]); i++) {
        const struct rule_step step = {RULE_STEP_KEY, origins[i].key, 0};

        if (view_starts(name, origins[i].prefix))
            return values_locate(field_root(event, "container"), &step, 1, ret);
    }
    return false;
}

enum { PLACE_ARENA_LIMIT = 64 << 20 };

static bool locate_value(const struct kubernetes_event *event, const struct rule_use *use,
                         struct config_place *ret)
{
    _cleanup_arena_ struct arena *scratch = arena_new(PLACE_ARENA_LIMIT);
    struct rule_values values;

    if (!scratch)
        return false;
    values = extract(event, use, NULL, scratch);
    for (size_t i = 0; i < values.count; i++) {
        const struct document_node *node = values.items[i].node;

        if (node && node->start.line) {
            *ret = values_place(node);
            return true;
        }
    }
    return false;
}

/* What the pod or the object does not set is missed where the container or
 * volume stands, and not at the nearest key of theirs. */
static bool is_missed_here(const struct kubernetes_event *event, const struct rule_use *use,
                           const struct document_node *root)
{
    return event->node && event->node != root && !values_find(root, use->steps, use->step_count);
}

bool kubernetes_locate(const void *event, const struct rule_use *use, struct config_place *ret)
{
    const struct document_node *root;

    if (use->of_item || is_elsewhere(use->field->name))
        return false;
    root = use->field->flags & RULE_FIELD_TREE ? field_root(event, use->field->name) : NULL;
    if (root)
        return !is_missed_here(event, use, root) &&
               values_locate(root, use->steps, use->step_count, ret);
    return locate_value(event, use, ret) || locate_origin(event, view_of(use->field->name), ret);
}
