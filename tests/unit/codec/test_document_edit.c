#include "test.h"

#include "codec/document-edit.h"

enum { STEPS = 16, EDITS = 8, ARENA_LIMIT = 64 << 20 };

/* "set a/0/b VALUE", one a line; a number is an index. */
static void read_edits(struct view lines, struct arena *arena, struct document_edit *edits,
                       size_t *ret_count)
{
    static const char *const verbs[] = {"set", "remove", "add"};
    size_t count = 0;

    while (lines.ptr && lines.len) {
        struct view line = view_line(&lines), verb = view_word(&line), path = view_word(&line);
        struct document_step *steps = arena_array(arena, STEPS, sizeof(*steps));
        struct document_edit *edit = &edits[count++];
        struct error err = ERROR_INIT;

        assert_non_null(steps);
        *edit = (struct document_edit){.path = steps};
        for (size_t i = 0; i < COUNT(verbs); i++)
            if (view_eq(verb, view_of(verbs[i])))
                edit->verb = (enum document_edit_verb)i;
        while (path.ptr && !view_eq(path, VIEW("."))) {
            struct view part = view_cut(&path, '/');
            uint64_t number;

            steps[edit->length++] = view_to_u64(part, &number) ? DOCUMENT_INDEX(number)
                                                               : (struct document_step){part, 0};
        }
        if (document_edit_value(view_trim(line), arena, &edit->value, &err) < 0)
            fail_msg("value of an edit: %s", err.message);
    }
    *ret_count = count;
}

static int apply(const char *text, enum document_format format, const char *lines,
                 struct arena *arena, struct view *ret, struct error *err)
{
    struct document_edit edits[EDITS];
    struct document_set set;
    size_t count;

    assert_int_equal(document_parse(view_of(text), format, arena, &set, err), 0);
    read_edits(view_of(lines), arena, edits, &count);
    return document_edit_apply(&set, edits, count, arena, ret, err);
}

struct sample {
    const char *name, *text, *edits, *want;
};

static void check(const struct sample *samples, size_t count, enum document_format format)
{
    for (size_t i = 0; i < count; i++) {
        _cleanup_arena_ struct arena *arena = arena_new(ARENA_LIMIT);
        const char *want = samples[i].want ? samples[i].want : samples[i].text;
        struct error err = ERROR_INIT;
        struct view got;

        if (apply(samples[i].text, format, samples[i].edits, arena, &got, &err) < 0)
            fail_msg("%s: %s", samples[i].name, err.message);
        if (!view_eq(got, view_of(want)))
            fail_msg("%s: got\n%.*s\nwant\n%s", samples[i].name, VIEW_ARG(got), want);
    }
}

