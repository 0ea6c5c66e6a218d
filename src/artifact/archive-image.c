#include "artifact/archive-image.h"

#include <stdio.h>

#include "artifact/manifest.h"
#include "artifact/platform.h"
#include "base/path.h"
#include "codec/digest.h"

enum {
    LIST_LIMIT = 400,    /* bytes of a list of names in an error */
    IMAGE_ID_SHORT = 12, /* digits of an id that are enough to name an image */
    HEX_LENGTH = 64,
};

struct load {
    const struct source_context *context;
    const struct document_reader *reader;
    struct view name;
    struct arena *arena;
    struct error *err;
};

static int read_document(struct load *l, struct view path, struct buf *to)
{
    int r = l->reader->read(l->reader->ctx, path, to, l->err);

    return r < 0 ? r : buf_failed(to, "a document of an image", l->err);
}

struct view archive_blob_digest(struct view path, struct arena *arena)
{
    struct view hex = view_strip_prefix(path, VIEW("blobs/sha256/")), text;
    struct digest digest;

    if (hex.len != HEX_LENGTH || hex.len == path.len)
        return VIEW_EMPTY;
    text = arena_printf(arena, "sha256:%.*s", VIEW_ARG(hex));
    return digest_parse(text, &digest) ? text : VIEW_EMPTY;
}

/* ---- OCI: index.json ---- */

static struct view blob_path(struct arena *arena, struct view digest)
{
    return arena_printf(arena, "blobs/sha256/%.*s",
                        VIEW_ARG(view_strip_prefix(digest, VIEW("sha256:"))));
}

static int read_blob(void *ctx, const struct image_descriptor *blob, bool is_manifest,
                     struct buf *to, struct error *err)
{
    struct load *l = ctx;

    (void)is_manifest;
    return l->reader->read(l->reader->ctx, blob_path(l->arena, blob->digest), to, err);
}

static int check_layout(struct load *l, struct view text)
{
    struct image_document document = {0};

    return image_json_load(l->context->sandbox, "oci-layout", text, IMAGE_JSON_LAYOUT, l->arena,
                           &document, l->err);
}

static int load_oci(struct load *l, struct view index, struct archive_image *ret)
{
    struct manifest_reader reader = {l, read_blob};
    const struct image_manifest *manifest;
    struct view *paths;
    int r = manifest_resolve(l->context, &reader, index, VIEW_EMPTY, l->name, l->arena, &manifest,
                             l->err);

    if (r < 0)
        return r;
    paths = arena_array(l->arena, manifest->layer_count, sizeof(*paths));
    for (size_t i = 0; paths && i < manifest->layer_count; i++)
        paths[i] = blob_path(l->arena, manifest->layers[i].digest);
    *ret = (struct archive_image){manifest, paths};
    return arena_failed(l->arena, "a manifest", l->err);
}

/* ---- docker save: manifest.json ---- */

/* The id that a config's file name promises: "HEX.json", "blobs/sha256/HEX",
 * "sha256:HEX"; empty when it is no such name. */
static struct view promised_id(struct view config, struct arena *arena)
{
    struct view hex = view_strip_suffix(path_name(config), VIEW(".json"));

    hex = view_strip_prefix(hex, VIEW("sha256:"));
    return archive_blob_digest(arena_printf(arena, "blobs/sha256/%.*s", VIEW_ARG(hex)), arena);
}

static bool is_named(struct load *l, const struct image_archive_entry *entry)
{
    struct view id = promised_id(entry->config, l->arena);
    struct view hex = view_strip_prefix(l->name, VIEW("sha256:"));

    for (size_t i = 0; i < entry->tag_count; i++)
        if (reference_names(l->name, entry->tags[i]))
            return true;
    return hex.len >= IMAGE_ID_SHORT && view_starts(view_strip_prefix(id, VIEW("sha256:")), hex);
}

static int refuse_names(struct load *l, const struct image_archive *archive)
{
    _cleanup_(buf_done) struct buf list = BUF_INIT(LIST_LIMIT);

    for (size_t i = 0; i < archive->count; i++) {
        const struct image_archive_entry *entry = &archive->entries[i];
        struct view name = entry->tag_count ? entry->tags[0] : entry->config;

        if (!list.failed)
            buf_addf(&list, "%s%.*s", i ? ", " : "", VIEW_ARG(name));
    }
    if (l->name.len)
        error_set(l->err, ERROR_NOT_FOUND, "it has no image \"%.*s\", but: %.*s%s",
                  VIEW_ARG(l->name), VIEW_ARG(buf_view(&list)), list.failed ? ", ..." : "");
    else
        error_set(l->err, ERROR_USAGE, "it has several images: %.*s%s", VIEW_ARG(buf_view(&list)),
                  list.failed ? ", ..." : "");
    error_hint(l->err, "choose one by adding @NAME to the path");
    return l->name.len ? ERROR_NOT_FOUND : ERROR_USAGE;
}

