#include "codec/document-patch.h"

#include <stdlib.h>

int document_patch_add(struct document_patches *patches, size_t start, size_t end, struct view text,
                       struct arena *arena, struct error *err)
{
    struct document_patch *patch;

    if (start == end && text.len == 0)
        return 0;
    patch = arena_push(arena, &patches->list, &patches->count, sizeof(*patch));
    if (!patch)
        return arena_failed(arena, "the edit", err);
    *patch = (struct document_patch){start, end, patches->count, text};
    return 0;
}

/* By place; insertions before what is replaced there. */
static int compare(const void *left, const void *right)
{
    const struct document_patch *a = left, *b = right;
    bool a_inserts = a->start == a->end, b_inserts = b->start == b->end;

    if (a->start != b->start)
        return a->start < b->start ? -1 : 1;
    if (a_inserts != b_inserts)
        return a_inserts ? -1 : 1;
    return a->number < b->number ? -1 : 1;
}

static int apply(const struct document_patches *patches, struct view text, struct buf *out,
                 struct error *err)
{
    size_t at = 0;

    for (size_t i = 0; i < patches->count; i++) {
        const struct document_patch *patch = &patches->list[i];

        if (patch->start < at)
            return error_set(err, ERROR_UNSUPPORTED, "two edits change the same place");
        buf_add(out, view_sub(text, at, patch->start - at));
        buf_add(out, patch->text);
        at = patch->end;
    }
    buf_add(out, view_sub(text, at, SIZE_MAX));
    return buf_failed(out, "the edited text", err);
}

int document_patch_apply(struct document_patches *patches, struct view text, struct arena *arena,
                         struct view *ret, struct error *err)
{
    _cleanup_(buf_done) struct buf out = BUF_INIT(DOCUMENT_TEXT_LIMIT);
    int r;

    if (patches->count)
        qsort(patches->list, patches->count, sizeof(*patches->list), compare);
    r = apply(patches, text, &out, err);
    if (r < 0)
        return r;
    *ret = arena_copy(arena, buf_view(&out));
    return ret->len == out.len ? 0 : arena_failed(arena, "the edit", err);
}
