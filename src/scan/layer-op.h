/* The worker operation that reads a layer, or a tree on its way as a tar, into
 * the sections that it is asked for.
 *
 * "layer" reads a tar, compressed or not, from its descriptor, once, and
 * answers with sections (scan/layer-section.h). It notes the path whose body it
 * is looking into, so that a crash names it. Its context is a struct scan_rules.
 *
 * A reading that ends in the middle (a truncated archive, a broken stream)
 * still answers with what came before it, and then fails with the reason: the
 * owner decides what that is worth.
 */
#pragma once

#include "inventory/layer-builder.h"
#include "inventory/layer.h"
#include "sandbox/sandbox.h"
#include "scan/layer-section.h"

enum {
    LAYER_OP_SKIP_LIMIT = 16, /* files left out because a worker died of them */
    LAYER_OP_MEMORY = 640 << 20,
    LAYER_OP_CPU_SECONDS = 900,
    LAYER_OP_REPLY_LIMIT = 256 << 20,
};

struct layer_request {
    enum layer_form form;
    int64_t offset, length; /* of the bytes in the descriptor; offset -1 for a pipe */
    uint64_t limit;         /* decompressed bytes */
    unsigned sections;      /* LAYER_SECTION_BITs */
    const struct layer_rule *rules;
    size_t rule_count;
    const struct view *skipped; /* paths in normal form whose bodies are not looked into */
    size_t skipped_count;
};

void layer_request_encode(const struct layer_request *request, struct buf *to);

extern const struct sandbox_op layer_op;
