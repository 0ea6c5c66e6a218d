/* A directory with an OCI layout, or with the members of an archive. */
#include <fcntl.h>
#include <sys/stat.h>

#include "artifact/archive-image.h"
#include "artifact/image-path.h"
#include "artifact/layer-feed.h"
#include "artifact/tree.h"
#include "base/fd.h"
#include "base/path.h"

struct layout_source {
    struct source base;
    struct tree *tree;
    struct view name;
    struct archive_image image;
};

/* The file at `path` of the layout, which nothing leads out of. */
static int open_member(const struct layout_source *s, struct view path, int *ret_fd,
                       struct stat *ret_stat, struct error *err)
{
    _cleanup_(buf_done) struct buf clean = BUF_INIT(PATH_LIMIT + 1);
    int r = path_clean(path, &clean, err);

    return r < 0 ? r : tree_open_file(s->tree, buf_cstr(&clean), ret_fd, ret_stat, err);
}

static int read_document(void *ctx, struct view path, struct buf *to, struct error *err)
{
    _cleanup_close_ int fd = -1;
    struct stat st;
    int r = open_member(ctx, path, &fd, &st, err);

    if (r < 0)
        return r;
    if (st.st_size > IMAGE_JSON_LIMIT)
        return error_set(err, ERROR_LIMIT, "%.*s has %lld bytes, more than %d", VIEW_ARG(path),
                         (long long)st.st_size, IMAGE_JSON_LIMIT);
    return fd_read_all(fd, to, err);
}

static uint64_t document_size(void *ctx, struct view path)
{
    _cleanup_close_ int fd = -1;
    struct stat st;

    return open_member(ctx, path, &fd, &st, NULL) < 0 ? 0 : (uint64_t)st.st_size;
}

static int open_layout_at(struct layout_source *s, const char *text, struct error *err)
{
    struct document_reader reader = {s, read_document, document_size};
    struct image_path path;
    int r = image_path_find(text, ":@", s->base.arena, &path, err);

    if (r == 0 && !S_ISDIR(path.stat.st_mode)) {
        r = error_set(err, ERROR_INPUT, "it is no directory");
        error_hint(err, "an archive is given by its path alone, without oci:");
    }
    if (r == 0)
        r = tree_open(path.path, &s->tree, err);
    if (r < 0)
        return r;
    s->name = path.name;
    r = archive_image_load(s->base.context, &reader, s->name, s->base.arena, &s->image, err);
    if (r == 0)
        s->base.manifest = s->image.manifest;
    return r;
}

static void free_layout(struct source *source)
{
    struct layout_source *s = (struct layout_source *)source;

    tree_close(s->tree);
    source_done(source);
    free(s);
}

static int open_layout(const struct source_context *context, const char *name, struct source **ret,
                       struct error *err)
{
    struct layout_source *s = calloc(1, sizeof(*s));
    int r;

    if (!s)
        return error_memory(err);
    r = source_init(&s->base, &source_oci_layout, context, err);
    if (r == 0)
        r = open_layout_at(s, name, err);
    if (r < 0) {
        free_layout(&s->base);
        return r;
    }
    *ret = &s->base;
    return 0;
}

static void read_layer(void *ctx, struct layer_feed *feed, size_t layer)
{
    const struct layout_source *s = ctx;
    struct view path = s->image.layer_paths[layer];
    _cleanup_close_ int fd = -1;
    struct error err = ERROR_INIT;
    struct stat st;

    if (open_member(s, path, &fd, &st, &err) == 0) {
        layer_feed_file(feed, layer, fd, 0, st.st_size);
        return;
    }
    if (err.kind == ERROR_NOT_FOUND)
        error_set(&err, ERROR_NOT_FOUND, "layer %.*s is missing", VIEW_ARG(path));
    else
        error_wrap(&err, "layer");
    error_hint(&err, "fetch or export the image again");
    layer_feed_failed(feed, layer, &err);
}

static int read_layers(struct source *source, const bool *wanted, const struct layer_sink *sink,
                       struct error *err)
{
    struct layout_source *s = (struct layout_source *)source;
    _cleanup_(layer_feed_free_p) struct layer_feed *feed = NULL;
    int r = layer_feed_new(s->base.context, s->image.manifest, wanted, sink, &feed, err);

    return r < 0 ? r : layer_feed_each(feed, read_layer, s, err);
}

const struct source_type source_oci_layout = {
    .name = "oci",
    .open = open_layout,
    .read_layers = read_layers,
    .free = free_layout,
};
