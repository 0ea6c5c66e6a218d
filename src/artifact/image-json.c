#include "artifact/image-json.h"

#include "codec/digest.h"
#include "codec/json.h"

struct parse {
    struct arena *arena;
    struct error *err;
};

static const char *const kind_names[] = {
    [IMAGE_DOCUMENT_INDEX] = "an index of images",
    [IMAGE_DOCUMENT_MANIFEST] = "an image manifest",
    [IMAGE_DOCUMENT_CONFIG] = "an image config",
    [IMAGE_DOCUMENT_ARCHIVE] = "the manifest.json of a docker archive",
    [IMAGE_DOCUMENT_LAYOUT] = "an oci-layout file",
};

static const char *const want_names[] = {
    [IMAGE_JSON_TOP] = "an image manifest or index",
    [IMAGE_JSON_CONFIG] = "an image config",
    [IMAGE_JSON_ARCHIVE] = "the manifest.json of a docker archive",
    [IMAGE_JSON_LAYOUT] = "an oci-layout file",
};

static const struct {
    struct view type;
    enum image_media media;
} layer_media[] = {
    {VIEW("application/vnd.oci.image.layer.v1.tar+gzip"), IMAGE_MEDIA_TAR_GZIP},
    {VIEW("application/vnd.oci.image.layer.v1.tar+zstd"), IMAGE_MEDIA_TAR_ZSTD},
    {VIEW("application/vnd.oci.image.layer.v1.tar"), IMAGE_MEDIA_TAR},
    {VIEW("application/vnd.docker.image.rootfs.diff.tar.gzip"), IMAGE_MEDIA_TAR_GZIP},
    {VIEW("application/vnd.docker.image.rootfs.diff.tar.zstd"), IMAGE_MEDIA_TAR_ZSTD},
    {VIEW("application/vnd.docker.image.rootfs.diff.tar"), IMAGE_MEDIA_TAR},
    {VIEW("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip"), IMAGE_MEDIA_FOREIGN},
    {VIEW("application/vnd.docker.image.rootfs.foreign.diff.tar"), IMAGE_MEDIA_FOREIGN},
    {VIEW("application/vnd.oci.image.layer.nondistributable.v1.tar+gzip"), IMAGE_MEDIA_FOREIGN},
    {VIEW("application/vnd.oci.image.layer.nondistributable.v1.tar+zstd"), IMAGE_MEDIA_FOREIGN},
    {VIEW("application/vnd.oci.image.layer.nondistributable.v1.tar"), IMAGE_MEDIA_FOREIGN},
};

enum image_media image_media_of(struct view media_type)
{
    for (size_t i = 0; i < sizeof(layer_media) / sizeof(layer_media[0]); i++)
        if (view_eq(layer_media[i].type, media_type))
            return layer_media[i].media;
    return view_ends(media_type, VIEW("+encrypted")) ? IMAGE_MEDIA_ENCRYPTED : IMAGE_MEDIA_UNKNOWN;
}

/* The text without a character cut in two at its end. */
static struct view cut_text(struct view text)
{
    if (text.len <= IMAGE_JSON_TEXT_LIMIT)
        return text;
    text.len = IMAGE_JSON_TEXT_LIMIT;
    while (text.len && ((unsigned char)text.ptr[text.len] & 0xc0) == 0x80)
        text.len--;
    return text;
}

static struct view keep_string(struct parse *p, struct json_value object, struct view key)
{
    return arena_copy(p->arena, cut_text(json_get_string(object, key)));
}

/* An arena array of `count` elements; fails past `limit`. */
static int new_array(struct parse *p, const char *what, size_t count, size_t limit, size_t size,
                     void *ret)
{
    void *array;

    if (count > limit)
        return error_set(p->err, ERROR_LIMIT, "%s: %zu entries, more than %zu", what, count, limit);
    array = arena_array(p->arena, count, size);
    if (!array && count)
        return arena_failed(p->arena, what, p->err);
    memcpy(ret, &array, sizeof(array));
    return 0;
}

static int check_digest(struct view text, const char *what, struct error *err)
{
    struct digest digest;

    if (digest_parse(text, &digest))
        return 0;
    if (text.len == 0)
        return error_set(err, ERROR_INPUT, "%s has no digest", what);
    if (view_starts(text, VIEW("sha512:")))
        return error_set(err, ERROR_UNSUPPORTED, "%s has a sha512 digest: only sha256 is supported",
                         what);
    return error_set(err, ERROR_INPUT, "%s has the digest \"%.*s\", which is none", what,
                     VIEW_ARG(view_sub(text, 0, 100)));
}

