#include "config/kubernetes/source.h"

#include "base/buf.h"
#include "config/kubernetes/event.h"
#include "test.h"

enum { ARENA_LIMIT = 64 << 20 };

#define POD(spec) "{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: " spec "}"
#define ONE(container) POD("{containers: [{name: c, image: i, " container "}]}")
#define DEPLOYMENT(labels, spec)                                                                   \
    "{apiVersion: apps/v1, kind: Deployment, metadata: {name: d}, spec: {selector: "               \
    "{matchLabels: {app: a}}, template: {metadata: {labels: " labels "}, spec: " spec "}}}"
#define WEB DEPLOYMENT("{app: a}", "{containers: [{name: c, image: i, ports: [{name: http}]}]}")
#define SERVICE(selector, target)                                                                  \
    "\n---\n{apiVersion: v1, kind: Service, metadata: {name: s}, spec: {selector: " selector       \
    ", ports: [{port: 80, targetPort: " target "}]}}"
#define POLICY(spec)                                                                               \
    "\n---\n{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: n}, "         \
    "spec: " spec "}"
#define ACCOUNT(more) "\n---\n{apiVersion: v1, kind: ServiceAccount, metadata: {name: a}" more "}"
#define ROLE(kind, rules)                                                                          \
    "\n---\n{apiVersion: rbac.authorization.k8s.io/v1, kind: " kind                                \
    ", metadata: {name: r}, rules: " rules "}"
#define BINDING(kind, role, subject)                                                               \
    "\n---\n{apiVersion: rbac.authorization.k8s.io/v1, kind: " kind                                \
    ", metadata: {name: b}, roleRef: {kind: " role ", name: r}, subjects: [" subject "]}"
#define INGRESS(spec)                                                                              \
    "\n---\n{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: g}, spec: " spec "}"

/* What a field gives at each event of a subject: events by ";", values by ",";
 * "-" when it is not there, "[]" for an empty list. */
struct row {
    const char *input, *subject, *field, *want;
};

static const struct row objects[] = {
    {"{apiVersion: v1, kind: Pod, metadata: {name: p}}", "object", "object.name", "p"},
    {"{apiVersion: v1, kind: Pod, metadata: {generateName: p-}}", "object", "object.name", "p-*"},
    {"{apiVersion: v1, kind: Pod}", "object", "object.namespace", "default"},
    {"{apiVersion: v1, kind: Node}", "object", "object.namespace", "-"},
    {"{apiVersion: x.io/v1, kind: X}", "object", "object.namespace", "-"},
    {"{apiVersion: x.io/v1, kind: X, metadata: {namespace: n}}", "object", "object.namespace", "n"},
    {"{apiVersion: v1, kind: Pod, metadata: {namespace: '${NS}'}}", "object", "object.namespace",
     "-"},
    {"{apiVersion: apps/v1, kind: X}", "object", "object.group", "apps"},
    {"{apiVersion: v1, kind: X}", "object", "object.version", "v1"},
    {"{apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: Pod}, {kind: X}, 3]}", "object",
     "object.kind", "Pod"},
    {"{apiVersion: v1, kind: PodList, items: [{metadata: {name: p}}]}", "object", "object.kind",
     "Pod"},
    {"{apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: List, items: [{apiVersion: v1, "
     "kind: A}]}]}",
     "object", "object.kind", "A"},
    {"{apiVersion: template.openshift.io/v1, kind: Template, objects: [{apiVersion: v1, kind: A}]}",
     "object", "object.kind", "A"},
    {"{apiVersion: kustomize.config.k8s.io/v1beta1, kind: Kustomization}", "object", "object.kind",
     "no file"},
    {"{apiVersion: v2, name: chart}", "object", "object.kind", "no file"},
    {"{apiVersion: v1, kind: Config}", "object", "object.kind", "no file"},
    {"a: b", "object", "object.kind", "no file"},
    {"{apiVersion: extensions/v1beta1, kind: Ingress}", "object", "object.api_removed_in", "1.22"},
    {"{apiVersion: extensions/v1beta1, kind: Ingress}", "object", "object.api_removed_minor", "22"},
    {"{apiVersion: extensions/v1beta1, kind: Ingress}", "object", "object.api_replacement",
     "networking.k8s.io/v1"},
    {"{apiVersion: networking.k8s.io/v1, kind: Ingress}", "object", "object.api_removed_in", "-"},
    {"{apiVersion: v1, kind: Endpoints}", "object", "object.api_deprecated_in", "1.33"},
    {"{apiVersion: v1, kind: Endpoints}", "object", "object.api_removed_in", "-"},
    {WEB "\n---\n" WEB, "object", "object.duplicate", "false;true"},
    {WEB, "object", "object.keeps_running", "true"},
    {"{apiVersion: batch/v1, kind: Job}", "object", "object.keeps_running", "false"},
    {POD("{restartPolicy: Never}"), "object", "object.keeps_running", "false"},
    {POD("{containers: []}"), "object", "object.keeps_running", "true"},
    {WEB, "object", "object.replicas", "1"},
    {POD("{}"), "object", "object.replicas", "-"},
    {WEB "\n---\n{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: h}, "
         "spec: {scaleTargetRef: {kind: Deployment, name: d}}}",
     "object", "object.replicas", "-;-"},
    {WEB, "object", "object.selector_matches", "true"},
    {DEPLOYMENT("{app: b}", "{containers: [{name: c, image: i}]}"), "object",
     "object.selector_matches", "false"},
    {DEPLOYMENT("{app: b}", "{containers: [{name: c}]}"), "object", "object.selector_matches", "-"},
    {"{apiVersion: v1, kind: ConfigMap, data: {db_password: hunter22, a: b, TOKEN_URL: 'http://x', "
     "dsn: 'postgres://u:pw3@h/d'}}",
     "object", "object.secrets", "db_password,dsn"},
    {"{apiVersion: v1, kind: Namespace, metadata: {name: default, labels: {x/y: z}}}\n---\n" WEB,
     "object", "object.in_namespace.metadata.labels[x/y]", "-;z"},
};

