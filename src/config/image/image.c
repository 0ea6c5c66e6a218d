/* The kind image: configs of images and descriptions of images in YAML, and
 * the events of one. */
#include "config/image/event.h"
#include "config/kind.h"
#include "config/values.h"

struct entry {
    const struct config_file *file;
    const struct document_node *root;
};

struct config_reader {
    struct arena *arena;
    struct entry *entries;
    size_t count;
};

static int image_open(struct arena *arena, const struct config_target *target,
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

static bool is_image(const struct document_node *root)
{
    if (view_eq(document_get_text(root, VIEW("describes")), VIEW("image")))
        return true;
    return document_get(root, VIEW("config")) &&
           document_get(document_get(root, VIEW("rootfs")), VIEW("diff_ids"));
}

static int image_add(struct config_reader *reader, const struct config_file *file,
                     bool *ret_claimed, struct error *err)
{
    for (size_t i = 0; file->documents && i < file->documents->count; i++) {
        const struct document_node *root = file->documents->list[i].root;
        struct entry *entry;

        if (!root || root->kind != DOCUMENT_MAPPING || !is_image(root))
            continue;
        entry = arena_push(reader->arena, &reader->entries, &reader->count, sizeof(*entry));
        if (!entry)
            return error_memory(err);
        *entry = (struct entry){file, root};
        *ret_claimed = true;
    }
    return 0;
}

/* ---- Events ---- */

struct visit {
    const struct image_subject *subject;
    const struct config_file *file;
    const struct config_visitor *visitor;
    struct arena *arena;
};

/* What a finding names: the path of a file, or which line of the history. */
static struct view resource_of(const struct visit *v, const struct image_event *event)
{
    switch (event->part) {
    case IMAGE_PART_FILE:
    case IMAGE_PART_DELETED_FILE:
        return ((const struct image_subject_file *)event->at)->path;
    case IMAGE_PART_CRON:
        return ((const struct image_subject_cron *)event->at)->path;
    case IMAGE_PART_SUDO:
        return ((const struct image_subject_sudo *)event->at)->path;
    case IMAGE_PART_HISTORY:
        return arena_printf(
            v->arena, "history %llu",
            (unsigned long long)((const struct image_subject_history *)event->at)->index);
    case IMAGE_PART_LAYER:
        return arena_printf(
            v->arena, "layer %llu",
            (unsigned long long)((const struct image_subject_layer *)event->at)->index);
    case IMAGE_PART_ENV:
        return arena_printf(v->arena, "env %.*s",
                            VIEW_ARG(((const struct image_subject_env *)event->at)->name));
    case IMAGE_PART_PORT: {
        const struct image_subject_port *port = event->at;

        return arena_printf(v->arena, "port %llu/%.*s", (unsigned long long)port->number,
                            VIEW_ARG(port->protocol));
    }
    case IMAGE_PART_VOLUME:
        return arena_printf(v->arena, "volume %.*s",
                            VIEW_ARG(((const struct image_subject_volume *)event->at)->path));
    case IMAGE_PART_ACCOUNT:
        return arena_printf(v->arena, "account %.*s",
                            VIEW_ARG(((const struct image_subject_account *)event->at)->name));
    case IMAGE_PART_OWNER:
        return arena_printf(
            v->arena, "owner %llu",
            (unsigned long long)((const struct image_subject_owner *)event->at)->uid);
    case IMAGE_PART_PACKAGE:
        return arena_printf(v->arena, "package %.*s",
                            VIEW_ARG(((const struct image_subject_package *)event->at)->name));
    default:
        return VIEW_EMPTY;
    }
}

static int visit_part(const struct visit *v, enum image_part part, const void *at,
                      struct error *err)
{
    const struct image_event event = {v->subject, part, at};
    const struct config_event told = {
        .event = &event,
        .subject = part,
        .file = v->file,
        .resource = resource_of(v, &event),
    };

    return v->visitor->visit(v->visitor->ctx, &told, err);
}

static int visit_list(const struct visit *v, enum image_part part, const void *list, size_t count,
                      struct error *err)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < count; i++)
        r = visit_part(v, part, (const char *)list + i * image_parts[part].size, err);
    return r;
}

int image_subject_visit(const struct image_subject *s, const struct config_file *file,
                        const struct config_visitor *visitor, struct arena *arena,
                        struct error *err)
{
    const struct {
        enum image_part part;
        const void *list;
        size_t count;
    } lists[] = {
        {IMAGE_PART_WHOLE, &s->whole, 1},
        {IMAGE_PART_LAYER, s->layers, s->layer_count},
        {IMAGE_PART_HISTORY, s->history, s->history_count},
        {IMAGE_PART_ENV, s->env, s->env_count},
        {IMAGE_PART_PORT, s->ports, s->port_count},
        {IMAGE_PART_VOLUME, s->volumes, s->volume_count},
        {IMAGE_PART_FILE, s->files, s->file_count},
        {IMAGE_PART_DELETED_FILE, s->deleted_files, s->deleted_file_count},
        {IMAGE_PART_ACCOUNT, s->accounts, s->account_count},
        {IMAGE_PART_CRON, s->crons, s->cron_count},
        {IMAGE_PART_SUDO, s->sudoers, s->sudo_count},
        {IMAGE_PART_OWNER, s->owners, s->owner_count},
        {IMAGE_PART_PACKAGE, s->packages, s->package_count},
    };
    const struct visit v = {s, file, visitor, arena};
    int r = 0;

    for (size_t i = 0; r == 0 && i < sizeof(lists) / sizeof(lists[0]); i++)
        r = visit_list(&v, lists[i].part, lists[i].list, lists[i].count, err);
    return r;
}

static int visit_entry(struct config_reader *reader, const struct entry *entry,
                       const struct config_visitor *visitor, struct error *err)
{
    const struct document_node *image = document_get(entry->root, VIEW("image"));
    struct image_subject subject = {0};
    int r = image_subject_take_config(&subject, entry->root, document_get_text(image, VIEW("name")),
                                      0, reader->arena, err);

    if (r == 0)
        r = image_subject_read(&subject, entry->root, reader->arena, err);
    if (r == 0)
        r = image_subject_settle(&subject, reader->arena, err);
    return r < 0 ? r : image_subject_visit(&subject, entry->file, visitor, reader->arena, err);
}

static int image_visit(struct config_reader *reader, const struct config_visitor *visitor,
                       struct error *err)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < reader->count; i++)
        r = visit_entry(reader, &reader->entries[i], visitor, err);
    return r;
}

/* The settings of an image stand in its config; the rest stands in no file
 * that has lines. */
static bool image_locate(const void *ctx, const struct rule_use *use, struct config_place *ret)
{
    const struct image_event *event = ctx;

    if (event->part == IMAGE_PART_ACCOUNT || event->part == IMAGE_PART_CRON ||
        event->part == IMAGE_PART_SUDO) {
        uint64_t line = event->part == IMAGE_PART_ACCOUNT
                            ? ((const struct image_subject_account *)event->at)->line
                        : event->part == IMAGE_PART_CRON
                            ? ((const struct image_subject_cron *)event->at)->line
                            : ((const struct image_subject_sudo *)event->at)->line;

        *ret = (struct config_place){.line = (uint32_t)line};
        return line > 0;
    }
    return strcmp(use->field->name, "config") == 0 &&
           values_locate(event->subject->config, use->steps, use->step_count, ret);
}

const struct config_kind config_image = {
    .name = "image",
    .source = &image_source,
    .open = image_open,
    .add = image_add,
    .visit = image_visit,
    .locate = image_locate,
};
