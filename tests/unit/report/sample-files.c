/* Reports of files: findings of every kind but vulnerabilities. */
#include "sample.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct view privileged_tags[] = {VIEW("PSS:baseline"), VIEW("CIS-K8S:5.2.2"),
                                              VIEW("ATTACK:T1611")};
static const struct view privileged_references[] = {
    VIEW("https://kubernetes.io/docs/concepts/security/pod-security-standards/"),
    VIEW("not a URL")};
static const struct view key_aliases[] = {VIEW("aws-access-key")};

#define PRIVILEGED                                                                                 \
    .kind = VIEW("misconfiguration"), .id = VIEW("k8s-privileged"), .severity = SEVERITY_CRITICAL, \
    .severity_source = VIEW("plimsoll"), .title = VIEW("Container runs privileged"),               \
    .description = VIEW("A privileged container has every capability and all devices of the "      \
                        "node: whoever takes it over owns the node."),                             \
    .remediation = VIEW("Remove securityContext.privileged, or set it to false; grant the one "    \
                        "capability or device that is needed instead."),                           \
    .tags = privileged_tags, .tag_count = COUNT(privileged_tags),                                  \
    .references = privileged_references, .reference_count = COUNT(privileged_references)

#define DEPLOYMENT "deploy/web 网站.yaml"

static const struct finding findings[] = {
    {.kind = VIEW("misconfiguration"),
     .id = VIEW("docker-root-user"),
     .severity = SEVERITY_MEDIUM,
     .severity_source = VIEW("plimsoll"),
     .location = {.path = VIEW("Dockerfile")},
     .title = VIEW("Image runs as root"),
     .message = VIEW("the last stage sets no USER"),
     .remediation = VIEW("Add USER with a number above 0."),
     .resource = VIEW("stage build"),
     .fingerprint = VIEW("00000000000000000000000000000011")},
    {PRIVILEGED,
     .location =
         {.path = VIEW(DEPLOYMENT), .line = 8, .column = 13, .end_line = 8, .end_column = 28},
     .message = VIEW("container app of Deployment/web runs privileged"),
     .resource = VIEW("Deployment shop/web"), .part = VIEW("app"),
     .excerpt = VIEW("      securityContext:\n\tprivileged: true # \x1b[31m\n"), .excerpt_line = 7,
     .fingerprint = VIEW("00000000000000000000000000000012")},
    {PRIVILEGED, .location = {.path = VIEW(DEPLOYMENT), .line = 114, .column = 5},
     .message = VIEW("container sidecar of Deployment/web runs privileged"),
     .resource = VIEW("Deployment shop/web"), .part = VIEW("sidecar\x1b[2J"),
     .fingerprint = VIEW("00000000000000000000000000000013")},
    {.kind = VIEW("secret"),
     .id = VIEW("aws-access-key-id"),
     .aliases = key_aliases,
     .alias_count = COUNT(key_aliases),
     .severity = SEVERITY_HIGH,
     .severity_source = VIEW("plimsoll"),
     .location = {.path = VIEW("src/a&b<c>%,:.env"),
                  .line = 3,
                  .column = 7,
                  .end_line = 4,
                  .end_column = 26},
     .title = VIEW("AWS access key"),
     .message = VIEW("AWS access key AKIA****************: \"quoted\" [x](1) & <b>, 100%\nnext"),
     .remediation = VIEW("Revoke it, and take it out of the history."),
     .excerpt = VIEW("AWS_ID=AKIA****************"),
     .excerpt_line = 3,
     .fingerprint = VIEW("00000000000000000000000000000014")},
    {.kind = VIEW("malware"),
     .id = VIEW("miner-xmrig"),
     .severity = SEVERITY_CRITICAL,
     .severity_source = VIEW("plimsoll"),
     .location = {.path = VIEW("tmp/\x1b]0;x\x07\xffrun")},
     .title = VIEW("Crypto miner"),
     .message = VIEW("file matches the miner xmrig"),
     .fingerprint = VIEW("00000000000000000000000000000015")},
};

static const struct finding accepted = {
    PRIVILEGED,
    .location = {.path = VIEW("deploy/driver.yaml"), .line = 20, .column = 9},
    .message = VIEW("container driver of DaemonSet/gpu runs privileged"),
    .resource = VIEW("DaemonSet kube-system/gpu"),
    .part = VIEW("driver"),
    .fingerprint = VIEW("00000000000000000000000000000016"),
};

static const struct report_suppressed suppressed[] = {
    {.finding = &accepted,
     .origin = VIEW("file"),
     .reason = VIEW("the GPU driver needs it\x1b"),
     .file = VIEW(".plimsollignore.yaml"),
     .line = 2,
     .until = 1798761599},
    {.finding = &accepted, .origin = VIEW("inline"), .file = VIEW("deploy/driver.yaml")},
};

static const struct diagnostic diagnostics[] = {
    {.level = DIAGNOSTIC_WARNING,
     .code = VIEW("suppression-ended"),
     .message = VIEW("a suppression of k8s-host-network ended on 2026-01-31"),
     .hint = VIEW("repair it, or give it a new end"),
     .path = VIEW(".plimsollignore.yaml")},
};

static const struct report_span timing[] = {{VIEW("files"), 1500000}, {VIEW("checks"), 12000000}};

const struct report sample_files_report = {
    .artifact = {.kind = VIEW("config"), .name = VIEW("."), .source = VIEW("directory")},
    .findings = findings,
    .finding_count = COUNT(findings),
    .diagnostics = diagnostics,
    .diagnostic_count = COUNT(diagnostics),
    .looked_for = 1 << FINDING_MISCONFIGURATION | 1 << FINDING_SECRET | 1 << FINDING_MALWARE,
    .by_severity = {0, 0, 0, 1, 1, 3},
    .suppressed = suppressed,
    .suppressed_count = COUNT(suppressed),
    .files_examined = 14,
    .checks_run = 210,
    .gate_failed = true,
    .timing = timing,
    .timing_count = COUNT(timing),
};

const struct report sample_clean_report = {
    .artifact = {.kind = VIEW("config"), .name = VIEW("deploy"), .source = VIEW("directory")},
    .files_examined = 14,
    .checks_run = 210,
};