static const struct row pods[] = {
    {WEB, "pod", "pod.metadata.labels.app", "a"},
    {POD("{hostNetwork: true}"), "pod", "pod.spec.hostNetwork", "true"},
    {"{apiVersion: batch/v1, kind: CronJob, spec: {jobTemplate: {spec: {template: {spec: {x: "
     "1}}}}}}",
     "pod", "pod.spec.x", "1"},
    {"{apiVersion: v1, kind: PodTemplate, template: {spec: {x: 1}}}", "pod", "pod.spec.x", "1"},
    {"{apiVersion: argoproj.io/v1alpha1, kind: Rollout, spec: {template: {spec: {x: 1}}}}", "pod",
     "pod.spec.x", "1"},
    /* unknown kinds: wherever a template has containers */
    {"{apiVersion: batch.volcano.sh/v1alpha1, kind: Job, spec: {tasks: [{template: {spec: {x: 1, "
     "containers: [{image: i}]}}}, {template: {spec: {x: 2, containers: [{image: i}]}}}]}}",
     "pod", "pod.spec.x", "1;2"},
    {"{apiVersion: x.io/v1, kind: X, spec: {workerTemplate: {spec: {x: 1, containers: [{image: "
     "i}]}}}}",
     "pod", "pod.spec.x", "1"},
    {"{apiVersion: x.io/v1, kind: X, spec: {pattern: {spec: {x: 1, containers: [{image: i}]}}}}",
     "pod", "pod.spec.x", ""},
    {"{apiVersion: x.io/v1, kind: X, spec: {template: {spec: {containers: 3}}}}", "pod", "pod.spec",
     ""},
    {"{apiVersion: kyverno.io/v1, kind: ClusterPolicy, spec: {template: {spec: {containers: "
     "[{image: i}]}}}}",
     "pod", "pod.spec", ""},
    {"{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, spec: {x: 1}}", "pod",
     "pod.spec", ""},
    {"{apiVersion: tekton.dev/v1, kind: Task, spec: {steps: [{name: s, image: i}]}}", "container",
     "container.name", "s"},
    {"{apiVersion: tekton.dev/v1, kind: Task, spec: {steps: [{name: s, image: i}]}}", "pod",
     "pod.partial", "true"},
    {WEB, "pod", "pod.partial", "false"},
    {POD("{containers: [{name: c}]}"), "pod", "pod.partial", "true"},
    {POD("{os: {name: windows}}"), "pod", "pod.os", "windows"},
    {POD("{nodeSelector: {kubernetes.io/os: windows}}"), "pod", "pod.os", "windows"},
    {POD("{affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: "
         "{nodeSelectorTerms: [{matchExpressions: [{key: kubernetes.io/os, operator: In, values: "
         "[windows]}]}]}}}}"),
     "pod", "pod.os", "windows"},
    {POD("{securityContext: {windowsOptions: {}}}"), "pod", "pod.os", "windows"},
    {POD("{}"), "pod", "pod.os", "-"},
    {POD("{}"), "pod", "pod.service_account", "default"},
    {POD("{serviceAccount: a}"), "pod", "pod.service_account", "a"},
    {POD("{serviceAccountName: b}"), "pod", "pod.service_account_exists", "-"},
    {POD("{serviceAccountName: b}") ACCOUNT(""), "pod", "pod.service_account_exists", "false"},
    {POD("{serviceAccountName: a}") ACCOUNT(""), "pod", "pod.service_account_exists", "true"},
    {POD("{containers: [{image: i}]}"), "pod", "pod.automounts_token", "true"},
    {POD("{containers: [{image: i}], automountServiceAccountToken: false}"), "pod",
     "pod.automounts_token", "false"},
    {POD("{containers: [{image: i}], serviceAccountName: a}"), "pod", "pod.automounts_token", "-"},
    {POD("{containers: [{image: i}], serviceAccountName: a}") ACCOUNT(""), "pod",
     "pod.automounts_token", "true"},
    {POD("{containers: [{image: i}], serviceAccountName: a}")
         ACCOUNT(", automountServiceAccountToken: false"),
     "pod", "pod.automounts_token", "false"},
    {POD("{containers: [{image: i}], serviceAccountName: a, automountServiceAccountToken: true}")
         ACCOUNT(", automountServiceAccountToken: false"),
     "pod", "pod.automounts_token", "true"},
    {POD("{volumes: [{name: a}, {name: b}, {name: a}]}"), "pod", "pod.duplicate_volumes", "a"},
};

