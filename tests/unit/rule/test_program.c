#include "rule/program.h"

#include <stdio.h>

#include "rule/program/evaluation.h"
#include "rule/record.h"
#include "rule/source/falco.h"

#include "test.h"

/* Conditions over records. */
static const struct {
    const char *condition, *event;
    bool want;
} cases[] = {
    /* text */
    {"name = cat", "name=cat", true},
    {"name = cat", "name=cats", false},
    {"name == cat", "name=cat", true},
    {"name = \"a b\"", "name=a b", true},
    {"name = \"\"", "name=", true},
    {"name = cat", "", false},
    {"name != cat", "name=dog", true},
    {"name != cat", "name=cat", false},
    {"name != cat", "", false},
    {"not name = cat", "", true},
    {"not name != cat", "", true},
    {"name exists", "name=", true},
    {"name exists", "", false},
    {"not name exists", "", true},
    {"name contains a", "name=cat", true},
    {"name contains \"\"", "name=cat", true},
    {"name contains \"\"", "", false},
    {"name contains at or name contains og", "name=dog", true},
    {"name contains she", "name=ushers", true},
    {"name contains hers", "name=ushers", true},
    {"name contains her and name contains us", "name=ushers", true},
    {"name contains usher or name contains xx", "name=ushe", false},
    {"name icontains CAT", "name=conCATenate", true},
    {"name icontains cat", "name=conCATenate", true},
    {"name contains cat", "name=conCATenate", false},
    {"name bcontains 6361", "name=cat", true},
    {"name bcontains 00", "name=cat", false},
    {"name bstartswith 63", "name=cat", true},
    {"name bstartswith 61", "name=cat", false},
    {"name startswith ca", "name=cat", true},
    {"name startswith cat", "name=ca", false},
    {"name startswith \"\"", "name=", true},
    {"name startswith a or name startswith ab or name startswith abc", "name=abd", true},
    {"name endswith at", "name=cat", true},
    {"name endswith cat", "name=at", false},
    {"name glob c*", "name=cat", true},
    {"name glob *t", "name=cat", true},
    {"name glob c?t", "name=cat", true},
    {"name glob c?t", "name=caat", false},
    {"name glob /a/*/c", "name=/a/b/b/c", true},
    {"name glob *", "name=", true},
    {"name glob *", "", false},
    {"name glob c[a-c]t", "name=cbt", true},
    {"name glob c[!a-c]t", "name=cbt", false},
    {"name glob \"c\\\\*t\"", "name=c*t", true},
    {"name glob \"c\\\\*t\"", "name=cxt", false},
    {"name glob cat", "name=cat", true},
    {"name iglob C*T", "name=cat", true},
    {"name regex c.*t", "name=cat", true},
    {"name regex c.*", "name=xcat", false},
    {"name regex a", "name=cat", false},
    {"name regex cat|dog", "name=dog", true},
    {"name regex \"c.t\"", "name=c\xe4\xb8\xadt", true},
    {"name regex \"c.t\"", "name=c\xfft", true},
    {"name regex \"[a-z]+\\\\d{2}\"", "name=ab12", true},
    {"name regex \"\"", "name=", true},
    {"name regex a* or name regex b+", "name=bb", true},
    {"name in (cat, dog)", "name=dog", true},
    {"name in (cat, dog)", "name=cow", false},
    {"name in ()", "name=dog", false},
    {"not name in ()", "name=dog", true},
    {"name intersects (cat, dog)", "name=dog", true},
    {"name < 5", "name=4", true},
    {"name < 5", "name=x", false},
    {"name >= 10", "name=9", false},
    /* paths */
    {"path pmatch (/etc)", "path=/etc/passwd", true},
    {"path pmatch (/etc)", "path=/etc", true},
    {"path pmatch (/etc)", "path=/etcetera", false},
    {"path pmatch (/etc/)", "path=/etc", true},
    {"path pmatch (/usr, /etc/ssh)", "path=/etc/passwd", false},
    {"path pmatch (/)", "path=/etc", true},
    {"path pmatch (/)", "path=etc", false},
    {"path pmatch (/home/*/.ssh)", "path=/home/a/.ssh/id", true},
    {"path pmatch (/home/*/.ssh)", "path=/home/a/b/.ssh/id", false},
    {"path pmatch ()", "path=/etc", false},
    {"path startswith /etc", "path=/etcetera", true},
    {"name pmatch (/etc)", "name=/etc/x", true},
    /* flags */
    {"flags contains O_TRUNC", "flags=O_RDWR|O_TRUNC", true},
    {"flags = O_RDONLY", "flags=O_RDONLY", true},
    /* numbers */
    {"port = 80", "port=80", true},
    {"port = 0x50", "port=80", true},
    {"port = 80 or port = 0x50", "port=80", true},
    {"port != 80", "port=81", true},
    {"port != 80", "", false},
    {"port < 80", "port=79", true},
    {"port < 80", "port=80", false},
    {"port <= 80", "port=80", true},
    {"port > 80", "port=81", true},
    {"port >= -1", "port=-1", true},
    {"port > 80", "", false},
    {"port in (22, 80)", "port=80", true},
    {"port in (22, 80)", "port=81", false},
    {"port = -115", "port=-115", true},
    {"size > 1.5", "size=1.75", true},
    {"size = 2", "size=2.0", true},
    {"size in (0.5, 1.5)", "size=1.5", true},
    {"evt.num = 0", "evt.num=1", false},
    {"evt.num > 0", "evt.num=1", true},
    {"evt.num > 0", "", false},
    {"not evt.num = 0", "evt.num=1", true},
    /* booleans */
    {"flag = true", "flag=true", true},
    {"flag = true", "flag=false", false},
    {"flag = false", "flag=false", true},
    {"flag = false", "", false},
    {"flag != true", "flag=false", true},
    {"flag != true", "", false},
    {"flag in (true, false)", "flag=true", true},
    /* times */
    {"when < 1s", "when=999ms", true},
    {"when >= 1h30m", "when=90m", true},
    {"when = 1500000000", "when=1.5s", true},
    {"when > 2026-01-31T12:00:00Z", "when=2026-01-31T12:00:00.5Z", true},
    {"when = 2026-01-31T12:00:00Z", "when=2026-01-31T20:00:00+08:00", true},
    /* addresses */
    {"addr = 10.1.2.3", "addr=10.1.2.3", true},
    {"addr = 10.1.2.3", "addr=10.1.2.4", false},
    {"addr = \"::ffff:10.1.2.3\"", "addr=10.1.2.3", true},
    {"addr in (10.0.0.0/8, 192.168.0.0/16)", "addr=192.168.1.1", true},
    {"addr in (10.0.0.0/8, 192.168.0.0/16)", "addr=192.169.1.1", false},
    {"addr = 0.0.0.0/0", "addr=1.2.3.4", true},
    {"addr = 0.0.0.0/0", "addr=fd00::1", false},
    {"addr = \"::/0\"", "addr=fd00::1", true},
    {"addr = \"fd00::/8\"", "addr=fd12::1", true},
    {"addr in (10.0.0.0/8, 10.1.0.0/16)", "addr=10.2.0.1", true},
    {"addr in (10.0.0.0/24, 10.1.0.0/16)", "addr=10.0.1.1", false},
    {"ip = 10.0.0.1", "ip=10.0.0.1,8.8.8.8", true},
    {"ip = 8.8.8.8", "ip=10.0.0.1,8.8.8.8", true},
    {"ip != 8.8.8.8", "ip=10.0.0.1,8.8.8.8", false},
    {"ip != 8.8.4.4", "ip=10.0.0.1,8.8.8.8", true},
    {"ip != 8.8.4.4", "", false},
    {"ip in (8.8.8.8, 8.8.4.4)", "ip=10.0.0.1,8.8.8.8", true},
    {"not ip in (8.8.8.8)", "ip=10.0.0.1,8.8.8.8", false},
    {"net in (10.0.0.0/8)", "net=10.2.3.4,1.1.1.1", true},
    {"net != 10.0.0.0/8", "net=10.2.3.4,1.1.1.1", false},
    {"ports = 80", "ports=1234,80", true},
    {"ports in (80, 443)", "ports=1234,80", true},
    {"ports != 80", "ports=1234,80", false},
    /* lists */
    {"args = -a", "args=-b,-a", true},
    {"args = -c", "args=-b,-a", false},
    {"args != -c", "args=-b,-a", true},
    {"args != -a", "args=-b,-a", false},
    {"args != -a", "args", false},
    {"args in (-a, -b)", "args=-b,-a", true},
    {"args in (-a)", "args=-b,-a", false},
    {"args in (-a)", "args=-a", true},
    {"args in (-a)", "args", true},
    {"args in (-a)", "", false},
    {"args in ()", "args", true},
    {"args in ()", "args=x", false},
    {"args intersects (-a, -x)", "args=-b,-a", true},
    {"args intersects (-x)", "args=-b,-a", false},
    {"args contains b", "args=-b,-a", true},
    {"args startswith -a", "args=-b,-a", true},
    {"args glob ?[ab]", "args=x,-a", true},
    {"args exists", "args", true},
    {"numbers > 5", "numbers=1,9", true},
    {"numbers > 9", "numbers=1,9", false},
    {"numbers in (1, 9, 10)", "numbers=1,9", true},
    {"numbers in (1, 10)", "numbers=1,9", false},
    {"addrs in (10.0.0.0/8)", "addrs=10.1.1.1,10.2.2.2", true},
    {"addrs in (10.0.0.0/8)", "addrs=10.1.1.1,11.2.2.2", false},
    {"addrs intersects (11.0.0.0/8)", "addrs=10.1.1.1,11.2.2.2", true},
    {"aname = sh", "aname=bash,sh", true},
    {"aname[0] = sh", "aname=bash,sh", false},
    {"aname[1] = sh", "aname=bash,sh", true},
    {"aname[7] = sh", "aname=bash,sh", false},
    {"env[HOME] = /root", "env=PATH=/bin,HOME=/root", true},
    {"env[HOME] exists", "env=PATH=/bin", false},
    /* modifiers */
    {"name startswith anyof (a, c)", "name=cat", true},
    {"name startswith oneof (a, c)", "name=cat", true},
    {"name startswith oneof (c, ca)", "name=cat", false},
    {"name startswith allof (c, ca)", "name=cat", true},
    {"name startswith allof (c, b)", "name=cat", false},
    {"name contains anyof (x, y)", "name=cat", false},
    {"name = anyof (dog, cat)", "name=cat", true},
    {"name != anyof (dog, cat)", "name=cat", true},
    {"name != allof (dog, cat)", "name=cat", false},
    {"name != allof (dog, cow)", "", false},
    {"args = allof (-a, -b)", "args=-b,-a", true},
    {"name glob oneof (c*, *t)", "name=cow", true},
    {"name regex anyof (c.*, d.*)", "name=dog", true},
    /* transformers */
    {"tolower(name) = cat", "name=CAT", true},
    {"toupper(name) = CAT", "name=cat", true},
    {"tolower(toupper(name)) = cat", "name=cAt", true},
    {"tolower(args) intersects (-a)", "args=-B,-A", true},
    {"b64(name) = hello", "name=aGVsbG8=", true},
    {"b64(name) = hello", "name=aGVsbG8", true},
    {"b64(name) exists", "name=***", false},
    {"basename(path) = passwd", "path=/etc/passwd", true},
    {"basename(path) = \"\"", "path=/etc/", true},
    {"basename(name) = x", "name=x", true},
    {"len(name) = 3", "name=cat", true},
    {"len(name) > 3", "name=cat", false},
    {"len(args) = 2", "args=a,b", true},
    {"len(args) = 0", "args", true},
    {"len(args) = 0", "", false},
    {"join(\"-\", args) = a-b", "args=a,b", true},
    {"concat(name, \":\", exe) = a:b", "name=a; exe=b", true},
    {"concat(name, \":\", exe) exists", "name=a", false},
    {"concat(addr, \":\", port) = \"1.2.3.4:53\"", "addr=1.2.3.4; port=53", true},
    {"getopt(args, \"nt:\") intersects (t)", "args=-n,-t5", true},
    {"getopt(args, \"nt:\") intersects (5)", "args=-n,-t5", true},
    {"getopt(args, \"nt:\") intersects (5)", "args=-nt,5", true},
    {"getopt(args, \"nt:\") intersects (n)", "args=x,-n", false},
    {"getopt(args, \"nt:\") intersects (n)", "args=--,-n", false},
    {"getopt(args, \"nt:\") intersects (n)", "args=--long,-n", true},
    {"getopt(args, \"n\") = \"?\"", "args=-x", true},
    {"getopt(args, \":t:\") = \":\"", "args=-t", true},
    {"name = val(exe)", "name=a; exe=a", true},
    {"name = val(exe)", "name=a; exe=b", false},
    {"name = val(exe)", "name=a", false},
    {"name != val(exe)", "name=a; exe=b", true},
    {"name != val(exe)", "name=a", false},
    {"name startswith val(exe)", "name=abc; exe=ab", true},
    {"name in val(args)", "name=a; args=b,a", true},
    {"args in val(aname)", "args=a,b; aname=b,a,c", true},
    {"args in val(aname)", "args=a,d; aname=b,a,c", false},
    {"args intersects val(aname)", "args=a,d; aname=b,a,c", true},
    {"name = basename(path)", "name=x; path=/y/x", true},
    {"basename(path) = val(name)", "name=x; path=/y/x", true},
    {"port < val(evt.num)", "port=1; evt.num=2", true},
    {"default(name, cat) = cat", "", true},
    {"default(name, cat) = cat", "name=dog", false},
    {"default(port, 80) = 80", "", true},
    {"default(flag, false) = false", "", true},
    {"default(doc.x, true) = true", "", true},
    {"default(doc.x, 3) > 2", "", true},
    {"quantity(name) = 500", "name=500m", true},
    {"quantity(name) > 1000000000000", "name=1Gi", true},
    {"quantity(name) exists", "name=lots", false},
    {"quantity(doc.cpu) = 2000", "doc={\"cpu\": 2}", true},
    {"quantity(doc.cpu) = 1500", "doc={\"cpu\": 1.5}", true},
    /* documents: values carry their own type */
    {"doc.a = 1", "doc={\"a\": 1}", true},
    {"doc.a = 1", "doc={\"a\": \"1\"}", true},
    {"doc.a = 1", "doc={\"a\": 1.0}", true},
    {"doc.a = 01", "doc={\"a\": 1}", true},
    {"doc.a = 01", "doc={\"a\": \"1\"}", false},
    {"doc.a = true", "doc={\"a\": true}", true},
    {"doc.a = true", "doc={\"a\": \"true\"}", true},
    {"doc.a = true", "doc={\"a\": false}", false},
    {"doc.a != true", "doc={\"a\": false}", true},
    {"doc.a != true", "doc={}", false},
    {"not doc.a = true", "doc={}", true},
    {"doc.a exists", "doc={\"a\": null}", false},
    {"doc.a exists", "doc={\"a\": {}}", true},
    {"doc.a exists", "doc={\"a\": []}", true},
    {"doc.a.b = x", "doc={\"a\": {\"b\": \"x\"}}", true},
    {"doc.a != x", "doc={\"a\": {\"b\": \"x\"}}", true},
    {"doc.a contains x", "doc={\"a\": {\"b\": \"x\"}}", false},
    {"doc.a in (NET_ADMIN, ALL)", "doc={\"a\": [\"ALL\"]}", true},
    {"doc.a in (NET_ADMIN)", "doc={\"a\": [\"ALL\", \"NET_ADMIN\"]}", false},
    {"doc.a intersects (NET_ADMIN)", "doc={\"a\": [\"ALL\", \"NET_ADMIN\"]}", true},
    {"doc.a in (Always, Never)", "doc={\"a\": \"Never\"}", true},
    {"doc.a[*].n = x", "doc={\"a\": [{\"n\": \"y\"}, {\"n\": \"x\"}]}", true},
    {"doc.a[1].n = y", "doc={\"a\": [{\"n\": \"y\"}, {\"n\": \"x\"}]}", false},
    {"doc.a[b/c.d] = x", "doc={\"a\": {\"b/c.d\": \"x\"}}", true},
    {"doc.a > 5", "doc={\"a\": 6}", true},
    {"doc.a > 5", "doc={\"a\": \"6\"}", true},
    {"doc.a > 5", "doc={\"a\": \"x\"}", false},
    {"doc.a startswith 80", "doc={\"a\": 8080}", true},
    {"doc.a glob 80*", "doc={\"a\": 8080}", true},
    {"doc.a glob 8080", "doc={\"a\": 8080}", true},
    {"len(doc.a) = 2", "doc={\"a\": {\"b\": 1, \"c\": 2}}", true},
    {"len(doc.a) = 2", "doc={\"a\": [1, 2]}", true},
    {"value = 5", "value=5", true},
    {"value = 5", "value=5.0", true},
    {"value = x", "value=x", true},
    {"value in (true, 7)", "value=7", true},
    /* quantifiers */
    {"any doc.a (item = 2)", "doc={\"a\": [1, 2]}", true},
    {"any doc.a (item = 3)", "doc={\"a\": [1, 2]}", false},
    {"any doc.a (item = 3)", "", false},
    {"all doc.a (item > 0)", "doc={\"a\": [1, 2]}", true},
    {"all doc.a (item > 1)", "doc={\"a\": [1, 2]}", false},
    {"all doc.a (item > 1)", "doc={}", true},
    {"none doc.a (item > 2)", "doc={\"a\": [1, 2]}", true},
    {"none doc.a (item > 1)", "doc={\"a\": [1, 2]}", false},
    {"none doc.a (item > 1)", "doc={}", true},
    {"any doc.a (item.n = x and item.v exists)", "doc={\"a\": [{\"n\": \"x\"}, {\"v\": 1}]}",
     false},
    {"any doc.a (item.n = x and item.v exists)", "doc={\"a\": [{}, {\"n\": \"x\", \"v\": 1}]}",
     true},
    {"any doc.a (item.n = x and name = cat)", "name=cat; doc={\"a\": [{\"n\": \"x\"}]}", true},
    {"any doc.a (any item.b (item = 2))", "doc={\"a\": [{\"b\": [1]}, {\"b\": [3, 2]}]}", true},
    {"all doc.a (any item.b (item = 2))", "doc={\"a\": [{\"b\": [1]}, {\"b\": [3, 2]}]}", false},
    {"any doc.a (any item.b (item = 2) and item.c = 1)",
     "doc={\"a\": [{\"b\": [2], \"c\": 0}, {\"b\": [3], \"c\": 1}]}", false},
    {"any args (item startswith -)", "args=a,-b", true},
    {"any doc.a (len(item.b) > 1)", "doc={\"a\": [{\"b\": [1]}, {\"b\": [3, 2]}]}", true},
    {"any doc.a (tolower(item) = x)", "doc={\"a\": [\"y\", \"X\"]}", true},
    {"any doc.a (not item.b exists)", "doc={\"a\": [{\"b\": 1}, {}]}", true},
    /* logic */
    {"name = a and exe = b", "name=a; exe=b", true},
    {"name = a and exe = b", "name=a", false},
    {"name = a or exe = b", "exe=b", true},
    {"not (name = a or exe = b)", "exe=c", true},
    {"not not name = a", "name=a", true},
    {"name = a and not name = a", "name=a", false},
    {"name = a or not name = a", "", true},
    {"(name = a or name = b) and (exe = a or exe = b)", "name=a; exe=b", true},
    {"evt.type = open and name = a", "evt.type=open; name=a", true},
    {"evt.type = open and name = a", "evt.type=close; name=a", false},
    {"evt.type in (open, openat) and not evt.type = open", "evt.type=openat", true},
    {"evt.type != open", "evt.type=close", true},
    {"evt.type != open", "", false},
    {"not evt.type = open", "", true},
    {"evt.type startswith open", "evt.type=openat2", true},
    {"evt.type startswith open and evt.type != openat2", "evt.type=openat2", false},
    {"evt.type exists", "evt.type=x", true},
};

