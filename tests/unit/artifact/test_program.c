#include "artifact/program.h"

#include "test.h"

enum { OUTPUT_LIMIT = 1000 };

static void runs(void **state)
{
    static const char *const words[] = {"PLIMSOLL_TEST=given", "PLIMSOLL_KEPT", NULL};
    static const struct {
        const char *name, *script, *input;
        const char *const *environment;
        unsigned seconds;
        int result, status;
        const char *output, *last_words;
    } cases[] = {
        {"output", "echo hello", "", NULL, 20, 0, 0, "hello\n", ""},
        {"input to output", "cat", "some bytes", NULL, 20, 0, 0, "some bytes", ""},
        {"a status and its reason", "echo out; echo first >&2; echo 'the reason' >&2; exit 7", "",
         NULL, 20, 0, 7, "out\n", "the reason"},
        {"a signal", "kill -TERM $$", "", NULL, 20, 0, 128 + 15, "", ""},
        {"the environment as a whole", "echo $PLIMSOLL_KEPT$PLIMSOLL_OTHER", "", NULL, 20, 0, 0,
         "keptother\n", ""},
        {"the environment as named", "echo $PLIMSOLL_TEST$PLIMSOLL_KEPT$PLIMSOLL_OTHER", "", words,
         20, 0, 0, "givenkept\n", ""},
        {"more output than wanted", "exec head -c 5000 /dev/zero", "", NULL, 20, ERROR_LIMIT, 0,
         NULL, NULL},
        {"no output in time", "exec sleep 60", "", NULL, 1, ERROR_TIMEOUT, 0, NULL, NULL},
        {"no other descriptors", "ls /proc/self/fd | wc -l", "", NULL, 20, 0, 0, "4\n", ""},
        {"endless errors", "exec head -c 9000000 /dev/zero >&2", "", NULL, 20, 0, 1, "", NULL},
    };

    (void)state;
    setenv("PLIMSOLL_KEPT", "kept", 1);
    setenv("PLIMSOLL_OTHER", "other", 1);
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *const arguments[] = {"sh", "-c", cases[i].script, NULL};
        struct program_start start = {
            .arguments = arguments,
            .environment = cases[i].environment,
            .input = view_of(cases[i].input),
        };
        _cleanup_(program_free_p) struct program *program = NULL;
        _cleanup_(buf_done) struct buf output = BUF_INIT(OUTPUT_LIMIT), words_said = BUF_INIT(64);

        print_message("%s\n", cases[i].name);
        assert_int_equal(program_start(&start, &program, NULL), 0);
        assert_int_equal(program_read(program, cases[i].seconds, &output, NULL), cases[i].result);
        if (cases[i].result < 0)
            continue;
        assert_int_equal(program_end(program, false, &words_said), cases[i].status);
        assert_string_equal(buf_cstr(&output), cases[i].output);
        if (cases[i].last_words)
            assert_string_equal(buf_cstr(&words_said), cases[i].last_words);
    }
}

static void missing(void **state)
{
    static const char *const arguments[] = {"plimsoll-no-such-program", NULL};
    struct program_start start = {.arguments = arguments};
    struct program *program = NULL;
    struct error err = ERROR_INIT;

    (void)state;
    setenv("PATH", "/usr/bin:/bin", 1); /* a folder that can't be read would be told instead */
    assert_int_equal(program_start(&start, &program, &err), ERROR_NOT_FOUND);
    assert_null(program);
}

static void killed(void **state)
{
    static const char *const arguments[] = {"sleep", "60", NULL};
    struct program_start start = {.arguments = arguments};
    _cleanup_(program_free_p) struct program *program = NULL;

    (void)state;
    assert_int_equal(program_start(&start, &program, NULL), 0);
    assert_int_equal(program_end(program, true, NULL), 128 + 9);
    assert_int_equal(program_end(program, true, NULL), 128 + 9); /* again: the same */
}

RUN_TESTS(cmocka_unit_test(runs), cmocka_unit_test(missing), cmocka_unit_test(killed))
