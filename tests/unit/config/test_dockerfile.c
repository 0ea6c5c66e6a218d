/* Dockerfiles: how they are split, expanded and built. What BuildKit's own
 * parser says of the same texts was compared when the tables were written. */
#include "base/buf.h"
#include "config/dockerfile/build.h"
#include "test.h"

enum { MEMORY = 64 << 20 };

static void add_words(struct buf *to, const struct dockerfile_instruction *instruction)
{
    for (size_t i = 0; i < instruction->flag_count; i++)
        buf_addf(to, " --%.*s%s%.*s", VIEW_ARG(instruction->flags[i].name),
                 instruction->flags[i].has_value ? "=" : "", VIEW_ARG(instruction->flags[i].value));
    for (size_t i = 0; i < instruction->word_count; i++)
        buf_addf(to, " [%.*s]", VIEW_ARG(instruction->words[i].text));
    for (size_t i = 0; i < instruction->pair_count; i++)
        buf_addf(to, " %.*s%s%.*s", VIEW_ARG(instruction->pairs[i].name.text),
                 instruction->pairs[i].has_value ? "=" : "",
                 VIEW_ARG(instruction->pairs[i].value.text));
    for (size_t i = 0; i < instruction->heredoc_count; i++)
        buf_addf(to, " <%.*s%s%s:%.*s>", VIEW_ARG(instruction->heredocs[i].name),
                 instruction->heredocs[i].strip_tabs ? "-" : "",
                 instruction->heredocs[i].expand ? "" : "!",
                 VIEW_ARG(instruction->heredocs[i].content));
    if (instruction->trigger) {
        buf_addf(to, " (%.*s", VIEW_ARG(instruction->trigger->keyword));
        add_words(to, instruction->trigger);
        buf_add_char(to, ')');
    }
}

static void describe(const struct dockerfile *file, struct buf *to)
{
    for (size_t i = 0; i < file->instruction_count; i++) {
        const struct dockerfile_instruction *instruction = &file->instructions[i];
        struct dockerfile_mark mark = dockerfile_mark(file, instruction->span.start);

        buf_addf(to, "%s%u:%u %.*s%s", i ? "\n" : "", mark.line, mark.column,
                 VIEW_ARG(instruction->keyword), instruction->exec ? " exec" : "");
        add_words(to, instruction);
    }
}

