/* Clients of runtimes: who can be asked about a container.
 *
 * A client belongs to one thread, which may block in it until the deadline of
 * what is gathered. It answers ERROR_NOT_FOUND when it does not know the container or
 * nobody is there; any other failure is the runtime's.
 */
#pragma once

#include <stdatomic.h>

#include "net/http.h"
#include "sensor/container/gathering.h"

/* Where Docker keeps its containers' files, when the engine has told; set once. */
struct docker_home {
    _Atomic(char *) path; /* without a leading "/" */
};

struct client {
    const struct client_type *type;
    struct http_client *http;
    const char *root;       /* path of the folder that stands for "/"; "" is the real one */
    const char *socket;     /* as the options say; NULL: one of the type's places */
    const char *cri_socket; /* the same, for CRI */
    struct docker_home *docker_home;
    char place[108]; /* of a socket found below the root; as long as sun_path */
    bool old_cri;    /* speaks v1alpha2 only */
};

struct client_type {
    const char *name;
    enum container_runtime
        runtime; /* the one that has answered; CONTAINER_RUNTIME_COUNT: as asked */
    int (*ask)(struct client *client, struct gathering *g, struct error *err);
    const char *const *places; /* usual sockets, ended by NULL; the first there is taken */
};

enum client_kind {
    CLIENT_FILES,      /* of all runtimes, where they keep them */
    CLIENT_DOCKER,     /* its engine's API */
    CLIENT_CONTAINERD, /* its own API, and CRI for what Kubernetes made */
    CLIENT_CRIO,       /* CRI */
    CLIENT_PODMAN,     /* Docker's API, when its service runs */
    CLIENT_KINDS,
};

extern const struct client_type client_types[CLIENT_KINDS];

int client_init(struct client *client, const struct client_type *type, struct error *err);
void client_done(struct client *client);
/* The socket to ask; NULL: nobody is there. */
const char *client_socket(struct client *client);
/* Why nobody could be asked; ERROR_NOT_FOUND. */
int client_absent(const struct client *client, struct error *err);

int client_ask_files(struct client *client, struct gathering *g, struct error *err);
int client_ask_docker(struct client *client, struct gathering *g, struct error *err);
int client_ask_podman(struct client *client, struct gathering *g, struct error *err);
int client_ask_containerd(struct client *client, struct gathering *g, struct error *err);
int client_ask_crio(struct client *client, struct gathering *g, struct error *err);

/* For struct grpc_call: `ctx` is the struct buf that becomes the message. */
int client_take_message(void *ctx, struct view message, struct error *err);
/* What CRI knows: the status of the container, or of the sandbox that it is. */
int client_gather_cri(struct client *client, const char *socket, struct gathering *g,
                      struct error *err);
/* The status of its pod's sandbox. */
int client_gather_cri_pod(struct client *client, const char *socket, struct view sandbox,
                          struct gathering *g, struct error *err);
