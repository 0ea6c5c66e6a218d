/* A rule file of any bytes: its problems have places on lines that are there,
 * and can be written; its rules have all they need. */
#include <stdlib.h>

#include "rule/ruleset.h"
#include "rule/source/falco.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_problems(const struct ruleset *set)
{
    size_t count;
    const struct rule_problem *problems = ruleset_problems(set, &count);

    for (size_t i = 0; i < count; i++) {
        _cleanup_(buf_done) struct buf text = BUF_INIT(1 << 20);

        if (problems[i].message.len == 0 || (problems[i].line && !problems[i].column))
            abort();
        rule_problem_write(&problems[i], &text);
        if (buf_failed(&text, "problem", NULL))
            abort();
    }
}

static void check_rules(const struct ruleset *set)
{
    size_t count;
    const struct rule *rules = ruleset_rules(set, &count);

    for (size_t i = 0; i < count; i++) {
        struct rule_problem problem = {0};

        if (!rules[i].condition || !rules[i].source || rules[i].id.len == 0 ||
            ruleset_find(set, rules[i].name) != &rules[i])
            abort();
        ruleset_locate(set, &rules[i], rules[i].condition->offset, rules[i].condition->length,
                       &problem);
        if (problem.line == 0)
            abort();
        ruleset_locate_text(set, &rules[i], rules[i].output.in[0], &problem);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_(ruleset_free_p) struct ruleset *set = NULL;
    struct view text = view_from(data, size);
    struct error err = ERROR_INIT;

    if (ruleset_new(rule_falco_sources, RULE_FALCO_SOURCE_COUNT, &set, &err))
        return 0;
    if (ruleset_add(set, VIEW("fuzz.yaml"), text, &err) || ruleset_finish(set, &err))
        return 0;
    check_problems(set);
    check_rules(set);
    return 0;
}
