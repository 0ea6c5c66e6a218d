/* CVSS 2.0: first.org/cvss/v2/guide, section 3.2. */
#include "model/cvss-metric.h"

enum { AV, AC, AU, C, I, A, E, RL, RC, CDP, TD, CR, IR, AR };

/* Base metrics are in thousandths, CDP in tenths, the others in hundredths. */
const struct cvss_metric cvss2_metrics[CVSS2_METRICS] = {
    [AV] = {VIEW("AV"), false, {{VIEW("L"), 395}, {VIEW("A"), 646}, {VIEW("N"), 1000}}},
    [AC] = {VIEW("AC"), false, {{VIEW("H"), 350}, {VIEW("M"), 610}, {VIEW("L"), 710}}},
    [AU] = {VIEW("Au"), false, {{VIEW("M"), 450}, {VIEW("S"), 560}, {VIEW("N"), 704}}},
    [C] = {VIEW("C"), false, {{VIEW("N"), 0}, {VIEW("P"), 275}, {VIEW("C"), 660}}},
    [I] = {VIEW("I"), false, {{VIEW("N"), 0}, {VIEW("P"), 275}, {VIEW("C"), 660}}},
    [A] = {VIEW("A"), false, {{VIEW("N"), 0}, {VIEW("P"), 275}, {VIEW("C"), 660}}},
    [E] = {VIEW("E"),
           true,
           {{VIEW("ND"), 100},
            {VIEW("U"), 85},
            {VIEW("POC"), 90},
            {VIEW("F"), 95},
            {VIEW("H"), 100}}},
    [RL] = {VIEW("RL"),
            true,
            {{VIEW("ND"), 100},
             {VIEW("OF"), 87},
             {VIEW("TF"), 90},
             {VIEW("W"), 95},
             {VIEW("U"), 100}}},
    [RC] = {VIEW("RC"),
            true,
            {{VIEW("ND"), 100}, {VIEW("UC"), 90}, {VIEW("UR"), 95}, {VIEW("C"), 100}}},
    [CDP] = {VIEW("CDP"),
             true,
             {{VIEW("ND"), 0},
              {VIEW("N"), 0},
              {VIEW("L"), 1},
              {VIEW("LM"), 3},
              {VIEW("MH"), 4},
              {VIEW("H"), 5}}},
    [TD] =
        {VIEW("TD"),
         true,
         {{VIEW("ND"), 100}, {VIEW("N"), 0}, {VIEW("L"), 25}, {VIEW("M"), 75}, {VIEW("H"), 100}}},
    [CR] = {VIEW("CR"),
            true,
            {{VIEW("ND"), 100}, {VIEW("L"), 50}, {VIEW("M"), 100}, {VIEW("H"), 151}}},
    [IR] = {VIEW("IR"),
            true,
            {{VIEW("ND"), 100}, {VIEW("L"), 50}, {VIEW("M"), 100}, {VIEW("H"), 151}}},
    [AR] = {VIEW("AR"),
            true,
            {{VIEW("ND"), 100}, {VIEW("L"), 50}, {VIEW("M"), 100}, {VIEW("H"), 151}}},
};

/* value / unit to the nearest integer, halves away from zero. */
static int round_to(__int128 value, __int128 unit)
{
    __int128 half = unit / 2;

    return (int)((value < 0 ? value - half : value + half) / unit);
}

static int64_t power_of_ten(int exponent)
{
    int64_t power = 1;

    while (exponent-- > 0)
        power *= 10;
    return power;
}

/* 10.41 (1 - (1 - C CR) (1 - I IR) (1 - A AR)), in 10^-17. */
static int64_t impact_of(const struct cvss_vector *v, bool adjusted)
{
    int64_t safe = 1;

    for (size_t i = 0; i < 3; i++) {
        int64_t requirement = adjusted ? cvss_weight(v, CR + i) : 100;

        safe *= power_of_ten(5) - cvss_weight(v, C + i) * requirement;
    }
    return 1041 * (power_of_ten(15) - safe);
}

/* (0.6 impact + 0.4 exploitability - 1.5) f(impact), in tenths. The adjusted
 * one may fall below zero, as the equations have it. */
static int base_of(const struct cvss_vector *v, bool adjusted)
{
    int64_t impact = impact_of(v, adjusted), ten = power_of_ten(18);
    /* 0.4 * 20 AV AC Au, in 10^-9 */
    int64_t exploitability =
        8 * (int64_t)cvss_weight(v, AV) * cvss_weight(v, AC) * cvss_weight(v, AU);
    __int128 sum;

    if (impact == 0)
        return 0;
    if (adjusted && impact > ten)
        impact = ten;
    sum = (__int128)6 * impact + (__int128)exploitability * power_of_ten(9) -
          15 * (__int128)power_of_ten(17); /* in 10^-18 */
    return round_to(sum * 1176, (__int128)power_of_ten(18) * 100);
}

static int temporal_of(const struct cvss_vector *v, int base)
{
    return round_to((__int128)base * cvss_weight(v, E) * cvss_weight(v, RL) * cvss_weight(v, RC),
                    power_of_ten(6));
}

/* (AdjustedTemporal + (10 - AdjustedTemporal) CDP) TD, in tenths. */
static int environmental_of(const struct cvss_vector *v)
{
    int temporal = temporal_of(v, base_of(v, true));
    int with_damage = 10 * temporal + (100 - temporal) * cvss_weight(v, CDP);
    int score = round_to((__int128)with_damage * cvss_weight(v, TD), power_of_ten(3));

    return score > 0 ? score : 0;
}

void cvss2_score(const struct cvss_vector *vector, struct cvss *ret)
{
    int base = base_of(vector, false);

    ret->base = ret->score = base / 10.0;
    ret->temporal = temporal_of(vector, base) / 10.0;
    ret->environmental =
        cvss_defines(vector, CDP, CVSS2_METRICS) ? environmental_of(vector) / 10.0 : ret->temporal;
}