static struct ruleset *rules_of(const char *condition)
{
    char yaml[2048], quoted[1024];
    size_t at = 0;

    for (; *condition; condition++) {
        if (*condition == '\'')
            quoted[at++] = '\'';
        quoted[at++] = *condition;
    }
    quoted[at] = '\0';
    snprintf(yaml, sizeof(yaml),
             "- rule: it\n  desc: d\n  source: record\n  priority: INFO\n  warn_evttypes: false\n"
             "  output: out\n  condition: '%s'\n",
             quoted);
    return record_rules(yaml);
}

static void print_problems(const struct rule_problem *problems, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        _cleanup_(buf_done) struct buf text = BUF_INIT(1 << 16);

        rule_problem_write(&problems[i], &text);
        print_message("%s\n", buf_cstr(&text));
    }
}

static struct rule_program *compile(const struct ruleset *set)
{
    struct rule_program *program = NULL;
    struct error err = ERROR_INIT;
    size_t count;
    const struct rule_problem *problems = ruleset_problems(set, &count);

    print_problems(problems, count);
    if (rule_program_new(set, &record_source, &program, &err))
        fail_msg("%s", err.message);
    return program;
}

static void test_conditions(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        _cleanup_(ruleset_free_p) struct ruleset *set = rules_of(cases[i].condition);
        _cleanup_(rule_program_free_p) struct rule_program *program = compile(set);
        _cleanup_(rule_evaluation_free_p) struct rule_evaluation *evaluation = NULL;
        _cleanup_arena_ struct arena *arena = arena_new(1 << 20);
        struct record *record = record_parse(cases[i].event, arena);
        const struct rule_problem *problems;
        size_t count, all, problem_count;

        problems = rule_program_problems(program, &problem_count);
        if (rule_program_rule_count(program) != 1) {
            print_problems(problems, problem_count);
            fail_msg("%s: not compiled", cases[i].condition);
        }
        assert_int_equal(rule_evaluation_new(program, &evaluation, NULL), 0);
        for (int again = 0; again < 2; again++) {
            rule_evaluate(evaluation, record, 0, again, &count);
            if ((count == 1) != cases[i].want)
                fail_msg("%s with {%s}: got %zu", cases[i].condition, cases[i].event, count);
        }
        rule_evaluate_all(evaluation, record, 0, &all);
        if (all != count)
            fail_msg("%s with {%s}: the index changes it", cases[i].condition, cases[i].event);
        rule_evaluate(evaluation, record, 1, false, &count); /* another subject */
        assert_int_equal(count, 0);
        assert_int_equal(rule_evaluation_given_up(evaluation), 0);
    }
}

