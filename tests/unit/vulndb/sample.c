#include "sample.h"

#include <stdio.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "test.h"

static const char *const statuses[ADVISORY_STATUS_COUNT] = {
    "affected", "will-not-fix", "end-of-life", "not-affected", "investigating",
};

void sample_init(struct sample *sample)
{
    char directory[] = "/tmp/plimsoll-test-XXXXXX";

    memset(sample, 0, sizeof(*sample));
    assert_non_null(mkdtemp(directory));
    sample->directory = strdup(directory);
    assert_true(asprintf(&sample->path, "%s/db", directory) > 0);
    sample->arena = arena_new(64 << 20);
    assert_int_equal(vulndb_builder_new(&sample->builder, NULL), 0);
}

void sample_done(struct sample *sample)
{
    vulndb_reader_free(sample->reader);
    vulndb_close(sample->db);
    vulndb_builder_free(sample->builder);
    unlink(sample->path);
    rmdir(sample->directory);
    free(sample->path);
    free(sample->directory);
    arena_free(sample->arena);
}

/* ---- Reading ---- */

struct reading {
    struct arena *arena;
    struct view *aliases, *upstream, *vectors, *references;
    struct advisory_affected *affected;
    struct advisory_range *ranges; /* of the affected package at hand */
    struct view *versions;
    struct advisory advisory;
};

static struct view *push(struct reading *r, struct view **list, size_t *count, struct view text)
{
    struct view *slot = arena_push(r->arena, list, count, sizeof(*slot));

    *slot = text;
    return *list;
}

static struct view prose(struct reading *r, struct view word)
{
    char *text = arena_cstr(r->arena, word);

    for (char *c = text; *c; c++)
        *c = *c == '_' ? ' ' : *c == '|' ? '\n' : *c;
    return view_of(text);
}

/* "x86_64,aarch64" -> "x86_64 aarch64" */
static struct view split_words(struct reading *r, struct view word)
{
    char *text = arena_cstr(r->arena, word);

    for (char *c = text; *c; c++)
        *c = *c == ',' ? ' ' : *c;
    return view_of(text);
}

static void read_range(struct reading *r, struct advisory_affected *to, struct view word)
{
    struct advisory_range *range =
        arena_push(r->arena, &r->ranges, &to->range_count, sizeof(*range));
    char end = word.ptr[word.len - 1];
    struct view rest = view_sub(word, 1, word.len - 2);

    range->introduced = view_cut(&rest, ',');
    if (end == ']')
        range->last_affected = rest;
    else
        range->fixed = rest;
    to->ranges = r->ranges;
}

static void read_status(struct advisory_affected *to, struct view word)
{
    for (int i = 0; i < ADVISORY_STATUS_COUNT; i++)
        if (view_eq(word, view_of(statuses[i]))) {
            to->status = (enum advisory_status)i;
            return;
        }
    fail_msg("status %.*s", VIEW_ARG(word));
}

/* A word that belongs to an affected package; false when it is another. */
static bool read_package_word(struct reading *r, struct advisory_affected *to, struct view word)
{
    struct view rest = view_sub(word, 1, word.len);

    switch (word.ptr[0]) {
    case '[':
        read_range(r, to, word);
        return true;
    case '?':
        read_status(to, rest);
        return true;
    case '#':
        to->flags |= view_eq(rest, VIEW("src")) ? AFFECTED_BY_SOURCE : AFFECTED_PENDING;
        return true;
    case '%':
        assert_true(severity_parse(view_cut(&rest, '/'), &to->severity));
        to->severity_source = rest;
        return true;
    case '+':
        to->arch = split_words(r, rest);
        return true;
    case '|':
        to->module = rest;
        return true;
    case '$':
        to->cvss = rest;
        return true;
    default:
        return false;
    }
}

static bool read_record_word(struct reading *r, struct view word)
{
    struct advisory *to = &r->advisory;
    struct view rest = view_sub(word, 1, word.len);

    switch (word.ptr[0]) {
    case '@':
        to->source = rest;
        return true;
    case '>':
        to->upstream = push(r, &r->upstream, &to->upstream_count, rest);
        return true;
    case '~':
        return clock_parse_rfc3339(rest, &to->modified);
    case '!':
        to->withdrawn = true;
        return true;
    case '^':
        return severity_parse(rest, &to->severity);
    case '*':
        to->cvss = push(r, &r->vectors, &to->cvss_count, rest);
        return true;
    case '&':
        to->references = push(r, &r->references, &to->reference_count, rest);
        return true;
    case '"':
        to->title = prose(r, rest);
        return true;
    case '\'':
        to->details = prose(r, rest);
        return true;
    default:
        return false;
    }
}

static struct advisory_affected *begin_package(struct reading *r, struct view word)
{
    struct advisory_affected *to =
        arena_push(r->arena, &r->affected, &r->advisory.affected_count, sizeof(*to));

