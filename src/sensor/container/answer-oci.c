/* OCI runtime specs (config.json of a bundle), as containerd, CRI-O, Podman and
 * BuildKit write them, with the annotations of each; and the table of mounts of a
 * container's first process. */
#include "sensor/container/answer-draft.h"

static bool has(struct json_value list, struct view word)
{
    for (struct json_iter i = json_iter(list); json_next(&i);)
        if (view_eq(json_string(i.value), word))
            return true;
    return false;
}

/* ---- Privileged, host namespaces ---- */

static bool looks_privileged(struct json_value spec)
{
    struct json_value linux_part = json_get(spec, VIEW("linux"));
    struct json_value bounding = json_path(spec, "process", "capabilities", "bounding", NULL);

    return json_type(linux_part) == JSON_OBJECT &&
           json_count(json_get(linux_part, VIEW("maskedPaths"))) == 0 &&
           json_count(json_get(linux_part, VIEW("readonlyPaths"))) == 0 &&
           json_type(json_get(linux_part, VIEW("seccomp"))) != JSON_OBJECT &&
           has(bounding, VIEW("CAP_SYS_ADMIN"));
}

/* A namespace that the spec does not name is the host's. */
static bool shares_host(struct json_value spec, struct view type)
{
    for (struct json_iter i = json_iter(json_path(spec, "linux", "namespaces", NULL));
         json_next(&i);)
        if (view_eq(json_get_string(i.value, VIEW("type")), type))
            return false;
    return json_type(json_path(spec, "linux", "namespaces", NULL)) == JSON_ARRAY;
}

void answer_take_namespaces(struct answer_draft *draft, struct json_value spec, bool pod)
{
    struct container_metadata *m = &draft->metadata;

    if (draft->namespaces_known)
        return;
    m->host_network |= shares_host(spec, VIEW("network"));
    m->host_ipc |= shares_host(spec, VIEW("ipc"));
    if (!pod)
        m->host_pid |= shares_host(spec, VIEW("pid"));
}

static void take_isolation(struct answer_draft *draft, struct json_value spec)
{
    if (!draft->privileged_known)
        draft->metadata.privileged = looks_privileged(spec);
    answer_take_namespaces(draft, spec, false);
}

/* ---- Mounts ---- */

static bool is_bind(struct json_value mount)
{
    struct json_value options = json_get(mount, VIEW("options"));

    return view_eq(json_get_string(mount, VIEW("type")), VIEW("bind")) ||
           has(options, VIEW("bind")) || has(options, VIEW("rbind"));
}

static struct view propagation_of(struct json_value options)
{
    static const struct view known[] = {VIEW("rprivate"), VIEW("private"), VIEW("rshared"),
                                        VIEW("shared"),   VIEW("rslave"),  VIEW("slave")};

    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        if (has(options, known[i]))
            return known[i];
    return VIEW_EMPTY;
}

/* Files that the runtime makes for the container (hosts, hostname, ...) lie in
 * folders named by its id, or its pod's. */
static bool is_own_file(const struct answer_draft *draft, struct view source)
{
    struct view sandbox = draft->metadata.pod_sandbox_id;

    while (source.ptr) {
        struct view component = view_cut(&source, '/');

        if (view_eq(component, draft->question->id) || (sandbox.len && view_eq(component, sandbox)))
            return true;
    }
    return false;
}

/* Only what is bound from the host, as the runtimes' own lists have it. */
static int take_mounts(struct answer_draft *draft, struct json_value mounts, struct error *err)
{
    int r = 0;

    for (struct json_iter i = json_iter(mounts); r == 0 && json_next(&i);) {
        struct json_value options = json_get(i.value, VIEW("options"));
        const struct container_mount mount = {
            .source = json_get_string(i.value, VIEW("source")),
            .destination = json_get_string(i.value, VIEW("destination")),
            .propagation = propagation_of(options),
            .writable = !has(options, VIEW("ro")),
        };

        if (is_bind(i.value) && !is_own_file(draft, mount.source))
            r = answer_add_mount(draft, &mount, err);
    }
    draft->mounts_known = true;
    return r;
}

