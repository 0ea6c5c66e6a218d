#include "sensor/engine/rule-watch.h"

#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>

enum {
    CHANGES = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE | IN_DELETE | IN_ATTRIB,
};

struct rule_watch {
    int fd;
};

/* The folder whose entries tell of the path: itself, or the one it stands in. */
static int watch_path(struct rule_watch *watch, const char *path, struct error *err)
{
    char copy[PATH_MAX];
    struct stat st;
    const char *folder = path;

    if (stat(path, &st) < 0)
        return error_errno(err, "cannot open %s", path);
    if (!S_ISDIR(st.st_mode)) {
        if ((size_t)snprintf(copy, sizeof(copy), "%s", path) >= sizeof(copy))
            return error_set(err, ERROR_LIMIT, "%s: the path is too long", path);
        folder = dirname(copy);
    }
    if (inotify_add_watch(watch->fd, folder, CHANGES) < 0)
        return error_errno(err, "cannot watch %s", folder);
    return 0;
}

int rule_watch_new(const char *const *paths, size_t count, struct rule_watch **ret,
                   struct error *err)
{
    _cleanup_(rule_watch_free_p) struct rule_watch *watch = calloc(1, sizeof(*watch));
    int r = 0;

    if (!watch)
        return error_memory(err);
    watch->fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    if (watch->fd < 0)
        return error_errno(err, "cannot watch files");
    for (size_t i = 0; r == 0 && i < count; i++)
        r = watch_path(watch, paths[i], err);
    if (r == 0)
        *ret = take_ptr(&watch);
    return r;
}

void rule_watch_free(struct rule_watch *watch)
{
    if (!watch)
        return;
    if (watch->fd >= 0)
        close(watch->fd);
    free(watch);
}

int rule_watch_descriptor(const struct rule_watch *watch)
{
    return watch->fd;
}

bool rule_watch_changed(struct rule_watch *watch)
{
    char events[4096] __attribute__((aligned(__alignof__(struct inotify_event))));
    bool changed = false;

    while (read(watch->fd, events, sizeof(events)) > 0)
        changed = true;
    return changed;
}
