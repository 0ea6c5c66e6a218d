#include "policy/suppression-index.h"

#include <stdlib.h>

/* ---- Whether one speaks for a finding ---- */

static bool any_matches(const struct view *globs, size_t count, struct view text)
{
    for (size_t i = 0; i < count; i++)
        if (suppression_glob(globs[i], text))
            return true;
    return false;
}

static bool matches_id(const struct suppression *s, const struct finding *f)
{
    if (s->id_count == 0 || any_matches(s->ids, s->id_count, f->id))
        return true;
    for (size_t i = 0; i < f->alias_count; i++)
        if (any_matches(s->ids, s->id_count, f->aliases[i]))
            return true;
    return false;
}

static bool matches_path(const struct suppression *s, const struct finding *f)
{
    struct view path = view_strip_prefix(f->location.path, VIEW("./"));

    if (s->origin != SUPPRESSION_FILE)
        return view_eq(view_strip_prefix(s->file, VIEW("./")), path);
    for (size_t i = 0; i < s->path_count; i++)
        if (suppression_glob(view_strip_prefix(s->paths[i], VIEW("./")), path))
            return true;
    return s->path_count == 0;
}

/* What a vulnerability is about is its package. */
static bool matches_resource(const struct suppression *s, const struct finding *f)
{
    if (s->resource_count == 0 || any_matches(s->resources, s->resource_count, f->resource))
        return true;
    return f->package && (any_matches(s->resources, s->resource_count, f->package->name) ||
                          any_matches(s->resources, s->resource_count, f->purl));
}

/* A finding without a line is about the file as a whole. */
static bool matches_lines(const struct suppression *s, const struct finding *f)
{
    uint32_t line = f->location.line;

    return s->last_line == 0 || (line >= s->first_line && line <= s->last_line);
}

static bool speaks_for(const struct suppression *s, const struct finding *f)
{
    return matches_lines(s, f) && matches_path(s, f) && matches_id(s, f) &&
           matches_resource(s, f) &&
           (s->container_count == 0 || any_matches(s->containers, s->container_count, f->part)) &&
           (s->fingerprint_count == 0 ||
            any_matches(s->fingerprints, s->fingerprint_count, f->fingerprint));
}

/* ---- Those of one file, by line ---- */

/* Sorted by their first line. `reach[i]` is the greatest last line up to i, so
 * that a walk backwards from a line knows when to stop. */
struct suppression_lines {
    struct suppression_rule **list;
    uint32_t *reach;
    size_t count;
    struct suppression_rule *whole; /* those that speak for the file */
};

static int compare_first(const void *left, const void *right)
{
    const struct suppression_rule *a = *(struct suppression_rule *const *)left;
    const struct suppression_rule *b = *(struct suppression_rule *const *)right;
    uint32_t x = a->suppression->first_line, y = b->suppression->first_line;

    return x == y ? (a > b) - (a < b) : (x > y) - (x < y);
}

static int sort_lines(struct suppression_lines *lines, struct arena *arena, struct error *err)
{
    uint32_t reach = 0;

    if (lines->count == 0)
        return 0;
    lines->reach = arena_array(arena, lines->count, sizeof(*lines->reach));
    if (!lines->reach)
        return arena_failed(arena, "suppressions", err);
    qsort(lines->list, lines->count, sizeof(struct suppression_rule *), compare_first);
    for (size_t i = 0; i < lines->count; i++) {
        uint32_t last = lines->list[i]->suppression->last_line;

        lines->reach[i] = reach = last > reach ? last : reach;
    }
    return 0;
}