static const struct {
    const char *name, *input, *want;
} splits[] = {
    {"case and blanks", "  from\ta  AS  b\n", "1:3 from [a] [AS] [b]"},
    {"comments and blank lines", "# c\n\nFROM a\n  # d\nRUN x\n", "3:1 FROM [a]\n5:1 RUN [x]"},
    {"byte order mark",
     "\xef\xbb\xbf"
     "FROM a",
     "1:2 FROM [a]"},
    {"CRLF", "FROM a\r\nRUN x \\\r\n  y\r\n", "1:1 FROM [a]\n2:1 RUN [x   y]"},
    {"continued", "RUN a \\\n  b\\\nc\n", "1:1 RUN [a   bc]"},
    {"comment between continued lines", "RUN a \\\n # c\n b\n", "1:1 RUN [a  b]"},
    {"blank line between continued lines", "RUN a \\\n\n b\n", "1:1 RUN [a  b]"},
    {"blanks behind the escape", "RUN a \\ \t\n b\n", "1:1 RUN [a  b]"},
    {"escaped escape ends a line", "RUN a \\\\\nRUN b\n", "1:1 RUN [a \\\\]\n2:1 RUN [b]"},
    {"other escape", "# escape=`\nFROM a\nRUN x `\n y\\\nRUN z\n",
     "2:1 FROM [a]\n3:1 RUN [x  y\\]\n5:1 RUN [z]"},
    {"escape directive behind a comment is none", "# c\n# escape=`\nRUN x `\nRUN y\n",
     "3:1 RUN [x `]\n4:1 RUN [y]"},
    {"exec form", "CMD [\"a\", \"b c\", \"\\u00e9\\n\"]\n", "1:1 CMD exec [a] [b c] [\xc3\xa9\n]"},
    {"array with single quotes is text", "CMD ['a', 'b']\n", "1:1 CMD [['a', 'b']]"},
    {"array with a comma too many is text", "CMD [\"a\",]\n", "1:1 CMD [[\"a\",]]"},
    {"empty array", "CMD []\n", "1:1 CMD exec"},
    {"array of COPY", "COPY [\"a b\", \"c\"]\n", "1:1 COPY exec [a b] [c]"},
    {"no array of COPY", "COPY [a b\n", "1:1 COPY [[a] [b]"},
    {"flags", "COPY --from=x --chown=\"a b\" --link a b\n",
     "1:1 COPY --from=x --chown=a b --link [a] [b]"},
    {"flags end at --", "COPY --link -- --a b\n", "1:1 COPY --link [--a] [b]"},
    {"flags of RUN", "RUN --mount=type=cache,target=/x --network=none --security=insecure x --y\n",
     "1:1 RUN --mount=type=cache,target=/x --network=none --security=insecure [x --y]"},
    {"ENV", "ENV a=1 b=\"x y\" c='z' d=e\\ f\n", "1:1 ENV a=1 b=\"x y\" c='z' d=e\\ f"},
    {"old ENV", "ENV a b  c=d\n", "1:1 ENV a=b  c=d"},
    {"ARG", "ARG a b=1 c=\n", "1:1 ARG a b=1 c="},
    {"LABEL over lines", "LABEL a=1 \\\n b=2\n", "1:1 LABEL a=1 b=2"},
    {"here-document", "RUN <<EOF\na\nb\nEOF\nRUN x\n", "1:1 RUN [<<EOF] <EOF:a\nb\n>\n5:1 RUN [x]"},
    {"here-document with tabs", "RUN cat <<-'E' > f\n\ta\n\tE\n",
     "1:1 RUN [cat <<-'E' > f] <E-!:\ta\n>"},
    {"several here-documents", "COPY <<A <<\"B\" /x/\n1\nA\n2\nB\n",
     "1:1 COPY [<<A] [<<\"B\"] [/x/] <A:1\n> <B!:2\n>"},
    {"no here-document: within a word", "RUN cat<<EOF\n", "1:1 RUN [cat<<EOF]"},
    {"no here-document: here-string", "RUN cat <<<EOF\n", "1:1 RUN [cat <<<EOF]"},
    {"no here-document: quoted", "RUN echo \"<<EOF\"\n", "1:1 RUN [echo \"<<EOF\"]"},
    {"no here-document: exec form", "RUN [\"<<EOF\"]\n", "1:1 RUN exec [<<EOF]"},
    {"no here-document: other instruction", "CMD <<EOF\n", "1:1 CMD [<<EOF]"},
    {"ONBUILD", "ONBUILD COPY --link a b\n", "1:1 ONBUILD (COPY --link [a] [b])"},
    {"ONBUILD with a here-document", "ONBUILD RUN <<E\nx\nE\n", "1:1 ONBUILD (RUN [<<E] <E:x\n>)"},
    {"HEALTHCHECK", "HEALTHCHECK --interval=5s CMD [\"a\"]\n",
     "1:1 HEALTHCHECK exec --interval=5s [CMD] [a]"},
    {"HEALTHCHECK in a shell", "HEALTHCHECK CMD a b || c\n", "1:1 HEALTHCHECK [CMD] [a b || c]"},
    {"lines as one word", "USER a:b\nWORKDIR /a b\nSTOPSIGNAL 9\nMAINTAINER J D\n",
     "1:1 USER [a:b]\n2:1 WORKDIR [/a b]\n3:1 STOPSIGNAL [9]\n4:1 MAINTAINER [J D]"},
    {"words", "EXPOSE 80  443/tcp\nVOLUME /a /b\n",
     "1:1 EXPOSE [80] [443/tcp]\n2:1 VOLUME [/a] [/b]"},
    {"wide space is no blank",
     "RUN a\xc2\xa0"
     "b\n",
     "1:1 RUN [a\xc2\xa0"
     "b]"},
};

