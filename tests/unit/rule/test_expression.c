#include "rule/expression.h"

#include "test.h"

/* Parsing and writing: the writer shows the tree. */
static const struct {
    const char *name, *input, *want;
} trees[] = {
    {"equality", "proc.name=bash", "proc.name = bash"},
    {"double equals", "proc.name == bash", "proc.name = bash"},
    {"not equal, close", "proc.name!=\"sshd\"", "proc.name != \"sshd\""},
    {"precedence", "a.x=1 or b.x=2 and not c.x=3", "(a.x = 1 or (b.x = 2 and (not c.x = 3)))"},
    {"chains are flat", "m and n and o", "(m and n and o)"},
    {"parentheses keep their own node", "(m and n) and o", "((m and n) and o)"},
    {"two nots cancel", "not not m", "m"},
    {"not of a parenthesis", "not(m or n)", "(not (m or n))"},
    {"and( and or(", "m and(n)or(o)", "((m and n) or o)"},
    {"exists", "ka.target.subresource exists", "ka.target.subresource exists"},
    {"numbers", "fd.num>=0 and a.b < 0x1F and a.c > -1.5e3 and a.d <= +2",
     "(fd.num >= 0 and a.b < 0x1F and a.c > -1.5e3 and a.d <= +2)"},
    {"list", "evt.type in (open,openat, \"a b\")", "evt.type in (open, openat, \"a b\")"},
    {"empty list", "proc.name in ()", "proc.name in ()"},
    {"list without a blank", "evt.type in(open)", "evt.type in (open)"},
    {"name as a list", "evt.type in open", "evt.type in (open)"},
    {"intersects and pmatch", "a.b intersects (true) or fd.name pmatch (/etc, /usr)",
     "(a.b intersects (true) or fd.name pmatch (/etc, /usr))"},
    {"index", "proc.aname[2]=bash", "proc.aname[2] = bash"},
    {"bare argument", "container.mount.dest[/proc*] exists", "container.mount.dest[/proc*] exists"},
    {"quoted argument", "a.b[\"x ] y\"].c exists", "a.b[\"x ] y\"].c exists"},
    {"path of a tree", "pod.spec.volumes[*].host-path[0].x = 1",
     "pod.spec.volumes[*].host-path[0].x = 1"},
    {"bare text", "ka.uri startswith /healthz? and a.b = system:anonymous",
     "(ka.uri startswith /healthz? and a.b = system:anonymous)"},
    {"escapes", "a.b = \"\\t\\\"\\\\\\x41'\"", "a.b = \"\\t\\\"\\\\A'\""},
    {"single quotes", "a.b = 'it\\'s \"x\"'", "a.b = \"it's \\\"x\\\"\""},
    {"line breaks", "a.b\n  =\n\tc", "a.b = c"},
    {"modifiers", "fd.name startswith oneof (/etc, /usr) and a.b = allof(1)",
     "(fd.name startswith oneof (/etc, /usr) and a.b = allof (1))"},
    {"a value named like a modifier", "a.b = anyof and m", "(a.b = anyof and m)"},
    {"a macro named like a quantifier", "any and (m)", "(any and m)"},
    {"a macro named like an operator's beginning", "inside and nothing", "(inside and nothing)"},
    {"transformer", "tolower(proc.name) = bash and len(fd.name) > 3",
     "(tolower(proc.name) = bash and len(fd.name) > 3)"},
    {"nested transformer", "basename(tolower(fd.name)) endswith x",
     "basename(tolower(fd.name)) endswith x"},
    {"val", "fd.name = val(proc.exepath) and a.b in val(a.c)",
     "(fd.name = val(proc.exepath) and a.b in val(a.c))"},
    {"transformer on the right", "a.b = toupper(a.c)", "a.b = toupper(a.c)"},
    {"join", "join(\",\", proc.args) = x and join(\"\", (a.b, 'c')) = y",
     "(join(\",\", proc.args) = x and join(\"\", a.b, \"c\") = y)"},
    {"concat", "concat(a.b, \"-\", tolower(a.c)) = x", "concat(a.b, \"-\", tolower(a.c)) = x"},
    {"getopt", "getopt(proc.args, \"ab:c\") intersects (a)",
     "getopt(proc.args, \"ab:c\") intersects (a)"},
    {"default", "default(pod.spec.hostNetwork, false) = false",
     "default(pod.spec.hostNetwork, false) = false"},
    {"quantity", "quantity(container.resources.limits.cpu) > 2000",
     "quantity(container.resources.limits.cpu) > 2000"},
    {"quantifier", "any container.env (item.name icontains password and item exists)",
     "any container.env ((item.name icontains password and item exists))"},
    {"quantifiers nest", "all pod.x (none item.y (item = 1 or m))",
     "all pod.x (none item.y ((item = 1 or m)))"},
    {"a field named like a quantifier", "all in (o)", "all in (o)"},
    {"a field without a dot", "item = 5", "item = 5"},
};

