#include <stdio.h>

#include "base/buf.h"
#include "rule/source/falco.h"
#include "rule/source/syscall.h"
#include "test.h"

static const struct rule_field fields[] = {
    {"container", RULE_NODE, RULE_FIELD_TREE, ""},
    {"container.name", RULE_TEXT, 0, ""},
    {"proc.aname", RULE_TEXT, RULE_FIELD_INDEX | RULE_FIELD_LIST, ""},
    {"evt.arg", RULE_TEXT, RULE_FIELD_KEY | RULE_FIELD_INDEX | RULE_FIELD_NEEDS_ARGUMENT, ""},
    {"evt.arguments", RULE_TEXT, 0, ""},
};
static const struct rule_source source = {.name = "s", .fields = fields, .field_count = 5};

/* Wanted: field, argument, and steps: .key, #index, *. */
static const struct {
    const char *text, *want;
} uses[] = {
    {"container", "container"},
    {"container.name", "container.name"},
    {"container.name.x", "container .name .x"},
    {"container.names", "container .names"},
    {"container[0].a[*][b.c/d]", "container #0 .a * .b.c/d"},
    {"container[\"0\"]['a ] \\'b']", "container .0 .a ] 'b"},
    {"proc.aname", "proc.aname"},
    {"proc.aname[12]", "proc.aname [12]"},
    {"evt.arg.flags", "evt.arg [flags]"},
    {"evt.arg[flags]", "evt.arg [flags]"},
    {"evt.arg[0]", "evt.arg [0]"},
    {"evt.arguments", "evt.arguments"},
    {"item", "item"},
    {"item.a[1]", "item .a #1"},
    {"item[*]", "item *"},
};

static void write_use(const struct rule_use *use, struct buf *to)
{
    buf_add_str(to, use->of_item ? "item" : use->field->name);
    if (use->has_argument)
        buf_addf(to, " [%.*s]", VIEW_ARG(use->argument));
    for (size_t i = 0; i < use->step_count; i++) {
        const struct rule_step *step = &use->steps[i];

        if (step->kind == RULE_STEP_EACH)
            buf_add_str(to, " *");
        else if (step->kind == RULE_STEP_INDEX)
            buf_addf(to, " #%zu", step->index);
        else
            buf_addf(to, " .%.*s", VIEW_ARG(step->key));
    }
}

static void resolves(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(uses); i++) {
        _cleanup_arena_ struct arena *arena = arena_new(1 << 16);
        _cleanup_(buf_done) struct buf text = BUF_INIT(1 << 10);
        struct error err = ERROR_INIT;
        struct rule_use use;

        if (rule_use_resolve(&source, view_of(uses[i].text), arena, &use, &err))
            fail_msg("%s: %s", uses[i].text, err.message);
        write_use(&use, &text);
        assert_string_equal(buf_cstr(&text), uses[i].want);
        assert_view(use.text, uses[i].text);
    }
}

static const struct {
    const char *text;
    int kind;
    const char *message, *hint;
} faults[] = {
    {"containr.name", ERROR_NOT_FOUND, "the source s has no field containr.name",
     "did you mean container.name?"},
    {"x", ERROR_NOT_FOUND, "the source s has no field x", "\"plimsoll rules fields s\" lists them"},
    {"container.name[1]", 0, "", ""},
    {"evt.arguments[1]", ERROR_INPUT, "evt.arguments takes no argument in brackets", ""},
    {"evt.arg", ERROR_INPUT, "evt.arg needs an argument", "write evt.arg[...]"},
    {"proc.aname[x]", ERROR_INPUT, "the argument of proc.aname is a number, not \"x\"", ""},
    {"proc.aname[1].x", ERROR_INPUT, "proc.aname has no fields below it", ""},
    {"container.", ERROR_INPUT, "a key is missing behind a \".\"", ""},
    {"container[]", ERROR_INPUT, "the argument in brackets is empty", ""},
    {"container[a", ERROR_INPUT, "a bracket is not closed in [a", ""},
    {"container[a]b", ERROR_INPUT, "\"b\" can't follow a bracket", ""},
};

static void refuses(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(faults); i++) {
        _cleanup_arena_ struct arena *arena = arena_new(1 << 16);
        struct error err = ERROR_INIT;
        struct rule_use use;

        assert_int_equal(rule_use_resolve(&source, view_of(faults[i].text), arena, &use, &err),
                         faults[i].kind);
        assert_string_equal(err.message, faults[i].message);
        assert_string_equal(err.hint, faults[i].hint);
    }
}

/* Every field has a name, a doc, and is found under its name. */
static void tables_are_whole(void **state)
{
    _cleanup_arena_ struct arena *arena = arena_new(1 << 22);

    (void)state;
    for (size_t i = 0; i < RULE_FALCO_SOURCE_COUNT; i++) {
        const struct rule_source *falco = rule_falco_sources[i];

        for (size_t k = 0; k < falco->field_count; k++) {
            const struct rule_field *field = &falco->fields[k];
            char text[256];
            struct rule_use use;

            assert_non_null(field->name);
            assert_true(field->doc && field->doc[0]);
            snprintf(text, sizeof(text), "%s%s", field->name,
                     field->flags & RULE_FIELD_NEEDS_ARGUMENT ? "[1]" : "");
            assert_int_equal(rule_use_resolve(falco, view_of(text), arena, &use, NULL), 0);
            assert_ptr_equal(use.field, field);
        }
    }
}

RUN_TESTS(cmocka_unit_test(resolves), cmocka_unit_test(refuses), cmocka_unit_test(tables_are_whole))