static void test_split(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(splits); i++) {
        _cleanup_arena_ struct arena *arena = arena_new(MEMORY);
        _cleanup_(buf_done) struct buf got = BUF_INIT(1 << 20);
        struct dockerfile file;
        struct error err = ERROR_INIT;

        assert_int_equal(dockerfile_parse(view_of(splits[i].input), arena, &file, &err), 0);
        describe(&file, &got);
        if (!view_eq(buf_view(&got), view_of(splits[i].want)))
            fail_msg("%s: got\n%s\nwant\n%s", splits[i].name, buf_cstr(&got), splits[i].want);
    }
}

static const struct {
    const char *input, *want; /* line:column message, one a line */
} mistakes[] = {
    {"", "1:1 there are no instructions"},
    {"# only a comment\n", "1:1 there are no instructions"},
    {"RUN x\n", "1:1 RUN stands before the first FROM"},
    {"FROM\n", "1:1 FROM takes an image, and a name behind AS"},
    {"FROM a b\n", "1:1 FROM takes an image, and a name behind AS"},
    {"FROM a as 1b\n", "1:11 \"1b\" can't be the name of a stage"},
    {"FROM a\nRUNN x\n", "2:1 there is no instruction RUNN; did you mean RUN?"},
    {"FROM a\nwhat\n", "2:1 there is no instruction what"},
    {"FROM --platfrom=x a\n", "1:6 FROM has no flag --platfrom"},
    {"FROM a\nCOPY --link=maybe a b\n", "2:6 the flag --link can't be \"maybe\""},
    {"FROM a\nCOPY --from a b\n", "2:6 the flag --from has no value"},
    {"FROM a\nCOPY --from=a --from=b a b\n", "2:15 the flag --from is given twice"},
    {"FROM a\nCOPY a\n", "2:1 COPY has no destination"},
    {"FROM a\nCOPY a <<E\nx\nE\n", "2:8 a here-document can't be the destination"},
    {"FROM a\nRUN <<E\nx\n", "2:5 the here-document E never ends"},
    {"FROM a\nENV a\n", "2:5 a has no value"},
    {"FROM a\nENV a=b c\n", "2:9 c has no \"=\""},
    {"FROM a\nENV =b\n", "2:6 a name is empty"},
    {"FROM a\nCMD [\"a\", 1]\n", "2:5 the JSON array has elements that are no strings"},
    {"FROM a\nSHELL sh -c\n", "2:1 SHELL takes a JSON array only"},
    {"FROM a\nHEALTHCHECK x\n", "2:1 HEALTHCHECK takes CMD or NONE"},
    {"FROM a\nHEALTHCHECK CMD\n", "2:1 HEALTHCHECK CMD has no command"},
    {"FROM a\nHEALTHCHECK NONE x\n", "2:18 HEALTHCHECK NONE takes no arguments"},
    {"FROM a\nHEALTHCHECK --interval=5 CMD x\n", "2:13 \"5\" is no duration"},
    {"FROM a\nHEALTHCHECK --retries=x CMD x\n", "2:13 \"x\" is no number of retries"},
    {"FROM a\nUSER\n", "2:1 USER has no arguments"},
    {"# escape=x\nFROM a\n", "1:1 the escape character can't be \"x\""},
    {"# escape=`\n# escape=`\nFROM a\n", "2:1 the parser directive escape is given twice"},
    {"FROM a\nRUNN \\\n x\nCOPY b\n",
     "2:1 there is no instruction RUNN; did you mean RUN?\n4:1 COPY has no destination"},
    {"FROM a\nRUN\nCMD\nENTRYPOINT []\nARG x\nONBUILD FROM b\n", ""},
};

static void test_mistakes(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(mistakes); i++) {
        _cleanup_arena_ struct arena *arena = arena_new(MEMORY);
        _cleanup_(buf_done) struct buf got = BUF_INIT(1 << 20);
        struct dockerfile file;

        assert_int_equal(dockerfile_parse(view_of(mistakes[i].input), arena, &file, NULL), 0);
        for (size_t j = 0; j < file.problem_count; j++) {
            struct dockerfile_mark mark = dockerfile_mark(&file, file.problems[j].span.start);

            buf_addf(&got, "%s%u:%u %.*s", j ? "\n" : "", mark.line, mark.column,
                     VIEW_ARG(file.problems[j].message));
        }
        assert_string_equal(buf_cstr(&got), mistakes[i].want);
    }
}

