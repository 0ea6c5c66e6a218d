/* What is shown of a secret, and whether its hash gives it away. */
#include "../test.h"

#include "secret/mask.h"

static void secrets_are_masked(void **state)
{
    static const struct {
        const char *secret, *want;
        bool guessable;
    } cases[] = {
        {"", "********", false},
        {"abc", "********", false},
        {"abcd", "a********", false},
        {"abcdefgh", "ab********", false},
        {"abcdefghijklmnop", "abcd********", false},
        {"abcdefghijklmnopqrst", "abcd********t", false},
        {"abcdefghijklmnopqrstuvwx", "abcd********wx", false},
        {"abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz", "abcd********yz", false},
        {"abcdefghijklmnopqrstuvwx", "********", true},
        {"\x1b[31mABCDEFGHIJKLMNOPQRST\n", "*[31********T*", false},
        {"\xe5\xaf\x86\xe7\xa0\x81\xe5\xaf\x86\xe7\xa0\x81\xe5\xaf\x86\xe7\xa0\x81", "************",
         false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        char to[MASK_SIZE];
        struct view secret = view_of(cases[i].secret);
        struct view masked = mask_secret(secret, cases[i].guessable, to);
        size_t shown = 0;

        assert_view(masked, cases[i].want);
        for (size_t j = 0; j < masked.len; j++)
            shown += masked.ptr[j] != '*';
        assert_true(shown * 4 <= secret.len);
    }
}

static void entropy_is_shannons(void **state)
{
    static const struct {
        const char *text;
        double bits;
    } cases[] = {{"", 0}, {"aaaa", 0}, {"abab", 1}, {"abcd", 2}, {"aab", 0.918}, {"abcdefgh", 3}};

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_float_equal(mask_entropy(view_of(cases[i].text)), cases[i].bits, 0.001);
}

static void what_can_be_guessed_is_known(void **state)
{
    (void)state;
    assert_false(mask_is_unguessable(VIEW("hunter2")));
    assert_false(mask_is_unguessable(VIEW("correct-horse-battery")));
    assert_false(mask_is_unguessable(VIEW("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")));
    assert_true(mask_is_unguessable(VIEW("9f8e7d6c5b4a39281706f5e4d3c2b1a0"
                                         "9f8e7d6c5b4a39281706f5e4d3c2b1a0")));
    assert_true(mask_is_unguessable(VIEW("q7Zp2Xv9Lk4Rt6Wm8Ns3Bd5Hf1Jg0Ac")));
}

RUN_TESTS(cmocka_unit_test(secrets_are_masked), cmocka_unit_test(entropy_is_shannons),
          cmocka_unit_test(what_can_be_guessed_is_known))
