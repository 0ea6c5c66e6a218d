#include "scan/tree-feed.h"

#include <stdlib.h>

#include "base/fd.h"
#include "base/path.h"
#include "codec/tar-writer.h"
#include "inventory/analyser.h"
#include "inventory/pattern.h"

enum {
    BLOCK = 128 << 10,
    DEPTH_LIMIT = 64, /* patterns are a few components deep, rules as deep as paths */
};

struct walk {
    const struct tree_feed *feed;
    struct pattern_set *patterns;
    struct tar_writer *tar;
    char *block;
};

/* A directory on the way to a wanted path. */
struct step {
    struct walk *walk;
    struct view path;
    size_t depth;
};

/* What a path means by itself, and by each rule that leads to it. */
static enum pattern_result wanted(const struct walk *w, struct view path,
                                  const struct analyser **ret_analyser)
{
    unsigned at = 0;
    enum pattern_result result = pattern_set_match(w->patterns, path, &at);

    for (size_t i = 0; result != PATTERN_HIT && i < w->feed->rule_count; i++) {
        const struct layer_rule *rule = &w->feed->rules[i];
        _cleanup_(buf_done) struct buf alias = BUF_INIT(2 * PATH_LIMIT);
        enum pattern_result by_rule;

        if (path_is_below(rule->target, path) && !view_eq(rule->target, path))
            result = PATTERN_ABOVE;
        if (!path_is_below(path, rule->target))
            continue;
        buf_add(&alias, rule->alias);
        buf_add(&alias, view_sub(path, rule->target.len, path.len));
        by_rule = pattern_set_match(w->patterns, buf_view(&alias), &at);
        if (by_rule != PATTERN_NONE)
            result = by_rule;
    }
    if (result == PATTERN_HIT)
        *ret_analyser = analysers[at];
    return result;
}

static void tell(const struct walk *w, struct view path, const struct error *err)
{
    if (w->feed->unreadable)
        w->feed->unreadable(w->feed->ctx, path, err);
}

static int copy_body(struct walk *w, int fd, uint64_t size, struct error *err)
{
    while (size) {
        struct error ignored = ERROR_INIT;
        ssize_t n = fd_read_full(fd, w->block, size < BLOCK ? (size_t)size : BLOCK, &ignored);
        int r;

        if (n <= 0)
            return 0; /* it shrank; the writer fills up */
        r = tar_writer_body(w->tar, view_from(w->block, (size_t)n), err);
        if (r < 0)
            return r;
        size -= (uint64_t)n;
    }
    return 0;
}

static int feed_file(struct walk *w, struct view path, const char *name,
                     const struct analyser *analyser, struct error *err)
{
    _cleanup_close_ int fd = -1;
    struct error why = ERROR_INIT;
    struct stat st;
    int r;

    if (tree_open_file(w->feed->tree, name, &fd, &st, &why) < 0) {
        tell(w, path, &why);
        return 0;
    }
    if ((uint64_t)st.st_size > analyser->size_limit) {
        error_set(&why, ERROR_LIMIT, "the file is larger than %llu bytes",
                  (unsigned long long)analyser->size_limit);
        tell(w, path, &why);
        return 0;
    }
    r = tar_writer_entry(w->tar, TAR_FILE, path, VIEW_EMPTY, st.st_mode, (uint64_t)st.st_size, err);
    return r < 0 ? r : copy_body(w, fd, (uint64_t)st.st_size, err);
}

static int feed_link(struct walk *w, struct view path, const char *name, struct error *err)
{
    _cleanup_(buf_done) struct buf target = BUF_INIT(PATH_LIMIT);
    struct error why = ERROR_INIT;

    if (tree_read_link(w->feed->tree, name, &target, &why) < 0) {
        tell(w, path, &why);
        return 0;
    }
    return tar_writer_entry(w->tar, TAR_SYMLINK, path, buf_view(&target), 0777, 0, err);
}

static int feed_directory(struct walk *w, struct view path, size_t depth, struct error *err);

static int feed_entry(void *ctx, const char *name, struct error *err)
{
    const struct step *step = ctx;
    struct walk *w = step->walk;
    const struct analyser *analyser = NULL;
    _cleanup_(buf_done) struct buf path = BUF_INIT(PATH_LIMIT);
    struct error why = ERROR_INIT;
    struct stat st;

    buf_add(&path, step->path);
    if (path.len)
        buf_add_char(&path, '/');
    buf_add_str(&path, name);
    if (path.failed || wanted(w, buf_view(&path), &analyser) == PATTERN_NONE)
        return 0;
    if (tree_stat(w->feed->tree, buf_cstr(&path), &st, &why) < 0) {
        tell(w, buf_view(&path), &why);
        return 0;
    }
    if (S_ISLNK(st.st_mode))
        return feed_link(w, buf_view(&path), buf_cstr(&path), err);
    if (S_ISDIR(st.st_mode))
        return feed_directory(w, buf_view(&path), step->depth + 1, err);
    if (S_ISREG(st.st_mode) && analyser)
        return feed_file(w, buf_view(&path), buf_cstr(&path), analyser, err);
    return 0;
}

static int feed_directory(struct walk *w, struct view path, size_t depth, struct error *err)
{
    _cleanup_(buf_done) struct buf name = BUF_INIT(PATH_LIMIT + 1);
    struct step step = {w, path, depth};
    struct error why = ERROR_INIT;
    int r = 0;

    buf_add(&name, path);
    if (path.len)
        r = tar_writer_entry(w->tar, TAR_DIRECTORY, path, VIEW_EMPTY, 0755, 0, err);
    if (r < 0 || depth > DEPTH_LIMIT)
        return r;
    r = tree_read_directory(w->feed->tree, buf_cstr(&name), feed_entry, &step, &why);
    if (r == ERROR_DENIED || r == ERROR_NOT_FOUND || r == ERROR_LIMIT) {
        tell(w, path, &why);
        return 0;
    }
    if (r < 0 && err)
        *err = why;
    return r;
}

int tree_feed_write(const struct tree_feed *feed, int fd, struct error *err)
{
    _cleanup_pattern_set_ struct pattern_set *patterns = pattern_set_new();
    _cleanup_(tar_writer_free_p) struct tar_writer *tar = NULL;
    _cleanup_free_ char *block = malloc(BLOCK);
    struct walk walk = {feed, patterns, NULL, block};
    int r;

    if (!patterns || !block || !analyser_add_patterns(patterns))
        return error_memory(err);
    r = tar_writer_new(fd, &tar, err);
    if (r < 0)
        return r;
    walk.tar = tar;
    r = feed_directory(&walk, VIEW_EMPTY, 0, err);
    return r < 0 ? r : tar_writer_finish(tar, err);
}
