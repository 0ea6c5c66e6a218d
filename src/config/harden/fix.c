#include "config/harden/fix.h"

#include "config/harden/answers.h"

static const struct {
    struct view name, value; /* the key of the verb, and of its value */
    enum fix_verb verb;
    bool asks; /* the value may be a question */
} verbs[] = {
    {VIEW("set"), VIEW("to"), FIX_SET, true},
    {VIEW("remove"), VIEW_EMPTY, FIX_REMOVE, false},
    {VIEW("add"), VIEW("value"), FIX_ADD, true},
    {VIEW("keep"), VIEW("values"), FIX_KEEP, false},
};

static int parse_verb(const struct document_node *node, const struct rule *rule,
                      struct arena *arena, struct fix_step *ret, struct error *err)
{
    for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
        const struct document_node *field = document_get(node, verbs[i].name);
        int r;

        if (!field)
            continue;
        ret->verb = verbs[i].verb;
        ret->value = verbs[i].value.len ? document_get(node, verbs[i].value) : NULL;
        r = rule_use_resolve(rule->source, document_text(field), arena, &ret->use, err);
        if (r < 0)
            return r;
        if (!(ret->use.field->flags & RULE_FIELD_TREE) || !ret->use.step_count)
            return error_set(err, ERROR_INPUT, "'%.*s' is no place in a document",
                             VIEW_ARG(document_text(field)));
        if (verbs[i].value.len && !ret->value && !(verbs[i].asks && ret->question.len))
            return error_set(err, ERROR_INPUT, "a step of the fix lacks '%.*s'",
                             VIEW_ARG(verbs[i].value));
        return 0;
    }
    if (ret->question.len && ret->when && ret->when->open) {
        ret->verb = FIX_ASK;
        return 0;
    }
    return error_set(err, ERROR_INPUT, "a step of the fix has no verb: set, remove, add or keep");
}

static int parse_step(const struct document_node *node, const struct rule *rule,
                      struct arena *arena, struct fix_step *ret, struct error *err)
{
    struct view when = document_get_text(node, VIEW("when"));

    *ret = (struct fix_step){.question = document_get_text(node, VIEW("ask"))};
    if (ret->question.len && !question_find(ret->question))
        return error_set(err, ERROR_INPUT, "nobody asks '%.*s'", VIEW_ARG(ret->question));
    if (when.len && !(ret->when = fix_condition_find(when)))
        return error_set(err, ERROR_INPUT, "no condition of steps is called '%.*s'",
                         VIEW_ARG(when));
    return parse_verb(node, rule, arena, ret, err);
}

int fix_parse(const struct rule *rule, struct arena *arena, struct fix *ret,
              const struct document_node **ret_at, struct error *err)
{
    size_t count = document_count(rule->fix);
    struct fix_step *steps = arena_array(arena, count ? count : 1, sizeof(*steps));

    if (!steps)
        return error_memory(err);
    *ret_at = rule->fix;
    if (rule->fix && (rule->fix->kind != DOCUMENT_SEQUENCE || count > FIX_STEP_LIMIT))
        return error_set(err, ERROR_INPUT, "a fix is a list of at most %d steps", FIX_STEP_LIMIT);
    for (size_t i = 0; i < count; i++) {
        int r;

        *ret_at = document_item(rule->fix, i);
        r = parse_step(*ret_at, rule, arena, &steps[i], err);
        if (r < 0)
            return r;
    }
    *ret = (struct fix){steps, count};
    return 0;
}
