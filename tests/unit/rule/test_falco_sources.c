/* What fields of events give: "-" is not there, lists are (a|b). */
#include "base/buf.h"
#include "codec/document.h"
#include "rule/source/falco.h"
#include "test.h"

enum { SYSCALL, K8S, AWS, GCP };

static const struct {
    const char *json;
} events[] = {
    {"{\"evt.type\":\"connect\",\"fd.name\":\"/etc/pam.d/sshd\",\"proc.name\":\"sh\","
     "\"proc.aname\":[\"bash\",\"sshd\"],\"proc.aexe[1]\":\"/bin/bash\",\"proc.aexe[3]\":\"/init\","
     "\"fd.cip\":\"10.0.0.1\",\"fd.sip\":\"::1\",\"fd.sport\":443,\"fd.cport\":\"40000\","
     "\"evt.arg.flags\":\"O_RDONLY|O_CLOEXEC\",\"proc.tty\":null,\"fd.num\":\"none\","
     "\"container.privileged\":\"true\",\"proc.duration\":\"5s\",\"proc.env[HOME]\":\"/root\"}"},
    {"{\"stage\":\"ResponseComplete\",\"stageTimestamp\":\"1970-01-01T00:00:02.5Z\","
     "\"requestURI\":\"/a?x=1&command=ls&command=-l&y=a%20b+c%2\","
     "\"annotations\":{\"authorization.k8s.io/decision\":\"allow\"},"
     "\"objectRef\":{\"resource\":\"pods\",\"name\":\"p\"},\"responseStatus\":{\"code\":201},"
     "\"user\":{\"username\":\"eve\",\"groups\":[\"g\",\"h\"]},\"a/b~c\":[{\"d\":null,\"e\":[]}],"
     "\"requestObject\":{\"roleRef\":{\"name\":\"r\"},\"subjects\":[{\"kind\":\"User\"}],"
     "\"rules\":[{\"verbs\":[\"get\",\"list\"]},{\"verbs\":[\"*\"]},{}],"
     "\"spec\":{\"hostNetwork\":true,\"securityContext\":{\"runAsUser\":7},"
     "\"containers\":[{\"image\":\"r:5000/a/"
     "b:1@sha256:0\",\"securityContext\":{\"privileged\":false,"
     "\"runAsUser\":9,\"capabilities\":{\"add\":[\"A\",\"B\"]}},\"ports\":[{\"hostPort\":80}]},"
     "{\"image\":\"nginx\"}],\"volumes\":[{\"name\":\"v\",\"hostPath\":{\"path\":\"/etc\"}},"
     "{\"name\":\"w\",\"emptyDir\":{}}]}}}"},
    {"{\"eventSource\":\"s3.amazonaws.com\",\"eventName\":\"GetObject\","
     "\"userIdentity\":{\"type\":\"AssumedRole\",\"sessionContext\":{\"sessionIssuer\":"
     "{\"userName\":\"role\"}}},\"requestParameters\":{\"bucketName\":\"b\",\"key\":\"k/l\","
     "\"tagSpecificationSet\":{\"items\":[{\"resourceType\":\"instance\",\"tags\":"
     "[{\"key\":\"Name\",\"value\":\"web\"}]}]}},\"eventTime\":\"1970-01-01T00:00:01Z\"}"},
    {"{\"protoPayload\":{\"serviceName\":\"s\",\"serviceData\":{\"policyDelta\":"
     "{\"bindingDeltas\":[{\"action\":\"ADD\"}]}}},\"resource\":{\"labels\":{\"zone\":\"z\"}}}"},
};

