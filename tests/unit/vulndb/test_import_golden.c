/* Every importer on small documents in the shape of its sources: the inputs
 * are tests/corpus/vulndb_import_NAME/, what becomes of them stands in
 * tests/golden/vulndb_import_NAME/ under the same names with ".want". */
#include <dirent.h>
#include <stdio.h>

#include "base/fd.h"

#include "import-collect.h"

#include "test.h"

static const struct importer *const importers[] = {
    &importer_alpine_secdb, &importer_debian_list, &importer_debian_tracker, &importer_epss,
    &importer_kev,          &importer_osv,         &importer_oval,
};

/* Paths below tests/, with the importer's name as folders spell it. */
static char *path_of(const char *kind, const struct importer *importer, const char *file)
{
    const char *root = getenv("PLIMSOLL_SOURCE_ROOT");
    char *path;

    assert_true(asprintf(&path, "%s/tests/%s/vulndb_import_%s/%s", root ? root : ".", kind,
                         importer->name, file) > 0);
    for (char *c = strstr(path, "vulndb_import_"); *c && *c != '/'; c++)
        *c = *c == '-' ? '_' : *c;
    return path;
}

static void read_text(const char *kind, const struct importer *importer, const char *file,
                      struct buf *to)
{
    _cleanup_free_ char *path = path_of(kind, importer, file);
    struct error err = ERROR_INIT;

    if (fd_read_file(path, to, &err) < 0)
        fail_msg("%s", err.message);
}

static void check_file(const struct importer *importer, const char *file)
{
    _cleanup_(buf_done) struct buf input = BUF_INIT(1 << 20), want = BUF_INIT(1 << 20);
    _cleanup_free_ char *name = strndup(file, strlen(file) - strlen(".want"));
    struct import_input in = {view_of(name), VIEW_EMPTY, VIEW_EMPTY};

    print_message("%s: %s\n", importer->name, name);
    read_text("golden", importer, file, &want);
    read_text("corpus", importer, name, &input);
    in.bytes = buf_view(&input);
    assert_ptr_equal(importer_sniff(&in), importer);
    check_import(importer, name, in.bytes, VIEW_EMPTY, buf_cstr(&want));
}

static void test_golden(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(importers); i++) {
        _cleanup_free_ char *path = path_of("golden", importers[i], "");
        DIR *folder = opendir(path);
        int files = 0;

        assert_non_null(folder);
        for (struct dirent *entry; (entry = readdir(folder));) {
            if (!view_ends(view_of(entry->d_name), VIEW(".want")))
                continue;
            check_file(importers[i], entry->d_name);
            files++;
        }
        closedir(folder);
        assert_true(files > 0);
    }
}

/* However a document is cut, nothing worse than an error comes of it; a form
 * with an end is never taken for whole. */
static void check_cuts(const struct importer *importer, const char *name, struct view whole,
                       bool has_end)
{
    for (size_t cut = 0; cut + 2 < whole.len; cut += 23) {
        struct import_input input = {view_of(name), view_sub(whole, 0, cut), VIEW_EMPTY};
        struct collector collector;
        struct error err = ERROR_INIT;

        collector_init(&collector);
        if (importer->run(&input, &collector.sink, &err) < 0)
            assert_true(error_is_set(&err));
        else if (has_end)
            fail_msg("%s cut at %zu was taken for whole", name, cut);
        collector_done(&collector);
    }
}

static void test_cuts(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(importers); i++) {
        _cleanup_free_ char *path = path_of("corpus", importers[i], "");
        DIR *folder = opendir(path);

        assert_non_null(folder);
        for (struct dirent *entry; (entry = readdir(folder));) {
            _cleanup_(buf_done) struct buf input = BUF_INIT(1 << 20);
            struct view name = view_of(entry->d_name);
            bool text = view_ends(name, VIEW(".json")) || view_ends(name, VIEW(".xml"));

            if (entry->d_name[0] == '.')
                continue;
            read_text("corpus", importers[i], entry->d_name, &input);
            check_cuts(importers[i], entry->d_name, buf_view(&input), text);
        }
        closedir(folder);
    }
}

static const struct {
    const struct importer *importer;
    const char *name, *input, *want;
} bad[] = {
    {&importer_osv, "cut", "{\"id\":\"X-1\",\"modi", "JSON"},
    {&importer_osv, "a word", "\"id\"", "neither a record nor an array"},
    {&importer_osv, "a cut zip", "PK\x03\x04zip?", "zip"},
    {&importer_alpine_secdb, "cut", "{\"packages\":[{\"pkg\":", "JSON"},
    {&importer_alpine_secdb, "no packages", "{\"distroversion\":\"v3.18\"}",
     "no array \"packages\""},
    {&importer_alpine_secdb, "no branch", "{\"packages\":[]}", "tells the branch"},
    {&importer_debian_tracker, "cut", "{\"glibc\":{\"CVE-", "JSON"},
    {&importer_debian_tracker, "a list", "[]", "no object"},
    {&importer_kev, "cut", "{\"catalogVersion\":", "JSON"},
    {&importer_kev, "another document", "{\"vulnerabilities\":{}}", "no array"},
    {&importer_epss, "heading", "cve,score\n", "the heading lacks"},
    {&importer_oval, "another document", "<html><body/></html>", "no oval_definitions"},
    {&importer_oval, "cut", "<oval_definitions><definitions><definition id=\"a\">", "line 1"},
    {&importer_oval, "not closed as opened", "<oval_definitions>\n</a>", "line 2"},
    {&importer_oval, "a document type", "<!DOCTYPE a [<!ENTITY b \"c\">]><oval_definitions/>",
     "document types are refused"},
    {&importer_osv, "cut gzip", "\x1f\x8b\x08", "gzip"},
};

static void test_unreadable(void **state)
{
    _cleanup_(buf_done) struct buf deep = BUF_INIT(1 << 20);

    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++)
        check_import_fails(bad[i].importer, bad[i].name, view_of(bad[i].input), bad[i].want);
    buf_add_str(&deep, "<oval_definitions><definitions><definition id=\"a\">");
    for (int i = 0; i < 100; i++)
        buf_add_str(&deep, "<criteria>");
    check_import_fails(&importer_oval, "deep", buf_view(&deep), "nest deeper");
}

static void test_unknown(void **state)
{
    static const char *const texts[] = {
        "", "hello", "{}", "[]", "<html>", "# Sources\n", "{\"vulnerabilities\":[]}",
    };

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct import_input input = {VIEW("a_Packages"), view_of(texts[i]), VIEW_EMPTY};

        assert_null(importer_sniff(&input));
    }
}

static void test_names(void **state)
{
    size_t count = 0;

    (void)state;
    for (const struct importer *importer; (importer = importer_at(count)); count++)
        assert_ptr_equal(importer_by_name(view_of(importer->name)), importer);
    assert_int_equal(count, 8);
    assert_null(importer_by_name(VIEW("csv")));
}

RUN_TESTS(cmocka_unit_test(test_golden), cmocka_unit_test(test_cuts),
          cmocka_unit_test(test_unreadable), cmocka_unit_test(test_unknown),
          cmocka_unit_test(test_names))
