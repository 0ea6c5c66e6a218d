/* Every check of content/rules: it compiles, is complete in both languages,
 * its fields exist, and its cases hold. */
#include "base/buf.h"
#include "config/checks.h"
#include "config/rule-test.h"
#include "test.h"

enum { ARENA_LIMIT = 512 << 20, ALL_KINDS = (1 << CONFIG_KINDS) - 1, FAULT_LIMIT = 1 << 20 };

static struct checks *open_checks(void)
{
    const struct checks_options options = {.kinds = ALL_KINDS};
    struct checks *checks = NULL;
    struct error err = ERROR_INIT;

    if (checks_new(&options, &checks, &err))
        fail_msg("%s", err.message);
    return checks;
}

static void add_problem(void *ctx, const struct rule_problem *problem)
{
    if (problem->level != RULE_PROBLEM_NOTE)
        rule_problem_write(problem, ctx);
}

static void finish(struct buf *faults)
{
    if (faults->len)
        print_error("%s\n", buf_cstr(faults));
    assert_int_equal(faults->len, 0);
    buf_done(faults);
}

static void compile(void **state)
{
    _cleanup_(checks_free_p) struct checks *checks = open_checks();
    struct buf faults = BUF_INIT(FAULT_LIMIT);

    (void)state;
    checks_each_problem(checks, add_problem, &faults);
    finish(&faults);
}

static void miss(struct buf *faults, const struct rule *rule, const char *what)
{
    buf_addf(faults, "%.*s:%u: %.*s: %s\n", VIEW_ARG(rule->file), rule->mark.line,
             VIEW_ARG(rule->id), what);
}

static bool has_chinese(const struct rule_text *text)
{
    return text->in[TEXT_CHINESE].len && !view_eq(text->in[TEXT_CHINESE], text->in[TEXT_ENGLISH]);
}

static bool has_pair(const struct rule *rule)
{
    for (size_t i = 0; i < rule->test_count; i++)
        if (document_get(rule->tests[i].node, VIEW("bad")) &&
            document_get(rule->tests[i].node, VIEW("good")))
            return true;
    return false;
}

static void check_fields(struct buf *faults, const struct rule *rule, struct arena *arena)
{
    static const char *const steps[] = {"set", "remove", "add"};
    struct error err = ERROR_INIT;
    struct rule_use use;

    if (rule->place.len && rule_use_resolve(rule->source, rule->place, arena, &use, &err))
        miss(faults, rule, err.message);
    for (size_t i = 0; i < document_count(rule->fix); i++) {
        const struct document_node *step = document_item(rule->fix, i);

        for (size_t j = 0; j < COUNT(steps); j++) {
            struct view field = document_get_text(step, view_of(steps[j]));

            if (field.len && rule_use_resolve(rule->source, field, arena, &use, &err))
                miss(faults, rule, err.message);
        }
    }
}

static void be_complete(void **state)
{
    _cleanup_(checks_free_p) struct checks *checks = open_checks();
    _cleanup_arena_ struct arena *arena = arena_new(ARENA_LIMIT);
    struct buf faults = BUF_INIT(FAULT_LIMIT);
    size_t count;
    const struct rule *rules = ruleset_rules(checks_ruleset(checks), &count);

    (void)state;
    for (size_t i = 0; i < count; i++) {
        const struct rule *rule = &rules[i];
        const struct {
            bool there;
            const char *what;
        } parts[] = {
            {has_chinese(&rule->title), "no Chinese title"},
            {has_chinese(&rule->desc), "no description in both languages"},
            {has_chinese(&rule->output), "no output in both languages"},
            {has_chinese(&rule->remediation), "no remediation in both languages"},
            {rule->reference_count > 0, "no references"},
            {has_pair(rule), "no case with bad and good"},
        };

        for (size_t j = 0; j < COUNT(parts); j++)
            if (!parts[j].there)
                miss(&faults, rule, parts[j].what);
        check_fields(&faults, rule, arena);
    }
    finish(&faults);
}

static void hold(void **state)
{
    _cleanup_(checks_free_p) struct checks *checks = open_checks();
    struct buf faults = BUF_INIT(FAULT_LIMIT);

    (void)state;
    for (size_t kind = 0; kind < CONFIG_KINDS; kind++) {
        _cleanup_arena_ struct arena *arena = arena_new(ARENA_LIMIT);
        struct rule_test_tally tally = {0};
        struct error err = ERROR_INIT;

        if (rule_test_run(checks_program(checks, kind), config_kinds[kind]->source, arena, &tally,
                          &err))
            fail_msg("%s", err.message);
        print_message("%s: %zu checks, %zu cases\n", config_kinds[kind]->name, tally.rules,
                      tally.cases);
        for (size_t i = 0; i < tally.failure_count; i++)
            buf_addf(&faults, "%.*s:%u: %.*s: %.*s\n", VIEW_ARG(tally.failures[i].file),
                     tally.failures[i].line, VIEW_ARG(tally.failures[i].rule),
                     VIEW_ARG(tally.failures[i].message));
    }
    finish(&faults);
}

RUN_TESTS(cmocka_unit_test(compile), cmocka_unit_test(be_complete), cmocka_unit_test(hold))
