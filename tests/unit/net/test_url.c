#include "net/url.h"

#include "base/cleanup.h"

#include "test.h"

static void origins(void **state)
{
    static const struct {
        const char *url, *want; /* NULL: an error */
        bool loopback;
    } cases[] = {
        {"https://registry.example/v2/", "https://registry.example:443", false},
        {"HTTPS://Registry.Example:5000/v2/", "https://registry.example:5000", false},
        {"http://localhost/v2/", "http://localhost:80", true},
        {"http://127.9.8.7:5000/", "http://127.9.8.7:5000", true},
        {"http://[::1]:5000/", "http://[::1]:5000", true},
        {"http://user:secret@registry.example/", "http://registry.example:80", false},
        {"http://localhost.example/", "http://localhost.example:80", false},
        {"http://127.0.0.1.example/", "http://127.0.0.1.example:80", false},
        {"file:///etc/passwd", NULL, false},
        {"ftp://host/", NULL, false},
        {"no url", NULL, false},
        {"https://", NULL, false},
        {"", NULL, false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct url_origin origin = {0};
        struct error err = ERROR_INIT;
        int result = url_parse_origin(cases[i].url, &origin, &err);

        if (!cases[i].want) {
            assert_int_equal(result, ERROR_INPUT);
            continue;
        }
        assert_int_equal(result, 0);
        assert_string_equal(origin.text, cases[i].want);
        assert_int_equal(origin.loopback, cases[i].loopback);
    }
}

static void redirects_resolve(void **state)
{
    static const struct {
        const char *base, *location, *want;
    } cases[] = {
        {"https://a.example/v2/x/blobs/1?t=1", "/other", "https://a.example/other"},
        {"https://a.example/v2/x", "y", "https://a.example/v2/y"},
        {"https://a.example/v2/x", "//b.example/z", "https://b.example/z"},
        {"https://a.example/v2/x", "https://b.example/z?sig=1", "https://b.example/z?sig=1"},
        {"https://a.example/v2/x", "?q=1", "https://a.example/v2/x?q=1"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        _cleanup_(buf_done) struct buf to = BUF_INIT(URL_LIMIT);
        struct error err = ERROR_INIT;

        assert_int_equal(url_resolve(cases[i].base, view_of(cases[i].location), &to, &err), 0);
        assert_string_equal(buf_cstr(&to), cases[i].want);
    }
}

static void people_see_no_secrets(void **state)
{
    _cleanup_(buf_done) struct buf to = BUF_INIT(URL_LIMIT);

    (void)state;
    assert_string_equal(
        url_for_people("https://user:secret@a.example:8443/p/q?signature=secret#f", &to),
        "https://a.example:8443/p/q");
    assert_string_equal(url_for_people("%%", &to), "a URL");
}

static void loopback_hosts(void **state)
{
    static const struct {
        const char *host;
        bool want;
    } cases[] = {
        {"localhost", true},       {"LOCALHOST", true},  {"127.0.0.1", true},
        {"127.255.0.3", true},     {"::1", true},        {"[::1]", true},
        {"0:0:0:0:0:0:0:1", true}, {"128.0.0.1", false}, {"::2", false},
        {"127.1.example", false},  {"", false},          {"0.0.0.0", false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_int_equal(url_host_is_loopback(view_of(cases[i].host)), cases[i].want);
}

static void escapes(void **state)
{
    _cleanup_(buf_done) struct buf to = BUF_INIT(URL_LIMIT);

    (void)state;
    url_add_escaped(&to, VIEW("repository:a/b:pull &x=\xc3\xa9~"));
    assert_string_equal(buf_cstr(&to), "repository%3Aa%2Fb%3Apull%20%26x%3D%C3%A9~");
}

RUN_TESTS(cmocka_unit_test(origins), cmocka_unit_test(redirects_resolve),
          cmocka_unit_test(people_see_no_secrets), cmocka_unit_test(loopback_hosts),
          cmocka_unit_test(escapes))
