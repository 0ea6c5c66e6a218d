/* Images in all their forms, good and bad, through a real sandbox: what a sink
 * receives, and what is said where something is wrong. make-images.py makes them. */
#include "artifact/image.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "artifact/platform.h"
#include "codec/digest.h"
#include "codec/stream.h"
#include "test.h"

enum { LAYERS_LIMIT = 8 };

static struct sandbox *sandbox;
static char folder[64];

/* What the sink keeps of a layer: the digest of what it unpacks to. */
struct seen {
    struct digest plain;
    int status;
};

struct sink_log {
    pthread_mutex_t lock;
    const struct image *image;
    struct seen *results[64];
    size_t consumed, dropped;
    struct {
        bool done, failed;
        enum layer_proof proof;
        struct seen *result;
        struct error error;
    } layers[LAYERS_LIMIT];
};

static void *consume(void *ctx, const struct layer_bytes *bytes)
{
    _cleanup_(stream_free_p) struct stream *decoded = NULL;
    _cleanup_(digester_free_p) struct digester *digester = NULL;
    struct seen *seen = calloc(1, sizeof(*seen));
    struct sink_log *log = ctx;
    struct stream *stored;
    struct view block;

    assert_int_equal(digester_new(&digester, NULL), 0);
    assert_int_equal(stream_open_fd(bytes->fd, bytes->offset, bytes->length, &stored, NULL), 0);
    seen->status = stream_open_decoded(stored, 1 << 30, NULL, &decoded, NULL);
    while (seen->status == 0) {
        seen->status = stream_next(decoded, &block, NULL);
        if (seen->status < 0 || block.len == 0)
            break;
        digester_add(digester, block);
    }
    seen->plain = digester_end(digester);
    pthread_mutex_lock(&log->lock);
    log->results[log->consumed++] = seen;
    pthread_mutex_unlock(&log->lock);
    return seen;
}

static void done(void *ctx, size_t layer, void *result, enum layer_proof proof)
{
    struct sink_log *log = ctx;

    pthread_mutex_lock(&log->lock);
    assert_non_null(image_manifest(log->image));
    assert_false(log->layers[layer].done || log->layers[layer].failed);
    log->layers[layer].done = true;
    log->layers[layer].proof = proof;
    log->layers[layer].result = result;
    pthread_mutex_unlock(&log->lock);
}

static void failed(void *ctx, size_t layer, void *result, const struct error *err)
{
    struct sink_log *log = ctx;

    pthread_mutex_lock(&log->lock);
    assert_false(log->layers[layer].done || log->layers[layer].failed);
    log->layers[layer].failed = true;
    log->layers[layer].result = result;
    log->layers[layer].error = *err;
    pthread_mutex_unlock(&log->lock);
}

static void drop(void *ctx, void *result)
{
    struct sink_log *log = ctx;

    assert_non_null(result);
    for (size_t i = 0; i < LAYERS_LIMIT; i++)
        assert_ptr_not_equal(log->layers[i].result, result);
    log->dropped++;
}

static const struct layer_sink *sink_of(struct sink_log *log, struct layer_sink *sink)
{
    *sink = (struct layer_sink){log, consume, done, failed, drop};
    return sink;
}

static void log_done(struct sink_log *log)
{
    for (size_t i = 0; i < log->consumed; i++)
        free(log->results[i]);
    pthread_mutex_destroy(&log->lock);
}

static int open_image(const char *name, const struct platform *platform, struct image **ret,
                      struct error *err)
{
    struct image_options options = {.offline = true, .jobs = 2};
    char reference[256];

    if (platform)
        options.platform = *platform;
    snprintf(reference, sizeof(reference), "%s%s%s%s", strncmp(name, "oci:", 4) == 0 ? "oci:" : "",
             *name == '-' ? "" : folder, *name == '-' ? "" : "/",
             strncmp(name, "oci:", 4) == 0 ? name + 4 : name);
    return image_open(reference, &options, sandbox, ret, err);
}

/* Reads into a log that the caller ends. */
static int read_image(struct image *image, const bool *wanted, struct sink_log *log,
                      struct error *err)
{
    struct layer_sink sink;

    memset(log, 0, sizeof(*log));
    pthread_mutex_init(&log->lock, NULL);
    log->image = image;
    return image_read_layers(image, wanted, sink_of(log, &sink), err);
}

