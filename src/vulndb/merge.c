#include "vulndb/merge.h"

#include "base/arena.h"
#include "vulndb/cve.h"
#include "vulndb/intern.h"
#include "vulndb/room.h"

struct alias {
    uint32_t a, b; /* the record of a says that b is the same */
};

struct name {
    struct view spelling;
    uint32_t parent; /* towards the root of its set, while forming */
    uint32_t cve;    /* of a root: the CVE in the set, or 0 */
    bool is_cve;
    uint32_t group;        /* when formed */
    uint32_t first, count; /* of a group: its part of `members` */
};

struct merge {
    struct intern *keys; /* in upper case; numbers are the names */
    struct arena *arena;
    struct name *names; /* by number */
    size_t name_room;
    struct alias *aliases;
    size_t alias_count, alias_room;
    uint32_t *members; /* numbers, group by group */
};

struct merge *merge_new(size_t limit)
{
    struct merge *merge = calloc(1, sizeof(*merge));

    if (!merge)
        return NULL;
    merge->keys = intern_new(limit);
    merge->arena = arena_new(limit);
    if (merge->keys && merge->arena)
        return merge;
    merge_free(merge);
    return NULL;
}

void merge_free(struct merge *merge)
{
    if (!merge)
        return;
    intern_free(merge->keys);
    arena_free(merge->arena);
    free(merge->names);
    free(merge->aliases);
    free(merge->members);
    free(merge);
}

static char upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

struct view merge_key_of(struct view id, char to[static MERGE_NAME_LIMIT])
{
    cve_of_id(id, &id);
    if (id.len > MERGE_NAME_LIMIT)
        return VIEW_EMPTY;
    for (size_t i = 0; i < id.len; i++)
        to[i] = upper(id.ptr[i]);
    return view_from(to, id.len);
}

static int add_name(struct merge *merge, uint32_t number, struct view key, struct view id,
                    struct error *err)
{
    struct view cve = VIEW_EMPTY;
    struct name name = {.parent = number};
    int r = room_for(&merge->names, &merge->name_room, (size_t)number + 1, sizeof(name), err);

    if (r < 0)
        return r;
    name.is_cve = cve_of_id(id, &cve);
    name.cve = name.is_cve ? number : 0;
    name.spelling = arena_copy(merge->arena, name.is_cve ? key : id);
    merge->names[number] = name;
    return arena_failed(merge->arena, "the advisories' names", err);
}

int merge_name(struct merge *merge, struct view id, uint32_t *ret, struct error *err)
{
    char store[MERGE_NAME_LIMIT];
    struct view key = merge_key_of(id, store);
    uint32_t before = intern_count(merge->keys), number;
    int r = intern_add(merge->keys, key, &number, err);

    if (r == 0 && number >= before)
        r = add_name(merge, number, key, id, err);
    if (r < 0)
        return r;
    *ret = number;
    return 0;
}

bool merge_is_cve(const struct merge *merge, uint32_t name)
{
    return name && merge->names[name].is_cve;
}

int merge_alias(struct merge *merge, uint32_t name, uint32_t alias, struct error *err)
{
    int r;

    if (!name || !alias || name == alias)
        return 0;
    r = room_for(&merge->aliases, &merge->alias_room, merge->alias_count + 1,
                 sizeof(*merge->aliases), err);
    if (r < 0)
        return r;
    merge->aliases[merge->alias_count++] = (struct alias){name, alias};
    return 0;
}

static uint32_t find_root(struct merge *merge, uint32_t name)
{
    struct name *names = merge->names;

    while (names[name].parent != name) {
        names[name].parent = names[names[name].parent].parent;
        name = names[name].parent;
    }
    return name;
}

static void join(struct merge *merge, uint32_t a, uint32_t b)
{
    struct name *names = merge->names;

    a = find_root(merge, a);
    b = find_root(merge, b);
    if (a == b || (names[a].cve && names[b].cve))
        return;
    names[b].parent = a;
    if (!names[a].cve)
        names[a].cve = names[b].cve;
}

/* How much an alias is worth; less is better: what a record says of the CVE it
 * is itself, what a CVE's record says of other names, the rest. */
static int alias_rank(const struct merge *merge, const struct alias *alias)
{
    if (merge->names[alias->b].is_cve)
        return 0;
    return merge->names[alias->a].is_cve ? 1 : 2;
}

static int compare_aliases(const void *left, const void *right, void *context)
{
    const struct alias *x = left, *y = right;
    const struct merge *merge = context;
    int order = alias_rank(merge, x) - alias_rank(merge, y);

    if (order == 0)
        order = view_cmp(merge_key(merge, x->a), merge_key(merge, y->a));
    return order ? order : view_cmp(merge_key(merge, x->b), merge_key(merge, y->b));
}

/* How good a name is to call a vulnerability by; less is better. */
static int name_rank(const struct name *name)
{
    if (name->is_cve)
        return 0;
    return view_starts(name->spelling, VIEW("GHSA-")) ? 1 : 2;
}

/* By set, then best name first. */
static int compare_members(const void *left, const void *right, void *context)
{
    uint32_t x = *(const uint32_t *)left, y = *(const uint32_t *)right;
    const struct merge *merge = context;
    const struct name *names = merge->names;
    int x_rank, y_rank;

    if (names[x].parent != names[y].parent)
        return names[x].parent < names[y].parent ? -1 : 1;
    x_rank = name_rank(&names[x]);
    y_rank = name_rank(&names[y]);
    return x_rank != y_rank ? x_rank - y_rank : view_cmp(merge_key(merge, x), merge_key(merge, y));
}

static void name_groups(struct merge *merge, size_t count)
{
    for (size_t start = 0, end; start < count; start = end) {
        uint32_t set = merge->names[merge->members[start]].parent;
        struct name *best = &merge->names[merge->members[start]];

        for (end = start; end < count && merge->names[merge->members[end]].parent == set; end++)
            merge->names[merge->members[end]].group = merge->members[start];
        best->first = (uint32_t)start;
        best->count = (uint32_t)(end - start);
    }
}

int merge_finish(struct merge *merge, struct error *err)
{
    uint32_t count = merge_count(merge);

    if (merge->alias_count)
        qsort_r(merge->aliases, merge->alias_count, sizeof(*merge->aliases), compare_aliases,
                merge);
    for (size_t i = 0; i < merge->alias_count; i++)
        join(merge, merge->aliases[i].a, merge->aliases[i].b);
    merge->members = calloc(count, sizeof(*merge->members));
    if (!merge->members)
        return error_memory(err);
    for (uint32_t name = 1; name < count; name++) {
        merge->names[name].parent = find_root(merge, name);
        merge->members[name - 1] = name;
    }
    qsort_r(merge->members, count - 1, sizeof(*merge->members), compare_members, merge);
    name_groups(merge, count - 1);
    return 0;
}

uint32_t merge_count(const struct merge *merge)
{
    return intern_count(merge->keys);
}

uint32_t merge_group(const struct merge *merge, uint32_t name)
{
    return name ? merge->names[name].group : 0;
}

const uint32_t *merge_members(const struct merge *merge, uint32_t group, size_t *ret_count)
{
    *ret_count = merge->names[group].count;
    return merge->members + merge->names[group].first;
}

struct view merge_spelling(const struct merge *merge, uint32_t name)
{
    return name ? merge->names[name].spelling : VIEW_EMPTY;
}

struct view merge_key(const struct merge *merge, uint32_t name)
{
    return intern_get(merge->keys, name);
}
