/* Merges up to four layers that are all hostile: the input is cut into
 * encodings, which begin behind the magic and the fingerprint. */
#include <stdint.h>
#include <stdlib.h>

#include "base/cursor.h"
#include "inventory/inventory.h"

enum { LAYERS = 4, MEMORY = 64 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void decode(struct view input, struct arena *arena, struct layer_facts *ret)
{
    struct buf bytes = BUF_INIT(MEMORY);

    layer_encode_start(&bytes, NULL, 0);
    bytes.len--; /* the number of rules */
    buf_add(&bytes, input);
    layer_decode(arena_copy(arena, buf_view(&bytes)), arena, ret, NULL);
    buf_done(&bytes);
}

static void check(const struct inventory *inventory, size_t layers)
{
    for (size_t i = 0; i < inventory->package_count; i++)
        if (inventory->packages[i].layer >= layers || inventory->packages[i].name.len > MEMORY)
            abort();
    for (size_t i = 0; i < inventory->ask_count; i++)
        if (inventory->asks[i].layer >= layers || inventory->asks[i].rule_count == 0)
            abort();
    if (inventory->diagnostic_count > INVENTORY_DIAGNOSTICS_LIMIT + 1)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct inventory_options options = {.licenses = true, .files = true};
    struct cursor c = cursor_of(view_from(data, size));
    struct arena *arena = arena_new(MEMORY);
    struct layer_facts layers[LAYERS] = {0};
    struct inventory inventory;
    size_t count = 0;

    while (count < LAYERS && cursor_left(&c) > 2) {
        uint16_t len = cursor_u16(&c);

        decode(cursor_take(&c, len < cursor_left(&c) ? len : cursor_left(&c)), arena,
               &layers[count++]);
    }
    if (inventory_merge(layers, count, &options, arena, &inventory, NULL) == 0)
        check(&inventory, count);
    arena_free(arena);
    return 0;
}
