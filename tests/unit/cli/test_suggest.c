#include "cmd/cli/suggest.h"

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
    {"longer than is looked at", "severityseverityseverityseverityseverityseverityseverity", NULL},
};

static void finds_the_nearest(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct suggestion suggestion = suggestion_for(cases[i].word);

        print_message("%s\n", cases[i].name);
        for (size_t k = 0; k < COUNT(words); k++)
            suggestion_offer(&suggestion, words[k]);
        assert_view(view_of(suggestion.best), cases[i].want);
    }
}

RUN_TESTS(cmocka_unit_test(finds_the_nearest))
