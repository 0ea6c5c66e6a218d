#include "sensor/detect/filter-cuts.h"

/* Looking for a pair costs time on every path: not for what hardly matters. */
#define LEAST_WEIGHT 0.01f

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

/* Of how many paths in a thousand the pair is part: counted on a Debian machine for
 * those that are common, guessed from their bytes for others. */
static unsigned pair_commonness(const char *pair)
{
    static const struct {
        const char *pairs;
        unsigned common;
    } known[] = {
        {"r/ us sr /u /s s/ e/ re ar in li /l er sh b/ ha l/ ib ac on en el sy", 400},
        {"es ne ke st /i /d /p ng nt rn ys le de /k ma co al ve g/ /t /e ge ca ts tr te ra /c or "
         ".p "
         "it oc /m ev is ci at an",
         200},
        {"pa ch ns di ck ti n/ la th lo ab od t- py ll e_ ho ic ri cl ta ag nc sl yt c/ se pe m/ "
         "-p "
         "/a et s_ lu il mo do fo /x ai t/ 64 ka me ud /v he ol ex ls .h a/ so nd nf as no /f /n "
         "io "
         ".g _p gz .s /r em t_ sc .c va rs",
         100},
        {"ig nu /b /_ op ro to n- fi wa o/ po e- _e /g im rc ce ec /o ss s. na bl cp ul p/ ct x- "
         "d/ om "
         "dw pl rt _s bo -l ap am gn gr c. rm pr id md fs y/ __ .m mb -g _m e. ym un r_ vm ut xt "
         "bu "
         "t. du pn ni u/ lt si /L pi vi ba _i bi _r os cm ip ed k/ ms mp tc ru mi pk n. ak xf ub",
         60},
        {"/. ku zm cd nv d_ h_", 6},
    };
    char sought[3] = {pair[0], pair[1], '\0'};

    for (size_t i = 0; pair[0] && pair[1] && i < sizeof(known) / sizeof(known[0]); i++)
        for (const char *at = known[i].pairs; (at = strstr(at, sought)); at++)
            if ((at - known[i].pairs) % 3 == 0)
                return known[i].common;
    return commonness(pair[0]) * commonness(pair[1]) / 2;
}

static bool has_pair(struct view literal, const uint8_t pair[2])
{
    for (size_t i = 0; i + 1 < literal.len; i++)
        if (memcmp(literal.ptr + i, pair, 2) == 0)
            return true;
    return false;
}

/* What is gained by looking for a pair: the weight of the literals that have it, for
 * how often other texts have it, too. */
static float gain(const struct filter_cuts *cuts, const uint8_t pair[2])
{
    float weight = 0;

    for (size_t i = 0; i < cuts->wanted_count; i++)
        if (cuts->wanted[i].weight > 0 && has_pair(cuts->wanted[i].literal, pair))
            weight += cuts->wanted[i].weight;
    return weight / (float)pair_commonness((const char *)pair);
}

/* The pair with the highest gain among those of the literals that have none. */
static bool best_pair(const struct filter_cuts *cuts, uint8_t ret[2])
{
    float best = 0;

    for (size_t i = 0; i < cuts->wanted_count; i++) {
        struct view literal = cuts->wanted[i].literal;

        for (size_t k = 0; cuts->wanted[i].weight > 0 && k + 1 < literal.len; k++) {
            const uint8_t *pair = (const uint8_t *)literal.ptr + k;
            float gained;

            if (!pair[0] || !pair[1]) /* texts end with zeros */
                continue;
            gained = gain(cuts, pair);
            if (gained <= best)
                continue;
            best = gained;
            memcpy(ret, pair, 2);
        }
    }
    return best > 0;
}

static void choose_pairs(struct filter_cuts *cuts)
{
    struct filter_text *text = cuts->text;

    while (text->pair_count < FILTER_PAIRS && best_pair(cuts, text->pair[text->pair_count])) {
        const uint8_t *pair = text->pair[text->pair_count++];

        for (size_t i = 0; i < cuts->wanted_count; i++)
            if (has_pair(cuts->wanted[i].literal, pair))
                cuts->wanted[i].weight = 0;
    }
}

void filter_cuts_contains(struct filter_cuts *cuts, struct view literal, uint64_t bits,
                          float weight)
{
    struct filter_text *text = cuts->text;

    if (!cuts->chosen) {
        if (cuts->wanted_count < FILTER_CUTS_WANTED && weight >= LEAST_WEIGHT)
            cuts->wanted[cuts->wanted_count++] = (struct wanted_pair){literal, weight};
        return;
    }
    for (uint32_t p = 0; p < text->pair_count; p++)
        if (has_pair(literal, text->pair[p])) {
            filter_add_pair(text, p, bits);
            return;
        }
    text->always |= bits;
}

void filter_cuts_choose(struct filter_cuts *cuts)
{
    struct filter_text *text = cuts->text;

    cuts->chosen = true;
    choose_pairs(cuts);
    text->prefix_cut_count = choose_cuts(cuts->prefixes, FILTER_CUT_LIMIT, text->prefix_cut);
    text->suffix_cut_count = choose_cuts(cuts->suffixes, FILTER_SUFFIX_LIMIT, text->suffix_cut);
}
