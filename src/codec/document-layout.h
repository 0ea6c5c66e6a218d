/* How a text is laid out: where lines, entries of collections and their
 * values begin and end, how far things are indented.
 *
 * An entry is a key with its value, or an item of a sequence with the dash
 * before it.
 */
#pragma once

#include "codec/document.h"

struct document_entry {
    size_t begin, end;             /* from the key, dash or item to behind the value */
    size_t value_begin, value_end; /* with anchor and tag; of an alias: "*name" */
    size_t head_end;               /* behind the colon or dash; the key, where there is no colon */
    bool alias;
    bool colon;
};

struct document_layout {
    struct view newline;
    unsigned step; /* spaces that a block mapping is indented by, under its key */
    unsigned dash; /* the same of a block sequence's dashes */
    bool json;     /* keys and strings are double-quoted, and nothing is in block style */
    bool tight;    /* JSON without blanks between values */
    bool lines;    /* JSON with one value a line */
};

struct document_layout document_layout_of(const struct document_set *set,
                                          const struct document_node *root);
/* The same with what is usual among the values of this mapping. */
void document_layout_near(struct document_layout *layout, struct view text,
                          const struct document_node *mapping);

/* Entries of the pairs and items that the text has, that is, without merged
 * pairs. NULL when the text is laid out in a way that isn't understood, and
 * without memory. */
struct document_entry *document_layout_entries(struct view text, const struct document_node *node,
                                               struct arena *arena, size_t *ret_count);

/* Behind anchor and tag, before what separates them from the value. */
size_t document_layout_properties_end(struct view text, const struct document_node *node);
/* Where the value itself begins: its first byte, bracket, key or dash. */
size_t document_layout_content(struct view text, const struct document_node *node);

/* Behind blanks, line breaks and comments. */
size_t document_layout_skip(struct view text, size_t at);
bool document_layout_has_comment(struct view text, size_t from, size_t to);
size_t document_layout_line_start(struct view text, size_t at);
size_t document_layout_line_end(struct view text, size_t at); /* before the line break */
/* Is there nothing but blanks before it on its line? */
bool document_layout_own_line(struct view text, size_t at);
/* Code points before it on its line. */
unsigned document_layout_column(struct view text, size_t at);
