#include "vulndb/statement.h"

/* First byte: status, severity, flags. Second byte: which parts follow. */
enum {
    HEAD_SEVERITY_SHIFT = 3,
    HEAD_FLAGS_SHIFT = 6,
    HEAD_MASK = 7,

    PART_SEVERITY_SOURCE = 1 << 0,
    PART_ARCH = 1 << 1,
    PART_MODULE = 1 << 2,
    PART_CVSS = 1 << 3,
    PART_ERRATUM = 1 << 4,
    PART_VERSIONS = 1 << 5,
    PARTS_ALL = (1 << 6) - 1,

    BOUND_INTRODUCED = 1 << 0,
    BOUND_FIXED = 1 << 1,
    BOUND_LAST_AFFECTED = 1 << 2,
    BOUNDS_ALL = 7,
};
_Static_assert(ADVISORY_STATUS_COUNT <= HEAD_MASK + 1 && SEVERITY_COUNT <= HEAD_MASK + 1,
               "the head byte is too small");

static void pack_range(const struct advisory_range *range, struct buf *to)
{
    const struct view bounds[] = {range->introduced, range->fixed, range->last_affected};
    unsigned present = 0;

    for (size_t i = 0; i < 3; i++)
        present |= bounds[i].len ? 1U << i : 0;
    buf_add_u8(to, (uint8_t)present);
    for (size_t i = 0; i < 3; i++)
        if (bounds[i].len)
            buf_add_bytes(to, bounds[i]);
}

/* A list behind its count and its length in bytes, to be skipped at once. */
static void add_list(struct buf *to, size_t count, const struct buf *list)
{
    buf_add_varint(to, count);
    buf_add_bytes(to, buf_view(list));
}

void statement_pack_bounds(const struct advisory_affected *affected, struct buf *to)
{
    _cleanup_(buf_done) struct buf list = BUF_INIT(to->max);

    for (size_t i = 0; i < affected->range_count; i++)
        pack_range(&affected->ranges[i], &list);
    add_list(to, affected->range_count, &list);
    if (affected->version_count) {
        list.len = 0;
        for (size_t i = 0; i < affected->version_count; i++)
            buf_add_bytes(&list, affected->versions[i]);
        add_list(to, affected->version_count, &list);
    }
    if (list.failed && !to->failed)
        to->failed = list.failed;
}

/* Whether bounds have a list of versions behind the ranges. */
static bool have_versions(struct view bounds)
{
    struct cursor at = cursor_of(bounds);

    cursor_varint(&at);
    cursor_bytes(&at);
    return cursor_left(&at) > 0;
}

void statement_pack(const struct statement_parts *parts, struct buf *to)
{
    unsigned present = (parts->severity_source ? PART_SEVERITY_SOURCE : 0) |
                       (parts->arch ? PART_ARCH : 0) | (parts->module ? PART_MODULE : 0) |
                       (parts->cvss.len ? PART_CVSS : 0) | (parts->erratum.len ? PART_ERRATUM : 0) |
                       (have_versions(parts->bounds) ? PART_VERSIONS : 0);
    uint32_t before = 0;

    buf_add_u8(to, (uint8_t)(parts->status | parts->severity << HEAD_SEVERITY_SHIFT |
                             parts->flags << HEAD_FLAGS_SHIFT));
    buf_add_u8(to, (uint8_t)present);
    if (parts->severity_source)
        buf_add_varint(to, parts->severity_source);
    if (parts->arch)
        buf_add_varint(to, parts->arch);
    if (parts->module)
        buf_add_varint(to, parts->module);
    if (parts->cvss.len)
        buf_add_bytes(to, parts->cvss);
    if (parts->erratum.len)
        buf_add_bytes(to, parts->erratum);
    buf_add(to, parts->bounds);
    buf_add_varint(to, parts->vulnerability_count);
    for (size_t i = 0; i < parts->vulnerability_count; i++) {
        buf_add_varint(to, parts->vulnerabilities[i] - before);
        before = parts->vulnerabilities[i];
    }
}

