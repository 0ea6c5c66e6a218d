#include "scan/layer-body.h"

int layer_readers_open(struct layer_readers *readers, unsigned sections,
                       const struct scan_rules *rules, enum layer_form form,
                       const struct layer_rule *layer_rules, size_t rule_count, struct error *err)
{
    int r = 0;

    *readers = (struct layer_readers){.body = BUF_INIT(LAYER_BODY_LIMIT)};
    if (sections & LAYER_SECTION_BIT(LAYER_SECTION_FACTS))
        r = layer_builder_new(form, layer_rules, rule_count, &readers->builder, err);
    if (r == 0 && sections & LAYER_SECTION_BIT(LAYER_SECTION_CENSUS))
        r = census_builder_new(&readers->census, err);
    for (size_t i = 0; r == 0 && i < file_inspector_count; i++) {
        const struct file_inspector *inspector = file_inspectors[i];

        if (!(sections & LAYER_SECTION_BIT(inspector->section)))
            continue;
        r = inspector->open(rules, &readers->inspections[readers->inspector_count], err);
        if (r == 0)
            readers->inspectors[readers->inspector_count++] = inspector;
    }
    return r;
}

void layer_readers_done(struct layer_readers *readers)
{
    layer_builder_free(readers->builder);
    census_builder_free(readers->census);
    for (size_t i = 0; i < readers->inspector_count; i++)
        readers->inspectors[i]->close(readers->inspections[i]);
    buf_done(&readers->body);
}

/* ---- Entries ---- */

static enum layer_entry_type entry_type(enum tar_type type)
{
    switch (type) {
    case TAR_FILE:
        return LAYER_ENTRY_FILE;
    case TAR_DIRECTORY:
        return LAYER_ENTRY_DIRECTORY;
    case TAR_SYMLINK:
        return LAYER_ENTRY_SYMLINK;
    case TAR_HARDLINK:
        return LAYER_ENTRY_HARD_LINK;
    default:
        return LAYER_ENTRY_OTHER;
    }
}

static int count_entry(struct census_builder *census, const struct tar_entry *entry,
                       bool *ret_wanted, struct error *err)
{
    static const enum file_kind kinds[] = {
        [TAR_FILE] = FILE_REGULAR,
        [TAR_DIRECTORY] = FILE_DIRECTORY,
        [TAR_SYMLINK] = FILE_SYMLINK,
        [TAR_HARDLINK] = FILE_HARD_LINK,
        [TAR_CHARDEV] = FILE_CHARACTER_DEVICE,
        [TAR_BLOCKDEV] = FILE_BLOCK_DEVICE,
        [TAR_FIFO] = FILE_FIFO,
    };
    struct census_input input = {
        .kind = kinds[entry->type],
        .path = entry->path,
        .link = entry->link,
        .mode = entry->mode,
        .uid = entry->uid,
        .gid = entry->gid,
        .size = entry->size,
        .capability = entry->capability,
    };

    return census_builder_entry(census, &input, ret_wanted, err);
}

int layer_readers_entry(struct layer_readers *readers, const struct tar_entry *entry,
                        struct layer_wishes *ret, struct error *err)
{
    struct inspected_file file = {entry->path, entry->size, entry->mode};
    struct layer_wishes wishes = {0};
    int r = 0;

    if (readers->builder)
        r = layer_builder_entry(readers->builder, entry->path, entry_type(entry->type), entry->link,
                                entry->size, &wishes.analyser, err);
    if (r == 0 && readers->census)
        r = count_entry(readers->census, entry, &wishes.census, err);
    if (r < 0)
        return r;
    wishes.any = wishes.analyser || wishes.census;
    for (size_t i = 0; entry->type == TAR_FILE && i < readers->inspector_count; i++) {
        wishes.inspectors[i] = readers->inspectors[i]->begin(readers->inspections[i], &file);
        wishes.any |= wishes.inspectors[i];
    }
    *ret = wishes;
    return 0;
}

/* ---- Bodies ---- */

static int inspect_piece(struct layer_readers *readers, const struct layer_wishes *wishes,
                         struct view piece, struct error *err)
{
    for (size_t i = 0; i < readers->inspector_count; i++) {
        int r = wishes->inspectors[i]
                    ? readers->inspectors[i]->piece(readers->inspections[i], piece, err)
                    : 0;

        if (r < 0)
            return r;
    }
    return 0;
}

/* Errors of reading go to `reading`, others are returned. */
static int read_pieces(struct layer_readers *readers, struct tar *tar,
                       const struct layer_wishes *wishes, struct error *reading, struct error *err)
{
    bool keep = wishes->analyser || wishes->census;

    for (;;) {
        struct view piece;
        int r = tar_read(tar, &piece, reading);

        if (r < 0 || piece.len == 0)
            return 0;
        if (keep)
            buf_add(&readers->body, piece);
        if (readers->body.failed) {
            buf_failed(&readers->body, "a file of the layer", reading);
            return 0;
        }
        r = inspect_piece(readers, wishes, piece, err);
        if (r < 0)
            return r;
    }
}

static int hand_over(struct layer_readers *readers, const struct layer_wishes *wishes,
                     const struct error *reading, struct error *err)
{
    struct view body = buf_view(&readers->body);
    bool whole = !error_is_set(reading);
    int r = 0;

    if (wishes->analyser)
        r = layer_builder_content(readers->builder, body, whole ? NULL : reading, err);
    if (wishes->census)
        census_builder_body(readers->census, body);
    for (size_t i = 0; r == 0 && i < readers->inspector_count; i++)
        if (wishes->inspectors[i])
            r = readers->inspectors[i]->end(readers->inspections[i], whole, err);
    return r;
}

int layer_readers_body(struct layer_readers *readers, struct tar *tar,
                       const struct layer_wishes *wishes, const struct error *refused,
                       struct error *err)
{
    struct error reading = ERROR_INIT;
    int r = 0;

    buf_reset(&readers->body);
    if (refused)
        return hand_over(readers, wishes, refused, err);
    r = read_pieces(readers, tar, wishes, &reading, err);
    if (r == 0)
        r = hand_over(readers, wishes, &reading, err);
    if (r == 0 && error_is_set(&reading)) {
        if (err)
            *err = reading;
        return reading.kind;
    }
    return r;
}

int layer_readers_finish(struct layer_readers *readers,
                         int (*take)(void *ctx, enum layer_section section, struct view bytes,
                                     struct error *err),
                         void *ctx, struct error *err)
{
    struct view bytes;
    int r = 0;

    if (readers->builder)
        r = layer_builder_finish(readers->builder, &bytes, err);
    if (r == 0 && readers->builder)
        r = take(ctx, LAYER_SECTION_FACTS, bytes, err);
    if (r == 0 && readers->census)
        r = census_builder_finish(readers->census, &bytes, err);
    if (r == 0 && readers->census)
        r = take(ctx, LAYER_SECTION_CENSUS, bytes, err);
    for (size_t i = 0; r == 0 && i < readers->inspector_count; i++) {
        r = readers->inspectors[i]->finish(readers->inspections[i], &bytes, err);
        if (r == 0)
            r = take(ctx, readers->inspectors[i]->section, bytes, err);
    }
    return r;
}
