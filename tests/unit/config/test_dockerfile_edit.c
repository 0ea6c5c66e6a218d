/* Repairs of Dockerfiles: every step, what it leaves alone, and that a second
 * time changes nothing. */
#include "base/buf.h"
#include "config/dockerfile/dockerfile-edit.h"
#include "config/kind.h"
#include "test.h"

enum { MEMORY = 64 << 20, TEXT = 1 << 20 };

/* A step is done at every event of a subject at which `program`, when it is
 * given, is the command's name, or `keyword` the instruction's. */
static const struct {
    const char *name, *fix, *subject, *where, *input, *want;
} cases[] = {
    {"option behind the subcommand", "[{add_option: -y}]", "command", "apt-get",
     "FROM a\nRUN sudo apt-get -q \\\n  install curl # c\n",
     "FROM a\nRUN sudo apt-get -q \\\n  install -y curl # c\n"},
    {"option that is there", "[{add_option: -y}]", "command", "apt-get",
     "FROM a\nRUN apt-get install -y curl\n", NULL},
    {"option of a program without subcommands", "[{add_option: -l}]", "command", "useradd",
     "FROM a\nRUN useradd x\n", "FROM a\nRUN useradd -l x\n"},
    {"command behind one line", "[{append_command: rm -rf /x}]", "run", "RUN",
     "FROM a\nRUN a && b  \nCMD c\n", "FROM a\nRUN a && b && rm -rf /x  \nCMD c\n"},
    {"command behind several lines", "[{append_command: rm -rf /x}]", "run", "RUN",
     "FROM a\nRUN a \\\n # c\n && b\n", "FROM a\nRUN a \\\n # c\n && b \\\n && rm -rf /x\n"},
    {"command behind a comment", "[{append_command: rm -rf /x}]", "run", "RUN",
     "FROM a\nRUN a # b\n", NULL},
    {"command behind exec form", "[{append_command: rm -rf /x}]", "run", "RUN",
     "FROM a\nRUN [\"a\"]\n", NULL},
    {"command behind a here-document", "[{append_command: rm -rf /x}]", "run", "RUN",
     "FROM a\nRUN <<E\na\nE\n", NULL},
    {"command when it is that program", "[{append_command: x clean, when: dnf}]", "command", "yum",
     "FROM a\nRUN yum install a\n", NULL},
    {"instruction at the end", "[{append_instruction: USER 5}]", "stage", NULL, "FROM a\nRUN b\n",
     "FROM a\nRUN b\nUSER 5\n"},
    {"instruction before CMD, CRLF", "[{append_instruction: USER 5}]", "stage", NULL,
     "FROM a\r\nRUN b\r\n# start\r\nCMD c", "FROM a\r\nRUN b\r\nUSER 5\r\n# start\r\nCMD c"},
    {"instruction without a last newline", "[{append_instruction: USER 5}]", "stage", NULL,
     "FROM a", "FROM a\nUSER 5\n"},
    {"instruction with an answer", "[{ask: user, append_instruction: \"USER {}\"}]", "stage", NULL,
     "FROM a\n", "FROM a\nUSER 1001\n"},
    {"question without an answer", "[{ask: other, append_instruction: \"USER {}\"}]", "stage", NULL,
     "FROM a\n", NULL},
    {"instruction before", "[{insert_before: 'SHELL [\"b\"]'}]", "run", "RUN", "FROM a\n  RUN x\n",
     "FROM a\nSHELL [\"b\"]\n  RUN x\n"},
    {"destination", "[{end_destination: /}]", "copy", NULL, "FROM a\nCOPY --link b \\\n  c d\n",
     "FROM a\nCOPY --link b \\\n  c d/\n"},
    {"maintainer", "[{maintainer_to_label: a.b}]", "instruction", "MAINTAINER",
     "FROM a\nmaintainer J <j@x>\n", "FROM a\nlabel a.b=\"J <j@x>\"\n"},
    {"blank lines", "[{remove_blank_lines: true}]", "instruction", "RUN",
     "FROM a\nRUN b \\\n\n   \\\n  c\n\nCMD d\n", "FROM a\nRUN b \\\n   \\\n  c\n\nCMD d\n"},
    {"flag", "[{remove_flag: network}]", "run", "RUN",
     "FROM a\nRUN --mount=type=tmpfs,target=/x --network=host b\n",
     "FROM a\nRUN --mount=type=tmpfs,target=/x b\n"},
    {"flag on a line", "[{remove_flag: network}]", "run", "RUN",
     "FROM a\nRUN --network=host \\\n  b\n", "FROM a\nRUN \\\n  b\n"},
    {"set a flag", "[{set_flag: chown, to: '5:5'}]", "copy", NULL, "FROM a\nCOPY b c\n",
     "FROM a\nCOPY --chown=5:5 b c\n"},
    {"set a flag that is there", "[{set_flag: chown, to: '5:5'}]", "copy", NULL,
     "FROM a\nCOPY --link --chown=root b c\n", "FROM a\nCOPY --link --chown=5:5 b c\n"},
    {"remove an instruction", "[{remove_instruction: true}]", "instruction", "CMD",
     "FROM a\n# c\nCMD b \\\n  c\nRUN d\n", "FROM a\n# c\nRUN d\n"},
    {"remove ONBUILD", "[{remove_instruction: true}]", "instruction", "CMD",
     "FROM a\nONBUILD CMD b\nRUN d\n", "FROM a\nRUN d\n"},
    {"remove a pair", "[{remove_pair: true}]", "env", "A", "FROM a\nENV A=1 \\\n    B=2\n",
     "FROM a\nENV \\\n    B=2\n"},
    {"remove the last pair", "[{remove_pair: true}]", "env", "B",
     "FROM a\nENV A=1 \\\n    B=2\nRUN x\n", "FROM a\nENV A=1\nRUN x\n"},
    {"remove the only pair", "[{remove_pair: true}]", "env", "A", "FROM a\nENV A=1\nRUN x\n",
     "FROM a\nRUN x\n"},
    {"short option", "[{remove_short_option: k}]", "command", "curl",
     "FROM a\nRUN curl -fsSLk x && curl -k y\n", "FROM a\nRUN curl -fsSL x && curl y\n"},
    {"word on its own line", "[{remove_word: --bad}]", "command", "x",
     "FROM a\nRUN x a \\\n  --bad \\\n  b\n", "FROM a\nRUN x a \\\n  b\n"},
    {"word on the last line", "[{remove_word: --bad}]", "command", "x",
     "FROM a\nRUN x a \\\n  --bad\nCMD b\n", "FROM a\nRUN x a\nCMD b\n"},
    {"word between others", "[{remove_word: --bad}]", "command", "x",
     "FROM a\nRUN x --bad  b; x '--bad'\n", "FROM a\nRUN x  b; x '--bad'\n"},
    {"wrapper", "[{remove_wrapper: sudo}]", "command", "b", "FROM a\nRUN a && sudo -E b c\n",
     "FROM a\nRUN a && b c\n"},
    {"two wrappers", "[{remove_wrapper: sudo}]", "command", "b", "FROM a\nRUN sudo env X=1 b c\n",
     NULL},
    {"keyword", "[{replace_keyword: COPY}]", "copy", NULL, "FROM a\nADD b c\nadd d e\n",
     "FROM a\nCOPY b c\ncopy d e\n"},
    {"program", "[{replace_program: apt-get}]", "command", "apt",
     "FROM a\nRUN apt update && sudo apt install b\n",
     "FROM a\nRUN apt-get update && sudo apt-get install b\n"},
    {"word", "[{replace_word: KILL, with: TERM}]", "instruction", "STOPSIGNAL",
     "FROM a\nSTOPSIGNAL KILL\n", "FROM a\nSTOPSIGNAL TERM\n"},
    {"tag", "[{set_base_tag: '12'}]", "stage", NULL, "FROM a AS b\nFROM c:1\nFROM $d\n",
     "FROM a:12 AS b\nFROM c:1\nFROM $d\n"},
    {"exec form", "[{use_exec_form: true}]", "instruction", "CMD",
     "FROM a\nCMD nginx -g \"daemon off;\" 'a\"b'\n",
     "FROM a\nCMD [\"nginx\", \"-g\", \"daemon off;\", \"a\\\"b\"]\n"},
    {"no exec form: needs a shell", "[{use_exec_form: true}]", "instruction", "CMD",
     "FROM a\nCMD a && b\nCMD a $X\nCMD a *\nCMD a > b\nCMD X=1 a\nCMD cd x\nCMD ~/a\n", NULL},
    {"pairs", "[{use_pairs: true}]", "instruction", "ENV", "FROM a\nENV A b c\nENV D e\nENV F=g\n",
     "FROM a\nENV A=\"b c\"\nENV D=e\nENV F=g\n"},
    {"no pairs: quotes", "[{use_pairs: true}]", "instruction", "ENV", "FROM a\nENV A \"b\" c\n",
     NULL},
};

