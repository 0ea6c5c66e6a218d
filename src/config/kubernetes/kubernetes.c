/* The kind of configuration `kubernetes`: objects of files, as events. */
#include "base/text.h"
#include "config/kind.h"
#include "config/kubernetes/event.h"
#include "config/kubernetes/source.h"
#include "config/kubernetes/version.h"
#include "config/values.h"

#define RBAC "rbac.authorization.k8s.io"

struct config_reader {
    struct arena *arena;
    struct cluster cluster;
};

struct walk {
    struct config_reader *reader;
    const struct config_visitor *visitor;
    const struct kubernetes_object *object;
};

static int open_reader(struct arena *arena, const struct config_target *target,
                       struct config_reader **ret, struct error *err)
{
    struct config_reader *reader = arena_alloc(arena, sizeof(*reader));

    if (!reader)
        return arena_failed(arena, "objects", err);
    reader->arena = arena;
    reader->cluster.arena = arena;
    reader->cluster.minor = kubernetes_minor_known(target->kubernetes_minor);
    *ret = reader;
    return 0;
}

static int add_file(struct config_reader *reader, const struct config_file *file, bool *ret_claimed,
                    struct error *err)
{
    bool claimed = objects_in(file);
    int r = claimed ? objects_read(file, reader->arena, &reader->cluster.objects, err) : 0;

    if (r == 0)
        *ret_claimed = claimed;
    return r;
}

static int emit(const struct walk *walk, const struct kubernetes_event *given, struct view part,
                struct error *err)
{
    const struct kubernetes_object *object = walk->object;
    struct kubernetes_event *event = arena_alloc(walk->reader->arena, sizeof(*event));
    struct config_event told = {
        .event = event,
        .subject = given->subject,
        .file = object->file,
        .resource = object->resource,
        .part = part,
        .place = values_place(given->node ? given->node : object->root),
        .annotations = document_path(object->root, "metadata", "annotations", NULL),
    };

    if (!event)
        return arena_failed(walk->reader->arena, "events", err);
    *event = *given;
    event->cluster = &walk->reader->cluster;
    event->object = object;
    if (!event->pod && object->pod_count == 1)
        event->pod = &object->pods[0];
    return walk->visitor->visit(walk->visitor->ctx, &told, err);
}

/* A problem of the object, with no better place than its beginning. */
static int tell(const struct walk *walk, const char *code, const char *message, const char *hint,
                struct error *err)
{
    const struct diagnostic diagnostic = {
        .level = DIAGNOSTIC_WARNING,
        .code = view_of(code),
        .message = arena_printf(walk->reader->arena, "%.*s: %s", VIEW_ARG(walk->object->resource),
                                message),
        .hint = view_of(hint),
        .path = walk->object->file->path,
    };
    struct config_place place = values_place(walk->object->root);

    return walk->visitor->problem(walk->visitor->ctx, walk->object->file, &place, &diagnostic, err);
}

static int visit_containers(const struct walk *walk, const struct kubernetes_pod *pod,
                            struct error *err)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < pod->container_count; i++) {
        const struct kubernetes_container *container = &pod->containers[i];
        const struct kubernetes_event event = {
            .subject = SUBJECT_CONTAINER,
            .pod = pod,
            .node = container->node,
            .index = i,
            .container_kind = container->kind,
        };

        r = emit(walk, &event, document_get_text(container->node, VIEW("name")), err);
    }
    return r;
}

/* One event for each mapping of a list. */
static int visit_list(const struct walk *walk, const struct kubernetes_pod *pod,
                      const struct document_node *list, enum kubernetes_subject subject,
                      struct view (*part)(const struct document_node *node, size_t index,
                                          struct arena *arena),
                      struct error *err)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < document_count(list); i++) {
        const struct document_node *node = document_item(list, i);
        const struct kubernetes_event event = {
            .subject = subject, .pod = pod, .node = node, .index = i};

        if (node && node->kind == DOCUMENT_MAPPING)
            r = emit(walk, &event, part(node, i, walk->reader->arena), err);
    }
    return r;
}

static struct view volume_part(const struct document_node *node, size_t index, struct arena *arena)
{
    (void)index;
    (void)arena;
    return document_get_text(node, VIEW("name"));
}

static struct view rule_part(const struct document_node *node, size_t index, struct arena *arena)
{
    (void)node;
    return arena_printf(arena, "rules[%zu]", index);
}

static struct view subject_part(const struct document_node *node, size_t index, struct arena *arena)
{
    struct view namespace = document_get_text(node, VIEW("namespace"));

