/* Docker and Podman are asked over their API, so that they know and can start it again.
 * Other containers, and those whose engine does not answer, get what an engine would
 * send: TERM for the first process, then KILL for all. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/path.h"
#include "net/http.h"
#include "net/url.h"
#include "sensor/respond/actions.h"
#include "sensor/respond/freezer.h"
#include "sensor/respond/guard-rails.h"
#include "sensor/respond/target.h"

enum {
    GRACE = 10,         /* seconds between TERM and KILL, as engines have it */
    DEADLINE = 30000,   /* milliseconds of an engine's answer */
    NOT_MODIFIED = 304, /* it is stopped, or started, already */
    ARENA_LIMIT = 64 << 20,
};

static const char *engine_socket(const struct response_context *context,
                                 enum container_runtime runtime)
{
    if (runtime == CONTAINER_DOCKER)
        return context->docker_socket ? context->docker_socket : "/var/run/docker.sock";
    if (runtime == CONTAINER_PODMAN)
        return context->podman_socket ? context->podman_socket : "/run/podman/podman.sock";
    return NULL;
}

static int ask_engine(const char *socket, struct view id, const char *what, struct error *err)
{
    _cleanup_(http_response_done) struct http_response response = HTTP_RESPONSE_INIT;
    _cleanup_(http_client_free_p) struct http_client *client = NULL;
    _cleanup_(buf_done) struct buf url = BUF_INIT(URL_LIMIT);
    struct http_request request = {
        .method = HTTP_POST, .unix_socket = socket, .deadline_milliseconds = DEADLINE};
    int r = http_client_new(&(struct http_options){0}, &client, err);

    if (r < 0)
        return r;
    buf_add_str(&url, "http://localhost/containers/");
    url_add_escaped(&url, id);
    buf_add_str(&url, what);
    request.url = buf_cstr(&url);
    r = http_send(client, &request, NULL, &response, err);
    if (r < 0 || response.status == NOT_MODIFIED)
        return r;
    return http_check(&request, &response, err);
}

/* ---- Without an engine ---- */

static int check_all(const struct response_context *context, const struct response_target *target,
                     const struct living_process *list, size_t count, struct error *err)
{
    for (size_t i = 0; i < count; i++) {
        int r = guard_rails_process(context, target, &list[i], err);

        if (r < 0)
            return r;
    }
    return 0;
}

static void send_signal(const struct living_process *process, int signal)
{
    _cleanup_close_ int fd = -1;

    if (living_process_open(process->pid, process->start, &fd, NULL) == 0)
        syscall(SYS_pidfd_send_signal, fd, signal, NULL, 0);
}

/* What stands still can't end: an engine would wait for it in vain. It is killed first, and
 * let loose to nothing but that. */
static void end_frozen(const struct response_target *target, const struct living_process *list,
                       size_t count)
{
    _cleanup_(buf_done) struct buf directory = BUF_INIT(PATH_LIMIT);

    if (freezer_directory(target, &directory, NULL) < 0 || !freezer_is_set(buf_view(&directory)))
        return;
    for (size_t i = 0; i < count; i++)
        send_signal(&list[i], SIGKILL);
    freezer_set(buf_view(&directory), false, NULL);
}

/* The first process ends within the grace, and the kernel ends the others of its
 * namespace; else all are killed, and who is new then, too. */
static int stop_processes(const struct response_target *target, const struct living_process *list,
                          struct arena *arena, struct error *err)
{
    _cleanup_close_ int fd = -1;
    struct living_process *rest;
    size_t count;

    if (living_process_open(list[0].pid, list[0].start, &fd, NULL) == 0) {
        struct pollfd ended = {.fd = fd, .events = POLLIN};

        send_signal(&list[0], SIGTERM);
        while (poll(&ended, 1, GRACE * 1000) < 0 && errno == EINTR)
            ;
    }
    for (unsigned round = 0; round < 8; round++) {
        int r;

        arena_reset(arena);
        r = response_target_processes(target, arena, &rest, &count, err);
        if (r < 0)
            return r == ERROR_NOT_FOUND ? 0 : r; /* none is left */
        for (size_t i = 0; i < count; i++)
            send_signal(&rest[i], SIGKILL);
        poll(NULL, 0, 50);
    }
    return error_set(err, ERROR_TIMEOUT, "container %.*s: some of its processes do not end",
                     VIEW_ARG(target->container_id));
}

int action_stop(const struct response_context *context, const struct response_target *target,
                struct buf *undo, struct error *err)
{
    _cleanup_arena_ struct arena *arena = arena_new(ARENA_LIMIT);
    const char *socket = engine_socket(context, target->runtime);
    struct living_process *list;
    size_t count;
    int r =
        arena ? response_target_processes(target, arena, &list, &count, err) : error_memory(err);

    if (r == 0)
        r = check_all(context, target, list, count, err);
    if (r < 0 || context->dry_run)
        return r;
    end_frozen(target, list, count);
    if (socket && ask_engine(socket, target->container_id, "/stop", NULL) == 0) {
        buf_add_str(undo, "start");
        return 0;
    }
    return stop_processes(target, list, arena, err);
}

/* Kubernetes starts its containers again; those of containerd alone somebody has to. */
bool action_stop_can_undo(const struct response_target *target)
{
    return engine_socket(&(struct response_context){0}, target->runtime) != NULL;
}

int action_stop_undo(const struct response_context *context, const struct response_target *target,
                     struct view undo, struct error *err)
{
    const char *socket = engine_socket(context, target->runtime);

    (void)undo; /* an engine that did not answer when it was stopped may now */
    if (!socket) {
        error_set(err, ERROR_UNSUPPORTED, "container %.*s: no engine is known that starts it",
                  VIEW_ARG(target->container_id));
        error_hint(err, "start it with its runtime; Kubernetes does so by itself");
        return ERROR_UNSUPPORTED;
    }
    return context->dry_run ? 0 : ask_engine(socket, target->container_id, "/start", err);
}
