/* Documents of runtimes, written out and recorded, and the metadata they make. */
#include "test.h"

#include <stdio.h>

#include "base/fd.h"
#include "net/protobuf.h"
#include "sensor/container/answer-op.h"

#define ID "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define POD "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210"
#define IMAGE "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define IMAGE_HEX "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define DIGEST "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

struct text_part {
    enum answer_document kind;
    const char *text;
};

struct text_case {
    const char *name;
    struct text_part parts[ANSWER_DOCUMENTS_LIMIT];
    const char *want;  /* JSON; NULL: it fails */
    const char *error; /* then */
};

static const struct text_case cases[] = {
    {"docker, everything",
     {{ANSWER_DOCKER_CONTAINER,
       "{\"Id\":\"" ID "\",\"Created\":\"2026-01-02T03:04:05.000000006Z\",\"Name\":\"/web\","
       "\"Image\":\"" IMAGE "\",\"Config\":{\"Image\":\"shop/web:1.2\",\"Labels\":{\"a\":\"b\"},"
       "\"Healthcheck\":{\"Test\":[\"CMD\",\"/bin/ok\",\"-v\"]}},"
       "\"State\":{\"Running\":true,\"Pid\":77,\"StartedAt\":\"2026-01-02T03:04:06.5Z\"},"
       "\"HostConfig\":{\"Privileged\":true,\"PidMode\":\"host\",\"NetworkMode\":\"host\","
       "\"IpcMode\":\"host\"},\"NetworkSettings\":{\"IPAddress\":\"\",\"Networks\":{\"n\":"
       "{\"IPAddress\":\"10.0.0.9\"}}},\"GraphDriver\":{\"Data\":{\"UpperDir\":\"/u/diff\"}},"
       "\"Mounts\":[{\"Source\":\"/s\",\"Destination\":\"/d\",\"Mode\":\"z\",\"RW\":true,"
       "\"Propagation\":\"rslave\"},{\"Source\":\"/t\",\"Destination\":\"/e\",\"RW\":false}]}"},
      {ANSWER_DOCKER_IMAGE,
       "{\"Id\":\"" IMAGE "\",\"RepoDigests\":[\"other@sha256:0\",\"shop/web@" DIGEST "\"]}"}},
     "{\"name\":\"web\",\"image\":\"shop/web:1.2\",\"image_id\":\"" IMAGE_HEX
     "\",\"image_repository\":\"shop/web\",\"image_tag\":\"1.2\",\"image_digest\":\"" DIGEST
     "\",\"ip\":\"10.0.0.9\",\"healthcheck\":\"/bin/ok -v\",\"upper_directory\":\"/u/diff\","
     "\"privileged\":true,\"host_pid\":true,\"host_network\":true,\"host_ipc\":true,"
     "\"created\":1767323045000000006,\"started\":1767323046500000000,\"init_pid\":77,\"mounts\":"
     "[{\"source\":\"/s\",\"destination\":\"/d\",\"mode\":\"z\",\"propagation\":\"rslave\","
     "\"writable\":true},{\"source\":\"/t\",\"destination\":\"/e\"}],\"labels\":{\"a\":\"b\"}}",
     NULL},
    {"docker's files, before the start: the last start is not this one",
     {{ANSWER_DOCKER_CONTAINER,
       "{\"ID\":\"" ID "\",\"Name\":\"/web\",\"Image\":\"" IMAGE "\",\"Config\":{\"Image\":"
       "\"web\",\"Healthcheck\":{\"Test\":[\"CMD-SHELL\",\"curl x\"]}},\"State\":{\"Running\":"
       "false,\"Pid\":0,\"StartedAt\":\"2026-01-02T03:04:06Z\"},\"MountPoints\":{\"/d\":"
       "{\"Source\":\"/s\",\"Destination\":\"/d\",\"RW\":false,\"Relabel\":\"ro\"}}}"},
      {ANSWER_DOCKER_HOST, "{\"Privileged\":true}"}},
     "{\"name\":\"web\",\"image\":\"web\",\"image_id\":\"" IMAGE_HEX
     "\",\"image_repository\":\"web\",\"image_tag\":\"latest\",\"healthcheck\":\"/bin/sh -c curl "
     "x\",\"privileged\":true,\"mounts\":[{\"source\":\"/s\",\"destination\":\"/d\",\"mode\":"
     "\"ro\"}]}",
     NULL},
    {"docker, by the id of an image; no health check; never started",
     {{ANSWER_DOCKER_CONTAINER,
       "{\"Id\":\"" ID "\",\"Image\":\"" IMAGE "\",\"Config\":{\"Image\":\"" IMAGE
       "\",\"Healthcheck\":{\"Test\":[\"NONE\"]}},\"State\":{\"Running\":true,\"StartedAt\":"
       "\"0001-01-01T00:00:00Z\"}}"},
      {ANSWER_DOCKER_IMAGE,
       "{\"RepoTags\":[\"shop/web:2\"],\"RepoDigests\":[\"shop/web@" DIGEST "\"]}"}},
     "{\"image\":\"" IMAGE "\",\"image_id\":\"" IMAGE_HEX
     "\",\"image_repository\":\"shop/web\",\"image_tag\":\"2\",\"image_digest\":\"" DIGEST "\"}",
     NULL},
    {"docker in a pod",
     {{ANSWER_DOCKER_CONTAINER,
       "{\"Id\":\"" ID "\",\"Name\":\"/k8s_app\",\"Config\":{\"Labels\":"
       "{\"io.kubernetes.pod.name\":\"p\",\"io.kubernetes.pod.namespace\":\"n\","
       "\"io.kubernetes.pod.uid\":\"u\",\"io.kubernetes.container.name\":\"app\","
       "\"io.kubernetes.sandbox.id\":\"" POD "\"}}}"},
      {ANSWER_DOCKER_SANDBOX,
       "{\"Id\":\"" POD "\",\"HostConfig\":{\"NetworkMode\":\"host\"},\"NetworkSettings\":"
       "{\"IPAddress\":\"10.1.0.1\"},\"Config\":{\"Labels\":{\"tier\":\"front\","
       "\"annotation.kubectl.kubernetes.io/last-applied-configuration\":"
       "\"{\\\"spec\\\":{\\\"containers\\\":[{\\\"name\\\":\\\"other\\\"},{\\\"name\\\":"
       "\\\"app\\\",\\\"livenessProbe\\\":{\\\"exec\\\":{\\\"command\\\":[\\\"live\\\",\\\"-x\\\"]"
       "}},\\\"readinessProbe\\\":{\\\"exec\\\":{\\\"command\\\":[\\\"ready\\\"]}}}]}}\"}}}"}},
     "\"ip\":\"10.1.0.1\",\"liveness_probe\":\"live -x\",\"readiness_probe\":\"ready\","
     "\"pod_name\":\"p\",\"pod_namespace\":\"n\",\"pod_uid\":\"u\",\"pod_sandbox_id\":\"" POD
     "\",\"pod_ip\":\"10.1.0.1\",\"host_network\":true,\"pod_labels\":{\"tier\":\"front\",",
     NULL},
    {"the sandbox of a pod, in docker",
     {{ANSWER_DOCKER_CONTAINER,
       "{\"Id\":\"" ID "\",\"Name\":\"/k8s_POD_p\",\"Config\":{\"Labels\":"
       "{\"io.kubernetes.docker.type\":\"podsandbox\","
       "\"io.kubernetes.pod.name\":\"p\"}},\"NetworkSettings\":{\"IPAddress\":\"10.1.0.1\"}}"}},
     "\"pod_sandbox_id\":\"" ID "\",\"pod_ip\":\"10.1.0.1\",\"is_pod_sandbox\":true",
     NULL},
    {"another pod's sandbox is left out",
     {{ANSWER_DOCKER_CONTAINER, "{\"Id\":\"" ID "\",\"Name\":\"/k8s_x\",\"Config\":{\"Labels\":"
                                "{\"io.kubernetes.sandbox.id\":\"" POD "\"}}}"},
      {ANSWER_DOCKER_SANDBOX, "{\"Id\":\"" ID "\",\"Config\":{\"Labels\":{\"evil\":\"1\"}}}"}},
     "{\"name\":\"k8s_x\",\"pod_sandbox_id\":\"" POD
     "\",\"labels\":{\"io.kubernetes.sandbox.id\":\"" POD "\"}}",
     NULL},
    {"labels of an image make no pod, in docker",
     {{ANSWER_DOCKER_CONTAINER,
       "{\"Id\":\"" ID "\",\"Name\":\"/x\",\"Config\":{\"Labels\":"
       "{\"io.kubernetes.pod.name\":\"p\",\"io.kubernetes.pod.namespace\":\"kube-system\","
       "\"io.kubernetes.docker.type\":\"podsandbox\",\"io.kubernetes.sandbox.id\":\"" POD
       "\",\"annotation.kubectl.kubernetes.io/last-applied-configuration\":\"{\\\"spec\\\":"
       "{\\\"containers\\\":[{\\\"livenessProbe\\\":{\\\"exec\\\":{\\\"command\\\":"
       "[\\\"evil\\\"]}}}]}}\"}}}"}},
     "{\"name\":\"x\",\"labels\":{\"io.kubernetes.pod.name\":\"p\","
     "\"io.kubernetes.pod.namespace\":\"kube-system\",\"io.kubernetes.docker.type\":"
     "\"podsandbox\",\"io.kubernetes.sandbox.id\":\"" POD
     "\",\"annotation.kubectl.kubernetes.io/last-applied-configuration\":\"{\\\"spec\\\":"
     "{\\\"containers\\\":[{\\\"livenessProbe\\\":{\\\"exec\\\":{\\\"command\\\":"
     "[\\\"evil\\\"]}}}]}}\"}}",
     NULL},
    {"annotations of an image make no pod, in podman",
     {{ANSWER_PODMAN_CONTAINERS, "[{\"id\":\"" ID "\",\"names\":[\"web\"]}]"},
      {ANSWER_OCI_SPEC,
       "{\"annotations\":{\"io.container.manager\":\"libpod\",\"io.kubernetes.pod.namespace\":"
       "\"kube-system\",\"io.kubernetes.pod.name\":\"p\",\"io.kubernetes.cri-o.ContainerType\":"
       "\"sandbox\",\"io.kubernetes.cri.image-name\":\"registry/trusted:1\"}}"}},
     "{\"name\":\"web\"}",
     NULL},
    {"docker, wrong types everywhere",
     {{ANSWER_DOCKER_CONTAINER,
       "{\"Id\":\"" ID "\",\"Name\":7,\"Image\":[],\"Config\":{\"Image\":{},\"Labels\":[\"a\"],"
       "\"Healthcheck\":5},\"State\":\"x\",\"HostConfig\":[],\"Mounts\":{\"a\":4},"
       "\"NetworkSettings\":null,\"Created\":9}"}},
     "{}",
     NULL},
    {"a spec of ctr run --privileged",
     {{ANSWER_OCI_SPEC,
       "{\"process\":{\"capabilities\":{\"bounding\":[\"CAP_CHOWN\",\"CAP_SYS_ADMIN\"]}},"
       "\"root\":{\"path\":\"rootfs\"},\"mounts\":[{\"type\":\"proc\",\"source\":\"proc\","
       "\"destination\":\"/proc\"},{\"type\":\"bind\",\"source\":\"/s\",\"destination\":\"/d\","
       "\"options\":[\"rbind\",\"ro\",\"rshared\"]},{\"type\":\"none\",\"source\":\"/t\","
       "\"destination\":\"/e\",\"options\":[\"bind\",\"rw\"]},{\"type\":\"bind\",\"source\":"
       "\"/run/" ID "/hosts\",\"destination\":\"/etc/hosts\"}],\"linux\":{\"namespaces\":"
       "[{\"type\":\"mount\"},{\"type\":\"ipc\"}]}}"}},
     "{\"privileged\":true,\"host_pid\":true,\"host_network\":true,\"mounts\":[{\"source\":\"/s\","
     "\"destination\":\"/d\",\"propagation\":\"rshared\"},{\"source\":\"/t\",\"destination\":"
     "\"/e\",\"writable\":true}]}",
     NULL},
    {"masked paths: not privileged",
     {{ANSWER_OCI_SPEC,
       "{\"process\":{\"capabilities\":{\"bounding\":[\"CAP_SYS_ADMIN\"]}},\"linux\":"
       "{\"maskedPaths\":[\"/proc/kcore\"],\"namespaces\":[{\"type\":\"pid\"},{\"type\":"
       "\"network\"},{\"type\":\"ipc\"}]}}"}},
     "{}",
     NULL},
    {"a seccomp filter: not privileged",
     {{ANSWER_OCI_SPEC, "{\"process\":{\"capabilities\":{\"bounding\":[\"CAP_SYS_ADMIN\"]}},"
                        "\"linux\":{\"seccomp\":{}}}"}},
     "{}",
     NULL},
    {"a spec of CRI-O",
     {{ANSWER_OCI_SPEC,
       "{\"root\":{\"path\":\"/var/lib/containers/storage/overlay/x/merged\"},\"annotations\":"
       "{\"io.kubernetes.cri-o.ContainerType\":\"container\",\"io.kubernetes.cri-o.SandboxID\":"
       "\"" POD "\",\"io.kubernetes.cri-o.KubeName\":\"p\",\"io.kubernetes.cri-o.Namespace\":"
       "\"n\",\"io.kubernetes.cri-o.ImageName\":\"reg/web:1\",\"io.kubernetes.cri-o.ImageRef\":"
       "\"" IMAGE_HEX "\",\"io.kubernetes.container.name\":\"app\",\"io.kubernetes.pod.uid\":\"u\","
                      "\"io.kubernetes.cri-o.Created\":"
       "\"2026-01-02T03:04:05Z\"}}"}},
     "{\"name\":\"app\",\"image\":\"reg/web:1\",\"image_id\":\"" IMAGE_HEX
     "\",\"image_repository\":\"reg/web\",\"image_tag\":"
     "\"1\",\"pod_name\":\"p\",\"pod_namespace\":\"n\",\"pod_uid\":\"u\",\"pod_sandbox_id\":\"" POD
     "\",\"upper_directory\":\"/var/lib/containers/storage/overlay/x/diff\","
     "\"created\":1767323045000000000}",
     NULL},
    {"the sandbox of CRI-O, and a digest",
     {{ANSWER_OCI_SPEC,
       "{\"annotations\":{\"io.kubernetes.cri-o.ContainerType\":\"sandbox\","
       "\"io.kubernetes.cri-o.KubeName\":\"p\",\"io.kubernetes.container.name\":\"POD\","
       "\"io.kubernetes.cri-o.ImageRef\":\"reg/pause@sha256:" IMAGE_HEX "\"}}"}},
     "{\"name\":\"p\",\"image_digest\":\"sha256:" IMAGE_HEX
     "\",\"pod_name\":\"p\",\"pod_sandbox_id\":\"" ID "\",\"is_pod_sandbox\":true}",
     NULL},
    {"podman",
     {{ANSWER_PODMAN_CONTAINERS,
       "[{\"id\":\"" POD "\",\"names\":[\"no\"]},{\"id\":\"" ID "\",\"names\":[\"web\"],"
       "\"image\":\"" IMAGE_HEX "\",\"metadata\":\"{\\\"image-name\\\":\\\"localhost/web:1\\\","
       "\\\"created-at\\\":1767323045}\"}]"},
      {ANSWER_PODMAN_IMAGES, "[{\"id\":\"" IMAGE_HEX "\",\"digest\":\"" DIGEST "\"}]"},
      {ANSWER_OCI_SPEC, "{\"annotations\":{\"io.podman.annotations.privileged\":\"TRUE\"}}"}},
     "{\"name\":\"web\",\"image\":\"localhost/web:1\",\"image_id\":\"" IMAGE_HEX
     "\",\"image_repository\":\"localhost/web\",\"image_tag\":\"1\",\"image_digest\":\"" DIGEST
     "\",\"privileged\":true,\"created\":1767323045000000000}",
     NULL},
    {"mounts and the first process",
     {{ANSWER_OCI_SPEC, "{}"},
      {ANSWER_PROCESS, "42 1767323045000000000"},
      {ANSWER_MOUNTS,
       "1 0 0:1 / / rw - ext4 /dev/a rw\n2 1 0:2 / / rw,x shared:1 - overlay overlay "
       "rw,lowerdir=/l,upperdir=/var/a\\040b/diff,workdir=/w\n3 2 0:3 / /proc rw - proc p rw\n"}},
     "{\"upper_directory\":\"/var/a b/diff\",\"started\":1767323045000000000,\"init_pid\":42}",
     NULL},
    {"a root that hides the overlay",
     {{ANSWER_OCI_SPEC, "{}"},
      {ANSWER_MOUNTS, "2 1 0:2 / / rw - overlay o upperdir=/x\n3 1 0:3 / / rw - tmpfs t rw\n"}},
     "{}",
     NULL},
    {"about another",
     {{ANSWER_DOCKER_CONTAINER, "{\"Id\":\"" POD "\"}"}},
     NULL,
     "Docker's container: the answer is about another container"},
    {"about none", {{ANSWER_DOCKER_CONTAINER, "{\"Id\":5}"}}, NULL, "does not say which container"},
    {"no object", {{ANSWER_DOCKER_CONTAINER, "[1]"}}, NULL, "no JSON object"},
    {"no JSON", {{ANSWER_DOCKER_CONTAINER, "{\"Id\":"}}, NULL, "Docker's container: "},
    {"podman does not list it",
     {{ANSWER_PODMAN_CONTAINERS, "[{\"id\":\"" POD "\"}]"}},
     NULL,
     "does not say which container"},
    {"containerd speaks nonsense",
     {{ANSWER_CONTAINERD_CONTAINER, "\xff\xff\xff"}},
     NULL,
     "containerd's API"},
    {"CRI speaks nonsense",
     {{ANSWER_CRI_CONTAINER, "\x0a\x7f"}},
     NULL,
     "Kubernetes runtime interface"},
    {"nothing that tells", {{ANSWER_PROCESS, "1 2"}}, NULL, "no document tells of the container"},
};

