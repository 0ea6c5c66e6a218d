#include "sensor/detect/filter-cuts.h"

void filter_cuts_begin(struct filter_cuts *cuts, struct filter_text *text)
{
    *cuts = (struct filter_cuts){.text = text};
}

/* ---- prefixes and suffixes ---- */

/* How many texts have a certain beginning of that length, about. */
static double chance(uint32_t cut)
{
    double result = 1;

    while (cut--)
        result *= 0.7;
    return result;
}

/* What the literals of lengths first..last cost when they are cut at `first`. */
static double cost(const uint32_t *counts, uint32_t first, uint32_t last)
{
    double count = 0;

    for (uint32_t length = first; length <= last; length++)
        count += counts[length];
    return count * chance(first);
}

/* The cuts with the least cost, by dynamic programming over lengths: best[n][l] is
 * the least cost of the lengths from l on with n cuts, the first of them at l. */
static uint32_t choose_cuts(const uint32_t *counts, uint32_t limit, uint8_t *ret_cuts)
{
    double best[FILTER_CUTS + 1][FILTER_CUT_LIMIT + 2];
    uint8_t next[FILTER_CUTS + 1][FILTER_CUT_LIMIT + 2] = {0};
    uint32_t least = 1, count = 0;

    while (least <= limit && !counts[least])
        least++;
    if (least > limit)
        return 0;
    for (uint32_t n = 1; n <= FILTER_CUTS; n++) {
        for (uint32_t at = limit; at >= least; at--) {
            best[n][at] = cost(counts, at, limit);
            for (uint32_t then = at + 1; n > 1 && then <= limit; then++) {
                double both = cost(counts, at, then - 1) + best[n - 1][then];

                if (both >= best[n][at])
                    continue;
                best[n][at] = both;
                next[n][at] = (uint8_t)then;
            }
        }
    }
    for (uint32_t n = FILTER_CUTS, at = least; at; at = next[n--][at])
        ret_cuts[count++] = (uint8_t)at;
    return count;
}

/* The longest cut that is not longer; 0: none. */
static uint32_t cut_for(const uint8_t *cuts, uint32_t count, size_t length)
{
    uint32_t cut = 0;

    for (uint32_t i = 0; i < count; i++)
        if (cuts[i] <= length)
            cut = cuts[i];
    return cut;
}

void filter_cuts_prefix(struct filter_cuts *cuts, struct view literal, uint64_t bits)
{
    size_t length = literal.len < FILTER_CUT_LIMIT ? literal.len : FILTER_CUT_LIMIT;
    struct filter_text *text = cuts->text;
    uint32_t cut;

    if (!cuts->chosen) {
        cuts->prefixes[length]++;
        return;
    }
    cut = cut_for(text->prefix_cut, text->prefix_cut_count, length);
    if (!cut || !filter_add_prefix(text, literal.ptr, cut, bits))
        text->always |= bits;
}

void filter_cuts_suffix(struct filter_cuts *cuts, struct view literal, uint64_t bits)
{
    size_t length = literal.len < FILTER_SUFFIX_LIMIT ? literal.len : FILTER_SUFFIX_LIMIT;
    struct filter_text *text = cuts->text;
    uint32_t cut;

    if (!cuts->chosen) {
        cuts->suffixes[length]++;
        return;
    }
    cut = cut_for(text->suffix_cut, text->suffix_cut_count, length);
    if (!cut || !filter_add_suffix(text, literal.ptr + literal.len - cut, cut, bits))
        text->always |= bits;
}

void filter_cuts_choose(struct filter_cuts *cuts)
{
    struct filter_text *text = cuts->text;

    cuts->chosen = true;
    text->prefix_cut_count = choose_cuts(cuts->prefixes, FILTER_CUT_LIMIT, text->prefix_cut);
    text->suffix_cut_count = choose_cuts(cuts->suffixes, FILTER_SUFFIX_LIMIT, text->suffix_cut);
}

/* ---- pairs ---- */

/* How common a byte is in paths, 0 to 9: letters by their use in names of files,
 * marks by theirs. */
static unsigned commonness(char c)
{
    static const struct {
        const char *bytes;
        unsigned common;
    } classes[] = {
        {"/e", 9},     {"sritanol", 8},        {"cdupm.", 7},
        {"hgbf-_", 6}, {"0123456789xyvkw", 5}, {"zjq", 3},
    };

    for (size_t i = 0; c && i < sizeof(classes) / sizeof(classes[0]); i++)
        if (strchr(classes[i].bytes, c))
            return classes[i].common;
    return 2;
}

static unsigned pair_commonness(const char *pair)
{
    unsigned together = commonness(pair[0]) * commonness(pair[1]);
    bool dots = pair[0] == '.' && pair[1] == '.';
    bool hidden = pair[0] == '/' && pair[1] == '.';

    return dots || hidden ? together / 2 : together; /* rarer than their bytes */
}

static uint32_t find_pair(const struct filter_text *text, struct view literal)
{
    for (uint32_t p = 0; p < text->pair_count; p++)
        for (size_t i = 0; i + 1 < literal.len; i++)
            if (memcmp(literal.ptr + i, text->pair[p], 2) == 0)
                return p;
    return FILTER_PAIRS;
}

/* A literal that has no pair yet takes the rarest of its own. */
static uint32_t add_pair(struct filter_text *text, struct view literal)
{
    const char *rarest = NULL;

    for (size_t i = 0; i + 1 < literal.len; i++) {
        const char *pair = literal.ptr + i;

        if (pair[0] && pair[1] && (!rarest || pair_commonness(pair) < pair_commonness(rarest)))
            rarest = pair;
    }
    if (!rarest || text->pair_count == FILTER_PAIRS)
        return FILTER_PAIRS;
    memcpy(text->pair[text->pair_count], rarest, 2);
    return text->pair_count++;
}

void filter_cuts_contains(struct filter_cuts *cuts, struct view literal, uint64_t bits)
{
    struct filter_text *text = cuts->text;
    uint32_t pair;

    if (!cuts->chosen)
        return;
    pair = find_pair(text, literal);
    if (pair == FILTER_PAIRS)
        pair = add_pair(text, literal);
    if (pair == FILTER_PAIRS)
        text->always |= bits;
    else
        text->pair_bits[pair] |= bits;
}
