#include "base/nearest-name.h"

#include "test.h"

static const char *const words[] = {"severity", "fail-on", "format", "output", "jobs", "db"};

static const struct {
    const char *name, *word, *want;
} cases[] = {
    {"letter left out", "severty", "severity"},
    {"letter inserted", "formaat", "format"},
    {"letter replaced", "outpot", "output"},
    {"neighbours swapped", "foramt", "format"},
    {"case", "JOBS", "jobs"},
    {"short word", "bd", "db"},
    {"two faults", "severrty", "severity"},
    {"too far", "list-packages", NULL},
    {"short and other", "x", NULL},
    {"empty", "", NULL},
    {"longer than is looked at",
     "severityseverityseverityseverityseverityseverityseverityseverityseverity", NULL},
};

static void finds_the_nearest(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct nearest_name nearest = nearest_name_for(view_of(cases[i].word));

        print_message("%s\n", cases[i].name);
        for (size_t k = 0; k < COUNT(words); k++)
            nearest_name_offer(&nearest, view_of(words[k]));
        assert_view(nearest.best, cases[i].want ? cases[i].want : "");
    }
}

RUN_TESTS(cmocka_unit_test(finds_the_nearest))