struct run {
    size_t at;
    struct dockerfile_edits edits;
    const struct document_node *fix;
    size_t asked;
};

static bool answer(void *ctx, struct view question, struct view *ret)
{
    (void)ctx;
    *ret = VIEW("1001");
    return view_eq(question, VIEW("user"));
}

static bool is_meant(const struct run *run, const struct config_event *told)
{
    const struct dockerfile_event *event = told->event;
    struct view where = view_of(cases[run->at].where);

    if (strcmp(config_dockerfile.source->subjects[told->subject].name, cases[run->at].subject))
        return false;
    if (!where.len)
        return true;
    if (event->command)
        return view_eq(event->command->name, where);
    if (strcmp(cases[run->at].subject, "env") == 0)
        return view_eq(event->step->instruction->pairs[event->at].name.text, where);
    return view_eq_nocase(event->step->instruction->keyword, where);
}

static int on_event(void *ctx, const struct config_event *told, struct error *err)
{
    static const struct dockerfile_answers answers = {NULL, answer};
    struct run *run = ctx;

    return is_meant(run, told)
               ? dockerfile_edits_add(&run->edits, told->event, run->fix, &answers, err)
               : 0;
}

static int on_problem(void *ctx, const struct config_file *file, const struct config_place *place,
                      const struct diagnostic *diagnostic, struct error *err)
{
    (void)ctx;
    (void)file;
    (void)place;
    (void)diagnostic;
    (void)err;
    return 0;
}

