#include "codec/xml.h"

#include <expat.h>

#include "base/text.h"

struct xml_attributes {
    const char **pairs; /* names and values by turns, and a NULL */
};

struct reader {
    XML_Parser parser;
    const struct xml_handler *handler;
    void *ctx;
    unsigned depth;
    int failed; /* the kind of the error in `err` */
    struct error err;
};

struct view xml_attribute(const struct xml_attributes *attributes, const char *name)
{
    for (const char **pair = attributes->pairs; *pair; pair += 2)
        if (strcmp(*pair, name) == 0)
            return view_of(pair[1]);
    return VIEW_EMPTY;
}

static struct view local_name(const char *name)
{
    const char *colon = strrchr(name, ':');

    return view_of(colon ? colon + 1 : name);
}

/* Ends the reading when `r` is an error. expat may still deliver what it has
 * begun with; nothing of it is passed on. */
static void stop_if(struct reader *reader, int r)
{
    if (r >= 0)
        return;
    reader->failed = r;
    XML_StopParser(reader->parser, XML_FALSE);
}

static int fail_at_line(struct reader *reader, int kind, const char *what)
{
    return error_set(&reader->err, kind, "XML: %s at line %lu", what,
                     XML_GetCurrentLineNumber(reader->parser));
}

static bool too_many(const char **pairs)
{
    size_t count = 0;

    while (pairs[count] && count <= 2 * (size_t)XML_ATTRIBUTES_LIMIT)
        count++;
    return count > 2 * (size_t)XML_ATTRIBUTES_LIMIT;
}

static void on_start(void *ctx, const char *name, const char **pairs)
{
    struct reader *reader = ctx;
    struct xml_attributes attributes = {pairs};
    int r = 0;

    if (reader->failed)
        return;
    if (++reader->depth > XML_DEPTH_LIMIT)
        r = fail_at_line(reader, ERROR_LIMIT, tr("elements are nested too deeply"));
    else if (too_many(pairs))
        r = fail_at_line(reader, ERROR_LIMIT, tr("an element has too many attributes"));
    else if (reader->handler->start)
        r = reader->handler->start(reader->ctx, local_name(name), &attributes, &reader->err);
    stop_if(reader, r);
}

static void on_end(void *ctx, const char *name)
{
    struct reader *reader = ctx;

    if (reader->failed)
        return;
    reader->depth--;
    if (reader->handler->end)
        stop_if(reader, reader->handler->end(reader->ctx, local_name(name), &reader->err));
}

static void on_text(void *ctx, const char *text, int len)
{
    struct reader *reader = ctx;

    if (reader->failed || !reader->handler->text || len <= 0)
        return;
    stop_if(reader, reader->handler->text(reader->ctx, view_from(text, (size_t)len), &reader->err));
}

static void on_doctype(void *ctx, const char *name, const char *system_id, const char *public_id,
                       int has_internal_subset)
{
    struct reader *reader = ctx;

    (void)name, (void)system_id, (void)public_id, (void)has_internal_subset;
    if (!reader->failed)
        stop_if(reader, fail_at_line(reader, ERROR_UNSUPPORTED, tr("document types are refused")));
}

static int explain(struct reader *reader)
{
    enum XML_Error code = XML_GetErrorCode(reader->parser);

    if (reader->failed)
        return reader->failed;
    if (code == XML_ERROR_NO_MEMORY)
        return error_memory(&reader->err);
    return fail_at_line(reader, ERROR_INPUT, XML_ErrorString(code));
}

/* expat keeps a token until it is whole, and reads it from its start again
 * with each block: one that does not end costs memory, and time squared. */
static bool token_is_too_long(const struct reader *reader, uint64_t given)
{
    XML_Index start = XML_GetCurrentByteIndex(reader->parser);

    return given - (start < 0 ? 0 : (uint64_t)start) > XML_TOKEN_LIMIT;
}

/* Gives one block, or the end, in parts small enough to notice a long token. */
static int feed(struct reader *reader, struct view block, uint64_t *given)
{
    enum { PART = 64 << 10 };
    int last = block.len == 0;

    do {
        struct view part = view_sub(block, 0, PART);

        if (XML_Parse(reader->parser, part.ptr, (int)part.len, last) != XML_STATUS_OK)
            return explain(reader);
        *given += part.len;
        if (token_is_too_long(reader, *given))
            return fail_at_line(reader, ERROR_LIMIT, tr("a tag or comment is too long"));
        block = view_sub(block, part.len, block.len);
    } while (block.len);
    return 0;
}

static int read_all(struct reader *reader, struct stream *stream, uint64_t *given)
{
    struct view block;

    do {
        int r = stream_next(stream, &block, &reader->err);

        if (r >= 0)
            r = feed(reader, block, given);
        if (r < 0)
            return r;
    } while (block.len);
    return 0;
}

int xml_read(struct stream *stream, const struct xml_handler *handler, void *ctx,
             uint64_t *ret_bytes, struct error *err)
{
    struct reader reader = {.handler = handler, .ctx = ctx};
    uint64_t given = 0;
    int r;

    reader.parser = XML_ParserCreate(NULL);
    if (!reader.parser)
        return error_memory(err);
    XML_SetUserData(reader.parser, &reader);
    XML_SetElementHandler(reader.parser, on_start, on_end);
    XML_SetCharacterDataHandler(reader.parser, on_text);
    XML_SetStartDoctypeDeclHandler(reader.parser, on_doctype);
    r = read_all(&reader, stream, &given);
    XML_ParserFree(reader.parser);
    if (r < 0 && err)
        *err = reader.err;
    if (r >= 0 && ret_bytes)
        *ret_bytes = given;
    return r;
}
