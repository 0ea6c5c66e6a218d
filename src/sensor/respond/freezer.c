#include "sensor/respond/freezer.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/path.h"
#include "sensor/respond/guard-rails.h"
#include "sensor/respond/target.h"

enum {
    MOUNTS_LIMIT = 4 << 20,
    STATE_LIMIT = 4096,
    ASK_AGAIN = 10, /* milliseconds */
    ARENA_LIMIT = 64 << 20,
};

/* ---- Where it is ---- */

/* "36 35 0:31 / /sys/fs/cgroup/freezer rw - cgroup cgroup rw,freezer" */
static bool is_mount_of(struct view line, struct view type, struct view controller,
                        struct view *ret_root, struct view *ret_point)
{
    struct view head = line, options;
    ptrdiff_t dash = view_find_view(line, VIEW(" - "));
    struct view tail = dash < 0 ? VIEW_EMPTY : view_sub(line, (size_t)dash + 3, line.len);

    for (int i = 0; i < 3; i++)
        view_word(&head);
    *ret_root = view_word(&head);
    *ret_point = view_word(&head);
    if (!view_eq(view_word(&tail), type))
        return false;
    view_word(&tail); /* the source */
    options = view_word(&tail);
    while (controller.len && options.ptr)
        if (view_eq(view_cut(&options, ','), controller))
            return true;
    return controller.len == 0;
}

static bool find_mount(struct view mounts, struct view type, struct view controller,
                       struct view *ret_point)
{
    struct view root;

    while (mounts.ptr)
        if (is_mount_of(view_line(&mounts), type, controller, &root, ret_point) &&
            view_eq(root, VIEW("/")))
            return true;
    return false;
}

static bool has_controller(struct view controllers, struct view wanted)
{
    while (controllers.ptr)
        if (view_eq(view_cut(&controllers, ','), wanted))
            return true;
    return false;
}

/* The part of the path that ends with the container's own cgroup, without what the
 * container nests in it; empty: it is no cgroup of the container. */
static struct view own_cgroup(struct view path, struct view id)
{
    for (size_t len = 1; len <= path.len; len++) {
        struct cgroup_owner owner;
        struct view part = view_sub(path, 0, len);

        if ((len == path.len || path.ptr[len] == '/') && cgroup_path_owner(part, &owner) &&
            view_eq(owner.id, id))
            return part;
    }
    return VIEW_EMPTY;
}

static bool exists(const char *directory, const char *name)
{
    char path[PATH_LIMIT];

    return snprintf(path, sizeof(path), "%s/%s", directory, name) < (int)sizeof(path) &&
           access(path, F_OK) == 0;
}

/* Version 1 first: where it has a freezer, the other one governs nothing. */
static int directory_of(const struct cgroup_line *lines, size_t count, struct view mounts,
                        struct view id, struct buf *ret, struct error *err)
{
    for (int version = 1; version <= 2; version++)
        for (size_t i = 0; i < count; i++) {
            struct view controller = version == 1 ? VIEW("freezer") : VIEW_EMPTY;
            struct view path = own_cgroup(lines[i].path, id), point;

            if (!path.len ||
                (version == 1 ? !has_controller(lines[i].controllers, controller)
                              : lines[i].controllers.len > 0) ||
                !find_mount(mounts, version == 1 ? VIEW("cgroup") : VIEW("cgroup2"), controller,
                            &point))
                continue;
            if (guard_rails_cgroup(path, err) < 0)
                return ERROR_DENIED;
            buf_add(ret, point);
            buf_add(ret, path);
            if (exists(buf_cstr(ret), version == 1 ? "freezer.state" : "cgroup.freeze"))
                return 0;
            buf_reset(ret);
        }
    return error_set(err, ERROR_UNSUPPORTED, "container %.*s: its cgroup can't be frozen",
                     VIEW_ARG(id));
}

