/* Images of containerd, by its API on a unix socket (gRPC):
 *
 *     containerd.services.images.v1.Images/Get      a name -> the descriptor of its index or
 * manifest containerd.services.content.v1.Content/Read   a digest -> the blob's bytes, streamed
 *
 * Field numbers are those of containerd's public API (api/services/images/v1,
 * api/services/content/v1, api/types/descriptor.proto). The daemon is root's
 * and its framing is trusted like that of Docker's engine; the blobs are not:
 * documents are parsed in the sandbox, every digest is verified.
 *
 * Namespaces: the one that is given, else "default", "k8s.io" and "moby", the
 * first that has the image. Names: as given, then as Docker would complete it
 * ("alpine" is docker.io/library/alpine:latest).
 */
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "artifact/layer-feed.h"
#include "artifact/manifest.h"
#include "artifact/source.h"
#include "net/grpc.h"
#include "net/protobuf.h"

enum { REQUEST_LIMIT = 8192 };

static const char default_socket[] = "/run/containerd/containerd.sock";

struct containerd {
    struct source source;
    struct http_client *client;
    const char *socket;
    const char *namespace;
};

/* ---- Calls ---- */

static int call(const struct containerd *containerd, const char *method, const struct buf *request,
                int (*message)(void *ctx, struct view message, struct error *err), void *ctx,
                struct error *err)
{
    const struct http_header namespace = {"containerd-namespace", containerd->namespace};
    const struct grpc_call call = {
        .socket = containerd->socket,
        .method = method,
        .metadata = &namespace,
        .metadata_count = 1,
        .request = buf_view(request),
        .ctx = ctx,
        .message = message,
    };
    int result = buf_failed(request, "a request to containerd", err);

    return result < 0 ? result : grpc_call(containerd->client, &call, err);
}

static int broken(struct error *err)
{
    return error_set(err, ERROR_NETWORK, "containerd's answer is not what its API says");
}

struct target {
    struct arena *arena;
    struct view digest;
    uint64_t size;
};

static bool read_descriptor(struct view message, struct target *target)
{
    struct cursor c = cursor_of(message);

    for (struct protobuf_field f; protobuf_next(&c, &f);) {
        if (f.number == 2 && f.type == PROTOBUF_BYTES)
            target->digest = arena_copy(target->arena, f.bytes);
        else if (f.number == 3 && f.type == PROTOBUF_VARINT)
            target->size = f.value;
    }
    return !c.failed;
}

/* The last field of that number, which is a message. */
static bool find_message(struct view message, uint32_t number, struct view *ret)
{
    struct cursor c = cursor_of(message);

    *ret = VIEW_EMPTY;
    for (struct protobuf_field f; protobuf_next(&c, &f);)
        if (f.number == number && f.type == PROTOBUF_BYTES)
            *ret = f.bytes;
    return !c.failed;
}

/* GetImageResponse{image = 1: Image{target = 3: Descriptor{digest = 2, size = 3}}} */
static int read_image(void *ctx, struct view message, struct error *err)
{
    struct target *target = ctx;
    struct view image, descriptor;

    if (!find_message(message, 1, &image) || !find_message(image, 3, &descriptor) ||
        !read_descriptor(descriptor, target) || target->digest.len == 0)
        return broken(err);
    return 0;
}

static int get_image(const struct containerd *containerd, struct view name, struct target *target,
                     struct error *err)
{
    _cleanup_(buf_done) struct buf request = BUF_INIT(REQUEST_LIMIT);

    protobuf_add_bytes(&request, 1, name);
    return call(containerd, "/containerd.services.images.v1.Images/Get", &request, read_image,
                target, err);
}

/* ---- Blobs ---- */

struct blob_reader {
    uint64_t at;
    int (*write)(void *ctx, struct view bytes, struct error *err);
    void *ctx;
};

