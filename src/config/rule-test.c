#include "config/rule-test.h"

#include "base/text.h"
#include "config/checks.h"
#include "config/kubernetes/version.h"

enum { INPUT_ARENA_LIMIT = 64 << 20, OUTPUT_LIMIT = 64 << 10 };

struct run {
    const struct rule_program *program;
    const struct rule_source *source;
    struct rule_evaluation *evaluation;
    struct arena *arena; /* for failures */
    struct arena *input; /* for one input */
    struct rule_test_tally *tally;
    const struct rule *rule;
    size_t index; /* of the rule in the program */
    const struct rule_test *test;
    /* What an input gave. */
    uint32_t *counts;  /* by rule */
    struct buf output; /* the first of `rule` */
};

__attribute__((format(printf, 2, 3))) static void fail(struct run *run, const char *format, ...)
{
    struct rule_test_failure *failure =
        arena_push(run->arena, &run->tally->failures, &run->tally->failure_count, sizeof(*failure));
    char text[1024];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    if (failure)
        *failure = (struct rule_test_failure){run->rule->file, run->test->mark.line, run->rule->id,
                                              arena_copy(run->arena, view_of(text))};
}

/* ---- Inputs ---- */

static void evaluate(struct run *run, const void *event, size_t subject)
{
    size_t count;
    const uint32_t *matches = rule_evaluate(run->evaluation, event, subject, false, &count);

    for (size_t i = 0; i < count; i++)
        if (run->counts[matches[i]]++ == 0 && matches[i] == run->index)
            rule_evaluation_output(run->evaluation, run->index, TEXT_ENGLISH, &run->output);
}

static int on_event(void *ctx, const struct config_event *event, struct error *err)
{
    (void)err;
    evaluate(ctx, event->event, event->subject);
    return 0;
}

static int on_problem(void *ctx, const struct config_file *file, const struct config_place *place,
                      const struct diagnostic *diagnostic, struct error *err)
{
    struct run *run = ctx;

    (void)file;
    (void)err;
    /* A case may be about what is odd; what can't be read is no case. */
    if (diagnostic->level == DIAGNOSTIC_ERROR)
        fail(run, "the input has a fault in line %u: %.*s", place ? place->line : 0,
             VIEW_ARG(diagnostic->message));
    return 0;
}

static const struct config_kind *kind_of(const struct rule_source *source)
{
    for (size_t i = 0; i < CONFIG_KINDS; i++)
        if (config_kinds[i]->source == source)
            return config_kinds[i];
    return NULL;
}

/* The name decides for some kinds. */
static struct view path_for(const struct config_kind *kind)
{
    if (kind == &config_dockerfile)
        return VIEW("Dockerfile");
    return kind == &config_compose ? VIEW("compose.yaml") : VIEW("input.yaml");
}

static int parse_input(struct run *run, struct view text, struct document_set *set,
                       struct error *err)
{
    struct view trimmed = view_trim(text);
    bool json = trimmed.len && trimmed.ptr[0] == '{';

    return document_parse(text, json ? DOCUMENT_JSON : DOCUMENT_YAML, run->input, set, err);
}

/* The case's `kubernetes: "1.22"`. */
static int read_target(const struct run *run, struct config_target *ret, struct error *err)
{
    const struct document_node *version = document_get(run->test->node, VIEW("kubernetes"));

    return version ? kubernetes_version_parse(document_text(version), &ret->kubernetes_minor, err)
                   : 0;
}

static int feed_kind(struct run *run, const struct config_kind *kind, struct view text,
                     struct error *err)
{
    const struct config_visitor visitor = {run, on_event, on_problem};
    struct document_set set = {0};
    struct config_file file = {.path = path_for(kind), .text = text};
    struct config_target target = {0};
    struct config_reader *reader;
    bool claimed = false;
    int r = read_target(run, &target, err);

    if (r == 0)
        r = kind->open(run->input, &target, &reader, err);
    if (r == 0 && kind != &config_dockerfile) {
        r = parse_input(run, text, &set, err);
        file.documents = &set;
        for (size_t i = 0; r == 0 && i < set.count; i++)
            if (set.list[i].error)
                return error_set(err, ERROR_INPUT, "%s", set.list[i].error->message);
    }
    if (r == 0)
        r = kind->add(reader, &file, &claimed, err);
    if (r == 0 && !claimed)
        r = error_set(err, ERROR_INPUT, "it is not of the kind %s", kind->name);
    return r < 0 ? r : kind->visit(reader, &visitor, err);
}

/* An event of a source whose events are documents. */
static int feed_event(struct run *run, const struct document_node *input, struct error *err)
{
    struct document_set set;
    int r;

    if (input->kind == DOCUMENT_MAPPING) {
        evaluate(run, input, 0);
        return 0;
    }
    r = parse_input(run, document_text(input), &set, err);
    for (size_t i = 0; r == 0 && i < set.count; i++) {
        if (set.list[i].error)
            return error_set(err, ERROR_INPUT, "%s", set.list[i].error->message);
        if (set.list[i].root)
            evaluate(run, set.list[i].root, 0);
    }
    return r;
}