static void same_term(const struct rule_term *a, const struct rule_term *b)
{
    assert_int_equal(a->kind, b->kind);
    assert_true(view_eq(a->text, b->text));
    assert_int_equal(a->quoted, b->quoted);
    assert_int_equal(a->transformer, b->transformer);
    assert_int_equal(a->count, b->count);
    for (size_t i = 0; i < a->count; i++)
        same_term(&a->items[i], &b->items[i]);
}

static void same_tree(const struct expression *a, const struct expression *b)
{
    assert_int_equal(a->kind, b->kind);
    assert_int_equal(a->operator, b->operator);
    assert_int_equal(a->modifier, b->modifier);
    same_term(&a->left, &b->left);
    same_term(&a->right, &b->right);
    assert_int_equal(a->child_count, b->child_count);
    for (size_t i = 0; i < a->child_count; i++)
        same_tree(a->children[i], b->children[i]);
}

static void parses_and_writes(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(trees); i++) {
        _cleanup_arena_ struct arena *arena = arena_new(1 << 20);
        _cleanup_(buf_done) struct buf text = BUF_INIT(1 << 16);
        const struct expression *tree, *again;
        struct expression_fault fault;
        struct error err = ERROR_INIT;

        if (expression_parse(view_of(trees[i].input), arena, &tree, &fault, &err))
            fail_msg("%s: %s (at %zu)", trees[i].name, err.message, fault.offset);
        expression_write(tree, &text);
        assert_string_equal(buf_cstr(&text), trees[i].want);
        assert_int_equal(expression_parse(buf_view(&text), arena, &again, &fault, &err), 0);
        same_tree(tree, again);
    }
}

/* `mark` stands under what the fault is about. */
static const struct {
    const char *name, *input, *mark, *message;
} faults[] = {
    {"empty", "  ", "^", "the condition ends where a field, a macro or \"(\" should follow"},
    {"open parenthesis", "m and (n or o", "      ^", "this parenthesis is not closed"},
    {"too many", "m)", " ^", "this parenthesis closes nothing"},
    {"no right side", "a.b = ", "     ^", "the condition ends where a value should follow"},
    {"no operator", "a.b and m", "^^^", "an operator is missing behind \"a.b\""},
    {"mistyped operator", "a.b startwith /x", "    ^^^^^^^^^",
     "there is no operator \"startwith\""},
    {"text with blanks", "a.b = x y", "        ^",
     "\"and\", \"or\" or the end is expected here, not \"y\""},
    {"no number", "a.b > ten", "      ^^^", "> compares numbers, and \"ten\" is none"},
    {"quoted number", "a.b > \"1\"", "      ^^^", "> compares numbers, and \"1\" is none"},
    {"open quote", "a.b = \"x", "      ^", "this quote is not closed"},
    {"unknown escape", "a.b regex \"\\d\"", "           ^^", "unknown escape \\d in a quoted text"},
    {"short \\x", "a.b = \"\\x4\"", "       ^^", "\\x needs two hexadecimal digits"},
    {"list without commas", "a.b in (x y)", "          ^",
     "\",\" or \")\" is expected here, not \"y\""},
    {"list that ends early", "a.b in (x,", "          ^",
     "the condition ends where a value should follow"},
    {"comma for nothing", "a.b in (x,)", "          ^", "a value is expected here, not \")\""},
    {"no list", "a.b in", "      ^", "the condition ends where a list should follow"},
    {"unknown transformer", "lower(a.b) = x", "^^^^^", "there is no transformer \"lower\""},
    {"transformer without its text", "join(a.b) = x", "     ^^^",
     "a text in quotes is expected here, not \"a.b\""},
    {"val on the left", "val(a.b) = x", "^^^",
     "val() stands on the right side of an operator only"},
    {"empty argument", "a.b[] = x", "   ^^", "the argument in brackets is empty"},
    {"open bracket", "a.b[x = y", "   ^", "this bracket is not closed"},
    {"operator first", "= x", "^", "a field, a macro or \"(\" is expected here, not \"=\""},
    {"and twice", "m and and n", "      ^^^",
     "a field, a macro or \"(\" is expected here, not \"and\""},
};

