#include <stddef.h>

#include "codec/json-write.h"
#include "codec/json.h"
#include "sensor/state/container.h"

/* ---- Members ---- */

enum type { TEXT, BOOL, INT64, UINT32 };

struct member {
    const char *name;
    size_t offset;
    enum type type;
};

#define MEMBER(field, type)                                                                        \
    {                                                                                              \
#field, offsetof(struct container_metadata, field), type                                   \
    }

static const struct member members[] = {
    MEMBER(name, TEXT),
    MEMBER(image, TEXT),
    MEMBER(image_id, TEXT),
    MEMBER(image_repository, TEXT),
    MEMBER(image_tag, TEXT),
    MEMBER(image_digest, TEXT),
    MEMBER(ip, TEXT),
    MEMBER(cni_json, TEXT),
    MEMBER(healthcheck, TEXT),
    MEMBER(liveness_probe, TEXT),
    MEMBER(readiness_probe, TEXT),
    MEMBER(pod_name, TEXT),
    MEMBER(pod_namespace, TEXT),
    MEMBER(pod_uid, TEXT),
    MEMBER(pod_sandbox_id, TEXT),
    MEMBER(pod_ip, TEXT),
    MEMBER(upper_directory, TEXT),
    MEMBER(privileged, BOOL),
    MEMBER(is_pod_sandbox, BOOL),
    MEMBER(host_pid, BOOL),
    MEMBER(host_network, BOOL),
    MEMBER(host_ipc, BOOL),
    MEMBER(partial, BOOL),
    MEMBER(created, INT64),
    MEMBER(started, INT64),
    MEMBER(init_pid, UINT32),
};

