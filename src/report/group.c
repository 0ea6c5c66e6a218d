#include "report/group.h"

#include <stdlib.h>

#include "base/hash.h"

static int compare_bool(bool a, bool b)
{
    return (int)b - (int)a;
}

/* Negative when `a` is worse. Exploited in the wild counts before likely to be. */
static int compare_badness(const struct finding *a, const struct finding *b)
{
    int order = (int)b->severity - (int)a->severity;

    if (order == 0)
        order = compare_bool(a->kev.listed, b->kev.listed);
    return order;
}

static int compare_rows(const void *left, const void *right)
{
    const struct finding *a = ((const struct group_row *)left)->finding;
    const struct finding *b = ((const struct group_row *)right)->finding;
    double score_a = a->epss.known ? a->epss.score : -1,
           score_b = b->epss.known ? b->epss.score : -1;
    int order = compare_badness(a, b);

    if (order == 0)
        order = (score_b > score_a) - (score_b < score_a);
    return order ? order : view_cmp(a->id, b->id);
}

static int compare_groups(const void *left, const void *right)
{
    const struct group *a = left, *b = right;
    int order = compare_badness(a->rows[0].finding, b->rows[0].finding);

    return order ? order : view_cmp(a->source, b->source);
}

static struct view source_of(const struct finding *finding)
{
    return finding->package->source_name.len ? finding->package->source_name
                                             : finding->package->name;
}

static struct view key_of_group(const struct finding *finding, struct arena *arena)
{
    return arena_printf(arena, "%d\n%.*s", (int)finding->package->type,
                        VIEW_ARG(source_of(finding)));
}

static struct view key_of_row(const struct finding *f, struct arena *arena)
{
    return arena_printf(arena, "%d\n%.*s\n%.*s\n%.*s\n%.*s\n%d\n%d", (int)f->package->type,
                        VIEW_ARG(source_of(f)), VIEW_ARG(f->id),
                        VIEW_ARG(f->package->source_version), VIEW_ARG(f->fixed_version),
                        (int)f->status, (int)f->severity);
}

/* The maps that tell what was seen: numbers of groups, and of rows in their
 * group, plus one. */
struct index {
    struct hash_map *groups, *rows;
    struct arena *arena;
};

static struct group *group_of(struct index *index, struct groups *groups,
                              const struct finding *finding)
{
    void **slot = hash_map_slot(index->groups, key_of_group(finding, index->arena));
    struct group *group;

    if (!slot)
        return NULL;
    if (*slot)
        return &groups->list[(uintptr_t)*slot - 1];
    group = arena_push(index->arena, &groups->list, &groups->count, sizeof(*group));
    if (!group)
        return NULL;
    *slot = (void *)(uintptr_t)groups->count;
    group->source = source_of(finding);
    return group;
}

static bool add_name(struct view **names, size_t *count, struct view name, struct arena *arena)
{
    struct view *slot;

    for (size_t i = 0; i < *count; i++)
        if (view_eq((*names)[i], name))
            return true;
    slot = arena_push(arena, names, count, sizeof(*slot));
    if (slot)
        *slot = name;
    return slot != NULL;
}

static struct group_row *row_of(struct index *index, struct group *group,
                                const struct finding *finding)
{
    void **slot = hash_map_slot(index->rows, key_of_row(finding, index->arena));
    struct group_row *row;

    if (!slot)
        return NULL;
    if (*slot)
        return &group->rows[(uintptr_t)*slot - 1];
    row = arena_push(index->arena, &group->rows, &group->row_count, sizeof(*row));
    if (!row)
        return NULL;
    *slot = (void *)(uintptr_t)group->row_count;
    row->finding = finding;
    return row;
}

static bool add_finding(struct index *index, struct groups *groups, const struct finding *finding)
{
    struct view name = finding->package->name;
    struct group *group = group_of(index, groups, finding);
    struct group_row *row = group ? row_of(index, group, finding) : NULL;

    return row && add_name(&group->binaries, &group->binary_count, name, index->arena) &&
           add_name(&row->binaries, &row->binary_count, name, index->arena);
}

static void finish(struct groups *groups)
{
    for (size_t i = 0; i < groups->count; i++) {
        struct group *group = &groups->list[i];

        qsort(group->rows, group->row_count, sizeof(*group->rows), compare_rows);
        for (size_t k = 0; k < group->row_count; k++) {
            group->fixable += group->rows[k].finding->status == FINDING_FIXED;
            groups->by_severity[group->rows[k].finding->severity]++;
        }
        if (group->binary_count == 1 && view_eq(group->binaries[0], group->source))
            group->binary_count = 0;
        groups->row_count += group->row_count;
        groups->fixable += group->fixable;
    }
    if (groups->count)
        qsort(groups->list, groups->count, sizeof(*groups->list), compare_groups);
}

int groups_make(const struct report *report, struct arena *arena, struct groups *ret,
                struct error *err)
{
    _cleanup_(hash_map_free_p) struct hash_map *by_group = hash_map_new();
    _cleanup_(hash_map_free_p) struct hash_map *by_row = hash_map_new();
    struct index index = {by_group, by_row, arena};
    struct groups groups = {0};

    if (!by_group || !by_row)
        return error_memory(err);
    for (size_t i = 0; i < report->finding_count; i++)
        if (report->findings[i].package && !add_finding(&index, &groups, &report->findings[i]))
            return arena_failed(arena, "report", NULL) ? arena_failed(arena, "report", err)
                                                       : error_memory(err);
    if (arena_failed(arena, "report", NULL))
        return arena_failed(arena, "report", err);
    finish(&groups);
    *ret = groups;
    return 0;
}