/* Variables: set="", A=alpha, PATH=/usr/local/bin, N not set. */
static const struct {
    const char *word, *want;
    bool known;
} expansions[] = {
    {"plain", "plain", true},
    {"$A", "alpha", true},
    {"${A}b", "alphab", true},
    {"\"$A\" 'x$A'", "alpha x$A", true},
    {"\\$A a\\ b", "$A a b", true},
    {"\"\\$A \\x\"", "$A \\x", true},
    {"$N", "$N", false},
    {"x${N}y", "x${N}y", false},
    {"${N:-d}", "d", true},
    {"${N-d}", "d", true},
    {"${EMPTY:-d}", "d", true},
    {"${EMPTY-d}", "", true},
    {"${A:-d}", "alpha", true},
    {"${A:+d}", "d", true},
    {"${N:+d}", "", true},
    {"${N:-${A}}", "alpha", true},
    {"${N:-$M}", "$M", false},
    {"${N:?m}", "${N:?m}", false},
    {"${A:?m}", "alpha", true},
    {"${P#*/}", "usr/local/bin", true},
    {"${P##*/}", "bin", true},
    {"${P%/*}", "/usr/local", true},
    {"${P%%/b*}", "/usr/local", true},
    {"${P/usr/opt}", "/opt/local/bin", true},
    {"${P//l/L}", "/usr/LocaL/bin", true},
    {"${P//o?a/X}", "/usr/lXl/bin", true},
    {"${N#x}", "${N#x}", false},
    {"$", "$", true},
    {"$$", "$$", false},
    {"a$1", "a$1", false},
};

static void test_expand(void **state)
{
    static const struct {
        const char *name, *value;
    } variables[] = {{"EMPTY", ""}, {"A", "alpha"}, {"P", "/usr/local/bin"}};
    _cleanup_arena_ struct arena *arena = arena_new(MEMORY);
    struct dockerfile_scope outer = {NULL, NULL}, scope = {NULL, &outer};

    (void)state;
    for (size_t i = 0; i < COUNT(variables); i++) {
        struct dockerfile_variable *variable =
            dockerfile_scope_add(i ? &outer : &scope, view_of(variables[i].name), arena);

        variable->set = true;
        variable->value = (struct dockerfile_value){view_of(variables[i].value), true};
    }
    for (size_t i = 0; i < COUNT(expansions); i++) {
        struct dockerfile_value got;

        assert_int_equal(
            dockerfile_expand(view_of(expansions[i].word), '\\', &scope, arena, &got, NULL), 0);
        assert_view(got.text, expansions[i].want);
        if (got.known != expansions[i].known)
            fail_msg("%s: known is %d", expansions[i].word, got.known);
    }
}

static void test_expand_mistakes(void **state)
{
    static const char *const words[] = {"\"a",   "'a",  "${",    "${A",     "${A:-b",
                                        "${:x}", "${}", "${A^}", "${A:#x}", "${A/x}"};
    _cleanup_arena_ struct arena *arena = arena_new(MEMORY);
    struct dockerfile_scope scope = {NULL, NULL};
    struct dockerfile_value got;

    (void)state;
    for (size_t i = 0; i < COUNT(words); i++)
        if (dockerfile_expand(view_of(words[i]), '\\', &scope, arena, &got, NULL) != ERROR_INPUT)
            fail_msg("%s was taken", words[i]);
}

static void test_hostile_pattern(void **state)
{
    _cleanup_arena_ struct arena *arena = arena_new(MEMORY);
    struct dockerfile_scope scope = {NULL, NULL};
    struct dockerfile_variable *variable = dockerfile_scope_add(&scope, VIEW("X"), arena);
    struct dockerfile_value got;
    char *text = arena_alloc(arena, 4000);

    (void)state;
    memset(text, 'a', 4000);
    variable->set = true;
    variable->value = (struct dockerfile_value){view_from(text, 4000), true};
    assert_int_equal(dockerfile_expand(VIEW("${X//*a*a*a*b/x}"), '\\', &scope, arena, &got, NULL),
                     0);
    assert_false(got.known);
}

