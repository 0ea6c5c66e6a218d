#include "test.h"

#include <math.h>
#include <stdio.h>

#include "base/buf.h"
#include "codec/document.h"

enum { ARENA_LIMIT = 1 << 30, TEXT_LIMIT = 1 << 20 };

static struct document_set parse(struct view text, enum document_format format, struct arena *arena)
{
    struct document_set set;
    struct error err = ERROR_INIT;

    if (document_parse(text, format, arena, &set, &err) < 0)
        fail_msg("%s", err.message);
    return set;
}

static void tell(struct buf *out, const struct document_node *node);

static void tell_children(struct buf *out, const struct document_node *node)
{
    buf_add_char(out, node->kind == DOCUMENT_MAPPING ? '{' : '[');
    for (size_t i = 0; i < document_count(node); i++) {
        buf_add_str(out, i ? ", " : "");
        if (node->kind == DOCUMENT_SEQUENCE) {
            tell(out, node->sequence.items[i]);
            continue;
        }
        buf_add_str(out, node->mapping.pairs[i].replaced ? "-" : "");
        buf_add_str(out, node->mapping.pairs[i].merged ? "+" : "");
        tell(out, node->mapping.pairs[i].key);
        buf_add_str(out, ": ");
        tell(out, node->mapping.pairs[i].value);
    }
    buf_add_char(out, node->kind == DOCUMENT_MAPPING ? '}' : ']');
}

/* A tree in a notation of its own: strings in |bars|. */
static void tell(struct buf *out, const struct document_node *node)
{
    if (!node)
        buf_add_str(out, "nothing");
    else if (node->kind == DOCUMENT_NULL)
        buf_add_str(out, "null");
    else if (node->kind == DOCUMENT_BOOL)
        buf_add_str(out, node->boolean ? "true" : "false");
    else if (node->kind == DOCUMENT_INTEGER)
        buf_addf(out, "%lld", (long long)node->integer);
    else if (node->kind == DOCUMENT_FLOAT)
        buf_addf(out, "~%g", node->number);
    else if (node->kind == DOCUMENT_STRING)
        buf_addf(out, "|%.*s|", VIEW_ARG(node->text));
    else
        tell_children(out, node);
}

/* All documents, with "; " between; a broken one is its message. */
static void tell_all(struct buf *out, const struct document_set *set)
{
    for (size_t i = 0; i < set->count; i++) {
        buf_add_str(out, i ? "; " : "");
        if (set->list[i].error)
            buf_add_str(out, set->list[i].error->message);
        else
            tell(out, set->list[i].root);
    }
}

struct sample {
    struct view text;
    const char *want;
};

static void check(const struct sample *samples, size_t count, enum document_format format)
{
    for (size_t i = 0; i < count; i++) {
        _cleanup_arena_ struct arena *arena = arena_new(ARENA_LIMIT);
        _cleanup_(buf_done) struct buf out = BUF_INIT(TEXT_LIMIT);
        struct document_set set = parse(samples[i].text, format, arena);

        tell_all(&out, &set);
        if (!view_eq(buf_view(&out), view_of(samples[i].want)))
            fail_msg("%.*s\ngot  %s\nwant %s", VIEW_ARG(samples[i].text), buf_cstr(&out),
                     samples[i].want);
    }
}