static const struct row containers[] = {
    {POD("{containers: [{name: a, image: i}], initContainers: [{name: b, image: i}, {name: c, "
         "image: i, restartPolicy: Always}], ephemeralContainers: [{name: d, image: i}]}"),
     "container", "container.kind", "main;init;sidecar;ephemeral"},
    {ONE("image: nginx"), "container", "container.image.name", "docker.io/library/nginx"},
    {ONE("image: nginx"), "container", "container.image.tag", "latest"},
    {ONE("image: 'nginx@sha256:ab'"), "container", "container.image.tag", "-"},
    {ONE("image: 'nginx@sha256:ab'"), "container", "container.image.digest", "sha256:ab"},
    {ONE("image: 'r:5000/a/b:1@sha256:ab'"), "container", "container.image.registry", "r:5000"},
    {ONE("image: 'r:5000/a/b:1@sha256:ab'"), "container", "container.image.repository", "a/b"},
    {ONE("image: 'r:5000/a/b:1@sha256:ab'"), "container", "container.image.tag", "1"},
    {ONE("image: 'localhost/b'"), "container", "container.image.registry", "localhost"},
    {ONE("image: 'org/b'"), "container", "container.image.name", "docker.io/org/b"},
    {ONE("image: '${IMAGE}'"), "container", "container.image.tag", "-"},
    {ONE("image: '{{ .Values.image }}'"), "container", "container.image.tag", "-"},
    {ONE("image: nginx"), "container", "container.pull_policy", "Always"},
    {ONE("image: 'nginx:1'"), "container", "container.pull_policy", "IfNotPresent"},
    {POD("{securityContext: {runAsUser: 5}, containers: [{image: i}, {image: i, securityContext: "
         "{runAsUser: 0}}]}"),
     "container", "container.effective.run_as_user", "5;0"},
    {POD("{securityContext: {seccompProfile: {type: A}}, containers: [{image: i}, {image: i, "
         "securityContext: {seccompProfile: {type: B}}}]}"),
     "container", "container.effective.seccomp_type", "A;B"},
    {ONE("securityContext: {runAsNonRoot: null}"), "container",
     "container.effective.run_as_non_root", "-"},
    {ONE("a: 1"), "container", "container.effective.privileged", "false"},
    {ONE("a: 1"), "container", "container.effective.allow_privilege_escalation", "true"},
    {ONE("securityContext: {allowPrivilegeEscalation: false}"), "container",
     "container.effective.allow_privilege_escalation", "false"},
    {ONE("securityContext: {allowPrivilegeEscalation: false, capabilities: {add: "
         "[CAP_SYS_ADMIN]}}"),
     "container", "container.effective.allow_privilege_escalation", "true"},
    {ONE("securityContext: {capabilities: {add: [cap_net_raw, CHOWN]}}"), "container",
     "container.capabilities.add", "NET_RAW,CHOWN"},
    {ONE("securityContext: {capabilities: {add: []}}"), "container", "container.capabilities.add",
     "[]"},
    {ONE("a: 1"), "container", "container.capabilities.add", "-"},
    {ONE("securityContext: {capabilities: {drop: [ALL], add: [KILL]}}"), "container",
     "container.capabilities.effective", "KILL"},
    {"{apiVersion: v1, kind: Pod, metadata: {annotations: "
     "{container.apparmor.security.beta.kubernetes.io/c: unconfined}}, spec: {containers: [{name: "
     "c, image: i}, {name: d, image: i, securityContext: {appArmorProfile: {type: Localhost, "
     "localhostProfile: x}}}]}}",
     "container", "container.effective.apparmor_type", "Unconfined;Localhost"},
    {POD("{securityContext: {windowsOptions: {hostProcess: true}}, containers: [{image: i}]}"),
     "container", "container.effective.host_process", "true"},
    {ONE("env: [{name: DB_PASSWORD, value: hunter22}, {name: DB_PASSWORD_FILE, value: /run/x}, "
         "{name: TOKEN, valueFrom: {}}, {name: K, value: 'AKIAABCDEFGHIJKLMNOP'}, {name: "
         "MAX_TOKENS, value: abcd}, {name: SECRET_NAME, value: my-secret}, {name: API_TOKEN, "
         "value: '$(T)'}, {name: dbPassword, value: changeme}, {name: pgpassword, value: s3cret}]"),
     "container", "container.secrets", "DB_PASSWORD,K,pgpassword"},
    {ONE("env: [{name: B}, {name: A}, {name: B}]"), "container", "container.duplicate_env", "B"},
    {ONE("ports: [{containerPort: 80}, {containerPort: 80, protocol: UDP}, {containerPort: 80, "
         "protocol: TCP}]"),
     "container", "container.duplicate_ports", "80/TCP"},
    {ONE("ports: [{containerPort: 80, hostPort: 0}, {containerPort: 81, hostPort: 81}]"),
     "container", "container.host_ports", "81"},
    {ONE("command: [a, b], args: [c]"), "container", "container.command_line", "a b c"},
    {ONE("livenessProbe: {httpGet: {path: /, port: 1}, periodSeconds: 3}, readinessProbe: "
         "{httpGet: {port: 1, path: /}}"),
     "container", "container.probes_identical", "true"},
    {ONE("livenessProbe: {httpGet: {path: /, port: 1}}, readinessProbe: {httpGet: {port: 2}}"),
     "container", "container.probes_identical", "false"},
    {ONE("livenessProbe: {httpGet: {port: h}}"), "container", "container.unknown_probe_ports", "h"},
    {ONE("livenessProbe: {httpGet: {port: h}}, ports: [{name: h}]"), "container",
     "container.unknown_probe_ports", "[]"},
    {ONE("lifecycle: {preStop: {httpGet: {host: x}}}, livenessProbe: {tcpSocket: {host: ''}}"),
     "container", "container.probe_hosts", "x"},
    {ONE("resources: {limits: {cpu: 2}}"), "container", "container.requests.cpu", "2"},
    {POD("{resources: {limits: {memory: 2Gi}}, containers: [{image: i}]}"), "container",
     "container.limits.memory", "2Gi"},
    {ONE("a: 1") "\n---\n{apiVersion: v1, kind: LimitRange, metadata: {name: l}, spec: {limits: "
                 "[{type: Pod, max: {cpu: 9}}, {type: Container, default: {cpu: 3}}]}}",
     "container", "container.limits.cpu", "3"},
    {POD("{volumes: [{name: v, hostPath: {path: /etc//x/}}], containers: [{name: c, image: i, "
         "volumeMounts: [{name: v, mountPath: /m}, {name: w, mountPath: /n, readOnly: true}]}]}"),
     "container", "container.missing_volumes", "w"},
    {"{apiVersion: apps/v1, kind: StatefulSet, spec: {volumeClaimTemplates: [{metadata: {name: "
     "w}}], template: {spec: {containers: [{image: i, volumeMounts: [{name: w}]}]}}}}",
     "container", "container.missing_volumes", "[]"},
};

