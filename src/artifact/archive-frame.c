#include "artifact/archive-frame.h"

#include "base/path.h"

void archive_frame_put(struct buf *to, enum archive_frame_kind kind, size_t length)
{
    buf_add_u8(to, (uint8_t)kind);
    buf_add_u32(to, (uint32_t)length);
}

int archive_frame_get(const char *header, struct archive_frame *ret, struct error *err)
{
    struct cursor c = cursor_of(view_from(header, ARCHIVE_FRAME_HEADER));
    uint8_t kind = cursor_u8(&c);
    uint32_t length = cursor_u32(&c);

    if (kind < ARCHIVE_FRAME_ENTRY || kind > ARCHIVE_FRAME_END || length > ARCHIVE_FRAME_LIMIT ||
        (kind == ARCHIVE_FRAME_END && length > 0))
        return error_set(err, ERROR_INTERNAL, "a worker answered nonsense about an archive");
    ret->kind = (enum archive_frame_kind)kind;
    ret->length = length;
    return 0;
}

void archive_member_put(struct buf *to, const struct archive_member *m)
{
    buf_add_u8(to, (uint8_t)m->type);
    buf_add_u8(to, m->with_body);
    buf_add_u64(to, m->offset);
    buf_add_u64(to, m->size);
    buf_add_bytes(to, m->path);
    buf_add_bytes(to, m->link);
}

static bool is_normal(struct view path)
{
    char room[PATH_LIMIT + 1];
    struct buf clean = {room, 0, sizeof(room), sizeof(room), 0};

    return path_clean(path, &clean, NULL) == 0 && view_eq(buf_view(&clean), path);
}

void archive_member_get(struct cursor *c, struct archive_member *ret)
{
    struct archive_member m = {0};
    uint8_t type = cursor_u8(c);

    m.with_body = cursor_u8(c) != 0;
    m.offset = cursor_u64(c);
    m.size = cursor_u64(c);
    m.path = cursor_bytes(c);
    m.link = cursor_bytes(c);
    if (type > ARCHIVE_OTHER || m.size > INT64_MAX || m.offset > INT64_MAX - m.size ||
        m.link.len > PATH_LIMIT || !is_normal(m.path))
        cursor_fail(c);
    m.type = (enum archive_member_type)type;
    if (!c->failed)
        *ret = m;
}
