#include "test.h"
#include "vulndb/record.h"

static const struct view aliases[] = {VIEW("CVE-2024-1"), VIEW("GHSA-a")};
static const struct view upstream[] = {VIEW("CVE-2024-2")};
static const struct view vectors[] = {VIEW("CVSS:3.1/AV:N")};
static const struct view references[] = {VIEW("https://example.org/1"), VIEW("")};
static const struct view versions[] = {VIEW("1.0"), VIEW("1.1")};
static const struct advisory_range ranges[] = {
    {VIEW_EMPTY, VIEW("2.0"), VIEW_EMPTY},
    {VIEW("3.0"), VIEW_EMPTY, VIEW("3.5")},
};
static const struct advisory_affected affected[] = {
    {.ecosystem = VIEW("rhel:9"),
     .package = VIEW("nodejs"),
     .status = ADVISORY_INVESTIGATING,
     .flags = AFFECTED_BY_SOURCE,
     .severity = SEVERITY_HIGH,
     .severity_source = VIEW("redhat"),
     .cvss = VIEW("CVSS:3.1/AV:L"),
     .arch = VIEW("x86_64 aarch64"),
     .module = VIEW("nodejs:18"),
     .ranges = ranges,
     .range_count = 2},
    {.ecosystem = VIEW("npm"),
     .package = VIEW("left-pad"),
     .status = ADVISORY_NOT_AFFECTED,
     .versions = versions,
     .version_count = 2},
};
static const struct advisory full = {
    .id = VIEW("X-1"),
    .source = VIEW("osv"),
    .aliases = aliases,
    .alias_count = 2,
    .upstream = upstream,
    .upstream_count = 1,
    .title = VIEW("a title"),
    .details = VIEW("some details\nwith lines"),
    .cvss = vectors,
    .cvss_count = 1,
    .severity = SEVERITY_LOW,
    .references = references,
    .reference_count = 2,
    .published = 1700000000,
    .modified = -5,
    .withdrawn = true,
    .affected = affected,
    .affected_count = 2,
};

static void assert_texts(const struct view *a, size_t a_count, const struct view *b, size_t b_count)
{
    assert_int_equal(a_count, b_count);
    for (size_t i = 0; i < a_count; i++)
        assert_true(view_eq(a[i], b[i]));
}

static void assert_affected(const struct advisory_affected *a, const struct advisory_affected *b)
{
    assert_true(view_eq(a->ecosystem, b->ecosystem));
    assert_true(view_eq(a->package, b->package));
    assert_int_equal(a->status, b->status);
    assert_int_equal(a->flags, b->flags);
    assert_int_equal(a->severity, b->severity);
    assert_true(view_eq(a->severity_source, b->severity_source));
    assert_true(view_eq(a->cvss, b->cvss));
    assert_true(view_eq(a->arch, b->arch));
    assert_true(view_eq(a->module, b->module));
    assert_texts(a->versions, a->version_count, b->versions, b->version_count);
    assert_int_equal(a->range_count, b->range_count);
    for (size_t i = 0; i < a->range_count; i++) {
        assert_true(view_eq(a->ranges[i].introduced, b->ranges[i].introduced));
        assert_true(view_eq(a->ranges[i].fixed, b->ranges[i].fixed));
        assert_true(view_eq(a->ranges[i].last_affected, b->ranges[i].last_affected));
    }
}

static void assert_advisory(const struct advisory *a, const struct advisory *b)
{
    assert_true(view_eq(a->id, b->id));
    assert_true(view_eq(a->source, b->source));
    assert_true(view_eq(a->title, b->title));
    assert_true(view_eq(a->details, b->details));
    assert_texts(a->aliases, a->alias_count, b->aliases, b->alias_count);
    assert_texts(a->upstream, a->upstream_count, b->upstream, b->upstream_count);
    assert_texts(a->cvss, a->cvss_count, b->cvss, b->cvss_count);
    assert_texts(a->references, a->reference_count, b->references, b->reference_count);
    assert_int_equal(a->severity, b->severity);
    assert_true(a->published == b->published && a->modified == b->modified);
    assert_int_equal(a->withdrawn, b->withdrawn);
    assert_int_equal(a->affected_count, b->affected_count);
    for (size_t i = 0; i < a->affected_count; i++)
        assert_affected(&a->affected[i], &b->affected[i]);
}