static const struct row volumes[] = {
    {POD("{volumes: [{name: a, hostPath: {path: /etc//./x/}}, {name: b, hostPath: {path: /}}]}"),
     "volume", "volume.host_path", "/etc/x;/"},
    {POD("{volumes: [{name: a, secret: {}}, {name: b, emptyDir: null}], containers: [{image: i}]}"),
     "volume", "volume.type", "secret;emptyDir"},
    {POD("{volumes: [{name: a}, {name: b}], containers: [{image: i, volumeMounts: [{name: a, "
         "readOnly: true}, {name: b}]}]}"),
     "volume", "volume.writable", "false;true"},
    {POD("{volumes: [{name: a}], containers: [{image: i}]}"), "volume", "volume.mounted", "false"},
};

static const struct row links[] = {
    {WEB, "pod", "pod.network_policies", "-"},
    {WEB POLICY("{podSelector: {}}"), "pod", "pod.network_policies", "1"},
    {WEB POLICY("{podSelector: {matchLabels: {app: b}}}"), "pod", "pod.network_policies", "0"},
    {WEB POLICY("{podSelector: {matchExpressions: [{key: app, operator: In, values: [a]}]}}"),
     "pod", "pod.network_policies", "1"},
    {WEB POLICY("{podSelector: {}, policyTypes: [Egress]}"), "pod", "pod.ingress_policies", "0"},
    {WEB POLICY("{podSelector: {}, policyTypes: [Egress]}"), "pod", "pod.egress_policies", "1"},
    {WEB POLICY("{podSelector: {}}") "\n---\n{apiVersion: cilium.io/v2, kind: CiliumNetworkPolicy}",
     "pod", "pod.network_policies", "-"},
    {WEB SERVICE("{app: a}", "http"), "pod", "pod.services", "s"},
    {WEB SERVICE("{app: a}", "http"), "service", "service.selects", "1"},
    {WEB SERVICE("{app: b}", "http"), "service", "service.selects", "0"},
    {WEB SERVICE("{app: a, x: y}", "http"), "service", "service.selects", "0"},
    {"{}" SERVICE("{app: a}", "http"), "service", "service.selects", "-"},
    {WEB SERVICE("{app: a}", "grpc"), "service", "service.dangling_ports", "grpc"},
    {WEB SERVICE("{app: a}", "http"), "service", "service.dangling_ports", "[]"},
    {WEB SERVICE("{app: b}", "grpc"), "service", "service.dangling_ports", "-"},
    {WEB POLICY("{podSelector: {matchLabels: {app: b}}}"), "network-policy", "policy.selects", "0"},
    {"{}" POLICY("{podSelector: {}}"), "network-policy", "policy.default_deny_ingress", "true"},
    {"{}" POLICY("{podSelector: {}, ingress: [{}]}"), "network-policy",
     "policy.default_deny_ingress", "false"},
    {"{}" POLICY("{podSelector: {}, ingress: [{}]}"), "network-policy", "policy.allows_all_ingress",
     "true"},
    {"{}" POLICY("{podSelector: {}, egress: [{to: [{ipBlock: {cidr: 0.0.0.0/0}}]}]}"),
     "network-policy", "policy.allows_all_egress", "true"},
    {"{}" POLICY("{podSelector: {}, egress: [{to: [{ipBlock: {cidr: 0.0.0.0/0}}], ports: [{port: "
                 "443}]}]}"),
     "network-policy", "policy.allows_all_egress", "false"},
    {"{apiVersion: v1, kind: Namespace, metadata: {name: default}}\n---\n" WEB POLICY(
         "{podSelector: {}}"),
     "namespace", "namespace.default_deny_ingress", "true"},
    {"{apiVersion: v1, kind: Namespace, metadata: {name: default}}\n---\n" WEB, "namespace",
     "namespace.default_deny_ingress", "false"},
    {"{apiVersion: v1, kind: Namespace, metadata: {name: default}}\n---\n" WEB, "namespace",
     "namespace.workloads", "1"},
    {WEB SERVICE("{app: a}", "http")
         INGRESS("{rules: [{host: a.b, http: {paths: [{backend: {service: {name: s, port: "
                 "{number: 81}}}}, {backend: {service: {name: t}}}]}}]}"),
     "ingress", "ingress.missing_services", "t"},
    {WEB SERVICE("{app: a}", "http")
         INGRESS("{rules: [{host: a.b, http: {paths: [{backend: {service: {name: s, port: "
                 "{number: 81}}}}]}}]}"),
     "ingress", "ingress.missing_ports", "s:81"},
    {"{}" INGRESS("{rules: [{host: a.b}, {host: c.b}, {}], tls: [{hosts: ['*.b']}]}"), "ingress",
     "ingress.plain_hosts", "*"},
    {"{}" INGRESS("{defaultBackend: {service: {name: s}}}"), "ingress", "ingress.missing_services",
     "-"},
    {WEB SERVICE("{app: a}", "http") INGRESS("{defaultBackend: {service: {name: s}}}"), "pod",
     "pod.ingresses", "1"},
    {"{}" ROLE("Role", "[{verbs: [get]}, {verbs: [list]}]"), "rbac-rule", "rule.verbs", "get;list"},
    {"{}" BINDING("RoleBinding", "Role", "{kind: ServiceAccount, name: a}"), "binding",
     "binding.role_exists", "-"},
    {"{}" ROLE("Role", "[]") BINDING("RoleBinding", "Role", "{kind: User, name: a}"), "binding",
     "binding.role_exists", "true"},
    {"{}" ROLE("ClusterRole", "[]") BINDING("RoleBinding", "Role", "{kind: User, name: a}"),
     "binding", "binding.role_exists", "-"},
    {POD("{serviceAccountName: a}") ROLE("ClusterRole", "[{verbs: [get]}]")
         BINDING("ClusterRoleBinding", "ClusterRole",
                 "{kind: ServiceAccount, name: a, namespace: default}"),
     "pod", "pod.cluster_rules[*].verbs", "get"},
    {POD("{serviceAccountName: a}") ACCOUNT("")
         BINDING("RoleBinding", "Role", "{kind: User, name: 'system:serviceaccount:default:a'}"),
     "pod", "pod.role_bindings", "1"},
    {POD("{serviceAccountName: a}") ACCOUNT("")
         BINDING("RoleBinding", "Role", "{kind: ServiceAccount, name: a, namespace: b}"),
     "pod", "pod.role_bindings", "0"},
    {POD("{serviceAccountName: a}"), "pod", "pod.role_bindings", "-"},
    {"{}" BINDING("RoleBinding", "Role", "{kind: ServiceAccount, name: a}") ACCOUNT(""),
     "binding-subject", "subject.exists", "true"},
    {"{}" BINDING("RoleBinding", "Role", "{kind: ServiceAccount, name: z}") ACCOUNT(""),
     "binding-subject", "subject.exists", "false"},
    {"{}" ROLE("Role", "[]") BINDING("RoleBinding", "Role", "{kind: User, name: a}"), "object",
     "object.bindings", "1;-"},
};

