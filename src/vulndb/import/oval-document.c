#include "vulndb/import/oval-document.h"

#include <stdlib.h>

#include "vulndb/import/oval-reader.h"
#include "vulndb/import/oval-release.h"

void oval_reader_fail(struct oval_reader *reader, int kind)
{
    if (!reader->failed)
        reader->failed = kind;
}

struct view oval_reader_keep(struct oval_reader *reader, struct view text)
{
    return arena_copy(reader->arena, text);
}

void *oval_reader_find(struct oval_reader *reader, struct hash_map *map, struct view id,
                       size_t size)
{
    void *thing = id.len ? hash_map_get(map, id) : NULL;

    if (thing || !id.len)
        return thing;
    thing = arena_alloc(reader->arena, size);
    if (thing && !hash_map_put(map, oval_reader_keep(reader, id), thing))
        oval_reader_fail(reader, ERROR_MEMORY);
    return thing;
}

/* Comments are prose, and most of a document; kept are those that name what a
 * test is for and that its test alone may not tell. */
struct view oval_reader_keep_comment(struct oval_reader *reader,
                                     const struct xml_attributes *attributes)
{
    struct view comment = xml_attribute(attributes, "comment");

    return oval_comment_matters(comment) ? oval_reader_keep(reader, comment) : VIEW_EMPTY;
}

static void end_generator(struct oval_reader *reader, struct view text)
{
    reader->document->generator = oval_reader_keep(reader, text);
}

static const struct oval_element in_generator[] = {
    {VIEW("product_name"), NULL, end_generator},
};

static const struct oval_elements generator_elements = {NULL, in_generator, 1};

/* Depth 1 holds the sections, depth 2 their members. */
static const struct {
    struct view name;
    const struct oval_elements *elements;
} sections[OVAL_SECTION_COUNT] = {
    [OVAL_SECTION_GENERATOR] = {VIEW("generator"), &generator_elements},
    [OVAL_SECTION_DEFINITIONS] = {VIEW("definitions"), &oval_definition_elements},
    [OVAL_SECTION_TESTS] = {VIEW("tests"), &oval_test_elements},
    [OVAL_SECTION_OBJECTS] = {VIEW("objects"), &oval_object_elements},
    [OVAL_SECTION_STATES] = {VIEW("states"), &oval_state_elements},
    [OVAL_SECTION_VARIABLES] = {VIEW("variables"), &oval_variable_elements},
};

static enum oval_section find_section(struct view name)
{
    for (int i = OVAL_SECTION_NONE + 1; i < OVAL_SECTION_COUNT; i++)
        if (view_eq(name, sections[i].name))
            return (enum oval_section)i;
    return OVAL_SECTION_NONE;
}

static const struct oval_element *find_element(const struct oval_elements *elements,
                                               struct view name)
{
    for (size_t i = 0; elements && i < elements->count; i++)
        if (view_eq(name, elements->items[i].name))
            return &elements->items[i];
    return NULL;
}

/* Children of a section start a member; what a member holds has its element. */
static const struct oval_element *enter(struct oval_reader *reader, struct view name,
                                        const struct xml_attributes *attributes)
{
    const struct oval_elements *elements;

    if (reader->depth == 1)
        reader->section = find_section(name);
    elements = sections[reader->section].elements;
    if (reader->depth < 2 || !elements)
        return NULL;
    if (reader->depth == 2 && elements->member)
        elements->member(reader, name, attributes);
    /* what can't be kept is skipped with all it holds */
    if (reader->section == OVAL_SECTION_DEFINITIONS && !reader->definition)
        return NULL;
    return find_element(elements, name);
}

/* What a part of the reader failed at, if it did. */
static int explain(const struct oval_reader *reader, struct error *err)
{
    int r = arena_failed(reader->arena, "the OVAL document", err);

    return r == 0 && reader->failed == ERROR_MEMORY ? error_memory(err) : r;
}

static int on_start(void *ctx, struct view name, const struct xml_attributes *attributes,
                    struct error *err)
{
    struct oval_reader *reader = ctx;
    const struct oval_element *element;

    if (reader->depth == OVAL_DEPTH_LIMIT)
        return error_set(err, ERROR_LIMIT, "elements nest deeper than %d", OVAL_DEPTH_LIMIT);
    if (reader->depth == 0 && !view_eq(name, VIEW("oval_definitions")))
        return error_set(err, ERROR_INPUT, "the document is no oval_definitions");
    element = enter(reader, name, attributes);
    reader->open[reader->depth++] = element;
    buf_reset(&reader->text);
    if (element && element->start)
        element->start(reader, attributes);
    return explain(reader, err);
}

static int on_text(void *ctx, struct view text, struct error *err)
{
    struct oval_reader *reader = ctx;
    const struct oval_element *element = reader->depth ? reader->open[reader->depth - 1] : NULL;
    size_t room = OVAL_TEXT_LIMIT - reader->text.len;

    (void)err;
    /* A longer text is cut: nothing that is kept is as long. */
    if (element && element->end)
        buf_add(&reader->text, view_sub(text, 0, room));
    return 0;
}

static int on_end(void *ctx, struct view name, struct error *err)
{
    struct oval_reader *reader = ctx;
    const struct oval_element *element = reader->open[--reader->depth];

    (void)name;
    if (element && element->end)
        element->end(reader, view_trim(buf_view(&reader->text)));
    buf_reset(&reader->text);
    return explain(reader, err);
}

static int start_maps(struct oval_reader *reader, struct error *err)
{
    reader->definitions = hash_map_new();
    reader->tests = hash_map_new();
    reader->objects = hash_map_new();
    reader->states = hash_map_new();
    reader->variables = hash_map_new();
    if (!reader->definitions || !reader->tests || !reader->objects || !reader->states ||
        !reader->variables)
        return error_memory(err);
    return 0;
}

int oval_document_read(struct stream *stream, struct arena *arena, struct oval_document *ret,
                       struct error *err)
{
    static const struct xml_handler handler = {on_start, on_end, on_text};
    struct oval_document document = {0};
    struct oval_reader reader = {
        .arena = arena, .document = &document, .text = BUF_INIT(OVAL_TEXT_LIMIT)};
    int r = start_maps(&reader, err);

    if (r == 0)
        r = xml_read(stream, &handler, &reader, &document.bytes, err);
    if (r < 0)
        error_wrap(err, "OVAL");
    buf_done(&reader.text);
    hash_map_free(reader.definitions);
    hash_map_free(reader.tests);
    hash_map_free(reader.objects);
    hash_map_free(reader.states);
    hash_map_free(reader.variables);
    if (r == 0)
        *ret = document;
    return r;
}
