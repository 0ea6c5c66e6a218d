/* The Kubernetes runtime interface: runtime.v1.RuntimeService, or v1alpha2 of
 * runtimes before 2022, whose messages are the same. */
#include "net/grpc.h"
#include "net/protobuf.h"
#include "sensor/container/client.h"

enum { REQUEST_LIMIT = 1024 };

static int send_call(struct client *client, const char *socket, const char *method, struct view id,
                     struct buf *body, const struct gathering *g, struct error *err)
{
    _cleanup_(buf_done) struct buf request = BUF_INIT(REQUEST_LIMIT);
    char path[96];
    struct grpc_call call = {
        .socket = socket,
        .method = path,
        .answer_limit = ANSWER_DOCUMENT_LIMIT,
        .deadline_milliseconds = gathering_milliseconds(g),
        .ctx = body,
        .message = client_take_message,
    };
    int r;

    snprintf(path, sizeof(path), "/runtime.%s.RuntimeService/%s",
             client->old_cri ? "v1alpha2" : "v1", method);
    protobuf_add_bytes(&request, 1, id);
    protobuf_add_number(&request, 2, true); /* verbose */
    r = buf_failed(&request, "a request", err);
    call.request = buf_view(&request);
    return r < 0 ? r : grpc_call(client->http, &call, err);
}

static int fetch(struct client *client, const char *socket, const char *method, struct view id,
                 enum answer_document kind, struct gathering *g, struct error *err)
{
    struct buf *body = gathering_body(g);
    int r;

    if (!body)
        return error_set(err, ERROR_LIMIT, "more than %d documents about a container",
                         ANSWER_DOCUMENTS_LIMIT);
    r = send_call(client, socket, method, id, body, g, err);
    if (r == ERROR_UNSUPPORTED && !client->old_cri) {
        client->old_cri = true;
        r = send_call(client, socket, method, id, body, g, err);
        client->old_cri = r != ERROR_UNSUPPORTED;
    }
    if (r == 0)
        gathering_keep(g, kind, true);
    return r;
}

/* A pod's sandbox is no container of CRI's, but has a cgroup of its own. */
int client_gather_cri(struct client *client, const char *socket, struct gathering *g,
                      struct error *err)
{
    int r = ERROR_NOT_FOUND;

    if (!g->answer.is_sandbox)
        r = fetch(client, socket, "ContainerStatus", g->id, ANSWER_CRI_CONTAINER, g, err);
    if (r == ERROR_NOT_FOUND)
        return fetch(client, socket, "PodSandboxStatus", g->id, ANSWER_CRI_SANDBOX, g, err);
    return r;
}

int client_gather_cri_pod(struct client *client, const char *socket, struct view sandbox,
                          struct gathering *g, struct error *err)
{
    return fetch(client, socket, "PodSandboxStatus", sandbox, ANSWER_CRI_SANDBOX, g, err);
}

int client_ask_crio(struct client *client, struct gathering *g, struct error *err)
{
    const char *socket = client_socket(client);
    struct answer_reply first;
    int r;

    if (!socket)
        return client_absent(client, err);
    r = client_gather_cri(client, socket, g, err);
    if (r == 0)
        r = gathering_read(g, err);
    if (r < 0)
        return r;
    first = g->answer;
    if (gathering_id_is_plain(first.leads[ANSWER_LEAD_SANDBOX]))
        client_gather_cri_pod(client, socket, first.leads[ANSWER_LEAD_SANDBOX], g, NULL);
    gathering_keep_process(g, first.init_pid);
    return g->count > 1 ? gathering_read(g, err) : 0;
}