/* ---- Annotations ---- */

static void take_names(struct answer_draft *draft, struct json_value annotations)
{
    struct container_metadata *m = &draft->metadata;
    const struct {
        struct view *to, key;
    } known[] = {
        {&m->pod_name, VIEW("io.kubernetes.cri.sandbox-name")},
        {&m->pod_namespace, VIEW("io.kubernetes.cri.sandbox-namespace")},
        {&m->pod_uid, VIEW("io.kubernetes.cri.sandbox-uid")},
        {&m->pod_sandbox_id, VIEW("io.kubernetes.cri.sandbox-id")},
        {&draft->container_name, VIEW("io.kubernetes.cri.container-name")},
        {&m->image, VIEW("io.kubernetes.cri.image-name")},
        {&m->pod_name, VIEW("io.kubernetes.cri-o.KubeName")},
        {&m->pod_namespace, VIEW("io.kubernetes.cri-o.Namespace")},
        {&m->pod_sandbox_id, VIEW("io.kubernetes.cri-o.SandboxID")},
        {&m->image, VIEW("io.kubernetes.cri-o.ImageName")},
        {&m->ip, VIEW("io.kubernetes.cri-o.IP.0")},
        {&m->pod_name, VIEW("io.kubernetes.pod.name")},
        {&m->pod_namespace, VIEW("io.kubernetes.pod.namespace")},
        {&m->pod_uid, VIEW("io.kubernetes.pod.uid")},
        {&draft->container_name, VIEW("io.kubernetes.container.name")},
    };

    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        answer_set(draft, known[i].to, json_get_string(annotations, known[i].key));
    answer_set_image_reference(draft,
                               json_get_string(annotations, VIEW("io.kubernetes.cri-o.ImageRef")));
}

/* Annotations that the runtimes of Kubernetes give; Podman takes over those of the image. */
static bool is_podmans(const struct answer_draft *draft, struct json_value annotations)
{
    return draft->question->runtime == CONTAINER_PODMAN ||
           view_eq(json_get_string(annotations, VIEW("io.container.manager")), VIEW("libpod"));
}

static void take_pod(struct answer_draft *draft, struct json_value annotations)
{
    struct container_metadata *m = &draft->metadata;
    struct view of_cri = json_get_string(annotations, VIEW("io.kubernetes.cri.container-type"));
    struct view of_crio = json_get_string(annotations, VIEW("io.kubernetes.cri-o.ContainerType"));

    take_names(draft, annotations);
    draft->by_kubelet |= of_cri.len || of_crio.len;
    if (view_eq(of_cri, VIEW("sandbox")) || view_eq(of_crio, VIEW("sandbox")))
        m->is_pod_sandbox = true;
    if (m->pod_sandbox_id.len && !m->is_pod_sandbox)
        answer_set(draft, &draft->leads[ANSWER_LEAD_SANDBOX], m->pod_sandbox_id);
    answer_set(draft, &m->name, m->is_pod_sandbox ? m->pod_name : draft->container_name);
}

static void take_origin(struct answer_draft *draft, struct json_value annotations)
{
    struct container_metadata *m = &draft->metadata;
    struct view privileged = json_get_string(annotations, VIEW("io.podman.annotations.privileged"));
    struct view created = json_get_string(annotations, VIEW("io.kubernetes.cri-o.Created"));

    if (privileged.len && !draft->privileged_known) {
        m->privileged = view_eq_nocase(privileged, VIEW("TRUE"));
        draft->privileged_known = true;
    }
    answer_set_time(&m->created, answer_parse_time(created));
}

/* Engines that use overlays have "merged" beside "diff". */
static void take_root(struct answer_draft *draft, struct view path)
{
    struct view folder = view_strip_suffix(path, VIEW("/merged"));

    if (folder.len < path.len)
        answer_set(draft, &draft->metadata.upper_directory,
                   arena_printf(draft->arena, "%.*s/diff", VIEW_ARG(folder)));
}

