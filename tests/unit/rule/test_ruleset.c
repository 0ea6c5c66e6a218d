#include "rule/ruleset.h"

#include "rule/source/falco.h"
#include "test.h"

static const struct rule_subject subjects[] = {{"object", ""}, {"container", ""}};
static const struct rule_field fields[] = {
    {"container", RULE_NODE, RULE_FIELD_TREE, ""},
    {"object.kind", RULE_TEXT, 0, ""},
};
static const struct rule_source ours = {.name = "kubernetes",
                                        .subjects = subjects,
                                        .subject_count = 2,
                                        .fields = fields,
                                        .field_count = 2};

static struct ruleset *load(const char *const *texts)
{
    static const struct rule_source *const sources[] = {&rule_source_syscall,
                                                        &rule_source_k8s_audit, &ours};
    static const char *const names[] = {"a.yaml", "b.yaml", "c.yaml"};
    struct ruleset *set = NULL;
    struct error err = ERROR_INIT;

    assert_int_equal(ruleset_new(sources, COUNT(sources), &set, &err), 0);
    for (size_t i = 0; i < COUNT(names) && texts[i]; i++)
        if (ruleset_add(set, view_of(names[i]), view_of(texts[i]), &err))
            fail_msg("%s", err.message);
    if (ruleset_finish(set, &err))
        fail_msg("%s", err.message);
    return set;
}

#define RULE(name, condition)                                                                      \
    "- rule: " name "\n  desc: d\n  output: o\n  priority: info\n  condition: " condition "\n"
#define A "- list: a\n  items: [x, y z]\n"