static void expect_layer(const struct sink_log *log, const struct image_manifest *m, size_t i,
                         const char *proofs)
{
    char text[DIGEST_TEXT_SIZE + 1];

    assert_true(log->layers[i].done);
    assert_int_equal(log->layers[i].proof,
                     proofs[i] == 'd' ? LAYER_PROOF_DIFF_ID : LAYER_PROOF_DIGEST);
    assert_int_equal(log->layers[i].result->status, 0);
    digest_format(&log->layers[i].result->plain, text);
    assert_view(m->layers[i].diff_id, text);
}

struct good_case {
    const char *name;
    const char *proofs; /* d: by diff_id, s: by the stored digest */
    const char *source;
    bool manifest_digest;
};

static const struct good_case goods[] = {
    {"docker.tar", "dddd", "archive", false},
    {"docker-first.tar", "dddd", "archive", false},
    {"docker-last.tar", "dddd", "archive", false},
    {"docker.tar.gzip", "dddd", "archive", false},
    {"docker.tar.zstd", "dddd", "archive", false},
    {"docker.tar.bzip2", "dddd", "archive", false},
    {"docker.tar.xz", "dddd", "archive", false},
    {"podman.tar", "dddd", "archive", false},
    {"crane.tar", "dddd", "archive", false},
    {"crane.tar.gzip", "dddd", "archive", false},
    {"docker-oci.tar", "dddd", "archive", true},
    {"docker-oci-packed.tar", "ssss", "archive", true},
    {"oci.tar", "ssss", "archive", true},
    {"oci-mixed.tar", "ssds", "archive", true},
    {"oci-untagged.tar", "ssss", "archive", true},
    {"oci.tar.gzip", "ssss", "archive", true},
    {"oci.tar@app:1", "ssss", "archive", true},
    {"oci.tar@1", "ssss", "archive", true},
    {"docker.tar@docker.io/library/app:1", "dddd", "archive", false},
    {"layout", "ssss", "oci", true},
    {"oci:layout", "ssss", "oci", true},
    {"oci:layout:1", "ssss", "oci", true},
    {"oci:layout@app:1", "ssss", "oci", true},
    {"platforms", "ssss", "oci", true},
    {"wrong-types", "ssss", "oci", true},
    {"several@app:1", "ssss", "oci", true},
    {"oci:several:registry.example.com/team/other:2", "ss", "oci", true},
    {"several.tar@app:1", "dddd", "archive", false},
    {"several.tar@b:3", "dd", "archive", false},
    {"only-arm", "ss", "oci", true},
};

static void expect_good(const struct good_case *c, struct image *image)
{
    struct error err = ERROR_INIT;
    struct sink_log log;
    const struct image_manifest *m;

    assert_int_equal(read_image(image, NULL, &log, &err), 0);
    m = image_manifest(image);
    assert_string_equal(image_source_name(image), c->source);
    assert_int_equal(m->layer_count, strlen(c->proofs));
    assert_int_equal(m->digest.len > 0, c->manifest_digest);
    assert_view(view_sub(m->config_id, 0, 7), "sha256:");
    assert_view(m->created, "2026-01-02T03:04:05Z");
    assert_view(m->layers[1].created_by, "RUN step 1");
    assert_view(m->platform.os, "linux");
    for (size_t i = 0; i < m->layer_count; i++) {
        expect_layer(&log, m, i, c->proofs);
        assert_true(m->layers[i].size > 0);
    }
    /* The layer that is there twice is read once. */
    if (m->layer_count == 4)
        assert_ptr_equal(log.layers[1].result, log.layers[3].result);
    log_done(&log);
}

static void test_good(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(goods) / sizeof(goods[0]); i++) {
        struct error err = ERROR_INIT;
        struct image *image;

        print_message("%s\n", goods[i].name);
        if (open_image(goods[i].name, NULL, &image, &err) < 0)
            fail_msg("%s", err.message);
        assert_non_null(image_manifest(image));
        expect_good(&goods[i], image);
        image_free(image);
    }
}

static void test_read_twice(void **state)
{
    static const char *const names[] = {"docker.tar", "crane.tar.gzip", "layout"};
    static const bool wanted[] = {false, true, true, false};

    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct image *image;

        assert_int_equal(open_image(names[i], NULL, &image, NULL), 0);
        for (int time = 0; time < 2; time++) {
            struct sink_log log;

            assert_int_equal(read_image(image, wanted, &log, NULL), 0);
            assert_int_equal(log.consumed, 2);
            for (size_t k = 0; k < 4; k++)
                assert_int_equal(log.layers[k].done, wanted[k]);
            log_done(&log);
        }
        image_free(image);
    }
}