/* How many begin at the line or above it. */
static size_t count_above(const struct suppression_lines *lines, uint32_t line)
{
    size_t low = 0, high = lines->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (lines->list[middle]->suppression->first_line <= line)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* ---- The index ---- */

int suppression_index_init(struct suppression_index *index, int64_t now, struct arena *arena,
                           struct error *err)
{
    *index = (struct suppression_index){.arena = arena,
                                        .now = now,
                                        .by_fingerprint = hash_map_new(),
                                        .by_id = hash_map_new(),
                                        .by_resource = hash_map_new(),
                                        .by_file = hash_map_new()};
    return index->by_fingerprint && index->by_id && index->by_resource && index->by_file
               ? 0
               : error_memory(err);
}

void suppression_index_done(struct suppression_index *index)
{
    hash_map_free(index->by_fingerprint);
    hash_map_free(index->by_id);
    hash_map_free(index->by_resource);
    hash_map_free(index->by_file);
}

static bool is_plain(struct view glob)
{
    for (size_t i = 0; i < glob.len; i++)
        if (glob.ptr[i] && strchr("*?[\\", glob.ptr[i]))
            return false;
    return true;
}

static struct view key_of_resource(struct arena *arena, struct view path, struct view resource)
{
    return arena_printf(arena, "%.*s\n%.*s", VIEW_ARG(path), VIEW_ARG(resource));
}

static struct suppression_lines *lines_of(struct suppression_index *index, struct view path)
{
    void **slot = hash_map_slot(index->by_file, path);

    if (slot && !*slot)
        *slot = arena_alloc(index->arena, sizeof(struct suppression_lines));
    return slot ? *slot : NULL;
}

static void push(struct suppression_rule **list, struct suppression_rule *rule)
{
    rule->next = *list;
    *list = rule;
}

static bool push_to(struct hash_map *map, struct view key, struct suppression_rule *rule)
{
    void **slot = hash_map_slot(map, key);

    if (!slot)
        return false;
    rule->next = *slot;
    *slot = rule;
    return true;
}

static bool add_of_file(struct suppression_index *index, struct suppression_rule *rule)
{
    const struct suppression *s = rule->suppression;

    if (s->fingerprint_count == 1 && is_plain(s->fingerprints[0]))
        return push_to(index->by_fingerprint, s->fingerprints[0], rule);
    if (s->id_count == 1 && is_plain(s->ids[0]))
        return push_to(index->by_id, s->ids[0], rule);
    push(&index->others, rule);
    return true;
}

static bool add_inline(struct suppression_index *index, struct suppression_rule *rule)
{
    const struct suppression *s = rule->suppression;
    struct view path = view_strip_prefix(s->file, VIEW("./"));
    struct suppression_lines *lines;
    struct suppression_rule **slot;

    if (s->resource_count == 1 && is_plain(s->resources[0]))
        return push_to(index->by_resource, key_of_resource(index->arena, path, s->resources[0]),
                       rule);
    lines = lines_of(index, path);
    if (!lines)
        return false;
    if (s->last_line == 0) {
        push(&lines->whole, rule);
        return true;
    }
    slot = arena_push(index->arena, &lines->list, &lines->count, sizeof(*slot));
    if (slot)
        *slot = rule;
    return slot != NULL;
}

int suppression_index_fill(struct suppression_index *index, const struct suppressions *lists,
                           size_t list_count, struct error *err)
{
    size_t count = 0;
    int r = 0;

    for (size_t i = 0; i < list_count; i++)
        count += lists[i].count;
    index->list = arena_array(index->arena, count, sizeof(*index->list));
    if (!index->list && count)
        return arena_failed(index->arena, "suppressions", err);
    for (size_t i = 0; i < list_count; i++)
        for (size_t k = 0; k < lists[i].count; k++)
            index->list[index->count++].suppression = &lists[i].list[k];
    /* Lists are built from their ends, so that they keep the order given. */
    for (size_t i = count; i-- > 0;) {
        struct suppression_rule *rule = &index->list[i];
        bool added = rule->suppression->origin == SUPPRESSION_FILE ? add_of_file(index, rule)
                                                                   : add_inline(index, rule);

        if (!added)
            return error_memory(err);
    }
    for (size_t i = 0; r == 0 && i < hash_map_count(index->by_file); i++)
        r = sort_lines(hash_map_at(index->by_file, i, NULL), index->arena, err);
    return r;
}

/* ---- Asking ---- */

static bool suppresses(const struct suppression_index *index, struct suppression_rule *rule,
                       const struct finding *f)
{
    int64_t until = rule->suppression->until;

    if (!speaks_for(rule->suppression, f))
        return false;
    if (until && index->now > until) {
        rule->ended = true;
        return false;
    }
    rule->used = true;
    return true;
}

static struct suppression_rule *ask(const struct suppression_index *index,
                                    struct suppression_rule *rule, const struct finding *f)
{
    while (rule && !suppresses(index, rule, f))
        rule = rule->next;
    return rule;
}

static struct suppression_rule *ask_lines(const struct suppression_index *index, struct view path,
                                          const struct finding *f)
{
    const struct suppression_lines *lines = hash_map_get(index->by_file, path);
    size_t i = lines ? count_above(lines, f->location.line) : 0;

    for (; i > 0 && lines->reach[i - 1] >= f->location.line; i--)
        if (suppresses(index, lines->list[i - 1], f))
            return lines->list[i - 1];
    return lines ? ask(index, lines->whole, f) : NULL;
}

static struct suppression_rule *ask_resource(const struct suppression_index *index,
                                             struct view path, const struct finding *f)
{
    if (hash_map_count(index->by_resource) == 0)
        return NULL;
    return ask(index,
               hash_map_get(index->by_resource, key_of_resource(index->arena, path, f->resource)),
               f);
}

struct suppression_rule *suppression_index_find(const struct suppression_index *index,
                                                const struct finding *f)
{
    struct view path = view_strip_prefix(f->location.path, VIEW("./"));
    struct suppression_rule *hit = ask_lines(index, path, f);

    if (!hit)
        hit = ask_resource(index, path, f);
    if (!hit)
        hit = ask(index, hash_map_get(index->by_fingerprint, f->fingerprint), f);
    if (!hit)
        hit = ask(index, hash_map_get(index->by_id, f->id), f);
    for (size_t i = 0; !hit && i < f->alias_count; i++)
        hit = ask(index, hash_map_get(index->by_id, f->aliases[i]), f);
    return hit ? hit : ask(index, index->others, f);
}
