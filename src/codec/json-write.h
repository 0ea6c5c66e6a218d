/* Writes a JSON document (RFC 8259) into a buffer, value by value.
 *
 *     struct json_writer w = JSON_WRITER_INIT(&buf, true);
 *     json_write_object(&w);
 *     json_write_key(&w, VIEW("id"));
 *     json_write_string(&w, id);
 *     json_write_end(&w);
 *     return json_write_done(&w, "the report", err);
 *
 * Text that is not UTF-8 is repaired with U+FFFD; control characters are
 * escaped. Numbers don't depend on the locale. Misuse (a key in an array, an
 * end too many, two documents, deeper than JSON_WRITE_DEPTH_LIMIT) makes the
 * writer fail.
 */
#pragma once

#include "base/buf.h"
#include "base/error.h"
#include "base/view.h"

enum { JSON_WRITE_DEPTH_LIMIT = 64 };

struct json_writer {
    struct buf *to;
    bool pretty; /* two blanks a level; else no white space at all */
    bool broken;
    bool have_key; /* a key waits for its value */
    bool have_root;
    unsigned depth;
    struct {
        bool object, any;
    } open[JSON_WRITE_DEPTH_LIMIT];
};

#define JSON_WRITER_INIT(buffer, is_pretty)                                                        \
    ((struct json_writer){.to = (buffer), .pretty = (is_pretty)})

void json_write_object(struct json_writer *w);
void json_write_array(struct json_writer *w);
void json_write_end(struct json_writer *w); /* of the innermost object or array */
void json_write_key(struct json_writer *w, struct view key);

void json_write_string(struct json_writer *w, struct view text);
void json_write_int(struct json_writer *w, int64_t value);
void json_write_uint(struct json_writer *w, uint64_t value);
/* The shortest decimal form that reads back as the same number; NaN and
 * infinities, which JSON lacks, become null. */
void json_write_double(struct json_writer *w, double value);
void json_write_bool(struct json_writer *w, bool value);
void json_write_null(struct json_writer *w);

/* A key and its value. */
void json_write_member(struct json_writer *w, struct view key, struct view text);

/* 0 when the document is whole and fits, else an error that names `what`. */
int json_write_done(const struct json_writer *w, const char *what, struct error *err);
