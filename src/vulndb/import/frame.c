#include "vulndb/import/frame.h"

#include <stdio.h>
#include <string.h>

#include "vulndb/record.h"

enum { HEADER = 5 }; /* kind, and a length of 32 bits */

/* Bodies are written in place; their length is known behind them. */
static size_t begin(enum frame_kind kind, struct buf *to)
{
    buf_add_u8(to, (uint8_t)kind);
    buf_add_u32(to, 0);
    return to->len;
}

static int end(size_t start, struct buf *to, struct error *err)
{
    size_t len = to->len - start;
    int r = buf_failed(to, "the reply of an import", err);

    if (r < 0)
        return r;
    if (len > FRAME_LIMIT)
        return error_set(err, ERROR_LIMIT, "a record is larger than %d bytes", FRAME_LIMIT);
    for (size_t i = 0; i < 4; i++)
        to->ptr[start - 4 + i] = (char)(len >> (8 * i));
    return 0;
}

static uint64_t bits_of(double number)
{
    uint64_t bits;

    memcpy(&bits, &number, sizeof(bits));
    return bits;
}

static double number_of(uint64_t bits)
{
    double number;

    memcpy(&number, &bits, sizeof(number));
    return number;
}

int frame_add_record(const struct advisory *advisory, struct buf *to, struct error *err)
{
    size_t start = begin(FRAME_RECORD, to);
    int r = record_encode(advisory, to, err);

    return r < 0 ? r : end(start, to, err);
}

int frame_add_kev(struct view cve, const struct finding_kev *kev, struct buf *to, struct error *err)
{
    size_t start = begin(FRAME_KEV, to);

    buf_add_bytes(to, cve);
    buf_add_bytes(to, kev->date_added);
    buf_add_bytes(to, kev->due_date);
    buf_add_u8(to, kev->ransomware);
    return end(start, to, err);
}

int frame_add_epss(struct view cve, double score, double percentile, struct buf *to,
                   struct error *err)
{
    size_t start = begin(FRAME_EPSS, to);

    buf_add_bytes(to, cve);
    buf_add_u64(to, bits_of(score));
    buf_add_u64(to, bits_of(percentile));
    return end(start, to, err);
}

int frame_add_result(const struct import_result *result, struct buf *to, struct error *err)
{
    size_t start = begin(FRAME_RESULT, to);

    buf_add_bytes(to, view_of(result->name));
    buf_add_bytes(to, view_of(result->importer ? result->importer->name : NULL));
    buf_add_varint(to, (uint64_t)-result->error.kind);
    buf_add_bytes(to, view_of(result->error.message));
    buf_add_bytes(to, view_of(result->error.hint));
    tally_encode(&result->tally, to);
    return end(start, to, err);
}

static int refuse(struct error *err)
{
    error_set(err, ERROR_CRASH, "an import worker answered nonsense");
    return ERROR_CRASH;
}

static int read_record(struct frame_reader *reader, struct cursor *body, struct error *err)
{
    struct advisory advisory;
    int r = record_decode(body, reader->arena, &advisory, err);

    if (r < 0)
        return r;
    if (!cursor_at_end(body))
        return refuse(err);
    return reader->sink->advisory(reader->sink, &advisory, err);
}

static int read_kev(struct frame_reader *reader, struct cursor *body, struct error *err)
{
    struct view cve = cursor_bytes(body);
    struct finding_kev kev = {.listed = true};

    kev.date_added = cursor_bytes(body);
    kev.due_date = cursor_bytes(body);
    kev.ransomware = cursor_u8(body) != 0;
    if (!cursor_at_end(body))
        return refuse(err);
    return reader->sink->exploited(reader->sink, cve, &kev, err);
}

static int read_epss(struct frame_reader *reader, struct cursor *body, struct error *err)
{
    struct view cve = cursor_bytes(body);
    double score = number_of(cursor_u64(body)), percentile = number_of(cursor_u64(body));

    if (!cursor_at_end(body) || !(score >= 0 && score <= 1) ||
        !(percentile >= 0 && percentile <= 1))
        return refuse(err);
    return reader->sink->score(reader->sink, cve, score, percentile, err);
}

static void copy_text(char *to, size_t size, struct view from)
{
    snprintf(to, size, "%.*s", VIEW_ARG(from));
    error_make_printable(to);
}

static int read_result(struct frame_reader *reader, struct cursor *body, struct error *err)
{
    struct import_result result = {.error = ERROR_INIT};
    struct view importer;

    copy_text(result.name, sizeof(result.name), cursor_bytes(body));
    importer = cursor_bytes(body);
    result.importer = importer.len ? importer_by_name(importer) : NULL;
    result.error.kind = -(int)cursor_count(body, (uint64_t)-ERROR_INTERNAL);
    copy_text(result.error.message, sizeof(result.error.message), cursor_bytes(body));
    copy_text(result.error.hint, sizeof(result.error.hint), cursor_bytes(body));
    tally_decode(body, &result.tally);
    if (!cursor_at_end(body) || (importer.len && !result.importer))
        return refuse(err);
    return reader->result(reader, &result, err);
}

int frame_read_all(struct frame_reader *reader, struct view bytes, size_t *ret_used,
                   struct error *err)
{
    static int (*const kinds[FRAME_KIND_COUNT])(struct frame_reader *, struct cursor *,
                                                struct error *) = {
        [FRAME_RECORD] = read_record,
        [FRAME_KEV] = read_kev,
        [FRAME_EPSS] = read_epss,
        [FRAME_RESULT] = read_result,
    };
    size_t used = 0;

    while (bytes.len - used >= HEADER) {
        struct cursor cursor = cursor_of(view_sub(bytes, used, bytes.len)), body;
        uint8_t kind = cursor_u8(&cursor);
        uint32_t len = cursor_u32(&cursor);
        int r;

        if (kind >= FRAME_KIND_COUNT || len > FRAME_LIMIT)
            return refuse(err);
        if (cursor_left(&cursor) < len)
            break;
        body = cursor_of(cursor_take(&cursor, len));
        arena_reset(reader->arena);
        r = kinds[kind](reader, &body, err);
        if (r < 0)
            return r;
        used += HEADER + len;
    }
    *ret_used = used;
    return 0;
}
