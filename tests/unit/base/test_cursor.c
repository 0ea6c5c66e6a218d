#include "base/cursor.h"

#include "test.h"

static void reads_stop_at_the_end(void **state)
{
    struct cursor c = cursor_of(VIEW("\x01\x02\x03"));

    (void)state;
    assert_int_equal(cursor_u16be(&c), 0x0102);
    assert_int_equal(cursor_u32(&c), 0);
    assert_true(c.failed);
    assert_int_equal(c.at, 2);
    assert_int_equal(cursor_u8(&c), 0); /* sticky, though a byte is left */
    assert_int_equal(cursor_left(&c), 0);
    assert_false(cursor_at_end(&c));
}

static void hostile_lengths(void **state)
{
    static const struct {
        const char *bytes;
        size_t len;
    } cases[] = {
        {"\x05"
         "abc",
         4},                                                  /* longer than what is left */
        {"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 10},     /* 2^64 - 1 bytes */
        {"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", 10},     /* over 64 bits */
        {"\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01", 11}, /* over ten bytes */
        {"\x80", 1},                                          /* cut */
        {"", 0},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct cursor c = cursor_of(view_from(cases[i].bytes, cases[i].len));

        assert_int_equal(cursor_bytes(&c).len, 0);
        assert_true(c.failed);
    }
}

static void counts_and_seeks(void **state)
{
    struct cursor c = cursor_of(VIEW("\x07\x08"));

    (void)state;
    assert_int_equal(cursor_count(&c, 7), 7);
    cursor_seek(&c, 0);
    assert_int_equal(cursor_count(&c, 7), 7);
    assert_int_equal(cursor_count(&c, 7), 0);
    assert_true(c.failed);
    c = cursor_of(VIEW("\x07\x08"));
    cursor_seek(&c, 2);
    assert_true(cursor_at_end(&c));
    cursor_seek(&c, 3);
    assert_true(c.failed);
}

RUN_TESTS(cmocka_unit_test(reads_stop_at_the_end), cmocka_unit_test(hostile_lengths),
          cmocka_unit_test(counts_and_seeks))
