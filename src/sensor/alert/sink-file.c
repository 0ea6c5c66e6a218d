#include <stdlib.h>

#include "sensor/alert/rotating-file.h"
#include "sensor/alert/sink-kind.h"

struct file_sink {
    bool json;
    struct rotating_file *file;
    struct buf line;
};

enum { LEAST_SIZE = 4096 };

static void file_close(void *of)
{
    struct file_sink *sink = of;

    rotating_file_close(sink->file);
    buf_done(&sink->line);
    free(sink);
}

static int file_open(struct sink_address *address, const struct sink_options *options, void **ret,
                     struct buf *name, struct error *err)
{
    _cleanup_free_ struct file_sink *sink = calloc(1, sizeof(*sink));
    uint64_t size = SINK_FILE_LIMIT, keep = SINK_FILE_KEEP;
    _cleanup_free_ char *path =
        strndup(address->place.ptr ? address->place.ptr : "", address->place.len);

    if (!sink || !path)
        return error_memory(err);
    if (path[0] != '/') {
        error_set(err, ERROR_USAGE, "file: needs a path from the root");
        error_hint(err, "write it as file:/var/log/alerts.json");
        return ERROR_USAGE;
    }
    if (sink_take_format(address, options, true, &sink->json, err) < 0 ||
        sink_address_take_number(address, VIEW("size"), LEAST_SIZE, INT64_MAX, &size, err) < 0 ||
        sink_address_take_number(address, VIEW("keep"), 0, ROTATING_KEEP_LIMIT, &keep, err) < 0 ||
        sink_address_finish(address, err) < 0)
        return err ? err->kind : ERROR_USAGE;
    if (rotating_file_open(path, size, (unsigned)keep, &sink->file, err) < 0)
        return err ? err->kind : ERROR_IO;
    sink->line = BUF_INIT(ALERT_LINE_LIMIT);
    buf_addf(name, "file:%s", path);
    *ret = take_ptr(&sink);
    return 0;
}

static int file_send(void *of, const struct alert *alert, struct error *err)
{
    struct file_sink *sink = of;

    buf_reset(&sink->line);
    if (sink->json)
        alert_write_json_within(alert, ALERT_LINE_LIMIT - 1, &sink->line);
    else
        alert_write_text(alert, false, &sink->line);
    buf_add_char(&sink->line, '\n');
    if (buf_failed(&sink->line, "an alert", err) < 0)
        return err ? err->kind : ERROR_LIMIT;
    return rotating_file_write(sink->file, buf_view(&sink->line), err);
}

static int file_reopen(void *of, struct error *err)
{
    return rotating_file_reopen(((struct file_sink *)of)->file, err);
}

const struct sink_kind sink_file = {.scheme = "file",
                                    .open = file_open,
                                    .close = file_close,
                                    .send = file_send,
                                    .reopen = file_reopen};