static void test_block(void **state)
{
    static const struct sample samples[] = {
        {"a scalar", "a: 1 # c\nb: 2\n", "set a 3", "a: 3 # c\nb: 2\n"},
        {"nothing to do", "a: 0x10\nb: 'x'\n", "set a 16\nset b x\nremove c\nremove d/e", NULL},
        {"quoting stays", "a: 'x'\nb: \"y\"\nc: z\n", "set a it's\nset b q\nset c w",
         "a: 'it''s'\nb: \"q\"\nc: w\n"},
        {"quotes where needed", "a: x\n", "set a 'true'\nset b 'x: y'\nset c ''\nset d '1.0'",
         "a: \"true\"\nb: \"x: y\"\nc: \"\"\nd: \"1.0\"\n"},
        {"another kind", "a: 'x' # c\nb: true\n", "set a 1\nset b no-longer",
         "a: 1 # c\nb: no-longer\n"},
        {"a new key behind the last", "a:\n  b: 1\n\n# of c\nc: 2\n", "set a/d 3",
         "a:\n  b: 1\n  d: 3\n\n# of c\nc: 2\n"},
        {"behind a comment on its line", "a:\n  b: 1 # c\nd:\n- x # e\n", "set a/f 2\nadd d z",
         "a:\n  b: 1 # c\n  f: 2\nd:\n- x # e\n- z\n"},
        {"no newline at the end", "a:\n  b: 1", "set a/c 2", "a:\n  b: 1\n  c: 2"},
        {"lines end in CRLF", "a:\r\n  b: 1\r\nc: 2\r\n", "set a/d/e 3\nremove c",
         "a:\r\n  b: 1\r\n  d:\r\n    e: 3\r\n"},
        {"mappings on the way", "a: 1\n", "set b/c/d 2", "a: 1\nb:\n  c:\n    d: 2\n"},
        {"indentation as around", "a:\n    b:\n        c: 1\n", "set a/d/e 2",
         "a:\n    b:\n        c: 1\n    d:\n        e: 2\n"},
        {"dashes as around, indented", "a:\n  - x\nb:\n  c: 1\n", "set b/d [q]",
         "a:\n  - x\nb:\n  c: 1\n  d:\n    - q\n"},
        {"dashes as around", "a:\n- x\nb:\n  c: 1\n", "set b/d [q]",
         "a:\n- x\nb:\n  c: 1\n  d:\n  - q\n"},
        {"an empty value", "a:\nb: 1\n", "set a/c 2", "a:\n  c: 2\nb: 1\n"},
        {"an empty value with a comment", "a: # todo\nb: 1\n", "set a/c 2",
         "a: # todo\n  c: 2\nb: 1\n"},
        {"null", "a: null # todo\n", "set a/c 2", "a: # todo\n  c: 2\n"},
        {"an empty mapping", "a: {}\nb: 1\n", "set a/c 2", "a:\n  c: 2\nb: 1\n"},
        {"an empty list", "a: []\nb: 1\n", "add a 2", "a:\n- 2\nb: 1\n"},
        {"an empty value becomes a scalar", "a:\nb: # c\n", "set a 1\nset b 2", "a: 1\nb: 2 # c\n"},
        {"an item", "a:\n  - x # c\n  - y\n", "add a z\nadd a x\nset a/0 w",
         "a:\n  - w # c\n  - y\n  - z\n"},
        {"an item that is a mapping", "a:\n- b: 1\n  c: 2\n", "add a {b: 3, c: [4]}",
         "a:\n- b: 1\n  c: 2\n- b: 3\n  c:\n  - 4\n"},
        {"a key of an item", "a:\n- b: 1\n- c: 2\n", "set a/0/d 3", "a:\n- b: 1\n  d: 3\n- c: 2\n"},
        {"an empty item", "a:\n-\n- {}\n- x\n", "set a/0/b 1\nset a/1/b 2",
         "a:\n- b: 1\n- b: 2\n- x\n"},
        {"remove a key", "a: 1 # x\nb: 2 # y\nc: 3 # z\n", "remove b", "a: 1 # x\nc: 3 # z\n"},
        {"comments between stay", "a: 1\n# of b\nb: 2\n# of c\nc: 3\n", "remove b",
         "a: 1\n# of b\n# of c\nc: 3\n"},
        {"remove the first", "a: 1\nb: 2\n", "remove a", "b: 2\n"},
        {"remove the first two", "a: 1\n# c\nb: 2\nc: 3\n", "remove a\nremove b", "# c\nc: 3\n"},
        {"remove the last, without a newline", "a: 1\nb:\n  c: 2", "remove b", "a: 1"},
        {"remove all", "a: # c\n  b: 1\n  c: 2\nd: 3\n", "remove a/b\nremove a/c",
         "a: {} # c\nd: 3\n"},
        {"remove all items", "a:\n- b\nd: 3\n", "remove a/0", "a: []\nd: 3\n"},
        {"remove the first of an item", "- a: 1\n  b: 2\n- c: 3\n", "remove 0/a",
         "- b: 2\n- c: 3\n"},
        {"remove the first of an item, with a comment", "- a: 1 # x\n  # of b\n  b: 2\n",
         "remove 0/a", "-  # x\n  # of b\n  b: 2\n"},
        {"remove and add", "a:\n  b: 1\n  c: 2\n", "remove a/c\nset a/d 3", "a:\n  b: 1\n  d: 3\n"},
        {"remove all and add", "a:\n  b: 1\n  c: 2\nd: 4\n", "remove a/b\nremove a/c\nset a/d 3",
         "a:\n  d: 3\nd: 4\n"},
        {"remove in two levels, and add", "a:\n  b:\n    c: 1\n    d: 2\n",
         "remove a/b/d\nset a/e 3", "a:\n  b:\n    c: 1\n  e: 3\n"},
        {"indexes are those of the text", "a:\n- w\n- x\n- y\n- z\n",
         "remove a/0\nset a/1 X\nremove a/3\nadd a Z", "a:\n- X\n- y\n- Z\n"},
        {"a duplicate goes with its like", "a: 1\nb: 2\na: 3\n", "remove a", "b: 2\n"},
        {"a mapping onto a mapping", "a:\n  b: 1 # b\n  c: 2\n  d: 3 # d\n",
         "set a {b: 1, d: 4, e: 5}", "a:\n  b: 1 # b\n  d: 4 # d\n  e: 5\n"},
        {"a list onto a list", "a:\n- x # x\n- y # y\n", "set a [x]", "a:\n- x # x\n"},
        {"a scalar in place of a block", "a: # c\n  b: 1\n  # d\n  e: 2\nf: 3\n", "set a 1",
         "a: 1 # c\nf: 3\n"},
        {"comments go with their lines",
         "a: # b\n  c: 1 # d\ne:\n- f: 1 # g\n  h: 2 # i\n- j: 1 # k\n",
         "set a 1\nset e/0 2\nset e/1 3", "a: 1 # b\ne:\n- 2\n- 3 # k\n"},
        {"a list in place of a mapping", "a:\n  b: 1\nf: 3\n", "set a [x]", "a:\n- x\nf: 3\n"},
        {"a mapping in place of a scalar", "a: 'x' # c\n", "set a {b: c}", "a: # c\n  b: c\n"},
        {"a block string", "a: |\n  x\n  y\nb: 1\n", "set a z\nset c 2", "a: z\nb: 1\nc: 2\n"},
        {"behind a block string", "a:\n  b: |\n    x\n\n# c\nd: 1\n", "set a/e 1",
         "a:\n  b: |\n    x\n  e: 1\n\n# c\nd: 1\n"},
        {"behind a block string that keeps lines", "a:\n  b: |+\n    x\n\n\nd: 1\n", "set a/e 1",
         "a:\n  b: |+\n    x\n\n\n  e: 1\nd: 1\n"},
        {"behind a block string at the end", "a: |\n  x", "set b 1", "a: |-\n  x\nb: 1"},
        {"lines of text", "a: x\n", "set a \"1\\n2\\t\\\"\"", "a: \"1\\n2\\t\\\"\"\n"},
        {"a long string over lines", "a: x\n  y\n  z # c\nb: 1\n", "set a w", "a: w # c\nb: 1\n"},
        {"another document", "a: 1\n---\n# x\n", "set a 2", "a: 2\n---\n# x\n"},
        {"an anchor stays", "a: &x 1 # c\nb: &y !!str v\n", "set a 2\nset b w",
         "a: &x 2 # c\nb: &y !!str w\n"},
        {"the root", "a\n", "set . b", "b\n"},
        {"an empty root", "{}\n", "set a/b 1", "a:\n  b: 1\n"},
        {"no ASCII", "名: [中, é] # ü\nb: 'ä'\n", "set 名/1 ö\nset b 'ß'\nset ï ñ",
         "名: [中, ö] # ü\nb: 'ß'\nï: ñ\n"},
        {"a tag goes with its value", "a: !!binary aGk=\nb: &x !!int \"1\" # c\nc: !own v\n",
         "set a hello\nset b [q]\nset c 1", "a: hello\nb: &x # c\n- q\nc: 1\n"},
        {"a byte order mark",
         "\xef\xbb\xbf"
         "a: 1\nb: 2\n",
         "set c/d 3\nremove a",
         "\xef\xbb\xbf"
         "b: 2\nc:\n  d: 3\n"},
        {"a dash within a dash", "- - a\n  - b\n- c\n", "add 0 d\nremove 0/0",
         "- - b\n  - d\n- c\n"},
    };

    (void)state;
    check(samples, COUNT(samples), DOCUMENT_YAML);
}

