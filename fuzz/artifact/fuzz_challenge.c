/* The WWW-Authenticate header: what is accepted names a realm for Bearer. */
#include <stdlib.h>

#include "artifact/registry-challenge.h"

enum { ARENA_LIMIT = 1 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_arena_ struct arena *arena = arena_new(ARENA_LIMIT);
    struct registry_challenge challenge = {.scheme = REGISTRY_OPEN};

    if (!arena)
        return 0;
    if (registry_challenge_read(view_from(data, size), arena, &challenge, NULL) == 0 &&
        challenge.scheme == REGISTRY_BEARER && challenge.realm.len == 0)
        abort();
    return 0;
}
