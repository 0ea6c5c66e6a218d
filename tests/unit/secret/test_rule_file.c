/* Rule files of a user's: mistakes are told with their place, ids replace. */
#include "../test.h"

#include "base/arena.h"
#include "secret/rule-file.h"
#include "secret/rule-regex.h"

static int read_rules(struct arena *arena, struct secret_rule_files *files, const char *text,
                      struct error *err)
{
    *files = (struct secret_rule_files){.arena = arena};
    return secret_rule_file_read(files, view_of(text), VIEW("own.yaml"), err);
}

static void mistakes_are_told(void **state)
{
    static const struct {
        const char *text, *want;
    } cases[] = {
        {"rules: [", "own.yaml:1:"},
        {"- a", "own.yaml:1:1: a rule file is a mapping with rules in it"},
        {"rule: []", "own.yaml:1:1: there is no field rule here"},
        {"rules: 5", "own.yaml:1:8: a list is wanted here"},
        {"rules:\n- 5", "own.yaml:2:3: a mapping is wanted here"},
        {"rules:\n- id: A", "own.yaml:2:3: a rule needs an id"},
        {"rules:\n- id: a\n  regex: x", "own.yaml:2:3: the rule a has no title"},
        {"rules:\n- id: a\n  title: t", "own.yaml:2:3: the rule a: a rule has either a regex or"},
        {"rules:\n- id: a\n  title: t\n  regex: x\n  words: [y]",
         "own.yaml:2:3: the rule a: a rule has either a regex or words"},
        {"rules:\n- id: a\n  title: t\n  regexp: x", "own.yaml:4:3: there is no field regexp here"},
        {"rules:\n- id: a\n  title: [t]", "own.yaml:3:10: a text is wanted here"},
        {"rules:\n- id: a\n  title: t\n  regex: x\n  severity: awful",
         "own.yaml:5:13: there is no severity awful"},
        {"rules:\n- id: a\n  title: t\n  regex: x\n  confidence: some",
         "own.yaml:5:15: low, medium or high is wanted here"},
        {"rules:\n- id: a\n  title: t\n  regex: x\n  entropy: 9",
         "own.yaml:5:12: a number from 0 to 8 is wanted here: bits a byte"},
        {"rules:\n- id: a\n  title: t\n  regex: x\n  group: -1",
         "own.yaml:5:10: a number from 0 to 4096 is wanted here"},
        {"rules:\n- id: a\n  title: t\n  regex: x\n  guessable: 1",
         "own.yaml:5:14: true or false is wanted here"},
        {"rules:\n- id: a\n  title: t\n  regex: x\n  validator: oracle",
         "own.yaml:5:14: there is no validator oracle"},
        {"rules:\n- id: a\n  title: t\n  regex: x\n  class: upper",
         "own.yaml:2:3: the rule a: there is no class upper"},
        {"rules:\n- id: a\n  title: t\n  regex: '%{x}y'",
         "own.yaml:2:3: the rule a: there is no fragment %{x}"},
        {"rules:\n- id: a\n  title: t\n  regex: '%{x'",
         "own.yaml:2:3: the rule a: there is no fragment %{x}"},
        {"rules:\n- id: a\n  title: t\n  regex: '(x'",
         "own.yaml:2:3: the rule a: the first pass cannot use its regex: "},
        {"rules:\n- id: a\n  title: t\n  regex: 'x(?=y)z'",
         "own.yaml:2:3: the rule a: the first pass cannot use its regex: "},
        {"rules:\n- id: a\n  title: t\n  words: [Upper]",
         "own.yaml:2:3: the rule a: a word has lower case letters and hyphens, not Upper"},
        {"classes: {a: 5}", "own.yaml:1:14: a mapping is wanted here"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct arena *arena = arena_new(1 << 22);
        struct error err = ERROR_INIT;
        struct secret_rule_files files;

        assert_int_equal(read_rules(arena, &files, cases[i].text, &err), ERROR_INPUT);
        if (!view_starts(view_of(err.message), view_of(cases[i].want)))
            fail_msg("%s\ngot  %s\nwant %s", cases[i].text, err.message, cases[i].want);
        arena_free(arena);
    }
}

static void rules_are_read(void **state)
{
    static const char text[] =
        "classes:\n"
        "  ours: {description: d, remediation: {en: r, zh: 处理}}\n"
        "rules:\n"
        "- id: acme\n"
        "  title: {en: Acme key, zh: Acme 密钥}\n"
        "  class: ours\n"
        "  severity: critical\n"
        "  confidence: high\n"
        "  regex: '%{begin}(acme_[0-9a-f]{20,40})%{end}'\n"
        "  group: 1\n"
        "  entropy: 2.5\n"
        "  keywords: [acme]\n"
        "  include: ['*.conf']\n"
        "  references: https://acme.test/\n"
        "- {id: pins, title: Pins, words: [pin, access-pin], guessable: true}\n"
        "- {id: acme, title: Acme again, regex: 'ACME[0-9]{9}'}\n";
    struct arena *arena = arena_new(1 << 22);
    struct secret_rule_files files;
    struct error err = ERROR_INIT;

    (void)state;
    if (read_rules(arena, &files, text, &err) < 0)
        fail_msg("%s", err.message);
    assert_int_equal(files.rule_count, 2);
    assert_view(files.rules[0].title[SECRET_ENGLISH], "Acme again"); /* the later one */
    assert_int_equal(files.rules[0].severity, SEVERITY_HIGH);
    assert_int_equal(files.rules[0].confidence, SECRET_MEDIUM);
    assert_int_equal(files.rules[0].span, 13);
    assert_view(files.rules[1].scan, "(?i)(?:pin|access[_.-]?pin)");
    assert_true(files.rules[1].guessable);
    arena_free(arena);
}

static void the_first_pass_is_derived(void **state)
{
    static const struct {
        const char *written, *confirm, *scan;
    } cases[] = {
        {"abc", "abc", "abc"},
        {"%{begin}(abc[0-9]{20,40})%{end}", "(?<![0-9A-Za-z_])(abc[0-9]{20,40})(?![0-9A-Za-z_])",
         "(abc[0-9]{20})"},
        {"abc[0-9]{20}", "abc[0-9]{20}", "abc[0-9]{20}"},
        {"abc[0-9]{20,}", "abc[0-9]{20,}", "abc[0-9]{20}"},
        {"abc[0-9]{0,9}", "abc[0-9]{0,9}", "abc[0-9]{0,9}"},
        {"abc[0-9]+", "abc[0-9]+", "abc[0-9]"},
        {"(abc[0-9]{20,40}={0,2})", "(abc[0-9]{20,40}={0,2})", "(abc[0-9]{20})"},
        {"abc\\+", "abc\\+", "abc\\+"},
        {"abc\\}", "abc\\}", "abc\\}"},
        {"a{2,3}b", "a{2,3}b", "a{2,3}b"},
        {"", "", ""},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct buf confirm = BUF_INIT(1024), scan = BUF_INIT(1024);

        assert_int_equal(secret_regex_confirm(view_of(cases[i].written), &confirm, NULL), 0);
        assert_int_equal(secret_regex_scan(view_of(cases[i].written), &scan, NULL), 0);
        assert_view(buf_view(&confirm), cases[i].confirm);
        assert_view(buf_view(&scan), cases[i].scan);
        buf_done(&confirm);
        buf_done(&scan);
    }
}

RUN_TESTS(cmocka_unit_test(mistakes_are_told), cmocka_unit_test(rules_are_read),
          cmocka_unit_test(the_first_pass_is_derived))
