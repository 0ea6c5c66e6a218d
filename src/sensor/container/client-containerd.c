/* containerd by its own API (gRPC on a unix socket): Containers/Get tells most,
 * Tasks/Get the first process, Images/Get the digest, Snapshots/Mounts the
 * overlay. What Kubernetes made is asked for at CRI, too, on the same socket.
 *
 * A container lives in a namespace that its id does not tell: the usual ones are
 * asked first, then those that containerd lists. */
#include "net/grpc.h"
#include "net/protobuf.h"
#include "sensor/container/client.h"

enum {
    REQUEST_LIMIT = 4096,
    NAMESPACES_LIMIT = 32,
    NAMESPACE_LIMIT = 128, /* bytes; containerd's own limit is 76 */
};

struct caller {
    struct client *client;
    const char *socket;
    struct gathering *g;
    char space[NAMESPACE_LIMIT + 1]; /* namespace */
};

/* A request of one or two texts, as all are here. */
static int call(struct caller *caller, const char *method, struct view first, struct view second,
                struct buf *body, struct error *err)
{
    _cleanup_(buf_done) struct buf request = BUF_INIT(REQUEST_LIMIT);
    const struct http_header space = {"containerd-namespace", caller->space};
    struct grpc_call call = {
        .socket = caller->socket,
        .method = method,
        .metadata = &space,
        .metadata_count = caller->space[0] ? 1 : 0,
        .answer_limit = ANSWER_DOCUMENT_LIMIT,
        .deadline_milliseconds = gathering_milliseconds(caller->g),
        .ctx = body,
        .message = client_take_message,
    };
    int r;

    protobuf_add_bytes(&request, 1, first);
    protobuf_add_bytes(&request, 2, second);
    r = buf_failed(&request, "a request", err);
    call.request = buf_view(&request);
    return r < 0 ? r : grpc_call(caller->client->http, &call, err);
}

static int fetch(struct caller *caller, const char *method, struct view first, struct view second,
                 enum answer_document kind, struct error *err)
{
    struct buf *body = gathering_body(caller->g);
    int r;

    if (!body)
        return error_set(err, ERROR_LIMIT, "more than %d documents about a container",
                         ANSWER_DOCUMENTS_LIMIT);
    r = call(caller, method, first, second, body, err);
    if (r == 0)
        gathering_keep(caller->g, kind, false);
    return r;
}

/* ---- Namespaces ---- */

/* Docker's containers are in "moby", without what Docker knows of them. */
static const char *const usual_spaces[] = {"k8s.io", "default", "moby"};
static const char *const docker_spaces[] = {"moby"};

static int get_container(struct caller *caller, struct view space, struct error *err)
{
    if (space.len == 0 || space.len > NAMESPACE_LIMIT || !gathering_id_is_plain(space))
        return error_set(err, ERROR_NOT_FOUND, "no namespace");
    memcpy(caller->space, space.ptr, space.len);
    caller->space[space.len] = '\0';
    return fetch(caller, "/containerd.services.containers.v1.Containers/Get", caller->g->id,
                 VIEW_EMPTY, ANSWER_CONTAINERD_CONTAINER, err);
}

static bool is_usual(struct view space)
{
    for (size_t i = 0; i < sizeof(usual_spaces) / sizeof(usual_spaces[0]); i++)
        if (view_eq(space, view_of(usual_spaces[i])))
            return true;
    return false;
}

/* ListNamespacesResponse{namespaces = 1: Namespace{name = 1}} */
static int search_spaces(struct caller *caller, struct view list, struct error *err)
{
    struct cursor c = cursor_of(list);
    int r = ERROR_NOT_FOUND, count = 0;

    for (struct protobuf_field f; r == ERROR_NOT_FOUND && protobuf_next(&c, &f);) {
        struct view name;

        if (f.number != 1 || f.type != PROTOBUF_BYTES || !protobuf_find(f.bytes, 1, &name) ||
            is_usual(name) || count++ >= NAMESPACES_LIMIT)
            continue;
        r = get_container(caller, name, err);
    }
    return r;
}

static int ask_spaces(struct caller *caller, const char *const *spaces, size_t count,
                      struct error *err)
{
    int r = ERROR_NOT_FOUND;

    for (size_t i = 0; i < count && r == ERROR_NOT_FOUND; i++)
        r = get_container(caller, view_of(spaces[i]), err);
    return r;
}

static int find_container(struct caller *caller, struct error *err)
{
    _cleanup_(buf_done) struct buf list = BUF_INIT(ANSWER_DOCUMENT_LIMIT);
    int r;

    if (caller->g->runtime == CONTAINER_DOCKER)
        return ask_spaces(caller, docker_spaces, 1, err);
    r = ask_spaces(caller, usual_spaces, caller->g->runtime == CONTAINER_CONTAINERD ? 2 : 3, err);
    if (r != ERROR_NOT_FOUND)
        return r;
    caller->space[0] = '\0';
    r = call(caller, "/containerd.services.namespaces.v1.Namespaces/List", VIEW_EMPTY, VIEW_EMPTY,
             &list, err);
    return r < 0 ? r : search_spaces(caller, buf_view(&list), err);
}

/* ---- The rest, each part of which may be missing ---- */

static void gather_pod(struct caller *caller, const struct answer_reply *first)
{
    struct client *client = caller->client;
    const char *socket = client->cri_socket ? client->cri_socket : caller->socket;
    struct view sandbox = first->leads[ANSWER_LEAD_SANDBOX];

    /* CRI knows a sandbox when it runs, and containerd before. */
    caller->g->early = client_gather_cri(client, socket, caller->g, NULL) == ERROR_NOT_FOUND;
    if (!gathering_id_is_plain(sandbox))
        return;
    if (client_gather_cri_pod(client, socket, sandbox, caller->g, NULL) < 0)
        fetch(caller, "/containerd.services.containers.v1.Containers/Get", sandbox, VIEW_EMPTY,
              ANSWER_CONTAINERD_SANDBOX, NULL);
}

static void gather_rest(struct caller *caller, const struct answer_reply *first)
{
    if (first->leads[ANSWER_LEAD_IMAGE].len)
        fetch(caller, "/containerd.services.images.v1.Images/Get", first->leads[ANSWER_LEAD_IMAGE],
              VIEW_EMPTY, ANSWER_CONTAINERD_IMAGE, NULL);
    if (first->leads[ANSWER_LEAD_SNAPSHOT].len)
        fetch(caller, "/containerd.services.snapshots.v1.Snapshots/Mounts",
              first->leads[ANSWER_LEAD_SNAPSHOTTER], first->leads[ANSWER_LEAD_SNAPSHOT],
              ANSWER_CONTAINERD_SNAPSHOT, NULL);
    if (first->is_cri)
        gather_pod(caller, first);
    gathering_keep_process(caller->g, first->init_pid);
}

int client_ask_containerd(struct client *client, struct gathering *g, struct error *err)
{
    struct caller caller = {client, client_socket(client), g, ""};
    struct answer_reply first;
    int r;

    if (!caller.socket)
        return client_absent(client, err);
    r = find_container(&caller, err);
    if (r < 0)
        return r;
    fetch(&caller, "/containerd.services.tasks.v1.Tasks/Get", g->id, VIEW_EMPTY,
          ANSWER_CONTAINERD_TASK, NULL);
    r = gathering_read(g, err);
    if (r < 0)
        return r;
    first = g->answer;
    gather_rest(&caller, &first);
    return gathering_read(g, err);
}
