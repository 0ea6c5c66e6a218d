#include "rule/naive.h"
#include "rule/program/evaluation.h"
#include "rule/random-rules.h"

#include "test.h"

enum {
    SETS = 90,
    RULES = 40,
    EVENTS = 60,
    BYTES = 16384,
};

static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static void fill(char *bytes, uint64_t *state)
{
    for (size_t i = 0; i < BYTES; i++)
        bytes[i] = (char)(next_random(state) >> 32);
}

/* What the program says of the event is what the referee says, with the index
 * and without it. */
static void compare(const struct rule_program *program, struct rule_evaluation *evaluation,
                    const struct record *record, struct view text)
{
    _cleanup_arena_ struct arena *arena = arena_new(64 << 20);
    _cleanup_free_ bool *indexed = calloc(RULES, sizeof(*indexed));
    _cleanup_free_ bool *plain = calloc(RULES, sizeof(*plain));
    size_t count, rules = rule_program_rule_count(program);
    const uint32_t *matched = rule_evaluate(evaluation, record, 0, false, &count);

    for (size_t i = 0; i < count; i++) {
        indexed[matched[i]] = true;
        if (i)
            assert_true(matched[i] > matched[i - 1]);
    }
    if (count) {
        uint32_t first = matched[0];

        matched = rule_evaluate(evaluation, record, 0, true, &count);
        assert_int_equal(count, 1);
        assert_int_equal(matched[0], first);
    }
    matched = rule_evaluate_all(evaluation, record, 0, &count);
    for (size_t i = 0; i < count; i++)
        plain[matched[i]] = true;
    for (size_t i = 0; i < rules; i++) {
        const struct rule *rule = rule_program_rule(program, i);
        bool want = naive_holds(rule->condition, record, arena);

        if (want != indexed[i] || want != plain[i])
            fail_msg("%.*s with {%.*s}: want %d, got %d, %d without the index",
                     VIEW_ARG(rule->condition_text), VIEW_ARG(text), want, indexed[i], plain[i]);
    }
}

static void test_random(void **state)
{
    static char bytes[BYTES];
    uint64_t random = 88172645463325252U;
    uint64_t compiled = 0, matches = 0;

    (void)state;
    for (int i = 0; i < SETS; i++) {
        struct choices choices = {view_from(bytes, BYTES), 0};
        _cleanup_(buf_done) struct buf rules = BUF_INIT(1 << 20);
        _cleanup_(ruleset_free_p) struct ruleset *set = NULL;
        _cleanup_(rule_program_free_p) struct rule_program *program = NULL;
        _cleanup_(rule_evaluation_free_p) struct rule_evaluation *evaluation = NULL;

        fill(bytes, &random);
        random_rules(&choices, RULES, &rules);
        set = record_rules(buf_cstr(&rules));
        assert_int_equal(rule_program_new(set, &record_source, &program, NULL), 0);
        assert_int_equal(rule_evaluation_new(program, &evaluation, NULL), 0);
        compiled += rule_program_rule_count(program);
        for (int k = 0; k < EVENTS; k++) {
            _cleanup_arena_ struct arena *arena = arena_new(16 << 20);
            _cleanup_(buf_done) struct buf text = BUF_INIT(1 << 16);
            const struct record *record;
            size_t count;

            fill(bytes, &random);
            choices.at = 0;
            random_record(&choices, &text);
            record = record_parse(buf_cstr(&text), arena);
            compare(program, evaluation, record, buf_view(&text));
            rule_evaluate(evaluation, record, 0, false, &count);
            matches += count;
        }
    }
    /* the generator says something: nearly all compile, and some match */
    assert_true(compiled > SETS * RULES * 9 / 10);
    assert_true(matches > SETS * EVENTS);
}

RUN_TESTS(cmocka_unit_test(test_random))
