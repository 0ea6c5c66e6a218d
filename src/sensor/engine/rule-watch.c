#include "sensor/engine/rule-watch.h"

#include <dirent.h>
#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <xxhash.h>

#include "base/view.h"

enum {
    CHANGES = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE | IN_DELETE | IN_ATTRIB,
};

struct rule_watch {
    int fd;
    const char *const *paths;
    size_t count;
    uint64_t print; /* of the files at the last look */
};

/* Which file it is, and which content: links are followed. */
static uint64_t print_of(const char *path)
{
    struct stat st;

    if (stat(path, &st) < 0)
        return 0;
    return XXH3_64bits((const uint64_t[]){(uint64_t)st.st_dev, (uint64_t)st.st_ino,
                                          (uint64_t)st.st_size, (uint64_t)st.st_mtim.tv_sec,
                                          (uint64_t)st.st_mtim.tv_nsec},
                       5 * sizeof(uint64_t));
}

static bool is_rule_file(struct view name)
{
    return view_ends(name, VIEW(".yaml")) || view_ends(name, VIEW(".yml"));
}

/* The entries in whatever order they come. */
static uint64_t print_of_folder(DIR *folder, const char *path)
{
    char entry_path[PATH_MAX];
    const struct dirent *entry;
    uint64_t print = 0;

    while ((entry = readdir(folder)))
        if (is_rule_file(view_of(entry->d_name)) &&
            (size_t)snprintf(entry_path, sizeof(entry_path), "%s/%s", path, entry->d_name) <
                sizeof(entry_path))
            print += print_of(entry_path) ^ XXH3_64bits(entry->d_name, strlen(entry->d_name));
    return print;
}

/* Folders have other files, too: only a change of rule files counts. */
static uint64_t print_of_all(const struct rule_watch *watch)
{
    uint64_t print = 0;

    for (size_t i = 0; i < watch->count; i++) {
        DIR *folder = opendir(watch->paths[i]);

        print = print * 31 +
                (folder ? print_of_folder(folder, watch->paths[i]) : print_of(watch->paths[i]));
        if (folder)
            closedir(folder);
    }
    return print;
}

static int watch_folder(const struct rule_watch *watch, const char *folder, struct error *err)
{
    if (inotify_add_watch(watch->fd, folder, CHANGES) < 0)
        return error_errno(err, "cannot watch %s", folder);
    return 0;
}

/* The folder whose entries tell of the path: itself, or the one it stands in, and of a link
 * the one where what it leads to stands. Those that are watched already stay so. */
static int watch_path(const struct rule_watch *watch, const char *path, struct error *err)
{
    char copy[PATH_MAX], real[PATH_MAX];
    struct stat st;
    int r;

    if (stat(path, &st) < 0 || !realpath(path, real))
        return error_errno(err, "cannot open %s", path);
    if (S_ISDIR(st.st_mode))
        return watch_folder(watch, path, err);
    if ((size_t)snprintf(copy, sizeof(copy), "%s", path) >= sizeof(copy))
        return error_set(err, ERROR_LIMIT, "%s: the path is too long", path);
    r = watch_folder(watch, dirname(copy), err);
    return r < 0 ? r : watch_folder(watch, dirname(real), err);
}

int rule_watch_new(const char *const *paths, size_t count, struct rule_watch **ret,
                   struct error *err)
{
    _cleanup_(rule_watch_free_p) struct rule_watch *watch = calloc(1, sizeof(*watch));
    int r = 0;

    if (!watch)
        return error_memory(err);
    watch->paths = paths;
    watch->count = count;
    watch->fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    if (watch->fd < 0)
        return error_errno(err, "cannot watch files");
    for (size_t i = 0; r == 0 && i < count; i++)
        r = watch_path(watch, paths[i], err);
    if (r < 0)
        return r;
    watch->print = print_of_all(watch);
    *ret = take_ptr(&watch);
    return 0;
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
    bool told = false;
    uint64_t before = watch->print;

    while (read(watch->fd, events, sizeof(events)) > 0)
        told = true;
    if (told)
        watch->print = print_of_all(watch);
    if (watch->print == before)
        return false;
    for (size_t i = 0; i < watch->count; i++)
        watch_path(watch, watch->paths[i], NULL); /* a link may lead elsewhere now */
    return true;
}
