/* config.json and the answers of credential helpers. */
#include "artifact/registry-credentials.h"

enum { ARENA_LIMIT = 8 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct reference references[] = {
        {VIEW("docker.io"), VIEW("library/alpine"), VIEW("latest"), {NULL, 0}},
        {VIEW("r.example:5000"), VIEW("team/app"), VIEW("1"), {NULL, 0}},
    };
    struct view json = view_from(data, size);

    for (size_t i = 0; i < sizeof(references) / sizeof(references[0]); i++) {
        _cleanup_arena_ struct arena *arena = arena_new(ARENA_LIMIT);
        struct registry_config_entry entry;
        struct registry_credentials credentials;
        bool found;

        if (!arena)
            return 0;
        registry_config_read(json, &references[i], arena, &entry, &found, NULL);
        registry_helper_read(json, arena, &credentials, NULL);
        registry_key_fit(json, &references[i]);
    }
    return 0;
}
