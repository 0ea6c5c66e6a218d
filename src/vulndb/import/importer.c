#include "vulndb/import/importer.h"

#include "base/buf.h"

static const struct importer *const importers[] = {
    &importer_kev,
    &importer_epss,
    &importer_alpine_secdb,
    &importer_oval,
    &importer_debian_list,
    &importer_apt_lists,
    &importer_debian_tracker,
    &importer_osv, /* the least certain looks last */
};
enum { IMPORTERS = sizeof(importers) / sizeof(importers[0]) };

const struct importer *importer_at(size_t i)
{
    return i < IMPORTERS ? importers[i] : NULL;
}

const struct importer *importer_by_name(struct view name)
{
    for (size_t i = 0; i < IMPORTERS; i++)
        if (view_eq(name, view_of(importers[i]->name)))
            return importers[i];
    return NULL;
}

/* What can't be decoded is asked by its own first bytes. */
static void read_head(const struct import_input *input, struct buf *head)
{
    _cleanup_(stream_free_p) struct stream *stream = NULL;
    struct view block;

    if (import_open(input, &stream, NULL) < 0)
        return;
    while (head->len < head->max && stream_next(stream, &block, NULL) == 0 && block.len)
        buf_add(head, view_sub(block, 0, head->max - head->len));
}

const struct importer *importer_sniff(const struct import_input *input)
{
    _cleanup_(buf_done) struct buf head = BUF_INIT(IMPORT_HEAD);

    read_head(input, &head);
    for (size_t i = 0; i < IMPORTERS; i++)
        if (importers[i]->sniff(input, buf_view(&head)))
            return importers[i];
    return NULL;
}

int import_open(const struct import_input *input, struct stream **ret, struct error *err)
{
    struct stream *raw;
    int r = stream_open_view(input->bytes, &raw, err);

    if (r < 0)
        return r;
    return stream_open_decoded(raw, (uint64_t)IMPORT_EXPANSION_LIMIT_MB << 20, NULL, ret, err);
}

int import_whole(const struct import_input *input, struct buf *store, struct view *ret,
                 struct error *err)
{
    _cleanup_(stream_free_p) struct stream *stream = NULL;
    struct stream *raw;
    enum stream_format format;
    int r = stream_open_view(input->bytes, &raw, err);

    if (r == 0)
        r = stream_open_decoded(raw, store->max, &format, &stream, err);
    if (r == 0 && format != STREAM_PLAIN)
        r = stream_read_all(stream, store, err);
    if (r == 0)
        *ret = format == STREAM_PLAIN ? input->bytes : buf_view(store);
    return r;
}

int import_json(const struct import_input *input, struct import_sink *sink,
                struct json_parser **ret_parser, struct json_value *ret, struct error *err)
{
    _cleanup_(buf_done) struct buf store = BUF_INIT(IMPORT_PLAIN_LIMIT);
    _cleanup_(json_parser_free_p) struct json_parser *parser = NULL;
    struct view text;
    int r = import_whole(input, &store, &text, err);

    if (r == 0)
        r = json_parser_new(&parser, err);
    if (r == 0)
        r = json_parse(parser, text, ret, err);
    if (r < 0)
        return r;
    sink->tally.bytes += text.len;
    *ret_parser = take_ptr(&parser);
    return 0;
}