/* A want that begins with "{" is the whole; else a part. */
static void check(const char *name, int r, const struct answer *answer, const struct error *err,
                  const char *want, const char *error)
{
    struct buf text = BUF_INIT(ANSWER_OP_REPLY_LIMIT);

    if ((r < 0) != (want == NULL) || (r < 0 && !strstr(err->message, error)))
        fail_msg("%s: %d %s", name, r, err->message);
    if (r == 0) {
        container_metadata_write(&(struct container){.metadata = &answer->metadata}, &text);
        if (want[0] == '{' ? strcmp(buf_cstr(&text), want) != 0 : !strstr(buf_cstr(&text), want))
            fail_msg("%s: got\n%s\nwant\n%s", name, buf_cstr(&text), want);
    }
    buf_done(&text);
}

static void reads_texts(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        _cleanup_arena_ struct arena *arena = arena_new(ANSWER_ARENA_LIMIT);
        struct answer_part parts[ANSWER_DOCUMENTS_LIMIT];
        struct answer_question question = {.id = VIEW(ID), .parts = parts};
        struct error err = ERROR_INIT;
        struct answer answer;
        int r;

        for (; cases[i].parts[question.count].text; question.count++)
            parts[question.count] = (struct answer_part){
                cases[i].parts[question.count].kind, view_of(cases[i].parts[question.count].text)};
        r = answer_read(&question, arena, &answer, &err);
        check(cases[i].name, r, &answer, &err, cases[i].want, cases[i].error);
    }
}