static int keep_digest(struct parse *p, struct view text, const char *what, struct view *ret)
{
    int r = check_digest(text, what, p->err);

    if (r == 0)
        *ret = arena_copy(p->arena, text);
    return r;
}

static struct platform read_platform(struct parse *p, struct json_value value)
{
    return (struct platform){
        .os = keep_string(p, value, VIEW("os")),
        .arch = keep_string(p, value, VIEW("architecture")),
        .variant = keep_string(p, value, VIEW("variant")),
    };
}

static bool is_attestation(struct json_value annotations, const struct platform *platform)
{
    return json_get_string(annotations, VIEW("vnd.docker.reference.type")).len > 0 ||
           (view_eq(platform->os, VIEW("unknown")) && view_eq(platform->arch, VIEW("unknown")));
}

static int read_descriptor(struct parse *p, struct json_value value, const char *what,
                           struct image_descriptor *ret)
{
    struct json_value annotations = json_get(value, VIEW("annotations"));
    struct json_value size = json_get(value, VIEW("size"));
    struct image_descriptor d = {0};
    int64_t bytes = 0;
    int r;

    if (json_type(value) != JSON_OBJECT)
        return error_set(p->err, ERROR_INPUT, "%s is no descriptor", what);
    r = keep_digest(p, json_get_string(value, VIEW("digest")), what, &d.digest);
    if (r < 0)
        return r;
    if (json_type(size) != JSON_NONE && (!json_int(size, &bytes) || bytes < 0))
        return error_set(p->err, ERROR_INPUT, "%s has a size that is no number of bytes", what);
    d.size = (uint64_t)bytes;
    d.media_type = keep_string(p, value, VIEW("mediaType"));
    d.platform = read_platform(p, json_get(value, VIEW("platform")));
    d.ref_name = keep_string(p, annotations, VIEW("org.opencontainers.image.ref.name"));
    d.image_name = keep_string(p, annotations, VIEW("io.containerd.image.name"));
    d.attestation = is_attestation(annotations, &d.platform);
    *ret = d;
    return 0;
}

static int read_descriptors(struct parse *p, struct json_value list, const char *what, size_t limit,
                            const struct image_descriptor **ret, size_t *ret_count)
{
    struct image_descriptor *entries = NULL;
    size_t n = 0;
    int r = new_array(p, what, json_count(list), limit, sizeof(*entries), &entries);

    for (struct json_iter i = json_iter(list); r == 0 && json_next(&i); n++) {
        r = read_descriptor(p, i.value, what, &entries[n]);
        if (r < 0)
            error_wrap(p->err, "entry %zu", n);
    }
    if (r < 0)
        return r;
    *ret = entries;
    *ret_count = n;
    return 0;
}

static int read_index(struct parse *p, struct json_value root, struct image_index *ret)
{
    return read_descriptors(p, json_get(root, VIEW("manifests")), "a manifest",
                            IMAGE_JSON_ENTRY_LIMIT, &ret->entries, &ret->count);
}

static int read_manifest(struct parse *p, struct json_value root,
                         struct image_manifest_document *ret)
{
    int r = read_descriptor(p, json_get(root, VIEW("config")), "the config", &ret->config);

    return r < 0 ? r
                 : read_descriptors(p, json_get(root, VIEW("layers")), "a layer",
                                    IMAGE_JSON_LAYER_LIMIT, &ret->layers, &ret->layer_count);
}

/* history has an entry for each layer and, marked empty_layer, for each step
 * that made none. */
static void read_history(struct parse *p, struct json_value history, struct view *created_by,
                         size_t count)
{
    size_t n = 0;

    for (struct json_iter i = json_iter(history); n < count && json_next(&i);)
        if (!json_bool(json_get(i.value, VIEW("empty_layer"))))
            created_by[n++] = keep_string(p, i.value, VIEW("created_by"));
}

static int read_config(struct parse *p, struct json_value root, struct image_config *ret)
{
    struct json_value list = json_path(root, "rootfs", "diff_ids", NULL);
    struct image_config config = {.platform = read_platform(p, root)};
    struct view *diff_ids = NULL, *created_by = NULL;
    size_t count = json_count(list), n = 0;
    int r = new_array(p, "diff_ids", count, IMAGE_JSON_LAYER_LIMIT, sizeof(*diff_ids), &diff_ids);

    if (r == 0)
        r = new_array(p, "diff_ids", count, IMAGE_JSON_LAYER_LIMIT, sizeof(*created_by),
                      &created_by);
    for (struct json_iter i = json_iter(list); r == 0 && json_next(&i); n++)
        r = keep_digest(p, json_string(i.value), "a layer", &diff_ids[n]);
    if (r < 0)
        return error_wrap(p->err, "rootfs.diff_ids");
    read_history(p, json_get(root, VIEW("history")), created_by, n);
    config.created = keep_string(p, root, VIEW("created"));
    config.diff_ids = diff_ids;
    config.created_by = created_by;
    config.layer_count = n;
    *ret = config;
    return 0;
}

