/* Docker's JSON: of its API (version 1.24 and later), of Podman's copy of it, and
 * of the files in which the engine keeps a container (config.v2.json,
 * hostconfig.json), which say the same with few differences. */
#include "sensor/container/answer-draft.h"
#include "sensor/container/image-name.h"

static struct view first_string(struct json_value object, struct view key, struct view other)
{
    struct view text = json_get_string(object, key);

    return text.len ? text : json_get_string(object, other);
}

static bool is_host(struct json_value object, struct view key)
{
    return view_eq(json_get_string(object, key), VIEW("host"));
}

static void take_host(struct answer_draft *draft, struct json_value host)
{
    struct container_metadata *m = &draft->metadata;

    if (json_type(host) != JSON_OBJECT)
        return;
    m->privileged = json_bool(json_get(host, VIEW("Privileged")));
    m->host_pid = is_host(host, VIEW("PidMode"));
    m->host_network = is_host(host, VIEW("NetworkMode"));
    m->host_ipc = is_host(host, VIEW("IpcMode"));
    draft->privileged_known = draft->namespaces_known = true;
}

/* Healthcheck.Test: ["CMD", program, ...], ["CMD-SHELL", command] or ["NONE"]. */
static void take_health(struct answer_draft *draft, struct json_value test)
{
    struct json_iter i = json_iter(test);
    struct view kind = json_next(&i) ? json_string(i.value) : VIEW_EMPTY;
    struct view command = answer_join(draft, test, 1);

    if (view_eq(kind, VIEW("CMD")))
        answer_set(draft, &draft->metadata.healthcheck, command);
    else if (view_eq(kind, VIEW("CMD-SHELL")) && command.len)
        answer_set(draft, &draft->metadata.healthcheck,
                   arena_printf(draft->arena, "/bin/sh -c %.*s", VIEW_ARG(command)));
}

static void take_address(struct answer_draft *draft, struct json_value network, struct view *to)
{
    answer_set(draft, to, json_get_string(network, VIEW("IPAddress")));
    for (struct json_iter i = json_iter(json_get(network, VIEW("Networks"))); json_next(&i);)
        answer_set(draft, to, json_get_string(i.value, VIEW("IPAddress")));
}

/* The API has a list; the file an object by destination, with the mode in "Relabel". */
static int take_mounts(struct answer_draft *draft, struct json_value mounts, struct error *err)
{
    int r = 0;

    for (struct json_iter i = json_iter(mounts); r == 0 && json_next(&i);) {
        const struct container_mount mount = {
            .source = json_get_string(i.value, VIEW("Source")),
            .destination = json_get_string(i.value, VIEW("Destination")),
            .mode = first_string(i.value, VIEW("Mode"), VIEW("Relabel")),
            .propagation = json_get_string(i.value, VIEW("Propagation")),
            .writable = json_bool(json_get(i.value, VIEW("RW"))),
        };

        if (mount.destination.len)
            r = answer_add_mount(draft, &mount, err);
    }
    draft->mounts_known = true;
    return r;
}

/* The engine's folder, two above a file of the container. */
static void take_home(struct answer_draft *draft, struct view path)
{
    for (int i = 0; i < 2; i++) {
        ptrdiff_t slash = view_rfind(path, '/');

        path = view_sub(path, 0, slash > 0 ? (size_t)slash : 0);
    }
    answer_set(draft, &draft->leads[ANSWER_LEAD_HOME], path);
}

static void take_state(struct answer_draft *draft, struct json_value root)
{
    struct container_metadata *m = &draft->metadata;
    struct json_value state = json_get(root, VIEW("State"));
    int64_t pid = 0;

    answer_set_time(&m->created, answer_parse_time(json_get_string(root, VIEW("Created"))));
    /* Of one that ended and starts again the file has the last start still. */
    if (!json_bool(json_get(state, VIEW("Running"))))
        return;
    answer_set_time(&m->started, answer_parse_time(json_get_string(state, VIEW("StartedAt"))));
    if (m->init_pid == 0 && json_int(json_get(state, VIEW("Pid")), &pid) && pid > 0 &&
        pid <= INT32_MAX)
        m->init_pid = (uint32_t)pid;
}

static void take_image(struct answer_draft *draft, struct json_value root)
{
    struct container_metadata *m = &draft->metadata;
    struct view id = json_get_string(root, VIEW("Image"));
    struct view name = json_string(json_path(root, "Config", "Image", NULL));

    /* Podman's copy of the API has the name in ImageName as well. */
    if (name.len == 0)
        name = json_get_string(root, VIEW("ImageName"));
    answer_set(draft, &m->image, name);
    answer_set(draft, &m->image_id, id);
    answer_set(draft, &draft->leads[ANSWER_LEAD_IMAGE], id.len ? id : name);
}