static int choose_entry(struct load *l, const struct image_archive *archive,
                        const struct image_archive_entry **ret)
{
    const struct image_archive_entry *chosen = NULL;

    if (archive->count == 0)
        return error_set(l->err, ERROR_INPUT, "manifest.json lists no image");
    for (size_t i = 0; i < archive->count; i++) {
        const struct image_archive_entry *entry = &archive->entries[i];

        if (l->name.len && !is_named(l, entry))
            continue;
        if (chosen && !view_eq(chosen->config, entry->config))
            return refuse_names(l, archive);
        chosen = entry;
    }
    if (!chosen)
        return refuse_names(l, archive);
    *ret = chosen;
    return 0;
}

static int load_config(struct load *l, struct view path, struct buf *text, struct image_config *ret)
{
    struct view id = promised_id(path, l->arena);
    struct image_document document = {0};
    char what[256];
    int r = read_document(l, path, text);

    if (r == ERROR_NOT_FOUND)
        error_hint(l->err, "the image is incomplete: fetch or export it again");
    snprintf(what, sizeof(what), "config %.*s", VIEW_ARG(path));
    if (r == 0 && id.len)
        r = source_check_digest("config", buf_view(text), id, l->err);
    if (r == 0)
        r = image_json_load(l->context->sandbox, what, buf_view(text), IMAGE_JSON_CONFIG, l->arena,
                            &document, l->err);
    if (r == 0)
        *ret = document.config;
    return r;
}

static int check_entry(struct load *l, const struct image_archive_entry *entry,
                       const struct image_config *config)
{
    if (entry->layer_count != config->layer_count)
        return error_set(l->err, ERROR_INPUT, "manifest.json has %zu layers, but the config %zu",
                         entry->layer_count, config->layer_count);
    return manifest_check_platform(l->context, config->platform, l->arena, l->err);
}

static int load_entry(struct load *l, const struct image_archive_entry *entry,
                      struct archive_image *ret)
{
    _cleanup_(buf_done) struct buf text = BUF_INIT(IMAGE_JSON_LIMIT);
    struct image_manifest *manifest = arena_alloc(l->arena, sizeof(*manifest));
    struct image_config config = {0};
    struct image_layer *layers = NULL;
    int r = manifest ? load_config(l, entry->config, &text, &config)
                     : arena_failed(l->arena, "a manifest", l->err);

    if (r == 0)
        r = check_entry(l, entry, &config);
    if (r == 0)
        r = manifest_of_config(&config, buf_view(&text), l->arena, manifest, &layers, l->err);
    if (r < 0)
        return r;
    for (size_t i = 0; i < entry->layer_count; i++) {
        layers[i].digest = archive_blob_digest(entry->layers[i], l->arena);
        layers[i].size = l->reader->size(l->reader->ctx, entry->layers[i]);
    }
    *ret = (struct archive_image){manifest, entry->layers};
    return arena_failed(l->arena, "a manifest", l->err);
}

static int load_docker(struct load *l, struct view text, struct archive_image *ret)
{
    const struct image_archive_entry *entry = NULL;
    struct image_document document = {0};
    int r = image_json_load(l->context->sandbox, "manifest.json", text, IMAGE_JSON_ARCHIVE,
                            l->arena, &document, l->err);

    if (r == 0)
        r = choose_entry(l, &document.archive, &entry);
    return r < 0 ? r : load_entry(l, entry, ret);
}

static int refuse(struct load *l)
{
    _cleanup_(buf_done) struct buf text = BUF_INIT(IMAGE_JSON_LIMIT);

    if (l->reader->read(l->reader->ctx, VIEW("repositories"), &text, NULL) == 0) {
        error_set(l->err, ERROR_UNSUPPORTED,
                  "an image archive of before Docker 1.10, without a manifest.json");
        error_hint(l->err, "load it into an engine and save it again");
        return ERROR_UNSUPPORTED;
    }
    error_set(l->err, ERROR_INPUT, "no image: there is neither a manifest.json nor an index.json");
    error_hint(l->err, "docker save and skopeo make image archives; docker export doesn't, it "
                       "writes a bare file system: unpack that and use plimsoll fs DIR");
    return ERROR_INPUT;
}

int archive_image_load(const struct source_context *context, const struct document_reader *reader,
                       struct view name, struct arena *arena, struct archive_image *ret,
                       struct error *err)
{
    _cleanup_(buf_done) struct buf layout = BUF_INIT(IMAGE_JSON_LIMIT);
    _cleanup_(buf_done) struct buf text = BUF_INIT(IMAGE_JSON_LIMIT);
    struct error local = ERROR_INIT;
    struct load l = {context, reader, name, arena, err ? err : &local};
    int r = read_document(&l, VIEW("oci-layout"), &layout);

    if (r == 0)
        r = check_layout(&l, buf_view(&layout));
    if (r < 0 && r != ERROR_NOT_FOUND)
        return r;
    r = read_document(&l, VIEW("index.json"), &text);
    if (r == 0)
        return load_oci(&l, buf_view(&text), ret);
    if (r != ERROR_NOT_FOUND)
        return r;
    buf_reset(&text);
    r = read_document(&l, VIEW("manifest.json"), &text);
    if (r == 0)
        return load_docker(&l, buf_view(&text), ret);
    return r == ERROR_NOT_FOUND ? refuse(&l) : r;
}