static void test_scalars(void **state)
{
    static const struct sample samples[] = {
        {VIEW("[yes, No, ON, off, true, FALSE, y, N]"),
         "[true, false, true, false, true, false, true, false]"},
        {VIEW("[yEs, tRue, 'yes', \"no\", !!str on]"), "[|yEs|, |tRue|, |yes|, |no|, |on|]"},
        {VIEW("[~, null, Null, NULL, nULL, '', ]"), "[null, null, null, null, |nULL|, ||]"},
        {VIEW("a:\nb: ''"), "{|a|: null, |b|: ||}"},
        {VIEW("[0, -0, +7, 007, 0o17, 0x1F, -0x1f, 0b101, -0b11, 0b-1, 1_000, 0_7, 1__0]"),
         "[0, 0, 7, 7, 15, 31, -31, 5, -3, -1, 1000, 7, 10]"},
        {VIEW("[08, 0x, 0xg, 0o8, 0b2, _1, --1, +-1, 1:30, 12e, 1.2.3, 1 2, 0b--1]"),
         "[~8, |0x|, |0xg|, |0o8|, |0b2|, |_1|, |--1|, |+-1|, |1:30|, |12e|, |1.2.3|, |1 2|, "
         "|0b--1|]"},
        {VIEW("[9223372036854775807, -9223372036854775808, 9223372036854775808]"),
         "[9223372036854775807, -9223372036854775808, ~9.22337e+18]"},
        {VIEW("[0x8000000000000000, -0x8000000000000000, 0xffffffffffffffffff]"),
         "[~9.22337e+18, -9223372036854775808, ~4.72237e+21]"},
        {VIEW("[1.5, .5, 5., -.5, 1e3, 1E-2, 1_0.5, +.5e1, ._5, ., -, 1e400]"),
         "[~1.5, ~0.5, ~5, ~-0.5, ~1000, ~0.01, ~10.5, ~5, |._5|, |.|, |-|, |1e400|]"},
        {VIEW("[.inf, -.Inf, +.INF, .nan, .iNf]"), "[~inf, ~-inf, ~inf, ~nan, |.iNf|]"},
        {VIEW("[2024-01-31, 2024-01-31T10:00:00Z, 10:20:30]"),
         "[|2024-01-31|, |2024-01-31T10:00:00Z|, |10:20:30|]"},
        {VIEW("[!!int '7', !!float 3, !!float 1.5, !!bool 'no', !!null '', !own 1, ! 12, ! '1']"),
         "[7, ~3, ~1.5, false, null, |1|, |12|, |1|]"},
        {VIEW("!!binary aGVs\n  bG8="), "|hello|"},

        {VIEW("[!!binary aA==, !!binary '', !!binary aGkh]"), "[|h|, ||, |hi!|]"},
        {VIEW("!!binary aGk=aGk="), "line 1, column 1: a !!binary value that is not base64"},
        {VIEW("!!binary aGk"), "line 1, column 1: a !!binary value that is not base64"},
        {VIEW("!!binary aGk=="), "line 1, column 1: a !!binary value that is not base64"},
        {VIEW("!!binary a==="), "line 1, column 1: a !!binary value that is not base64"},
        {VIEW("a: !!int x"), "line 1, column 4: \"x\" is not what its tag !!int says"},
    };

    (void)state;
    check(samples, COUNT(samples), DOCUMENT_YAML);
}

static void test_structure(void **state)
{
    static const struct sample samples[] = {
        {VIEW(""), ""},
        {VIEW("# only a comment\n"), ""},
        {VIEW("---\n---\n# c\n---\na\n...\n"), "nothing; nothing; |a|"},
        {VIEW("a: {b: [1, {c: d}], e}\nf:\n- - 1\n  - 2\n- x: w\n  z:\n"),
         "{|a|: {|b|: [1, {|c|: |d|}], |e|: null}, |f|: [[1, 2], {|x|: |w|, |z|: null}]}"},
        {VIEW("a: |\n  x\n   y\n\nb: >-\n  x\n  y\n\n  z\nc: |+\n  x\n\n"),
         "{|a|: |x\n y\n|, |b|: |x y\nz|, |c|: |x\n\n|}"},
        {VIEW("? [a, b]\n: 1\n? c\n"), "{[|a|, |b|]: 1, |c|: null}"},
        {VIEW("a: 1\nb: 2\na: 3\n'a': 4\n"), "{-|a|: 1, |b|: 2, -|a|: 3, |a|: 4}"},
        {VIEW("1: a\n'1': b\n"), "{-1: |a|, |1|: |b|}"},
        {VIEW("%YAML 1.1\n%TAG !e! tag:example.com,2000:\n---\n!e!x a\n"), "|a|"},
        {VIEW("a: \"x\\ty\\u00e9\\\n  z\"\nb: 'it''s'\n"), "{|a|: |x\tyéz|, |b|: |it's|}"},
        {VIEW("\xef\xbb\xbf"
              "a: 1\r\nb:\r\n- c\r\n"),
         "{|a|: 1, |b|: [|c|]}"},
        {VIEW("\xef\xbb\xbf"
              "a: 1\n\xef\xbb\xbf---\nb: 2\n"),
         "{|a|: 1}; {|b|: 2}"},
    };

    (void)state;
    check(samples, COUNT(samples), DOCUMENT_YAML);
}

