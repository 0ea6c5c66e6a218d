#include "rule/override.h"

#include "base/nearest-name.h"
#include "rule/item-value.h"

static bool refuse_key(struct ruleset *set, const struct rule_item *item,
                       const struct document_node *key, const struct override_key *keys,
                       size_t count)
{
    struct nearest_name nearest = nearest_name_for(document_text(key));
    struct rule_problem *problem =
        problem_add(set, RULE_PROBLEM_ERROR, item, key, "%.*s can't be overridden",
                    VIEW_ARG(document_text(key)));

    for (size_t i = 0; i < count; i++)
        if (keys[i].can)
            nearest_name_offer(&nearest, view_of(keys[i].name));
    if (nearest.best.len)
        problem_hint(set, problem, "did you mean %.*s?", VIEW_ARG(nearest.best));
    return false;
}

static bool read_operation(struct ruleset *set, const struct rule_item *item,
                           const struct document_pair *pair, const struct override_key *key,
                           enum override_kind *ret)
{
    struct view operation = document_text(pair->value);
    struct rule_problem *problem;

    if (view_eq(operation, VIEW("append")) && (key->can & OVERRIDE_CAN_APPEND)) {
        *ret = OVERRIDE_APPEND;
        return true;
    }
    if (view_eq(operation, VIEW("replace")) && (key->can & OVERRIDE_CAN_REPLACE)) {
        *ret = OVERRIDE_REPLACE;
        return true;
    }
    if (view_eq(operation, VIEW("append"))) {
        problem = problem_add(set, RULE_PROBLEM_ERROR, item, pair->value, "%s can't be appended to",
                              key->name);
        problem_hint(set, problem, "use replace");
        return false;
    }
    problem = problem_add(set, RULE_PROBLEM_ERROR, item, pair->value,
                          "there is no override \"%.*s\"", VIEW_ARG(operation));
    problem_hint(set, problem, "an override is append or replace");
    return false;
}

static bool read_override(struct ruleset *set, const struct rule_item *item,
                          const struct document_pair *pair, const struct override_key *keys,
                          size_t count, struct overrides *ret)
{
    for (size_t i = 0; i < count; i++) {
        if (!view_eq(document_text(pair->key), view_of(keys[i].name)) || !keys[i].can)
            continue;
        if (!read_operation(set, item, pair, &keys[i], &ret->of_key[i]))
            return false;
        ret->given = true;
        if (document_get(item->node, view_of(keys[i].name)))
            return true;
        problem_add(set, RULE_PROBLEM_ERROR, item, pair->key,
                    "%s is to be overridden, but not given", keys[i].name);
        return false;
    }
    return refuse_key(set, item, pair->key, keys, count);
}

/* Keys that are given must be listed. */
static bool check_listed(struct ruleset *set, const struct rule_item *item,
                         const struct override_key *keys, size_t count,
                         const struct overrides *overrides)
{
    bool fine = true;

    for (size_t i = 0; i < count; i++) {
        const struct document_node *value = document_get(item->node, view_of(keys[i].name));

        if (!value || overrides->of_key[i] != OVERRIDE_NONE)
            continue;
        problem_hint(set,
                     problem_add(set, RULE_PROBLEM_ERROR, item, value,
                                 "%s is given, but not listed under override", keys[i].name),
                     "add \"%s: %s\" under override, or take the key out", keys[i].name,
                     keys[i].can & OVERRIDE_CAN_APPEND ? "append" : "replace");
        fine = false;
    }
    return fine;
}

static bool read_all(struct ruleset *set, const struct rule_item *item,
                     const struct document_node *override, const struct override_key *keys,
                     size_t count, struct overrides *ret)
{
    bool fine = true;

    for (size_t i = 0; i < override->mapping.count; i++)
        if (!override->mapping.pairs[i].replaced)
            fine &= read_override(set, item, &override->mapping.pairs[i], keys, count, ret);
    return fine && (!ret->given || check_listed(set, item, keys, count, ret));
}

bool overrides_read(struct ruleset *set, const struct rule_item *item,
                    const struct override_key *keys, size_t count, struct overrides *ret)
{
    const struct document_node *append = document_get(item->node, VIEW("append"));
    const struct document_node *override = document_get(item->node, VIEW("override"));

    *ret = (struct overrides){0};
    if (append && !item_bool(set, item, append, "append", &ret->append))
        return false;
    if (!override)
        return true;
    if (!item_mapping(set, item, override, "override"))
        return false;
    if (ret->append) {
        problem_hint(set,
                     problem_add(set, RULE_PROBLEM_ERROR, item, append,
                                 "append and override can't stand together"),
                     "keep override, with an entry such as \"condition: append\"");
        return false;
    }
    return read_all(set, item, override, keys, count, ret);
}
