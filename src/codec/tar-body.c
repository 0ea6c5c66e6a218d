#include "codec/tar-body.h"

#include <inttypes.h>

enum { HOLE_BLOCK = 64 << 10 };

static const char zeros[HOLE_BLOCK];

static int fail_truncated(const struct stream_input *input, struct error *err)
{
    return error_set(err, ERROR_INPUT, "tar: truncated at offset %" PRIu64, input->offset);
}

int tar_record_read(struct stream_input *input, char record[static TAR_RECORD], struct error *err)
{
    size_t have = 0;

    while (have < TAR_RECORD) {
        int r = stream_input_fill(input, err);
        struct view part = view_sub(input->left, 0, TAR_RECORD - have);

        if (r < 0)
            return r;
        if (input->ended)
            return have ? fail_truncated(input, err) : 0;
        memcpy(record + have, part.ptr, part.len);
        have += part.len;
        stream_input_advance(input, part.len);
    }
    return 1;
}

int tar_skip(struct stream_input *input, uint64_t count, struct error *err)
{
    uint64_t end = input->offset + count;
    int r = stream_input_skip(input, count, err);

    if (r < 0)
        return r;
    return input->offset < end ? fail_truncated(input, err) : 0;
}

void tar_body_open(struct tar_body *body, uint64_t stored)
{
    body->stored = body->size = stored;
    body->padding = tar_padding(stored);
    body->position = 0;
    body->sparse = NULL;
    body->fragment = 0;
}

int tar_body_close(struct tar_body *body, struct error *err)
{
    uint64_t left = body->stored + body->padding;

    tar_body_open(body, 0);
    return tar_skip(body->input, left, err);
}

static int fail_map(struct error *err)
{
    return error_set(err, ERROR_INPUT, "the map of a sparse file is malformed");
}

int tar_body_read_gnu_map(struct tar_body *body, const struct tar_header *header,
                          struct tar_sparse *sparse, struct error *err)
{
    size_t len = (size_t)TAR_GNU_FRAGMENTS_BEHIND * TAR_GNU_FRAGMENT_SIZE;
    bool continued = header->continued;
    char record[TAR_RECORD];
    int r;

    tar_sparse_reset(sparse);
    r = tar_sparse_add_fields(sparse, header->fragments, err);
    while (r >= 0 && continued) {
        r = tar_record_read(body->input, record, err);
        if (r <= 0)
            return r < 0 ? r : fail_truncated(body->input, err);
        continued = record[len] != '\0';
        r = tar_sparse_add_fields(sparse, view_from(record, len), err);
    }
    return r;
}

/* The lines of a map in format 1.0: how many fragments, then offsets and
 * lengths by turns. */
struct map_lines {
    struct tar_sparse *sparse;
    bool counted;
    uint64_t left; /* numbers to come, once counted */
    uint64_t number;
    unsigned digits;
};

static bool is_whole(const struct map_lines *lines)
{
    return lines->counted && lines->left == 0;
}

static int take_number(struct map_lines *lines, struct error *err)
{
    uint64_t number = lines->number;

    lines->number = lines->digits = 0;
    if (!lines->counted) {
        lines->counted = true;
        lines->left = 2 * number;
        return 0;
    }
    lines->left--;
    return tar_sparse_add_number(lines->sparse, number, err);
}

static int take_char(struct map_lines *lines, char c, struct error *err)
{
    enum { DIGITS_LIMIT = 18 }; /* no overflow, even doubled */

    if (c == '\n' && lines->digits)
        return take_number(lines, err);
    if (c < '0' || c > '9' || ++lines->digits > DIGITS_LIMIT)
        return fail_map(err);
    lines->number = lines->number * 10 + (uint64_t)(c - '0');
    return 0;
}

int tar_body_read_map(struct tar_body *body, struct tar_sparse *sparse, struct error *err)
{
    struct map_lines lines = {.sparse = sparse};
    char record[TAR_RECORD];

    tar_sparse_reset(sparse);
    while (!is_whole(&lines)) {
        int r =
            body->stored < TAR_RECORD ? fail_map(err) : tar_record_read(body->input, record, err);

        if (r <= 0)
            return r < 0 ? r : fail_truncated(body->input, err);
        body->stored -= TAR_RECORD;
        for (size_t i = 0; i < TAR_RECORD && r >= 0 && !is_whole(&lines); i++)
            r = take_char(&lines, record[i], err);
        if (r < 0)
            return r;
    }
    return 0;
}

int tar_body_use_map(struct tar_body *body, struct tar_sparse *sparse, uint64_t size,
                     struct error *err)
{
    if (!tar_sparse_fits(sparse, size, body->stored))
        return fail_map(err);
    body->size = size;
    body->sparse = sparse;
    return 0;
}

static int read_hole(struct tar_body *body, uint64_t end, struct view *ret, struct error *err)
{
    uint64_t len = end - body->position;

    if (len > HOLE_BLOCK)
        len = HOLE_BLOCK;
    if (len > body->holes_left)
        return error_set(err, ERROR_LIMIT, "tar: the holes of sparse files are too large");
    body->holes_left -= len;
    body->position += len;
    *ret = view_from(zeros, (size_t)len);
    return 0;
}

/* Stored bytes, up to the position `end` of the body. */
static int read_stored(struct tar_body *body, uint64_t end, struct view *ret, struct error *err)
{
    struct stream_input *input = body->input;
    int r = stream_input_fill(input, err);

    if (r < 0)
        return r;
    if (input->ended)
        return fail_truncated(input, err);
    *ret = view_sub(input->left, 0, (size_t)(end - body->position));
    stream_input_advance(input, ret->len);
    body->stored -= ret->len;
    body->position += ret->len;
    return 0;
}

static int read_sparse(struct tar_body *body, struct view *ret, struct error *err)
{
    const struct tar_sparse *map = body->sparse;

    for (; body->fragment < map->count; body->fragment++) {
        const struct tar_fragment *f = &map->fragments[body->fragment];

        if (body->position < f->offset)
            return read_hole(body, f->offset, ret, err);
        if (body->position < f->offset + f->length)
            return read_stored(body, f->offset + f->length, ret, err);
    }
    return read_hole(body, body->size, ret, err);
}

int tar_body_read(struct tar_body *body, struct view *ret_block, struct error *err)
{
    if (body->position == body->size) {
        *ret_block = VIEW_EMPTY;
        return 0;
    }
    return body->sparse ? read_sparse(body, ret_block, err)
                        : read_stored(body, body->size, ret_block, err);
}