static void test_shared(void **state)
{
    static const struct sample samples[] = {
        {VIEW("a: &x [1]\nb: *x\nc: &x 2\nd: *x\n"), "{|a|: [1], |b|: [1], |c|: 2, |d|: 2}"},
        {VIEW("a: &x {b: 1, c: 2}\nd:\n  <<: *x\n  c: 3\n  e: 4\n"),
         "{|a|: {|b|: 1, |c|: 2}, "
         "|d|: {-|<<|: {|b|: 1, |c|: 2}, |c|: 3, |e|: 4, +|b|: 1}}"},
        {VIEW("c: 3\n<<: {c: 1, d: 2}\n"), "{|c|: 3, -|<<|: {|c|: 1, |d|: 2}, +|d|: 2}"},
        {VIEW("<<: [{a: 1, b: 2}, {a: 3, c: 4}]\n"),
         "{-|<<|: [{|a|: 1, |b|: 2}, {|a|: 3, |c|: 4}], +|a|: 1, +|b|: 2, +|c|: 4}"},
        {VIEW("<<: {a: 1}\n<<: {a: 2}\n"), "{-|<<|: {|a|: 1}, -|<<|: {|a|: 2}, +|a|: 2}"},
        {VIEW("'<<': {a: 1}\n"), "{|<<|: {|a|: 1}}"},
        {VIEW("<<: x\n"),
         "line 1, column 1: the merge key \"<<\" needs a mapping or a list of them"},
        {VIEW("a: *x\n"), "line 1, column 4: the alias *x has no anchor before it"},
        {VIEW("a: &x\n  b: *x\n"),
         "line 2, column 6: the alias *x refers to a value that contains it"},
        {VIEW("a: &x 1\n---\nb: *x\n"),
         "{|a|: 1}; line 3, column 4: the alias *x has no anchor before it"},
    };

    (void)state;
    check(samples, COUNT(samples), DOCUMENT_YAML);
}

/* What kubectl makes of these was asked of sigs.k8s.io/yaml. */
static void test_manifest_merges(void **state)
{
    static const struct sample samples[] = {
        {VIEW("a: 1\n<<: {a: 2, b: 3}\n"), "{-|a|: 1, -|<<|: {|a|: 2, |b|: 3}, +|a|: 2, +|b|: 3}"},
        {VIEW("<<: {a: 2, b: 3}\na: 1\n"), "{-|<<|: {|a|: 2, |b|: 3}, |a|: 1, +|b|: 3}"},
        {VIEW("a: 1\n<<: {a: 2}\na: 3\n"), "{-|a|: 1, -|<<|: {|a|: 2}, |a|: 3}"},
        {VIEW("<<: {a: 1}\na: 2\n<<: {a: 3}\n"),
         "{-|<<|: {|a|: 1}, -|a|: 2, -|<<|: {|a|: 3}, +|a|: 3}"},
        {VIEW("<<: {a: 1, b: 1}\na: 2\n<<: {b: 3}\n"),
         "{-|<<|: {|a|: 1, |b|: 1}, |a|: 2, -|<<|: {|b|: 3}, +|b|: 3}"},
        {VIEW("a: 0\n<<: [{a: 1}, {a: 2}]\n"), "{-|a|: 0, -|<<|: [{|a|: 1}, {|a|: 2}], +|a|: 1}"},
    };

    (void)state;
    check(samples, COUNT(samples), DOCUMENT_MANIFEST);
}