/* ---- Recorded ---- */

static const struct {
    const char *file;
    const char *wants[10];
} recorded[] = {
    {"docker",
     {"\"name\":\"web2\"", "\"image\":\"test/box:1\"", "\"tier\":\"front\"",
      "\"upper_directory\":\"/var/lib/docker/overlay2/x y/diff\"",
      "\"started\":1795270184760588491",
      "\"mounts\":[{\"source\":\"/srv/app\",\"destination\":\"/data\",\"mode\":\"ro\","
      "\"propagation\":\"rslave\"}]"}},
    {"docker-files",
     {"\"name\":\"web2\"", "\"image\":\"test/box:1\"", "\"tier\":\"front\"",
      "\"mounts\":[{\"source\":\"/srv/app\",\"destination\":\"/data\",\"mode\":\"ro\","
      "\"propagation\":\"rslave\"}]"}},
    {"containerd-cri",
     {"\"name\":\"app\"", "\"image\":\"docker.io/test/box:1\"", "\"image_id\":\"9f08758f",
      "\"image_digest\":\"sha256:2bcf49d4", "\"ip\":\"10.99.0.2\"",
      "\"liveness_probe\":\"/bin/cat /tmp/x\"",
      "\"pod_name\":\"netpod\",\"pod_namespace\":\"shop\","
      "\"pod_uid\":\"5d3b1bbd-9a6e-4a4e-8d4e-3f6c7e0a9f11\"",
      "\"init_pid\":5794,\"mounts\":[{\"source\":\"/srv/app\",\"destination\":\"/host\","
      "\"propagation\":\"private\"}]",
      "\"cni_json\":\"{\\\"eth0\\\":{\\\"IPConfigs\\\":[{\\\"IP\\\":\\\"10.99.0.2\\\""}},
    {"containerd-labels",
     {"\"name\":\"app\"", "\"pod_name\":\"netpod\"", "\"pod_labels\":{", "\"app\":\"web\"",
      "\"io.cri-containerd.kind\":\"container\"",
      "\"mounts\":[{\"source\":\"/srv/app\",\"destination\":\"/host\""}},
    {"crio", {"\"name\":\"app\"", "\"pod_name\":\"netpod\"", "\"started\":1795269694264325196"}},
    {"sandbox",
     {"\"name\":\"netpod\"", "\"is_pod_sandbox\":true", "\"pod_ip\":\"10.99.0.2\"",
      "\"app\":\"web\"", "\"image\":\"docker.io/test/pause:1\""}},
    /* Of a kubelet, about a pod with the host's namespaces; containerd knows it before CRI. */
    {"kubelet-sandbox-early",
     {"\"name\":\"root-node1\",\"image\":\"registry.k8s.io/pause:3.9\"",
      "\"pod_name\":\"root-node1\",\"pod_namespace\":\"kube-system\","
      "\"pod_uid\":\"62e1ce24a297a2eef8b695d64a77779f\"",
      "snapshots/58/fs\",\"is_pod_sandbox\":true,\"host_pid\":true,\"host_network\":true,"
      "\"host_ipc\":true"}},
    {"kubelet-sandbox",
     {"\"name\":\"root-node1\"", "\"k8s-app\":\"agent\"",
      "snapshots/58/fs\",\"is_pod_sandbox\":true,\"host_pid\":true"}},
    {"kubelet-host-pod",
     {"\"name\":\"plain\",\"image\":\"registry.example/shop/box:1.2\"",
      "\"image_tag\":\"1.2\",\"image_digest\":\"sha256:44bd78f229a7", "\"k8s-app\":\"agent\"",
      "\"host_pid\":true,\"host_network\":true,\"host_ipc\":true"}},
    {"kubelet-privileged",
     {"\"name\":\"agent\"",
      "\"privileged\":true,\"host_pid\":true,\"host_network\":true,\"host_ipc\":true",
      "\"mounts\":[{\"source\":\"/\",\"destination\":\"/host\"", "/etc-hosts\""}},
    {"podman",
     {"\"name\":\"pweb\"", "\"image\":\"localhost/test/box:1\"", "\"image_digest\":\"sha256:fff0",
      "\"mounts\":[{\"source\":\"/srv/app\",\"destination\":\"/data\","
      "\"propagation\":\"rprivate\"}]"}},
};

