/* The files of a git repository's history, through the user's git.
 *
 * "git log" tells which commit added which content to which path; every
 * content is read once, with "git cat-file", as the oldest commit has it that
 * brought it in. Nothing of the repository's settings that runs programs is in
 * force: no hooks, pagers, textconv or external diffs, signature checks, file
 * system monitors, or fetches. Submodules are not gone into.
 */
#pragma once

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "model/report.h"

enum {
    SECRET_GIT_BLOBS_LIMIT = 16 << 20,
    SECRET_GIT_TOKEN_LIMIT = 64 << 10, /* bytes of a line of git's, or a path */
};

struct secret_git;

struct secret_git_facts {
    size_t blobs, commits, submodules;
    bool shallow; /* the history ends before its beginning */
};

/* Reads the log. `since`, a date or a commit, and `branch` may be NULL. */
int secret_git_new(const char *path, const char *since, const char *branch, struct secret_git **ret,
                   struct error *err);
void secret_git_free(struct secret_git *git);
DEFINE_CLEANUP(struct secret_git, secret_git_free)
struct secret_git_facts secret_git_facts(const struct secret_git *git);

struct secret_git_reader {
    void *ctx;
    /* A negative result ends the reading. */
    int (*begin)(void *ctx, struct view path, uint32_t number, uint64_t size, struct error *err);
    int (*add)(void *ctx, struct view bytes, struct error *err);
    int (*end)(void *ctx, struct error *err);
};

/* Hands out the contents, in the order of the history. */
int secret_git_read(struct secret_git *git, const struct secret_git_reader *reader,
                    struct error *err);
/* One content again, as a file in memory. */
int secret_git_open(struct secret_git *git, uint32_t number, int *ret_fd, struct error *err);
/* Says in the finding which commit brought it in. */
void secret_git_place(const struct secret_git *git, uint32_t number, struct arena *arena,
                      struct finding *finding);
