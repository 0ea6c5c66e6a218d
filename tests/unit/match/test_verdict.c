#include "match/verdict.h"
#include "statement-sample.h"
#include "test.h"

enum { SAID = 4, TEXT_LIMIT = 1 << 12, SCRATCH_LIMIT = 1 << 20 };

/* Whose statements they are: families, and as which system. */
enum where { MAIN, PRO, ATTACHED };

static const struct {
    const char *name;
    const char *version, *binary_version; /* of the source; of the package, when it differs */
    struct {
        struct statement_sample statement;
        enum where where;
    } said[SAID];
    const char *want;   /* as text_of() writes it */
    const char *family; /* NULL: ubuntu */
} cases[] = {
    {"nothing said", "1.0-1", NULL, {{{0}}}, ""},
    {"fixed above", "1.0-1", NULL, {{{.ranges = "<1.0-2", .indexes = {7}}}}, "7 affected <1.0-2"},
    {"fixed", "1.0-2", NULL, {{{.ranges = "<1.0-2", .indexes = {7}}}}, ""},
    {"open", "1.0-2", NULL, {{{.ranges = "<", .indexes = {7}}}}, "7 affected"},
    {"last affected names no fix",
     "1.0-1",
     NULL,
     {{{.ranges = "=1.0-1", .indexes = {7}}}},
     "7 affected"},
    {"listed names no fix", "1.0-1", NULL, {{{.versions = "1.0-1", .indexes = {7}}}}, "7 affected"},
    {"listed, and a range above",
     "1.0-1",
     NULL,
     {{{.ranges = "2.0<2.3", .versions = "1.0-1", .indexes = {7}}}},
     "7 affected <2.3"},
    {"of one statement each vulnerability, by index",
     "1.0-1",
     NULL,
     {{{.ranges = "<1.0-3", .indexes = {8, 9}}}, {{.ranges = "<1.0-2", .indexes = {3}}}},
     "3 affected <1.0-2; 8 affected <1.0-3; 9 affected <1.0-3"},

    /* which fix */
    {"the fix of the range it lies in",
     "2.1",
     NULL,
     {{{.ranges = "<1.5 2.0<2.3 3.0<3.1", .indexes = {7}}}},
     "7 affected <2.3"},
    {"a fix inside another range is none",
     "1.0",
     NULL,
     {{{.ranges = "<1.5 1.2<1.8", .indexes = {7}}}},
     "7 affected <1.8"},
    {"a fix inside a range without end is none",
     "1.0",
     NULL,
     {{{.ranges = "<1.5 1.2<", .indexes = {7}}}},
     "7 affected"},
    {"the second of two errata",
     "1.0-1",
     NULL,
     {{{.ranges = "<1.0-2", .erratum = "DSA-1", .indexes = {7}}},
      {{.ranges = "<1.0-4", .erratum = "DSA-2", .indexes = {7}}}},
     "7 affected <1.0-4 by DSA-2"},
    {"in whatever order",
     "1.0-1",
     NULL,
     {{{.ranges = "<1.0-4", .erratum = "DSA-2", .indexes = {7}}},
      {{.ranges = "<1.0-2", .erratum = "DSA-1", .indexes = {7}}}},
     "7 affected <1.0-4 by DSA-2"},
    {"the first installed, the second not",
     "1.0-2",
     NULL,
     {{{.ranges = "<1.0-2", .erratum = "DSA-1", .indexes = {7}}},
      {{.ranges = "<1.0-4", .erratum = "DSA-2", .indexes = {7}}}},
     "7 affected <1.0-4 by DSA-2"},
    {"an upstream fix is compared as it is",
     "1.0-1",
     NULL,
     {{{.ranges = "<1:0.1-1", .indexes = {7}}}},
     "7 affected <1:0.1-1"},

    /* rule 1 */
    {"not affected",
     "1.0-1",
     NULL,
     {{{.ranges = "<1.0-2", .indexes = {7, 8}}},
      {{.status = ADVISORY_NOT_AFFECTED, .indexes = {7}}}},
     "8 affected <1.0-2"},
    {"not affected, said of this version",
     "1.0-1",
     NULL,
     {{{.ranges = "<", .indexes = {7}}},
      {{.ranges = "<1.0-2", .status = ADVISORY_NOT_AFFECTED, .indexes = {7}}}},
     ""},
    {"not affected, said of another version",
     "1.0-3",
     NULL,
     {{{.ranges = "<", .indexes = {7}}},
      {{.ranges = "<1.0-2", .status = ADVISORY_NOT_AFFECTED, .indexes = {7}}}},
     "7 affected"},

    /* rule 2 */
    {"a fix reached ends an open statement",
     "1.0-2",
     NULL,
     {{{.ranges = "<", .status = ADVISORY_INVESTIGATING, .indexes = {7, 8}}},
      {{.ranges = "<1.0-2", .binary = true, .indexes = {7}}}},
     "8 investigating"},
    {"a fix not reached gives it an end",
     "1.0-1",
     NULL,
     {{{.ranges = "<", .indexes = {7}}}, {{.ranges = "<1.0-2", .binary = true, .indexes = {7}}}},
     "7 affected <1.0-2"},
    {"a fix reached does not end one that has an end",
     "1.0-2",
     NULL,
     {{{.ranges = "=1.0-3", .indexes = {7}}}, {{.ranges = "<1.0-2", .indexes = {7}}}},
     "7 affected"},
    {"branches of a language's package stay apart",
     "1.5.0",
     NULL,
     {{{.ranges = "1.0.0<", .indexes = {7}}}, {{.ranges = "<0.9.1", .indexes = {7}}}},
     "7 affected",
     "npm"},

    /* rules 3 and 4 */
    {"a fix for subscribers only",
     "1.0-1",
     NULL,
     {{{.ranges = "<", .indexes = {7}}}, {{.ranges = "<1.0-1+esm1", .indexes = {7}}, PRO}},
     "7 affected pro"},
    {"the same, attached",
     "1.0-1",
     NULL,
     {{{.ranges = "<", .indexes = {7}}}, {{.ranges = "<1.0-1+esm1", .indexes = {7}}, ATTACHED}},
     "7 affected <1.0-1+esm1"},
    {"the same, installed",
     "1.0-1+esm1",
     NULL,
     {{{.ranges = "<", .indexes = {7}}}, {{.ranges = "<1.0-1+esm1", .indexes = {7}}, ATTACHED}},
     ""},
    {"installed and no more attached",
     "1.0-1+esm1",
     NULL,
     {{{.ranges = "<", .indexes = {7}}}, {{.ranges = "<1.0-1+esm1", .indexes = {7}}, PRO}},
     ""},
    {"subscribers have it below the main fix",
     "1.0-1~esm1",
     NULL,
     {{{.ranges = "<1.0-1", .indexes = {7}}}, {{.ranges = "<1.0-1~esm1", .indexes = {7}}, PRO}},
     ""},
    {"a main fix, and one for subscribers",
     "1.0-0",
     NULL,
     {{{.ranges = "<1.0-1", .indexes = {7}}}, {{.ranges = "<1.0-1~esm1", .indexes = {7}}, PRO}},
     "7 affected <1.0-1"},
    {"the same, attached: the earlier one",
     "1.0-0",
     NULL,
     {{{.ranges = "<1.0-1", .indexes = {7}}},
      {{.ranges = "<1.0-1~esm1", .indexes = {7}}, ATTACHED}},
     "7 affected <1.0-1~esm1"},
    {"a main fix reached, open for subscribers",
     "1.0-1",
     NULL,
     {{{.ranges = "<1.0-1", .indexes = {7}}}, {{.ranges = "<", .indexes = {7}}, PRO}},
     ""},
    {"a main fix reached, a later one for subscribers",
     "1.0-1",
     NULL,
     {{{.ranges = "<1.0-1", .indexes = {7}}}, {{.ranges = "<1.0-1+esm1", .indexes = {7}}, PRO}},
     ""},
    {"the same, attached",
     "1.0-1",
     NULL,
     {{{.ranges = "<1.0-1", .indexes = {7}}},
      {{.ranges = "<1.0-1+esm1", .indexes = {7}}, ATTACHED}},
     "7 affected <1.0-1+esm1"},
    {"known only for subscribers",
     "1.0-1",
     NULL,
     {{{.ranges = "<", .indexes = {7}}, PRO}},
     "7 affected"},

    /* source and binary versions */
    {"a source's fix above, whatever the binary",
     "1.0-1",
     "9:1.0-1",
     {{{.ranges = "<1.0-2", .indexes = {7}}}},
     "7 affected <1.0-2"},
    {"a rebuild is no fix",
     "1.0-1",
     "1.0-1+b2",
     {{{.ranges = "<1.0-1+b1", .indexes = {7}}}},
     "7 affected <1.0-1+b1"},
    {"a binary's fix",
     "1.0-1",
     "2:7.0-1",
     {{{.ranges = "<2:7.0-2", .binary = true, .indexes = {7}}}},
     "7 affected <2:7.0-2"},
    {"a source's fix is not held against binary versions",
     "1.0-1",
     "2:7.0-1",
     {{{.ranges = "<1.0-2", .indexes = {7}}},
      {{.ranges = "2:6.0<2:7.0-2", .binary = true, .indexes = {7}}}},
     "7 affected"},

    {"but against those that are the same",
     "1.0-1",
     NULL,
     {{{.ranges = "<1.0-2", .indexes = {7}}},
      {{.ranges = "<1.0-3", .binary = true, .indexes = {7}}}},
     "7 affected <1.0-3"},

    /* status and severity */
    {"will not fix",
     "1.0-1",
     NULL,
     {{{.ranges = "<", .status = ADVISORY_WILL_NOT_FIX, .indexes = {7}}}},
     "7 will-not-fix"},
    {"end of life",
     "1.0-1",
     NULL,
     {{{.ranges = "<", .status = ADVISORY_END_OF_LIFE, .indexes = {7}}}},
     "7 end-of-life"},
    {"the most settled word",
     "1.0-1",
     NULL,
     {{{.ranges = "<", .status = ADVISORY_INVESTIGATING, .indexes = {7}}},
      {{.ranges = "<", .status = ADVISORY_WILL_NOT_FIX, .indexes = {7}}},
      {{.ranges = "<", .status = ADVISORY_AFFECTED, .indexes = {7}}}},
     "7 will-not-fix"},
    {"the main word before the subscription's",
     "1.0-1",
     NULL,
     {{{.ranges = "<", .status = ADVISORY_WILL_NOT_FIX, .indexes = {7}}, PRO},
      {{.ranges = "<", .status = ADVISORY_INVESTIGATING, .indexes = {7}}}},
     "7 investigating"},
    {"and after it",
     "1.0-1",
     NULL,
     {{{.ranges = "<", .status = ADVISORY_INVESTIGATING, .indexes = {7}}},
      {{.ranges = "<", .status = ADVISORY_WILL_NOT_FIX, .indexes = {7}}, PRO}},
     "7 investigating"},
    {"the worst severity of those that count",
     "1.0-2",
     NULL,
     {{{.ranges = "<1.0-3", .severity = SEVERITY_LOW, .severity_source = "a", .indexes = {7}}},
      {{.ranges = "<1.0-3", .severity = SEVERITY_HIGH, .severity_source = "b", .indexes = {7}}},
      {{.ranges = "<1.0-3", .severity = SEVERITY_MEDIUM, .severity_source = "d", .indexes = {7}}},
      {{.ranges = "<1.0-2",
        .severity = SEVERITY_CRITICAL,
        .severity_source = "c",
        .indexes = {7}}}},
     "7 affected <1.0-3 high(b)"},
};