static void reads_recordings(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(recorded); i++) {
        _cleanup_arena_ struct arena *arena = arena_new(ANSWER_ARENA_LIMIT);
        struct buf request = BUF_INIT(SANDBOX_REQUEST_LIMIT);
        struct answer_part parts[ANSWER_DOCUMENTS_LIMIT];
        struct answer_question question;
        struct error err = ERROR_INIT;
        struct answer answer;
        char path[1024];
        int r;

        snprintf(path, sizeof(path), "%s/tests/corpus/sensor_container-answer/%s",
                 getenv("PLIMSOLL_SOURCE_ROOT"), recorded[i].file);
        assert_int_equal(fd_read_file(path, &request, NULL), 0);
        assert_true(answer_question_decode(buf_view(&request), parts, &question));
        r = answer_read(&question, arena, &answer, &err);
        for (size_t w = 0; recorded[i].wants[w]; w++)
            check(recorded[i].file, r, &answer, &err, recorded[i].wants[w], "");
        buf_done(&request);
    }
}

/* ---- Written in protobuf ---- */

static void add_pair(struct buf *to, uint32_t number, const char *key, const char *value)
{
    struct buf entry = BUF_INIT(1 << 20);

    protobuf_add_bytes(&entry, 1, view_of(key));
    protobuf_add_bytes(&entry, 2, view_of(value));
    protobuf_add_bytes(to, number, buf_view(&entry));
    buf_done(&entry);
}

