/* The readers behind document.h, and what they share. */
#pragma once

#include "codec/document-build.h"
#include "codec/document-place.h"

/* Each fills `set`, whose text is the arena's. They fail as document_parse() does. */
int document_read_yaml(struct document_set *set, struct arena *arena, struct error *err);
int document_read_json(struct document_set *set, struct arena *arena, struct error *err);

/* A new document at the end of the set; NULL without memory or beyond the limit. */
struct document *document_set_add(struct document_set *set, struct arena *arena, struct error *err);
/* The document is broken by `fault` at that mark. */
void document_break(struct document *document, struct document_mark mark, const struct error *fault,
                    struct arena *arena);
/* Must reading end, as opposed to this document? */
bool document_is_fatal(const struct error *err, const struct arena *arena);
