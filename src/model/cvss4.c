/* CVSS 4.0: first.org/cvss/v4-0/specification-document, section 8.
 *
 * A vector falls into one of 270 macro vectors by six equivalence classes
 * (EQ 1 to 6, of which 3 and 6 are one dimension here). The macro vector has a
 * score; inside it, the score is interpolated: along each dimension, the part
 * of the way to the next lower macro vector that the vector is away from the
 * most severe vector of its own.
 */
#include "model/cvss-metric.h"

enum {
    AV,
    AC,
    AT,
    PR,
    UI,
    VC,
    VI,
    VA,
    SC,
    SI,
    SA, /* base */
    E,  /* threat */
    CR,
    IR,
    AR, /* environmental */
    MAV,
    MAC,
    MAT,
    MPR,
    MUI,
    MVC,
    MVI,
    MVA,
    MSC,
    MSI,
    MSA,
    S,
    AU,
    R,
    V,
    RE,
    U, /* supplemental: no part of the score */
};

enum { NOT_DEFINED = -1 };

#define IMPACT(name)                                                                               \
    {                                                                                              \
        VIEW(name), false,                                                                         \
        {                                                                                          \
            {VIEW("H"), 0}, {VIEW("L"), 1},                                                        \
            {                                                                                      \
                VIEW("N"), 2                                                                       \
            }                                                                                      \
        }                                                                                          \
    }
#define MODIFIED_IMPACT(name)                                                                      \
    {                                                                                              \
        VIEW(name), true,                                                                          \
        {                                                                                          \
            {VIEW("X"), NOT_DEFINED}, {VIEW("H"), 0}, {VIEW("L"), 1},                              \
            {                                                                                      \
                VIEW("N"), 2                                                                       \
            }                                                                                      \
        }                                                                                          \
    }
#define SUBSEQUENT(name)                                                                           \
    {                                                                                              \
        VIEW(name), false,                                                                         \
        {                                                                                          \
            {VIEW("H"), 1}, {VIEW("L"), 2},                                                        \
            {                                                                                      \
                VIEW("N"), 3                                                                       \
            }                                                                                      \
        }                                                                                          \
    }
#define REQUIREMENT(name)                                                                          \
    {                                                                                              \
        VIEW(name), true,                                                                          \
        {                                                                                          \
            {VIEW("X"), 0}, {VIEW("H"), 0}, {VIEW("M"), 1},                                        \
            {                                                                                      \
                VIEW("L"), 2                                                                       \
            }                                                                                      \
        }                                                                                          \
    }

