#include "rule/rule-key.h"

#include "base/nearest-name.h"
#include "base/text.h"
#include "rule/item-value.h"

#define APPLY_ARGUMENTS                                                                            \
    struct ruleset *set, const struct rule_item *item, const struct document_node *value,          \
        bool append, struct rule_definition *rule

/* ---- source and subject ---- */

static void warn_source(struct ruleset *set, const struct rule_item *item,
                        const struct document_node *value)
{
    struct nearest_name nearest = nearest_name_for(value->text);
    struct rule_problem *problem =
        problem_add(set, RULE_PROBLEM_WARNING, item, value,
                    "unknown source \"%.*s\": the rule is left out", VIEW_ARG(value->text));

    for (size_t i = 0; i < set->source_count; i++)
        nearest_name_offer(&nearest, view_of(set->sources[i]->name));
    if (nearest.best.len)
        problem_hint(set, problem, "did you mean %.*s?", VIEW_ARG(nearest.best));
}

static const struct rule_source *find_source(const struct ruleset *set, struct view name)
{
    for (size_t i = 0; i < set->source_count; i++)
        if (view_eq(name, view_of(set->sources[i]->name)))
            return set->sources[i];
    return NULL;
}

static bool apply_source(APPLY_ARGUMENTS)
{
    (void)append;
    if (!item_scalar(set, item, value, "source")) {
        rule->unknown_source = true; /* nothing can be said about its fields */
        return false;
    }
    rule->source_name = value->text;
    rule->source = find_source(set, value->text);
    rule->unknown_source = !rule->source;
    if (rule->unknown_source)
        warn_source(set, item, value);
    return true;
}

static bool apply_subject(APPLY_ARGUMENTS)
{
    struct nearest_name nearest = nearest_name_for(document_text(value));
    struct rule_problem *problem;

    (void)append;
    if (!item_scalar(set, item, value, "subject"))
        return false;
    if (rule->unknown_source)
        return true;
    for (size_t i = 0; rule->source && i < rule->source->subject_count; i++) {
        struct view name = view_of(rule->source->subjects[i].name);

        if (view_eq(name, value->text)) {
            rule->subject = i;
            return true;
        }
        nearest_name_offer(&nearest, name);
    }
    problem =
        problem_add(set, RULE_PROBLEM_ERROR, item, value, "the source %.*s has no subject %.*s",
                    VIEW_ARG(rule->source_name), VIEW_ARG(value->text));
    if (nearest.best.len)
        problem_hint(set, problem, "did you mean %.*s?", VIEW_ARG(nearest.best));
    return false;
}

/* ---- texts ---- */

static bool apply_scalar(struct ruleset *set, const struct rule_item *item,
                         const struct document_node *value, const char *key, bool append,
                         struct item_values *to)
{
    if (!item_scalar(set, item, value, key))
        return false;
    if (!append)
        *to = (struct item_values){0};
    item_values_add(set, to, item, value);
    return true;
}

static bool apply_text(struct ruleset *set, const struct rule_item *item,
                       const struct document_node *value, const char *key, bool append,
                       struct text_parts *to)
{
    if (!append)
        *to = (struct text_parts){0};
    return item_text(set, item, value, key, to);
}

static bool apply_condition(APPLY_ARGUMENTS)
{
    return apply_scalar(set, item, value, "condition", append, &rule->condition);
}

static bool apply_place(APPLY_ARGUMENTS)
{
    return apply_scalar(set, item, value, "place", append, &rule->place);
}

static bool apply_output(APPLY_ARGUMENTS)
{
    return apply_text(set, item, value, "output", append, &rule->output);
}

static bool apply_desc(APPLY_ARGUMENTS)
{
    return apply_text(set, item, value, "desc", append, &rule->desc);
}

static bool apply_title(APPLY_ARGUMENTS)
{
    return apply_text(set, item, value, "title", append, &rule->title);
}

