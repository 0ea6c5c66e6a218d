#include "vulndb/sources.h"

#include <stdio.h>

#include "base/buf.h"

#include "test.h"

static void print(const struct source_list *list, struct buf *to)
{
    for (size_t i = 0; i < source_list_count(list); i++) {
        const struct source *source = source_list_at(list, i);

        buf_addf(to, "%s %s %s%s\n", source->name, source->importer ? source->importer->name : "-",
                 source->url ? source->url : source->path, source->optional ? " optional" : "");
    }
}

static const struct {
    const char *name, *text, *mirror, *want;
} cases[] = {
    {"the smallest", "[source a]\nurl = https://x/y\n", NULL, "a - https://x/y\n"},
    {"comments, blanks, line ends",
     "# one\n; two\n\r\n[source a]\r\n  # three\ntype=osv\r\nurl =https://x/y\n", NULL,
     "a osv https://x/y\n"},
    {"items",
     "[source a]\ntype = alpine-secdb\nitems = v1/main\n  v2/main\nurl = https://x/${item}.json\n",
     NULL,
     "a/v1/main alpine-secdb https://x/v1/main.json\n"
     "a/v2/main alpine-secdb https://x/v2/main.json\n"},
    {"paths", "[source a]\npath = feeds\n[source b]\npath = /srv/feeds\noptional = yes\n", NULL,
     "a - /etc/plimsoll/feeds\nb - /srv/feeds optional\n"},
    {"off", "[source a]\nurl = https://x/y\n[source b]\nurl = https://x/z\nenabled = no\n", NULL,
     "a - https://x/y\n"},
    {"a mirror on the network",
     "[source a]\nitems = 1 2\nurl = https://x/${item}\nmirror = m/${item}.gz\n"
     "[source b]\nurl = https://x/b\n",
     "https://mirror.example/feeds/",
     "a/1 - https://mirror.example/feeds/m/1.gz\na/2 - https://mirror.example/feeds/m/2.gz\n"
     "b - https://x/b\n"},
    {"a mirror in a directory", "[source a]\nurl = https://x/y\nmirror = m\n", "/srv/mirror",
     "a - /srv/mirror/m\n"},
    {"a mirror given, a mirror named",
     "[source a]\nurl = ${mirror}/y\n[source b]\npath = ${mirror}/z\n", "/srv/mirror",
     "a - /srv/mirror/y\nb - /srv/mirror/z\n"},
    {"a mirror beside us", "[source a]\nmirror = m/Rocky%20Linux/%zz%00%4\n", "feeds",
     "a - feeds/m/Rocky Linux/%zz%00%4\n"},
    {"a mirror on the network keeps escapes", "[source a]\nmirror = Rocky%20Linux\n", "https://m",
     "a - https://m/Rocky%20Linux\n"},
    {"a file URL as mirror", "[source a]\nmirror = m\n", "file:///srv", "a - /srv/m\n"},
};

static void test_lists(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        _cleanup_(source_list_free_p) struct source_list *list = NULL;
        _cleanup_(buf_done) struct buf got = BUF_INIT(1 << 16);
        struct error err = ERROR_INIT;

        if (source_list_parse(view_of(cases[i].text), "/etc/plimsoll", cases[i].mirror, &list,
                              &err) < 0)
            fail_msg("%s: %s", cases[i].name, err.message);
        print(list, &got);
        if (strcmp(buf_cstr(&got), cases[i].want) != 0)
            fail_msg("%s\ngot:\n%swant:\n%s", cases[i].name, buf_cstr(&got), cases[i].want);
    }
}

