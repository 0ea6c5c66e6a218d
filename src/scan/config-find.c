#include "scan/config-find.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/path.h"

struct walk {
    const struct config_finder *finder;
    size_t root_len; /* of the path given, with its "/" */
    size_t files;
    char path[PATH_LIMIT];
};

/* ---- What a name says ---- */

/* What is ignored matters to the Dockerfile beside it. */
static bool is_dockerfile_name(struct view name)
{
    static const struct view names[] = {VIEW("Dockerfile"), VIEW("Containerfile")};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct view head = view_sub(name, 0, names[i].len);
        struct view tail =
            view_sub(name, name.len > names[i].len ? name.len - names[i].len : 0, names[i].len);

        if (view_eq_nocase(name, names[i]))
            return true;
        /* Dockerfile.dev, and app.Dockerfile */
        if (name.len > names[i].len &&
            ((view_eq_nocase(head, names[i]) && name.ptr[head.len] == '.') ||
             (view_eq_nocase(tail, names[i]) && tail.ptr[-1] == '.')))
            return true;
    }
    return view_eq(name, VIEW(".dockerignore")) || view_eq(name, VIEW(".containerignore"));
}

static bool form_of_name(struct view name, enum config_form *ret)
{
    static const struct view endings[] = {VIEW(".yaml"), VIEW(".yml"), VIEW(".json")};

    if (is_dockerfile_name(name)) {
        *ret = CONFIG_FORM_DOCKERFILE;
        return true;
    }
    for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++)
        if (view_ends(name, endings[i])) {
            *ret = CONFIG_FORM_DOCUMENT;
            return true;
        }
    return false;
}

