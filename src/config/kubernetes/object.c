#include "config/kubernetes/object.h"

#include "base/hash.h"
#include "config/kubernetes/pod.h"

struct reading {
    const struct config_file *file;
    struct arena *arena;
    struct kubernetes_objects *objects;
};

/* What a list says about its items. */
struct listed {
    struct view api_version, kind;
};

static struct view group_of(struct view api_version)
{
    ptrdiff_t slash = view_rfind(api_version, '/');

    return slash < 0 ? VIEW_EMPTY : view_sub(api_version, 0, (size_t)slash);
}

static struct view version_of(struct view api_version)
{
    ptrdiff_t slash = view_rfind(api_version, '/');

    return slash < 0 ? api_version : view_sub(api_version, (size_t)slash + 1, api_version.len);
}

/* Files of tools that have apiVersion and kind, but that nobody sends to a cluster. */
static bool is_tool_file(struct view api_version, struct view kind)
{
    static const struct view groups[] = {
        VIEW("kustomize.config.k8s.io"),
        VIEW("kind.x-k8s.io"),
        VIEW("kind.sigs.k8s.io"),
        VIEW("skaffold"),
        VIEW("k3d.io"),
        VIEW("client.authentication.k8s.io"),
        VIEW("ctlptl.dev"),
        VIEW("backstage.io"),
    };
    struct view group = group_of(api_version);

    for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++)
        if (view_eq(group, groups[i]))
            return true;
    return view_eq(api_version, VIEW("v1")) && view_eq(kind, VIEW("Config"));
}

static struct view text_of(const struct document_node *node, const char *key)
{
    const struct document_node *value = document_get(node, view_of(key));

    return value && value->kind == DOCUMENT_STRING ? value->text : VIEW_EMPTY;
}

static bool is_object(const struct document_node *root)
{
    struct view api_version = text_of(root, "apiVersion"), kind = text_of(root, "kind");

    return api_version.len && kind.len && !is_tool_file(api_version, kind);
}

bool objects_in(const struct config_file *file)
{
    const struct document_set *set = file->documents;

    for (size_t i = 0; set && i < set->count; i++)
        if (set->list[i].root && is_object(set->list[i].root))
            return true;
    return false;
}

/* The elements of a list; NULL: the object is none. */
static const struct document_node *items_of(const struct document_node *root, struct view kind)
{
    const struct document_node *items = NULL;

    if (view_ends(kind, VIEW("List")))
        items = document_get(root, VIEW("items"));
    else if (view_eq(kind, VIEW("Template")))
        items = document_get(root, VIEW("objects"));
    return items && items->kind == DOCUMENT_SEQUENCE ? items : NULL;
}

bool text_is_template(struct view text)
{
    return view_find_view(text, VIEW("{{")) >= 0 || view_find_view(text, VIEW("${")) >= 0 ||
           view_find_view(text, VIEW("$(")) >= 0;
}

static void set_name(struct kubernetes_object *object, struct arena *arena)
{
    const struct document_node *metadata = document_get(object->root, VIEW("metadata"));
    struct view generated;

    object->name = document_get_text(metadata, VIEW("name"));
    if (object->name.len)
        return;
    generated = document_get_text(metadata, VIEW("generateName"));
    if (generated.len)
        object->name = arena_printf(arena, "%.*s*", VIEW_ARG(generated));
}

static void set_namespace(struct kubernetes_object *object)
{
    struct view namespace =
        document_text(document_path(object->root, "metadata", "namespace", NULL));

    if (object_scope(object) == SCOPE_CLUSTER)
        return;
    if (namespace.len && !text_is_template(namespace))
        object->namespace = namespace;
    else if (!namespace.len && object_scope(object) == SCOPE_NAMESPACED)
        object->namespace = VIEW("default");
}

static void set_resource(struct kubernetes_object *object, struct arena *arena)
{
    struct view name = object->name.len ? object->name : VIEW("(unnamed)");

    if (object->namespace.len)
        object->resource = arena_printf(arena, "%.*s %.*s/%.*s", VIEW_ARG(object->kind),
                                        VIEW_ARG(object->namespace), VIEW_ARG(name));
    else
        object->resource = arena_printf(arena, "%.*s %.*s", VIEW_ARG(object->kind), VIEW_ARG(name));
}

