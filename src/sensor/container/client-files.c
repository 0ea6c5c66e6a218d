/* What runtimes keep in files, for when nobody can be asked, or not so soon:
 *
 *   Docker       config.v2.json and hostconfig.json of the container, written before it starts
 *   Podman       containers.json, images.json of its storage, and the bundle's config.json
 *   all          config.json of the OCI bundle
 *
 * The engine of Docker holds a lock while a container starts, so that its API
 * answers when the container runs already; its files are there before. */
#include <fcntl.h>
#include <glob.h>

#include "base/path.h"
#include "sensor/container/client.h"

enum { PID_TEXT_LIMIT = 64 };

static const char docker_home[] = "var/lib/docker/containers";

/* "@" is the container's id. */
static const char *const bundles[] = {
    "run/containerd/io.containerd.runtime.v2.task/*/@/config.json",
    "run/k3s/containerd/io.containerd.runtime.v2.task/*/@/config.json",
    "run/docker/containerd/daemon/io.containerd.runtime.v2.task/*/@/config.json",
    "var/lib/containers/storage/*-containers/@/userdata/config.json",
    "run/containers/storage/*-containers/@/userdata/config.json",
    "home/*/.local/share/containers/storage/*-containers/@/userdata/config.json",
    "var/lib/docker/buildkit/executor/@/config.json",
    "var/lib/buildkit/*/executor/@/config.json",
};

/* Files that hold nothing but the number of the first process. */
static const char *const pid_files[] = {
    "run/containerd/io.containerd.runtime.v2.task/*/@/init.pid",
    "run/k3s/containerd/io.containerd.runtime.v2.task/*/@/init.pid",
    "run/docker/containerd/daemon/io.containerd.runtime.v2.task/*/@/init.pid",
    "run/containers/storage/*-containers/@/userdata/pidfile",
    "run/user/*/containers/*-containers/@/userdata/pidfile",
};

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* The first file that fits, relative to the root. */
static bool find_file(const struct client *client, struct view id, const char *const *patterns,
                      size_t count, struct buf *ret)
{
    for (size_t i = 0; i < count; i++) {
        _cleanup_(buf_done) struct buf pattern = BUF_INIT(PATH_LIMIT);
        const char *mark = strchr(patterns[i], '@');
        glob_t found = {0};

        buf_addf(&pattern, "%s/%.*s%.*s%s", client->root, (int)(mark - patterns[i]), patterns[i],
                 VIEW_ARG(id), mark + 1);
        if (glob(buf_cstr(&pattern), GLOB_NOSORT, NULL, &found) == 0 && found.gl_pathc) {
            buf_reset(ret);
            buf_add_str(ret, found.gl_pathv[0] + strlen(client->root) + 1);
        }
        globfree(&found);
        if (ret->len)
            return true;
    }
    return false;
}

static void keep_process(struct client *client, struct gathering *g)
{
    _cleanup_(buf_done) struct buf path = BUF_INIT(PATH_LIMIT), text = BUF_INIT(PID_TEXT_LIMIT);
    _cleanup_close_ int fd = -1;
    uint64_t pid;

    if (find_file(client, g->id, pid_files, COUNT_OF(pid_files), &path) &&
        path_open_in(g->root, buf_cstr(&path), O_RDONLY | O_CLOEXEC, &fd, NULL) == 0 &&
        fd_read_all(fd, &text, NULL) == 0 && view_to_u64(view_trim(buf_view(&text)), &pid) &&
        pid <= INT32_MAX)
        gathering_keep_process(g, (uint32_t)pid);
}

/* ---- Docker ---- */

static int keep_docker_file(struct client *client, struct gathering *g, struct view id,
                            const char *name, enum answer_document kind, struct error *err)
{
    _cleanup_(buf_done) struct buf path = BUF_INIT(PATH_LIMIT);
    const char *home = atomic_load(&client->docker_home->path);

    buf_addf(&path, "%s/%.*s/%s", home ? home : docker_home, VIEW_ARG(id), name);
    return gathering_keep_file(g, kind, buf_cstr(&path), err);
}

static int gather_docker(struct client *client, struct gathering *g, struct error *err)
{
    struct view sandbox;
    int r = keep_docker_file(client, g, g->id, "config.v2.json", ANSWER_DOCKER_CONTAINER, err);

    if (r == 0)
        r = keep_docker_file(client, g, g->id, "hostconfig.json", ANSWER_DOCKER_HOST, err);
    if (r == 0)
        r = gathering_read(g, err);
    sandbox = r == 0 ? g->answer.leads[ANSWER_LEAD_SANDBOX] : VIEW_EMPTY;
    if (gathering_id_is_plain(sandbox))
        keep_docker_file(client, g, sandbox, "config.v2.json", ANSWER_DOCKER_SANDBOX, NULL);
    return r;
}

/* ---- Podman ---- */

/* Drops what was kept when it does not speak of the container: lists hold all. */
static bool keep_list(struct gathering *g, enum answer_document kind, const char *path,
                      struct view needle)
{
    if (gathering_keep_file(g, kind, path, NULL) < 0)
        return false;
    if (needle.len == 0 || view_find_view(g->parts[g->count - 1].bytes, needle) >= 0)
        return true;
    g->count--;
    return false;
}

/* STORAGE/DRIVER-containers/ID/userdata/config.json: the lists are
 * STORAGE/DRIVER-containers/containers.json and STORAGE/DRIVER-images/images.json. */
static bool gather_podman(struct gathering *g, struct view bundle)
{
    _cleanup_(buf_done) struct buf path = BUF_INIT(PATH_LIMIT);
    ptrdiff_t at = view_find_view(bundle, VIEW("-containers/"));
    bool known;

    if (at < 0)
        return false;
    buf_addf(&path, "%.*s-containers/containers.json", (int)at, bundle.ptr);
    known = keep_list(g, ANSWER_PODMAN_CONTAINERS, buf_cstr(&path), g->id);
    if (!known) {
        buf_reset(&path);
        buf_addf(&path, "%.*s-containers/volatile-containers.json", (int)at, bundle.ptr);
        known = keep_list(g, ANSWER_PODMAN_CONTAINERS, buf_cstr(&path), g->id);
    }
    buf_reset(&path);
    buf_addf(&path, "%.*s-images/images.json", (int)at, bundle.ptr);
    if (known)
        keep_list(g, ANSWER_PODMAN_IMAGES, buf_cstr(&path), VIEW_EMPTY);
    return known;
}

int client_ask_files(struct client *client, struct gathering *g, struct error *err)
{
    _cleanup_(buf_done) struct buf bundle = BUF_INIT(PATH_LIMIT);
    bool named = false, found;

    if (!gathering_id_is_plain(g->id))
        return error_set(err, ERROR_NOT_FOUND, "the name of a container that has no files");
    if (g->runtime == CONTAINER_DOCKER || g->last_resort) {
        int r = gather_docker(client, g, err);

        if (r < 0 && r != ERROR_NOT_FOUND)
            return r;
        named = r == 0;
    }
    found = find_file(client, g->id, bundles, COUNT_OF(bundles), &bundle);
    if (found && !named)
        named = gather_podman(g, buf_view(&bundle));
    if (found)
        gathering_keep_file(g, ANSWER_OCI_SPEC, buf_cstr(&bundle), NULL);
    /* A spec alone has no name of an image: others are asked first. */
    if (g->count == 0 || (!named && !g->last_resort && g->runtime != CONTAINER_OTHER))
        return error_set(err, ERROR_NOT_FOUND, "no files are kept about it");
    keep_process(client, g);
    return gathering_read(g, err);
}
