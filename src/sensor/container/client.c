#include "sensor/container/client.h"

static const char *const docker_places[] = {"/run/docker.sock", "/var/run/docker.sock", NULL};
static const char *const containerd_places[] = {
    "/run/containerd/containerd.sock", "/run/k3s/containerd/containerd.sock",
    "/run/docker/containerd/containerd.sock", "/var/snap/microk8s/common/run/containerd.sock",
    NULL};
static const char *const crio_places[] = {"/run/crio/crio.sock", "/var/run/crio/crio.sock", NULL};
static const char *const podman_places[] = {"/run/podman/podman.sock", NULL};

/* The connection that an engine closed while it was idle is worth a second attempt. */
static const struct retry_policy retries = {.attempts = 2, .first_ms = 1, .longest_ms = 1};

const struct client_type client_types[CLIENT_KINDS] = {
    [CLIENT_FILES] = {"files", CONTAINER_RUNTIME_COUNT, client_ask_files, NULL},
    [CLIENT_DOCKER] = {"docker", CONTAINER_DOCKER, client_ask_docker, docker_places},
    [CLIENT_CONTAINERD] = {"containerd", CONTAINER_CONTAINERD, client_ask_containerd,
                           containerd_places},
    [CLIENT_CRIO] = {"crio", CONTAINER_CRIO, client_ask_crio, crio_places},
    [CLIENT_PODMAN] = {"podman", CONTAINER_PODMAN, client_ask_podman, podman_places},
};

int client_init(struct client *client, const struct client_type *type, struct error *err)
{
    const struct http_options options = {.retries = &retries};

    client->type = type;
    return type->places ? http_client_new(&options, &client->http, err) : 0;
}

void client_done(struct client *client)
{
    http_client_free(client->http);
    client->http = NULL;
}

const char *client_socket(struct client *client)
{
    if (client->socket)
        return access(client->socket, F_OK) == 0 ? client->socket : NULL;
    for (const char *const *place = client->type->places; *place; place++) {
        int length = snprintf(client->place, sizeof(client->place), "%s%s", client->root, *place);

        if (length < (int)sizeof(client->place) && access(client->place, F_OK) == 0)
            return client->place;
    }
    return NULL;
}

int client_absent(const struct client *client, struct error *err)
{
    return error_set(err, ERROR_NOT_FOUND, "%s has no socket here", client->type->name);
}

int client_take_message(void *ctx, struct view message, struct error *err)
{
    struct buf *body = ctx;

    buf_reset(body);
    buf_add(body, message);
    return buf_failed(body, "the answer", err);
}
