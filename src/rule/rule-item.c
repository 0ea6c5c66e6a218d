#include "base/text.h"
#include "rule/item-value.h"
#include "rule/rule-key.h"

static void check_keys(struct ruleset *set, const struct rule_item *item)
{
    const char *known[OVERRIDE_KEY_LIMIT + 4];
    size_t count;
    const struct rule_key *keys = rule_keys(&count);

    for (size_t i = 0; i < count; i++)
        known[i] = keys[i].override.name;
    known[count++] = "rule";
    known[count++] = "append";
    known[count++] = "override";
    known[count] = NULL;
    item_check_keys(set, item, item->node, known);
}

static const struct document_node *value_of(const struct rule_item *item,
                                            const struct rule_key *key)
{
    return document_get(item->node, view_of(key->override.name));
}

static struct rule_definition *find_rule(struct ruleset *set, const struct rule_item *item,
                                         const char *missing)
{
    struct rule_definition *rule = hash_map_get(set->rules, item->name);

    if (!rule)
        problem_hint(set, problem_add(set, RULE_PROBLEM_ERROR, item, item->key, "%s", tr(missing)),
                     "it must be defined before, in this file or an earlier one");
    return rule;
}

/* Takes the changed rule over, or marks the old one as broken: it would not be
 * what its files say. */
static void commit(struct rule_definition *rule, const struct rule_definition *changed, bool fine)
{
    if (fine)
        *rule = *changed;
    else
        rule->broken = true;
}

/* ---- a whole rule ---- */

static bool apply_all(struct ruleset *set, const struct rule_item *item,
                      struct rule_definition *rule)
{
    size_t count;
    const struct rule_key *keys = rule_keys(&count);
    bool fine = true;

    for (size_t i = 0; i < count; i++) {
        const struct document_node *value = value_of(item, &keys[i]);

        if (value) {
            fine &= keys[i].apply(set, item, value, false, rule);
        } else if (keys[i].flags & RULE_KEY_REQUIRED) {
            problem_add(set, RULE_PROBLEM_ERROR, item, item->key, "the rule has no %s",
                        keys[i].override.name);
            fine = false;
        }
    }
    return fine;
}

/* A rule that names no source is of syscall, which this set may not have. */
static void warn_no_source(struct ruleset *set, const struct rule_item *item,
                           const struct rule_definition *rule)
{
    if (rule->unknown_source && !document_get(item->node, VIEW("source")))
        problem_hint(set,
                     problem_add(set, RULE_PROBLEM_WARNING, item, item->key,
                                 "the rule names no source: it is left out"),
                     "add the key source");
}

static const struct rule_source *default_source(const struct ruleset *set)
{
    for (size_t i = 0; i < set->source_count; i++)
        if (strcmp(set->sources[i]->name, "syscall") == 0)
            return set->sources[i];
    return NULL;
}

static bool check_source(struct ruleset *set, const struct rule_item *item,
                         const struct rule_definition *before, const struct rule_definition *now)
{
    const struct document_node *source = document_get(item->node, VIEW("source"));

    if (!before || before->broken || view_eq(before->source_name, now->source_name))
        return true;
    problem_hint(set,
                 problem_add(set, RULE_PROBLEM_ERROR, item, source ? source : item->key,
                             "the rule was defined before, with the source %.*s",
                             VIEW_ARG(before->source_name)),
                 "give one of the two rules another name");
    return false;
}

static void define(struct ruleset *set, const struct rule_item *item)
{
    struct rule_definition rule = {.item = item,
                                   .source = default_source(set),
                                   .source_name = VIEW("syscall"),
                                   .unknown_source = !default_source(set),
                                   .enabled = true,
                                   .warn_evttypes = true};
    void **slot = hash_map_slot(set->rules, item->name);
    bool fine = apply_all(set, item, &rule);

    if (!slot)
        return;
    warn_no_source(set, item, &rule);
    fine &= check_source(set, item, *slot, &rule);
    if (!*slot)
        *slot = arena_alloc(set->arena, sizeof(rule));
    if (!*slot)
        return;
    rule.broken = !fine;
    *(struct rule_definition *)*slot = rule;
}

