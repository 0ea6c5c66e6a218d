/* Whether a runtime is asked at all: a breaker that opens after failures.
 *
 * Only what says something about the runtime counts: a container that nobody can
 * be told about must not blind the sensor for the others. One timeout, or BREAKER_FAILURES other
 * failures in a row, open it for BREAKER_FIRST; each failure afterwards doubles that, up to
 * BREAKER_LONGEST. When the time is over one question goes through, and its success closes the
 * breaker. Pure: the caller tells the time (nanoseconds, any origin). One thread.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum {
    BREAKER_FAILURES = 3,
    BREAKER_FIRST = 2000, /* milliseconds */
    BREAKER_LONGEST = 30000,
};

struct breaker {
    unsigned failures; /* in a row */
    uint64_t open_until;
    uint64_t pause; /* nanoseconds it was open for last; 0: it is closed */
};

/* May be asked now? */
bool breaker_allows(const struct breaker *breaker, uint64_t now);
void breaker_succeeded(struct breaker *breaker);
void breaker_failed(struct breaker *breaker, bool was_timeout, uint64_t now);
