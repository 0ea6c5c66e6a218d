/* Shell scripts: which commands they have, and what is refused. */
#include "base/buf.h"
#include "config/shell/shell.h"
#include "test.h"

enum { MEMORY = 64 << 20 };

static bool get(void *ctx, struct view name, struct view *ret)
{
    (void)ctx;
    if (!view_eq(name, VIEW("LIST")))
        return false;
    *ret = VIEW("x y");
    return true;
}

static const struct shell_environment environment = {NULL, get, NULL};

static void add_command(const struct shell_command *command, struct buf *to)
{
    for (size_t i = 0; i < command->assignment_count; i++)
        buf_addf(to, "{%.*s%s%.*s}", VIEW_ARG(command->assignments[i].name),
                 command->assignments[i].append ? "+=" : "=",
                 VIEW_ARG(command->assignments[i].value.text));
    for (size_t i = 0; i < command->wrapper_count; i++)
        buf_addf(to, "%.*s>", VIEW_ARG(command->wrappers[i]));
    for (size_t i = 0; i < command->count; i++)
        buf_addf(to, "%s%s%.*s", i ? " " : "", command->words[i].known ? "" : "?",
                 VIEW_ARG(command->words[i].text));
    for (size_t i = 0; i < command->redirect_count; i++)
        buf_addf(to, " (%d:%d %.*s)", command->redirects[i].descriptor,
                 (int)command->redirects[i].kind,
                 VIEW_ARG(command->redirects[i].kind == SHELL_HEREDOC
                              ? command->redirects[i].body
                              : command->redirects[i].target.text));
    if (command->open)
        buf_add_str(to, " ...");
}

