#include "sensor/container/answer-draft.h"

#include "base/clock.h"
#include "base/text.h"
#include "sensor/container/image-name.h"

enum { IMAGE_ID_DIGITS = 64 };

static const int64_t NS_PER_SECOND = 1000000000;

struct document_kind {
    const char *what;
    answer_reader *read;
    bool tells; /* which container it is: without one of these there is no answer */
};

static const struct document_kind kinds[ANSWER_DOCUMENT_KINDS] = {
    [ANSWER_DOCKER_CONTAINER] = {TR_KEY("Docker's container"), answer_read_docker_container, true},
    [ANSWER_DOCKER_HOST] = {TR_KEY("Docker's settings of a container"), answer_read_docker_host},
    [ANSWER_DOCKER_IMAGE] = {TR_KEY("Docker's image"), answer_read_docker_image},
    [ANSWER_DOCKER_SANDBOX] = {TR_KEY("Docker's sandbox"), answer_read_docker_sandbox},
    [ANSWER_CONTAINERD_CONTAINER] = {TR_KEY("containerd's container"),
                                     answer_read_containerd_container, true},
    [ANSWER_CONTAINERD_TASK] = {TR_KEY("containerd's task"), answer_read_containerd_task},
    [ANSWER_CONTAINERD_IMAGE] = {TR_KEY("containerd's image"), answer_read_containerd_image},
    [ANSWER_CONTAINERD_SNAPSHOT] = {TR_KEY("containerd's snapshot"),
                                    answer_read_containerd_snapshot},
    [ANSWER_CONTAINERD_SANDBOX] = {TR_KEY("containerd's sandbox"), answer_read_containerd_sandbox},
    [ANSWER_CRI_CONTAINER] = {TR_KEY("the status of a container"), answer_read_cri_container, true},
    [ANSWER_CRI_SANDBOX] = {TR_KEY("the status of a pod"), answer_read_cri_sandbox, true},
    [ANSWER_OCI_SPEC] = {TR_KEY("the spec of a container"), answer_read_oci_spec, true},
    [ANSWER_PODMAN_CONTAINERS] = {TR_KEY("Podman's list of containers"),
                                  answer_read_podman_containers, true},
    [ANSWER_PODMAN_IMAGES] = {TR_KEY("Podman's list of images"), answer_read_podman_images},
    [ANSWER_PROCESS] = {TR_KEY("the first process of a container"), answer_read_process},
    [ANSWER_MOUNTS] = {TR_KEY("the mounts of a container"), answer_read_mounts},
};

/* ---- What all readers use ---- */

void answer_set(struct answer_draft *draft, struct view *to, struct view text)
{
    if (to->len == 0 && text.len)
        *to = arena_copy(draft->arena, text);
}

void answer_set_time(int64_t *to, int64_t nanoseconds)
{
    if (*to == 0 && nanoseconds > 0)
        *to = nanoseconds;
}

int answer_add_label(struct answer_draft *draft, bool of_pod, struct view key, struct view value,
                     struct error *err)
{
    struct container_label **list = of_pod ? &draft->pod_labels : &draft->labels;
    size_t *count = of_pod ? &draft->metadata.pod_label_count : &draft->metadata.label_count;
    struct container_label *label;

    if (*count >= ANSWER_LIST_LIMIT)
        return error_set(err, ERROR_LIMIT, "more than %d labels", ANSWER_LIST_LIMIT);
    label = arena_push(draft->arena, list, count, sizeof(*label));
    if (!label)
        return error_memory(err);
    label->key = arena_copy(draft->arena, key);
    label->value = arena_copy(draft->arena, value);
    return 0;
}

int answer_add_labels(struct answer_draft *draft, bool of_pod, struct json_value labels,
                      struct error *err)
{
    for (struct json_iter i = json_iter(labels); json_next(&i);)
        if (json_type(i.value) == JSON_STRING && json_type(labels) == JSON_OBJECT) {
            int r = answer_add_label(draft, of_pod, i.key, json_string(i.value), err);

            if (r < 0)
                return r;
        }
    return 0;
}

int answer_add_mount(struct answer_draft *draft, const struct container_mount *mount,
                     struct error *err)
{
    struct container_mount *added;

