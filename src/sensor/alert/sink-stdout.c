#include <stdlib.h>
#include <unistd.h>

#include "base/fd.h"
#include "sensor/alert/sink-kind.h"

struct stdout_sink {
    bool json, colour;
    struct buf line;
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
    *sink = (struct stdout_sink){json, options->colour, BUF_INIT(ALERT_LINE_LIMIT)};
    buf_add(name, VIEW("stdout"));
    *ret = sink;
    return 0;
}

static int stdout_send(void *of, const struct alert *alert, struct error *err)
{
    struct stdout_sink *sink = of;

    buf_reset(&sink->line);
    if (sink->json)
        alert_write_json_within(alert, ALERT_LINE_LIMIT - 1, &sink->line);
    else
        alert_write_text(alert, sink->colour, &sink->line);
    buf_add_char(&sink->line, '\n');
    if (buf_failed(&sink->line, "an alert", err) < 0 ||
        fd_write_all(STDOUT_FILENO, buf_view(&sink->line), err) < 0)
        return error_wrap(err, "standard output");
    return 0;
}

const struct sink_kind sink_stdout = {
    .scheme = "stdout", .open = stdout_open, .close = stdout_close, .send = stdout_send};