static const struct {
    const char *input, *want; /* commands, one a line */
} scripts[] = {
    {"", ""},
    {"# comment\n", ""},
    {"a b 'c d' \"e f\" g\\ h", "a b c d e f g h"},
    {"a;b&c\nd&&e||f|g|&h", "a\nb\nc\nd\ne\nf\ng\nh"},
    {"a \\\n  b", "a b"},
    {"a #c\nb", "a\nb"},
    {"a x#y", "a x#y"},
    {"! a; time -p b; ! time c", "a\nb\nc"},
    {"(a; b); { c; d; }", "a\nb\nc\nd"},
    {"if a; then b; elif c; then d; else e; fi", "a\nb\nc\nd\ne"},
    {"while a; do b; done; until c\ndo d\ndone", "a\nb\nc\nd"},
    {"for i in 1 2; do a $i; done", "a ?$i"},
    {"for i do a; done; for ((i=0; i<3; i++)); do b; done", "a\nb"},
    {"select x in a b; do c; done", "c"},
    {"case $x in a|b) c;; (d) e;& f) g;;& *) esac", "c\ne\ng"},
    {"f() { a; }; function g { b; }; function h() ( c )", "a\nb\nc"},
    {"[[ a = b && ( -f c || x =~ ^(a|b)[0-9]+$ ) ]] && d", "d"},
    {"(( a = 1 + (2 * 3) )) && b", "b"},
    {"((a); b)", "a\nb"},
    {"a $((1 + $(b) )) $(c $(d)) `e \\`f\\``",
     "a ?$((1 + $(b) )) ?$(c $(d)) ?`e \\`f\\``\nb\nc ?$(d)\nd\ne ?`f`\nf"},
    {"a <(b) >(c)", "a ?<(b) ?>(c)\nb\nc"},
    {"a ${b:-$(c)} \"${d#'}'}\" ${e[1]} ${#f} ${!g}",
     "a ?${b:-$(c)} ?${d#'}'} ?${e[1]} ?${#f} ?${!g}\nc"},
    {"a $'\\x41\\n\\101' $\"b\"", "a A\nA b"},
    {"X=1 Y=a' 'b a; X=2", "{X=1}{Y=a b}a\n{X=2}"},
    {"X=1; a $X \"$X\" ${X}y", "{X=1}\na 1 1 1y"},
    {"X=1; X=2; a $X", "{X=1}\n{X=2}\na ?$X"},
    {"if a; then X=1; fi; b $X", "a\n{X=1}\nb ?$X"},
    {"a $LIST \"$LIST\" p$LIST", "a x y x y px y"},
    {"x=(a $(b) c) y+=(d) z[1]=e; declare -a f=(g h)",
     "{x=(a $(b) c)}{y+=(d)}{z=e}\nb\ndeclare -a ?f=(g h)"},
    {"a /{b,c{d,e}}/f {g} {h,i", "a /b/f /cd/f /ce/f {g} {h,i"},
    {"a '{b,c}' \\{d,e}", "a {b,c} {d,e}"},
    {"a > b 2>> c < d 2>&1 &> e <> f >| g {h}> i",
     "a (1:1 b) (2:2 c) (0:0 d) (2:5 1) (1:6 e) (0:3 f) (1:1 g) (-1:1 i)"},
    {"a <<< 'b c'", "a (0:8 b c)"},
    {"a <<E; b\nx $(c)\nE\nd", "a (0:7 x $(c)\n)\nb\nc\nd"},
    {"a <<'E' <<-F\nx $(c)\nE\n\ty\n\tF\nd", "a (0:7 x $(c)\n) (0:7 \ty\n)\nd"},
    {"a <<E\nno end", "a (0:7 no end)"},
    {"sudo -E -u root env A=1 B=2 nice -n 5 a -n", "{A=1}{B=2}sudo>env>nice>a -n"},
    {"timeout -k 5 10 a b; chroot /x a; gosu u a; nohup -- a",
     "timeout>a b\nchroot>a\ngosu>a\nnohup>a"},
    {"command -v a; command a; sudo -l", "command -v a\ncommand>a\nsudo -l"},
    {"a | xargs -0 -n 1 rm -f", "a\nxargs>rm -f ..."},
    {"/usr/bin/sudo /bin/a", "sudo>/bin/a"},
    {"sh -c 'a b; c' x; bash -ec \"d\"", "sh -c a b; c x\nbash -ec d\na b\nc\nd"},
    {"bash -o pipefail -c 'sh -c \"a\"'", "bash -o pipefail -c sh -c \"a\"\nsh -c a\na"},
    {"sh -c \"a $X\"", "sh -c ?a $X"},
    {"su - u -c 'a'; eval 'b c'", "su - u -c a\neval b c\na\nb c"},
    {"bash <<E\na\nb\nE\n", "bash (0:7 a\nb\n)\na\nb"},
    {"find . -exec a {} + -o -execdir sudo b \\;",
     "find . -exec a {} + -o -execdir sudo b ;\na {} ...\nsudo>b ..."},
    {"echo if then } {", "echo if then } {"},
    {"a?(b|c) *(d)", "?a?(b|c) ?*(d)"},
    {"coproc X { a; }; coproc b c", "a\nb c"},
    {"a &>/dev/null & wait", "a (1:6 /dev/null)\nwait"},
};

static void test_commands(void **state)
{
    const struct shell_options options = {&environment, false};

    (void)state;
    for (size_t i = 0; i < COUNT(scripts); i++) {
        _cleanup_arena_ struct arena *arena = arena_new(MEMORY);
        _cleanup_(buf_done) struct buf got = BUF_INIT(1 << 20);
        struct shell_script script;

        assert_int_equal(shell_parse(view_of(scripts[i].input), &options, arena, &script, NULL), 0);
        if (script.fault.kind)
            fail_msg("%s: refused: %s", scripts[i].input, script.fault.message);
        for (size_t j = 0; j < script.command_count; j++) {
            if (j)
                buf_add_char(&got, '\n');
            add_command(script.commands[j], &got);
        }
        if (!view_eq(buf_view(&got), view_of(scripts[i].want)))
            fail_msg("%s: got\n%s\nwant\n%s", scripts[i].input, buf_cstr(&got), scripts[i].want);
    }
}

