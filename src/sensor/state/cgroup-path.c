#include "sensor/state/cgroup-path.h"

enum {
    DIGEST_DIGITS = 64,     /* ids of Docker, containerd's CRI, CRI-O, Podman */
    BUILD_DIGITS = 25,      /* BuildKit's ids, in base 36 */
    UID_DIGITS = 32,        /* UUIDs without their dashes, and hashes of static pods */
    UUID_LENGTH = 36,       /* with their dashes */
    IDENTIFIER_LIMIT = 76,  /* of containerd */
    TASK_NUMBER_DIGITS = 1, /* at least, of ECS on Fargate */
};

/* ---- Forms of ids ---- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_hexadecimal(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f');
}

static bool is_base36(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'z');
}

static bool is_word(char c)
{
    return is_base36(c) || (c >= 'A' && c <= 'Z');
}

static bool all(struct view text, bool (*is)(char c))
{
    for (size_t i = 0; i < text.len; i++)
        if (!is(text.ptr[i]))
            return false;
    return text.len > 0;
}

static bool is_digest(struct view text)
{
    return text.len == DIGEST_DIGITS && all(text, is_hexadecimal);
}

static bool is_build(struct view text)
{
    return text.len == BUILD_DIGITS && all(text, is_base36);
}

/* Words joined by one of "._-". */
static bool is_identifier(struct view text)
{
    bool joined = true;

    for (size_t i = 0; i < text.len; i++) {
        bool word = is_word(text.ptr[i]);

        if (!word && (joined || !strchr("._-", text.ptr[i])))
            return false;
        joined = !word;
    }
    return text.len > 0 && text.len <= IDENTIFIER_LIMIT && !joined;
}

static bool is_name(struct view text)
{
    return text.len > 0 && !view_eq(text, VIEW(".")) && !view_eq(text, VIEW(".."));
}

static bool is_dash(char c)
{
    return c == '-' || c == '_';
}

/* A UUID with "-", with "_" as in systemd's slices, or without. */
static bool is_uid(struct view text)
{
    if (text.len == UID_DIGITS)
        return all(text, is_hexadecimal);
    if (text.len != UUID_LENGTH)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;

        if (dash ? !is_dash(text.ptr[i]) : !is_hexadecimal(text.ptr[i]))
            return false;
    }
    return true;
}

/* A task of ECS on Fargate: the task's id, a dash, a number. */
static bool is_fargate(struct view text)
{
    struct view number = view_sub(text, UID_DIGITS + 1, text.len);

    return text.len > UID_DIGITS + TASK_NUMBER_DIGITS && text.ptr[UID_DIGITS] == '-' &&
           is_uid(view_sub(text, 0, UID_DIGITS)) && all(number, is_digit);
}

typedef bool id_form(struct view text);

/* ---- Shapes ---- */

/* A component that tells by itself: what stands between two fixed texts. */
struct own_shape {
    struct view before, after;
    id_form *form;
    bool host; /* looks like one, and is none */
    enum container_runtime runtime;
    struct view not_below; /* a cgroup below it that is the host's */
};

static const struct own_shape own_shapes[] = {
    {VIEW("docker-"), VIEW(".scope"), is_digest, .runtime = CONTAINER_DOCKER},
    {VIEW("cri-containerd-"), VIEW(".scope"), is_digest, .runtime = CONTAINER_CONTAINERD},
    {VIEW("nerdctl-"), VIEW(".scope"), is_digest, .runtime = CONTAINER_CONTAINERD},
    {VIEW("crio-"), VIEW(".scope"), is_digest, .runtime = CONTAINER_CRIO},
    {VIEW("crio-"), VIEW(""), is_digest, .runtime = CONTAINER_CRIO},
    {VIEW("libpod-payload-"), VIEW(""), is_digest, .runtime = CONTAINER_PODMAN},
    {VIEW("libpod-"), VIEW(".scope"), is_digest, .runtime = CONTAINER_PODMAN},
    {VIEW("libpod-"), VIEW(""), is_digest, .runtime = CONTAINER_PODMAN},
    {VIEW("buildkit-"), VIEW(".scope"), is_build, .runtime = CONTAINER_OTHER},
    {VIEW("lxc.payload."), VIEW(""), is_name, .runtime = CONTAINER_LXC},
    {VIEW("machine-qemu\\x2d"), VIEW(".scope"), is_name, .host = true},
    {VIEW("machine-lxc\\x2d"), VIEW(".scope"), is_name, .runtime = CONTAINER_LXC},
    {VIEW("machine-"), VIEW(".scope"), is_name, .runtime = CONTAINER_SYSTEMD_NSPAWN,
     .not_below = VIEW("supervisor")},
    {VIEW("systemd-nspawn@"), VIEW(".service"), is_name, .runtime = CONTAINER_SYSTEMD_NSPAWN,
     .not_below = VIEW("supervisor")},
};