static void test_flow(void **state)
{
    static const struct sample samples[] = {
        {"a key", "a: {b: 1}\n", "set a/c 2", "a: {b: 1, c: 2}\n"},
        {"blanks within", "a: { b: 1 } # x\n", "set a/c [x]", "a: { b: 1, c: [x] } # x\n"},
        {"an item", "a: [x, 'y']\n", "add a z\nset a/1 w", "a: [x, 'w', z]\n"},
        {"remove one", "a: [x, y, z]\n", "remove a/1", "a: [x, z]\n"},
        {"remove the first", "a: {x: 1, y: 2}\n", "remove a/x", "a: {y: 2}\n"},
        {"remove the last", "a: {x: 1, y: 2}\n", "remove a/y", "a: {x: 1}\n"},
        {"remove all", "a: {x: 1, y: 2}\n", "remove a/x\nremove a/y", "a: {}\n"},
        {"remove all and add", "a: [x, y]\n", "remove a/0\nremove a/1\nadd a z", "a: [z]\n"},
        {"replace all", "a: [x, y]\n", "set a [z]", "a: [z]\n"},
        {"remove the last and add", "a: [x, y]\n", "remove a/1\nadd a z", "a: [x, z]\n"},
        {"lines", "a: {\n  b: 1, # x\n  c: 2 # y\n}\n", "set a/d 3",
         "a: {\n  b: 1, # x\n  c: 2, # y\n  d: 3\n}\n"},
        {"a comma at the end", "a: [\n  x,\n  y,\n]\nb: [1,]\n", "add a z\nadd b 2",
         "a: [\n  x,\n  y,\n  z,\n]\nb: [1, 2,]\n"},
        {"remove a line", "a: [\n  x, # x\n  y, # y\n  z\n]\n", "remove a/1",
         "a: [\n  x, # x\n  z\n]\n"},
        {"no value", "a: {b, c: , d: 1}\n", "set a/b 2\nset a/c 3", "a: {b: 2, c: 3, d: 1}\n"},
        {"quoted keys", "a: {\"b\": 1}\n", "set a/c x", "a: {\"b\": 1, \"c\": \"x\"}\n"},
        {"what flow cannot hold plain", "a: [x]\n", "add a 'y,z'", "a: [x, \"y,z\"]\n"},
        {"within", "a: {b: {}, c: []}\n", "set a/b/d/e 1\nadd a/c x",
         "a: {b: {d: {e: 1}}, c: [x]}\n"},
    };

    (void)state;
    check(samples, COUNT(samples), DOCUMENT_YAML);
}