/* What compiling refuses: the message, and the text under the caret. */
static const struct {
    const char *condition, *message, *under;
} mistakes[] = {
    {"nam = cat", "the source record has no field nam", "nam"},
    {"port = http", "port: \"http\" is not a whole number", "http"},
    {"port = 1.5", "port: \"1.5\" is not a whole number", "1.5"},
    {"port contains 8", "contains can't be used with port, which is of type number",
     "port contains 8"},
    {"flag = yes", "flag: \"yes\" is not true or false", "yes"},
    {"flag > 1", "> can't be used with flag, which is of type", "flag > 1"},
    {"addr = 10.0.0", "addr: \"10.0.0\" is not an address", "10.0.0"},
    {"addr in (10.0.0.0/8, 10.0.0.0/33)", "addr: \"10.0.0.0/33\" is not an address", "10.0.0.0/33"},
    {"when = soon", "when: \"soon\" is not a time", "soon"},
    {"name bcontains 6g", "bcontains takes bytes in hex", "6g"},
    {"name bcontains 616", "bcontains takes bytes in hex", "616"},
    {"name regex \"a(\"", "regular expression: ", "\"a(\""},
    {"name regex \"a)|(b\"", "regular expression: ", "\"a)|(b\""},
    {"name regex \"(a{900}){900}\"", "regular expression: invalid repetition size: {900}",
     "\"(a{900}){900}\""},
    {"name regex a{5000}", "regular expression: invalid repetition size: {5000}", "a{5000}"},
    {"name regex \"(?=a)b\"", "regular expression: ", "\"(?=a)b\""},
    {"secret = x", "secret is for outputs only", "secret"},
    {"doc = x", "= can't be used with doc, which is of type", "doc = x"},
    {"tolower(port) = x", "tolower() takes no number", "port"},
    {"item = x", "item stands for the element of a quantifier", "item"},
    {"port = val(name)", "port is of type number, and what it is compared with of type text",
     "val(name)"},
    {"name regex val(exe)", "a regular expression can't come from a field", "val(exe)"},
    {"default(port, x) = 1", "\"x\" is not a whole number", "x"},
};

