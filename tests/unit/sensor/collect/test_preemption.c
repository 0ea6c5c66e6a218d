/* What kernels say of their preemption. */
#include "sensor/collect/preemption.h"

#include "test.h"

static void test_is_full(void **state)
{
    static const struct {
        const char *modes, *version, *options;
        bool want;
    } cases[] = {
        {"none (voluntary) full \n", "#1 SMP PREEMPT_DYNAMIC Debian 6.12.1-1", "quiet", false},
        {"none voluntary (full) \n", "#1 SMP PREEMPT_DYNAMIC Debian 6.12.1-1", "quiet", true},
        {"none voluntary full (lazy) \n", "#1 SMP PREEMPT_DYNAMIC", "", false},
        {"(none) voluntary full \n", "#1 SMP PREEMPT_DYNAMIC", "preempt=full", false},
        {"", "#1 SMP PREEMPT_DYNAMIC", "ro preempt=full quiet", true},
        {"", "#1 SMP PREEMPT_DYNAMIC", "ro preempt=none quiet", false},
        {"", "#1 SMP PREEMPT_DYNAMIC", "", false},
        {"", "#1 SMP PREEMPT Debian", "", true},
        {"", "#1 SMP PREEMPT_RT", "", true},
        {"", "#1 SMP Debian 6.1.192-2", "preempt=full", false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct preemption_signs signs = {view_of(cases[i].modes), view_of(cases[i].version),
                                         view_of(cases[i].options)};

        assert_int_equal(preemption_is_full(&signs), cases[i].want);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_is_full)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
