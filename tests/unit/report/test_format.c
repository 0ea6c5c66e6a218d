/* Every format against its golden files in tests/golden/report. With
 * PLIMSOLL_UPDATE_GOLDEN set they are written anew instead: read the diff. */
#include "report/format.h"

#include "base/fd.h"
#include "base/text.h"
#include "sample.h"
#include "test.h"

enum { LIMIT = 1 << 20 };

static const struct {
    const char *golden, *format;
    const struct report *report;
    struct report_options options;
    enum text_language language;
} cases[] = {
    {"file.txt", "table", &sample_report, {.now = SAMPLE_NOW}, TEXT_ENGLISH},
    {"terminal.txt", "table", &sample_report, {.now = SAMPLE_NOW, .width = 120}, TEXT_ENGLISH},
    {"narrow.txt", "table", &sample_report, {.now = SAMPLE_NOW, .width = 80}, TEXT_ENGLISH},
    {"color.txt",
     "table",
     &sample_report,
     {.now = SAMPLE_NOW, .width = 120, .color = true},
     TEXT_ENGLISH},
    {"chinese.txt",
     "table",
     &sample_report,
     {.now = SAMPLE_NOW, .width = 120, .timing = true},
     TEXT_CHINESE},
    {"everything.txt",
     "table",
     &sample_report,
     {.now = SAMPLE_NOW, .packages = true, .timing = true},
     TEXT_ENGLISH},
    {"empty.txt", "table", &sample_empty_report, {.now = SAMPLE_NOW, .width = 80}, TEXT_ENGLISH},
    {"report.json", "json", &sample_report, {.now = SAMPLE_NOW}, TEXT_ENGLISH},
    {"everything.json",
     "json",
     &sample_report,
     {.now = SAMPLE_NOW, .packages = true, .timing = true},
     TEXT_CHINESE},
    {"files.txt",
     "table",
     &sample_files_report,
     {.now = SAMPLE_NOW, .suppressed = true},
     TEXT_ENGLISH},
    {"files-terminal.txt",
     "table",
     &sample_files_report,
     {.now = SAMPLE_NOW, .width = 80},
     TEXT_ENGLISH},
    {"files-color.txt",
     "table",
     &sample_files_report,
     {.now = SAMPLE_NOW, .width = 100, .color = true, .suppressed = true},
     TEXT_ENGLISH},
    {"files-chinese.txt",
     "table",
     &sample_files_report,
     {.now = SAMPLE_NOW, .width = 80, .suppressed = true, .timing = true},
     TEXT_CHINESE},
    {"clean.txt", "table", &sample_clean_report, {.now = SAMPLE_NOW, .width = 80}, TEXT_ENGLISH},
    {"files.json",
     "json",
     &sample_files_report,
     {.now = SAMPLE_NOW, .suppressed = true},
     TEXT_ENGLISH},
    {"image.sarif",
     "sarif",
     &sample_report,
     {.now = SAMPLE_NOW, .version = "1.2.3", .directory = "/home/me/app"},
     TEXT_ENGLISH},
    {"files.sarif",
     "sarif",
     &sample_files_report,
     {.now = SAMPLE_NOW, .version = "1.2.3", .directory = "/home/me/app", .suppressed = true},
     TEXT_ENGLISH},
    {"clean.sarif",
     "sarif",
     &sample_clean_report,
     {.now = SAMPLE_NOW, .version = "1.2.3", .directory = "/home/me/app"},
     TEXT_ENGLISH},
    {"image.junit.xml",
     "junit",
     &sample_report,
     {.now = SAMPLE_NOW, .version = "1.2.3", .directory = "/home/me/app"},
     TEXT_ENGLISH},
    {"files.junit.xml",
     "junit",
     &sample_files_report,
     {.now = SAMPLE_NOW, .version = "1.2.3", .directory = "/home/me/app"},
     TEXT_ENGLISH},
    {"clean.junit.xml",
     "junit",
     &sample_clean_report,
     {.now = SAMPLE_NOW, .version = "1.2.3", .directory = "/home/me/app"},
     TEXT_ENGLISH},
    {"image.gitlab.json",
     "gitlab",
     &sample_report,
     {.now = SAMPLE_NOW, .version = "1.2.3", .directory = "/home/me/app"},
     TEXT_ENGLISH},
    {"files.gitlab.json",
     "gitlab",
     &sample_files_report,
     {.now = SAMPLE_NOW, .version = "1.2.3", .directory = "/home/me/app"},
     TEXT_ENGLISH},
    {"clean.gitlab.json",
     "gitlab",
     &sample_clean_report,
     {.now = SAMPLE_NOW, .version = "1.2.3", .directory = "/home/me/app"},
     TEXT_ENGLISH},
    {"image.github.txt",
     "github",
     &sample_report,
     {.now = SAMPLE_NOW, .version = "1.2.3", .directory = "/home/me/app"},
     TEXT_ENGLISH},
    {"files.github.txt",
     "github",
     &sample_files_report,
     {.now = SAMPLE_NOW, .version = "1.2.3", .directory = "/home/me/app"},
     TEXT_ENGLISH},
    {"clean.github.txt",
     "github",
     &sample_clean_report,
     {.now = SAMPLE_NOW, .version = "1.2.3", .directory = "/home/me/app"},
     TEXT_ENGLISH},
    {"chinese.sarif",
     "sarif",
     &sample_report,
     {.now = SAMPLE_NOW, .version = "1.2.3"},
     TEXT_CHINESE},
    {"empty.json", "json", &sample_empty_report, {.now = SAMPLE_NOW}, TEXT_ENGLISH},
};