static bool apply_remediation(APPLY_ARGUMENTS)
{
    return apply_text(set, item, value, "remediation", append, &rule->remediation);
}

static bool is_slug(struct view text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];

        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c == '-' && i)))
            return false;
    }
    return text.len > 0;
}

static bool apply_id(APPLY_ARGUMENTS)
{
    if (!apply_scalar(set, item, value, "id", append, &rule->id))
        return false;
    if (is_slug(value->text))
        return true;
    problem_hint(set,
                 problem_add(set, RULE_PROBLEM_ERROR, item, value, "\"%.*s\" can't be an id",
                             VIEW_ARG(value->text)),
                 "an id has small letters, digits and \"-\"");
    return false;
}

/* ---- sequences ---- */

static bool apply_list(struct ruleset *set, const struct rule_item *item,
                       const struct document_node *value, const char *key, bool append,
                       struct item_values *to)
{
    if (!append)
        *to = (struct item_values){0};
    return value->kind == DOCUMENT_NULL || item_scalars(set, item, value, key, to);
}

static bool apply_tags(APPLY_ARGUMENTS)
{
    return apply_list(set, item, value, "tags", append, &rule->tags);
}

static bool apply_references(APPLY_ARGUMENTS)
{
    return apply_list(set, item, value, "references", append, &rule->references);
}

static bool apply_exceptions(APPLY_ARGUMENTS)
{
    return exceptions_read(set, item, value, append, rule);
}

static bool each_is_mapping(struct ruleset *set, const struct rule_item *item,
                            const struct document_node *value, const char *key, const char *each)
{
    bool fine = true;

    if (!item_sequence(set, item, value, key))
        return false;
    for (size_t i = 0; i < value->sequence.count; i++)
        fine &= item_mapping(set, item, value->sequence.items[i], each);
    return fine;
}

static bool apply_fix(APPLY_ARGUMENTS)
{
    (void)append;
    if (!each_is_mapping(set, item, value, "fix", tr("a step of fix")))
        return false;
    rule->fix = value;
    return true;
}

static bool apply_tests(APPLY_ARGUMENTS)
{
    if (!each_is_mapping(set, item, value, "tests", tr("a test")))
        return false;
    if (!append)
        rule->tests = (struct item_values){0};
    for (size_t i = 0; i < value->sequence.count; i++)
        item_values_add(set, &rule->tests, item, value->sequence.items[i]);
    return true;
}

static bool read_version(struct ruleset *set, const struct rule_item *item,
                         const struct document_node *node, struct version_part *ret)
{
    static const char *const keys[] = {"since", "what", NULL};
    const struct document_node *what = document_get(node, VIEW("what"));
    bool fine;

    item_check_keys(set, item, node, keys);
    ret->since = document_get(node, VIEW("since"));
    if (!ret->since || !what) {
        problem_add(set, RULE_PROBLEM_ERROR, item, node, "a version has the keys since and what");
        return false;
    }
    fine = item_scalar(set, item, ret->since, "since");
    return item_text(set, item, what, "what", &ret->what) && fine;
}

static bool apply_versions(APPLY_ARGUMENTS)
{
    bool fine = true;

    (void)append;
    if (!item_sequence(set, item, value, "versions"))
        return false;
    rule->versions = (struct version_parts){0};
    for (size_t i = 0; i < value->sequence.count; i++) {
        struct version_part part = {0}, *slot;

        if (!item_mapping(set, item, value->sequence.items[i], tr("a version")) ||
            !read_version(set, item, value->sequence.items[i], &part)) {
            fine = false;
            continue;
        }
        slot = arena_push(set->arena, &rule->versions.list, &rule->versions.count, sizeof(*slot));
        if (slot)
            *slot = part;
    }
    return fine;
}

/* ---- priority, switches, numbers ---- */

