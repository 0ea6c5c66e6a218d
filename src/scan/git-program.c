#include "scan/git-program.h"

#include <errno.h>
#include <unistd.h>

#include "base/text.h"

enum { ANSWER_SECONDS = 60 };

static const char *const environment[] = {
    "PATH",
    "HOME",
    "XDG_CONFIG_HOME",
    "LC_ALL=C",
    "GIT_TERMINAL_PROMPT=0",
    "GIT_OPTIONAL_LOCKS=0",
    "GIT_NO_LAZY_FETCH=1",
    "GIT_NO_REPLACE_OBJECTS=1",
    "GIT_PAGER=cat",
    NULL,
};

/* What stands before the command: no setting of the repository runs anything. */
static const char *const prefix[] = {
    "git", "--no-pager",
    "-c",  "core.fsmonitor=false",
    "-c",  "core.hooksPath=/dev/null",
    "-c",  "log.showSignature=false",
    "-c",  "protocol.allow=never",
    "-c",  "core.quotePath=false",
    "-C",
};
enum { PREFIX_COUNT = sizeof(prefix) / sizeof(prefix[0]) };

int git_start(const char *path, const char *const *arguments, int input_fd, struct program **ret,
              struct error *err)
{
    const char *all[PREFIX_COUNT + 1 + GIT_ARGUMENTS_LIMIT + 1];
    struct program_start program = {
        .arguments = all, .environment = environment, .input_fd = input_fd};
    size_t count = 0;

    for (size_t i = 0; i < PREFIX_COUNT; i++)
        all[count++] = prefix[i];
    all[count++] = path;
    for (size_t i = 0; i < GIT_ARGUMENTS_LIMIT && arguments[i]; i++)
        all[count++] = arguments[i];
    all[count] = NULL;
    if (program_start(&program, ret, err) == 0)
        return 0;
    if (err && err->kind == ERROR_NOT_FOUND)
        error_hint(err, "install git, or scan the files as they are, without --git");
    return err ? err->kind : ERROR_NOT_FOUND;
}

int git_end(struct program *program, struct error *err)
{
    _cleanup_(buf_done) struct buf words = BUF_INIT(512);
    int status = program_end(program, false, &words);

    if (status == 0)
        return 0;
    return error_set(err, ERROR_INPUT, "git: %s",
                     words.len ? buf_cstr(&words) : tr("it ended with an error"));
}

int git_ask(const char *path, const char *const *arguments, struct buf *answer, struct error *err)
{
    _cleanup_(program_free_p) struct program *program = NULL;
    int r = git_start(path, arguments, 0, &program, err);

    if (r == 0)
        r = program_read(program, ANSWER_SECONDS, answer, err);
    return r < 0 ? r : git_end(program, err);
}

int git_more(struct git_output *output, struct error *err)
{
    ssize_t n;

    do
        n = read(output->fd, output->block, sizeof(output->block));
    while (n < 0 && errno == EINTR);
    if (n < 0)
        return error_errno(err, "git: cannot read its answer");
    output->at = 0;
    output->len = (size_t)n;
    return n > 0;
}

int git_token(struct git_output *output, char separator, struct buf *to, struct error *err)
{
    buf_reset(to);
    for (;;) {
        struct view left = view_from(output->block + output->at, output->len - output->at);
        ptrdiff_t end = view_find(left, separator);
        int r;

        buf_add(to, view_sub(left, 0, end < 0 ? left.len : (size_t)end));
        if (to->failed)
            return error_set(err, ERROR_INPUT, "git: its answer is not understood");
        output->at += end < 0 ? left.len : (size_t)end + 1;
        if (end >= 0)
            return 1;
        r = git_more(output, err);
        if (r < 0)
            return r;
        if (r == 0)
            return to->len > 0;
    }
}
