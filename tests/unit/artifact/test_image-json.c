/* The documents of images, and the compact form in which they leave a worker. */
#include "artifact/image-json.h"

#include "test.h"

#define HEX "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define DIGEST "\"sha256:" HEX "\""
#define BLOB "{\"mediaType\":\"m\",\"digest\":" DIGEST ",\"size\":5}"

enum { ARENA = 64 << 20 };

/* Parses, encodes, decodes: what is seen is what crosses. */
static int parse(const char *text, enum image_json_want want, struct arena *arena,
                 struct image_document *ret, struct error *err)
{
    struct buf wire = BUF_INIT(ARENA);
    struct image_document parsed;
    int r = image_json_parse(view_of(text), want, arena, &parsed, err);

    if (r == 0) {
        image_json_encode(&parsed, &wire);
        assert_int_equal(wire.failed, 0);
        r = image_json_decode(arena_copy(arena, buf_view(&wire)), arena, ret, err);
    }
    buf_done(&wire);
    return r;
}

static const struct {
    const char *name, *text;
    enum image_json_want want;
    int kind;
    const char *message;
} wrong[] = {
    {"empty", "", IMAGE_JSON_TOP, ERROR_INPUT, ""},
    {"cut", "{\"schemaVersion\":2,", IMAGE_JSON_TOP, ERROR_INPUT, ""},
    {"number", "7", IMAGE_JSON_TOP, ERROR_INPUT, "no document of an image"},
    {"nothing", "{}", IMAGE_JSON_TOP, ERROR_INPUT, "no document of an image"},
    {"registry error", "{\"errors\":[]}", IMAGE_JSON_TOP, ERROR_INPUT, "no document of an image"},
    {"config for manifest", "{\"rootfs\":{\"diff_ids\":[]}}", IMAGE_JSON_TOP, ERROR_INPUT,
     "it is an image config, not an image manifest or index"},
    {"manifest for config", "{\"schemaVersion\":2,\"config\":" BLOB ",\"layers\":[]}",
     IMAGE_JSON_CONFIG, ERROR_INPUT, "it is an image manifest, not an image config"},
    {"archive for manifest", "[]", IMAGE_JSON_TOP, ERROR_INPUT, "docker archive"},
    {"object for archive", "{\"rootfs\":{}}", IMAGE_JSON_ARCHIVE, ERROR_INPUT,
     "not the manifest.json"},
    {"both", "{\"schemaVersion\":2,\"manifests\":[],\"layers\":[]}", IMAGE_JSON_TOP, ERROR_INPUT,
     "both an index and a manifest"},
    {"schema 1", "{\"schemaVersion\":1,\"fsLayers\":[]}", IMAGE_JSON_TOP, ERROR_UNSUPPORTED,
     "schema 1"},
    {"schema 1 number", "{\"schemaVersion\":1,\"manifests\":[]}", IMAGE_JSON_TOP, ERROR_UNSUPPORTED,
     "schema 1"},
    {"schema 3", "{\"schemaVersion\":3,\"manifests\":[]}", IMAGE_JSON_TOP, ERROR_UNSUPPORTED,
     "schemaVersion 3 is not known"},
    {"schema text", "{\"schemaVersion\":\"2\",\"manifests\":[]}", IMAGE_JSON_TOP, ERROR_INPUT,
     "schemaVersion is no number"},
    {"future OCI type",
     "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v2+json\","
     "\"config\":" BLOB ",\"layers\":[]}",
     IMAGE_JSON_TOP, ERROR_UNSUPPORTED, "manifest.v2+json\" is not known"},
    {"future Docker type",
     "{\"schemaVersion\":2,\"mediaType\":"
     "\"application/vnd.docker.distribution.manifest.v3+json\",\"layers\":[]}",
     IMAGE_JSON_TOP, ERROR_UNSUPPORTED, "is not known"},
    {"no config", "{\"schemaVersion\":2,\"layers\":[]}", IMAGE_JSON_TOP, ERROR_INPUT,
     "the config is no descriptor"},
    {"no digest", "{\"schemaVersion\":2,\"config\":{\"size\":1},\"layers\":[]}", IMAGE_JSON_TOP,
     ERROR_INPUT, "the config has no digest"},
    {"short digest", "{\"schemaVersion\":2,\"manifests\":[{\"digest\":\"sha256:12\"}]}",
     IMAGE_JSON_TOP, ERROR_INPUT, "entry 0: a manifest has the digest \"sha256:12\""},
    {"path as digest",
     "{\"schemaVersion\":2,\"manifests\":[" BLOB ",{\"digest\":\"sha256:../../etc/passwd\"}]}",
     IMAGE_JSON_TOP, ERROR_INPUT, "entry 1"},
    {"sha512", "{\"schemaVersion\":2,\"manifests\":[{\"digest\":\"sha512:00\"}]}", IMAGE_JSON_TOP,
     ERROR_UNSUPPORTED, "only sha256"},
    {"negative size", "{\"schemaVersion\":2,\"manifests\":[{\"digest\":" DIGEST ",\"size\":-1}]}",
     IMAGE_JSON_TOP, ERROR_INPUT, "no number of bytes"},
    {"text size", "{\"schemaVersion\":2,\"manifests\":[{\"digest\":" DIGEST ",\"size\":\"1\"}]}",
     IMAGE_JSON_TOP, ERROR_INPUT, "no number of bytes"},
    {"layer is a text", "{\"schemaVersion\":2,\"config\":" BLOB ",\"layers\":[\"x\"]}",
     IMAGE_JSON_TOP, ERROR_INPUT, "entry 0: a layer is no descriptor"},
    {"bad diff_id", "{\"rootfs\":{\"diff_ids\":[" DIGEST ",\"x\"]}}", IMAGE_JSON_CONFIG,
     ERROR_INPUT, "rootfs.diff_ids: a layer has the digest \"x\""},
    {"archive without config", "[{\"Layers\":[]}]", IMAGE_JSON_ARCHIVE, ERROR_INPUT,
     "image 0: no Config"},
    {"archive with a bad layer", "[{\"Config\":\"c\",\"Layers\":[\"a\",7]}]", IMAGE_JSON_ARCHIVE,
     ERROR_INPUT, "Layers: entry 1 is no name"},
    {"future layout", "{\"imageLayoutVersion\":\"2.0\"}", IMAGE_JSON_LAYOUT, ERROR_UNSUPPORTED,
     "imageLayoutVersion"},
    {"layout without version", "{\"imageLayoutVersion\":1}", IMAGE_JSON_LAYOUT, ERROR_UNSUPPORTED,
     "imageLayoutVersion"},
};

