/* One thread's way of scanning for secrets: a feed and a worker at a time, and
 * the files that the worker has not answered for.
 *
 * When a worker dies over a file, a fresh one is given all of the others again,
 * by way of `open`. What workers answer is handed to `sink`, which may be
 * shared by several lanes. One thread at a time.
 */
#pragma once

#include "base/arena.h"
#include "model/diagnostic.h"
#include "sandbox/feed.h"
#include "scan/secret-op.h"

struct secret_sink {
    void *ctx;
    /* Records of a worker that ended well; texts live until it returns. */
    int (*take)(void *ctx, struct view reply, struct error *err);
    /* A file that is not, or not wholly, looked into. */
    void (*trouble)(void *ctx, enum diagnostic_level level, struct view path,
                    const struct error *why);
};

struct secret_lane_options {
    struct sandbox *sandbox;
    struct secret_request request;
    struct secret_sink sink;
    uint64_t file_limit;
    void *ctx;
    /* Opens a file for a second time; NULL: nothing can be read again. */
    int (*open)(void *ctx, const char *path, uint32_t number, int *ret_fd, struct error *err);
};

struct secret_lane;

int secret_lane_new(const struct secret_lane_options *options, struct secret_lane **ret,
                    struct error *err);
void secret_lane_free(struct secret_lane *lane);
DEFINE_CLEANUP(struct secret_lane, secret_lane_free)

/* A file, and a number of the caller's for it; `size` as far as known, else 0.
 * Fails only when going on makes no sense. */
int secret_lane_file(struct secret_lane *lane, struct view path, uint32_t number, int fd,
                     uint64_t size, struct error *err);
/* A file whose bytes come from elsewhere. */
int secret_lane_begin(struct secret_lane *lane, struct view path, uint32_t number, uint64_t size,
                      struct error *err);
int secret_lane_add(struct secret_lane *lane, struct view bytes, struct error *err);
int secret_lane_end(struct secret_lane *lane, struct error *err);
/* Waits for the worker's answer. */
int secret_lane_finish(struct secret_lane *lane, struct error *err);
/* Bytes given so far. */
uint64_t secret_lane_bytes(const struct secret_lane *lane);
