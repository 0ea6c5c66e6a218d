#include "layers.h"

static enum file_kind kind_of(char type)
{
    switch (type) {
    case 'd':
        return FILE_DIRECTORY;
    case 'l':
        return FILE_SYMLINK;
    case 'h':
        return FILE_HARD_LINK;
    case 'c':
        return FILE_CHARACTER_DEVICE;
    default:
        return FILE_REGULAR;
    }
}

struct view test_census(const struct test_layer *layer, struct arena *arena)
{
    struct census_builder *builder;
    struct view bytes, kept;

    assert_int_equal(census_builder_new(&builder, NULL), 0);
    for (size_t i = 0; i < TEST_ENTRIES && layer->entries[i].type; i++) {
        const struct test_entry *entry = &layer->entries[i];
        struct view text = view_of(entry->text);
        struct census_input input = {
            .kind = kind_of(entry->type),
            .path = view_of(entry->path),
            .mode = entry->mode          ? entry->mode
                    : entry->type == 'd' ? 0755
                                         : 0644,
            .uid = entry->uid,
        };
        bool wants_body;

        *(entry->type == 'f' ? &input.size : &(uint64_t){0}) = text.len;
        if (entry->type == 'l' || entry->type == 'h')
            input.link = text;
        assert_int_equal(census_builder_entry(builder, &input, &wants_body, NULL), 0);
        if (wants_body)
            census_builder_body(builder, text);
    }
    assert_int_equal(census_builder_finish(builder, &bytes, NULL), 0);
    kept = arena_copy(arena, bytes);
    census_builder_free(builder);
    return kept;
}