/* ReadContentResponse{offset = 1, data = 2} */
static int read_part(void *ctx, struct view message, struct error *err)
{
    struct blob_reader *reader = ctx;
    struct cursor c = cursor_of(message);
    struct view data = VIEW_EMPTY;
    uint64_t offset = 0;

    for (struct protobuf_field f; protobuf_next(&c, &f);) {
        if (f.number == 1 && f.type == PROTOBUF_VARINT)
            offset = f.value;
        else if (f.number == 2 && f.type == PROTOBUF_BYTES)
            data = f.bytes;
    }
    if (c.failed || offset != reader->at)
        return broken(err);
    reader->at += data.len;
    return reader->write(reader->ctx, data, err);
}

static int read_blob(const struct containerd *containerd, struct view digest,
                     int (*write)(void *ctx, struct view bytes, struct error *err), void *ctx,
                     struct error *err)
{
    _cleanup_(buf_done) struct buf request = BUF_INIT(REQUEST_LIMIT);
    struct blob_reader reader = {.write = write, .ctx = ctx};

    protobuf_add_bytes(&request, 1, digest);
    return call(containerd, "/containerd.services.content.v1.Content/Read", &request, read_part,
                &reader, err);
}

static int add_to_document(void *ctx, struct view bytes, struct error *err)
{
    buf_add(ctx, bytes);
    return buf_failed(ctx, "the document", err);
}

static int read_document(void *ctx, const struct image_descriptor *blob, bool is_manifest,
                         struct buf *to, struct error *err)
{
    int result;

    (void)is_manifest;
    result = read_blob(ctx, blob->digest, add_to_document, to, err);
    if (result == ERROR_NOT_FOUND)
        error_hint(err, "containerd has the image without this part: pull it again");
    return result;
}

/* ---- The source ---- */

static void containerd_free(struct source *source)
{
    struct containerd *containerd = (struct containerd *)source;

    http_client_free(containerd->client);
    source_done(&containerd->source);
    free(containerd);
}

