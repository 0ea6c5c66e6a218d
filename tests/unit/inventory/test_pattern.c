#include "test.h"

#include "inventory/analyser.h"
#include "inventory/pattern.h"

static const char *const patterns[] = {
    "etc/os-release",
    "var/lib/dpkg/info/*.list",
    "var/lib/dpkg/status.d/*",
    "var/lib/dpkg/status.d/*.md5sums",
    "usr/share/doc/*/copyright",
    "usr/share/doc/fixed/notes",
    "etc/apt/ubuntu-esm-*.list",
};

static void matching(void **state)
{
    static const struct {
        const char *path;
        enum pattern_result want;
        unsigned value;
    } cases[] = {
        {"", PATTERN_ABOVE, 0},
        {"etc", PATTERN_ABOVE, 0},
        {"etc/os-release", PATTERN_HIT, 0},
        {"etc/os-release/x", PATTERN_NONE, 0},
        {"etc/os-releas", PATTERN_NONE, 0},
        {"Etc", PATTERN_NONE, 0},
        {"var/lib/dpkg/info/a.list", PATTERN_HIT, 1},
        {"var/lib/dpkg/info/.list", PATTERN_HIT, 1},
        {"var/lib/dpkg/info/a.md5sums", PATTERN_NONE, 0},
        {"var/lib/dpkg/status.d/a", PATTERN_HIT, 2},
        {"var/lib/dpkg/status.d/a.md5sums", PATTERN_HIT, 3},
        {"usr/share/doc/a", PATTERN_ABOVE, 0},
        {"usr/share/doc/a/copyright", PATTERN_HIT, 4},
        {"usr/share/doc/fixed/copyright", PATTERN_HIT, 4},
        {"usr/share/doc/fixed/notes", PATTERN_HIT, 5},
        {"usr/share/doc/a/notes", PATTERN_NONE, 0},
        {"etc/apt/ubuntu-esm-apps.list", PATTERN_HIT, 6},
        {"etc/apt/ubuntu-esm-.list", PATTERN_HIT, 6},
        {"etc/apt/ubuntu-esm.list", PATTERN_NONE, 0},
        /* A pattern's own text is covered by it. */
        {"var/lib/dpkg/info/*.list", PATTERN_HIT, 1},
        {"var/lib/dpkg/status.d/*", PATTERN_HIT, 2},
    };
    struct pattern_set *set = pattern_set_new();

    (void)state;
    for (size_t i = 0; i < COUNT(patterns); i++)
        assert_true(pattern_set_add(set, view_of(patterns[i]), (unsigned)i));
    for (size_t i = 0; i < COUNT(cases); i++) {
        unsigned value = 0;

        assert_int_equal(pattern_set_match(set, view_of(cases[i].path), &value), cases[i].want);
        assert_int_equal(value, cases[i].value);
    }
    pattern_set_free(set);
}

static void every_analyser_gets_its_files(void **state)
{
    struct pattern_set *set = pattern_set_new();

    (void)state;
    assert_true(analyser_add_patterns(set));
    for (size_t i = 0; i < analyser_count; i++)
        for (const char *const *pattern = analysers[i]->patterns; *pattern; pattern++) {
            unsigned place = 0;

            assert_int_equal(pattern_set_match(set, view_of(*pattern), &place), PATTERN_HIT);
            assert_int_equal(place, i);
        }
    pattern_set_free(set);
}

RUN_TESTS(cmocka_unit_test(matching), cmocka_unit_test(every_analyser_gets_its_files))
