/* What lies in a feed's slots: frames, each followed by a path and bytes.
 *
 * A slot is a row of frames, each at a multiple of FEED_FRAME_ALIGN. The length
 * of the row travels through the pipe "filled" as one uint32_t a slot; 0 is the
 * end of the feed. Slots are filled and freed in a circle, so the pipe "free"
 * carries bytes without a meaning of their own.
 */
#pragma once

#include <stdint.h>

#include "sandbox/feed.h"

enum {
    FEED_FRAME_ALIGN = 8,
    FEED_FRAME_FIRST = 1, /* the path follows; later pieces of a file carry none */
    FEED_FRAME_LAST = 2,
};

/* The order of the job's descriptors. */
enum { FEED_FD_SLOTS, FEED_FD_FILLED, FEED_FD_FREE };

struct feed_frame {
    uint64_t size;   /* of the file, as announced */
    uint64_t offset; /* of the bytes in the file */
    uint32_t tag;
    uint32_t flags;
    uint32_t path_len;
    uint32_t len; /* of the bytes */
};
