#include "test.h"

#include <fcntl.h>
#include <sys/mman.h>

#include "base/fd.h"
#include "samples.h"

static const struct {
    const char *name;
    enum stream_format format;
    void (*pack)(struct view plain, struct buf *to);
    bool padding; /* zeros behind the end are padding */
} packers[] = {
    {"gzip", STREAM_GZIP, sample_gzip, true},    {"zstd", STREAM_ZSTD, sample_zstd, false},
    {"bzip2", STREAM_BZIP2, sample_bzip2, true}, {"xz", STREAM_XZ, sample_xz, true},
    {"lz4", STREAM_LZ4, sample_lz4, false},
};
enum { PACKER_COUNT = COUNT(packers) };

/* Decodes `bytes` handed out in chunks; returns the result of the first call
 * that fails. */
static int decode(struct view bytes, size_t chunk, uint64_t limit, enum stream_format *format,
                  struct buf *to, struct error *err)
{
    _cleanup_(stream_free_p) struct stream *stream = NULL;
    int r = stream_open_decoded(sample_chunks(bytes, chunk), limit, format, &stream, err);

    return r < 0 ? r : stream_read_all(stream, to, err);
}

static void assert_decodes(struct view bytes, size_t chunk, enum stream_format want_format,
                           struct view want)
{
    _cleanup_(buf_done) struct buf plain = BUF_INIT(SAMPLE_LIMIT);
    enum stream_format format = STREAM_PLAIN;
    struct error err = ERROR_INIT;

    if (decode(bytes, chunk, UINT64_MAX, &format, &plain, &err) < 0)
        fail_msg("chunks of %zu: %s", chunk, err.message);
    assert_int_equal(format, want_format);
    assert_true(view_eq(buf_view(&plain), want));
}

static void assert_fails(struct view bytes, int want, const char *message)
{
    _cleanup_(buf_done) struct buf plain = BUF_INIT(SAMPLE_LIMIT);
    struct error err = ERROR_INIT;

    assert_int_equal(decode(bytes, STREAM_BLOCK, UINT64_MAX, NULL, &plain, &err), want);
    assert_string_equal(err.message, message);
}

static void test_round_trip(void **state)
{
    static const size_t sizes[] = {0, 1, 100, 5000, 3 << 20};
    static const size_t chunks[] = {1, 2, 7, 11, 4096, 1 << 20};

    (void)state;
    for (size_t p = 0; p < PACKER_COUNT; p++)
        for (size_t s = 0; s < COUNT(sizes); s++) {
            _cleanup_(buf_done) struct buf text = BUF_INIT(SAMPLE_LIMIT);
            _cleanup_(buf_done) struct buf packed = BUF_INIT(SAMPLE_LIMIT);

            sample_text(&text, sizes[s]);
            packers[p].pack(buf_view(&text), &packed);
            for (size_t c = sizes[s] > 10000 ? 3 : 0; c < COUNT(chunks); c++)
                assert_decodes(buf_view(&packed), chunks[c], packers[p].format, buf_view(&text));
        }
}

static void test_plain(void **state)
{
    static const struct view inputs[] = {
        VIEW(""),
        VIEW("B"),
        VIEW("\x1f"),
        VIEW("BZh9 is a name"),
        VIEW("\x28\xb5\x2f"),
        VIEW("a longer text that is no archive at all"),
    };

    (void)state;
    for (size_t i = 0; i < COUNT(inputs); i++)
        for (size_t chunk = 1; chunk < 20; chunk++)
            assert_decodes(inputs[i], chunk, STREAM_PLAIN, inputs[i]);
}

