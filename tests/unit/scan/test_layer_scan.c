/* Layers through the cache and through workers that may die: with a source and
 * an operation of the test's own, around the real reading. */
#include "scan/layer-scan.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/fd.h"
#include "codec/tar-writer.h"
#include "inventory/inventory.h"
#include "sandbox/confine.h"
#include "scan/layer-worker.h"
#include "test.h"

enum { LAYERS = 3 };

#define STATUS_PATH "var/lib/dpkg/status"
#define STANZA(name)                                                                               \
    "Package: " name "\nStatus: install ok installed\nVersion: 1.0\nArchitecture: all\n\n"

/* ---- An operation that dies of layers that say so ---- */

/* Unless it was told to leave the file out. */
static int run_deadly(struct worker *worker, struct view request, struct error *err)
{
    char text[8192];
    ssize_t n = pread(worker_fd(worker, 0), text, sizeof(text), 0);
    struct view body = view_from(text, n < 0 ? 0 : (size_t)n);
    bool told = view_find_view(request, VIEW(STATUS_PATH)) >= 0;

    if (view_find_view(body, VIEW("DEADLY")) >= 0 && !told) {
        worker_note(worker, VIEW(STATUS_PATH));
        __builtin_trap();
    }
    if (view_find_view(body, VIEW("HOPELESS")) >= 0)
        __builtin_trap();
    return layer_op.run(worker, request, err);
}

static struct sandbox_op deadly_op = {"layer", run_deadly, 256 << 20, 1 << 20, 10};

/* ---- A source of three layers in memory ---- */

struct image {
    struct image_layer layers[LAYERS];
    struct image_manifest manifest;
    int fds[LAYERS];
    bool damaged[LAYERS];
    size_t read_count;
};

const struct image_manifest *image_manifest(const struct image *image)
{
    return &image->manifest;
}

int image_read_layers(struct image *image, const bool *wanted, const struct layer_sink *sink,
                      struct error *err)
{
    (void)err;
    for (size_t i = 0; i < LAYERS; i++) {
        struct layer_bytes bytes = {image->fds[i], 0, -1, IMAGE_MEDIA_TAR};
        void *result;

        if (wanted && !wanted[i])
            continue;
        image->read_count++;
        result = sink->consume(sink->ctx, &bytes);
        if (image->damaged[i]) {
            struct error why = ERROR_INIT;

            error_set(&why, ERROR_INPUT, "other bytes");
            sink->failed(sink->ctx, i, result, &why);
        } else {
            sink->done(sink->ctx, i, result, LAYER_PROOF_DIFF_ID);
        }
    }
    return 0;
}

static int make_layer(const char *status)
{
    int fd = memfd_create("layer", MFD_CLOEXEC);
    struct tar_writer *tar;

    assert_int_equal(tar_writer_new(fd, &tar, NULL), 0);
    assert_int_equal(
        tar_writer_entry(tar, TAR_FILE, VIEW("etc/os-release"), VIEW_EMPTY, 0644, 9, NULL), 0);
    assert_int_equal(tar_writer_body(tar, VIEW("ID=debian"), NULL), 0);
    assert_int_equal(
        tar_writer_entry(tar, TAR_FILE, VIEW(STATUS_PATH), VIEW_EMPTY, 0644, strlen(status), NULL),
        0);
    assert_int_equal(tar_writer_body(tar, view_of(status), NULL), 0);
    assert_int_equal(tar_writer_finish(tar, NULL), 0);
    tar_writer_free(tar);
    return fd;
}

static void make_image(struct image *image, const char *const status[LAYERS])
{
    static const char *const diff_ids[LAYERS] = {
        "sha256:1111111111111111111111111111111111111111111111111111111111111111",
        "sha256:2222222222222222222222222222222222222222222222222222222222222222",
        "sha256:3333333333333333333333333333333333333333333333333333333333333333",
    };

    memset(image, 0, sizeof(*image));
    for (size_t i = 0; i < LAYERS; i++) {
        image->layers[i].diff_id = view_of(diff_ids[i]);
        image->fds[i] = make_layer(status[i]);
    }
    image->manifest.layers = image->layers;
    image->manifest.layer_count = LAYERS;
}