static const struct {
    const char *text, *want;
} faults[] = {
    {"url = https://x\n", "line 1: stands before the first"},
    {"[source a]\nnonsense\n", "line 2: a line must look like KEY = VALUE"},
    {"[source a]\nbogus = 1\n", "line 2: unknown key: bogus"},
    {"[source a]\nurl = https://x\nurl = https://y\n", "line 3: is given twice: url"},
    {"[source a]\ntype = csv\nurl = https://x\n", "line 1: unknown type: csv"},
    {"[source a]\nurl = ftp://x\n", "url must begin with https:// or http://"},
    {"[source a]\nurl = /srv\n", "url must begin with"},
    {"[source a]\npath = ftp://x\n", "neither an http(s) URL nor a path"},
    {"[source a]\nurl = https://x\npath = /y\n", "has both url and path"},
    {"[source a]\ntype = osv\n", "has neither url nor path"},
    {"[source b]\npath = /x\n\n[source a]\nmirror = x\n", "line 4: has neither url nor path"},
    {"[source a]\nurl = ${mirror}/x\n", "needs a mirror, but none was given"},
    {"[source a]\nurl = https://${host}/x\n", "unknown variable: host"},
    {"[source a]\nurl = https://${item}/x\n", "unknown variable: item"},
    {"[source a]\nurl = https://x\noptional = maybe\n", "optional must be yes or no"},
    {"[source a]\nurl = https://x\nenabled = 1\n", "enabled must be yes or no"},
    {"[source a b]\nurl = https://x\n", "a section must look like [source NAME]"},
    {"[source]\nurl = https://x\n", "a section must look like [source NAME]"},
    {"[mirror a]\n", "a section must look like [source NAME]"},
    {"[source a\n", "a section must look like [source NAME]"},
    {" x\n", "there is none"},
    {"", "no source is enabled"},
    {"[source a]\nurl = https://x\nenabled = no\n", "no source is enabled"},
};

static void test_faults(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(faults); i++) {
        struct source_list *list = NULL;
        struct error err = ERROR_INIT;

        assert_true(source_list_parse(view_of(faults[i].text), "/", NULL, &list, &err) < 0);
        assert_null(list);
        if (!strstr(err.message, faults[i].want))
            fail_msg("got %s, want %s", err.message, faults[i].want);
    }
}

/* The list that the program carries is sound, with and without a mirror. */
static void test_default(void **state)
{
    static const char *const mirrors[] = {NULL, "", "https://mirror.example", "/srv/mirror"};

    (void)state;
    for (size_t i = 0; i < COUNT(mirrors); i++) {
        _cleanup_(source_list_free_p) struct source_list *list = NULL;
        struct error err = ERROR_INIT;
        size_t mirrored = 0;

        if (source_list_default(mirrors[i], &list, &err) < 0)
            fail_msg("%s", err.message);
        assert_true(source_list_count(list) > 40);
        for (size_t k = 0; k < source_list_count(list); k++) {
            const struct source *source = source_list_at(list, k);
            const char *location = source->url ? source->url : source->path;

            assert_non_null(source->importer);
            assert_true(!source->url != !source->path);
            assert_null(strstr(location, "${"));
            mirrored += strstr(location, "/srv/mirror") || strstr(location, "mirror.example");
        }
        assert_int_equal(mirrored > 0, i >= 2);
        if (i >= 2) /* only what is on this machine anyway is not */
            assert_int_equal(mirrored, source_list_count(list) - 1);
    }
}

static void test_paths(void **state)
{
    static const char *const paths[] = {"/srv/feeds/", "osv.zip", "."};
    _cleanup_(source_list_free_p) struct source_list *list = NULL;
    _cleanup_(buf_done) struct buf got = BUF_INIT(1 << 10);

    (void)state;
    assert_int_equal(source_list_of_paths(paths, 3, &list, NULL), 0);
    print(list, &got);
    assert_string_equal(buf_cstr(&got), "feeds - /srv/feeds/\nosv.zip - osv.zip\n. - .\n");
}

RUN_TESTS(cmocka_unit_test(test_lists), cmocka_unit_test(test_faults),
          cmocka_unit_test(test_default), cmocka_unit_test(test_paths))
