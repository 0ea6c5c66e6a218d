/* The kind compose: which files it is, and the events of one. */
#include "config/compose/event.h"
#include "config/kind.h"
#include "config/values.h"

enum subject { SUBJECT_SERVICE, SUBJECT_FILE, SUBJECT_PORT, SUBJECT_MOUNT };

struct config_reader {
    struct arena *arena;
    struct entry {
        const struct config_file *file;
        const struct document_node *root;
    } * entries;
    size_t count;
};

static int compose_open(struct arena *arena, const struct config_target *target,
                        struct config_reader **ret, struct error *err)
{
    struct config_reader *reader = arena_alloc(arena, sizeof(*reader));

    (void)target;
    if (!reader)
        return error_memory(err);
    reader->arena = arena;
    *ret = reader;
    return 0;
}

/* Services that say how they are made; other files have a key of this name, too. */
static bool is_compose(const struct document_node *root)
{
    const struct document_node *services = document_get(root, VIEW("services"));

    if (!services || services->kind != DOCUMENT_MAPPING || document_get(root, VIEW("apiVersion")))
        return false;
    for (size_t i = 0; i < services->mapping.count; i++) {
        const struct document_node *service = services->mapping.pairs[i].value;

        if (service->kind != DOCUMENT_MAPPING)
            return false;
        if (document_get(service, VIEW("image")) || document_get(service, VIEW("build")) ||
            document_get(service, VIEW("extends")))
            return true;
    }
    return false;
}

static int compose_add(struct config_reader *reader, const struct config_file *file,
                       bool *ret_claimed, struct error *err)
{
    for (size_t i = 0; file->documents && i < file->documents->count; i++) {
        const struct document_node *root = file->documents->list[i].root;
        struct entry *entry;

        if (!root || !is_compose(root))
            continue;
        entry = arena_push(reader->arena, &reader->entries, &reader->count, sizeof(*entry));
        if (!entry)
            return error_memory(err);
        *entry = (struct entry){file, root};
        *ret_claimed = true;
    }
    return 0;
}

static int visit_event(const struct config_visitor *visitor, const struct entry *entry,
                       const struct compose_event *event, enum subject subject,
                       const struct document_node *at, struct arena *arena, struct error *err)
{
    const struct config_event told = {
        .event = event,
        .subject = subject,
        .file = entry->file,
        .resource = event->service
                        ? arena_printf(arena, "service %.*s", VIEW_ARG(event->service->name))
                        : VIEW_EMPTY,
        .place = values_place(at),
    };

    return visitor->visit(visitor->ctx, &told, err);
}

static int visit_service(struct config_reader *reader, const struct config_visitor *visitor,
                         const struct entry *entry, const struct document_pair *pair,
                         struct error *err)
{
    const struct service *service =
        service_new(document_get(entry->root, VIEW("services")), pair, reader->arena);
    struct compose_event event = {.file = entry->root, .service = service};
    int r;

    if (!service)
        return error_memory(err);
    r = visit_event(visitor, entry, &event, SUBJECT_SERVICE, pair->key, reader->arena, err);
    for (size_t i = 0; r == 0 && i < document_count(service->ports); i++) {
        event.port = document_item(service->ports, i);
        r = visit_event(visitor, entry, &event, SUBJECT_PORT, event.port, reader->arena, err);
    }
    event.port = NULL;
    for (size_t i = 0; r == 0 && i < document_count(service->mounts); i++) {
        event.mount = document_item(service->mounts, i);
        r = visit_event(visitor, entry, &event, SUBJECT_MOUNT, event.mount, reader->arena, err);
    }
    return r;
}

static int visit_file(struct config_reader *reader, const struct config_visitor *visitor,
                      const struct entry *entry, struct error *err)
{
    const struct document_node *services = document_get(entry->root, VIEW("services"));
    struct compose_event event = {.file = entry->root};
    int r = visit_event(visitor, entry, &event, SUBJECT_FILE, entry->root, reader->arena, err);

    for (size_t i = 0; r == 0 && i < services->mapping.count; i++)
        if (!services->mapping.pairs[i].replaced)
            r = visit_service(reader, visitor, entry, &services->mapping.pairs[i], err);
    return r;
}

static int compose_visit(struct config_reader *reader, const struct config_visitor *visitor,
                         struct error *err)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < reader->count; i++)
        r = visit_file(reader, visitor, &reader->entries[i], err);
    return r;
}

static bool compose_locate(const void *ctx, const struct rule_use *use, struct config_place *ret)
{
    const struct compose_event *event = ctx;
    static const struct {
        const char *field;
        const char *key; /* of the service, where the computed field stands */
    } homes[] = {
        {"service.image.registry", "image"},
        {"service.image.repository", "image"},
        {"service.image.tag", "image"},
        {"service.image.digest", "image"},
        {"service.capabilities.add", "cap_add"},
        {"service.capabilities.drop", "cap_drop"},
        {"service.security_options", "security_opt"},
        {"service.secrets_in_env", "environment"},
        {"service.limits.memory", "deploy"},
        {"service.limits.cpus", "deploy"},
        {"service.limits.pids", "deploy"},
        {"service.healthcheck_disabled", "healthcheck"},
    };

    if (strcmp(use->field->name, "port") == 0 || strcmp(use->field->name, "mount") == 0)
        return false; /* the event's own place */
    if (use->field->flags & RULE_FIELD_TREE) {
        bool file = strcmp(use->field->name, "file") == 0;

        return values_locate(file             ? event->file
                             : event->service ? event->service->node
                                              : NULL,
                             use->steps, use->step_count, ret);
    }
    for (size_t i = 0; event->service && i < sizeof(homes) / sizeof(homes[0]); i++) {
        const struct rule_step step = {.kind = RULE_STEP_KEY, .key = view_of(homes[i].key)};

        if (strcmp(use->field->name, homes[i].field) == 0)
            return values_locate(event->service->node, &step, 1, ret);
    }
    return false;
}

const struct config_kind config_compose = {
    .name = "compose",
    .source = &compose_source,
    .open = compose_open,
    .add = compose_add,
    .visit = compose_visit,
    .locate = compose_locate,
};