/* ContainerStatusResponse of a container in CRI, with its info. */
static void make_status(struct buf *to, const char *id, const char *info)
{
    struct buf status = BUF_INIT(1 << 20);

    protobuf_add_bytes(&status, 1, view_of(id));
    protobuf_add_number(&status, 5, 1767323045000000000);
    protobuf_add_bytes(to, 1, buf_view(&status));
    add_pair(to, 2, "info", info);
    buf_done(&status);
}

static const struct {
    const char *name, *id, *info, *want, *error;
} statuses[] = {
    {"privileged, in containerd", ID,
     "{\"config\":{\"linux\":{\"security_context\":{\"privileged\":true}}}}",
     "{\"privileged\":true,\"started\":1767323045000000000}", NULL},
    {"not privileged, in containerd, whatever the spec says", ID,
     "{\"config\":{\"linux\":{}},\"runtimeSpec\":{\"process\":{\"capabilities\":{\"bounding\":"
     "[\"CAP_SYS_ADMIN\"]}},\"linux\":{}}}",
     "{\"started\":1767323045000000000}", NULL},
    {"privileged, in CRI-O", ID, "{\"privileged\":true,\"pid\":9}",
     "{\"privileged\":true,\"started\":1767323045000000000,\"init_pid\":9}", NULL},
    {"an image without a digest, in CRI-O", ID,
     "{\"runtimeSpec\":{\"annotations\":{\"io.kubernetes.cri-o.ImageRef\":\"" IMAGE_HEX "\"}}}",
     "{\"image_id\":\"" IMAGE_HEX "\",\"started\":1767323045000000000}", NULL},
    {"no info", ID, "", "{\"started\":1767323045000000000}", NULL},
    {"broken info", ID, "{", NULL, "the status of a container: its info: "},
    {"another's", POD, "{}", NULL, "about another container"},
};

