/* Image archives: a file of `docker save`, an OCI layout in a tar, one of them
 * compressed, or one that comes down a pipe. */
#include <fcntl.h>
#include <sys/stat.h>

#include "artifact/archive-image.h"
#include "artifact/archive-index.h"
#include "artifact/archive-split.h"
#include "artifact/archive-stream.h"
#include "artifact/image-path.h"
#include "artifact/layer-feed.h"
#include "codec/stream.h"

enum archive_form {
    FORM_INDEXED,    /* a plain tar in a file: members are read in place */
    FORM_COMPRESSED, /* a file that has to be unpacked to be read */
    FORM_PIPE,       /* read once, while layers are read */
};

struct archive_source {
    struct source base;
    enum archive_form form;
    int fd;
    uint64_t size;
    struct view name; /* of the image within; may be empty */
    struct archive_index *index;
    struct archive_image image;
    bool consumed; /* the pipe has been read */
};

/* ---- Documents ---- */

static int read_body(const struct archive_source *s, const struct archive_member *m, struct buf *to,
                     struct error *err)
{
    char *room = buf_reserve(to, (size_t)m->size);
    ssize_t n = 0;

    for (size_t at = 0; room && at < m->size; at += (size_t)n) {
        n = pread(s->fd, room + at, (size_t)m->size - at, (off_t)(m->offset + at));
        if (n < 0)
            return error_errno(err, "cannot read %.*s", VIEW_ARG(m->path));
        if (n == 0)
            return error_set(err, ERROR_INPUT, "%.*s ends early: the file changed meanwhile",
                             VIEW_ARG(m->path));
    }
    if (room)
        to->len += (size_t)m->size;
    return buf_failed(to, "a document of an image", err);
}

static int read_document(void *ctx, struct view path, struct buf *to, struct error *err)
{
    const struct archive_source *s = ctx;
    const struct archive_member *m = archive_index_find(s->index, path);

    if (!m)
        return error_set(err, ERROR_NOT_FOUND, "%.*s is missing", VIEW_ARG(path));
    if (m->size > IMAGE_JSON_LIMIT)
        return error_set(err, ERROR_LIMIT, "%.*s has %llu bytes, more than %d", VIEW_ARG(path),
                         (unsigned long long)m->size, IMAGE_JSON_LIMIT);
    if (s->form == FORM_INDEXED)
        return read_body(s, m, to, err);
    buf_add(to, m->body);
    return buf_failed(to, "a document of an image", err);
}

static uint64_t document_size(void *ctx, struct view path)
{
    const struct archive_source *s = ctx;
    const struct archive_member *m = archive_index_find(s->index, path);

    return m ? m->size : 0;
}

static int load_image(struct archive_source *s, struct error *err)
{
    struct document_reader reader = {s, read_document, document_size};
    int r = archive_image_load(s->base.context, &reader, s->name, s->base.arena, &s->image, err);

    if (r < 0)
        return r;
    s->base.manifest = s->image.manifest;
    return 0;
}

/* ---- Opening ---- */

/* The first reading of a compressed archive: its list, and what may be JSON. */
static int read_documents(struct archive_source *s, struct error *err)
{
    _cleanup_(archive_split_free_p) struct archive_split *split = NULL;
    struct archive_kept kept = {s->index, 0};
    int r = archive_split_start(s->base.context->sandbox, s->fd, true, ARCHIVE_SPLIT_DOCUMENTS,
                                NULL, 0, &split, err);

    while (r >= 0) {
        struct archive_member m = {0};

        r = archive_split_next(split, &m, err);
        if (r <= 0)
            break;
        r = archive_index_add(s->index, &m, err);
        if (r == 0 && m.with_body)
            r = archive_split_keep(split, &m, VIEW_EMPTY, &kept, err);
    }
    return r;
}

