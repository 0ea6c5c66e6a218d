#include "config/kubernetes/field.h"

static const struct document_node *volume_of(const struct kubernetes_event *event)
{
    return event->subject == SUBJECT_VOLUME ? event->node : NULL;
}

struct rule_values field_volume(const struct kubernetes_event *event, const struct rule_use *use,
                                struct arena *scratch)
{
    return values_walk(volume_of(event), use->steps, use->step_count, scratch);
}

/* A volume that names no kind is an emptyDir, unless it is part of a patch. */
static struct view type_of(const struct kubernetes_pod *pod, const struct document_node *volume)
{
    struct view type = volume_type(volume, NULL);

    return type.len || pod->partial ? type : VIEW("emptyDir");
}

struct rule_values field_volume_type(const struct kubernetes_event *event,
                                     const struct rule_use *use, struct arena *scratch)
{
    const struct document_node *value;
    struct view type;

    (void)use;
    if (!volume_of(event))
        return values_none();
    volume_type(event->node, &value);
    type = type_of(event->pod, event->node);
    return type.len ? values_text(type, value ? value : event->node, scratch) : values_none();
}

/* "/var/run/" and "/var//run/./" are "/var/run"; ".." is refused by Kubernetes. */
static struct view normal_path(struct view path, struct arena *arena)
{
    char *text = arena_alloc(arena, path.len + 1);
    size_t length = 0;

    if (!text)
        return VIEW_EMPTY;
    while (path.ptr) {
        struct view name = view_cut(&path, '/');

        if (!name.len || view_eq(name, VIEW(".")))
            continue;
        text[length++] = '/';
        memcpy(text + length, name.ptr, name.len);
        length += name.len;
    }
    return length ? view_from(text, length) : VIEW("/");
}

static struct rule_values path_of(const struct document_node *volume, struct arena *arena)
{
    const struct document_node *path = document_path(volume, "hostPath", "path", NULL);
    struct rule_values values;
    struct rule_value *value;

    if (!document_text(path).len || text_is_template(path->text))
        return values_none();
    values = values_text(normal_path(path->text, arena), path, arena);
    value = (struct rule_value *)values.items;
    if (value)
        value->type = RULE_PATH;
    return values;
}

struct rule_values field_volume_host_path(const struct kubernetes_event *event,
                                          const struct rule_use *use, struct arena *scratch)
{
    (void)use;
    return path_of(volume_of(event), scratch);
}

static const struct document_node *host_path(const struct document_node *volume,
                                             struct arena *arena)
{
    struct rule_values values = path_of(volume, arena);

    return values.count ? values_new_text(arena, values.items[0].text, values.items[0].node) : NULL;
}

const struct document_node *field_mount(const struct kubernetes_pod *pod,
                                        const struct document_node *container,
                                        const struct document_node *mount, struct arena *arena)
{
    const struct document_node *name = document_get(mount, VIEW("name"));
    const struct document_node *volume = pod_volume(pod, document_text(name));
    const struct document_node *read_only = document_get(mount, VIEW("readOnly"));
    struct view type = volume ? type_of(pod, volume) : VIEW_EMPTY;
    const struct values_pair pairs[] = {
        {"name", name},
        {"mountPath", document_get(mount, VIEW("mountPath"))},
        {"readOnly", read_only ? read_only : values_new_bool(arena, false, mount)},
        {"subPath", document_get(mount, VIEW("subPath"))},
        {"mountPropagation", document_get(mount, VIEW("mountPropagation"))},
        {"container", document_get(container, VIEW("name"))},
        {"type", type.len ? values_new_text(arena, type, mount) : NULL},
        {"hostPath", host_path(volume, arena)},
        {"volume", volume},
    };

    return values_new_mapping(arena, pairs, sizeof(pairs) / sizeof(pairs[0]), mount);
}

struct rule_values field_container_mounts(const struct kubernetes_event *event,
                                          const struct rule_use *use, struct arena *scratch)
{
    struct values_list list = {.scratch = scratch};
    const struct document_node *mounts;

    (void)use;
    if (event->subject != SUBJECT_CONTAINER || !event->pod)
        return values_none();
    mounts = document_get(event->node, VIEW("volumeMounts"));
    for (size_t i = 0; i < document_count(mounts); i++) {
        const struct document_node *mount = document_item(mounts, i);

        if (mount && mount->kind == DOCUMENT_MAPPING)
            values_add(&list, field_mount(event->pod, event->node, mount, scratch));
    }
    return values_list(&list);
}

enum { CLAIM_LIMIT = 1000 /* looked at */ };

/* Claim templates of a StatefulSet are volumes too. */
static bool has_claim(const struct kubernetes_object *object, struct view name)
{
    const struct document_node *claims =
        document_path(object->root, "spec", "volumeClaimTemplates", NULL);

    for (size_t i = 0; i < document_count(claims) && i < CLAIM_LIMIT; i++)
        if (view_eq(
                document_text(document_path(document_item(claims, i), "metadata", "name", NULL)),
                name))
            return true;
    return false;
}

struct rule_values field_container_missing_volumes(const struct kubernetes_event *event,
                                                   const struct rule_use *use,
                                                   struct arena *scratch)
{
    struct values_list list = {.scratch = scratch};
    const struct document_node *mounts;

    (void)use;
    if (event->subject != SUBJECT_CONTAINER || !event->pod || event->pod->partial ||
        !event->object->type)
        return values_none();
    mounts = document_get(event->node, VIEW("volumeMounts"));
    for (size_t i = 0; i < document_count(mounts); i++) {
        const struct document_node *name = document_get(document_item(mounts, i), VIEW("name"));
        struct view text = document_text(name);

        if (text.len && !text_is_template(text) && !pod_volume(event->pod, text) &&
            !has_claim(event->object, text))
            values_add(&list, name);
    }
    return values_list(&list);
}

struct rule_values field_volume_mounts(const struct kubernetes_event *event,
                                       const struct rule_use *use, struct arena *scratch)
{
    struct values_list list = {.scratch = scratch};
    const struct kubernetes_mount *mounts;
    size_t count;

    (void)use;
    if (!volume_of(event))
        return values_none();
    mounts = pod_mounts(event->pod, document_get_text(event->node, VIEW("name")), &count);
    for (size_t i = 0; i < count; i++)
        values_add(&list, field_mount(event->pod, mounts[i].container, mounts[i].node, scratch));
    return values_list(&list);
}

struct rule_values field_volume_mounted(const struct kubernetes_event *event,
                                        const struct rule_use *use, struct arena *scratch)
{
    struct rule_values mounts = field_volume_mounts(event, use, scratch);

    return mounts.present ? values_bool(mounts.count > 0, NULL, scratch) : mounts;
}

struct rule_values field_volume_writable(const struct kubernetes_event *event,
                                         const struct rule_use *use, struct arena *scratch)
{
    struct rule_values mounts = field_volume_mounts(event, use, scratch);

    if (!mounts.count)
        return values_none();
    for (size_t i = 0; i < mounts.count; i++) {
        const struct document_node *read_only =
            document_get(mounts.items[i].node, VIEW("readOnly"));

        if (!read_only || read_only->kind != DOCUMENT_BOOL || !read_only->boolean)
            return values_bool(true, mounts.items[i].node, scratch);
    }
    return values_bool(false, NULL, scratch);
}
