#include "test.h"

#include "base/cleanup.h"
#include "sensor/abi/record.h"

enum { TEXT_LIMIT = 1 << 20 };

static const struct sensor_event an_open = {.kind = SENSOR_SYSCALL, .number = 257, .pid = 7};

/* An open with its path, and the descriptor it returned. */
static size_t make_open(struct buf *to)
{
    struct sensor_descriptor descriptor = {.number = 3, .type = SENSOR_FD_FILE};
    size_t begin = record_begin(to, &an_open);

    record_add(to, SENSOR_PATH, 1, 0, VIEW("etc/passwd"));
    record_add(to, SENSOR_DIRECTORY, 1, 0, VIEW("/"));
    record_add(to, SENSOR_DESCRIPTOR, SENSOR_INDEX_RESULT, 0,
               view_from(&descriptor, sizeof(descriptor)));
    record_add(to, SENSOR_PATH, 2, SENSOR_PARAMETER_FAULT, VIEW_EMPTY);
    record_add(to, SENSOR_FLAGS, 2, SENSOR_PARAMETER_FAULT, VIEW_EMPTY);
    record_end(to, begin);
    return begin;
}

static const struct sensor_event *event_at(const struct buf *bytes, size_t begin)
{
    return (const struct sensor_event *)(const void *)(bytes->ptr + begin);
}

static void test_round_trip(void **state)
{
    _cleanup_(buf_done) struct buf bytes = BUF_INIT(TEXT_LIMIT);
    const struct sensor_event *event;
    struct view text = VIEW_EMPTY;
    size_t begin, count = 0;

    (void)state;
    buf_add(&bytes, VIEW("odd"));
    begin = make_open(&bytes);
    event = event_at(&bytes, begin);
    assert_int_equal(begin, 8);
    assert_int_equal(record_check(view_from(event, bytes.len - begin), NULL), 0);
    assert_int_equal(event->parameter_count, 5);
    assert_true(record_find(event, SENSOR_PATH, -1, &text));
    assert_view(text, "etc/passwd");
    assert_true(record_find(event, SENSOR_PATH, 2, &text));
    assert_int_equal(text.len, 0);
    assert_int_equal(record_parameter(event, SENSOR_PATH, 2)->flags, SENSOR_PARAMETER_FAULT);
    assert_true(record_find(event, SENSOR_DESCRIPTOR, SENSOR_INDEX_RESULT, &text));
    assert_int_equal(text.len, sizeof(struct sensor_descriptor));
    assert_false(record_find(event, SENSOR_DESCRIPTOR, 0, &text));
    assert_false(record_find(event, SENSOR_FLAGS, -1, &text));
    assert_non_null(record_parameter(event, SENSOR_FLAGS, -1));
    for (const struct sensor_parameter *p = NULL; (p = record_next(event, p));)
        count++;
    assert_int_equal(count, 5);
}

/* More than a record holds: texts are shortened, structs are left out. */
static void test_cut(void **state)
{
    _cleanup_(buf_done) struct buf bytes = BUF_INIT(TEXT_LIMIT);
    static char path[SENSOR_PATH_LIMIT + 100];
    struct sensor_credentials credentials = {.uid = 1};
    const struct sensor_event *event;
    struct view text;
    size_t begin;

    (void)state;
    memset(path, 'x', sizeof(path));
    begin = record_begin(&bytes, &an_open);
    for (int i = 0; i < 9; i++)
        record_add(&bytes, SENSOR_PATH, i, 0, view_from(path, sizeof(path)));
    record_add(&bytes, SENSOR_CREDENTIALS, 0, 0, view_from(&credentials, sizeof(credentials)));
    record_end(&bytes, begin);
    event = event_at(&bytes, begin);
    assert_int_equal(event->size, SENSOR_EVENT_LIMIT);
    assert_int_equal(bytes.len, SENSOR_EVENT_LIMIT);
    assert_int_equal(event->flags, SENSOR_CUT);
    assert_int_equal(record_check(buf_view(&bytes), NULL), 0);
    assert_true(record_find(event, SENSOR_PATH, 0, &text));
    assert_int_equal(text.len, SENSOR_PATH_LIMIT);
    assert_true(record_find(event, SENSOR_PATH, 7, &text));
    assert_in_range(text.len, 1, SENSOR_PATH_LIMIT - 1);
    assert_int_equal(record_parameter(event, SENSOR_PATH, 7)->flags, SENSOR_PARAMETER_CUT);
    assert_false(record_find(event, SENSOR_PATH, 8, &text));
    assert_false(record_find(event, SENSOR_CREDENTIALS, -1, &text));
}

static void test_many_parameters(void **state)
{
    _cleanup_(buf_done) struct buf bytes = BUF_INIT(TEXT_LIMIT);
    size_t begin = record_begin(&bytes, &an_open);

    (void)state;
    for (int i = 0; i < 300; i++)
        record_add(&bytes, SENSOR_TEXT, 0, 0, VIEW_EMPTY);
    record_end(&bytes, begin);
    assert_int_equal(event_at(&bytes, begin)->parameter_count, RECORD_PARAMETERS_LIMIT);
    assert_int_equal(record_check(buf_view(&bytes), NULL), 0);
}

static void test_refused(void **state)
{
    /* One byte of a good record is changed: where, to what, and what is said. */
    static const struct {
        const char *name;
        size_t at;
        unsigned char value;
        const char *want;
    } cases[] = {
        {"size", 0, 1, "says it has"},
        {"kind 0", 4, 0, "unknown kind 0"},
        {"kind beyond", 4, SENSOR_KIND_COUNT, "unknown kind"},
        {"kind of user space beyond", 5, 2, "unknown kind"},
        {"one parameter less", offsetof(struct sensor_event, parameter_count), 4,
         "behind the last"},
        {"one parameter more", offsetof(struct sensor_event, parameter_count), 6,
         "parameter at byte"},
        {"parameter 0", 96, 0, "unknown parameter 0"},
        {"parameter beyond", 96, SENSOR_PARAMETER_COUNT, "unknown parameter"},
        {"length", 96 + 7, 0xff, "PATH at byte 96 lies behind the end"},
        {"length into the padding", 96 + 4, 9, "not padded"},
        {"text as struct", 96, SENSOR_CREDENTIALS, "CREDENTIALS at byte 96 has 10 bytes"},
        {"type of a descriptor", 136 + 8 + 4, 99, "no known type"},
        {"layer", 136 + 8 + 5, 3, "no known type"},
        {"empty without a fault", 192 + 2, 0, "FLAGS at byte"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        _cleanup_(buf_done) struct buf bytes = BUF_INIT(TEXT_LIMIT);
        struct error err = ERROR_INIT;

        make_open(&bytes);
        bytes.ptr[cases[i].at] = (char)cases[i].value;
        if (record_check(buf_view(&bytes), &err) != ERROR_INPUT ||
            !strstr(err.message, cases[i].want))
            fail_msg("%s: got \"%s\"", cases[i].name, err.message);
    }
}

static void test_sizes(void **state)
{
    _cleanup_(buf_done) struct buf bytes = BUF_INIT(TEXT_LIMIT);

    (void)state;
    make_open(&bytes);
    for (size_t len = 0; len < bytes.len; len++)
        assert_int_equal(record_check(view_from(bytes.ptr, len), NULL), ERROR_INPUT);
}

RUN_TESTS(cmocka_unit_test(test_round_trip), cmocka_unit_test(test_cut),
          cmocka_unit_test(test_many_parameters), cmocka_unit_test(test_refused),
          cmocka_unit_test(test_sizes))
