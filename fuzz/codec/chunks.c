#include "chunks.h"

struct chunks {
    struct stream base;
    struct view left;
    size_t chunk;
    char *block;
};

static int chunks_next(struct stream *stream, struct view *ret_block, struct error *err)
{
    struct chunks *s = (struct chunks *)stream;
    struct view part = view_sub(s->left, 0, s->chunk);

    (void)err;
    free(s->block);
    s->block = malloc(part.len ? part.len : 1);
    if (!s->block)
        abort();
    if (part.len)
        memcpy(s->block, part.ptr, part.len);
    s->left = view_sub(s->left, part.len, s->left.len);
    *ret_block = view_from(s->block, part.len);
    return 0;
}

static void chunks_free(struct stream *stream)
{
    free(((struct chunks *)stream)->block);
    free(stream);
}

struct stream *chunks_of(struct view bytes, size_t chunk)
{
    struct chunks *s = calloc(1, sizeof(*s));

    if (!s)
        abort();
    s->base = (struct stream){.next = chunks_next, .free = chunks_free};
    s->left = bytes;
    s->chunk = chunk;
    return &s->base;
}
