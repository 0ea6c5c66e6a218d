#include "sensor/detect/literal-sets.h"

#include "base/hash.h"
#include "sensor/detect/filter-cuts.h"

enum {
    SETS_LIMIT = 64 << 20, /* bytes */
    BITS = 64,
    SHOWN = 6,
};

struct literal {
    enum literal_text text;
    enum literal_how how;
    struct view bytes;
};

struct set {
    enum literal_text text;
    uint32_t *literals; /* ascending */
    size_t count;
    uint64_t bit; /* 0: not used */
    float weight; /* the highest that it is used with */
};

struct literal_sets {
    struct arena *arena;
    struct hash_map *by_literal, *by_set; /* to number + 1 */
    struct literal *literals;
    size_t literal_count;
    struct set *sets;
    size_t set_count;
    unsigned used; /* bits */
    bool failed;
};

struct literal_sets *literal_sets_new(void)
{
    _cleanup_(literal_sets_free_p) struct literal_sets *sets = calloc(1, sizeof(*sets));

    if (!sets)
        return NULL;
    sets->arena = arena_new(SETS_LIMIT);
    sets->by_literal = hash_map_new();
    sets->by_set = hash_map_new();
    return sets->arena && sets->by_literal && sets->by_set ? take_ptr(&sets) : NULL;
}

void literal_sets_free(struct literal_sets *sets)
{
    if (!sets)
        return;
    arena_free(sets->arena);
    hash_map_free(sets->by_literal);
    hash_map_free(sets->by_set);
    free(sets);
}

static uint32_t fail(struct literal_sets *sets)
{
    sets->failed = true;
    return LITERAL_NO_SET;
}

/* The number kept under a key, or that of the next thing, kept from now on. */
static uint32_t number_of(struct literal_sets *sets, struct hash_map *map, struct view key,
                          size_t next, bool *ret_new)
{
    void *known = hash_map_get(map, key);

    *ret_new = !known;
    if (known)
        return (uint32_t)((uintptr_t)known - 1);
    key = arena_copy(sets->arena, key);
    if (!key.ptr || !hash_map_put(map, key, (void *)(uintptr_t)(next + 1)))
        return fail(sets);
    return (uint32_t)next;
}

uint32_t literal_of(struct literal_sets *sets, enum literal_text text, enum literal_how how,
                    struct view bytes)
{
    _cleanup_(buf_done) struct buf key = BUF_INIT(SETS_LIMIT);
    struct literal *literal;
    uint32_t number;
    bool is_new;

    buf_add_u8(&key, (uint8_t)text);
    buf_add_u8(&key, (uint8_t)how);
    buf_add(&key, bytes);
    if (key.failed)
        return fail(sets);
    number = number_of(sets, sets->by_literal, buf_view(&key), sets->literal_count, &is_new);
    if (number == LITERAL_NO_SET || !is_new)
        return number;
    literal = arena_push(sets->arena, &sets->literals, &sets->literal_count, sizeof(*literal));
    if (!literal)
        return fail(sets);
    *literal = (struct literal){text, how, arena_copy(sets->arena, bytes)};
    return literal->bytes.ptr || !bytes.len ? number : fail(sets);
}

/* The set of these literals, which ascend. */
static uint32_t intern(struct literal_sets *sets, enum literal_text text, const uint32_t *literals,
                       size_t count)
{
    struct view key = view_from(literals, count * sizeof(*literals));
    struct set *set;
    uint32_t number;
    bool is_new;

    number = number_of(sets, sets->by_set, key, sets->set_count, &is_new);
    if (number == LITERAL_NO_SET || !is_new)
        return number;
    set = arena_push(sets->arena, &sets->sets, &sets->set_count, sizeof(*set));
    if (!set)
        return fail(sets);
    set->text = text;
    set->literals = arena_array(sets->arena, count, sizeof(*set->literals));
    if (!set->literals)
        return fail(sets);
    memcpy(set->literals, literals, count * sizeof(*literals));
    set->count = count;
    return number;
}

