#include "config/kubernetes/pod.h"

struct search {
    struct kubernetes_object *object;
    struct arena *arena;
    size_t seen;
};

static bool has_containers(const struct document_node *template)
{
    const struct document_node *list = document_path(template, "spec", "containers", NULL);
    const struct document_node *first = document_item(list, 0);

    return first && first->kind == DOCUMENT_MAPPING;
}

static void add_containers(struct kubernetes_pod *pod, size_t *count, const char *key,
                           enum container_kind kind, struct arena *arena)
{
    const struct document_node *list = document_get(pod->spec, view_of(key));
    size_t length = list && list->kind == DOCUMENT_SEQUENCE ? list->sequence.count : 0;

    for (size_t i = 0; i < length && *count < OBJECT_CONTAINER_LIMIT; i++) {
        const struct document_node *node = list->sequence.items[i];
        struct kubernetes_container *container;

        if (!node || node->kind != DOCUMENT_MAPPING)
            continue;
        container = arena_push(arena, &pod->containers, count, sizeof(*container));
        if (!container)
            return;
        container->node = node;
        container->kind = kind;
        if (kind == CONTAINER_INIT &&
            view_eq(document_get_text(node, VIEW("restartPolicy")), VIEW("Always")))
            container->kind = CONTAINER_SIDECAR;
        /* Only a patch leaves the image to what it is laid over. */
        if (!document_text(document_get(node, VIEW("image"))).len &&
            !document_get(node, VIEW("ref")))
            pod->partial = true;
    }
}

static int order_volumes(const void *a, const void *b)
{
    return view_cmp(((const struct kubernetes_volume *)a)->name,
                    ((const struct kubernetes_volume *)b)->name);
}

static void add_volumes(struct kubernetes_pod *pod, struct arena *arena)
{
    const struct document_node *list = document_get(pod->spec, VIEW("volumes"));
    size_t written = list && list->kind == DOCUMENT_SEQUENCE ? list->sequence.count : 0;
    size_t length = written < OBJECT_VOLUME_LIMIT ? written : OBJECT_VOLUME_LIMIT;
    struct kubernetes_volume *volumes = arena_array(arena, length, sizeof(*volumes));

    if (!length || !volumes)
        return;
    for (size_t i = 0; i < length; i++) {
        const struct document_node *node = list->sequence.items[i];

        if (node && node->kind == DOCUMENT_MAPPING)
            volumes[pod->volume_count++] =
                (struct kubernetes_volume){document_get_text(node, VIEW("name")), node};
    }
    qsort(volumes, pod->volume_count, sizeof(*volumes), order_volumes);
    pod->volumes = volumes;
}

static int order_mounts(const void *a, const void *b)
{
    const struct kubernetes_mount *one = a, *other = b;
    int by_name = view_cmp(one->name, other->name);

    return by_name ? by_name : (one->order > other->order) - (one->order < other->order);
}

static void add_mounts(struct kubernetes_pod *pod, struct arena *arena)
{
    struct kubernetes_mount *mounts = NULL;
    size_t count = 0;

    for (size_t i = 0; i < pod->container_count; i++) {
        const struct document_node *container = pod->containers[i].node;
        const struct document_node *list = document_get(container, VIEW("volumeMounts"));

        for (size_t j = 0; j < document_count(list) && count < OBJECT_MOUNT_LIMIT; j++) {
            const struct document_node *node = document_item(list, j);
            struct kubernetes_mount *mount = NULL;

            if (node && node->kind == DOCUMENT_MAPPING)
                mount = arena_push(arena, &mounts, &count, sizeof(*mount));
            if (mount)
                *mount = (struct kubernetes_mount){document_get_text(node, VIEW("name")), container,
                                                   node, count};
        }
    }
    if (count)
        qsort(mounts, count, sizeof(*mounts), order_mounts);
    pod->mounts = mounts;
    pod->mount_count = count;
}

