#include "parse.h"

#include "base/cursor.h"
#include "inventory/dpkg-files.h"
#include "inventory/dpkg-license.h"
#include "inventory/file-list.h"
#include "inventory/license.h"

static const char *license_text(struct view payload)
{
    static char room[4096];
    struct buf text = BUF_INIT(sizeof(room) - 1);
    struct cursor c = cursor_of(payload);

    while (!cursor_at_end(&c) && !c.failed)
        license_join_term(&text, cursor_bytes(&c));
    assert_false(c.failed);
    memcpy(room, buf_cstr(&text), text.len + 1);
    buf_done(&text);
    return room;
}

static void copyright_files(void **state)
{
#define FORMAT "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n"
    static const struct {
        const char *text, *want;
    } cases[] = {
        {FORMAT "\nFiles: *\nLicense: GPL-2+\n text\n .\n text\n\nFiles: b\nLicense: Expat\n\n"
                "License: GPL-2+\n more\n",
         "GPL-2.0-or-later AND MIT"},
        {FORMAT "License: GPL-1+ or Artistic\n", "(GPL-1.0-or-later OR Artistic-1.0-Perl)"},
        {FORMAT "License: LGPL-2.1 and MIT\n\nLicense: MIT\n", "LGPL-2.1-only AND MIT"},
        {FORMAT "License: GPL-2+ or AFL-2.1, and Expat\n\nLicense: AFL-2.1 or Expat\n",
         "(GPL-2.0-or-later OR AFL-2.1) AND MIT AND (AFL-2.1 OR MIT)"},
        {FORMAT "License:\n GPL-3\n", "GPL-3.0-only"},
        {FORMAT "License: Permission is hereby granted, free of charge, to any person\n", ""},
        {FORMAT "License: see below\n\nIt is at /usr/share/common-licenses/GPL-3.\n",
         "GPL-3.0-only"},
        {"This package is free.\nSee /usr/share/common-licenses/LGPL-2.1 and\n"
         "`/usr/share/common-licenses/Apache-2.0'. Version 2 or any later version.\n",
         "LGPL-2.1-or-later AND Apache-2.0"},
        {"On Debian systems: /usr/share/common-licenses/BSD.\n", "BSD-3-Clause"},
        {"Nothing to see at /usr/share/common-licenses/ either.\n", ""},
        {"", ""},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_string_equal(
            license_text(parse(&analyser_dpkg_license, "", view_of(cases[i].text), NULL, NULL)),
            cases[i].want);
}

static void expressions(void **state)
{
    static const struct {
        const char *text, *want; /* NULL: no expression */
    } cases[] = {
        {"GPL-2", "GPL-2.0-only"},
        {"GPL-2.0+", "GPL-2.0-or-later"},
        {"GPLv3+", "GPL-3.0-or-later"},
        {"LGPL-2.1-or-later", "LGPL-2.1-or-later"},
        {"GPL", "GPL-1.0-or-later"},
        {"AGPL-3+", "AGPL-3.0-or-later"},
        {"GFDL-NIV-1.3+", "GFDL-1.3-no-invariants-or-later"},
        {"GFDL-1.2", "GFDL-1.2-only"},
        {"GPL-odd", "GPL-odd"},
        {"apache-2.0", "Apache-2.0"},
        {"BSD-3-clause", "BSD-3-Clause"},
        {"CC0", "CC0-1.0"},
        {"My-Own", "My-Own"},
        {"Expat and/or ISC", "MIT OR ISC"},
        {"GPL-2+ with OpenSSL exception", "GPL-2.0-or-later WITH OpenSSL-exception"},
        {"GPL-3+ with Autoconf exception or MIT",
         "GPL-3.0-or-later WITH Autoconf-exception-generic OR MIT"},
        {"A or B, and C", "(A OR B) AND C"},
        {"A, and B or C", "A AND (B OR C)"},
        {"A B", NULL},
        {"A or", NULL},
        {"or A", NULL},
        {"A with B", NULL},
        {"", NULL},
        {"what (is) this", NULL},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct buf text = BUF_INIT(1024);

        assert_int_equal(license_expression(view_of(cases[i].text), &text), cases[i].want != NULL);
        assert_view(buf_view(&text), cases[i].want ? cases[i].want : "");
        buf_done(&text);
    }
}

static void check_files(const struct analyser *analyser, const char *text, const char *const *want,
                        size_t want_count)
{
    struct arena *arena = arena_new(1 << 20);
    const struct view *files;
    size_t count;

    assert_int_equal(file_list_decode(parse(analyser, "", view_of(text), NULL, NULL), arena, &files,
                                      &count, NULL),
                     0);
    assert_int_equal(count, want_count);
    for (size_t i = 0; i < count; i++)
        assert_view(files[i], want[i]);
    arena_free(arena);
}

static void files(void **state)
{
    static const char *const listed[] = {"/usr/bin/a", "/usr/share/doc/a/copyright",
                                         "/usr/share/empty"};
    static const char *const summed[] = {"/usr/bin/a b", "/etc/x"};

    (void)state;
    /* Directories in any order. */
    check_files(&analyser_dpkg_list,
                "/.\n/usr/share/doc\n/usr\n/usr/bin\n/usr/bin/a\n/usr/share/doc/a\n"
                "/usr/share/doc/a/copyright\n/usr/share/empty\n/usr/share\n",
                listed, COUNT(listed));
    check_files(&analyser_dpkg_list, "", NULL, 0);
    check_files(&analyser_dpkg_md5sums,
                "d41d8cd98f00b204e9800998ecf8427e  usr/bin/a b\n"
                "d41d8cd98f00b204e9800998ecf8427e  etc/x\n",
                summed, COUNT(summed));
}

RUN_TESTS(cmocka_unit_test(copyright_files), cmocka_unit_test(expressions), cmocka_unit_test(files))
