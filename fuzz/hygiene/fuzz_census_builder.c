/* Entries of any layers, in lines "MODE KIND PATH LINK" with a body in the next
 * line; "-" begins the next layer. What the builder writes, the merge reads
 * without fault, and no byte is counted twice. */
#include <stdint.h>
#include <stdlib.h>

#include "hygiene/image-files.h"

enum { MEMORY = 64 << 20, LAYERS = 6 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void feed(struct census_builder *builder, struct view line, struct view body,
                 uint64_t *total)
{
    struct buf path = BUF_INIT(PATH_LIMIT);
    struct census_input input = {.size = body.len};
    uint64_t number = 0;
    bool wants_body;

    view_to_u64(view_word(&line), &number);
    input.mode = (uint32_t)number & 07777;
    input.uid = (uint32_t)(number >> 12);
    view_to_u64(view_word(&line), &number);
    input.kind = (enum file_kind)(1 + number % (FILE_KIND_COUNT - 1));
    if (path_clean(view_word(&line), &path, NULL) == 0) {
        input.path = buf_view(&path);
        input.link = view_trim(line);
        if (census_builder_entry(builder, &input, &wants_body, NULL) == 0 && wants_body)
            census_builder_body(builder, body);
        *total += input.kind == FILE_REGULAR ? input.size : 0;
    }
    buf_done(&path);
}

static struct view build(struct view *rest, struct arena *arena, uint64_t *total)
{
    struct census_builder *builder;
    struct view bytes = VIEW_EMPTY;

    if (census_builder_new(&builder, NULL) < 0)
        return VIEW_EMPTY;
    while (rest->ptr) {
        struct view line = view_line(rest);

        if (view_eq(line, VIEW("-")))
            break;
        feed(builder, line, view_line(rest), total);
    }
    if (census_builder_finish(builder, &bytes, NULL) < 0)
        abort();
    bytes = arena_copy(arena, bytes);
    census_builder_free(builder);
    return bytes;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct view rest = view_from(data, size), layers[LAYERS];
    struct arena *arena = arena_new(MEMORY);
    struct image_files files = {0};
    uint64_t total = 0, counted = 0;
    size_t count = 0;

    while (rest.ptr && count < LAYERS)
        layers[count++] = build(&rest, arena, &total);
    if (image_files_merge(layers, count, NULL, 0, arena, &files, NULL) < 0 || files.unknown_layers)
        abort();
    counted = files.size;
    for (size_t i = 0; i < count; i++)
        counted += files.hidden[i];
    if (counted > total)
        abort();
    arena_free(arena);
    return 0;
}
