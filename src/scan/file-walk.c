#include "scan/file-walk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/statfs.h>
#include <sys/syscall.h>

#include "base/path.h"
#include "policy/suppression.h"

enum { LISTING = 64 << 10 /* bytes of entries that are listed at once */ };

struct file_walk {
    struct file_walk_options options;
    int root;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    char **waiting; /* directories nobody has taken yet */
    size_t count, room;
    size_t busy; /* threads that may still find directories */
    bool stopped;
};

/* As the kernel lays an entry out: getdents64(2). */
struct entry {
    uint64_t inode;
    int64_t next;
    uint16_t len;
    uint8_t type;
    char name[];
};

static bool push(struct file_walk *walk, const char *path)
{
    char *copy = strdup(path);

    pthread_mutex_lock(&walk->lock);
    if (copy && walk->count == walk->room) {
        size_t room = walk->room ? walk->room * 2 : 256;
        char **grown = realloc(walk->waiting, room * sizeof(*grown));

        if (grown) {
            walk->waiting = grown;
            walk->room = room;
        } else {
            free(copy);
            copy = NULL;
        }
    }
    if (copy)
        walk->waiting[walk->count++] = copy;
    pthread_cond_signal(&walk->changed);
    pthread_mutex_unlock(&walk->lock);
    return copy != NULL;
}

/* The next directory, which the caller frees; NULL when the walk is over. */
static char *take(struct file_walk *walk)
{
    char *path = NULL;

    pthread_mutex_lock(&walk->lock);
    walk->busy--;
    while (!walk->stopped && walk->count == 0 && walk->busy)
        pthread_cond_wait(&walk->changed, &walk->lock);
    if (!walk->stopped && walk->count) {
        path = walk->waiting[--walk->count];
        walk->busy++;
    } else {
        pthread_cond_broadcast(&walk->changed);
    }
    pthread_mutex_unlock(&walk->lock);
    return path;
}

int file_walk_new(const char *directory, const struct file_walk_options *options,
                  struct file_walk **ret, struct error *err)
{
    _cleanup_close_ int fd = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
    struct file_walk *walk;

    if (fd < 0)
        return error_errno(err, "cannot open %s", directory);
    walk = calloc(1, sizeof(*walk));
    if (!walk)
        return error_memory(err);
    walk->options = *options;
    walk->root = take_fd(&fd);
    pthread_mutex_init(&walk->lock, NULL);
    pthread_cond_init(&walk->changed, NULL);
    if (!push(walk, "")) {
        file_walk_free(walk);
        return error_memory(err);
    }
    *ret = walk;
    return 0;
}

void file_walk_free(struct file_walk *walk)
{
    if (!walk)
        return;
    while (walk->count)
        free(walk->waiting[--walk->count]);
    free(walk->waiting);
    close_p(&walk->root);
    pthread_cond_destroy(&walk->changed);
    pthread_mutex_destroy(&walk->lock);
    free(walk);
}

void file_walk_stop(struct file_walk *walk)
{
    pthread_mutex_lock(&walk->lock);
    walk->stopped = true;
    pthread_cond_broadcast(&walk->changed);
    pthread_mutex_unlock(&walk->lock);
}

static int open_below(const struct file_walk *walk, const char *path, int flags)
{
    struct open_how how = {
        .flags = (unsigned)(flags | O_CLOEXEC | O_NOCTTY | O_NONBLOCK),
        .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
    };

    return (int)syscall(SYS_openat2, walk->root, *path ? path : ".", &how, sizeof(how));
}

int file_walk_open(const struct file_walk *walk, const char *path, int *ret_fd, struct error *err)
{
    int fd = open_below(walk, path, O_RDONLY);

    if (fd < 0)
        return error_errno(err, "cannot open %s", path);
    *ret_fd = fd;
    return 0;
}

/* ---- One directory ---- */

struct step {
    struct file_walk *walk;
    const struct file_visitor *visitor;
    int fd;
    char path[PATH_LIMIT + 1]; /* the directory's, then an entry's */
    size_t len;                /* of the directory's, with its "/" */
};

static void tell(const struct step *step, const char *what, struct error *why)
{
    error_errno(why, "%s", what);
    step->visitor->unreadable(step->visitor->ctx, view_of(step->path), why);
}

static bool is_kernels_own(int fd)
{
    static const long own[] = {
        PROC_SUPER_MAGIC,   SYSFS_MAGIC,         DEBUGFS_MAGIC, TRACEFS_MAGIC,
        CGROUP_SUPER_MAGIC, CGROUP2_SUPER_MAGIC, BPF_FS_MAGIC,  PSTOREFS_MAGIC,
        SECURITYFS_MAGIC,   DEVPTS_SUPER_MAGIC,  SELINUX_MAGIC, EFIVARFS_MAGIC,
    };
    struct statfs fs;

    if (fstatfs(fd, &fs) < 0)
        return false;
    for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
        if ((long)fs.f_type == own[i])
            return true;
    return false;
}

