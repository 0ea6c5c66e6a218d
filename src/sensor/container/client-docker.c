/* Docker's API on a unix socket, of the engine and of Podman's service:
 * GET /containers/ID/json, and /images/ID/json for the digests. */
#include <stdlib.h>

#include "net/url.h"
#include "sensor/container/client.h"

static int fetch(struct client *client, const char *socket, const char *what, struct view id,
                 enum answer_document kind, struct gathering *g, struct error *err)
{
    _cleanup_(http_response_done) struct http_response response = HTTP_RESPONSE_INIT;
    _cleanup_(buf_done) struct buf url = BUF_INIT(URL_LIMIT);
    struct buf *body = gathering_body(g);
    struct http_request request = {
        .unix_socket = socket,
        .body_limit = ANSWER_DOCUMENT_LIMIT,
        .deadline_milliseconds = gathering_milliseconds(g),
    };
    int r;

    if (!body)
        return error_set(err, ERROR_LIMIT, "more than %d documents about a container",
                         ANSWER_DOCUMENTS_LIMIT);
    buf_addf(&url, "http://localhost/%s/", what);
    url_add_escaped(&url, id);
    buf_add_str(&url, "/json");
    request.url = buf_cstr(&url);
    r = http_fetch(client->http, &request, body, &response, err);
    if (r == 0)
        r = http_check(&request, &response, err);
    if (r == 0)
        gathering_keep(g, kind, false);
    return r;
}

/* The engine answers about a container when it has started, however long that takes;
 * what needs no container it answers at once. */
static bool is_only_busy(struct client *client, const char *socket)
{
    _cleanup_(http_response_done) struct http_response response = HTTP_RESPONSE_INIT;
    const struct http_request request = {
        .url = "http://localhost/_ping",
        .unix_socket = socket,
        .body_limit = HTTP_FAILURE_BODY_LIMIT,
        .deadline_milliseconds = GATHERING_EXTRA,
    };

    return http_send(client->http, &request, NULL, &response, NULL) == 0;
}

/* From its first answer on, its files tell faster than the engine does. */
static void learn_home(struct client *client, struct view home)
{
    char *none = NULL, *path;

    if (home.len < 2 || home.ptr[0] != '/' || !client->docker_home ||
        atomic_load(&client->docker_home->path))
        return;
    path = strndup(home.ptr + 1, home.len - 1);
    if (path && !atomic_compare_exchange_strong(&client->docker_home->path, &none, path))
        free(path);
}

static int ask(struct client *client, struct gathering *g, struct error *err)
{
    const char *socket = client_socket(client);
    struct answer_reply first;
    int r;

    if (!socket)
        return client_absent(client, err);
    r = fetch(client, socket, "containers", g->id, ANSWER_DOCKER_CONTAINER, g, err);
    g->blameless = r == ERROR_TIMEOUT && is_only_busy(client, socket);
    if (r == 0)
        r = gathering_read(g, err);
    if (r < 0)
        return r;
    first = g->answer;
    if (first.leads[ANSWER_LEAD_IMAGE].len)
        fetch(client, socket, "images", first.leads[ANSWER_LEAD_IMAGE], ANSWER_DOCKER_IMAGE, g,
              NULL);
    if (gathering_id_is_plain(first.leads[ANSWER_LEAD_SANDBOX]))
        fetch(client, socket, "containers", first.leads[ANSWER_LEAD_SANDBOX], ANSWER_DOCKER_SANDBOX,
              g, NULL);
    gathering_keep_process(g, first.init_pid);
    return g->count > 1 ? gathering_read(g, err) : 0;
}

int client_ask_docker(struct client *client, struct gathering *g, struct error *err)
{
    int r = ask(client, g, err);

    if (r == 0)
        learn_home(client, g->answer.leads[ANSWER_LEAD_HOME]);
    return r;
}

int client_ask_podman(struct client *client, struct gathering *g, struct error *err)
{
    return ask(client, g, err);
}
