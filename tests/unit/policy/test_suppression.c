#include "policy/suppression.h"

#include "base/buf.h"

#include "test.h"

enum { ARENA_LIMIT = 64 << 20, NOW = 1790000000 }; /* 2026-09-21 */

/* ---- Globs ---- */

static void globs_match_as_a_shells(void **state)
{
    static const struct {
        const char *pattern, *text;
        bool want;
    } cases[] = {
        {"", "", true},
        {"", "a", false},
        {"abc", "abc", true},
        {"abc", "abcd", false},
        {"*", "", true},
        {"*", "a/b/c", true},
        {"deploy/*.yaml", "deploy/a/b.yaml", true},
        {"deploy/*.yaml", "other/deploy/b.yaml", false},
        {"*.yaml", "deploy/b.yaml", true},
        {"a*b*c", "a-b-b-c", true},
        {"a*b*c", "a-c-b", false},
        {"*aab", "aaaaab", true},
        {"?", "x", true},
        {"?", "网", true},
        {"??", "网", false},
        {"*网*", "a网b", true},
        {"[a-c]x", "bx", true},
        {"[a-c]x", "dx", false},
        {"[!a-c]x", "dx", true},
        {"[^a-c]x", "ax", false},
        {"[]]x", "]x", true},
        {"[a-]x", "-x", true},
        {"[ax", "[ax", true},
        {"\\*", "*", true},
        {"\\*", "a", false},
        {"a\\", "a\\", true},
        {"**", "", true},
        {"a**b", "ab", true},
        {"CVE-2024-*", "CVE-2024-1", true},
        {"cve-2024-1", "CVE-2024-1", false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        if (suppression_glob(view_of(cases[i].pattern), view_of(cases[i].text)) != cases[i].want)
            fail_msg("%s on %s", cases[i].pattern, cases[i].text);
}

static void many_stars_end(void **state)
{
    char text[5000], pattern[2001];

    (void)state;
    memset(text, 'a', sizeof(text));
    for (size_t i = 0; i < 2000; i++)
        pattern[i] = i % 2 ? '*' : 'a';
    pattern[2000] = 'b';
    assert_false(suppression_glob(view_from(pattern, 2001), view_from(text, sizeof(text))));
}

/* ---- Files ---- */

/* "ids|paths|resources|containers|fingerprints|until|reason|line" of each, a line each. */
static struct view join(struct arena *arena, const struct view *list, size_t count)
{
    struct view text = VIEW_EMPTY;

    for (size_t i = 0; i < count; i++)
        text = arena_printf(arena, "%.*s%s%.*s", VIEW_ARG(text), i ? "," : "", VIEW_ARG(list[i]));
    return text;
}

static struct view describe(struct arena *arena, const struct suppressions *s)
{
    struct view text = VIEW_EMPTY;

    for (size_t i = 0; i < s->count; i++) {
        const struct suppression *x = &s->list[i];

        text = arena_printf(arena, "%.*s%.*s|%.*s|%.*s|%.*s|%.*s|%lld|%.*s|%u\n", VIEW_ARG(text),
                            VIEW_ARG(join(arena, x->ids, x->id_count)),
                            VIEW_ARG(join(arena, x->paths, x->path_count)),
                            VIEW_ARG(join(arena, x->resources, x->resource_count)),
                            VIEW_ARG(join(arena, x->containers, x->container_count)),
                            VIEW_ARG(join(arena, x->fingerprints, x->fingerprint_count)),
                            (long long)x->until, VIEW_ARG(x->reason), x->line);
    }
    return text;
}

static void reads_files(void **state)
{
    static const struct {
        const char *name, *text, *want, *error; /* of the two, one is NULL */
    } cases[] = {
        {"empty", "", "", NULL},
        {"only comments", "# nothing\n\n  # here\n", "", NULL},
        {"empty list", "ignore:\n", "", NULL},
        {"one", "ignore:\n  - id: k8s-privileged\n", "k8s-privileged|||||0||2\n", NULL},
        {"everything",
         "ignore:\n"
         "  - id: [a, b*]\n"
         "    paths: ['deploy/*.yaml', x]\n"
         "    resources: DaemonSet kube-system/*\n"
         "    containers: [driver]\n"
         "    fingerprints: [00ff]\n"
         "    until: 2026-12-31\n"
         "    reason: the driver needs it\n"
         "  - fingerprints: [11]\n",
         "a,b*|deploy/*.yaml,x|DaemonSet kube-system/*|driver|00ff|1798761599|the driver needs "
         "it|2\n||||11|0||9\n",
         NULL},
        {"JSON", "{\"ignore\": [{\"id\": \"x\"}]}", "x|||||0||1\n", NULL},
        {"as .trivyignore.yaml",
         "vulnerabilities:\n  - id: CVE-1\n    purls: ['pkg:deb/*']\n    expired_at: "
         "2026-01-01\n    statement: why\nsecrets:\n",
         "CVE-1||pkg:deb/*|||1767311999|why|2\n", NULL},
        {"a time", "ignore: [{id: x, until: '2026-12-31T12:00:00Z'}]", "x|||||1798718400||1\n",
         NULL},
        {"mark of order", "\xef\xbb\xbfignore: [{id: x}]", "x|||||0||1\n", NULL},
        {"no date", "ignore:\n  - id: x\n    until: soon\n", NULL,
         "f: line 3, column 12: \"soon\" is no date"},
        {"no such day", "ignore:\n  - id: x\n    until: 2026-02-30\n", NULL,
         "f: line 3, column 12: \"2026-02-30\" is no date"},
        {"unknown key", "ignore:\n  - id: x\n    path: y\n", NULL,
         "f: line 3, column 5: \"path\" is not known"},
        {"unknown section", "ignored: []\n", NULL, "f: line 1, column 1: \"ignored\" is not known"},
        {"no id", "ignore:\n  - reason: x\n", NULL,
         "f: line 2, column 5: an entry needs an id, or fingerprints"},
        {"no mapping", "ignore:\n  - CVE-1\n", NULL,
         "f: line 2, column 5: an entry is a mapping with an id"},
        {"no list", "ignore: x\n", NULL,
         "f: line 1, column 9: a list of suppressions is wanted here"},
        {"a list", "- id: x\n", NULL, "f: line 1, column 1: suppressions are a list below ignore:"},
        {"empty id", "ignore: [{id: ''}]\n", NULL, "f: line 1, column 15: a text is wanted here"},
        {"a list in a list", "ignore: [{id: [[x]]}]\n", NULL,
         "f: line 1, column 16: a text is wanted here"},
        {"lines",
         "# accepted\nCVE-2024-1\n  CVE-2024-2 exp:2026-12-31\r\n\nk8s-* # why not\n"
         "CVE-2024-3   exp:2026-12-31   # both\n",
         "CVE-2024-1|||||0||2\nCVE-2024-2|||||1798761599||3\nk8s-*|||||0|why not|5\n"
         "CVE-2024-3|||||1798761599|both|6\n",
         NULL},
        {"an id with a colon", "RHSA-2024:1234\n", "RHSA-2024:1234|||||0||1\n", NULL},
        {"lines with a word too many", "CVE-2024-1 until 2026\n", NULL,
         "f: line 1, column 12: \"until 2026\" is not understood"},
        {"lines with a bad date", "\nCVE-2024-1 exp:tomorrow\n", NULL,
         "f: line 2, column 12: \"tomorrow\" is no date"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        _cleanup_arena_ struct arena *arena = arena_new(ARENA_LIMIT);
        struct suppressions got = {0};
        struct error err = ERROR_INIT;
        int r = suppressions_parse(VIEW("f"), view_of(cases[i].text), arena, &got, &err);

        print_message("%s\n", cases[i].name);
        if (cases[i].error) {
            assert_true(r < 0);
            assert_string_equal(err.message, cases[i].error);
        } else {
            if (r < 0)
                fail_msg("%s", err.message);
            assert_view(describe(arena, &got), cases[i].want);
        }
    }
}

static void broken_yaml_names_its_place(void **state)
{
    _cleanup_arena_ struct arena *arena = arena_new(ARENA_LIMIT);
    struct suppressions got = {0};
    struct error err = ERROR_INIT;

    (void)state;
    assert_true(suppressions_parse(VIEW("f"), VIEW("ignore:\n  - id: [x\n"), arena, &got, &err) <
                0);
    assert_non_null(strstr(err.message, "f: line "));
    assert_int_equal(got.count, 0);
}

static void bounds_a_file(void **state)
{
    _cleanup_(buf_done) struct buf text = BUF_INIT(1 << 22);
    _cleanup_arena_ struct arena *arena = arena_new(ARENA_LIMIT);
    struct suppressions got = {0};
    struct error err = ERROR_INIT;

    (void)state;
    for (size_t i = 0; i < SUPPRESSION_LIMIT; i++)
        buf_addf(&text, "CVE-%zu\n", i);
    assert_int_equal(suppressions_parse(VIEW("f"), buf_view(&text), arena, &got, &err), 0);
    assert_int_equal(got.count, SUPPRESSION_LIMIT);
    buf_add_str(&text, "CVE-x\n");
    assert_int_equal(suppressions_parse(VIEW("f"), buf_view(&text), arena, &got, &err),
                     ERROR_LIMIT);
    while (text.len <= SUPPRESSION_FILE_LIMIT)
        buf_add_str(&text, "#\n");
    assert_int_equal(suppressions_parse(VIEW("f"), buf_view(&text), arena, &got, &err),
                     ERROR_LIMIT);
}

/* ---- Comments ---- */

/* "ids first-last until reason" of each. */
static struct view describe_lines(struct arena *arena, const struct suppressions *s)
{
    struct view text = VIEW_EMPTY;

    for (size_t i = 0; i < s->count; i++) {
        const struct suppression *x = &s->list[i];

        text = arena_printf(arena, "%.*s%.*s %u-%u %lld %.*s\n", VIEW_ARG(text),
                            VIEW_ARG(join(arena, x->ids, x->id_count)), x->first_line,
                            x->last_line == UINT32_MAX ? 9999 : x->last_line, (long long)x->until,
                            VIEW_ARG(x->reason));
    }
    return text;
}

static void reads_comments(void **state)
{
    static const struct {
        const char *name, *text, *want, *problem;
    } cases[] = {
        {"none", "a: 1\n# nothing\n", "", NULL},
        {"on a line of content", "a: 1\nb: 2 # plimsoll:ignore x\nc: 3\n", "x 2-2 0 \n", NULL},
        {"above a line", "a: 1\n# plimsoll:ignore x,y until=2026-12-31 it is so\nb: 2\nc: 3\n",
         "x,y 2-3 1798761599 it is so\n", NULL},
        {"above others", "#plimsoll:ignore x\n# more\n\n#  plimsoll:ignore y -- why\na: 1\n",
         "x 1-5 0 \ny 4-5 0 why\n", NULL},
        {"a block", "a:\n  # plimsoll:ignore x\n  b:\n\n    c: 1\n    # d\n    e: 2\n  f: 3\n",
         "x 2-7 0 \n", NULL},
        {"an item of a list", "l:\n- a: 1 # plimsoll:ignore x\n  b: 2\n- a: 3\n", "x 2-3 0 \n",
         NULL},
        {"blocks in blocks",
         "# plimsoll:ignore x\na:\n  # plimsoll:ignore y\n  b:\n    c: 1\n  d: 1\ne: 1\n",
         "x 1-6 0 \ny 3-5 0 \n", NULL},
        {"an instruction over lines",
         "FROM a\n# plimsoll:ignore x\nRUN a && \\\n    b && \\\n    c\nUSER 1\n", "x 2-5 0 \n",
         NULL},
        {"at the end", "a: 1\n# plimsoll:ignore x\n", "x 2-1 0 \n", NULL},
        {"in a document", "a: 1\n---\n# plimsoll:ignore x\nb: 1\n---\nc: 1\n", "x 3-4 0 \n", NULL},
        {"a whole file", "# syntax=docker/dockerfile:1\n# plimsoll:ignore-file x why\nFROM a\n",
         "x 0-0 0 why\n", NULL},
        {"a whole file, too late", "FROM a\n# plimsoll:ignore-file x\n", "",
         "line 2: a suppression that can't be read: plimsoll:ignore-file counts only above all "
         "content"},
        {"without an id", "# plimsoll:ignore\n", "",
         "line 1: a suppression that can't be read: it names no rule"},
        {"an end but no id", "# plimsoll:ignore until=2026-12-31\n", "",
         "line 1: a suppression that can't be read: it names no rule"},
        {"a bad end", "\n# plimsoll:ignore x until=never\n", "",
         "line 2: a suppression that can't be read: \"never\" is no date"},
        {"an unknown word", "# plimsoll:ignore-line x\n", "",
         "line 1: a suppression that can't be read: the word behind plimsoll: is not known"},
        {"no comment", "a: plimsoll:ignore x\n", "", NULL},
        {"within a comment", "# see plimsoll:ignore x\n", "", NULL},
        {"ids with blanks", "# plimsoll:ignore x, y ,z why\n", "x,y,z 1-0 0 why\n", NULL},
        {"other comments",
         "// plimsoll:ignore a\nx\n-- plimsoll:ignore b\nx\n<!-- plimsoll:ignore c -->\nx\n"
         "/* plimsoll:ignore d why */\nx\n",
         "a 1-2 0 \nb 3-4 0 \nc 5-6 0 \nd 7-8 0 why\n", NULL},
        {"other marks", "# plimsoll:ignore:a why\nx\n# plimsoll:ignore=b\nx\n",
         "a 1-2 0 why\nb 3-4 0 \n", NULL},
        {"trivy", "#trivy:ignore:AVD-1,AVD-2:exp:2026-12-31 words\nx\n#trivy:ignore:AVD-3\nx\n",
         "AVD-1,AVD-2 1-2 1798761599 \nAVD-3 3-4 0 \n", NULL},
        {"trivy with a bad date", "#trivy:ignore:AVD-1:exp:x\nx\n", "", NULL},
        {"checkov", "a: 1\n---\nb:\n  # checkov:skip=CKV_1,CKV_2:why: so\n  c: 1\n---\nd: 1\n",
         "CKV_1,CKV_2 2-6 0 why: so\n", NULL},
        {"checkov in a Dockerfile", "FROM a\nRUN b\n# checkov:skip=CKV_1\n", "CKV_1 1-9999 0 \n",
         NULL},
        {"hadolint", "# hadolint ignore=DL1,DL2\nRUN a\n", "DL1,DL2 1-2 0 \n", NULL},
        {"hadolint for the file", "FROM a\n# hadolint global ignore=DL1\nRUN a\n", "DL1 0-0 0 \n",
         NULL},
        {"Windows lines", "# plimsoll:ignore x why\r\na: 1\r\n", "x 1-2 0 why\n", NULL},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        _cleanup_arena_ struct arena *arena = arena_new(ARENA_LIMIT);
        struct suppressions got = {0};
        struct diagnostic *problems = NULL;
        size_t problem_count = 0;

        print_message("%s\n", cases[i].name);
        assert_int_equal(suppressions_scan_comments(VIEW("p"), view_of(cases[i].text), arena, &got,
                                                    &problems, &problem_count, NULL),
                         0);
        assert_view(describe_lines(arena, &got), cases[i].want);
        assert_int_equal(problem_count, cases[i].problem != NULL);
        if (cases[i].problem) {
            assert_view(problems[0].message, cases[i].problem);
            assert_view(problems[0].path, "p");
        }
    }
}

static void bounds_comments(void **state)
{
    _cleanup_(buf_done) struct buf text = BUF_INIT(1 << 24);
    _cleanup_arena_ struct arena *arena = arena_new(ARENA_LIMIT);
    struct suppressions got = {0};
    struct diagnostic *problems = NULL;
    size_t problem_count = 0;

    (void)state;
    for (size_t i = 0; i < SUPPRESSION_LIMIT + 100; i++)
        buf_addf(&text, "%*sa: # plimsoll:ignore x\n", (int)(i % 1000), "");
    assert_int_equal(suppressions_scan_comments(VIEW("p"), buf_view(&text), arena, &got, &problems,
                                                &problem_count, NULL),
                     0);
    assert_int_equal(got.count, SUPPRESSION_LIMIT);
    assert_int_equal(got.list[0].last_line, 1000);
    assert_int_equal(problem_count, SUPPRESSION_TOLD);
}

/* ---- Annotations ---- */

static void reads_annotations(void **state)
{
    static const char text[] = "plimsoll.io/ignore: a until=2026-12-31 why; b ; ;c,d\n"
                               "plimsoll.io/ignore.side*car: e\n"
                               "plimsoll.io/ignored: f\n"
                               "checkov.io/skip1: CKV_1=because\n"
                               "ignore-check.kube-linter.io/privileged-container: needed\n"
                               "plimsoll.io/ignore.x: ''\n"
                               "plimsoll.io/ignore.y: until=2026-12-31\n"
                               "other: z\n";
    _cleanup_arena_ struct arena *arena = arena_new(ARENA_LIMIT);
    struct document_set set = {0};
    struct suppressions got = {0};
    struct diagnostic *problems = NULL;
    size_t problem_count = 0;

    (void)state;
    assert_int_equal(document_parse(view_of(text), DOCUMENT_YAML, arena, &set, NULL), 0);
    assert_int_equal(suppressions_read_annotations(VIEW("p"), VIEW("Pod a/b"), set.list[0].root,
                                                   arena, &got, &problems, &problem_count, NULL),
                     0);
    assert_view(describe(arena, &got), "a||Pod a/b|||1798761599|why|1\n"
                                       "b||Pod a/b|||0||1\n"
                                       "c,d||Pod a/b|||0||1\n"
                                       "e||Pod a/b|side\\*car||0||2\n"
                                       "CKV_1||Pod a/b|||0|because|4\n"
                                       "privileged-container||Pod a/b|||0|needed|5\n");
    assert_int_equal(problem_count, 1);
    assert_view(problems[0].message, "line 7: a suppression that can't be read: it names no rule");
    assert_int_equal(suppressions_read_annotations(VIEW("p"), VIEW("Pod a/b"), NULL, arena, &got,
                                                   &problems, &problem_count, NULL),
                     0);
    assert_int_equal(got.count, 0);
}

/* ---- What is suppressed ---- */

static const struct view k8s_aliases[] = {VIEW("CKV_K8S_16")};
static const struct package openssl = {.name = VIEW("openssl")};
static const struct finding findings[] = {
    {.kind = VIEW("vulnerability"),
     .id = VIEW("CVE-2024-1"),
     .severity = SEVERITY_HIGH,
     .package = &openssl,
     .purl = VIEW("pkg:deb/debian/openssl@3"),
     .location = {.path = VIEW("var/lib/dpkg/status")},
     .fingerprint = VIEW("f0")},
    {.kind = VIEW("misconfiguration"),
     .id = VIEW("k8s-privileged"),
     .aliases = k8s_aliases,
     .alias_count = 1,
     .severity = SEVERITY_CRITICAL,
     .location = {.path = VIEW("deploy/a.yaml"), .line = 10},
     .resource = VIEW("Deployment shop/web"),
     .part = VIEW("app"),
     .fingerprint = VIEW("f1")},
    {.kind = VIEW("misconfiguration"),
     .id = VIEW("k8s-privileged"),
     .aliases = k8s_aliases,
     .alias_count = 1,
     .severity = SEVERITY_CRITICAL,
     .location = {.path = VIEW("deploy/a.yaml"), .line = 20},
     .resource = VIEW("Deployment shop/web"),
     .part = VIEW("sidecar"),
     .fingerprint = VIEW("f2")},
    {.kind = VIEW("misconfiguration"),
     .id = VIEW("docker-root"),
     .severity = SEVERITY_LOW,
     .location = {.path = VIEW("./Dockerfile")},
     .fingerprint = VIEW("f3")},
};

/* The fingerprints that are left, and the codes that were told. */
static struct view left_of(const struct report *report, struct arena *arena)
{
    struct view text = VIEW_EMPTY;

    for (size_t i = 0; i < report->finding_count; i++)
        text = arena_printf(arena, "%.*s%.*s ", VIEW_ARG(text),
                            VIEW_ARG(report->findings[i].fingerprint));
    for (size_t i = 0; i < report->diagnostic_count; i++)
        text =
            arena_printf(arena, "%.*s%.*s ", VIEW_ARG(text), VIEW_ARG(report->diagnostics[i].code));
    return view_trim(text);
}

static void suppresses_by_a_file(void **state)
{
    static const struct {
        const char *name, *text, *want;
    } cases[] = {
        {"nothing", "ignore: []", "f0 f1 f2 f3"},
        {"by id", "ignore: [{id: k8s-privileged}]", "f0 f3"},
        {"by alias", "ignore: [{id: CKV_K8S_16}]", "f0 f3"},
        {"by glob", "ignore: [{id: 'k8s-*'}]", "f0 f3"},
        {"by glob of an alias", "ignore: [{id: 'CKV_*'}]", "f0 f3"},
        {"by several ids", "ignore: [{id: [CVE-2024-1, docker-root]}]", "f1 f2"},
        {"by part", "ignore: [{id: k8s-privileged, containers: [side*]}]", "f0 f1 f3"},
        {"by path", "ignore: [{id: '*', paths: ['./deploy/*', Dockerfile]}]", "f0"},
        {"by another path", "ignore: [{id: '*', paths: [a.yaml]}]",
         "f0 f1 f2 f3 suppression-unused"},
        {"by resource", "ignore: [{id: '*', resources: ['Deployment shop/*']}]", "f0 f3"},
        {"by package", "ignore: [{id: CVE-2024-1, resources: openssl}]", "f1 f2 f3"},
        {"by package URL", "ignore: [{id: CVE-2024-1, resources: 'pkg:deb/debian/openssl@*'}]",
         "f1 f2 f3"},
        {"by another package", "ignore: [{id: CVE-2024-1, resources: curl}]",
         "f0 f1 f2 f3 suppression-unused"},
        {"by fingerprint", "ignore: [{fingerprints: [f2]}]", "f0 f1 f3"},
        {"all must hold", "ignore: [{id: k8s-privileged, fingerprints: [f3]}]",
         "f0 f1 f2 f3 suppression-unused"},
        {"not yet ended", "ignore: [{id: docker-root, until: 2026-09-21}]", "f0 f1 f2"},
        {"ended", "ignore: [{id: docker-root, until: 2026-09-20}]",
         "f0 f1 f2 f3 suppression-ended"},
        {"ended, but another holds",
         "ignore: [{id: docker-root, until: 2026-09-20}, {id: docker-*}]",
         "f0 f1 f2 suppression-ended"},
        {"another holds first", "ignore: [{id: docker-root}, {id: docker-root, until: 2026-09-20}]",
         "f0 f1 f2 suppression-unused"},
        {"unused", "ignore: [{id: x}]", "f0 f1 f2 f3 suppression-unused"},
        {"lines", "CVE-2024-1\nk8s-privileged exp:2026-01-01\n", "f1 f2 f3 suppression-ended"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        _cleanup_arena_ struct arena *arena = arena_new(ARENA_LIMIT);
        struct report report = {.findings = findings, .finding_count = COUNT(findings)};
        struct suppressions list = {0};

        print_message("%s\n", cases[i].name);
        assert_int_equal(suppressions_parse(VIEW("f"), view_of(cases[i].text), arena, &list, NULL),
                         0);
        assert_int_equal(suppressions_apply(&list, 1, NOW, &report, arena, NULL), 0);
        assert_view(left_of(&report, arena), cases[i].want);
        assert_int_equal(report.finding_count + report.suppressed_count, COUNT(findings));
    }
}

static void suppresses_by_lines(void **state)
{
    static const struct {
        const char *path, *text, *want;
    } cases[] = {
        {"deploy/a.yaml", "# plimsoll:ignore-file k8s-privileged\n", "f0 f3"},
        {"./deploy/a.yaml", "# plimsoll:ignore-file k8s-privileged\n", "f0 f3"},
        {"deploy/b.yaml", "# plimsoll:ignore-file k8s-privileged\n", "f0 f1 f2 f3"},
        {"deploy/a.yaml", "\n\n\n\n\n\n\n\n# checkov:skip=CKV_K8S_16\nx\n---\n", "f0 f2 f3"},
        {"deploy/a.yaml", "a:\n\n\n\n\n\n\n\n\n  - b # plimsoll:ignore k8s-*\n", "f0 f2 f3"},
        {"deploy/a.yaml", "\n\n\n\n\n\n\n\na:\n# plimsoll:ignore k8s-*\nx\n", "f0 f2 f3"},
        {"deploy/a.yaml", "a: # plimsoll:ignore k8s-*\n\n\n\n\n\n\n\n\n  - b\n", "f0 f2 f3"},
        {"Dockerfile", "# plimsoll:ignore docker-root\nFROM a\n", "f0 f1 f2 f3"},
        {"Dockerfile", "# plimsoll:ignore-file docker-root\nFROM a\n", "f0 f1 f2"},
        {"Dockerfile", "# plimsoll:ignore-file docker-root until=2026-01-01\nFROM a\n",
         "f0 f1 f2 f3 suppression-ended"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        _cleanup_arena_ struct arena *arena = arena_new(ARENA_LIMIT);
        struct report report = {.findings = findings, .finding_count = COUNT(findings)};
        struct suppressions list = {0};
        struct diagnostic *problems = NULL;
        size_t problem_count = 0;

        print_message("%s\n", cases[i].text);
        assert_int_equal(suppressions_scan_comments(view_of(cases[i].path), view_of(cases[i].text),
                                                    arena, &list, &problems, &problem_count, NULL),
                         0);
        assert_int_equal(suppressions_apply(&list, 1, NOW, &report, arena, NULL), 0);
        assert_view(left_of(&report, arena), cases[i].want);
    }
}

static void suppresses_by_annotation(void **state)
{
    static const struct {
        const char *resource, *container, *want;
    } cases[] = {
        {"Deployment shop/web", "", "f0 f3"},
        {"Deployment shop/web", "sidecar", "f0 f1 f3"},
        {"Deployment shop/*", "", "f0 f1 f2 f3"},
        {"Pod shop/web", "", "f0 f1 f2 f3"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        _cleanup_arena_ struct arena *arena = arena_new(ARENA_LIMIT);
        struct report report = {.findings = findings, .finding_count = COUNT(findings)};
        struct suppressions lists[2] = {{0}, {0}};

        assert_int_equal(
            suppressions_parse_annotation(VIEW("deploy/a.yaml"), 3, view_of(cases[i].resource),
                                          view_of(cases[i].container), VIEW("k8s-privileged"),
                                          arena, &lists[1], NULL),
            0);
        assert_int_equal(suppressions_apply(lists, 2, NOW, &report, arena, NULL), 0);
        assert_view(left_of(&report, arena), cases[i].want);
    }
}

/* Nested and overlapping lines: as if each were tried. */
static void finds_the_lines_among_many(void **state)
{
    enum { LINES = 300, COMMENTS = 120 };
    static const struct view id = VIEW("x");
    _cleanup_arena_ struct arena *arena = arena_new(ARENA_LIMIT);
    struct suppression list[COMMENTS] = {0};
    const struct suppressions lists = {list, COMMENTS};
    struct finding lines[LINES] = {0};
    struct report report = {.findings = lines, .finding_count = LINES};
    size_t next = 0;

    (void)state;
    for (uint32_t i = 0; i < COMMENTS; i++) {
        uint32_t first = 1 + i * 7919 % (LINES + 20);

        list[i] = (struct suppression){.ids = &id, .id_count = 1, .file = VIEW("p")};
        list[i].first_line = first;
        list[i].last_line = first + (i % 10 == 0 ? i % 40 : 0);
    }
    for (uint32_t i = 0; i < LINES; i++) {
        lines[i] = (struct finding){.kind = VIEW("secret"), .id = id};
        lines[i].location = (struct finding_location){.path = VIEW("./p"), .line = i};
    }
    assert_int_equal(suppressions_apply(&lists, 1, NOW, &report, arena, NULL), 0);
    for (uint32_t i = 0; i < LINES; i++) {
        bool suppressed = false;

        for (size_t k = 0; k < COMMENTS; k++)
            suppressed = suppressed || (i >= list[k].first_line && i <= list[k].last_line);
        if (!suppressed)
            assert_int_equal(report.findings[next++].location.line, i);
    }
    assert_int_equal(report.finding_count, next);
    assert_true(next > 0 && next < LINES);
}

static void lists_what_was_suppressed(void **state)
{
    _cleanup_arena_ struct arena *arena = arena_new(ARENA_LIMIT);
    struct report report = {.findings = findings, .finding_count = COUNT(findings)};
    struct suppressions list = {0};

    (void)state;
    assert_int_equal(suppressions_parse(VIEW("file"), VIEW("docker-root exp:2026-12-31 # so\n"),
                                        arena, &list, NULL),
                     0);
    assert_int_equal(suppressions_apply(&list, 1, NOW, &report, arena, NULL), 0);
    assert_int_equal(report.suppressed_count, 1);
    assert_view(report.suppressed[0].finding->fingerprint, "f3");
    assert_view(report.suppressed[0].origin, "file");
    assert_view(report.suppressed[0].reason, "so");
    assert_view(report.suppressed[0].file, "file");
    assert_int_equal(report.suppressed[0].line, 1);
    assert_int_equal(report.suppressed[0].until, 1798761599);
    assert_int_equal(report.by_severity[SEVERITY_CRITICAL], 2);
    assert_int_equal(report.by_severity[SEVERITY_LOW], 0);
    /* A second time it adds up. */
    assert_int_equal(suppressions_parse(VIEW("file"), VIEW("CVE-*\n"), arena, &list, NULL), 0);
    assert_int_equal(suppressions_apply(&list, 1, NOW, &report, arena, NULL), 0);
    assert_int_equal(report.suppressed_count, 2);
    assert_int_equal(report.finding_count, 2);
}

static void advisories_are_not_unused_where_none_are_looked_for(void **state)
{
    _cleanup_arena_ struct arena *arena = arena_new(ARENA_LIMIT);
    struct report report = {.artifact.kind = VIEW("config")};
    struct suppressions list = {0};

    (void)state;
    assert_int_equal(suppressions_parse(VIEW("f"), VIEW("CVE-2024-1\nk8s-x\n"), arena, &list, NULL),
                     0);
    assert_int_equal(suppressions_apply(&list, 1, NOW, &report, arena, NULL), 0);
    assert_int_equal(report.diagnostic_count, 1);
    assert_view(report.diagnostics[0].message, "line 2: the suppression of k8s-x matched nothing");
}

static void tells_many_in_few_words(void **state)
{
    _cleanup_(buf_done) struct buf text = BUF_INIT(1 << 20);
    _cleanup_arena_ struct arena *arena = arena_new(ARENA_LIMIT);
    struct report report = {.artifact.kind = VIEW("config")};
    struct suppressions list = {0};

    (void)state;
    for (int i = 0; i < 100; i++)
        buf_addf(&text, "x-%d\n", i);
    assert_int_equal(suppressions_parse(VIEW("f"), buf_view(&text), arena, &list, NULL), 0);
    assert_int_equal(suppressions_apply(&list, 1, NOW, &report, arena, NULL), 0);
    assert_int_equal(report.diagnostic_count, SUPPRESSION_TOLD + 1);
    assert_view(report.diagnostics[SUPPRESSION_TOLD].message,
                "more suppressions that matched nothing: 80");
}

static void a_full_arena_is_an_error(void **state)
{
    (void)state;
    for (size_t limit = 64; limit < 4096; limit += 64) {
        _cleanup_arena_ struct arena *own = arena_new(ARENA_LIMIT), *arena = arena_new(limit);
        struct report report = {.findings = findings, .finding_count = COUNT(findings)};
        struct suppressions list = {0};
        struct error err = ERROR_INIT;
        int r;

        assert_int_equal(suppressions_parse(VIEW("f"), VIEW("docker-root\nx\n"), own, &list, NULL),
                         0);
        r = suppressions_apply(&list, 1, NOW, &report, arena, &err);
        assert_int_equal(r < 0, error_is_set(&err));
        assert_int_equal(report.finding_count, r < 0 ? COUNT(findings) : COUNT(findings) - 1);
    }
}

RUN_TESTS(cmocka_unit_test(globs_match_as_a_shells), cmocka_unit_test(many_stars_end),
          cmocka_unit_test(reads_files), cmocka_unit_test(broken_yaml_names_its_place),
          cmocka_unit_test(bounds_a_file), cmocka_unit_test(reads_comments),
          cmocka_unit_test(bounds_comments), cmocka_unit_test(reads_annotations),
          cmocka_unit_test(suppresses_by_a_file), cmocka_unit_test(suppresses_by_lines),
          cmocka_unit_test(suppresses_by_annotation), cmocka_unit_test(finds_the_lines_among_many),
          cmocka_unit_test(lists_what_was_suppressed),
          cmocka_unit_test(advisories_are_not_unused_where_none_are_looked_for),
          cmocka_unit_test(tells_many_in_few_words), cmocka_unit_test(a_full_arena_is_an_error))
