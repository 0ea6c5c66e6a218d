/* Any text as the config or description of an image: it is claimed or not, and
 * every field of every event can be read. */
#include "base/cleanup.h"
#include "config/image/event.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ARENA_LIMIT = 512 << 20 };

static int on_event(void *ctx, const struct config_event *event, struct error *err)
{
    struct arena *scratch = ctx;

    (void)err;
    for (size_t i = 0; i < image_source.field_count; i++) {
        const struct rule_field *field = &image_source.fields[i];
        const struct rule_use use = {
            .field = field, .text = view_of(field->name), .argument = VIEW("setuid")};
        struct config_place place;
        struct rule_values values;

        arena_reset(scratch);
        values = image_source.extract(event->event, &use, NULL, scratch);
        if (values.count && (!values.present || !values.items))
            abort();
        config_image.locate(event->event, &use, &place);
    }
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_arena_ struct arena *arena = arena_new(ARENA_LIMIT), *scratch = arena_new(ARENA_LIMIT);
    const struct config_visitor visitor = {.ctx = scratch, .visit = on_event};
    struct config_file file = {.path = VIEW("image.yaml"), .text = view_from(data, size)};
    struct config_reader *reader;
    struct document_set set;
    bool claimed = false;

    if (document_parse(file.text, DOCUMENT_YAML, arena, &set, NULL) < 0)
        return 0;
    file.documents = &set;
    if (config_image.open(arena, &(struct config_target){0}, &reader, NULL) == 0 &&
        config_image.add(reader, &file, &claimed, NULL) == 0 && claimed)
        config_image.visit(reader, &visitor, NULL);
    return 0;
}
