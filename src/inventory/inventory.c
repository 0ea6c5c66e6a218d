#include "inventory/inventory.h"

#include <stdarg.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "inventory/merge.h"

static void add_diagnostic(struct merge *merge, const struct diagnostic *diagnostic)
{
    struct diagnostic *room =
        arena_push(merge->arena, &merge->diagnostics, &merge->diagnostic_count, sizeof(*room));

    if (room)
        *room = *diagnostic;
}

void merge_tell(struct merge *merge, enum diagnostic_level level, const char *code,
                const struct tree_node *node, const char *format, ...)
{
    struct diagnostic diagnostic = {.level = level, .code = view_of(code)};
    struct error text = ERROR_INIT;
    va_list args;

    if (merge->diagnostic_count >= INVENTORY_DIAGNOSTICS_LIMIT) {
        merge->untold_count++;
        return;
    }
    va_start(args, format);
    error_vset(&text, ERROR_INPUT, format, args); /* makes it printable */
    va_end(args);
    diagnostic.message = arena_copy(merge->arena, view_of(text.message));
    if (node) {
        diagnostic.path = arena_copy(merge->arena, node->path);
        if (merge->options->layer_ids && node->layer < merge->layer_count)
            diagnostic.layer = merge->options->layer_ids[node->layer];
    }
    add_diagnostic(merge, &diagnostic);
}

void merge_hint(struct merge *merge, const char *hint)
{
    if (merge->diagnostic_count && merge->untold_count == 0)
        merge->diagnostics[merge->diagnostic_count - 1].hint = view_of(tr(hint));
}

static void tell_untold(struct merge *merge)
{
    struct diagnostic diagnostic = {.level = DIAGNOSTIC_WARNING,
                                    .code = VIEW("diagnostics-left-out")};

    if (merge->untold_count == 0)
        return;
    diagnostic.message =
        arena_printf(merge->arena, tr("%zu more problems are not listed"), merge->untold_count);
    add_diagnostic(merge, &diagnostic);
}

static int apply_layers(struct merge *merge, struct error *err)
{
    for (size_t i = 0; i < merge->layer_count; i++) {
        int r = tree_apply(merge->tree, &merge->layers[i], i, err);

        if (r < 0)
            return r;
    }
    return 0;
}

static int run(struct merge *merge, struct inventory *ret, struct error *err)
{
    struct inventory inventory = {0};
    int r = apply_layers(merge, err);

    if (r < 0)
        return r;
    merge_operating_system(merge);
    r = merge_packages(merge, err);
    if (r < 0)
        return r;
    tell_untold(merge);
    inventory.os = merge->os;
    inventory.packages = merge->packages;
    inventory.package_count = merge->package_count;
    inventory.diagnostics = merge->diagnostics;
    inventory.diagnostic_count = merge->diagnostic_count;
    inventory.asks = merge_asks(merge, &inventory.ask_count);
    r = arena_failed(merge->scratch, "merging the layers", err);
    if (r >= 0)
        r = arena_failed(merge->arena, "the inventory", err);
    if (r < 0)
        return r;
    *ret = inventory;
    return 0;
}

int inventory_merge(const struct layer_facts *layers, size_t layer_count,
                    const struct inventory_options *options, struct arena *arena,
                    struct inventory *ret, struct error *err)
{
    _cleanup_arena_ struct arena *scratch = arena_new(INVENTORY_MEMORY_LIMIT);
    _cleanup_tree_ struct tree *tree = scratch ? tree_new(scratch) : NULL;
    _cleanup_pattern_set_ struct pattern_set *patterns = pattern_set_new();
    struct merge merge = {
        .layers = layers,
        .layer_count = layer_count,
        .options = options,
        .arena = arena,
        .scratch = scratch,
        .patterns = patterns,
        .tree = tree,
    };

    if (!tree || !patterns || !analyser_add_patterns(patterns))
        return error_memory(err);
    merge.asks = arena_array(scratch, layer_count, sizeof(*merge.asks));
    if (!merge.asks)
        return arena_failed(scratch, "merging the layers", err);
    return run(&merge, ret, err);
}
