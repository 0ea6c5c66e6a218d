/* Rules compiled and evaluated. An even first byte: the rest chooses rules and
 * events, and what the program says is what the referee of the tests says. An
 * odd one: the rest is a rule file, whose rules are compiled, explained,
 * evaluated with and without the index, and printed. */
#include <stdlib.h>

#include "rule/naive.h"
#include "rule/random-rules.h"
#include "rule/program/evaluation.h"

enum { RULES = 8, EVENTS = 4, TEXT_LIMIT = 1 << 20, ARENA_LIMIT = 256 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_in(const uint32_t *list, size_t count, uint32_t number)
{
    for (size_t i = 0; i < count; i++)
        if (list[i] == number)
            return true;
    return false;
}

static void evaluate(const struct rule_program *program, struct rule_evaluation *e,
                     const struct record *record, bool referee)
{
    _cleanup_arena_ struct arena *arena = arena_new(ARENA_LIMIT);
    size_t count, all, rules = rule_program_rule_count(program);
    _cleanup_free_ uint32_t *matched = calloc(rules + 1, sizeof(*matched));
    const uint32_t *list;

    list = rule_evaluate(e, record, 0, false, &count);
    if (!arena || !matched || count > rules)
        abort();
    memcpy(matched, list, count * sizeof(*matched));
    for (size_t i = 0; i < count; i++) {
        _cleanup_(buf_done) struct buf text = BUF_INIT(TEXT_LIMIT);

        rule_evaluation_output(e, matched[i], TEXT_ENGLISH, &text);
    }
    if (rule_evaluation_given_up(e))
        return;
    list = rule_evaluate_all(e, record, 0, &all);
    if (all != count || memcmp(list, matched, count * sizeof(*matched)) != 0)
        abort();
    for (uint32_t i = 0; referee && i < rules; i++)
        if (naive_holds(rule_program_rule(program, i)->condition, record, arena) !=
            is_in(matched, count, i))
            abort();
}

static void run(const char *yaml, struct choices *choices)
{
    _cleanup_(ruleset_free_p) struct ruleset *set = record_rules(yaml);
    _cleanup_(rule_program_free_p) struct rule_program *program = NULL;
    _cleanup_(rule_evaluation_free_p) struct rule_evaluation *e = NULL;
    struct error err = ERROR_INIT;

    if (rule_program_new(set, &record_source, &program, &err))
        return;
    if (rule_evaluation_new(program, &e, &err))
        abort();
    for (size_t i = 0; i < rule_program_rule_count(program); i++) {
        _cleanup_(buf_done) struct buf text = BUF_INIT(TEXT_LIMIT);

        rule_program_explain(program, i, &text);
    }
    for (int i = 0; i < EVENTS; i++) {
        _cleanup_arena_ struct arena *arena = arena_new(ARENA_LIMIT);
        _cleanup_(buf_done) struct buf text = BUF_INIT(TEXT_LIMIT);

        if (choices)
            random_record(choices, &text);
        else
            buf_add_str(&text, i % 2 ? "evt.type=open; name=cat; port=80; args=-a,b; path=/etc/x; "
                                       "value=7; doc={\"a\": [{\"b\": 1}, \"x\"], \"c\": true}"
                                     : "");
        evaluate(program, e, record_parse(buf_cstr(&text), arena), choices != NULL);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_(buf_done) struct buf text = BUF_INIT(TEXT_LIMIT);
    struct choices choices = {VIEW_EMPTY, 0};

    if (size == 0 || size > TEXT_LIMIT / 2)
        return 0;
    choices.bytes = view_from(data + 1, size - 1);
    if (data[0] % 2) {
        buf_add(&text, choices.bytes);
        if (text.len && memchr(text.ptr, '\0', text.len))
            return 0;
        run(buf_cstr(&text), NULL);
    } else {
        random_rules(&choices, RULES, &text);
        run(buf_cstr(&text), &choices);
    }
    return 0;
}