/* ---- changes of an earlier rule ---- */

static void apply_overrides(struct ruleset *set, const struct rule_item *item,
                            const struct overrides *overrides)
{
    struct rule_definition *rule =
        find_rule(set, item, TR_KEY("there is no rule of this name to override"));
    struct rule_definition changed;
    size_t count;
    const struct rule_key *keys = rule_keys(&count);
    bool fine = true;

    if (!rule)
        return;
    changed = *rule;
    for (size_t i = 0; i < count; i++)
        if (overrides->of_key[i] != OVERRIDE_NONE)
            fine &= keys[i].apply(set, item, value_of(item, &keys[i]),
                                  overrides->of_key[i] == OVERRIDE_APPEND, &changed);
    commit(rule, &changed, fine);
}

static void append(struct ruleset *set, const struct rule_item *item)
{
    struct rule_definition *rule =
        find_rule(set, item, TR_KEY("there is no rule of this name to append to"));
    struct rule_definition changed;
    size_t count, applied = 0;
    const struct rule_key *keys = rule_keys(&count);
    bool fine = true;

    if (!rule)
        return;
    changed = *rule;
    for (size_t i = 0; i < count; i++) {
        const struct document_node *value = value_of(item, &keys[i]);

        if (value && (keys[i].flags & RULE_KEY_LEGACY_APPEND)) {
            fine &= keys[i].apply(set, item, value, true, &changed);
            applied++;
        } else if (value) {
            problem_hint(set,
                         problem_add(set, RULE_PROBLEM_WARNING, item, value,
                                     "%s is passed over: append: true does not change it",
                                     keys[i].override.name),
                         "replace it by an override");
        }
    }
    if (!applied) {
        problem_add(set, RULE_PROBLEM_ERROR, item, item->key, "there is nothing to append");
        fine = false;
    }
    commit(rule, &changed, fine);
}

static bool has_any_required(const struct rule_item *item)
{
    size_t count;
    const struct rule_key *keys = rule_keys(&count);

    for (size_t i = 0; i < count; i++)
        if ((keys[i].flags & RULE_KEY_REQUIRED) && value_of(item, &keys[i]))
            return true;
    return false;
}

/* A rule with nothing but `enabled` switches an earlier one. */
static void toggle(struct ruleset *set, const struct rule_item *item)
{
    const struct document_node *enabled = document_get(item->node, VIEW("enabled"));
    struct rule_definition *rule;
    bool value;

    if (!enabled) {
        problem_hint(set,
                     problem_add(set, RULE_PROBLEM_ERROR, item, item->key,
                                 "the rule has no condition, output, desc and priority"),
                     "a rule without them has the key enabled, and switches an earlier one");
        return;
    }
    rule = find_rule(set, item, TR_KEY("there is no rule of this name to enable or disable"));
    if (rule && item_bool(set, item, enabled, "enabled", &value))
        rule->enabled = value;
}

void rule_item_read(struct ruleset *set, struct rule_item *item)
{
    struct override_key names[OVERRIDE_KEY_LIMIT];
    struct overrides overrides;
    size_t count;
    const struct rule_key *keys = rule_keys(&count);

    check_keys(set, item);
    for (size_t i = 0; i < count; i++)
        names[i] = keys[i].override;
    if (!overrides_read(set, item, names, count, &overrides)) {
        struct rule_definition *rule = hash_map_get(set->rules, item->name);

        if (rule)
            rule->broken = true;
    } else if (overrides.given) {
        apply_overrides(set, item, &overrides);
    } else if (overrides.append) {
        append(set, item);
    } else if (has_any_required(item)) {
        define(set, item);
    } else {
        toggle(set, item);
    }
}
