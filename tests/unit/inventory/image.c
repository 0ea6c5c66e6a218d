#include "image.h"

static enum layer_entry_type entry_type(char type)
{
    switch (type) {
    case 'f':
        return LAYER_ENTRY_FILE;
    case 'd':
        return LAYER_ENTRY_DIRECTORY;
    case 'l':
        return LAYER_ENTRY_SYMLINK;
    case 'h':
        return LAYER_ENTRY_HARD_LINK;
    default:
        return LAYER_ENTRY_OTHER;
    }
}

static void feed(struct layer_builder *builder, const struct image_entry *entry)
{
    struct view text = view_of(entry->text);
    const struct analyser *analyser;

    assert_int_equal(layer_builder_entry(builder, view_of(entry->path), entry_type(entry->type),
                                         text, text.len, &analyser, NULL),
                     0);
    if (analyser)
        assert_int_equal(layer_builder_content(builder, text, NULL, NULL), 0);
}

struct layer_facts image_layer(const struct image_layer_table *table,
                               const struct layer_rule *rules, size_t rule_count,
                               struct arena *arena)
{
    struct layer_builder *builder;
    struct layer_facts facts;
    struct view bytes;

    assert_int_equal(layer_builder_new(LAYER_OF_IMAGE, rules, rule_count, &builder, NULL), 0);
    for (size_t i = 0; i < IMAGE_ENTRIES && table->entries[i].type; i++)
        feed(builder, &table->entries[i]);
    assert_int_equal(layer_builder_finish(builder, &bytes, NULL), 0);
    assert_int_equal(layer_decode(arena_copy(arena, bytes), arena, &facts, NULL), 0);
    layer_builder_free(builder);
    return facts;
}

static const char *write_down(const struct inventory *inventory, struct arena *arena)
{
    struct buf text = BUF_INIT(1 << 16);
    const char *kept;

    if (inventory->os.id.len)
        buf_addf(&text, "os %.*s %.*s %.*s\n", VIEW_ARG(inventory->os.id),
                 VIEW_ARG(inventory->os.version_id), VIEW_ARG(inventory->os.path));
    for (size_t i = 0; i < inventory->package_count; i++) {
        const struct package *p = &inventory->packages[i];

        buf_addf(&text, "%.*s %.*s layer %zu %.*s\n", VIEW_ARG(p->name), VIEW_ARG(p->version),
                 p->layer, VIEW_ARG(p->db_path));
    }
    for (size_t i = 0; i < inventory->diagnostic_count; i++) {
        const struct diagnostic *d = &inventory->diagnostics[i];

        buf_addf(&text, "%s %.*s %.*s\n", diagnostic_level_name(d->level), VIEW_ARG(d->code),
                 VIEW_ARG(d->path));
    }
    kept = arena_cstr(arena, buf_view(&text));
    buf_done(&text);
    return kept;
}

const char *image_text(const struct image_layer_table *layers, size_t count, struct arena *arena,
                       size_t *ret_rounds)
{
    const struct inventory_options options = {.licenses = true};
    struct layer_facts facts[IMAGE_LAYERS];
    struct inventory inventory;
    size_t rounds = 0;

    for (size_t i = 0; i < count; i++)
        facts[i] = image_layer(&layers[i], NULL, 0, arena);
    for (;;) {
        assert_int_equal(inventory_merge(facts, count, &options, arena, &inventory, NULL), 0);
        if (++rounds > INVENTORY_ROUNDS_LIMIT || inventory.ask_count == 0)
            break;
        for (size_t i = 0; i < inventory.ask_count; i++) {
            const struct inventory_ask *ask = &inventory.asks[i];

            facts[ask->layer] =
                image_layer(&layers[ask->layer], ask->rules, ask->rule_count, arena);
        }
    }
    assert_true(rounds <= INVENTORY_ROUNDS_LIMIT);
    if (ret_rounds)
        *ret_rounds = rounds;
    return write_down(&inventory, arena);
}
