#include "vulndb/summary.h"

#include "base/cleanup.h"
#include "test.h"

static void sentences(void **state)
{
    static const struct {
        const char *text, *want;
    } rows[] = {
        {"One. Two.", "One."},
        {"In 1.2.3 and v. 4 it fails. Then more.", "In 1.2.3 and v. 4 it fails."},
        {"A paragraph\n\nAnother", "A paragraph"},
        {"  trimmed.  ", "trimmed."},
        {"No end", "No end"},
        {"End.", "End."},
        {"", ""},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_view(summary_sentence(view_of(rows[i].text)), rows[i].want);
}

static void lines(void **state)
{
    static const char *const limits[] = {"a", "\xe2\x82\xac"};

    (void)state;
    for (size_t i = 0; i < COUNT(limits); i++) {
        _cleanup_(buf_done) struct buf text = BUF_INIT(1 << 16);
        _cleanup_(buf_done) struct buf got = BUF_INIT(1 << 16);

        for (int j = 0; j < 400; j++)
            buf_add_str(&text, limits[i]);
        summary_add(&got, buf_view(&text));
        assert_true(got.len <= SUMMARY_LIMIT && got.len > SUMMARY_LIMIT - 5);
        assert_true(view_ends(buf_view(&got), VIEW("...")));
        assert_true((got.len - 3) % strlen(limits[i]) == 0); /* whole characters */
    }
}

static void cut_at_a_word(void **state)
{
    _cleanup_(buf_done) struct buf text = BUF_INIT(1 << 16);
    _cleanup_(buf_done) struct buf got = BUF_INIT(1 << 16);

    (void)state;
    for (int i = 0; i < 60; i++)
        buf_add_str(&text, "word\t \n");
    summary_add(&got, buf_view(&text));
    assert_true(got.len <= SUMMARY_LIMIT);
    assert_true(view_ends(buf_view(&got), VIEW("word word...")));
}

static void items(void **state)
{
    static const char details[] = "Some package.\n\nSecurity Fix(es):\n\n"
                                  "  * ldns: bad matching (CVE-2026-10846)\n"
                                  "- b: leak (CVE-2026-2)\n"
                                  "see CVE-2026-3 elsewhere\n"
                                  "* two at once CVE-2026-4 and others\n";

    (void)state;
    assert_view(summary_of_cve(view_of(details), VIEW("CVE-2026-10846")), "ldns: bad matching");
    assert_view(summary_of_cve(view_of(details), VIEW("CVE-2026-2")), "b: leak");
    assert_view(summary_of_cve(view_of(details), VIEW("CVE-2026-3")), "");
    assert_view(summary_of_cve(view_of(details), VIEW("CVE-2026-4")), "");
    assert_view(summary_of_cve(view_of(details), VIEW("CVE-2026-5")), "");
    assert_view(summary_of_cve(VIEW("* CVE-2026-5"), VIEW("CVE-2026-5")), "");
}

RUN_TESTS(cmocka_unit_test(sentences), cmocka_unit_test(lines), cmocka_unit_test(cut_at_a_word),
          cmocka_unit_test(items))
