#include <fnmatch.h>
#include <stdio.h>

#include "base/buf.h"
#include "sensor/detect/event-read.h"
#include "sensor/detect/fields.h"

/* What the runtime said. NULL: on the host, or it has said nothing; then the question
 * is noted, and the event may wait for the answer. */
static const struct container_metadata *metadata_of(const struct reading *r)
{
    const struct container *container = r->o->container;

    if (!container)
        return NULL;
    if (container->knowledge == CONTAINER_PENDING && r->o->asked_metadata)
        *r->o->asked_metadata = true;
    return container->metadata;
}

struct rule_values field_container_id(const struct reading *r)
{
    const struct container *container = r->o->container;

    if (!container)
        return field_text(r, VIEW("host"));
    return field_text(r, r->how == CONTAINER_FULL_ID ? container->id : container->short_id);
}

struct rule_values field_container_type(const struct reading *r)
{
    return field_string(r, r->o->container ? container_runtime_name(r->o->container->runtime)
                                           : "host");
}

/* `how`: offset of the text in struct container_metadata. */
static struct view text_at(const struct container_metadata *metadata, int offset)
{
    return *(const struct view *)(const void *)((const char *)metadata + offset);
}

struct rule_values field_container_text(const struct reading *r)
{
    const struct container_metadata *metadata = metadata_of(r);

    if (!r->o->container && r->how == (int)offsetof(struct container_metadata, name))
        return field_text(r, VIEW("host"));
    return metadata ? field_filled(r, text_at(metadata, r->how)) : FIELD_MISSING;
}

/* `how`: offset of the boolean. */
struct rule_values field_container_bool(const struct reading *r)
{
    const struct container_metadata *metadata = metadata_of(r);

    return metadata ? field_bool(r, *((const bool *)metadata + r->how)) : FIELD_MISSING;
}

struct rule_values field_container_info(const struct reading *r)
{
    const struct container_metadata *metadata = metadata_of(r);
    struct view id, name;

    if (!r->o->container)
        return field_text(r, VIEW("host (id=host)"));
    id = r->o->container->short_id;
    name = metadata ? metadata->name : VIEW_EMPTY;
    return field_filled(r,
                        arena_printf(r->scratch, "%.*s (id=%.*s)", VIEW_ARG(name), VIEW_ARG(id)));
}

/* ---- time ---- */

/* As the runtime says, else when the container was first seen. */
static int64_t start_of(const struct reading *r)
{
    const struct container_metadata *metadata = metadata_of(r);
    const struct container *container = r->o->container;

    if (metadata && metadata->started)
        return metadata->started;
    return container && container->first_seen ? observation_clock(r->o, container->first_seen) : 0;
}

struct rule_values field_container_start(const struct reading *r)
{
    int64_t start = start_of(r);

    return start ? field_number(r, start) : FIELD_MISSING;
}

struct rule_values field_container_duration(const struct reading *r)
{
    int64_t start = start_of(r), now = observation_clock(r->o, r->o->event->time);

    return start && now >= start ? field_number(r, (int64_t)((uint64_t)now - (uint64_t)start))
                                 : FIELD_MISSING;
}

/* ---- mounts ---- */

static struct view mount_text(const struct container_mount *mount, int part, struct arena *scratch)
{
    switch (part) {
    case MOUNT_SOURCE:
        return mount->source;
    case MOUNT_DESTINATION:
        return mount->destination;
    case MOUNT_MODE:
        return mount->mode;
    case MOUNT_WRITABLE:
        return mount->writable ? VIEW("true") : VIEW("false");
    case MOUNT_PROPAGATION:
        return mount->propagation;
    default:
        return arena_printf(scratch, "%.*s:%.*s:%.*s:%s:%.*s", VIEW_ARG(mount->source),
                            VIEW_ARG(mount->destination), VIEW_ARG(mount->mode),
                            mount->writable ? "true" : "false", VIEW_ARG(mount->propagation));
    }
}

struct rule_values field_container_mounts(const struct reading *r)
{
    const struct container_metadata *metadata = metadata_of(r);
    struct rule_value *values = metadata ? field_values(r, metadata->mount_count) : NULL;

    if (!values)
        return FIELD_MISSING;
    for (size_t i = 0; i < metadata->mount_count; i++)
        values[i] = (struct rule_value){
            .type = RULE_TEXT, .text = mount_text(&metadata->mounts[i], MOUNT_WHOLE, r->scratch)};
    return field_list(values, metadata->mount_count);
}

