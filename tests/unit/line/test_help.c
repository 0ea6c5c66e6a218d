#include "cmd/line/help.h"

#include "base/text.h"
#include "cmd/line/completion.h"
#include "cmd/line/manual.h"
#include "cmd/line/markdown.h"
#include "test.h"

/* A small program of its own. */
struct values {
    int color;
    const char *output;
};

static bool word(size_t i, struct option_word *ret)
{
    static const struct option_word words[] = {{"auto", "on a terminal"}, {"never", NULL}};

    if (i < COUNT(words))
        *ret = words[i];
    return i < COUNT(words);
}

static const struct option table[] = {
    {.name = "color",
     .type = OPTION_CHOICE,
     .argument = "WHEN",
     .initial = "auto",
     .word = word,
     .doc = "colour in tables"},
    {.name = "output",
     .letter = 'o',
     .type = OPTION_TEXT,
     .argument = "FILE",
     .variable = "TEST_OUTPUT",
     .doc = "write to FILE|DIR"},
};
static const struct option_group group = {"Options", table, COUNT(table)};
static const struct option_group *const groups[] = {&group, NULL};
static const char *const description[] = {"Reads things.", ".dots and \\ are text", NULL};
static const struct command_example examples[] = {{"test run x", "an example"}, {NULL, NULL}};

static const struct command program, verb_run;
static const struct command *const verbs[] = {&verb_run, NULL};
static const struct command program = {
    .name = "test", .summary = "does things", .verbs = verbs, .options = groups};
static const struct command verb_run = {
    .name = "run",
    .parent = &program,
    .operands = "REF",
    .summary = "runs things",
    .description = description,
    .examples = examples,
    .options = groups,
};

static const struct {
    const char *name;
    const struct command *command;
    void (*write)(const struct command *command, struct buf *to);
    const char *parts[8];
} cases[] = {
    {"help of a program",
     &program,
     NULL,
     {"test: does things\n\nusage: test [OPTIONS] COMMAND\n", "\nCommands\n  run REF ", "NO_COLOR",
      "\nExit codes\n  0  "}},
    {"help of a verb",
     &verb_run,
     NULL,
     {"test run: runs things\n\nusage: test run [OPTIONS] REF\n\nReads things.\n",
      "      --color WHEN          colour in tables: auto (on a terminal), never [default: auto]\n",
      "  -o, --output FILE         write to FILE|DIR [TEST_OUTPUT]\n",
      "\nExamples\n  test run x\n      an example\n"}},
    {"markdown",
     &verb_run,
     markdown_write,
     {"```\ntest run [OPTIONS] REF\n```\n",
      "| `--color WHEN` | colour in tables: `auto` (on a terminal), `never` | `auto` |  |\n",
      "| `-o, --output FILE` | write to FILE\\|DIR |  | `TEST_OUTPUT` |\n"}},
    {"manual",
     &verb_run,
     manual_write,
     {".TH test-run 1 ", "test-run \\- runs things\n", ".PP\n\\&.dots and \\e are text\n",
      ".TP\n\\fB\\-o, \\-\\-output FILE\\fR\nwrite to FILE|DIR [TEST_OUTPUT]\n",
      ".SH \"EXIT STATUS\"\n", "\\fBtest run x\\fR\nan example\n"}},
};

static void write_help(const struct command *command, struct buf *to)
{
    help_write(command, 100, to);
}

static void writes_each_form(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        _cleanup_(buf_done) struct buf text = BUF_INIT(1 << 20);

        print_message("%s\n", cases[i].name);
        (cases[i].write ? cases[i].write : write_help)(cases[i].command, &text);
        for (const char *const *part = cases[i].parts; *part; part++)
            if (!strstr(buf_cstr(&text), *part))
                fail_msg("not found: %s\nin: %s", *part, buf_cstr(&text));
    }
}

static void no_line_is_too_long(void **state)
{
    (void)state;
    for (size_t width = 60; width <= 100; width += 20) {
        _cleanup_(buf_done) struct buf text = BUF_INIT(1 << 20);
        struct view rest;

        help_write(&program, width, &text);
        rest = buf_view(&text);
        while (rest.ptr)
            assert_true(text_width(view_line(&rest)) <= width);
    }
}

static const struct {
    const char *shell;
    const char *parts[4];
} shells[] = {
    {"bash",
     {"'/run') path=$path/$word ;;", "'/run:--color') words='auto never' ;;",
      "'/run:'*) words='--color --output ' files=1 ;;", "complete -o filenames"}},
    {"zsh", {"autoload -U +X bashcompinit && bashcompinit\n", "complete -o filenames"}},
    {"fish",
     {"complete -c test -n '__fish_use_subcommand' -f -a run -d 'runs things'\n",
      "-n '__fish_seen_subcommand_from run' -l color -r -f -a 'auto never'"}},
};

static void completes_in_each_shell(void **state)
{
    (void)state;
    assert_int_equal(completion_shell_count, COUNT(shells));
    for (size_t i = 0; i < COUNT(shells); i++) {
        _cleanup_(buf_done) struct buf text = BUF_INIT(1 << 20);

        assert_string_equal(completion_shells[i].name, shells[i].shell);
        completion_shells[i].write(&program, &text);
        for (size_t k = 0; k < COUNT(shells[i].parts) && shells[i].parts[k]; k++)
            if (!strstr(buf_cstr(&text), shells[i].parts[k]))
                fail_msg("not found: %s\nin: %s", shells[i].parts[k], buf_cstr(&text));
    }
}

RUN_TESTS(cmocka_unit_test(writes_each_form), cmocka_unit_test(no_line_is_too_long),
          cmocka_unit_test(completes_in_each_shell))
