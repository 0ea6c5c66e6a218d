#include "analyse.h"

#include "base/arena.h"
#include "base/cursor.h"
#include "inventory/file-list.h"
#include "inventory/os-facts.h"
#include "inventory/package-list.h"

enum { PAYLOAD_LIMIT = 16 << 20, FILES_MEMORY = 64 << 20 };

static void check_files(struct view bytes)
{
    struct arena *arena = arena_new(FILES_MEMORY);
    const struct view *files;
    size_t count;

    if (file_list_decode(bytes, arena, &files, &count, NULL) == ERROR_INPUT)
        abort();
    arena_free(arena);
}

static void check_packages(struct view payload)
{
    struct package_list_reader reader = package_list_read(payload);
    struct package_entry entry;
    enum package_list_item item;

    while ((item = package_list_next(&reader)) > PACKAGE_LIST_END) {
        if (item == PACKAGE_LIST_NOTE)
            continue;
        if (!package_list_fields(reader.text, &entry) || entry.name.len == 0)
            abort();
        check_files(reader.files);
    }
    if (item != PACKAGE_LIST_END)
        abort();
}

static void check_licenses(struct view payload)
{
    struct cursor c = cursor_of(payload);

    while (cursor_left(&c))
        cursor_bytes(&c);
    if (c.failed)
        abort();
}

static void check_payload(enum fact_kind kind, struct view payload)
{
    struct os_info os;

    switch (kind) {
    case FACT_OS:
        if (!os_facts_read(payload, &os))
            abort();
        break;
    case FACT_PACKAGES:
        check_packages(payload);
        break;
    case FACT_FILES:
        check_files(payload);
        break;
    case FACT_LICENSES:
        check_licenses(payload);
        break;
    case FACT_PRO:
    case FACT_JOURNAL:
        if (payload.len > 1)
            abort();
        break;
    }
}

void fuzz_analyser(const struct analyser *analyser, const char *path, const uint8_t *data,
                   size_t size)
{
    struct buf payload = BUF_INIT(PAYLOAD_LIMIT);
    struct error err = ERROR_INIT;
    int r = analyser->parse(view_of(path), view_from(data, size), &payload, &err);

    if ((r < 0) != error_is_set(&err))
        abort();
    if (r >= 0 || analyser->kind == FACT_PACKAGES)
        check_payload(analyser->kind, buf_view(&payload));
    buf_done(&payload);
}