    if (draft->metadata.mount_count >= ANSWER_LIST_LIMIT)
        return error_set(err, ERROR_LIMIT, "more than %d mounts", ANSWER_LIST_LIMIT);
    added = arena_push(draft->arena, &draft->mounts, &draft->metadata.mount_count, sizeof(*added));
    if (!added)
        return error_memory(err);
    *added = (struct container_mount){
        .source = arena_copy(draft->arena, mount->source),
        .destination = arena_copy(draft->arena, mount->destination),
        .mode = arena_copy(draft->arena, mount->mode),
        .propagation = arena_copy(draft->arena, mount->propagation),
        .writable = mount->writable,
    };
    return 0;
}

struct view answer_join(struct answer_draft *draft, struct json_value words, size_t first)
{
    struct buf text = BUF_INIT(ANSWER_DOCUMENT_LIMIT);
    struct view joined;
    size_t at = 0;

    for (struct json_iter i = json_iter(words); json_next(&i); at++) {
        if (at < first)
            continue;
        if (at > first)
            buf_add_char(&text, ' ');
        buf_add(&text, json_string(i.value));
    }
    joined = arena_copy(draft->arena, buf_view(&text));
    buf_done(&text);
    return joined;
}

static bool is_bare_id(struct view text)
{
    for (size_t i = 0; i < text.len; i++)
        if (!memchr("0123456789abcdef", text.ptr[i], 16))
            return false;
    return text.len == IMAGE_ID_DIGITS;
}

void answer_set_image_reference(struct answer_draft *draft, struct view reference)
{
    struct container_metadata *m = &draft->metadata;
    ptrdiff_t at = view_find(reference, '@');

    if (at >= 0)
        answer_set(draft, &m->image_digest, view_sub(reference, (size_t)at + 1, reference.len));
    else if (view_starts(reference, VIEW("sha256:")) || is_bare_id(reference))
        answer_set(draft, &m->image_id, reference);
}

int answer_check_id(const struct answer_draft *draft, struct view id, struct error *err)
{
    if (view_eq(id, draft->question->id))
        return 0;
    return error_set(err, ERROR_INPUT,
                     id.len ? "the answer is about another container"
                            : "the answer does not say which container it is about");
}

int answer_check_sandbox(const struct answer_draft *draft, struct view id, struct error *err)
{
    struct view wanted = draft->metadata.pod_sandbox_id;

    if (id.len && (wanted.len == 0 || view_eq(id, wanted)))
        return 0;
    return error_set(err, ERROR_INPUT, "the answer is about another pod");
}

int64_t answer_parse_time(struct view text)
{
    ptrdiff_t dot = view_find(text, '.');
    int64_t seconds, unit = NS_PER_SECOND, fraction = 0;

    if (!clock_parse_rfc3339(text, &seconds) || seconds <= 0 || seconds > INT64_MAX / unit - 1)
        return 0;
    for (size_t i = (size_t)dot + 1; dot >= 0 && i < text.len && unit > 1; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9')
            break;
        unit /= 10;
        fraction += (text.ptr[i] - '0') * unit;
    }
    return seconds * NS_PER_SECOND + fraction;
}

/* ---- What follows from what was read ---- */

static struct view label_of(const struct answer_draft *draft, struct view key)
{
    for (size_t i = 0; i < draft->metadata.label_count; i++)
        if (view_eq(draft->labels[i].key, key))
            return draft->labels[i].value;
    return VIEW_EMPTY;
}

/* The labels that the kubelet gives to containers. Labels of the image are among them, and
 * must not make a container look like a pod of the cluster's own. */
void answer_take_kubernetes(struct answer_draft *draft)
{
    struct container_metadata *m = &draft->metadata;
    const struct {
        struct view *to, key;
    } known[] = {
        {&m->pod_name, VIEW("io.kubernetes.pod.name")},
        {&m->pod_namespace, VIEW("io.kubernetes.pod.namespace")},
        {&m->pod_uid, VIEW("io.kubernetes.pod.uid")},
        {&draft->container_name, VIEW("io.kubernetes.container.name")},
        {&draft->applied, VIEW("annotation.kubectl.kubernetes.io/last-applied-configuration")},
    };

    if (!draft->by_kubelet)
        return;
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        answer_set(draft, known[i].to, label_of(draft, known[i].key));
    if (view_eq(label_of(draft, VIEW("io.cri-containerd.kind")), VIEW("sandbox")))
        m->is_pod_sandbox = true;
    if (m->is_pod_sandbox)
        answer_set(draft, &m->pod_sandbox_id, draft->question->id);
    else
        answer_set(draft, &draft->leads[ANSWER_LEAD_SANDBOX], m->pod_sandbox_id);
}

