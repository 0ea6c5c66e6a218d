/* Images of podman: by its service, which speaks Docker's API, where one
 * listens (docker-engine.h); otherwise by the program itself:
 *
 *     podman image inspect -- NAME
 *     podman save --format docker-archive -- ID   (its output is a pipe)
 *
 * The service's sockets are RUNTIME_DIR/podman/podman.sock of the user and
 * /run/podman/podman.sock of root. The program gets no variables but those
 * that say where its store is.
 */
#include <stdlib.h>

#include "artifact/archive-stream.h"
#include "artifact/docker-engine-image.h"
#include "artifact/docker-engine.h"
#include "artifact/program.h"

enum {
    INSPECT_SECONDS = 60,
    LAST_WORDS_LIMIT = 300,
    NOT_THERE = 1, /* exit status of `podman image exists` for an image that is not */
};

static const char root_socket[] = "/run/podman/podman.sock";

struct podman {
    struct source source;
    char *home, *runtime_dir; /* "HOME=...", or NULL */
    char *id;
};

/* ---- The program ---- */

static int start(const struct podman *podman, const char *const *arguments, struct program **ret,
                 struct error *err)
{
    const char *const environment[] = {
        "PATH",
        "LC_ALL=C",
        "TMPDIR",
        "CONTAINERS_CONF",
        "CONTAINERS_STORAGE_CONF",
        "DBUS_SESSION_BUS_ADDRESS",
        podman->home ? podman->home : "HOME",
        podman->runtime_dir ? podman->runtime_dir : "XDG_RUNTIME_DIR",
        NULL,
    };
    struct program_start what = {.arguments = arguments, .environment = environment};

    return program_start(&what, ret, err);
}

static int failed(struct program *program, int status, const char *what, struct error *err)
{
    _cleanup_(buf_done) struct buf words = BUF_INIT(LAST_WORDS_LIMIT);

    program_end(program, false, &words);
    return error_set(err, ERROR_IO, "%s failed (status %d): %.*s", what, status,
                     VIEW_ARG(buf_view(&words)));
}

static int run(const struct podman *podman, const char *const *arguments, struct buf *output,
               struct program **ret, int *ret_status, struct error *err)
{
    if (start(podman, arguments, ret, err) < 0 ||
        program_read(*ret, INSPECT_SECONDS, output, err) < 0)
        return err->kind;
    *ret_status = program_end(*ret, false, NULL);
    return 0;
}

static bool is_missing(const struct podman *podman, const char *name)
{
    const char *const arguments[] = {"podman", "image", "exists", "--", name, NULL};
    _cleanup_(program_free_p) struct program *program = NULL;
    _cleanup_(buf_done) struct buf nothing = BUF_INIT(IMAGE_JSON_LIMIT);
    struct error ignored = ERROR_INIT;
    int status = 0;

    return run(podman, arguments, &nothing, &program, &status, &ignored) == 0 &&
           status == NOT_THERE;
}

static int inspect(const struct podman *podman, const char *name, struct buf *answer,
                   struct error *err)
{
    const char *const arguments[] = {"podman", "image", "inspect", "--", name, NULL};
    _cleanup_(program_free_p) struct program *program = NULL;
    int status = 0, result = run(podman, arguments, answer, &program, &status, err);

    if (result == ERROR_NOT_FOUND) {
        error_set(err, ERROR_NOT_FOUND, "podman is not installed, and its service is not running");
        error_hint(err, "install podman, or start its service: systemctl start podman.socket");
        return ERROR_NOT_FOUND;
    }
    if (result < 0)
        return error_wrap(err, "podman image inspect");
    if (status == 0)
        return 0;
    if (!is_missing(podman, name))
        return failed(program, status, "podman image inspect", err);
    error_set(err, ERROR_NOT_FOUND, "podman has no image %s", name);
    error_hint(err, "list the images with: podman images");
    return ERROR_NOT_FOUND;
}

/* ---- The source ---- */

static void podman_free(struct source *source)
{
    struct podman *podman = (struct podman *)source;

    free(podman->home);
    free(podman->runtime_dir);
    source_done(&podman->source);
    free(podman);
}

