#include "test.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "sensor/abi/record.h"
#include "sensor/capture/capture.h"

enum { FILE_LIMIT = 64 << 20, EVENTS = 20000 };

static const struct sensor_host host = {.boot_time = 1234567890, .machine = 62, .processors = 2};

/* The i-th event of a test: of different sizes. */
static const struct sensor_event *event_of(struct buf *buf, uint64_t i)
{
    static const char path[SENSOR_PATH_LIMIT] = "/usr/share/some/where";
    size_t begin;

    buf_reset(buf);
    begin = record_begin(
        buf, &(struct sensor_event){.kind = SENSOR_SYSCALL, .time = 1000 + i, .pid = (uint32_t)i});
    record_add(buf, SENSOR_PATH, 1, 0, view_from(path, i * 37 % (i % 100 ? 60 : sizeof(path))));
    record_end(buf, begin);
    return (const void *)buf->ptr;
}

static int memory_file(void)
{
    int fd = memfd_create("capture", MFD_CLOEXEC);

    assert_true(fd >= 0);
    return fd;
}

/* Writes events and gives the bytes of the file. */
static void write_events(uint64_t count, uint64_t flush_every, struct buf *ret)
{
    _cleanup_(capture_writer_free_p) struct capture_writer *writer = NULL;
    _cleanup_(buf_done) struct buf record = BUF_INIT(SENSOR_EVENT_LIMIT);
    _cleanup_close_ int fd = memory_file();

    assert_int_equal(capture_writer_new(dup(fd), &host, VIEW("node-7"), 0, &writer, NULL), 0);
    for (uint64_t i = 0; i < count; i++) {
        assert_int_equal(capture_write(writer, event_of(&record, i), NULL), 0);
        if (flush_every && (i + 1) % flush_every == 0)
            assert_int_equal(capture_flush(writer, NULL), 0);
    }
    assert_int_equal(capture_flush(writer, NULL), 0);
    assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
    assert_int_equal(fd_read_all(fd, ret, NULL), 0);
    assert_int_equal(capture_written(writer), ret->len);
    assert_int_equal(capture_events(writer), count);
}

static int open_bytes(struct view bytes)
{
    int fd = memory_file();

    assert_int_equal(fd_write_all(fd, bytes, NULL), 0);
    assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
    return fd;
}

/* Reads to the end or an error: how many events came, each as it was written. */
static uint64_t read_events(struct capture_reader *reader, int *ret_result, struct error *err)
{
    _cleanup_(buf_done) struct buf want = BUF_INIT(SENSOR_EVENT_LIMIT);
    const struct sensor_event *event;
    uint64_t count = 0;

    while ((*ret_result = capture_read(reader, &event, err)) > 0) {
        assert_int_equal(event->size, event_of(&want, count)->size);
        assert_memory_equal(event, want.ptr, event->size);
        count++;
    }
    return count;
}

static void test_round_trip(void **state)
{
    _cleanup_(capture_reader_free_p) struct capture_reader *reader = NULL;
    _cleanup_(buf_done) struct buf bytes = BUF_INIT(FILE_LIMIT);
    struct view name;
    int r;

    (void)state;
    write_events(EVENTS, 0, &bytes);
    assert_int_equal(capture_reader_new(open_bytes(buf_view(&bytes)), &reader, NULL), 0);
    assert_int_equal(capture_host(reader, &name)->boot_time, host.boot_time);
    assert_view(name, "node-7");
    assert_int_equal(read_events(reader, &r, NULL), EVENTS);
    assert_int_equal(r, 0);
    assert_false(capture_was_cut(reader));
    assert_int_equal(capture_read(reader, &(const struct sensor_event *){NULL}, NULL), 0);
}

static void test_empty(void **state)
{
    _cleanup_(capture_reader_free_p) struct capture_reader *reader = NULL;
    _cleanup_(buf_done) struct buf bytes = BUF_INIT(FILE_LIMIT);
    int r;

    (void)state;
    write_events(0, 0, &bytes);
    assert_int_equal(capture_reader_new(open_bytes(buf_view(&bytes)), &reader, NULL), 0);
    assert_int_equal(read_events(reader, &r, NULL), 0);
    assert_int_equal(r, 0);
}

/* Cut anywhere, a file gives its whole blocks, and says that it was cut. */
static void test_cut(void **state)
{
    _cleanup_(buf_done) struct buf bytes = BUF_INIT(FILE_LIMIT);
    _cleanup_(buf_done) struct buf header = BUF_INIT(FILE_LIMIT);
    uint64_t last = 0;

    (void)state;
    write_events(0, 0, &header);
    write_events(9, 3, &bytes);
    for (size_t len = 0; len <= bytes.len; len++) {
        _cleanup_(capture_reader_free_p) struct capture_reader *reader = NULL;
        int r = capture_reader_new(open_bytes(view_from(bytes.ptr, len)), &reader, NULL);
        uint64_t count;

        if (len < header.len) {
            assert_int_equal(r, ERROR_INPUT);
            continue;
        }
        assert_int_equal(r, 0);
        count = read_events(reader, &r, NULL);
        assert_int_equal(r, 0);
        assert_int_equal(count % 3, 0);
        assert_true(count >= last);
        assert_int_equal(capture_was_cut(reader), count == last && len > header.len);
        last = count;
    }
    assert_int_equal(last, 9);
}

