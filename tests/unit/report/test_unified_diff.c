#include "report/unified-diff.h"

#include <stdio.h>

#include "base/cleanup.h"
#include "test.h"

enum { LIMIT = 1 << 20 };

#define HEAD "--- a\n+++ b\n"

static const struct {
    const char *name, *old, *new, *want;
} cases[] = {
    {"equal", "x\ny\n", "x\ny\n", ""},
    {"both empty", "", "", ""},
    {"all new", "", "x\n", HEAD "@@ -0,0 +1 @@\n+x\n"},
    {"all gone", "x\ny\n", "", HEAD "@@ -1,2 +0,0 @@\n-x\n-y\n"},
    {"one line", "x\n", "y\n", HEAD "@@ -1 +1 @@\n-x\n+y\n"},
    {"three lines around", "1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n",
     HEAD "@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n"},
    {"at the beginning", "1\n2\n3\n4\n5\n", "0\n1\n2\n3\n4\n5\n",
     HEAD "@@ -1,3 +1,4 @@\n+0\n 1\n 2\n 3\n"},
    {"at the end", "1\n2\n3\n4\n5\n", "1\n2\n3\n4\n5\n6\n",
     HEAD "@@ -3,3 +3,4 @@\n 3\n 4\n 5\n+6\n"},
    {"six lines between are one hunk", "a\n1\n2\n3\n4\n5\n6\nb\n", "A\n1\n2\n3\n4\n5\n6\nB\n",
     HEAD "@@ -1,8 +1,8 @@\n-a\n+A\n 1\n 2\n 3\n 4\n 5\n 6\n-b\n+B\n"},
    {"seven are two", "a\n1\n2\n3\n4\n5\n6\n7\nb\n", "A\n1\n2\n3\n4\n5\n6\n7\nB\n",
     HEAD "@@ -1,4 +1,4 @@\n-a\n+A\n 1\n 2\n 3\n@@ -6,4 +6,4 @@\n 5\n 6\n 7\n-b\n+B\n"},
    {"no line end before", "x", "x\n", HEAD "@@ -1 +1 @@\n-x\n\\ No newline at end of file\n+x\n"},
    {"no line end after", "x\n", "x", HEAD "@@ -1 +1 @@\n-x\n+x\n\\ No newline at end of file\n"},
    {"no line end in both", "x\ny", "z\ny",
     HEAD "@@ -1,2 +1,2 @@\n-x\n+z\n y\n\\ No newline at end of file\n"},
    {"line ends of Windows", "x\r\n", "y\r\n", HEAD "@@ -1 +1 @@\n-x\r\n+y\r\n"},
    {"the shortest", "a\nb\nc\na\nb\nb\na\n", "c\nb\na\nb\na\nc\n",
     HEAD "@@ -1,7 +1,6 @@\n-a\n-b\n c\n+b\n a\n b\n-b\n a\n+c\n"},
};

static void difference(struct view old, struct view new, bool color, struct buf *to)
{
    const struct unified_diff diff = {VIEW("a"), old, VIEW("b"), new, color};

    buf_reset(to);
    assert_int_equal(unified_diff_write(&diff, to, NULL), 0);
}

/* Lines that a diff removes and adds. */
static size_t edits_of(struct view text)
{
    size_t count = 0;

    for (size_t number = 0; text.len; number++) {
        struct view line = view_cut(&text, '\n');

        count += number >= 2 && line.len && (line.ptr[0] == '-' || line.ptr[0] == '+');
    }
    return count;
}

static void as_written(void **state)
{
    _cleanup_(buf_done) struct buf got = BUF_INIT(LIMIT);

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        difference(view_of(cases[i].old), view_of(cases[i].new), false, &got);
        print_message("%s\n", cases[i].name);
        /* Another shortest row of edits would do as well. */
        if (strcmp(cases[i].name, "the shortest") == 0)
            assert_int_equal(edits_of(buf_view(&got)), edits_of(view_of(cases[i].want)));
        else
            assert_string_equal(buf_cstr(&got), cases[i].want);
    }
}

static void coloured(void **state)
{
    _cleanup_(buf_done) struct buf got = BUF_INIT(LIMIT);

    (void)state;
    difference(VIEW("x\n"), VIEW("y\n"), true, &got);
    assert_non_null(strstr(buf_cstr(&got), "\33["));
    difference(VIEW("x\n"), VIEW("x\n"), true, &got);
    assert_int_equal(got.len, 0);
}

/* ---- What a diff says, done to the old text, gives the new one ---- */

static void copy_lines(struct view *from, size_t count, struct buf *to)
{
    for (size_t i = 0; i < count; i++) {
        struct view line = view_cut(from, '\n');

        buf_addf(to, "%.*s\n", VIEW_ARG(line));
    }
}

static void apply(struct view old, struct view diff, struct buf *to)
{
    size_t at = 0; /* lines of the old text that are done */

    view_cut(&diff, '\n');
    view_cut(&diff, '\n');
    while (diff.len) {
        struct view line = view_cut(&diff, '\n');
        unsigned start, count = 1;

        if (line.ptr[0] == '@') {
            assert_true(sscanf(line.ptr, "@@ -%u,%u", &start, &count) >= 1);
            start -= count > 0;
            assert_true(start >= at);
            copy_lines(&old, start - at, to);
            at = start;
            continue;
        }
        if (line.ptr[0] != '+') {
            struct view there = view_cut(&old, '\n');

            assert_true(view_eq(there, view_sub(line, 1, line.len)));
            at++;
        }
        if (line.ptr[0] != '-')
            buf_addf(to, "%.*s\n", (int)line.len - 1, line.ptr + 1);
    }
    buf_add(to, old);
}

static void random_lines(unsigned *seed, unsigned letters, struct buf *to)
{
    unsigned count = (unsigned)rand_r(seed) % 60;

    buf_reset(to);
    for (unsigned i = 0; i < count; i++)
        buf_addf(to, "%c\n", 'a' + (char)((unsigned)rand_r(seed) % letters));
}

static void leads_from_old_to_new(void **state)
{
    _cleanup_(buf_done) struct buf old = BUF_INIT(LIMIT), new = BUF_INIT(LIMIT),
                                   diff = BUF_INIT(LIMIT), got = BUF_INIT(LIMIT);
    unsigned seed = 7;

    (void)state;
    for (unsigned i = 0; i < 2000; i++) {
        unsigned letters = 1 + i % 9;

        random_lines(&seed, letters, &old);
        random_lines(&seed, letters, &new);
        difference(buf_view(&old), buf_view(&new), false, &diff);
        buf_reset(&got);
        apply(buf_view(&old), buf_view(&diff), &got);
        assert_true(view_eq(buf_view(&got), buf_view(&new)));
    }
}

RUN_TESTS(cmocka_unit_test(as_written), cmocka_unit_test(coloured),
          cmocka_unit_test(leads_from_old_to_new))
