#include "rule/ruleset-state.h"

#include "rule/scalar-place.h"

/* ---- texts ---- */

/* A part in a language, or in the other one where it has only that. */
static const struct document_node *part_in(const struct text_part *part, size_t language)
{
    return part->in[language] ? part->in[language] : part->in[!language];
}

static bool has_language(const struct text_parts *parts, size_t language)
{
    for (size_t i = 0; i < parts->count; i++)
        if (parts->list[i].in[language])
            return true;
    return false;
}

static struct view text_in(struct ruleset *set, const struct text_parts *parts, size_t language)
{
    struct text_writer writer = {.arena = set->scratch, .limit = EXPRESSION_TEXT_LIMIT};
    struct written_text *text;

    for (size_t i = 0; i < parts->count; i++) {
        const struct text_part *part = &parts->list[i];
        const struct document_node *node = part_in(part, language);

        if (i)
            written_add_ours(&writer, part->item, node, VIEW(" "));
        written_add(&writer, part->item, node, 0, node->text.len);
    }
    text = text_register(set, &writer);
    arena_reset(set->scratch);
    return text ? view_trim(text->text) : VIEW_EMPTY;
}

static struct rule_text build_text(struct ruleset *set, const struct text_parts *parts,
                                   struct view fallback)
{
    struct rule_text text = {{fallback, fallback}};

    for (size_t i = 0; i < RULE_LANGUAGES; i++)
        if (has_language(parts, i))
            text.in[i] = text_in(set, parts, i);
    if (!has_language(parts, TEXT_CHINESE))
        text.in[TEXT_CHINESE] = text.in[TEXT_ENGLISH];
    if (!has_language(parts, TEXT_ENGLISH) && fallback.len == 0)
        text.in[TEXT_ENGLISH] = text.in[TEXT_CHINESE];
    return text;
}

static struct view build_place(struct ruleset *set, const struct item_values *place)
{
    struct text_writer writer = {.arena = set->scratch, .limit = EXPRESSION_TEXT_LIMIT};
    struct written_text *text;

    if (!place->count)
        return VIEW_EMPTY;
    written_add(&writer, place->list[0].item, place->list[0].node, 0,
                place->list[0].node->text.len);
    text = text_register(set, &writer);
    arena_reset(set->scratch);
    return text ? text->text : VIEW_EMPTY;
}

static bool is_among(const struct view *list, size_t count, struct view text)
{
    for (size_t i = 0; i < count; i++)
        if (view_eq(list[i], text))
            return true;
    return false;
}

/* The values without repetitions. */
static const struct view *build_list(struct ruleset *set, const struct item_values *values,
                                     size_t *ret_count)
{
    struct view *list = NULL;

    *ret_count = 0;
    for (size_t i = 0; i < values->count; i++) {
        struct view text = document_text(values->list[i].node), *added;

        if (is_among(list, *ret_count, text))
            continue;
        added = arena_push(set->arena, &list, ret_count, sizeof(*added));
        if (!added)
            return NULL;
        *added = text;
    }
    return list;
}

/* ---- the condition ---- */

static struct written_text *condition_text(struct ruleset *set, const struct rule_definition *rule)
{
    struct text_writer writer = {.arena = set->scratch, .limit = EXPRESSION_TEXT_LIMIT};
    const struct item_value *first = &rule->condition.list[0];
    struct written_text *text;

    if (rule->exceptions.count)
        written_add_ours(&writer, first->item, first->node, VIEW("("));
    for (size_t i = 0; i < rule->condition.count; i++) {
        const struct item_value *value = &rule->condition.list[i];

        if (i)
            written_add_ours(&writer, value->item, value->node, VIEW(" "));
        written_add(&writer, value->item, value->node, 0, value->node->text.len);
    }
    if (rule->exceptions.count)
        written_add_ours(&writer, first->item, first->node, VIEW(")"));
    exceptions_write(rule, &writer);
    text = lists_substitute(set, &writer, first);
    arena_reset(set->scratch);
    return text;
}

static bool build_condition(struct ruleset *set, const struct rule_definition *definition,
                            struct rule *rule)
{
    struct written_text *text = condition_text(set, definition);
    struct expression_size size;

    if (!text)
        return false;
    rule->condition_text = view_trim(text->text);
    rule->condition = condition_resolve(set, text, definition->item->label, UINT32_MAX, &size);
    return rule->condition;
}

/* The first byte of the condition that is no blank. */
static struct document_mark condition_mark(const struct item_value *condition)
{
    struct view text = condition->node->text;
    size_t offset = text.len - (size_t)(text.ptr + text.len - view_trim(text).ptr);
    struct rule_problem place = {0};
    struct document_mark mark;

    mark.offset = scalar_place(condition->item->file->text, condition->node, offset);
    problem_place(&place, condition->item->file, condition->node, mark.offset, 1);
    mark.line = place.line;
    mark.column = place.column;
    return mark;
}

/* ---- identity ---- */

static struct view slug_of(struct ruleset *set, struct view name)
{
    char *slug = arena_alloc(set->arena, name.len + sizeof("rule"));
    size_t length = 0;

    if (!slug)
        return VIEW_EMPTY;
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];

        if (c >= 'A' && c <= 'Z')
            c = (char)(c - 'A' + 'a');
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
            slug[length++] = c;
        else if (length && slug[length - 1] != '-')
            slug[length++] = '-';
    }
    while (length && slug[length - 1] == '-')
        length--;
    return length ? view_from(slug, length) : VIEW("rule");
}

/* The number that the next id of this slug gets: ids are made once each, so that
 * many rules of one slug cost no more than others. */