/* False: the input could not be read, which is told. */
static bool feed(struct run *run, const struct document_node *input)
{
    const struct config_kind *kind = kind_of(run->source);
    struct error err = ERROR_INIT;
    int r;

    memset(run->counts, 0, rule_program_rule_count(run->program) * sizeof(*run->counts));
    buf_reset(&run->output);
    arena_reset(run->input);
    r = kind ? feed_kind(run, kind, document_text(input), &err) : feed_event(run, input, &err);
    if (r < 0)
        fail(run, "the input can't be read: %s", err.message);
    return r == 0;
}

/* ---- Cases ---- */

static void check_output(struct run *run)
{
    struct view want = document_get_text(run->test->node, VIEW("output"));

    if (want.len && !view_eq(want, buf_view(&run->output)))
        fail(run, "it says '%.*s', and not '%.*s'", VIEW_ARG(buf_view(&run->output)),
             VIEW_ARG(want));
}

static void check_count(struct run *run)
{
    const struct document_node *want = document_get(run->test->node, VIEW("count"));

    if (want && want->kind == DOCUMENT_INTEGER && want->integer != run->counts[run->index])
        fail(run, "it fires %u times on the bad case, and not %lld times", run->counts[run->index],
             (long long)want->integer);
}

static void check_bad(struct run *run, const struct document_node *input)
{
    if (!feed(run, input))
        return;
    if (run->counts[run->index] == 0)
        fail(run, "it does not fire on the bad case");
    else {
        check_output(run);
        check_count(run);
    }
}

static void check_good(struct run *run, const struct document_node *input)
{
    if (feed(run, input) && run->counts[run->index])
        fail(run, "it fires on the good case: %.*s", VIEW_ARG(buf_view(&run->output)));
}

static bool expects(const struct document_node *list, const struct rule *rule)
{
    if (list->kind != DOCUMENT_SEQUENCE)
        return view_eq(document_text(list), rule->name) || view_eq(document_text(list), rule->id);
    for (size_t i = 0; i < list->sequence.count; i++)
        if (expects(list->sequence.items[i], rule))
            return true;
    return false;
}

static void check_input(struct run *run, const struct document_node *input)
{
    const struct document_node *expected = document_get(run->test->node, VIEW("expect"));

    if (!feed(run, input))
        return;
    for (size_t i = 0; i < rule_program_rule_count(run->program); i++) {
        const struct rule *rule = rule_program_rule(run->program, i);
        bool want = expected ? expects(expected, rule) : i == run->index;

        if (!expected && i != run->index)
            continue;
        if (want && !run->counts[i])
            fail(run, "%.*s does not match the input", VIEW_ARG(rule->name));
        else if (!want && run->counts[i])
            fail(run, "%.*s matches the input", VIEW_ARG(rule->name));
    }
    check_output(run);
}

static void run_case(struct run *run)
{
    static const struct {
        struct view key;
        void (*check)(struct run *run, const struct document_node *input);
    } parts[] = {
        {VIEW("bad"), check_bad},
        {VIEW("good"), check_good},
        {VIEW("input"), check_input},
    };
    bool any = false;

    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        const struct document_node *input = document_get(run->test->node, parts[i].key);

        if (!input)
            continue;
        any = true;
        run->tally->cases++;
        parts[i].check(run, input);
    }
    if (!any)
        fail(run, "the case has neither 'bad', 'good' nor 'input'");
}

static int run_rules(struct run *run, struct error *err)
{
    size_t count = rule_program_rule_count(run->program);

    run->counts = arena_array(run->arena, count ? count : 1, sizeof(*run->counts));
    if (!run->counts)
        return error_memory(err);
    for (run->index = 0; run->index < count; run->index++) {
        run->rule = rule_program_rule(run->program, run->index);
        run->tally->rules++;
        run->tally->untested += run->rule->test_count == 0;
        for (size_t i = 0; i < run->rule->test_count; i++) {
            run->test = &run->rule->tests[i];
            run_case(run);
        }
    }
    return arena_failed(run->arena, "the results", err);
}

int rule_test_run(const struct rule_program *program, const struct rule_source *source,
                  struct arena *arena, struct rule_test_tally *tally, struct error *err)
{
    _cleanup_(rule_evaluation_free_p) struct rule_evaluation *evaluation = NULL;
    _cleanup_arena_ struct arena *input = arena_new(INPUT_ARENA_LIMIT);
    struct run run = {
        .program = program,
        .source = source,
        .arena = arena,
        .input = input,
        .tally = tally,
        .output = BUF_INIT(OUTPUT_LIMIT),
    };
    int r = input ? rule_evaluation_new(program, &evaluation, err) : error_memory(err);

    if (r < 0)
        return r;
    run.evaluation = evaluation;
    r = run_rules(&run, err);
    buf_done(&run.output);
    return r;
}
