#include "rule/value.h"

#include "base/text.h"

const char *rule_type_name(enum rule_type type)
{
    static const char *const names[RULE_TYPE_COUNT] = {
        [RULE_TEXT] = TR_KEY("text"),       [RULE_PATH] = TR_KEY("path"),
        [RULE_NUMBER] = TR_KEY("number"),   [RULE_BOOL] = TR_KEY("boolean"),
        [RULE_TIME] = TR_KEY("time"),       [RULE_ADDRESS] = TR_KEY("address"),
        [RULE_NETWORK] = TR_KEY("network"), [RULE_FLAGS] = TR_KEY("flags"),
        [RULE_DECIMAL] = TR_KEY("decimal"), [RULE_ANY] = TR_KEY("any"),
        [RULE_NODE] = TR_KEY("node"),
    };

    return names[type];
}
