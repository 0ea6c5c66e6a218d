/* There is no apk in Debian to ask; these are the rules of apk-tools 3. */
#include "version/order-table.h"

static void order(void **state)
{
    static order_row rows[] = {
        {"", "abc", "_rc1", "-r0"}, /* nothing to read in front */
        {"0_alpha"},
        {"0.", "0.x", "0.a"},
        {"0", "00"},
        {"0-r0"},
        {"0.0"},
        {"1_alpha"},
        {"1_alpha-r0"},
        {"1_alpha0"},
        {"1_alpha1"},
        {"1_alpha2"},
        {"1_alpha10"},
        {"1_alpha_p1"},
        {"1_beta"},
        {"1_pre"},
        {"1_rc"},
        {"1_rc1_alpha"},
        {"1_rc1_rc2"},
        {"1_rc1"},
        {"1_rc1-r1"},
        {"1_foo", "1-", "1-r", "1-0", "1~", "1A"}, /* sort just before the end */
        {"1", "01", "001"},
        {"1-r0", "01-r0", "1-r00"},
        {"1-r1"},
        {"1-r9"},
        {"1-r10"},
        {"1~0a"},
        {"1~0a-r1"},
        {"1~0b"},
        {"1_cvs"},
        {"1_svn"},
        {"1_git"},
        {"1_git20230101"},
        {"1_git20230102"},
        {"1_hg"},
        {"1_p"},
        {"1_p1_rc1"},
        {"1_p1"},
        {"1_p2"},
        {"1a_rc1"},
        {"1a1", "1a.1", "1ab"},
        {"1a"},
        {"1a_p1"},
        {"1b"},
        {"1.00"},
        {"1.001"},
        {"1.01"},
        {"1.010"},
        {"1.02"},
        {"1.1"},
        {"1.1-r3"},
        {"1.1.0"},
        {"1.9"},
        {"1.10"},
        {"1.99999999999999999999"},
        {"1.100000000000000000000"},
        {"2"},
        {"6.6.2_p1-r0"},
        {"6.6.2p1-r0"}, /* as Alpine's secdb has it; the letter p, then malformed */
        {"6.6.3"},
        {"23_foo"},
    };

    (void)state;
    assert_ascending(VERSION_APK, rows, COUNT(rows));
}

static void validity(void **state)
{
    static const char *const valid[] = {"0",
                                        "1.2.3",
                                        "1.2.3a",
                                        "1_rc1_p2",
                                        "1~abcdef0-r3",
                                        "1_git20230101-r0",
                                        "1.02.003z_pre-r12"};
    static const char *const malformed[] = {
        "",      "a",      "1.",     ".1",  "1..2",    "1aa",    "1a1",
        "1_foo", "1_",     "1-1",    "1-r", "1-r1-r2", "1-r1_p", "1~",
        "1~xyz", "1-r1~a", "1.2a.3", "1 ",  "1A",      "1_p1a",  "1_alphabeta"};

    (void)state;
    assert_validity(VERSION_APK, valid, COUNT(valid), true);
    assert_validity(VERSION_APK, malformed, COUNT(malformed), false);
}

RUN_TESTS(cmocka_unit_test(order), cmocka_unit_test(validity))
