#include "rule/program/number.h"

#include <math.h>
#include <stdlib.h>

enum { DECIMAL_LENGTH_LIMIT = 64 };

struct rule_number rule_number_whole(int64_t integer)
{
    return (struct rule_number){true, integer, (double)integer};
}

static struct rule_number decimal(double value)
{
    bool whole = value >= -0x1p63 && value < 0x1p63 && trunc(value) == value;

    return (struct rule_number){whole, whole ? (int64_t)value : 0, value};
}

static int digit_of(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return 16;
}

static bool parse_whole(struct view text, int64_t *ret)
{
    bool negative = text.len && text.ptr[0] == '-';
    int base = 10;
    int64_t value = 0;

    if (text.len && (text.ptr[0] == '-' || text.ptr[0] == '+'))
        text = view_sub(text, 1, text.len);
    if (text.len > 2 && text.ptr[0] == '0' && (text.ptr[1] | 0x20) == 'x') {
        base = 16;
        text = view_sub(text, 2, text.len);
    }
    if (!text.len)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        int digit = digit_of(text.ptr[i]);

        if (digit >= base || __builtin_mul_overflow(value, base, &value) ||
            __builtin_add_overflow(value, negative ? -digit : digit, &value))
            return false;
    }
    *ret = value;
    return true;
}

static bool parse_decimal(struct view text, double *ret)
{
    char copy[DECIMAL_LENGTH_LIMIT + 1], *end;

    if (!text.len || text.len > DECIMAL_LENGTH_LIMIT)
        return false;
    for (size_t i = 0; i < text.len; i++)
        if (!text.ptr[i] || !strchr("0123456789+-.eE", text.ptr[i]))
            return false;
    memcpy(copy, text.ptr, text.len);
    copy[text.len] = '\0';
    *ret = strtod(copy, &end);
    return end == copy + text.len && isfinite(*ret);
}

bool rule_number_parse(struct view text, struct rule_number *ret)
{
    int64_t whole;
    double value;

    if (parse_whole(text, &whole)) {
        *ret = rule_number_whole(whole);
        return true;
    }
    if (!parse_decimal(text, &value))
        return false;
    *ret = decimal(value);
    return true;
}

bool rule_number_of(const struct rule_value *value, struct rule_number *ret)
{
    switch (value->type) {
    case RULE_NUMBER:
    case RULE_TIME:
        *ret = rule_number_whole(value->number);
        return true;
    case RULE_DECIMAL:
        *ret = decimal(value->decimal);
        return true;
    default:
        return false;
    }
}

int rule_number_compare(struct rule_number a, struct rule_number b)
{
    long double left = a.whole ? (long double)a.integer : (long double)a.decimal;
    long double right = b.whole ? (long double)b.integer : (long double)b.decimal;

    if (a.whole && b.whole)
        return (a.integer > b.integer) - (a.integer < b.integer);
    if (isnan(left) || isnan(right))
        return isnan(left) - isnan(right);
    return (left > right) - (left < right);
}
