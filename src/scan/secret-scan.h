/* Looks for secrets in a directory tree, a file, a stream, or the history of a
 * git repository.
 *
 * A thread for each job walks and reads, and feeds one confined worker, which
 * does the rest (scan/secret-op.h). A worker that dies over a file costs that
 * file: the others that it had not answered for are given to its successor.
 * What can't be read is told in a diagnostic each.
 */
#pragma once

#include "base/arena.h"
#include "model/report.h"
#include "scan/scan.h"
#include "secret/secret.h"

enum {
    SECRET_SCAN_DEATHS_LIMIT = 16,     /* files that end workers, of a job */
    SECRET_SCAN_FILES_LIMIT = 100000,  /* files of one worker; then comes a fresh one */
    SECRET_SCAN_TROUBLES_LIMIT = 1000, /* diagnostics; more are counted */
};

enum secret_scan_target {
    SECRET_SCAN_PATH,   /* a file or directory */
    SECRET_SCAN_STREAM, /* standard input */
    SECRET_SCAN_GIT,    /* the history of the repository at the path */
};

struct secret_scan_options {
    enum secret_scan_target target;
    const char *path;
    int stream;                 /* descriptor of SECRET_SCAN_STREAM */
    size_t jobs;                /* 0: one */
    const char *const *skipped; /* globs of files and folders */
    size_t skipped_count;
    uint64_t file_limit;                  /* bytes of a file; longer ones are told; 0: none */
    unsigned decode_depth, archive_depth; /* as in struct secret_options */
    const char *git_since, *git_branch;   /* NULL: all of the history */
    /* `done` bytes so far; any thread, one at a time. */
    void (*progress)(void *ctx, uint64_t done);
    void *progress_ctx;
};

/* `rules` are those that the sandbox was started with. */
int scan_secrets(const struct secret_scan_options *options, const struct secret_rules *rules,
                 struct sandbox *sandbox, struct arena *arena, struct report *ret,
                 struct error *err);

/* A match as a finding; texts are copied into the arena. False for a match that
 * names no rule: what a worker says is untrusted. */
bool secret_finding_make(const struct secret_rules *rules, const struct secret_match *match,
                         struct arena *arena, struct finding *ret);