static void test_mistakes(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(mistakes); i++) {
        _cleanup_(ruleset_free_p) struct ruleset *set = rules_of(mistakes[i].condition);
        _cleanup_(rule_program_free_p) struct rule_program *program = compile(set);
        const struct rule_problem *problem;
        size_t count;

        problem = rule_program_problems(program, &count);
        if (count != 1 || problem->level != RULE_PROBLEM_ERROR)
            fail_msg("%s: %zu problems", mistakes[i].condition, count);
        assert_int_equal(rule_program_rule_count(program), 0);
        if (!view_starts(problem->message, view_of(mistakes[i].message)))
            fail_msg("%s: %.*s", mistakes[i].condition, VIEW_ARG(problem->message));
        assert_view(problem->file, "rules.yaml");
        assert_int_equal(problem->line, 7);
        if (!view_starts(view_sub(problem->line_text, problem->column - 1, SIZE_MAX),
                         view_of(mistakes[i].under)))
            print_problems(problem, 1);
        assert_true(view_starts(view_sub(problem->line_text, problem->column - 1, SIZE_MAX),
                                view_of(mistakes[i].under)));
        assert_int_equal(problem->length, strlen(mistakes[i].under));
    }
}

static const struct {
    const char *condition, *classes; /* separated by blanks; "any", "none" */
} classes[] = {
    {"name = cat", "any"},
    {"evt.type = open", "open"},
    {"evt.type in (open, openat) and name = x", "open openat"},
    {"(evt.type = open or evt.type = openat) and evt.type != open", "openat"},
    {"evt.type = open or name = x", "any"},
    {"not evt.type = open", "any"},
    {"not (evt.type != open)", "open"},
    {"evt.type exists and not (evt.type != open)", "open"},
    {"evt.type = open and evt.type = close", "none"},
    {"evt.type = open and not evt.type = open", "none"},
    {"evt.type in (open, openat, creat) and not evt.type in (open, creat)", "openat"},
    {"evt.type = open and name in ()", "none"},
    {"evt.type in (open, close) and evt.type startswith op", "open"},
    {"evt.type = open and evt.num = 0", "none"},
    {"evt.type = open or evt.num = 0", "open"},
    {"evt.type = open and not evt.num = 0", "open"},
    {"(evt.type = open and name = a) or (evt.type = close and name = b)", "open close"},
    {"evt.type = oneof (open, close)", "open close"},
    {"evt.type = open and any args (evt.type = close)", "none"},
};

