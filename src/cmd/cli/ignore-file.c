#include "cmd/cli/ignore-file.h"

#include <sys/stat.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/text.h"

/* NULL: none. Only a regular file is taken without being asked for. */
static const char *path_of(const struct invocation *invocation)
{
    const char *given = settings_of(invocation)->ignore_file;
    struct stat status;

    if (given)
        return given;
    return stat(IGNORE_FILE_DEFAULT, &status) == 0 && S_ISREG(status.st_mode) ? IGNORE_FILE_DEFAULT
                                                                              : NULL;
}

static int read_file(const char *path, struct arena *arena, struct suppressions *ret,
                     struct error *err)
{
    /* One byte more, so that the reader of it says what is too long. */
    _cleanup_(buf_done) struct buf text = BUF_INIT(SUPPRESSION_FILE_LIMIT + 1);
    int r = fd_read_file(path, &text, err);

    return r < 0 ? r : suppressions_parse(view_of(path), buf_view(&text), arena, ret, err);
}

int ignore_file_apply(const struct invocation *invocation, struct report *report,
                      struct arena *arena, struct error *err)
{
    const char *const paths[] = {path_of(invocation), settings_of(invocation)->baseline};
    struct suppressions lists[2] = {{0}};
    size_t count = 0;
    int r = 0;

    for (size_t i = 0; r == 0 && i < 2; i++)
        if (paths[i])
            r = read_file(paths[i], arena, &lists[count++], err);
    if (r == 0 && count)
        r = suppressions_apply(lists, count, clock_unix_seconds(), report, arena, err);
    return r < 0 ? error_wrap(err, "suppressions") : 0;
}
