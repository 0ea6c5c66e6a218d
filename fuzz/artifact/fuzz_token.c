/* A token server's answer: what is accepted can stand in a header. */
#include <stdlib.h>

#include "artifact/registry-token.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_(buf_done) struct buf token = BUF_INIT(REGISTRY_TOKEN_LIMIT);
    uint64_t seconds = 0;

    if (registry_token_parse(view_from(data, size), &token, &seconds, NULL) < 0)
        return 0;
    if (token.len == 0 || seconds < REGISTRY_TOKEN_SECONDS ||
        seconds > REGISTRY_TOKEN_SECONDS_LIMIT)
        abort();
    for (size_t i = 0; i < token.len; i++)
        if (token.ptr[i] <= ' ' || token.ptr[i] > '~')
            abort();
    return 0;
}
