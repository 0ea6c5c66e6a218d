#include "inventory/os-facts.h"

#include "base/cursor.h"

enum { OS_FIELD_LIMIT = 1024 /* bytes of one field; longer ones are cut */ };

static void add_field(struct buf *to, struct view field)
{
    buf_add_bytes(to, view_sub(field, 0, OS_FIELD_LIMIT));
}

static void add_lower_case(struct buf *to, struct view field)
{
    size_t start;

    field = view_sub(field, 0, OS_FIELD_LIMIT);
    buf_add_bytes(to, field);
    start = to->len - field.len;
    for (size_t i = start; !to->failed && i < to->len; i++)
        if (to->ptr[i] >= 'A' && to->ptr[i] <= 'Z')
            to->ptr[i] = (char)(to->ptr[i] - 'A' + 'a');
}

void os_facts_add(struct buf *to, const struct os_info *os)
{
    add_lower_case(to, os->id);
    add_field(to, os->version_id);
    add_field(to, os->codename);
    add_field(to, os->pretty_name);
    add_field(to, os->id_like);
}

bool os_facts_read(struct view payload, struct os_info *ret)
{
    struct cursor c = cursor_of(payload);

    *ret = (struct os_info){0};
    ret->id = cursor_bytes(&c);
    ret->version_id = cursor_bytes(&c);
    ret->codename = cursor_bytes(&c);
    ret->pretty_name = cursor_bytes(&c);
    ret->id_like = cursor_bytes(&c);
    return cursor_at_end(&c);
}
