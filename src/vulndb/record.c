#include "vulndb/record.h"

/* Flags of a record, and of an affected package: which parts follow. */
enum {
    RECORD_WITHDRAWN = 1 << 0,
    RECORD_FLAGS = RECORD_WITHDRAWN,

    AFFECTED_HAS_RATING = 1 << 0, /* severity_source and cvss */
    AFFECTED_HAS_LIMITS = 1 << 1, /* arch and module */
    AFFECTED_PARTS = AFFECTED_HAS_RATING | AFFECTED_HAS_LIMITS,
    AFFECTED_FLAGS = AFFECTED_BY_SOURCE | AFFECTED_PENDING,
};

/* Lists longer than their limit don't fit: the encoder's buffer fails as a
 * cursor does, and is checked once. */
static void add_count(struct buf *to, size_t count, size_t limit)
{
    if (count > limit && !to->failed)
        to->failed = ERROR_LIMIT;
    buf_add_varint(to, count);
}

static void add_text(struct buf *to, struct view text)
{
    if (text.len > RECORD_TEXT_LIMIT && !to->failed)
        to->failed = ERROR_LIMIT;
    buf_add_bytes(to, text);
}

static void add_texts(struct buf *to, const struct view *texts, size_t count, size_t limit)
{
    add_count(to, count, limit);
    for (size_t i = 0; i < count && !to->failed; i++)
        add_text(to, texts[i]);
}

static void add_affected(struct buf *to, const struct advisory_affected *affected)
{
    bool rated = affected->severity_source.len || affected->cvss.len;
    bool limited = affected->arch.len || affected->module.len;

    add_text(to, affected->ecosystem);
    add_text(to, affected->package);
    buf_add_u8(to, (uint8_t)affected->status);
    buf_add_u8(to, (uint8_t)affected->flags);
    buf_add_u8(to, (uint8_t)affected->severity);
    buf_add_u8(to,
               (uint8_t)((rated ? AFFECTED_HAS_RATING : 0) | (limited ? AFFECTED_HAS_LIMITS : 0)));
    if (rated) {
        add_text(to, affected->severity_source);
        add_text(to, affected->cvss);
    }
    if (limited) {
        add_text(to, affected->arch);
        add_text(to, affected->module);
    }
    add_count(to, affected->range_count, RECORD_RANGES_LIMIT);
    for (size_t i = 0; i < affected->range_count && !to->failed; i++) {
        add_text(to, affected->ranges[i].introduced);
        add_text(to, affected->ranges[i].fixed);
        add_text(to, affected->ranges[i].last_affected);
    }
    add_texts(to, affected->versions, affected->version_count, RECORD_VERSIONS_LIMIT);
}

int record_encode(const struct advisory *advisory, struct buf *to, struct error *err)
{
    buf_add_u8(to, advisory->withdrawn ? RECORD_WITHDRAWN : 0);
    buf_add_u8(to, (uint8_t)advisory->severity);
    buf_add_u64(to, (uint64_t)advisory->published);
    buf_add_u64(to, (uint64_t)advisory->modified);
    add_text(to, advisory->id);
    add_text(to, advisory->source);
    add_text(to, advisory->title);
    add_text(to, advisory->details);
    add_texts(to, advisory->aliases, advisory->alias_count, RECORD_NAMES_LIMIT);
    add_texts(to, advisory->upstream, advisory->upstream_count, RECORD_NAMES_LIMIT);
    add_texts(to, advisory->cvss, advisory->cvss_count, RECORD_VECTORS_LIMIT);
    add_texts(to, advisory->references, advisory->reference_count, RECORD_REFERENCES_LIMIT);
    add_count(to, advisory->affected_count, RECORD_AFFECTED_LIMIT);
    for (size_t i = 0; i < advisory->affected_count && !to->failed; i++)
        add_affected(to, &advisory->affected[i]);
    if (to->failed)
        return buf_failed(to, "an advisory record", err);
    return 0;
}

/* A count of things that take at least `least` bytes each: one that can't be
 * true fails before memory is asked for it. */
static size_t read_count(struct cursor *from, size_t limit, size_t least)
{
    size_t count = (size_t)cursor_count(from, limit);

    if (count > cursor_left(from) / least)
        cursor_fail(from);
    return from->failed ? 0 : count;
}

static struct view read_text(struct cursor *from)
{
    struct view text = cursor_bytes(from);

