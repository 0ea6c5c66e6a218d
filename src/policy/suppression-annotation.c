#include "policy/suppression-clause.h"

/* For one object, or one of its containers. */
static int begin(struct view path, uint32_t line, struct view resource, struct view container,
                 struct arena *arena, struct suppression *ret)
{
    struct view *globs = arena_array(arena, 2, sizeof(*globs));

    if (!globs)
        return ERROR_MEMORY;
    globs[0] = clause_quote(resource, arena);
    globs[1] = clause_quote(container, arena);
    *ret = (struct suppression){
        .origin = SUPPRESSION_ANNOTATION,
        .resources = &globs[0],
        .resource_count = 1,
        .containers = &globs[1],
        .container_count = container.len > 0,
        .file = arena_copy(arena, path),
        .line = line,
    };
    return 0;
}

int suppressions_parse_annotation(struct view path, uint32_t line, struct view resource,
                                  struct view container, struct view value, struct arena *arena,
                                  struct suppressions *ret, struct error *err)
{
    struct suppression *list = NULL;
    size_t count = 0;

    while (value.ptr) {
        struct view clause = view_trim(view_cut(&value, ';'));
        struct suppression *slot, s;
        int r;

        if (clause.len == 0)
            continue;
        if (begin(path, line, resource, container, arena, &s) < 0)
            return error_memory(err);
        r = clause_parse(clause, arena, &s, err);
        if (r < 0)
            return r;
        slot = arena_push(arena, &list, &count, sizeof(*slot));
        if (slot)
            *slot = s;
    }
    *ret = (struct suppressions){list, count};
    return arena_failed(arena, "suppressions", err);
}

/* ---- All annotations of an object ---- */

struct reading {
    struct view path, resource;
    struct arena *arena;
    struct suppression *list;
    size_t count;
    struct diagnostic *problems;
    size_t problem_count;
};

static int add(struct reading *reading, const struct suppression *s, struct error *err)
{
    struct suppression *slot =
        arena_push(reading->arena, &reading->list, &reading->count, sizeof(*slot));

    if (slot)
        *slot = *s;
    return arena_failed(reading->arena, "suppressions", err);
}

/* plimsoll.io/ignore and plimsoll.io/ignore.CONTAINER */
static int read_ours(struct reading *reading, uint32_t line, struct view name, struct view value,
                     struct error *err)
{
    struct suppressions found = {0};
    struct error fault = ERROR_INIT;
    int r;

    if (name.len && name.ptr[0] != '.')
        return 0;
    r = suppressions_parse_annotation(reading->path, line, reading->resource,
                                      view_sub(name, 1, name.len), value, reading->arena, &found,
                                      &fault);
    if (r < 0 && reading->problem_count < SUPPRESSION_TOLD)
        clause_problem(reading->path, line, &fault, reading->arena, &reading->problems,
                       &reading->problem_count);
    r = arena_failed(reading->arena, "suppressions", err);
    for (size_t i = 0; r == 0 && i < found.count; i++)
        r = add(reading, &found.list[i], err);
    return r;
}

/* checkov.io/skipN: ID=reason */
static int read_checkov(struct reading *reading, uint32_t line, struct view name, struct view value,
                        struct error *err)
{
    struct view id = view_trim(view_cut(&value, '='));
    struct suppression s;

    (void)name;
    if (begin(reading->path, line, reading->resource, VIEW_EMPTY, reading->arena, &s) < 0)
        return error_memory(err);
    s.id_count = clause_split(id, reading->arena, &s.ids);
    s.reason = arena_copy(reading->arena, view_trim(value));
    return s.id_count ? add(reading, &s, err) : 0;
}

/* ignore-check.kube-linter.io/CHECK: reason */
static int read_kube_linter(struct reading *reading, uint32_t line, struct view name,
                            struct view value, struct error *err)
{
    struct suppression s;

    if (begin(reading->path, line, reading->resource, VIEW_EMPTY, reading->arena, &s) < 0)
        return error_memory(err);
    s.id_count = clause_split(name, reading->arena, &s.ids);
    s.reason = arena_copy(reading->arena, view_trim(value));
    return s.id_count ? add(reading, &s, err) : 0;
}

static int read_pair(struct reading *reading, const struct document_pair *pair, struct error *err)
{
    static const struct {
        struct view prefix;
        int (*read)(struct reading *reading, uint32_t line, struct view name, struct view value,
                    struct error *err);
    } annotations[] = {
        {VIEW("plimsoll.io/ignore"), read_ours},
        {VIEW("checkov.io/skip"), read_checkov},
        {VIEW("ignore-check.kube-linter.io/"), read_kube_linter},
    };
    struct view key = document_text(pair->key);

    for (size_t i = 0; i < sizeof(annotations) / sizeof(annotations[0]); i++)
        if (view_starts(key, annotations[i].prefix))
            return annotations[i].read(reading, pair->key->start.line,
                                       view_strip_prefix(key, annotations[i].prefix),
                                       document_text(pair->value), err);
    return 0;
}

int suppressions_read_annotations(struct view path, struct view resource,
                                  const struct document_node *annotations, struct arena *arena,
                                  struct suppressions *ret, struct diagnostic **ret_problems,
                                  size_t *ret_problem_count, struct error *err)
{
    struct reading reading = {.path = path, .resource = resource, .arena = arena};
    size_t pairs =
        annotations && annotations->kind == DOCUMENT_MAPPING ? annotations->mapping.count : 0;
    int r = 0;

    for (size_t i = 0; r == 0 && i < pairs; i++)
        if (!annotations->mapping.pairs[i].replaced)
            r = read_pair(&reading, &annotations->mapping.pairs[i], err);
    if (r < 0)
        return r;
    *ret = (struct suppressions){reading.list, reading.count};
    *ret_problems = reading.problems;
    *ret_problem_count = reading.problem_count;
    return 0;
}
