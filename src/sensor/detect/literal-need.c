#include "sensor/detect/literal-need.h"

#include "sensor/detect/text-of-test.h"

enum { NEEDS_LIMIT = 256 << 20 }; /* bytes of one call's alternatives */

struct literal_needs {
    const struct rule_program *program;
    struct condition_weights *weights;
    struct literal_sets *sets;
    const struct syscall *call;
    struct arena *arena;
    struct literal_need **known; /* by reference */
};

struct literal_needs *literal_needs_new(const struct rule_program *program,
                                        struct condition_weights *weights,
                                        struct literal_sets *sets)
{
    _cleanup_(literal_needs_free_p) struct literal_needs *needs = calloc(1, sizeof(*needs));

    if (!needs)
        return NULL;
    *needs = (struct literal_needs){program, weights, sets, NULL, NULL, NULL};
    needs->arena = arena_new(NEEDS_LIMIT);
    needs->known = calloc(rule_condition_count(program) * 2 + 1, sizeof(struct literal_need *));
    return needs->arena && needs->known ? take_ptr(&needs) : NULL;
}

void literal_needs_free(struct literal_needs *needs)
{
    if (!needs)
        return;
    arena_free(needs->arena);
    free(needs->known);
    free(needs);
}

void literal_needs_call(struct literal_needs *needs, const struct syscall *call)
{
    size_t count = rule_condition_count(needs->program) * 2;

    needs->call = call;
    arena_reset(needs->arena);
    memset(needs->known, 0, count * sizeof(struct literal_need *));
}

/* ---- alternatives ---- */

static bool asks_for_nothing(const struct alternative *alternative)
{
    for (int text = 0; text < ALTERNATIVE_SETS; text++)
        if (alternative->sets[text] != LITERAL_NO_SET)
            return false;
    return true;
}

static float alternative_chance(const struct literal_sets *sets,
                                const struct alternative *alternative)
{
    float chance = 1;

    for (int text = 0; text < ALTERNATIVE_SETS; text++)
        if (alternative->sets[text] != LITERAL_NO_SET)
            chance *= literal_set_chance(sets, alternative->sets[text]);
    return chance;
}

static float need_chance(const struct literal_sets *sets, const struct literal_need *need)
{
    float sum = 0;

    for (size_t i = 0; i < need->count; i++)
        sum += alternative_chance(sets, &need->list[i]);
    return sum;
}

/* Whoever passes `narrow` passes `wide`. */
static bool covers(const struct alternative *wide, const struct alternative *narrow)
{
    for (int text = 0; text < ALTERNATIVE_SETS; text++)
        if (wide->sets[text] != LITERAL_NO_SET && wide->sets[text] != narrow->sets[text])
            return false;
    return true;
}

/* Takes away what another alternative lets through anyway. */
static void drop_covered(struct literal_need *need)
{
    size_t kept = 0;

    for (size_t i = 0; i < need->count; i++) {
        for (size_t k = 0; k < need->count; k++) {
            const struct alternative *other = &need->list[k];
            bool both = k != i && covers(other, &need->list[i]);

            if (both && covers(&need->list[i], other)) { /* equal: the first takes all */
                both = k > i;
                if (both)
                    need->list[k].profiles = profiles_or(other->profiles, need->list[i].profiles);
            }
            if (both)
                need->list[i].profiles =
                    profiles_and(need->list[i].profiles, profiles_not(other->profiles));
        }
    }
    for (size_t i = 0; i < need->count; i++)
        if (!profiles_empty(need->list[i].profiles))
            need->list[kept++] = need->list[i];
    need->count = kept;
}

static unsigned texts_of(const struct alternative *alternative)
{
    unsigned texts = 0;

    for (int text = 0; text < ALTERNATIVE_SETS; text++)
        texts |= (unsigned)(alternative->sets[text] != LITERAL_NO_SET) << text;
    return texts;
}

enum { NO_PLACE = -1, SEVERAL = ALTERNATIVE_SETS, TOO_MANY };

/* Where they ask for different sets; TOO_MANY when they ask for different texts. */
static int difference(const struct alternative *a, const struct alternative *b)
{
    int place = NO_PLACE;

    if (texts_of(a) != texts_of(b))
        return TOO_MANY;
    for (int text = 0; text < ALTERNATIVE_SETS; text++)
        if (a->sets[text] != b->sets[text])
            place = place == NO_PLACE ? text : SEVERAL;
    return place;
}

/* Which alternatives may be joined: those that differ in one set, or also in several;
 * those of equal profiles, or also of others. */
struct joining {
    bool several, others;
};

