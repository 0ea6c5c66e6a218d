#include "rule/program/evaluation.h"

#include <stdlib.h>

#include "base/clock.h"
#include "rule/condition.h"
#include "rule/program/regex-set.h"

enum { LAST_STAMP = 1 << 30 }; /* then stamps begin again */

static size_t largest_bucket(const struct rule_index *index)
{
    size_t largest = 0;

    for (size_t i = 0; i < rule_index_buckets(index); i++)
        if (index->buckets[i].count > largest)
            largest = index->buckets[i].count;
    return largest;
}

static bool allocate(struct rule_evaluation *e)
{
    const struct rule_graph *graph = &e->program->graph;
    size_t words = largest_bucket(&e->program->index) / 64 + 1;

    e->state = calloc(graph->node_count, sizeof(*e->state));
    e->matched = calloc(graph->group_count + 1, sizeof(*e->matched));
    e->slots = calloc(graph->slots.count + 1, sizeof(*e->slots));
    e->hits = calloc(e->program->match_nodes + 1, sizeof(*e->hits));
    e->candidates = calloc(words, sizeof(*e->candidates));
    e->candidate_words = calloc(words / 64 + 1, sizeof(*e->candidate_words));
    e->results = calloc(e->program->rule_count + 1, sizeof(*e->results));
    e->scratch = arena_new(RULE_SCRATCH_LIMIT);
    return e->state && e->matched && e->slots && e->hits && e->candidates && e->candidate_words &&
           e->results && e->scratch;
}

int rule_evaluation_new(const struct rule_program *program, struct rule_evaluation **ret,
                        struct error *err)
{
    _cleanup_(rule_evaluation_free_p) struct rule_evaluation *e = calloc(1, sizeof(*e));

    if (!e)
        return error_memory(err);
    e->program = program;
    if (!allocate(e))
        return error_memory(err);
    *ret = take_ptr(&e);
    return 0;
}

void rule_evaluation_free(struct rule_evaluation *e)
{
    if (!e)
        return;
    arena_free(e->scratch);
    free(e->state);
    free(e->matched);
    free(e->slots);
    free(e->hits);
    free(e->candidates);
    free(e->candidate_words);
    free(e->results);
    free(e->costs);
    free(e);
}

static void forget(struct rule_evaluation *e)
{
    const struct rule_graph *graph = &e->program->graph;

    memset(e->state, 0, graph->node_count * sizeof(*e->state));
    memset(e->matched, 0, graph->group_count * sizeof(*e->matched));
    for (size_t i = 0; i < graph->slots.count; i++)
        e->slots[i].stamp = 0;
    e->last_stamp = 0;
}

static void begin(struct rule_evaluation *e, const void *event)
{
    if (e->last_stamp > LAST_STAMP)
        forget(e);
    arena_reset(e->scratch);
    e->event = event;
    e->stamp = ++e->last_stamp;
    e->item_stamp = e->plain_stamp = e->stamp;
    e->item = NULL;
    e->steps = RULE_STEP_LIMIT;
}

/* A rule that rests on something given up does not match, and is counted. */
static bool matches(struct rule_evaluation *e, uint32_t root)
{
    bool holds;

    e->gave_up = false;
    holds = rule_decide(e, root);
    if (!e->gave_up && (!holds || !arena_failed(e->scratch, "an event", NULL)))
        return holds;
    e->given_up++;
    return false;
}

/* The same, with its cost noted when costs are asked for. */
static bool rule_matches(struct rule_evaluation *e, uint32_t rule, uint32_t root)
{
    uint64_t begin;
    bool holds;

    if (!e->costs)
        return matches(e, root);
    begin = clock_now_ns();
    holds = matches(e, root);
    e->costs[rule].nanoseconds += clock_now_ns() - begin;
    e->costs[rule].evaluations++;
    return holds;
}

/* The class as the index numbers them. */
static size_t find_class(struct rule_evaluation *e)
{
    const struct rule_index *index = &e->program->index;
    const struct rule_facts *facts = e->program->source->facts;
    unsigned number = index->by_number ? facts->class_of(e->event) : 0;
    const struct rule_values *values;
    uint32_t found;

    if (index->by_number && number < facts->class_count)
        return index->by_number[number];
    if (index->class_slot == RULE_NO_SLOT)
        return index->class_count; /* something nobody names */
    values = rule_read_slot(e, index->class_slot);
    if (!values->count)
        return index->class_count + 1;
    found = rule_text_table_find(&index->by_class, values->items[0].text);
    return found == RULE_TEXT_NONE ? index->class_count : found;
}

static const struct rule_bucket *find_bucket(struct rule_evaluation *e, size_t subject)
{
    const struct rule_index *index = &e->program->index;
    const struct rule_bucket *bucket;
    unsigned facts;

    if (subject >= index->subject_count)
        return NULL;
    bucket = &index->buckets[subject * (index->class_count + 2) + find_class(e)];
    if (!bucket->by_facts)
        return bucket;
    facts = e->program->source->facts->of(e->event);
    return facts < RULE_FACTS_LIMIT ? &bucket->refined[bucket->by_facts[facts]] : bucket;
}