static void says_where(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(faults); i++) {
        _cleanup_arena_ struct arena *arena = arena_new(1 << 20);
        const struct expression *tree = NULL;
        struct expression_fault fault;
        struct error err = ERROR_INIT;

        if (expression_parse(view_of(faults[i].input), arena, &tree, &fault, &err) != ERROR_INPUT)
            fail_msg("%s: is accepted", faults[i].name);
        assert_null(tree);
        if (strcmp(err.message, faults[i].message) != 0)
            fail_msg("%s: %s", faults[i].name, err.message);
        if (fault.offset != strspn(faults[i].mark, " ") ||
            fault.length != strlen(faults[i].mark) - fault.offset)
            fail_msg("%s: at %zu, %zu", faults[i].name, fault.offset, fault.length);
    }
}

static void nests_to_the_limit(void **state)
{
    _cleanup_arena_ struct arena *arena = arena_new(16 << 20);
    _cleanup_(buf_done) struct buf text = BUF_INIT(1 << 16);
    const struct expression *tree;
    struct expression_fault fault;
    struct error err = ERROR_INIT;

    (void)state;
    for (int extra = 0; extra < 2; extra++) {
        buf_reset(&text);
        for (int i = 1; i < EXPRESSION_DEPTH_LIMIT + extra; i++)
            buf_add_char(&text, '(');
        buf_add_str(&text, "m");
        for (int i = 1; i < EXPRESSION_DEPTH_LIMIT + extra; i++)
            buf_add_char(&text, ')');
        assert_int_equal(expression_parse(buf_view(&text), arena, &tree, &fault, &err),
                         extra ? ERROR_LIMIT : 0);
    }
}

static void knows_places(void **state)
{
    _cleanup_arena_ struct arena *arena = arena_new(1 << 20);
    struct view text = VIEW("  m and ( a.b in (x, \"y\") )");
    const struct expression *tree;
    struct expression_fault fault;

    (void)state;
    assert_int_equal(expression_parse(text, arena, &tree, &fault, NULL), 0);
    assert_int_equal(tree->offset, 2);
    assert_int_equal(tree->children[0]->length, 1);
    assert_int_equal(tree->children[1]->offset, 10);
    assert_true(view_eq(view_sub(text, tree->children[1]->offset, tree->children[1]->length),
                        VIEW("a.b in (x, \"y\")")));
    assert_int_equal(tree->children[1]->right.items[1].offset, 21);
    assert_int_equal(tree->children[1]->right.items[1].length, 3);
}

RUN_TESTS(cmocka_unit_test(parses_and_writes), cmocka_unit_test(says_where),
          cmocka_unit_test(nests_to_the_limit), cmocka_unit_test(knows_places))