int freezer_directory(const struct response_target *target, struct buf *ret, struct error *err)
{
    _cleanup_arena_ struct arena *arena = arena_new(ARENA_LIMIT);
    _cleanup_(buf_done) struct buf mounts = BUF_INIT(MOUNTS_LIMIT);
    struct living_process first;
    struct cgroup_line *lines;
    size_t count;
    int r = arena ? response_target_first(target, &first, err) : error_memory(err);

    if (r < 0)
        return r;
    r = living_process_cgroups(first.pid, arena, &lines, &count, err);
    if (r < 0)
        return r;
    r = fd_read_file("/proc/self/mountinfo", &mounts, err);
    if (r < 0)
        return r;
    return directory_of(lines, count, buf_view(&mounts), target->container_id, ret, err);
}

/* ---- Setting it ---- */

static int write_file(int directory, const char *name, struct view text, struct error *err)
{
    _cleanup_close_ int fd = openat(directory, name, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);

    if (fd < 0)
        return error_errno(err, "%s", name);
    return fd_write_all(fd, text, err);
}

/* Do all processes stand still? Version 1 goes from FREEZING to FROZEN when it is
 * asked. */
static bool is_frozen(int directory, bool is_v2)
{
    _cleanup_(buf_done) struct buf text = BUF_INIT(STATE_LIMIT);
    _cleanup_close_ int fd =
        openat(directory, is_v2 ? "cgroup.events" : "freezer.state", O_RDONLY | O_CLOEXEC);

    if (fd < 0 || fd_read_all(fd, &text, NULL) < 0)
        return false;
    return view_find_view(buf_view(&text), is_v2 ? VIEW("frozen 1") : VIEW("FROZEN")) >= 0;
}

static bool wait_frozen(int directory, bool is_v2)
{
    uint64_t end = clock_now_ns() + FREEZER_WAIT * UINT64_C(1000000);

    while (!is_frozen(directory, is_v2)) {
        if (clock_now_ns() > end)
            return false;
        nanosleep(&(struct timespec){.tv_nsec = ASK_AGAIN * 1000000L}, NULL);
    }
    return true;
}

static int set_state(int directory, bool is_v2, bool frozen, struct error *err)
{
    if (is_v2)
        return write_file(directory, "cgroup.freeze", frozen ? VIEW("1") : VIEW("0"), err);
    return write_file(directory, "freezer.state", frozen ? VIEW("FROZEN") : VIEW("THAWED"), err);
}

static int open_cgroup(struct view directory, int *ret_fd, bool *ret_is_v2, struct error *err)
{
    char path[PATH_LIMIT];
    struct statfs system;
    _cleanup_close_ int fd = -1;

    if (directory.len >= sizeof(path))
        return error_set(err, ERROR_INPUT, "the path of a cgroup is too long");
    snprintf(path, sizeof(path), "%.*s", VIEW_ARG(directory));
    fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || fstatfs(fd, &system) < 0)
        return error_errno(err, "cgroup %s", path);
    *ret_is_v2 = system.f_type == CGROUP2_SUPER_MAGIC;
    if (!*ret_is_v2 && system.f_type != CGROUP_SUPER_MAGIC)
        return error_set(err, ERROR_INPUT, "%s is no cgroup", path);
    *ret_fd = take_fd(&fd);
    return 0;
}

bool freezer_is_set(struct view directory)
{
    _cleanup_close_ int fd = -1;
    bool is_v2;

    return open_cgroup(directory, &fd, &is_v2, NULL) == 0 && is_frozen(fd, is_v2);
}

int freezer_set(struct view directory, bool frozen, struct error *err)
{
    _cleanup_close_ int fd = -1;
    bool is_v2;
    int r = open_cgroup(directory, &fd, &is_v2, err);

    if (r < 0)
        return r;
    r = set_state(fd, is_v2, frozen, err);
    if (r < 0)
        return error_wrap(err, "cgroup %.*s", VIEW_ARG(directory));
    if (!frozen || wait_frozen(fd, is_v2))
        return 0;
    set_state(fd, is_v2, false, NULL);
    return error_set(err, ERROR_TIMEOUT, "cgroup %.*s: some process does not stand still",
                     VIEW_ARG(directory));
}
