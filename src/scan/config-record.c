#include "scan/config-op.h"

enum { LIST_LIMIT = 1000 /* entries of one list of a suppression */ };

static void add_place(struct buf *to, const struct config_place *place)
{
    buf_add_varint(to, place->line);
    buf_add_varint(to, place->column);
    buf_add_varint(to, place->end_line);
    buf_add_varint(to, place->end_column);
}

static struct config_place read_place(struct cursor *c)
{
    struct config_place place;

    place.line = (uint32_t)cursor_count(c, UINT32_MAX);
    place.column = (uint32_t)cursor_count(c, UINT32_MAX);
    place.end_line = (uint32_t)cursor_count(c, UINT32_MAX);
    place.end_column = (uint32_t)cursor_count(c, UINT32_MAX);
    return place;
}

static void add_finding(struct buf *to, const struct config_record_finding *f)
{
    buf_add_varint(to, f->kind);
    buf_add_varint(to, f->rule);
    buf_add_bytes(to, f->path);
    buf_add_bytes(to, f->resource);
    buf_add_bytes(to, f->part);
    buf_add_bytes(to, f->message);
    buf_add_bytes(to, f->excerpt);
    buf_add_varint(to, f->excerpt_line);
    add_place(to, &f->place);
}

static void read_finding(struct cursor *c, struct config_record_finding *f)
{
    f->kind = (size_t)cursor_varint(c);
    f->rule = (size_t)cursor_varint(c);
    f->path = cursor_bytes(c);
    f->resource = cursor_bytes(c);
    f->part = cursor_bytes(c);
    f->message = cursor_bytes(c);
    f->excerpt = cursor_bytes(c);
    f->excerpt_line = (uint32_t)cursor_count(c, UINT32_MAX);
    f->place = read_place(c);
}

static void add_problem(struct buf *to, const struct config_record_problem *p)
{
    buf_add_u8(to, (uint8_t)p->diagnostic.level);
    buf_add_bytes(to, p->diagnostic.code);
    buf_add_bytes(to, p->diagnostic.message);
    buf_add_bytes(to, p->diagnostic.hint);
    buf_add_bytes(to, p->diagnostic.path);
}

static void read_problem(struct cursor *c, struct config_record_problem *p)
{
    uint8_t level = cursor_u8(c);

    if (level > DIAGNOSTIC_ERROR)
        cursor_fail(c);
    p->diagnostic = (struct diagnostic){.level = (enum diagnostic_level)level};
    p->diagnostic.code = cursor_bytes(c);
    p->diagnostic.message = cursor_bytes(c);
    p->diagnostic.hint = cursor_bytes(c);
    p->diagnostic.path = cursor_bytes(c);
}

static void add_list(struct buf *to, const struct view *items, size_t count)
{
    buf_add_varint(to, count);
    for (size_t i = 0; i < count; i++)
        buf_add_bytes(to, items[i]);
}

static const struct view *read_list(struct cursor *c, struct arena *arena, size_t *ret_count)
{
    size_t count = (size_t)cursor_count(c, LIST_LIMIT);
    struct view *items = arena_array(arena, count, sizeof(*items));

    for (size_t i = 0; items && i < count; i++)
        items[i] = cursor_bytes(c);
    if (!items && count)
        cursor_fail(c);
    *ret_count = items ? count : 0;
    return items;
}

static void add_suppression(struct buf *to, const struct suppression *s)
{
    buf_add_u8(to, (uint8_t)s->origin);
    add_list(to, s->ids, s->id_count);
    add_list(to, s->paths, s->path_count);
    add_list(to, s->resources, s->resource_count);
    add_list(to, s->containers, s->container_count);
    add_list(to, s->fingerprints, s->fingerprint_count);
    buf_add_varint(to, s->first_line);
    buf_add_varint(to, s->last_line);
    buf_add_u64(to, (uint64_t)s->until);
    buf_add_bytes(to, s->reason);
    buf_add_bytes(to, s->file);
    buf_add_varint(to, s->line);
}

static void read_suppression(struct cursor *c, struct arena *arena, struct suppression *s)
{
    uint8_t origin = cursor_u8(c);

    /* A file of suppressions is never read by a worker. */
    if (origin != SUPPRESSION_INLINE && origin != SUPPRESSION_ANNOTATION)
        cursor_fail(c);
    s->origin = (enum suppression_origin)origin;
    s->ids = read_list(c, arena, &s->id_count);
    s->paths = read_list(c, arena, &s->path_count);
    s->resources = read_list(c, arena, &s->resource_count);
    s->containers = read_list(c, arena, &s->container_count);
    s->fingerprints = read_list(c, arena, &s->fingerprint_count);
    s->first_line = (uint32_t)cursor_count(c, UINT32_MAX);
    s->last_line = (uint32_t)cursor_count(c, UINT32_MAX);
    s->until = (int64_t)cursor_u64(c);
    s->reason = cursor_bytes(c);
    s->file = cursor_bytes(c);
    s->line = (uint32_t)cursor_count(c, UINT32_MAX);
}

void config_record_add(struct buf *to, const struct config_record *record)
{
    buf_add_u8(to, (uint8_t)record->kind);
    switch (record->kind) {
    case CONFIG_RECORD_FINDING:
        add_finding(to, &record->finding);
        break;
    case CONFIG_RECORD_PROBLEM:
        add_problem(to, &record->problem);
        break;
    case CONFIG_RECORD_SUPPRESSION:
        add_suppression(to, &record->suppression);
        break;
    case CONFIG_RECORD_END:
        buf_add_varint(to, record->end.files);
        break;
    }
}

bool config_record_next(struct cursor *c, struct arena *arena, struct config_record *ret)
{
    if (cursor_left(c) == 0)
        return false;
    memset(ret, 0, sizeof(*ret));
    switch (cursor_u8(c)) {
    case CONFIG_RECORD_FINDING:
        ret->kind = CONFIG_RECORD_FINDING;
        read_finding(c, &ret->finding);
        break;
    case CONFIG_RECORD_PROBLEM:
        ret->kind = CONFIG_RECORD_PROBLEM;
        read_problem(c, &ret->problem);
        break;
    case CONFIG_RECORD_SUPPRESSION:
        ret->kind = CONFIG_RECORD_SUPPRESSION;
        read_suppression(c, arena, &ret->suppression);
        break;
    case CONFIG_RECORD_END:
        ret->kind = CONFIG_RECORD_END;
        ret->end.files = cursor_varint(c);
        break;
    default:
        cursor_fail(c);
    }
    return !c->failed;
}