static void test_wrong(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(wrong); i++) {
        struct arena *arena = arena_new(ARENA);
        struct image_document document;
        struct error err = ERROR_INIT;
        int r = parse(wrong[i].text, wrong[i].want, arena, &document, &err);

        if (r != wrong[i].kind || !strstr(err.message, wrong[i].message))
            fail_msg("%s: %d %s", wrong[i].name, r, err.message);
        arena_free(arena);
    }
}

static const char index_text[] =
    "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.index.v1+json\",\"manifests\":["
    "{\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"digest\":" DIGEST
    ",\"size\":9007199254740993,\"platform\":{\"architecture\":\"arm\",\"os\":\"linux\","
    "\"variant\":\"v7\"},\"annotations\":{\"io.containerd.image.name\":\"docker.io/library/a:1\","
    "\"org.opencontainers.image.ref.name\":\"1\"}},"
    "{\"digest\":" DIGEST ",\"platform\":{\"architecture\":\"unknown\",\"os\":\"unknown\"}},"
    "{\"digest\":" DIGEST ",\"annotations\":{\"vnd.docker.reference.type\":"
    "\"attestation-manifest\"}}]}";

static void test_index(void **state)
{
    struct arena *arena = arena_new(ARENA);
    const struct image_descriptor *e;
    struct image_document d;

    (void)state;
    assert_int_equal(parse(index_text, IMAGE_JSON_TOP, arena, &d, NULL), 0);
    assert_int_equal(d.kind, IMAGE_DOCUMENT_INDEX);
    assert_view(d.media_type, "application/vnd.oci.image.index.v1+json");
    assert_int_equal(d.index.count, 3);
    e = d.index.entries;
    assert_view(e[0].digest, "sha256:" HEX);
    assert_true(e[0].size == 9007199254740993);
    assert_view(e[0].platform.arch, "arm");
    assert_view(e[0].platform.variant, "v7");
    assert_view(e[0].image_name, "docker.io/library/a:1");
    assert_view(e[0].ref_name, "1");
    assert_false(e[0].attestation);
    assert_true(e[1].attestation && e[2].attestation);
    arena_free(arena);
}

