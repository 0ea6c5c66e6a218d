#include <bpf/bpf.h>
#include <errno.h>
#include <sys/epoll.h>
#include <time.h>

#include "sensor/collect/call-hooks.h"
#include "sensor/collect/probe-state.h"

/* Made at build time; it needs the types of probe-state.h. */
#include "sensor/bpf/sensor-generated.h"

enum {
    PROBE_SLICE = 25, /* milliseconds after which rings are looked at, woken or not; ... */
    PROBE_SOON = SHARED_WAKE_NS / 1000000 + 1, /* ... after something was there */
};

int probe_descriptor(const struct probe *probe)
{
    return probe->epoll;
}

/* What is there now, merged by time. The state ring is marked last, so that it holds
 * what happened before anything in the others; where one of its records is being
 * written, nothing after it may be told yet. */
static int read_round(struct probe *probe, probe_each *each, void *context)
{
    const struct sensor_event *heads[SHARED_RINGS + 1];
    struct ring *rings[SHARED_RINGS + 1];
    uint32_t live = 0, count = 0;

    for (uint32_t i = 0; i < probe->ring_count; i++)
        ring_mark(&probe->bulk[i]);
    ring_mark(&probe->state);
    for (uint32_t i = 0; i <= probe->ring_count; i++) {
        struct ring *ring = i ? &probe->bulk[i - 1] : &probe->state;
        const struct sensor_event *head = ring_peek(ring);

        if (!head && i == 0 && ring->at < ring->mark)
            return 0;
        if (!head)
            continue;
        rings[live] = ring;
        heads[live++] = head;
    }
    while (live) {
        uint32_t first = 0;

        for (uint32_t i = 1; i < live; i++)
            if (heads[i]->time < heads[first]->time)
                first = i;
        each(heads[first], context);
        count++;
        ring_next(rings[first]);
        heads[first] = ring_peek(rings[first]);
        if (heads[first])
            continue;
        if (rings[first] == &probe->state && probe->state.at < probe->state.mark)
            break;
        live--;
        memmove(&heads[first], &heads[first + 1], (live - first) * sizeof(heads[0]));
        memmove(&rings[first], &rings[first + 1], (live - first) * sizeof(rings[0]));
    }
    for (uint32_t i = 0; i < probe->ring_count; i++)
        ring_release(&probe->bulk[i]);
    ring_release(&probe->state);
    return (int)count;
}

static void set_reader(struct probe *probe, enum shared_reader state)
{
    __atomic_store_n(&probe->bpf->data->reader_state, state, __ATOMIC_SEQ_CST);
}

static bool has_records(struct probe *probe)
{
    bool any;

    ring_mark(&probe->state);
    any = probe->state.at < probe->state.mark;
    for (uint32_t i = 0; i < probe->ring_count && !any; i++) {
        ring_mark(&probe->bulk[i]);
        any = probe->bulk[i].at < probe->bulk[i].mark;
    }
    return any;
}

static int64_t now_milliseconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Waits for events. What came before the kernel side knew that we wait woke nobody; a record
 * that is being written makes no spinning of it. */
static int nap(struct probe *probe, int64_t milliseconds)
{
    int slice = probe->soon ? PROBE_SOON : PROBE_SLICE;
    struct epoll_event event;
    int woken;

    set_reader(probe, probe->soon ? READER_NAPS : READER_WAITS);
    if (has_records(probe))
        slice = 1;
    woken = epoll_wait(probe->epoll, &event, 1, milliseconds < slice ? (int)milliseconds : slice);
    set_reader(probe, READER_RUNS);
    probe->soon = woken > 0;
    return woken;
}

int probe_read(struct probe *probe, int milliseconds, probe_each *each, void *context,
               struct error *err)
{
    int64_t end = now_milliseconds() + milliseconds;

    for (;;) {
        int count = read_round(probe, each, context);
        int64_t left = end - now_milliseconds();

        if (count)
            probe->soon = true;
        if (count || left <= 0)
            return count;
        if (nap(probe, left) < 0)
            return errno == EINTR ? 0 : error_errno(err, "wait for events");
    }
}

/* Runs that the kernel left out, since the program ran already on that processor. */
static uint64_t skipped_runs(const struct bpf_program *program)
{
    struct bpf_prog_info info = {0};
    uint32_t size = sizeof(info);

    if (bpf_obj_get_info_by_fd(bpf_program__fd(program), &info, &size) < 0)
        return 0;
    return info.recursion_misses;
}

struct probe_counts probe_counts(const struct probe *probe)
{
    struct bpf_program *const state[] = {probe->bpf->progs.process_fork,
                                         probe->bpf->progs.process_exec,
                                         probe->bpf->progs.process_exit};
    const struct sensor_bpf *returns = probe->twin ? probe->twin : probe->bpf;
    struct probe_counts sum = {0};

    sum.lost[SENSOR_CLASS_OTHER] +=
        probe->hooks ? call_hooks_skipped(probe->hooks) : skipped_runs(returns->progs.syscall_exit);
    if (probe->abilities.io_uring)
        sum.lost[SENSOR_CLASS_OTHER] += skipped_runs(probe->bpf->progs.uring_submit) +
                                        skipped_runs(probe->bpf->progs.uring_complete) +
                                        skipped_runs(probe->bpf->progs.uring_overflow);
    for (size_t i = 0; i < sizeof(state) / sizeof(state[0]); i++) {
        sum.lost[SENSOR_CLASS_STATE] += skipped_runs(state[i]);
        sum.state_gaps += skipped_runs(state[i]);
    }

    for (size_t i = 0; i < SHARED_PROCESSORS; i++) {
        const struct processor_counts *count = &probe->bpf->bss->counts[i];

        sum.sent += count->sent;
        sum.sent_bytes += count->sent_bytes;
        sum.filtered += count->filtered;
        sum.state_gaps += count->state_gaps;
        sum.faults += count->faults;
        for (size_t class = 0; class < SENSOR_CLASS_COUNT; class ++)
            sum.lost[class] += count->lost[class];
    }
    return sum;
}
