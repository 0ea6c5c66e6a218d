/* Runs of encoded text in any bytes: what is decoded is text, ends lie behind
 * their beginnings, and the search moves on. */
#include <stdint.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "secret/token.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_(buf_done) struct buf text = BUF_INIT(TOKEN_LIMIT);
    struct view bytes = view_from(data, size), run;
    size_t at = 0;

    while (token_next(bytes, at, &run)) {
        size_t start = (size_t)(run.ptr - bytes.ptr), end;
        enum token_encoding encoding;

        if (start < at || run.len < TOKEN_MIN || start + run.len > size)
            abort();
        buf_reset(&text);
        if (token_decode(bytes, run, &text, &encoding, &end)) {
            if (text.len == 0 || encoding >= TOKEN_ENCODING_COUNT || text.len > size)
                abort();
            for (size_t i = 0; i < text.len; i++)
                if (text.ptr[i] == '\0')
                    abort();
        }
        if (end < start + run.len || end > size)
            abort();
        at = end;
    }
    return 0;
}
