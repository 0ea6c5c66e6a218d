#include "vulndb/import/osv-range.h"

#include <stdio.h>

#include "test.h"

enum { EVENTS = 8 };

/* "i0 f1.5 i2 l2.3 L3": introduced, fixed, last_affected, limit. */
static size_t parse(const char *text, struct osv_event events[EVENTS])
{
    struct view rest = view_of(text), word;
    size_t count = 0;

    while ((word = view_word(&rest)).len) {
        static const char kinds[] = "iflL";
        const char *kind = strchr(kinds, word.ptr[0]);

        assert_non_null(kind);
        assert_true(count < EVENTS);
        events[count++] =
            (struct osv_event){(enum osv_event_kind)(kind - kinds), view_sub(word, 1, word.len)};
    }
    return count;
}

static void print(const struct osv_ranges *ranges, char *to, size_t size)
{
    size_t len = 0;

    to[0] = '\0';
    for (size_t i = 0; i < ranges->count; i++)
        len += (size_t)snprintf(
            to + len, size - len, "[%.*s,%.*s%.*s%s", VIEW_ARG(ranges->items[i].introduced),
            VIEW_ARG(ranges->items[i].fixed), VIEW_ARG(ranges->items[i].last_affected),
            ranges->items[i].last_affected.len ? "]" : ")");
}

static const struct {
    const char *name, *events, *want;
} cases[] = {
    {"one fix", "i0 f1.5", "[,1.5)"},
    {"no fix", "i0", "[,)"},
    {"no fix, later start", "i1.0", "[1.0,)"},
    {"last affected is inclusive", "i0 l1.5", "[,1.5]"},
    {"several intervals", "i0 f1.5 i2.0 f2.3 i3.0", "[,1.5)[2.0,2.3)[3.0,)"},
    {"any order", "f2.3 i2.0 f1.5 i0", "[,1.5)[2.0,2.3)"},
    {"numbers, not letters", "i0 f10.0 i9.0", "[,10.0)"},
    {"intervals that touch", "i7.0 f8.1 i8.1 f8.2", "[7.0,8.1)[8.1,8.2)"},
    {"an empty interval", "i8.1 f8.1", ""},
    {"one version", "i1.0 l1.0", "[1.0,1.0]"},
    {"one version, end first", "l1.0 i1.0", "[1.0,1.0]"},
    {"a second fix changes nothing", "i0 f1.0 f2.0", "[,1.0)"},
    {"the first fix counts, in any order", "i0 f2.0 f1.0", "[,1.0)"},
    {"a second start changes nothing", "i0 i1.0 f2.0", "[,2.0)"},
    {"a fix behind the last affected", "i0 l1.0 f2.0", "[,1.0]"},
    {"no start means the beginning", "f1.5", "[,1.5)"},
    {"limit cuts an open interval", "i1.0 L2.0", "[1.0,2.0)"},
    {"limit cuts a closed interval", "i1.0 f3.0 L2.0", "[1.0,2.0)"},
    {"limit behind the fix", "i1.0 f1.5 L2.0", "[1.0,1.5)"},
    {"limit before the start", "i3.0 f4.0 L2.0", ""},
    {"the highest limit counts", "i1.0 L2.0 L3.0", "[1.0,3.0)"},
    {"no limit", "i1.0 L*", "[1.0,)"},
    {"fixed in 0: never affected", "i0 f0", "[,0)"},
    {"nothing", "", ""},
};

static void test_events(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct arena *arena = arena_new(1 << 16);
        struct osv_event events[EVENTS];
        struct osv_ranges ranges = {0};
        char got[256];

        assert_true(
            osv_range_add(events, parse(cases[i].events, events), VERSION_SEMVER, arena, &ranges));
        print(&ranges, got, sizeof(got));
        if (strcmp(got, cases[i].want) != 0)
            fail_msg("%s: got %s, want %s", cases[i].name, got, cases[i].want);
        arena_free(arena);
    }
}

static const struct {
    const char *events, *version;
    bool want;
} members[] = {
    {"i0 f1.5", "1.4.9", true},
    {"i0 f1.5", "1.5", false},
    {"i0 l1.5", "1.5", true},
    {"i0 l1.5", "1.5.1", false},
    {"i1.0", "0.9", false},
    {"i1.0", "1.0", true},
    {"i0 f1 i2 f3", "1.5", false},
    {"i0 f1 i2 f3", "2.9", true},
    {"i0", "99", true},
    {"", "1", false},
};

static void test_members(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(members); i++) {
        struct arena *arena = arena_new(1 << 16);
        struct osv_event events[EVENTS];
        struct osv_ranges ranges = {0};

        assert_true(osv_range_add(events, parse(members[i].events, events), VERSION_SEMVER, arena,
                                  &ranges));
        if (osv_ranges_hold(&ranges, VERSION_SEMVER, view_of(members[i].version)) !=
            members[i].want)
            fail_msg("%s in %s", members[i].version, members[i].events);
        arena_free(arena);
    }
}

RUN_TESTS(cmocka_unit_test(test_events), cmocka_unit_test(test_members))