static int open_file(struct archive_source *s, struct error *err)
{
    char start[STREAM_MAGIC_SIZE];
    ssize_t n = pread(s->fd, start, sizeof(start), 0);
    int r;

    if (n < 0)
        return error_errno(err, "cannot read the archive");
    if (n == 0)
        return error_set(err, ERROR_INPUT, "the file is empty");
    r = archive_index_new(s->base.arena, &s->index, err);
    if (r < 0)
        return r;
    if (stream_sniff(view_from(start, (size_t)n)) == STREAM_PLAIN) {
        s->form = FORM_INDEXED;
        r = archive_index_load(s->base.context->sandbox, s->fd, s->size, s->index, err);
    } else {
        s->form = FORM_COMPRESSED;
        r = read_documents(s, err);
    }
    return r < 0 ? r : load_image(s, err);
}

static int not_a_stream(struct error *err)
{
    error_set(err, ERROR_INPUT, "it is neither a file nor a pipe");
    error_hint(err, "name an image archive, or pipe one in: docker save NAME | plimsoll image -");
    return ERROR_INPUT;
}

static int open_by_kind(struct archive_source *s, struct error *err)
{
    struct stat st;

    if (fstat(s->fd, &st) < 0)
        return error_errno(err, "cannot look at the archive");
    if (S_ISREG(st.st_mode)) {
        s->size = (uint64_t)st.st_size;
        return open_file(s, err);
    }
    if (!S_ISFIFO(st.st_mode) && !S_ISSOCK(st.st_mode))
        return not_a_stream(err);
    s->form = FORM_PIPE;
    return 0;
}

static int open_path(struct archive_source *s, const char *text, struct error *err)
{
    struct image_path path;
    int r;

    if (strcmp(text, "-") == 0) {
        s->fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0);
        return s->fd < 0 ? error_errno(err, "cannot read standard input") : 0;
    }
    r = image_path_find(text, "@", s->base.arena, &path, err);
    if (r < 0)
        return r;
    s->name = path.name;
    s->fd = open(path.path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    return s->fd < 0 ? error_errno(err, "cannot open it") : 0;
}

static void free_archive(struct source *source)
{
    struct archive_source *s = (struct archive_source *)source;

    close_p(&s->fd);
    archive_index_free(s->index);
    source_done(source);
    free(s);
}

static int open_archive(const struct source_context *context, const char *name, struct source **ret,
                        struct error *err)
{
    struct archive_source *s = calloc(1, sizeof(*s));
    int r;

    if (!s)
        return error_memory(err);
    s->fd = -1;
    r = source_init(&s->base, &source_archive, context, err);
    if (r == 0)
        r = open_path(s, name, err);
    if (r == 0)
        r = open_by_kind(s, err);
    if (r < 0) {
        free_archive(&s->base);
        return r;
    }
    *ret = &s->base;
    return 0;
}

/* ---- Layers ---- */

static void read_indexed(void *ctx, struct layer_feed *feed, size_t layer)
{
    const struct archive_source *s = ctx;
    struct view path = s->image.layer_paths[layer];
    const struct archive_member *m = archive_index_find(s->index, path);
    struct error err = ERROR_INIT;

    if (m) {
        layer_feed_file(feed, layer, s->fd, (int64_t)m->offset, (int64_t)m->size);
        return;
    }
    error_set(&err, ERROR_NOT_FOUND, "layer %.*s is missing", VIEW_ARG(path));
    error_hint(&err, "fetch or export the image again");
    layer_feed_failed(feed, layer, &err);
}

/* The layer that is still to be read from this member; SIZE_MAX: none. */
static size_t find_layer(const struct archive_source *s, const struct layer_feed *feed,
                         const struct archive_member *m)
{
    for (size_t i = 0; i < s->image.manifest->layer_count; i++) {
        const struct archive_member *wanted =
            layer_feed_is_reported(feed, i) ? NULL
                                            : archive_index_find(s->index, s->image.layer_paths[i]);

        if (layer_feed_reader(feed, i) == i && wanted && view_eq(wanted->path, m->path))
            return i;
    }
    return SIZE_MAX;
}

static int relay_layer(struct archive_split *split, struct layer_feed *feed, size_t layer,
                       struct error *err)
{
    struct view block = VIEW_EMPTY;
    struct layer_pump *pump;
    int r = layer_pump_begin(feed, layer, &pump, err);

    if (r < 0)
        return r;
    do {
        r = archive_split_read(split, &block, err);
        if (r == 0 && block.len)
            r = layer_pump_write(pump, block, err);
    } while (r == 0 && block.len);
    layer_pump_end(pump, r < 0 ? err : NULL);
    return r;
}