static void test_shared(void **state)
{
    static const struct sample samples[] = {
        {"one user", "a: &x {b: 1}\nc: *x\nd: *x\n", "set c/b 2",
         "a: &x {b: 1}\nc:\n  b: 2\nd: *x\n"},
        {"the definition", "a: &x {b: 1}\nc: *x\n", "set a/b 2", "a: &x {b: 2}\nc:\n  b: 1\n"},
        {"all users alike", "a: &x {b: 1}\nc: *x\n", "set a/b 2\nset c/b 2",
         "a: &x {b: 2}\nc: *x\n"},
        {"a scalar", "a: &x 1\nb: [*x, *x]\n", "set b/0 2", "a: &x 1\nb: [2, *x]\n"},
        {"the definition goes", "a: &x {b: 1}\nc: *x\n", "remove a", "c:\n  b: 1\n"},
        {"the definition becomes no mapping", "a: &x {b: 1}\nc:\n  <<: *x\n", "set a 1",
         "a: &x 1\nc:\n  b: 1\n"},
        {"beside a merge key", "a: &x\n  b: 1\nc:\n  <<: *x\n", "set c/b 2",
         "a: &x\n  b: 1\nc:\n  <<: *x\n  b: 2\n"},
        {"deep beside a merge key", "a: &x {b: {c: 1, d: 2}}\ne:\n  <<: *x\n", "set e/b/c 3",
         "a: &x {b: {c: 1, d: 2}}\ne:\n  <<: *x\n  b:\n    c: 3\n    d: 2\n"},
        {"what a merge key gives goes", "a: &x {b: 1, c: 2}\nd:\n  <<: *x\n  e: 3\n", "remove d/b",
         "a: &x {b: 1, c: 2}\nd:\n  e: 3\n  c: 2\n"},
        {"the merged mapping changes", "a: &x\n  b: 1\nc:\n  <<: *x\n  d: 2\n", "set a/b 3",
         "a: &x\n  b: 3\nc:\n  <<: *x\n  d: 2\n  b: 1\n"},
        {"the merged mapping grows", "a: &x\n  b: 1\nc:\n  <<: *x\n", "set a/e 3",
         "a: &x\n  b: 1\n  e: 3\nc:\n  b: 1\n"},
        {"an own key is there already", "a: &x {b: 1}\nc:\n  <<: *x\n  b: 2\n", "set c/b 3",
         "a: &x {b: 1}\nc:\n  <<: *x\n  b: 3\n"},
        {"the own key goes, the merged one would come back",
         "a: &x {b: 1}\nc:\n  <<: *x\n  b: 2\n  d: 4\n", "remove c/b",
         "a: &x {b: 1}\nc:\n  d: 4\n"},
    };

    (void)state;
    check(samples, COUNT(samples), DOCUMENT_YAML);
}

