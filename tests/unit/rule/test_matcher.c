/* The matchers against the obvious way: every literal by itself. */
#include "rule/program/matcher.h"

#include "rule/program/network.h"
#include "rule/program/regex-set.h"
#include "rule/program/trie.h"

#include "test.h"

enum { TEXTS = 40, ROUNDS = 3000, LENGTH = 8, FILLER = 600 };

static uint64_t seed = 88172645463325252U;

static uint32_t pick(uint32_t below)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (uint32_t)(seed >> 33) % below;
}

static struct view random_text(char *room, const char *letters)
{
    size_t len = pick(LENGTH);

    for (size_t i = 0; i < len; i++)
        room[i] = letters[pick((uint32_t)strlen(letters))];
    return view_from(room, len);
}

static void note(void *context, uint32_t text)
{
    ((bool *)context)[text] = true;
}

static bool starts_path(struct view value, struct view prefix)
{
    while (prefix.len && prefix.ptr[prefix.len - 1] == '/')
        prefix.len--;
    return view_starts(value, prefix) && value.len &&
           (value.len == prefix.len || value.ptr[prefix.len] == '/');
}

static bool is_there(enum rule_trie_kind kind, struct view value, struct view text)
{
    switch (kind) {
    case RULE_TRIE_PREFIX:
        return view_starts(value, text);
    case RULE_TRIE_SUFFIX:
        return view_ends(value, text);
    case RULE_TRIE_CONTAINS:
        return view_find_view(value, text) >= 0;
    case RULE_TRIE_ICONTAINS:
        for (size_t at = 0; at + text.len <= value.len; at++)
            if (view_eq_nocase(view_sub(value, at, text.len), text))
                return true;
        return false;
    default:
        return starts_path(value, text);
    }
}

static size_t make_texts(char (*rooms)[LENGTH], struct view *texts)
{
    size_t count = 0;

    for (size_t i = 0; i < TEXTS; i++) {
        bool known = false;

        texts[count] = random_text(rooms[i], "abA/");
        for (size_t k = 0; k < count; k++)
            known |= view_eq(texts[k], texts[count]);
        count += !known;
    }
    return count;
}

static void test_tries(void **state)
{
    char rooms[TEXTS][LENGTH], value_room[LENGTH], filler[FILLER];
    struct view texts[TEXTS + 1];

    (void)state;
    for (int i = 0; i < FILLER; i++)
        filler[i] = (char)(0x80 | i);
    for (int round = 0; round < ROUNDS; round++) {
        enum rule_trie_kind kind = (enum rule_trie_kind)(round % (RULE_TRIE_PATH + 1));
        _cleanup_arena_ struct arena *arena = arena_new(1 << 20);
        size_t count = make_texts(rooms, texts);
        bool large = round / (RULE_TRIE_PATH + 1) % 2; /* too large for a table */
        struct rule_trie *trie;

        if (large)
            texts[count] = view_from(filler, FILLER);
        trie = rule_trie_new(kind, texts, count + large, arena);
        assert_non_null(trie);
        for (int i = 0; i < 20; i++) {
            struct view value = random_text(value_room, "abA/");
            bool found[TEXTS + 1] = {false};

            rule_trie_find(trie, value, note, found);
            for (size_t k = 0; k < count; k++)
                if (found[k] != is_there(kind, value, texts[k]))
                    fail_msg("kind %d: \"%.*s\" in \"%.*s\": %d", (int)kind, VIEW_ARG(texts[k]),
                             VIEW_ARG(value), found[k]);
        }
    }
}

/* Every pattern decides one node of its own number plus one. */
static struct rule_matcher *make_matcher(enum rule_match_kind kind, enum rule_type type,
                                         const char *const *texts, size_t count,
                                         struct arena *arena)
{
    const struct rule_literal **literals = arena_array(arena, count, sizeof(*literals));
    uint32_t *first = arena_array(arena, count + 1, sizeof(*first));
    uint32_t *nodes = arena_array(arena, count, sizeof(*nodes));
    struct rule_matcher *matcher = NULL;
    struct error err = ERROR_INIT;

    for (size_t i = 0; i < count; i++) {
        struct rule_literal *literal = arena_alloc(arena, sizeof(*literal));

        assert_int_equal(rule_literal_parse(view_of(texts[i]), type, literal, &err), 0);
        literals[i] = literal;
        first[i] = (uint32_t)i;
        nodes[i] = (uint32_t)i + 1;
    }
    first[count] = (uint32_t)count;
    if (rule_matcher_new(kind, literals, count, first, nodes, arena, &matcher, &err))
        fail_msg("%s", err.message);
    return matcher;
}

/* The nodes that hold, as bits. */
static uint64_t run(const struct rule_matcher *matcher, const struct rule_value *values,
                    size_t count)
{
    uint32_t state[64] = {0}, list[64];
    struct rule_hits hits = {matcher, state, 1, list, 0};
    struct rule_values all = {true, count != 1, values, count, false};
    uint64_t bits = 0;

    assert_true(rule_matcher_run(&hits, &all));
    for (size_t i = 0; i < hits.count; i++) {
        assert_false(bits >> list[i] & 1);
        assert_int_equal(state[list[i]], 1);
        bits |= UINT64_C(1) << list[i];
    }
    return bits >> 1;
}

static struct rule_value number(int64_t value)
{
    return (struct rule_value){.type = RULE_NUMBER, .number = value};
}

static struct rule_value text(const char *value)
{
    return (struct rule_value){.type = RULE_TEXT, .text = view_of(value)};
}

static struct rule_value address(const char *value)
{
    struct rule_value result = {.type = RULE_ADDRESS};