/* ---- Through a pipe ---- */

struct writer {
    char from[128], to[128];
    pthread_t thread;
    bool cut_off; /* its reader went before the end */
};

static void *copy_to_fifo(void *argument)
{
    struct writer *w = argument;
    int to = open(w->to, O_WRONLY | O_CLOEXEC), from = open(w->from, O_RDONLY | O_CLOEXEC);
    static char block[1 << 16];
    ssize_t n;

    while (!w->cut_off && (n = read(from, block, sizeof(block))) > 0)
        w->cut_off = write(to, block, (size_t)n) != n;
    close(from);
    close(to);
    return NULL;
}

static void start_writer(struct writer *w, const char *name)
{
    snprintf(w->from, sizeof(w->from), "%s/%.*s", folder, (int)strcspn(name, "@"), name);
    snprintf(w->to, sizeof(w->to), "%s/fifo", folder);
    w->cut_off = false;
    assert_int_equal(mkfifo(w->to, 0600), 0);
    assert_int_equal(pthread_create(&w->thread, NULL, copy_to_fifo, w), 0);
}

static void end_writer(struct writer *w)
{
    pthread_join(w->thread, NULL);
    unlink(w->to);
}

static void test_pipe(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(goods) / sizeof(goods[0]); i++) {
        struct error err = ERROR_INIT;
        char reference[128];
        struct image *image;
        struct sink_log log;
        struct writer writer;
        const char *at = strchr(goods[i].name, '@');

        if (strcmp(goods[i].source, "archive") != 0)
            continue;
        print_message("%s\n", goods[i].name);
        start_writer(&writer, goods[i].name);
        snprintf(reference, sizeof(reference), "fifo%s", at ? at : "");
        assert_int_equal(open_image(reference, NULL, &image, &err), 0);
        assert_null(image_manifest(image));
        expect_good(&goods[i], image);
        end_writer(&writer);
        assert_false(writer.cut_off);
        /* A pipe can't be read again; its layers fail, each with the reason. */
        assert_int_equal(read_image(image, NULL, &log, &err), 0);
        assert_true(log.layers[0].failed);
        assert_non_null(strstr(log.layers[0].error.message, "only once"));
        log_done(&log);
        image_free(image);
    }
}

/* ---- What is wrong with them ---- */

static const struct {
    const char *name;
    int kind;
    const char *message; /* a part of it */
} refused[] = {
    {"cut-docker.tar", ERROR_INPUT, "but the file ends at"},
    {"cut-docker.tar.gzip", ERROR_INPUT, "truncated"},
    {"cut-docker.tar.zstd", ERROR_INPUT, "truncated"},
    {"empty.tar", ERROR_INPUT, "the file is empty"},
    {"rubbish.tar", ERROR_INPUT, "tar"},
    {"text.tar", ERROR_INPUT, "tar"},
    {"many.tar", ERROR_LIMIT, "more than 100000 entries"},
    {"directory", ERROR_INPUT, "neither a manifest.json nor an index.json"},
    {"no-such.tar", ERROR_NOT_FOUND, "no such file or directory"},
    {"oci:no-such", ERROR_NOT_FOUND, "no such file or directory"},
    {"oci:docker.tar", ERROR_INPUT, "no directory"},
    {"no-config.tar", ERROR_NOT_FOUND, ".json is missing"},
    {"other-config.tar", ERROR_INPUT, "damaged or was tampered with"},
    {"bad-json.tar", ERROR_INPUT, "manifest.json"},
    {"no-images.tar", ERROR_INPUT, "lists no image"},
    {"huge.tar", ERROR_LIMIT, "manifest.json has 9437186 bytes"},
    {"no-manifest.tar", ERROR_INPUT, "neither a manifest.json nor an index.json"},
    {"old.tar", ERROR_UNSUPPORTED, "before Docker 1.10"},
    {"escape.tar", ERROR_NOT_FOUND, "../etc/passwd is missing"},
    {"fewer.tar", ERROR_INPUT, "manifest.json has 4 layers, but the config 0"},
    {"schema3", ERROR_UNSUPPORTED, "schemaVersion 3 is not known"},
    {"schema1", ERROR_UNSUPPORTED, "schema 1"},
    {"helm", ERROR_INPUT, "config"},
    {"chart", ERROR_UNSUPPORTED, "application/vnd.cncf.helm.config.v1+json"},
    {"future.tar", ERROR_UNSUPPORTED, "imageLayoutVersion \"2.0.0\""},
    {"bad-manifest", ERROR_INPUT, "damaged or was tampered with"},
    {"several.tar", ERROR_USAGE, "several images: app:1, two:2"},
    {"several", ERROR_USAGE, "registry.example.com/team/other:2"},
    {"several.tar@none:1", ERROR_NOT_FOUND, "no image \"none:1\", but: app:1, two:2"},
    {"several@none:1", ERROR_NOT_FOUND, "no image \"none:1\""},
};

