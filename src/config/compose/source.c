#include "base/text.h"
#include "config/compose/event.h"
#include "config/kubernetes/image-name.h"
#include "config/kubernetes/secret-value.h"
#include "config/values.h"

typedef struct rule_values reader(const struct compose_event *event, struct arena *scratch);

/* ---- Trees ---- */

static const struct document_node *root_of(const struct compose_event *event, struct view field,
                                           const struct rule_use *use)
{
    /* A key of the service is looked for in what it extends, too. */
    if (view_eq(field, VIEW("file")))
        return event->file;
    if (view_eq(field, VIEW("port")))
        return event->port;
    if (view_eq(field, VIEW("mount")))
        return event->mount;
    if (!event->service)
        return NULL;
    if (use->step_count && use->steps[0].kind == RULE_STEP_KEY &&
        !document_get(event->service->node, use->steps[0].key))
        for (size_t i = 0; i < event->service->base_count; i++)
            if (document_get(event->service->bases[i], use->steps[0].key))
                return event->service->bases[i];
    return event->service->node;
}

/* Texts with variables that have no default are not known. */
static struct rule_values only_known(struct rule_values values, struct arena *scratch)
{
    struct rule_value *items = arena_array(scratch, values.count, sizeof(*items));
    size_t kept = 0;

    for (size_t i = 0; items && i < values.count; i++) {
        struct rule_value value = values.items[i];

        if (value.type == RULE_TEXT && !compose_interpolate(value.text, scratch, &value.text))
            continue;
        items[kept++] = value;
    }
    if (kept < values.count && !values.list)
        return values_none();
    values.items = items;
    values.count = kept;
    return values;
}

/* ---- Computed fields ---- */

static struct rule_values service_name(const struct compose_event *e, struct arena *scratch)
{
    return values_text(e->service->name, e->service->key, scratch);
}

static struct rule_values service_partial(const struct compose_event *e, struct arena *scratch)
{
    return values_bool(e->service->partial, e->service->node, scratch);
}

static bool image_of(const struct compose_event *e, struct arena *scratch, struct image_name *ret,
                     const struct document_node **ret_node)
{
    struct view text;

    *ret_node = service_get(e->service, VIEW("image"));
    return *ret_node && compose_interpolate(document_text(*ret_node), scratch, &text) &&
           image_name_parse(text, scratch, ret);
}

static struct rule_values image_part(struct view part, const struct document_node *node,
                                     struct arena *scratch)
{
    return part.len ? values_text(part, node, scratch) : values_none();
}

static struct rule_values image_registry(const struct compose_event *e, struct arena *scratch)
{
    const struct document_node *node;
    struct image_name name;

    return image_of(e, scratch, &name, &node) ? image_part(name.registry, node, scratch)
                                              : values_none();
}

static struct rule_values image_repository(const struct compose_event *e, struct arena *scratch)
{
    const struct document_node *node;
    struct image_name name;

    return image_of(e, scratch, &name, &node) ? image_part(name.repository, node, scratch)
                                              : values_none();
}

static struct rule_values image_tag(const struct compose_event *e, struct arena *scratch)
{
    const struct document_node *node;
    struct image_name name;

    return image_of(e, scratch, &name, &node) ? image_part(name.tag, node, scratch) : values_none();
}

static struct rule_values image_digest(const struct compose_event *e, struct arena *scratch)
{
    const struct document_node *node;
    struct image_name name;

    return image_of(e, scratch, &name, &node) ? image_part(name.digest, node, scratch)
                                              : values_none();
}

static struct rule_values service_ports(const struct compose_event *e, struct arena *scratch)
{
    return values_node(e->service->ports, scratch);
}

static struct rule_values service_mounts(const struct compose_event *e, struct arena *scratch)
{
    return values_node(e->service->mounts, scratch);
}

static struct rule_values service_env(const struct compose_event *e, struct arena *scratch)
{
    return values_node(e->service->environment, scratch);
}

static struct rule_values capabilities_add(const struct compose_event *e, struct arena *scratch)
{
    return values_node(e->service->added_capabilities, scratch);
}

static struct rule_values capabilities_drop(const struct compose_event *e, struct arena *scratch)
{
    return values_node(e->service->dropped_capabilities, scratch);
}

static struct rule_values security_options(const struct compose_event *e, struct arena *scratch)
{
    return values_node(e->service->security_options, scratch);
}

static struct rule_values service_secrets(const struct compose_event *e, struct arena *scratch)
{
    struct values_list list = {.scratch = scratch};

    for (size_t i = 0; i < document_count(e->service->environment); i++) {
        const struct document_node *item = document_item(e->service->environment, i);
        struct view name = document_get_text(item, VIEW("name"));
        struct view value = document_get_text(item, VIEW("value"));

        if (value.len && secret_named(name, value))
            values_add_text(&list, name, item);
    }
    return values_list(&list);
}

static const struct document_node *limit_of(const struct service *s, struct view old,
                                            const char *key)
{
    const struct document_node *deploy = service_get(s, VIEW("deploy"));
    const struct document_node *limit = document_path(deploy, "resources", "limits", key, NULL);

    return document_is_absent(limit) ? service_get(s, old) : limit;
}

static struct rule_values limit_memory(const struct compose_event *e, struct arena *scratch)
{
    return values_node(limit_of(e->service, VIEW("mem_limit"), "memory"), scratch);
}

static struct rule_values limit_cpus(const struct compose_event *e, struct arena *scratch)
{
    return values_node(limit_of(e->service, VIEW("cpus"), "cpus"), scratch);
}