/* The weight is the severity level of the value: the steps from the worst one. */
const struct cvss_metric cvss4_metrics[CVSS4_METRICS] = {
    [AV] = {VIEW("AV"), false, {{VIEW("N"), 0}, {VIEW("A"), 1}, {VIEW("L"), 2}, {VIEW("P"), 3}}},
    [AC] = {VIEW("AC"), false, {{VIEW("L"), 0}, {VIEW("H"), 1}}},
    [AT] = {VIEW("AT"), false, {{VIEW("N"), 0}, {VIEW("P"), 1}}},
    [PR] = {VIEW("PR"), false, {{VIEW("N"), 0}, {VIEW("L"), 1}, {VIEW("H"), 2}}},
    [UI] = {VIEW("UI"), false, {{VIEW("N"), 0}, {VIEW("P"), 1}, {VIEW("A"), 2}}},
    [VC] = IMPACT("VC"),
    [VI] = IMPACT("VI"),
    [VA] = IMPACT("VA"),
    [SC] = SUBSEQUENT("SC"),
    [SI] = SUBSEQUENT("SI"),
    [SA] = SUBSEQUENT("SA"),
    [E] = {VIEW("E"), true, {{VIEW("X"), 0}, {VIEW("A"), 0}, {VIEW("P"), 1}, {VIEW("U"), 2}}},
    [CR] = REQUIREMENT("CR"),
    [IR] = REQUIREMENT("IR"),
    [AR] = REQUIREMENT("AR"),
    [MAV] = {VIEW("MAV"),
             true,
             {{VIEW("X"), NOT_DEFINED},
              {VIEW("N"), 0},
              {VIEW("A"), 1},
              {VIEW("L"), 2},
              {VIEW("P"), 3}}},
    [MAC] = {VIEW("MAC"), true, {{VIEW("X"), NOT_DEFINED}, {VIEW("L"), 0}, {VIEW("H"), 1}}},
    [MAT] = {VIEW("MAT"), true, {{VIEW("X"), NOT_DEFINED}, {VIEW("N"), 0}, {VIEW("P"), 1}}},
    [MPR] = {VIEW("MPR"),
             true,
             {{VIEW("X"), NOT_DEFINED}, {VIEW("N"), 0}, {VIEW("L"), 1}, {VIEW("H"), 2}}},
    [MUI] = {VIEW("MUI"),
             true,
             {{VIEW("X"), NOT_DEFINED}, {VIEW("N"), 0}, {VIEW("P"), 1}, {VIEW("A"), 2}}},
    [MVC] = MODIFIED_IMPACT("MVC"),
    [MVI] = MODIFIED_IMPACT("MVI"),
    [MVA] = MODIFIED_IMPACT("MVA"),
    [MSC] = {VIEW("MSC"),
             true,
             {{VIEW("X"), NOT_DEFINED}, {VIEW("H"), 1}, {VIEW("L"), 2}, {VIEW("N"), 3}}},
    [MSI] = {VIEW("MSI"),
             true,
             {{VIEW("X"), NOT_DEFINED},
              {VIEW("S"), 0},
              {VIEW("H"), 1},
              {VIEW("L"), 2},
              {VIEW("N"), 3}}},
    [MSA] = {VIEW("MSA"),
             true,
             {{VIEW("X"), NOT_DEFINED},
              {VIEW("S"), 0},
              {VIEW("H"), 1},
              {VIEW("L"), 2},
              {VIEW("N"), 3}}},
    [S] = {VIEW("S"), true, {{VIEW("X"), 0}, {VIEW("N"), 0}, {VIEW("P"), 0}}},
    [AU] = {VIEW("AU"), true, {{VIEW("X"), 0}, {VIEW("N"), 0}, {VIEW("Y"), 0}}},
    [R] = {VIEW("R"), true, {{VIEW("X"), 0}, {VIEW("A"), 0}, {VIEW("U"), 0}, {VIEW("I"), 0}}},
    [V] = {VIEW("V"), true, {{VIEW("X"), 0}, {VIEW("D"), 0}, {VIEW("C"), 0}}},
    [RE] = {VIEW("RE"), true, {{VIEW("X"), 0}, {VIEW("L"), 0}, {VIEW("M"), 0}, {VIEW("H"), 0}}},
    [U] = {VIEW("U"),
           true,
           {{VIEW("X"), 0},
            {VIEW("Clear"), 0},
            {VIEW("Green"), 0},
            {VIEW("Amber"), 0},
            {VIEW("Red"), 0}}},
};

/* The scores of the macro vectors in tenths, as published with the
 * specification: by EQ1, EQ2, EQ3 and EQ6 (00, 01, 10, 11, 21), EQ4, EQ5. */
static const uint8_t scores[3][2][5][3][3] = {
    {
        {
            {{100, 98, 95}, {100, 93, 91}, {93, 89, 81}},
            {{99, 95, 92}, {96, 87, 81}, {90, 80, 68}},
            {{98, 95, 90}, {93, 89, 81}, {88, 78, 69}},
            {{95, 92, 84}, {92, 81, 65}, {80, 70, 48}},
            {{92, 82, 72}, {79, 69, 50}, {69, 55, 27}},
        },
        {
            {{99, 95, 92}, {95, 90, 84}, {92, 82, 72}},
            {{97, 92, 85}, {91, 83, 71}, {81, 71, 53}},
            {{95, 92, 85}, {92, 80, 70}, {84, 71, 50}},
            {{93, 85, 73}, {82, 72, 59}, {70, 52, 30}},
            {{86, 75, 52}, {71, 52, 29}, {63, 29, 17}},
        },
    },
    {
        {
            {{98, 94, 91}, {94, 86, 77}, {87, 74, 63}},
            {{95, 87, 81}, {89, 74, 64}, {75, 63, 49}},
            {{94, 88, 76}, {86, 74, 59}, {72, 57, 52}},
            {{89, 77, 67}, {76, 58, 50}, {57, 52, 25}},
            {{83, 70, 54}, {65, 58, 26}, {53, 21, 13}},
        },
        {
            {{95, 88, 76}, {90, 75, 61}, {77, 68, 52}},
            {{90, 76, 70}, {77, 62, 53}, {66, 59, 30}},
            {{89, 76, 62}, {74, 57, 47}, {61, 57, 24}},
            {{78, 67, 58}, {59, 57, 23}, {52, 29, 16}},
            {{71, 59, 30}, {58, 26, 15}, {23, 13, 6}},
        },
    },
    {
        {
            {{93, 86, 75}, {86, 74, 56}, {70, 52, 40}},
            {{87, 72, 58}, {74, 61, 34}, {54, 40, 22}},
            {{85, 74, 62}, {72, 55, 46}, {53, 34, 19}},
            {{75, 55, 51}, {57, 41, 19}, {36, 19, 8}},
            {{64, 51, 20}, {47, 21, 11}, {24, 9, 4}},
        },
        {
            {{88, 73, 60}, {73, 59, 41}, {54, 45, 20}},
            {{75, 53, 50}, {55, 40, 20}, {43, 22, 11}},
            {{75, 58, 40}, {61, 48, 20}, {46, 17, 8}},
            {{55, 45, 21}, {51, 18, 9}, {18, 7, 2}},
            {{53, 24, 14}, {24, 12, 5}, {10, 3, 1}},
        },
    },
};