static void repair(size_t at, struct view text, struct arena *arena, struct buf *to)
{
    struct run run = {.at = at, .edits = {.arena = arena}};
    const struct config_visitor visitor = {&run, on_event, on_problem};
    const struct config_file file = {.path = VIEW("Dockerfile"), .text = text};
    struct document_set set;
    struct config_reader *reader;
    struct error err = ERROR_INIT;
    bool claimed = false;

    assert_int_equal(document_parse(view_of(cases[at].fix), DOCUMENT_YAML, arena, &set, &err), 0);
    run.fix = set.list[0].root;
    assert_int_equal(config_dockerfile.open(arena, &(struct config_target){0}, &reader, &err), 0);
    assert_int_equal(config_dockerfile.add(reader, &file, &claimed, &err), 0);
    assert_int_equal(config_dockerfile.visit(reader, &visitor, &err), 0);
    assert_int_equal(dockerfile_edits_write(&run.edits, text, to, &err), 0);
    if (strstr(cases[at].fix, "other"))
        assert_int_equal(run.edits.asked_count, 1);
}

static void test_steps(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        _cleanup_arena_ struct arena *arena = arena_new(MEMORY);
        _cleanup_(buf_done) struct buf once = BUF_INIT(TEXT), twice = BUF_INIT(TEXT);
        const char *want = cases[i].want ? cases[i].want : cases[i].input;

        repair(i, view_of(cases[i].input), arena, &once);
        if (!view_eq(buf_view(&once), view_of(want)))
            fail_msg("%s: got\n%s\nwant\n%s", cases[i].name, buf_cstr(&once), want);
        if (strstr(cases[i].fix, "insert_before") || strstr(cases[i].fix, "remove_pair"))
            continue; /* the rule no longer finds anything to repair */
        repair(i, buf_view(&once), arena, &twice);
        if (!view_eq(buf_view(&once), buf_view(&twice)))
            fail_msg("%s: a second time gave\n%s", cases[i].name, buf_cstr(&twice));
    }
}

static void test_unknown_step(void **state)
{
    _cleanup_arena_ struct arena *arena = arena_new(MEMORY);
    struct dockerfile_edits edits = {.arena = arena};
    struct dockerfile file;
    struct dockerfile_build build;
    struct dockerfile_event event = {.build = &build};
    struct document_set set;
    struct error err = ERROR_INIT;

    (void)state;
    assert_int_equal(dockerfile_parse(VIEW("FROM a\n"), arena, &file, &err), 0);
    assert_int_equal(dockerfile_build(&file, arena, &build, &err), 0);
    assert_int_equal(document_parse(VIEW("[{dance: true}]"), DOCUMENT_YAML, arena, &set, &err), 0);
    assert_int_equal(dockerfile_edits_add(&edits, &event, set.list[0].root, NULL, &err),
                     ERROR_INPUT);
    assert_string_equal(err.message, "a fix has a step that is not known");
}

RUN_TESTS(cmocka_unit_test(test_steps), cmocka_unit_test(test_unknown_step))
