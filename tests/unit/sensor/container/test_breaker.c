#include "test.h"

#include "sensor/container/breaker.h"

static const uint64_t MS = 1000000;

enum event { FAIL, TIMEOUT, SUCCEED };

static const struct {
    const char *name;
    enum event events[12];
    size_t count;
    uint64_t want_pause; /* milliseconds; 0: closed */
} cases[] = {
    {"new", {FAIL}, 0, 0},
    {"one failure", {FAIL}, 1, 0},
    {"two failures", {FAIL, FAIL}, 2, 0},
    {"three failures", {FAIL, FAIL, FAIL}, 3, BREAKER_FIRST},
    {"not in a row", {FAIL, FAIL, SUCCEED, FAIL}, 4, 0},
    {"one timeout", {TIMEOUT}, 1, BREAKER_FIRST},
    {"a timeout, then a failure", {TIMEOUT, FAIL}, 2, 2 * BREAKER_FIRST},
    {"never longer",
     {TIMEOUT, TIMEOUT, TIMEOUT, TIMEOUT, TIMEOUT, TIMEOUT, TIMEOUT},
     7,
     BREAKER_LONGEST},
    {"a success closes", {TIMEOUT, TIMEOUT, SUCCEED}, 3, 0},
    {"and all begins anew", {TIMEOUT, TIMEOUT, SUCCEED, TIMEOUT}, 4, BREAKER_FIRST},
};

static void opens_and_closes(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct breaker breaker = {0};
        uint64_t now = 5000 * MS;

        for (size_t e = 0; e < cases[i].count; e++)
            if (cases[i].events[e] == SUCCEED)
                breaker_succeeded(&breaker);
            else
                breaker_failed(&breaker, cases[i].events[e] == TIMEOUT, now);
        if (breaker_allows(&breaker, now) != (cases[i].want_pause == 0) ||
            !breaker_allows(&breaker, now + cases[i].want_pause * MS) ||
            (cases[i].want_pause && breaker_allows(&breaker, now + cases[i].want_pause * MS - 1)))
            fail_msg("%s: open until %llu", cases[i].name, (unsigned long long)breaker.open_until);
    }
}

RUN_TESTS(cmocka_unit_test(opens_and_closes))
