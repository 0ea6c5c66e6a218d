/* XML documents, element by element as they stream by (XML 1.0, read by expat).
 *
 * Document types are refused, and with them entities, which is how XML bombs
 * are made and files are asked for. Element names come without their
 * namespace prefix. Depth, attributes and the length of one token (a tag with
 * its attributes, a comment) are limited; a text has no limit, for it comes in
 * pieces. Nothing is kept: the whole document never stands in memory.
 *
 * Errors name the line. One thread at a time.
 */
#pragma once

#include "base/error.h"
#include "base/view.h"
#include "codec/stream.h"

enum {
    XML_DEPTH_LIMIT = 256,
    XML_ATTRIBUTES_LIMIT = 256, /* of one element */
    XML_TOKEN_LIMIT = 1 << 20,  /* bytes */
};

struct xml_attributes; /* of an element, while its start is told */
/* The attribute of that whole name, prefix included; empty when there is none. */
struct view xml_attribute(const struct xml_attributes *attributes, const char *name);

/* Each returns 0, or an error that ends the reading and is its result. Any may
 * be NULL. Views live until the call returns. */
struct xml_handler {
    int (*start)(void *ctx, struct view name, const struct xml_attributes *attributes,
                 struct error *err);
    int (*end)(void *ctx, struct view name, struct error *err);
    /* A piece of the text of the innermost element. */
    int (*text)(void *ctx, struct view text, struct error *err);
};

/* Reads the stream, which stays the caller's, to its end. `ret_bytes`, which
 * may be NULL, is how many bytes it had. */
int xml_read(struct stream *stream, const struct xml_handler *handler, void *ctx,
             uint64_t *ret_bytes, struct error *err);