/* What the kubelet asked Docker for has a name that begins so, and these labels. */
static void take_kubernetes(struct answer_draft *draft, struct json_value labels)
{
    struct container_metadata *m = &draft->metadata;

    if (!view_starts(m->name, VIEW("k8s_")))
        return;
    draft->by_kubelet = true;
    m->is_pod_sandbox =
        view_eq(json_get_string(labels, VIEW("io.kubernetes.docker.type")), VIEW("podsandbox"));
    answer_set(draft, &m->pod_sandbox_id,
               json_get_string(labels, VIEW("io.kubernetes.sandbox.id")));
    answer_take_kubernetes(draft);
}

static int parse(struct answer_draft *draft, struct view bytes, struct json_value *ret,
                 struct error *err)
{
    int r = json_parse(draft->json, bytes, ret, err);

    if (r == 0 && json_type(*ret) != JSON_OBJECT)
        r = error_set(err, ERROR_INPUT, "it is no JSON object");
    return r;
}

int answer_read_docker_container(struct answer_draft *draft, struct view bytes, struct error *err)
{
    struct container_metadata *m = &draft->metadata;
    struct json_value root, config, labels, mounts;
    int r = parse(draft, bytes, &root, err);

    if (r == 0)
        r = answer_check_id(draft, first_string(root, VIEW("Id"), VIEW("ID")), err);
    if (r < 0)
        return r;
    config = json_get(root, VIEW("Config"));
    labels = json_get(config, VIEW("Labels"));
    mounts = json_get(root, VIEW("Mounts"));
    if (json_type(mounts) == JSON_NONE)
        mounts = json_get(root, VIEW("MountPoints"));
    answer_set(draft, &m->name, view_strip_prefix(json_get_string(root, VIEW("Name")), VIEW("/")));
    take_image(draft, root);
    take_state(draft, root);
    take_host(draft, json_get(root, VIEW("HostConfig")));
    take_health(draft, json_path(config, "Healthcheck", "Test", NULL));
    take_address(draft, json_get(root, VIEW("NetworkSettings")), &m->ip);
    take_home(draft, json_get_string(root, VIEW("ResolvConfPath")));
    answer_set(draft, &m->upper_directory,
               json_string(json_path(root, "GraphDriver", "Data", "UpperDir", NULL)));
    r = answer_add_labels(draft, false, labels, err);
    take_kubernetes(draft, labels);
    return r < 0 ? r : take_mounts(draft, mounts, err);
}

int answer_read_docker_host(struct answer_draft *draft, struct view bytes, struct error *err)
{
    struct json_value root;
    int r = parse(draft, bytes, &root, err);

    if (r == 0)
        take_host(draft, root);
    return r;
}

/* Of several names the one that the container was asked for counts, else the first. */
static struct view choose(struct json_value names, struct view repository)
{
    struct view first = VIEW_EMPTY;

    for (struct json_iter i = json_iter(names); json_next(&i);) {
        struct view name = json_string(i.value);

        if (repository.len && view_eq(image_name_split(name).repository, repository))
            return name;
        if (first.len == 0)
            first = name;
    }
    return first;
}

int answer_read_docker_image(struct answer_draft *draft, struct view bytes, struct error *err)
{
    struct container_metadata *m = &draft->metadata;
    struct json_value root;
    struct image_name name;
    int r = parse(draft, bytes, &root, err);

    if (r < 0)
        return r;
    answer_set(draft, &m->image_id, json_get_string(root, VIEW("Id")));
    if (m->image.len == 0 || image_name_is_id(m->image)) {
        name = image_name_split(choose(json_get(root, VIEW("RepoTags")), VIEW_EMPTY));
        answer_set(draft, &m->image_repository, name.repository);
        answer_set(draft, &m->image_tag, name.tag);
    } else {
        name = image_name_split(m->image);
    }
    name = image_name_split(choose(json_get(root, VIEW("RepoDigests")), name.repository));
    answer_set(draft, &m->image_digest, name.digest);
    return 0;
}

int answer_read_docker_sandbox(struct answer_draft *draft, struct view bytes, struct error *err)
{
    struct container_metadata *m = &draft->metadata;
    struct json_value root, labels, host;
    int r = parse(draft, bytes, &root, err);

    if (r == 0)
        r = answer_check_sandbox(draft, first_string(root, VIEW("Id"), VIEW("ID")), err);
    if (r < 0)
        return r;
    host = json_get(root, VIEW("HostConfig"));
    m->host_network |= is_host(host, VIEW("NetworkMode"));
    m->host_ipc |= is_host(host, VIEW("IpcMode"));
    labels = json_path(root, "Config", "Labels", NULL);
    take_address(draft, json_get(root, VIEW("NetworkSettings")), &m->pod_ip);
    answer_set(draft, &draft->applied,
               json_get_string(
                   labels, VIEW("annotation.kubectl.kubernetes.io/last-applied-configuration")));
    return answer_add_labels(draft, true, labels, err);
}
