#include "net/retry.h"

#include <curl/curl.h>

const struct retry_policy retry_default = {
    .attempts = 5,
    .first_ms = 500,
    .longest_ms = 8000,
    .asked_limit_ms = 60000,
};

enum { DATE_SIZE = 64 };

bool retry_is_passing(int status)
{
    return status == 408 || status == 429 || status == 500 || (status >= 502 && status <= 504);
}

bool retry_was_refused(int status)
{
    return status == 429 || status == 503;
}

int64_t retry_delay_ms(const struct retry_policy *policy, unsigned failed, int64_t asked_seconds,
                       uint32_t random)
{
    uint64_t wait = policy->first_ms;

    if (failed >= policy->attempts)
        return -1;
    if (asked_seconds >= 0) {
        if ((uint64_t)asked_seconds > policy->asked_limit_ms / 1000)
            return -1;
        return asked_seconds * 1000;
    }
    for (unsigned i = 1; i < failed && wait < policy->longest_ms; i++)
        wait *= 2;
    if (wait > policy->longest_ms)
        wait = policy->longest_ms;
    return (int64_t)(wait - (wait / 2) * random / UINT32_MAX);
}

int64_t retry_parse_after(struct view value, int64_t now)
{
    char date[DATE_SIZE];
    uint64_t seconds;
    time_t when;

    value = view_trim(value);
    if (view_to_u64(value, &seconds))
        return seconds > INT32_MAX ? INT32_MAX : (int64_t)seconds;
    if (value.len == 0 || value.len >= sizeof(date))
        return -1;
    memcpy(date, value.ptr, value.len);
    date[value.len] = '\0';
    when = curl_getdate(date, NULL);
    if (when == -1)
        return -1;
    return when > now ? when - now : 0;
}
