#include "net/protobuf.h"

#include "base/cleanup.h"

#include "test.h"

/* Fields as text: "number=value" or "number:bytes", or "failed" at the end. */
static void describe(struct view message, struct buf *to)
{
    struct cursor c = cursor_of(message);

    for (struct protobuf_field f; protobuf_next(&c, &f);) {
        if (f.type == PROTOBUF_BYTES)
            buf_addf(to, "%u:%.*s ", f.number, VIEW_ARG(f.bytes));
        else
            buf_addf(to, "%u=%llu ", f.number, (unsigned long long)f.value);
    }
    if (c.failed)
        buf_add_str(to, "failed");
}

static void reading(void **state)
{
    static const struct {
        const char *name;
        struct view bytes;
        const char *want;
    } cases[] = {
        {"empty", {"", 0}, ""},
        {"varint", VIEW("\x08\x96\x01"), "1=150 "},
        {"string", VIEW("\x12\x07testing"), "2:testing "},
        {"empty string", VIEW("\x12\x00"), "2: "},
        {"fixed64", VIEW("\x19\x01\x00\x00\x00\x00\x00\x00\x80"), "3=9223372036854775809 "},
        {"fixed32", VIEW("\x25\x02\x00\x00\x00"), "4=2 "},
        {"two-byte tag", VIEW("\x82\x01\x01x"), "16:x "},
        {"order and repetition stay",
         VIEW("\x12\x01"
              "b\x12\x01"
              "a\x08\x01"),
         "2:b 2:a 1=1 "},
        {"field 0", VIEW("\x02\x01x"), "failed"},
        {"number beyond 2^29", VIEW("\x80\x80\x80\x80\x80\x01\x01"), "failed"},
        {"group", VIEW("\x0b\x0c"), "failed"},
        {"type 7", VIEW("\x0f"), "failed"},
        {"cut in a tag", VIEW("\x80"), "failed"},
        {"cut in a varint", VIEW("\x08\x96"), "failed"},
        {"longer than the message", VIEW("\x12\x08testing"), "failed"},
        {"good, then cut", VIEW("\x08\x01\x19\x01"), "1=1 failed"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        _cleanup_(buf_done) struct buf text = BUF_INIT(4096);

        describe(cases[i].bytes, &text);
        print_message("%s\n", cases[i].name);
        assert_string_equal(buf_cstr(&text), cases[i].want);
    }
}

static void writing(void **state)
{
    _cleanup_(buf_done) struct buf message = BUF_INIT(4096);
    _cleanup_(buf_done) struct buf text = BUF_INIT(4096);

    (void)state;
    protobuf_add_bytes(&message, 1, VIEW("sha256:0"));
    protobuf_add_bytes(&message, 2, VIEW_EMPTY);
    protobuf_add_number(&message, 3, 0);
    protobuf_add_number(&message, 4, UINT64_MAX);
    protobuf_add_number(&message, 100, 300);
    describe(buf_view(&message), &text);
    assert_string_equal(buf_cstr(&text), "1:sha256:0 4=18446744073709551615 100=300 ");
}

RUN_TESTS(cmocka_unit_test(reading), cmocka_unit_test(writing))