static const struct {
    size_t source;
    const char *field, *want;
} cases[] = {
    {SYSCALL, "evt.type", "connect"},
    {SYSCALL, "proc.pname", "-"},
    {SYSCALL, "proc.tty", "-"},
    {SYSCALL, "fd.num", "-"},
    {SYSCALL, "proc.aname", "(bash|sshd)"},
    {SYSCALL, "proc.aname[2]", "sshd"},
    {SYSCALL, "proc.aname[3]", "-"},
    {SYSCALL, "proc.aname[0]", "-"},
    {SYSCALL, "proc.aexe", "(/bin/bash|/init)"},
    {SYSCALL, "proc.aexe[3]", "/init"},
    {SYSCALL, "evt.arg.flags", "O_RDONLY|O_CLOEXEC"},
    {SYSCALL, "proc.env[HOME]", "/root"},
    {SYSCALL, "fd.ip", "(10.0.0.1|::1)"},
    {SYSCALL, "fd.port", "(40000|443)"},
    {SYSCALL, "fd.snet", "::1"},
    {SYSCALL, "fd.directory", "/etc/pam.d"},
    {SYSCALL, "fd.filename", "sshd"},
    {SYSCALL, "container.privileged", "true"},
    {SYSCALL, "proc.duration", "5s"},
    {K8S, "ka.auth.decision", "allow"},
    {K8S, "ka.uri.param[command]", "ls -l"},
    {K8S, "ka.uri.param[y]", "a b c%2"},
    {K8S, "ka.uri.param[z]", "-"},
    {K8S, "ka.target.pod.name", "p"},
    {K8S, "ka.target.namespace", "-"},
    {K8S, "ka.response.code", "201"},
    {K8S, "ka.user.groups", "(g|h)"},
    {K8S, "ka.req.binding.role", "r"},
    {K8S, "ka.req.binding.subjects", "({\"kind\":\"User\"})"},
    {K8S, "ka.req.role.rules.verbs", "(get|list|*)"},
    {K8S, "ka.req.pod.host_network", "true"},
    {K8S, "ka.req.pod.host_pid", "-"},
    {K8S, "ka.req.pod.containers.image", "(r:5000/a/b:1@sha256:0|nginx)"},
    {K8S, "ka.req.pod.containers.image[1]", "nginx"},
    {K8S, "ka.req.pod.containers.image[2]", "-"},
    {K8S, "ka.req.pod.containers.image.repository", "(r:5000/a/b|nginx)"},
    {K8S, "ka.req.pod.containers.privileged", "(false)"},
    {K8S, "ka.req.pod.containers.eff_run_as_user", "(9|7)"},
    {K8S, "ka.req.pod.containers.eff_run_as_group", "(0|0)"},
    {K8S, "ka.req.pod.containers.add_capabilities", "(A|B)"},
    {K8S, "ka.req.pod.containers.host_port", "(80)"},
    {K8S, "ka.req.pod.volumes.hostpath", "(/etc)"},
    {K8S, "ka.req.pod.volumes.volume_type", "(hostPath|emptyDir)"},
    {K8S, "jevt.value[/stage]", "ResponseComplete"},
    {K8S, "jevt.value[/a~1b~0c]", "[{\"d\":null,\"e\":[]}]"},
    {K8S, "jevt.value[/a~1b~0c/0/d]", "-"},
    {K8S, "jevt.value[/user/groups/1]", "h"},
    {K8S, "jevt.value[stage]", "-"},
    {K8S, "jevt.rawtime", "2500000000"},
    {K8S, "evt.num", "1"},
    {AWS, "ct.user", "role"},
    {AWS, "ct.shortsrc", "s3"},
    {AWS, "ct.info", "role s3 GetObject"},
    {AWS, "s3.uri", "s3://b/k/l"},
    {AWS, "ec2.name", "web"},
    {AWS, "ct.error", "-"},
    {AWS, "evt.time", "1970-01-01T00:00:01Z"},
    {AWS, "json.value[/requestParameters/key]", "k/l"},
    {GCP, "gcp.policyDelta", "[{\"action\":\"ADD\"}]"},
    {GCP, "gcp.location", "z"},
    {GCP, "gcp.user", "-"},
};

static void write_values(const struct rule_values *values, struct buf *to)
{
    if (!values->present) {
        buf_add_str(to, "-");
        return;
    }
    if (values->list)
        buf_add_char(to, '(');
    for (size_t i = 0; i < values->count; i++) {
        const struct rule_value *value = &values->items[i];

        if (i)
            buf_add_char(to, '|');
        if (value->text.ptr)
            buf_add(to, value->text);
        else
            buf_addf(to, "%ld", value->number);
    }
    if (values->list)
        buf_add_char(to, ')');
}

static void give(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        _cleanup_arena_ struct arena *arena = arena_new(1 << 20);
        _cleanup_(buf_done) struct buf text = BUF_INIT(1 << 12);
        const struct rule_source *source = rule_falco_sources[cases[i].source];
        struct document_set documents;
        struct rule_values values;
        struct rule_use use;

        assert_int_equal(document_parse(view_of(events[cases[i].source].json), DOCUMENT_JSON, arena,
                                        &documents, NULL),
                         0);
        assert_non_null(documents.list[0].root);
        assert_int_equal(rule_use_resolve(source, view_of(cases[i].field), arena, &use, NULL), 0);
        values = source->extract(documents.list[0].root, &use, NULL, arena);
        write_values(&values, &text);
        if (strcmp(buf_cstr(&text), cases[i].want) != 0)
            fail_msg("%s: %s, not %s", cases[i].field, buf_cstr(&text), cases[i].want);
    }
}

RUN_TESTS(cmocka_unit_test(give))
