#include "base/clock.h"

#include <stdio.h>
#include <time.h>

uint64_t clock_now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

int64_t clock_unix_seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return now.tv_sec;
}

static bool take_number(struct view *text, size_t digits, int low, int high, int *ret)
{
    uint64_t value;

    if (text->len < digits || !view_to_u64(view_sub(*text, 0, digits), &value))
        return false;
    if ((int)value < low || (int)value > high)
        return false;
    *ret = (int)value;
    *text = view_sub(*text, digits, text->len);
    return true;
}

static bool take_char(struct view *text, const char *any_of)
{
    if (text->len == 0 || !text->ptr[0] || !strchr(any_of, text->ptr[0]))
        return false;
    *text = view_sub(*text, 1, text->len);
    return true;
}

static bool take_offset(struct view *text, int64_t *ret_seconds)
{
    int hours = 0, minutes = 0, sign;

    *ret_seconds = 0;
    if (text->len == 0 || take_char(text, "Zz"))
        return true;
    sign = text->ptr[0] == '-' ? -1 : 1;
    if (!take_char(text, "+-") || !take_number(text, 2, 0, 23, &hours))
        return false;
    take_char(text, ":");
    if (!take_number(text, 2, 0, 59, &minutes))
        return false;
    *ret_seconds = sign * (hours * 3600 + minutes * 60);
    return true;
}

bool clock_parse_rfc3339(struct view text, int64_t *ret_seconds)
{
    struct tm tm = {0};
    int year, month;
    int64_t offset = 0;

    if (!take_number(&text, 4, 0, 9999, &year) || !take_char(&text, "-") ||
        !take_number(&text, 2, 1, 12, &month) || !take_char(&text, "-") ||
        !take_number(&text, 2, 1, 31, &tm.tm_mday))
        return false;
    tm.tm_year = year - 1900;
    tm.tm_mon = month - 1;
    if (text.len) {
        if (!take_char(&text, "Tt ") || !take_number(&text, 2, 0, 24, &tm.tm_hour) ||
            !take_char(&text, ":") || !take_number(&text, 2, 0, 59, &tm.tm_min))
            return false;
        if (take_char(&text, ":") && !take_number(&text, 2, 0, 60, &tm.tm_sec))
            return false;
        if (take_char(&text, "."))
            while (take_char(&text, "0123456789"))
                ;
        if (!take_offset(&text, &offset) || text.len)
            return false;
    }
    *ret_seconds = timegm(&tm) - offset;
    return true;
}

const char *clock_format(int64_t seconds, char to[static CLOCK_STAMP_SIZE])
{
    time_t time = seconds;
    struct tm tm;

    gmtime_r(&time, &tm);
    if (strftime(to, CLOCK_STAMP_SIZE, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
        to[0] = '\0';
    return to;
}