static void drop_image(struct image *image)
{
    for (size_t i = 0; i < LAYERS; i++)
        close(image->fds[i]);
}

struct fixture {
    struct sandbox *sandbox;
    struct arena *arena;
    struct layer_cache *cache;
    unsigned sections; /* that scans want */
    char path[64];
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));

    signal(SIGPIPE, SIG_IGN);
    strcpy(f->path, "/tmp/plimsoll-scan-XXXXXX");
    *state = f;
    f->sections = LAYER_SECTION_BIT(LAYER_SECTION_FACTS);
    f->arena = arena_new(1 << 28);
    if (!mkdtemp(f->path) || sandbox_start(&deadly_op, 1, &f->sandbox, NULL) < 0)
        return -1;
    return layer_cache_open(f->path, 0, &f->cache, NULL);
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    char layers[128];

    layer_cache_clear(f->cache, NULL);
    layer_cache_close(f->cache);
    snprintf(layers, sizeof(layers), "%s/layers", f->path);
    rmdir(layers);
    rmdir(f->path);
    sandbox_stop(f->sandbox);
    arena_free(f->arena);
    free(f);
    return 0;
}

static const struct layer_outcome *scan(struct fixture *f, struct image *image,
                                        struct layer_scan **ret)
{
    struct layer_scan_options options = {
        .sandbox = f->sandbox,
        .cache = f->cache,
        .sections = f->sections,
        .layer_limit = 1 << 30,
        .layer_seconds = 10,
        .arena = f->arena,
    };
    const struct layer_outcome *outcomes;
    struct error err = ERROR_INIT;
    size_t count;

    assert_int_equal(layer_scan_new(image, &options, ret, NULL), 0);
    if (layer_scan_read(*ret, &err) < 0)
        fail_msg("%s", err.message);
    outcomes = layer_scan_outcomes(*ret, &count);
    assert_int_equal(count, LAYERS);
    return outcomes;
}

static size_t package_count(struct fixture *f, const struct layer_outcome *outcome)
{
    struct inventory_options options = {0};
    struct inventory inventory;

    assert_int_equal(inventory_merge(&outcome->facts, 1, &options, f->arena, &inventory, NULL), 0);
    return inventory.package_count;
}

static void what_is_cached_is_not_read(void **state)
{
    static const char *const status[] = {STANZA("a"), STANZA("a") STANZA("b"), ""};
    struct fixture *f = *state;
    struct layer_scan *first, *second;
    const struct layer_outcome *outcomes;
    struct image image;

    make_image(&image, status);
    outcomes = scan(f, &image, &first);
    assert_int_equal(image.read_count, 3);
    assert_int_equal(package_count(f, &outcomes[1]), 2);
    outcomes = scan(f, &image, &second);
    assert_int_equal(image.read_count, 3);
    for (size_t i = 0; i < LAYERS; i++)
        assert_true(outcomes[i].known && outcomes[i].cached);
    assert_int_equal(package_count(f, &outcomes[1]), 2);
    layer_scan_free(first);
    layer_scan_free(second);
    drop_image(&image);
}

/* Only what no earlier scan found out is read, and what is known stays. */
static void sections_are_cached_each_by_itself(void **state)
{
    static const char *const status[] = {STANZA("a"), STANZA("b"), ""};
    struct fixture *f = *state;
    struct layer_scan *scans[3];
    const struct layer_outcome *outcomes;
    struct image image;

    make_image(&image, status);
    outcomes = scan(f, &image, &scans[0]);
    assert_null(outcomes[0].sections[LAYER_SECTION_CENSUS].ptr);
    f->sections |= LAYER_SECTION_BIT(LAYER_SECTION_CENSUS);
    outcomes = scan(f, &image, &scans[1]);
    assert_int_equal(image.read_count, 6);
    assert_false(outcomes[0].cached);
    assert_non_null(outcomes[0].sections[LAYER_SECTION_CENSUS].ptr);
    assert_int_equal(package_count(f, &outcomes[1]), 1);
    outcomes = scan(f, &image, &scans[2]);
    assert_int_equal(image.read_count, 6);
    assert_true(outcomes[0].cached);
    assert_non_null(outcomes[0].sections[LAYER_SECTION_CENSUS].ptr);
    for (size_t i = 0; i < COUNT(scans); i++)
        layer_scan_free(scans[i]);
    drop_image(&image);
}