struct run {
    struct arena *arena;
    const struct row *row;
    struct buf got;
    size_t events;
};

static void write_value(struct buf *to, const struct rule_value *value)
{
    if (value->type == RULE_NUMBER)
        buf_addf(to, "%lld", (long long)value->number);
    else
        buf_add(to, value->type == RULE_NODE ? VIEW("{}") : value->text);
}

static int on_event(void *ctx, const struct config_event *event, struct error *err)
{
    struct run *run = ctx;
    struct rule_values values;
    struct rule_use use;

    if (strcmp(kubernetes_source.subjects[event->subject].name, run->row->subject) != 0)
        return 0;
    if (run->events++)
        buf_add_char(&run->got, ';');
    if (rule_use_resolve(&kubernetes_source, view_of(run->row->field), run->arena, &use, err)) {
        buf_add_str(&run->got, "unknown field");
        return 0;
    }
    values = kubernetes_source.extract(event->event, &use, NULL, run->arena);
    buf_add_str(&run->got, !values.present ? "-" : values.count ? "" : "[]");
    for (size_t i = 0; i < values.count; i++) {
        if (i)
            buf_add_char(&run->got, ',');
        write_value(&run->got, &values.items[i]);
    }
    return 0;
}

static int on_problem(void *ctx, const struct config_file *file, const struct config_place *place,
                      const struct diagnostic *diagnostic, struct error *err)
{
    (void)ctx;
    (void)file;
    (void)place;
    (void)diagnostic;
    (void)err;
    return 0;
}

