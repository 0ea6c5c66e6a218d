/* containerd's own API: containers.v1, tasks.v1, images.v1, snapshots.v1. */
#include "net/protobuf.h"
#include "sensor/container/answer-draft.h"

struct container_message {
    struct view id, image, snapshotter, snapshot, spec;
    struct view created;
};

static int broken(struct error *err)
{
    return error_set(err, ERROR_INPUT, "it is not what containerd's API says");
}

/* Timestamp{seconds = 1, nanos = 2} */
static bool read_timestamp(struct view message, int64_t *ret)
{
    uint64_t seconds, nanoseconds;

    if (!protobuf_find_number(message, 1, &seconds) ||
        !protobuf_find_number(message, 2, &nanoseconds))
        return false;
    *ret = seconds < INT64_MAX / 1000000000 && nanoseconds < 1000000000
               ? (int64_t)(seconds * 1000000000 + nanoseconds)
               : 0;
    return true;
}

/* An entry of a map: {key = 1, value = 2}. */
static int read_label(struct answer_draft *draft, bool of_pod, struct view entry, struct error *err)
{
    struct view key, value;

    if (!protobuf_find(entry, 1, &key) || !protobuf_find(entry, 2, &value))
        return broken(err);
    return answer_add_label(draft, of_pod, key, value, err);
}

static int read_labels(struct answer_draft *draft, bool of_pod, struct view container,
                       struct error *err)
{
    struct cursor c = cursor_of(container);
    int r = 0;

    for (struct protobuf_field f; r == 0 && protobuf_next(&c, &f);)
        if (f.number == 2 && f.type == PROTOBUF_BYTES)
            r = read_label(draft, of_pod, f.bytes, err);
    return r;
}

/* Container{id = 1, labels = 2, image = 3, runtime = 4, spec = 5: Any{value = 2},
 * snapshotter = 6, snapshot_key = 7, created_at = 8} */
static int read_message(struct view bytes, struct view *ret_container,
                        struct container_message *ret, struct error *err)
{
    struct view *const to[] = {[1] = &ret->id,          [3] = &ret->image,    [5] = &ret->spec,
                               [6] = &ret->snapshotter, [7] = &ret->snapshot, [8] = &ret->created};
    struct cursor c;

    if (!protobuf_find(bytes, 1, ret_container))
        return broken(err);
    c = cursor_of(*ret_container);
    for (struct protobuf_field f; protobuf_next(&c, &f);)
        if (f.type == PROTOBUF_BYTES && f.number < sizeof(to) / sizeof(to[0]) && to[f.number])
            *to[f.number] = f.bytes;
    return c.failed ? broken(err) : 0;
}

static struct view label(const struct answer_draft *draft, struct view key)
{
    for (size_t i = 0; i < draft->metadata.label_count; i++)
        if (view_eq(draft->labels[i].key, key))
            return draft->labels[i].value;
    return VIEW_EMPTY;
}

/* The spec within an Any, as JSON; of type JSON_NONE when there is none. */
static int parse_spec(struct answer_draft *draft, struct view any, struct json_value *ret,
                      struct error *err)
{
    struct view text;
    int r;

    *ret = (struct json_value){0};
    if (!protobuf_find(any, 2, &text))
        return broken(err);
    r = text.len ? json_parse(draft->json, text, ret, err) : 0;
    return r < 0 ? error_wrap(err, "its spec") : 0;
}

static int take_spec(struct answer_draft *draft, struct view any, struct error *err)
{
    struct json_value spec;
    int r = parse_spec(draft, any, &spec, err);

    if (r < 0 || json_type(spec) == JSON_NONE)
        return r;
    return answer_take_spec(draft, spec, err);
}

int answer_read_containerd_container(struct answer_draft *draft, struct view bytes,
                                     struct error *err)
{
    struct container_metadata *m = &draft->metadata;
    struct container_message message = {0};
    struct view container;
    int64_t created = 0;
    int r = read_message(bytes, &container, &message, err);

