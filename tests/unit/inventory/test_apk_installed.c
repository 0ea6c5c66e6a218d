#include "parse.h"

#include "inventory/apk-installed.h"
#include "inventory/file-list.h"

static void records(void **state)
{
    static const struct {
        const char *text, *want;
    } cases[] = {
        {"C:Q1=\nP:musl\nV:1.2.5-r0\nA:x86_64\nL:MIT\no:musl\nm:A <a@b>\nF:lib\nR:x\nZ:Q1\n\n"
         "P:ssl_client\nV:1.36.1-r29\nA:x86_64\no:busybox\n\n",
         "musl|1.2.5-r0|x86_64|musl|\nssl_client|1.36.1-r29|x86_64|busybox|\n"},
        {"P:a\nV:1\n", "a|1|||\n"},
        {"P:a\n\nP:b\nV:1\n\n", "!the record at byte 0 has no name or no version\nb|1|||\n"},
        {"P:a\nV:1\nwhat\n\n", "!the line at byte 8 is no field\na|1|||\n"},
        {"", ""},
        {"\n\n\n", ""},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_string_equal(
            packages_text(parse(&analyser_apk_installed, "", view_of(cases[i].text), NULL, NULL)),
            cases[i].want);
}

static void cut(void **state)
{
    struct error err = ERROR_INIT;
    int r;
    struct view payload =
        parse(&analyser_apk_installed, "", VIEW("P:a\nV:1\n\nP:b\nV:2"), &r, &err);

    (void)state;
    assert_int_equal(r, ERROR_INPUT);
    assert_string_equal(err.message, "it ends in the middle of the record of b at byte 9");
    assert_string_equal(packages_text(payload), "a|1|||\n");
}

static void files(void **state)
{
    static const char *const want[] = {"/lib/x", "/lib/y", "/top"};
    struct arena *arena = arena_new(1 << 20);
    struct package_list_reader reader = package_list_read(
        parse(&analyser_apk_installed, "",
              VIEW("P:a\nV:1\nF:lib\nR:x\na:0:0:755\nR:y\nF:\nR:top\n\nP:b\nV:1\n\n"), NULL, NULL));
    const struct view *files;
    size_t count;

    (void)state;
    assert_int_equal(package_list_next(&reader), PACKAGE_LIST_PACKAGE);
    assert_int_equal(file_list_decode(reader.files, arena, &files, &count, NULL), 0);
    assert_int_equal(count, COUNT(want));
    for (size_t i = 0; i < count; i++)
        assert_view(files[i], want[i]);
    assert_int_equal(package_list_next(&reader), PACKAGE_LIST_PACKAGE);
    assert_int_equal(reader.files.len, 0);
    arena_free(arena);
}

RUN_TESTS(cmocka_unit_test(records), cmocka_unit_test(cut), cmocka_unit_test(files))