/* One bit is wrong: that is said once, with the place, and what comes before is read. */
static void test_flipped(void **state)
{
    _cleanup_(buf_done) struct buf bytes = BUF_INIT(FILE_LIMIT);

    (void)state;
    write_events(6, 3, &bytes);
    for (size_t at = 0; at < bytes.len; at++) {
        _cleanup_(capture_reader_free_p) struct capture_reader *reader = NULL;
        struct error err = ERROR_INIT;
        int r;

        bytes.ptr[at] ^= 1;
        r = capture_reader_new(open_bytes(buf_view(&bytes)), &reader, &err);
        if (r == 0) {
            uint64_t count = read_events(reader, &r, &err);

            assert_true(count == 0 || count == 3);
            /* A length that became longer ends behind the file. */
            assert_true(r == ERROR_INPUT || (r == 0 && capture_was_cut(reader)));
        }
        if (r < 0 && !strstr(err.message, "capture: "))
            fail_msg("byte %zu: \"%s\"", at, err.message);
        bytes.ptr[at] ^= 1;
    }
}

static void test_message(void **state)
{
    _cleanup_(capture_reader_free_p) struct capture_reader *reader = NULL;
    _cleanup_(buf_done) struct buf bytes = BUF_INIT(FILE_LIMIT);
    _cleanup_(buf_done) struct buf one = BUF_INIT(FILE_LIMIT);
    struct error err = ERROR_INIT;
    char want[128];
    int r;

    (void)state;
    write_events(3, 3, &one);
    write_events(6, 3, &bytes);
    bytes.ptr[bytes.len - 10] ^= 1;
    assert_int_equal(capture_reader_new(open_bytes(buf_view(&bytes)), &reader, NULL), 0);
    assert_int_equal(read_events(reader, &r, &err), 3);
    assert_int_equal(r, ERROR_INPUT);
    snprintf(want, sizeof(want), "capture: block 2 at byte %zu: its checksum is wrong", one.len);
    assert_string_equal(err.message, want);
    assert_int_equal(capture_read(reader, &(const struct sensor_event *){NULL}, NULL), ERROR_INPUT);
}

static void test_foreign(void **state)
{
    static const struct {
        const char *name;
        struct view bytes;
        int want;
    } cases[] = {
        {"empty", VIEW(""), ERROR_INPUT},
        {"text", VIEW("- rule: this is no capture\n"), ERROR_INPUT},
        {"later version", VIEW("\x89PLIMS\r\n\2\0\0\0\0\0\0\0"), ERROR_UNSUPPORTED},
        {"long header", VIEW("\x89PLIMS\r\n\1\0\0\0\xff\xff\xff\xff"), ERROR_INPUT},
        {"line ends converted", VIEW("\x89PLIMS\n\1\0\0\0\0\0\0\0\0"), ERROR_INPUT},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct capture_reader *reader = NULL;
        int r = capture_reader_new(open_bytes(cases[i].bytes), &reader, NULL);

        if (r != cases[i].want)
            fail_msg("%s: %d", cases[i].name, r);
        assert_null(reader);
    }
}

static void test_limit(void **state)
{
    _cleanup_(capture_writer_free_p) struct capture_writer *writer = NULL;
    _cleanup_(capture_reader_free_p) struct capture_reader *reader = NULL;
    _cleanup_(buf_done) struct buf record = BUF_INIT(SENSOR_EVENT_LIMIT);
    int fd = memory_file(), r = 0;
    uint64_t count = 0;

    (void)state;
    assert_int_equal(capture_writer_new(dup(fd), &host, VIEW_EMPTY, 4096, &writer, NULL), 0);
    while (r == 0) {
        r = capture_write(writer, event_of(&record, count++), NULL);
        if (r == 0)
            r = capture_flush(writer, NULL);
    }
    assert_int_equal(r, ERROR_LIMIT);
    assert_int_equal(capture_write(writer, event_of(&record, 0), NULL), ERROR_LIMIT);
    assert_in_range(capture_written(writer), 3000, 4096);
    assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
    assert_int_equal(capture_reader_new(fd, &reader, NULL), 0);
    assert_int_equal(read_events(reader, &r, NULL), count - 1);
    assert_false(capture_was_cut(reader));
}

/* A device without room, and a reader that went away. */
static void test_no_room(void **state)
{
    struct capture_writer *writer = NULL;
    struct error err = ERROR_INIT;
    int ends[2];

    (void)state;
    assert_int_equal(capture_writer_new(open("/dev/full", O_WRONLY | O_CLOEXEC), &host, VIEW_EMPTY,
                                        0, &writer, &err),
                     ERROR_IO);
    assert_int_equal(pipe(ends), 0);
    close(ends[0]);
    signal(SIGPIPE, SIG_IGN);
    assert_int_equal(capture_writer_new(ends[1], &host, VIEW_EMPTY, 0, &writer, &err), ERROR_IO);
    assert_null(writer);
}

RUN_TESTS(cmocka_unit_test(test_round_trip), cmocka_unit_test(test_empty),
          cmocka_unit_test(test_cut), cmocka_unit_test(test_flipped),
          cmocka_unit_test(test_message), cmocka_unit_test(test_foreign),
          cmocka_unit_test(test_limit), cmocka_unit_test(test_no_room))
