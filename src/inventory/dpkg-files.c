#include "inventory/dpkg-files.h"

#include "base/cleanup.h"
#include "base/hash.h"
#include "base/path.h"
#include "inventory/file-list.h"

static int finish(struct file_list *list, struct buf *payload, struct error *err)
{
    buf_add(payload, buf_view(&list->bytes));
    return buf_failed(&list->bytes, "the list of files", err);
}

/* The directories that lines lie in; NULL without memory. */
static struct hash_map *find_directories(struct view content)
{
    struct hash_map *directories = hash_map_new();

    while (directories && content.ptr) {
        struct view directory = path_directory(view_line(&content));

        if (directory.len && !hash_map_put(directories, directory, directories)) {
            hash_map_free(directories);
            return NULL;
        }
    }
    return directories;
}

static int parse_list(struct view path, struct view content, struct buf *payload, struct error *err)
{
    _cleanup_(hash_map_free_p) struct hash_map *directories = find_directories(content);
    _cleanup_(file_list_done) struct file_list list;

    (void)path;
    file_list_init(&list);
    if (!directories)
        return error_memory(err);
    while (content.ptr) {
        struct view line = view_line(&content);

        if (!view_eq(line, VIEW("/.")) && !hash_map_get(directories, line))
            file_list_add(&list, VIEW_EMPTY, line);
    }
    return finish(&list, payload, err);
}

/* "MD5  path", without a leading slash. */
static int parse_md5sums(struct view path, struct view content, struct buf *payload,
                         struct error *err)
{
    _cleanup_(file_list_done) struct file_list list;

    (void)path;
    file_list_init(&list);
    while (content.ptr) {
        struct view line = view_line(&content);

        view_word(&line);
        file_list_add(&list, VIEW_EMPTY, view_trim(line));
    }
    return finish(&list, payload, err);
}

static const char *const list_patterns[] = {"var/lib/dpkg/info/*.list", NULL};
static const char *const md5sums_patterns[] = {"var/lib/dpkg/status.d/*.md5sums", NULL};

const struct analyser analyser_dpkg_list = {
    .name = "dpkg-list",
    .version = 1,
    .kind = FACT_FILES,
    .patterns = list_patterns,
    .size_limit = DPKG_FILES_LIMIT,
    .parse = parse_list,
};

const struct analyser analyser_dpkg_md5sums = {
    .name = "dpkg-md5sums",
    .version = 1,
    .kind = FACT_FILES,
    .patterns = md5sums_patterns,
    .size_limit = DPKG_FILES_LIMIT,
    .parse = parse_md5sums,
};
