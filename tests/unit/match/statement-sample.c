#include "test.h"

#include "statement-sample.h"

enum { BYTES_LIMIT = 1 << 16, RANGES = 8, VERSIONS = 8 };

static size_t read_ranges(const char *text, struct advisory_range to[static RANGES])
{
    struct view rest = view_of(text), word;
    size_t count = 0;

    for (; (word = view_word(&rest)).len; count++) {
        ptrdiff_t less = view_find(word, '<'), equal = view_find(word, '=');
        size_t at = (size_t)(less >= 0 ? less : equal);
        struct view end = view_sub(word, at + 1, word.len);

        assert_true(count < RANGES && (less >= 0 || equal >= 0));
        to[count] = (struct advisory_range){.introduced = view_sub(word, 0, at)};
        *(less >= 0 ? &to[count].fixed : &to[count].last_affected) = end;
    }
    return count;
}

static size_t read_versions(const char *text, struct view to[static VERSIONS])
{
    struct view rest = view_of(text), word;
    size_t count = 0;

    for (; (word = view_word(&rest)).len; count++) {
        assert_true(count < VERSIONS);
        to[count] = word;
    }
    return count;
}

static void pack_bounds(const struct statement_sample *sample, struct buf *to)
{
    struct advisory_range ranges[RANGES];
    struct view versions[VERSIONS];
    struct advisory_affected affected = {.ranges = ranges, .versions = versions};

    affected.range_count = read_ranges(sample->ranges, ranges);
    affected.version_count = read_versions(sample->versions, versions);
    statement_pack_bounds(&affected, to);
}

static uint32_t add_string(struct packed_sample *to, const char *text)
{
    if (!text)
        return 0;
    to->strings[to->table.count] = view_of(text);
    return (uint32_t)to->table.count++;
}

struct vulndb_statement statement_of_sample(const struct statement_sample *sample,
                                            struct packed_sample *to)
{
    _cleanup_(buf_done) struct buf bounds = BUF_INIT(BYTES_LIMIT);
    struct vulndb_statement statement;
    struct statement_parts parts = {
        .status = sample->status,
        .flags = sample->binary ? 0 : AFFECTED_BY_SOURCE,
        .severity = sample->severity,
        .cvss = view_of(sample->cvss),
        .erratum = view_of(sample->erratum),
        .vulnerabilities = sample->indexes,
    };

    *to = (struct packed_sample){.bytes = BUF_INIT(BYTES_LIMIT)};
    to->table = (struct statement_strings){to->strings, 1};
    parts.severity_source = add_string(to, sample->severity_source);
    parts.arch = add_string(to, sample->arch);
    parts.module = add_string(to, sample->module);
    while (parts.vulnerability_count < SAMPLE_INDEXES && sample->indexes[parts.vulnerability_count])
        parts.vulnerability_count++;
    pack_bounds(sample, &bounds);
    parts.bounds = buf_view(&bounds);
    statement_pack(&parts, &to->bytes);
    assert_true(statement_unpack(buf_view(&to->bytes), &to->table, &statement));
    return statement;
}

void packed_sample_done(struct packed_sample *packed)
{
    buf_done(&packed->bytes);
}
