#include "rule/program/compiled.h"

#include <stdlib.h>

/* The rules of the source that are to be compiled. */
static bool is_ours(const struct rule_program *program, const struct rule *rule)
{
    return rule->enabled && rule->source == program->source && rule->condition;
}

static void add_place(struct rule_compile *c)
{
    struct error err = ERROR_INIT;
    struct rule_use use;

    if (c->rule->place.len && !rule_compile_use(c, c->rule->place, &use, &err))
        rule_compile_text_problem(c, RULE_PROBLEM_ERROR, c->rule->place, &err);
}

/* Each language once; the Chinese text falls back to English. */
static void compile_outputs(struct rule_compile *c, struct rule_compiled *compiled)
{
    struct rule_use *uses = c->uses;
    size_t use_count = c->use_count;

    for (size_t language = 0; language < RULE_LANGUAGES; language++) {
        struct view text = c->rule->output.in[language], english = c->rule->output.in[0];

        if (language && (!text.len || text.ptr == english.ptr || view_eq(text, english))) {
            compiled->outputs[language] = compiled->outputs[0];
            continue;
        }
        c->uses = NULL; /* what outputs print is not what the condition uses */
        c->use_count = 0;
        rule_output_compile(c, text, &compiled->outputs[language]);
    }
    c->uses = uses;
    c->use_count = use_count;
}

/* A rule that may be skipped for a field that is not there is no mistake. */
static void excuse(struct rule_problems *problems, size_t from)
{
    for (; from < problems->count; from++)
        problems->list[from].level = RULE_PROBLEM_WARNING;
}

static int add_rule(struct rule_program *program, const struct ruleset *set,
                    const struct rule *rule, struct error *err)
{
    struct rule_compile c = {.set = set,
                             .rule = rule,
                             .graph = &program->graph,
                             .arena = program->arena,
                             .problems = &program->problems};
    struct rule_compiled compiled = {.rule = rule}, *place;
    struct rule_index_rule *index_rule;
    size_t problems = program->problems.count, parallel = program->rule_count;
    uint32_t root;

    add_place(&c);
    root = rule_compile_expression(&c, rule->condition);
    compile_outputs(&c, &compiled);
    if (c.wrong) {
        if (c.unknown && rule->skip_if_unknown_filter)
            excuse(&program->problems, problems);
        return arena_failed(program->arena, "rules", err);
    }
    compiled.uses = c.uses;
    compiled.use_count = c.use_count;
    place = arena_push(program->arena, &program->rules, &program->rule_count, sizeof(*place));
    index_rule = arena_push(program->arena, &program->index_rules, &parallel, sizeof(*index_rule));
    if (!place || !index_rule)
        return arena_failed(program->arena, "rules", err);
    *place = compiled;
    *index_rule = (struct rule_index_rule){.root = root, .subject = rule->subject};
    return 0;
}

static int add_rules(struct rule_program *program, const struct ruleset *set, struct error *err)
{
    size_t count;
    const struct rule *rules = ruleset_rules(set, &count);
    int status = 0;

    for (size_t i = 0; i < count && !status; i++)
        if (is_ours(program, &rules[i]))
            status = add_rule(program, set, &rules[i], err);
    return status;
}

/* The mistakes of a rule that is left out in any case. */
static int check_broken(struct rule_program *program, const struct ruleset *set,
                        struct rule_graph *unused, const struct rule *rule, struct error *err)
{
    struct rule_compile c = {.set = set,
                             .rule = rule,
                             .graph = unused,
                             .arena = program->arena,
                             .problems = &program->problems};
    struct rule_compiled compiled = {.rule = rule};
    size_t problems = program->problems.count;

    add_place(&c);
    if (rule->condition)
        rule_compile_expression(&c, rule->condition);
    compile_outputs(&c, &compiled);
    if (c.unknown && rule->skip_if_unknown_filter)
        excuse(&program->problems, problems);
    return arena_failed(program->arena, "rules", err);
}

static int check_all_broken(struct rule_program *program, const struct ruleset *set,
                            struct error *err)
{
    size_t count;
    const struct rule *rules = ruleset_broken(set, &count);
    struct rule_graph unused;
    int status = 0;

    if (!count)
        return 0;
    if (!rule_graph_init(&unused, program->arena))
        return error_memory(err);
    for (size_t i = 0; i < count && !status; i++)
        if (rules[i].enabled && rules[i].source == program->source)
            status = check_broken(program, set, &unused, &rules[i], err);
    rule_graph_done(&unused);
    return status;
}

/* Only a field of one plain text tells classes apart. */
static int class_slot(struct rule_program *program, uint32_t *ret, struct error *err)
{
    struct rule_use use;
    int status;

    *ret = RULE_NO_SLOT;
    if (!program->source->class_field)
        return 0;
    status = rule_use_resolve(program->source, view_of(program->source->class_field),
                              program->arena, &use, err);
    if (status)
        return status;
    if (use.field && use.field->type == RULE_TEXT && !(use.field->flags & ~RULE_FIELD_OUTPUT_ONLY))
        *ret = rule_slot_of_use(&program->graph.slots, &use);
    return 0;
}