static void say(struct verdicts *verdicts, struct vulndb_statement statement, enum where where,
                const struct package *package, struct view family)
{
    struct subject subject = {
        .package = package,
        .ecosystem = ecosystem_find(family),
        .role = where == MAIN ? ECOSYSTEM_MAIN : ECOSYSTEM_PRO,
        .subscribed = where == ATTACHED,
        .as_source = true,
        .version = package->source_version,
    };

    assert_int_equal(verdicts_take(verdicts, &subject, statement, NULL), 0);
    subject.as_source = false;
    subject.version = package->version;
    assert_int_equal(verdicts_take(verdicts, &subject, statement, NULL), 0);
}

static struct view text_of(struct verdicts *verdicts, struct buf *to)
{
    static const char *const statuses[] = {"affected", "will-not-fix", "end-of-life",
                                           "not-affected", "investigating"};
    const struct verdict *list;
    size_t count;

    assert_int_equal(verdicts_judge(verdicts, &list, &count, NULL), 0);
    for (size_t i = 0; i < count; i++) {
        const struct verdict *v = &list[i];

        buf_addf(to, "%s%u %s", i ? "; " : "", v->vulnerability, statuses[v->status]);
        if (v->fixed.len)
            buf_addf(to, " <%.*s", VIEW_ARG(v->fixed));
        if (v->erratum.len)
            buf_addf(to, " by %.*s", VIEW_ARG(v->erratum));
        if (v->for_subscribers)
            buf_add_str(to, " pro");
        if (v->severity != SEVERITY_UNKNOWN)
            buf_addf(to, " %s(%.*s)", severity_name(v->severity), VIEW_ARG(v->severity_source));
    }
    return buf_view(to);
}

