#include "sensor/container/breaker.h"

static const uint64_t NS_PER_MS = 1000000;

bool breaker_allows(const struct breaker *breaker, uint64_t now)
{
    return breaker->pause == 0 || now >= breaker->open_until;
}

void breaker_succeeded(struct breaker *breaker)
{
    *breaker = (struct breaker){0};
}

void breaker_failed(struct breaker *breaker, bool was_timeout, uint64_t now)
{
    uint64_t longest = BREAKER_LONGEST * NS_PER_MS;

    breaker->failures++;
    if (breaker->pause == 0 && !was_timeout && breaker->failures < BREAKER_FAILURES)
        return;
    breaker->pause = breaker->pause ? breaker->pause * 2 : BREAKER_FIRST * NS_PER_MS;
    if (breaker->pause > longest)
        breaker->pause = longest;
    breaker->open_until = now + breaker->pause;
}
