#include "model/severity.h"

#include "base/text.h"

const char *severity_name(enum severity severity)
{
    static const char *const names[SEVERITY_COUNT] = {
        TR_KEY("unknown"), TR_KEY("negligible"), TR_KEY("low"),
        TR_KEY("medium"),  TR_KEY("high"),       TR_KEY("critical"),
    };

    return severity < SEVERITY_COUNT ? names[severity] : names[SEVERITY_UNKNOWN];
}

bool severity_parse(struct view text, enum severity *ret)
{
    static const struct {
        struct view word;
        enum severity severity;
    } words[] = {
        {VIEW("critical"), SEVERITY_CRITICAL},     {VIEW("high"), SEVERITY_HIGH},
        {VIEW("important"), SEVERITY_HIGH},        {VIEW("medium"), SEVERITY_MEDIUM},
        {VIEW("moderate"), SEVERITY_MEDIUM},       {VIEW("low"), SEVERITY_LOW},
        {VIEW("negligible"), SEVERITY_NEGLIGIBLE}, {VIEW("unimportant"), SEVERITY_NEGLIGIBLE},
        {VIEW("none"), SEVERITY_NEGLIGIBLE},       {VIEW("unknown"), SEVERITY_UNKNOWN},
        {VIEW("untriaged"), SEVERITY_UNKNOWN},     {VIEW("not yet assigned"), SEVERITY_UNKNOWN},
        {VIEW("end-of-life"), SEVERITY_UNKNOWN},
    };

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (!view_eq_nocase(text, words[i].word))
            continue;
        *ret = words[i].severity;
        return true;
    }
    return false;
}

enum severity severity_of_score(double score)
{
    if (score >= 9.0)
        return SEVERITY_CRITICAL;
    if (score >= 7.0)
        return SEVERITY_HIGH;
    if (score >= 4.0)
        return SEVERITY_MEDIUM;
    return score > 0.0 ? SEVERITY_LOW : SEVERITY_NEGLIGIBLE;
}