static void add_pod(struct search *search, const struct document_node *template)
{
    struct kubernetes_object *object = search->object;
    struct kubernetes_pod *pod;
    size_t count = 0;

    if (!template || template->kind != DOCUMENT_MAPPING || object->pod_count == OBJECT_POD_LIMIT)
        return;
    pod = arena_push(search->arena, &object->pods, &object->pod_count, sizeof(*pod));
    if (!pod)
        return;
    pod->object = object;
    pod->template = template;
    pod->metadata = document_get(template, VIEW("metadata"));
    pod->spec = document_get(template, VIEW("spec"));
    pod->partial = object_has(object, OBJECT_PARTIAL_POD);
    if (pod->partial) {
        add_containers(pod, &count, "steps", CONTAINER_MAIN, search->arena);
        add_containers(pod, &count, "sidecars", CONTAINER_MAIN, search->arena);
    }
    add_containers(pod, &count, "containers", CONTAINER_MAIN, search->arena);
    /* Patches name no container, or not all of them. */
    pod->partial = pod->partial || count == 0;
    add_containers(pod, &count, "initContainers", CONTAINER_INIT, search->arena);
    add_containers(pod, &count, "ephemeralContainers", CONTAINER_EPHEMERAL, search->arena);
    pod->container_count = count;
    add_volumes(pod, search->arena);
    add_mounts(pod, search->arena);
}

static void look_below(struct search *search, const struct document_node *node, unsigned depth);

static void look_at(struct search *search, struct view key, const struct document_node *node,
                    unsigned depth)
{
    bool named = view_eq(key, VIEW("template")) || view_ends(key, VIEW("Template"));

    if (named && has_containers(node))
        add_pod(search, node);
    else
        look_below(search, node, depth + 1);
}

/* Looks for pod templates in an object of an unknown kind. */
static void look_below(struct search *search, const struct document_node *node, unsigned depth)
{
    size_t count = document_count(node);

    if (depth == OBJECT_SEARCH_DEPTH)
        return;
    for (size_t i = 0; i < count && search->seen < OBJECT_SEARCH_LIMIT; i++) {
        search->seen++;
        if (node->kind == DOCUMENT_SEQUENCE)
            look_at(search, VIEW_EMPTY, node->sequence.items[i], depth);
        else if (!node->mapping.pairs[i].replaced)
            look_at(search, document_text(node->mapping.pairs[i].key), node->mapping.pairs[i].value,
                    depth);
    }
}

void pods_find(struct kubernetes_object *object, struct arena *arena)
{
    struct search search = {object, arena, 0};
    const struct object_kind *type = object->type;
    const struct document_node *template = object->root;

    if (!type) {
        if (!object_group_is_policy(object->group))
            look_below(&search, document_get(object->root, VIEW("spec")), 0);
    } else if (type->flags & OBJECT_POD_TEMPLATE) {
        for (size_t i = 0; i < sizeof(type->path) / sizeof(type->path[0]) && type->path[i]; i++)
            template = document_get(template, view_of(type->path[i]));
        add_pod(&search, template);
    }
}

const struct document_node *pod_volume(const struct kubernetes_pod *pod, struct view name)
{
    struct kubernetes_volume key = {name, NULL};
    const struct kubernetes_volume *found =
        pod->volume_count
            ? bsearch(&key, pod->volumes, pod->volume_count, sizeof(key), order_volumes)
            : NULL;

    return found ? found->node : NULL;
}

const struct kubernetes_mount *pod_mounts(const struct kubernetes_pod *pod, struct view name,
                                          size_t *ret_count)
{
    size_t low = 0, high = pod->mount_count, end;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (view_cmp(pod->mounts[middle].name, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (end = low; end < pod->mount_count && view_eq(pod->mounts[end].name, name); end++)
        continue;
    *ret_count = end - low;
    return *ret_count ? pod->mounts + low : NULL;
}

struct view volume_type(const struct document_node *volume, const struct document_node **ret_value)
{
    for (size_t i = 0; i < document_count(volume) && volume->kind == DOCUMENT_MAPPING; i++) {
        const struct document_pair *pair = &volume->mapping.pairs[i];
        struct view key = document_text(pair->key);

        if (pair->replaced || view_eq(key, VIEW("name")) || document_is_absent(pair->value))
            continue;
        if (ret_value)
            *ret_value = pair->value;
        return key;
    }
    if (ret_value)
        *ret_value = NULL;
    return VIEW_EMPTY;
}
