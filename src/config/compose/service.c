#include "config/compose/service.h"

#include "config/values.h"

struct nodes {
    const struct document_node **items;
    size_t count;
    struct arena *arena;
};

static void push(struct nodes *list, const struct document_node *node)
{
    const struct document_node **slot;

    if (!node)
        return;
    slot = arena_push(list->arena, &list->items, &list->count, sizeof(*slot));
    if (slot)
        *slot = node;
}

static const struct document_node *sequence(const struct nodes *list,
                                            const struct document_node *at)
{
    struct document_node *node = arena_alloc(list->arena, sizeof(*node));

    if (!node)
        return NULL;
    node->kind = DOCUMENT_SEQUENCE;
    node->sequence.items = list->items;
    node->sequence.count = list->count;
    if (at) {
        node->start = at->start;
        node->end = at->end;
    }
    return node;
}

/* A text node for a part of `at`; NULL for an empty one. */
static const struct document_node *part(struct view text, const struct document_node *at,
                                        struct arena *arena)
{
    return text.len ? values_new_text(arena, text, at) : NULL;
}

static const struct document_node *known(const struct document_node *node, struct arena *arena)
{
    struct view text;

    if (!node || node->kind >= DOCUMENT_SEQUENCE || document_is_absent(node))
        return NULL;
    if (view_find(node->text, '$') < 0)
        return node;
    return compose_interpolate(node->text, arena, &text) ? values_new_text(arena, text, node)
                                                         : NULL;
}

/* ---- extends ---- */

static const struct document_node *extends_of(const struct service *s,
                                              const struct document_node *node,
                                              const struct document_node *services,
                                              bool *ret_elsewhere)
{
    const struct document_node *extends = document_get(node, VIEW("extends"));
    struct view name = extends && extends->kind == DOCUMENT_MAPPING
                           ? document_get_text(extends, VIEW("service"))
                           : document_text(extends);
    const struct document_node *base = name.len ? document_get(services, name) : NULL;

    (void)s;
    if (document_is_absent(extends))
        return NULL;
    if (document_get(extends, VIEW("file")) || !base) {
        *ret_elsewhere = true;
        return NULL;
    }
    return base;
}

static void follow_extends(struct service *s, const struct document_node *services)
{
    const struct document_node *node = s->node;

    while (s->base_count < SERVICE_EXTENDS_LIMIT &&
           (node = extends_of(s, node, services, &s->partial))) {
        if (node == s->node)
            return;
        s->bases[s->base_count++] = node;
    }
}

const struct document_node *service_get(const struct service *service, struct view key)
{
    const struct document_node *value = document_get(service->node, key);

    for (size_t i = 0; !value && i < service->base_count; i++)
        value = document_get(service->bases[i], key);
    return document_is_absent(value) ? NULL : value;
}

/* ---- Ports ---- */

/* [HOST_IP:][PUBLISHED:]TARGET[/PROTOCOL]; an IPv6 address has brackets. */
static const struct document_node *short_port(const struct document_node *node, struct arena *arena)
{
    struct view text, protocol = VIEW("tcp"), target, published = VIEW_EMPTY, host = VIEW_EMPTY;
    ptrdiff_t slash, colon;

    if (!compose_interpolate(node->text, arena, &text))
        return NULL;
    slash = view_rfind(text, '/');
    if (slash >= 0) {
        protocol = view_sub(text, (size_t)slash + 1, text.len);
        text = view_sub(text, 0, (size_t)slash);
    }
    colon = view_rfind(text, ':');
    target = colon < 0 ? text : view_sub(text, (size_t)colon + 1, text.len);
    if (colon >= 0) {
        text = view_sub(text, 0, (size_t)colon);
        colon = text.len && text.ptr[text.len - 1] == ']' ? -1 : view_rfind(text, ':');
        published = colon < 0 ? text : view_sub(text, (size_t)colon + 1, text.len);
        host = colon < 0 ? VIEW_EMPTY : view_sub(text, 0, (size_t)colon);
        if (published.len && published.ptr[0] == '[') {
            host = published;
            published = VIEW_EMPTY;
        }
    }
    host = view_strip_suffix(view_strip_prefix(host, VIEW("[")), VIEW("]"));
    return values_new_mapping(arena,
                              (const struct values_pair[]){
                                  {"host_ip", part(host, node, arena)},
                                  {"published", part(published, node, arena)},
                                  {"target", part(target, node, arena)},
                                  {"protocol", part(protocol, node, arena)},
                              },
                              4, node);
}

static const struct document_node *long_port(const struct document_node *node, struct arena *arena)
{
    const struct document_node *protocol = known(document_get(node, VIEW("protocol")), arena);

    return values_new_mapping(
        arena,
        (const struct values_pair[]){
            {"host_ip", known(document_get(node, VIEW("host_ip")), arena)},
            {"published", known(document_get(node, VIEW("published")), arena)},
            {"target", known(document_get(node, VIEW("target")), arena)},
            {"protocol", protocol ? protocol : part(VIEW("tcp"), node, arena)},
        },
        4, node);
}

static const struct document_node *read_ports(const struct service *s, struct arena *arena)
{
    const struct document_node *ports = service_get(s, VIEW("ports"));
    struct nodes list = {.arena = arena};

    for (size_t i = 0; i < document_count(ports); i++) {
        const struct document_node *port = document_item(ports, i);

        if (port && port->kind == DOCUMENT_MAPPING)
            push(&list, long_port(port, arena));
        else if (port && port->kind < DOCUMENT_SEQUENCE)
            push(&list, short_port(port, arena));
    }
    return sequence(&list, ports);
}

/* ---- Mounts ---- */

