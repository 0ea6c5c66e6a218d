#include "base/text.h"
#include "config/harden/plan-state.h"
#include "config/kubernetes/version.h"
#include "config/values.h"

/* A step of a fix at one of the places that its field leads to. */
struct placing {
    struct plan_work *work;
    const struct fix_step *step;
    struct view field; /* as it is told */
};

static const struct document_node *present(const struct document_node *node)
{
    return document_is_absent(node) ? NULL : node;
}

static int set_at(const struct placing *p, const struct address *at,
                  const struct document_node *value, struct error *err)
{
    struct arena *arena = p->work->plan->arena;

    if (document_equal(at->node, value))
        return 0;
    return plan_edit(p->work, DOCUMENT_EDIT_SET, at, value,
                     arena_printf(arena, tr("set %.*s to %.*s"), VIEW_ARG(p->field),
                                  VIEW_ARG(plan_value_text(value, arena))),
                     err);
}

static int remove_at(const struct placing *p, const struct address *at, struct error *err)
{
    if (!at->node)
        return 0;
    return plan_edit(p->work, DOCUMENT_EDIT_REMOVE, at, NULL,
                     arena_printf(p->work->plan->arena, tr("remove %.*s"), VIEW_ARG(p->field)),
                     err);
}

static bool holds_item(const struct document_node *list, const struct document_node *value)
{
    for (size_t i = 0; i < document_count(list); i++)
        if (list->kind == DOCUMENT_SEQUENCE && document_equal(document_item(list, i), value))
            return true;
    return false;
}

static int add_at(const struct placing *p, const struct address *at,
                  const struct document_node *value, struct error *err)
{
    struct arena *arena = p->work->plan->arena;

    if (holds_item(at->node, value))
        return 0;
    return plan_edit(p->work, DOCUMENT_EDIT_ADD, at, value,
                     arena_printf(arena, tr("add %.*s to %.*s"),
                                  VIEW_ARG(plan_value_text(value, arena)), VIEW_ARG(p->field)),
                     err);
}

/* Takes the items away that are not to be kept; the list too, when none is left. */
static int keep_at(const struct placing *p, const struct address *at,
                   const struct document_node *values, struct error *err)
{
    struct arena *arena = p->work->plan->arena;
    const struct document_node *list = present(at->node);
    size_t kept = 0;
    int r = 0;

    for (size_t i = 0; list && i < document_count(list); i++)
        kept += holds_item(values, document_item(list, i));
    if (!list || kept == document_count(list))
        return 0;
    if (kept == 0)
        return remove_at(p, at, err);
    for (size_t i = 0; r == 0 && i < document_count(list); i++) {
        const struct document_node *item = document_item(list, i);
        struct address place;

        if (holds_item(values, item))
            continue;
        if (!address_step(at, DOCUMENT_INDEX(i), item, arena, &place))
            return error_memory(err);
        r = plan_edit(p->work, DOCUMENT_EDIT_REMOVE, &place, NULL,
                      arena_printf(arena, tr("remove %.*s from %.*s"),
                                   VIEW_ARG(plan_value_text(item, arena)), VIEW_ARG(p->field)),
                      err);
    }
    return r;
}

static int change_at(const struct placing *p, const struct address *at, struct error *err)
{
    const struct fix_step *step = p->step;
    const struct document_node *value = step->value;

    if (step->verb != FIX_REMOVE && !value)
        value = plan_answer(p->work, step->question, at->node);
    switch (step->verb) {
    case FIX_SET:
        return value ? set_at(p, at, value, err) : 0;
    case FIX_ADD:
        return value ? add_at(p, at, value, err) : 0;
    case FIX_KEEP:
        return keep_at(p, at, value, err);
    case FIX_REMOVE:
    case FIX_ASK:
        break;
    }
    return remove_at(p, at, err);
}

/* Follows the path; what is missing on it is there as a place, but [*] leads
 * only to what is. */
static int follow(const struct placing *p, const struct address *at, size_t next, struct error *err)
{
    const struct rule_use *use = &p->step->use;
    const struct rule_step *step = &use->steps[next];
    struct arena *arena = p->work->plan->arena;
    const struct document_node *node = present(at->node);
    struct address below;
    int r = 0;

    if (next == use->step_count)
        return change_at(p, at, err);
    if (step->kind == RULE_STEP_KEY) {
        if (!address_step(at, (struct document_step){step->key, 0}, document_get(node, step->key),
                          arena, &below))
            return error_memory(err);
        return follow(p, &below, next + 1, err);
    }
    for (size_t i = 0; r == 0 && node && i < document_count(node); i++) {
        bool list = node->kind == DOCUMENT_SEQUENCE;
        const struct document_pair *pair = list ? NULL : &node->mapping.pairs[i];
        const struct document_node *item = list ? document_item(node, i) : pair->value;
        struct document_step to = {list ? VIEW_EMPTY : document_text(pair->key), i};

        if ((step->kind == RULE_STEP_INDEX && (!list || step->index != i)) ||
            (pair && pair->replaced))
            continue;
        if (!address_step(at, to, item, arena, &below))
            return error_memory(err);
        r = follow(p, &below, next + 1, err);
    }
    return r;
}

/* A key that the cluster would refuse, or drop. */
static struct view too_new(const struct plan_work *work, const struct fix_step *step)
{
    unsigned minor = kubernetes_minor_known(work->plan->options.target.kubernetes_minor);

    if (work->kind != &config_kubernetes || (step->verb != FIX_SET && step->verb != FIX_ADD))
        return VIEW_EMPTY;
    for (size_t i = 0; i < step->use.step_count; i++)
        if (step->use.steps[i].kind == RULE_STEP_KEY &&
            kubernetes_key_since(step->use.steps[i].key) > minor)
            return step->use.steps[i].key;
    return VIEW_EMPTY;
}

/* What a step that is not done asks for, unless it was answered. */
static void note_question(struct plan_work *work, const struct fix_step *step)
{
    struct view question = step->when->question, answer;

    if (!question.len ||
        answers_get(&work->plan->options.answers, question, work->event->part, &answer))
        return;
    if (step->verb == FIX_ASK)
        work->open = step->when;
    else if (!work->asked.len)
        work->asked = question;
}

int plan_step(struct plan_work *work, const struct fix_step *step, struct error *err)
{
    struct placing placing = {work, step, step->use.text};
    struct address root;

    if (step->when && !step->when->holds(work->event)) {
        note_question(work, step);
        return 0;
    }
    if (step->verb == FIX_ASK)
        return 0;
    if (view_eq(step->question, VIEW("writable-paths")))
        return plan_writable(work, err);
    if (too_new(work, step).len) {
        work->too_new = too_new(work, step);
        return 0;
    }
    if (!address_of_field(work->kind, work->event, step->use.field->name, work->plan->arena, &root))
        return 0;
    return follow(&placing, &root, 0, err);
}