static const struct {
    const char *name, *registry, *repository, *last, *tag, *digest;
} images[] = {
    {"alpine", "", "alpine", "alpine", "", ""},
    {"docker.io/library/alpine:3", "", "alpine", "alpine", "3", ""},
    {"a/b", "", "a/b", "b", "", ""},
    {"r.io/a/b:1@sha256:x", "r.io", "a/b", "b", "1", "sha256:x"},
    {"localhost/a", "localhost", "a", "a", "", ""},
    {"h:5000/a", "h:5000", "a", "a", "", ""},
    {"a@sha256:x", "", "a", "a", "", "sha256:x"},
};

static void test_image(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(images); i++) {
        struct dockerfile_image image = dockerfile_image(view_of(images[i].name));

        assert_view(image.registry, images[i].registry);
        assert_view(image.repository, images[i].repository);
        assert_view(image.name, images[i].last);
        assert_view(image.tag, images[i].tag);
        assert_view(image.digest, images[i].digest);
    }
}

static void build(const char *text, struct arena *arena, struct dockerfile *file,
                  struct dockerfile_build *ret)
{
    struct error err = ERROR_INIT;

    assert_int_equal(dockerfile_parse(view_of(text), arena, file, &err), 0);
    assert_int_equal(dockerfile_build(file, arena, ret, &err), 0);
}

static void test_scopes(void **state)
{
    _cleanup_arena_ struct arena *arena = arena_new(MEMORY);
    struct dockerfile file;
    struct dockerfile_build got;

    (void)state;
    build("ARG V=12\nARG U\nFROM debian:$V AS a\nARG V\nENV X=$V Y=$X\nARG X=other\n"
          "FROM a\nWORKDIR $X/$V\nUSER $U\nENV V=9\nEXPOSE $V\n",
          arena, &file, &got);
    assert_int_equal(got.stage_count, 2);
    assert_view(got.stages[0]->base.text, "debian:12");
    assert_ptr_equal(got.stages[1]->parent, got.stages[0]);
    assert_view(got.stages[1]->steps[0]->words[0].text, "12/12");
    assert_false(got.stages[1]->steps[1]->words[0].known);
    assert_view(got.stages[1]->steps[3]->words[0].text, "9");
    /* Y saw the X of before its own ENV. */
    assert_false(got.stages[0]->steps[1]->pairs[1].known);
    assert_true(got.arguments[0]->used);
    assert_false(got.arguments[1]->used);
}

static void test_stages(void **state)
{
    _cleanup_arena_ struct arena *arena = arena_new(MEMORY);
    struct dockerfile file;
    struct dockerfile_build got;

    (void)state;
    build("FROM a AS one\nUSER 5\nCMD x\nFROM one\nUSER root\nUSER 7\nENTRYPOINT [\"e\"]\n"
          "FROM mcr.microsoft.com/windows/nanoserver AS w\nFROM scratch\n"
          "COPY --from=1 /a /b\nCOPY --from=W /a /b\n",
          arena, &file, &got);
    assert_true(got.stages[0]->used);
    assert_true(got.stages[1]->used);
    assert_true(got.stages[2]->used && got.stages[2]->windows);
    assert_true(got.stages[3]->final && got.stages[3]->scratch);
    assert_view(got.stages[0]->user->words[0].text, "5");
    assert_view(got.stages[1]->user->words[0].text, "7");
    assert_null(got.stages[1]->cmd); /* taken away by the own ENTRYPOINT */
    assert_true(got.stages[1]->steps[0]->replaced && got.stages[1]->steps[1]->second);
    assert_view(got.stages[1]->steps[0]->user.text, "5");
    assert_view(got.stages[1]->steps[2]->user.text, "7");
}

