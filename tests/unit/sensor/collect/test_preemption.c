/* What kernels say of their preemption. */
#include "sensor/collect/preemption.h"

#include "test.h"

static void by_signs(void **state)
{
    static const char usual[] = "CONFIG_PREEMPT_VOLUNTARY=y\n# CONFIG_PREEMPT is not set\n"
                                "CONFIG_PREEMPT_DYNAMIC=y\n";
    static const char full[] = "# CONFIG_PREEMPT_VOLUNTARY is not set\nCONFIG_PREEMPT=y\n"
                               "CONFIG_PREEMPT_DYNAMIC=y\n";
    static const struct {
        const char *version, *modes, *options, *config;
        enum preemption want;
    } cases[] = {
        {"#1 SMP PREEMPT_DYNAMIC Debian", "none (voluntary) full \n", "quiet", full,
         PREEMPTION_SELDOM},
        {"#1 SMP PREEMPT_DYNAMIC Debian", "none voluntary (full) \n", "quiet", usual,
         PREEMPTION_ALWAYS},
        {"#1 SMP PREEMPT_DYNAMIC", "none voluntary full (lazy) \n", "", "", PREEMPTION_SELDOM},
        {"#1 SMP PREEMPT_DYNAMIC", "(none) voluntary full \n", "preempt=full", "",
         PREEMPTION_SELDOM},
        {"#1 SMP PREEMPT_DYNAMIC", "", "ro preempt=full quiet", usual, PREEMPTION_ALWAYS},
        {"#1 SMP PREEMPT_DYNAMIC", "", "preempt=full", "", PREEMPTION_ALWAYS},
        {"#1 SMP PREEMPT_DYNAMIC", "", "ro preempt=none quiet", full, PREEMPTION_SELDOM},
        {"#1 SMP PREEMPT_DYNAMIC", "", "ro module.preempt=none", full, PREEMPTION_ALWAYS},
        {"#1 SMP PREEMPT_DYNAMIC", "", "quiet", usual, PREEMPTION_SELDOM},
        {"#1 SMP PREEMPT_DYNAMIC", "", "quiet", full, PREEMPTION_ALWAYS},
        {"#1 SMP PREEMPT_DYNAMIC", "", "quiet", "", PREEMPTION_UNKNOWN},
        {"#1 SMP PREEMPT Debian", "", "", "", PREEMPTION_ALWAYS},
        {"#1 SMP PREEMPT_RT", "", "", usual, PREEMPTION_ALWAYS},
        {"#1 SMP Debian 6.1.192-2", "", "preempt=full", "", PREEMPTION_SELDOM},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct preemption_signs signs = {view_of(cases[i].version), view_of(cases[i].modes),
                                         view_of(cases[i].options), view_of(cases[i].config)};

        if (preemption_by(&signs) != cases[i].want)
            fail_msg("case %zu: %d", i, preemption_by(&signs));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(by_signs)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