/* Conditions of the first rule, resolved. */
static const struct {
    const char *name;
    const char *texts[3];
    const char *want;
} conditions[] = {
    {"list", {A RULE("r", "proc.name in (a, b)")}, "proc.name in (x, \"y z\", b)"},
    {"list behind the rule", {RULE("r", "proc.name in (a)") A}, "proc.name in (x, \"y z\")"},
    {"name within another", {A RULE("r", "proc.name in (aa, a.a)")}, "proc.name in (aa, a.a)"},
    {"name in quotes", {A RULE("r", "proc.name in ('b a c')")}, "proc.name in (\"b a c\")"},
    {"empty list first",
     {"- list: e\n  items: []\n" RULE("r", "proc.name in (e, b)")},
     "proc.name in (b)"},
    {"empty list last",
     {"- list: e\n  items: []\n" RULE("r", "proc.name in (b , e)")},
     "proc.name in (b)"},
    {"empty list between",
     {"- list: e\n  items: []\n" RULE("r", "proc.name in (b,e,c)")},
     "proc.name in (b, c)"},
    {"only an empty list",
     {"- list: e\n  items: []\n" RULE("r", "proc.name in (e)")},
     "proc.name in ()"},
    {"list in lists",
     {A "- list: b\n  items: [a, c]\n- list: d\n  items: [b]\n" RULE("r", "proc.name in (d)")},
     "proc.name in (x, \"y z\", c)"},
    {"list of a later list, by the condition",
     {"- list: b\n  items: [a, c]\n" A RULE("r", "proc.name in (b)")},
     "proc.name in (x, \"y z\", c)"},
    {"list that names itself",
     {"- list: q\n  items: [q]\n" RULE("r", "proc.name in (q)")},
     "proc.name in (q)"},
    {"lists that name each other",
     {"- list: p\n  items: [q]\n- list: q\n  items: [p, z]\n" RULE("r", "proc.name in (p)")},
     "proc.name in (q, z)"},
    {"list appended to, legacy",
     {A "- list: a\n  append: true\n  items: [w]\n" RULE("r", "proc.name in (a)")},
     "proc.name in (x, \"y z\", w)"},
    {"list appended to in another file",
     {A RULE("r", "proc.name in (a)"), "- list: a\n  items: [w]\n  override: {items: append}\n"},
     "proc.name in (x, \"y z\", w)"},
    {"list replaced",
     {A RULE("r", "proc.name in (a)"), "- list: a\n  items: [w]\n"},
     "proc.name in (w)"},
    {"quoted and empty items",
     {"- list: a\n  items: ['\"q q\"', '', 0777, yes, ~]\n" RULE("r", "proc.name in (a)")},
     "proc.name in (\"q q\", \"\", 0777, yes, ~)"},
    {"macro",
     {"- macro: m\n  condition: proc.name = x\n" RULE("r", "not m")},
     "(not proc.name = x)"},
    {"macro keeps its precedence",
     {"- macro: m\n  condition: evt.num = 1 or evt.num = 2\n" RULE("r", "m and evt.num = 3")},
     "((evt.num = 1 or evt.num = 2) and evt.num = 3)"},
    {"macro appended to",
     {"- macro: m\n  condition: evt.num = 1\n" RULE("r", "m"),
      "- macro: m\n  append: true\n  condition: or evt.num = 2\n"},
     "(evt.num = 1 or evt.num = 2)"},
    {"macro replaced, in its old place",
     {"- macro: m\n  condition: evt.num = 1\n- macro: n\n  condition: m\n" RULE("r", "n"),
      "- macro: m\n  condition: evt.num = 2\n"},
     "evt.num = 2"},
    {"rule sees later macros",
     {RULE("r", "m") "- macro: m\n  condition: evt.num = 1\n"},
     "evt.num = 1"},
    {"rule appended to, legacy",
     {RULE("r", "evt.num = 1") "- rule: r\n  append: true\n  condition: and evt.num = 2\n"},
     "(evt.num = 1 and evt.num = 2)"},
    {"rule overridden",
     {RULE("r", "evt.num = 1"), "- rule: r\n  condition: or evt.num = 2\n  priority: error\n"
                                "  override: {condition: append, priority: replace}\n"},
     "(evt.num = 1 or evt.num = 2)"},
    {"rule redefined", {RULE("r", "evt.num = 1"), RULE("r", "evt.num = 2")}, "evt.num = 2"},
    {"exception of one field",
     {RULE("r", "evt.num = 1") "  exceptions:\n    - {name: e, fields: proc.name, "
                               "values: [x, y z]}\n"},
     "(evt.num = 1 and (not proc.name in (x, \"y z\")))"},
    {"exception with a list by name",
     {A RULE("r", "evt.num = 1") "  exceptions:\n    - {name: e, fields: proc.name, "
                                 "comps: pmatch, values: [a]}\n"},
     "(evt.num = 1 and (not proc.name pmatch (x, \"y z\")))"},
    {"exception of several fields",
     {RULE("r", "evt.num = 1 or evt.num = 2") "  exceptions:\n    - name: e\n      fields: "
                                              "[proc.name, fd.name]\n      values:\n"
                                              "        - [x, /a b]\n        - [y, /c]\n"},
     "((evt.num = 1 or evt.num = 2) and (not ((proc.name = x and fd.name = \"/a b\") or "
     "(proc.name = y and fd.name = /c))))"},
    {"exception with comps and lists",
     {A RULE("r", "evt.num = 1") "  exceptions:\n    - name: e\n      fields: [proc.name, fd.name, "
                                 "proc.pname]\n"
                                 "      comps: [in, startswith, in]\n      values:\n        - [[x, "
                                 "y], /c, a]\n"},
     "(evt.num = 1 and (not (proc.name in (x, y) and fd.name startswith /c and "
     "proc.pname in (x, \"y z\"))))"},
    {"exceptions without values",
     {RULE("r", "evt.num = 1") "  exceptions:\n    - {name: e, fields: proc.name}\n"
                               "    - {name: f, fields: [proc.name]}\n"},
     "evt.num = 1"},
    {"exception appended to",
     {RULE("r", "evt.num = 1") "  exceptions:\n    - {name: e, fields: [proc.name, fd.num], "
                               "comps: [=, '>']}\n",
      "- rule: r\n  exceptions:\n    - {name: e, values: [[x, 3]]}\n"
      "  override: {exceptions: append}\n",
      "- rule: r\n  append: true\n  exceptions:\n    - {name: e, values: [[y, 4]]}\n"
      "    - {name: f, fields: proc.pname, values: [z]}\n"},
     "(evt.num = 1 and (not ((proc.name = x and fd.num > 3) or (proc.name = y and fd.num > 4))) "
     "and (not proc.pname in (z)))"},
    {"merge keys",
     {"- rule: r\n  <<: {desc: d, output: o, priority: info}\n"
      "  condition: evt.num = 1\n"},
     "evt.num = 1"},
    {"documents",
     {"---\n" A "---\n" RULE("r", "proc.name in (a)") "---\n"},
     "proc.name in (x, \"y z\")"},
};

