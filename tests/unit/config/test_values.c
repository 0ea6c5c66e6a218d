#include "config/values.h"

#include "base/buf.h"
#include "config/kubernetes/source.h"
#include "test.h"

enum { ARENA_LIMIT = 64 << 20 };

static const char text[] = "text: a\n"                 /* 1 */
                           "number: 7\n"               /* 2 */
                           "decimal: 1.5\n"            /* 3 */
                           "yes: true\n"               /* 4 */
                           "none: null\n"              /* 5 */
                           "empty: []\n"               /* 6 */
                           "list: [a, null, [b, 3]]\n" /* 7 */
                           "map: {x: 1, y: 2, y: 3}\n" /* 8 */
                           "many:\n"                   /* 9 */
                           "- name: a\n"               /* 10 */
                           "  tags: [p, q]\n"          /* 11 */
                           "- name: b\n"               /* 12 */
                           "- other: c\n"              /* 13 */
                           "a.b/c: d\n";               /* 14 */

/* What a path gives: types and texts; "-": not there; [...]: a list. */
static const struct {
    const char *path, *want;
    unsigned line; /* where values_locate() finds it; 0: nowhere */
} rows[] = {
    {"text", "text a", 1},
    {"number", "number 7", 2},
    {"decimal", "decimal 1.5", 3},
    {"yes", "boolean true", 4},
    {"none", "-", 5},
    {"empty", "[]", 6},
    {"list", "[text a, text b, number 3]", 7},
    {"list[0]", "text a", 7},
    {"list[1]", "-", 7},
    {"list[2]", "[text b, number 3]", 7},
    {"list[9]", "-", 7},
    {"list[*]", "[text a, text b, number 3]", 7},
    {"map", "node ", 8},
    {"map.y", "number 3", 8},
    {"map[*]", "[number 1, number 3]", 8},
    {"many", "[node , node , node ]", 9},
    {"many[*].name", "[text a, text b]", 10},
    {"many[0].name", "text a", 10},
    {"many[*].tags[*]", "[text p, text q]", 11},
    {"many[1].tags", "-", 12},
    {"many[*].missing", "-", 10},
    {"text.below", "-", 1},
    {"missing", "-", 0},
    {"missing[*].name", "-", 0},
    {"[a.b/c]", "text d", 14},
};

static void write_value(struct buf *to, const struct rule_value *value)
{
    buf_addf(to, "%s %.*s", rule_type_name(value->type), VIEW_ARG(value->text));
}

static void write_values(struct buf *to, const struct rule_values *values)
{
    if (!values->present) {
        buf_add_char(to, '-');
        return;
    }
    buf_add_str(to, values->list ? "[" : "");
    for (size_t i = 0; i < values->count; i++) {
        buf_add_str(to, i ? ", " : "");
        write_value(to, &values->items[i]);
    }
    buf_add_str(to, values->list ? "]" : "");
}

static const struct document_node *parse(struct arena *arena)
{
    struct document_set set;
    struct error err = ERROR_INIT;

    if (document_parse(view_of(text), DOCUMENT_YAML, arena, &set, &err))
        fail_msg("%s", err.message);
    assert_int_equal(set.count, 1);
    assert_non_null(set.list[0].root);
    return set.list[0].root;
}

/* The steps of a path, as a tree field has them. */
static struct rule_use steps_of(const char *path, struct arena *arena)
{
    struct view name = arena_printf(arena, "object%s%s", path[0] == '[' ? "" : ".", path);
    struct error err = ERROR_INIT;
    struct rule_use use;

    if (rule_use_resolve(&kubernetes_source, name, arena, &use, &err))
        fail_msg("%s", err.message);
    return use;
}

static void walk(void **state)
{
    _cleanup_arena_ struct arena *arena = arena_new(ARENA_LIMIT);
    const struct document_node *root = parse(arena);

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct rule_use use = steps_of(rows[i].path, arena);
        struct rule_values values = values_walk(root, use.steps, use.step_count, arena);
        struct config_place place = {0};
        struct buf got = BUF_INIT(1 << 16);

        write_values(&got, &values);
        if (strcmp(buf_cstr(&got), rows[i].want) != 0)
            fail_msg("%s: got \"%s\", want \"%s\"", rows[i].path, buf_cstr(&got), rows[i].want);
        if (values_locate(root, use.steps, use.step_count, &place) != (rows[i].line != 0) ||
            place.line != rows[i].line)
            fail_msg("%s: line %u, want %u", rows[i].path, place.line, rows[i].line);
        buf_done(&got);
    }
}

/* Nodes that are made can be walked, and stand where they were told to. */
static void make(void **state)
{
    _cleanup_arena_ struct arena *arena = arena_new(ARENA_LIMIT);
    const struct document_node *at = document_get(parse(arena), VIEW("decimal"));
    const struct values_pair pairs[] = {
        {"name", values_new_text(arena, VIEW("n"), at)},
        {"missing", NULL},
        {"on", values_new_bool(arena, true, at)},
        {"count", values_new_number(arena, -3, at)},
    };
    const struct document_node *made = values_new_mapping(arena, pairs, COUNT(pairs), at);

    (void)state;
    assert_int_equal(document_count(made), 3);
    assert_view(document_get_text(made, VIEW("name")), "n");
    assert_true(document_get(made, VIEW("on"))->boolean);
    assert_view(document_get_text(made, VIEW("count")), "-3");
    assert_int_equal(values_place(made).line, 3);
}

RUN_TESTS(cmocka_unit_test(walk), cmocka_unit_test(make))
