#include "rule/item-value.h"

#include "base/nearest-name.h"

bool item_scalar(struct ruleset *set, const struct rule_item *item,
                 const struct document_node *node, const char *key)
{
    if (node->kind >= DOCUMENT_SEQUENCE)
        problem_add(set, RULE_PROBLEM_ERROR, item, node, "%s must be a text", key);
    else if (node->kind == DOCUMENT_NULL || node->text.len == 0)
        problem_add(set, RULE_PROBLEM_ERROR, item, node, "%s is empty", key);
    else
        return true;
    return false;
}

bool item_bool(struct ruleset *set, const struct rule_item *item, const struct document_node *node,
               const char *key, bool *ret)
{
    static const struct {
        struct view word;
        bool value;
    } words[] = {{VIEW("true"), true}, {VIEW("yes"), true},    {VIEW("on"), true},
                 {VIEW("y"), true},    {VIEW("false"), false}, {VIEW("no"), false},
                 {VIEW("off"), false}, {VIEW("n"), false}};
    struct view text = document_text(node);

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (view_eq_nocase(text, words[i].word)) {
            *ret = words[i].value;
            return true;
        }
    problem_add(set, RULE_PROBLEM_ERROR, item, node, "%s must be true or false", key);
    return false;
}

bool item_sequence(struct ruleset *set, const struct rule_item *item,
                   const struct document_node *node, const char *key)
{
    if (node->kind == DOCUMENT_SEQUENCE)
        return true;
    problem_hint(set,
                 problem_add(set, RULE_PROBLEM_ERROR, item, node, "%s must be a sequence", key),
                 "write it as [a, b], or each on a line of its own behind \"- \"");
    return false;
}

bool item_mapping(struct ruleset *set, const struct rule_item *item,
                  const struct document_node *node, const char *key)
{
    if (node->kind == DOCUMENT_MAPPING)
        return true;
    problem_add(set, RULE_PROBLEM_ERROR, item, node, "%s must be a mapping", key);
    return false;
}

void item_values_add(struct ruleset *set, struct item_values *to, const struct rule_item *item,
                     const struct document_node *node)
{
    struct item_value *added = arena_push(set->arena, &to->list, &to->count, sizeof(*added));

    if (added)
        *added = (struct item_value){item, node};
}

bool item_scalars(struct ruleset *set, const struct rule_item *item,
                  const struct document_node *node, const char *key, struct item_values *to)
{
    bool fine = true;

    if (!item_sequence(set, item, node, key))
        return false;
    for (size_t i = 0; i < node->sequence.count; i++) {
        const struct document_node *value = node->sequence.items[i];

        if (value->kind >= DOCUMENT_SEQUENCE) {
            problem_add(set, RULE_PROBLEM_ERROR, item, value, "each of %s must be a text", key);
            fine = false;
        } else {
            item_values_add(set, to, item, value);
        }
    }
    return fine;
}

/* {en: ..., zh: ...} */
static bool read_languages(struct ruleset *set, const struct rule_item *item,
                           const struct document_node *node, const char *key,
                           struct text_part *part)
{
    static const char *const known[] = {"en", "zh", NULL};

    bool fine = true;

    item_check_keys(set, item, node, known);
    for (size_t i = 0; i < RULE_LANGUAGES; i++) {
        part->in[i] = document_get(node, view_of(known[i]));
        fine &= !part->in[i] || item_scalar(set, item, part->in[i], key);
    }
    if (part->in[TEXT_ENGLISH] || part->in[TEXT_CHINESE])
        return fine;
    problem_hint(set, problem_add(set, RULE_PROBLEM_ERROR, item, node, "%s has no text", key),
                 "write it as a text, or as {en: ..., zh: ...}");
    return false;
}

bool item_text(struct ruleset *set, const struct rule_item *item, const struct document_node *node,
               const char *key, struct text_parts *to)
{
    struct text_part part = {.item = item}, *added;

    if (node->kind == DOCUMENT_MAPPING) {
        if (!read_languages(set, item, node, key, &part))
            return false;
    } else {
        if (!item_scalar(set, item, node, key))
            return false;
        part.in[TEXT_ENGLISH] = node;
    }
    added = arena_push(set->arena, &to->list, &to->count, sizeof(*added));
    if (added)
        *added = part;
    return added;
}

static void warn_unknown(struct ruleset *set, const struct rule_item *item,
                         const struct document_node *key, const char *const *known)
{
    struct nearest_name nearest = nearest_name_for(key->text);
    struct rule_problem *problem = problem_add(
        set, RULE_PROBLEM_WARNING, item, key, "unknown key \"%.*s\"", VIEW_ARG(document_text(key)));

    for (size_t i = 0; known[i]; i++)
        nearest_name_offer(&nearest, view_of(known[i]));
    if (nearest.best.len)
        problem_hint(set, problem, "did you mean %.*s?", VIEW_ARG(nearest.best));
}

static bool is_known(struct view key, const char *const *known)
{
    for (size_t i = 0; known[i]; i++)
        if (view_eq(key, view_of(known[i])))
            return true;
    return false;
}

void item_check_keys(struct ruleset *set, const struct rule_item *item,
                     const struct document_node *node, const char *const *known)
{
    for (size_t i = 0; i < node->mapping.count; i++) {
        const struct document_pair *pair = &node->mapping.pairs[i];

        if (pair->merged)
            continue;
        if (pair->replaced)
            problem_add(set, RULE_PROBLEM_WARNING, item, pair->key,
                        "%.*s is given twice, and the last counts",
                        VIEW_ARG(document_text(pair->key)));
        else if (!is_known(document_text(pair->key), known))
            warn_unknown(set, item, pair->key, known);
    }
}