static void test_broken(void **state)
{
    static const struct {
        struct view text;
        const char *want, *hint; /* a part of the first broken one's hint */
    } samples[] = {
        {VIEW("a: b: c\n"), "line 1, column 5: a colon makes this a key where no key can stand",
         "in quotes"},
        {VIEW("a:\n\tb: 1\n"), "line 2, column 1: a tab in the indentation", "spaces"},
        {VIEW("a: 'x\nb: 1\n---\nc: 1\n"),
         "line 1, column 4: the document ends within a quoted string; {|c|: 1}", "quote"},
        {VIEW("a: \"x\n"), "line 1, column 4: the text ends within a quoted string", "quote"},
        {VIEW("a: [1, 2\nb: 3\n"), "line 2, column 2: a comma or a closing ] is missing",
         "bracket"},
        {VIEW("a: 1\n b: 2\n"), "line 2, column 3: a colon makes this a key where no key can stand",
         "indentation"},
        {VIEW("a:\n  b: 1\n c: 2\n"), "line 3, column 2: a key was expected here", "indentation"},
        {VIEW("a: @x\n"), "line 1, column 4: no value can begin with this character", "quotes"},
        {VIEW("{{- if .x }}\na: 1\n{{- end }}\n"),
         "line 1, column 2: braces in braces, as templates have them", "template"},
        {VIEW("a: 1\n{{ include \"x\" . }}\n"), "line 3, column 1: a key without its colon",
         "template"},
        {VIEW("a: {{ .x }} y\n"), "line 1, column 5: braces in braces, as templates have them",
         "template"},
        {VIEW("a: {{ .x }}\n---\nb: {c: {d: 1}}\n"),
         "line 1, column 5: braces in braces, as templates have them; {|b|: {|c|: {|d|: 1}}}",
         "template"},
        {VIEW("a\n---\nb: [\n---\nc\n--- ]\n---\nd\n"),
         "|a|; line 4, column 1: a value was expected here; |c|; "
         "line 6, column 5: a value was expected here; |d|",
         ""},
        {VIEW("'a'\n'b'\n"), "line 2, column 1: something follows the end of the document's value",
         ""},
        {VIEW("a: \"\\q\"\n"), "line 1, column 5: an unknown escape in a double-quoted string", ""},
        {VIEW("a: é\xff\n---\nb: 1\n"), "line 1, column 5: the text is not UTF-8; {|b|: 1}",
         "UTF-8"},
        {VIEW("a: 1\n---\nb: \x01\n---\nc: 1\n"),
         "{|a|: 1}; line 3, column 4: a control character, which YAML does not allow; {|c|: 1}",
         "remove"},
        {VIEW("a\0:\0 \0x\0"), "line 1, column 1: the text is UTF-16 or UTF-32, not UTF-8",
         "iconv"},
        {VIEW("\xff\xfe"
              "a\0"),
         "line 1, column 1: the text is UTF-16 or UTF-32, not UTF-8", "iconv"},
        {VIEW("%YAML 3.0\n---\na\n"),
         "line 1, column 1: a version of YAML that is not 1.1 or 1.2; |a|", ""},
        {VIEW("a: !x!y z\n"), "line 1, column 4: a tag with a prefix that no %TAG line defines",
         ""},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(samples); i++) {
        _cleanup_arena_ struct arena *arena = arena_new(ARENA_LIMIT);
        _cleanup_(buf_done) struct buf out = BUF_INIT(TEXT_LIMIT);
        struct document_set set = parse(samples[i].text, DOCUMENT_YAML, arena);
        size_t broken = 0;

        tell_all(&out, &set);
        assert_string_equal(buf_cstr(&out), samples[i].want);
        while (!set.list[broken].error)
            broken++;
        if (!strstr(set.list[broken].error->hint, samples[i].hint))
            fail_msg("%s: hint %s", samples[i].want, set.list[broken].error->hint);
    }
}