static void test_manifest_merges(void **state)
{
    static const struct sample samples[] = {
        {"a merge key wins over the key before it", "a: &x {b: 1}\nc:\n  b: 2\n  <<: *x\n",
         "set c/b 3", "a: &x {b: 1}\nc:\n  b: 2\n  <<: *x\n  b: 3\n"},
        {"both go", "a: &x {b: 1}\nc:\n  b: 2\n  <<: *x\n  d: 4\n", "remove c/b",
         "a: &x {b: 1}\nc:\n  d: 4\n"},
    };

    (void)state;
    check(samples, COUNT(samples), DOCUMENT_MANIFEST);
}

static void test_json(void **state)
{
    static const struct sample samples[] = {
        {"one line", "{\"a\": 1, \"b\": [\"x\"]}\n", "set c yes\nadd b z\nset d .5",
         "{\"a\": 1, \"b\": [\"x\", \"z\"], \"c\": true, \"d\": 0.5}\n"},
        {"tight", "{\"a\":1,\"b\":[\"x\"]}", "set c {d: [1]}\nadd b z",
         "{\"a\":1,\"b\":[\"x\",\"z\"],\"c\":{\"d\":[1]}}"},
        {"lines", "{\n  \"a\": {\n    \"b\": 1\n  }\n}\n", "set a/c/d x\nset e [z]",
         "{\n  \"a\": {\n    \"b\": 1,\n    \"c\": {\n      \"d\": \"x\"\n    }\n  },\n"
         "  \"e\": [\n    \"z\"\n  ]\n}\n"},
        {"empty", "{\n  \"a\": {},\n  \"b\": []\n}\n", "set a/c 1\nadd b x",
         "{\n  \"a\": {\n    \"c\": 1\n  },\n  \"b\": [\n    \"x\"\n  ]\n}\n"},
        {"null", "{\n  \"a\": null\n}\n", "set a/c 1", "{\n  \"a\": {\n    \"c\": 1\n  }\n}\n"},
        {"remove", "{\n  \"a\": 1,\n  \"b\": 2,\n  \"c\": 3\n}\n", "remove b\nremove c",
         "{\n  \"a\": 1\n}\n"},
        {"remove the first", "{\n  \"a\": 1,\n  \"b\": 2\n}\n", "remove a", "{\n  \"b\": 2\n}\n"},
        {"escapes", "{}", "set a \"\\\"\\n\\x01\\u2028é\"", "{\"a\": \"\\\"\\n\\u0001\\u2028é\"}"},
        {"in YAML", "{\n  \"a\": {\n    \"b\": 1\n  }\n}\n", "set a/c x",
         "{\n  \"a\": {\n    \"b\": 1,\n    \"c\": \"x\"\n  }\n}\n"},
    };

    (void)state;
    check(samples, COUNT(samples) - 1, DOCUMENT_JSON);
    check(samples + COUNT(samples) - 1, 1, DOCUMENT_YAML);
}

