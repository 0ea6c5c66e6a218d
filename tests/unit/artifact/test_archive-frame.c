/* What a worker says of an archive is checked on arrival. */
#include "artifact/archive-frame.h"

#include "test.h"

static void test_frame(void **state)
{
    static const struct {
        uint8_t kind;
        uint32_t length;
        bool good;
    } cases[] = {
        {ARCHIVE_FRAME_ENTRY, 10, true},
        {ARCHIVE_FRAME_DATA, ARCHIVE_FRAME_LIMIT, true},
        {ARCHIVE_FRAME_END, 0, true},
        {ARCHIVE_FRAME_END, 1, false},
        {ARCHIVE_FRAME_DATA, ARCHIVE_FRAME_LIMIT + 1, false},
        {ARCHIVE_FRAME_DATA, UINT32_MAX, false},
        {0, 0, false},
        {4, 0, false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct buf b = BUF_INIT(64);
        struct archive_frame frame = {0};
        int r;

        archive_frame_put(&b, cases[i].kind, cases[i].length);
        assert_int_equal(b.len, ARCHIVE_FRAME_HEADER);
        r = archive_frame_get(b.ptr, &frame, NULL);
        assert_int_equal(r == 0, cases[i].good);
        if (r == 0)
            assert_int_equal(frame.length, cases[i].length);
        buf_done(&b);
    }
}

static const struct {
    const char *name;
    struct archive_member member;
    bool good;
} members[] = {
    {"file", {VIEW("a/b"), VIEW(""), 512, 10, ARCHIVE_FILE, true, VIEW_EMPTY}, true},
    {"link", {VIEW("a"), VIEW("../b"), 0, 0, ARCHIVE_LINK, false, VIEW_EMPTY}, true},
    {"root", {VIEW(""), VIEW(""), 0, 0, ARCHIVE_OTHER, false, VIEW_EMPTY}, true},
    {"dot dot", {VIEW("../b"), VIEW(""), 0, 0, ARCHIVE_FILE, false, VIEW_EMPTY}, false},
    {"absolute", {VIEW("/b"), VIEW(""), 0, 0, ARCHIVE_FILE, false, VIEW_EMPTY}, false},
    {"slash at the end", {VIEW("b/"), VIEW(""), 0, 0, ARCHIVE_FILE, false, VIEW_EMPTY}, false},
    {"huge", {VIEW("b"), VIEW(""), 0, UINT64_MAX, ARCHIVE_FILE, false, VIEW_EMPTY}, false},
    {"far", {VIEW("b"), VIEW(""), INT64_MAX, 1, ARCHIVE_FILE, false, VIEW_EMPTY}, false},
    {"type", {VIEW("b"), VIEW(""), 0, 0, (enum archive_member_type)9, false, VIEW_EMPTY}, false},
};

static void test_member(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(members); i++) {
        const struct archive_member *m = &members[i].member;
        struct archive_member got = {0};
        struct buf b = BUF_INIT(4096);
        struct cursor c;

        archive_member_put(&b, m);
        c = cursor_of(buf_view(&b));
        archive_member_get(&c, &got);
        if (cursor_at_end(&c) != members[i].good)
            fail_msg("%s", members[i].name);
        if (members[i].good) {
            assert_true(view_eq(got.path, m->path) && view_eq(got.link, m->link));
            assert_true(got.size == m->size && got.offset == m->offset && got.type == m->type);
        }
        c = cursor_of(view_sub(buf_view(&b), 0, b.len - 1));
        archive_member_get(&c, &got);
        assert_true(c.failed);
        buf_done(&b);
    }
}

RUN_TESTS(cmocka_unit_test(test_frame), cmocka_unit_test(test_member))
