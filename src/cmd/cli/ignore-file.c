#include "cmd/cli/ignore-file.h"

#include <sys/stat.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/text.h"

/* NULL: none. Only a regular file is taken without being asked for. */
static const char *path_of(const struct invocation *invocation)
{
    const char *given = invocation->settings.ignore_file;
    struct stat status;

    if (given)
        return given;
    return stat(IGNORE_FILE_DEFAULT, &status) == 0 && S_ISREG(status.st_mode) ? IGNORE_FILE_DEFAULT
                                                                              : NULL;
}

int ignore_file_apply(const struct invocation *invocation, struct report *report,
                      struct arena *arena, struct error *err)
{
    /* One byte more, so that the reader of it says what is too long. */
    _cleanup_(buf_done) struct buf text = BUF_INIT(SUPPRESSION_FILE_LIMIT + 1);
    const char *path = path_of(invocation);
    struct suppressions suppressions = {0};
    int r;

    if (!path)
        return 0;
    r = fd_read_file(path, &text, err);
    if (r == 0)
        r = suppressions_parse(view_of(path), buf_view(&text), arena, &suppressions, err);
    if (r == 0)
        r = suppressions_apply(&suppressions, 1, clock_unix_seconds(), report, arena, err);
    return r < 0 ? error_wrap(err, "suppressions") : 0;
}
