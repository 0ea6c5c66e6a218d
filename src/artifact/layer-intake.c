#include "artifact/layer-intake.h"

#include <errno.h>
#include <pthread.h>

#include "artifact/byte-pump.h"
#include "artifact/layer-inflate.h"
#include "codec/stream.h"

enum { BLOCK = 256 << 10 };

struct layer_intake {
    const struct intake_target *target;
    enum image_media media;
    bool decided; /* whether to unpack; the first bytes tell */
    enum intake_identity identity;
    char start[STREAM_MAGIC_SIZE]; /* bytes that came before that */
    size_t start_len;
    struct byte_pump *pump;
    bool unpacks;
    struct intake_outcome outcome; /* the reading thread's until the pump has finished */
};

static void fail(struct intake_outcome *outcome, const struct error *err)
{
    if (outcome->status < 0)
        return;
    outcome->status = err->kind;
    outcome->error = *err;
}

static void passed(const struct intake_target *target, size_t bytes)
{
    if (target->passed)
        target->passed(target->ctx, bytes);
}

static void consume(const struct intake_target *target, const struct layer_bytes *bytes,
                    struct intake_outcome *outcome)
{
    outcome->result = target->sink->consume(target->sink->ctx, bytes);
}

/* ---- A compressed layer, unpacked by a worker ---- */

struct unpacked {
    const struct intake_target *target;
    struct intake_outcome *outcome;
};

static void consume_unpacked(void *ctx, int fd)
{
    struct unpacked *u = ctx;
    struct layer_bytes bytes = {fd, -1, -1, IMAGE_MEDIA_TAR};

    consume(u->target, &bytes, u->outcome);
}

/* Relays what the worker unpacks; 0 when all of it went by. */
static int relay(struct sandbox_job *job, struct byte_pump *pump, struct error *err)
{
    _cleanup_free_ char *block = malloc(BLOCK);

    if (!block)
        return error_memory(err);
    for (;;) {
        ssize_t n = sandbox_job_read(job, block, BLOCK, err);
        int r = n < 0 ? (int)n : 0;

        if (n > 0)
            r = byte_pump_write(pump, view_from(block, (size_t)n), err);
        if (n <= 0 || r < 0)
            return r;
    }
}

static void unpack(const struct intake_target *target, int fd, int64_t offset, int64_t length,
                   struct intake_outcome *outcome)
{
    struct unpacked unpacked = {target, outcome};
    struct error err = ERROR_INIT;
    struct sandbox_job *job;
    struct byte_pump *pump;

    if (layer_inflate_start(target->sandbox, fd, offset, length, &job, &err) < 0) {
        fail(outcome, &err);
        return;
    }
    if (byte_pump_start(consume_unpacked, &unpacked, &pump, &err) < 0) {
        fail(outcome, &err);
        sandbox_job_cancel(job);
        sandbox_job_finish(job, NULL, NULL);
        return;
    }
    if (relay(job, pump, &err) < 0) {
        fail(outcome, &err);
        sandbox_job_cancel(job);
    }
    outcome->digest = byte_pump_finish(pump);
    if (sandbox_job_finish(job, NULL, &err) < 0)
        fail(outcome, &err);
}

/* ---- A part of a file ---- */

struct file_hash {
    const struct intake_target *target;
    int fd;
    int64_t offset, length;
    struct intake_outcome *outcome;
};

static ssize_t read_at(int fd, char *to, size_t len, int64_t offset)
{
    ssize_t n;

    do
        n = pread(fd, to, len, offset);
    while (n < 0 && errno == EINTR);
    return n;
}

static int hash_part(const struct file_hash *h, struct digester *digester, struct error *err)
{
    _cleanup_free_ char *block = malloc(BLOCK);
    int64_t at = 0;

    if (!block)
        return error_memory(err);
    while (at < h->length) {
        size_t step = h->length - at < BLOCK ? (size_t)(h->length - at) : BLOCK;
        ssize_t n = read_at(h->fd, block, step, h->offset + at);

        if (n < 0)
            return error_errno(err, "cannot read the layer");
        if (n == 0)
            return error_set(err, ERROR_INPUT, "the layer ends at byte %lld of %lld", (long long)at,
                             (long long)h->length);
        digester_add(digester, view_from(block, (size_t)n));
        passed(h->target, (size_t)n);
        at += n;
    }
    return 0;
}