    assert_true(rule_network_parse(view_of(value), &result.address));
    return result;
}

static void test_equal(void **state)
{
    static const char *const texts[] = {"1", "0x1", "01", "1.0", "1.5", "x", "true", "10.0.0.0/8"};
    _cleanup_arena_ struct arena *arena = arena_new(1 << 20);
    struct rule_matcher *matcher =
        make_matcher(RULE_MATCH_EQUAL, RULE_ANY, texts, COUNT(texts), arena);
    struct rule_value value = number(1);

    (void)state;
    assert_int_equal(run(matcher, &value, 1), 0x0f);
    value = text("1");
    assert_int_equal(run(matcher, &value, 1), 0x01);
    value = (struct rule_value){.type = RULE_DECIMAL, .decimal = 1.5};
    assert_int_equal(run(matcher, &value, 1), 0x10);
    value = (struct rule_value){.type = RULE_DECIMAL, .decimal = 1};
    assert_int_equal(run(matcher, &value, 1), 0x0f);
    value = (struct rule_value){.type = RULE_BOOL, .boolean = true, .text = VIEW("yes")};
    assert_int_equal(run(matcher, &value, 1), 0x40);
    value = address("10.9.8.7");
    assert_int_equal(run(matcher, &value, 1), 0x80);
    value = (struct rule_value){.type = RULE_NODE};
    assert_int_equal(run(matcher, &value, 1), 0);
    assert_int_equal(run(matcher, (struct rule_value[]){text("x"), number(1)}, 2), 0x2f);
    assert_int_equal(run(matcher, NULL, 0), 0);
}

static void test_networks(void **state)
{
    static const char *const texts[] = {
        "10.0.0.0/8", "10.1.0.0/16",    "10.1.2.3",       "10.1.2.0/24", "0.0.0.0/0", "::/0",
        "fd00::/8",   "192.168.0.0/16", "10.255.255.255", "11.0.0.0/8",  "10.9.9.9/8"};
    static const struct {
        const char *address;
        uint64_t want;
    } wants[] = {
        {"10.1.2.3", 0x43f},        {"10.1.2.4", 0x43b},       {"10.1.3.1", 0x433},
        {"10.2.0.0", 0x431},        {"10.255.255.255", 0x531}, {"11.1.1.1", 0x230},
        {"192.168.255.1", 0x0b0},   {"fd12::1", 0x060},        {"fe80::1", 0x020},
        {"::ffff:10.2.0.0", 0x431}, {"9.255.255.255", 0x030},
    };
    _cleanup_arena_ struct arena *arena = arena_new(1 << 20);
    struct rule_matcher *matcher =
        make_matcher(RULE_MATCH_NETWORK, RULE_NETWORK, texts, COUNT(texts), arena);

    (void)state;
    for (size_t i = 0; i < COUNT(wants); i++) {
        struct rule_value value = address(wants[i].address);
        uint64_t got = run(matcher, &value, 1);

        if (got != wants[i].want)
            fail_msg("%s: %#lx", wants[i].address, (unsigned long)got);
    }
}

static void test_regexes(void **state)
{
    static const char *const texts[] = {"a.*", "[^/]+",  "",   "(foo|bar)+", "\\d{2,3}",
                                        "a.c", "(?i)AB", "a$", "^b",         "x*"};
    static const struct {
        const char *text;
        uint64_t want;
    } wants[] = {
        {"abc", 0x23},
        {"", 0x204},
        {"foobar", 0x0a},
        {"fooba", 0x02},
        {"123", 0x12},
        {"a\nc", 0x02},
        {"a\xe4\xb8\xad"
         "c",
         0x23},
        {"aB", 0x43},
        {"a", 0x83},
        {"b", 0x102},
        {"xx", 0x202},
        {"a\xff"
         "c",
         0x23},
        {"1234", 0x02},
        {"a/b", 0x01},
    };
    _cleanup_arena_ struct arena *arena = arena_new(1 << 20);
    struct rule_matcher *matcher =
        make_matcher(RULE_MATCH_REGEX, RULE_TEXT, texts, COUNT(texts), arena);

    (void)state;
    for (size_t i = 0; i < COUNT(wants); i++) {
        struct rule_value value = text(wants[i].text);
        uint64_t got = run(matcher, &value, 1);

        if (got != wants[i].want)
            fail_msg("\"%s\": %#lx", wants[i].text, (unsigned long)got);
    }
    rule_matcher_done(matcher);
}

/* Expressions that would make huge automata are refused before they are compiled. */
static void test_refused(void **state)
{
    static const struct {
        const char *pattern;
        bool valid;
    } cases[] = {
        {"a{1000}", true},
        {"a{1001}", false},
        {"(a{100}){100}", false},
        {"((a{20}){20}){20}", false},
        {"(a{1,2}){3}", true},
        {"(?=a)", false},
        {"(a)\\1", false},
        {"a(", false},
        {"a)", false},
        {"[a", false},
        {"a)|(b", false},
        {"a{2", true},
        {"[[:alpha:]]{3}", true},
        {"\\Qa.b\\E", true},
        {"x{,5}", true},
        {"(?P<name>x)", true},
        {"\\pL+", true},
        {"*", false},
    };
    struct error err;

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        if (!rule_regex_check(view_of(cases[i].pattern), &err) != cases[i].valid)
            fail_msg("%s: %s", cases[i].pattern, err.message);
}

RUN_TESTS(cmocka_unit_test(test_tries), cmocka_unit_test(test_equal),
          cmocka_unit_test(test_networks), cmocka_unit_test(test_regexes),
          cmocka_unit_test(test_refused))
