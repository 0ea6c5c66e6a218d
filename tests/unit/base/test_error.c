#include "base/error.h"

#include <errno.h>

#include "test.h"

static void context_is_put_before(void **state)
{
    struct error err = ERROR_INIT;

    (void)state;
    assert_int_equal(error_set(&err, ERROR_INPUT, "bad header at offset %d", 10), ERROR_INPUT);
    assert_int_equal(error_wrap(&err, "layer %d", 3), ERROR_INPUT);
    error_wrap(&err, "scan %s", "app.tar");
    assert_string_equal(err.message, "scan app.tar: layer 3: bad header at offset 10");
    error_hint(&err, "near");
    error_hint(&err, "far");
    assert_string_equal(err.hint, "near");
    error_set(&err, ERROR_IO, "again");
    assert_string_equal(err.hint, "");
    assert_int_equal(error_set(NULL, ERROR_LIMIT, "nobody reads"), ERROR_LIMIT);
}

static void errno_becomes_a_kind(void **state)
{
    static const struct {
        int number, kind;
    } cases[] = {{ENOENT, ERROR_NOT_FOUND}, {EACCES, ERROR_DENIED},     {EPERM, ERROR_DENIED},
                 {ENOMEM, ERROR_MEMORY},    {ETIMEDOUT, ERROR_TIMEOUT}, {ENOSPC, ERROR_IO}};

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct error err = ERROR_INIT;

        errno = cases[i].number;
        assert_int_equal(error_errno(&err, "cannot open %s", "x"), cases[i].kind);
        assert_non_null(strstr(err.message, "cannot open x: "));
        assert_int_equal(err.hint[0] != 0, cases[i].number == ENOSPC);
    }
}

static void long_texts_are_cut(void **state)
{
    struct error err = ERROR_INIT;
    char text[2000];

    (void)state;
    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    error_set(&err, ERROR_INPUT, "%s", text);
    for (int i = 0; i < 10; i++)
        error_wrap(&err, "%s", text);
    assert_int_equal(strlen(err.message), sizeof(err.message) - 1);
}

static void bytes_become_printable(void **state)
{
    static const struct {
        const char *text, *want;
    } cases[] = {
        {"plain", "plain"},
        {"\x1b[2J", "?[2J"},
        {"a\nb\tc", "a?b?c"},
        {"\xe6\xbc\x8f", "\xe6\xbc\x8f"},
        {"\xe6\xbc", "??"},
        {"\xff\xfe", "??"},
        {"\xc2\x9b"
         "1m",
         "??1m"},
        {"\x7f", "?"},
        {"a\xe2\x80\xae"
         "b",
         "a???b"},
        {"\xe2\x81\xa6", "???"},
        {"\xd8\x9c", "??"},
        {"\xe2\x80\xa6", "\xe2\x80\xa6"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        char text[32];

        strncpy(text, cases[i].text, sizeof(text) - 1);
        text[sizeof(text) - 1] = '\0';
        error_make_printable(text);
        assert_string_equal(text, cases[i].want);
    }
}

RUN_TESTS(cmocka_unit_test(context_is_put_before), cmocka_unit_test(errno_becomes_a_kind),
          cmocka_unit_test(long_texts_are_cut), cmocka_unit_test(bytes_become_printable))
