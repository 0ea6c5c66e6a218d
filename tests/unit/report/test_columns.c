#include "report/columns.h"

#include "test.h"

static const struct column columns[] = {
    {"NAME"},
    {"SIZE", .right = true, .drop = 2},
    {"LONG", .file_only = true},
    {"NOTE", .flexible = true, .drop = 1},
};

static const struct {
    const char *name;
    size_t width;
    bool color;
    const char *cells[8]; /* two rows */
    const char *want;
} cases[] = {
    {"aligned, right and left",
     0,
     false,
     {"a", "1", "x", "note", "bbbbbb", "20", "yy", "n"},
     "NAME    SIZE  LONG  NOTE\n"
     "a          1  x     note\n"
     "bbbbbb    20  yy    n\n"},
    {"empty cells",
     0,
     false,
     {"a", "", "", "", "", "2", "", "n"},
     "NAME  SIZE  LONG  NOTE\n"
     "a        -  -     -\n"
     "-        2  -     n\n"},
    {"wide characters",
     0,
     false,
     {"漏洞", "1", "x", "n", "abcd", "2", "x", "n"},
     "NAME  SIZE  LONG  NOTE\n"
     "漏洞     1  x     n\n"
     "abcd     2  x     n\n"},
    {"a terminal cuts the flexible column",
     36,
     false,
     {"a", "1", "x", "0123456789012345678901234567890123456789", "b", "2", "x", "n"},
     "NAME  SIZE  NOTE\n"
     "a        1  01234567890123456789012…\n"
     "b        2  n\n"},
    {"or leaves it out",
     24,
     false,
     {"a", "1", "x", "0123456789012345678901234567890123456789", "b", "2", "x", "n"},
     "NAME  SIZE\n"
     "a        1\n"
     "b        2\n"},
    {"as it does with what is empty",
     80,
     false,
     {"a", "", "x", "n", "b", "", "x", ""},
     "NAME  NOTE\n"
     "a     n\n"
     "b     -\n"},
    {"and then the next",
     8,
     false,
     {"a", "1", "x", "0123456789012345678901234567890123456789", "b", "2", "x", "n"},
     "NAME\na\nb\n"},
    {"white space and control characters",
     0,
     false,
     {" a\n\tb ", "\x1b[0m", "x", "n", "c", "2", "x", "n"},
     "NAME  SIZE  LONG  NOTE\n"
     "a b   ?[0m  x     n\n"
     "c        2  x     n\n"},
    {"colour does not count",
     0,
     true,
     {"a", "1", "x", "n", "b", "2", "x", "n"},
     "\x1b[1mNAME\x1b[0m  \x1b[1mSIZE\x1b[0m  \x1b[1mLONG\x1b[0m  \x1b[1mNOTE\x1b[0m\n"
     "\x1b[31ma\x1b[0m        \x1b[31m1\x1b[0m  \x1b[31mx\x1b[0m     \x1b[31mn\x1b[0m\n"
     "\x1b[31mb\x1b[0m        \x1b[31m2\x1b[0m  \x1b[31mx\x1b[0m     \x1b[31mn\x1b[0m\n"},
};

static void writes_each_case(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        _cleanup_arena_ struct arena *arena = arena_new(1 << 20);
        _cleanup_(buf_done) struct buf text = BUF_INIT(1 << 16);
        struct columns *rows = columns_new(columns, COUNT(columns), arena);

        print_message("%s\n", cases[i].name);
        for (size_t row = 0; row < 2; row++) {
            struct cell cells[COUNT(columns)];

            for (size_t k = 0; k < COUNT(columns); k++)
                cells[k] = (struct cell){.text = view_of(cases[i].cells[row * COUNT(columns) + k]),
                                         .style = STYLE_HIGH};
            columns_add(rows, cells);
        }
        columns_write(rows, cases[i].width, cases[i].color, &text);
        assert_string_equal(buf_cstr(&text), cases[i].want);
    }
}

RUN_TESTS(cmocka_unit_test(writes_each_case))
