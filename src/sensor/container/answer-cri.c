/* The Kubernetes runtime interface, runtime.v1 (the same numbers in v1alpha2), with the
 * "info" that verbose answers of containerd and CRI-O carry: JSON in a map. */
#include "codec/json-write.h"
#include "net/protobuf.h"
#include "sensor/container/answer-draft.h"

enum {
    NAMESPACE_NODE = 2, /* NamespaceMode */
    COPY_DEPTH_LIMIT = 32,
};

static int broken(struct error *err)
{
    return error_set(err, ERROR_INPUT, "it is not what the Kubernetes runtime interface says");
}

static bool find_entry(struct view entry, struct view *ret_key, struct view *ret_value)
{
    return protobuf_find(entry, 1, ret_key) && protobuf_find(entry, 2, ret_value);
}

/* Maps are repeated messages {key = 1, value = 2}. */
static bool find_in_map(struct view message, uint32_t number, struct view key, struct view *ret)
{
    struct cursor c = cursor_of(message);
    struct view got, value;

    *ret = VIEW_EMPTY;
    for (struct protobuf_field f; protobuf_next(&c, &f);)
        if (f.number == number && f.type == PROTOBUF_BYTES) {
            if (!find_entry(f.bytes, &got, &value))
                return false;
            if (view_eq(got, key))
                *ret = value;
        }
    return !c.failed;
}

static int read_labels(struct answer_draft *draft, bool of_pod, struct view message,
                       uint32_t number, struct error *err)
{
    struct cursor c = cursor_of(message);
    struct view key, value;
    int r = 0;

    for (struct protobuf_field f; r == 0 && protobuf_next(&c, &f);)
        if (f.number == number && f.type == PROTOBUF_BYTES)
            r = find_entry(f.bytes, &key, &value) ? answer_add_label(draft, of_pod, key, value, err)
                                                  : broken(err);
    return r < 0 || !c.failed ? r : broken(err);
}

/* ---- Containers ---- */

static const struct view propagations[] = {VIEW("private"), VIEW("rslave"), VIEW("rshared")};

/* Mount{container_path = 1, host_path = 2, readonly = 3, propagation = 5} */
static int read_mount(struct answer_draft *draft, struct view message, struct error *err)
{
    struct container_mount mount = {0};
    uint64_t readonly, propagation;

    if (!protobuf_find(message, 1, &mount.destination) ||
        !protobuf_find(message, 2, &mount.source) || !protobuf_find_number(message, 3, &readonly) ||
        !protobuf_find_number(message, 5, &propagation))
        return broken(err);
    mount.writable = !readonly;
    if (propagation < sizeof(propagations) / sizeof(propagations[0]))
        mount.propagation = propagations[propagation];
    return answer_add_mount(draft, &mount, err);
}

static int read_mounts(struct answer_draft *draft, struct view status, struct error *err)
{
    struct cursor c = cursor_of(status);
    int r = 0;

    if (draft->mounts_known)
        return 0;
    for (struct protobuf_field f; r == 0 && protobuf_next(&c, &f);)
        if (f.number == 14 && f.type == PROTOBUF_BYTES)
            r = read_mount(draft, f.bytes, err);
    draft->mounts_known = true;
    return r;
}

static void take_privileged(struct answer_draft *draft, struct json_value info)
{
    struct json_value told =
        json_path(info, "config", "linux", "security_context", "privileged", NULL);

    if (json_type(told) != JSON_BOOL)
        told = json_get(info, VIEW("privileged"));
    /* containerd leaves out what is false. */
    if (json_type(told) != JSON_BOOL &&
        json_type(json_path(info, "config", "linux", NULL)) != JSON_OBJECT)
        return;
    draft->metadata.privileged = json_bool(told);
    draft->privileged_known = true;
}

static void take_process(struct answer_draft *draft, struct json_value info)
{
    int64_t pid = 0;

    if (draft->metadata.init_pid == 0 && json_int(json_get(info, VIEW("pid")), &pid) && pid > 0 &&
        pid <= INT32_MAX)
        draft->metadata.init_pid = (uint32_t)pid;
}