static int add_object(struct reading *reading, const struct document_node *root,
                      struct view api_version, struct view kind, struct error *err)
{
    struct kubernetes_object *object = arena_alloc(reading->arena, sizeof(*object));
    struct kubernetes_object **slot =
        arena_push(reading->arena, &reading->objects->list, &reading->objects->count,
                   sizeof(*reading->objects->list));

    if (!object || !slot)
        return arena_failed(reading->arena, "objects", err);
    *slot = object;
    object->file = reading->file;
    object->root = root;
    object->api_version = api_version;
    object->group = group_of(api_version);
    object->version = version_of(api_version);
    object->kind = kind;
    object->type = object_kind_find(object->group, kind);
    set_name(object, reading->arena);
    set_namespace(object);
    set_resource(object, reading->arena);
    pods_find(object, reading->arena);
    return 0;
}

static int read_node(struct reading *reading, const struct document_node *node,
                     const struct listed *listed, unsigned depth, struct error *err)
{
    struct view api_version = text_of(node, "apiVersion"), kind = text_of(node, "kind");
    const struct document_node *items;
    struct listed below = {0};

    if (!api_version.len)
        api_version = listed->api_version;
    if (!kind.len)
        kind = listed->kind;
    if (!node || node->kind != DOCUMENT_MAPPING || !api_version.len || !kind.len ||
        is_tool_file(api_version, kind))
        return 0;
    items = items_of(node, kind);
    if (!items)
        return add_object(reading, node, api_version, kind, err);
    if (depth == OBJECT_LIST_DEPTH)
        return 0;
    if (view_ends(kind, VIEW("List")) && kind.len > 4)
        below = (struct listed){api_version, view_sub(kind, 0, kind.len - 4)};
    for (size_t i = 0; i < items->sequence.count; i++)
        if (read_node(reading, items->sequence.items[i], &below, depth + 1, err))
            return err ? err->kind : ERROR_MEMORY;
    return 0;
}

/* Marks objects that stand twice in a file: a later one overwrites the earlier. */
static int mark_duplicates(struct reading *reading, size_t first, struct error *err)
{
    _cleanup_(hash_map_free_p) struct hash_map *seen = hash_map_new();

    if (!seen)
        return error_memory(err);
    for (size_t i = first; i < reading->objects->count; i++) {
        struct kubernetes_object *object = reading->objects->list[i];
        struct view key = arena_printf(reading->arena, "%.*s %.*s", VIEW_ARG(object->group),
                                       VIEW_ARG(object->resource));
        void **slot = object->name.len && !text_is_template(object->name) &&
                              !view_ends(object->name, VIEW("*"))
                          ? hash_map_slot(seen, key)
                          : NULL;

        if (slot && *slot)
            object->duplicate = true;
        else if (slot)
            *slot = object;
    }
    return 0;
}

int objects_read(const struct config_file *file, struct arena *arena,
                 struct kubernetes_objects *objects, struct error *err)
{
    struct reading reading = {file, arena, objects};
    const struct listed none = {0};
    size_t first = objects->count;

    for (size_t i = 0; file->documents && i < file->documents->count; i++) {
        const struct document_node *root = file->documents->list[i].root;

        if (root && is_object(root)) {
            int r = read_node(&reading, root, &none, 0, err);

            if (r)
                return r;
        }
    }
    return mark_duplicates(&reading, first, err);
}

bool object_is(const struct kubernetes_object *object, const char *group, const char *kind)
{
    return view_eq(object->kind, view_of(kind)) && view_eq(object->group, view_of(group));
}

enum object_scope object_scope(const struct kubernetes_object *object)
{
    return object->type ? object->type->scope : SCOPE_UNKNOWN;
}

bool object_has(const struct kubernetes_object *object, enum object_flag flag)
{
    return object->type && object->type->flags & flag;
}