static bool apply_priority(APPLY_ARGUMENTS)
{
    struct nearest_name nearest = nearest_name_for(document_text(value));
    struct rule_problem *problem;

    (void)append;
    if (!item_scalar(set, item, value, "priority"))
        return false;
    if (rule_priority_parse(value->text, &rule->priority))
        return true;
    for (size_t i = 0; i < RULE_PRIORITY_COUNT; i++)
        nearest_name_offer(&nearest, view_of(rule_priority_name((enum rule_priority)i)));
    problem = problem_add(set, RULE_PROBLEM_ERROR, item, value, "there is no priority \"%.*s\"",
                          VIEW_ARG(value->text));
    if (nearest.best.len)
        problem_hint(set, problem, "did you mean %.*s?", VIEW_ARG(nearest.best));
    else
        problem_hint(set, problem,
                     "the priorities are Emergency, Alert, Critical, Error, Warning, "
                     "Notice, Informational (Info) and Debug");
    return false;
}

static bool apply_enabled(APPLY_ARGUMENTS)
{
    (void)append;
    return item_bool(set, item, value, "enabled", &rule->enabled);
}

static bool apply_warn_evttypes(APPLY_ARGUMENTS)
{
    (void)append;
    return item_bool(set, item, value, "warn_evttypes", &rule->warn_evttypes);
}

static bool apply_skip(APPLY_ARGUMENTS)
{
    (void)append;
    return item_bool(set, item, value, "skip-if-unknown-filter", &rule->skip_if_unknown_filter);
}

static bool apply_capture(APPLY_ARGUMENTS)
{
    (void)append;
    return item_bool(set, item, value, "capture", &rule->capture);
}

static bool apply_capture_duration(APPLY_ARGUMENTS)
{
    uint64_t milliseconds;

    (void)append;
    if (!view_to_u64(document_text(value), &milliseconds) || milliseconds > UINT32_MAX) {
        problem_add(set, RULE_PROBLEM_ERROR, item, value,
                    "capture_duration must be a number of milliseconds");
        return false;
    }
    rule->capture_milliseconds = (uint32_t)milliseconds;
    return true;
}

const struct rule_key *rule_keys(size_t *ret_count)
{
    enum {
        ANY = OVERRIDE_CAN_APPEND | OVERRIDE_CAN_REPLACE,
        REPLACE = OVERRIDE_CAN_REPLACE,
        LEGACY = RULE_KEY_LEGACY_APPEND,
    };
    /* The source comes first: others are checked against it. */
    static const struct rule_key keys[] = {
        {{"source", 0}, 0, apply_source},
        {{"subject", 0}, 0, apply_subject},
        {{"id", 0}, 0, apply_id},
        {{"condition", ANY}, RULE_KEY_REQUIRED | LEGACY, apply_condition},
        {{"output", ANY}, RULE_KEY_REQUIRED | LEGACY, apply_output},
        {{"desc", ANY}, RULE_KEY_REQUIRED | LEGACY, apply_desc},
        {{"priority", REPLACE}, RULE_KEY_REQUIRED, apply_priority},
        {{"tags", ANY}, LEGACY, apply_tags},
        {{"exceptions", ANY}, LEGACY, apply_exceptions},
        {{"enabled", REPLACE}, 0, apply_enabled},
        {{"warn_evttypes", REPLACE}, 0, apply_warn_evttypes},
        {{"skip-if-unknown-filter", REPLACE}, 0, apply_skip},
        {{"capture", REPLACE}, 0, apply_capture},
        {{"capture_duration", REPLACE}, 0, apply_capture_duration},
        {{"title", REPLACE}, 0, apply_title},
        {{"remediation", ANY}, 0, apply_remediation},
        {{"references", ANY}, 0, apply_references},
        {{"versions", REPLACE}, 0, apply_versions},
        {{"place", REPLACE}, 0, apply_place},
        {{"fix", REPLACE}, 0, apply_fix},
        {{"tests", ANY}, 0, apply_tests},
    };

    *ret_count = sizeof(keys) / sizeof(keys[0]);
    return keys;
}
