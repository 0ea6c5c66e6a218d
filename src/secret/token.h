/* Encoded text inside a text: base64, its URL form, hexadecimal, percent-encoding.
 *
 * token_next() finds runs of the letters that these encodings are made of, at
 * some 15 GB/s; token_decode() says what a run holds, if it holds text.
 */
#pragma once

#include "base/buf.h"
#include "base/view.h"

enum {
    TOKEN_MIN = 40,        /* bytes of a run; shorter ones hide nothing of worth */
    TOKEN_LIMIT = 4 << 20, /* bytes of a run that is decoded */
    TOKEN_WRAP_MIN = 56,   /* bytes of a line of a run that is broken into lines */
    TOKEN_WRAP_MAX = 80,
};

enum token_encoding { TOKEN_BASE64, TOKEN_HEX, TOKEN_PERCENT, TOKEN_ENCODING_COUNT };

const char *token_encoding_name(enum token_encoding encoding);

/* The next run at `from` or behind it; false when there is none. */
bool token_next(struct view bytes, size_t from, struct view *ret);
/* Appends what the run encodes, up to the first byte that is no text; false when
 * it is none of the encodings, or holds no text. A line-broken run is followed
 * into the lines behind it, within `bytes`; `*ret_end` is the offset behind it,
 * in any case. */
bool token_decode(struct view bytes, struct view run, struct buf *to,
                  enum token_encoding *ret_encoding, size_t *ret_end);