static void a_deadly_file_costs_that_file(void **state)
{
    static const char *const status[] = {STANZA("a"), "DEADLY\n" STANZA("b"), STANZA("c")};
    struct fixture *f = *state;
    struct layer_scan *scans[2];
    const struct layer_outcome *outcomes;
    struct image image;

    if (CONFINE_SANITIZED)
        skip();
    make_image(&image, status);
    outcomes = scan(f, &image, &scans[0]);
    assert_int_equal(image.read_count, 4); /* one layer twice */
    assert_true(outcomes[1].known);
    assert_int_equal(package_count(f, &outcomes[0]), 1);
    assert_int_equal(package_count(f, &outcomes[1]), 0);
    assert_int_equal(package_count(f, &outcomes[2]), 1);
    /* The loss is a fact of the layer, with its path, and is not cached. */
    assert_int_equal(outcomes[1].error.kind, 0);
    outcomes = scan(f, &image, &scans[1]);
    assert_true(outcomes[0].cached && !outcomes[1].cached && outcomes[2].cached);
    layer_scan_free(scans[0]);
    layer_scan_free(scans[1]);
    drop_image(&image);
}

static void a_hopeless_layer_costs_that_layer(void **state)
{
    static const char *const status[] = {STANZA("a"), "HOPELESS", STANZA("c")};
    struct fixture *f = *state;
    struct layer_scan *scan_of_image;
    const struct layer_outcome *outcomes;
    struct image image;

    if (CONFINE_SANITIZED)
        skip();
    make_image(&image, status);
    outcomes = scan(f, &image, &scan_of_image);
    assert_false(outcomes[1].known);
    assert_int_equal(outcomes[1].error.kind, ERROR_CRASH);
    assert_true(outcomes[0].known && outcomes[2].known);
    layer_scan_free(scan_of_image);
    drop_image(&image);
}

static void bytes_that_are_not_the_images_are_not_used(void **state)
{
    static const char *const status[] = {STANZA("a"), STANZA("b"), STANZA("c")};
    struct fixture *f = *state;
    struct layer_scan *scan_of_image;
    const struct layer_outcome *outcomes;
    struct image image;

    make_image(&image, status);
    image.damaged[1] = true;
    outcomes = scan(f, &image, &scan_of_image);
    assert_false(outcomes[1].known);
    assert_string_equal(outcomes[1].error.message, "other bytes");
    layer_scan_free(scan_of_image);
    image.damaged[1] = false;
    outcomes = scan(f, &image, &scan_of_image);
    assert_true(outcomes[1].known && !outcomes[1].cached);
    layer_scan_free(scan_of_image);
    drop_image(&image);
}

static void asks_are_read_with_their_rules(void **state)
{
    static const char *const status[] = {STANZA("a"), STANZA("b"), STANZA("c")};
    static const struct layer_rule rule = {VIEW("etc"), VIEW("usr/lib")};
    struct inventory_ask ask = {2, &rule, 1};
    struct fixture *f = *state;
    struct layer_scan *scan_of_image;
    const struct layer_outcome *outcomes;
    struct image image;
    size_t count;

    f->sections |= LAYER_SECTION_BIT(LAYER_SECTION_CENSUS);
    make_image(&image, status);
    scan(f, &image, &scan_of_image);
    assert_int_equal(layer_scan_read_again(scan_of_image, &ask, 1, NULL), 0);
    assert_int_equal(image.read_count, 4);
    outcomes = layer_scan_outcomes(scan_of_image, &count);
    assert_int_equal(outcomes[2].facts.rule_count, 1);
    assert_int_equal(outcomes[1].facts.rule_count, 0);
    assert_non_null(outcomes[2].sections[LAYER_SECTION_CENSUS].ptr);
    layer_scan_free(scan_of_image);
    drop_image(&image);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

RUN_TESTS(CASE(what_is_cached_is_not_read), CASE(sections_are_cached_each_by_itself),
          CASE(a_deadly_file_costs_that_file), CASE(a_hopeless_layer_costs_that_layer),
          CASE(bytes_that_are_not_the_images_are_not_used), CASE(asks_are_read_with_their_rules))
