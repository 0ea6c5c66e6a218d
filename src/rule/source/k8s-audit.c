#include "base/text.h"
#include "rule/source/falco.h"
#include "rule/source/json-event.h"

#define READ_ARGUMENTS                                                                             \
    const struct document_node *event, const struct rule_use *use, struct json_values *to

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* A part of a query, with "+" and %NN decoded. */
static struct view decode_query(struct view text, struct arena *scratch)
{
    char *decoded = arena_alloc(scratch, text.len + 1);
    size_t length = 0;

    if (!decoded)
        return VIEW_EMPTY;
    for (size_t i = 0; i < text.len; i++) {
        int high = i + 2 < text.len ? hex_digit(text.ptr[i + 1]) : -1;
        int low = i + 2 < text.len ? hex_digit(text.ptr[i + 2]) : -1;

        if (text.ptr[i] == '%' && high >= 0 && low >= 0) {
            decoded[length++] = (char)(high << 4 | low);
            i += 2;
        } else {
            decoded[length++] = text.ptr[i] == '+' ? ' ' : text.ptr[i];
        }
    }
    return view_from(decoded, length);
}

/* A parameter that is given several times (the words of a command) is joined
 * by blanks. */
static void uri_param(READ_ARGUMENTS)
{
    const struct document_node *node = document_get(event, VIEW("requestURI"));
    struct view query = document_text(node), joined = VIEW_EMPTY;
    bool found = false;

    view_cut(&query, '?');
    while (query.ptr) {
        struct view value = view_cut(&query, '&'), name = view_cut(&value, '=');

        if (!view_eq(decode_query(name, to->scratch), use->argument))
            continue;
        value = decode_query(value, to->scratch);
        joined = found ? arena_printf(to->scratch, "%.*s %.*s", VIEW_ARG(joined), VIEW_ARG(value))
                       : value;
        found = true;
    }
    if (found)
        json_values_add_text(to, joined, node);
}

static void target_pod(READ_ARGUMENTS)
{
    (void)use;
    if (view_eq(document_text(json_pointer(event, VIEW("/objectRef/resource"))), VIEW("pods")))
        json_values_add_pointer(to, event, VIEW("/objectRef/name"));
}

/* Without the digest, and without the tag behind the last "/". */
static struct view repository_of(struct view image)
{
    ptrdiff_t slash, colon;

    image = view_cut(&image, '@');
    slash = view_rfind(image, '/');
    colon = view_rfind(image, ':');
    return colon > slash ? view_sub(image, 0, (size_t)colon) : image;
}

static void repositories(READ_ARGUMENTS)
{
    const struct document_node *containers =
        json_pointer(event, VIEW("/requestObject/spec/containers"));

    (void)use;
    for (size_t i = 0; i < document_count(containers); i++) {
        const struct document_node *image =
            document_get(document_item(containers, i), VIEW("image"));

        if (!document_is_absent(image))
            json_values_add_text(to, repository_of(document_text(image)), image);
    }
}

/* A key of each container's security context: its own, else the pod's, else 0. */
static void effective(const struct document_node *event, struct view key, struct json_values *to)
{
    const struct document_node *spec = json_pointer(event, VIEW("/requestObject/spec"));
    const struct document_node *containers = document_get(spec, VIEW("containers"));
    const struct document_node *of_pod =
        document_get(document_get(spec, VIEW("securityContext")), key);

    for (size_t i = 0; i < document_count(containers); i++) {
        const struct document_node *container = document_item(containers, i);
        const struct document_node *own =
            document_get(document_get(container, VIEW("securityContext")), key);

        if (document_is_absent(own))
            own = of_pod;
        if (document_is_absent(own))
            json_values_add_text(to, VIEW("0"), container);
        else
            json_values_add(to, own);
    }
}

static void effective_user(READ_ARGUMENTS)
{
    (void)use;
    effective(event, VIEW("runAsUser"), to);
}

static void effective_group(READ_ARGUMENTS)
{
    (void)use;
    effective(event, VIEW("runAsGroup"), to);
}

/* The one key of each volume that is not its name. */
static void volume_types(READ_ARGUMENTS)
{
    const struct document_node *volumes = json_pointer(event, VIEW("/requestObject/spec/volumes"));

    (void)use;
    for (size_t i = 0; i < document_count(volumes); i++) {
        const struct document_node *volume = document_item(volumes, i);

        if (!volume || volume->kind != DOCUMENT_MAPPING)
            continue;
        for (size_t k = 0; k < volume->mapping.count; k++) {
            struct view key = document_text(volume->mapping.pairs[k].key);

            if (!view_eq(key, VIEW("name")))
                json_values_add_text(to, key, volume);
        }
    }
}

