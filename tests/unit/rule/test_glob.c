#include "rule/program/glob.h"

#include <fnmatch.h>

#include "test.h"

static const struct {
    const char *pattern, *text;
} cases[] = {
    {"", ""},
    {"", "a"},
    {"*", ""},
    {"*", "a/b"},
    {"a*", "abc"},
    {"*c", "abc"},
    {"a*c", "abbc"},
    {"a*c", "abcd"},
    {"?", "a"},
    {"?", "/"},
    {"??", "a"},
    {"[abc]", "b"},
    {"[!abc]", "b"},
    {"[^abc]", "d"},
    {"[a-c]", "b"},
    {"[c-a]", "b"},
    {"[]]", "]"},
    {"[]a]", "a"},
    {"[!]a]", "b"},
    {"[a", "[a"},
    {"[a", "a"},
    {"[", "["},
    {"a[", "a["},
    {"[]", "[]"},
    {"[!]", "[!]"},
    {"[a-]", "-"},
    {"[-a]", "-"},
    {"[a-", "[a-"},
    {"[[:alpha:]]", "x"},
    {"[[:alpha:]]", "1"},
    {"[[:digit:]x]", "x"},
    {"[![:space:]]", "x"},
    {"[[:nope:]]", "x"},
    {"[[:alpha:]", "x"},
    {"[[:alpha]", ":"},
    {"[[.a.]]", "a"},
    {"[[=a=]]", "a"},
    {"\\*", "*"},
    {"\\*", "a"},
    {"\\a", "a"},
    {"\\", "\\"},
    {"a\\", "a"},
    {"[\\]]", "]"},
    {"[\\-a]", "-"},
    {"**", "x"},
    {"*a*b*", "xaxbx"},
    {"*.so.*", "libc.so.6"},
    {"/etc/*/x", "/etc/a/b/x"},
};

static void test_fnmatch(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        for (int nocase = 0; nocase < 2; nocase++) {
            uint64_t steps = 100000;
            bool want = !fnmatch(cases[i].pattern, cases[i].text, nocase ? FNM_CASEFOLD : 0);
            bool got = rule_glob_match(view_of(cases[i].pattern), view_of(cases[i].text), nocase,
                                       &steps) == RULE_GLOB_YES;

            if (got != want)
                fail_msg("%s against %s: %d", cases[i].pattern, cases[i].text, got);
        }
}

static uint32_t next_random(uint64_t *state, uint32_t below)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return (uint32_t)(*state >> 33) % below;
}

static void fill(char *text, size_t room, const char *letters, uint64_t *random)
{
    size_t len = next_random(random, (uint32_t)room);

    for (size_t i = 0; i < len; i++)
        text[i] = letters[next_random(random, (uint32_t)strlen(letters))];
    text[len] = '\0';
}

static void test_random(void **state)
{
    uint64_t random = 88172645463325252U, matched = 0;
    char pattern[10], text[8];

    (void)state;
    for (int i = 0; i < 400000; i++) {
        uint64_t steps = 100000;
        int flags = i % 2 ? FNM_CASEFOLD : 0;
        bool want, got;

        fill(pattern, sizeof(pattern), "ab*?[]!-\\B:=.^", &random);
        fill(text, sizeof(text), "abcB]-[\\", &random);
        want = !fnmatch(pattern, text, flags);
        got = rule_glob_match(view_of(pattern), view_of(text), flags, &steps) == RULE_GLOB_YES;
        matched += got;
        if (got != want)
            fail_msg("\"%s\" against \"%s\": %d", pattern, text, got);
    }
    assert_true(matched > 1000);
}

