#include "rule/expression.h"

static const struct {
    const char *name;
    bool list;
} operators[RULE_OPERATOR_COUNT] = {
    [RULE_EXISTS] = {"exists", false},
    [RULE_EQUAL] = {"=", false},
    [RULE_NOT_EQUAL] = {"!=", false},
    [RULE_LESS] = {"<", false},
    [RULE_LESS_EQUAL] = {"<=", false},
    [RULE_GREATER] = {">", false},
    [RULE_GREATER_EQUAL] = {">=", false},
    [RULE_CONTAINS] = {"contains", false},
    [RULE_ICONTAINS] = {"icontains", false},
    [RULE_BCONTAINS] = {"bcontains", false},
    [RULE_STARTSWITH] = {"startswith", false},
    [RULE_BSTARTSWITH] = {"bstartswith", false},
    [RULE_ENDSWITH] = {"endswith", false},
    [RULE_GLOB] = {"glob", false},
    [RULE_IGLOB] = {"iglob", false},
    [RULE_REGEX] = {"regex", false},
    [RULE_IN] = {"in", true},
    [RULE_INTERSECTS] = {"intersects", true},
    [RULE_PMATCH] = {"pmatch", true},
};

const char *rule_operator_name(enum rule_operator op)
{
    return operators[op].name;
}

bool rule_operator_takes_list(enum rule_operator op)
{
    return operators[op].list;
}

bool rule_operator_parse(struct view name, enum rule_operator *ret)
{
    if (view_eq(name, VIEW("=="))) {
        *ret = RULE_EQUAL;
        return true;
    }
    for (size_t i = 0; i < RULE_OPERATOR_COUNT; i++)
        if (view_eq(name, view_of(operators[i].name))) {
            *ret = (enum rule_operator)i;
            return true;
        }
    return false;
}
