#include "artifact/tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/path.h"

struct tree {
    int root;
};

int tree_open(const char *directory, struct tree **ret, struct error *err)
{
    _cleanup_close_ int fd = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
    struct tree *tree;

    if (fd < 0) {
        bool denied = errno == EACCES || errno == EPERM, file = errno == ENOTDIR;

        error_errno(err, "cannot open %s", directory);
        if (file)
            error_hint(err, "for an image archive: plimsoll image %s", directory);
        else if (denied)
            error_hint(err, "name a directory that you may read, or run as root");
        else
            error_hint(err, "name a directory that holds a root file system");
        return err ? err->kind : ERROR_IO;
    }
    tree = calloc(1, sizeof(*tree));
    if (!tree)
        return error_memory(err);
    tree->root = take_fd(&fd);
    *ret = tree;
    return 0;
}

void tree_close(struct tree *tree)
{
    if (!tree)
        return;
    close_p(&tree->root);
    free(tree);
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void free_names(char **names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(names[i]);
    free(names);
}

/* Whole and sorted before anything is called, so that reports are stable. */
static int list_names(DIR *dir, char ***ret, size_t *ret_count, struct error *err)
{
    char **names = NULL;
    size_t count = 0, room = 0;

    for (struct dirent *item; (item = readdir(dir));) {
        if (strcmp(item->d_name, ".") == 0 || strcmp(item->d_name, "..") == 0)
            continue;
        if (count == TREE_DIRECTORY_LIMIT) {
            free_names(names, count);
            return error_set(err, ERROR_LIMIT, "the directory has more than %d entries",
                             TREE_DIRECTORY_LIMIT);
        }
        if (count == room) {
            char **grown;

            room = room ? room * 2 : 64;
            grown = realloc(names, room * sizeof(*names));
            if (!grown) {
                free_names(names, count);
                return error_memory(err);
            }
            names = grown;
        }
        names[count] = strdup(item->d_name);
        if (!names[count]) {
            free_names(names, count);
            return error_memory(err);
        }
        count++;
    }
    if (count)
        qsort(names, count, sizeof(*names), compare_names);
    *ret = names;
    *ret_count = count;
    return 0;
}

int tree_read_directory(struct tree *tree, const char *path,
                        int (*entry)(void *ctx, const char *name, struct error *err), void *ctx,
                        struct error *err)
{
    char **names = NULL;
    size_t count = 0;
    int fd, r = path_open_in(tree->root, path, O_RDONLY | O_DIRECTORY, &fd, err);
    DIR *dir;

    if (r < 0)
        return r;
    dir = fdopendir(fd);
    if (!dir) {
        close(fd);
        return error_memory(err);
    }
    r = list_names(dir, &names, &count, err);
    closedir(dir);
    for (size_t i = 0; r == 0 && i < count; i++)
        r = entry(ctx, names[i], err);
    free_names(names, count);
    return r;
}

int tree_stat(struct tree *tree, const char *path, struct stat *ret, struct error *err)
{
    _cleanup_close_ int fd = -1;
    struct stat st;
    int r = path_open_in(tree->root, path, O_PATH | O_NOFOLLOW, &fd, err);

    if (r < 0)
        return r;
    if (fstat(fd, &st) < 0)
        return error_errno(err, "cannot look at %s", path);
    *ret = st;
    return 0;
}

int tree_open_file(struct tree *tree, const char *path, int *ret_fd, struct stat *ret_stat,
                   struct error *err)
{
    _cleanup_close_ int fd = -1;
    struct stat st;
    int r = path_open_in(tree->root, path, O_RDONLY, &fd, err);

    if (r < 0)
        return r;
    if (fstat(fd, &st) < 0)
        return error_errno(err, "cannot look at %s", path);
    if (!S_ISREG(st.st_mode))
        return error_set(err, ERROR_INPUT, "%s is not a regular file", path);
    *ret_fd = take_fd(&fd);
    *ret_stat = st;
    return 0;
}

int tree_read_link(struct tree *tree, const char *path, struct buf *to, struct error *err)
{
    _cleanup_close_ int fd = -1;
    char target[PATH_LIMIT + 1];
    ssize_t len;
    int r = path_open_in(tree->root, path, O_PATH | O_NOFOLLOW, &fd, err);

    if (r < 0)
        return r;
    len = readlinkat(fd, "", target, sizeof(target));
    if (len < 0)
        return error_errno(err, "cannot read the link %s", path);
    if (len > PATH_LIMIT)
        return error_set(err, ERROR_LIMIT, "a path is longer than %d bytes", PATH_LIMIT);
    buf_add(to, view_from(target, (size_t)len));
    return buf_failed(to, "a link", err);
}
