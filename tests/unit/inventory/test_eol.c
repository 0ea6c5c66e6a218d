#include "test.h"

#include "base/clock.h"
#include "inventory/eol-table.h"
#include "inventory/eol.h"

static void lifetimes(void **state)
{
    static const struct {
        struct os_info os;
        const char *now;
        enum os_support want;
        const char *end;
    } cases[] = {
        {{.id = VIEW("debian"), .version_id = VIEW("12")},
         "2026-06-10",
         OS_SUPPORT_STANDARD,
         "2028-06-30"},
        {{.id = VIEW("debian"), .version_id = VIEW("12")},
         "2026-06-11",
         OS_SUPPORT_EXTENDED,
         "2028-06-30"},
        {{.id = VIEW("debian"), .version_id = VIEW("12.4")},
         "2028-07-01",
         OS_SUPPORT_ENDED,
         "2028-06-30"},
        {{.id = VIEW("debian"), .codename = VIEW("trixie")},
         "2026-01-01",
         OS_SUPPORT_STANDARD,
         "2030-06-30"},
        {{.id = VIEW("debian"), .codename = VIEW("sid")}, "2026-01-01", OS_SUPPORT_UNKNOWN, NULL},
        {{.id = VIEW("ubuntu"), .version_id = VIEW("20.04")},
         "2026-01-01",
         OS_SUPPORT_ENDED,
         "2025-05-31"},
        {{.id = VIEW("ubuntu"), .version_id = VIEW("20.04"), .ubuntu_pro = true},
         "2026-01-01",
         OS_SUPPORT_EXTENDED,
         "2030-04-02"},
        {{.id = VIEW("alpine"), .version_id = VIEW("3.18.9")},
         "2025-05-10",
         OS_SUPPORT_ENDED,
         "2025-05-09"},
        {{.id = VIEW("alpine"), .version_id = VIEW("3.1")},
         "2016-01-01",
         OS_SUPPORT_STANDARD,
         "2016-11-01"},
        {{.id = VIEW("alpine"), .version_id = VIEW("3.21.0_alpha20240807")},
         "2026-12-01",
         OS_SUPPORT_UNKNOWN,
         NULL},
        {{.id = VIEW("rhel"), .version_id = VIEW("9.4")},
         "2026-01-01",
         OS_SUPPORT_STANDARD,
         "2032-05-31"},
        {{.id = VIEW("rhel"), .version_id = VIEW("7.9")},
         "2024-07-01",
         OS_SUPPORT_ENDED,
         "2024-06-30"},
        {{.id = VIEW("centos"), .version_id = VIEW("8"), .pretty_name = VIEW("CentOS Linux 8")},
         "2022-01-01",
         OS_SUPPORT_ENDED,
         "2021-12-31"},
        {{.id = VIEW("centos"), .version_id = VIEW("8"), .pretty_name = VIEW("CentOS Stream 8")},
         "2022-01-01",
         OS_SUPPORT_STANDARD,
         "2024-05-31"},
        {{.id = VIEW("sles"), .version_id = VIEW("15.5")},
         "2024-01-01",
         OS_SUPPORT_STANDARD,
         "2024-12-31"},
        /* A service pack that the table lacks is not the first one. */
        {{.id = VIEW("sles"), .version_id = VIEW("15.99")}, "2024-01-01", OS_SUPPORT_UNKNOWN, NULL},
        {{.id = VIEW("openeuler"),
          .version_id = VIEW("22.03"),
          .pretty_name = VIEW("openEuler 22.03 (LTS-SP3)")},
         "2025-01-01",
         OS_SUPPORT_STANDARD,
         "2025-12-31"},
        {{.id = VIEW("openeuler"),
          .version_id = VIEW("22.03"),
          .pretty_name = VIEW("openEuler 22.03 LTS")},
         "2025-01-01",
         OS_SUPPORT_UNKNOWN,
         NULL},
        {{.id = VIEW("amzn"), .version_id = VIEW("2023.6.20241010")},
         "2026-01-01",
         OS_SUPPORT_STANDARD,
         "2029-06-30"},
        {{.id = VIEW("opensuse-tumbleweed"), .version_id = VIEW("20240101")},
         "2026-01-01",
         OS_SUPPORT_UNKNOWN,
         NULL},
        {{.id = VIEW("")}, "2026-01-01", OS_SUPPORT_UNKNOWN, NULL},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct os_lifetime lifetime = {0};
        int64_t now;

        assert_true(clock_parse_rfc3339(view_of(cases[i].now), &now));
        assert_int_equal(os_end_of_life(&cases[i].os, now, &lifetime), cases[i].want);
        assert_view(lifetime.end, cases[i].end);
    }
}

static void what_is_sold_is_told(void **state)
{
    const struct os_info os = {.id = VIEW("rhel"), .version_id = VIEW("7.9")};
    struct os_lifetime lifetime;

    (void)state;
    assert_int_equal(os_end_of_life(&os, 0, &lifetime), OS_SUPPORT_STANDARD);
    assert_view(lifetime.extended_name, "Extended Life Cycle Support");
    assert_view(lifetime.extended_end, "2028-06-30");
    assert_false(lifetime.extended_included);
}

/* Every row is found by its own release. */
static void no_row_hides_another(void **state)
{
    (void)state;
    for (size_t i = 0; i < eol_row_count; i++) {
        const struct eol_row *row = &eol_rows[i];
        struct os_info os = {.id = row->id,
                             .version_id = view_strip_suffix(row->release, VIEW(".*"))};
        struct os_lifetime lifetime;
        int64_t end;

        if (view_starts(row->release, VIEW("stream-"))) {
            os.version_id = view_strip_prefix(row->release, VIEW("stream-"));
            os.pretty_name = VIEW("CentOS Stream");
        }
        assert_true(clock_parse_rfc3339(row->standard_end, &end));
        assert_int_equal(os_end_of_life(&os, end, &lifetime), OS_SUPPORT_STANDARD);
        assert_true(view_eq(lifetime.standard_end, row->standard_end));
        assert_int_equal(os_end_of_life(&os, INT64_C(4102444800), &lifetime), OS_SUPPORT_ENDED);
    }
}

RUN_TESTS(cmocka_unit_test(lifetimes), cmocka_unit_test(what_is_sold_is_told),
          cmocka_unit_test(no_row_hides_another))
