#include "sensor/detect/filter-build.h"

struct filter_build {
    struct filter *filter;
    struct literal_sets *sets;
    uint32_t rows, needs;
};

struct filter_build *filter_build_new(struct filter *filter, struct literal_sets *sets)
{
    struct filter_build *build = calloc(1, sizeof(*build));

    if (build)
        *build = (struct filter_build){filter, sets, 0, 0};
    return build;
}

void filter_build_free(struct filter_build *build)
{
    free(build);
}

/* The alternatives of all rules that have this profile. */
static bool collect(const struct call_demands *demands, unsigned profile, struct literal_need *to)
{
    struct profile_set only = PROFILES_NONE;

    profiles_add(&only, profile);
    to->count = 0;
    for (size_t i = 0; i < demands->count; i++) {
        const struct literal_need *need = &demands->list[i].need;

        for (size_t k = 0; k < need->count; k++) {
            if (!profiles_have(need->list[k].profiles, profile))
                continue;
            to->list[to->count] = need->list[k];
            to->list[to->count++].profiles = only;
        }
    }
    return to->count != 0;
}

static void make_need(struct filter_build *build, const struct literal_need *from,
                      struct filter_need *need)
{
    *need = (struct filter_need){.count = (uint32_t)from->count};
    for (size_t i = 0; i < from->count; i++) {
        for (int text = 0; text < ALTERNATIVE_SETS; text++)
            if (from->list[i].sets[text] != LITERAL_NO_SET)
                need->all[i] |= literal_set_bit(build->sets, from->list[i].sets[text]);
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

static uint8_t verdict_of(struct filter_build *build, struct literal_need *need)
{
    struct filter_need made;
    uint32_t at = 0;

    literal_need_join(build->sets, need, FILTER_ALTERNATIVES);
    if (always_passes(need))
        return FILTER_SEND;
    make_need(build, need, &made);
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
    struct filter_row row = {0};
    size_t most = 0;

    for (size_t i = 0; i < demands->count; i++)
        most += demands->list[i].need.count;
    list = calloc(most + 1, sizeof(*list));
    if (!list)
        return false;
    for (unsigned profile = 0; profile < FILTER_PROFILES; profile++) {
        struct literal_need need = {list, 0};

        if (collect(demands, profile, &need))
            row.verdict[profile] = verdict_of(build, &need);
    }
    call->wanted |= FILTER_FOR_RULES;
    call->row = add_row(build, &row);
    return true;
}
