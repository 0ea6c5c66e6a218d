/* What holds for every scheme: the table, and that the order is total. */
#include "version/order-table.h"

enum { ROUNDS = 60000, WORDS_MAX = 7, TEXT_SIZE = 64 };

static void names(void **state)
{
    enum version_scheme scheme = VERSION_RPM;

    (void)state;
    for (int i = 0; i < VERSION_SCHEME_COUNT; i++) {
        assert_int_equal(version_schemes[i].scheme, i);
        assert_true(version_scheme_by_name(view_of(version_schemes[i].name), &scheme));
        assert_int_equal(scheme, i);
    }
    scheme = VERSION_RPM;
    assert_false(version_scheme_by_name(VIEW("cargo"), &scheme));
    assert_false(version_scheme_by_name(VIEW_EMPTY, &scheme));
    assert_int_equal(scheme, VERSION_RPM);
}

static uint32_t next_random(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(*state >> 33);
}

static struct view make_version(uint64_t *random, char text[static TEXT_SIZE])
{
    static const char *const words[] = {
        "0",      "0",    "1",     "2",        "10",   "01",   "00",    ".",    ".",    ".",
        ".",      "-",    "-",     "-",        "~",    "^",    "+",     "_",    ":",    "!",
        "a",      "b",    "m",     "p",        "r",    "rc",   "alpha", "beta", "pre",  "dev",
        "post",   "sp",   "ga",    "snapshot", "foo",  "x",    "v",     "-r1",  "_git", "_rc",
        "1:",     "go",   "final", "A",        "RC",   "pl",   "*",     " ",    "1",    "1.0.0",
        "1.0.0-", "dev-", "-0-",   "--",       ".0.0", "\xc3", "/",     "@",    "1.2",  "1.",
    };
    size_t count = next_random(random) % WORDS_MAX, len = 0;

    for (size_t i = 0; i < count; i++) {
        const char *word = words[next_random(random) % COUNT(words)];

        memcpy(text + len, word, strlen(word));
        len += strlen(word);
    }
    return view_from(text, len);
}

static void assert_triple(const struct version_scheme_info *scheme, struct view a, struct view b,
                          struct view c)
{
    int ab = scheme->compare(a, b), bc = scheme->compare(b, c), ac = scheme->compare(a, c);

    if (scheme->compare(b, a) != -ab || scheme->compare(a, a) != 0)
        fail_msg("%s: \"%.*s\" \"%.*s\": not antisymmetric", scheme->name, VIEW_ARG(a),
                 VIEW_ARG(b));
    if ((ab <= 0 && bc <= 0 && (ac > 0 || (ac == 0) != (ab == 0 && bc == 0))) ||
        (ab >= 0 && bc >= 0 && (ac < 0 || (ac == 0) != (ab == 0 && bc == 0))))
        fail_msg("%s: \"%.*s\" \"%.*s\" \"%.*s\": not transitive: %d %d %d", scheme->name,
                 VIEW_ARG(a), VIEW_ARG(b), VIEW_ARG(c), ab, bc, ac);
}

static void total(void **state)
{
    uint64_t random = 1;

    (void)state;
    for (size_t round = 0; round < ROUNDS; round++) {
        char x[TEXT_SIZE], y[TEXT_SIZE], z[TEXT_SIZE];
        struct view a = make_version(&random, x), b = make_version(&random, y);
        struct view c = make_version(&random, z);

        for (size_t i = 0; i < VERSION_SCHEME_COUNT; i++)
            assert_triple(&version_schemes[i], a, b, c);
    }
}

static void malformed_sorts_first(void **state)
{
    uint64_t random = 2;

    (void)state;
    for (size_t round = 0; round < ROUNDS; round++) {
        char x[TEXT_SIZE], y[TEXT_SIZE];
        struct view a = make_version(&random, x), b = make_version(&random, y);

        for (size_t i = 0; i < VERSION_SCHEME_COUNT; i++) {
            const struct version_scheme_info *scheme = &version_schemes[i];

            if (i == VERSION_RPM || i == VERSION_APK || i == VERSION_MAVEN || scheme->valid(a))
                continue;
            assert_int_equal(scheme->compare(a, b), scheme->valid(b) ? -1 : view_cmp(a, b));
        }
    }
}

RUN_TESTS(cmocka_unit_test(names), cmocka_unit_test(total), cmocka_unit_test(malformed_sorts_first))