/* A pod's sandbox has the labels of its pod. */
static void take_pod_labels(struct answer_draft *draft)
{
    struct container_metadata *m = &draft->metadata;

    if (m->is_pod_sandbox && m->pod_label_count == 0) {
        draft->pod_labels = draft->labels;
        m->pod_label_count = m->label_count;
    }
    if (m->pod_sandbox_id.len)
        answer_set(draft, &m->ip, m->pod_ip);
    if (m->is_pod_sandbox)
        answer_set(draft, &m->pod_ip, m->ip);
}

static void split_image(struct answer_draft *draft)
{
    struct container_metadata *m = &draft->metadata;
    struct image_name name = image_name_split(m->image);

    answer_set(draft, &m->image_repository, name.repository);
    answer_set(draft, &m->image_digest, name.digest);
    if (view_eq(m->image_repository, name.repository))
        answer_set(draft, &m->image_tag, name.tag);
    m->image_id = view_strip_prefix(m->image_id, VIEW("sha256:"));
}

/* The probes of a pod that kubectl applied; Falco knows no others. */
static int take_probes(struct answer_draft *draft, struct error *err)
{
    struct container_metadata *m = &draft->metadata;
    struct json_value pod;
    struct error ignored = ERROR_INIT;

    /* Users write this annotation: nonsense in it is no fault of the runtime. */
    if (draft->applied.len == 0 || json_parse(draft->json, draft->applied, &pod, &ignored) < 0)
        return 0;
    for (struct json_iter i = json_iter(json_path(pod, "spec", "containers", NULL));
         json_next(&i);) {
        if (!view_eq(json_get_string(i.value, VIEW("name")), draft->container_name))
            continue;
        answer_set(
            draft, &m->liveness_probe,
            answer_join(draft, json_path(i.value, "livenessProbe", "exec", "command", NULL), 0));
        answer_set(
            draft, &m->readiness_probe,
            answer_join(draft, json_path(i.value, "readinessProbe", "exec", "command", NULL), 0));
    }
    return arena_failed(draft->arena, "an answer", err);
}

static int finish(struct answer_draft *draft, struct answer *ret, struct error *err)
{
    struct container_metadata *m = &draft->metadata;
    int r;

    answer_take_kubernetes(draft);
    take_pod_labels(draft);
    split_image(draft);
    r = take_probes(draft, err);
    if (r == 0)
        r = arena_failed(draft->arena, "an answer", err);
    if (r < 0)
        return r;
    m->labels = draft->labels;
    m->pod_labels = draft->pod_labels;
    m->mounts = draft->mounts;
    *ret = (struct answer){.metadata = *m, .is_cri = draft->is_cri};
    memcpy(ret->leads, draft->leads, sizeof(ret->leads));
    return 0;
}

/* A document that can't be used is left out as long as another one tells. */
static int read_parts(struct answer_draft *draft, struct error *err)
{
    const struct answer_question *question = draft->question;
    struct error first = ERROR_INIT;
    bool told = false;

    for (size_t i = 0; i < question->count; i++) {
        const struct document_kind *kind = &kinds[question->parts[i].kind];
        struct error why = ERROR_INIT;

        if (kind->read(draft, question->parts[i].bytes, &why) == 0) {
            told |= kind->tells;
        } else if (!error_is_set(&first)) {
            error_wrap(&why, "%s", tr(kind->what));
            first = why;
        }
    }
    if (told)
        return 0;
    if (!error_is_set(&first))
        return error_set(err, ERROR_INPUT, "no document tells of the container");
    if (err)
        *err = first;
    return first.kind;
}

int answer_read(const struct answer_question *question, struct arena *arena, struct answer *ret,
                struct error *err)
{
    _cleanup_(json_parser_free_p) struct json_parser *json = NULL;
    struct answer_draft draft = {.arena = arena, .question = question};
    int r = json_parser_new(&json, err);

    draft.json = json;
    if (r == 0)
        r = read_parts(&draft, err);
    return r < 0 ? r : finish(&draft, ret, err);
}