static void test_classes(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(classes); i++) {
        _cleanup_(ruleset_free_p) struct ruleset *set = rules_of(classes[i].condition);
        _cleanup_(rule_program_free_p) struct rule_program *program = compile(set);
        _cleanup_(buf_done) struct buf got = BUF_INIT(1 << 16);
        const struct view *list;
        size_t count;

        assert_int_equal(rule_program_rule_count(program), 1);
        list = rule_program_classes(program, 0, &count);
        for (size_t k = 0; k < count; k++)
            buf_addf(&got, "%s%.*s", k ? " " : "", VIEW_ARG(list[k]));
        if (!count)
            buf_add_str(&got, rule_program_never(program, 0) ? "none" : "any");
        if (!view_eq(buf_view(&got), view_of(classes[i].classes)))
            fail_msg("%s: %s", classes[i].condition, buf_cstr(&got));
    }
}

static const struct {
    const char *output, *event, *want;
} outputs[] = {
    {"plain", "", "plain"},
    {"%name runs", "name=cat", "cat runs"},
    {"%name runs", "", "<NA> runs"},
    {"*%name runs", "", "<NA> runs"},
    {"*%name %exe", "exe=x", "<NA> x"},
    {"100%% of %name.", "name=cat", "100% of cat."},
    {"%5name|", "name=cat", "cat  |"},
    {"%2name|", "name=cat", "ca|"},
    {"%namely", "name=cat", "catly"},
    {"%toupper(name)!", "name=cat", "CAT!"},
    {"%7toupper(name)!", "name=cat", "CAT    !"},
    {"%concat(name, \":\", exe)", "name=a; exe=b", "a:b"},
    {"%args", "args=a,b", "(a,b)"},
    {"%args", "args", "()"},
    {"%aname[1] x", "aname=a,b", "b x"},
    {"%env[HOME]", "env=HOME=/root", "/root"},
    {"%port %flag %addr %when %size", "port=-5; flag=true; addr=fd00::1; when=5; size=0.25",
     "-5 true fd00::1 5 0.25"},
    {"%doc.a.b/%doc.c: %doc.l[0]", "doc={\"a\": {\"b\": 1}, \"c\": true, \"l\": [\"x\"]}",
     "1/true: x"},
    {"%doc.l", "doc={\"l\": [1, 2]}", "(1,2)"},
    {"%secret", "secret=s", "s"},
    {"%name\xe8\xbf\x90\xe8\xa1\x8c", "name=cat", "cat\xe8\xbf\x90\xe8\xa1\x8c"},
    {"%6name|", "name=\xe4\xb8\xad\xe6\x96\x87\xe5\xad\x97\xe5\xad\x97",
     "\xe4\xb8\xad\xe6\x96\x87\xe5\xad\x97|"},
};

