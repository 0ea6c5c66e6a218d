/* Files through a scanner: whole and in pieces, encoded, in archives, with what
 * accepts a secret; places, fingerprints, and limits. */
#include "../test.h"

#include "base/cleanup.h"
#include "example.h"
#include "secret/secret.h"

enum { FOUND_LIMIT = 4096 };

struct found {
    char rule[64], path[128], masked[32], encoding[64], name[64];
    uint32_t line, column, end_line, end_column;
    enum severity severity;
    char fingerprint[SECRET_FINGERPRINT_SIZE + 1];
};

struct bench {
    struct secret_rules *rules;
    struct secret_scanner *scanner;
    struct found found[FOUND_LIMIT];
    size_t count, left_out;
    char why[256];
};

static void copy(char *to, size_t room, struct view text)
{
    snprintf(to, room, "%.*s", VIEW_ARG(text));
}

static void on_found(void *ctx, const struct secret_match *match)
{
    struct bench *b = ctx;
    struct found *f = &b->found[b->count++];

    assert_true(b->count <= FOUND_LIMIT);
    *f = (struct found){.line = match->line,
                        .column = match->column,
                        .end_line = match->end_line,
                        .end_column = match->end_column,
                        .severity = match->severity};
    copy(f->rule, sizeof(f->rule), secret_rules_rule(b->rules, match->rule)->id);
    copy(f->path, sizeof(f->path), match->path);
    copy(f->masked, sizeof(f->masked), match->masked);
    copy(f->encoding, sizeof(f->encoding), match->encoding);
    copy(f->name, sizeof(f->name), match->name);
    memcpy(f->fingerprint, match->fingerprint, sizeof(f->fingerprint));
}

static void on_left_out(void *ctx, struct view path, const struct error *why)
{
    struct bench *b = ctx;

    (void)path;
    b->left_out++;
    snprintf(b->why, sizeof(b->why), "%.250s", why->message);
}

static void open_scanner(struct bench *b, unsigned decode_depth, unsigned archive_depth)
{
    const struct secret_options options = {
        .decode_depth = decode_depth,
        .archive_depth = archive_depth,
        .ctx = b,
        .found = on_found,
        .left_out = on_left_out,
    };

    secret_scanner_free(b->scanner);
    assert_int_equal(secret_scanner_new(b->rules, &options, &b->scanner, NULL), 0);
}

static int set_up(void **state)
{
    struct bench *b = calloc(1, sizeof(*b));

    assert_int_equal(secret_rules_open(secret_rules_builtin(), &b->rules, NULL), 0);
    open_scanner(b, SECRET_DECODE_DEPTH, SECRET_ARCHIVE_DEPTH);
    *state = b;
    return 0;
}

static int tear_down(void **state)
{
    struct bench *b = *state;

    secret_scanner_free(b->scanner);
    secret_rules_free(b->rules);
    free(b);
    return 0;
}

static void scan(struct bench *b, const char *path, struct view text)
{
    b->count = b->left_out = 0;
    secret_scanner_file(b->scanner, view_of(path), text);
}

static struct buf filled(const char *example)
{
    struct buf text = BUF_INIT(64 << 20);

    example_fill(view_of(example), 7, &text);
    return text;
}

