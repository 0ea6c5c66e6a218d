/* Other programs of this machine (podman, credential helpers), run without a
 * shell: bytes to its standard input, its standard output through a pipe, the
 * end of its standard error kept for the message when it fails.
 *
 * The program gets only the variables of the environment that are named, its
 * three standard descriptors, and default signals. It is found along PATH. It
 * is killed when it outlives program_end() by PROGRAM_GRACE_SECONDS.
 */
#pragma once

#include <sys/types.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/view.h"

enum {
    PROGRAM_INPUT_LIMIT = 4096,       /* bytes of standard input: what a pipe takes at once */
    PROGRAM_ERRORS_LIMIT = 256 << 10, /* bytes of standard error */
    PROGRAM_GRACE_SECONDS = 10,       /* from program_end() until it is killed */
};

struct program;

struct program_start {
    const char *const *arguments;   /* the program's name first, NULL last */
    const char *const *environment; /* "NAME" (as it is here) or "NAME=value", NULL last;
                                     * NULL: all of this process's */
    struct view input;
    int input_fd; /* > 0: its standard input instead of `input`, from its offset on */
};

/* ERROR_NOT_FOUND when it is not installed. */
int program_start(const struct program_start *start, struct program **ret, struct error *err);
/* The reading end of its standard output; the program's. */
int program_output(const struct program *program);
/* Reads its output to the end, within `to`'s limit and `seconds`. */
int program_read(struct program *program, unsigned seconds, struct buf *to, struct error *err);
/* Closes its output and waits for its end, or kills it first. Its exit status
 * (128 + signal when it was killed), and, when `last_words` is not NULL, the
 * last line that it wrote to standard error. */
int program_end(struct program *program, bool kill_first, struct buf *last_words);
void program_free(struct program *program); /* kills it when it still runs */
DEFINE_CLEANUP(struct program, program_free)