/* Whether b may go into a, when what went before differed from it at `place`. */
static bool goes_into(const struct joining *joining, const struct alternative *a,
                      const struct alternative *b, int *place)
{
    int differs = difference(a, b);

    if (differs == TOO_MANY || (differs == SEVERAL && !joining->several) ||
        (!joining->others && !profiles_equal(a->profiles, b->profiles)))
        return false;
    if (!joining->several && differs != NO_PLACE && *place != NO_PLACE && *place != differs)
        return false;
    *place = differs == NO_PLACE ? *place : differs;
    return true;
}

/* Puts the others into the first: passes whatever one of them passes. Without memory a
 * set asks for nothing. */
static void join_group(struct literal_sets *sets, struct alternative *first,
                       const struct alternative *others, size_t count)
{
    _cleanup_free_ uint32_t *list = calloc(count + 1, sizeof(*list));

    for (int text = 0; text < ALTERNATIVE_SETS; text++) {
        if (first->sets[text] == LITERAL_NO_SET)
            continue;
        for (size_t i = 0; list && i < count; i++)
            list[i] = others[i].sets[text];
        if (list)
            list[count] = first->sets[text];
        first->sets[text] = list ? literal_set_union(sets, list, count + 1) : LITERAL_NO_SET;
    }
    for (size_t i = 0; i < count; i++)
        first->profiles = profiles_or(first->profiles, others[i].profiles);
}

/* Joins what may be joined. Of those that differ in one set with equal profiles,
 * nothing more passes than before. */
static void join(struct literal_sets *sets, struct literal_need *need, struct joining joining)
{
    for (size_t i = 0; i < need->count; i++) {
        size_t end = need->count; /* from here on they go into the i-th */
        int place = NO_PLACE;

        for (size_t k = i + 1; k < end;) {
            struct alternative other = need->list[k];

            if (!goes_into(&joining, &need->list[i], &other, &place)) {
                k++;
                continue;
            }
            need->list[k] = need->list[--end];
            need->list[end] = other;
        }
        if (end < need->count)
            join_group(sets, &need->list[i], &need->list[end], need->count - end);
        need->count = end;
    }
}

void literal_need_merge(struct literal_sets *sets, struct literal_need *need)
{
    join(sets, need, (struct joining){false, false});
}

void literal_need_join(struct literal_sets *sets, struct literal_need *need, size_t limit)
{
    drop_covered(need);
    if (need->count > limit)
        join(sets, need, (struct joining){false, false});
    if (need->count > limit)
        join(sets, need, (struct joining){false, true});
    if (need->count > limit)
        join(sets, need, (struct joining){true, true});
    for (size_t i = 0; need->count > limit && i < need->count; i++)
        need->list[i].sets[ALTERNATIVE_SECOND_PATH] = LITERAL_NO_SET;
    if (need->count > limit)
        join(sets, need, (struct joining){true, true});
}

/* ---- conditions ---- */

static struct literal_need *new_need(struct literal_needs *needs, size_t count)
{
    struct literal_need *need = arena_alloc(needs->arena, sizeof(*need));

    if (need)
        need->list = arena_array(needs->arena, count + 1, sizeof(*need->list));
    return need && need->list ? need : NULL;
}

static void add(struct literal_need *need, const struct alternative *alternative)
{
    if (!profiles_empty(alternative->profiles))
        need->list[need->count++] = *alternative;
}

static struct alternative anything(struct profile_set profiles)
{
    return (struct alternative){profiles,
                                {LITERAL_NO_SET, LITERAL_NO_SET, LITERAL_NO_SET, LITERAL_NO_SET}};
}

static struct profile_set possible(struct literal_needs *needs, uint32_t reference)
{
    return profiles_not(condition_weight(needs->weights, reference).fails);
}

static bool keeps_back(const struct literal_need *need)
{
    for (size_t i = 0; i < need->count; i++)
        if (!asks_for_nothing(&need->list[i]))
            return true;
    return false;
}

static bool is_rarer(struct literal_needs *needs, uint32_t set, uint32_t than)
{
    return than == LITERAL_NO_SET ||
           (set != LITERAL_NO_SET &&
            literal_set_chance(needs->sets, set) < literal_set_chance(needs->sets, than));
}

/* Asks for this set, too; of several of one text the rarest count. */
static void ask(struct literal_needs *needs, struct alternative *alternative, uint32_t set)
{
    uint32_t *first, *second = &alternative->sets[ALTERNATIVE_SECOND_PATH], other;

    if (set == LITERAL_NO_SET)
        return;
    first = &alternative->sets[literal_set_text(needs->sets, set)];
    if (set == *first || set == *second)
        return;
    other = set;
    if (is_rarer(needs, set, *first)) {
        other = *first;
        *first = set;
    }
    if (first == &alternative->sets[LITERAL_PATH] && is_rarer(needs, other, *second))
        *second = other;
}