static int compare_numbers(const void *a, const void *b)
{
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;

    return (left > right) - (left < right);
}

uint32_t literal_set_of(struct literal_sets *sets, uint32_t *literals, size_t count)
{
    size_t kept = 0;

    qsort(literals, count, sizeof(*literals), compare_numbers);
    if (!count || literals[count - 1] == LITERAL_NO_SET)
        return LITERAL_NO_SET;
    for (size_t i = 0; i < count; i++)
        if (!kept || literals[kept - 1] != literals[i])
            literals[kept++] = literals[i];
    return intern(sets, sets->literals[literals[0]].text, literals, kept);
}

uint32_t literal_set_union(struct literal_sets *sets, const uint32_t *list, size_t count)
{
    _cleanup_free_ uint32_t *all = NULL;
    size_t total = 0, at = 0;

    for (size_t i = 0; i < count; i++)
        total += sets->sets[list[i]].count;
    all = calloc(total + 1, sizeof(*all));
    if (!all)
        return fail(sets);
    for (size_t i = 0; i < count; i++) {
        const struct set *set = &sets->sets[list[i]];

        memcpy(all + at, set->literals, set->count * sizeof(*all));
        at += set->count;
    }
    return literal_set_of(sets, all, total);
}

enum literal_text literal_set_text(const struct literal_sets *sets, uint32_t set)
{
    return sets->sets[set].text;
}

/* Longer texts are rarer; these are no more than orders of magnitude. */
static float chance(const struct literal *literal)
{
    static const float of_kind[] = {
        [LITERAL_STARTS] = 1.0f, [LITERAL_ENDS] = 0.6f, [LITERAL_CONTAINS] = 1.2f,
        [LITERAL_TOP] = 0.01f,   [LITERAL_IS] = 0.03f,
    };
    float result = of_kind[literal->how];

    for (size_t i = 0; literal->how != LITERAL_IS && i < literal->bytes.len && i < 16; i++)
        result *= 0.75f;
    return result;
}

float literal_set_chance(const struct literal_sets *sets, uint32_t number)
{
    const struct set *set = &sets->sets[number];
    float sum = 0;

    for (size_t i = 0; i < set->count; i++)
        sum += chance(&sets->literals[set->literals[i]]);
    return sum < 1 ? sum : 1;
}

bool literal_sets_fit(const struct literal_sets *sets, const uint32_t *list, size_t count)
{
    unsigned wanted = 0; /* one that is there twice counts twice */

    for (size_t i = 0; i < count; i++)
        wanted += list[i] != LITERAL_NO_SET && !sets->sets[list[i]].bit;
    return sets->used + wanted <= BITS;
}

uint64_t literal_set_bit(struct literal_sets *sets, uint32_t number, float weight)
{
    struct set *set = &sets->sets[number];

    if (weight > set->weight)
        set->weight = weight;
    if (!set->bit)
        set->bit = UINT64_C(1) << sets->used++;
    return set->bit;
}

/* What the tables say of a literal. */
struct use {
    uint64_t bits; /* of all sets that have it */
    float weight;  /* the highest of theirs */
};

/* What finding one of its literals is worth: little when there are many that may be
 * anywhere, since a set holds back only when all of them are looked for. */
static float worth(const struct literal_sets *sets, const struct set *set)
{
    float anywhere = 1;

    for (size_t i = 0; i < set->count; i++)
        anywhere += sets->literals[set->literals[i]].how == LITERAL_CONTAINS;
    return set->weight / anywhere;
}

static struct use *literal_uses(const struct literal_sets *sets)
{
    struct use *uses = calloc(sets->literal_count + 1, sizeof(*uses));