static struct ruleset *rules_saying(const char *output)
{
    char yaml[2048], quoted[1024];
    size_t at = 0;

    for (; *output; output++) {
        if (*output == '\'')
            quoted[at++] = '\'';
        quoted[at++] = *output;
    }
    quoted[at] = '\0';
    snprintf(yaml, sizeof(yaml),
             "- rule: it\n  desc: d\n  source: record\n  priority: INFO\n  warn_evttypes: false\n"
             "  condition: not name = none\n  output: '%s'\n",
             quoted);
    return record_rules(yaml);
}

static void test_outputs(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(outputs); i++) {
        _cleanup_(ruleset_free_p) struct ruleset *set = rules_saying(outputs[i].output);
        _cleanup_(rule_program_free_p) struct rule_program *program = compile(set);
        _cleanup_(rule_evaluation_free_p) struct rule_evaluation *evaluation = NULL;
        _cleanup_arena_ struct arena *arena = arena_new(1 << 20);
        _cleanup_(buf_done) struct buf got = BUF_INIT(1 << 16);
        const struct rule_problem *problems;
        size_t count;

        problems = rule_program_problems(program, &count);
        print_problems(problems, count);
        assert_int_equal(rule_program_rule_count(program), 1);
        assert_int_equal(rule_evaluation_new(program, &evaluation, NULL), 0);
        rule_evaluate(evaluation, record_parse(outputs[i].event, arena), 0, false, &count);
        assert_int_equal(count, 1);
        rule_evaluation_output(evaluation, 0, TEXT_ENGLISH, &got);
        if (!view_eq(buf_view(&got), view_of(outputs[i].want)))
            fail_msg("%s: \"%s\"", outputs[i].output, buf_cstr(&got));
    }
}

static const struct {
    const char *output, *message, *under;
} output_mistakes[] = {
    {"x %nope.a y", "the source record has no field nope.a", "nope.a"},
    {"x % y", "a field must follow", " "},
    {"%tolower(name", "\"(\" is never closed", "tolower("},
    {"%tolower(nope) x", "the source record has no field nope", "tolower(nope)"},
    {"%item", "item stands for the element", "item"},
    {"%env", "", "env"},
};

static void test_output_mistakes(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(output_mistakes); i++) {
        _cleanup_(ruleset_free_p) struct ruleset *set = rules_saying(output_mistakes[i].output);
        _cleanup_(rule_program_free_p) struct rule_program *program = compile(set);
        const struct rule_problem *problem;
        size_t count;

        problem = rule_program_problems(program, &count);
        if (count != 1)
            fail_msg("%s: %zu problems", output_mistakes[i].output, count);
        assert_int_equal(rule_program_rule_count(program), 0);
        if (!view_starts(problem->message, view_of(output_mistakes[i].message)))
            fail_msg("%s: %.*s", output_mistakes[i].output, VIEW_ARG(problem->message));
        if (!view_starts(view_sub(problem->line_text, problem->column - 1, SIZE_MAX),
                         view_of(output_mistakes[i].under))) {
            print_problems(problem, 1);
            fail_msg("%s: place", output_mistakes[i].output);
        }
    }
}

/* Fields that old rules of Falco have load with a warning; evt.dir has one value. So do
 * types of events that there are none of. */
