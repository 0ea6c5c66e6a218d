#include "sensor/collect/preemption.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/utsname.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/fd.h"
#include "codec/stream.h"

enum { SIGN_LIMIT = 4 << 20 }; /* bytes; a configuration has some 300 KB */

static bool holds(struct view text, struct view part)
{
    return view_find_view(text, part) >= 0;
}

/* The kernel's option, with the beginning of its value. */
static bool has_option(struct view options, struct view option)
{
    ssize_t at = view_find_view(options, option);

    return at == 0 || (at > 0 && options.ptr[at - 1] == ' ');
}

static enum preemption always_if(bool condition)
{
    return condition ? PREEMPTION_ALWAYS : PREEMPTION_SELDOM;
}

enum preemption preemption_by(const struct preemption_signs *signs)
{
    if (!holds(signs->version, VIEW("PREEMPT")))
        return PREEMPTION_SELDOM;
    if (!holds(signs->version, VIEW("PREEMPT_DYNAMIC")))
        return PREEMPTION_ALWAYS;
    if (signs->modes.len)
        return always_if(holds(signs->modes, VIEW("(full)")));
    if (has_option(signs->options, VIEW("preempt=")))
        return always_if(has_option(signs->options, VIEW("preempt=full")));
    if (!holds(signs->config, VIEW("CONFIG_PREEMPT_DYNAMIC=y")))
        return PREEMPTION_UNKNOWN;
    return always_if(holds(signs->config, VIEW("CONFIG_PREEMPT=y")));
}

/* The whole of a file, unpacked; nothing where it can't be read. */
static void read_sign(const char *path, struct buf *to)
{
    _cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);
    _cleanup_(stream_free_p) struct stream *stream = NULL;
    struct stream *file;

    *to = BUF_INIT(SIGN_LIMIT);
    if (fd < 0 || stream_open_fd(fd, -1, -1, &file, NULL) < 0 ||
        stream_open_decoded(file, SIGN_LIMIT, NULL, &stream, NULL) < 0 ||
        stream_read_all(stream, to, NULL) < 0)
        buf_reset(to);
}

enum preemption preemption_here(void)
{
    _cleanup_(buf_done) struct buf modes = BUF_INIT(0), options = BUF_INIT(0), config = BUF_INIT(0);
    struct utsname name = {0};
    char boot[sizeof(name.release) + 32];

    uname(&name);
    snprintf(boot, sizeof(boot), "/boot/config-%s", name.release);
    read_sign("/sys/kernel/debug/sched/preempt", &modes);
    read_sign("/proc/cmdline", &options);
    read_sign("/proc/config.gz", &config);
    if (!config.len) {
        buf_done(&config);
        read_sign(boot, &config);
    }
    return preemption_by(&(struct preemption_signs){
        .version = view_of(name.version),
        .modes = buf_view(&modes),
        .options = buf_view(&options),
        .config = buf_view(&config),
    });
}