/* By its number, or by a glob of its source; the source itself by one of its destination. */
static const struct container_mount *find_mount(const struct reading *r,
                                                const struct container_metadata *metadata)
{
    char *glob = arena_cstr(r->scratch, r->use->argument);
    uint64_t number;

    if (view_to_u64(r->use->argument, &number))
        return number < metadata->mount_count ? &metadata->mounts[number] : NULL;
    for (size_t i = 0; glob && i < metadata->mount_count; i++) {
        const struct container_mount *mount = &metadata->mounts[i];
        char *path =
            arena_cstr(r->scratch, r->how == MOUNT_SOURCE ? mount->destination : mount->source);

        if (path && fnmatch(glob, path, 0) == 0)
            return mount;
    }
    return NULL;
}

/* A container without such a mount has "N/A": Falco's rules ask for that. */
struct rule_values field_container_mount(const struct reading *r)
{
    const struct container_metadata *metadata = metadata_of(r);
    const struct container_mount *mount = metadata ? find_mount(r, metadata) : NULL;

    if (mount)
        return field_text(r, mount_text(mount, r->how, r->scratch));
    return r->o->container ? field_text(r, VIEW("N/A")) : FIELD_MISSING;
}

static bool is_below(struct view path, struct view folder)
{
    while (view_ends(folder, VIEW("/")))
        folder.len--;
    return view_starts(path, folder) && (path.len == folder.len || path.ptr[folder.len] == '/');
}

/* A mount on "/" is the container's own root. */
struct rule_values field_container_exe_mounted(const struct reading *r)
{
    const struct program_image *image = r->o->process ? r->o->process->image : NULL;
    const struct container_metadata *metadata = metadata_of(r);

    if (!image || !r->o->container)
        return field_bool(r, false);
    for (size_t i = 0; metadata && i < metadata->mount_count; i++) {
        struct view folder = metadata->mounts[i].destination;

        if (folder.len > 1 && is_below(image->exepath, folder))
            return field_bool(r, true);
    }
    return metadata ? field_bool(r, false) : FIELD_MISSING;
}

static bool runs(const struct program_image *image, struct view command)
{
    size_t behind = image->exe.len;

    if (!image->exe.len || !view_starts(command, image->exe))
        return false;
    if (!image->arguments.len)
        return command.len == behind;
    return command.len > behind && command.ptr[behind] == ' ' &&
           view_eq(view_sub(command, behind + 1, command.len), image->arguments);
}

/* Whether it is a probe's command, or was started by it. What comes of the container's own
 * command is none, whatever it is called. `how`: offset of the probe. */
struct rule_values field_container_probe(const struct reading *r)
{
    const struct container_metadata *metadata = metadata_of(r);
    const struct process *process = r->o->process;
    bool found = false;

    if (!process || !r->o->container)
        return field_bool(r, false);
    if (!metadata)
        return FIELD_MISSING;
    for (unsigned i = 0; process && i < PROCESS_DEPTH_LIMIT; i++, process = process->parent) {
        if (process->container != r->o->container)
            break;
        if (process->is_command)
            return field_bool(r, false);
        found |= process->image && runs(process->image, text_at(metadata, r->how));
    }
    return field_bool(r, found);
}

/* ---- labels ---- */

static const struct container_label *labels_of(const struct reading *r, bool pod, size_t *ret)
{
    const struct container_metadata *metadata = metadata_of(r);

    *ret = !metadata ? 0 : pod ? metadata->pod_label_count : metadata->label_count;
    return !metadata ? NULL : pod ? metadata->pod_labels : metadata->labels;
}

/* `how`: whether they are the pod's. */
struct rule_values field_container_label(const struct reading *r)
{
    size_t count;
    const struct container_label *labels = labels_of(r, r->how, &count);

    for (size_t i = 0; i < count; i++)
        if (view_eq(labels[i].key, r->use->argument))
            return field_text(r, labels[i].value);
    return FIELD_MISSING;
}

struct rule_values field_container_labels(const struct reading *r)
{
    size_t count;
    const struct container_label *labels = labels_of(r, r->how, &count);
    struct rule_value *values = count ? field_values(r, count) : NULL;

    if (!values)
        return FIELD_MISSING;
    for (size_t i = 0; i < count; i++)
        values[i] = (struct rule_value){.type = RULE_TEXT,
                                        .text = arena_printf(r->scratch, "%.*s:%.*s",
                                                             VIEW_ARG(labels[i].key),
                                                             VIEW_ARG(labels[i].value))};
    return field_list(values, count);
}

/* ---- pods ---- */

/* `how`: offset of the text; negative: its first 12 bytes. */
struct rule_values field_pod_text(const struct reading *r)
{
    enum { SHORT_ID = 12 };
    const struct container_metadata *metadata = metadata_of(r);
    size_t offset = (size_t)(r->how < 0 ? -r->how : r->how);
    struct view text;

    if (!metadata)
        return FIELD_MISSING;
    text = text_at(metadata, (int)offset);
    return field_filled(r, r->how < 0 ? view_sub(text, 0, SHORT_ID) : text);
}
