#include "rule/ruleset.h"

static const struct {
    const char *name;
    enum severity severity;
} priorities[RULE_PRIORITY_COUNT] = {
    [RULE_EMERGENCY] = {"Emergency", SEVERITY_CRITICAL},
    [RULE_ALERT] = {"Alert", SEVERITY_CRITICAL},
    [RULE_CRITICAL] = {"Critical", SEVERITY_CRITICAL},
    [RULE_ERROR] = {"Error", SEVERITY_HIGH},
    [RULE_WARNING] = {"Warning", SEVERITY_MEDIUM},
    [RULE_NOTICE] = {"Notice", SEVERITY_LOW},
    [RULE_INFORMATIONAL] = {"Informational", SEVERITY_NEGLIGIBLE},
    [RULE_DEBUG] = {"Debug", SEVERITY_NEGLIGIBLE},
};

const char *rule_priority_name(enum rule_priority priority)
{
    return priorities[priority].name;
}

bool rule_priority_parse(struct view text, enum rule_priority *ret)
{
    if (view_eq_nocase(text, VIEW("info"))) {
        *ret = RULE_INFORMATIONAL;
        return true;
    }
    for (size_t i = 0; i < RULE_PRIORITY_COUNT; i++)
        if (view_eq_nocase(text, view_of(priorities[i].name))) {
            *ret = (enum rule_priority)i;
            return true;
        }
    return false;
}

enum severity rule_priority_severity(enum rule_priority priority)
{
    return priorities[priority].severity;
}