static const struct view *list_wanted(const struct archive_source *s, const struct layer_feed *feed,
                                      size_t *ret_count)
{
    size_t count = s->image.manifest->layer_count;
    struct view *names = calloc(count + 1, sizeof(*names));

    *ret_count = 0;
    for (size_t i = 0; names && i < count; i++) {
        const struct archive_member *m = layer_feed_reader(feed, i) == i
                                             ? archive_index_find(s->index, s->image.layer_paths[i])
                                             : NULL;

        if (m)
            names[(*ret_count)++] = m->path;
    }
    return names;
}

static int relay_layers(struct archive_source *s, struct layer_feed *feed, struct error *err)
{
    _cleanup_(archive_split_free_p) struct archive_split *split = NULL;
    size_t count;
    _cleanup_free_ const struct view *names = list_wanted(s, feed, &count);
    int r = 1;

    if (!names)
        return error_memory(err);
    if (count == 0)
        return 0;
    r = archive_split_start(s->base.context->sandbox, s->fd, true, ARCHIVE_SPLIT_LISTED, names,
                            count, &split, err);
    while (r >= 0) {
        struct archive_member m = {0};
        size_t layer;

        r = archive_split_next(split, &m, err);
        if (r <= 0)
            return r;
        layer = m.with_body ? find_layer(s, feed, &m) : SIZE_MAX;
        if (layer != SIZE_MAX)
            r = relay_layer(split, feed, layer, err);
    }
    return r;
}

static int read_compressed(struct archive_source *s, const bool *wanted,
                           const struct layer_sink *sink, struct error *err)
{
    _cleanup_(layer_feed_free_p) struct layer_feed *feed = NULL;
    struct error broken = ERROR_INIT;
    int r = layer_feed_new(s->base.context, s->image.manifest, wanted, sink, &feed, err);

    if (r < 0)
        return r;
    layer_feed_refuse_unreadable(feed);
    if (relay_layers(s, feed, &broken) < 0)
        layer_feed_fail_rest(feed, &broken);
    return 0;
}

static int read_in_place(struct archive_source *s, const bool *wanted,
                         const struct layer_sink *sink, struct error *err)
{
    _cleanup_(layer_feed_free_p) struct layer_feed *feed = NULL;
    int r = layer_feed_new(s->base.context, s->image.manifest, wanted, sink, &feed, err);

    return r < 0 ? r : layer_feed_each(feed, read_indexed, s, err);
}

/* A pipe can't be read twice: its layers then all fail, but the scan goes on
 * with what the first reading gave. */
static int read_pipe(struct archive_source *s, const bool *wanted, const struct layer_sink *sink,
                     struct error *err)
{
    _cleanup_(layer_feed_free_p) struct layer_feed *feed = NULL;
    struct error again = ERROR_INIT;
    int r;

    if (!s->consumed) {
        s->consumed = true;
        return archive_stream_read(s->base.context, s->fd, s->name, NULL, wanted, sink,
                                   s->base.arena, &s->base.manifest, err);
    }
    error_set(&again, ERROR_UNSUPPORTED, "an archive from a pipe can be read only once");
    error_hint(&again, "save it to a file and scan that");
    if (!s->base.manifest) {
        if (err)
            *err = again;
        return ERROR_UNSUPPORTED;
    }
    r = layer_feed_new(s->base.context, s->base.manifest, wanted, sink, &feed, err);
    if (r == 0)
        layer_feed_fail_rest(feed, &again);
    return r;
}

static int read_layers(struct source *source, const bool *wanted, const struct layer_sink *sink,
                       struct error *err)
{
    static int (*const readers[])(struct archive_source *, const bool *, const struct layer_sink *,
                                  struct error *) = {
        [FORM_INDEXED] = read_in_place,
        [FORM_COMPRESSED] = read_compressed,
        [FORM_PIPE] = read_pipe,
    };
    struct archive_source *s = (struct archive_source *)source;

    return readers[s->form](s, wanted, sink, err);
}

const struct source_type source_archive = {
    .name = "archive",
    .open = open_archive,
    .read_layers = read_layers,
    .free = free_archive,
};