/* A component that its parent explains. */
struct child_shape {
    struct view parent;
    id_form *form;
    bool host;
    bool no_units; /* only where no unit of systemd is above: the parent's name is a common one */
    enum container_runtime runtime;
};

static const struct child_shape child_shapes[] = {
    {VIEW("docker"), is_digest, .runtime = CONTAINER_DOCKER},
    {VIEW("moby"), is_digest, .runtime = CONTAINER_DOCKER},
    {VIEW("actions_job"), is_digest, .runtime = CONTAINER_DOCKER},
    {VIEW("buildkit"), is_build, .runtime = CONTAINER_OTHER},
    {VIEW("crio"), is_digest, .runtime = CONTAINER_CRIO},
    {VIEW("k8s.io"), is_identifier, .no_units = true, .runtime = CONTAINER_CONTAINERD},
    {VIEW("default"), is_identifier, .no_units = true, .runtime = CONTAINER_CONTAINERD},
    {VIEW("garden"), is_identifier, .no_units = true, .runtime = CONTAINER_OTHER},
    {VIEW("mesos"), is_identifier, .no_units = true, .runtime = CONTAINER_OTHER},
    {VIEW("lxc"), is_name, .runtime = CONTAINER_LXC},
    {VIEW("lxc.payload"), is_name, .runtime = CONTAINER_LXC},
    {VIEW("libpod_parent"), is_digest, .host = true}, /* a pod's, which holds no process */
};

/* "SLICE:PREFIX:ID", as containers' runtimes write systemd paths. */
struct colon_shape {
    struct view prefix;
    id_form *form;
    enum container_runtime runtime;
};

static const struct colon_shape colon_shapes[] = {
    {VIEW("docker"), is_digest, CONTAINER_DOCKER},
    {VIEW("docker"), is_build, CONTAINER_OTHER},
    {VIEW("buildkit"), is_build, CONTAINER_OTHER},
    {VIEW("cri-containerd"), is_digest, CONTAINER_CONTAINERD},
    {VIEW("nerdctl"), is_digest, CONTAINER_CONTAINERD},
    {VIEW("crio"), is_digest, CONTAINER_CRIO},
    {VIEW("libpod"), is_digest, CONTAINER_PODMAN},
};

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* ---- Walking ---- */

/* Cuts the last component off; empty ones are passed over. */
static struct view cut_last(struct view *path)
{
    ptrdiff_t slash;
    struct view last;

    while (path->len && path->ptr[path->len - 1] == '/')
        path->len--;
    slash = view_rfind(*path, '/');
    last = view_sub(*path, (size_t)(slash + 1), path->len);
    path->len = slash < 0 ? 0 : (size_t)slash;
    return last;
}

static bool is_unit(struct view component)
{
    static const struct view suffixes[] = {VIEW(".slice"), VIEW(".scope"), VIEW(".service")};

    for (size_t i = 0; i < COUNT_OF(suffixes); i++)
        if (view_ends(component, suffixes[i]))
            return true;
    return false;
}

static bool match_own(const struct own_shape *shape, struct view component, struct view *ret_id)
{
    size_t fixed = shape->before.len + shape->after.len;

    if (component.len < fixed || !view_starts(component, shape->before) ||
        !view_ends(component, shape->after))
        return false;
    *ret_id = view_sub(component, shape->before.len, component.len - fixed);
    return shape->form(*ret_id);
}

static const struct own_shape *find_own(struct view component, struct view *ret_id)
{
    for (size_t i = 0; i < COUNT_OF(own_shapes); i++)
        if (match_own(&own_shapes[i], component, ret_id))
            return &own_shapes[i];
    return NULL;
}