static void files_are_judged_by_what_they_are(void **state)
{
    static const struct {
        const char *path, *text, *rule; /* rule NULL: nothing */
        enum severity severity;
    } cases[] = {
        {"a.py", "token = '%{checksum:ghp_}'", "github-pat", SEVERITY_CRITICAL},
        {"tests/a.py", "token = '%{checksum:ghp_}'", "github-pat", SEVERITY_LOW},
        {"a_test.go", "token = '%{checksum:ghp_}'", "github-pat", SEVERITY_LOW},
        {"app.min.js", "var t='%{checksum:ghp_}'", "github-pat", SEVERITY_CRITICAL},
        {"a.py", "password = '%{password}'", "generic-password", SEVERITY_MEDIUM},
        {"tests/a.py", "password = '%{password}'", NULL, 0},
        {"app.min.js", "password = '%{password}'", NULL, 0},
        {"app.js.map", "password = '%{password}'", NULL, 0},
        {"package-lock.json", "\"password\": \"%{password}\"", NULL, 0},
        {"README.md", "password = '%{password}'", NULL, 0},
        {"README.md", "use %{checksum:ghp_}", "github-pat", SEVERITY_CRITICAL},
        {"go.sum", "token h1:%{base64:43}=", NULL, 0},
        {".env", "API_TOKEN=%{base62:32}", "generic-token", SEVERITY_MEDIUM},
        {"a.py", "# plimsoll:allow-secret\ntoken = '%{checksum:ghp_}'", NULL, 0},
        {"a.py", "token = '%{checksum:ghp_}' # gitleaks:allow", NULL, 0},
        {"a.py", "# plimsoll:allow-secret\n\ntoken = '%{checksum:ghp_}'", "github-pat",
         SEVERITY_CRITICAL},
        {"a.py", "token = os.environ['T1'] # ghp_", NULL, 0},
        {"a.html", "<img src='data:image/png;base64,%{base64:400}'>", NULL, 0},
    };
    struct bench *b = *state;

    for (size_t i = 0; i < COUNT(cases); i++) {
        _cleanup_(buf_done) struct buf text = filled(cases[i].text);

        scan(b, cases[i].path, buf_view(&text));
        if (b->count != (cases[i].rule != NULL))
            fail_msg("%s: %s: %zu found, %s", cases[i].path, cases[i].text, b->count,
                     b->found[0].rule);
        if (!cases[i].rule)
            continue;
        assert_string_equal(b->found[0].rule, cases[i].rule);
        assert_int_equal(b->found[0].severity, cases[i].severity);
    }
}

static void places_are_right(void **state)
{
    static const struct {
        const char *text;
        uint32_t line, column, end_line, end_column;
    } cases[] = {
        {"%{checksum:ghp_}", 1, 1, 1, 40},
        {"a\nb\n\n  x=%{checksum:ghp_}\n", 4, 5, 4, 44},
        {"\xe5\xaf\x86\xe7\xa0\x81: %{checksum:ghp_}", 1, 5, 1, 44},
        {"a\r\nb\r\n%{checksum:ghp_}\r\n", 3, 1, 3, 40},
        {"x\n-----BEGIN PRIVATE KEY-----\n%{base64:3}\n", 0, 0, 0, 0},
        {"key: %{b64:the token is %{checksum:ghp_}, it is}", 1, 6, 1, 85},
    };
    struct bench *b = *state;

    for (size_t i = 0; i < COUNT(cases); i++) {
        _cleanup_(buf_done) struct buf text = filled(cases[i].text);

        scan(b, "a.py", buf_view(&text));
        assert_int_equal(b->count, cases[i].line != 0);
        if (!b->count)
            continue;
        assert_int_equal(b->found[0].line, cases[i].line);
        assert_int_equal(b->found[0].column, cases[i].column);
        assert_int_equal(b->found[0].end_line, cases[i].end_line);
        assert_int_equal(b->found[0].end_column, cases[i].end_column);
    }
}

