/* Edits of a YAML or JSON text that touch only what must change: comments,
 * order, quoting, indentation, blank lines, line endings, block or flow style
 * and the end of the file stay as they are.
 *
 * Edits name values by their path in the documents as parsed: indexes of
 * sequences are those of the text before any edit, and a removed item does not
 * shift them. Edits are applied in order, to a model of the documents; then the
 * text is changed where the model differs from it, all at once or, on an
 * error, not at all. New keys stand behind the last one of their mapping, with
 * the indentation, sequence style and quoting found around them.
 *
 * An edit changes the named user of a value only. Where other users share it
 * by an alias, they get a copy of what they had; where a value is shared by a
 * merge key, an own key is written beside it. Users that end up with the same
 * value keep their alias.
 *
 * The new text is parsed, and must mean exactly what the edits say; an edit
 * that cannot be written so (keys marked by "?", for one) is an error. An edit
 * of what is so already changes nothing.
 */
#pragma once

#include "codec/document.h"

enum document_edit_verb {
    DOCUMENT_EDIT_SET,    /* the value at the path, making the mappings on the way */
    DOCUMENT_EDIT_REMOVE, /* the key or item; fine when it isn't there */
    DOCUMENT_EDIT_ADD,    /* an item to the sequence at the path, unless it has an equal one;
                             makes the sequence, too */
};

struct document_step {
    struct view key; /* ptr NULL: an item of a sequence */
    size_t index;
};

struct document_edit {
    enum document_edit_verb verb;
    size_t document; /* index in the set */
    const struct document_step *path;
    size_t length;
    const struct document_node *value; /* of SET and ADD: any tree, of another text, too */
};

#define DOCUMENT_KEY(literal) ((struct document_step){VIEW(literal), 0})
#define DOCUMENT_INDEX(number) ((struct document_step){VIEW_EMPTY, (number)})

/* `*ret_text` is the arena's: the text with the edits. Errors name the path and
 * the line. */
int document_edit_apply(const struct document_set *set, const struct document_edit *edits,
                        size_t count, struct arena *arena, struct view *ret_text,
                        struct error *err);

/* A value written as YAML ("false", "[ALL]", "{type: RuntimeDefault}"). */
int document_edit_value(struct view text, struct arena *arena, const struct document_node **ret,
                        struct error *err);