    for (size_t i = 0; uses && i < sets->set_count; i++) {
        float weight = worth(sets, &sets->sets[i]);

        for (size_t k = 0; k < sets->sets[i].count; k++) {
            struct use *use = &uses[sets->sets[i].literals[k]];

            use->bits |= sets->sets[i].bit;
            if (weight > use->weight)
                use->weight = weight;
        }
    }
    return uses;
}

static uint64_t bits_of_text(const struct literal_sets *sets, enum literal_text text)
{
    uint64_t bits = 0;

    for (size_t i = 0; i < sets->set_count; i++)
        if (sets->sets[i].text == text)
            bits |= sets->sets[i].bit;
    return bits;
}

static void add_all(const struct literal_sets *sets, enum literal_text text, const struct use *uses,
                    struct filter_cuts *cuts)
{
    for (size_t i = 0; i < sets->literal_count; i++) {
        const struct literal *literal = &sets->literals[i];

        if (!uses[i].bits || literal->text != text)
            continue;
        if (literal->how == LITERAL_STARTS)
            filter_cuts_prefix(cuts, literal->bytes, uses[i].bits);
        else if (literal->how == LITERAL_ENDS)
            filter_cuts_suffix(cuts, literal->bytes, uses[i].bits);
        else if (literal->how == LITERAL_CONTAINS)
            filter_cuts_contains(cuts, literal->bytes, uses[i].bits, uses[i].weight);
        else
            cuts->text->top_bits |= uses[i].bits;
    }
}

/* Twice over the literals: cuts and pairs are chosen when all are known. */
static void fill_text(const struct literal_sets *sets, enum literal_text text,
                      const struct use *uses, struct filter_text *to)
{
    struct filter_cuts cuts;

    to->every = bits_of_text(sets, text);
    filter_cuts_begin(&cuts, to);
    add_all(sets, text, uses, &cuts);
    filter_cuts_choose(&cuts);
    add_all(sets, text, uses, &cuts);
}

void literal_sets_fill(const struct literal_sets *sets, struct filter *filter)
{
    _cleanup_free_ struct use *uses = literal_uses(sets);

    if (!uses) { /* then everything is found everywhere */
        filter->path.always = filter->raw.always = filter->name_always = UINT64_MAX;
        filter->path.every = filter->raw.every = UINT64_MAX;
        return;
    }
    fill_text(sets, LITERAL_PATH, uses, &filter->path);
    fill_text(sets, LITERAL_RAW, uses, &filter->raw);
    for (size_t i = 0; i < sets->literal_count; i++) {
        const struct literal *literal = &sets->literals[i];

        if (uses[i].bits && literal->text == LITERAL_NAME &&
            !filter_add_name(filter, literal->bytes.ptr, (uint32_t)literal->bytes.len,
                             uses[i].bits))
            filter->name_always |= uses[i].bits;
    }
}

static void write_literal(const struct literal *literal, struct buf *to)
{
    bool before = literal->how == LITERAL_ENDS || literal->how == LITERAL_CONTAINS;
    bool behind = literal->how == LITERAL_STARTS || literal->how == LITERAL_CONTAINS;

    if (literal->how == LITERAL_TOP)
        buf_add_str(to, "/* without another /");
    else
        buf_addf(to, "%s%.*s%s", before ? "*" : "", VIEW_ARG(literal->bytes), behind ? "*" : "");
}

void literal_set_write(const struct literal_sets *sets, uint32_t number, struct buf *to)
{
    const struct set *set = &sets->sets[number];

    for (size_t i = 0; i < set->count && i < SHOWN; i++) {
        buf_add_str(to, i ? ", " : "");
        write_literal(&sets->literals[set->literals[i]], to);
    }
    if (set->count > SHOWN)
        buf_addf(to, ", ... (%zu more)", set->count - SHOWN);
}

bool literal_sets_failed(const struct literal_sets *sets)
{
    return sets->failed || arena_failed(sets->arena, "rules", NULL);
}