static void test_rules(void **state)
{
    _cleanup_arena_ struct arena *scratch = arena_new(SCRATCH_LIMIT);

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct packed_sample packed[SAID];
        struct buf text = BUF_INIT(TEXT_LIMIT);
        struct view version = view_of(cases[i].version), binary = view_of(cases[i].binary_version);
        struct package package = {.type = PACKAGE_DEB,
                                  .version = binary.len ? binary : version,
                                  .source_version = version};
        struct view family = view_of(cases[i].family ? cases[i].family : "ubuntu");
        struct verdicts verdicts;

        verdicts_clear(&verdicts, scratch);
        for (size_t k = 0; k < SAID; k++)
            say(&verdicts, statement_of_sample(&cases[i].said[k].statement, &packed[k]),
                cases[i].said[k].where, &package, family);
        if (!view_eq(text_of(&verdicts, &text), view_of(cases[i].want)))
            fail_msg("%s: got \"%s\", want \"%s\"", cases[i].name, buf_cstr(&text), cases[i].want);
        for (size_t k = 0; k < SAID; k++)
            packed_sample_done(&packed[k]);
        buf_done(&text);
    }
}

/* The vector given for the package, of the first statement that counts. */
static void test_vector(void **state)
{
    static const struct statement_sample samples[] = {
        {.ranges = "<2", .indexes = {1}},
        {.ranges = "<1", .cvss = "AV:L/AC:L/Au:N/C:P/I:P/A:P", .indexes = {1}},
        {.ranges = "<2", .cvss = "AV:N/AC:L/Au:N/C:P/I:P/A:P", .indexes = {1}},
        {.ranges = "<2", .cvss = "AV:N/AC:H/Au:N/C:P/I:P/A:P", .indexes = {1}},
    };
    _cleanup_arena_ struct arena *scratch = arena_new(SCRATCH_LIMIT);
    struct package package = {
        .type = PACKAGE_DEB, .version = VIEW("1.5"), .source_version = VIEW("1.5")};
    struct packed_sample packed[COUNT(samples)];
    const struct verdict *list;
    struct verdicts verdicts;
    size_t count;

    (void)state;
    verdicts_clear(&verdicts, scratch);
    for (size_t i = 0; i < COUNT(samples); i++)
        say(&verdicts, statement_of_sample(&samples[i], &packed[i]), MAIN, &package,
            VIEW("debian"));
    assert_int_equal(verdicts_judge(&verdicts, &list, &count, NULL), 0);
    assert_int_equal(count, 1);
    assert_view(list[0].cvss, "AV:N/AC:L/Au:N/C:P/I:P/A:P");
    for (size_t i = 0; i < COUNT(samples); i++)
        packed_sample_done(&packed[i]);
}

/* Indexes that do not fit are a damaged database, not a smaller list. */
static void test_damage(void **state)
{
    static const struct statement_sample sample = {.ranges = "<2", .indexes = {1, 2, 3}};
    _cleanup_arena_ struct arena *scratch = arena_new(SCRATCH_LIMIT);
    struct package package = {.type = PACKAGE_DEB, .version = VIEW("1.5")};
    struct subject subject = {.package = &package,
                              .ecosystem = ecosystem_find(VIEW("debian")),
                              .as_source = true,
                              .version = VIEW("1.5")};
    struct packed_sample packed;
    struct vulndb_statement statement = statement_of_sample(&sample, &packed);
    struct verdicts verdicts;
    struct error err = ERROR_INIT;

    (void)state;
    statement.vulnerabilities.bytes.len--;
    verdicts_clear(&verdicts, scratch);
    assert_int_equal(verdicts_take(&verdicts, &subject, statement, &err), ERROR_INPUT);
    assert_non_null(strstr(err.message, "damaged"));
    assert_non_null(strstr(err.hint, "plimsoll db update"));
    packed_sample_done(&packed);
}

RUN_TESTS(cmocka_unit_test(test_rules), cmocka_unit_test(test_vector),
          cmocka_unit_test(test_damage))