static void test_old_fields(void **state)
{
    static const struct {
        const char *condition;
        size_t warnings;
        bool never;
    } rows[] = {
        {"evt.dir=<", 1, false},           {"evt.dir in (<)", 1, false},
        {"evt.dir != \">\"", 1, false},    {"not evt.dir = \">\"", 1, false},
        {"evt.dir = \">\"", 2, true},      {"not evt.dir = <", 2, true},
        {"evt.latency > 1000", 1, false},  {"evt.latency.s = 1", 1, false},
        {"proc.pgid.name = sh", 0, false},
        {"evt.type.is.execve = 1", 0, false},
        {"evt.type != opnat", 1, false},
        {"not evt.type in (open, opnat)", 1, false},
    };
    const struct rule_source *sources[] = {&rule_source_syscall};

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        _cleanup_(ruleset_free_p) struct ruleset *set = NULL;
        _cleanup_(rule_program_free_p) struct rule_program *program = NULL;
        _cleanup_(buf_done) struct buf text = BUF_INIT(1 << 10);
        size_t count;

        buf_addf(&text,
                 "- rule: r\n  desc: d\n  output: o\n  priority: INFO\n"
                 "  condition: 'evt.type = execve and %s'\n",
                 rows[i].condition);
        assert_int_equal(ruleset_new(sources, 1, &set, NULL), 0);
        assert_int_equal(ruleset_add(set, VIEW("rules.yaml"), buf_view(&text), NULL), 0);
        assert_int_equal(ruleset_finish(set, NULL), 0);
        assert_int_equal(rule_program_new(set, &rule_source_syscall, &program, NULL), 0);
        assert_int_equal(rule_program_rule_count(program), 1);
        rule_program_problems(program, &count);
        if (count != rows[i].warnings || rule_program_never(program, 0) != rows[i].never)
            fail_msg("%s: %zu problems", rows[i].condition, count);
    }
}

static const char several[] =
    "- rule: c\n  desc: d\n  source: record\n  priority: INFO\n  warn_evttypes: false\n"
    "  output: {en: 'english %name', zh: 'chinese %name'}\n"
    "  condition: exe startswith x and (name = cat or name = dog)\n  place: port\n"
    "- rule: off\n  desc: d\n  source: record\n  priority: INFO\n  output: o\n  enabled: false\n"
    "  condition: name = cat\n"
    "- rule: a\n  desc: d\n  source: record\n  priority: INFO\n  warn_evttypes: false\n"
    "  output: o\n  condition: name = cat\n"
    "- rule: t\n  desc: d\n  source: record\n  subject: thing\n  priority: INFO\n"
    "  output: o\n  warn_evttypes: false\n  condition: name = cat\n"
    "- rule: b\n  desc: d\n  source: record\n  priority: INFO\n  output: o\n"
    "  condition: evt.type in (open, close) and name = cat\n"
    "- rule: wide\n  desc: d\n  source: record\n  priority: INFO\n  output: o\n"
    "  condition: name = cow\n"
    "- rule: dead\n  desc: d\n  source: record\n  priority: INFO\n  output: o\n"
    "  condition: evt.type = open and name in ()\n";

static void test_several(void **state)
{
    _cleanup_(ruleset_free_p) struct ruleset *set = record_rules(several);
    _cleanup_(rule_program_free_p) struct rule_program *program = compile(set);
    _cleanup_(rule_evaluation_free_p) struct rule_evaluation *evaluation = NULL;
    _cleanup_arena_ struct arena *arena = arena_new(1 << 20);
    _cleanup_(buf_done) struct buf text = BUF_INIT(1 << 16);
    struct record *record = record_parse("evt.type=open; name=cat; exe=xy; port=7", arena);
    const struct rule_problem *problems;
    const struct rule_use *uses;
    const uint32_t *matched;
    size_t count;

    (void)state;
    assert_int_equal(rule_program_rule_count(program), 6);
    problems = rule_program_problems(program, &count);
    assert_int_equal(count, 2);
    assert_view(problems[0].message, "the rule looks at events of every type");
    assert_int_equal(problems[0].level, RULE_PROBLEM_WARNING);
    assert_view(problems[1].message, "no event can match this condition");
    assert_true(rule_program_never(program, 5));

    assert_int_equal(rule_evaluation_new(program, &evaluation, NULL), 0);
    matched = rule_evaluate(evaluation, record, 0, false, &count);
    assert_int_equal(count, 3);
    assert_int_equal(matched[0], 0);
    assert_int_equal(matched[1], 1);
    assert_int_equal(matched[2], 3);
    rule_evaluation_output(evaluation, 0, TEXT_CHINESE, &text);
    assert_string_equal(buf_cstr(&text), "chinese cat");
    matched = rule_evaluate(evaluation, record, 0, true, &count);
    assert_int_equal(count, 1);
    assert_int_equal(matched[0], 0);
    matched = rule_evaluate(evaluation, record, 1, false, &count);
    assert_int_equal(count, 1);
    assert_view(rule_program_rule(program, matched[0])->name, "t");

    uses = rule_program_uses(program, 0, &count);
    assert_int_equal(count, 3);
    assert_view(uses[0].text, "port");
    assert_view(uses[1].text, "exe");
    assert_view(uses[2].text, "name");
    assert_int_equal(rule_evaluation_value(evaluation, &uses[0]).items[0].number, 7);

    buf_reset(&text);
    rule_program_explain(program, 3, &text);
    assert_true(view_starts(buf_view(&text), VIEW("evt.type: open close\n")));
}