static const struct member mount_members[] = {
    {"source", offsetof(struct container_mount, source), TEXT},
    {"destination", offsetof(struct container_mount, destination), TEXT},
    {"mode", offsetof(struct container_mount, mode), TEXT},
    {"propagation", offsetof(struct container_mount, propagation), TEXT},
    {"writable", offsetof(struct container_mount, writable), BOOL},
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* ---- Writing ---- */

/* An item that does not fit is written before it is taken back: four texts of
 * CONTAINER_TEXT_LIMIT, each byte escaped to six, and some names. */
enum { ITEM_LIMIT = 4 * 6 * CONTAINER_TEXT_LIMIT + 1024 };

struct writing {
    struct json_writer json;
    bool cut; /* something was left out */
};

/* Where an item began, to go back there when it does not fit. */
struct place {
    struct json_writer json;
    size_t len;
};

static struct place place_of(const struct writing *w)
{
    return (struct place){w->json, w->json.to->len};
}

/* Goes back to `before` unless what was written since leaves room for the ends of what
 * is open and for "partial". */
static bool keep(struct writing *w, const struct place *before)
{
    enum { ENDS = 64 };

    if (w->json.to->len + ENDS <= CONTAINER_JSON_LIMIT)
        return true;
    w->json = before->json;
    w->json.to->len = before->len;
    w->cut = true;
    return false;
}

static struct view shortened(struct writing *w, struct view text)
{
    w->cut |= text.len > CONTAINER_TEXT_LIMIT;
    return view_sub(text, 0, CONTAINER_TEXT_LIMIT);
}

/* Empty texts, zeros and false are left out: that is what missing ones mean. */
static void write_member(struct writing *w, const struct member *member, const void *of)
{
    const void *at = (const char *)of + member->offset;
    struct view name = view_of(member->name);
    struct view text = member->type == TEXT ? *(const struct view *)at : VIEW_EMPTY;
    int64_t number = 0;

    if (member->type == BOOL)
        number = *(const bool *)at;
    else if (member->type != TEXT)
        number = member->type == INT64 ? *(const int64_t *)at : *(const uint32_t *)at;
    if (text.len == 0 && number == 0)
        return;
    json_write_key(&w->json, name);
    if (member->type == TEXT)
        json_write_string(&w->json, shortened(w, text));
    else if (member->type == BOOL)
        json_write_bool(&w->json, true);
    else
        json_write_int(&w->json, number);
}

static void write_members(struct writing *w, const struct container_metadata *metadata)
{
    for (size_t i = 0; i < COUNT(members); i++) {
        struct place before = place_of(w);

        if (members[i].offset == offsetof(struct container_metadata, partial))
            continue;
        write_member(w, &members[i], metadata);
        keep(w, &before);
    }
}

/* Items of a list until one does not fit. */
static void write_labels(struct writing *w, const char *name, const struct container_label *labels,
                         size_t count)
{
    struct place before = place_of(w);

    if (!count)
        return;
    json_write_key(&w->json, view_of(name));
    json_write_object(&w->json);
    if (!keep(w, &before))
        return;
    for (size_t i = 0; i < count && i < CONTAINER_LIST_LIMIT; i++) {
        before = place_of(w);
        json_write_member(&w->json, shortened(w, labels[i].key), shortened(w, labels[i].value));
        if (!keep(w, &before))
            break;
    }
    json_write_end(&w->json);
    w->cut |= count > CONTAINER_LIST_LIMIT;
}

static void write_mounts(struct writing *w, const struct container_metadata *metadata)
{
    struct place before = place_of(w);

    if (!metadata->mount_count)
        return;
    json_write_key(&w->json, VIEW("mounts"));
    json_write_array(&w->json);
    if (!keep(w, &before))
        return;
    for (size_t i = 0; i < metadata->mount_count && i < CONTAINER_LIST_LIMIT; i++) {
        before = place_of(w);
        json_write_object(&w->json);
        for (size_t k = 0; k < COUNT(mount_members); k++)
            write_member(w, &mount_members[k], &metadata->mounts[i]);
        json_write_end(&w->json);
        if (!keep(w, &before))
            break;
    }
    json_write_end(&w->json);
    w->cut |= metadata->mount_count > CONTAINER_LIST_LIMIT;
}

/* Members first and mounts before labels: what rules ask for most must fit. */
void container_metadata_write(const struct container *container, struct buf *to)
{
    const struct container_metadata *metadata = container->metadata;
    _cleanup_(buf_done) struct buf text = BUF_INIT(CONTAINER_JSON_LIMIT + ITEM_LIMIT);
    struct writing w = {.json = JSON_WRITER_INIT(&text, false)};

    if (!metadata)
        return;
    json_write_object(&w.json);
    write_members(&w, metadata);
    write_mounts(&w, metadata);
    write_labels(&w, "pod_labels", metadata->pod_labels, metadata->pod_label_count);
    write_labels(&w, "labels", metadata->labels, metadata->label_count);
    if (w.cut || metadata->partial) {
        json_write_key(&w.json, VIEW("partial"));
        json_write_bool(&w.json, true);
    }
    json_write_end(&w.json);
    if (json_write_done(&w.json, "what is told of a container", NULL) == 0)
        buf_add(to, buf_view(&text));
    else
        to->failed = ERROR_MEMORY;
}

/* ---- Reading ---- */

struct reader {
    struct arena *arena;
    struct error *err;
};

static int wrong_type(const struct reader *reader, struct view name)
{
    return error_set(reader->err, ERROR_INPUT,
                     "container: \"%.*s\" has another type than it should", VIEW_ARG(name));
}

static int read_text(const struct reader *reader, struct json_value value, struct view name,
                     struct view *ret)
{
    if (json_type(value) != JSON_STRING)
        return wrong_type(reader, name);
    *ret = arena_copy(reader->arena, view_sub(json_string(value), 0, CONTAINER_TEXT_LIMIT));
    return 0;
}

static int read_number(const struct reader *reader, struct json_value value,
                       const struct member *member, char *at)
{
    int64_t number;

    if (!json_int(value, &number) || (member->type == UINT32 && (uint64_t)number > UINT32_MAX))
        return wrong_type(reader, view_of(member->name));
    if (member->type == UINT32)
        *(uint32_t *)(void *)at = (uint32_t)number;
    else
        *(int64_t *)(void *)at = number;
    return 0;
}

static int read_member(const struct reader *reader, struct json_value value,
                       const struct member *member, void *of)
{
    char *at = (char *)of + member->offset;

    switch (member->type) {
    case TEXT:
        return read_text(reader, value, view_of(member->name), (void *)at);
    case BOOL:
        if (json_type(value) != JSON_BOOL)
            return wrong_type(reader, view_of(member->name));
        *(bool *)at = json_bool(value);
        return 0;
    default:
        return read_number(reader, value, member, at);
    }
}

static int read_members(const struct reader *reader, struct json_value object,
                        const struct member *list, size_t count, void *of)
{
    for (size_t i = 0; i < count; i++) {
        struct json_value value = json_get(object, view_of(list[i].name));
        int r;

        if (json_type(value) == JSON_NONE || json_type(value) == JSON_NULL)
            continue;
        r = read_member(reader, value, &list[i], of);
        if (r < 0)
            return r;
    }
    return 0;
}

/* Items of a list that may be missing; negative: the list is no such thing. */
static int list_count(const struct reader *reader, struct json_value list, enum json_type type,
                      struct view name, size_t *ret)
{
    *ret = 0;
    if (json_type(list) == JSON_NONE || json_type(list) == JSON_NULL)
        return 0;
    if (json_type(list) != type)
        return wrong_type(reader, name);
    *ret = json_count(list);
    if (*ret > CONTAINER_LIST_LIMIT)
        return error_set(reader->err, ERROR_LIMIT, "container: \"%.*s\" has %zu items",
                         VIEW_ARG(name), *ret);
    return 0;
}

static int read_labels(const struct reader *reader, struct json_value object, struct view name,
                       const struct container_label **ret, size_t *ret_count)
{
    struct json_value list = json_get(object, name);
    struct container_label *labels;
    size_t count;
    int r = list_count(reader, list, JSON_OBJECT, name, &count);

    if (r < 0 || count == 0)
        return r;
    labels = arena_array(reader->arena, count, sizeof(*labels));
    if (!labels)
        return error_memory(reader->err);
    count = 0;
    for (struct json_iter i = json_iter(list); json_next(&i); count++) {
        labels[count].key = arena_copy(reader->arena, view_sub(i.key, 0, CONTAINER_TEXT_LIMIT));
        r = read_text(reader, i.value, name, &labels[count].value);
        if (r < 0)
            return r;
    }
    *ret = labels;
    *ret_count = count;
    return 0;
}

static int read_mounts(const struct reader *reader, struct json_value object,
                       struct container_metadata *metadata)
{
    struct view name = VIEW("mounts");
    struct json_value list = json_get(object, name);
    struct container_mount *mounts;
    size_t count;
    int r = list_count(reader, list, JSON_ARRAY, name, &count);

    if (r < 0 || count == 0)
        return r;
    mounts = arena_array(reader->arena, count, sizeof(*mounts));
    if (!mounts)
        return error_memory(reader->err);
    count = 0;
    for (struct json_iter i = json_iter(list); json_next(&i); count++) {
        if (json_type(i.value) != JSON_OBJECT)
            return wrong_type(reader, name);
        r = read_members(reader, i.value, mount_members, COUNT(mount_members), &mounts[count]);
        if (r < 0)
            return r;
    }
    metadata->mounts = mounts;
    metadata->mount_count = count;
    return 0;
}

static int read_all(const struct reader *reader, struct json_value object,
                    struct container_metadata *metadata)
{
    int r = read_members(reader, object, members, COUNT(members), metadata);

    if (r < 0)
        return r;
    r = read_mounts(reader, object, metadata);
    if (r < 0)
        return r;
    r = read_labels(reader, object, VIEW("pod_labels"), &metadata->pod_labels,
                    &metadata->pod_label_count);
    if (r < 0)
        return r;
    return read_labels(reader, object, VIEW("labels"), &metadata->labels, &metadata->label_count);
}

int container_metadata_read(struct view json, struct arena *arena,
                            const struct container_metadata **ret, struct error *err)
{
    _cleanup_(json_parser_free_p) struct json_parser *parser = NULL;
    struct reader reader = {arena, err};
    struct container_metadata *metadata = arena_alloc(arena, sizeof(*metadata));
    struct json_value object;
    int r;

    if (!metadata)
        return error_memory(err);
    if (json.len > CONTAINER_JSON_LIMIT)
        return error_set(err, ERROR_LIMIT, "container: what is told of it has %zu bytes, over %d",
                         json.len, CONTAINER_JSON_LIMIT);
    r = json_parser_new(&parser, err);
    if (r < 0)
        return r;
    r = json_parse(parser, json, &object, err);
    if (r < 0)
        return error_wrap(err, "container");
    if (json_type(object) != JSON_OBJECT)
        return error_set(err, ERROR_INPUT, "container: what is told of it is no JSON object");
    r = read_all(&reader, object, metadata);
    if (r < 0)
        return r;
    r = arena_failed(arena, "what is told of a container", err);
    if (r < 0)
        return r;
    *ret = metadata;
    return 0;
}