static unsigned *next_number(struct ruleset *set, struct view slug)
{
    void **slot = hash_map_slot(set->slugs, slug);

    if (slot && !*slot)
        *slot = arena_alloc(set->arena, sizeof(unsigned));
    return slot ? *slot : NULL;
}

/* The id made from the name, with a number where another rule has it. */
static struct view made_id(struct ruleset *set, struct view name)
{
    struct view slug = slug_of(set, name), id = slug;
    unsigned *number = next_number(set, slug);

    while (number && hash_map_get(set->by_id, id))
        id = arena_printf(set->arena, "%.*s-%u", VIEW_ARG(slug), ++*number + 1);
    return id;
}

static bool build_id(struct ruleset *set, const struct rule_definition *definition,
                     struct rule *rule)
{
    const struct rule *other;

    if (!definition->id.count) {
        rule->id = made_id(set, definition->item->name);
        return true;
    }
    rule->id = definition->id.list[0].node->text;
    other = hash_map_get(set->by_id, rule->id);
    if (!other)
        return true;
    problem_add(set, RULE_PROBLEM_ERROR, definition->id.list[0].item, definition->id.list[0].node,
                "the rule %.*s has the id %.*s too", VIEW_ARG(other->name), VIEW_ARG(rule->id));
    return false;
}

/* ---- rules ---- */

static const struct rule_test *build_tests(struct ruleset *set, const struct item_values *tests)
{
    struct rule_test *list = arena_array(set->arena, tests->count, sizeof(*list));

    for (size_t i = 0; list && i < tests->count; i++)
        list[i] = (struct rule_test){tests->list[i].node, tests->list[i].node->start};
    return list;
}

static const struct rule_version *build_versions(struct ruleset *set,
                                                 const struct version_parts *versions)
{
    struct rule_version *list = arena_array(set->arena, versions->count, sizeof(*list));

    for (size_t i = 0; list && i < versions->count; i++) {
        list[i].since = document_text(versions->list[i].since);
        list[i].what = build_text(set, &versions->list[i].what, VIEW_EMPTY);
    }
    return list;
}

/* As much of it as there is; false: it has a mistake. */
static bool build_rule(struct ruleset *set, const struct rule_definition *definition,
                       struct rule *rule)
{
    const struct rule_item *item = definition->item;
    bool fine = !definition->broken;

    *rule = (struct rule){.name = item->name,
                          .source = definition->source,
                          .subject = definition->subject,
                          .priority = definition->priority,
                          .enabled = definition->enabled,
                          .fix = definition->fix,
                          .test_count = definition->tests.count,
                          .warn_evttypes = definition->warn_evttypes,
                          .skip_if_unknown_filter = definition->skip_if_unknown_filter,
                          .capture = definition->capture,
                          .capture_milliseconds = definition->capture_milliseconds,
                          .file = item->file->name,
                          .mark = item->key->start};
    if (definition->condition.count) {
        fine &= build_condition(set, definition, rule);
        rule->condition_mark = condition_mark(&definition->condition.list[0]);
    }
    fine &= build_id(set, definition, rule);
    rule->title = build_text(set, &definition->title, item->name);
    rule->desc = build_text(set, &definition->desc, VIEW_EMPTY);
    rule->output = build_text(set, &definition->output, VIEW_EMPTY);
    rule->remediation = build_text(set, &definition->remediation, VIEW_EMPTY);
    rule->tags = build_list(set, &definition->tags, &rule->tag_count);
    rule->references = build_list(set, &definition->references, &rule->reference_count);
    rule->versions = build_versions(set, &definition->versions);
    rule->version_count = rule->versions ? definition->versions.count : 0;
    rule->place = build_place(set, &definition->place);
    rule->tests = build_tests(set, &definition->tests);
    return fine;
}

static void keep_broken(struct ruleset *set, const struct rule *rule)
{
    struct rule *kept = arena_push(set->arena, &set->broken, &set->broken_count, sizeof(*kept));

    if (kept)
        *kept = *rule;
}

static void build_rules(struct ruleset *set)
{
    size_t count = hash_map_count(set->rules);

    set->result = arena_array(set->arena, count, sizeof(*set->result));
    for (size_t i = 0; set->result && i < count; i++) {
        struct view name;
        const struct rule_definition *definition = hash_map_at(set->rules, i, &name);
        struct rule *rule = &set->result[set->result_count];

        if (!definition || definition->unknown_source)
            continue;
        if (!build_rule(set, definition, rule)) {
            keep_broken(set, rule);
            continue;
        }
        hash_map_put(set->by_name, rule->name, rule);
        hash_map_put(set->by_id, rule->id, rule);
        set->result_count++;
    }
}

static void note_unused(struct ruleset *set)
{
    struct view name;

    for (size_t i = 0; i < hash_map_count(set->lists); i++) {
        const struct list_definition *list = hash_map_at(set->lists, i, &name);

        if (list && !list->base.used)
            problem_add(set, RULE_PROBLEM_NOTE, list->base.item, list->base.item->key,
                        "nothing uses this list");
    }
    for (size_t i = 0; i < hash_map_count(set->macros); i++) {
        const struct macro_definition *macro = hash_map_at(set->macros, i, &name);

        if (macro && !macro->base.used)
            problem_add(set, RULE_PROBLEM_NOTE, macro->base.item, macro->base.item->key,
                        "nothing uses this macro");
    }
}

int ruleset_finish(struct ruleset *set, struct error *err)
{
    lists_resolve(set);
    macros_resolve(set);
    build_rules(set);
    note_unused(set);
    arena_settle(set->arena);
    if (arena_failed(set->scratch, "rules", NULL))
        return arena_failed(set->scratch, "rules", err);
    return arena_failed(set->arena, "rules", err);
}
