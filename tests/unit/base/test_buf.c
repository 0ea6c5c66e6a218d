#include "base/buf.h"

#include "base/cursor.h"
#include "test.h"

static void grows_up_to_its_maximum(void **state)
{
    struct buf b = BUF_INIT(1000);

    (void)state;
    for (size_t i = 0; i < 1000; i++)
        buf_add_char(&b, 'x');
    assert_int_equal(buf_failed(&b, "it", NULL), 0);
    assert_int_equal(strlen(buf_cstr(&b)), 1000);
    buf_add_char(&b, 'y');
    assert_int_equal(b.len, 1000);
    buf_add(&b, VIEW_EMPTY);
    assert_int_equal(buf_failed(&b, "it", NULL), ERROR_LIMIT);
    assert_string_equal(buf_cstr(&b), "");
    buf_reset(&b);
    buf_addf(&b, "%d-%s", 7, "seven");
    assert_string_equal(buf_cstr(&b), "7-seven");
    assert_null(buf_reserve(&b, SIZE_MAX));
    buf_done(&b);
}

static void integers_come_back(void **state)
{
    static const uint64_t values[] = {0, 1, 127, 128, 300, UINT32_MAX, UINT64_MAX};
    struct buf b = BUF_INIT(1000);
    struct cursor c;

    (void)state;
    buf_add_u8(&b, 0xfe);
    buf_add_u16(&b, 0xfedc);
    buf_add_u32(&b, 0xfedcba98);
    buf_add_u64(&b, 0xfedcba9876543210);
    for (size_t i = 0; i < COUNT(values); i++)
        buf_add_varint(&b, values[i]);
    buf_add_bytes(&b, VIEW("bytes"));
    c = cursor_of(buf_view(&b));
    assert_int_equal(cursor_u8(&c), 0xfe);
    assert_int_equal(cursor_u16(&c), 0xfedc);
    assert_int_equal(cursor_u32(&c), 0xfedcba98);
    assert_true(cursor_u64(&c) == 0xfedcba9876543210);
    for (size_t i = 0; i < COUNT(values); i++)
        assert_true(cursor_varint(&c) == values[i]);
    assert_view(cursor_bytes(&c), "bytes");
    assert_true(cursor_at_end(&c));
    buf_done(&b);
}

RUN_TESTS(cmocka_unit_test(grows_up_to_its_maximum), cmocka_unit_test(integers_come_back))
