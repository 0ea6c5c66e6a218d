#include "rule/transformer.h"

static const struct transformer transformers[RULE_TRANSFORMER_COUNT] = {
    [RULE_TOLOWER] = {"tolower", {TRANSFORMER_FIELD}, false, "tolower(field)"},
    [RULE_TOUPPER] = {"toupper", {TRANSFORMER_FIELD}, false, "toupper(field)"},
    [RULE_B64] = {"b64", {TRANSFORMER_FIELD}, false, "b64(field)"},
    [RULE_BASENAME] = {"basename", {TRANSFORMER_FIELD}, false, "basename(field)"},
    [RULE_LEN] = {"len", {TRANSFORMER_FIELD}, false, "len(field)"},
    [RULE_JOIN] = {"join",
                   {TRANSFORMER_TEXT, TRANSFORMER_PARTS},
                   true,
                   "join(\"separator\", field, ...)"},
    [RULE_CONCAT] = {"concat", {TRANSFORMER_PARTS}, false, "concat(field, \"text\", ...)"},
    [RULE_GETOPT] = {"getopt",
                     {TRANSFORMER_FIELD, TRANSFORMER_TEXT},
                     false,
                     "getopt(list, \"ab:c\")"},
    [RULE_VAL] = {"val", {TRANSFORMER_FIELD}, false, "val(field)"},
    [RULE_DEFAULT] = {"default",
                      {TRANSFORMER_FIELD, TRANSFORMER_LITERAL},
                      false,
                      "default(field, value)"},
    [RULE_QUANTITY] = {"quantity", {TRANSFORMER_FIELD}, false, "quantity(field)"},
};

const struct transformer *transformer_get(enum rule_transformer transformer)
{
    return &transformers[transformer];
}

const char *rule_transformer_name(enum rule_transformer transformer)
{
    return transformers[transformer].name;
}

bool transformer_parse(struct view name, enum rule_transformer *ret)
{
    for (size_t i = 0; i < RULE_TRANSFORMER_COUNT; i++)
        if (view_eq(name, view_of(transformers[i].name))) {
            *ret = (enum rule_transformer)i;
            return true;
        }
    return false;
}
