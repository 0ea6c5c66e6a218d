/* The user's git, run in a repository so that no setting of the repository runs
 * anything: no hooks, no helpers, no network, no pager.
 */
#pragma once

#include "artifact/program.h"
#include "base/buf.h"

enum {
    GIT_BLOCK = 256 << 10, /* bytes that are read at once */
    GIT_ARGUMENTS_LIMIT = 24,
};

/* `arguments` are those behind "git -C PATH", NULL-ended, GIT_ARGUMENTS_LIMIT at
 * most. ERROR_NOT_FOUND when
 * there is no git. */
int git_start(const char *path, const char *const *arguments, int input_fd, struct program **ret,
              struct error *err);
/* Waits for its end; an exit status is an error, with what git said last. */
int git_end(struct program *program, struct error *err);
/* All of a short answer. */
int git_ask(const char *path, const char *const *arguments, struct buf *answer, struct error *err);

/* What git writes, piece by piece. */
struct git_output {
    int fd;
    size_t at, len; /* of the block: what is taken, what is there */
    char block[GIT_BLOCK];
};

/* The next block: 1, or 0 at the end. */
int git_more(struct git_output *output, struct error *err);
/* 1 with the bytes before the next `separator`, which is taken too; 0 at the end. */
int git_token(struct git_output *output, char separator, struct buf *to, struct error *err);