    if (r == 0)
        r = answer_check_id(draft, message.id, err);
    if (r == 0 && !read_timestamp(message.created, &created))
        r = broken(err);
    if (r == 0 && m->label_count == 0)
        r = read_labels(draft, false, container, err);
    if (r < 0)
        return r;
    answer_set_time(&m->created, created);
    answer_set(draft, &m->image, message.image);
    answer_set(draft, &draft->leads[ANSWER_LEAD_IMAGE], message.image);
    answer_set(draft, &draft->leads[ANSWER_LEAD_SNAPSHOTTER], message.snapshotter);
    answer_set(draft, &draft->leads[ANSWER_LEAD_SNAPSHOT], message.snapshot);
    answer_set(draft, &m->name, label(draft, VIEW("nerdctl/name")));
    draft->is_cri |= label(draft, VIEW("io.cri-containerd.kind")).len > 0;
    r = take_spec(draft, message.spec, err);
    answer_take_kubernetes(draft);
    answer_set(draft, &m->name, m->is_pod_sandbox ? m->pod_name : draft->container_name);
    answer_set(draft, &m->name, message.id);
    return r;
}

int answer_read_containerd_sandbox(struct answer_draft *draft, struct view bytes, struct error *err)
{
    struct container_message message = {0};
    struct view container;
    struct json_value spec = {0};
    int r = read_message(bytes, &container, &message, err);

    if (r == 0)
        r = answer_check_sandbox(draft, message.id, err);
    if (r == 0 && draft->metadata.pod_label_count == 0)
        r = read_labels(draft, true, container, err);
    if (r == 0)
        r = parse_spec(draft, message.spec, &spec, err);
    if (r == 0)
        answer_take_namespaces(draft, spec, true);
    return r;
}

/* GetResponse{process = 1: Process{container_id = 1, id = 2, pid = 3}} */
int answer_read_containerd_task(struct answer_draft *draft, struct view bytes, struct error *err)
{
    struct container_metadata *m = &draft->metadata;
    struct view process, id, container;
    uint64_t pid;

    if (!protobuf_find(bytes, 1, &process) || !protobuf_find(process, 1, &container) ||
        !protobuf_find(process, 2, &id) || !protobuf_find_number(process, 3, &pid))
        return broken(err);
    /* The first process has the container's id, and not always the first field. */
    if (m->init_pid == 0 && pid <= INT32_MAX)
        m->init_pid = (uint32_t)pid;
    return answer_check_id(draft, container.len ? container : id, err);
}

/* GetImageResponse{image = 1: Image{name = 1, target = 3: Descriptor{digest = 2}}} */
int answer_read_containerd_image(struct answer_draft *draft, struct view bytes, struct error *err)
{
    struct view image, name, target, digest;

    if (!protobuf_find(bytes, 1, &image) || !protobuf_find(image, 1, &name) ||
        !protobuf_find(image, 3, &target) || !protobuf_find(target, 2, &digest))
        return broken(err);
    answer_set(draft, &draft->metadata.image, name);
    answer_set(draft, &draft->metadata.image_digest, digest);
    return 0;
}

/* MountsResponse{mounts = 1: Mount{type = 1, source = 2, target = 3, options = 4}} */
static bool read_mount(struct answer_draft *draft, struct view mount)
{
    struct cursor c = cursor_of(mount);

    for (struct protobuf_field f; protobuf_next(&c, &f);)
        if (f.number == 4 && f.type == PROTOBUF_BYTES)
            answer_set(draft, &draft->metadata.upper_directory,
                       view_strip_prefix(f.bytes, VIEW("upperdir=")).len < f.bytes.len
                           ? view_strip_prefix(f.bytes, VIEW("upperdir="))
                           : VIEW_EMPTY);
    return !c.failed;
}

int answer_read_containerd_snapshot(struct answer_draft *draft, struct view bytes,
                                    struct error *err)
{
    struct cursor c = cursor_of(bytes);

    for (struct protobuf_field f; protobuf_next(&c, &f);)
        if (f.number == 1 && f.type == PROTOBUF_BYTES && !read_mount(draft, f.bytes))
            return broken(err);
    return c.failed ? broken(err) : 0;
}