/* A problem of a compiled rule as a whole, at its condition. */
static void warn(struct rule_program *program, const struct ruleset *set, size_t i,
                 const struct error *err)
{
    const struct rule *rule = program->rules[i].rule;
    struct rule_compile c = {.set = set,
                             .rule = rule,
                             .graph = &program->graph,
                             .arena = program->arena,
                             .problems = &program->problems};

    rule_compile_problem(&c, RULE_PROBLEM_WARNING, rule->condition->offset, rule->condition->length,
                         err);
}

static int finish_rule(struct rule_program *program, const struct ruleset *set, size_t i,
                       struct error *fatal)
{
    struct rule_compiled *compiled = &program->rules[i];
    const struct rule_index_rule *rule = &program->index_rules[i];
    struct error err = ERROR_INIT;

    if (!rule->any && !rule->class_count) {
        error_set(&err, ERROR_INPUT, "no event can match this condition");
        warn(program, set, i, &err);
    } else if (rule->any && program->index.class_slot != RULE_NO_SLOT &&
               compiled->rule->warn_evttypes) {
        error_set(&err, ERROR_INPUT, "the rule looks at events of every type");
        error_hint(&err, "add a condition on %s, or set warn_evttypes: false",
                   program->source->class_field);
        warn(program, set, i, &err);
    }
    if (rule->any)
        return 0;
    compiled->classes =
        arena_array(program->arena, rule->class_count + 1, sizeof(*compiled->classes));
    if (!compiled->classes)
        return arena_failed(program->arena, "rules", fatal);
    compiled->class_count = rule->class_count;
    for (size_t k = 0; k < rule->class_count; k++)
        compiled->classes[k] = program->index.classes[rule->classes[k]];
    return 0;
}

static int build(struct rule_program *program, const struct ruleset *set, struct error *err)
{
    size_t subjects = program->source->subject_count ? program->source->subject_count : 1;
    uint32_t class;
    int status = add_rules(program, set, err);

    if (!status)
        status = check_all_broken(program, set, err);
    if (!status)
        status = class_slot(program, &class, err);
    if (!status)
        status = rule_index_classes(&program->index, &program->graph, program->index_rules,
                                    program->rule_count, subjects, class, err);
    if (!status && program->source->facts)
        status = rule_index_facts(&program->index, &program->graph, program, program->source->facts,
                                  err);
    if (!status)
        status = rule_graph_finish(&program->graph, err);
    if (!status)
        status = rule_index_watch(&program->index, &program->graph, program->index_rules, err);
    for (size_t i = 0; i < program->rule_count && !status; i++)
        status = finish_rule(program, set, i, err);
    for (size_t i = 0; i < program->graph.node_count; i++)
        program->match_nodes += program->graph.nodes[i].kind == RULE_NODE_MATCH;
    return status ? status : arena_failed(program->arena, "rules", err);
}

int rule_program_new(const struct ruleset *set, const struct rule_source *source,
                     struct rule_program **ret, struct error *err)
{
    _cleanup_(rule_program_free_p) struct rule_program *program = calloc(1, sizeof(*program));
    int status;

    if (!program)
        return error_memory(err);
    program->source = source;
    program->arena = arena_new(RULE_PROGRAM_LIMIT);
    if (!program->arena || !rule_graph_init(&program->graph, program->arena))
        return error_memory(err);
    status = build(program, set, err);
    if (status)
        return status;
    arena_settle(program->arena);
    *ret = take_ptr(&program);
    return 0;
}

void rule_program_free(struct rule_program *program)
{
    if (!program)
        return;
    rule_graph_done(&program->graph);
    arena_free(program->arena);
    free(program);
}

const struct rule_problem *rule_program_problems(const struct rule_program *program,
                                                 size_t *ret_count)
{
    *ret_count = program->problems.count;
    return program->problems.list;
}

size_t rule_program_rule_count(const struct rule_program *program)
{
    return program->rule_count;
}

const struct rule *rule_program_rule(const struct rule_program *program, size_t i)
{
    return program->rules[i].rule;
}

const struct rule_use *rule_program_uses(const struct rule_program *program, size_t rule,
                                         size_t *ret_count)
{
    *ret_count = program->rules[rule].use_count;
    return program->rules[rule].uses;
}

void rule_program_fields(const struct rule_program *program, rule_program_field *each, void *ctx)
{
    const struct rule_slots *slots = &program->graph.slots;

    for (size_t i = 0; i < slots->count; i++)
        if (slots->list[i].kind == RULE_SLOT_FIELD && slots->list[i].use.field)
            each(ctx, &slots->list[i].use);
}

const struct view *rule_program_classes(const struct rule_program *program, size_t rule,
                                        size_t *ret_count)
{
    *ret_count = program->rules[rule].class_count;
    return program->rules[rule].classes;
}

bool rule_program_never(const struct rule_program *program, size_t rule)
{
    return !program->index_rules[rule].any && !program->index_rules[rule].class_count;
}
