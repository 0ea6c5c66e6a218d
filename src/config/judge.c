#include "config/judge.h"

struct judge {
    const struct checks *checks;
    struct rule_evaluation *evaluations[CONFIG_KINDS];
    struct buf message;
};

int judge_new(const struct checks *checks, struct judge **ret, struct error *err)
{
    _cleanup_(judge_free_p) struct judge *judge = calloc(1, sizeof(*judge));

    if (!judge)
        return error_memory(err);
    judge->checks = checks;
    judge->message = BUF_INIT(JUDGE_MESSAGE_LIMIT);
    for (size_t i = 0; i < CONFIG_KINDS; i++) {
        const struct rule_program *program = checks_program(checks, i);
        int r = program ? rule_evaluation_new(program, &judge->evaluations[i], err) : 0;

        if (r < 0)
            return r;
    }
    *ret = take_ptr(&judge);
    return 0;
}

void judge_free(struct judge *judge)
{
    if (!judge)
        return;
    for (size_t i = 0; i < CONFIG_KINDS; i++)
        rule_evaluation_free(judge->evaluations[i]);
    buf_done(&judge->message);
    free(judge);
}

/* The rule's own field first, then those of its condition: the first that
 * leads to a line. */
static struct config_place find_place(const struct judge *judge, size_t kind, size_t rule,
                                      const struct config_event *event)
{
    size_t count;
    const struct rule_use *uses =
        rule_program_uses(checks_program(judge->checks, kind), rule, &count);
    struct config_place place;

    for (size_t i = 0; i < count; i++)
        if (!uses[i].of_item && config_kinds[kind]->locate(event->event, &uses[i], &place))
            return place;
    return event->place;
}

/* What a rule says; its name when there is no room for it. */
static struct view word(struct judge *judge, size_t kind, size_t rule)
{
    buf_reset(&judge->message);
    rule_evaluation_output(judge->evaluations[kind], rule, text_language(), &judge->message);
    return judge->message.failed
               ? rule_program_rule(checks_program(judge->checks, kind), rule)->name
               : buf_view(&judge->message);
}

int judge_event(struct judge *judge, size_t kind, const struct config_event *event,
                int (*found)(void *ctx, const struct verdict_of_check *verdict, struct error *err),
                void *ctx, struct error *err)
{
    struct rule_evaluation *evaluation = judge->evaluations[kind];
    size_t count;
    const uint32_t *matches =
        rule_evaluate(evaluation, event->event, event->subject, false, &count);

    for (size_t i = 0; i < count; i++) {
        struct verdict_of_check verdict = {kind, matches[i], event, {0}, VIEW_EMPTY};
        int r;

        if (!checks_wants(judge->checks, kind, matches[i]))
            continue;
        verdict.place = find_place(judge, kind, matches[i], event);
        verdict.message = word(judge, kind, matches[i]);
        r = found(ctx, &verdict, err);
        if (r < 0)
            return r;
    }
    return 0;
}