static struct rule_values limit_pids(const struct compose_event *e, struct arena *scratch)
{
    return values_node(limit_of(e->service, VIEW("pids_limit"), "pids"), scratch);
}

static struct rule_values healthcheck_disabled(const struct compose_event *e, struct arena *scratch)
{
    const struct document_node *check = service_get(e->service, VIEW("healthcheck"));
    const struct document_node *disable = document_get(check, VIEW("disable"));
    const struct document_node *test = document_get(check, VIEW("test"));
    struct view first = test && test->kind == DOCUMENT_SEQUENCE
                            ? document_text(document_item(test, 0))
                            : document_text(test);

    if (!check)
        return values_none();
    return values_bool((disable && disable->kind == DOCUMENT_BOOL && disable->boolean) ||
                           view_eq(first, VIEW("NONE")),
                       check, scratch);
}

/* The rows of the table below that are no trees, in its order from SERVICE_FIELDS. */
enum { SERVICE_FIELDS = 4 };

static const struct rule_field fields[] = {
    {"file", RULE_ANY, RULE_FIELD_TREE,
     TR_KEY("The compose file as written: file.services, file.networks, ...")},
    {"service", RULE_ANY, RULE_FIELD_TREE,
     TR_KEY("The service as written, with what it extends: service.privileged, "
            "service.build.context, ...")},
    {"port", RULE_ANY, RULE_FIELD_TREE,
     TR_KEY("A published port: port.target, port.published, port.host_ip, port.protocol")},
    {"mount", RULE_ANY, RULE_FIELD_TREE,
     TR_KEY("A mount: mount.type (bind, volume, tmpfs), mount.source, mount.target, "
            "mount.read_only")},
    {"service.name", RULE_TEXT, 0, TR_KEY("Name of the service")},
    {"service.partial", RULE_BOOL, 0,
     TR_KEY("The service extends one of another file, so what is not set is not known to be "
            "unset")},
    {"service.image.registry", RULE_TEXT, 0,
     TR_KEY("Registry of the image; docker.io when it names none. Not there for a "
            "template")},
    {"service.image.repository", RULE_TEXT, 0,
     TR_KEY("Repository of the image without registry and tag: library/nginx")},
    {"service.image.tag", RULE_TEXT, 0,
     TR_KEY("Tag of the image; latest when it has neither tag nor digest")},
    {"service.image.digest", RULE_TEXT, 0, TR_KEY("Digest of the image, when it has one")},
    {"service.all_ports", RULE_NODE, RULE_FIELD_LIST,
     TR_KEY("All published ports in the long form: item.target, item.host_ip, ...")},
    {"service.all_mounts", RULE_NODE, RULE_FIELD_LIST,
     TR_KEY("All mounts in the long form: item.type, item.source, item.target, "
            "item.read_only")},
    {"service.all_env", RULE_NODE, RULE_FIELD_LIST,
     TR_KEY("All environment variables: item.name, item.value")},
    {"service.capabilities.add", RULE_TEXT, RULE_FIELD_LIST,
     TR_KEY("Added capabilities in upper case without CAP_")},
    {"service.capabilities.drop", RULE_TEXT, RULE_FIELD_LIST,
     TR_KEY("Dropped capabilities in upper case without CAP_")},
    {"service.security_options", RULE_TEXT, RULE_FIELD_LIST,
     TR_KEY("security_opt with = between name and value: no-new-privileges=true")},
    {"service.secrets_in_env", RULE_TEXT, RULE_FIELD_LIST,
     TR_KEY("Names of environment variables whose written values look like secrets")},
    {"service.limits.memory", RULE_ANY, 0,
     TR_KEY("Limit for memory, from deploy.resources.limits or mem_limit")},
    {"service.limits.cpus", RULE_ANY, 0,
     TR_KEY("Limit for CPU, from deploy.resources.limits or cpus")},
    {"service.limits.pids", RULE_ANY, 0,
     TR_KEY("Limit for processes, from deploy.resources.limits or pids_limit")},
    {"service.healthcheck_disabled", RULE_BOOL, 0,
     TR_KEY("The health check of the image is switched off. Not there without a healthcheck")},
};

static reader *const readers[] = {
    service_name,      service_partial,      image_registry,  image_repository, image_tag,
    image_digest,      service_ports,        service_mounts,  service_env,      capabilities_add,
    capabilities_drop, security_options,     service_secrets, limit_memory,     limit_cpus,
    limit_pids,        healthcheck_disabled,
};

static struct rule_values extract(const void *ctx, const struct rule_use *use, const void *item,
                                  struct arena *scratch)
{
    const struct compose_event *event = ctx;
    size_t row;

    if (use->of_item)
        return only_known(values_walk(item, use->steps, use->step_count, scratch), scratch);
    row = (size_t)(use->field - fields);
    if (row < SERVICE_FIELDS)
        return only_known(values_walk(root_of(event, view_of(use->field->name), use), use->steps,
                                      use->step_count, scratch),
                          scratch);
    return event->service ? readers[row - SERVICE_FIELDS](event, scratch) : values_none();
}

static const struct rule_subject subjects[] = {
    {"service", TR_KEY("each service of a compose file")},
    {"file", TR_KEY("the compose file as a whole")},
    {"port", TR_KEY("each published port of each service")},
    {"mount", TR_KEY("each mount of each service")},
};

const struct rule_source compose_source = {
    .name = "compose",
    .doc = TR_KEY("compose files of Docker and Podman"),
    .subjects = subjects,
    .subject_count = sizeof(subjects) / sizeof(subjects[0]),
    .fields = fields,
    .field_count = sizeof(fields) / sizeof(fields[0]),
    .extract = extract,
};