static bool feed(struct view text, const struct config_visitor *visitor, struct arena *arena)
{
    struct document_set set;
    struct config_file file = {.path = VIEW("a.yaml"), .text = text, .documents = &set};
    struct config_reader *reader;
    struct error err = ERROR_INIT;
    bool claimed;

    if (document_parse(text, DOCUMENT_YAML, arena, &set, &err) ||
        config_kubernetes.open(arena, &(struct config_target){0}, &reader, &err) ||
        config_kubernetes.add(reader, &file, &claimed, &err))
        fail_msg("%s", err.message);
    for (size_t i = 0; i < set.count; i++)
        if (set.list[i].error)
            fail_msg("%s", set.list[i].error->message);
    if (claimed && config_kubernetes.visit(reader, visitor, &err))
        fail_msg("%s", err.message);
    return claimed;
}

static void check_rows(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        _cleanup_arena_ struct arena *arena = arena_new(ARENA_LIMIT);
        struct run run = {arena, &rows[i], BUF_INIT(1 << 16), 0};
        const struct config_visitor visitor = {&run, on_event, on_problem};

        if (!feed(view_of(rows[i].input), &visitor, arena))
            buf_add_str(&run.got, "no file");
        if (strcmp(buf_cstr(&run.got), rows[i].want) != 0)
            fail_msg("%s of\n%s\ngot \"%s\", want \"%s\"", rows[i].field, rows[i].input,
                     buf_cstr(&run.got), rows[i].want);
        buf_done(&run.got);
    }
}