static void *hash_file(void *argument)
{
    _cleanup_(digester_free_p) struct digester *digester = NULL;
    struct file_hash *h = argument;
    struct error err = ERROR_INIT;

    if (digester_new(&digester, &err) < 0 || hash_part(h, digester, &err) < 0)
        fail(h->outcome, &err);
    else
        h->outcome->digest = digester_end(digester);
    return NULL;
}

/* The two readers share the page cache; whichever is ahead reads the disk. */
static void consume_and_hash(const struct intake_target *target, enum image_media media, int fd,
                             int64_t offset, int64_t length, struct intake_outcome *outcome)
{
    struct layer_bytes bytes = {fd, offset, length, media};
    struct file_hash hash = {target, fd, offset, length, outcome};
    pthread_t thread;
    bool parallel = pthread_create(&thread, NULL, hash_file, &hash) == 0;

    consume(target, &bytes, outcome);
    if (parallel)
        pthread_join(thread, NULL);
    else
        hash_file(&hash);
}

static bool is_compressed(struct view start)
{
    return stream_sniff(start) != STREAM_PLAIN;
}

void layer_intake_file(const struct intake_target *target, enum intake_identity identity,
                       enum image_media media, int fd, int64_t offset, int64_t length,
                       struct intake_outcome *ret)
{
    char start[STREAM_MAGIC_SIZE];
    size_t want = length < STREAM_MAGIC_SIZE ? (size_t)length : STREAM_MAGIC_SIZE;
    ssize_t n = identity == INTAKE_PLAIN ? read_at(fd, start, want, offset) : 0;

    memset(ret, 0, sizeof(*ret));
    if (n > 0 && is_compressed(view_from(start, (size_t)n))) {
        unpack(target, fd, offset, length, ret);
        passed(target, (size_t)length);
    } else {
        consume_and_hash(target, media, fd, offset, length, ret);
    }
}

/* ---- Bytes that arrive ---- */

static void read_pipe(void *ctx, int fd)
{
    struct layer_intake *intake = ctx;
    struct layer_bytes bytes = {fd, -1, -1, intake->media};

    if (intake->unpacks)
        unpack(intake->target, fd, -1, -1, &intake->outcome);
    else
        consume(intake->target, &bytes, &intake->outcome);
}

int layer_intake_begin(const struct intake_target *target, enum intake_identity identity,
                       enum image_media media, struct layer_intake **ret, struct error *err)
{
    struct layer_intake *intake = calloc(1, sizeof(*intake));

    if (!intake)
        return error_memory(err);
    intake->target = target;
    intake->identity = identity;
    intake->media = media;
    *ret = intake;
    return 0;
}

/* Starts the pump, once the first bytes are there or there will be no more. */
static int open_pump(struct layer_intake *intake, struct error *err)
{
    struct view start = view_from(intake->start, intake->start_len);
    int r;

    intake->decided = true;
    intake->unpacks = intake->identity == INTAKE_PLAIN && is_compressed(start);
    r = byte_pump_start(read_pipe, intake, &intake->pump, err);
    return r < 0 ? r : byte_pump_write(intake->pump, start, err);
}

int layer_intake_write(struct layer_intake *intake, struct view bytes, struct error *err)
{
    passed(intake->target, bytes.len);
    if (!intake->decided) {
        struct view first = view_sub(bytes, 0, STREAM_MAGIC_SIZE - intake->start_len);
        int r;

        if (first.len)
            memcpy(intake->start + intake->start_len, first.ptr, first.len);
        intake->start_len += first.len;
        bytes = view_sub(bytes, first.len, SIZE_MAX);
        if (intake->start_len < STREAM_MAGIC_SIZE)
            return 0;
        r = open_pump(intake, err);
        if (r < 0)
            return r;
    }
    if (!intake->pump)
        return error_set(err, ERROR_INTERNAL, "a layer goes on after its failure");
    return byte_pump_write(intake->pump, bytes, err);
}

void layer_intake_end(struct layer_intake *intake, const struct error *failure,
                      struct intake_outcome *ret)
{
    struct error err = ERROR_INIT;
    int r = intake->decided ? 0 : open_pump(intake, &err);

    if (intake->pump) {
        struct digest digest = byte_pump_finish(intake->pump);

        if (!intake->unpacks)
            intake->outcome.digest = digest;
    }
    /* The cause comes before what the reader made of its effects. */
    if (r < 0 || failure) {
        intake->outcome.status = 0;
        fail(&intake->outcome, r < 0 ? &err : failure);
    }
    *ret = intake->outcome;
    free(intake);
}