static void encoded_text_is_looked_into(void **state)
{
    static const struct {
        const char *text, *encoding;
        unsigned depth;
    } cases[] = {
        {"x: %{b64:token is %{checksum:ghp_}}", "base64", 1},
        {"x: %{b64:a token: %{b64:token is %{checksum:ghp_}} in it}", "base64, base64", 2},
        {"x: %{b64:a token: %{b64:token is %{checksum:ghp_}} in it}", NULL, 1},
        {"x: %{b64:token is %{checksum:ghp_}}", NULL, 0},
        {"x: token%%3D%%22%{checksum:ghp_}%%22", "percent-encoding", 1},
    };
    struct bench *b = *state;

    for (size_t i = 0; i < COUNT(cases); i++) {
        _cleanup_(buf_done) struct buf text = filled(cases[i].text);

        if (strstr(cases[i].text, "%%")) { /* "%%" is a per cent sign */
            size_t len = 0;

            for (size_t j = 0; j < text.len; j++)
                if (!(text.ptr[j] == '%' && j && text.ptr[j - 1] == '%'))
                    text.ptr[len++] = text.ptr[j];
            text.len = len;
        }
        open_scanner(b, cases[i].depth, 0);
        scan(b, "a.conf", buf_view(&text));
        if (b->count != (cases[i].encoding != NULL))
            fail_msg("%s at %u: %zu found", cases[i].text, cases[i].depth, b->count);
        if (b->count)
            assert_string_equal(b->found[0].encoding, cases[i].encoding);
    }
    open_scanner(b, SECRET_DECODE_DEPTH, SECRET_ARCHIVE_DEPTH);
}

static void utf16_is_read(void **state)
{
    struct bench *b = *state;
    _cleanup_(buf_done) struct buf text = filled("name: \xc3\xa9\ntoken: '%{checksum:ghp_}'\n");

    for (int big = 0; big < 2; big++) {
        _cleanup_(buf_done) struct buf wide = BUF_INIT(1 << 16);

        buf_add_str(&wide, big ? "\xfe\xff" : "\xff\xfe");
        for (size_t i = 0; i < text.len; i++) {
            unsigned c = (unsigned char)text.ptr[i];

            if (c == 0xc3)
                continue;
            if (c == 0xa9)
                c = 0xe9;
            buf_add_char(&wide, (char)(big ? 0 : c));
            buf_add_char(&wide, (char)(big ? c : 0));
        }
        scan(b, "a.reg", buf_view(&wide));
        assert_int_equal(b->count, 1);
        assert_string_equal(b->found[0].rule, "github-pat");
        assert_int_equal(b->found[0].line, 2);
        assert_int_equal(b->found[0].column, 9);
        /* And in pieces of odd sizes. */
        b->count = 0;
        secret_scanner_begin(b->scanner, VIEW("a.reg"));
        for (size_t i = 0; i < wide.len; i += 3)
            secret_scanner_add(b->scanner, view_sub(buf_view(&wide), i, 3));
        secret_scanner_end(b->scanner);
        assert_int_equal(b->count, 1);
        assert_int_equal(b->found[0].column, 9);
    }
}

/* However a file is cut into pieces, the same is found at the same places. */
static void pieces_make_no_difference(void **state)
{
    static const size_t steps[] = {997, 40000, 262144, 300001, 1 << 20, 5000000};
    struct bench *b = *state;
    struct buf text = BUF_INIT(16 << 20);
    static struct found want[64];
    size_t want_count;

    for (size_t i = 0; i < 40; i++) {
        while (text.len < (i + 1) * 65536 - 20 + i)
            buf_add_str(&text, "a line of nothing in particular\n");
        buf_addf(&text, "t%zu=", i);
        example_fill(VIEW("%{checksum:ghp_}"), i, &text);
        buf_add_char(&text, '\n');
    }
    scan(b, "a.conf", buf_view(&text));
    want_count = b->count;
    assert_int_equal(want_count, 40);
    memcpy(want, b->found, want_count * sizeof(want[0]));
    for (size_t s = 0; s < COUNT(steps); s++) {
        b->count = 0;
        secret_scanner_begin(b->scanner, VIEW("a.conf"));
        for (size_t at = 0; at < text.len; at += steps[s])
            secret_scanner_add(b->scanner, view_sub(buf_view(&text), at, steps[s]));
        secret_scanner_end(b->scanner);
        assert_int_equal(b->count, want_count);
        assert_memory_equal(b->found, want, want_count * sizeof(want[0]));
    }
    buf_done(&text);
}