enum { DIMENSIONS = 5, LEVELS_MAX = 6, MAXIMA_MAX = 5, CLASSES_MAX = 5 };
enum { DIMENSION_EQ1, DIMENSION_EQ2, DIMENSION_EQ3_EQ6, DIMENSION_EQ4, DIMENSION_EQ5 };
enum { EQ36_00, EQ36_01, EQ36_10, EQ36_11, EQ36_21 };

/* For each dimension: its metrics, and for each of its classes the most severe
 * vectors of the class (section 8.3, table of highest severity vectors) and
 * the depth, the steps from there to the least severe one. */
static const struct dimension {
    uint8_t metrics[LEVELS_MAX];
    uint8_t metric_count, class_count;
    struct {
        uint8_t maxima[MAXIMA_MAX][LEVELS_MAX];
        uint8_t maximum_count, depth;
    } classes[CLASSES_MAX];
} dimensions[DIMENSIONS] = {
    [DIMENSION_EQ1] = {{AV, PR, UI},
                       3,
                       3,
                       {
                           {{{0, 0, 0}}, 1, 1},
                           {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}, 3, 4},
                           {{{3, 0, 0}, {1, 1, 1}}, 2, 5},
                       }},
    [DIMENSION_EQ2] = {{AC, AT},
                       2,
                       2,
                       {
                           {{{0, 0}}, 1, 1},
                           {{{1, 0}, {0, 1}}, 2, 2},
                       }},
    [DIMENSION_EQ3_EQ6] = {{VC, VI, VA, CR, IR, AR},
                           6,
                           5,
                           {
                               [EQ36_00] = {{{0, 0, 0, 0, 0, 0}}, 1, 7},
                               [EQ36_01] = {{{0, 0, 1, 1, 1, 0}, {0, 0, 0, 1, 1, 1}}, 2, 6},
                               [EQ36_10] = {{{1, 0, 0, 0, 0, 0}, {0, 1, 0, 0, 0, 0}}, 2, 8},
                               [EQ36_11] = {{{1, 0, 1, 0, 1, 0},
                                             {1, 0, 0, 0, 1, 1},
                                             {0, 1, 0, 1, 0, 1},
                                             {0, 1, 1, 1, 0, 0},
                                             {1, 1, 0, 0, 0, 1}},
                                            5,
                                            8},
                               [EQ36_21] = {{{1, 1, 1, 0, 0, 0}}, 1, 10},
                           }},
    [DIMENSION_EQ4] = {{SC, SI, SA},
                       3,
                       3,
                       {
                           {{{1, 0, 0}}, 1, 6},
                           {{{1, 1, 1}}, 1, 5},
                           {{{2, 2, 2}}, 1, 4},
                       }},
    /* Exploit maturity has no steps inside a class. */
    [DIMENSION_EQ5] = {{E}, 0, 3, {{{{0}}, 1, 1}, {{{0}}, 1, 1}, {{{0}}, 1, 1}}},
};

struct macro {
    uint8_t class[DIMENSIONS];
};

/* The levels that count: modified metrics stand in for their base metric. */
static void read_levels(const struct cvss_vector *v, bool base_only, int level[static MAV])
{
    for (size_t i = AV; i < MAV; i++) {
        bool optional = i >= E;
        int modified = optional || base_only ? NOT_DEFINED : cvss_weight(v, MAV + (i - AV));

        level[i] = modified != NOT_DEFINED ? modified : cvss_weight(v, i);
        if (optional && base_only)
            level[i] = 0;
    }
}

static uint8_t eq1_of(const int *level)
{
    int none = (level[AV] == 0) + (level[PR] == 0) + (level[UI] == 0);

    if (none == 3)
        return 0;
    return none > 0 && level[AV] != 3 ? 1 : 2;
}

