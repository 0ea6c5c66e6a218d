#include "vulndb/feed-walk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/path.h"
#include "vulndb/import/bundle.h"

struct walk {
    struct feed_inputs *inputs;
    const struct source *source;
    size_t index;
    struct error *err;
};

struct file {
    const char *name; /* in its directory */
    uint64_t size;
};

struct listing {
    struct file *files;
    size_t file_count;
    const char **directories;
    size_t directory_count;
};

static int failed(const struct walk *walk)
{
    return arena_failed(walk->inputs->arena, "the list of files", walk->err);
}

static struct feed_input *add_input(struct walk *walk, const char *name, uint64_t size)
{
    struct feed_input *input =
        arena_push(walk->inputs->arena, &walk->inputs->items, &walk->inputs->count, sizeof(*input));

    if (!input)
        return NULL;
    input->name = name;
    input->size = size;
    input->importer = walk->source->importer;
    input->source = walk->index;
    return input;
}

static const char *join(struct walk *walk, const char *directory, const char *name)
{
    if (!*directory)
        return name;
    return arena_printf(walk->inputs->arena, "%s/%s", directory, name).ptr;
}

static int compare_files(const void *a, const void *b)
{
    return strcmp(((const struct file *)a)->name, ((const struct file *)b)->name);
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int list_entry(struct walk *walk, int directory, const char *name, struct listing *to)
{
    struct arena *arena = walk->inputs->arena;
    struct stat st;

    if (name[0] == '.' || fstatat(directory, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
        return 0;
    if (S_ISDIR(st.st_mode)) {
        const char **added =
            arena_push(arena, &to->directories, &to->directory_count, sizeof(*added));

        if (added)
            *added = arena_cstr(arena, view_of(name));
        return failed(walk);
    }
    if (S_ISLNK(st.st_mode) && fstatat(directory, name, &st, 0) < 0)
        return 0;
    if (S_ISREG(st.st_mode)) {
        struct file *added = arena_push(arena, &to->files, &to->file_count, sizeof(*added));

        if (added)
            *added = (struct file){arena_cstr(arena, view_of(name)), (uint64_t)st.st_size};
    }
    if (++walk->inputs->files > FEED_WALK_FILES)
        return error_set(walk->err, ERROR_LIMIT, "more than %d files", FEED_WALK_FILES);
    return failed(walk);
}

static int list_directory(struct walk *walk, const char *path, struct listing *to)
{
    DIR *directory = opendir(path);
    int r = 0;

    if (!directory)
        return error_errno(walk->err, "cannot read the directory %s", path);
    for (struct dirent *entry; r == 0 && (entry = readdir(directory));)
        r = list_entry(walk, dirfd(directory), entry->d_name, to);
    closedir(directory);
    if (r < 0)
        return r;
    if (to->file_count)
        qsort(to->files, to->file_count, sizeof(*to->files), compare_files);
    if (to->directory_count)
        qsort(to->directories, to->directory_count, sizeof(*to->directories), compare_names);
    return 0;
}

/* apt writes "PREFIX_InRelease" (or "PREFIX_Release") beside
 * "PREFIX_main_binary-amd64_Packages": the longest prefix that fits. */
static const char *find_companion(const struct listing *listing, struct view name)
{
    static const struct view tails[] = {VIEW("_InRelease"), VIEW("_Release")};
    const char *found = NULL;
    size_t longest = 0;

    for (size_t i = 0; i < listing->file_count; i++)
        for (size_t k = 0; k < sizeof(tails) / sizeof(tails[0]); k++) {
            struct view other = view_of(listing->files[i].name);
            struct view prefix = view_strip_suffix(other, tails[k]);

            if (prefix.len < other.len && prefix.len > longest && prefix.len < name.len &&
                view_starts(name, prefix) && name.ptr[prefix.len] == '_') {
                found = listing->files[i].name;
                longest = prefix.len;
            }
        }
    return found;
}

static bool is_package_list(struct view name)
{
    return view_find_view(name, VIEW("_Packages")) >= 0;
}

static bool is_release(struct view name)
{
    return view_ends(name, VIEW("_InRelease")) || view_ends(name, VIEW("_Release")) ||
           view_ends(name, VIEW("_Release.gpg"));
}

static int add_file(struct walk *walk, const char *path, const char *name,
                    const struct listing *listing, const struct file *file)
{
    const char *companion = NULL;
    struct feed_input *input;

    if (is_release(view_of(file->name)))
        return 0; /* read with the lists it explains */
    if (is_package_list(view_of(file->name)))
        companion = find_companion(listing, view_of(file->name));
    if (walk->source->importer == &importer_apt_lists && !companion)
        return 0;
    input = add_input(walk, join(walk, name, file->name), file->size);
    if (!input)
        return failed(walk);
    input->path = join(walk, path, file->name);
    input->companion = companion ? join(walk, path, companion) : NULL;
    input->only = walk->source->importer != NULL;
    return failed(walk);
}

static bool is_small(const struct file *file)
{
    return file->size <= BUNDLE_MEMBER_LIMIT;
}

static int add_member(struct walk *walk, struct feed_input *bundle, const char *path)
{
    const char **members = (const char **)bundle->members;
    const char **added =
        arena_push(walk->inputs->arena, &members, &bundle->member_count, sizeof(*added));

    if (added)
        *added = path;
    bundle->members = members;
    return failed(walk);
}

static int add_bundles(struct walk *walk, const char *path, const char *name,
                       const struct listing *listing)
{
    struct feed_input *bundle = NULL;
    int r = 0;

    for (size_t i = 0; r == 0 && i < listing->file_count; i++) {
        const struct file *file = &listing->files[i];

        if (!is_small(file))
            continue;
        if (!bundle || bundle->size + file->size > BUNDLE_LIMIT / 2)
            bundle = add_input(walk, name, 0);
        if (!bundle)
            return failed(walk);
        bundle->size += file->size;
        bundle->only = walk->source->importer != NULL;
        r = add_member(walk, bundle, join(walk, path, file->name));
    }
    return r;
}

static int walk_directory(struct walk *walk, const char *path, const char *name, unsigned depth)
{
    struct listing listing = {0};
    size_t small = 0;
    bool bundle;
    int r;

    if (depth == FEED_WALK_DEPTH)
        return error_set(walk->err, ERROR_LIMIT, "%s: directories nest deeper than %d", path,
                         FEED_WALK_DEPTH);
    r = list_directory(walk, path, &listing);
    for (size_t i = 0; i < listing.file_count; i++)
        small += is_small(&listing.files[i]) && !is_package_list(view_of(listing.files[i].name));
    bundle = small >= FEED_WALK_MANY && walk->source->importer != &importer_apt_lists;
    if (r == 0 && bundle)
        r = add_bundles(walk, path, name, &listing);
    for (size_t i = 0; r == 0 && i < listing.file_count; i++)
        if (!bundle || !is_small(&listing.files[i]))
            r = add_file(walk, path, name, &listing, &listing.files[i]);
    for (size_t i = 0; r == 0 && i < listing.directory_count; i++)
        r = walk_directory(walk, join(walk, path, listing.directories[i]),
                           join(walk, name, listing.directories[i]), depth + 1);
    return r;
}

int feed_walk(const struct source *source, size_t index, const char *path,
              struct feed_inputs *inputs, struct error *err)
{
    struct walk walk = {inputs, source, index, err};
    struct feed_input *input;
    struct stat st;

    path = arena_cstr(inputs->arena, view_of(path));
    if (!path)
        return failed(&walk);
    if (stat(path, &st) < 0)
        return error_errno(err, "cannot open %s", path);
    if (S_ISDIR(st.st_mode))
        return walk_directory(&walk, path, source->name, 0);
    if (!S_ISREG(st.st_mode))
        return error_set(err, ERROR_INPUT, "%s is neither a file nor a directory", path);
    input = add_input(&walk, source->name, (uint64_t)st.st_size);
    if (input)
        input->path = path;
    return failed(&walk);
}