/* A tar with one member. */
static struct buf tar_of(const char *name, struct view body)
{
    struct buf tar = BUF_INIT(1 << 20);
    char header[512] = {0};
    unsigned sum = 0;

    snprintf(header, 100, "%s", name);
    memcpy(header + 100,
           "0000644\0"
           "0000000\0"
           "0000000\0",
           24);
    snprintf(header + 124, 12, "%011zo", body.len);
    memcpy(header + 136, "00000000000\0        0", 21);
    memcpy(header + 257,
           "ustar\0"
           "00",
           8);
    for (size_t i = 0; i < sizeof(header); i++)
        sum += (unsigned char)header[i];
    snprintf(header + 148, 8, "%06o", sum);
    buf_add(&tar, view_from(header, sizeof(header)));
    buf_add(&tar, body);
    while (tar.len % 512)
        buf_add_char(&tar, '\0');
    for (size_t i = 0; i < 1024; i++)
        buf_add_char(&tar, '\0');
    return tar;
}

static void archives_are_opened(void **state)
{
    struct bench *b = *state;
    _cleanup_(buf_done) struct buf text = filled("token = '%{checksum:ghp_}'\n");
    _cleanup_(buf_done) struct buf inner = tar_of("deep/a.py", buf_view(&text));
    _cleanup_(buf_done) struct buf outer = tar_of("b/inner.tar", buf_view(&inner));

    scan(b, "x/outer.tar", buf_view(&outer));
    assert_int_equal(b->count, 1);
    assert_string_equal(b->found[0].path, "x/outer.tar!/b/inner.tar!/deep/a.py");
    assert_int_equal(b->found[0].line, 1);
    assert_int_equal(b->found[0].column, 10);
    /* In pieces. */
    b->count = 0;
    secret_scanner_begin(b->scanner, VIEW("x/outer.tar"));
    secret_scanner_add(b->scanner, view_sub(buf_view(&outer), 0, 700));
    secret_scanner_add(b->scanner, view_sub(buf_view(&outer), 700, outer.len));
    secret_scanner_end(b->scanner);
    assert_int_equal(b->count, 1);
    assert_string_equal(b->found[0].path, "x/outer.tar!/b/inner.tar!/deep/a.py");
    /* One that breaks off still gives what it holds. */
    scan(b, "x/outer.tar", view_sub(buf_view(&outer), 0, 512 + 512 + text.len + 512));
    assert_int_equal(b->count, 1);
    assert_true(b->left_out > 0);
    /* Not opened, it is bytes like others. */
    open_scanner(b, 0, 0);
    scan(b, "x/outer.tar", buf_view(&outer));
    assert_int_equal(b->count, 1);
    assert_string_equal(b->found[0].path, "x/outer.tar");
    open_scanner(b, SECRET_DECODE_DEPTH, SECRET_ARCHIVE_DEPTH);
}

static void fingerprint_of(struct bench *b, const char *path, const char *text, uint64_t seed,
                           char to[static SECRET_FINGERPRINT_SIZE + 1])
{
    _cleanup_(buf_done) struct buf filled_text = BUF_INIT(1 << 16);

    example_fill(view_of(text), seed, &filled_text);
    scan(b, path, buf_view(&filled_text));
    assert_int_equal(b->count, 1);
    memcpy(to, b->found[0].fingerprint, SECRET_FINGERPRINT_SIZE + 1);
}

static void fingerprints_are_stable_and_silent(void **state)
{
    static const char token[] = "token = '%{checksum:ghp_}'\n";
    char a[SECRET_FINGERPRINT_SIZE + 1], c[SECRET_FINGERPRINT_SIZE + 1];
    struct bench *b = *state;

    fingerprint_of(b, "a.py", token, 1, a);
    fingerprint_of(b, "a.py", "\n\n# moved\ntoken = '%{checksum:ghp_}'\n", 1, c);
    assert_string_equal(a, c);
    fingerprint_of(b, "a.py", token, 2, c); /* another secret */
    assert_string_not_equal(a, c);
    fingerprint_of(b, "b.py", token, 1, c); /* another file */
    assert_string_not_equal(a, c);
    /* What a person chose could be found by trying: its fingerprint does not
     * depend on it. */
    fingerprint_of(b, "a.py", "db_password = '%{password}'\n", 1, a);
    fingerprint_of(b, "a.py", "db_password = '%{password}'\n", 2, c);
    assert_string_equal(a, c);
    fingerprint_of(b, "a.py", "web_password = '%{password}'\n", 1, c);
    assert_string_not_equal(a, c);
}

