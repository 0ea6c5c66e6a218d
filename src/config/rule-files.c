#include "config/rule-files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/fd.h"
#include "base/path.h"

struct reading {
    struct arena *arena;
    struct checks_file *list;
    size_t count;
};

static int add_bytes(struct reading *r, const char *path, int fd, struct error *err)
{
    _cleanup_(buf_done) struct buf text = BUF_INIT(RULESET_FILE_LIMIT);
    struct checks_file *file;
    int result = fd_read_all(fd, &text, err);

    if (result < 0)
        return error_wrap(err, "%s", path);
    if (r->count == RULE_FILES_LIMIT)
        return error_set(err, ERROR_LIMIT, "there are more than %d rule files", RULE_FILES_LIMIT);
    file = arena_push(r->arena, &r->list, &r->count, sizeof(*file));
    if (!file)
        return error_memory(err);
    file->name = arena_copy(r->arena, view_of(path));
    file->text = arena_copy(r->arena, buf_view(&text));
    return arena_failed(r->arena, "rule files", err);
}

static int is_rule_file(const struct dirent *entry)
{
    struct view name = view_of(entry->d_name);

    return entry->d_name[0] != '.' &&
           (view_ends(name, VIEW(".yaml")) || view_ends(name, VIEW(".yml")));
}

static int add_path(struct reading *r, const char *path, bool below, struct error *err);

static int add_folder(struct reading *r, const char *path, struct error *err)
{
    struct dirent **entries;
    int count = scandir(path, &entries, is_rule_file, alphasort), result = 0;

    if (count < 0)
        return error_errno(err, "cannot list %s", path);
    if (count == 0) {
        result = error_set(err, ERROR_NOT_FOUND, "%s: there is no rule file in the folder", path);
        error_hint(err, "rule files end in .yaml or .yml");
    }
    for (int i = 0; i < count; i++) {
        struct view full = arena_printf(r->arena, "%s/%s", path, entries[i]->d_name);
        const char *name = arena_cstr(r->arena, full);

        if (result == 0)
            result = name ? add_path(r, name, true, err) : error_memory(err);
        free(entries[i]);
    }
    free(entries);
    return result;
}

static int add_path(struct reading *r, const char *path, bool below, struct error *err)
{
    _cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat st;

    if (fd < 0 || fstat(fd, &st) < 0)
        return error_errno(err, "cannot open %s", path);
    if (!S_ISDIR(st.st_mode))
        return add_bytes(r, path, fd, err);
    return below ? 0 : add_folder(r, path, err);
}

int rule_files_read(const char *const *paths, size_t count, struct arena *arena,
                    struct rule_files *ret, struct error *err)
{
    struct reading r = {.arena = arena};

    for (size_t i = 0; i < count; i++) {
        int result = add_path(&r, paths[i], false, err);

        if (result < 0)
            return result;
    }
    *ret = (struct rule_files){r.list, r.count};
    return 0;
}
