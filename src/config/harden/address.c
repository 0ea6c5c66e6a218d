#include "config/harden/address.h"

#include "config/compose/event.h"
#include "config/kubernetes/event.h"

struct search {
    const struct document_node *target;
    struct arena *arena;
    size_t seen;
    bool lists_only; /* objects stand in lists of lists, and nowhere deeper */
};

bool address_step(const struct address *from, struct document_step step,
                  const struct document_node *node, struct arena *arena, struct address *ret)
{
    struct document_step *steps = arena_array(arena, from->length + 1, sizeof(*steps));

    if (!steps)
        return false;
    if (from->length)
        memcpy(steps, from->steps, from->length * sizeof(*steps));
    steps[from->length] = step;
    *ret = (struct address){from->document, steps, from->length + 1, node};
    return true;
}

static bool step_to_key(const struct address *from, struct view key, struct arena *arena,
                        struct address *ret)
{
    const struct document_node *node = document_get(from->node, key);

    return node && address_step(from, (struct document_step){key, 0}, node, arena, ret);
}

static bool step_to_item(const struct address *from, size_t index, struct arena *arena,
                         struct address *ret)
{
    return address_step(from, DOCUMENT_INDEX(index), document_item(from->node, index), arena, ret);
}

/* ---- Looking for a node ---- */

static bool look(struct search *search, const struct address *from, unsigned depth,
                 struct address *ret);

static bool look_in_list(struct search *search, const struct address *from, unsigned depth,
                         struct address *ret)
{
    struct address next;

    for (size_t i = 0; i < document_count(from->node); i++) {
        struct address below = *from;

        below.node = document_item(from->node, i);
        if (below.node == search->target)
            return step_to_item(from, i, search->arena, ret);
        if (below.node->kind < DOCUMENT_SEQUENCE || search->seen++ > ADDRESS_SEARCH_LIMIT)
            continue;
        if (search->lists_only && !document_get(below.node, VIEW("items")))
            continue;
        if (step_to_item(from, i, search->arena, &next) && look(search, &next, depth + 1, ret))
            return true;
    }
    return false;
}

static bool look_in_mapping(struct search *search, const struct address *from, unsigned depth,
                            struct address *ret)
{
    struct address next;

    for (size_t i = 0; i < document_count(from->node); i++) {
        const struct document_pair *pair = &from->node->mapping.pairs[i];
        struct view key = document_text(pair->key);

        if (pair->replaced || pair->value->kind < DOCUMENT_SEQUENCE ||
            search->seen++ > ADDRESS_SEARCH_LIMIT)
            continue;
        if (search->lists_only && !view_eq(key, VIEW("items")) && !view_eq(key, VIEW("objects")))
            continue;
        if (address_step(from, (struct document_step){key, 0}, pair->value, search->arena, &next) &&
            look(search, &next, depth + 1, ret))
            return true;
    }
    return false;
}

static bool look(struct search *search, const struct address *from, unsigned depth,
                 struct address *ret)
{
    if (from->node == search->target) {
        *ret = *from;
        return true;
    }
    if (depth > DOCUMENT_DEPTH_LIMIT || !from->node)
        return false;
    if (from->node->kind == DOCUMENT_SEQUENCE)
        return look_in_list(search, from, depth, ret);
    return from->node->kind == DOCUMENT_MAPPING && look_in_mapping(search, from, depth, ret);
}

static bool find_in_file(const struct config_file *file, const struct document_node *target,
                         struct arena *arena, struct address *ret)
{
    struct search search = {.target = target, .arena = arena, .lists_only = true};

    for (size_t i = 0; file->documents && i < file->documents->count; i++) {
        const struct address from = {.document = i, .node = file->documents->list[i].root};

        if (from.node == target) {
            *ret = from;
            return true;
        }
    }
    for (size_t i = 0; file->documents && i < file->documents->count; i++) {
        const struct address from = {.document = i, .node = file->documents->list[i].root};

        if (from.node && look(&search, &from, 0, ret))
            return true;
    }
    return false;
}

/* ---- Kubernetes ---- */

static bool find_pod(const struct config_event *event, struct arena *arena, struct address *ret)
{
    const struct kubernetes_event *e = event->event;
    const struct object_kind *type = e->object->type;
    struct address at;

    if (!e->pod || !find_in_file(event->file, e->object->root, arena, &at))
        return false;
    if (!type) {
        struct search search = {.target = e->pod->template, .arena = arena};

        return look(&search, &at, 0, ret);
    }
    for (size_t i = 0; i < sizeof(type->path) / sizeof(type->path[0]) && type->path[i]; i++)
        if (!step_to_key(&at, view_of(type->path[i]), arena, &at))
            return false;
    *ret = at;
    return at.node == e->pod->template;
}

static bool find_item(const struct config_event *event, const char *const *lists,
                      struct arena *arena, struct address *ret)
{
    const struct kubernetes_event *e = event->event;
    struct address spec, list;

    if (!find_pod(event, arena, &spec) || !step_to_key(&spec, VIEW("spec"), arena, &spec))
        return false;
    for (; *lists; lists++) {
        if (!step_to_key(&spec, view_of(*lists), arena, &list))
            continue;
        for (size_t i = 0; i < document_count(list.node); i++)
            if (document_item(list.node, i) == e->node)
                return step_to_item(&list, i, arena, ret);
    }
    return false;
}

static bool find_container(const struct config_event *event, struct arena *arena,
                           struct address *ret)
{
    static const char *const lists[] = {"containers", "initContainers", "ephemeralContainers",
                                        "steps",      "sidecars",       NULL};

    return find_item(event, lists, arena, ret);
}

static bool find_volume(const struct config_event *event, struct arena *arena, struct address *ret)
{
    static const char *const lists[] = {"volumes", NULL};

    return find_item(event, lists, arena, ret);
}

static bool find_object(const struct config_event *event, struct arena *arena, struct address *ret)
{
    const struct kubernetes_event *e = event->event;

    return find_in_file(event->file, e->object->root, arena, ret);
}

/* ---- Compose ---- */

static bool find_compose_file(const struct config_event *event, struct arena *arena,
                              struct address *ret)
{
    const struct compose_event *e = event->event;

    return find_in_file(event->file, e->file, arena, ret);
}

static bool find_service(const struct config_event *event, struct arena *arena, struct address *ret)
{
    const struct compose_event *e = event->event;
    struct address at;

    return e->service && find_compose_file(event, arena, &at) &&
           step_to_key(&at, VIEW("services"), arena, &at) &&
           step_to_key(&at, e->service->name, arena, ret);
}

static const struct {
    const struct config_kind *kind;
    const char *field;
    bool (*find)(const struct config_event *event, struct arena *arena, struct address *ret);
} roots[] = {
    {&config_kubernetes, "object", find_object},       {&config_kubernetes, "pod", find_pod},
    {&config_kubernetes, "container", find_container}, {&config_kubernetes, "volume", find_volume},
    {&config_compose, "service", find_service},        {&config_compose, "file", find_compose_file},
};

bool address_of_field(const struct config_kind *kind, const struct config_event *event,
                      const char *field, struct arena *arena, struct address *ret)
{
    for (size_t i = 0; i < sizeof(roots) / sizeof(roots[0]); i++)
        if (roots[i].kind == kind && strcmp(roots[i].field, field) == 0)
            return roots[i].find(event, arena, ret);
    return false;
}