static bool is_skipped(const struct step *step, const char *name)
{
    for (size_t i = 0; i < step->walk->options.skipped_count; i++) {
        struct view glob = view_of(step->walk->options.skipped[i]);

        if (suppression_glob(glob, view_of(step->path)) || suppression_glob(glob, view_of(name)))
            return true;
    }
    return false;
}

static int hand_out(const struct step *step, const char *name, struct error *err)
{
    _cleanup_close_ int fd =
        openat(step->fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    struct error why = ERROR_INIT;
    struct stat st;

    if (fd < 0) {
        if (errno != ENOENT && errno != ELOOP) /* gone, or a link now */
            tell(step, "cannot open it", &why);
        return 0;
    }
    if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_size == 0)
        return 0;
    return step->visitor->file(step->visitor->ctx, view_of(step->path), fd, &st, err);
}

/* What stands there, when the file system does not say it in its listing. */
static uint8_t type_of(const struct step *step, const struct entry *entry)
{
    struct stat st;

    if (entry->type != DT_UNKNOWN)
        return entry->type;
    if (fstatat(step->fd, entry->name, &st, AT_SYMLINK_NOFOLLOW) < 0)
        return DT_UNKNOWN;
    return S_ISDIR(st.st_mode) ? DT_DIR : S_ISREG(st.st_mode) ? DT_REG : DT_UNKNOWN;
}

static int visit(struct step *step, const struct entry *entry, struct error *err)
{
    size_t len = strlen(entry->name);
    uint8_t type;

    if (strcmp(entry->name, ".") == 0 || strcmp(entry->name, "..") == 0)
        return 0;
    if (step->len + len > PATH_LIMIT)
        return 0; /* deeper than any path that can be named */
    memcpy(step->path + step->len, entry->name, len + 1);
    type = type_of(step, entry);
    if ((type != DT_DIR && type != DT_REG) || is_skipped(step, entry->name))
        return 0;
    if (type == DT_REG)
        return hand_out(step, entry->name, err);
    if (strcmp(entry->name, ".git") == 0 && !step->walk->options.git)
        return 0;
    return push(step->walk, step->path) ? 0 : error_memory(err);
}

static int list(struct step *step, char *listing, struct error *err)
{
    for (;;) {
        struct error why = ERROR_INIT;
        long n = syscall(SYS_getdents64, step->fd, listing, LISTING);

        if (n < 0)
            tell(step, "cannot list it", &why);
        if (n <= 0)
            return 0;
        for (long at = 0; at < n;) {
            const struct entry *entry = (const struct entry *)(listing + at);
            int r = step->walk->stopped ? ERROR_CANCELLED : visit(step, entry, err);

            if (r < 0)
                return r;
            at += entry->len;
        }
        step->path[step->len] = '\0';
    }
}

static int walk_directory(struct file_walk *walk, const struct file_visitor *visitor,
                          const char *path, char *listing, struct error *err)
{
    struct step step = {.walk = walk, .visitor = visitor, .len = strlen(path)};
    struct error why = ERROR_INIT;
    int r = 0;

    memcpy(step.path, path, step.len + 1);
    step.fd = open_below(walk, path, O_RDONLY | O_DIRECTORY);
    if (step.fd < 0) {
        tell(&step, "cannot open it", &why);
        return 0;
    }
    if (step.len && step.len < PATH_LIMIT) {
        step.path[step.len++] = '/';
        step.path[step.len] = '\0';
    }
    if (!is_kernels_own(step.fd))
        r = list(&step, listing, err);
    close(step.fd);
    return r;
}

int file_walk_run(struct file_walk *walk, const struct file_visitor *visitor, struct error *err)
{
    _cleanup_free_ char *listing = aligned_alloc(16, LISTING);
    char *path;
    int r = 0;

    if (!listing)
        return error_memory(err);
    pthread_mutex_lock(&walk->lock);
    walk->busy++; /* until it asks for its first directory */
    pthread_mutex_unlock(&walk->lock);
    while (r == 0 && (path = take(walk))) {
        r = walk_directory(walk, visitor, path, listing, err);
        free(path);
    }
    if (r < 0) {
        pthread_mutex_lock(&walk->lock);
        walk->busy--; /* the others go on without it */
        pthread_cond_broadcast(&walk->changed);
        pthread_mutex_unlock(&walk->lock);
    }
    return r;
}