static void resolves(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(conditions); i++) {
        _cleanup_(ruleset_free_p) struct ruleset *set = load(conditions[i].texts);
        _cleanup_(buf_done) struct buf text = BUF_INIT(1 << 16);
        const struct rule *rule = ruleset_find(set, VIEW("r"));
        size_t count;
        const struct rule_problem *problems = ruleset_problems(set, &count);

        if (ruleset_has_errors(set) || !rule)
            fail_msg("%s: %.*s", conditions[i].name, VIEW_ARG(problems[0].message));
        expression_write(rule->condition, &text);
        if (strcmp(buf_cstr(&text), conditions[i].want) != 0)
            fail_msg("%s: %s", conditions[i].name, buf_cstr(&text));
    }
}

/* The first problem that is no note: "file:line:column+length level message". */
static const struct {
    const char *name;
    const char *texts[3];
    const char *want;
} problems[] = {
    {"no sequence", {"rule: x\n"}, "a.yaml:1:1+7 error a rule file is a sequence of items"},
    {"no item", {"- x\n"}, "a.yaml:1:3+1 error an item must be a mapping"},
    {"unknown item", {"- rul: x\n"}, "a.yaml:1:3+6 warning an item of no known kind is left out"},
    {"newer engine",
     {"- required_engine_version: 0.64.0\n"},
     "a.yaml:1:28+6 error the file asks for engine 0.64.0, and this is 0.63.0"},
    {"other engine",
     {"- required_engine_version: 1.0.0\n"},
     "a.yaml:1:28+5 error the file asks for engine 1.0.0, and this is 0.63.0"},
    {"no version",
     {"- required_engine_version: new\n"},
     "a.yaml:1:28+3 error \"new\" is no version of an engine"},
    {"plugin that is not there",
     {"- required_plugin_versions: [{name: okta, version: 0.1.0}]\n"},
     "a.yaml:1:30+28 warning the plugin okta is not built in"},
    {"plugin without a version",
     {"- required_plugin_versions: [{name: json}]\n"},
     "a.yaml:1:30+12 error a plugin needs a name and a version"},
    {"list without items", {"- list: a\n"}, "a.yaml:1:9+1 error the list has no items"},
    {"list of mappings",
     {"- list: a\n  items: [{b: c}]\n"},
     "a.yaml:2:11+6 error each of items must be a text"},
    {"name of a list",
     {"- list: a b\n  items: []\n"},
     "a.yaml:1:9+3 error \"a b\" can't be the name of a list"},
    {"name of a macro",
     {"- macro: a-b\n  condition: evt.num = 1\n"},
     "a.yaml:1:10+3 error \"a-b\" can't be the name of a macro"},
    {"append to no list",
     {"- list: a\n  append: true\n  items: [b]\n"},
     "a.yaml:1:9+1 error there is no list of this name to append to"},
    {"append to no macro",
     {"- macro: a\n  override: {condition: append}\n  condition: or b\n"},
     "a.yaml:1:10+1 error there is no macro of this name to append to"},
    {"append to no rule",
     {"- rule: a\n  append: true\n  condition: or b\n"},
     "a.yaml:1:9+1 error there is no rule of this name to append to"},
    {"override of no rule",
     {"- rule: a\n  override: {condition: append}\n  condition: or b\n"},
     "a.yaml:1:9+1 error there is no rule of this name to override"},
    {"switch of no rule",
     {"- rule: a\n  enabled: false\n"},
     "a.yaml:1:9+1 error there is no rule of this name to enable or disable"},
    {"rule without anything",
     {"- rule: a\n"},
     "a.yaml:1:9+1 error the rule has no condition, output, desc and priority"},
    {"rule without output",
     {"- rule: a\n  desc: d\n  condition: evt.num = 1\n  priority: info\n"},
     "a.yaml:1:9+1 error the rule has no output"},
    {"empty condition", {RULE("r", "")}, "a.yaml:5:13+1 error condition is empty"},
    {"append and override",
     {RULE("r", "evt.num = 1") "- rule: r\n  append: true\n  condition: or b\n"
                               "  override: {condition: append}\n"},
     "a.yaml:7:11+4 error append and override can't stand together"},
    {"overridden but not given",
     {RULE("r", "evt.num = 1") "- rule: r\n  override: {condition: append}\n"},
     "a.yaml:7:14+9 error condition is to be overridden, but not given"},
    {"given but not overridden",
     {RULE("r", "evt.num = 1") "- rule: r\n  desc: e\n  output: p\n"
                               "  override: {desc: append}\n"},
     "a.yaml:8:11+1 error output is given, but not listed under override"},
    {"override that is none",
     {RULE("r", "evt.num = 1") "- rule: r\n  desc: e\n  override: {desc: add}\n"},
     "a.yaml:8:20+3 error there is no override \"add\""},
    {"append to a priority",
     {RULE("r", "evt.num = 1") "- rule: r\n  priority: error\n  override: {priority: append}\n"},
     "a.yaml:8:24+6 error priority can't be appended to"},
    {"override of a source",
     {RULE("r", "evt.num = 1") "- rule: r\n  source: x\n  override: {source: replace}\n"},
     "a.yaml:8:14+6 error source can't be overridden"},
    {"another source",
     {RULE("r", "evt.num = 1") RULE("r", "evt.num = 1") "  source: k8s_audit\n"},
     "a.yaml:11:11+9 error the rule was defined before, with the source syscall"},
    {"unknown source",
     {RULE("r", "x.y = 1") "  source: okta\n"},
     "a.yaml:6:11+4 warning unknown source \"okta\": the rule is left out"},
    {"unknown key",
     {RULE("r", "evt.num = 1") "  tag: [x]\n"},
     "a.yaml:6:3+3 warning unknown key \"tag\""},
    {"key given twice",
     {"- list: a\n  items: [b]\n  items: [c]\n" RULE("r", "proc.name in (a)")},
     "a.yaml:2:3+5 warning items is given twice, and the last counts"},
    {"no priority",
     {"- rule: a\n  desc: d\n  output: o\n  condition: evt.num = 1\n"
      "  priority: high\n"},
     "a.yaml:5:13+4 error there is no priority \"high\""},
    {"no boolean",
     {RULE("r", "evt.num = 1") "  enabled: maybe\n"},
     "a.yaml:6:12+5 error enabled must be true or false"},
    {"no subject",
     {RULE("r", "object.kind = Pod") "  source: kubernetes\n  subject: containr\n"},
     "a.yaml:7:12+8 error the source kubernetes has no subject containr"},
    {"no id",
     {RULE("r", "evt.num = 1") "  id: A b\n"},
     "a.yaml:6:7+3 error \"A b\" can't be an id"},
    {"an id twice",
     {RULE("q", "evt.num = 1") "  id: x\n" RULE("r", "evt.num = 1") "  id: x\n"},
     "a.yaml:12:7+1 error the rule q has the id x too"},
    {"exception without fields",
     {RULE("r", "evt.num = 1") "  exceptions: [{name: e}]\n"},
     "a.yaml:6:16+9 error the exception e has no fields"},
    {"exception without a name",
     {RULE("r", "evt.num = 1") "  exceptions: [{fields: fd.num}]\n"},
     "a.yaml:6:16+16 error an exception has no name"},
    {"exception of an unknown field",
     {RULE("r", "evt.num = 1") "  exceptions: [{name: e, fields: fd.nam}]\n"},
     "a.yaml:6:34+6 error the source syscall has no field fd.nam"},
    {"exception with another operator",
     {RULE("r", "evt.num = 1") "  exceptions: [{name: e, fields: fd.name, comps: =}]\n"},
     "a.yaml:6:50+1 error one field is compared with in, pmatch or intersects"},
    {"exception with an unknown operator",
     {RULE("r", "evt.num = 1") "  exceptions: [{name: e, fields: [fd.name], comps: [is]}]\n"},
     "a.yaml:6:53+2 error there is no operator \"is\""},
    {"exception of uneven length",
     {RULE("r", "evt.num = 1") "  exceptions: [{name: e, fields: [fd.name], values: [[a, b]]}]\n"},
     "a.yaml:6:54+6 error fields: 1, but values: 2"},
    {"exception with scalars for tuples",
     {RULE("r", "evt.num = 1") "  exceptions: [{name: e, fields: [fd.name], values: [a]}]\n"},
     "a.yaml:6:54+1 error a value of an exception of several fields must be a sequence"},
    {"version without a text",
     {RULE("r", "evt.num = 1") "  versions: [{since: 1.20}]\n"},
     "a.yaml:6:14+13 error a version has the keys since and what"},
    {"version of another shape",
     {RULE("r", "evt.num = 1") "  versions: 1.20\n"},
     "a.yaml:6:13+4 error versions must be a sequence"},
    {"version with another key",
     {RULE("r", "evt.num = 1") "  versions: [{since: 1.20, what: a, until: 1.30}]\n"},
     "a.yaml:6:37+5 warning unknown key \"until\""},
    {"exception twice",
     {RULE("r", "evt.num = 1") "  exceptions: [{name: e, fields: fd.name}, "
                               "{name: e, fields: fd.name}]\n"},
     "a.yaml:6:51+1 error there are two exceptions e here"},
    {"appended fields",
     {RULE("r", "evt.num = 1") "  exceptions: [{name: e, fields: fd.name}]\n",
      "- rule: r\n  append: true\n  exceptions: [{name: e, fields: fd.name, values: [x]}]\n"},
     "b.yaml:3:34+7 error the fields and comps of an exception can't be appended to"},
    {"unknown macro",
     {"- macro: shells\n  condition: evt.num = 1\n" RULE("r", "shels")},
     "a.yaml:7:14+5 error there is no macro shels"},
    {"macro before its definition",
     {"- macro: m\n  condition: n\n- macro: n\n  condition: evt.num = 1\n" RULE("r", "m")},
     "a.yaml:2:14+1 error there is no macro n"},
    {"macro of itself",
     {"- macro: m\n  condition: not m\n"},
     "a.yaml:2:18+1 error the macro m contains itself"},
    {"macros of each other",
     {"- macro: m\n  condition: evt.num = 1\n- macro: n\n  condition: m\n"
      "- macro: m\n  condition: n\n"},
     "a.yaml:4:14+1 error the macro m contains itself"},
    {"in a plain scalar",
     {RULE("r", "évt.num and é =\n    x or y.z is 3")},
     "a.yaml:5:14+7 error a field, a macro or \"(\" is expected here, not \"évt.num\""},
    {"in a folded scalar",
     {RULE("r", ">-  # why\n    evt.num = 1 or\n\n      (fd.name contain /a\n    or m)")},
     "a.yaml:8:16+7 error there is no operator \"contain\""},
    {"in a literal scalar",
     {RULE("r", "|\n    evt.num = 1\n    and fd.num > a\n")},
     "a.yaml:7:18+1 error > compares numbers, and \"a\" is none"},
    {"in a double-quoted scalar",
     {RULE("r", "\"evt.num = \\x31 \\\n    and fd.num > \\\"a\\\"\"")},
     "a.yaml:6:18+5 error > compares numbers, and \"a\" is none"},
    {"in a single-quoted scalar",
     {RULE("r", "'fd.name = ''a'' and\n    fd.num > ''b'''")},
     "a.yaml:6:14+5 error > compares numbers, and \"b\" is none"},
    {"in an item of a list",
     {"- list: a\n  items:\n    - x\n    - y(z\n" RULE("r", "proc.name in (a)")
          RULE("s", "proc.name in (a)")},
     "a.yaml:4:8+2 error \",\" or \")\" is expected here, not \"(z\""},
    {"in a value of an exception",
     {RULE("r", "evt.num = 1") "  exceptions: [{name: e, fields: fd.name, values: [x, 'a\"']}]\n"},
     "a.yaml:6:57+1 error \",\" or \")\" is expected here, not \"\"\""},
    {"where a list has another mistake",
     {"- list: a\n  items: [[b]]\n" RULE("r", "proc.name in (a)")},
     "a.yaml:2:11+3 error each of items must be a text"},
    {"in what was appended",
     {RULE("r", "evt.num = 1"), "- rule: r\n  append: true\n  condition: xor m\n"},
     "b.yaml:3:14+3 error \"and\", \"or\" or the end is expected here, not \"xor\""},
};

