/* The metrics of one version of CVSS as a table, and a vector read by it:
 * what cvss.c parses and the three calculators score. */
#pragma once

#include "model/cvss.h"

enum { CVSS_METRICS_MAX = 32, CVSS_VALUES_MAX = 6 };

struct cvss_value {
    struct view name;
    int weight; /* the unit is the calculator's */
};

struct cvss_metric {
    struct view name;
    bool optional; /* then its first value is "not defined", taken when it is missing */
    struct cvss_value values[CVSS_VALUES_MAX];
};

struct cvss_vector {
    enum cvss_version version;
    const struct cvss_metric *metrics;
    size_t metric_count;
    uint8_t value[CVSS_METRICS_MAX]; /* index into the metric's values */
};

static inline int cvss_weight(const struct cvss_vector *vector, size_t metric)
{
    return vector->metrics[metric].values[vector->value[metric]].weight;
}

/* Whether any of the optional metrics [from, to) has a value but "not defined". */
static inline bool cvss_defines(const struct cvss_vector *vector, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        if (vector->value[i] > 0)
            return true;
    return false;
}

enum { CVSS2_METRICS = 14, CVSS3_METRICS = 22, CVSS4_METRICS = 32 };
extern const struct cvss_metric cvss2_metrics[CVSS2_METRICS];
extern const struct cvss_metric cvss3_metrics[CVSS3_METRICS];
extern const struct cvss_metric cvss4_metrics[CVSS4_METRICS];

/* Fill base, temporal, environmental and score. */
void cvss2_score(const struct cvss_vector *vector, struct cvss *ret);
void cvss3_score(const struct cvss_vector *vector, struct cvss *ret);
void cvss4_score(const struct cvss_vector *vector, struct cvss *ret);
