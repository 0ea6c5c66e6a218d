/* UTF-16 to UTF-8, piece by piece. Surrogates that stand alone become U+FFFD. */
#pragma once

#include "base/buf.h"

enum utf16_order { UTF16_NONE, UTF16_LITTLE, UTF16_BIG };

struct utf16_rest {
    unsigned char bytes[4]; /* of a code point that the piece cuts */
    size_t len;
};

/* By the byte order mark. */
enum utf16_order utf16_sniff(struct view start);
void utf16_decode(enum utf16_order order, struct view bytes, struct utf16_rest *rest,
                  struct buf *to);
