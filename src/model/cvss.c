#include "model/cvss.h"

#include "model/cvss-metric.h"

static const struct {
    const char *name;
    struct view prefix;
    const struct cvss_metric *metrics;
    size_t metric_count;
    void (*score)(const struct cvss_vector *vector, struct cvss *ret);
} versions[CVSS_VERSION_COUNT] = {
    [CVSS_2_0] = {"2.0", VIEW(""), cvss2_metrics, CVSS2_METRICS, cvss2_score},
    [CVSS_3_0] = {"3.0", VIEW("CVSS:3.0/"), cvss3_metrics, CVSS3_METRICS, cvss3_score},
    [CVSS_3_1] = {"3.1", VIEW("CVSS:3.1/"), cvss3_metrics, CVSS3_METRICS, cvss3_score},
    [CVSS_4_0] = {"4.0", VIEW("CVSS:4.0/"), cvss4_metrics, CVSS4_METRICS, cvss4_score},
};

const char *cvss_version_name(enum cvss_version version)
{
    return versions[version].name;
}

static int take_version(struct view *vector, enum cvss_version *ret, struct error *err)
{
    if (!view_starts(*vector, VIEW("CVSS:"))) {
        if (view_starts(*vector, VIEW("(")) && view_ends(*vector, VIEW(")")))
            *vector = view_sub(*vector, 1, vector->len - 2);
        *ret = CVSS_2_0;
        return 0;
    }
    for (size_t i = CVSS_3_0; i < CVSS_VERSION_COUNT; i++) {
        if (!view_starts(*vector, versions[i].prefix))
            continue;
        *vector = view_strip_prefix(*vector, versions[i].prefix);
        *ret = (enum cvss_version)i;
        return 0;
    }
    return error_set(err, ERROR_INPUT, "CVSS vector %.*s: unknown version", VIEW_ARG(*vector));
}

static bool find_metric(const struct cvss_vector *vector, struct view name, size_t *ret)
{
    for (size_t i = 0; i < vector->metric_count; i++) {
        if (!view_eq(name, vector->metrics[i].name))
            continue;
        *ret = i;
        return true;
    }
    return false;
}

static bool find_value(const struct cvss_metric *metric, struct view name, uint8_t *ret)
{
    for (size_t i = 0; i < CVSS_VALUES_MAX && metric->values[i].name.len > 0; i++) {
        if (!view_eq(name, metric->values[i].name))
            continue;
        *ret = (uint8_t)i;
        return true;
    }
    return false;
}

static int read_metrics(struct view rest, struct cvss_vector *vector, uint32_t *ret_given,
                        struct error *err)
{
    uint32_t given = 0;

    while (rest.ptr) {
        struct view value = view_cut(&rest, '/'), name = view_cut(&value, ':');
        size_t metric;

        if (!find_metric(vector, name, &metric))
            return error_set(err, ERROR_INPUT, "CVSS vector: unknown metric \"%.*s\"",
                             VIEW_ARG(name));
        if (given & (1u << metric))
            return error_set(err, ERROR_INPUT, "CVSS vector: metric %.*s is there twice",
                             VIEW_ARG(name));
        if (!find_value(&vector->metrics[metric], value, &vector->value[metric]))
            return error_set(err, ERROR_INPUT, "CVSS vector: metric %.*s has no value \"%.*s\"",
                             VIEW_ARG(name), VIEW_ARG(value));
        given |= 1u << metric;
    }
    *ret_given = given;
    return 0;
}

static int check_base(const struct cvss_vector *vector, uint32_t given, struct error *err)
{
    for (size_t i = 0; i < vector->metric_count; i++)
        if (!vector->metrics[i].optional && !(given & (1u << i)))
            return error_set(err, ERROR_INPUT, "CVSS vector: base metric %.*s is missing",
                             VIEW_ARG(vector->metrics[i].name));
    return 0;
}

int cvss_parse(struct view text, struct cvss *ret, struct error *err)
{
    struct cvss_vector vector = {0};
    struct cvss cvss = {0};
    uint32_t given = 0;
    int r;

    if (text.len == 0)
        return error_set(err, ERROR_INPUT, "CVSS vector: empty");
    if (text.len > CVSS_LENGTH_LIMIT)
        return error_set(err, ERROR_LIMIT, "CVSS vector: longer than %d bytes", CVSS_LENGTH_LIMIT);
    r = take_version(&text, &vector.version, err);
    if (r < 0)
        return r;
    vector.metrics = versions[vector.version].metrics;
    vector.metric_count = versions[vector.version].metric_count;
    r = read_metrics(text, &vector, &given, err);
    if (r < 0)
        return r;
    r = check_base(&vector, given, err);
    if (r < 0)
        return r;
    cvss.version = vector.version;
    versions[vector.version].score(&vector, &cvss);
    cvss.rating = severity_of_score(cvss.score);
    if (cvss.version == CVSS_2_0 && cvss.rating > SEVERITY_HIGH)
        cvss.rating = SEVERITY_HIGH;
    *ret = cvss;
    return 0;
}