static const char config_text[] =
    "{\"architecture\":\"amd64\",\"os\":\"linux\",\"created\":\"2026-01-02T03:04:05.6Z\","
    "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[" DIGEST "," DIGEST "," DIGEST "]},"
    "\"history\":[{\"created_by\":\"ADD rootfs\"},{\"created_by\":\"ENV\",\"empty_layer\":true},"
    "{\"comment\":\"no command\"},{\"created_by\":\"RUN \\u00fc\"},{\"created_by\":\"too many\"}]}";

static void test_config(void **state)
{
    struct arena *arena = arena_new(ARENA);
    struct image_document d;

    (void)state;
    assert_int_equal(parse(config_text, IMAGE_JSON_CONFIG, arena, &d, NULL), 0);
    assert_int_equal(d.config.layer_count, 3);
    assert_view(d.config.platform.arch, "amd64");
    assert_view(d.config.created, "2026-01-02T03:04:05.6Z");
    assert_view(d.config.diff_ids[2], "sha256:" HEX);
    assert_view(d.config.created_by[0], "ADD rootfs");
    assert_view(d.config.created_by[1], "");
    assert_view(d.config.created_by[2], "RUN \xc3\xbc");
    assert_int_equal(parse("{\"rootfs\":{\"diff_ids\":null}}", IMAGE_JSON_CONFIG, arena, &d, NULL),
                     0);
    assert_int_equal(d.config.layer_count, 0);
    arena_free(arena);
}

static void test_manifest(void **state)
{
    struct arena *arena = arena_new(ARENA);
    struct image_document d;

    (void)state;
    assert_int_equal(parse("{\"config\":" BLOB ",\"layers\":[" BLOB "," BLOB "]}", IMAGE_JSON_TOP,
                           arena, &d, NULL),
                     0);
    assert_int_equal(d.kind, IMAGE_DOCUMENT_MANIFEST);
    assert_int_equal(d.manifest.layer_count, 2);
    assert_view(d.manifest.config.digest, "sha256:" HEX);
    assert_int_equal(d.manifest.layers[1].size, 5);
    assert_int_equal(parse("{\"schemaVersion\":2,\"config\":" BLOB ",\"layers\":null}",
                           IMAGE_JSON_TOP, arena, &d, NULL),
                     0);
    assert_int_equal(d.manifest.layer_count, 0);
    arena_free(arena);
}

static void test_archive(void **state)
{
    struct arena *arena = arena_new(ARENA);
    struct image_document d;

    (void)state;
    assert_int_equal(parse("[{\"Config\":\"c.json\",\"RepoTags\":[\"a:1\",\"b:2\"],"
                           "\"Layers\":[\"x/layer.tar\"]},{\"Config\":\"d\",\"RepoTags\":null}]",
                           IMAGE_JSON_ARCHIVE, arena, &d, NULL),
                     0);
    assert_int_equal(d.archive.count, 2);
    assert_view(d.archive.entries[0].config, "c.json");
    assert_view(d.archive.entries[0].tags[1], "b:2");
    assert_view(d.archive.entries[0].layers[0], "x/layer.tar");
    assert_int_equal(d.archive.entries[1].tag_count, 0);
    assert_int_equal(
        parse("{\"imageLayoutVersion\":\"1.0.0\"}", IMAGE_JSON_LAYOUT, arena, &d, NULL), 0);
    arena_free(arena);
}