    if (text.len > RECORD_TEXT_LIMIT)
        cursor_fail(from);
    return text;
}

static void *new_array(struct cursor *from, struct arena *arena, size_t count, size_t size)
{
    void *array = count ? arena_array(arena, count, size) : NULL;

    if (count && !array)
        cursor_fail(from);
    return array;
}

static const struct view *read_texts(struct cursor *from, size_t limit, struct arena *arena,
                                     size_t *ret_count)
{
    size_t count = read_count(from, limit, 1);
    struct view *texts = new_array(from, arena, count, sizeof(*texts));

    *ret_count = from->failed ? 0 : count;
    for (size_t i = 0; i < *ret_count; i++)
        texts[i] = read_text(from);
    return texts;
}

/* One byte that is at most `max`. */
static unsigned read_small(struct cursor *from, unsigned max)
{
    unsigned value = cursor_u8(from);

    if (value > max)
        cursor_fail(from);
    return from->failed ? 0 : value;
}

static void read_ranges(struct cursor *from, struct arena *arena, struct advisory_affected *to)
{
    size_t count = read_count(from, RECORD_RANGES_LIMIT, 3);
    struct advisory_range *ranges = new_array(from, arena, count, sizeof(*ranges));

    if (from->failed)
        return;
    for (size_t i = 0; i < count; i++) {
        ranges[i].introduced = read_text(from);
        ranges[i].fixed = read_text(from);
        ranges[i].last_affected = read_text(from);
    }
    to->ranges = ranges;
    to->range_count = count;
}

static void read_affected(struct cursor *from, struct arena *arena, struct advisory_affected *to)
{
    unsigned parts;

    to->ecosystem = read_text(from);
    to->package = read_text(from);
    to->status = (enum advisory_status)read_small(from, ADVISORY_STATUS_COUNT - 1);
    to->flags = read_small(from, AFFECTED_FLAGS);
    to->severity = (enum severity)read_small(from, SEVERITY_COUNT - 1);
    parts = read_small(from, AFFECTED_PARTS);
    if (parts & AFFECTED_HAS_RATING) {
        to->severity_source = read_text(from);
        to->cvss = read_text(from);
    }
    if (parts & AFFECTED_HAS_LIMITS) {
        to->arch = read_text(from);
        to->module = read_text(from);
    }
    read_ranges(from, arena, to);
    to->versions = read_texts(from, RECORD_VERSIONS_LIMIT, arena, &to->version_count);
}

enum { AFFECTED_BYTES_LEAST = 8 };

static void read_record(struct cursor *from, struct arena *arena, struct advisory *to)
{
    struct advisory_affected *affected;
    size_t count;

    to->withdrawn = read_small(from, RECORD_FLAGS) & RECORD_WITHDRAWN;
    to->severity = (enum severity)read_small(from, SEVERITY_COUNT - 1);
    to->published = (int64_t)cursor_u64(from);
    to->modified = (int64_t)cursor_u64(from);
    to->id = read_text(from);
    to->source = read_text(from);
    to->title = read_text(from);
    to->details = read_text(from);
    to->aliases = read_texts(from, RECORD_NAMES_LIMIT, arena, &to->alias_count);
    to->upstream = read_texts(from, RECORD_NAMES_LIMIT, arena, &to->upstream_count);
    to->cvss = read_texts(from, RECORD_VECTORS_LIMIT, arena, &to->cvss_count);
    to->references = read_texts(from, RECORD_REFERENCES_LIMIT, arena, &to->reference_count);
    count = read_count(from, RECORD_AFFECTED_LIMIT, AFFECTED_BYTES_LEAST);
    affected = new_array(from, arena, count, sizeof(*affected));
    for (size_t i = 0; i < count && !from->failed; i++)
        read_affected(from, arena, &affected[i]);
    to->affected = affected;
    to->affected_count = from->failed ? 0 : count;
}

int record_decode(struct cursor *from, struct arena *arena, struct advisory *ret, struct error *err)
{
    struct advisory advisory = {0};
    int r;

    read_record(from, arena, &advisory);
    r = arena_failed(arena, "an advisory record", err);
    if (r < 0)
        return r;
    if (from->failed)
        return error_set(err, ERROR_INPUT, "advisory record: broken at byte %zu", from->at);
    *ret = advisory;
    return 0;
}
