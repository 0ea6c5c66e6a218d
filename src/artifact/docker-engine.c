#include "artifact/docker-engine.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>

#include "artifact/archive-stream.h"
#include "artifact/docker-engine-image.h"
#include "base/fd.h"
#include "net/http.h"
#include "net/url.h"

enum {
    HISTORY_LIMIT = 1 << 20,
    PIPE_SIZE = 1 << 20, /* asked for; less only costs speed */
};

static const char default_socket[] = "/var/run/docker.sock";

struct engine {
    struct source source;
    struct http_client *client;
    char *socket;     /* path, or NULL for TCP */
    struct view base; /* "http://localhost:2375" */
    struct view id;
};

static bool is_name_character(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c && strchr("._:@-", c));
}

/* Neither empty nor "." nor "..", which would lead elsewhere in a URL. */
static bool is_name_component(struct view component)
{
    for (size_t i = 0; i < component.len; i++)
        if (!is_name_character(component.ptr[i]))
            return false;
    return component.len > 0 && !view_eq(component, VIEW(".")) && !view_eq(component, VIEW(".."));
}

int docker_engine_check_name(const char *name, struct error *err)
{
    struct view rest = view_of(name);

    if (rest.len == 0 || rest.len > ENGINE_NAME_LIMIT)
        return error_set(err, ERROR_USAGE, "an image's name has 1 to %d characters",
                         ENGINE_NAME_LIMIT);
    while (rest.ptr)
        if (!is_name_component(view_cut(&rest, '/')) || *name == '-')
            return error_set(err, ERROR_USAGE, "\"%s\" is no name of an image", name);
    return 0;
}

/* ---- Where the engine is ---- */

static int wrong_address(const char *address, struct error *err)
{
    error_set(err, ERROR_USAGE, "\"%s\" is no address of an engine", address);
    error_hint(err, "give unix://PATH, or tcp://HOST:PORT on this machine");
    return ERROR_USAGE;
}

static int set_address(struct engine *engine, const char *address, struct error *err)
{
    struct view text = view_of(address), path = view_strip_prefix(text, VIEW("unix://"));
    struct view host = view_strip_prefix(text, VIEW("tcp://"));
    struct arena *arena = engine->source.arena;
    struct url_origin origin;
    char *url;

    engine->base = VIEW("http://localhost");
    if (path.len < text.len || view_starts(text, VIEW("/"))) {
        engine->socket = arena_cstr(arena, path);
        return path.len ? arena_failed(arena, "an address", err) : wrong_address(address, err);
    }
    if (host.len == text.len)
        host = view_strip_prefix(text, VIEW("http://"));
    if (host.len == text.len)
        return wrong_address(address, err);
    url = arena_cstr(
        arena, arena_printf(arena, "http://%.*s", VIEW_ARG(view_strip_suffix(host, VIEW("/")))));
    if (arena_failed(arena, "an address", err) < 0)
        return err->kind;
    if (url_parse_origin(url, &origin, err) < 0 || !origin.loopback)
        return wrong_address(address, err);
    engine->base = view_of(url);
    return 0;
}

/* ---- Asking ---- */

static const char *make_url(const struct engine *engine, struct view name, const char *what,
                            struct buf *url)
{
    buf_addf(url, "%.*s/images/%.*s/%s", VIEW_ARG(engine->base), VIEW_ARG(name), what);
    return buf_cstr(url);
}

static int not_running(const struct engine *engine, struct error *err)
{
    const char *type = engine->source.type->name;
    struct error cause = *err;

    return error_set(err, ERROR_NOT_FOUND, "%s is not running: %s", type, cause.message);
}

static int explain_failure(const struct engine *engine, int result, struct error *err)
{
    const char *type = engine->source.type->name;

    /* Nobody there, by socket or by port. */
    if (result == ERROR_NOT_FOUND || result == ERROR_NETWORK)
        return not_running(engine, err);
    if (result == ERROR_DENIED && engine->socket)
        error_hint(err, "run as root, or as a member of the group that owns %s", engine->socket);
    return error_wrap(err, "%s", type);
}

static int fetch(struct engine *engine, struct view name, const char *what, struct buf *body,
                 struct error *err)
{
    _cleanup_(http_response_done) struct http_response response = HTTP_RESPONSE_INIT;
    _cleanup_(buf_done) struct buf url = BUF_INIT(URL_LIMIT);
    const char *type = engine->source.type->name;
    struct http_request request = {
        .url = make_url(engine, name, what, &url),
        .unix_socket = engine->socket,
        .body_limit = IMAGE_JSON_LIMIT,
    };
    int result = http_fetch(engine->client, &request, body, &response, err);

    if (result < 0)
        return explain_failure(engine, result, err);
    if (response.status == 404) {
        error_set(err, ERROR_NOT_FOUND, "%s has no image %.*s", type, VIEW_ARG(name));
        error_hint(err, "list the images with: %s images", type);
        return ERROR_NOT_FOUND;
    }
    result = http_check(&request, &response, err);
    return result < 0 ? error_wrap(err, "%s", type) : 0;
}

