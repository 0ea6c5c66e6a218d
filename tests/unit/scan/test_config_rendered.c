#include "scan/config-render.h"

#include "test.h"

/* Pieces as "source=text", joined by "|". */
static const struct {
    const char *name, *text, *want;
} cases[] = {
    {"nothing", "", ""},
    {"one", "---\n# Source: c/templates/a.yaml\na: 1\n",
     "c/templates/a.yaml=---\n# Source: "
     "c/templates/a.yaml\na: 1\n"},
    {"two", "---\n# Source: c/a\nx\n---\n# Source: c/b\ny\n",
     "c/a=---\n# Source: c/a\nx\n|c/b=---\n# Source: c/b\ny\n"},
    {"no sources", "a: 1\n---\nb: 2\n", "=a: 1\n|=---\nb: 2\n"},
    {"only the first source counts", "# Source: c/a\n# Source: c/b\n",
     "c/a=# Source: c/a\n"
     "# Source: c/b\n"},
    {"a line like the mark in a text", "a: |\n  ---\n  b\n", "=a: |\n  ---\n  b\n"},
    {"no line at the end", "---\na", "=---\na"},
    {"carriage returns", "---\r\n# Source: c/a\r\nx\r\n---\r\ny\r\n",
     "c/a=---\r\n# Source: c/a\r\nx\r\n|=---\r\ny\r\n"},
};

static void cuts(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct view rest = view_of(cases[i].text);
        struct config_rendered piece;
        struct buf got = BUF_INIT(4096);

        print_message("%s\n", cases[i].name);
        while (config_rendered_next(&rest, &piece)) {
            if (got.len)
                buf_add_char(&got, '|');
            buf_addf(&got, "%.*s=%.*s", VIEW_ARG(piece.source), VIEW_ARG(piece.text));
        }
        assert_string_equal(buf_cstr(&got), cases[i].want);
        buf_done(&got);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(cuts)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
