/* CVSS 3.0 and 3.1: first.org/cvss/v3.1/specification-document, section 7.
 *
 * Values are integers in units of 10^-18, exact but for the powers of a
 * changed scope, whose error of some 10^-17 is far below what decides. */
#include "model/cvss-metric.h"

enum { AV, AC, PR, UI, S, C, I, A, E, RL, RC, CR, IR, AR, MAV, MAC, MPR, MUI, MS, MC, MI, MA };

enum { SCOPE_UNCHANGED, SCOPE_CHANGED, NOT_DEFINED = -1 };

#define REQUIREMENT(name)                                                                          \
    {                                                                                              \
        VIEW(name), true,                                                                          \
        {                                                                                          \
            {VIEW("X"), 10}, {VIEW("L"), 5}, {VIEW("M"), 10},                                      \
            {                                                                                      \
                VIEW("H"), 15                                                                      \
            }                                                                                      \
        }                                                                                          \
    }
#define IMPACT(name)                                                                               \
    {                                                                                              \
        VIEW(name), false,                                                                         \
        {                                                                                          \
            {VIEW("H"), 56}, {VIEW("L"), 22},                                                      \
            {                                                                                      \
                VIEW("N"), 0                                                                       \
            }                                                                                      \
        }                                                                                          \
    }
#define MODIFIED_IMPACT(name)                                                                      \
    {                                                                                              \
        VIEW(name), true,                                                                          \
        {                                                                                          \
            {VIEW("X"), NOT_DEFINED}, {VIEW("H"), 56}, {VIEW("L"), 22},                            \
            {                                                                                      \
                VIEW("N"), 0                                                                       \
            }                                                                                      \
        }                                                                                          \
    }

/* Weights are in hundredths, requirements in tenths. */
const struct cvss_metric cvss3_metrics[CVSS3_METRICS] = {
    [AV] = {VIEW("AV"),
            false,
            {{VIEW("N"), 85}, {VIEW("A"), 62}, {VIEW("L"), 55}, {VIEW("P"), 20}}},
    [AC] = {VIEW("AC"), false, {{VIEW("L"), 77}, {VIEW("H"), 44}}},
    [PR] = {VIEW("PR"), false, {{VIEW("N"), 85}, {VIEW("L"), 62}, {VIEW("H"), 27}}},
    [UI] = {VIEW("UI"), false, {{VIEW("N"), 85}, {VIEW("R"), 62}}},
    [S] = {VIEW("S"), false, {{VIEW("U"), SCOPE_UNCHANGED}, {VIEW("C"), SCOPE_CHANGED}}},
    [C] = IMPACT("C"),
    [I] = IMPACT("I"),
    [A] = IMPACT("A"),
    [E] = {VIEW("E"),
           true,
           {{VIEW("X"), 100}, {VIEW("U"), 91}, {VIEW("P"), 94}, {VIEW("F"), 97}, {VIEW("H"), 100}}},
    [RL] =
        {VIEW("RL"),
         true,
         {{VIEW("X"), 100}, {VIEW("O"), 95}, {VIEW("T"), 96}, {VIEW("W"), 97}, {VIEW("U"), 100}}},
    [RC] = {VIEW("RC"),
            true,
            {{VIEW("X"), 100}, {VIEW("U"), 92}, {VIEW("R"), 96}, {VIEW("C"), 100}}},
    [CR] = REQUIREMENT("CR"),
    [IR] = REQUIREMENT("IR"),
    [AR] = REQUIREMENT("AR"),
    [MAV] = {VIEW("MAV"),
             true,
             {{VIEW("X"), NOT_DEFINED},
              {VIEW("N"), 85},
              {VIEW("A"), 62},
              {VIEW("L"), 55},
              {VIEW("P"), 20}}},
    [MAC] = {VIEW("MAC"), true, {{VIEW("X"), NOT_DEFINED}, {VIEW("L"), 77}, {VIEW("H"), 44}}},
    [MPR] = {VIEW("MPR"),
             true,
             {{VIEW("X"), NOT_DEFINED}, {VIEW("N"), 85}, {VIEW("L"), 62}, {VIEW("H"), 27}}},
    [MUI] = {VIEW("MUI"), true, {{VIEW("X"), NOT_DEFINED}, {VIEW("N"), 85}, {VIEW("R"), 62}}},
    [MS] = {VIEW("MS"),
            true,
            {{VIEW("X"), NOT_DEFINED}, {VIEW("U"), SCOPE_UNCHANGED}, {VIEW("C"), SCOPE_CHANGED}}},
    [MC] = MODIFIED_IMPACT("MC"),
    [MI] = MODIFIED_IMPACT("MI"),
    [MA] = MODIFIED_IMPACT("MA"),
};

