#include "report/advice.h"

#include "test.h"

enum { GROUPS = 5 };

static const struct {
    const char *name;
    size_t fixable[GROUPS]; /* of the groups a, b, c, d and e */
    const char *want;
} cases[] = {
    {"nothing to fix", {0}, ""},
    {"one", {0, 3}, "Next: upgrade b. That fixes all that have a fix."},
    {"two, most first", {1, 3}, "Next: upgrade b and a. That fixes all that have a fix."},
    {"of equals the worse",
     {2, 2, 2, 2},
     "Next: upgrade a, b and c. That fixes 6 of the 8 that have a fix."},
    {"the best three",
     {1, 2, 3, 4, 5},
     "Next: upgrade e, d and c. That fixes 12 of the 15 that have a fix."},
    {"best first already",
     {5, 4, 3, 2, 1},
     "Next: upgrade a, b and c. That fixes 12 of the 15 that have a fix."},
    {"the last is best",
     {3, 2, 2, 0, 9},
     "Next: upgrade e, a and b. That fixes 14 of the 16 that have a fix."},
};

static void advises_each_case(void **state)
{
    static const char *const names[GROUPS] = {"a", "b", "c", "d", "e"};

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        _cleanup_arena_ struct arena *arena = arena_new(1 << 16);
        struct group list[GROUPS];
        struct groups groups = {.list = list, .count = GROUPS};

        print_message("%s\n", cases[i].name);
        for (size_t k = 0; k < GROUPS; k++) {
            list[k] = (struct group){.source = view_of(names[k]), .fixable = cases[i].fixable[k]};
            groups.fixable += cases[i].fixable[k];
        }
        assert_view(advice_make(&groups, arena), cases[i].want);
    }
}

RUN_TESTS(cmocka_unit_test(advises_each_case))