/* Too many layers, too much text. */
static void test_limits(void **state)
{
    struct arena *arena = arena_new(ARENA);
    struct buf text = BUF_INIT(16 << 20);
    struct image_document d;
    struct error err = ERROR_INIT;

    (void)state;
    buf_add_str(&text, "{\"rootfs\":{\"diff_ids\":[" DIGEST);
    for (int i = 0; i < IMAGE_JSON_LAYER_LIMIT; i++)
        buf_add_str(&text, "," DIGEST);
    buf_add_str(&text, "]}}");
    assert_int_equal(parse(buf_cstr(&text), IMAGE_JSON_CONFIG, arena, &d, &err), ERROR_LIMIT);
    buf_reset(&text);
    buf_add_str(&text, "{\"rootfs\":{\"diff_ids\":[" DIGEST "]},\"history\":[{\"created_by\":\"x");
    for (int i = 0; i < IMAGE_JSON_TEXT_LIMIT; i++)
        buf_add_str(&text, "\xc3\xbc");
    buf_add_str(&text, "\"}]}");
    assert_int_equal(parse(buf_cstr(&text), IMAGE_JSON_CONFIG, arena, &d, &err), 0);
    assert_int_equal(d.config.created_by[0].len, IMAGE_JSON_TEXT_LIMIT - 1);
    buf_reset(&text);
    while (text.len <= IMAGE_JSON_LIMIT)
        buf_add_str(&text, "                                                                ");
    assert_int_equal(parse(buf_cstr(&text), IMAGE_JSON_CONFIG, arena, &d, &err), ERROR_LIMIT);
    buf_done(&text);
    arena_free(arena);
}

/* A worker's answer that is cut anywhere is refused. */
static void test_wire(void **state)
{
    static const struct {
        const char *text;
        enum image_json_want want;
    } texts[] = {{index_text, IMAGE_JSON_TOP}, {config_text, IMAGE_JSON_CONFIG}};

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct arena *arena = arena_new(ARENA);
        struct buf wire = BUF_INIT(ARENA);
        struct image_document d;

        assert_int_equal(image_json_parse(view_of(texts[i].text), texts[i].want, arena, &d, NULL),
                         0);
        image_json_encode(&d, &wire);
        for (size_t len = 0; len < wire.len; len++)
            assert_int_equal(image_json_decode(view_sub(buf_view(&wire), 0, len), arena, &d, NULL),
                             ERROR_INTERNAL);
        buf_add_char(&wire, 'x');
        assert_int_equal(image_json_decode(buf_view(&wire), arena, &d, NULL), ERROR_INTERNAL);
        buf_done(&wire);
        arena_free(arena);
    }
}

static void test_media(void **state)
{
    static const struct {
        const char *type;
        enum image_media media;
    } types[] = {
        {"application/vnd.oci.image.layer.v1.tar+gzip", IMAGE_MEDIA_TAR_GZIP},
        {"application/vnd.oci.image.layer.v1.tar+zstd", IMAGE_MEDIA_TAR_ZSTD},
        {"application/vnd.oci.image.layer.v1.tar", IMAGE_MEDIA_TAR},
        {"application/vnd.docker.image.rootfs.diff.tar.gzip", IMAGE_MEDIA_TAR_GZIP},
        {"application/vnd.docker.image.rootfs.foreign.diff.tar.gzip", IMAGE_MEDIA_FOREIGN},
        {"application/vnd.oci.image.layer.v1.tar+gzip+encrypted", IMAGE_MEDIA_ENCRYPTED},
        {"application/octet-stream", IMAGE_MEDIA_UNKNOWN},
        {"", IMAGE_MEDIA_UNKNOWN},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(types); i++)
        assert_int_equal(image_media_of(view_of(types[i].type)), types[i].media);
}

RUN_TESTS(cmocka_unit_test(test_wrong), cmocka_unit_test(test_index), cmocka_unit_test(test_config),
          cmocka_unit_test(test_manifest), cmocka_unit_test(test_archive),
          cmocka_unit_test(test_limits), cmocka_unit_test(test_wire), cmocka_unit_test(test_media))