/* What is said of the shape is true of what matches. */
static void test_shape(void **state)
{
    static const struct {
        const char *pattern;
        int kind;
        const char *literal;
        bool ends;
    } shapes[] = {
        {"abc", RULE_GLOB_EXACT, "abc", false},
        {"", RULE_GLOB_EXACT, "", false},
        {"a\\*b", RULE_GLOB_EXACT, "a*b", false},
        {"abc*", RULE_GLOB_STARTS, "abc", false},
        {"*abc", RULE_GLOB_ENDS, "abc", false},
        {"*a\\?c", RULE_GLOB_ENDS, "a?c", false},
        {"*abc*", RULE_GLOB_CONTAINS, "abc", false},
        {"*", RULE_GLOB_CONTAINS, "", false},
        {"**", RULE_GLOB_CONTAINS, "", false},
        {"/home/*/.ssh", RULE_GLOB_GENERAL, "/home/", false},
        {"*/a/*/b", RULE_GLOB_GENERAL, "/b", true},
        {"*a?", RULE_GLOB_GENERAL, "", false},
        {"?*b", RULE_GLOB_GENERAL, "b", true},
        {"[a]bc", RULE_GLOB_GENERAL, "", false},
        {"*[a]bc", RULE_GLOB_GENERAL, "", false},
        {"a\\", RULE_GLOB_GENERAL, "a", false},
    };
    _cleanup_arena_ struct arena *arena = arena_new(1 << 16);

    (void)state;
    for (size_t i = 0; i < COUNT(shapes); i++) {
        struct rule_glob glob = rule_glob_shape(view_of(shapes[i].pattern), arena);

        if ((int)glob.kind != shapes[i].kind ||
            !view_eq(glob.literal, view_of(shapes[i].literal)) ||
            glob.literal_ends != shapes[i].ends)
            fail_msg("%s: %d \"%.*s\" %d", shapes[i].pattern, (int)glob.kind,
                     VIEW_ARG(glob.literal), glob.literal_ends);
    }
}

/* Shapes of random patterns promise nothing that a match breaks. */
static void test_random_shapes(void **state)
{
    _cleanup_arena_ struct arena *arena = arena_new(1 << 20);
    uint64_t random = 362436069362436069U;
    char pattern[8], text[8];

    (void)state;
    for (int i = 0; i < 300000; i++) {
        struct rule_glob glob;
        struct view value;
        bool want;

        arena_reset(arena);
        fill(pattern, sizeof(pattern), "ab*?[]\\", &random);
        fill(text, sizeof(text), "ab*[\\]", &random);
        glob = rule_glob_shape(view_of(pattern), arena);
        value = view_of(text);
        want = !fnmatch(pattern, text, 0);
        if (want)
            assert_true(view_find_view(value, rule_glob_longest(view_of(pattern), arena)) >= 0);
        if (glob.kind == RULE_GLOB_EXACT)
            assert_int_equal(want, view_eq(value, glob.literal));
        else if (glob.kind == RULE_GLOB_STARTS)
            assert_int_equal(want, view_starts(value, glob.literal));
        else if (glob.kind == RULE_GLOB_ENDS)
            assert_int_equal(want, view_ends(value, glob.literal));
        else if (glob.kind == RULE_GLOB_CONTAINS)
            assert_int_equal(want, view_find_view(value, glob.literal) >= 0);
        else if (want && glob.literal_ends && !view_ends(value, glob.literal))
            fail_msg("\"%s\" ends with \"%.*s\"", pattern, VIEW_ARG(glob.literal));
        else if (want && !glob.literal_ends && !view_starts(value, glob.literal))
            fail_msg("\"%s\" starts with \"%.*s\"", pattern, VIEW_ARG(glob.literal));
    }
}

static void test_longest(void **state)
{
    static const struct {
        const char *pattern, *want;
    } longest[] = {
        {"/home/*/.cache/*", "/.cache/"},
        {"a?bcd*ef", "bcd"},
        {"a\\*b*c", "a*b"},
        {"*", ""},
        {"ab[cde]fghi", "ab"},
        {"abc\\", "abc"},
        {"", ""},
    };
    _cleanup_arena_ struct arena *arena = arena_new(1 << 16);

    (void)state;
    for (size_t i = 0; i < COUNT(longest); i++)
        assert_view(rule_glob_longest(view_of(longest[i].pattern), arena), longest[i].want);
}

static void test_steps(void **state)
{
    char text[4096];
    uint64_t steps = 100;

    (void)state;
    memset(text, 'a', sizeof(text));
    assert_int_equal(rule_glob_match(VIEW("*a*a*b"), view_from(text, sizeof(text)), false, &steps),
                     RULE_GLOB_GIVEN_UP);
    assert_int_equal(steps, 0);
}

RUN_TESTS(cmocka_unit_test(test_fnmatch), cmocka_unit_test(test_random),
          cmocka_unit_test(test_shape), cmocka_unit_test(test_random_shapes),
          cmocka_unit_test(test_longest), cmocka_unit_test(test_steps))