static void tells_mistakes(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(problems); i++) {
        _cleanup_(ruleset_free_p) struct ruleset *set = load(problems[i].texts);
        size_t count, at = 0, errors = 0;
        const struct rule_problem *list = ruleset_problems(set, &count);
        char got[512];

        while (at < count && list[at].level == RULE_PROBLEM_NOTE)
            at++;
        if (at == count)
            fail_msg("%s: nothing", problems[i].name);
        for (size_t k = 0; k < count; k++)
            errors += list[k].level != RULE_PROBLEM_NOTE;
        snprintf(got, sizeof(got), "%.*s:%u:%u+%u %s %.*s", VIEW_ARG(list[at].file), list[at].line,
                 list[at].column, list[at].length,
                 list[at].level == RULE_PROBLEM_ERROR ? "error" : "warning",
                 VIEW_ARG(list[at].message));
        if (strcmp(got, problems[i].want) != 0)
            fail_msg("%s: %s", problems[i].name, got);
        if (errors != 1)
            fail_msg("%s: %zu problems, also %.*s", problems[i].name, errors,
                     VIEW_ARG(list[count - 1].message));
    }
}

static void keeps_all_keys(void **state)
{
    static const char *const texts[] = {
        "- rule: The First Rule!\n"
        "  source: kubernetes\n  subject: container\n"
        "  condition: container.x = 1\n"
        "  output: {en: e, zh: z}\n  title: {zh: biaoti}\n  desc: d\n  remediation: do\n"
        "  priority: EMERGENCY\n  tags: [a, b, a]\n  references: [https://x]\n"
        "  place: container.x\n  fix: [{set: container.x, to: 2}]\n"
        "  tests: [{bad: b, good: g}]\n  enabled: no\n  warn_evttypes: false\n"
        "  skip-if-unknown-filter: true\n  capture: true\n  capture_duration: 500\n"
        "- rule: the first rule\n  desc: d\n  condition: evt.num = 1\n  output: o\n"
        "  priority: Info\n",
        "- rule: the first rule\n  desc: {en: e, zh: f}\n  tags: [x]\n"
        "  override: {desc: append, tags: append}\n",
        NULL};
    _cleanup_(ruleset_free_p) struct ruleset *set = load(texts);
    size_t count;
    const struct rule *rules = ruleset_rules(set, &count);

    (void)state;
    assert_int_equal(count, 2);
    assert_view(rules[0].id, "the-first-rule");
    assert_view(rules[1].id, "the-first-rule-2");
    assert_ptr_equal(ruleset_find(set, VIEW("the-first-rule-2")), &rules[1]);
    assert_ptr_equal(ruleset_find(set, VIEW("The First Rule!")), &rules[0]);
    assert_null(ruleset_find(set, VIEW("x")));
    assert_ptr_equal(rules[0].source, &ours);
    assert_int_equal(rules[0].subject, 1);
    assert_int_equal(rules[0].priority, RULE_EMERGENCY);
    assert_false(rules[0].enabled);
    assert_false(rules[0].warn_evttypes);
    assert_true(rules[0].skip_if_unknown_filter);
    assert_true(rules[0].capture);
    assert_int_equal(rules[0].capture_milliseconds, 500);
    assert_view(rules[0].output.in[TEXT_CHINESE], "z");
    assert_view(rules[0].title.in[TEXT_ENGLISH], "The First Rule!");
    assert_view(rules[0].title.in[TEXT_CHINESE], "biaoti");
    assert_view(rules[0].desc.in[TEXT_CHINESE], "d");
    assert_view(rules[0].remediation.in[TEXT_ENGLISH], "do");
    assert_int_equal(rules[0].tag_count, 2);
    assert_int_equal(rules[0].reference_count, 1);
    assert_view(rules[0].place, "container.x");
    assert_non_null(rules[0].fix);
    assert_int_equal(rules[0].test_count, 1);
    assert_int_equal(rules[0].mark.line, 1);
    assert_int_equal(rules[0].condition_mark.line, 4);
    assert_int_equal(rules[0].condition_mark.column, 14);
    assert_view(rules[1].desc.in[TEXT_ENGLISH], "d e");
    assert_view(rules[1].desc.in[TEXT_CHINESE], "d f");
    assert_int_equal(rules[1].tag_count, 1);
}