static int read_image(struct engine *engine, const char *name, struct error *err)
{
    _cleanup_(buf_done) struct buf inspect = BUF_INIT(IMAGE_JSON_LIMIT);
    _cleanup_(buf_done) struct buf history = BUF_INIT(HISTORY_LIMIT);
    struct error ignored = ERROR_INIT;
    struct engine_image image = {0};
    int result = fetch(engine, view_of(name), "json", &inspect, err);

    if (result < 0)
        return result;
    /* Lines of history are a nicety: an engine without them is no failure. */
    if (fetch(engine, view_of(name), "history", &history, &ignored) < 0)
        buf_reset(&history);
    result = engine_image_load(engine->source.context->sandbox, buf_view(&inspect),
                               buf_view(&history), engine->source.arena, &image, err);
    if (result < 0)
        return error_wrap(err, "%s", engine->source.type->name);
    engine->id = image.id;
    result = engine_image_manifest(&image, engine->source.arena, &engine->source.manifest, err);
    return result < 0 ? result : engine_image_check_platform(&engine->source, err);
}

/* ---- The source ---- */

void docker_engine_free(struct source *source)
{
    struct engine *engine = (struct engine *)source;

    http_client_free(engine->client);
    source_done(&engine->source);
    free(engine);
}

int docker_engine_open(const struct source_context *context, const struct source_type *type,
                       const char *address, const char *name, struct source **ret,
                       struct error *err)
{
    const struct http_options options = {0};
    struct engine *engine = calloc(1, sizeof(*engine));
    struct error local = ERROR_INIT;
    int result;

    if (!engine)
        return error_memory(err);
    result = source_init(&engine->source, type, context, &local);
    if (result == 0)
        result = docker_engine_check_name(name, &local);
    if (result == 0)
        result = set_address(engine, address, &local);
    if (result == 0)
        result = http_client_new(&options, &engine->client, &local);
    if (result == 0)
        result = read_image(engine, name, &local);
    if (result < 0) {
        docker_engine_free(&engine->source);
        if (err)
            *err = local;
        return result;
    }
    *ret = &engine->source;
    return 0;
}

/* The system's engine, or the user's own. */
static const char *find_socket(const struct image_options *options, char **owned)
{
    if (options->docker_host)
        return options->docker_host;
    if (!options->runtime_dir || access(default_socket, F_OK) == 0)
        return default_socket;
    if (asprintf(owned, "%s/docker.sock", options->runtime_dir) < 0)
        *owned = NULL;
    return *owned && access(*owned, F_OK) == 0 ? *owned : default_socket;
}

static int docker_open(const struct source_context *context, const char *name, struct source **ret,
                       struct error *err)
{
    _cleanup_free_ char *owned = NULL;
    const char *address = find_socket(&context->options, &owned);
    int result = docker_engine_open(context, &source_docker, address, name, ret, err);

    if (result == ERROR_NOT_FOUND)
        error_hint(err, "start docker, or say where it is with DOCKER_HOST");
    return result;
}

/* ---- The export ---- */

struct export
{
    struct engine *engine;
    int fd; /* the writing end of the pipe; closed by the thread */
    bool reader_gone;
    int result;
    struct error err;
};

static int write_export(void *ctx, struct view bytes, struct error *err)
{
    struct export *export = ctx;
    int result = fd_write_all(export->fd, bytes, err);

    export->reader_gone = result < 0;
    return result;
}

static void *run_export(void *ctx)
{
    struct export *export = ctx;
    struct engine *engine = export->engine;
    _cleanup_(http_response_done) struct http_response response = HTTP_RESPONSE_INIT;
    _cleanup_(buf_done) struct buf url = BUF_INIT(URL_LIMIT);
    struct http_request request = {
        .url = make_url(engine, engine->id, "get", &url),
        .unix_socket = engine->socket,
        .stall_seconds = ENGINE_EXPORT_STALL_SECONDS,
    };
    struct http_sink sink = {.ctx = export, .write = write_export};

    export->result = http_send(engine->client, &request, &sink, &response, &export->err);
    if (export->result == 0)
        export->result = http_check(&request, &response, &export->err);
    close(export->fd);
    return NULL;
}

int docker_engine_read_layers(struct source *source, const bool *wanted,
                              const struct layer_sink *sink, struct error *err)
{
    struct engine *engine = (struct engine *)source;
    struct export export = {.engine = engine, .err = ERROR_INIT};
    _cleanup_close_ int reader = -1;
    pthread_t thread;
    int ends[2], result;

    if (pipe2(ends, O_CLOEXEC) < 0)
        return error_errno(err, "cannot make a pipe");
    reader = ends[0];
    export.fd = ends[1];
    fcntl(ends[1], F_SETPIPE_SZ, PIPE_SIZE);
    if (pthread_create(&thread, NULL, run_export, &export)) {
        close(export.fd);
        return error_set(err, ERROR_MEMORY, "cannot start a thread");
    }
    result = archive_stream_read(source->context, reader, VIEW_EMPTY, source->manifest, wanted,
                                 sink, source->arena, NULL, err);
    close(take_fd(&reader)); /* an export that still goes on ends */
    pthread_join(thread, NULL);
    if (export.result < 0 && !export.reader_gone) {
        if (err)
            *err = export.err;
        return error_wrap(err, "%s", source->type->name);
    }
    return result < 0 ? error_wrap(err, "%s", source->type->name) : 0;
}

const struct source_type source_docker = {
    .name = "docker",
    .open = docker_open,
    .read_layers = docker_engine_read_layers,
    .free = docker_engine_free,
};
