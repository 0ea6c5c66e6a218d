#include "sensor/detect/filter-build.h"

struct filter_build {
    struct filter *filter;
    struct literal_sets *sets;
    struct process_groups *groups;
    uint32_t rows, needs;
};

/* What the rules that can match one profile of a call need together. */
struct profile_need {
    struct literal_need need;
    uint32_t *roots;
    size_t root_count;
};

struct filter_build *filter_build_new(struct filter *filter, struct literal_sets *sets,
                                      struct process_groups *groups)
{
    struct filter_build *build = calloc(1, sizeof(*build));

    if (build)
        *build = (struct filter_build){filter, sets, groups, 0, 0};
    return build;
}

void filter_build_free(struct filter_build *build)
{
    free(build);
}

/* The alternatives of all rules that have this profile. */
static void collect(const struct call_demands *demands, unsigned profile, struct profile_need *to)
{
    struct profile_set only = PROFILES_NONE;

    profiles_add(&only, profile);
    to->need.count = to->root_count = 0;
    for (size_t i = 0; i < demands->count; i++) {
        const struct call_demand *demand = &demands->list[i];

        if (profiles_have(demand->profiles, profile))
            to->roots[to->root_count++] = demand->root;
        for (size_t k = 0; k < demand->need.count; k++) {
            if (!profiles_have(demand->need.list[k].profiles, profile))
                continue;
            to->need.list[to->need.count] = demand->need.list[k];
            to->need.list[to->need.count++].profiles = only;
        }
    }
}

/* How often all sets of the alternative but one are found. */
static float chance_of_others(const struct filter_build *build,
                              const struct alternative *alternative, int but)
{
    float chance = 1;

    for (int text = 0; text < ALTERNATIVE_SETS; text++)
        if (text != but && alternative->sets[text] != LITERAL_NO_SET)
            chance *= literal_set_chance(build->sets, alternative->sets[text]);
    return chance;
}

static void make_need(struct filter_build *build, const struct literal_need *from,
                      struct filter_need *need)
{
    *need = (struct filter_need){.count = (uint32_t)from->count, .group = PROCESS_NO_GROUP};
    for (size_t i = 0; i < from->count; i++) {
        for (int text = 0; text < ALTERNATIVE_SETS; text++)
            if (from->list[i].sets[text] != LITERAL_NO_SET)
                need->all[i] |= literal_set_bit(build->sets, from->list[i].sets[text],
                                                chance_of_others(build, &from->list[i], text));
        need->any |= need->all[i];
        need->uses_name |= from->list[i].sets[LITERAL_NAME] != LITERAL_NO_SET;
    }
}

/* Some alternative asks for nothing. */
static bool always_passes(const struct literal_need *need)
{
    for (size_t i = 0; i < need->count; i++) {
        bool nothing = true;

        for (int text = 0; text < ALTERNATIVE_SETS; text++)
            nothing &= need->list[i].sets[text] == LITERAL_NO_SET;
        if (nothing)
            return true;
    }
    return false;
}

static uint8_t verdict_of(struct filter_build *build, struct profile_need *of)
{
    const struct alternative nothing = {
        .profiles = PROFILES_ALL,
        .sets = {LITERAL_NO_SET, LITERAL_NO_SET, LITERAL_NO_SET, LITERAL_NO_SET}};
    uint32_t group = process_group_of(build->groups, of->roots, of->root_count), at = 0;
    struct filter_need made;

    literal_need_join(build->sets, &of->need, FILTER_ALTERNATIVES);
    if (always_passes(&of->need)) {
        if (group == PROCESS_NO_GROUP)
            return FILTER_SEND;
        of->need.list[0] = nothing;
        of->need.count = 1;
    }
    make_need(build, &of->need, &made);
    made.group = group;
    while (at < build->needs && memcmp(&build->filter->needs[at], &made, sizeof(made)) != 0)
        at++;
    if (at == FILTER_NEEDS)
        return FILTER_SEND;
    if (at == build->needs) {
        build->filter->needs[at] = made;
        build->needs++;
    }
    return (uint8_t)(at + 1);
}

static uint8_t add_row(struct filter_build *build, const struct filter_row *row)
{
    uint32_t at = 0;

    while (at < build->rows && memcmp(&build->filter->rows[at], row, sizeof(*row)) != 0)
        at++;
    if (at == FILTER_ROWS)
        return FILTER_ROWS; /* sends all */
    if (at == build->rows)
        build->filter->rows[build->rows++] = *row;
    return (uint8_t)at;
}

bool filter_build_call(struct filter_build *build, const struct call_demands *demands)
{
    struct filter_call *call = &build->filter->calls[demands->call->number];
    _cleanup_free_ struct alternative *list = NULL;
    _cleanup_free_ uint32_t *roots = calloc(demands->count + 1, sizeof(*roots));
    struct profile_need of = {.roots = roots};
    struct filter_row row = {0};
    size_t most = 0;

    for (size_t i = 0; i < demands->count; i++)
        most += demands->list[i].need.count;
    of.need.list = list = calloc(most + 1, sizeof(*list));
    if (!list || !roots)
        return false;
    for (unsigned profile = 0; profile < FILTER_PROFILES; profile++) {
        collect(demands, profile, &of);
        if (of.need.count)
            row.verdict[profile] = verdict_of(build, &of);
    }
    call->wanted |= FILTER_FOR_RULES;
    call->row = add_row(build, &row);
    return true;
}