static const struct {
    const char *input;
    size_t at;
    const char *want;
} refused[] = {
    {"a 'b", 4, "a single quote is never closed"},
    {"a \"b", 4, "a double quote is never closed"},
    {"a `b", 4, "a backquote is never closed"},
    {"a $(b", 5, "\")\" is missing at the end"},
    {"a ${b", 5, "\"${\" is never closed"},
    {"a ${}", 4, "no name follows \"${\""},
    {"if a; then b", 12, "\"fi\" is missing at the end"},
    {"a; done", 3, "\"d\" stands where \"a command\" is expected"},
    {"a | | b", 4, "\"|\" stands where \"a command\" is expected"},
    {"a &&", 4, "\"a command\" is missing at the end"},
    {"a >", 3, "no file follows \">\""},
    {"a (b)", 2, "\"(\" stands where \"the end of the command\" is expected"},
    {"case x y", 7, "\"y\" stands where \"in\" is expected"},
    {"(a", 2, "\")\" is missing at the end"},
    {"a)", 1, "\")\" stands where \"a command\" is expected"},
    {"x=(a", 4, "an array's \"(\" is never closed"},
};

static void test_refused(void **state)
{
    const struct shell_options options = {NULL, false};

    (void)state;
    for (size_t i = 0; i < COUNT(refused); i++) {
        _cleanup_arena_ struct arena *arena = arena_new(MEMORY);
        struct shell_script script;

        assert_int_equal(shell_parse(view_of(refused[i].input), &options, arena, &script, NULL), 0);
        assert_string_equal(script.fault.message, refused[i].want);
        assert_int_equal(script.fault_at, refused[i].at);
    }
}

static const struct {
    const char *input;
    const char *want; /* of each pipeline: its length, "+" with pipefail */
} pipelines[] = {
    {"a | b; set -o pipefail; c | d", "2 1 2+"},
    {"set -euo pipefail && a | b", "1 2+"},
    {"set -o pipefail; set +o pipefail; a | b", "1 1+ 2"},
    {"(set -o pipefail; a | b); c | d", "1 1 2+ 2"},
    {"bash -o pipefail -c 'a | b'", "1 2+"},
    {"if a | b; then { c; d; } | e; fi", "1 2 2 1 1"},
};

static void test_pipelines(void **state)
{
    const struct shell_options options = {NULL, false};

    (void)state;
    for (size_t i = 0; i < COUNT(pipelines); i++) {
        _cleanup_arena_ struct arena *arena = arena_new(MEMORY);
        _cleanup_(buf_done) struct buf got = BUF_INIT(1 << 20);
        struct shell_script script;

        assert_int_equal(shell_parse(view_of(pipelines[i].input), &options, arena, &script, NULL),
                         0);
        for (size_t j = 0; j < script.pipeline_count; j++)
            buf_addf(&got, "%s%zu%s", j ? " " : "", script.pipelines[j]->count,
                     script.pipelines[j]->pipefail ? "+" : "");
        if (strcmp(buf_cstr(&got), pipelines[i].want) != 0)
            fail_msg("%s: got %s, want %s", pipelines[i].input, buf_cstr(&got), pipelines[i].want);
    }
}

/* What costs more than its length says is given up, in little time. */
static void test_hostile(void **state)
{
    static const char *const units[] = {"$((", "((", "$(", "`\\`", "${a:-", "{a,b}", "<(", "\"$("};
    const struct shell_options options = {NULL, false};

    (void)state;
    for (size_t i = 0; i < COUNT(units); i++) {
        _cleanup_arena_ struct arena *arena = arena_new(512 << 20);
        _cleanup_(buf_done) struct buf text = BUF_INIT(1 << 20);
        struct shell_script script;

        buf_add_str(&text, "a ");
        while (text.len < 50000)
            buf_add_str(&text, units[i]);
        assert_int_equal(shell_parse(buf_view(&text), &options, arena, &script, NULL), 0);
    }
}

RUN_TESTS(cmocka_unit_test(test_commands), cmocka_unit_test(test_refused),
          cmocka_unit_test(test_pipelines), cmocka_unit_test(test_hostile))