static void reads_statuses(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(statuses); i++) {
        _cleanup_arena_ struct arena *arena = arena_new(ANSWER_ARENA_LIMIT);
        struct buf response = BUF_INIT(1 << 20);
        struct answer_part part = {.kind = ANSWER_CRI_CONTAINER};
        const struct answer_question question = {.id = VIEW(ID), .parts = &part, .count = 1};
        struct error err = ERROR_INIT;
        struct answer answer;
        int r;

        make_status(&response, statuses[i].id, statuses[i].info);
        part.bytes = buf_view(&response);
        r = answer_read(&question, arena, &answer, &err);
        check(statuses[i].name, r, &answer, &err, statuses[i].want, statuses[i].error);
        buf_done(&response);
    }
}

/* ---- Limits ---- */

/* GetContainerResponse of containerd: labels, and a spec with annotations. */
static const struct {
    const char *name, *annotation, *want;
} labelled[] = {
    {"labels of an image make no pod", "a", "{\"name\":\"" ID "\",\"labels\":{"},
    {"the runtime of Kubernetes made it", "io.kubernetes.cri.container-type",
     "\"pod_namespace\":\"kube-system\""},
};

static void reads_labels_of_containerd(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(labelled); i++) {
        _cleanup_arena_ struct arena *arena = arena_new(ANSWER_ARENA_LIMIT);
        struct buf container = BUF_INIT(1 << 20), message = BUF_INIT(1 << 20);
        struct buf spec = BUF_INIT(1 << 10), any = BUF_INIT(1 << 20), json = BUF_INIT(1 << 20);
        struct answer_part part = {.kind = ANSWER_CONTAINERD_CONTAINER};
        struct answer_question question = {.id = VIEW(ID), .parts = &part, .count = 1};
        struct error err = ERROR_INIT;
        struct answer answer;

        buf_addf(&spec, "{\"annotations\":{\"%s\":\"container\"}}", labelled[i].annotation);
        protobuf_add_bytes(&any, 2, buf_view(&spec));
        protobuf_add_bytes(&container, 1, VIEW(ID));
        add_pair(&container, 2, "io.kubernetes.pod.namespace", "kube-system");
        protobuf_add_bytes(&container, 5, buf_view(&any));
        protobuf_add_bytes(&message, 1, buf_view(&container));
        part.bytes = buf_view(&message);
        assert_int_equal(answer_read(&question, arena, &answer, &err), 0);
        container_metadata_write(&(struct container){.metadata = &answer.metadata}, &json);
        if (!strstr(buf_cstr(&json), labelled[i].want))
            fail_msg("%s: %s", labelled[i].name, buf_cstr(&json));
        buf_done(&container);
        buf_done(&message);
        buf_done(&spec);
        buf_done(&any);
        buf_done(&json);
    }
}

