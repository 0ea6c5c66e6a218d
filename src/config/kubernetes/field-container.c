#include "config/kubernetes/field.h"
#include "config/kubernetes/image-name.h"
#include "config/kubernetes/secret-value.h"

static const struct document_node *container_of(const struct kubernetes_event *event)
{
    return event->subject == SUBJECT_CONTAINER ? event->node : NULL;
}

static const struct document_node *part(const struct kubernetes_event *event, const char *key)
{
    return document_get(container_of(event), view_of(key));
}

struct rule_values field_container(const struct kubernetes_event *event, const struct rule_use *use,
                                   struct arena *scratch)
{
    return values_walk(container_of(event), use->steps, use->step_count, scratch);
}

struct rule_values field_container_kind(const struct kubernetes_event *event,
                                        const struct rule_use *use, struct arena *scratch)
{
    static const struct view names[] = {VIEW("main"), VIEW("init"), VIEW("sidecar"),
                                        VIEW("ephemeral")};

    (void)use;
    if (!container_of(event))
        return values_none();
    return values_text(names[event->container_kind], NULL, scratch);
}

/* One part of the image's name; an empty one is not there. */
static struct rule_values image_part(const struct kubernetes_event *event, size_t offset,
                                     struct arena *scratch)
{
    const struct document_node *image = part(event, "image");
    struct image_name name;
    struct view value;

    if (!image_name_parse(document_text(image), scratch, &name))
        return values_none();
    value = *(const struct view *)((const char *)&name + offset);
    return value.len ? values_text(value, image, scratch) : values_none();
}

struct rule_values field_container_image_registry(const struct kubernetes_event *event,
                                                  const struct rule_use *use, struct arena *scratch)
{
    (void)use;
    return image_part(event, offsetof(struct image_name, registry), scratch);
}

struct rule_values field_container_image_repository(const struct kubernetes_event *event,
                                                    const struct rule_use *use,
                                                    struct arena *scratch)
{
    (void)use;
    return image_part(event, offsetof(struct image_name, repository), scratch);
}

struct rule_values field_container_image_name(const struct kubernetes_event *event,
                                              const struct rule_use *use, struct arena *scratch)
{
    const struct document_node *image = part(event, "image");
    struct image_name name;

    (void)use;
    if (!image_name_parse(document_text(image), scratch, &name))
        return values_none();
    return values_text(
        arena_printf(scratch, "%.*s/%.*s", VIEW_ARG(name.registry), VIEW_ARG(name.repository)),
        image, scratch);
}

struct rule_values field_container_image_tag(const struct kubernetes_event *event,
                                             const struct rule_use *use, struct arena *scratch)
{
    (void)use;
    return image_part(event, offsetof(struct image_name, tag), scratch);
}

struct rule_values field_container_image_digest(const struct kubernetes_event *event,
                                                const struct rule_use *use, struct arena *scratch)
{
    (void)use;
    return image_part(event, offsetof(struct image_name, digest), scratch);
}

struct rule_values field_container_pull_policy(const struct kubernetes_event *event,
                                               const struct rule_use *use, struct arena *scratch)
{
    const struct document_node *policy = part(event, "imagePullPolicy");
    const struct document_node *image = part(event, "image");
    struct image_name name;

    (void)use;
    if (!document_is_absent(policy))
        return values_node(policy, scratch);
    if (!image_name_parse(document_text(image), scratch, &name))
        return values_none();
    return values_text(view_eq(name.tag, VIEW("latest")) ? VIEW("Always") : VIEW("IfNotPresent"),
                       image, scratch);
}

struct rule_values field_container_host_ports(const struct kubernetes_event *event,
                                              const struct rule_use *use, struct arena *scratch)
{
    const struct document_node *ports = part(event, "ports");
    struct values_list list = {.scratch = scratch};

    (void)use;
    if (!container_of(event))
        return values_none();
    for (size_t i = 0; i < document_count(ports); i++) {
        const struct document_node *port = document_get(document_item(ports, i), VIEW("hostPort"));

        if (port && port->kind == DOCUMENT_INTEGER && port->integer > 0)
            values_add(&list, port);
    }
    return values_list(&list);
}

