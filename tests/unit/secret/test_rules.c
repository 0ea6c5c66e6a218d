/* Every rule finds its good cases and none of its bad ones, alone and in bytes
 * around, and nothing it says holds the secret. */
#include "../test.h"

#include "base/arena.h"
#include "base/hash.h"
#include "example.h"
#include "secret/confirm.h"
#include "secret/secret.h"

enum { SEEDS = 3 };

struct bench {
    struct arena *arena;
    struct secret_rule_files files;
    struct secret_rules *rules;
    struct secret_scanner *scanner;
    struct view wanted; /* id */
    size_t hits;
    char seen[4096];
};

static void on_found(void *ctx, const struct secret_match *match)
{
    struct bench *bench = ctx;
    struct view id = secret_rules_rule(bench->rules, match->rule)->id;
    size_t len = strlen(bench->seen);

    bench->hits += view_eq(id, bench->wanted);
    snprintf(bench->seen + len, sizeof(bench->seen) - len, " %.*s(%.*s)", VIEW_ARG(id),
             VIEW_ARG(match->masked));
    assert_true(match->line >= 1 && match->column >= 1);
    assert_true(match->end_line > match->line ||
                (match->end_line == match->line && match->end_column >= match->column));
    assert_int_equal(strlen(match->fingerprint), SECRET_FINGERPRINT_SIZE);
}

static int set_up(void **state)
{
    struct bench *bench = calloc(1, sizeof(*bench));
    struct secret_options options = SECRET_OPTIONS_DEFAULT;
    struct error err = ERROR_INIT;

    bench->arena = arena_new(256 << 20);
    bench->files.arena = bench->arena;
    options.ctx = bench;
    options.found = on_found;
    if (secret_rules_read_builtin(&bench->files, &err) < 0 ||
        secret_rules_open(secret_rules_builtin(), &bench->rules, &err) < 0 ||
        secret_scanner_new(bench->rules, &options, &bench->scanner, &err) < 0) {
        print_error("%s\n", err.message);
        return -1;
    }
    *state = bench;
    return 0;
}

static int tear_down(void **state)
{
    struct bench *bench = *state;

    secret_scanner_free(bench->scanner);
    secret_rules_free(bench->rules);
    arena_free(bench->arena);
    free(bench);
    return 0;
}

/* A path that the rule looks at. */
static struct view path_for(const struct secret_rule *rule, char to[static 256])
{
    size_t len = 0;
    struct view pattern =
        rule->include.count ? rule->include.items[0] : VIEW("deploy/settings.conf");

    for (size_t i = 0; i < pattern.len && len < 255; i++)
        if (pattern.ptr[i] != '*' && pattern.ptr[i] != '?')
            to[len++] = pattern.ptr[i];
    return view_from(to, len);
}

static size_t scan(struct bench *bench, size_t rule, struct view text)
{
    char path[256];

    bench->wanted = secret_rules_rule(bench->rules, rule)->id;
    bench->hits = 0;
    bench->seen[0] = '\0';
    secret_scanner_file(bench->scanner, path_for(secret_rules_rule(bench->rules, rule), path),
                        text);
    return bench->hits;
}

static void check_all(struct bench *bench, bool positive)
{
    size_t failures = 0;

    for (size_t i = 0; i < bench->files.example_count; i++) {
        const struct secret_examples *examples = &bench->files.examples[i];
        const struct secret_list *list = positive ? &examples->positive : &examples->negative;

        if (list->count == 0) {
            print_error("%.*s: has no %s example\n", VIEW_ARG(examples->id),
                        positive ? "positive" : "negative");
            failures++;
        }
        for (size_t j = 0; j < list->count * SEEDS; j++) {
            struct buf text = BUF_INIT(1 << 20);
            uint64_t seed = hash_stable(examples->id) + j;

            example_fill(list->items[j / SEEDS], seed, &text);
            if ((scan(bench, i, buf_view(&text)) > 0) != positive) {
                print_error("%.*s: %s in: %.*s; found:%s\n", VIEW_ARG(examples->id),
                            positive ? "not found" : "found", VIEW_ARG(buf_view(&text)),
                            bench->seen);
                failures++;
            }
            buf_done(&text);
        }
    }
    assert_int_equal(failures, 0);
}

static void positive_examples_are_found(void **state)
{
    check_all(*state, true);
}

static void negative_examples_are_not(void **state)
{
    check_all(*state, false);
}

/* Between other lines, and in the middle of a large file with a seam in it. */
static void examples_are_found_anywhere(void **state)
{
    static const char filler[] = "the quick brown fox jumps over the lazy dog\n";
    struct bench *bench = *state;
    size_t failures = 0;

    for (size_t i = 0; i < bench->files.example_count; i++) {
        const struct secret_examples *examples = &bench->files.examples[i];
        struct buf text = BUF_INIT(4 << 20);
        char path[256];
        size_t cut;

        while (text.len < 300000)
            buf_add_str(&text, filler);
        cut = text.len + 12; /* within the example */
        example_fill(examples->positive.items[0], hash_stable(examples->id), &text);
        buf_add_char(&text, '\n');
        while (text.len < 700000)
            buf_add_str(&text, filler);
        bench->wanted = examples->id;
        bench->hits = 0;
        bench->seen[0] = '\0';
        secret_scanner_begin(bench->scanner, path_for(secret_rules_rule(bench->rules, i), path));
        secret_scanner_add(bench->scanner, view_sub(buf_view(&text), 0, cut));
        secret_scanner_add(bench->scanner, view_sub(buf_view(&text), cut, text.len));
        secret_scanner_end(bench->scanner);
        if (bench->hits != 1) {
            print_error("%.*s: %zu times on a seam; found:%s\n", VIEW_ARG(examples->id),
                        bench->hits, bench->seen);
            failures++;
        }
        buf_done(&text);
    }
    assert_int_equal(failures, 0);
}

static void the_set_is_complete(void **state)
{
    struct bench *bench = *state;
    struct error err = ERROR_INIT;

    assert_int_equal(secret_rules_count(bench->rules), bench->files.rule_count);
    assert_true(secret_rules_count(bench->rules) >= 185);
    assert_int_equal(confirm_check(bench->rules, &err), 0);
    for (size_t i = 0; i < bench->files.rule_count; i++) {
        const struct secret_rule *rule = secret_rules_rule(bench->rules, i);

        assert_true(view_eq(rule->id, bench->files.rules[i].id));
        assert_true(view_eq(rule->scan, bench->files.rules[i].scan));
        for (size_t language = 0; language < SECRET_LANGUAGE_COUNT; language++)
            if (!rule->title[language].len || !rule->description[language].len ||
                !rule->remediation[language].len)
                fail_msg("%.*s lacks a text", VIEW_ARG(rule->id));
        if (view_eq(rule->title[SECRET_ENGLISH], rule->title[SECRET_CHINESE]) &&
            rule->title[SECRET_CHINESE].len > 30)
            fail_msg("%.*s is not translated", VIEW_ARG(rule->id));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_set_is_complete),
        cmocka_unit_test(positive_examples_are_found),
        cmocka_unit_test(negative_examples_are_not),
        cmocka_unit_test(examples_are_found_anywhere),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
