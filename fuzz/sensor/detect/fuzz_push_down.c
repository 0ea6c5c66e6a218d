/* Rules and events that the bytes choose: what the filter drops matches nothing, and
 * rules that were compiled for an event's facts match as others. */
#include <stdlib.h>

#include "rule/program/evaluation.h"
#include "sensor/detect/filter-record.h"
#include "sensor/detect/push-down.h"
#include "sensor/detect/random-events.h"

enum { RULES = 4, EVENTS = 24, TEXT_LIMIT = 1 << 20, ARENA_LIMIT = 64 << 20 };

static void check(struct rule_evaluation *evaluation, struct push_down *push_down,
                  const struct random_event *random, struct observation_cache *cache)
{
    bool asked = false;
    struct observation observation = {
        .event = random->event,
        .call = syscall_by_number(random->event->number),
        .process = &random->process,
        .container = random->process.container,
        .number = 1,
        .asked_metadata = &asked,
        .cache = cache,
    };
    size_t count, all;

    observation_begin(&observation);
    rule_evaluate(evaluation, &observation, 0, false, &count);
    if (count && filter_record_drops(push_down_filter(push_down), random->event, &random->process,
                                     push_down_process_mask(push_down, &random->process)))
        abort();
    observation_begin(&observation);
    rule_evaluate_all(evaluation, &observation, 0, &all);
    if (count != all)
        abort();
}

static void run(struct choices *choices, const struct rule_program *program)
{
    _cleanup_(rule_evaluation_free_p) struct rule_evaluation *evaluation = NULL;
    _cleanup_(push_down_free_p) struct push_down *push_down = NULL;
    _cleanup_arena_ struct arena *words_arena = arena_new(ARENA_LIMIT);
    _cleanup_arena_ struct arena *arena = arena_new(ARENA_LIMIT);
    _cleanup_free_ struct observation_cache *cache = calloc(1, sizeof(*cache));
    struct event_words words;

    if (!words_arena || !arena || !cache || rule_evaluation_new(program, &evaluation, NULL) ||
        push_down_new(program, &push_down, NULL) || !event_words_of(&words, program, words_arena))
        return;
    for (int i = 0; i < EVENTS && choices->at < choices->bytes.len; i++) {
        struct random_event random;

        arena_reset(arena);
        random_event(choices, &words, push_down_filter(push_down), arena, &random);
        check(evaluation, push_down, &random, cache);
        buf_done(&random.record);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct rule_source *sources[] = {&rule_source_sensor};
    struct choices choices = {view_from(data, size), 0};
    _cleanup_(rule_program_free_p) struct rule_program *program = NULL;
    _cleanup_(ruleset_free_p) struct ruleset *set = NULL;
    _cleanup_(buf_done) struct buf text = BUF_INIT(TEXT_LIMIT);

    random_conditions(&choices, RULES, &text);
    if (ruleset_new(sources, 1, &set, NULL) ||
        ruleset_add(set, VIEW("rules.yaml"), buf_view(&text), NULL) || ruleset_finish(set, NULL) ||
        rule_program_new(set, &rule_source_sensor, &program, NULL))
        return 0;
    run(&choices, program);
    return 0;
}
