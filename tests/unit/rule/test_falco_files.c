/* The rule files of Falco, kept beside the checkout, load without an error,
 * and each of their rules compiles. */
#include <stdio.h>

#include "rule/program.h"
#include "rule/source/falco.h"
#include "test.h"

enum { FILE_LIMIT = 1 << 20 };

static const struct {
    const char *files[3];
    size_t source, rules;
} sets[] = {
    {{"falco_rules.yaml"}, 0, 25},
    {{"falco-incubating_rules.yaml"}, 0, 31},
    {{"falco-sandbox_rules.yaml"}, 0, 37},
    {{"falco_rules.yaml", "falco-incubating_rules.yaml", "falco-sandbox_rules.yaml"}, 0, 93},
    {{"k8s_audit_rules.yaml"}, 1, 48},
    {{"aws_cloudtrail_rules.yaml"}, 2, 22},
    {{"gcp_auditlog_rules.yaml"}, 3, 39},
};

static const char *folder(void)
{
    static char path[4096];
    const char *shared = getenv("PLIMSOLL_SHARED"), *root = getenv("PLIMSOLL_SOURCE_ROOT");

    if (shared)
        snprintf(path, sizeof(path), "%s/compat/falco-rules", shared);
    else
        snprintf(path, sizeof(path), "%s/../shared/compat/falco-rules", root ? root : ".");
    return path;
}

/* 0, or -1 when there is no such file. */
static int add_file(struct ruleset *set, const char *name)
{
    static char text[FILE_LIMIT];
    struct error err = ERROR_INIT;
    char path[4200];
    FILE *file;
    size_t length;

    snprintf(path, sizeof(path), "%s/%s", folder(), name);
    file = fopen(path, "r");
    if (!file)
        return -1;
    length = fread(text, 1, sizeof(text), file);
    fclose(file);
    if (ruleset_add(set, view_of(name), view_from(text, length), &err))
        fail_msg("%s", err.message);
    return 0;
}

static void check_problems(const struct rule_problem *problems, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        _cleanup_(buf_done) struct buf text = BUF_INIT(1 << 20);

        rule_problem_write(&problems[i], &text);
        if (problems[i].level != RULE_PROBLEM_NOTE)
            fail_msg("%s", buf_cstr(&text));
    }
}

static struct ruleset *load(size_t which)
{
    struct ruleset *set = NULL;
    struct error err = ERROR_INIT;

    assert_int_equal(ruleset_new(rule_falco_sources, RULE_FALCO_SOURCE_COUNT, &set, &err), 0);
    for (size_t i = 0; i < COUNT(sets[which].files) && sets[which].files[i]; i++)
        if (add_file(set, sets[which].files[i])) {
            ruleset_free(set);
            print_message("%s is not there: skipped\n", folder());
            skip();
        }
    assert_int_equal(ruleset_finish(set, &err), 0);
    return set;
}

static void load_and_compile(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(sets); i++) {
        _cleanup_(ruleset_free_p) struct ruleset *set = load(i);
        _cleanup_(rule_program_free_p) struct rule_program *program = NULL;
        const struct rule_problem *problems;
        struct error err = ERROR_INIT;
        size_t count;

        problems = ruleset_problems(set, &count);
        check_problems(problems, count);
        assert_false(ruleset_has_errors(set));
        ruleset_rules(set, &count);
        assert_int_equal(count, sets[i].rules);
        if (rule_program_new(set, rule_falco_sources[sets[i].source], &program, &err))
            fail_msg("%s", err.message);
        problems = rule_program_problems(program, &count);
        for (size_t k = 0; k < count; k++)
            if (problems[k].level == RULE_PROBLEM_ERROR)
                check_problems(&problems[k], 1);
    }
}