/* Is there a unit of systemd above, up to an outer container? */
static bool is_below_unit(struct view above)
{
    struct view id;

    while (above.len) {
        struct view component = cut_last(&above);

        if (find_own(component, &id) || is_digest(component))
            return false;
        if (is_unit(component))
            return true;
    }
    return false;
}

/* "podUID", or "...-podUID.slice". */
static bool match_pod(struct view component, struct view *ret_uid)
{
    struct view name = view_strip_suffix(component, VIEW(".slice"));
    ptrdiff_t dash = view_rfind(name, '-');
    struct view uid;

    /* The dash before "pod" is the last one: slices have "_" in the UID. */
    if (name.len < component.len && dash >= 0)
        name = view_sub(name, (size_t)(dash + 1), name.len);
    uid = view_strip_prefix(name, VIEW("pod"));
    if (uid.len == name.len || !is_uid(uid))
        return false;
    *ret_uid = uid;
    return true;
}

static bool match_colons(struct view component, struct cgroup_owner *ret)
{
    struct view rest = component, slice = view_cut(&rest, ':'), prefix = view_cut(&rest, ':');

    for (size_t i = 0; i < COUNT_OF(colon_shapes); i++)
        if (view_eq(prefix, colon_shapes[i].prefix) && colon_shapes[i].form(rest)) {
            ret->runtime = colon_shapes[i].runtime;
            ret->id = rest;
            match_pod(slice, &ret->pod_uid);
            return true;
        }
    return false;
}

static bool match_child(struct view parent, struct view above, struct view component,
                        struct cgroup_owner *ret, bool *ret_host)
{
    for (size_t i = 0; i < COUNT_OF(child_shapes); i++) {
        const struct child_shape *shape = &child_shapes[i];

        if (!view_eq(parent, shape->parent) || !shape->form(component) ||
            (shape->no_units && is_below_unit(above)))
            continue;
        ret->runtime = shape->runtime;
        ret->id = component;
        *ret_host = shape->host;
        return true;
    }
    return false;
}

/* /ecs/TASK/ID and /ecs/CLUSTER/TASK/ID; the agent runs Docker. */
static bool match_ecs(struct view above, struct view component, struct cgroup_owner *ret)
{
    bool fargate = is_fargate(component);

    if (!fargate && !is_digest(component))
        return false;
    cut_last(&above);
    for (int i = 0; i < 2; i++)
        if (view_eq(cut_last(&above), VIEW("ecs"))) {
            ret->runtime = fargate ? CONTAINER_OTHER : CONTAINER_DOCKER;
            ret->id = component;
            return true;
        }
    return false;
}

/* A component, with what is above and the one below it. */
static bool match(struct view above, struct view component, struct view below,
                  struct cgroup_owner *ret)
{
    struct view parent_above = above, parent = cut_last(&parent_above), uid;
    const struct own_shape *own = find_own(component, &ret->id);
    bool host = false;

    if (own) {
        ret->runtime = own->runtime;
        return !own->host && (own->not_below.len == 0 || !view_eq(below, own->not_below));
    }
    if (match_colons(component, ret) || match_ecs(above, component, ret))
        return true;
    if (match_child(parent, parent_above, component, ret, &host))
        return !host;
    if (!is_digest(component) || (!match_pod(parent, &uid) && is_below_unit(above)))
        return false;
    ret->runtime = CONTAINER_CONTAINERD;
    ret->id = component;
    return true;
}

static void find_pod(struct view above, struct cgroup_owner *owner)
{
    struct view uid, id;

    while (above.len && owner->pod_uid.len == 0) {
        struct view component = cut_last(&above);

        if (find_own(component, &id) || is_digest(component))
            return; /* what is above an outer container is not its pod */
        if (match_pod(component, &uid))
            owner->pod_uid = uid;
    }
}

bool cgroup_path_owner(struct view path, struct cgroup_owner *ret)
{
    struct view above = path, below = VIEW_EMPTY;

    while (above.len) {
        struct view component = cut_last(&above);
        struct cgroup_owner owner = {0};

        if (match(above, component, below, &owner)) {
            find_pod(above, &owner);
            *ret = owner;
            return true;
        }
        below = component;
    }
    return false;
}
