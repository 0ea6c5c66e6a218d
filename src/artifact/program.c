#include "artifact/program.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "base/fd.h"

enum {
    ENVIRONMENT_LIMIT = 64, /* variables that can be named */
    LAST_WORDS_SIZE = 4096, /* bytes of standard error that are searched */
};

extern char **environ;

struct program {
    pid_t pid; /* 0: ended and waited for */
    int status;
    int output; /* our end of its standard output */
    int errors; /* a memory file that is its standard error */
};

/* The three descriptors of a program about to start. */
struct ends {
    int input, output, errors;
};

static int prepare_input(struct view input, int *ret_fd, struct error *err)
{
    _cleanup_close_ int reader = -1, writer = -1;
    int ends[2];

    if (input.len > PROGRAM_INPUT_LIMIT)
        return error_set(err, ERROR_LIMIT, "its input is longer than %d bytes",
                         PROGRAM_INPUT_LIMIT);
    if (pipe2(ends, O_CLOEXEC) < 0)
        return error_errno(err, "cannot make a pipe");
    reader = ends[0];
    writer = ends[1];
    if (fd_write_all(writer, input, err) < 0)
        return err ? err->kind : ERROR_IO;
    *ret_fd = take_fd(&reader);
    return 0;
}

static bool names_variable(const char *variable, const char *name)
{
    size_t len = strlen(name);

    return strncmp(variable, name, len) == 0 && variable[len] == '=';
}

/* The variables that are named, into `to`, which ends with NULL. */
static void choose_environment(const char *const *names, const char **to, size_t room)
{
    size_t count = 0;

    for (; *names && count + 1 < room; names++) {
        if (strchr(*names, '=')) {
            to[count++] = *names;
            continue;
        }
        for (char **variable = environ; *variable && count + 1 < room; variable++)
            if (names_variable(*variable, *names))
                to[count++] = *variable;
    }
    to[count] = NULL;
}

static int prepare_spawn(const struct ends *ends, posix_spawn_file_actions_t *actions,
                         posix_spawnattr_t *attributes)
{
    sigset_t none, all;

    sigemptyset(&none);
    sigfillset(&all);
    return posix_spawn_file_actions_adddup2(actions, ends->input, STDIN_FILENO) ||
           posix_spawn_file_actions_adddup2(actions, ends->output, STDOUT_FILENO) ||
           posix_spawn_file_actions_adddup2(actions, ends->errors, STDERR_FILENO) ||
           posix_spawn_file_actions_addclosefrom_np(actions, STDERR_FILENO + 1) ||
           posix_spawnattr_setsigmask(attributes, &none) ||
           posix_spawnattr_setsigdefault(attributes, &all) ||
           posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
}

static int spawn(const struct program_start *start, const struct ends *ends, pid_t *ret,
                 struct error *err)
{
    const char *environment[ENVIRONMENT_LIMIT];
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int number = ENOMEM;

    if (start->environment)
        choose_environment(start->environment, environment, ENVIRONMENT_LIMIT);
    if (posix_spawn_file_actions_init(&actions))
        return error_memory(err);
    if (posix_spawnattr_init(&attributes)) {
        posix_spawn_file_actions_destroy(&actions);
        return error_memory(err);
    }
    if (prepare_spawn(ends, &actions, &attributes) == 0)
        number = posix_spawnp(ret, start->arguments[0], &actions, &attributes,
                              (char *const *)start->arguments,
                              start->environment ? (char *const *)environment : environ);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    errno = number;
    return number ? error_errno(err, "cannot run %s", start->arguments[0]) : 0;
}

/* A memory file of fixed size: what goes beyond is not written. */
static int make_error_file(void)
{
    int fd = memfd_create("errors", MFD_CLOEXEC | MFD_ALLOW_SEALING);

    if (fd < 0)
        return -1;
    if (ftruncate(fd, PROGRAM_ERRORS_LIMIT) == 0 &&
        fcntl(fd, F_ADD_SEALS, F_SEAL_GROW | F_SEAL_SHRINK) == 0)
        return fd;
    close(fd);
    return -1;
}