static void test_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        struct error err = ERROR_INIT;
        struct image *image;
        int r = open_image(refused[i].name, NULL, &image, &err);

        print_message("%s: %s\n", err.message, err.hint);
        assert_int_equal(r, refused[i].kind);
        assert_int_equal(err.kind, refused[i].kind);
        assert_non_null(strstr(err.message, refused[i].message));
        assert_true(err.hint[0] != '\0');
    }
}

static void test_refused_pipe(void **state)
{
    static const struct {
        const char *name;
        int kind;
        const char *message;
    } cases[] = {
        {"cut-docker.tar", ERROR_INPUT, "tar"},
        {"cut-docker.tar.gzip", ERROR_INPUT, "truncated"},
        {"rubbish.tar", ERROR_INPUT, "tar"},
        {"empty.tar", ERROR_INPUT, "neither a manifest.json"},
        {"many.tar", ERROR_LIMIT, "more than 100000 entries"},
        {"huge.tar", ERROR_LIMIT, "manifest.json has"},
        {"several.tar", ERROR_USAGE, "several images"},
        {"no-manifest.tar", ERROR_INPUT, "neither a manifest.json"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct error err = ERROR_INIT;
        struct image *image;
        struct sink_log log;
        struct writer writer;

        start_writer(&writer, cases[i].name);
        assert_int_equal(open_image("fifo", NULL, &image, &err), 0);
        assert_int_equal(read_image(image, NULL, &log, &err), cases[i].kind);
        print_message("%s\n", err.message);
        assert_non_null(strstr(err.message, cases[i].message));
        assert_true(err.hint[0] != '\0');
        assert_int_equal(log.dropped, log.consumed);
        log_done(&log);
        image_free(image);
        end_writer(&writer);
    }
}

static const struct {
    const char *name;
    const char *fates; /* d done, f failed */
    const char *message;
} damaged[] = {
    {"flipped.tar", "fddd", "damaged or was tampered with"},
    {"flipped-crane.tar", "fddd", "gzip"},
    {"flipped-oci.tar", "fddd", "damaged or was tampered with"},
    {"flipped.tar.gzip", "fddd", "damaged or was tampered with"},
    {"missing.tar", "fddd", "layer.tar is missing"},
    {"loop.tar", "fddd", "layer.tar is missing"},
    {"out.tar", "fddd", "layer.tar is missing"},
    {"empty-layer.tar", "fddd", "damaged or was tampered with"},
    {"missing-blob", "ddfd", "blobs/sha256/"},
    {"out-blob", "ddfd", "blobs/sha256/"},
    {"fifo-blob", "ddfd", "neither a file"},
    {"foreign", "fdf", "not distributed"},
};

static void test_damaged(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(damaged) / sizeof(damaged[0]); i++) {
        struct error err = ERROR_INIT;
        struct image *image;
        struct sink_log log;

        if (open_image(damaged[i].name, NULL, &image, &err) < 0)
            fail_msg("%s", err.message);
        assert_int_equal(read_image(image, NULL, &log, &err), 0);
        for (size_t k = 0; k < strlen(damaged[i].fates); k++) {
            assert_int_equal(log.layers[k].done, damaged[i].fates[k] == 'd');
            assert_int_equal(log.layers[k].failed, damaged[i].fates[k] == 'f');
        }
        for (size_t k = 0; k < LAYERS_LIMIT; k++) {
            if (!log.layers[k].failed)
                continue;
            print_message("%s: %s\n", damaged[i].name, log.layers[k].error.message);
            assert_non_null(strstr(log.layers[k].error.message, damaged[i].message));
            break;
        }
        log_done(&log);
        image_free(image);
    }
}