struct rule_values field_container_secrets(const struct kubernetes_event *event,
                                           const struct rule_use *use, struct arena *scratch)
{
    const struct document_node *env = part(event, "env");
    struct values_list list = {.scratch = scratch};

    (void)use;
    if (!container_of(event))
        return values_none();
    for (size_t i = 0; i < document_count(env); i++) {
        const struct document_node *entry = document_item(env, i);
        const struct document_node *value = document_get(entry, VIEW("value"));
        struct view name = document_get_text(entry, VIEW("name"));

        if (secret_named(name, document_text(value)))
            values_add_text(&list, name, value);
    }
    return values_list(&list);
}

static int order_values(const void *a, const void *b)
{
    return view_cmp(((const struct rule_value *)a)->text, ((const struct rule_value *)b)->text);
}

/* The texts that stand in the list more than once. */
static struct rule_values duplicates(struct values_list *all, struct arena *scratch)
{
    struct values_list list = {.scratch = scratch};

    if (all->count > 1)
        qsort(all->items, all->count, sizeof(*all->items), order_values);
    for (size_t i = 1; i < all->count; i++)
        if (view_eq(all->items[i].text, all->items[i - 1].text))
            values_add_text(&list, all->items[i].text, all->items[i].node);
    return values_list(&list);
}

struct rule_values field_container_duplicate_env(const struct kubernetes_event *event,
                                                 const struct rule_use *use, struct arena *scratch)
{
    const struct document_node *env = part(event, "env");
    struct values_list all = {.scratch = scratch};

    (void)use;
    if (!container_of(event))
        return values_none();
    for (size_t i = 0; i < document_count(env); i++) {
        const struct document_node *name = document_get(document_item(env, i), VIEW("name"));

        if (document_text(name).len)
            values_add_text(&all, document_text(name), name);
    }
    return duplicates(&all, scratch);
}

struct rule_values field_container_duplicate_ports(const struct kubernetes_event *event,
                                                   const struct rule_use *use,
                                                   struct arena *scratch)
{
    const struct document_node *ports = part(event, "ports");
    struct values_list all = {.scratch = scratch};

    (void)use;
    if (!container_of(event))
        return values_none();
    for (size_t i = 0; i < document_count(ports); i++) {
        const struct document_node *entry = document_item(ports, i);
        const struct document_node *port = document_get(entry, VIEW("containerPort"));
        struct view protocol = document_get_text(entry, VIEW("protocol"));
        struct view host = document_get_text(entry, VIEW("hostIP"));

        if (document_text(port).len && !host.len)
            values_add_text(&all,
                            arena_printf(scratch, "%.*s/%.*s", VIEW_ARG(document_text(port)),
                                         VIEW_ARG(protocol.len ? protocol : VIEW("TCP"))),
                            port);
    }
    return duplicates(&all, scratch);
}

struct rule_values field_container_command_line(const struct kubernetes_event *event,
                                                const struct rule_use *use, struct arena *scratch)
{
    static const char *const keys[] = {"command", "args", "script"};
    struct values_list words = {.scratch = scratch};
    size_t length = 0, at = 0;
    char *text;

    (void)use;
    for (size_t k = 0; k < sizeof(keys) / sizeof(keys[0]); k++)
        values_add(&words, part(event, keys[k]));
    for (size_t i = 0; i < words.count; i++)
        length += words.items[i].text.len + 1;
    text = words.count ? arena_alloc(scratch, length) : NULL;
    if (!text)
        return values_none();
    for (size_t i = 0; i < words.count; i++) {
        struct view word = words.items[i].text;

        if (i)
            text[at++] = ' ';
        if (word.len)
            memcpy(text + at, word.ptr, word.len);
        at += word.len;
    }
    return values_text(view_from(text, at), words.items[0].node, scratch);
}
