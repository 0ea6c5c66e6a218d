#include "watch.h"

#include <bpf/libbpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "sensor/syscall/syscall.h"

#include "test.h"

enum { EVENTS_LIMIT = 16 << 20, DEADLINE = 20 /* seconds */ };

/* Where the kernel takes BPF from us at all, it must take ours. */
static bool is_allowed(void)
{
    return geteuid() == 0 && access("/sys/kernel/btf/vmlinux", R_OK) == 0 &&
           libbpf_probe_bpf_map_type(BPF_MAP_TYPE_RINGBUF, NULL) > 0;
}

bool watch_open(struct watch *watch, uint64_t ring_size)
{
    struct probe_options options = {.ring_size = ring_size};
    struct error err = ERROR_INIT;

    *watch = (struct watch){.events = BUF_INIT(EVENTS_LIMIT)};
    if (probe_open(&options, &watch->probe, &err) < 0 || probe_attach(watch->probe, &err) < 0) {
        print_message("%s: %s\n", is_allowed() ? "failed" : "skipped", err.message);
        watch_close(watch);
        if (is_allowed())
            exit(1);
        return false;
    }
    syscall_plan(watch->filter.calls);
    memset(watch->filter.rows[0].verdict, FILTER_SEND, FILTER_PROFILES);
    return true;
}

void watch_close(struct watch *watch)
{
    probe_close(watch->probe);
    buf_done(&watch->events);
}

void watch_want(struct watch *watch, const char *name)
{
    const struct syscall *call = syscall_by_name(view_of(name));

    assert_non_null(call);
    watch->filter.calls[call->number].wanted |= FILTER_FOR_RULES;
    watch->filter.calls[call->number].row = 0;
}

void watch_set_filter(struct watch *watch)
{
    struct error err = ERROR_INIT;

    assert_int_equal(probe_set_filter(watch->probe, &watch->filter, &err), 0);
}

static void keep(const struct sensor_event *event, void *context)
{
    struct watch *watch = context;
    struct error err = ERROR_INIT;

    if (event->pid != watch->pid && event->other != watch->pid)
        return;
    if (record_check(view_from(event, event->size), &err) < 0)
        fail_msg("kind %u, call %u: %s", event->kind, event->number, err.message);
    buf_add(&watch->events, view_from(event, event->size));
    watch->ended |= event->kind == SENSOR_EXIT && event->pid == watch->pid;
}

static void read_until_end(struct watch *watch)
{
    time_t end = time(NULL) + DEADLINE;

    while (!watch->ended && time(NULL) < end)
        assert_true(probe_read(watch->probe, 50, keep, watch, NULL) >= 0);
    assert_true(watch->ended);
    /* What came just before the end may be told after it: rings are looked at one by one. */
    assert_true(probe_read(watch->probe, 0, keep, watch, NULL) >= 0);
    assert_int_equal(buf_failed(&watch->events, "events", NULL), 0);
}

/* One read may end early, where another processor is writing a state event. */
void watch_own(struct watch *watch)
{
    time_t end = time(NULL) + DEADLINE;

    buf_reset(&watch->events);
    watch->pid = (uint32_t)getpid();
    assert_int_equal(prctl(PR_SET_NAME, "watch_own"), 0);
    while (!watch_find(watch, SENSOR_RENAME, NULL, 0) && time(NULL) < end)
        assert_true(probe_read(watch->probe, 50, keep, watch, NULL) >= 0);
    assert_non_null(watch_find(watch, SENSOR_RENAME, NULL, 0));
}

static void drop(const struct sensor_event *event, void *context)
{
    (void)event;
    (void)context;
}

void watch_run(struct watch *watch, watch_action *action, void *context)
{
    int start[2], status;
    char go = 0;
    pid_t pid;

    while (probe_read(watch->probe, 0, drop, NULL, NULL) > 0)
        ;
    buf_reset(&watch->events);
    watch->ended = false;
    assert_int_equal(pipe(start), 0);
    pid = fork();
    assert_true(pid >= 0);
    if (pid == 0)
        _exit(read(start[0], &go, 1) == 1 ? action(context) : 125);
    watch->pid = (uint32_t)pid;
    assert_int_equal(write(start[1], &go, 1), 1);
    if (!watch->leave_unread)
        read_until_end(watch);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    close(start[0]);
    close(start[1]);
    if (WIFEXITED(status) && WEXITSTATUS(status) > 100)
        fail_msg("the action failed at step %d", WEXITSTATUS(status) - 100);
    if (watch->leave_unread)
        read_until_end(watch);
}

const struct sensor_event *watch_find(const struct watch *watch, enum sensor_event_kind kind,
                                      const char *name, unsigned n)
{
    const struct syscall *call = name ? syscall_by_name(view_of(name)) : NULL;
    size_t at = 0;

    while (at < watch->events.len) {
        const struct sensor_event *event =
            (const struct sensor_event *)(const void *)(watch->events.ptr + at);

        at += event->size;
        if (event->kind == kind && (!call || event->number == call->number) && n-- == 0)
            return event;
    }
    return NULL;
}

const char *watch_text(const struct sensor_event *event, enum sensor_parameter_kind kind, int index)
{
    static char text[SENSOR_EVENT_LIMIT];
    struct view bytes;

    assert_non_null(event);
    if (!record_find(event, kind, index, &bytes))
        return "(none)";
    memcpy(text, bytes.ptr, bytes.len);
    text[bytes.len] = 0;
    return text;
}

const struct sensor_socket *watch_socket(const struct sensor_event *event,
                                         enum sensor_parameter_kind kind, int index)
{
    struct view bytes;

    assert_non_null(event);
    assert_true(record_find(event, kind, index, &bytes));
    return (const struct sensor_socket *)(const void *)bytes.ptr;
}

const struct sensor_process *watch_process(const struct sensor_event *event)
{
    struct view bytes;

    assert_non_null(event);
    assert_true(record_find(event, SENSOR_PROCESS_PARAMETER, -1, &bytes));
    return (const struct sensor_process *)(const void *)bytes.ptr;
}