#define CHECK(rows)                                                                                \
    static void check_##rows(void **state)                                                         \
    {                                                                                              \
        (void)state;                                                                               \
        check_rows(rows, COUNT(rows));                                                             \
    }

CHECK(objects)
CHECK(pods)
CHECK(containers)
CHECK(volumes)
CHECK(links)

/* ---- Places ---- */

static const char deployment[] = "apiVersion: apps/v1\n"        /* 1 */
                                 "kind: Deployment\n"           /* 2 */
                                 "metadata:\n"                  /* 3 */
                                 "  name: web\n"                /* 4 */
                                 "spec:\n"                      /* 5 */
                                 "  template:\n"                /* 6 */
                                 "    spec:\n"                  /* 7 */
                                 "      hostNetwork: true\n"    /* 8 */
                                 "      containers:\n"          /* 9 */
                                 "      - name: a\n"            /* 10 */
                                 "        image: nginx\n"       /* 11 */
                                 "      - name: b\n"            /* 12 */
                                 "        image: nginx:1\n"     /* 13 */
                                 "        env:\n"               /* 14 */
                                 "        - name: API_KEY\n"    /* 15 */
                                 "          value: abcdefgh\n"  /* 16 */
                                 "        securityContext:\n"   /* 17 */
                                 "          privileged: true\n" /* 18 */
                                 "          capabilities:\n"    /* 19 */
                                 "            add:\n"           /* 20 */
                                 "            - KILL\n";        /* 21 */

static const struct {
    const char *field, *part;
    unsigned line, column; /* 0: no better than the event's */
} places[] = {
    {"container.securityContext.privileged", "b", 18, 23},
    {"container.securityContext.runAsUser", "b", 17, 9},
    {"container.securityContext.capabilities.drop", "b", 19, 11},
    {"container.securityContext.capabilities.add", "b", 20, 13},
    {"container.securityContext.privileged", "a", 0, 0},
    {"container.capabilities.add", "b", 21, 15},
    {"container.effective.run_as_user", "b", 17, 9},
    {"container.effective.run_as_user", "a", 0, 0},
    {"container.secrets", "b", 16, 18},
    {"container.image.tag", "a", 11, 16},
    {"pod.spec.hostNetwork", "a", 8, 20},
    {"pod.spec.hostPID", "a", 0, 0},
    {"object.kind", "a", 2, 7},
    {"pod.os", "a", 0, 0},
    {"pod.rules", "a", 0, 0},
};

struct place_run {
    struct arena *arena;
    size_t found;
};

static int on_place(void *ctx, const struct config_event *event, struct error *err)
{
    struct place_run *run = ctx;

    if (event->subject != SUBJECT_CONTAINER)
        return 0;
    assert_view(event->resource, "Deployment default/web");
    assert_int_equal(event->place.line, view_eq(event->part, VIEW("a")) ? 10 : 12);
    assert_int_equal(event->place.end_line, view_eq(event->part, VIEW("a")) ? 11 : 21);
    for (size_t i = 0; i < COUNT(places); i++) {
        struct config_place place = {0};
        struct rule_use use;

        if (!view_eq(event->part, view_of(places[i].part)))
            continue;
        run->found++;
        if (rule_use_resolve(&kubernetes_source, view_of(places[i].field), run->arena, &use, err))
            fail_msg("%s", err->message);
        if (config_kubernetes.locate(event->event, &use, &place) != (places[i].line != 0) ||
            place.line != places[i].line || place.column != places[i].column)
            fail_msg("%s of %s: line %u, column %u", places[i].field, places[i].part, place.line,
                     place.column);
    }
    return 0;
}

static void check_places(void **state)
{
    _cleanup_arena_ struct arena *arena = arena_new(ARENA_LIMIT);
    struct place_run run = {arena, 0};
    const struct config_visitor visitor = {&run, on_place, on_problem};

    (void)state;
    assert_true(feed(view_of(deployment), &visitor, arena));
    assert_int_equal(run.found, COUNT(places));
}