static void lists_are_limited(void **state)
{
    _cleanup_arena_ struct arena *arena = arena_new(ANSWER_ARENA_LIMIT);
    struct buf text = BUF_INIT(ANSWER_DOCUMENT_LIMIT);
    struct answer_part part = {.kind = ANSWER_DOCKER_CONTAINER};
    const struct answer_question question = {.id = VIEW(ID), .parts = &part, .count = 1};
    struct error err = ERROR_INIT;
    struct answer answer;

    (void)state;
    buf_add_str(&text, "{\"Id\":\"" ID "\",\"Config\":{\"Labels\":{\"a\":\"b\"");
    for (int i = 0; i < ANSWER_LIST_LIMIT; i++)
        buf_addf(&text, ",\"%d\":\"\"", i);
    buf_add_str(&text, "}}}");
    part.bytes = buf_view(&text);
    assert_int_equal(answer_read(&question, arena, &answer, &err), ERROR_LIMIT);
    assert_non_null(strstr(err.message, "labels"));
    buf_done(&text);
}

static const struct {
    const char *lead, *want;
} leads[] = {
    {"shop/web:1", "shop/web:1"},
    {"", ""},
    {"../../etc", ""},
    {"a b", ""},
    {"a*", ""},
    {"a\"b", ""},
};

static void leads_are_checked(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(leads); i++) {
        struct buf bytes = BUF_INIT(4096);
        struct answer_reply reply;

        buf_add_u8(&bytes, 0);
        buf_add_varint(&bytes, 7);
        for (int n = 0; n < ANSWER_LEADS; n++)
            buf_add_bytes(&bytes, view_of(leads[i].lead));
        assert_int_equal(answer_reply_decode(buf_view(&bytes), &reply, NULL), ERROR_INPUT);
        buf_add_str(&bytes, "{}");
        assert_int_equal(answer_reply_decode(buf_view(&bytes), &reply, NULL), 0);
        assert_view(reply.leads[ANSWER_LEAD_HOME], leads[i].want);
        assert_int_equal(reply.init_pid, 7);
        buf_done(&bytes);
    }
}

RUN_TESTS(cmocka_unit_test(reads_texts), cmocka_unit_test(reads_recordings),
          cmocka_unit_test(reads_statuses), cmocka_unit_test(reads_labels_of_containerd),
          cmocka_unit_test(lists_are_limited), cmocka_unit_test(leads_are_checked))
