/* Where the root of a tree field stands: its path in the documents of a file.
 *
 * Events know nodes, edits want paths. An alias is one node with several
 * paths, so each root is looked for from the object of its event, and not in
 * the whole file. Memory is the arena's. Pure.
 */
#pragma once

#include "codec/document-edit.h"
#include "config/kind.h"

enum { ADDRESS_SEARCH_LIMIT = 1 << 20 /* nodes looked at for one address */ };

struct address {
    size_t document;
    const struct document_step *steps;
    size_t length;
    const struct document_node *node; /* that stands there */
};

/* `field` is the name of a tree field ("container"). False: the event has none,
 * or it can't be found. */
bool address_of_field(const struct config_kind *kind, const struct config_event *event,
                      const char *field, struct arena *arena, struct address *ret);
/* The same, one step further; `node` may be NULL. */
bool address_step(const struct address *from, struct document_step step,
                  const struct document_node *node, struct arena *arena, struct address *ret);