static void test_json(void **state)
{
    static const struct sample samples[] = {
        {VIEW("{\"a\": [1, -2.5e3, true, null], \"b\": {}}\n"),
         "{|a|: [1, ~-2500, true, null], |b|: {}}"},
        {VIEW("[\"\\u00e9\\ud83d\\ude00\\n\\\"\\\\\\/\", \"é\"]"), "[|é😀\n\"\\/|, |é|]"},
        {VIEW("{\"a\": 1, \"a\": \"yes\"}"), "{-|a|: 1, |a|: |yes|}"},
        {VIEW("[9223372036854775807, -9223372036854775808, 9223372036854775808, 1.0, -0]"),
         "[9223372036854775807, -9223372036854775808, ~9.22337e+18, ~1, 0]"},
        {VIEW("\xef\xbb\xbf{}"), "{}"},
        {VIEW("{\"<<\": {\"a\": 1}}"), "{|<<|: {|a|: 1}}"},
        {VIEW(""), "line 1, column 1: there is no value"},
        {VIEW("{\"a\": 1,}"), "line 1, column 9: a key in quotes is missing"},
        {VIEW("[1,]"), "line 1, column 4: a value is missing or malformed"},
        {VIEW("[1 2]"), "line 1, column 4: a comma or a closing ] is missing"},
        {VIEW("{\"é\" 1}"), "line 1, column 6: a colon is missing"},
        {VIEW("[01]"), "line 1, column 3: a comma or a closing ] is missing"},
        {VIEW("[1.]"), "line 1, column 4: a number is malformed"},
        {VIEW("[\n\n \"a]"), "line 3, column 5: a string is not closed"},
        {VIEW("[\"a\nb\"]"), "line 1, column 4: a string holds a control character"},
        {VIEW("[\"\\ud800x\"]"), "line 1, column 9: half of a surrogate pair stands alone"},
        {VIEW("[\"\\udc00\"]"), "line 1, column 9: half of a surrogate pair stands alone"},
        {VIEW("[\"\\x\"]"), "line 1, column 4: an escape in a string is malformed"},
        {VIEW("[\"\xc0\x80\"]"), "line 1, column 3: the text is not UTF-8"},
        {VIEW("{} {}"), "line 1, column 4: something follows the end of the value"},
        {VIEW("{a: 1}"), "line 1, column 2: a key in quotes is missing"},
        {VIEW("[NaN]"), "line 1, column 2: a value is missing or malformed"},
    };

    (void)state;
    check(samples, COUNT(samples), DOCUMENT_JSON);
}