static void test_truncated(void **state)
{
    (void)state;
    for (size_t p = 0; p < PACKER_COUNT; p++) {
        _cleanup_(buf_done) struct buf text = BUF_INIT(SAMPLE_LIMIT);
        _cleanup_(buf_done) struct buf packed = BUF_INIT(SAMPLE_LIMIT);

        sample_text(&text, 700);
        packers[p].pack(buf_view(&text), &packed);
        for (size_t len = 0; len < packed.len; len++) {
            _cleanup_(buf_done) struct buf plain = BUF_INIT(SAMPLE_LIMIT);
            enum stream_format format = STREAM_PLAIN;
            struct error err = ERROR_INIT;
            int r =
                decode(view_sub(buf_view(&packed), 0, len), 64, UINT64_MAX, &format, &plain, &err);

            if (format == STREAM_PLAIN) {
                assert_int_equal(r, 0);
                assert_true(len < 10);
                continue;
            }
            assert_int_equal(r, ERROR_INPUT);
            assert_non_null(strstr(err.message, "truncated at byte"));
            assert_non_null(strstr(err.message, packers[p].name));
        }
    }
}

/* A changed byte is told, or changes nothing (the time stamp of gzip). */
static void test_corrupt(void **state)
{
    (void)state;
    for (size_t p = 0; p < PACKER_COUNT; p++) {
        _cleanup_(buf_done) struct buf text = BUF_INIT(SAMPLE_LIMIT);
        _cleanup_(buf_done) struct buf packed = BUF_INIT(SAMPLE_LIMIT);

        sample_text(&text, 700);
        packers[p].pack(buf_view(&text), &packed);
        for (size_t i = 0; i < packed.len; i++) {
            _cleanup_(buf_done) struct buf plain = BUF_INIT(SAMPLE_LIMIT);
            enum stream_format format = STREAM_PLAIN;
            int r;

            packed.ptr[i] ^= 0x11;
            r = decode(buf_view(&packed), 64, UINT64_MAX, &format, &plain, NULL);
            packed.ptr[i] ^= 0x11;
            if (r == 0 && format != STREAM_PLAIN)
                assert_true(view_eq(buf_view(&plain), buf_view(&text)));
        }
    }
}

static void test_members_and_padding(void **state)
{
    static const char zeros[1024];

    (void)state;
    for (size_t p = 0; p < PACKER_COUNT; p++) {
        _cleanup_(buf_done) struct buf packed = BUF_INIT(SAMPLE_LIMIT);

        packers[p].pack(VIEW("one "), &packed);
        packers[p].pack(VIEW(""), &packed);
        packers[p].pack(VIEW("two"), &packed);
        for (size_t chunk = 1; chunk < 40; chunk++)
            assert_decodes(buf_view(&packed), chunk, packers[p].format, VIEW("one two"));
        if (packers[p].padding) {
            buf_add(&packed, view_from(zeros, sizeof(zeros)));
            assert_decodes(buf_view(&packed), 100, packers[p].format, VIEW("one two"));
        }
    }
}