/* Is anybody there? A dead socket stays behind when the daemon ends. */
static int probe(const char *path, struct error *err)
{
    _cleanup_close_ int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    struct error cause;

    if (strlen(path) >= sizeof(address.sun_path))
        return error_set(err, ERROR_USAGE, "containerd's address is too long: %s", path);
    strncpy(address.sun_path, path, sizeof(address.sun_path) - 1);
    if (fd < 0)
        return error_errno(err, "cannot make a socket");
    if (connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
        return 0;
    error_errno(err, "cannot connect to %s", path);
    if (err->kind == ERROR_DENIED) {
        error_hint(err, "run as root");
        return error_wrap(err, "containerd");
    }
    cause = *err;
    error_set(err, ERROR_NOT_FOUND, "containerd is not running: %s", cause.message);
    error_hint(err, "start containerd, or say where it is with CONTAINERD_ADDRESS");
    return ERROR_NOT_FOUND;
}

static int find_in_namespace(struct containerd *containerd, const char *name, struct view normal,
                             struct target *target, struct error *err)
{
    int result = get_image(containerd, view_of(name), target, err);

    if (result == ERROR_NOT_FOUND && normal.len && !view_eq(normal, view_of(name)))
        result = get_image(containerd, normal, target, err);
    return result;
}

static int find_image(struct containerd *containerd, const char *name, struct target *target,
                      struct error *err)
{
    const char *given = containerd->source.context->options.containerd_namespace;
    const char *const namespaces[] = {given ? given : "default", "k8s.io", "moby"};
    size_t count = given ? 1 : sizeof(namespaces) / sizeof(namespaces[0]);
    struct arena *arena = containerd->source.arena;
    struct view normal = VIEW_EMPTY;
    struct reference reference;
    int result = ERROR_NOT_FOUND;

    if (reference_parse(view_of(name), arena, &reference, NULL) == 0)
        normal = reference_format(&reference, arena);
    for (size_t i = 0; i < count && result == ERROR_NOT_FOUND; i++) {
        containerd->namespace = namespaces[i];
        result = find_in_namespace(containerd, name, normal, target, err);
    }
    if (result != ERROR_NOT_FOUND)
        return result < 0 ? error_wrap(err, "containerd") : 0;
    error_set(err, ERROR_NOT_FOUND, "containerd has no image %s in the %s %s", name,
              count == 1 ? "namespace" : "namespaces", given ? given : "default, k8s.io, moby");
    error_hint(err, "list the images with: ctr --namespace NAMESPACE images list");
    return ERROR_NOT_FOUND;
}

static int read_manifest(struct containerd *containerd, const struct target *target,
                         struct error *err)
{
    _cleanup_(buf_done) struct buf top = BUF_INIT(IMAGE_JSON_LIMIT);
    const struct manifest_reader reader = {.ctx = containerd, .read = read_document};
    const struct image_descriptor descriptor = {.digest = target->digest, .size = target->size};
    struct source *source = &containerd->source;
    int result = read_document(containerd, &descriptor, true, &top, err);

    if (result == 0)
        result = source_check_digest("manifest", buf_view(&top), target->digest, err);
    if (result == 0)
        result = manifest_resolve(source->context, &reader, buf_view(&top), target->digest,
                                  VIEW_EMPTY, source->arena, &source->manifest, err);
    return result < 0 ? error_wrap(err, "containerd") : 0;
}

static int open_containerd(struct containerd *containerd, const char *name, struct error *err)
{
    const char *address = containerd->source.context->options.containerd_address;
    const struct http_options options = {0};
    struct target target = {.arena = containerd->source.arena};
    int result;

    containerd->socket = address ? address : default_socket;
    if (strncmp(containerd->socket, "unix://", strlen("unix://")) == 0)
        containerd->socket += strlen("unix://");
    result = probe(containerd->socket, err);
    if (result == 0)
        result = http_client_new(&options, &containerd->client, err);
    if (result == 0)
        result = find_image(containerd, name, &target, err);
    return result < 0 ? result : read_manifest(containerd, &target, err);
}

static int containerd_open(const struct source_context *context, const char *name,
                           struct source **ret, struct error *err)
{
    struct containerd *containerd = calloc(1, sizeof(*containerd));
    struct error local = ERROR_INIT;
    int result;

    if (!containerd)
        return error_memory(err);
    result = source_init(&containerd->source, &source_containerd, context, &local);
    if (result == 0)
        result = open_containerd(containerd, name, &local);
    if (result < 0) {
        containerd_free(&containerd->source);
        if (err)
            *err = local;
        return result;
    }
    *ret = &containerd->source;
    return 0;
}

/* ---- Layers ---- */

static int pump_bytes(void *ctx, struct view bytes, struct error *err)
{
    return layer_pump_write(ctx, bytes, err);
}

static void read_layer(void *ctx, struct layer_feed *feed, size_t i)
{
    struct containerd *containerd = ctx;
    struct layer_pump *pump;
    struct error err = ERROR_INIT;
    int result;

    if (layer_pump_begin(feed, i, &pump, &err) < 0) {
        layer_feed_failed(feed, i, &err);
        return;
    }
    result = read_blob(containerd, containerd->source.manifest->layers[i].digest, pump_bytes, pump,
                       &err);
    if (result == ERROR_NOT_FOUND)
        error_hint(&err, "containerd has discarded the layer after unpacking it: pull the image "
                         "again, or scan it from its registry");
    layer_pump_end(pump, result < 0 ? &err : NULL);
}

static int containerd_read_layers(struct source *source, const bool *wanted,
                                  const struct layer_sink *sink, struct error *err)
{
    _cleanup_(layer_feed_free_p) struct layer_feed *feed = NULL;
    int result = layer_feed_new(source->context, source->manifest, wanted, sink, &feed, err);

    return result < 0 ? result : layer_feed_each(feed, read_layer, source, err);
}

const struct source_type source_containerd = {
    .name = "containerd",
    .open = containerd_open,
    .read_layers = containerd_read_layers,
    .free = containerd_free,
};
