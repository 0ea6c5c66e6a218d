#include "sensor/alert/sink-address.h"

#include "sensor/alert/header-file.h"
#include "test.h"

static void parts(void **state)
{
    static const struct {
        const char *address, *scheme, *place;
        size_t count;
    } cases[] = {
        {"stdout", "stdout", "", 0},
        {"stdout?format=json", "stdout", "", 1},
        {"file:/a:b?size=1M&&keep=2&", "file", "/a:b", 2},
        {"syslog+tls://[::1]:6514?ca=/x", "syslog+tls", "//[::1]:6514", 1},
        {"https://h/p?a=b?c", "https", "//h/p", 1},
        {"", "", "", 0},
        {"?", "", "", 0},
        {":", "", "", 0},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct sink_address address;

        print_message("%s\n", cases[i].address);
        assert_int_equal(sink_address_parse(cases[i].address, &address, NULL), 0);
        assert_view(address.scheme, cases[i].scheme);
        assert_view(address.place, cases[i].place);
        assert_int_equal(address.count, cases[i].count);
        sink_address_done(&address);
    }
}

static void parameters(void **state)
{
    static const char *const words[] = {"text", "json", NULL};
    struct sink_address address;
    struct view value;
    uint64_t number = 7;
    char *path = NULL;
    int word = 5;

    (void)state;
    assert_int_equal(
        sink_address_parse("x:?a=1K&b=%2Ftmp%2fa%20b%&c=JSON&d=2g&e=0&f&f=2", &address, NULL), 0);
    assert_int_equal(sink_address_take_number(&address, VIEW("none"), 1, 9, &number, NULL), 0);
    assert_int_equal(number, 7);
    assert_int_equal(sink_address_take_number(&address, VIEW("a"), 1, 9999, &number, NULL), 0);
    assert_int_equal(number, 1024);
    assert_int_equal(sink_address_take_path(&address, VIEW("b"), &path, NULL), 0);
    assert_string_equal(path, "/tmp/a b%");
    free(path);
    assert_int_equal(sink_address_take_word(&address, VIEW("c"), words, &word, NULL), 0);
    assert_int_equal(word, 1);
    assert_int_equal(sink_address_take_number(&address, VIEW("d"), 1, UINT64_MAX, &number, NULL),
                     0);
    assert_int_equal(number, 2ull << 30);
    assert_int_equal(sink_address_take_number(&address, VIEW("e"), 1, 9, &number, NULL),
                     ERROR_USAGE);
    assert_true(sink_address_take(&address, VIEW("f"), &value));
    assert_int_equal(value.len, 0);
    assert_int_equal(sink_address_finish(&address, NULL), ERROR_USAGE); /* f is there twice */
    assert_true(sink_address_take(&address, VIEW("f"), &value));
    assert_view(value, "2");
    assert_int_equal(sink_address_finish(&address, NULL), 0);
    sink_address_done(&address);
}

static void users(void **state)
{
    static const struct {
        const char *address;
        bool refused;
    } cases[] = {
        {"https://user:secret@h/p", true},
        {"https://user@h/p", true},
        {"https://:secret@h", true},
        {"https:/user:secret@h/p", true},
        {"https:///user:secret@h/p", true},
        {"syslog+tls://user:secret@h:6514", true},
        {"https://h/@p", false},
        {"https://h/p?a=b@c", false},
        {"https://h", false},
        {"https:", false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct sink_address address;
        struct error err = ERROR_INIT;

        print_message("%s\n", cases[i].address);
        assert_int_equal(sink_address_parse(cases[i].address, &address, NULL), 0);
        assert_int_equal(sink_address_refuse_user(&address, &err),
                         cases[i].refused ? ERROR_USAGE : 0);
        assert_null(strstr(err.message, "secret"));
        sink_address_done(&address);
    }
}

static void limits(void **state)
{
    static char text[SINK_ADDRESS_LIMIT + 2];
    struct sink_address address;

    (void)state;
    memset(text, 'a', SINK_ADDRESS_LIMIT + 1);
    assert_int_equal(sink_address_parse(text, &address, NULL), ERROR_USAGE);
    assert_int_equal(sink_address_parse("x:?a&b&c&d&e&f&g&h&i&j&k&l&m&n&o&p&q", &address, NULL),
                     ERROR_USAGE);
}

static void headers(void **state)
{
    static const struct {
        const char *text;
        int want; /* how many, or the error */
        const char *name, *value;
    } cases[] = {
        {"Authorization: Bearer a b\r\n", 1, "Authorization", "Bearer a b"},
        {"# x\n\n  X-A:b", 1, "X-A", "b"},
        {"", 0, NULL, NULL},
        {"A: b\nC: d\n", 2, "A", "b"},
        {"A b\n", ERROR_INPUT, NULL, NULL},
        {"A : b\n", ERROR_INPUT, NULL, NULL},
        {": b\n", ERROR_INPUT, NULL, NULL},
        {"A:\n", ERROR_INPUT, NULL, NULL},
        {"A: b\x01\n", ERROR_INPUT, NULL, NULL},
        {"A\xc3\xa9: b\n", ERROR_INPUT, NULL, NULL},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        _cleanup_arena_ struct arena *arena = arena_new(1 << 20);
        struct http_header all[HEADER_FILE_COUNT];
        struct error err = ERROR_INIT;
        size_t count = 0;
        int result = header_file_parse(view_of(cases[i].text), arena, all, &count, &err);

        print_message("%s\n", cases[i].text);
        assert_int_equal(result < 0 ? result : (int)count, cases[i].want);
        assert_null(strstr(err.message, "b"));
        if (!cases[i].name)
            continue;
        assert_string_equal(all[0].name, cases[i].name);
        assert_string_equal(all[0].value, cases[i].value);
    }
}

RUN_TESTS(cmocka_unit_test(parts), cmocka_unit_test(parameters), cmocka_unit_test(users),
          cmocka_unit_test(limits), cmocka_unit_test(headers))