typedef __int128 fixed;

static const fixed ONE = 1000000000000000000;
static const fixed TENTH = 100000000000000000;

/* What the equations need, from the base metrics or from the modified ones. */
struct inputs {
    int attack_vector, attack_complexity, privileges, interaction, scope; /* hundredths */
    int impact[3], requirement[3];                                        /* hundredths, tenths */
};

static int modified(const struct cvss_vector *v, size_t metric, bool environmental)
{
    int weight = environmental ? cvss_weight(v, MAV + (metric - AV)) : NOT_DEFINED;

    return weight == NOT_DEFINED ? cvss_weight(v, metric) : weight;
}

static struct inputs inputs_of(const struct cvss_vector *v, bool environmental)
{
    struct inputs in = {
        .attack_vector = modified(v, AV, environmental),
        .attack_complexity = modified(v, AC, environmental),
        .privileges = modified(v, PR, environmental),
        .interaction = modified(v, UI, environmental),
        .scope = modified(v, S, environmental),
    };

    /* Table 15: privileges weigh less where the scope changes. */
    if (in.scope == SCOPE_CHANGED && in.privileges != 85)
        in.privileges = in.privileges == 62 ? 68 : 50;
    for (size_t i = 0; i < 3; i++) {
        in.impact[i] = modified(v, C + i, environmental);
        in.requirement[i] = environmental ? cvss_weight(v, CR + i) : 10;
    }
    return in;
}

static fixed multiply(fixed a, fixed b)
{
    return a * b / ONE;
}

static fixed power(fixed base, int exponent)
{
    fixed result = ONE;

    while (exponent-- > 0)
        result = multiply(result, base);
    return result;
}

/* 1 - (1 - C CR) (1 - I IR) (1 - A AR), at most 0.915 */
static fixed impact_subscore(const struct inputs *in)
{
    const fixed limit = ONE / 1000 * 915;
    fixed safe = ONE / 1000000000, subscore;

    for (size_t i = 0; i < 3; i++)
        safe *= 1000 - in->impact[i] * in->requirement[i];
    subscore = ONE - safe;
    return subscore < limit ? subscore : limit;
}

/* 3.1 has equations of its own for the modified impact (section 7.3). */
static fixed impact_of(const struct inputs *in, bool modified_3_1)
{
    fixed subscore = impact_subscore(in), falloff;

    if (in->scope == SCOPE_UNCHANGED)
        return subscore * 642 / 100;
    if (modified_3_1)
        falloff = power(subscore / 10000 * 9731 - ONE / 50, 13);
    else
        falloff = power(subscore - ONE / 50, 15);
    return (subscore - ONE / 1000 * 29) * 752 / 100 - falloff * 325 / 100;
}

static fixed exploitability_of(const struct inputs *in)
{
    return (fixed)822 * in->attack_vector * in->attack_complexity * in->privileges *
           in->interaction * (ONE / 10000000000);
}

/* To tenths: 3.0 takes the smallest that is not less; 3.1 first rounds to five
 * places (appendix A). */
static int round_up(const struct cvss_vector *v, fixed value)
{
    const fixed fifth_place = ONE / 100000;

    if (v->version == CVSS_3_1)
        value = (value + fifth_place / 2) / fifth_place * fifth_place;
    return (int)((value + TENTH - 1) / TENTH);
}

/* The score before the temporal metrics, in tenths. */
static int combined(const struct cvss_vector *v, bool environmental)
{
    struct inputs in = inputs_of(v, environmental);
    fixed impact = impact_of(&in, environmental && v->version == CVSS_3_1);
    fixed sum = impact + exploitability_of(&in);

    if (impact <= 0)
        return 0;
    if (in.scope == SCOPE_CHANGED)
        sum = sum * 108 / 100;
    return round_up(v, sum < 10 * ONE ? sum : 10 * ONE);
}

static int with_temporal(const struct cvss_vector *v, int tenths)
{
    return round_up(v, (fixed)tenths * cvss_weight(v, E) * cvss_weight(v, RL) * cvss_weight(v, RC) *
                           (TENTH / 1000000));
}

void cvss3_score(const struct cvss_vector *vector, struct cvss *ret)
{
    int base = combined(vector, false);

    ret->base = ret->score = base / 10.0;
    ret->temporal = ret->environmental = with_temporal(vector, base) / 10.0;
    if (cvss_defines(vector, CR, CVSS3_METRICS))
        ret->environmental = with_temporal(vector, combined(vector, true)) / 10.0;
}
