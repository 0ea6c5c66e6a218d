#include "sensor/collect/guard.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <unistd.h>

#include <cmocka.h>

/* Of cgroups that are not there, so that nobody is hit. */
enum { NOBODY = 1 << 30 };

static void need_guard(bool wanted)
{
    if ((guard_check(NULL) == 0) != wanted)
        skip();
}

static void test_says_why_not(void **state)
{
    const struct guard_rule rule = {0};
    struct error err = ERROR_INIT;
    bool is_new;

    (void)state;
    need_guard(false);
    if (guard_is_listed())
        skip();
    assert_int_equal(guard_check(&err), ERROR_UNSUPPORTED);
    assert_string_not_equal(err.message, "");
    assert_int_equal(guard_set(NOBODY, &rule, &is_new, NULL), ERROR_UNSUPPORTED);
    assert_int_equal(guard_clear(NOBODY, NULL), ERROR_UNSUPPORTED);
}

static void test_rules(void **state)
{
    const struct guard_rule weak = {.began = 1}, strong = {.flags = GUARD_ROOT_ONLY};
    static const struct {
        uint64_t cgroup;
        bool is_strong, want_new;
        int want;
    } cases[] = {
        {NOBODY, false, true, 0},           {NOBODY, false, false, 0},
        {NOBODY, true, false, ERROR_INPUT}, {NOBODY + 1, true, true, 0},
        {NOBODY + 1, false, false, 0},
    };
    bool had_rules;

    (void)state;
    need_guard(true);
    had_rules = access(GUARD_DIRECTORY "/guard-1-rules", F_OK) == 0;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        bool is_new = false;

        assert_int_equal(
            guard_set(cases[i].cgroup, cases[i].is_strong ? &strong : &weak, &is_new, NULL),
            cases[i].want);
        assert_int_equal(is_new, cases[i].want_new);
    }
    for (uint64_t i = 0; i < 3; i++)
        assert_int_equal(guard_clear(NOBODY + i, NULL), 0);
    assert_int_equal(access(GUARD_DIRECTORY "/guard-1-rules", F_OK) == 0, had_rules);
    assert_int_equal(guard_clear(NOBODY, NULL), 0);
}

/* More than there is room for: told, and nothing is lost of what was there. */
static void test_limit(void **state)
{
    const struct guard_rule rule = {.began = 1};
    int r = 0, count = 0;
    bool is_new;

    (void)state;
    need_guard(true);
    while (r == 0 && count <= GUARD_CONTAINERS)
        r = guard_set((uint64_t)(NOBODY + count++), &rule, &is_new, NULL);
    assert_int_equal(r, ERROR_LIMIT);
    while (count-- > 0)
        assert_int_equal(guard_clear((uint64_t)(NOBODY + count), NULL), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_says_why_not),
        cmocka_unit_test(test_rules),
        cmocka_unit_test(test_limit),
    };

    return cmocka_run_group_tests_name("sensor/collect/guard", tests, NULL, NULL);
}
