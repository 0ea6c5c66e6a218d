#include "config/image/event.h"

static void read_texts(const struct document_node *node, struct image_texts *ret,
                       struct arena *arena)
{
    struct view *list = arena_array(arena, document_count(node) + 1, sizeof(*list));

    for (size_t i = 0; list && i < document_count(node); i++)
        list[i] = document_text(document_item(node, i));
    *ret = (struct image_texts){list, list ? document_count(node) : 0};
}

/* Members are read by their names behind the dot. */
static void read_members(const struct image_part_table *table, const struct document_node *node,
                         void *to, struct arena *arena)
{
    for (size_t i = 0; i < table->member_count; i++) {
        const struct image_member *member = &table->members[i];
        const struct document_node *value =
            document_get(node, view_of(strchr(member->field, '.') + 1));
        char *place = (char *)to + member->offset;

        if (document_is_absent(value))
            continue;
        if (member->kind == IMAGE_TEXT)
            *(struct view *)(void *)place = document_text(value);
        else if (member->kind == IMAGE_NUMBER && value->kind == DOCUMENT_INTEGER)
            *(uint64_t *)(void *)place = (uint64_t)value->integer;
        else if (member->kind == IMAGE_TRUTH && value->kind == DOCUMENT_BOOL)
            *(bool *)(void *)place = value->boolean;
        else if (member->kind == IMAGE_TEXTS && value->kind == DOCUMENT_SEQUENCE)
            read_texts(value, (struct image_texts *)(void *)place, arena);
    }
}

static void *read_list(enum image_part part, const struct document_node *root, size_t *ret_count,
                       struct arena *arena)
{
    const struct image_part_table *table = &image_parts[part];
    const struct document_node *node = document_get(root, view_of(table->key));
    size_t count = node && node->kind == DOCUMENT_SEQUENCE ? document_count(node) : 0;
    char *list = arena_array(arena, count + 1, table->size);

    for (size_t i = 0; list && i < count; i++)
        read_members(table, document_item(node, i), list + i * table->size, arena);
    *ret_count = list ? count : 0;
    return list;
}

/* What a description may leave out of files. */
static void complete_files(struct image_subject_file *files, size_t count, struct arena *arena)
{
    for (size_t i = 0; files && i < count; i++) {
        struct image_subject_file *file = &files[i];
        ptrdiff_t slash = view_rfind(file->path, '/');

        file->name = view_sub(file->path, (size_t)(slash + 1), file->path.len);
        file->directory = slash > 0 ? view_sub(file->path, 0, (size_t)slash) : VIEW("/");
        if (!file->kind.len)
            file->kind = VIEW("file");
        if (!file->mode_text.len)
            file->mode_text = arena_printf(arena, "%05llo", (unsigned long long)file->mode);
    }
}

static void complete_layers(struct image_subject_layer *layers, size_t count)
{
    for (size_t i = 0; layers && i < count; i++)
        layers[i].index = i + 1;
}

int image_subject_read(struct image_subject *subject, const struct document_node *root,
                       struct arena *arena, struct error *err)
{
    struct image_subject_file *files =
        read_list(IMAGE_PART_FILE, root, &subject->file_count, arena);
    struct image_subject_file *deleted =
        read_list(IMAGE_PART_DELETED_FILE, root, &subject->deleted_file_count, arena);
    struct image_subject_layer *layers =
        read_list(IMAGE_PART_LAYER, root, &subject->layer_count, arena);

    complete_files(files, subject->file_count, arena);
    complete_files(deleted, subject->deleted_file_count, arena);
    complete_layers(layers, subject->layer_count);
    subject->files = files;
    subject->deleted_files = deleted;
    subject->layers = layers;
    subject->accounts = read_list(IMAGE_PART_ACCOUNT, root, &subject->account_count, arena);
    subject->crons = read_list(IMAGE_PART_CRON, root, &subject->cron_count, arena);
    subject->sudoers = read_list(IMAGE_PART_SUDO, root, &subject->sudo_count, arena);
    subject->owners = read_list(IMAGE_PART_OWNER, root, &subject->owner_count, arena);
    subject->packages = read_list(IMAGE_PART_PACKAGE, root, &subject->package_count, arena);
    subject->whole.files_known = !document_is_absent(document_get(root, VIEW("files")));
    read_members(&image_os_table, document_get(root, VIEW("os")), &subject->os, arena);
    read_members(&image_parts[IMAGE_PART_WHOLE], document_get(root, VIEW("image")), &subject->whole,
                 arena);
    return arena_failed(arena, "the description of an image", err);
}
