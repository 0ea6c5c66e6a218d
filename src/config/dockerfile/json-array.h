/* Arrays of strings as JSON has them: the exec form of instructions.
 *
 * A Dockerfile's array that is no JSON is taken as words by the builder, with
 * no complaint; one with elements that are no strings is refused. So three
 * outcomes are told apart. simdjson (codec/json.h) is not used: it keeps no
 * places of elements.
 */
#pragma once

#include "base/arena.h"
#include "base/error.h"

enum { JSON_ARRAY_DEPTH_LIMIT = 100 }; /* of arrays and objects that should not be there */

struct json_array_item {
    struct view text;  /* decoded */
    size_t start, end; /* in the text, quotes included */
};

struct json_array {
    enum {
        JSON_ARRAY_STRINGS,
        JSON_ARRAY_MIXED,  /* valid JSON, not of strings alone */
        JSON_ARRAY_BROKEN, /* no valid JSON array, or something follows it */
    } kind;
    struct json_array_item *items;
    size_t count;
};

/* `text` begins with "[". Fails only for want of memory. */
int json_array_parse(struct view text, struct arena *arena, struct json_array *ret,
                     struct error *err);