static void switches_and_order(void **state)
{
    static const char *const texts[] = {
        RULE("a", "evt.num = 1") RULE("b", "evt.num = 2"),
        RULE("c", "evt.num = 3") RULE("a", "evt.num = 4") "- rule: b\n  enabled: false\n", NULL};
    _cleanup_(ruleset_free_p) struct ruleset *set = load(texts);
    size_t count;
    const struct rule *rules = ruleset_rules(set, &count);

    (void)state;
    assert_int_equal(count, 3);
    assert_view(rules[0].name, "a");
    assert_view(rules[0].file, "b.yaml");
    assert_false(rules[1].enabled);
    assert_view(rules[2].name, "c");
}

static void finds_places_again(void **state)
{
    static const char *const texts[] = {
        "- list: l\n  items: [x, yy]\n",
        "- macro: m\n  condition: >\n    evt.num = 1 or\n    fd.num = 2\n",
        RULE("r", "m and proc.name in (l)") "  place: fd.name\n"};
    _cleanup_(ruleset_free_p) struct ruleset *set = load(texts);
    const struct rule *rule = ruleset_find(set, VIEW("r"));
    const struct expression *second = rule->condition->children[0]->children[1];
    const struct rule_term *item = &rule->condition->children[1]->right.items[1];
    struct rule_problem problem = {0};

    (void)state;
    ruleset_locate(set, rule, second->right.offset, second->right.length, &problem);
    assert_view(problem.file, "b.yaml");
    assert_view(problem.item, "macro m");
    assert_int_equal(problem.line, 4);
    assert_int_equal(problem.column, 14);
    ruleset_locate(set, rule, item->offset, item->length, &problem);
    assert_view(problem.file, "a.yaml");
    assert_int_equal(problem.column, 14);
    assert_int_equal(problem.length, 2);
    ruleset_locate_text(set, rule, view_sub(rule->place, 3, 4), &problem);
    assert_view(problem.item, "rule r");
    assert_int_equal(problem.line, 6);
    assert_int_equal(problem.column, 13);
}

static void writes_problems(void **state)
{
    static const char *const texts[] = {RULE("r", "evt.num = 1 and fd.num > \t\"日本\""), NULL};
    _cleanup_(ruleset_free_p) struct ruleset *set = load(texts);
    _cleanup_(buf_done) struct buf text = BUF_INIT(1 << 16);
    size_t count;

    (void)state;
    rule_problem_write(ruleset_problems(set, &count), &text);
    assert_string_equal(buf_cstr(&text),
                        "a.yaml:5:40: error: rule r: > compares numbers, and \"日本\" is none\n"
                        "      condition: evt.num = 1 and fd.num >  \"日本\"\n"
                        "                                           ^^^^^^\n");
}

RUN_TESTS(cmocka_unit_test(resolves), cmocka_unit_test(tells_mistakes),
          cmocka_unit_test(keeps_all_keys), cmocka_unit_test(switches_and_order),
          cmocka_unit_test(finds_places_again), cmocka_unit_test(writes_problems))