static int set_environment(struct podman *podman, struct error *err)
{
    const struct image_options *options = &podman->source.context->options;

    if (options->home && asprintf(&podman->home, "HOME=%s", options->home) < 0)
        podman->home = NULL;
    if (options->runtime_dir &&
        asprintf(&podman->runtime_dir, "XDG_RUNTIME_DIR=%s", options->runtime_dir) < 0)
        podman->runtime_dir = NULL;
    if ((options->home && !podman->home) || (options->runtime_dir && !podman->runtime_dir))
        return error_memory(err);
    return 0;
}

static int open_by_program(struct podman *podman, const char *name, struct error *err)
{
    const struct source_context *context = podman->source.context;
    _cleanup_(buf_done) struct buf answer = BUF_INIT(IMAGE_JSON_LIMIT);
    struct arena *arena = podman->source.arena;
    struct engine_image image = {0};
    int result = inspect(podman, name, &answer, err);

    if (result == 0)
        result =
            engine_image_load(context->sandbox, buf_view(&answer), VIEW_EMPTY, arena, &image, err);
    if (result == 0)
        result = engine_image_manifest(&image, arena, &podman->source.manifest, err);
    if (result == 0)
        result = engine_image_check_platform(&podman->source, err);
    if (result < 0)
        return result;
    /* podman names images by the bare hex digits. */
    podman->id = arena_cstr(arena, view_strip_prefix(image.id, VIEW("sha256:")));
    return arena_failed(arena, "the image", err);
}

static const struct source_type podman_program;

static int podman_program_open(const struct source_context *context, const char *name,
                               struct source **ret, struct error *err)
{
    struct podman *podman = calloc(1, sizeof(*podman));
    int result;

    if (!podman)
        return error_memory(err);
    result = source_init(&podman->source, &podman_program, context, err);
    if (result == 0)
        result = docker_engine_check_name(name, err);
    if (result == 0)
        result = set_environment(podman, err);
    if (result == 0)
        result = open_by_program(podman, name, err);
    if (result < 0) {
        podman_free(&podman->source);
        return result;
    }
    *ret = &podman->source;
    return 0;
}

static int podman_program_read_layers(struct source *source, const bool *wanted,
                                      const struct layer_sink *sink, struct error *err)
{
    struct podman *podman = (struct podman *)source;
    const char *const arguments[] = {"podman",         "save", "--quiet",  "--format",
                                     "docker-archive", "--",   podman->id, NULL};
    _cleanup_(program_free_p) struct program *program = NULL;
    struct error local = ERROR_INIT;
    int status, result = start(podman, arguments, &program, &local);

    if (result == 0)
        result = archive_stream_read(source->context, program_output(program), VIEW_EMPTY,
                                     source->manifest, wanted, sink, source->arena, NULL, &local);
    status = program ? program_end(program, result < 0, NULL) : 0;
    if (status > 0 && result == 0)
        result = failed(program, status, "podman save", &local);
    if (result < 0 && err)
        *err = local;
    return result < 0 ? error_wrap(err, "podman") : 0;
}

static const struct source_type podman_program = {
    .name = "podman",
    .open = podman_program_open,
    .read_layers = podman_program_read_layers,
    .free = podman_free,
};

/* ---- Service or program ---- */

static const struct source_type podman_service = {
    .name = "podman",
    .read_layers = docker_engine_read_layers,
    .free = docker_engine_free,
};

static int open_by_service(const struct source_context *context, const char *socket,
                           const char *name, struct source **ret)
{
    struct error ignored = ERROR_INIT;

    if (!socket || access(socket, R_OK | W_OK) < 0)
        return ERROR_NOT_FOUND;
    return docker_engine_open(context, &podman_service, socket, name, ret, &ignored);
}

static int podman_open(const struct source_context *context, const char *name, struct source **ret,
                       struct error *err)
{
    const struct image_options *options = &context->options;
    struct error local = ERROR_INIT;
    _cleanup_free_ char *user_socket = NULL;
    int result;

    if (options->podman_host)
        return docker_engine_open(context, &podman_service, options->podman_host, name, ret, err);
    if (options->runtime_dir &&
        asprintf(&user_socket, "%s/podman/podman.sock", options->runtime_dir) < 0)
        return error_memory(err);
    if (open_by_service(context, user_socket, name, ret) == 0 ||
        open_by_service(context, root_socket, name, ret) == 0)
        return 0;
    result = podman_program_open(context, name, ret, &local);
    if (result < 0 && err)
        *err = local;
    return result;
}

const struct source_type source_podman = {
    .name = "podman",
    .open = podman_open,
    .read_layers = podman_program_read_layers,
    .free = podman_free,
};