static void twins_have_their_own_fingerprints(void **state)
{
    struct bench *b = *state;
    _cleanup_(buf_done) struct buf text =
        filled("password = '%{password}'\npassword = '%{password}'\n");

    scan(b, "a.py", buf_view(&text));
    assert_int_equal(b->count, 2);
    assert_string_not_equal(b->found[0].fingerprint, b->found[1].fingerprint);
}

static void findings_of_a_file_are_limited(void **state)
{
    struct bench *b = *state;
    struct buf text = BUF_INIT(16 << 20);

    for (uint64_t i = 0; i < 2000; i++) {
        example_fill(VIEW("t='%{checksum:ghp_}'\n"), i, &text);
    }
    scan(b, "a.py", buf_view(&text));
    assert_int_equal(b->count, SECRET_RULE_LIMIT);
    assert_int_equal(b->left_out, 1);
    assert_string_equal(b->why, "it holds more secrets or encoded text than are looked into");
    /* And the next file is not concerned. */
    scan(b, "b.py", view_sub(buf_view(&text), 0, 45));
    assert_int_equal(b->count, 1);
    assert_int_equal(b->left_out, 0);
    buf_done(&text);
}

static void texts_are_settings(void **state)
{
    struct bench *b = *state;
    _cleanup_(buf_done) struct buf text = filled("DB_PASSWORD=%{password}");

    b->count = 0;
    secret_scanner_text(b->scanner, VIEW("environment"), buf_view(&text));
    assert_int_equal(b->count, 1);
    assert_string_equal(b->found[0].rule, "generic-password");
    assert_string_equal(b->found[0].path, "environment");
    assert_string_equal(b->found[0].name, "DB_PASSWORD");
    assert_string_equal(b->found[0].masked, "********");
}

static void rules_are_switched_off(void **state)
{
    struct bench *b = *state;
    struct secret_rules *rules;
    struct error err = ERROR_INIT;
    _cleanup_(buf_done) struct buf text = filled("t = '%{checksum:ghp_}'\n");
    struct bench other = {0};

    assert_int_equal(secret_rules_open(secret_rules_builtin(), &rules, NULL), 0);
    assert_int_equal(secret_rules_switch_off(rules, VIEW("no-such"), &err), ERROR_USAGE);
    assert_string_equal(err.message, "there is no secret rule no-such");
    assert_int_equal(secret_rules_switch_off(rules, VIEW("github-pat"), &err), 0);
    other.rules = rules;
    open_scanner(&other, 0, 0);
    scan(&other, "a.py", buf_view(&text));
    assert_int_equal(other.count, 0);
    scan(b, "a.py", buf_view(&text));
    assert_int_equal(b->count, 1);
    secret_scanner_free(other.scanner);
    secret_rules_free(rules);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_are_judged_by_what_they_are),
        cmocka_unit_test(places_are_right),
        cmocka_unit_test(encoded_text_is_looked_into),
        cmocka_unit_test(utf16_is_read),
        cmocka_unit_test(pieces_make_no_difference),
        cmocka_unit_test(archives_are_opened),
        cmocka_unit_test(fingerprints_are_stable_and_silent),
        cmocka_unit_test(twins_have_their_own_fingerprints),
        cmocka_unit_test(findings_of_a_file_are_limited),
        cmocka_unit_test(texts_are_settings),
        cmocka_unit_test(rules_are_switched_off),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