/* The same through a pipe: what was read before the fault still counts. */
static void test_damaged_pipe(void **state)
{
    static const char *const names[] = {"flipped.tar", "flipped-crane.tar", "flipped-oci.tar",
                                        "missing.tar"};

    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct error err = ERROR_INIT;
        struct image *image;
        struct sink_log log;
        struct writer writer;

        start_writer(&writer, names[i]);
        assert_int_equal(open_image("fifo", NULL, &image, &err), 0);
        assert_int_equal(read_image(image, NULL, &log, &err), 0);
        assert_true(log.layers[0].failed);
        for (size_t k = 1; k < 4; k++)
            assert_true(log.layers[k].done);
        log_done(&log);
        image_free(image);
        end_writer(&writer);
    }
}

static void test_platforms(void **state)
{
    static const struct {
        const char *name;
        struct platform platform;
        int status;
        const char *arch_or_message;
    } cases[] = {
        {"platforms", {VIEW("linux"), VIEW("arm64"), VIEW("")}, 0, "arm64"},
        {"platforms", {VIEW("linux"), VIEW("aarch64"), VIEW("v8")}, 0, "arm64"},
        {"platforms", {VIEW(""), VIEW("x86_64"), VIEW("")}, 0, "amd64"},
        {"platforms",
         {VIEW("linux"), VIEW("s390x"), VIEW("")},
         ERROR_NOT_FOUND,
         "no image for linux/s390x, but for: linux/arm64, linux/amd64"},
        {"only-arm",
         {VIEW("linux"), VIEW("amd64"), VIEW("")},
         ERROR_NOT_FOUND,
         "but for: linux/arm64"},
        {"docker.tar",
         {VIEW("linux"), VIEW("arm64"), VIEW("")},
         ERROR_NOT_FOUND,
         "the image is for linux/amd64, not for linux/arm64"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct error err = ERROR_INIT;
        struct image *image;

        assert_int_equal(open_image(cases[i].name, &cases[i].platform, &image, &err),
                         cases[i].status);
        if (cases[i].status < 0) {
            assert_non_null(strstr(err.message, cases[i].arch_or_message));
            continue;
        }
        assert_view(image_manifest(image)->platform.arch, cases[i].arch_or_message);
        image_free(image);
    }
}

static void test_stdin(void **state)
{
    int saved = dup(STDIN_FILENO), file;
    char path[128];
    struct image *image;

    (void)state;
    snprintf(path, sizeof(path), "%s/docker.tar", folder);
    file = open(path, O_RDONLY | O_CLOEXEC);
    dup2(file, STDIN_FILENO);
    close(file);
    assert_int_equal(open_image("-", NULL, &image, NULL), 0);
    dup2(saved, STDIN_FILENO);
    close(saved);
    assert_non_null(image_manifest(image)); /* a file, though it comes as standard input */
    expect_good(&goods[0], image);
    image_free(image);
}

static void run(const char *program, const char *first, const char *second)
{
    pid_t pid = fork();
    int status;

    if (pid == 0) {
        execl(program, program, first, second, NULL);
        _exit(127);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
}

static int start(void **state)
{
    char script[512];

    (void)state;
    signal(SIGPIPE, SIG_IGN); /* as every program with a sandbox; and for the writers here */
    if (sandbox_start(artifact_ops, artifact_op_count, &sandbox, NULL) < 0)
        return -1;
    snprintf(folder, sizeof(folder), "/tmp/plimsoll-images-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    snprintf(script, sizeof(script), "%s/tests/unit/artifact/make-images.py",
             getenv("PLIMSOLL_SOURCE_ROOT"));
    run("/usr/bin/python3", script, folder);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    run("/bin/rm", "-r", folder);
    sandbox_stop(sandbox);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good),         cmocka_unit_test(test_read_twice),
        cmocka_unit_test(test_pipe),         cmocka_unit_test(test_refused),
        cmocka_unit_test(test_refused_pipe), cmocka_unit_test(test_damaged),
        cmocka_unit_test(test_damaged_pipe), cmocka_unit_test(test_platforms),
        cmocka_unit_test(test_stdin),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
