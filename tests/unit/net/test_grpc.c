#include "net/grpc.h"

#include "test.h"

static int note_message(void *ctx, struct view message, struct error *err)
{
    struct buf *text = ctx;

    if (view_eq(message, VIEW("stop")))
        return error_set(err, ERROR_CANCELLED, "stop");
    buf_addf(text, "[%.*s]", VIEW_ARG(message));
    return 0;
}

/* The messages of a body that comes in pieces of `step` bytes, and the outcome. */
static int read_frames(struct view body, size_t step, struct buf *text)
{
    struct grpc_frames frames = {
        .ctx = text,
        .message = note_message,
        .partial = BUF_INIT(GRPC_PREFIX_SIZE + GRPC_MESSAGE_LIMIT),
    };
    int result = 0;

    for (size_t at = 0; at < body.len && result == 0; at += step)
        result = grpc_frames_add(&frames, view_sub(body, at, step), NULL);
    if (result == 0)
        result = grpc_frames_end(&frames, NULL);
    buf_done(&frames.partial);
    return result;
}

static void framing(void **state)
{
    static const struct {
        const char *name;
        struct view body;
        int result;
        const char *want;
    } cases[] = {
        {"nothing", {"", 0}, 0, ""},
        {"one", VIEW("\0\0\0\0\3abc"), 0, "[abc]"},
        {"an empty one", VIEW("\0\0\0\0\0"), 0, "[]"},
        {"several", VIEW("\0\0\0\0\3abc\0\0\0\0\0\0\0\0\0\1d"), 0, "[abc][][d]"},
        {"cut in the prefix", VIEW("\0\0\0\0\1x\0\0"), ERROR_NETWORK, "[x]"},
        {"cut in a message", VIEW("\0\0\0\0\3ab"), ERROR_NETWORK, ""},
        {"compressed", VIEW("\1\0\0\0\3abc"), ERROR_NETWORK, ""},
        {"too large", VIEW("\0\1\0\0\1a"), ERROR_LIMIT, ""},
        {"stopped by the reader", VIEW("\0\0\0\0\4stop\0\0\0\0\1x"), ERROR_CANCELLED, ""},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        for (size_t step = 1; step <= 32; step++) {
            _cleanup_(buf_done) struct buf text = BUF_INIT(4096);

            print_message("%s, by %zu\n", cases[i].name, step);
            assert_int_equal(read_frames(cases[i].body, step, &text), cases[i].result);
            assert_string_equal(buf_cstr(&text), cases[i].want);
        }
}

static void written_frames_are_read(void **state)
{
    _cleanup_(buf_done) struct buf frame = BUF_INIT(4096);
    _cleanup_(buf_done) struct buf text = BUF_INIT(4096);
    char message[300];

    (void)state;
    memset(message, 'm', sizeof(message));
    grpc_frame_write(&frame, view_from(message, sizeof(message)));
    assert_memory_equal(frame.ptr, "\0\0\0\1\x2cm", 6);
    assert_int_equal(read_frames(buf_view(&frame), 7, &text), 0);
    assert_int_equal(text.len, sizeof(message) + 2);
}

static void statuses(void **state)
{
    static const struct {
        const char *status, *message;
        int want;
        const char *text;
    } cases[] = {
        {"0", "", 0, ""},
        {"5", "image \"x\": not%20found", ERROR_NOT_FOUND, "image \"x\": not found (NOT_FOUND)"},
        {"7", "", ERROR_DENIED, "refused (PERMISSION_DENIED)"},
        {"4", "late", ERROR_TIMEOUT, "late (DEADLINE_EXCEEDED)"},
        {"14", "down", ERROR_NETWORK, "down (UNAVAILABLE)"},
        {"12", "what%", ERROR_UNSUPPORTED, "what% (UNIMPLEMENTED)"},
        {"99", "%zz%4", ERROR_NETWORK, "%zz%4 (an unknown status)"},
        {"2", "a%0ab%1b[2J", ERROR_NETWORK, "a?b?[2J (UNKNOWN)"},
        {"", "", ERROR_NETWORK, "the answer has no gRPC status"},
        {"OK", "", ERROR_NETWORK, "the answer has no gRPC status"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct error err = ERROR_INIT;

        assert_int_equal(grpc_status(view_of(cases[i].status), view_of(cases[i].message), &err),
                         cases[i].want);
        assert_string_equal(err.message, cases[i].text);
    }
}

RUN_TESTS(cmocka_unit_test(framing), cmocka_unit_test(written_frames_are_read),
          cmocka_unit_test(statuses))
