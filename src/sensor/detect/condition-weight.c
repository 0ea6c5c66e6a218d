#include "sensor/detect/condition-weight.h"

struct condition_weights {
    const struct rule_program *program;
    const struct syscall *call;
    struct condition_weight *known; /* by node */
    bool *done;
};

struct condition_weights *condition_weights_new(const struct rule_program *program)
{
    _cleanup_(condition_weights_free_p) struct condition_weights *weights =
        calloc(1, sizeof(*weights));
    size_t count = rule_condition_count(program);

    if (!weights)
        return NULL;
    weights->program = program;
    weights->known = calloc(count + 1, sizeof(*weights->known));
    weights->done = calloc(count + 1, sizeof(*weights->done));
    return weights->known && weights->done ? take_ptr(&weights) : NULL;
}

void condition_weights_free(struct condition_weights *weights)
{
    if (!weights)
        return;
    free(weights->known);
    free(weights->done);
    free(weights);
}

void condition_weights_call(struct condition_weights *weights, const struct syscall *call)
{
    weights->call = call;
    memset(weights->done, 0, rule_condition_count(weights->program));
}

static struct condition_weight weigh_and(struct condition_weights *weights,
                                         const struct rule_condition *condition)
{
    struct condition_weight weight = {PROFILES_ALL, PROFILES_NONE};

    for (size_t i = 0; i < condition->part_count; i++) {
        struct condition_weight part = condition_weight(weights, condition->parts[i]);

        weight.holds = profiles_and(weight.holds, part.holds);
        weight.fails = profiles_or(weight.fails, part.fails);
    }
    return weight;
}

/* Fails when all parts do; more is not asked of it. */
static struct condition_weight weigh_one(struct condition_weights *weights,
                                         const struct rule_condition *condition)
{
    struct condition_weight weight = {PROFILES_NONE, PROFILES_ALL};

    for (size_t i = 0; i < condition->part_count; i++)
        weight.fails =
            profiles_and(weight.fails, condition_weight(weights, condition->parts[i]).fails);
    return weight;
}

static struct condition_weight weigh(struct condition_weights *weights, uint32_t number)
{
    struct rule_condition condition;

    rule_condition_read(weights->program, number, &condition);
    switch (condition.kind) {
    case RULE_CONDITION_TRUE:
        return (struct condition_weight){PROFILES_ALL, PROFILES_NONE};
    case RULE_CONDITION_AND:
        return weigh_and(weights, &condition);
    case RULE_CONDITION_ONE:
        return weigh_one(weights, &condition);
    case RULE_CONDITION_TEST:
        return cheap_facts(weights->program, &condition, weights->call);
    default:
        return (struct condition_weight){PROFILES_NONE, PROFILES_NONE};
    }
}

struct condition_weight condition_weight(struct condition_weights *weights, uint32_t reference)
{
    uint32_t number = reference / 2;
    struct condition_weight weight;

    if (!weights->done[number]) {
        weights->known[number] = weigh(weights, number);
        weights->done[number] = true;
    }
    weight = weights->known[number];
    if (reference & 1)
        return (struct condition_weight){weight.fails, weight.holds};
    return weight;
}