/* Runs the bucket's matchers and notes whom they found. */
static void find_candidates(struct rule_evaluation *e, const struct rule_bucket *bucket)
{
    for (uint32_t i = 0; i < bucket->group_count; i++) {
        size_t hits = rule_run_matcher(e, bucket->groups[i]);

        if (e->matched[bucket->groups[i]] & 1)
            e->given_up++;
        for (size_t k = 0; k < hits; k++) {
            const struct rule_watch *watch = rule_bucket_watch(bucket, e->hits[k]);

            for (uint32_t w = 0; watch && w < watch->count; w++) {
                uint32_t at = bucket->watched[watch->first + w];

                e->candidates[at / 64] |= UINT64_C(1) << (at % 64);
                e->candidate_words[at / 64 / 64] |= UINT64_C(1) << (at / 64 % 64);
            }
        }
    }
}

/* Decides the rules of one word of candidates, or only forgets them. */
static size_t decide_word(struct rule_evaluation *e, const struct rule_bucket *bucket, size_t word,
                          bool first, size_t count)
{
    uint64_t bits = e->candidates[word] | bucket->always[word];

    e->candidates[word] = 0;
    for (; bits && !(first && count); bits &= bits - 1) {
        size_t at = word * 64 + (size_t)__builtin_ctzll(bits);

        if (rule_matches(e, bucket->rules[at], bucket->roots[at]))
            e->results[count++] = bucket->rules[at];
    }
    return count;
}

const uint32_t *rule_evaluate(struct rule_evaluation *e, const void *event, size_t subject,
                              bool first, size_t *ret_count)
{
    const struct rule_bucket *bucket;
    size_t count = 0;

    begin(e, event);
    bucket = find_bucket(e, subject);
    *ret_count = 0;
    if (!bucket || !bucket->count)
        return e->results;
    find_candidates(e, bucket);
    for (size_t i = 0; i <= bucket->count / 64 / 64; i++) {
        uint64_t words = e->candidate_words[i] | bucket->always_words[i];

        e->candidate_words[i] = 0;
        for (; words; words &= words - 1)
            count = decide_word(e, bucket, i * 64 + (size_t)__builtin_ctzll(words), first, count);
    }
    *ret_count = count;
    return e->results;
}

const uint32_t *rule_evaluate_all(struct rule_evaluation *e, const void *event, size_t subject,
                                  size_t *ret_count)
{
    size_t count = 0;

    begin(e, event);
    for (uint32_t i = 0; i < e->program->rule_count; i++)
        if (e->program->index_rules[i].subject == subject &&
            rule_matches(e, i, e->program->index_rules[i].root))
            e->results[count++] = i;
    *ret_count = count;
    return e->results;
}

void rule_evaluation_output(struct rule_evaluation *e, size_t rule, enum text_language language,
                            struct buf *to)
{
    const struct rule_output *output = &e->program->rules[rule].outputs[language];

    for (size_t i = 0; i < output->count; i++) {
        const struct rule_output_part *part = &output->parts[i];
        const struct rule_value none = {.type = RULE_TEXT, .text = VIEW("<NA>")};
        struct rule_values missing = {true, false, &none, 1, false};
        const struct rule_values *values;

        if (part->slot == RULE_NO_SLOT) {
            buf_add(to, part->text);
            continue;
        }
        values = rule_read_slot(e, part->slot);
        rule_output_values(values->present ? values : &missing, part->width, to);
    }
}

void rule_evaluation_output_fields(struct rule_evaluation *e, size_t rule,
                                   enum text_language language, rule_output_field *each, void *ctx)
{
    const struct rule_output *output = &e->program->rules[rule].outputs[language];

    for (size_t i = 0; i < output->count; i++) {
        uint32_t slot = output->parts[i].slot;

        if (slot != RULE_NO_SLOT)
            each(ctx, e->program->graph.slots.list[slot].text, rule_read_slot(e, slot));
    }
}

void rule_values_write(const struct rule_values *values, struct buf *to)
{
    rule_output_values(values, 0, to);
}

struct rule_values rule_evaluation_value(struct rule_evaluation *e, const struct rule_use *use)
{
    if (use->of_item || !e->stamp)
        return (struct rule_values){0};
    return e->program->source->extract(e->event, use, NULL, e->scratch);
}

uint64_t rule_evaluation_given_up(const struct rule_evaluation *e)
{
    return e->given_up;
}

int rule_evaluation_measure(struct rule_evaluation *e, struct error *err)
{
    if (!e->costs)
        e->costs = calloc(e->program->rule_count + 1, sizeof(*e->costs));
    return e->costs ? 0 : error_memory(err);
}

struct rule_evaluation_cost rule_evaluation_cost(const struct rule_evaluation *e, size_t rule)
{
    return e->costs ? e->costs[rule] : (struct rule_evaluation_cost){0};
}

void rule_condition_begin(struct rule_evaluation *e, const void *event)
{
    begin(e, event);
}

bool rule_condition_holds(struct rule_evaluation *e, uint32_t reference)
{
    return matches(e, reference);
}
