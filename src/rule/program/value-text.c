#include "rule/program/value-text.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "rule/program/network.h"

/* The shortest digits that give the same double. */
static int print_decimal(double value, char *buffer)
{
    int length = 0;

    for (int digits = 15; digits <= 17; digits++) {
        length = snprintf(buffer, RULE_VALUE_TEXT_ROOM, "%.*g", digits, value);
        if (isnan(value) || strtod(buffer, NULL) == value)
            break;
    }
    return length;
}

bool rule_value_text(const struct rule_value *value, char buffer[static RULE_VALUE_TEXT_ROOM],
                     struct view *ret)
{
    int length;

    *ret = value->type == RULE_BOOL ? VIEW_EMPTY : value->text; /* YAML's "yes" is true */
    if (value->type == RULE_NODE)
        return false;
    if (ret->len || value->type == RULE_TEXT || value->type == RULE_PATH ||
        value->type == RULE_FLAGS)
        return true;
    switch (value->type) {
    case RULE_NUMBER:
    case RULE_TIME:
        length = snprintf(buffer, RULE_VALUE_TEXT_ROOM, "%" PRId64, value->number);
        *ret = view_from(buffer, (size_t)length);
        return true;
    case RULE_DECIMAL:
        *ret = view_from(buffer, (size_t)print_decimal(value->decimal, buffer));
        return true;
    case RULE_BOOL:
        *ret = value->boolean ? VIEW("true") : VIEW("false");
        return true;
    case RULE_ADDRESS:
    case RULE_NETWORK:
        *ret = rule_network_text(value, buffer);
        return true;
    default:
        return false;
    }
}

struct rule_value rule_value_of_text(struct view text)
{
    return (struct rule_value){.type = RULE_TEXT, .text = text};
}

struct rule_values rule_values_of(const struct rule_value *value)
{
    return (struct rule_values){true, false, value, 1, false};
}
