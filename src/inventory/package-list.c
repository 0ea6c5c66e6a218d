#include "inventory/package-list.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/error.h"
#include "base/text.h"

/* The order of the fields in a package's text. */
static const size_t field_offsets[] = {
    offsetof(struct package_entry, name),           offsetof(struct package_entry, version),
    offsetof(struct package_entry, arch),           offsetof(struct package_entry, source_name),
    offsetof(struct package_entry, source_version), offsetof(struct package_entry, license),
    offsetof(struct package_entry, maintainer),     offsetof(struct package_entry, vendor),
    offsetof(struct package_entry, modularity),
};

enum {
    FIELD_COUNT = sizeof(field_offsets) / sizeof(field_offsets[0]),
    KEY_FIELD_COUNT = 3,
    VARINT_SIZE = 10,
};

static struct view field_of(const struct package_entry *entry, size_t i)
{
    const struct view *field = (const void *)((const char *)entry + field_offsets[i]);

    return view_sub(*field, 0, PACKAGE_LIST_FIELD_LIMIT);
}

static size_t varint_size(uint64_t value)
{
    size_t size = 1;

    while (value >>= 7)
        size++;
    return size;
}

void package_list_add(struct package_list *list, const struct package_entry *entry)
{
    size_t text_size = 0;

    for (size_t i = 0; i < FIELD_COUNT; i++) {
        size_t len = field_of(entry, i).len;

        text_size += varint_size(len) + len;
    }
    if (!buf_reserve(list->to, 1 + VARINT_SIZE + text_size + VARINT_SIZE + entry->files.len))
        return;
    buf_add_u8(list->to, PACKAGE_LIST_PACKAGE);
    buf_add_varint(list->to, text_size);
    for (size_t i = 0; i < FIELD_COUNT; i++)
        buf_add_bytes(list->to, field_of(entry, i));
    buf_add_bytes(list->to, entry->files);
}

static void add_note(struct package_list *list, struct view text)
{
    if (!buf_reserve(list->to, 1 + VARINT_SIZE + text.len))
        return;
    buf_add_u8(list->to, PACKAGE_LIST_NOTE);
    buf_add_bytes(list->to, text);
}

void package_list_note(struct package_list *list, const char *format, ...)
{
    struct error text = ERROR_INIT;
    va_list args;

    if (++list->note_count > PACKAGE_LIST_NOTES_LIMIT)
        return;
    va_start(args, format);
    error_vset(&text, ERROR_INPUT, format, args);
    va_end(args);
    add_note(list, view_of(text.message));
}

void package_list_end(struct package_list *list)
{
    struct error text = ERROR_INIT;

    if (list->note_count <= PACKAGE_LIST_NOTES_LIMIT)
        return;
    error_set(&text, ERROR_INPUT, "%zu more entries were skipped",
              list->note_count - PACKAGE_LIST_NOTES_LIMIT);
    add_note(list, view_of(text.message));
}

struct package_list_reader package_list_read(struct view bytes)
{
    return (struct package_list_reader){.cursor = cursor_of(bytes)};
}

static struct view key_of(struct view text)
{
    struct cursor c = cursor_of(text);

    for (size_t i = 0; i < KEY_FIELD_COUNT; i++)
        cursor_bytes(&c);
    return c.failed ? VIEW_EMPTY : view_sub(text, 0, c.at);
}

enum package_list_item package_list_next(struct package_list_reader *reader)
{
    struct cursor *c = &reader->cursor;
    uint8_t tag;

    if (cursor_at_end(c))
        return PACKAGE_LIST_END;
    tag = cursor_u8(c);
    reader->text = cursor_bytes(c);
    if (tag == PACKAGE_LIST_NOTE)
        return c->failed ? PACKAGE_LIST_BROKEN : PACKAGE_LIST_NOTE;
    reader->files = cursor_bytes(c);
    reader->key = key_of(reader->text);
    if (c->failed || tag != PACKAGE_LIST_PACKAGE || reader->key.len == 0)
        return PACKAGE_LIST_BROKEN;
    return PACKAGE_LIST_PACKAGE;
}

bool package_list_fields(struct view text, struct package_entry *ret)
{
    struct cursor c = cursor_of(text);

    *ret = (struct package_entry){0};
    for (size_t i = 0; i < FIELD_COUNT; i++)
        *(struct view *)(void *)((char *)ret + field_offsets[i]) = cursor_bytes(&c);
    return cursor_at_end(&c);
}