int answer_take_spec(struct answer_draft *draft, struct json_value spec, struct error *err)
{
    struct json_value annotations = json_get(spec, VIEW("annotations"));

    if (json_type(spec) != JSON_OBJECT)
        return error_set(err, ERROR_INPUT, "it is no JSON object");
    if (!is_podmans(draft, annotations))
        take_pod(draft, annotations);
    take_origin(draft, annotations);
    take_isolation(draft, spec);
    take_root(draft, json_string(json_path(spec, "root", "path", NULL)));
    return draft->mounts_known ? 0 : take_mounts(draft, json_get(spec, VIEW("mounts")), err);
}

int answer_read_oci_spec(struct answer_draft *draft, struct view bytes, struct error *err)
{
    struct json_value spec;
    int r = json_parse(draft->json, bytes, &spec, err);

    return r < 0 ? r : answer_take_spec(draft, spec, err);
}

/* ---- The first process ---- */

int answer_read_process(struct answer_draft *draft, struct view bytes, struct error *err)
{
    struct view rest = bytes, pid_text = view_word(&rest), started_text = view_word(&rest);
    uint64_t pid, started;

    if (!view_to_u64(pid_text, &pid) || !view_to_u64(started_text, &started) || pid > INT32_MAX ||
        started > INT64_MAX)
        return error_set(err, ERROR_INPUT, "it is no process");
    if (draft->metadata.init_pid == 0)
        draft->metadata.init_pid = (uint32_t)pid;
    answer_set_time(&draft->metadata.started, (int64_t)started);
    return 0;
}

/* ---- /proc/PID/mountinfo ---- */

static bool is_octal(char c)
{
    return c >= '0' && c <= '7';
}

/* The kernel writes blanks, tabs, newlines and "\" as three octal digits. */
static struct view unescape(struct answer_draft *draft, struct view text)
{
    struct buf plain = BUF_INIT(ANSWER_DOCUMENT_LIMIT);
    struct view copy;

    for (size_t i = 0; i < text.len; i++) {
        const char *c = text.ptr + i;

        if (c[0] == '\\' && text.len - i > 3 && is_octal(c[1]) && is_octal(c[2]) &&
            is_octal(c[3])) {
            buf_add_char(&plain, (char)((c[1] - '0') << 6 | (c[2] - '0') << 3 | (c[3] - '0')));
            i += 3;
        } else {
            buf_add_char(&plain, c[0]);
        }
    }
    copy = arena_copy(draft->arena, buf_view(&plain));
    buf_done(&plain);
    return copy;
}

struct view answer_upper_directory(struct answer_draft *draft, struct view options)
{
    while (options.ptr) {
        struct view option = view_cut(&options, ',');
        struct view upper = view_strip_prefix(option, VIEW("upperdir="));

        if (upper.len < option.len)
            return unescape(draft, upper);
    }
    return VIEW_EMPTY;
}

/* Fields: id, parent, device, root, mount point, options, tags ..., "-", type,
 * source, options of the file system (proc(5)). Later mounts hide earlier ones. */
int answer_read_mounts(struct answer_draft *draft, struct view bytes, struct error *err)
{
    struct view rest = bytes, upper = VIEW_EMPTY;

    (void)err;
    while (rest.ptr) {
        struct view line = view_line(&rest), point = VIEW_EMPTY, word;

        for (int i = 0; i < 5; i++)
            point = view_word(&line);
        if (!view_eq(point, VIEW("/")))
            continue;
        do
            word = view_word(&line);
        while (word.len && !view_eq(word, VIEW("-")));
        upper = VIEW_EMPTY;
        if (view_eq(view_word(&line), VIEW("overlay"))) {
            view_word(&line);
            upper = answer_upper_directory(draft, view_word(&line));
        }
    }
    answer_set(draft, &draft->metadata.upper_directory, upper);
    return 0;
}
