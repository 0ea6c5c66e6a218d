/* OSV records in the shapes they are published and kept in: `all.zip` of an
 * ecosystem, a tar of records (as code hosts make of an advisory repository),
 * one record, or an array of records; each perhaps compressed. Members of
 * archives that don't end in ".json" are passed over. */
#include "base/arena.h"
#include "base/buf.h"
#include "base/path.h"
#include "codec/tar.h"
#include "codec/zip.h"
#include "vulndb/import/importer.h"
#include "vulndb/import/osv-record.h"

enum { TAR_MAGIC_OFFSET = 257 };

struct osv {
    struct json_parser *parser;
    struct arena *arena;
    struct import_sink *sink;
    struct error *err;
};

static bool is_zip(struct view bytes)
{
    return view_starts(bytes, VIEW("PK\x03\x04")) || view_starts(bytes, VIEW("PK\x05\x06"));
}

static bool is_tar(struct view bytes)
{
    return view_starts(view_sub(bytes, TAR_MAGIC_OFFSET, bytes.len), VIEW("ustar"));
}

/* The schema asks for `id` and `modified`. */
static bool sniff(const struct import_input *input, struct view head)
{
    struct view text = view_trim(head);

    (void)input;
    if (is_zip(head) || is_tar(head))
        return true;
    return (view_starts(text, VIEW("{")) || view_starts(text, VIEW("["))) &&
           view_find_view(text, VIEW("\"id\"")) >= 0 &&
           (view_find_view(text, VIEW("\"modified\"")) >= 0 ||
            view_find_view(text, VIEW("\"schema_version\"")) >= 0);
}

static bool is_record_name(struct view name)
{
    return view_ends(name, VIEW(".json"));
}

/* A record that is no JSON is one broken record. */
static int import_text(struct osv *osv, struct view text, struct view where)
{
    struct error why = ERROR_INIT;
    struct json_value record;

    import_note(osv->sink, where);
    osv->sink->tally.bytes += text.len;
    if (json_parse(osv->parser, text, &record, &why) < 0) {
        if (why.kind == ERROR_MEMORY)
            return error_memory(osv->err);
        tally_broken(&osv->sink->tally, where, &why);
        return 0;
    }
    return osv_import_record(record, where, osv->arena, osv->sink, osv->err);
}

/* A member that can't be unpacked is one broken record. */
static int import_member(struct osv *osv, struct zip *zip, const struct zip_entry *entry,
                         struct buf *text)
{
    struct error why = ERROR_INIT;

    import_note(osv->sink, entry->name);
    buf_reset(text);
    if (zip_read(zip, entry, text, &why) < 0) {
        tally_broken(&osv->sink->tally, entry->name, &why);
        return why.kind == ERROR_MEMORY ? error_memory(osv->err) : 0;
    }
    return import_text(osv, buf_view(text), entry->name);
}

static int import_zip(struct osv *osv, struct view bytes)
{
    _cleanup_(buf_done) struct buf text = BUF_INIT(OSV_RECORD_LIMIT);
    _cleanup_(zip_close_p) struct zip *zip = NULL;
    struct zip_entry entry;
    int r = zip_open(bytes, &zip, osv->err);

    if (r < 0)
        return r;
    while ((r = zip_next(zip, &entry, osv->err)) > 0) {
        if (entry.directory || !is_record_name(entry.name))
            continue;
        r = import_member(osv, zip, &entry, &text);
        if (r < 0)
            return r;
    }
    return r;
}

static int import_tar(struct osv *osv, const struct import_input *input)
{
    _cleanup_(buf_done) struct buf text = BUF_INIT(OSV_RECORD_LIMIT);
    _cleanup_(tar_free_p) struct tar *tar = NULL;
    struct tar_entry entry;
    struct stream *stream;
    int r = import_open(input, &stream, osv->err);

    if (r == 0)
        r = tar_open(stream, NULL, &tar, osv->err);
    if (r < 0)
        return r;
    while ((r = tar_next(tar, &entry, osv->err)) > 0) {
        _cleanup_(buf_done) struct buf where = BUF_INIT(PATH_LIMIT);

        if (entry.type != TAR_FILE || !is_record_name(entry.path))
            continue;
        buf_add(&where, entry.path); /* the entry's views end with its body */
        buf_reset(&text);
        r = tar_read_all(tar, &text, osv->err);
        if (r == 0)
            r = import_text(osv, buf_view(&text), buf_view(&where));
        if (r < 0)
            return r;
    }
    return r;
}

/* A document by itself, so what is wrong with it is the input's failure. */
static int import_document(struct osv *osv, const struct import_input *input)
{
    _cleanup_(json_parser_free_p) struct json_parser *parser = NULL;
    struct json_value document;
    int r = import_json(input, osv->sink, &parser, &document, osv->err);

    if (r < 0)
        return r;
    if (json_type(document) == JSON_OBJECT)
        return osv_import_record(document, input->name, osv->arena, osv->sink, osv->err);
    if (json_type(document) != JSON_ARRAY)
        return error_set(osv->err, ERROR_INPUT, "OSV: neither a record nor an array of records");
    for (struct json_iter i = json_iter(document); r == 0 && json_next(&i);)
        r = osv_import_record(i.value, input->name, osv->arena, osv->sink, osv->err);
    return r;
}

/* A tar may be compressed, a zip is not. */
static bool holds_tar(const struct import_input *input)
{
    _cleanup_(stream_free_p) struct stream *stream = NULL;
    struct view block;

    return import_open(input, &stream, NULL) == 0 && stream_next(stream, &block, NULL) == 0 &&
           is_tar(block);
}

static int run(const struct import_input *input, struct import_sink *sink, struct error *err)
{
    _cleanup_(json_parser_free_p) struct json_parser *parser = NULL;
    _cleanup_arena_ struct arena *arena = arena_new(OSV_ARENA_LIMIT);
    struct osv osv = {.arena = arena, .sink = sink, .err = err};
    int r = arena ? json_parser_new(&parser, err) : error_memory(err);

    if (r < 0)
        return r;
    osv.parser = parser;
    if (is_zip(input->bytes))
        return import_zip(&osv, input->bytes);
    if (holds_tar(input))
        return import_tar(&osv, input);
    return import_document(&osv, input);
}

const struct importer importer_osv = {
    "osv",
    "OSV records (an ecosystem's all.zip, a tar, or JSON)",
    sniff,
    run,
};