static uint8_t eq3_eq6_of(const int *level)
{
    bool high[3], required = false;

    for (size_t i = 0; i < 3; i++) {
        high[i] = level[VC + i] == 0;
        required |= high[i] && level[CR + i] == 0;
    }
    if (high[0] && high[1])
        return required ? EQ36_00 : EQ36_01;
    if (high[0] || high[1] || high[2])
        return required ? EQ36_10 : EQ36_11;
    return EQ36_21;
}

static uint8_t eq4_of(const int *level)
{
    if (level[SI] == 0 || level[SA] == 0)
        return 0;
    return level[SC] == 1 || level[SI] == 1 || level[SA] == 1 ? 1 : 2;
}

static struct macro macro_of(const int *level)
{
    return (struct macro){{
        [DIMENSION_EQ1] = eq1_of(level),
        [DIMENSION_EQ2] = level[AC] > 0 || level[AT] > 0,
        [DIMENSION_EQ3_EQ6] = eq3_eq6_of(level),
        [DIMENSION_EQ4] = eq4_of(level),
        [DIMENSION_EQ5] = (uint8_t)level[E],
    }};
}

static int score_of(const struct macro *macro)
{
    const uint8_t *c = macro->class;

    return scores[c[DIMENSION_EQ1]][c[DIMENSION_EQ2]][c[DIMENSION_EQ3_EQ6]][c[DIMENSION_EQ4]]
                 [c[DIMENSION_EQ5]];
}

static int score_with(struct macro macro, size_t dimension, uint8_t class)
{
    macro.class[dimension] = class;
    return score_of(&macro);
}

/* The score of the next lower macro vector along a dimension, or -1. */
static int next_lower(const struct macro *macro, size_t dimension)
{
    static const uint8_t below[] = {[EQ36_01] = EQ36_11, [EQ36_10] = EQ36_11, [EQ36_11] = EQ36_21};
    uint8_t class = macro->class[dimension];

    if (class + 1 == dimensions[dimension].class_count)
        return -1;
    if (dimension != DIMENSION_EQ3_EQ6)
        return score_with(*macro, dimension, class + 1);
    if (class == EQ36_00) { /* two are next: the higher score counts */
        int left = score_with(*macro, dimension, EQ36_01);
        int right = score_with(*macro, dimension, EQ36_10);

        return left > right ? left : right;
    }
    return score_with(*macro, dimension, below[class]);
}

/* The steps from the first of the class's most severe vectors that is nowhere
 * below this one. */
static int distance(const struct macro *macro, size_t dimension, const int *level)
{
    const struct dimension *d = &dimensions[dimension];
    uint8_t class = macro->class[dimension];

    for (size_t i = 0; i < d->classes[class].maximum_count; i++) {
        int sum = 0;
        bool above = true;

        for (size_t m = 0; m < d->metric_count; m++) {
            int steps = level[d->metrics[m]] - d->classes[class].maxima[i][m];

            above &= steps >= 0;
            sum += steps;
        }
        if (above)
            return sum;
    }
    return 0;
}

static bool without_impact(const int *level)
{
    for (size_t i = VC; i <= SA; i++)
        if (level[i] != (i <= VA ? 2 : 3))
            return false;
    return true;
}

/* In tenths. The mean of fractions is kept over the common denominator of all
 * depths, 840, so that halves are told exactly. */
static int interpolated(const int *level)
{
    enum { COMMON = 840 };
    struct macro macro = macro_of(level);
    int score = score_of(&macro), count = 0, sum = 0;

    for (size_t i = 0; i < DIMENSIONS; i++) {
        int lower = next_lower(&macro, i);

        if (lower < 0 || lower > score)
            continue;
        count++;
        sum += (score - lower) * distance(&macro, i, level) *
               (COMMON / dimensions[i].classes[macro.class[i]].depth);
    }
    if (count == 0)
        return score;
    score = (2 * (score * count * COMMON - sum) + count * COMMON) / (2 * count * COMMON);
    return score > 0 ? score : 0;
}

static double scored(const struct cvss_vector *v, bool base_only)
{
    int level[MAV];

    read_levels(v, base_only, level);
    return without_impact(level) ? 0.0 : interpolated(level) / 10.0;
}

void cvss4_score(const struct cvss_vector *vector, struct cvss *ret)
{
    ret->base = scored(vector, true);
    ret->score = ret->temporal = ret->environmental = scored(vector, false);
}