static struct view read_string(struct cursor *at, unsigned present, unsigned part,
                               const struct statement_strings *strings)
{
    uint64_t number;

    if (!(present & part) || !strings->count)
        return VIEW_EMPTY;
    number = cursor_count(at, strings->count - 1);
    return at->failed ? VIEW_EMPTY : strings->strings[number];
}

static struct cursor read_list(struct cursor *at, size_t limit, size_t *ret_count)
{
    size_t count = (size_t)cursor_count(at, limit);
    struct view list = cursor_bytes(at);

    if (count > list.len)
        cursor_fail(at);
    *ret_count = at->failed ? 0 : count;
    return cursor_of(list);
}

bool statement_unpack(struct view bytes, const struct statement_strings *strings,
                      struct vulndb_statement *ret)
{
    struct cursor at = cursor_of(bytes);
    unsigned head = cursor_u8(&at), present = cursor_u8(&at);
    struct vulndb_statement statement = {
        .status = (enum advisory_status)(head & HEAD_MASK),
        .severity = (enum severity)(head >> HEAD_SEVERITY_SHIFT & HEAD_MASK),
        .flags = head >> HEAD_FLAGS_SHIFT,
    };

    statement.severity_source = read_string(&at, present, PART_SEVERITY_SOURCE, strings);
    statement.arch = read_string(&at, present, PART_ARCH, strings);
    statement.module = read_string(&at, present, PART_MODULE, strings);
    if (present & PART_CVSS)
        statement.cvss = cursor_bytes(&at);
    if (present & PART_ERRATUM)
        statement.erratum = cursor_bytes(&at);
    statement.ranges = read_list(&at, STATEMENT_RANGES_LIMIT, &statement.range_count);
    if (present & PART_VERSIONS)
        statement.versions = read_list(&at, STATEMENT_VERSIONS_LIMIT, &statement.version_count);
    statement.vulnerability_count = (size_t)cursor_count(&at, STATEMENT_VULNERABILITIES_LIMIT);
    if (at.failed || present > PARTS_ALL || statement.status >= ADVISORY_STATUS_COUNT ||
        statement.severity >= SEVERITY_COUNT || statement.vulnerability_count > cursor_left(&at))
        return false;
    statement.vulnerabilities = at;
    *ret = statement;
    return true;
}

static struct view next_bound(struct cursor *at, unsigned present, unsigned bound)
{
    struct view version = present & bound ? cursor_bytes(at) : VIEW_EMPTY;

    if (version.len > STATEMENT_VERSION_LIMIT)
        cursor_fail(at);
    return version;
}

bool vulndb_next_range(struct vulndb_statement *statement, struct advisory_range *ret)
{
    struct cursor *at = &statement->ranges;
    struct advisory_range range;
    unsigned present;

    if (statement->range_count == 0)
        return false;
    present = cursor_u8(at);
    if (present > BOUNDS_ALL)
        cursor_fail(at);
    range.introduced = next_bound(at, present, BOUND_INTRODUCED);
    range.fixed = next_bound(at, present, BOUND_FIXED);
    range.last_affected = next_bound(at, present, BOUND_LAST_AFFECTED);
    if (at->failed)
        return false;
    statement->range_count--;
    *ret = range;
    return true;
}

bool vulndb_next_version(struct vulndb_statement *statement, struct view *ret)
{
    struct view version;

    if (statement->version_count == 0)
        return false;
    version = next_bound(&statement->versions, 1, 1);
    if (statement->versions.failed)
        return false;
    statement->version_count--;
    *ret = version;
    return true;
}

bool vulndb_next_vulnerability(struct vulndb_statement *statement, uint32_t *ret_index)
{
    uint64_t step;

    if (statement->vulnerability_count == 0)
        return false;
    step = cursor_count(&statement->vulnerabilities, UINT32_MAX - statement->vulnerability);
    if (statement->vulnerabilities.failed)
        return false;
    statement->vulnerability_count--;
    statement->vulnerability += (uint32_t)step;
    *ret_index = statement->vulnerability;
    return true;
}