static void test_garbage_behind(void **state)
{
    static const struct {
        void (*pack)(struct view plain, struct buf *to);
        struct view garbage;
        const char *want;
    } cases[] = {
        {sample_gzip, VIEW("rubbish"), "gzip: no gzip header near byte 24"},
        {sample_gzip, VIEW("\0\0rubbish"), "gzip: bytes that are not padding at byte 26"},
        {sample_bzip2, VIEW("rubbish"), "bzip2: no bzip2 header near byte 38"},
        {sample_bzip2, VIEW("\0rubbish"), "bzip2: bytes that are not padding at byte 38"},
        {sample_zstd, VIEW("rubbish"), "zstd: Unknown frame descriptor near byte 14"},
        {sample_xz, VIEW("rubbishrubbish"), "xz: corrupt data or wrong checksum near byte 72"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        _cleanup_(buf_done) struct buf packed = BUF_INIT(SAMPLE_LIMIT);

        cases[i].pack(VIEW("a"), &packed);
        buf_add(&packed, cases[i].garbage);
        assert_fails(buf_view(&packed), ERROR_INPUT, cases[i].want);
    }
}

static void test_gzip_header_fields(void **state)
{
    /* FHCRC, FEXTRA, FNAME and FCOMMENT; then "hello\n" in a stored block. */
    static const struct view bytes =
        VIEW("\x1f\x8b\x08\x1e\x00\x00\x00\x00\x00\x03\x04\x00"
             "abcd"
             "name\0"
             "comment\0"
             "\xe2\x48\x01\x06\x00\xf9\xffhello\n\x20\x30\x3a\x36\x06\x00\x00\x00");

    (void)state;
    for (size_t chunk = 1; chunk <= bytes.len; chunk++)
        assert_decodes(bytes, chunk, STREAM_GZIP, VIEW("hello\n"));
}

static void test_gzip_faults(void **state)
{
    static const struct {
        struct view bytes;
        const char *want;
    } cases[] = {
        {VIEW("\x1f\x8b\x07\0\0\0\0\0\0\3"), "gzip: unknown compression method near byte 0"},
        {VIEW("\x1f\x8b\x08\0\0\0\0\0\0\3\xff"), "gzip: bad deflate block near byte 11"},
        {VIEW("\x1f\x8b\x08\0\0\0\0\0\0\3\3\0\1\0\0\0\0\0\0\0"),
         "gzip: wrong checksum or length near byte 20"},
        {VIEW("\x1f\x8b\x08\0\0\0\0\0\0\3\3\0\0\0\0\0\1\0\0\0"),
         "gzip: wrong checksum or length near byte 20"},
        {VIEW("\x1f\x8b\x08\x02\0\0\0\0\0\3\x55\x55\3\0\0\0\0\0\0\0\0\0"),
         "gzip: wrong checksum or length near byte 0"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_fails(cases[i].bytes, ERROR_INPUT, cases[i].want);
}

static void test_zstd_frames(void **state)
{
    _cleanup_(buf_done) struct buf packed = BUF_INIT(SAMPLE_LIMIT);

    (void)state;
    buf_add(&packed, VIEW("\x5e\x2a\x4d\x18\x03\x00\x00\x00"
                          "abc"));
    assert_decodes(buf_view(&packed), 2, STREAM_ZSTD, VIEW(""));
    sample_zstd(VIEW("behind"), &packed);
    buf_add(&packed, VIEW("\x50\x2a\x4d\x18\x00\x00\x00\x00"));
    for (size_t chunk = 1; chunk < 30; chunk++)
        assert_decodes(buf_view(&packed), chunk, STREAM_ZSTD, VIEW("behind"));
}

/* A frame that asks for a window of 1 GiB: descriptor 0, window 20 << 3. */
static void test_zstd_window(void **state)
{
    (void)state;
    assert_fails(VIEW("\x28\xb5\x2f\xfd\x00\xa0\x01\x00\x00\x00\x00\x00"), ERROR_INPUT,
                 "zstd: Frame requires too much memory for decoding near byte 0");
}

static void test_limit(void **state)
{
    _cleanup_(buf_done) struct buf text = BUF_INIT(SAMPLE_LIMIT);

    (void)state;
    buf_reserve(&text, 8 << 20);
    memset(text.ptr, 0, 8 << 20);
    text.len = 8 << 20;
    for (size_t p = 0; p < PACKER_COUNT; p++) {
        _cleanup_(buf_done) struct buf packed = BUF_INIT(SAMPLE_LIMIT);
        _cleanup_(buf_done) struct buf plain = BUF_INIT(SAMPLE_LIMIT);
        struct error err = ERROR_INIT;

        packers[p].pack(buf_view(&text), &packed);
        assert_int_equal(decode(buf_view(&packed), 4096, text.len, NULL, &plain, &err), 0);
        plain.len = 0;
        assert_int_equal(decode(buf_view(&packed), 4096, text.len - 1, NULL, &plain, &err),
                         ERROR_LIMIT);
        assert_string_equal(err.message, "the unpacked content is larger than 8388607 bytes");
        assert_true(err.hint[0]);
        assert_true(plain.len < text.len);
    }
}

static void test_errors_are_final(void **state)
{
    _cleanup_(stream_free_p) struct stream *stream = NULL;
    struct error err = ERROR_INIT, again = ERROR_INIT;
    struct view block = VIEW("untouched");

    (void)state;
    assert_int_equal(stream_open_decoded(sample_chunks(VIEW("\x1f\x8b\x08\0\0\0\0\0\0\3"), 3), 100,
                                         NULL, &stream, &err),
                     0);
    assert_int_equal(stream_next(stream, &block, &err), ERROR_INPUT);
    assert_int_equal(stream_next(stream, &block, &again), ERROR_INPUT);
    assert_string_equal(err.message, "gzip: truncated at byte 10");
    assert_string_equal(again.message, err.message);
    assert_int_equal(stream_next(stream, &block, NULL), ERROR_INPUT);
    assert_true(view_eq(block, VIEW("untouched")));
}

static int make_file(struct view bytes)
{
    int fd = memfd_create("sample", MFD_CLOEXEC);

    assert_true(fd >= 0);
    assert_int_equal(fd_write_all(fd, bytes, NULL), 0);
    return fd;
}

static void test_fd(void **state)
{
    static const struct {
        off_t offset;
        int64_t length;
        size_t want_start, want_len;
    } cases[] = {
        {0, -1, 0, 600000},
        {0, 0, 0, 0},
        {5, 10, 5, 10},
        {1, -1, 1, 599999},
        {599990, 50, 599990, 10},
        {700000, -1, 0, 0},
        {100, 300000, 100, 300000},
    };
    _cleanup_(buf_done) struct buf text = BUF_INIT(SAMPLE_LIMIT);
    _cleanup_close_ int fd = -1;

    (void)state;
    sample_text(&text, 600000);
    fd = make_file(buf_view(&text));
    for (size_t i = 0; i < COUNT(cases); i++) {
        _cleanup_(stream_free_p) struct stream *stream = NULL;
        _cleanup_(buf_done) struct buf got = BUF_INIT(SAMPLE_LIMIT);

        assert_int_equal(stream_open_fd(fd, cases[i].offset, cases[i].length, &stream, NULL), 0);
        assert_int_equal(stream_read_all(stream, &got, NULL), 0);
        assert_true(view_eq(buf_view(&got),
                            view_sub(buf_view(&text), cases[i].want_start, cases[i].want_len)));
    }
}

/* Skips within a file, its part, and memory; never beyond what is there. */
static void test_skip(void **state)
{
    static const struct {
        int64_t length;
        uint64_t count, want;
    } cases[] = {{-1, 0, 0},           {-1, 1000, 1000}, {-1, 600000, 600000},
                 {-1, 700000, 600000}, {500, 400, 400},  {500, 700, 500}};
    _cleanup_(buf_done) struct buf text = BUF_INIT(SAMPLE_LIMIT);
    _cleanup_close_ int fd = -1;

    (void)state;
    sample_text(&text, 600000);
    fd = make_file(buf_view(&text));
    for (size_t i = 0; i < COUNT(cases); i++) {
        _cleanup_(stream_free_p) struct stream *file = NULL, *plain = NULL;
        _cleanup_(buf_done) struct buf got = BUF_INIT(SAMPLE_LIMIT);
        struct view whole =
            view_sub(buf_view(&text), 0, cases[i].length < 0 ? text.len : (size_t)cases[i].length);
        uint64_t skipped = 7;
        struct view block;

        assert_int_equal(stream_open_fd(fd, 0, cases[i].length, &file, NULL), 0);
        assert_int_equal(stream_skip(file, cases[i].count, &skipped, NULL), 0);
        assert_int_equal(skipped, cases[i].want);
        assert_int_equal(stream_read_all(file, &got, NULL), 0);
        assert_true(view_eq(buf_view(&got), view_sub(whole, (size_t)skipped, whole.len)));

        assert_int_equal(
            stream_open_decoded(sample_chunks(whole, STREAM_BLOCK), 700000, NULL, &plain, NULL), 0);
        assert_int_equal(stream_skip(plain, 10, &skipped, NULL), 0);
        assert_int_equal(skipped, 0); /* what was sniffed is read */
        assert_int_equal(stream_next(plain, &block, NULL), 0);
    }
}

/* The limit counts what is skipped. */
static void test_skip_counts(void **state)
{
    _cleanup_(stream_free_p) struct stream *stream = NULL;
    _cleanup_(buf_done) struct buf text = BUF_INIT(SAMPLE_LIMIT);
    struct stream *source;
    struct view block;
    uint64_t skipped;

    (void)state;
    sample_text(&text, 600000);
    assert_int_equal(stream_open_view(buf_view(&text), &source, NULL), 0);
    assert_int_equal(stream_open_decoded(source, 500000, NULL, &stream, NULL), 0);
    assert_int_equal(stream_next(stream, &block, NULL), 0);
    assert_int_equal(stream_skip(stream, 100000, &skipped, NULL), 0);
    assert_int_equal(skipped, 100000);
    assert_int_equal(stream_skip(stream, 200000, &skipped, NULL), ERROR_LIMIT);
    assert_int_equal(stream_next(stream, &block, NULL), ERROR_LIMIT);
}

static void test_fd_pipe_and_failure(void **state)
{
    _cleanup_(stream_free_p) struct stream *stream = NULL, *closed = NULL;
    _cleanup_(buf_done) struct buf got = BUF_INIT(100);
    struct error err = ERROR_INIT;
    uint64_t skipped = 7;
    int fds[2];

    (void)state;
    assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
    assert_int_equal(fd_write_all(fds[1], VIEW("through a pipe"), NULL), 0);
    close(fds[1]);
    assert_int_equal(stream_open_fd(fds[0], -1, 9, &stream, NULL), 0);
    assert_int_equal(stream_skip(stream, 3, &skipped, NULL), 0);
    assert_int_equal(skipped, 0);
    assert_int_equal(stream_read_all(stream, &got, NULL), 0);
    assert_true(view_eq(buf_view(&got), VIEW("through a")));
    close(fds[0]);
    assert_int_equal(stream_open_fd(fds[0], -1, -1, &closed, NULL), 0);
    assert_int_equal(stream_read_all(closed, &got, &err), ERROR_IO);
    assert_non_null(strstr(err.message, "cannot read"));
}

static void test_read_all_limit(void **state)
{
    _cleanup_(stream_free_p) struct stream *stream = NULL;
    _cleanup_(buf_done) struct buf got = BUF_INIT(3);

    (void)state;
    assert_int_equal(stream_open_view(VIEW("four"), &stream, NULL), 0);
    assert_int_equal(stream_read_all(stream, &got, NULL), ERROR_LIMIT);
}

/* A source that fails while the format is looked at: its error is the error. */
static int failing_next(struct stream *stream, struct view *ret_block, struct error *err)
{
    (void)stream;
    (void)ret_block;
    return error_set(err, ERROR_NETWORK, "hung up");
}

static void failing_free(struct stream *stream)
{
    free(stream);
}

static void test_source_fails(void **state)
{
    struct stream *source = calloc(1, sizeof(*source)), *stream = NULL;
    struct error err = ERROR_INIT;

    (void)state;
    assert_non_null(source);
    source->next = failing_next;
    source->free = failing_free;
    assert_int_equal(stream_open_decoded(source, 1, NULL, &stream, &err), ERROR_NETWORK);
    assert_string_equal(err.message, "hung up");
    assert_null(stream);
}

RUN_TESTS(cmocka_unit_test(test_round_trip), cmocka_unit_test(test_plain),
          cmocka_unit_test(test_truncated), cmocka_unit_test(test_corrupt),
          cmocka_unit_test(test_members_and_padding), cmocka_unit_test(test_garbage_behind),
          cmocka_unit_test(test_gzip_header_fields), cmocka_unit_test(test_gzip_faults),
          cmocka_unit_test(test_zstd_frames), cmocka_unit_test(test_zstd_window),
          cmocka_unit_test(test_limit), cmocka_unit_test(test_errors_are_final),
          cmocka_unit_test(test_fd), cmocka_unit_test(test_skip),
          cmocka_unit_test(test_skip_counts), cmocka_unit_test(test_fd_pipe_and_failure),
          cmocka_unit_test(test_read_all_limit), cmocka_unit_test(test_source_fails))
