/* JSON documents (RFC 8259), parsed by simdjson into a read-only tree.
 *
 * A json_parser owns the text and the tree; values are small handles, valid
 * until it parses again or is freed. Asking a value for what it is not gives
 * the empty answer (false, the empty view, a value of type JSON_NONE), so a
 * reader walks a path and checks what it needs once. A parser is used by one
 * thread at a time, and may be reused to keep its memory.
 *
 * A document is at most 4 GiB and JSON_DEPTH_LIMIT deep. Parsing takes up to
 * 14 times the text in address space, most of it never touched. A byte order
 * mark is passed over; integers that 64 bits don't hold are floating-point
 * numbers, and a floating-point number that is out of range is an error. Of
 * members with the same key the first counts.
 */
#pragma once

#include "base/cleanup.h"
#include "base/error.h"
#include "base/view.h"

enum {
    JSON_DEPTH_LIMIT = 512,
};

enum json_type {
    JSON_NONE, /* not there */
    JSON_NULL,
    JSON_BOOL,
    JSON_NUMBER,
    JSON_STRING,
    JSON_ARRAY,
    JSON_OBJECT,
};

struct json_parser;

struct json_value {
    const void *document;
    size_t index; /* of the value on the parser's tape */
};

int json_parser_new(struct json_parser **ret, struct error *err);
void json_parser_free(struct json_parser *parser);
DEFINE_CLEANUP(struct json_parser, json_parser_free)

/* Parses `text`, replacing what the parser held before; `text` may go away
 * afterwards. Errors name the kind of fault and its byte offset where known. */
int json_parse(struct json_parser *parser, struct view text, struct json_value *ret,
               struct error *err);

enum json_type json_type(struct json_value value);
/* The member `key` of an object (the first of several), or none. */
struct json_value json_get(struct json_value object, struct view key);
/* A walk along object keys: json_path(v, "package", "name", NULL). */
struct json_value json_path(struct json_value value, const char *key, ...)
    __attribute__((sentinel));
size_t json_count(struct json_value array_or_object);

struct view json_string(struct json_value value); /* empty when it is no string */
bool json_bool(struct json_value value);
/* Also for what is written as 1.0 or 1e3. */
bool json_int(struct json_value value, int64_t *ret);
bool json_double(struct json_value value, double *ret);
/* json_string(json_get(object, key)) */
struct view json_get_string(struct json_value object, struct view key);

/* Iteration: for (struct json_iter i = json_iter(v); json_next(&i);) use
 * i.key (objects) and i.value. Empty for anything but arrays and objects. */
struct json_iter {
    struct view key;
    struct json_value value;
    struct json_value container;
    size_t next, end; /* tape positions */
};
struct json_iter json_iter(struct json_value container);
bool json_next(struct json_iter *iter);