static void there_and_back(void **state)
{
    _cleanup_(buf_done) struct buf bytes = BUF_INIT(1 << 16);
    _cleanup_arena_ struct arena *arena = arena_new(1 << 20);
    struct advisory empty = {0}, got;
    struct cursor from;

    (void)state;
    assert_int_equal(record_encode(&full, &bytes, NULL), 0);
    assert_int_equal(record_encode(&empty, &bytes, NULL), 0);
    from = cursor_of(buf_view(&bytes));
    assert_int_equal(record_decode(&from, arena, &got, NULL), 0);
    assert_advisory(&full, &got);
    assert_int_equal(record_decode(&from, arena, &got, NULL), 0);
    assert_advisory(&empty, &got);
    assert_true(cursor_at_end(&from));
}

/* Every cut is refused, and every changed byte is survived. */
static void broken(void **state)
{
    _cleanup_(buf_done) struct buf bytes = BUF_INIT(1 << 16);
    _cleanup_arena_ struct arena *arena = arena_new(1 << 20);
    struct error err = ERROR_INIT;
    struct advisory got;

    (void)state;
    assert_int_equal(record_encode(&full, &bytes, NULL), 0);
    for (size_t len = 0; len < bytes.len; len++) {
        struct cursor from = cursor_of(view_from(bytes.ptr, len));

        arena_reset(arena);
        assert_int_equal(record_decode(&from, arena, &got, &err), ERROR_INPUT);
    }
    for (size_t i = 0; i < bytes.len; i++) {
        for (unsigned value = 0; value < 256; value += 51) {
            char kept = bytes.ptr[i];
            struct cursor from = cursor_of(buf_view(&bytes));

            bytes.ptr[i] = (char)value;
            arena_reset(arena);
            record_decode(&from, arena, &got, &err);
            bytes.ptr[i] = kept;
        }
    }
}

static void limits(void **state)
{
    _cleanup_free_ char *long_text = calloc(1, RECORD_TEXT_LIMIT + 1);
    _cleanup_free_ struct view *many = calloc(RECORD_NAMES_LIMIT + 1, sizeof(*many));
    _cleanup_(buf_done) struct buf bytes = BUF_INIT(8 << 20);
    struct advisory advisory = {.title = view_from(long_text, RECORD_TEXT_LIMIT)};
    struct error err = ERROR_INIT;

    (void)state;
    assert_int_equal(record_encode(&advisory, &bytes, &err), 0);
    advisory.title.len++;
    assert_int_equal(record_encode(&advisory, &bytes, &err), ERROR_LIMIT);
    buf_reset(&bytes);
    advisory = (struct advisory){.aliases = many, .alias_count = RECORD_NAMES_LIMIT};
    assert_int_equal(record_encode(&advisory, &bytes, &err), 0);
    advisory.alias_count++;
    assert_int_equal(record_encode(&advisory, &bytes, &err), ERROR_LIMIT);
}

/* A count that promises more than the bytes can hold asks for no memory. */
static void lying_count(void **state)
{
    _cleanup_arena_ struct arena *arena = arena_new(1 << 16);
    _cleanup_(buf_done) struct buf bytes = BUF_INIT(1 << 10);
    struct advisory got;
    struct cursor from;
    struct error err = ERROR_INIT;

    (void)state;
    buf_add_u8(&bytes, 0);
    buf_add_u8(&bytes, 0);
    buf_add_u64(&bytes, 0);
    buf_add_u64(&bytes, 0);
    for (int i = 0; i < 4; i++)
        buf_add_bytes(&bytes, VIEW_EMPTY);
    buf_add_varint(&bytes, RECORD_NAMES_LIMIT);
    from = cursor_of(buf_view(&bytes));
    assert_int_equal(record_decode(&from, arena, &got, &err), ERROR_INPUT);
    assert_true(arena_used(arena) < 8192);
}

RUN_TESTS(cmocka_unit_test(there_and_back), cmocka_unit_test(broken), cmocka_unit_test(limits),
          cmocka_unit_test(lying_count))