static const struct {
    const char *name, *run;
    int commands; /* -1: no script */
    bool pipefail;
} runs[] = {
    {"shell form", "RUN a && b | c\n", 3, false},
    {"exec form", "RUN [\"sh\", \"-c\", \"a; b\"]\n", 3, false},
    {"here-document", "RUN <<E\na\nb\nE\n", 2, false},
    {"here-document for a shell", "RUN bash <<E\na\nb\nE\n", 3, false},
    {"here-document for another program", "RUN <<E\n#!/usr/bin/env python3\nimport x\nE\n", -1,
     false},
    {"here-document with a shell's first line", "RUN <<E\n#!/bin/bash -e\na\nE\n", 1, false},
    {"pipefail", "SHELL [\"/bin/bash\", \"-eo\", \"pipefail\", \"-c\"]\nRUN a | b\n", 2, true},
    {"other shell", "SHELL [\"pwsh\", \"-c\"]\nRUN a | b\n", -1, false},
    {"ONBUILD", "ONBUILD RUN a | b\n", 2, false},
};

static void test_runs(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(runs); i++) {
        _cleanup_arena_ struct arena *arena = arena_new(MEMORY);
        struct view text = arena_printf(arena, "FROM a\n%s", runs[i].run);
        struct dockerfile file;
        struct dockerfile_build got;
        const struct dockerfile_step *last;

        build(arena_cstr(arena, text), arena, &file, &got);
        last = got.steps[got.step_count - 1];
        if ((last->script ? (int)last->script->command_count : -1) != runs[i].commands)
            fail_msg("%s: %d commands", runs[i].name,
                     last->script ? (int)last->script->command_count : -1);
        if (last->script && last->pipefail != runs[i].pipefail)
            fail_msg("%s: pipefail", runs[i].name);
    }
}

/* Commands are found where they stand in the file, through continued lines. */
static void test_places(void **state)
{
    static const char text[] = "FROM a\nRUN one \\\n  # c\n  && two \\\n  --x && <<E cat\nd\nE\n";
    _cleanup_arena_ struct arena *arena = arena_new(MEMORY);
    struct dockerfile file;
    struct dockerfile_build got;
    const struct dockerfile_step *run;
    struct dockerfile_mark mark;

    (void)state;
    build(text, arena, &file, &got);
    run = got.steps[1];
    assert_int_equal(run->script->command_count, 3);
    mark = dockerfile_mark(
        &file, dockerfile_text_offset(&run->script_text, run->script->commands[1]->start));
    assert_int_equal(mark.line, 4);
    assert_int_equal(mark.column, 6);
    mark = dockerfile_mark(
        &file, dockerfile_text_offset(&run->script_text, run->script->commands[1]->words[1].start));
    assert_int_equal(mark.line, 5);
    assert_int_equal(mark.column, 3);
}

static void test_limits(void **state)
{
    _cleanup_arena_ struct arena *arena = arena_new(512 << 20);
    _cleanup_(buf_done) struct buf text = BUF_INIT(DOCKERFILE_TEXT_LIMIT + 100);
    struct dockerfile file;
    struct dockerfile_build got;

    (void)state;
    for (int i = 0; i <= DOCKERFILE_STAGE_LIMIT; i++)
        buf_add_str(&text, "FROM a\n");
    assert_int_equal(dockerfile_parse(buf_view(&text), arena, &file, NULL), 0);
    assert_int_equal(dockerfile_build(&file, arena, &got, NULL), ERROR_LIMIT);
    for (int i = 0; i < DOCKERFILE_INSTRUCTION_LIMIT; i++)
        buf_add_str(&text, "RUN a\n");
    assert_int_equal(dockerfile_parse(buf_view(&text), arena, &file, NULL), ERROR_LIMIT);
}

RUN_TESTS(cmocka_unit_test(test_split), cmocka_unit_test(test_mistakes),
          cmocka_unit_test(test_expand), cmocka_unit_test(test_expand_mistakes),
          cmocka_unit_test(test_hostile_pattern), cmocka_unit_test(test_image),
          cmocka_unit_test(test_scopes), cmocka_unit_test(test_stages), cmocka_unit_test(test_runs),
          cmocka_unit_test(test_places), cmocka_unit_test(test_limits))
