#include "parse.h"

static void round_trip(void **state)
{
    struct buf bytes = BUF_INIT(1 << 16);
    struct package_list list = {.to = &bytes};
    const struct package_entry entry = {
        .name = VIEW("n"),
        .version = VIEW("v"),
        .arch = VIEW("a"),
        .license = VIEW("l"),
        .maintainer = VIEW("m"),
        .vendor = VIEW("V"),
        .modularity = VIEW("M"),
        .source_name = VIEW("s"),
        .source_version = VIEW("S"),
        .files = VIEW("files"),
    };
    struct package_list_reader reader;
    struct package_entry got;

    (void)state;
    package_list_add(&list, &entry);
    package_list_note(&list, "a \x1b note");
    package_list_end(&list);
    reader = package_list_read(buf_view(&bytes));
    assert_int_equal(package_list_next(&reader), PACKAGE_LIST_PACKAGE);
    assert_view(reader.key, "\1n\1v\1a");
    assert_view(reader.files, "files");
    assert_true(package_list_fields(reader.text, &got));
    assert_view(got.name, "n");
    assert_view(got.source_version, "S");
    assert_view(got.license, "l");
    assert_view(got.maintainer, "m");
    assert_view(got.vendor, "V");
    assert_view(got.modularity, "M");
    assert_int_equal(package_list_next(&reader), PACKAGE_LIST_NOTE);
    assert_view(reader.text, "a ? note");
    assert_int_equal(package_list_next(&reader), PACKAGE_LIST_END);
    buf_done(&bytes);
}

/* What comes before the limit stays readable. */
static void limit(void **state)
{
    struct buf bytes = BUF_INIT(300);
    struct package_list list = {.to = &bytes};
    const struct package_entry entry = {.name = VIEW("some-package"), .version = VIEW("1.2.3-4")};

    (void)state;
    for (size_t i = 0; i < 50; i++)
        package_list_add(&list, &entry);
    assert_int_equal(bytes.failed, ERROR_LIMIT);
    assert_non_null(strstr(packages_text(buf_view(&bytes)), "some-package|1.2.3-4|||\n"));
    buf_done(&bytes);
}

static void many_notes_are_counted(void **state)
{
    struct buf bytes = BUF_INIT(1 << 16);
    struct package_list list = {.to = &bytes};

    (void)state;
    for (size_t i = 0; i < PACKAGE_LIST_NOTES_LIMIT + 5; i++)
        package_list_note(&list, "note %zu", i);
    package_list_end(&list);
    assert_non_null(strstr(packages_text(buf_view(&bytes)), "!note 15\n!5 more entries"));
    buf_done(&bytes);
}

static void damaged_lists(void **state)
{
    static const struct view cases[] = {
        {"\x03\x00\x00", 3},     /* no such item */
        {"\x01\x00\x00", 3},     /* a package without a key */
        {"\x01\x03\x00\x00", 4}, /* ends too early */
        {"\x02\x05x", 3},        /* a note that does */
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct package_list_reader reader = package_list_read(cases[i]);

        assert_int_equal(package_list_next(&reader), PACKAGE_LIST_BROKEN);
    }
}

RUN_TESTS(cmocka_unit_test(round_trip), cmocka_unit_test(limit),
          cmocka_unit_test(many_notes_are_counted), cmocka_unit_test(damaged_lists))
