/* A text put together from scalars of rule files, which knows where each of
 * its bytes was written.
 *
 * A condition is its own text, what was appended to it, exceptions and lists;
 * a mistake in it must be shown where it was made. So a text is built as a run
 * of pieces, each a part of a scalar (or of our own making, for a scalar or
 * mapping that is to blame for it).
 */
#pragma once

#include "base/arena.h"
#include "codec/document.h"

struct rule_item;

struct written_piece {
    struct view bytes;
    const struct rule_item *item;     /* whose it is */
    const struct document_node *node; /* where it stands */
    size_t offset;                    /* of `bytes` in node->text */
    bool ours;                        /* the bytes stand nowhere, `node` caused them */
    size_t start;                     /* in the text, once it is finished */
};

struct written_text {
    struct view text;
    size_t base; /* what `text` begins at among all texts of a set */
    bool broken; /* a list in it has an error: mistakes count, the condition does not */
    struct written_piece *pieces;
    size_t count;
};

/* A text in the making; its arena may be reset once it is finished. Failures
 * show in the arena. */
struct text_writer {
    struct arena *arena;
    struct written_piece *pieces;
    size_t count, length;
    size_t limit; /* of length; more sets `overflow`, and is left out */
    bool overflow;
};

/* A part of node->text. */
void written_add(struct text_writer *writer, const struct rule_item *item,
                 const struct document_node *node, size_t offset, size_t length);
/* Bytes of ours, which outlive the arena (a literal). */
void written_add_ours(struct text_writer *writer, const struct rule_item *item,
                      const struct document_node *node, struct view bytes);
/* A piece of another text, or a part of one. */
void written_add_part(struct text_writer *writer, const struct written_piece *piece, size_t start,
                      size_t length);
/* The last byte that is no blank, or 0. */
char written_last(const struct text_writer *writer);
/* Takes that byte, and the blanks behind it, off again. */
void written_drop_last(struct text_writer *writer);
/* Copies the text, in one run, and its pieces into `arena`. */
void written_finish(const struct text_writer *writer, struct arena *arena, size_t base,
                    struct written_text *ret);
/* The piece that the byte at `offset` is of; the last one for what lies behind
 * the end; NULL for a text without pieces. */
const struct written_piece *written_piece_at(const struct written_text *text, size_t offset);