/* {"sandboxID", "pid", "config": {...}, "runtimeSpec": {...}, "snapshotKey", "privileged"} */
static int take_info(struct answer_draft *draft, struct view text, struct error *err)
{
    struct container_metadata *m = &draft->metadata;
    struct json_value info, spec;
    struct view image;
    int r = text.len ? json_parse(draft->json, text, &info, err) : 0;

    if (r < 0 || text.len == 0)
        return r < 0 ? error_wrap(err, "its info") : 0;
    spec = json_get(info, VIEW("runtimeSpec"));
    image = json_string(json_path(info, "config", "image", "image", NULL));
    take_privileged(draft, info);
    take_process(draft, info);
    if (view_starts(image, VIEW("sha256:")))
        answer_set(draft, &m->image_id, image);
    answer_set(draft, &m->pod_sandbox_id, json_get_string(info, VIEW("sandboxID")));
    answer_set(draft, &draft->leads[ANSWER_LEAD_SNAPSHOTTER],
               json_get_string(info, VIEW("snapshotter")));
    answer_set(draft, &draft->leads[ANSWER_LEAD_SNAPSHOT],
               json_get_string(info, VIEW("snapshotKey")));
    /* The namespaces of a container in a pod have paths, its sandbox tells them. */
    draft->namespaces_known = true;
    return json_type(spec) == JSON_OBJECT ? answer_take_spec(draft, spec, err) : 0;
}

/* image = 8: ImageSpec{image = 1}, image_ref = 9, image_id = 17 */
static int read_image(struct answer_draft *draft, struct view status, struct error *err)
{
    struct container_metadata *m = &draft->metadata;
    struct view image, name, reference, id;

    if (!protobuf_find(status, 8, &image) || !protobuf_find(image, 1, &name) ||
        !protobuf_find(status, 9, &reference) || !protobuf_find(status, 17, &id))
        return broken(err);
    answer_set(draft, &m->image, name);
    answer_set_image_reference(draft, reference);
    answer_set(draft, &m->image_id, id);
    return 0;
}

/* ContainerStatusResponse{status = 1: {id = 1, metadata = 2: {name = 1}, created_at = 4,
 * started_at = 5, labels = 12, annotations = 13, mounts = 14}, info = 2} */
int answer_read_cri_container(struct answer_draft *draft, struct view bytes, struct error *err)
{
    struct container_metadata *m = &draft->metadata;
    struct view status, id, metadata, name, info;
    uint64_t created, started;
    int r;

    if (!protobuf_find(bytes, 1, &status) || !protobuf_find(status, 1, &id) ||
        !protobuf_find(status, 2, &metadata) || !protobuf_find(metadata, 1, &name) ||
        !protobuf_find_number(status, 4, &created) || !protobuf_find_number(status, 5, &started) ||
        !find_in_map(bytes, 2, VIEW("info"), &info))
        return broken(err);
    r = answer_check_id(draft, id, err);
    if (r == 0)
        r = read_labels(draft, false, status, 12, err);
    answer_set(draft, &m->name, name);
    answer_set(draft, &draft->container_name, name);
    answer_set_time(&m->created, (int64_t)created);
    answer_set_time(&m->started, (int64_t)started);
    draft->is_cri = draft->by_kubelet = true;
    answer_take_kubernetes(draft);
    if (r == 0)
        r = read_image(draft, status, err);
    if (r == 0)
        r = read_mounts(draft, status, err);
    return r < 0 ? r : take_info(draft, info, err);
}

/* ---- Sandboxes ---- */

static void copy_json(struct json_writer *w, struct json_value value, unsigned depth);

static void copy_members(struct json_writer *w, struct json_value value, unsigned depth)
{
    bool object = json_type(value) == JSON_OBJECT;

    if (object)
        json_write_object(w);
    else
        json_write_array(w);
    for (struct json_iter i = json_iter(value); json_next(&i);) {
        if (object)
            json_write_key(w, i.key);
        copy_json(w, i.value, depth + 1);
    }
    json_write_end(w);
}

static void copy_json(struct json_writer *w, struct json_value value, unsigned depth)
{
    enum json_type type = json_type(value);
    int64_t number;

    if ((type == JSON_OBJECT || type == JSON_ARRAY) && depth < COPY_DEPTH_LIMIT)
        copy_members(w, value, depth);
    else if (type == JSON_STRING)
        json_write_string(w, json_string(value));
    else if (type == JSON_BOOL)
        json_write_bool(w, json_bool(value));
    else if (type == JSON_NUMBER && json_int(value, &number))
        json_write_int(w, number);
    else
        json_write_null(w);
}

/* The interfaces that CNI made, without the loopback and the host's ends, as Falco
 * tells them. */