    to->ecosystem = view_cut(&word, '/');
    to->package = word;
    r->advisory.affected = r->affected;
    r->ranges = NULL;
    r->versions = NULL;
    return to;
}

struct advisory sample_advisory(struct arena *arena, struct view line)
{
    struct reading r = {.arena = arena, .advisory = {.source = VIEW("osv")}};
    struct advisory_affected *at = NULL;

    r.advisory.id = view_word(&line);
    for (struct view word = view_word(&line); word.len; word = view_word(&line)) {
        if (view_starts(word, VIEW("==")) && at)
            at->versions = push(&r, &r.versions, &at->version_count, view_sub(word, 2, word.len));
        else if (word.ptr[0] == '=')
            r.advisory.aliases =
                push(&r, &r.aliases, &r.advisory.alias_count, view_sub(word, 1, word.len));
        else if (word.ptr[0] >= 'a' && word.ptr[0] <= 'z')
            at = begin_package(&r, word);
        else if ((!at || !read_package_word(&r, at, word)) && !read_record_word(&r, word))
            fail_msg("no such word: %.*s", VIEW_ARG(word));
    }
    return r.advisory;
}

void sample_add(struct sample *sample, const char *text)
{
    struct error err = ERROR_INIT;
    struct view rest = view_of(text);

    while (rest.ptr) {
        struct view line = view_trim(view_line(&rest));
        struct advisory advisory;

        if (!line.len)
            continue;
        advisory = sample_advisory(sample->arena, line);
        if (vulndb_builder_add(sample->builder, &advisory, &err) < 0)
            fail_msg("%s", err.message);
    }
}

void sample_build(struct sample *sample)
{
    struct error err = ERROR_INIT;

    if (vulndb_builder_write(sample->builder, sample->path, 1700000000, &sample->stats, &err) < 0)
        fail_msg("%s", err.message);
    if (vulndb_open(sample->path, &sample->db, &err) < 0 ||
        vulndb_reader_new(sample->db, &sample->reader, &err) < 0)
        fail_msg("%s", err.message);
}

/* ---- Showing ---- */

static void show_bounds(struct vulndb_statement *statement, struct buf *to)
{
    struct advisory_range range;
    struct view version;

    while (vulndb_next_range(statement, &range)) {
        buf_addf(to, " [%.*s,", VIEW_ARG(range.introduced));
        buf_add(to, range.fixed);
        buf_add(to, range.last_affected);
        buf_add_char(to, range.last_affected.len ? ']' : ')');
    }
    while (vulndb_next_version(statement, &version))
        buf_addf(to, " ==%.*s", VIEW_ARG(version));
}

static void show_ids(struct sample *sample, struct vulndb_statement *statement, struct buf *to)
{
    struct vulndb_vulnerability vulnerability;
    uint32_t index;

    buf_add_char(to, ':');
    while (vulndb_next_vulnerability(statement, &index)) {
        assert_int_equal(
            vulndb_vulnerability(sample->reader, index, sample->arena, &vulnerability, NULL), 0);
        buf_addf(to, " %.*s", VIEW_ARG(vulnerability.id));
    }
    buf_add_char(to, '\n');
}

static void show(struct sample *sample, struct vulndb_statement *statement, struct buf *to)
{
    buf_add_str(to, statuses[statement->status]);
    show_bounds(statement, to);
    if (statement->severity)
        buf_addf(to, " %%%s/%.*s", severity_name(statement->severity),
                 VIEW_ARG(statement->severity_source));
    if (statement->erratum.len)
        buf_addf(to, " {%.*s}", VIEW_ARG(statement->erratum));
    if (statement->arch.len)
        buf_addf(to, " +%.*s", VIEW_ARG(statement->arch));
    if (statement->module.len)
        buf_addf(to, " |%.*s", VIEW_ARG(statement->module));
    if (statement->cvss.len)
        buf_addf(to, " $%.*s", VIEW_ARG(statement->cvss));
    if (statement->flags & AFFECTED_BY_SOURCE)
        buf_add_str(to, " #src");
    if (statement->flags & AFFECTED_PENDING)
        buf_add_str(to, " #pending");
    show_ids(sample, statement, to);
}

struct view sample_statements(struct sample *sample, const char *package)
{
    _cleanup_(buf_done) struct buf text = BUF_INIT(1 << 20);
    struct view name = view_of(package), ecosystem = view_cut(&name, '/');
    struct vulndb_statements statements;
    struct vulndb_statement statement;
    int r = vulndb_lookup(sample->reader, ecosystem, name, &statements, NULL);

    while (r > 0 && (r = vulndb_next_statement(&statements, &statement, NULL)) > 0)
        show(sample, &statement, &text);
    assert_int_equal(r, 0);
    return arena_copy(sample->arena, buf_view(&text));
}
