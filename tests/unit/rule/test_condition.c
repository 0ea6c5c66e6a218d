#include "rule/condition.h"

#include "rule/program/literal.h"
#include "rule/record.h"

#include "test.h"

static const char rules[] = "- rule: a\n"
                            "  desc: d\n"
                            "  source: record\n"
                            "  output: o\n"
                            "  priority: INFO\n"
                            "  condition: >\n"
                            "    (evt.type = open and path startswith /etc) or\n"
                            "    (evt.type = close and tolower(name) in (x, y) and not port > 3)\n";

struct scene {
    struct ruleset *set;
    struct rule_program *program;
};

static void begin(struct scene *scene)
{
    scene->set = record_rules(rules);
    assert_int_equal(rule_program_new(scene->set, &record_source, &scene->program, NULL), 0);
    assert_int_equal(rule_program_rule_count(scene->program), 1);
}

static void end(struct scene *scene)
{
    rule_program_free(scene->program);
    ruleset_free(scene->set);
}

/* Each class has its own part of the condition. */
static void is_reduced_by_class(void **state)
{
    _cleanup_(buf_done) struct buf text = BUF_INIT(1024);
    struct rule_condition condition;
    struct scene scene;
    uint32_t root;

    (void)state;
    begin(&scene);
    root = rule_condition_root(scene.program, 0, VIEW("open"));
    assert_int_equal(root & 1, 0);
    assert_true(root / 2 < rule_condition_count(scene.program));
    rule_condition_read(scene.program, root / 2, &condition);
    assert_int_equal(condition.kind, RULE_CONDITION_TEST);
    assert_int_equal(condition.test, RULE_TEST_PREFIX);
    assert_non_null(condition.use);
    assert_false(condition.transformed);
    assert_string_equal(condition.use->field->name, "path");
    assert_int_equal(condition.literal_count, 1);
    assert_view(rule_condition_literal(scene.program, &condition, 0)->text, "/etc");
    rule_condition_write(scene.program, root / 2, &text);
    assert_view(buf_view(&text), "path startswith (/etc)");
    assert_int_equal(rule_condition_root(scene.program, 0, VIEW("read")), RULE_CONDITION_NEVER);
    end(&scene);
}

static void shows_parts_and_transformers(void **state)
{
    bool saw_transformed = false, saw_order = false;
    struct rule_condition condition, part;
    struct scene scene;

    (void)state;
    begin(&scene);
    rule_condition_read(scene.program, rule_condition_root(scene.program, 0, VIEW("close")) / 2,
                        &condition);
    assert_int_equal(condition.kind, RULE_CONDITION_AND);
    assert_int_equal(condition.part_count, 2);
    for (size_t i = 0; i < 2; i++) {
        rule_condition_read(scene.program, condition.parts[i] / 2, &part);
        if (part.test == RULE_TEST_EQUAL) {
            saw_transformed = part.transformed && part.transformer == RULE_TOLOWER;
            assert_string_equal(part.use->field->name, "name");
            assert_int_equal(part.literal_count, 2);
            assert_int_equal(condition.parts[i] & 1, 0);
        } else {
            saw_order = part.test == RULE_TEST_ORDER && part.operator== RULE_GREATER;
            assert_int_equal(condition.parts[i] & 1, 1);
        }
    }
    assert_true(saw_transformed && saw_order);
    end(&scene);
}

static void decides_single_nodes(void **state)
{
    _cleanup_(rule_evaluation_free_p) struct rule_evaluation *evaluation = NULL;
    _cleanup_arena_ struct arena *arena = arena_new(1 << 20);
    struct scene scene;
    uint32_t root;

    (void)state;
    begin(&scene);
    root = rule_condition_root(scene.program, 0, VIEW("open"));
    assert_int_equal(rule_evaluation_new(scene.program, &evaluation, NULL), 0);
    rule_condition_begin(evaluation, record_parse("path=/etc/passwd", arena));
    assert_true(rule_condition_holds(evaluation, root));
    assert_false(rule_condition_holds(evaluation, root ^ 1));
    rule_condition_begin(evaluation, record_parse("path=/usr", arena));
    assert_false(rule_condition_holds(evaluation, root));
    end(&scene);
}

/* Costs are counted for rules that are decided, when they are asked for. */
static void measures(void **state)
{
    _cleanup_(rule_evaluation_free_p) struct rule_evaluation *evaluation = NULL;
    _cleanup_arena_ struct arena *arena = arena_new(1 << 20);
    const struct record *record = record_parse("evt.type=open; path=/etc/passwd", arena);
    struct scene scene;
    size_t count;

    (void)state;
    begin(&scene);
    assert_int_equal(rule_evaluation_new(scene.program, &evaluation, NULL), 0);
    rule_evaluate(evaluation, record, 0, false, &count);
    assert_int_equal(rule_evaluation_cost(evaluation, 0).evaluations, 0);
    assert_int_equal(rule_evaluation_measure(evaluation, NULL), 0);
    rule_evaluate(evaluation, record, 0, false, &count);
    assert_int_equal(count, 1);
    assert_int_equal(rule_evaluation_cost(evaluation, 0).evaluations, 1);
    assert_true(rule_evaluation_cost(evaluation, 0).nanoseconds > 0);
    end(&scene);
}

RUN_TESTS(cmocka_unit_test(is_reduced_by_class), cmocka_unit_test(shows_parts_and_transformers),
          cmocka_unit_test(decides_single_nodes), cmocka_unit_test(measures))
