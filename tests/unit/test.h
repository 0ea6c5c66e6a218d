/* What every unit test needs before it: cmocka's own headers, in its order. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/view.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Runs the listed tests as main's value. */
#define RUN_TESTS(...)                                                                             \
    int main(void)                                                                                 \
    {                                                                                              \
        const struct CMUnitTest tests[] = {__VA_ARGS__};                                           \
                                                                                                   \
        return cmocka_run_group_tests(tests, NULL, NULL);                                          \
    }

#define assert_view(got, want)                                                                     \
    do {                                                                                           \
        struct view got_ = (got), want_ = view_of(want);                                           \
                                                                                                   \
        if (!view_eq(got_, want_))                                                                 \
            fail_msg("got \"%.*s\", want \"%.*s\"", VIEW_ARG(got_), VIEW_ARG(want_));              \
    } while (0)