/* Lists whose elements are nodes of their own, as quantifiers see them. */
static const struct {
    const char *input, *subject, *field, *key, *want;
} items[] = {
    {POD("{volumes: [{name: v, hostPath: {path: /etc//x/}}], containers: [{name: c, image: i, "
         "volumeMounts: [{name: v, mountPath: /m}]}]}"),
     "container", "container.mounts", "hostPath", "/etc/x"},
    {POD("{volumes: [{name: v, hostPath: {path: /etc//x/}}], containers: [{name: c, image: i, "
         "volumeMounts: [{name: v, mountPath: /m}]}]}"),
     "volume", "volume.mounts", "readOnly", "false"},
    {POD("{serviceAccountName: a}") ROLE("ClusterRole", "[{verbs: [get]}]")
         BINDING("ClusterRoleBinding", "ClusterRole",
                 "{kind: ServiceAccount, name: a, namespace: default}"),
     "pod", "pod.cluster_rules", "verbs", "get"},
    {POD("{serviceAccountName: a}") ROLE("Role", "[{verbs: [get]}]")
         BINDING("RoleBinding", "Role", "{kind: Group, name: 'system:serviceaccounts:default'}"),
     "pod", "pod.rules", "verbs", "get"},
    {ONE("securityContext: {capabilities: {add: [cap_kill]}}"), "container",
     "container.capabilities.add", NULL, "KILL"},
    {ONE("env: [{name: DB_PASSWORD, value: hunter22}]"), "container", "container.secrets", NULL,
     "DB_PASSWORD"},
    {"{}" INGRESS("{rules: [{host: a.b, http: {paths: [{backend: {serviceName: s, servicePort: "
                  "80}}]}}]}"),
     "ingress", "ingress.backends", "port", "80"},
};

struct item_run {
    struct arena *arena;
    size_t index;
    bool found;
};

static int on_item(void *ctx, const struct config_event *event, struct error *err)
{
    struct item_run *run = ctx;
    struct rule_step step = {RULE_STEP_KEY, view_of(items[run->index].key), 0};
    struct rule_use use, item = {.of_item = true, .steps = &step, .step_count = 1};
    struct rule_values list, values;
    struct buf got = BUF_INIT(1 << 16);

    if (strcmp(kubernetes_source.subjects[event->subject].name, items[run->index].subject) != 0)
        return 0;
    if (rule_use_resolve(&kubernetes_source, view_of(items[run->index].field), run->arena, &use,
                         err))
        fail_msg("%s", err->message);
    item.step_count = items[run->index].key ? 1 : 0;
    list = kubernetes_source.extract(event->event, &use, NULL, run->arena);
    assert_int_equal(list.count, 1);
    values = kubernetes_source.extract(event->event, &item, list.items[0].node, run->arena);
    assert_true(values.count == 1);
    write_value(&got, &values.items[0]);
    assert_string_equal(buf_cstr(&got), items[run->index].want);
    buf_done(&got);
    run->found = true;
    return 0;
}

static void check_items(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(items); i++) {
        _cleanup_arena_ struct arena *arena = arena_new(ARENA_LIMIT);
        struct item_run run = {arena, i, false};
        const struct config_visitor visitor = {&run, on_item, on_problem};

        assert_true(feed(view_of(items[i].input), &visitor, arena));
        assert_true(run.found);
    }
}

/* ---- Limits ---- */

static const struct {
    size_t services;
    const char *field, *subject, *want;
} limits[] = {
    {POD_LINK_LIMIT, "service.selects", "service", "1"},
    {POD_LINK_LIMIT + 1, "service.selects", "service", "-"},
};

/* Past the limit it is not known which Services select a pod. */
static void check_limits(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(limits); i++) {
        _cleanup_arena_ struct arena *arena = arena_new(ARENA_LIMIT);
        struct buf text = BUF_INIT(1 << 20);
        struct row row = {WEB, limits[i].subject, limits[i].field, limits[i].want};
        struct run run = {arena, &row, BUF_INIT(1 << 16), 0};
        const struct config_visitor visitor = {&run, on_event, on_problem};

        buf_add_str(&text, WEB);
        for (size_t n = 0; n < limits[i].services; n++)
            buf_add_str(&text, SERVICE("{app: a}", "http"));
        assert_true(feed(buf_view(&text), &visitor, arena));
        for (struct view rest = buf_view(&run.got), got; rest.ptr;) {
            got = view_cut(&rest, ';');
            assert_view(got, limits[i].want);
        }
        assert_int_equal(run.events, limits[i].services);
        buf_done(&run.got);
        buf_done(&text);
    }
}

RUN_TESTS(cmocka_unit_test(check_objects), cmocka_unit_test(check_pods),
          cmocka_unit_test(check_containers), cmocka_unit_test(check_volumes),
          cmocka_unit_test(check_links), cmocka_unit_test(check_places),
          cmocka_unit_test(check_items), cmocka_unit_test(check_limits))
