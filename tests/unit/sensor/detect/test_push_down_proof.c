#include <stdio.h>
#include <stdlib.h>

#include "base/fd.h"
#include "rule/program/evaluation.h"
#include "sensor/abi/record.h"
#include "sensor/detect/filter-record.h"
#include "sensor/detect/push-down.h"
#include "sensor/detect/random-events.h"

#include "test.h"

enum {
    BYTES = 8 << 10,
    FALCO_EVENTS = 150000,
    PROGRAMS = 400,
    RULES = 6,
    EVENTS = 300,
    FILE_LIMIT = 4 << 20,
};

static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static void refill(struct choices *choices, char *bytes, uint64_t *state)
{
    for (size_t i = 0; i < BYTES; i += sizeof(*state)) {
        uint64_t random = next_random(state);

        memcpy(bytes + i, &random, sizeof(random));
    }
    *choices = (struct choices){view_from(bytes, BYTES), 0};
}

/* What came of a run. */
struct tally {
    size_t events, dropped, matched;
};

/* Rules that were compiled for what the event is at once match as they do otherwise. */
static void check_facts(struct rule_evaluation *evaluation, struct observation *observation,
                        const struct random_event *random)
{
    const struct rule_program *program = evaluation->program;
    _cleanup_free_ uint32_t *rules = calloc(rule_program_rule_count(program) + 1, sizeof(*rules));
    const uint32_t *found;
    size_t count, all;

    assert_non_null(rules);
    found = rule_evaluate(evaluation, observation, 0, false, &count);
    memcpy(rules, found, count * sizeof(*rules));
    observation_begin(observation);
    found = rule_evaluate_all(evaluation, observation, 0, &all);
    for (size_t i = 0; i < count || i < all; i++)
        if (i >= count || i >= all || rules[i] != found[i])
            fail_msg(
                "%s = %lld by %.15s: %zu rules match, without the index %zu, not alike: %.*s",
                observation->call->name, (long long)random->event->result, random->process.comm,
                count, all,
                VIEW_ARG(
                    rule_program_rule(program, i < all ? found[i] : rules[i])->condition_text));
    observation_begin(observation);
}

/* An event that the filter holds back matches no rule. */
static void check(const struct rule_program *program, struct rule_evaluation *evaluation,
                  struct push_down *push_down, const struct random_event *random,
                  struct observation_cache *cache, struct tally *tally)
{
    struct observation observation = {
        .event = random->event,
        .call = syscall_by_number(random->event->number),
        .process = &random->process,
        .container = random->process.container,
        .number = 1,
        .cache = cache,
    };
    bool dropped = filter_record_drops(push_down_filter(push_down), random->event, &random->process,
                                       push_down_process_mask(push_down, &random->process));
    bool asked = false;
    const uint32_t *rules;
    size_t count;

    observation.asked_metadata = &asked;
    observation_begin(&observation);
    check_facts(evaluation, &observation, random);
    rules = rule_evaluate(evaluation, &observation, 0, false, &count);
    tally->events++;
    tally->dropped += dropped;
    tally->matched += count != 0;
    if (dropped && count) {
        const struct rule *rule = rule_program_rule(program, rules[0]);

        for (const struct sensor_parameter *p = record_next(random->event, NULL); p;
             p = record_next(random->event, p))
            print_message("  parameter %u of %u, flags %u: %.*s\n", p->kind, p->index, p->flags,
                          VIEW_ARG(record_bytes(p)));
        fail_msg("%s = %lld by %.15s is dropped but matches %.*s: %.*s", observation.call->name,
                 (long long)random->event->result, random->process.comm, VIEW_ARG(rule->name),
                 VIEW_ARG(rule->condition_text));
    }
}

static void run(const struct rule_program *program, size_t events, uint64_t *state,
                struct tally *tally)
{
    _cleanup_(rule_evaluation_free_p) struct rule_evaluation *evaluation = NULL;
    _cleanup_(push_down_free_p) struct push_down *push_down = NULL;
    _cleanup_arena_ struct arena *words_arena = arena_new(64 << 20), *arena = arena_new(64 << 20);
    _cleanup_free_ struct observation_cache *cache = calloc(1, sizeof(*cache));
    _cleanup_free_ char *bytes = malloc(BYTES);
    struct error err = ERROR_INIT;
    struct event_words words;