/* Both must hold. */
static struct literal_need *both(struct literal_needs *needs, const struct literal_need *a,
                                 const struct literal_need *b)
{
    struct literal_need *product = new_need(needs, a->count * b->count);

    for (size_t i = 0; product && i < a->count * b->count; i++) {
        const struct alternative *left = &a->list[i / b->count], *right = &b->list[i % b->count];
        struct alternative joined = *left;

        joined.profiles = profiles_and(left->profiles, right->profiles);
        for (int text = 0; text < ALTERNATIVE_SETS; text++)
            ask(needs, &joined, right->sets[text]);
        add(product, &joined);
    }
    return product;
}

/* Starts with the part that needs the rarest, and takes the others along as long as
 * there are few alternatives. */
static struct literal_need *need_all(struct literal_needs *needs, uint32_t reference,
                                     const struct rule_condition *condition)
{
    struct literal_need *all = new_need(needs, 1);
    const struct alternative any = anything(possible(needs, reference));
    _cleanup_free_ const struct literal_need **parts =
        calloc(condition->part_count + 1, sizeof(*parts));

    if (!all || !parts)
        return NULL;
    add(all, &any);
    for (size_t i = 0; i < condition->part_count; i++) {
        parts[i] = literal_need_of(needs, condition->parts[i]);
        if (!parts[i])
            return NULL;
    }
    for (;;) {
        const struct literal_need **best = NULL;

        for (size_t i = 0; i < condition->part_count; i++)
            if (parts[i] && keeps_back(parts[i]) &&
                parts[i]->count * all->count <= LITERAL_NEED_LIMIT &&
                (!best || need_chance(needs->sets, parts[i]) < need_chance(needs->sets, *best)))
                best = &parts[i];
        if (!best)
            return all;
        all = both(needs, all, *best);
        *best = NULL;
        if (!all)
            return NULL;
        literal_need_merge(needs->sets, all);
        literal_need_join(needs->sets, all, LITERAL_NEED_LIMIT);
    }
}

/* One of the parts must hold, each negated when `negated`. */
static struct literal_need *need_one(struct literal_needs *needs, uint32_t reference,
                                     const struct rule_condition *condition, bool negated)
{
    struct profile_set profiles = possible(needs, reference);
    struct literal_need *one = new_need(needs, LITERAL_NEED_LIMIT * 2);

    for (size_t i = 0; one && i < condition->part_count; i++) {
        const struct literal_need *part =
            literal_need_of(needs, condition->parts[i] ^ (uint32_t)negated);

        if (!part)
            return NULL;
        for (size_t k = 0; k < part->count; k++) {
            struct alternative alternative = part->list[k];

            alternative.profiles = profiles_and(alternative.profiles, profiles);
            add(one, &alternative);
        }
        literal_need_merge(needs->sets, one);
        literal_need_join(needs->sets, one, LITERAL_NEED_LIMIT);
    }
    return one;
}

static struct literal_need *need_single(struct literal_needs *needs, uint32_t reference,
                                        const struct rule_condition *condition)
{
    struct literal_need *need = new_need(needs, 1);
    struct alternative alternative = anything(possible(needs, reference));
    uint32_t set = LITERAL_NO_SET;

    if (!need)
        return NULL;
    if (condition->kind == RULE_CONDITION_TEST && !(reference & 1))
        set = text_of_test(needs->sets, needs->program, condition, needs->call);
    if (set != LITERAL_NO_SET)
        alternative.sets[literal_set_text(needs->sets, set)] = set;
    add(need, &alternative);
    return need;
}

static struct literal_need *work_out(struct literal_needs *needs, uint32_t reference)
{
    struct rule_condition condition;
    bool negated = reference & 1;

    rule_condition_read(needs->program, reference / 2, &condition);
    if (condition.kind == RULE_CONDITION_AND)
        return negated ? need_one(needs, reference, &condition, true)
                       : need_all(needs, reference, &condition);
    if (condition.kind == RULE_CONDITION_ONE && !negated)
        return need_one(needs, reference, &condition, false);
    return need_single(needs, reference, &condition);
}

const struct literal_need *literal_need_of(struct literal_needs *needs, uint32_t reference)
{
    if (!needs->known[reference])
        needs->known[reference] = work_out(needs, reference);
    return needs->known[reference];
}