static void test_places(void **state)
{
    static const struct {
        const char *text;
        enum document_format format;
        const char *key; /* of the root; NULL: the root itself */
        const char *want;
    } samples[] = {
        {"a: b\n", DOCUMENT_YAML, "a", "3 1:4 - 4 1:5"},
        {"# c\n\na:\n  b: 1\n\n# d\nc: 2\n", DOCUMENT_YAML, "a", "10 4:3 - 14 4:7"},
        {"a:\n- b\n- 'c'  # d\n\ne: 1\n", DOCUMENT_YAML, "a", "3 2:1 - 12 3:6"},
        {"a: |\n  x\n  y  \n\n\nb: 1\n", DOCUMENT_YAML, "a", "3 1:4 - 14 3:6"},
        {"a: {b: 1,\n  c: 2 }\nd: 1\n", DOCUMENT_YAML, "a", "3 1:4 - 18 2:9"},
        {"é: ü\nü: [ö]\n", DOCUMENT_YAML, "ü", "11 2:4 - 15 2:7"},
        {"a: &x !!str b\n", DOCUMENT_YAML, "a", "3 1:4 - 13 1:14"},
        {"a:\nb: 1\n", DOCUMENT_YAML, "a", "2 1:3 - 2 1:3"},
        {"? a\n\n\n? b\n", DOCUMENT_YAML, "a", "3 1:4 - 3 1:4"},
        {"a: 1\r\nb: x\r\n", DOCUMENT_YAML, "b", "9 2:4 - 10 2:5"},
        {"a: 1\rb: x\r", DOCUMENT_YAML, "b", "8 2:4 - 9 2:5"},
        {"\xef\xbb\xbf"
         "a: x\n",
         DOCUMENT_YAML, "a", "6 1:4 - 7 1:5"},
        {"a: 'b\n  c'\n", DOCUMENT_YAML, "a", "3 1:4 - 10 2:5"},
        {"x: [\n---\n\na: ü\n", DOCUMENT_YAML, NULL, "10 4:1 - 15 4:5"},
        {"a: 1\nb:\n  c: x", DOCUMENT_YAML, NULL, "0 1:1 - 14 3:7"},
        {"x: \"\xe2\x80\xa8\"\na: 1\n", DOCUMENT_YAML, "a", "12 2:4 - 13 2:5"},
        {"{\"é\": [1,\r\n  \"ü\"],\n\"b\": 2}", DOCUMENT_JSON, "é", "7 1:7 - 19 2:7"},
        {"{\"é\": [1,\r\n  \"ü\"],\n\"b\": 2}", DOCUMENT_JSON, "b", "26 3:6 - 27 3:7"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(samples); i++) {
        _cleanup_arena_ struct arena *arena = arena_new(ARENA_LIMIT);
        struct document_set set = parse(view_of(samples[i].text), samples[i].format, arena);
        const struct document_node *node = set.list[set.count - 1].root;
        char got[64];

        node = samples[i].key ? document_get(node, view_of(samples[i].key)) : node;
        assert_non_null(node);
        snprintf(got, sizeof(got), "%zu %u:%u - %zu %u:%u", node->start.offset, node->start.line,
                 node->start.column, node->end.offset, node->end.line, node->end.column);
        if (strcmp(got, samples[i].want) != 0)
            fail_msg("%s%s: got %s, want %s", samples[i].text, samples[i].key, got,
                     samples[i].want);
    }
}

static void test_lookups(void **state)
{
    _cleanup_arena_ struct arena *arena = arena_new(ARENA_LIMIT);
    struct document_set set =
        parse(VIEW("a: {b: [x, null], c: 1, 2: two, c: last}\ne:\n"), DOCUMENT_YAML, arena);
    const struct document_node *root = set.list[0].root;

    (void)state;
    assert_view(document_text(document_path(root, "a", "c", NULL)), "last");
    assert_view(document_get_text(document_get(root, VIEW("a")), VIEW("2")), "two");
    assert_int_equal(document_count(document_path(root, "a", "b", NULL)), 2);
    assert_view(document_text(document_item(document_path(root, "a", "b", NULL), 0)), "x");
    assert_true(document_is_absent(document_item(document_path(root, "a", "b", NULL), 1)));
    assert_null(document_item(document_path(root, "a", "b", NULL), 2));
    assert_null(document_item(root, 0));
    assert_null(document_path(root, "a", "b", "c", NULL));
    assert_null(document_get(NULL, VIEW("a")));
    assert_true(document_is_absent(document_get(root, VIEW("e"))));
    assert_true(document_is_absent(NULL));
    assert_view(document_text(root), "");
    assert_int_equal(document_count(NULL), 0);
    assert_int_equal(document_path(root, "a", "b", NULL)->style, DOCUMENT_FLOW);
}

static struct view repeated(struct buf *out, const char *first, const char *piece, size_t times)
{
    buf_reset(out);
    buf_add_str(out, first);
    for (size_t i = 0; i < times; i++)
        buf_add_str(out, piece);
    return buf_view(out);
}

static void test_limits(void **state)
{
    static const struct {
        const char *first, *piece;
        size_t times;
        enum document_format format;
        const char *want; /* the message's end */
    } samples[] = {
        {"", "[", DOCUMENT_DEPTH_LIMIT + 1, DOCUMENT_YAML, "it is nested deeper than 200"},
        {"", "[", DOCUMENT_DEPTH_LIMIT + 1, DOCUMENT_JSON, "it is nested deeper than 200"},
        {"", "{\"a\":", DOCUMENT_DEPTH_LIMIT + 1, DOCUMENT_JSON, "it is nested deeper than 200"},
        {"a: &a [x,x,x,x,x,x,x,x]\n"
         "b: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\n"
         "d: &d [*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d]\n"
         "f: &f [*e,*e,*e,*e,*e,*e,*e,*e]\ng: &g [*f,*f,*f,*f,*f,*f,*f,*f]\n"
         "h: &h [*g,*g,*g,*g,*g,*g,*g,*g]\n",
         "", 0, DOCUMENT_YAML,
         "with its aliases followed the document has more than 16777216 values"},
    };
    _cleanup_(buf_done) struct buf text = BUF_INIT(DOCUMENT_TEXT_LIMIT);

    (void)state;
    for (size_t i = 0; i < COUNT(samples); i++) {
        _cleanup_arena_ struct arena *arena = arena_new(ARENA_LIMIT);
        struct document_set set =
            parse(repeated(&text, samples[i].first, samples[i].piece, samples[i].times),
                  samples[i].format, arena);

        assert_int_equal(set.count, 1);
        if (!view_ends(view_of(set.list[0].error->message), view_of(samples[i].want)))
            fail_msg("got %s, want %s", set.list[0].error->message, samples[i].want);
    }
}

static void test_whole_text_limits(void **state)
{
    _cleanup_(buf_done) struct buf text = BUF_INIT(DOCUMENT_TEXT_LIMIT);
    _cleanup_arena_ struct arena *arena = arena_new(ARENA_LIMIT);
    _cleanup_arena_ struct arena *small = arena_new(4096);
    struct document_set set = {0};
    struct error err = ERROR_INIT;

    (void)state;
    repeated(&text, "", "--- ]\n", DOCUMENT_BROKEN_LIMIT + 10);
    assert_int_equal(document_parse(buf_view(&text), DOCUMENT_YAML, arena, &set, &err), 0);
    assert_int_equal(set.count, DOCUMENT_BROKEN_LIMIT + 2);
    assert_string_equal(set.list[set.count - 1].error->message,
                        "line 1002, column 1: more than 1000 documents are broken: "
                        "the rest is not read");
    set.count = 0;
    repeated(&text, "", "--- a\n", DOCUMENT_COUNT_LIMIT + 1);
    assert_int_equal(document_parse(buf_view(&text), DOCUMENT_YAML, arena, &set, &err),
                     ERROR_LIMIT);
    assert_string_equal(err.message, "it has more than 1048576 documents");
    assert_int_equal(
        document_parse(view_sub(buf_view(&text), 0, 1000), DOCUMENT_YAML, small, &set, &err),
        ERROR_LIMIT);
    assert_int_equal(set.count, 0);
    assert_int_equal(document_parse(view_from("", (size_t)DOCUMENT_TEXT_LIMIT + 1), DOCUMENT_YAML,
                                    arena, &set, &err),
                     ERROR_LIMIT);
}

RUN_TESTS(cmocka_unit_test(test_scalars), cmocka_unit_test(test_structure),
          cmocka_unit_test(test_shared), cmocka_unit_test(test_manifest_merges),
          cmocka_unit_test(test_broken), cmocka_unit_test(test_json), cmocka_unit_test(test_places),
          cmocka_unit_test(test_lookups), cmocka_unit_test(test_limits),
          cmocka_unit_test(test_whole_text_limits))
