#include "rule/program/literal.h"

#include "base/text.h"

#include "rule/program/network.h"
#include "rule/program/time.h"
#include "rule/program/value-text.h"

static int wrong(const struct rule_literal *literal, const char *expected, struct error *err)
{
    return error_set(err, ERROR_INPUT, "\"%.*s\" is not %s", VIEW_ARG(literal->text), tr(expected));
}

static void read_all(struct rule_literal *literal)
{
    literal->is_number = rule_number_parse(literal->text, &literal->number);
    literal->is_boolean =
        view_eq(literal->text, VIEW("true")) || view_eq(literal->text, VIEW("false"));
    literal->boolean = view_eq(literal->text, VIEW("true"));
    literal->is_network = rule_network_parse(literal->text, &literal->network);
}

static int check_time(struct rule_literal *literal, struct error *err)
{
    int64_t time;

    if (!rule_time_parse(literal->text, &time))
        return wrong(literal, TR_KEY("a time: nanoseconds, 90s, 1h30m, or 2026-01-31T12:00:00Z"),
                     err);
    literal->is_number = true;
    literal->number = rule_number_whole(time);
    return 0;
}

int rule_literal_parse(struct view text, enum rule_type type, struct rule_literal *ret,
                       struct error *err)
{
    struct rule_literal literal = {.text = text};
    int status = 0;

    read_all(&literal);
    switch (type) {
    case RULE_NUMBER:
        if (!literal.is_number || !literal.number.whole)
            status = wrong(&literal, TR_KEY("a whole number"), err);
        break;
    case RULE_DECIMAL:
        if (!literal.is_number)
            status = wrong(&literal, TR_KEY("a number"), err);
        break;
    case RULE_BOOL:
        if (!literal.is_boolean)
            status = wrong(&literal, TR_KEY("true or false"), err);
        break;
    case RULE_TIME:
        status = check_time(&literal, err);
        break;
    case RULE_ADDRESS:
    case RULE_NETWORK:
        if (!literal.is_network)
            status = wrong(&literal, TR_KEY("an address or a range such as 10.0.0.0/8"), err);
        break;
    default:
        break;
    }
    if (!status)
        *ret = literal;
    return status;
}

struct rule_value rule_literal_value(const struct rule_literal *literal, enum rule_type type)
{
    struct rule_value value = {.type = type, .text = literal->text};

    switch (type) {
    case RULE_NUMBER:
    case RULE_TIME:
        value.number = literal->number.integer;
        break;
    case RULE_DECIMAL:
        value.decimal = literal->number.decimal;
        break;
    case RULE_BOOL:
        value.boolean = literal->boolean;
        break;
    case RULE_ADDRESS:
    case RULE_NETWORK:
        value.address = literal->network;
        break;
    default:
        value.type = type == RULE_PATH || type == RULE_FLAGS ? type : RULE_TEXT;
        break;
    }
    return value;
}

static bool in_network(const struct rule_address *network, const struct rule_address *address)
{
    uint8_t prefix, all;
    struct rule_address whole = *address;
    unsigned __int128 range = rule_network_bits(network, &prefix), bits;

    whole.prefix = (uint8_t)(whole.length * 8);
    bits = rule_network_bits(&whole, &all);
    return prefix == 0 || range >> (128 - prefix) == bits >> (128 - prefix);
}

bool rule_literal_equals(const struct rule_literal *literal, const struct rule_value *value)
{
    char buffer[RULE_VALUE_TEXT_ROOM];
    struct rule_number number;
    struct view text;

    if ((value->type == RULE_ADDRESS || value->type == RULE_NETWORK) && literal->is_network)
        return in_network(&literal->network, &value->address);
    if (rule_number_of(value, &number) && literal->is_number)
        return rule_number_compare(number, literal->number) == 0;
    if (value->type == RULE_BOOL)
        return literal->is_boolean && literal->boolean == value->boolean;
    return rule_value_text(value, buffer, &text) && view_eq(text, literal->text);
}
