#include "sensor/alert/alert-time.h"

#include <time.h>

static const int64_t NS_PER_SECOND = 1000000000;

struct split_time {
    time_t seconds;
    long nanoseconds; /* 0..999999999, before 1970 as well */
};

static struct split_time split(int64_t time)
{
    struct split_time parts = {time / NS_PER_SECOND, (long)(time % NS_PER_SECOND)};

    if (parts.nanoseconds < 0) {
        parts.nanoseconds += NS_PER_SECOND;
        parts.seconds--;
    }
    return parts;
}

void alert_time_utc(int64_t time, struct buf *to)
{
    struct split_time parts = split(time);
    struct tm tm = {0};

    gmtime_r(&parts.seconds, &tm);
    buf_addf(to, "%04d-%02d-%02dT%02d:%02d:%02d.%09ldZ", tm.tm_year + 1900, tm.tm_mon + 1,
             tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec, parts.nanoseconds);
}

void alert_time_second(int64_t time, struct buf *to)
{
    struct split_time parts = split(time);
    struct tm tm = {0};

    localtime_r(&parts.seconds, &tm);
    buf_addf(to, "%02d:%02d:%02d", tm.tm_hour, tm.tm_min, tm.tm_sec);
}

void alert_time_local(int64_t time, struct buf *to)
{
    alert_time_second(time, to);
    buf_addf(to, ".%09ld", split(time).nanoseconds);
}
