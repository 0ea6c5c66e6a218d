#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "sensor/alert/sink-kind.h"

struct stdout_sink {
    bool json, colour, waits;
    struct buf line;
    size_t done; /* bytes of `line` that are written: what is begun is ended before the next */
    bool stuck;  /* the reader did not read in time, and has not since */
};

static void stdout_close(void *of)
{
    struct stdout_sink *sink = of;

    buf_done(&sink->line);
    free(sink);
}

static int stdout_open(struct sink_address *address, const struct sink_options *options, void **ret,
                       struct buf *name, struct error *err)
{
    bool json;
    struct stdout_sink *sink;

    if (address->place.len)
        return error_set(err, ERROR_USAGE, "stdout has no place behind it");
    if (sink_take_format(address, options, !isatty(STDOUT_FILENO), &json, err) < 0 ||
        sink_address_finish(address, err) < 0)
        return ERROR_USAGE;
    sink = calloc(1, sizeof(*sink));
    if (!sink)
        return error_memory(err);
    *sink = (struct stdout_sink){.json = json,
                                 .colour = options->colour,
                                 .waits = options->stdout_waits,
                                 .line = BUF_INIT(ALERT_LINE_LIMIT)};
    buf_add(name, VIEW("stdout"));
    *ret = sink;
    return 0;
}

/* Until a write of PIPE_BUF bytes does not block; false when the time is over. */
static bool wait_writable(const struct stdout_sink *sink, uint64_t deadline)
{
    for (;;) {
        struct pollfd out = {STDOUT_FILENO, POLLOUT, 0};
        uint64_t now = clock_now_ns();
        int wait = sink->waits ? -1 : now < deadline ? (int)((deadline - now) / 1000000) + 1 : 0;
        int ready = poll(&out, 1, wait);

        if (ready >= 0 || errno != EINTR)
            return ready != 0;
    }
}

static int write_rest(struct stdout_sink *sink, struct error *err)
{
    uint64_t patience = sink->stuck ? 0 : SINK_STDOUT_MILLISECONDS;
    uint64_t deadline = clock_now_ns() + patience * 1000000;

    while (sink->done < sink->line.len) {
        struct view rest = view_sub(buf_view(&sink->line), sink->done, PIPE_BUF);
        ssize_t n;

        if (!wait_writable(sink, deadline)) {
            sink->stuck = true;
            return error_set(err, ERROR_TIMEOUT, "nobody reads standard output");
        }
        n = write(STDOUT_FILENO, rest.ptr, rest.len);
        if (n < 0 && errno != EINTR && errno != EAGAIN)
            return error_errno(err, "standard output");
        sink->done += n > 0 ? (size_t)n : 0;
        sink->stuck = false;
    }
    return 0;
}

static int format_line(struct stdout_sink *sink, const struct alert *alert, struct error *err)
{
    buf_reset(&sink->line);
    sink->done = 0;
    if (sink->json)
        alert_write_json_within(alert, ALERT_LINE_LIMIT - 1, &sink->line);
    else
        alert_write_text(alert, sink->colour, &sink->line);
    buf_add_char(&sink->line, '\n');
    return buf_failed(&sink->line, "an alert", err);
}

static int stdout_send(void *of, const struct alert *alert, struct error *err)
{
    struct stdout_sink *sink = of;
    int result = write_rest(sink, err); /* of the line before */

    if (result == ERROR_TIMEOUT)
        return result;
    result = format_line(sink, alert, err);
    if (result == 0)
        result = write_rest(sink, err);
    /* What is begun is ended with the next alert; what is not is lost. */
    if (result == ERROR_TIMEOUT && sink->done > 0)
        return 0;
    if (result < 0)
        buf_reset(&sink->line);
    return result;
}

const struct sink_kind sink_stdout = {
    .scheme = "stdout", .open = stdout_open, .close = stdout_close, .send = stdout_send};
