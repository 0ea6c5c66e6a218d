/* What a worker or a cache says a layer holds: decoding must check it, and
 * encoding again must give the same. */
#include <stdint.h>
#include <stdlib.h>

#include "inventory/analyser.h"
#include "inventory/layer.h"

enum { MEMORY = 64 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The input begins behind the magic and the fingerprint, so that corpora
 * outlive changes of analysers. */
static struct buf with_header(const uint8_t *data, size_t size)
{
    struct buf bytes = BUF_INIT(MEMORY);

    layer_encode_start(&bytes, NULL, 0);
    bytes.len--; /* the number of rules */
    buf_add(&bytes, view_from(data, size));
    return bytes;
}

static void encode_again(const struct layer_facts *facts, struct arena *arena)
{
    struct buf bytes = BUF_INIT(2 * MEMORY);
    struct layer_facts again;

    layer_encode_start(&bytes, facts->rules, facts->rule_count);
    for (size_t i = 0; i < facts->record_count; i++)
        layer_encode_record(&bytes, &facts->records[i]);
    layer_encode_end(&bytes, facts->record_count);
    if (!bytes.failed && layer_decode(buf_view(&bytes), arena, &again, NULL) == ERROR_INPUT)
        abort();
    buf_done(&bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buf bytes = with_header(data, size);
    struct arena *arena = arena_new(MEMORY);
    struct layer_facts facts;

    if (layer_decode(buf_view(&bytes), arena, &facts, NULL) == 0)
        encode_again(&facts, arena);
    arena_free(arena);
    buf_done(&bytes);
    return 0;
}