    (void)index;
    return arena_printf(arena, "%.*s %.*s%s%.*s", VIEW_ARG(document_get_text(node, VIEW("kind"))),
                        VIEW_ARG(namespace), namespace.len ? "/" : "",
                        VIEW_ARG(document_get_text(node, VIEW("name"))));
}

static int visit_pod(const struct walk *walk, const struct kubernetes_pod *pod, struct error *err)
{
    const struct kubernetes_event event = {
        .subject = SUBJECT_POD, .pod = pod, .node = pod->template};
    int r = emit(walk, &event, VIEW_EMPTY, err);

    if (r == 0 && pod->container_count == OBJECT_CONTAINER_LIMIT)
        r = tell(walk, "object-too-large", tr("more containers than are read of one pod"),
                 tr("No cluster would store such an object; split it."), err);
    if (r == 0)
        r = visit_containers(walk, pod, err);
    if (r == 0)
        r = visit_list(walk, pod, document_get(pod->spec, VIEW("volumes")), SUBJECT_VOLUME,
                       volume_part, err);
    return r;
}

/* Kinds that are a subject of their own. */
static const struct {
    const char *group, *kind;
    enum kubernetes_subject subject;
} own_subjects[] = {
    {RBAC, "RoleBinding", SUBJECT_BINDING},
    {RBAC, "ClusterRoleBinding", SUBJECT_BINDING},
    {"", "Service", SUBJECT_SERVICE},
    {"networking.k8s.io", "Ingress", SUBJECT_INGRESS},
    {"extensions", "Ingress", SUBJECT_INGRESS},
    {"networking.k8s.io", "NetworkPolicy", SUBJECT_NETWORK_POLICY},
    {"extensions", "NetworkPolicy", SUBJECT_NETWORK_POLICY},
    {"", "Namespace", SUBJECT_NAMESPACE},
};

static int visit_own_subject(const struct walk *walk, struct error *err)
{
    for (size_t i = 0; i < sizeof(own_subjects) / sizeof(own_subjects[0]); i++) {
        const struct kubernetes_event event = {.subject = own_subjects[i].subject};

        if (object_is(walk->object, own_subjects[i].group, own_subjects[i].kind))
            return emit(walk, &event, VIEW_EMPTY, err);
    }
    return 0;
}

/* The lists of RBAC's objects. */
static int visit_access(const struct walk *walk, struct error *err)
{
    const struct document_node *root = walk->object->root;

    if (!view_eq(walk->object->group, VIEW(RBAC)))
        return 0;
    if (object_is(walk->object, RBAC, "Role") || object_is(walk->object, RBAC, "ClusterRole"))
        return visit_list(walk, NULL, document_get(root, VIEW("rules")), SUBJECT_RBAC_RULE,
                          rule_part, err);
    return visit_list(walk, NULL, document_get(root, VIEW("subjects")), SUBJECT_BINDING_SUBJECT,
                      subject_part, err);
}

static int visit_object(const struct walk *walk, struct error *err)
{
    const struct kubernetes_event event = {.subject = SUBJECT_OBJECT};
    int r = emit(walk, &event, VIEW_EMPTY, err);

    if (r == 0 && !walk->object->name.len && object_has(walk->object, OBJECT_BUILT_IN))
        r = tell(walk, "object-unnamed", tr("no metadata.name"),
                 tr("A cluster refuses it; give it a name."), err);
    for (size_t i = 0; r == 0 && i < walk->object->pod_count; i++)
        r = visit_pod(walk, &walk->object->pods[i], err);
    if (r == 0)
        r = visit_own_subject(walk, err);
    return r == 0 ? visit_access(walk, err) : r;
}

static int visit_all(struct config_reader *reader, const struct config_visitor *visitor,
                     struct error *err)
{
    struct cluster *cluster = &reader->cluster;
    int r = cluster_link(cluster, err);

    for (size_t i = 0; r == 0 && i < cluster->objects.count; i++) {
        const struct walk walk = {reader, visitor, cluster->objects.list[i]};

        if (i == 0 && cluster->truncated)
            r = tell(&walk, "links-incomplete",
                     tr("too many selectors; which pods they select is not known"),
                     tr("Scan fewer namespaces at once."), err);
        if (r == 0)
            r = visit_object(&walk, err);
    }
    cluster_done(cluster);
    return r;
}

const struct config_kind config_kubernetes = {
    .name = "kubernetes",
    .source = &kubernetes_source,
    .open = open_reader,
    .add = add_file,
    .visit = visit_all,
    .locate = kubernetes_locate,
};