/* Names and meanings are those of Falco's fields, so that its files load. */
static const struct rule_field fields[] = {
    JSON_EVENT_FIELDS,
    {"ka.auditid", RULE_TEXT, 0, TR_KEY("id of the audit event"), JSON_AT("/auditID")},
    {"ka.stage", RULE_TEXT, 0,
     TR_KEY("stage of the request: RequestReceived, ResponseStarted, ResponseComplete or Panic"),
     JSON_AT("/stage")},
    {"ka.auth.decision", RULE_TEXT, 0, TR_KEY("decision of the authoriser: allow or forbid"),
     JSON_AT("/annotations/authorization.k8s.io~1decision")},
    {"ka.auth.reason", RULE_TEXT, 0, TR_KEY("why the authoriser decided so"),
     JSON_AT("/annotations/authorization.k8s.io~1reason")},
    {"ka.auth.openshift.decision", RULE_TEXT, 0, TR_KEY("decision of OpenShift's login"),
     JSON_AT("/annotations/authentication.openshift.io~1decision")},
    {"ka.auth.openshift.username", RULE_TEXT, 0,
     TR_KEY("name that was used to log in to OpenShift"),
     JSON_AT("/annotations/authentication.openshift.io~1username")},
    {"ka.user.name", RULE_TEXT, 0, TR_KEY("user who made the request"), JSON_AT("/user/username")},
    {"ka.user.groups", RULE_TEXT, RULE_FIELD_LIST, TR_KEY("groups of that user"),
     JSON_AT("/user/groups")},
    {"ka.impuser.name", RULE_TEXT, 0, TR_KEY("user who was impersonated"),
     JSON_AT("/impersonatedUser/username")},
    {"ka.validations.admission.policy.failure", RULE_TEXT, 0,
     TR_KEY("what a validating admission policy found"),
     JSON_AT("/annotations/validation.policy.admission.k8s.io~1validation_failure")},
    {"ka.verb", RULE_TEXT, 0,
     TR_KEY("verb of the request: get, list, create, update, patch, delete, ..."),
     JSON_AT("/verb")},
    {"ka.uri", RULE_TEXT, 0, TR_KEY("URI of the request, as it was sent"), JSON_AT("/requestURI")},
    {"ka.uri.param", RULE_TEXT, RULE_FIELD_KEY | RULE_FIELD_NEEDS_ARGUMENT,
     TR_KEY("a parameter of the URI's query, decoded"), JSON_READ(uri_param)},
    {"ka.target.name", RULE_TEXT, 0, TR_KEY("name of the object"), JSON_AT("/objectRef/name")},
    {"ka.target.namespace", RULE_TEXT, 0, TR_KEY("namespace of the object"),
     JSON_AT("/objectRef/namespace")},
    {"ka.target.resource", RULE_TEXT, 0, TR_KEY("resource of the object, such as pods"),
     JSON_AT("/objectRef/resource")},
    {"ka.target.subresource", RULE_TEXT, 0, TR_KEY("subresource, such as exec or log"),
     JSON_AT("/objectRef/subresource")},
    {"ka.target.pod.name", RULE_TEXT, 0, TR_KEY("name of the pod, for requests about pods"),
     JSON_READ(target_pod)},
    {"ka.req.binding.subjects", RULE_TEXT, RULE_FIELD_LIST,
     TR_KEY("subjects of the binding, each as JSON"), JSON_AT("/requestObject/subjects")},
    {"ka.req.binding.role", RULE_TEXT, 0, TR_KEY("role that the binding gives"),
     JSON_AT("/requestObject/roleRef/name")},
    {"ka.req.configmap.name", RULE_TEXT, 0, TR_KEY("name of the config map"),
     JSON_AT("/requestObject/metadata/name")},
    {"ka.req.configmap.obj", RULE_TEXT, 0, TR_KEY("data of the config map, as JSON"),
     JSON_AT("/requestObject/data")},
    {"ka.req.pod.host_ipc", RULE_TEXT, 0, TR_KEY("hostIPC of the pod"),
     JSON_AT("/requestObject/spec/hostIPC")},
    {"ka.req.pod.host_network", RULE_TEXT, 0, TR_KEY("hostNetwork of the pod"),
     JSON_AT("/requestObject/spec/hostNetwork")},
    {"ka.req.pod.host_pid", RULE_TEXT, 0, TR_KEY("hostPID of the pod"),
     JSON_AT("/requestObject/spec/hostPID")},
    {"ka.req.pod.run_as_user", RULE_TEXT, 0, TR_KEY("user of the pod's security context"),
     JSON_AT("/requestObject/spec/securityContext/runAsUser")},
    {"ka.req.pod.run_as_group", RULE_TEXT, 0, TR_KEY("group of the pod's security context"),
     JSON_AT("/requestObject/spec/securityContext/runAsGroup")},
    {"ka.req.pod.fs_group", RULE_TEXT, 0, TR_KEY("fsGroup of the pod's security context"),
     JSON_AT("/requestObject/spec/securityContext/fsGroup")},
    {"ka.req.pod.supplemental_groups", RULE_TEXT, RULE_FIELD_LIST,
     TR_KEY("supplemental groups of the pod's security context"),
     JSON_AT("/requestObject/spec/securityContext/supplementalGroups")},
    {"ka.req.pod.containers.image", RULE_TEXT, RULE_FIELD_LIST | RULE_FIELD_INDEX,
     TR_KEY("images of the containers"), JSON_AT("/requestObject/spec/containers/*/image")},
    {"ka.req.container.image", RULE_TEXT, RULE_FIELD_LIST | RULE_FIELD_INDEX,
     TR_KEY("images of the containers; an older name"),
     JSON_AT("/requestObject/spec/containers/*/image")},
    {"ka.req.pod.containers.image.repository", RULE_TEXT, RULE_FIELD_LIST | RULE_FIELD_INDEX,
     TR_KEY("images of the containers without tag and digest"), JSON_READ(repositories)},
    {"ka.req.container.image.repository", RULE_TEXT, RULE_FIELD_LIST | RULE_FIELD_INDEX,
     TR_KEY("images of the containers without tag and digest; an older name"),
     JSON_READ(repositories)},
    {"ka.req.pod.containers.host_port", RULE_TEXT, RULE_FIELD_LIST | RULE_FIELD_INDEX,
     TR_KEY("ports of the host that the containers take"),
     JSON_AT("/requestObject/spec/containers/*/ports/*/hostPort")},
    {"ka.req.pod.containers.privileged", RULE_TEXT, RULE_FIELD_LIST | RULE_FIELD_INDEX,
     TR_KEY("privileged of the containers that say it"),
     JSON_AT("/requestObject/spec/containers/*/securityContext/privileged")},
    {"ka.req.pod.containers.allow_privilege_escalation", RULE_TEXT,
     RULE_FIELD_LIST | RULE_FIELD_INDEX,
     TR_KEY("allowPrivilegeEscalation of the containers that say it"),
     JSON_AT("/requestObject/spec/containers/*/securityContext/allowPrivilegeEscalation")},
    {"ka.req.pod.containers.read_only_fs", RULE_TEXT, RULE_FIELD_LIST | RULE_FIELD_INDEX,
     TR_KEY("readOnlyRootFilesystem of the containers that say it"),
     JSON_AT("/requestObject/spec/containers/*/securityContext/readOnlyRootFilesystem")},
    {"ka.req.pod.containers.run_as_user", RULE_TEXT, RULE_FIELD_LIST | RULE_FIELD_INDEX,
     TR_KEY("runAsUser of the containers that say it"),
     JSON_AT("/requestObject/spec/containers/*/securityContext/runAsUser")},
    {"ka.req.pod.containers.run_as_group", RULE_TEXT, RULE_FIELD_LIST | RULE_FIELD_INDEX,
     TR_KEY("runAsGroup of the containers that say it"),
     JSON_AT("/requestObject/spec/containers/*/securityContext/runAsGroup")},
    {"ka.req.pod.containers.eff_run_as_user", RULE_TEXT, RULE_FIELD_LIST | RULE_FIELD_INDEX,
     TR_KEY("user of each container: its own, else the pod's, else 0"), JSON_READ(effective_user)},
    {"ka.req.pod.containers.eff_run_as_group", RULE_TEXT, RULE_FIELD_LIST | RULE_FIELD_INDEX,
     TR_KEY("group of each container: its own, else the pod's, else 0"),
     JSON_READ(effective_group)},
    {"ka.req.pod.containers.proc_mount", RULE_TEXT, RULE_FIELD_LIST | RULE_FIELD_INDEX,
     TR_KEY("procMount of the containers that say it"),
     JSON_AT("/requestObject/spec/containers/*/securityContext/procMount")},
    {"ka.req.pod.containers.add_capabilities", RULE_TEXT, RULE_FIELD_LIST | RULE_FIELD_INDEX,
     TR_KEY("capabilities that the containers add"),
     JSON_AT("/requestObject/spec/containers/*/securityContext/capabilities/add")},
    {"ka.req.pod.initContainers.image", RULE_TEXT, RULE_FIELD_LIST | RULE_FIELD_INDEX,
     TR_KEY("images of the init containers"),
     JSON_AT("/requestObject/spec/initContainers/*/image")},
    {"ka.req.pod.initContainers.privileged", RULE_TEXT, RULE_FIELD_LIST | RULE_FIELD_INDEX,
     TR_KEY("privileged of the init containers that say it"),
     JSON_AT("/requestObject/spec/initContainers/*/securityContext/privileged")},
    {"ka.req.pod.ephemeralContainers.image", RULE_TEXT, RULE_FIELD_LIST | RULE_FIELD_INDEX,
     TR_KEY("images of the ephemeral containers"),
     JSON_AT("/requestObject/spec/ephemeralContainers/*/image")},
    {"ka.req.pod.ephemeralContainers.privileged", RULE_TEXT, RULE_FIELD_LIST | RULE_FIELD_INDEX,
     TR_KEY("privileged of the ephemeral containers that say it"),
     JSON_AT("/requestObject/spec/ephemeralContainers/*/securityContext/privileged")},
    {"ka.req.pod.volumes.hostpath", RULE_TEXT, RULE_FIELD_LIST | RULE_FIELD_INDEX,
     TR_KEY("paths of the host that are mounted"),
     JSON_AT("/requestObject/spec/volumes/*/hostPath/path")},
    {"ka.req.volume.hostpath", RULE_TEXT, RULE_FIELD_LIST | RULE_FIELD_INDEX,
     TR_KEY("paths of the host that are mounted; an older name"),
     JSON_AT("/requestObject/spec/volumes/*/hostPath/path")},
    {"ka.req.pod.volumes.flexvolume_driver", RULE_TEXT, RULE_FIELD_LIST | RULE_FIELD_INDEX,
     TR_KEY("drivers of the flex volumes"),
     JSON_AT("/requestObject/spec/volumes/*/flexVolume/driver")},
    {"ka.req.pod.volumes.volume_type", RULE_TEXT, RULE_FIELD_LIST | RULE_FIELD_INDEX,
     TR_KEY("kinds of the volumes, such as hostPath or secret"), JSON_READ(volume_types)},
    {"ka.req.role.rules", RULE_TEXT, RULE_FIELD_LIST | RULE_FIELD_INDEX,
     TR_KEY("rules of the role, each as JSON"), JSON_AT("/requestObject/rules")},
    {"ka.req.role.rules.apiGroups", RULE_TEXT, RULE_FIELD_LIST | RULE_FIELD_INDEX,
     TR_KEY("API groups of all rules of the role"), JSON_AT("/requestObject/rules/*/apiGroups")},
    {"ka.req.role.rules.nonResourceURLs", RULE_TEXT, RULE_FIELD_LIST | RULE_FIELD_INDEX,
     TR_KEY("URLs of all rules of the role that are no resources"),
     JSON_AT("/requestObject/rules/*/nonResourceURLs")},
    {"ka.req.role.rules.verbs", RULE_TEXT, RULE_FIELD_LIST | RULE_FIELD_INDEX,
     TR_KEY("verbs of all rules of the role"), JSON_AT("/requestObject/rules/*/verbs")},
    {"ka.req.role.rules.resources", RULE_TEXT, RULE_FIELD_LIST | RULE_FIELD_INDEX,
     TR_KEY("resources of all rules of the role"), JSON_AT("/requestObject/rules/*/resources")},
    {"ka.req.service.type", RULE_TEXT, 0, TR_KEY("type of the service"),
     JSON_AT("/requestObject/spec/type")},
    {"ka.req.service.ports", RULE_TEXT, RULE_FIELD_LIST | RULE_FIELD_INDEX,
     TR_KEY("ports of the service, each as JSON"), JSON_AT("/requestObject/spec/ports")},
    {"ka.resp.name", RULE_TEXT, 0, TR_KEY("name of the object in the answer"),
     JSON_AT("/responseObject/metadata/name")},
    {"ka.response.code", RULE_TEXT, 0, TR_KEY("status code of the answer"),
     JSON_AT("/responseStatus/code")},
    {"ka.response.reason", RULE_TEXT, 0, TR_KEY("reason of the answer's status"),
     JSON_AT("/responseStatus/reason")},
    {"ka.useragent", RULE_TEXT, 0, TR_KEY("program that made the request"), JSON_AT("/userAgent")},
    {"ka.sourceips", RULE_TEXT, RULE_FIELD_LIST | RULE_FIELD_INDEX,
     TR_KEY("addresses from which the request came"), JSON_AT("/sourceIPs")},
    {"ka.cluster.name", RULE_TEXT, 0, TR_KEY("name of the cluster, where a collector added it"),
     JSON_AT("/annotations/cluster_name")},
};

const struct rule_source rule_source_k8s_audit = {
    .name = "k8s_audit",
    .doc = TR_KEY("audit events of a Kubernetes API server (audit.k8s.io/v1)"),
    .fields = fields,
    .field_count = sizeof(fields) / sizeof(fields[0]),
    .extract = json_event_extract,
};
