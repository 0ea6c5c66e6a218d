/* Lines of a stream, however they fall on its blocks.
 *
 * A line ends in "\n" or "\r\n"; a last line without one counts. The view is
 * valid until the next call. A line past the limit is an error. Doesn't own
 * the stream.
 */
#pragma once

#include "base/buf.h"
#include "codec/stream.h"

enum { LINES_LIMIT = 1 << 20 }; /* bytes of one line */

struct lines {
    struct stream *stream;
    struct view block; /* what is left of the current block */
    struct buf joined; /* a line that began in an earlier block */
    uint64_t number;   /* of the line handed out last, from 1 */
    uint64_t bytes;    /* read so far */
    bool ended;
};

#define LINES_INIT(source) ((struct lines){.stream = (source), .joined = BUF_INIT(LINES_LIMIT)})
void lines_done(struct lines *lines);

/* 1 and the next line, 0 at the end, or a negative error. */
int lines_next(struct lines *lines, struct view *ret_line, struct error *err);