static bool is_passed_over(const char *name)
{
    static const char *const names[] = {".git", ".hg", ".svn", "node_modules"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

static bool is_skipped(const struct walk *w, const char *name)
{
    for (size_t i = 0; i < w->finder->skipped_count; i++) {
        const char *glob = w->finder->skipped[i];

        if (fnmatch(glob, name, 0) == 0 || fnmatch(glob, w->path + w->root_len, 0) == 0 ||
            fnmatch(glob, w->path, 0) == 0)
            return true;
    }
    return false;
}

/* ---- The walk ---- */

static int tell(struct walk *w, struct error *err)
{
    struct error why = ERROR_INIT;

    error_errno(&why, "cannot read it");
    return w->finder->unreadable(w->finder->ctx, w->path, &why, err);
}

static int take_file(struct walk *w, int directory, const char *name, enum config_form form,
                     struct error *err)
{
    /* A pipe that a name stands for must not make us wait, nor a link lead away. */
    _cleanup_close_ int fd =
        openat(directory, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
    struct stat st;

    if (fd < 0 && errno == ELOOP)
        return 0;
    if (fd < 0 || fstat(fd, &st) < 0)
        return tell(w, err);
    if (!S_ISREG(st.st_mode))
        return 0;
    if (w->files++ >= CONFIG_FIND_FILE_LIMIT)
        return error_set(err, ERROR_LIMIT, "there are more than %d files to check",
                         CONFIG_FIND_FILE_LIMIT);
    return w->finder->file(w->finder->ctx, w->path, fd, form, err);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

struct names {
    char **list;
    size_t count, room;
};

static void names_done(struct names *names)
{
    for (size_t i = 0; i < names->count; i++)
        free(names->list[i]);
    free(names->list);
}

static int list(DIR *dir, struct names *names, struct error *err)
{
    for (struct dirent *entry; (entry = readdir(dir));) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        if (names->count == names->room) {
            char **grown;

            names->room = names->room ? names->room * 2 : 32;
            grown = reallocarray(names->list, names->room, sizeof(*grown));
            if (!grown)
                return error_memory(err);
            names->list = grown;
        }
        names->list[names->count] = strdup(entry->d_name);
        if (!names->list[names->count++])
            return error_memory(err);
    }
    qsort(names->list, names->count, sizeof(*names->list), by_name);
    return 0;
}

static bool holds(const struct names *names, const char *name)
{
    return bsearch(&name, names->list, names->count, sizeof(*names->list), by_name);
}

static int offer_package(struct walk *w, const struct names *names, bool *ret_taken,
                         struct error *err)
{
    static const struct {
        const char *name;
        enum config_package package;
    } marks[] = {
        {"Chart.yaml", CONFIG_HELM_CHART},
        {"kustomization.yaml", CONFIG_KUSTOMIZATION},
        {"kustomization.yml", CONFIG_KUSTOMIZATION},
        {"Kustomization", CONFIG_KUSTOMIZATION},
    };

    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
        if (holds(names, marks[i].name))
            return w->finder->package(w->finder->ctx, w->path, marks[i].package, ret_taken, err);
    return 0;
}

static int walk_directory(struct walk *w, int fd, size_t depth, struct error *err);

static int enter(struct walk *w, int directory, const char *name, size_t depth, struct error *err)
{
    int fd = openat(directory, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);

    if (fd < 0)
        return tell(w, err);
    return walk_directory(w, fd, depth + 1, err);
}

static int visit(struct walk *w, int directory, const char *name, size_t depth, struct error *err)
{
    enum config_form form;
    struct stat st;

    if (is_skipped(w, name))
        return 0;
    if (fstatat(directory, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
        return tell(w, err);
    if (S_ISDIR(st.st_mode))
        return is_passed_over(name) ? 0 : enter(w, directory, name, depth, err);
    if (S_ISREG(st.st_mode) && form_of_name(view_of(name), &form))
        return take_file(w, directory, name, form, err);
    return 0;
}

static int walk_names(struct walk *w, int directory, const struct names *names, size_t depth,
                      struct error *err)
{
    size_t len = strlen(w->path);

    for (size_t i = 0; i < names->count; i++) {
        bool slash = len && w->path[len - 1] != '/';
        int n = snprintf(w->path + len, sizeof(w->path) - len, "%s%s", slash ? "/" : "",
                         names->list[i]);
        int r = 0;

        if (n >= 0 && (size_t)n < sizeof(w->path) - len)
            r = visit(w, directory, names->list[i], depth, err);
        w->path[len] = '\0';
        if (r < 0)
            return r;
    }
    return 0;
}

/* Owns `fd`. */
static int walk_directory(struct walk *w, int fd, size_t depth, struct error *err)
{
    DIR *dir = fdopendir(fd);
    _cleanup_(names_done) struct names names = {0};
    bool taken = false;
    int r;

    if (!dir) {
        close(fd);
        return tell(w, err);
    }
    r = depth > CONFIG_FIND_DEPTH_LIMIT
            ? error_set(err, ERROR_LIMIT, "%s: folders nest deeper than %d", w->path,
                        CONFIG_FIND_DEPTH_LIMIT)
            : list(dir, &names, err);
    if (r == 0)
        r = offer_package(w, &names, &taken, err);
    if (r == 0 && !taken)
        r = walk_names(w, dirfd(dir), &names, depth, err);
    closedir(dir);
    return r;
}

/* ---- What a person named ---- */

static int find_named_file(struct walk *w, int fd, struct error *err)
{
    enum config_form form;

    if (!form_of_name(path_name(view_of(w->path)), &form))
        form = CONFIG_FORM_UNKNOWN;
    /* Named, so it is looked into whatever it holds. */
    if (form == CONFIG_FORM_DOCUMENT)
        form = CONFIG_FORM_UNKNOWN;
    return w->finder->file(w->finder->ctx, w->path, fd, form, err);
}

int config_find(const struct config_finder *finder, const char *path, struct error *err)
{
    struct walk w = {.finder = finder};
    _cleanup_close_ int fd = -1;
    struct stat st;

    if (strcmp(path, "-") == 0)
        return finder->file(finder->ctx, "-", STDIN_FILENO, CONFIG_FORM_UNKNOWN, err);
    if (strlen(path) >= sizeof(w.path))
        return error_set(err, ERROR_LIMIT, "the path is longer than %d bytes", PATH_LIMIT);
    memcpy(w.path, path, strlen(path) + 1);
    w.root_len = strlen(path) + (path[strlen(path) - 1] != '/');
    fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0 || fstat(fd, &st) < 0) {
        error_errno(err, "cannot open %s", path);
        error_hint(err, "name a file or a directory with manifests, Dockerfiles or compose files");
        return err ? err->kind : ERROR_IO;
    }
    if (!S_ISDIR(st.st_mode))
        return find_named_file(&w, fd, err);
    return walk_directory(&w, take_fd(&fd), 0, err);
}
