#include "sensor/collect/snapshot.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <fcntl.h>
#include <string.h>

#include "base/buf.h"
#include "base/fd.h"
#include "sensor/abi/record.h"

/* A read of the iterator gives whole records as far as they fit, or the rest of one. */
enum { SNAPSHOT_BUFFER = 8 * SENSOR_EVENT_LIMIT };

static void bpf_link_p(struct bpf_link **link)
{
    bpf_link__destroy(*link);
}

/* The arguments are in the process's memory, which the iterator can't read in every
 * kernel. Empty when the process is gone, or has none. */
static void read_arguments(uint32_t pid, struct buf *to)
{
    char path[64];
    _cleanup_close_ int fd = -1;
    ssize_t size;
    char *room;

    buf_reset(to);
    snprintf(path, sizeof(path), "/proc/%u/cmdline", pid);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    room = buf_reserve(to, SENSOR_ARGUMENTS_LIMIT);
    if (fd < 0 || !room)
        return;
    size = fd_read_full(fd, room, SENSOR_ARGUMENTS_LIMIT, NULL);
    if (size > 0)
        to->len += (size_t)size;
}

struct snapshot {
    struct buf arguments, record;
    probe_each *each;
    void *context;
};

/* The record with the arguments added. */
static void tell(struct snapshot *snapshot, const struct sensor_event *event)
{
    struct buf *to = &snapshot->record;
    size_t begin = 0;

    read_arguments(event->pid, &snapshot->arguments);
    buf_reset(to);
    buf_add(to, view_from(event, event->size));
    record_add(to, SENSOR_ARGUMENTS, 0, 0, buf_view(&snapshot->arguments));
    if (to->failed) {
        snapshot->each(event, snapshot->context);
        return;
    }
    record_end(to, begin);
    snapshot->each((const struct sensor_event *)(const void *)to->ptr, snapshot->context);
}

/* Tells the whole records at the buffer's begin; returns their bytes. */
static ssize_t tell_records(struct snapshot *snapshot, const char *bytes, size_t size,
                            struct error *err)
{
    size_t at = 0;

    while (size - at >= sizeof(struct sensor_event)) {
        const struct sensor_event *event = (const struct sensor_event *)(const void *)(bytes + at);

        if (event->size < sizeof(*event) || event->size > SENSOR_EVENT_LIMIT || event->size % 8)
            return error_set(err, ERROR_INTERNAL, "the iterator of processes gave a broken record");
        if (event->size > size - at)
            break;
        tell(snapshot, event);
        at += event->size;
    }
    return (ssize_t)at;
}

static int read_records(int fd, struct snapshot *snapshot, char *buffer, struct error *err)
{
    size_t kept = 0;

    for (;;) {
        ssize_t size = read(fd, buffer + kept, SNAPSHOT_BUFFER - kept), told;

        if (size < 0)
            return error_errno(err, "read the processes");
        if (size == 0)
            return 0;
        kept += (size_t)size;
        told = tell_records(snapshot, buffer, kept, err);
        if (told < 0)
            return (int)told;
        kept -= (size_t)told;
        memmove(buffer, buffer + told, kept);
    }
}

int snapshot_processes(struct bpf_program *program, probe_each *each, void *context,
                       struct error *err)
{
    _cleanup_(bpf_link_p) struct bpf_link *link = bpf_program__attach_iter(program, NULL);
    _cleanup_free_ char *buffer = malloc(SNAPSHOT_BUFFER);
    _cleanup_close_ int fd = link ? bpf_iter_create(bpf_link__fd(link)) : -1;
    struct snapshot snapshot = {.arguments = BUF_INIT(SENSOR_ARGUMENTS_LIMIT),
                                .record = BUF_INIT(2 * SENSOR_EVENT_LIMIT),
                                .each = each,
                                .context = context};
    int kind;

    if (!buffer)
        return error_memory(err);
    if (fd < 0)
        return error_errno(err, "start the iterator of processes");
    kind = read_records(fd, &snapshot, buffer, err);
    buf_done(&snapshot.arguments);
    buf_done(&snapshot.record);
    return kind;
}
