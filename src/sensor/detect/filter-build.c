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

/* The alternatives of all rules, those of equal profiles joined. So what rules want of
 * the same kinds of call is one set, that all needs of such calls share: there are
 * few bits for sets. False without memory. */
static bool gather(struct filter_build *build, const struct call_demands *demands,
                   struct literal_need *ret)
{
    size_t most = 0;

    for (size_t i = 0; i < demands->count; i++)
        most += demands->list[i].need.count;
    ret->list = calloc(most + 1, sizeof(*ret->list));
    if (!ret->list)
        return false;
    for (size_t i = 0; i < demands->count; i++)
        for (size_t k = 0; k < demands->list[i].need.count; k++)
            ret->list[ret->count++] = demands->list[i].need.list[k];
    literal_need_merge(build->sets, ret);
    return true;
}

/* What has this profile. */
static void collect(const struct call_demands *demands, const struct literal_need *all,
                    unsigned profile, struct profile_need *to)
{
    struct profile_set only = PROFILES_NONE;

    profiles_add(&only, profile);
    to->need.count = to->root_count = 0;
    for (size_t i = 0; i < demands->count; i++)
        if (profiles_have(demands->list[i].profiles, profile))
            to->roots[to->root_count++] = demands->list[i].root;
    for (size_t i = 0; i < all->count; i++) {
        if (!profiles_have(all->list[i].profiles, profile))
            continue;
        to->need.list[to->need.count] = all->list[i];
        to->need.list[to->need.count++].profiles = only;
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

static bool fits(const struct filter_build *build, const struct literal_need *need)
{
    uint32_t sets[FILTER_ALTERNATIVES * ALTERNATIVE_SETS];
    size_t count = 0;

    for (size_t i = 0; i < need->count; i++)
        for (int text = 0; text < ALTERNATIVE_SETS; text++)
            sets[count++] = need->list[i].sets[text];
    return literal_sets_fit(build->sets, sets, count);
}

static uint8_t verdict_of(struct filter_build *build, struct profile_need *of)
{
    const struct alternative nothing = {
        .profiles = PROFILES_ALL,
        .sets = {LITERAL_NO_SET, LITERAL_NO_SET, LITERAL_NO_SET, LITERAL_NO_SET}};
    uint32_t group = process_group_of(build->groups, of->roots, of->root_count), at = 0;
    struct filter_need made;

    literal_need_join(build->sets, &of->need, FILTER_ALTERNATIVES);
    if (always_passes(&of->need) || !fits(build, &of->need)) {
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

/* What is common comes first, for as long as there are bits. */
static void order_profiles(const struct syscall *call, uint8_t order[FILTER_PROFILES])
{
    static const uint8_t opens[] = {
        OPEN_READS,
        OPEN_WRITES | OPEN_CREATES | OPEN_TRUNCATES,
        OPEN_WRITES | OPEN_CREATES,
        OPEN_READS | OPEN_WRITES,
        OPEN_WRITES,
        OPEN_READS | OPEN_WRITES | OPEN_CREATES,
        OPEN_READS | OPEN_WRITES | OPEN_CREATES | OPEN_TRUNCATES,
    };
    size_t details = call->shape == SHAPE_OPEN ? sizeof(opens) : 0, count = 0;
    struct profile_set done = PROFILES_NONE;

    for (size_t i = 0; i < details; i++)
        for (unsigned facts = 0; facts < 1 << PROFILE_DETAIL_SHIFT; facts++) {
            order[count] = (uint8_t)((unsigned)opens[i] << PROFILE_DETAIL_SHIFT | facts);
            profiles_add(&done, order[count++]);
        }
    for (unsigned profile = 0; profile < FILTER_PROFILES; profile++)
        if (!profiles_have(done, profile))
            order[count++] = (uint8_t)profile;
}

static uint32_t details_dropped(const struct filter_row *row)
{
    enum { FACTS = 1 << PROFILE_DETAIL_SHIFT };
    uint32_t dropped = 0;

    for (uint32_t detail = 0; detail < FILTER_PROFILES / FACTS; detail++) {
        bool drops = true;

        for (uint32_t facts = 0; facts < FACTS; facts++)
            drops &= row->verdict[detail << PROFILE_DETAIL_SHIFT | facts] == FILTER_DROP;
        dropped |= (uint32_t)drops << detail;
    }
    return dropped;
}

bool filter_build_call(struct filter_build *build, const struct call_demands *demands)
{
    struct filter_call *call = &build->filter->calls[demands->call->number];
    _cleanup_free_ struct alternative *list = NULL, *gathered = NULL;
    _cleanup_free_ uint32_t *roots = calloc(demands->count + 1, sizeof(*roots));
    struct profile_need of = {.roots = roots};
    struct literal_need all = {NULL, 0};
    struct filter_row row = {0};
    uint8_t order[FILTER_PROFILES];

    if (!roots || !gather(build, demands, &all))
        return false;
    gathered = all.list;
    of.need.list = list = calloc(all.count + 1, sizeof(*list));
    if (!list)
        return false;
    order_profiles(demands->call, order);
    for (unsigned i = 0; i < FILTER_PROFILES; i++) {
        collect(demands, &all, order[i], &of);
        if (of.need.count)
            row.verdict[order[i]] = verdict_of(build, &of);
    }
    call->wanted |= FILTER_FOR_RULES;
    call->row = add_row(build, &row);
    call->dropped = details_dropped(&row);
    return true;
}