/* One node for equal conditions, one test for an `or` of a field. */
static void test_sharing(void **state)
{
    _cleanup_(ruleset_free_p) struct ruleset *set =
        record_rules("- rule: a\n  desc: d\n  source: record\n  priority: INFO\n  output: o\n"
                     "  warn_evttypes: false\n"
                     "  condition: not (name = x or name = y or name = z) and exe = e\n"
                     "- rule: b\n  desc: d\n  source: record\n  priority: INFO\n  output: o\n"
                     "  warn_evttypes: false\n"
                     "  condition: not not exe == e and not name in (z, y, x)\n");
    _cleanup_(rule_program_free_p) struct rule_program *program = compile(set);

    (void)state;
    assert_int_equal(program->index_rules[0].root, program->index_rules[1].root);
    assert_int_equal(program->graph.nodes[program->index_rules[0].root / 2].count, 2);
}

/* So many classes that they are not told apart: what matches stays the same. */
static void test_many_classes(void **state)
{
    _cleanup_(buf_done) struct buf text = BUF_INIT(1 << 20);
    _cleanup_(ruleset_free_p) struct ruleset *set = NULL;
    _cleanup_(rule_program_free_p) struct rule_program *program = NULL;
    _cleanup_(rule_evaluation_free_p) struct rule_evaluation *evaluation = NULL;
    _cleanup_arena_ struct arena *arena = arena_new(1 << 20);
    size_t count;

    (void)state;
    buf_add_str(&text, "- rule: it\n  desc: d\n  source: record\n  priority: INFO\n"
                       "  output: o\n  condition: evt.type in (c");
    for (int i = 0; i < RULE_CLASS_LIMIT + 1; i++)
        buf_addf(&text, ", c%d", i);
    buf_add_str(&text, ") and not evt.type = c7\n");
    set = record_rules(buf_cstr(&text));
    program = compile(set);
    assert_int_equal(rule_evaluation_new(program, &evaluation, NULL), 0);
    rule_evaluate(evaluation, record_parse("evt.type=c4096", arena), 0, false, &count);
    assert_int_equal(count, 1);
    rule_evaluate(evaluation, record_parse("evt.type=c7", arena), 0, false, &count);
    assert_int_equal(count, 0);
    rule_evaluate(evaluation, record_parse("evt.type=d", arena), 0, false, &count);
    assert_int_equal(count, 0);
}

/* Globs and quantifiers that cost too much are given up: no match, counted. */
static void test_given_up(void **state)
{
    _cleanup_(ruleset_free_p) struct ruleset *set =
        rules_of("not name glob *aaaaaaaaaaaaaaaab? and name exists");
    _cleanup_(rule_program_free_p) struct rule_program *program = compile(set);
    _cleanup_(rule_evaluation_free_p) struct rule_evaluation *evaluation = NULL;
    _cleanup_free_ char *text = malloc(6 << 20);
    struct record record = {0};
    struct rule_value value = {.type = RULE_TEXT};
    size_t count;

    (void)state;
    memset(text, 'a', 6 << 20);
    value.text = view_from(text, 6 << 20);
    record.fields[2] = (struct rule_values){true, false, &value, 1, false};
    assert_int_equal(rule_evaluation_new(program, &evaluation, NULL), 0);
    rule_evaluate(evaluation, &record, 0, false, &count);
    assert_int_equal(count, 0);
    assert_true(rule_evaluation_given_up(evaluation) > 0);
    value.text.len = 5;
    rule_evaluate(evaluation, &record, 0, false, &count);
    assert_int_equal(count, 1);
}

/* A rule with a mistake of shape is looked at for others, and compiled no more than before. */
static void test_broken(void **state)
{
    static const char fine[] = "- rule: fine\n  desc: d\n  source: record\n  priority: INFO\n"
                               "  warn_evttypes: false\n  output: o\n  condition: name = cat\n";
    static const char broken[] = "- rule: broken\n  source: record\n  priority: INFO\n"
                                 "  output: '%nmae'\n  condition: nam = dog or port = http\n"
                                 "- rule: other\n  source: no-such-source\n  output: '%nmae'\n";
    static const char *const want[] = {"the source record has no field nam",
                                       "port: \"http\" is not a whole number",
                                       "the source record has no field nmae"};
    _cleanup_(buf_done) struct buf both = BUF_INIT(4096);
    _cleanup_(ruleset_free_p) struct ruleset *set = NULL;
    _cleanup_(rule_program_free_p) struct rule_program *program = NULL;
    const struct rule_problem *problems;
    size_t count;

    (void)state;
    buf_add_str(&both, fine);
    buf_add_str(&both, broken);
    set = record_rules(buf_cstr(&both));
    ruleset_rules(set, &count);
    assert_int_equal(count, 1);
    ruleset_broken(set, &count);
    assert_int_equal(count, 1);
    program = compile(set);
    assert_int_equal(rule_program_rule_count(program), 1);
    problems = rule_program_problems(program, &count);
    print_problems(problems, count);
    assert_int_equal(count, COUNT(want));
    for (size_t i = 0; i < count; i++)
        assert_view(problems[i].message, want[i]);
}

RUN_TESTS(cmocka_unit_test(test_conditions), cmocka_unit_test(test_mistakes),
          cmocka_unit_test(test_classes), cmocka_unit_test(test_outputs),
          cmocka_unit_test(test_output_mistakes), cmocka_unit_test(test_old_fields),
          cmocka_unit_test(test_several), cmocka_unit_test(test_sharing),
          cmocka_unit_test(test_given_up), cmocka_unit_test(test_many_classes),
          cmocka_unit_test(test_broken))
