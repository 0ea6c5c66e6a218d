/* Images in registries: the OCI distribution specification 1.1 and its
 * forerunner, Docker Registry HTTP API V2.
 *
 *     GET /v2/                          is it a registry; which challenge
 *     GET /v2/NAME/manifests/REFERENCE  by tag or digest, every type accepted
 *     GET /v2/NAME/blobs/DIGEST         config and layers
 *
 * Layers go from the connection into a pump (layer-feed.h), which hashes them
 * on their way to the sink; several at once, each on its own connection. A
 * transfer that breaks off goes on by Range with the next byte, so the sink
 * sees one stream.
 *
 * docker.io is asked at registry-1.docker.io. Registries on this machine, and
 * all with `insecure_http`, are asked by https first, then by plain http.
 */
#include <stdlib.h>

#include "artifact/layer-feed.h"
#include "artifact/manifest.h"
#include "artifact/registry-auth.h"
#include "artifact/source.h"
#include "codec/digest.h"
#include "net/url.h"

struct registry {
    struct source source;
    struct reference reference;
    struct http_client *client;
    struct registry_auth *auth;
    struct view base; /* "https://registry-1.docker.io" */
};

/* ---- Asking ---- */

static const struct http_header accept_manifests = {
    "Accept", "application/vnd.oci.image.index.v1+json, "
              "application/vnd.docker.distribution.manifest.list.v2+json, "
              "application/vnd.oci.image.manifest.v1+json, "
              "application/vnd.docker.distribution.manifest.v2+json"};

/* Sends the request, and again with what the registry wants to know of us. */
static int ask(struct registry *registry, struct http_request *request,
               const struct http_sink *sink, struct http_response *response, struct error *err)
{
    _cleanup_(buf_done) struct buf value = BUF_INIT(REGISTRY_AUTH_VALUE_LIMIT);
    int result;

    for (int attempt = 1;; attempt++) {
        result = registry_auth_value(registry->auth, &value, err);
        if (result < 0)
            break;
        request->authorization = value.len ? buf_cstr(&value) : NULL;
        result = http_send(registry->client, request, sink, response, err);
        if (result < 0)
            return result;
        if (response->status != 401 || attempt == REGISTRY_AUTH_ATTEMPTS)
            return 0;
        request->from = response->until;
        result = registry_auth_refused(registry->auth, response, buf_view(&value), err);
        if (result < 0)
            break;
    }
    if (result == ERROR_DENIED)
        registry_auth_explain(registry->auth, err);
    return result;
}

static int deny(struct registry *registry, const char *image, struct error *err)
{
    struct view host = registry->reference.registry;

    if (image)
        error_set(err, ERROR_DENIED, "%.*s denies access to the image %s", VIEW_ARG(host), image);
    else
        error_set(err, ERROR_DENIED, "%.*s denies access", VIEW_ARG(host));
    registry_auth_explain(registry->auth, err);
    return ERROR_DENIED;
}

static int is_missing(struct registry *registry, const char *image, struct error *err)
{
    struct view host = registry->reference.registry;

    if (image) {
        error_set(err, ERROR_NOT_FOUND, "%.*s has no image %s", VIEW_ARG(host), image);
        error_hint(err, "check the name and the tag");
    } else {
        error_set(err, ERROR_NOT_FOUND, "%.*s does not have it", VIEW_ARG(host));
        error_hint(err, "a part of the image is missing there: push the image again");
    }
    return ERROR_NOT_FOUND;
}

/* `image` when the answer is about the image as a whole, NULL for a part of it. */
static int check(struct registry *registry, const struct http_request *request,
                 const struct http_response *response, const char *image, struct error *err)
{
    struct view host = registry->reference.registry;

    switch (response->status) {
    case 401:
    case 403:
        return deny(registry, image, err);
    case 404:
        return is_missing(registry, image, err);
    case 429:
        error_set(err, ERROR_NETWORK, "%.*s: too many requests", VIEW_ARG(host));
        error_hint(err, "wait a little, or log in for a higher limit: docker login %.*s",
                   VIEW_ARG(host));
        return ERROR_NETWORK;
    default:
        return http_check(request, response, err);
    }
}

static const char *make_url(const struct registry *registry, const char *kind, struct view name,
                            struct buf *url)
{
    buf_addf(url, "%.*s/v2/%.*s/%s/%.*s", VIEW_ARG(registry->base),
             VIEW_ARG(registry->reference.path), kind, VIEW_ARG(name));
    return buf_cstr(url);
}