static void take_interfaces(struct answer_draft *draft, struct json_value interfaces)
{
    struct buf text = BUF_INIT(ANSWER_DOCUMENT_LIMIT);
    struct json_writer w = JSON_WRITER_INIT(&text, false);

    if (json_type(interfaces) != JSON_OBJECT)
        return;
    json_write_object(&w);
    for (struct json_iter i = json_iter(interfaces); json_next(&i);) {
        if (view_eq(i.key, VIEW("lo")) || view_starts(i.key, VIEW("veth")))
            continue;
        json_write_key(&w, i.key);
        copy_json(&w, i.value, 1);
    }
    json_write_end(&w);
    if (json_write_done(&w, "interfaces", NULL) == 0)
        answer_set(draft, &draft->metadata.cni_json, buf_view(&text));
    buf_done(&text);
}

/* linux = 6: {namespaces = 1: {options = 2: NamespaceOption{network = 1, pid = 2, ipc = 3}}} */
static int read_namespaces(struct answer_draft *draft, struct view status, struct error *err)
{
    struct container_metadata *m = &draft->metadata;
    struct view linux_part, namespaces, options;
    uint64_t network, pid, ipc;

    if (!protobuf_find(status, 6, &linux_part) || !protobuf_find(linux_part, 1, &namespaces) ||
        !protobuf_find(namespaces, 2, &options) || !protobuf_find_number(options, 1, &network) ||
        !protobuf_find_number(options, 2, &pid) || !protobuf_find_number(options, 3, &ipc))
        return broken(err);
    m->host_network = network == NAMESPACE_NODE;
    m->host_pid = pid == NAMESPACE_NODE;
    m->host_ipc = ipc == NAMESPACE_NODE;
    draft->namespaces_known = true;
    return 0;
}

/* metadata = 2: {name = 1, uid = 2, namespace = 3}, network = 5: {ip = 1} */
static int read_pod(struct answer_draft *draft, struct view status, struct error *err)
{
    struct container_metadata *m = &draft->metadata;
    struct view metadata, name, uid, space, network, ip;

    if (!protobuf_find(status, 2, &metadata) || !protobuf_find(metadata, 1, &name) ||
        !protobuf_find(metadata, 2, &uid) || !protobuf_find(metadata, 3, &space) ||
        !protobuf_find(status, 5, &network) || !protobuf_find(network, 1, &ip))
        return broken(err);
    answer_set(draft, &m->pod_name, name);
    answer_set(draft, &m->pod_uid, uid);
    answer_set(draft, &m->pod_namespace, space);
    answer_set(draft, &m->pod_ip, ip);
    return 0;
}

static int take_sandbox_info(struct answer_draft *draft, struct view text, bool is_own,
                             struct error *err)
{
    struct json_value info;
    int r = text.len ? json_parse(draft->json, text, &info, err) : 0;

    if (r < 0 || text.len == 0)
        return r < 0 ? error_wrap(err, "its info") : 0;
    take_interfaces(draft, json_path(info, "cniResult", "Interfaces", NULL));
    if (!is_own)
        return 0;
    take_process(draft, info);
    /* "privileged" of its config: one of the pod's containers is. The sandbox has no more rights
     * than any other. */
    answer_set(draft, &draft->metadata.image, json_get_string(info, VIEW("image")));
    return 0;
}

/* PodSandboxStatusResponse{status = 1: {id = 1, created_at = 4, labels = 7, annotations = 8},
 * info = 2} */
int answer_read_cri_sandbox(struct answer_draft *draft, struct view bytes, struct error *err)
{
    struct container_metadata *m = &draft->metadata;
    struct view status, id, applied, info;
    bool is_own;
    uint64_t created;
    int r;

    if (!protobuf_find(bytes, 1, &status) || !protobuf_find(status, 1, &id) ||
        !protobuf_find_number(status, 4, &created) ||
        !find_in_map(status, 8, VIEW("kubectl.kubernetes.io/last-applied-configuration"),
                     &applied) ||
        !find_in_map(bytes, 2, VIEW("info"), &info))
        return broken(err);
    is_own = view_eq(id, draft->question->id);
    r = is_own ? 0 : answer_check_sandbox(draft, id, err);
    if (r == 0)
        r = read_pod(draft, status, err);
    if (r == 0)
        r = read_namespaces(draft, status, err);
    if (r == 0 && m->pod_label_count == 0)
        r = read_labels(draft, true, status, 7, err);
    if (r < 0)
        return r;
    answer_set(draft, &draft->applied, applied);
    draft->is_cri = draft->by_kubelet = true;
    if (is_own) {
        m->is_pod_sandbox = true;
        answer_set(draft, &m->name, m->pod_name);
        answer_set_time(&m->created, (int64_t)created);
    }
    return take_sandbox_info(draft, info, is_own, err);
}