static void golden_path(char path[static 4096], const char *name)
{
    const char *root = getenv("PLIMSOLL_SOURCE_ROOT");

    snprintf(path, 4096, "%s/tests/golden/report/%s", root ? root : ".", name);
}

static void compare(const char *name, struct view got)
{
    _cleanup_(buf_done) struct buf want = BUF_INIT(LIMIT);
    char path[4096];

    golden_path(path, name);
    if (getenv("PLIMSOLL_UPDATE_GOLDEN")) {
        _cleanup_(atomic_file_done) struct atomic_file file = ATOMIC_FILE_INIT;

        assert_int_equal(atomic_file_open(&file, path, 0644, NULL), 0);
        assert_int_equal(fd_write_all(file.fd, got, NULL), 0);
        assert_int_equal(atomic_file_commit(&file, NULL), 0);
        return;
    }
    assert_int_equal(fd_read_file(path, &want, NULL), 0);
    if (!view_eq(got, buf_view(&want)))
        fail_msg("%s differs; got:\n%.*s", path, VIEW_ARG(got));
}

static void equals_the_golden_files(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct report_format *format = report_format_find(view_of(cases[i].format));
        _cleanup_(buf_done) struct buf text = BUF_INIT(LIMIT);

        print_message("%s\n", cases[i].golden);
        assert_non_null(format);
        text_set_language(cases[i].language);
        assert_int_equal(format->write(cases[i].report, &cases[i].options, &text, NULL), 0);
        text_set_language(TEXT_ENGLISH);
        compare(cases[i].golden, buf_view(&text));
    }
}

static void no_line_exceeds_the_terminal(void **state)
{
    const struct report_format *format = report_format_find(VIEW("table"));

    (void)state;
    for (size_t width = 80; width <= 160; width += 8) {
        const struct report_options options = {.now = SAMPLE_NOW, .width = width};
        _cleanup_(buf_done) struct buf text = BUF_INIT(LIMIT);
        struct view rest;

        assert_int_equal(format->write(&sample_report, &options, &text, NULL), 0);
        rest = buf_view(&text);
        /* Header and findings; the sentences below wrap by themselves. */
        for (int blank_lines = 0; blank_lines < 2;) {
            struct view line = view_line(&rest);

            blank_lines += line.len == 0;
            if (text_width(line) > width)
                fail_msg("wider than %zu: %.*s", width, VIEW_ARG(line));
        }
    }
}

static void check_characters(const struct report_format *format, const struct report *report,
                             size_t width)
{
    const struct report_options options = {
        .now = SAMPLE_NOW, .width = width, .packages = true, .timing = true, .suppressed = true};
    _cleanup_(buf_done) struct buf text = BUF_INIT(LIMIT);

    assert_int_equal(format->write(report, &options, &text, NULL), 0);
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.ptr[i] < 0x20 && text.ptr[i] != '\n')
            fail_msg("%s: byte %d at %zu", format->name, text.ptr[i], i);
}

static void no_control_character_gets_through(void **state)
{
    (void)state;
    for (size_t f = 0; f < report_format_count; f++) {
        check_characters(&report_formats[f], &sample_report, 0);
        check_characters(&report_formats[f], &sample_files_report, 0);
        check_characters(&report_formats[f], &sample_files_report, 100);
    }
}

static void a_full_buffer_is_an_error(void **state)
{
    (void)state;
    for (size_t f = 0; f < report_format_count; f++) {
        const struct report_options options = {.now = SAMPLE_NOW};
        _cleanup_(buf_done) struct buf text = BUF_INIT(100);
        struct error err = ERROR_INIT;

        assert_int_equal(report_formats[f].write(&sample_report, &options, &text, &err),
                         ERROR_LIMIT);
        assert_true(error_is_set(&err));
    }
}

RUN_TESTS(cmocka_unit_test(equals_the_golden_files), cmocka_unit_test(no_line_exceeds_the_terminal),
          cmocka_unit_test(no_control_character_gets_through),
          cmocka_unit_test(a_full_buffer_is_an_error))