static int read_strings(struct parse *p, struct json_value list, const char *what, size_t limit,
                        const struct view **ret, size_t *ret_count)
{
    struct view *strings = NULL;
    size_t n = 0;
    int r = new_array(p, what, json_count(list), limit, sizeof(*strings), &strings);

    for (struct json_iter i = json_iter(list); r == 0 && json_next(&i); n++) {
        struct view text = json_string(i.value);

        if (text.len == 0 || text.len > IMAGE_JSON_TEXT_LIMIT)
            r = error_set(p->err, ERROR_INPUT, "%s: entry %zu is no name", what, n);
        else
            strings[n] = arena_copy(p->arena, text);
    }
    if (r < 0)
        return r;
    *ret = strings;
    *ret_count = n;
    return 0;
}

static int read_archive_entry(struct parse *p, struct json_value value,
                              struct image_archive_entry *ret)
{
    struct image_archive_entry entry = {.config = keep_string(p, value, VIEW("Config"))};
    int r;

    if (entry.config.len == 0)
        return error_set(p->err, ERROR_INPUT, "no Config");
    r = read_strings(p, json_get(value, VIEW("RepoTags")), "RepoTags", IMAGE_JSON_ENTRY_LIMIT,
                     &entry.tags, &entry.tag_count);
    if (r == 0)
        r = read_strings(p, json_get(value, VIEW("Layers")), "Layers", IMAGE_JSON_LAYER_LIMIT,
                         &entry.layers, &entry.layer_count);
    if (r == 0)
        *ret = entry;
    return r;
}

static int read_archive(struct parse *p, struct json_value root, struct image_archive *ret)
{
    struct image_archive_entry *entries = NULL;
    size_t n = 0;
    int r = new_array(p, "images", json_count(root), IMAGE_JSON_ENTRY_LIMIT, sizeof(*entries),
                      &entries);

    for (struct json_iter i = json_iter(root); r == 0 && json_next(&i); n++) {
        r = read_archive_entry(p, i.value, &entries[n]);
        if (r < 0)
            error_wrap(p->err, "image %zu", n);
    }
    if (r < 0)
        return r;
    ret->entries = entries;
    ret->count = n;
    return 0;
}

static bool has(struct json_value object, struct view key)
{
    enum json_type type = json_type(json_get(object, key));

    return type != JSON_NONE && type != JSON_NULL;
}

static int refuse_schema1(struct error *err)
{
    error_set(err, ERROR_UNSUPPORTED, "an image in Docker's schema 1, the format of before 2016");
    error_hint(err, "pull the image and push it again with a current engine, which converts it");
    return ERROR_UNSUPPORTED;
}

/* schemaVersion and mediaType of an index or manifest: 2 and v1 (OCI) or v2
 * (Docker). Another version may mean other things by the same members. */
static int check_version(struct json_value root, struct view media_type, struct error *err)
{
    struct json_value value = json_get(root, VIEW("schemaVersion"));
    int64_t version = 2;

    if (json_type(value) != JSON_NONE && !json_int(value, &version))
        return error_set(err, ERROR_INPUT, "schemaVersion is no number");
    if (version == 1)
        return refuse_schema1(err);
    if (version != 2) {
        error_set(err, ERROR_UNSUPPORTED, "schemaVersion %lld is not known, only 2",
                  (long long)version);
        error_hint(err, "the image may be newer than this program: update it");
        return ERROR_UNSUPPORTED;
    }
    if ((view_starts(media_type, VIEW("application/vnd.oci.image.")) &&
         !view_ends(media_type, VIEW(".v1+json"))) ||
        (view_starts(media_type, VIEW("application/vnd.docker.distribution.manifest.")) &&
         !view_ends(media_type, VIEW(".v2+json")))) {
        error_set(err, ERROR_UNSUPPORTED, "media type \"%.*s\" is not known",
                  VIEW_ARG(view_sub(media_type, 0, 100)));
        error_hint(err, "the image may be newer than this program: update it");
        return ERROR_UNSUPPORTED;
    }
    return 0;
}