static void test_refused(void **state)
{
    static const struct {
        const char *text, *edits, *want;
    } samples[] = {
        {"a: x\n", "set a/b 1", "edit of a.b: line 1: this is a string, not a mapping"},
        {"a: {b: 1}\n", "add a 1", "edit of a: line 1: this is a mapping, not a sequence"},
        {"a: [x]\n", "set a/1 y", "edit of a[1]: line 1: the list has no item 1"},
        {"a: [x\n", "set a 1",
         "a broken document can't be edited: line 2, column 1: a comma or a closing ] is missing"},
        {"--- # nothing\n", "set a 1", "line 1: an empty document can't be edited"},
        {"? a\n: b\n", "set c 1", "line 1: a value written like this can't be edited"},
        {"a: 1\n", "remove .", "edit of : a whole document can't be removed"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(samples); i++) {
        _cleanup_arena_ struct arena *arena = arena_new(ARENA_LIMIT);
        struct view got = VIEW("untouched");
        struct error err = ERROR_INIT;

        assert_true(apply(samples[i].text, DOCUMENT_YAML, samples[i].edits, arena, &got, &err) < 0);
        assert_string_equal(err.message, samples[i].want);
        assert_view(got, "untouched");
    }
}

static void test_equal(void **state)
{
    static const struct {
        const char *a, *b;
        bool want;
    } samples[] = {
        {"{a: 1, b: [x, 'z']}", "b:\n- x\n- z\na: 0x1", true},
        {"{a: 1}", "{a: '1'}", false},
        {"{a: 1}", "{a: 1.0}", false},
        {"{a: 1}", "{a: 1, b: 2}", false},
        {"{a: 1, b: 2}", "{a: 1, c: 2}", false},
        {"[a, b]", "[b, a]", false},
        {"[a]", "[a, b]", false},
        {"{a: 1, a: 2}", "{a: 2}", true},
        {"a: &x {b: 1}\nc: {<<: *x, d: 2}", "a: {b: 1}\nc: {d: 2, b: 1}", true},
        {".nan", ".NaN", true},
        {"yes", "true", true},
        {"~", "null", true},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(samples); i++) {
        _cleanup_arena_ struct arena *arena = arena_new(ARENA_LIMIT);
        const struct document_node *a, *b;

        assert_int_equal(document_edit_value(view_of(samples[i].a), arena, &a, NULL), 0);
        assert_int_equal(document_edit_value(view_of(samples[i].b), arena, &b, NULL), 0);
        if (document_equal(a, b) != samples[i].want || document_equal(b, a) != samples[i].want)
            fail_msg("%s and %s", samples[i].a, samples[i].b);
    }
    assert_true(document_equal(NULL, NULL));
}

RUN_TESTS(cmocka_unit_test(test_block), cmocka_unit_test(test_flow), cmocka_unit_test(test_shared),
          cmocka_unit_test(test_manifest_merges), cmocka_unit_test(test_json),
          cmocka_unit_test(test_refused), cmocka_unit_test(test_equal))
