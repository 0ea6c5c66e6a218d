#include "vulndb/import/oval-document.h"

#include <stdlib.h>

#include "vulndb/import/oval-reader.h"
#include "vulndb/import/oval-release.h"

void oval_reader_fail(struct oval_reader *reader, int kind)
{
    if (!reader->failed)
        reader->failed = kind;
    XML_StopParser(reader->parser, XML_FALSE);
}

struct view oval_reader_keep(struct oval_reader *reader, struct view text)
{
    return arena_copy(reader->arena, text);
}

static struct view local_name(const char *name)
{
    const char *colon = strrchr(name, ':');

    return view_of(colon ? colon + 1 : name);
}

struct view oval_attribute(const char **attributes, const char *name)
{
    for (; *attributes; attributes += 2)
        if (strcmp(*attributes, name) == 0)
            return view_of(attributes[1]);
    return VIEW_EMPTY;
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
struct view oval_reader_keep_comment(struct oval_reader *reader, const char **attributes)
{
    struct view comment = oval_attribute(attributes, "comment");

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
                                        const char **attributes)
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

static void on_start(void *ctx, const char *name, const char **attributes)
{
    struct oval_reader *reader = ctx;
    struct view local = local_name(name);
    const struct oval_element *element;

    if (reader->failed)
        return; /* expat may deliver what it had begun with */
    if (reader->depth == OVAL_DEPTH_LIMIT) {
        oval_reader_fail(reader, ERROR_LIMIT);
        return;
    }
    if (reader->depth == 0 && !view_eq(local, VIEW("oval_definitions"))) {
        oval_reader_fail(reader, ERROR_INPUT);
        return;
    }
    element = enter(reader, local, attributes);
    reader->open[reader->depth++] = element;
    buf_reset(&reader->text);
    if (element && element->start)
        element->start(reader, attributes);
}

static void on_text(void *ctx, const char *text, int len)
{
    struct oval_reader *reader = ctx;
    const struct oval_element *element = reader->depth ? reader->open[reader->depth - 1] : NULL;
    size_t room = OVAL_TEXT_LIMIT - reader->text.len;

    /* A longer text is cut: nothing that is kept is as long. */
    if (!reader->failed && element && element->end && len > 0)
        buf_add(&reader->text, view_sub(view_from(text, (size_t)len), 0, room));
}

static void on_end(void *ctx, const char *name)
{
    struct oval_reader *reader = ctx;
    const struct oval_element *element;

    (void)name;
    if (reader->failed)
        return;
    element = reader->open[--reader->depth];
    if (element && element->end)
        element->end(reader, view_trim(buf_view(&reader->text)));
    buf_reset(&reader->text);
    if (arena_failed(reader->arena, "the OVAL document", reader->err) < 0)
        oval_reader_fail(reader, ERROR_LIMIT);
}

/* OVAL has no use for a document type; entities are how XML bombs are made. */
static void on_doctype(void *ctx, const char *name, const char *sysid, const char *pubid, int has)
{
    (void)name, (void)sysid, (void)pubid, (void)has;
    oval_reader_fail(ctx, ERROR_UNSUPPORTED);
}

static int explain(const struct oval_reader *reader, struct error *err)
{
    unsigned long line = XML_GetCurrentLineNumber(reader->parser);

    if (arena_failed(reader->arena, "the OVAL document", err) < 0)
        return err ? err->kind : ERROR_LIMIT;
    switch (reader->failed) {
    case ERROR_LIMIT:
        return error_set(err, ERROR_LIMIT, "OVAL: elements nest deeper than %d at line %lu",
                         OVAL_DEPTH_LIMIT, line);
    case ERROR_UNSUPPORTED:
        return error_set(err, ERROR_UNSUPPORTED, "OVAL: document types are refused (line %lu)",
                         line);
    case ERROR_INPUT:
        return error_set(err, ERROR_INPUT, "OVAL: the document is no oval_definitions");
    case ERROR_MEMORY:
        return error_memory(err);
    default:
        return error_set(err, ERROR_INPUT, "OVAL: %s at line %lu",
                         XML_ErrorString(XML_GetErrorCode(reader->parser)), line);
    }
}

static int parse(struct oval_reader *reader, struct stream *stream, struct error *err)
{
    for (;;) {
        struct view block;
        int r = stream_next(stream, &block, err);

        if (r < 0)
            return r;
        reader->document->bytes += block.len;
        if (XML_Parse(reader->parser, block.ptr, (int)block.len, block.len == 0) != XML_STATUS_OK)
            return explain(reader, err);
        if (block.len == 0)
            return 0;
    }
}

static int start_parser(struct oval_reader *reader, struct error *err)
{
    reader->parser = XML_ParserCreate(NULL);
    reader->definitions = hash_map_new();
    reader->tests = hash_map_new();
    reader->objects = hash_map_new();
    reader->states = hash_map_new();
    reader->variables = hash_map_new();
    if (!reader->parser || !reader->definitions || !reader->tests || !reader->objects ||
        !reader->states || !reader->variables)
        return error_memory(err);
    XML_SetUserData(reader->parser, reader);
    XML_SetElementHandler(reader->parser, on_start, on_end);
    XML_SetCharacterDataHandler(reader->parser, on_text);
    XML_SetStartDoctypeDeclHandler(reader->parser, on_doctype);
    return 0;
}

int oval_document_read(struct stream *stream, struct arena *arena, struct oval_document *ret,
                       struct error *err)
{
    struct oval_document document = {0};
    struct error local = ERROR_INIT;
    struct oval_reader reader = {.arena = arena,
                                 .document = &document,
                                 .text = BUF_INIT(OVAL_TEXT_LIMIT),
                                 .err = err ? err : &local};
    int r = start_parser(&reader, err);

    if (r == 0)
        r = parse(&reader, stream, err);
    if (reader.parser)
        XML_ParserFree(reader.parser);
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
