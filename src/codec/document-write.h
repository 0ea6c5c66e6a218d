/* Values as text of YAML or JSON, laid out as the text around them. */
#pragma once

#include "base/buf.h"
#include "codec/document-layout.h"

struct document_writer {
    struct buf *out;
    struct document_layout layout;
    bool quoted; /* keys and strings in double quotes, as in JSON */
    bool flow;   /* within brackets, where fewer strings may be plain */
};

/* A scalar, in the style of `like` where both are strings (NULL: as plain as can be). */
void document_write_scalar(struct document_writer *w, const struct document_node *node,
                           const struct document_node *like);
/* On one line: [a, {b: c}]. */
void document_write_flow(struct document_writer *w, const struct document_node *node);
/* With brackets, one value a line, `indent` spaces before the closing one. */
void document_write_lines(struct document_writer *w, const struct document_node *node,
                          unsigned indent);
/* In block style at that column; the first line's indentation is there already. */
void document_write_block(struct document_writer *w, const struct document_node *node,
                          unsigned indent);
/* One pair or item (`key` NULL) of a block collection. */
void document_write_entry(struct document_writer *w, const struct document_node *key,
                          const struct document_node *value, unsigned indent);
/* A line break, then spaces. */
void document_write_newline(struct document_writer *w, unsigned indent);
/* Is it written in block style where block style is used? */
bool document_write_is_block(const struct document_node *node);
