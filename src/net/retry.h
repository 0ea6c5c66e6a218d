/* When a request is sent again, and after how long. Pure; the caller waits.
 *
 * Waits double from `first_ms` up to `longest_ms`, each shortened by up to
 * half at random, so that many clients do not return at once. A server that
 * asks for a pause (Retry-After, RFC 9110 section 10.2.3) gets it, up to
 * `asked_limit_ms`; one that asks for more is not asked again.
 */
#pragma once

#include "base/view.h"

struct retry_policy {
    unsigned attempts; /* in all, without progress in between */
    uint64_t first_ms, longest_ms, asked_limit_ms;
};

extern const struct retry_policy retry_default;

/* The statuses that pass: 408, 429, 500, 502, 503, 504. */
bool retry_is_passing(int status);
/* Those with which a server says that it did nothing: 429 and 503. */
bool retry_was_refused(int status);

/* Milliseconds to wait before the next attempt when `failed` attempts have
 * failed, or -1 to give up. `asked_seconds` from Retry-After, -1 for none. */
int64_t retry_delay_ms(const struct retry_policy *policy, unsigned failed, int64_t asked_seconds,
                       uint32_t random);

/* The value of Retry-After, seconds or a date, as seconds from `now` (unix
 * time), at least 0; -1 for none or nonsense. */
int64_t retry_parse_after(struct view value, int64_t now);
