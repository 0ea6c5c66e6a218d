#include "test.h"

#include "codec/digest.h"

/* FIPS 180-4 examples. */
#define ABC "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define NOTHING "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

static void assert_digest(struct digest digest, const char *want)
{
    char text[DIGEST_TEXT_SIZE + 1];

    assert_int_equal(digest_format(&digest, text).len, DIGEST_TEXT_SIZE);
    assert_string_equal(text, want);
}

static void test_known(void **state)
{
    (void)state;
    assert_digest(digest_of(VIEW("abc")), ABC);
    assert_digest(digest_of(VIEW_EMPTY), NOTHING);
}

static void test_in_parts_and_again(void **state)
{
    _cleanup_(digester_free_p) struct digester *digester = NULL;

    (void)state;
    assert_int_equal(digester_new(&digester, NULL), 0);
    digester_add(digester, VIEW("a"));
    digester_add(digester, VIEW_EMPTY);
    digester_add(digester, VIEW("bc"));
    assert_digest(digester_end(digester), ABC);
    assert_digest(digester_end(digester), NOTHING);
    digester_add(digester, VIEW("abc"));
    assert_digest(digester_end(digester), ABC);
}

static void test_parse(void **state)
{
    static const struct {
        struct view text;
        bool want;
    } cases[] = {
        {VIEW(ABC), true},
        {VIEW(""), false},
        {VIEW("sha256:"), false},
        {VIEW(ABC "0"), false},
        {VIEW("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"), false},
        {VIEW("sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015a"), false},
        {VIEW("sha256:BA7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"), false},
        {VIEW("sha256:ga7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"), false},
        {VIEW("sha512:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"), false},
    };
    struct digest abc = digest_of(VIEW("abc"));

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct digest digest = {{0}};

        assert_int_equal(digest_parse(cases[i].text, &digest), cases[i].want);
        assert_int_equal(digest_eq(&digest, &abc), cases[i].want);
    }
}

RUN_TESTS(cmocka_unit_test(test_known), cmocka_unit_test(test_in_parts_and_again),
          cmocka_unit_test(test_parse))