/* ---- Finding the registry ---- */

static struct view host_of(struct view registry)
{
    return view_eq(registry, VIEW("docker.io")) ? VIEW("registry-1.docker.io") : registry;
}

static int not_a_registry(struct view host, struct error *err)
{
    error_set(err, ERROR_NETWORK, "%.*s is no registry: it has no /v2/", VIEW_ARG(host));
    error_hint(err, "check the host and the port");
    return ERROR_NETWORK;
}

static int ping(struct registry *registry, const char *scheme, struct error *err)
{
    _cleanup_(http_response_done) struct http_response response = HTTP_RESPONSE_INIT;
    _cleanup_(buf_done) struct buf url = BUF_INIT(URL_LIMIT);
    struct http_request request = {.method = HTTP_GET};
    struct view host = host_of(registry->reference.registry);
    int result;

    buf_addf(&url, "%s://%.*s/v2/", scheme, VIEW_ARG(host));
    request.url = buf_cstr(&url);
    result = http_send(registry->client, &request, NULL, &response, err);
    if (result == 0 && response.status == 404)
        return not_a_registry(host, err);
    /* Who may not see /v2/ may still pull. */
    if (result == 0 && response.status != 401 && response.status != 403)
        result = check(registry, &request, &response, NULL, err);
    if (result < 0)
        return result;
    registry->base = arena_printf(registry->source.arena, "%s://%.*s", scheme, VIEW_ARG(host));
    return arena_failed(registry->source.arena, "the image", err);
}

static int find_registry(struct registry *registry, struct error *err)
{
    bool plain_too =
        registry->source.context->options.insecure_http || reference_is_local(&registry->reference);
    int result = ping(registry, "https", err);

    /* A certificate that is not trusted is no reason to do without: ERROR_DENIED. */
    if (result == ERROR_NETWORK && plain_too)
        result = ping(registry, "http", err);
    return result;
}

/* ---- Manifests and configs ---- */

static int add_to_document(void *ctx, struct view bytes, struct error *err)
{
    buf_add(ctx, bytes);
    return buf_failed(ctx, "the document", err);
}

static int fetch_document(struct registry *registry, const char *kind, struct view name,
                          const char *image, struct buf *to, struct http_response *response,
                          struct error *err)
{
    _cleanup_(buf_done) struct buf url = BUF_INIT(URL_LIMIT);
    struct http_request request = {
        .url = make_url(registry, kind, name, &url),
        .headers = &accept_manifests,
        .header_count = strcmp(kind, "manifests") == 0,
        .body_limit = IMAGE_JSON_LIMIT,
    };
    struct http_sink sink = {.ctx = to, .write = add_to_document, .immutable = true};
    int result = ask(registry, &request, &sink, response, err);

    return result < 0 ? result : check(registry, &request, response, image, err);
}

static int read_blob(void *ctx, const struct image_descriptor *blob, bool is_manifest,
                     struct buf *to, struct error *err)
{
    _cleanup_(http_response_done) struct http_response response = HTTP_RESPONSE_INIT;

    return fetch_document(ctx, is_manifest ? "manifests" : "blobs", blob->digest, NULL, to,
                          &response, err);
}

/* The answer for a tag may change between two attempts; then its digest is
 * not the one that the last answer names, and the bytes are refused.
 * What the reference names, checked against the digest it names, if it does,
 * and against what the registry says of it. */
static int fetch_top(struct registry *registry, struct buf *top,
                     char digest_text[static DIGEST_TEXT_SIZE + 1], struct error *err)
{
    _cleanup_(http_response_done) struct http_response response = HTTP_RESPONSE_INIT;
    const struct reference *reference = &registry->reference;
    bool by_digest = reference->digest.len > 0;
    struct view wanted = by_digest ? reference->digest : reference->tag, said;
    char *name =
        arena_cstr(registry->source.arena,
                   arena_printf(registry->source.arena, "%.*s%c%.*s", VIEW_ARG(reference->path),
                                by_digest ? '@' : ':', VIEW_ARG(wanted)));
    struct digest digest;
    int result;

    if (!name)
        return error_memory(err);
    result = fetch_document(registry, "manifests", wanted, name, top, &response, err);
    if (result < 0)
        return result;
    said = http_response_header(&response, "Docker-Content-Digest", 0);
    if (by_digest)
        result = source_check_digest("manifest", buf_view(top), reference->digest, err);
    else if (view_starts(said, VIEW("sha256:")))
        result = source_check_digest("manifest", buf_view(top), said, err);
    digest = digest_of(buf_view(top));
    digest_format(&digest, digest_text);
    return result;
}