/* A name is a volume; a path, also one that begins with "~", is bound. */
static bool is_path(struct view source)
{
    return source.len && (source.ptr[0] == '/' || source.ptr[0] == '.' || source.ptr[0] == '~');
}

static bool has_option(struct view options, struct view wanted)
{
    while (options.ptr)
        if (view_eq(view_cut(&options, ','), wanted))
            return true;
    return false;
}

/* [SOURCE:]TARGET[:OPTIONS] */
static const struct document_node *short_mount(const struct document_node *node,
                                               struct arena *arena)
{
    struct view rest, source, target;

    if (!compose_interpolate(node->text, arena, &rest))
        return NULL;
    source = view_cut(&rest, ':');
    target = view_cut(&rest, ':');
    if (target.len == 0) {
        target = source;
        source = VIEW_EMPTY;
    }
    return values_new_mapping(
        arena,
        (const struct values_pair[]){
            {"type", part(is_path(source) ? VIEW("bind") : VIEW("volume"), node, arena)},
            {"source", part(source, node, arena)},
            {"target", part(target, node, arena)},
            {"read_only", values_new_bool(arena, has_option(rest, VIEW("ro")), node)},
        },
        4, node);
}

static const struct document_node *long_mount(const struct document_node *node, struct arena *arena)
{
    const struct document_node *read_only = document_get(node, VIEW("read_only"));

    return values_new_mapping(
        arena,
        (const struct values_pair[]){
            {"type", known(document_get(node, VIEW("type")), arena)},
            {"source", known(document_get(node, VIEW("source")), arena)},
            {"target", known(document_get(node, VIEW("target")), arena)},
            {"read_only",
             document_is_absent(read_only) ? values_new_bool(arena, false, node) : read_only},
        },
        4, node);
}

static const struct document_node *read_mounts(const struct service *s, struct arena *arena)
{
    const struct document_node *volumes = service_get(s, VIEW("volumes"));
    struct nodes list = {.arena = arena};

    for (size_t i = 0; i < document_count(volumes); i++) {
        const struct document_node *volume = document_item(volumes, i);

        if (volume && volume->kind == DOCUMENT_MAPPING)
            push(&list, long_mount(volume, arena));
        else if (volume && volume->kind < DOCUMENT_SEQUENCE)
            push(&list, short_mount(volume, arena));
    }
    return sequence(&list, volumes);
}

/* ---- Variables ---- */

static const struct document_node *variable(struct view name, const struct document_node *value,
                                            const struct document_node *at, struct arena *arena)
{
    return values_new_mapping(arena,
                              (const struct values_pair[]){
                                  {"name", part(name, at, arena)},
                                  {"value", value},
                              },
                              2, at);
}

static const struct document_node *read_environment(const struct service *s, struct arena *arena)
{
    const struct document_node *all = service_get(s, VIEW("environment"));
    struct nodes list = {.arena = arena};

    for (size_t i = 0; all && all->kind == DOCUMENT_MAPPING && i < all->mapping.count; i++) {
        const struct document_pair *pair = &all->mapping.pairs[i];

        if (!pair->replaced)
            push(&list,
                 variable(document_text(pair->key), known(pair->value, arena), pair->value, arena));
    }
    for (size_t i = 0; all && all->kind == DOCUMENT_SEQUENCE && i < all->sequence.count; i++) {
        const struct document_node *item = all->sequence.items[i];
        struct view value = document_text(item), name = view_cut(&value, '='), text;
        bool set = value.ptr && compose_interpolate(value, arena, &text);

        push(&list, variable(name, set ? values_new_text(arena, text, item) : NULL, item, arena));
    }
    return sequence(&list, all);
}

/* ---- Lists of words ---- */

static struct view upper_capability(struct view name, struct arena *arena)
{
    char *copy = arena_cstr(arena, name);

    for (size_t i = 0; copy && i < name.len; i++)
        if (copy[i] >= 'a' && copy[i] <= 'z')
            copy[i] = (char)(copy[i] - 'a' + 'A');
    return copy ? view_strip_prefix(view_from(copy, name.len), VIEW("CAP_")) : name;
}

static struct view equal_sign(struct view option, struct arena *arena)
{
    char *copy = arena_cstr(arena, option);
    char *colon = copy ? strchr(copy, ':') : NULL;

    if (colon && !strchr(copy, '='))
        *colon = '=';
    if (copy && strcmp(copy, "no-new-privileges") == 0)
        return VIEW("no-new-privileges=true");
    return copy ? view_from(copy, option.len) : option;
}

static const struct document_node *read_words(const struct service *s, struct view key,
                                              struct view (*normal)(struct view, struct arena *),
                                              struct arena *arena)
{
    const struct document_node *all = service_get(s, key);
    struct nodes list = {.arena = arena};

    for (size_t i = 0; i < document_count(all) && all->kind == DOCUMENT_SEQUENCE; i++) {
        const struct document_node *word = known(document_item(all, i), arena);

        if (word)
            push(&list, values_new_text(arena, normal(word->text, arena), word));
    }
    return sequence(&list, all);
}

const struct service *service_new(const struct document_node *services,
                                  const struct document_pair *pair, struct arena *arena)
{
    struct service *s = arena_alloc(arena, sizeof(*s));

    if (!s)
        return NULL;
    s->name = document_text(pair->key);
    s->key = pair->key;
    s->node = pair->value;
    follow_extends(s, services);
    s->ports = read_ports(s, arena);
    s->mounts = read_mounts(s, arena);
    s->environment = read_environment(s, arena);
    s->added_capabilities = read_words(s, VIEW("cap_add"), upper_capability, arena);
    s->dropped_capabilities = read_words(s, VIEW("cap_drop"), upper_capability, arena);
    s->security_options = read_words(s, VIEW("security_opt"), equal_sign, arena);
    return s;
}