static int check_layout(struct json_value root, struct error *err)
{
    struct view version = json_get_string(root, VIEW("imageLayoutVersion"));

    if (view_starts(version, VIEW("1.")))
        return 0;
    error_set(err, ERROR_UNSUPPORTED, "imageLayoutVersion \"%.*s\" is not known, only 1.0.0",
              VIEW_ARG(view_sub(version, 0, 100)));
    error_hint(err, "the image may be newer than this program: update it");
    return ERROR_UNSUPPORTED;
}

static int find_kind(struct json_value root, enum image_document_kind *ret, struct error *err)
{
    bool manifests = has(root, VIEW("manifests")), layers = has(root, VIEW("layers"));

    if (json_type(root) == JSON_ARRAY) {
        *ret = IMAGE_DOCUMENT_ARCHIVE;
        return 0;
    }
    if (json_type(root) != JSON_OBJECT)
        return error_set(err, ERROR_INPUT, "it is JSON, but no document of an image");
    if (has(root, VIEW("fsLayers")))
        return refuse_schema1(err);
    /* CVE-2021-41190: a document that is two things means one to one reader and
     * the other to the next. */
    if (manifests && layers)
        return error_set(err, ERROR_INPUT, "it is both an index and a manifest");
    if (has(root, VIEW("imageLayoutVersion"))) {
        *ret = IMAGE_DOCUMENT_LAYOUT;
        return 0;
    }
    if (manifests || layers || has(root, VIEW("schemaVersion"))) {
        *ret = manifests ? IMAGE_DOCUMENT_INDEX : IMAGE_DOCUMENT_MANIFEST;
        return 0;
    }
    if (!has(root, VIEW("rootfs")))
        return error_set(err, ERROR_INPUT, "it is JSON, but no document of an image");
    *ret = IMAGE_DOCUMENT_CONFIG;
    return 0;
}

static bool is_wanted(enum image_document_kind kind, enum image_json_want want)
{
    switch (kind) {
    case IMAGE_DOCUMENT_INDEX:
    case IMAGE_DOCUMENT_MANIFEST:
        return want == IMAGE_JSON_TOP;
    case IMAGE_DOCUMENT_CONFIG:
        return want == IMAGE_JSON_CONFIG;
    case IMAGE_DOCUMENT_ARCHIVE:
        return want == IMAGE_JSON_ARCHIVE;
    case IMAGE_DOCUMENT_LAYOUT:
        return want == IMAGE_JSON_LAYOUT;
    }
    return false;
}

static int read_document(struct parse *p, struct json_value root, struct image_document *ret)
{
    switch (ret->kind) {
    case IMAGE_DOCUMENT_INDEX:
        return read_index(p, root, &ret->index);
    case IMAGE_DOCUMENT_MANIFEST:
        return read_manifest(p, root, &ret->manifest);
    case IMAGE_DOCUMENT_CONFIG:
        return read_config(p, root, &ret->config);
    case IMAGE_DOCUMENT_ARCHIVE:
        return read_archive(p, root, &ret->archive);
    case IMAGE_DOCUMENT_LAYOUT:
        return check_layout(root, p->err);
    }
    return error_set(p->err, ERROR_INTERNAL, "a document of unknown kind");
}

int image_json_parse(struct view text, enum image_json_want want, struct arena *arena,
                     struct image_document *ret, struct error *err)
{
    _cleanup_(json_parser_free_p) struct json_parser *parser = NULL;
    struct parse p = {arena, err};
    struct image_document document = {0};
    struct json_value root = {0};
    int r;

    if (text.len > IMAGE_JSON_LIMIT)
        return error_set(err, ERROR_LIMIT, "more than %d bytes of JSON", IMAGE_JSON_LIMIT);
    r = json_parser_new(&parser, err);
    if (r == 0)
        r = json_parse(parser, text, &root, err);
    if (r == 0)
        r = find_kind(root, &document.kind, err);
    if (r == 0 && !is_wanted(document.kind, want))
        r = error_set(err, ERROR_INPUT, "it is %s, not %s", kind_names[document.kind],
                      want_names[want]);
    if (r < 0)
        return r;
    document.media_type = keep_string(&p, root, VIEW("mediaType"));
    if (want == IMAGE_JSON_TOP)
        r = check_version(root, document.media_type, err);
    if (r == 0)
        r = read_document(&p, root, &document);
    if (r == 0)
        r = arena_failed(arena, "a document of an image", err);
    if (r < 0)
        return r;
    *ret = document;
    return 0;
}
