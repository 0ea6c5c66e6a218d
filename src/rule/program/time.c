#include "rule/program/time.h"

#include <time.h>

#define SECOND INT64_C(1000000000)

static const struct unit {
    struct view name;
    int64_t nanoseconds;
} units[] = {
    {{"ns", 2}, 1},
    {{"us", 2}, 1000},
    {{"ms", 2}, 1000000},
    {{"s", 1}, SECOND},
    {{"m", 1}, 60 * SECOND},
    {{"h", 1}, 3600 * SECOND},
    {{"d", 1}, 86400 * SECOND},
};

static const struct unit *find_unit(struct view name)
{
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
        if (view_eq(units[i].name, name))
            return &units[i];
    return NULL;
}

static size_t span(struct view text, size_t at, bool digits)
{
    size_t from = at;

    while (at < text.len && (text.ptr[at] >= '0' && text.ptr[at] <= '9') == digits &&
           (digits || text.ptr[at] != '.'))
        at++;
    return at - from;
}

/* Digits behind the point, as billionths. */
static int64_t billionths(struct view digits)
{
    int64_t value = 0;

    for (size_t i = 0; i < 9; i++)
        value = value * 10 + (i < digits.len ? digits.ptr[i] - '0' : 0);
    return value;
}

/* One "1.5h" at *at. */
static bool add_part(struct view text, size_t *at, int64_t *total)
{
    size_t whole = span(text, *at, true), fraction = 0, name;
    const struct unit *unit;
    uint64_t count = 0;
    int64_t part;

    if (!whole || !view_to_u64(view_sub(text, *at, whole), &count) || count > INT64_MAX)
        return false;
    *at += whole;
    if (*at < text.len && text.ptr[*at] == '.')
        fraction = span(text, ++*at, true);
    name = span(text, *at + fraction, false);
    unit = find_unit(view_sub(text, *at + fraction, name));
    if (!unit || __builtin_mul_overflow((int64_t)count, unit->nanoseconds, &part))
        return false;
    part +=
        (int64_t)((__int128)billionths(view_sub(text, *at, fraction)) * unit->nanoseconds / SECOND);
    *at += fraction + name;
    return part >= 0 && !__builtin_add_overflow(*total, part, total);
}

static bool parse_duration(struct view text, int64_t *ret)
{
    bool negative = text.len && text.ptr[0] == '-';
    size_t at = negative;
    int64_t total = 0;

    if (at == text.len)
        return false;
    while (at < text.len)
        if (!add_part(text, &at, &total))
            return false;
    *ret = negative ? -total : total;
    return true;
}

static bool field(struct view text, size_t at, size_t len, int low, int high, int *ret)
{
    uint64_t value;

    if (at + len > text.len || !view_to_u64(view_sub(text, at, len), &value) ||
        value < (uint64_t)low || value > (uint64_t)high)
        return false;
    *ret = (int)value;
    return true;
}

/* "Z" or "+08:00" at `at`, to the end; seconds east. */
static bool parse_zone(struct view text, size_t at, int64_t *ret)
{
    int hours, minutes;
    char sign;

    if (at >= text.len)
        return false;
    sign = text.ptr[at];
    if (sign == 'Z' || sign == 'z') {
        *ret = 0;
        return at + 1 == text.len;
    }
    if ((sign != '+' && sign != '-') || text.len != at + 6 || text.ptr[at + 3] != ':' ||
        !field(text, at + 1, 2, 0, 23, &hours) || !field(text, at + 4, 2, 0, 59, &minutes))
        return false;
    *ret = (hours * 3600 + minutes * 60) * (sign == '-' ? -1 : 1);
    return true;
}

static bool parse_instant(struct view text, int64_t *ret)
{
    struct tm tm = {0};
    int64_t east, fraction = 0, seconds;
    size_t at = 19;

    if (text.len < 20 || text.ptr[4] != '-' || text.ptr[7] != '-' ||
        (text.ptr[10] != 'T' && text.ptr[10] != 't') || text.ptr[13] != ':' ||
        text.ptr[16] != ':' || !field(text, 0, 4, 1900, 2200, &tm.tm_year) ||
        !field(text, 5, 2, 1, 12, &tm.tm_mon) || !field(text, 8, 2, 1, 31, &tm.tm_mday) ||
        !field(text, 11, 2, 0, 23, &tm.tm_hour) || !field(text, 14, 2, 0, 59, &tm.tm_min) ||
        !field(text, 17, 2, 0, 60, &tm.tm_sec))
        return false;
    if (text.ptr[at] == '.') {
        size_t digits = span(text, at + 1, true);

        if (!digits)
            return false;
        fraction = billionths(view_sub(text, at + 1, digits));
        at += 1 + digits;
    }
    if (!parse_zone(text, at, &east))
        return false;
    tm.tm_year -= 1900;
    tm.tm_mon -= 1;
    seconds = (int64_t)timegm(&tm) - east;
    return !__builtin_mul_overflow(seconds, SECOND, &seconds) &&
           !__builtin_add_overflow(seconds, fraction, ret);
}

static bool parse_plain(struct view text, int64_t *ret)
{
    bool negative = text.len && text.ptr[0] == '-';
    uint64_t value;

    if (!view_to_u64(view_sub(text, negative, text.len), &value) || value > INT64_MAX)
        return false;
    *ret = negative ? -(int64_t)value : (int64_t)value;
    return true;
}

bool rule_time_parse(struct view text, int64_t *ret)
{
    return parse_plain(text, ret) || parse_duration(text, ret) || parse_instant(text, ret);
}