    assert_int_equal(rule_evaluation_new(program, &evaluation, &err), 0);
    assert_int_equal(push_down_new(program, &push_down, &err), 0);
    assert_true(cache && bytes && event_words_of(&words, program, words_arena));
    for (size_t i = 0; i < events; i++) {
        struct random_event random;
        struct choices choices;

        refill(&choices, bytes, state);
        arena_reset(arena);
        random_event(&choices, &words, push_down_filter(push_down), arena, &random);
        check(program, evaluation, push_down, &random, cache, tally);
        buf_done(&random.record);
    }
}

static void compile(const struct view *texts, size_t count, struct ruleset **ret_set,
                    struct rule_program **ret)
{
    const struct rule_source *sources[] = {&rule_source_sensor};
    struct error err = ERROR_INIT;

    assert_int_equal(ruleset_new(sources, 1, ret_set, &err), 0);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(ruleset_add(*ret_set, VIEW("rules.yaml"), texts[i], &err), 0);
    assert_int_equal(ruleset_finish(*ret_set, &err), 0);
    assert_int_equal(rule_program_new(*ret_set, &rule_source_sensor, ret, &err), 0);
}

static void falco_rules(void **state)
{
    static const char *const names[] = {"falco_rules.yaml", "falco-incubating_rules.yaml",
                                        "falco-sandbox_rules.yaml"};
    const char *shared = getenv("PLIMSOLL_SHARED"), *root = getenv("PLIMSOLL_SOURCE_ROOT");
    struct buf files[3] = {BUF_INIT(FILE_LIMIT), BUF_INIT(FILE_LIMIT), BUF_INIT(FILE_LIMIT)};
    _cleanup_(rule_program_free_p) struct rule_program *program = NULL;
    _cleanup_(ruleset_free_p) struct ruleset *set = NULL;
    struct view texts[3];
    uint64_t random = 88172645463325252;
    struct tally tally = {0};

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        char path[4096];

        snprintf(path, sizeof(path), "%s%s/compat/falco-rules/%s", shared ? shared : root,
                 shared ? "" : "/../shared", names[i]);
        if (access(path, R_OK) != 0) {
            print_message("skipped: %s is not there\n", path);
            skip();
        }
        assert_int_equal(fd_read_file(path, &files[i], NULL), 0);
        texts[i] = buf_view(&files[i]);
    }
    compile(texts, 3, &set, &program);
    run(program, FALCO_EVENTS, &random, &tally);
    print_message("%zu events: %zu dropped, %zu matched\n", tally.events, tally.dropped,
                  tally.matched);
    assert_true(tally.dropped > tally.events / 20);
    assert_true(tally.matched > tally.events / 100);
    for (size_t i = 0; i < 3; i++)
        buf_done(&files[i]);
}

static void random_rules(void **state)
{
    uint64_t random = 2463534242;
    _cleanup_free_ char *bytes = malloc(BYTES);
    struct tally tally = {0};

    (void)state;
    assert_non_null(bytes);
    for (size_t i = 0; i < PROGRAMS; i++) {
        _cleanup_(rule_program_free_p) struct rule_program *program = NULL;
        _cleanup_(ruleset_free_p) struct ruleset *set = NULL;
        _cleanup_(buf_done) struct buf text = BUF_INIT(FILE_LIMIT);
        struct choices choices;
        struct view view;

        refill(&choices, bytes, &random);
        random_conditions(&choices, RULES, &text);
        view = buf_view(&text);
        compile(&view, 1, &set, &program);
        run(program, EVENTS, &random, &tally);
    }
    print_message("%zu events: %zu dropped, %zu matched\n", tally.events, tally.dropped,
                  tally.matched);
    assert_true(tally.dropped > tally.events / 50);
    assert_true(tally.matched > tally.events / 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(falco_rules),
        cmocka_unit_test(random_rules),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
