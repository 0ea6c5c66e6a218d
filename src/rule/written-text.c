#include "rule/written-text.h"

#include "rule/condition-lexer.h"

/* Whether `piece` goes on where `last` ends, in the scalar and in memory. */
static bool continues(const struct written_piece *last, const struct written_piece *piece)
{
    return !last->ours && !piece->ours && last->node == piece->node && last->item == piece->item &&
           last->offset + last->bytes.len == piece->offset &&
           last->bytes.ptr + last->bytes.len == piece->bytes.ptr;
}

static void add_piece(struct text_writer *writer, struct written_piece piece)
{
    struct written_piece *last = writer->count ? &writer->pieces[writer->count - 1] : NULL, *added;

    if (piece.bytes.len == 0)
        return;
    if (piece.bytes.len > writer->limit - writer->length) {
        writer->overflow = true;
        return;
    }
    if (last && continues(last, &piece)) {
        last->bytes.len += piece.bytes.len;
        writer->length += piece.bytes.len;
        return;
    }
    added = arena_push(writer->arena, &writer->pieces, &writer->count, sizeof(*added));
    if (!added)
        return;
    *added = piece;
    writer->length += piece.bytes.len;
}

void written_add(struct text_writer *writer, const struct rule_item *item,
                 const struct document_node *node, size_t offset, size_t length)
{
    add_piece(writer, (struct written_piece){.bytes = view_sub(node->text, offset, length),
                                             .item = item,
                                             .node = node,
                                             .offset = offset});
}

void written_add_ours(struct text_writer *writer, const struct rule_item *item,
                      const struct document_node *node, struct view bytes)
{
    add_piece(writer,
              (struct written_piece){.bytes = bytes, .item = item, .node = node, .ours = true});
}

void written_add_part(struct text_writer *writer, const struct written_piece *piece, size_t start,
                      size_t length)
{
    struct written_piece part = *piece;

    part.bytes = view_sub(piece->bytes, start, length);
    part.offset += start;
    add_piece(writer, part);
}

static void trim_blanks(struct text_writer *writer)
{
    while (writer->count) {
        struct view *bytes = &writer->pieces[writer->count - 1].bytes;

        while (bytes->len && lexer_is_blank(bytes->ptr[bytes->len - 1])) {
            bytes->len--;
            writer->length--;
        }
        if (bytes->len)
            return;
        writer->count--;
    }
}

char written_last(const struct text_writer *writer)
{
    for (size_t i = writer->count; i > 0; i--) {
        struct view bytes = view_trim(writer->pieces[i - 1].bytes);

        if (bytes.len)
            return bytes.ptr[bytes.len - 1];
    }
    return '\0';
}

void written_drop_last(struct text_writer *writer)
{
    trim_blanks(writer);
    if (!writer->count)
        return;
    writer->pieces[writer->count - 1].bytes.len--;
    writer->length--;
    trim_blanks(writer);
}

void written_finish(const struct text_writer *writer, struct arena *arena, size_t base,
                    struct written_text *ret)
{
    char *text = arena_alloc(arena, writer->length + 1);
    struct written_piece *pieces = arena_array(arena, writer->count, sizeof(*pieces));
    size_t at = 0;

    *ret = (struct written_text){.base = base};
    if (!text || !pieces)
        return;
    for (size_t i = 0; i < writer->count; i++) {
        pieces[i] = writer->pieces[i];
        pieces[i].start = at;
        memcpy(text + at, pieces[i].bytes.ptr, pieces[i].bytes.len);
        pieces[i].bytes.ptr = text + at;
        at += pieces[i].bytes.len;
    }
    ret->text = view_from(text, at);
    ret->pieces = pieces;
    ret->count = writer->count;
}

const struct written_piece *written_piece_at(const struct written_text *text, size_t offset)
{
    size_t low = 0, high = text->count;

    if (text->count == 0)
        return NULL;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;

        if (text->pieces[middle].start <= offset)
            low = middle;
        else
            high = middle;
    }
    return &text->pieces[low];
}
