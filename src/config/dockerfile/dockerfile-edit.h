/* Repairs of Dockerfiles: the steps of a rule's `fix`, as edits of the text.
 *
 * A finding is an event (event.h) and a rule with a fix; each step of the fix
 * becomes an edit: a span of the file and what stands there instead. Applying
 * edits touches nothing else, so comments, continued lines, case and quoting
 * stay. docs/formats/dockerfile-fixes.md is the manual of the steps.
 *
 *     dockerfile_edits_add(&edits, event, rule->fix, &answers, err)   for each finding
 *     dockerfile_edits_write(&edits, text, to, err)
 *
 * A step that does not apply (its word is not there, the RUN is no script that
 * can be extended) gives no edit. Edits that overlap an earlier one are left
 * out; whoever repairs asks the rules again afterwards, until nothing changes.
 * Applied again to its own result a fix changes nothing: words are gone, what
 * is to be added is looked for first.
 *
 * Pure; memory is the arena's.
 */
#pragma once

#include "base/buf.h"
#include "codec/document.h"
#include "config/dockerfile/event.h"

enum { DOCKERFILE_EDIT_LIMIT = 1 << 16 };

/* What only a person can say: a user, a checksum. False: no answer. */
struct dockerfile_answers {
    void *ctx;
    bool (*get)(void *ctx, struct view question, struct view *ret);
};

struct dockerfile_edit {
    struct dockerfile_span span; /* empty: an insertion */
    struct view text;
    size_t order; /* in which it was added */
};

struct dockerfile_edits {
    struct arena *arena;
    struct dockerfile_edit *list;
    size_t count;
    struct view *asked; /* questions without an answer, each once */
    size_t asked_count;
};

/* Adds the edits of one finding. `fix` is a rule's; NULL gives none. */
int dockerfile_edits_add(struct dockerfile_edits *edits, const struct dockerfile_event *event,
                         const struct document_node *fix, const struct dockerfile_answers *answers,
                         struct error *err);
/* The text with the edits applied. */
int dockerfile_edits_write(struct dockerfile_edits *edits, struct view text, struct buf *to,
                           struct error *err);