static int read_manifest(struct registry *registry, struct error *err)
{
    _cleanup_(buf_done) struct buf top = BUF_INIT(IMAGE_JSON_LIMIT);
    const struct manifest_reader reader = {.ctx = registry, .read = read_blob};
    char digest[DIGEST_TEXT_SIZE + 1];
    int result = fetch_top(registry, &top, digest, err);

    if (result < 0)
        return result;
    return manifest_resolve(registry->source.context, &reader, buf_view(&top), view_of(digest),
                            VIEW_EMPTY, registry->source.arena, &registry->source.manifest, err);
}

/* ---- The source ---- */

static void registry_free(struct source *source)
{
    struct registry *registry = (struct registry *)source;

    registry_auth_free(registry->auth);
    http_client_free(registry->client);
    source_done(&registry->source);
    free(registry);
}

static int open_registry(struct registry *registry, const char *name, struct error *err)
{
    const struct source_context *context = registry->source.context;
    const struct http_options options = {
        .ca_file = context->options.ca_file,
        .insecure_tls = context->options.insecure_tls,
        .insecure_http = context->options.insecure_http,
    };
    int result = reference_parse(view_of(name), registry->source.arena, &registry->reference, err);

    if (result == 0 && context->options.offline) {
        error_set(err, ERROR_NOT_FOUND, "%.*s is not asked: --offline",
                  VIEW_ARG(registry->reference.registry));
        return ERROR_NOT_FOUND;
    }
    if (result == 0)
        result = http_client_new(&options, &registry->client, err);
    if (result == 0)
        result = registry_auth_new(context, registry->client, &registry->reference, &registry->auth,
                                   err);
    if (result == 0)
        result = find_registry(registry, err);
    return result < 0 ? result : read_manifest(registry, err);
}

static int registry_open(const struct source_context *context, const char *name,
                         struct source **ret, struct error *err)
{
    struct registry *registry = calloc(1, sizeof(*registry));
    struct error local = ERROR_INIT;
    int result;

    if (!registry)
        return error_memory(err);
    result = source_init(&registry->source, &source_registry, context, &local);
    if (result == 0)
        result = open_registry(registry, name, &local);
    if (result < 0) {
        registry_free(&registry->source);
        if (err)
            *err = local;
        return result;
    }
    *ret = &registry->source;
    return 0;
}

/* ---- Layers ---- */

struct download {
    struct registry *registry;
    struct layer_pump *pump;
};

static int pump_bytes(void *ctx, struct view bytes, struct error *err)
{
    struct download *download = ctx;

    return layer_pump_write(download->pump, bytes, err);
}

static int download_layer(struct download *download, const struct image_layer *layer,
                          struct error *err)
{
    _cleanup_(http_response_done) struct http_response response = HTTP_RESPONSE_INIT;
    _cleanup_(buf_done) struct buf url = BUF_INIT(URL_LIMIT);
    struct http_request request = {
        .url = make_url(download->registry, "blobs", layer->digest, &url),
        .body_limit = layer->size,
    };
    struct http_sink sink = {.ctx = download, .write = pump_bytes, .immutable = true};
    int result = ask(download->registry, &request, &sink, &response, err);

    return result < 0 ? result : check(download->registry, &request, &response, NULL, err);
}

static void read_layer(void *ctx, struct layer_feed *feed, size_t i)
{
    struct registry *registry = ctx;
    const struct image_layer *layer = &registry->source.manifest->layers[i];
    struct download download = {.registry = registry};
    struct error err = ERROR_INIT;

    if (layer_pump_begin(feed, i, &download.pump, &err) < 0) {
        layer_feed_failed(feed, i, &err);
        return;
    }
    layer_pump_end(download.pump, download_layer(&download, layer, &err) < 0 ? &err : NULL);
}

static int registry_read_layers(struct source *source, const bool *wanted,
                                const struct layer_sink *sink, struct error *err)
{
    struct registry *registry = (struct registry *)source;
    _cleanup_(layer_feed_free_p) struct layer_feed *feed = NULL;
    int result = layer_feed_new(source->context, source->manifest, wanted, sink, &feed, err);

    if (result < 0)
        return result;
    return layer_feed_each(feed, read_layer, registry, err);
}

const struct source_type source_registry = {
    .name = "registry",
    .open = registry_open,
    .read_layers = registry_read_layers,
    .free = registry_free,
};