static int start_program(struct program *program, const struct program_start *start,
                         struct error *err)
{
    _cleanup_close_ int input = -1, output = -1;
    int ends[2];

    if (start->input_fd <= 0 && prepare_input(start->input, &input, err) < 0)
        return error_wrap(err, "%s", start->arguments[0]);
    if (pipe2(ends, O_CLOEXEC) < 0)
        return error_errno(err, "cannot make a pipe");
    program->output = ends[0];
    output = ends[1];
    program->errors = make_error_file();
    if (program->errors < 0)
        return error_errno(err, "cannot make a memory file");
    return spawn(
        start,
        &(struct ends){start->input_fd > 0 ? start->input_fd : input, output, program->errors},
        &program->pid, err);
}

int program_start(const struct program_start *start, struct program **ret, struct error *err)
{
    struct program *program = calloc(1, sizeof(*program));
    int result;

    if (!program)
        return error_memory(err);
    program->output = program->errors = -1;
    result = start_program(program, start, err);
    if (result < 0) {
        program_free(program);
        return result;
    }
    *ret = program;
    return 0;
}

int program_output(const struct program *program)
{
    return program->output;
}

int program_read(struct program *program, unsigned seconds, struct buf *to, struct error *err)
{
    uint64_t deadline = clock_now_ns() + seconds * UINT64_C(1000000000);
    char block[4096];

    for (;;) {
        struct pollfd fd = {.fd = program->output, .events = POLLIN};
        uint64_t now = clock_now_ns();
        int left = now < deadline ? (int)((deadline - now) / 1000000) + 1 : 0;
        ssize_t n;

        if (left == 0 || poll(&fd, 1, left) == 0)
            return error_set(err, ERROR_TIMEOUT, "no answer within %u seconds", seconds);
        n = read(program->output, block, sizeof(block));
        if (n < 0 && errno != EINTR)
            return error_errno(err, "cannot read its answer");
        if (n == 0)
            return 0;
        if (n > 0)
            buf_add(to, view_from(block, (size_t)n));
        if (buf_failed(to, "its answer", err) < 0)
            return err ? err->kind : ERROR_LIMIT;
    }
}

/* The last line that is not empty of what it wrote to standard error. The
 * descriptors share their offset, which is therefore where it stopped. */
static void read_last_words(int fd, struct buf *to)
{
    char text[LAST_WORDS_SIZE];
    off_t end = lseek(fd, 0, SEEK_CUR);
    off_t start = end > (off_t)sizeof(text) ? end - (off_t)sizeof(text) : 0;
    ssize_t n = end > 0 ? pread(fd, text, (size_t)(end - start), start) : 0;
    struct view rest = view_from(text, n > 0 ? (size_t)n : 0), last = VIEW_EMPTY;

    while (rest.ptr) {
        struct view line = view_trim(view_line(&rest));

        if (line.len)
            last = line;
    }
    buf_add(to, view_sub(last, 0, to->max - to->len));
}

static void wait_for_end(struct program *program, bool kill_first)
{
    _cleanup_close_ int fd = pidfd_open(program->pid, 0);
    struct pollfd ended = {.fd = fd, .events = POLLIN};
    int status = 0;

    if (kill_first || poll(&ended, 1, PROGRAM_GRACE_SECONDS * 1000) == 0)
        kill(program->pid, SIGKILL);
    while (waitpid(program->pid, &status, 0) < 0 && errno == EINTR)
        ;
    program->pid = 0;
    program->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int program_end(struct program *program, bool kill_first, struct buf *last_words)
{
    if (program->output >= 0)
        close(program->output); /* a writer that goes on gets SIGPIPE */
    program->output = -1;
    if (program->pid)
        wait_for_end(program, kill_first);
    if (last_words)
        read_last_words(program->errors, last_words);
    return program->status;
}

void program_free(struct program *program)
{
    if (!program)
        return;
    if (program->pid)
        program_end(program, true, NULL);
    if (program->output >= 0)
        close(program->output);
    if (program->errors >= 0)
        close(program->errors);
    free(program);
}