/* Events of the shapes that the sources have, and the rules that they match. */
static const struct {
    const char *name;
    size_t set;
    const char *event, *rule, *output; /* a part of the output */
} events[] = {
    {"privileged pod", 4,
     "{\"kind\":\"Event\",\"apiVersion\":\"audit.k8s.io/v1\",\"stage\":\"ResponseComplete\","
     "\"verb\":\"create\",\"user\":{\"username\":\"minikube-user\"},"
     "\"requestURI\":\"/api/v1/namespaces/default/pods\","
     "\"objectRef\":{\"resource\":\"pods\",\"namespace\":\"default\"},"
     "\"responseStatus\":{\"code\":201},\"responseObject\":{\"metadata\":{\"name\":\"web\"}},"
     "\"requestObject\":{\"spec\":{\"containers\":[{\"image\":\"nginx:1.27\"},"
     "{\"image\":\"reg.example:5000/a/b@sha256:00\",\"securityContext\":{\"privileged\":true}}],"
     "\"initContainers\":[{\"image\":\"i\"}],\"ephemeralContainers\":[{\"image\":\"e\"}]}},"
     "\"stageTimestamp\":\"2026-01-31T12:00:00.000000Z\"}",
     "Create Privileged Pod", "pod=web resource=pods ns=default images=(nginx:1.27,reg."},
    {"exec", 4,
     "{\"stage\":\"ResponseStarted\",\"verb\":\"create\",\"user\":{\"username\":\"eve\"},"
     "\"requestURI\":\"/api/v1/namespaces/x/pods/p/exec?command=sh&command=-c&command=id%20-u\","
     "\"objectRef\":{\"resource\":\"pods\",\"subresource\":\"exec\",\"name\":\"p\","
     "\"namespace\":\"x\"}}",
     "Attach/Exec Pod", "action=exec command=sh -c id -u)"},
    {"sensitive mount", 4,
     "{\"stage\":\"ResponseComplete\",\"verb\":\"create\",\"user\":{\"username\":\"eve\"},"
     "\"objectRef\":{\"resource\":\"pods\",\"namespace\":\"default\"},"
     "\"responseObject\":{\"metadata\":{\"name\":\"w\"}},"
     "\"requestObject\":{\"spec\":{\"containers\":[{\"image\":\"a\"}],"
     "\"volumes\":[{\"name\":\"h\",\"hostPath\":{\"path\":\"/etc\"}}]}}}",
     "Create Sensitive Mount Pod", "volumes=[{\"name\":\"h\",\"hostPath\":{\"path\":\"/etc\"}}]"},
    {"wildcard role", 4,
     "{\"stage\":\"ResponseComplete\",\"verb\":\"create\",\"user\":{\"username\":\"eve\"},"
     "\"objectRef\":{\"resource\":\"clusterroles\",\"name\":\"all\"},"
     "\"requestObject\":{\"rules\":[{\"resources\":[\"pods\"],\"verbs\":[\"get\",\"*\"]}]}}",
     "ClusterRole With Wildcard Created", "role=all"},
    {"config map with a password", 4,
     "{\"stage\":\"ResponseComplete\",\"verb\":\"update\",\"user\":{\"username\":\"eve\"},"
     "\"objectRef\":{\"resource\":\"configmaps\"},"
     "\"requestObject\":{\"metadata\":{\"name\":\"cm\"},\"data\":{\"a\":\"password=1\"}}}",
     "Create/Modify Configmap With Private Credentials", "configmap=cm"},
    {"console login without a second factor", 5,
     "{\"eventName\":\"ConsoleLogin\",\"eventSource\":\"signin.amazonaws.com\","
     "\"awsRegion\":\"us-east-1\",\"sourceIPAddress\":\"192.0.2.1\","
     "\"userIdentity\":{\"type\":\"IAMUser\",\"userName\":\"alice\"},"
     "\"responseElements\":{\"ConsoleLogin\":\"Success\"},"
     "\"additionalEventData\":{\"MFAUsed\":\"No\"}}",
     "Console Login Without MFA", "(requesting user=alice"},
    {"deleted bucket", 6,
     "{\"protoPayload\":{\"serviceName\":\"storage.googleapis.com\","
     "\"methodName\":\"storage.buckets.delete\",\"request\":{\"a\":1},"
     "\"authorizationInfo\":[{\"permission\":\"storage.buckets.delete\"}],"
     "\"authenticationInfo\":{\"principalEmail\":\"eve@example.com\"},"
     "\"requestMetadata\":{\"callerIp\":\"192.0.2.1\",\"callerSuppliedUserAgent\":\"gsutil\"}},"
     "\"resource\":{\"labels\":{\"bucket_name\":\"b\",\"project_id\":\"p\"}}}",
     "GCP Bucket deleted", "by user=eve@example.com"},
    {"shadow read by a shell", 3,
     "{\"evt.type\": \"openat\", \"evt.is_open_read\": true, \"fd.typechar\": \"f\","
     "\"fd.num\": 3, \"fd.name\": \"/etc/shadow\", \"proc.name\": \"cat\", \"proc.tty\": 0,"
     "\"proc.aname\": [\"bash\", \"sshd\", \"a\", \"b\", \"c\"], \"proc.cmdline\": \"cat "
     "/etc/shadow\","
     "\"proc.exepath\": \"/usr/bin/cat\", \"proc.pname\": \"bash\", \"user.name\": \"root\","
     "\"user.uid\": 0, \"user.loginuid\": -1, \"evt.num\": 7}",
     "Read sensitive file untrusted", "gparent=sshd ggparent=a gggparent=b"},
};

static bool matches(const struct ruleset *set, const struct rule_source *source, const char *json,
                    const char *rule, struct buf *output)
{
    _cleanup_(rule_program_free_p) struct rule_program *program = NULL;
    _cleanup_(rule_evaluation_free_p) struct rule_evaluation *evaluation = NULL;
    _cleanup_arena_ struct arena *arena = arena_new(1 << 20);
    struct document_set documents;
    const uint32_t *hits;
    size_t count;

    assert_int_equal(document_parse(view_of(json), DOCUMENT_JSON, arena, &documents, NULL), 0);
    assert_non_null(documents.list[0].root);
    assert_int_equal(rule_program_new(set, source, &program, NULL), 0);
    assert_int_equal(rule_evaluation_new(program, &evaluation, NULL), 0);
    hits = rule_evaluate(evaluation, documents.list[0].root, 0, false, &count);
    for (size_t i = 0; i < count; i++)
        if (view_eq(rule_program_rule(program, hits[i])->name, view_of(rule))) {
            rule_evaluation_output(evaluation, hits[i], TEXT_ENGLISH, output);
            return true;
        }
    return false;
}

static void fire(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(events); i++) {
        _cleanup_(ruleset_free_p) struct ruleset *set = load(events[i].set);
        const struct rule_source *source = rule_falco_sources[sets[events[i].set].source];
        _cleanup_(buf_done) struct buf output = BUF_INIT(1 << 16), none = BUF_INIT(1 << 16);

        if (!matches(set, source, events[i].event, events[i].rule, &output))
            fail_msg("%s: does not match", events[i].name);
        if (!strstr(buf_cstr(&output), events[i].output))
            fail_msg("%s: %s", events[i].name, buf_cstr(&output));
        if (matches(set, source, "{\"a\": 1}", events[i].rule, &none))
            fail_msg("%s: matches an empty event", events[i].name);
    }
}

RUN_TESTS(cmocka_unit_test(load_and_compile), cmocka_unit_test(fire))
