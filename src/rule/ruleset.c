#include "rule/ruleset-state.h"

int ruleset_new(const struct rule_source *const *sources, size_t source_count, struct ruleset **ret,
                struct error *err)
{
    struct arena *arena = arena_new(RULESET_MEMORY_LIMIT);
    struct ruleset *set = arena ? arena_alloc(arena, sizeof(*set)) : NULL;

    if (!set) {
        arena_free(arena);
        return error_memory(err);
    }
    *set = (struct ruleset){.arena = arena,
                            .scratch = arena_new(RULESET_MEMORY_LIMIT),
                            .sources = sources,
                            .source_count = source_count,
                            .lists = hash_map_new(),
                            .macros = hash_map_new(),
                            .rules = hash_map_new(),
                            .by_name = hash_map_new(),
                            .by_id = hash_map_new(),
                            .slugs = hash_map_new()};
    if (!set->scratch || !set->lists || !set->macros || !set->rules || !set->by_name ||
        !set->by_id || !set->slugs) {
        ruleset_free(set);
        return error_memory(err);
    }
    *ret = set;
    return 0;
}

void ruleset_free(struct ruleset *set)
{
    if (!set)
        return;
    hash_map_free(set->lists);
    hash_map_free(set->macros);
    hash_map_free(set->rules);
    hash_map_free(set->by_name);
    hash_map_free(set->by_id);
    hash_map_free(set->slugs);
    arena_free(set->scratch);
    arena_free(set->arena); /* the set itself is in it */
}

struct written_text *text_register(struct ruleset *set, const struct text_writer *writer)
{
    struct written_text *text = arena_alloc(set->arena, sizeof(*text));
    struct written_text **added;

    if (!text)
        return NULL;
    written_finish(writer, set->arena, set->text_length, text);
    added = arena_push(set->arena, &set->texts, &set->text_count, sizeof(*added));
    if (!added)
        return NULL;
    *added = text;
    /* The end of a text is a place of it too. */
    set->text_length += text->text.len + 1;
    return text;
}

const struct rule *ruleset_rules(const struct ruleset *set, size_t *ret_count)
{
    *ret_count = set->result_count;
    return set->result;
}

const struct rule *ruleset_broken(const struct ruleset *set, size_t *ret_count)
{
    *ret_count = set->broken_count;
    return set->broken;
}

const struct rule *ruleset_find(const struct ruleset *set, struct view name_or_id)
{
    const struct rule *rule = hash_map_get(set->by_name, name_or_id);

    return rule ? rule : hash_map_get(set->by_id, name_or_id);
}
