#include "cmd/line/parse.h"

#include "test.h"

struct values {
    bool quiet, help;
    const char *output;
    uint64_t jobs;
};

static const struct option main_options[] = {
    {.name = "quiet", .letter = 'q', .offset = offsetof(struct values, quiet)},
    {.name = "help", .letter = 'h', .offset = offsetof(struct values, help)},
};
static const struct option more_options[] = {
    {.name = "output",
     .letter = 'o',
     .type = OPTION_TEXT,
     .argument = "FILE",
     .offset = offsetof(struct values, output),
     .variable = "TEST_OUTPUT"},
    {.name = "jobs",
     .letter = 'j',
     .type = OPTION_NUMBER,
     .argument = "N",
     .min = 1,
     .max = 8,
     .offset = offsetof(struct values, jobs),
     .initial = "2",
     .variable = "TEST_JOBS"},
};
static const struct option_group main_group = {"Main", main_options, COUNT(main_options)};
static const struct option_group more_group = {"More", more_options, COUNT(more_options)};
static const struct option_group *const groups[] = {&main_group, &more_group, NULL};

enum { WORDS = 8 };

/* Everything that was read, on one line. */
static void describe(const struct values *values, const char *const *operands, size_t count,
                     struct buf *to)
{
    buf_addf(to, "%s%s", values->quiet ? "quiet " : "", values->help ? "help " : "");
    buf_addf(to, "output=%s jobs=%llu:", values->output ? values->output : "-",
             (unsigned long long)values->jobs);
    for (size_t i = 0; i < count; i++)
        buf_addf(to, " %s", operands[i]);
}

static const struct {
    const char *name;
    const char *words[WORDS];
    const char *want;
} good[] = {
    {"nothing", {NULL}, "output=- jobs=2:"},
    {"operands", {"a", "b", NULL}, "output=- jobs=2: a b"},
    {"--name value", {"--output", "f", NULL}, "output=f jobs=2:"},
    {"--name=value", {"--output=f=g", NULL}, "output=f=g jobs=2:"},
    {"-x value", {"-o", "f", NULL}, "output=f jobs=2:"},
    {"-xvalue", {"-of", NULL}, "output=f jobs=2:"},
    {"a bundle", {"-qho", "f", NULL}, "quiet help output=f jobs=2:"},
    {"a bundle with its value", {"-qj4", NULL}, "quiet output=- jobs=4:"},
    {"options behind operands", {"a", "-q", "b", "--jobs=3", NULL}, "quiet output=- jobs=3: a b"},
    {"-- ends options", {"-q", "--", "--jobs", "-x", NULL}, "quiet output=- jobs=2: --jobs -x"},
    {"- is an operand", {"-", "-q", NULL}, "quiet output=- jobs=2: -"},
    {"a value may look like an option", {"-o", "-q", NULL}, "output=-q jobs=2:"},
    {"the last counts", {"-j3", "--jobs", "5", NULL}, "output=- jobs=5:"},
    {"a flag with a value", {"--quiet=true", "--help=false", NULL}, "quiet output=- jobs=2:"},
};

static void reads_good_lines(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(good); i++) {
        const struct parse_input input = {good[i].words, false};
        _cleanup_(buf_done) struct buf got = BUF_INIT(4096);
        struct values values;
        const char *operands[WORDS], *const *next;
        size_t count;

        print_message("%s\n", good[i].name);
        assert_int_equal(parse_defaults(groups, &values, NULL), 0);
        assert_int_equal(parse_words(groups, &input, &values, operands, &count, &next, NULL), 0);
        assert_null(*next);
        describe(&values, operands, count, &got);
        assert_string_equal(buf_cstr(&got), good[i].want);
    }
}

static const struct {
    const char *name;
    const char *words[WORDS];
    const char *message;
} bad[] = {
    {"near", {"--ouptut", "f", NULL}, "unknown option --ouptut; did you mean --output?"},
    {"near, with a value", {"--job=3", NULL}, "unknown option --job; did you mean --jobs?"},
    {"far", {"--everything", NULL}, "unknown option --everything"},
    {"letter", {"-x", NULL}, "unknown option -x"},
    {"letter in a bundle", {"-qx", NULL}, "unknown option -x"},
    {"value missing", {"--output", NULL}, "--output needs a value: FILE"},
    {"value missing behind a letter", {"-qo", NULL}, "-o needs a value: FILE"},
    {"bad value", {"-j9", NULL}, "-j: '9' is not a number from 1 to 8"},
    {"empty value", {"--jobs=", NULL}, "--jobs: '' is not a number from 1 to 8"},
    {"control characters", {"--\x1b[2J", NULL}, "unknown option --?[2J"},
};

static void refuses_bad_lines(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++) {
        const struct parse_input input = {bad[i].words, false};
        struct error err = ERROR_INIT;
        struct values values;
        const char *operands[WORDS], *const *next;
        size_t count;

        print_message("%s\n", bad[i].name);
        parse_defaults(groups, &values, NULL);
        assert_int_equal(parse_words(groups, &input, &values, operands, &count, &next, &err),
                         ERROR_USAGE);
        assert_string_equal(err.message, bad[i].message);
    }
}

static void stops_at_the_command(void **state)
{
    const char *words[] = {"-q", "image", "-j", NULL};
    const struct parse_input input = {words, true};
    struct values values;
    const char *operands[WORDS], *const *next;
    size_t count;

    (void)state;
    parse_defaults(groups, &values, NULL);
    assert_int_equal(parse_words(groups, &input, &values, operands, &count, &next, NULL), 0);
    assert_true(values.quiet);
    assert_int_equal(count, 0);
    assert_string_equal(*next, "image");
}

static void reads_the_environment(void **state)
{
    const char *variables[] = {"TEST_JOBS=7", "TEST_OUTPUT=", NULL};
    const char *wrong[] = {"TEST_JOBS=many", NULL};
    const struct environment env = {variables}, wrong_env = {wrong};
    struct error err = ERROR_INIT;
    struct values values;

    (void)state;
    parse_defaults(groups, &values, NULL);
    assert_int_equal(parse_environment(groups, &env, &values, NULL), 0);
    assert_int_equal(values.jobs, 7);
    assert_null(values.output);
    assert_int_equal(parse_environment(groups, &wrong_env, &values, &err), ERROR_USAGE);
    assert_string_equal(err.message, "environment: TEST_JOBS: 'many' is not a number from 1 to 8");
}

RUN_TESTS(cmocka_unit_test(reads_good_lines), cmocka_unit_test(refuses_bad_lines),
          cmocka_unit_test(stops_at_the_command), cmocka_unit_test(reads_the_environment))
