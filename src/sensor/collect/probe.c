#include "sensor/collect/probe.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/membarrier.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/fd.h"
#include "sensor/collect/guard.h"
#include "sensor/collect/probe-state.h"

/* Made at build time; it needs the types of probe-state.h. */
#include "sensor/bpf/sensor-generated.h"
#include "sensor/collect/snapshot.h"
#include "sensor/syscall/syscall.h"

enum {
    SOCKETCALL32 = 102, /* a 32-bit call that stands for many */
    PROBE_SLICE = 25,   /* milliseconds after which rings are looked at, woken or not; ... */
    PROBE_SOON = SHARED_WAKE_NS / 1000000 + 1, /* ... after something was there */
};

static int silent(enum libbpf_print_level level, const char *format, va_list args)
{
    (void)level;
    (void)format;
    (void)args;
    return 0;
}

static uint32_t power_below(uint64_t number, uint32_t limit)
{
    uint32_t power = 1;

    while (power * 2 <= number && power * 2 <= limit)
        power *= 2;
    return power;
}

/* Rings are powers of two and whole pages. */
static size_t ring_size(uint64_t wanted, size_t usual)
{
    size_t size = (size_t)sysconf(_SC_PAGESIZE);

    if (!wanted)
        wanted = usual;
    while (size < wanted && size < (size_t)1 << 30)
        size *= 2;
    return size;
}

static void translate_calls(struct sensor_bpf *bpf)
{
    /* Numbers that only x32 has, from 512 on, in the order of the kernel's table. */
    static const uint16_t x32[] = {13,  15,  16,  19,  20,  45,  46,  47,  59,  101, 127, 128,
                                   129, 131, 222, 244, 246, 247, 273, 274, 278, 279, 295, 296,
                                   307, 310, 311, 321, 54,  55,  299, 322, 327, 328, 329, 54};
    uint16_t *compat = (uint16_t *)(uintptr_t)bpf->rodata->compat_calls;

    for (unsigned i = 0; i < FILTER_CALLS; i++) {
        unsigned number = syscall_from_compat(i);

        compat[i] = number < FILTER_CALLS ? (uint16_t)number : FILTER_CALLS;
    }
    for (unsigned i = 0; i < 64; i++)
        ((uint16_t *)(uintptr_t)bpf->rodata->x32_calls)[i] =
            i < sizeof(x32) / sizeof(x32[0]) ? x32[i] : FILTER_CALLS;
}

static int look_at_kernel(struct probe *probe, struct error *err)
{
    struct btf *btf = btf__load_vmlinux_btf();

    if (!btf) {
        probe->abilities.reason = "the kernel does not describe its types (no BTF)";
        error_set(err, ERROR_UNSUPPORTED, "the kernel does not describe its types");
        error_hint(err, "It needs CONFIG_DEBUG_INFO_BTF (/sys/kernel/btf/vmlinux); kernels of the "
                        "distributions have it since 5.8 or so.");
        return ERROR_UNSUPPORTED;
    }
    probe->abilities.btf = true;
    probe->abilities.rdonly_cast =
        btf__find_by_name_kind(btf, "bpf_rdonly_cast", BTF_KIND_FUNC) > 0;
    probe->bpf->rodata->direct_reads = probe->abilities.rdonly_cast;
    probe->bpf->rodata->cgroup_subsystem = cgroup_hierarchy_subsystem(&probe->hierarchy, btf);
    probe->bpf->rodata->cgroup_hierarchy = probe->hierarchy.id;
    btf__free(btf);
    return 0;
}

static int configure(struct probe *probe, const struct probe_options *options, struct error *err)
{
    struct sensor_bpf *bpf = probe->bpf;
    int processors = libbpf_num_possible_cpus();

    if (processors < 1)
        return error_set(err, ERROR_IO, "the number of processors is not known");
    if (cgroup_hierarchy_find(&probe->hierarchy, err) < 0 || look_at_kernel(probe, err) < 0)
        return err->kind;
    probe->ring_count = power_below((uint64_t)processors, SHARED_RINGS);
    probe->ring_bytes = ring_size(options->ring_size, PROBE_RING_SIZE);
    probe->state_bytes = ring_size(options->state_ring_size, PROBE_STATE_RING_SIZE);
    bpf->rodata->own_pid = options->own_pid;
    bpf->rodata->environment_wanted = options->environment;
    bpf->rodata->ring_count = probe->ring_count;
    bpf->rodata->ring_bytes = probe->ring_bytes;
    bpf->rodata->state_bytes = probe->state_bytes;
    translate_calls(bpf);
    if (bpf_map__set_max_entries(bpf->maps.state_ring, (uint32_t)probe->state_bytes) ||
        bpf_map__set_max_entries(bpf->maps.works,
                                 bpf_map__max_entries(bpf->maps.works) * (uint32_t)processors))
        return error_set(err, ERROR_INTERNAL, "the sizes of maps can't be set");
    return 0;
}

static int open_rings(struct probe *probe, struct error *err)
{
    int outer = bpf_map__fd(probe->bpf->maps.bulk_rings);

    for (uint32_t i = 0; i < probe->ring_count; i++) {
        _cleanup_close_ int fd =
            bpf_map_create(BPF_MAP_TYPE_RINGBUF, "bulk", 0, 0, (uint32_t)probe->ring_bytes, NULL);
        struct epoll_event event = {.events = EPOLLIN};

        if (fd < 0 || bpf_map_update_elem(outer, &i, &fd, BPF_ANY))
            return error_errno(err, "make a ring buffer");
        if (ring_open(&probe->bulk[i], fd, probe->ring_bytes, err) < 0)
            return err->kind;
        if (epoll_ctl(probe->epoll, EPOLL_CTL_ADD, fd, &event) < 0)
            return error_errno(err, "watch a ring buffer");
        probe->bulk_fd[i] = take_fd(&fd);
    }
    return 0;
}

static int open_state_ring(struct probe *probe, struct error *err)
{
    int fd = bpf_map__fd(probe->bpf->maps.state_ring);
    struct epoll_event event = {.events = EPOLLIN};

    if (ring_open(&probe->state, fd, probe->state_bytes, err) < 0)
        return err->kind;
    if (epoll_ctl(probe->epoll, EPOLL_CTL_ADD, fd, &event) < 0)
        return error_errno(err, "watch a ring buffer");
    return 0;
}

static int load(struct probe *probe, const struct probe_options *options, struct error *err)
{
    int failed;

    probe->bpf = sensor_bpf__open();
    if (!probe->bpf)
        return error_errno(err, "open the BPF programs");
    if (configure(probe, options, err) < 0)
        return err->kind;
    failed = sensor_bpf__load(probe->bpf);
    if (failed) {
        errno = -failed;
        error_errno(err, "the kernel refused the BPF programs");
        error_hint(err, "This needs root, or the capabilities BPF, PERFMON and SYS_PTRACE, and a "
                        "kernel from 5.13 on.");
        return err->kind;
    }
    probe->abilities.raw_tracepoints = probe->abilities.ring_buffer = true;
    probe->abilities.task_iterator = probe->abilities.cgroup_iterator = true;
    probe->abilities.lsm = guard_is_listed();
    probe->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (probe->epoll < 0)
        return error_errno(err, "make an epoll descriptor");
    if (open_state_ring(probe, err) < 0)
        return err->kind;
    return open_rings(probe, err);
}

int probe_open(const struct probe_options *options, struct probe **ret, struct error *err)
{
    _cleanup_(probe_close_p) struct probe *probe = calloc(1, sizeof(*probe));
    libbpf_print_fn_t before;
    int kind;

    if (!probe)
        return error_memory(err);
    probe->epoll = -1;
    for (size_t i = 0; i < SHARED_RINGS; i++)
        probe->bulk_fd[i] = -1;
    before = libbpf_set_print(silent);
    kind = load(probe, options, err);
    libbpf_set_print(before);
    if (kind < 0)
        return error_wrap(err, "open the probe");
    *ret = take_ptr(&probe);
    return 0;
}

int probe_attach(struct probe *probe, struct error *err)
{
    /* State first, calls last: nothing is told of a process before the process. */
    struct bpf_program *const programs[] = {
        probe->bpf->progs.cgroup_make,    probe->bpf->progs.cgroup_remove,
        probe->bpf->progs.cgroup_enter,   probe->bpf->progs.process_fork,
        probe->bpf->progs.process_exec,   probe->bpf->progs.process_exit,
        probe->bpf->progs.process_rename, probe->bpf->progs.syscall_exit,
    };

    for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++) {
        probe->links[i] = bpf_program__attach(programs[i]);
        if (!probe->links[i])
            return error_errno(err, "attach the program %s", bpf_program__name(programs[i]));
    }
    return 0;
}

void probe_detach(struct probe *probe)
{
    for (size_t i = PROBE_LINKS; i-- > 0;) {
        bpf_link__destroy(probe->links[i]);
        probe->links[i] = NULL;
    }
}

void probe_close(struct probe *probe)
{
    if (!probe)
        return;
    probe_detach(probe);
    for (size_t i = 0; i < SHARED_RINGS; i++) {
        ring_close(&probe->bulk[i]);
        if (probe->bulk_fd[i] >= 0)
            close(probe->bulk_fd[i]);
    }
    ring_close(&probe->state);
    if (probe->epoll >= 0)
        close(probe->epoll);
    sensor_bpf__destroy(probe->bpf);
    free(probe);
}

const struct probe_abilities *probe_abilities(const struct probe *probe)
{
    return &probe->abilities;
}

/* Somebody asks for what a process may mean by this number. */
static bool is_asked_for(const struct probe *probe, const struct filter *filter, unsigned number)
{
    const struct sensor_bpf__rodata *fixed = probe->bpf->rodata;
    unsigned compat = fixed->compat_calls[number];
    bool asked = filter->calls[number].wanted;

    if (compat < FILTER_CALLS)
        asked |= filter->calls[compat].wanted;
    if (number == SOCKETCALL32)
        for (size_t i = 0; i < sizeof(fixed->socket_calls) / sizeof(fixed->socket_calls[0]); i++)
            asked |= fixed->socket_calls[i] < FILTER_CALLS &&
                     filter->calls[fixed->socket_calls[i]].wanted;
    return asked;
}

/* Where there are any: this touches the pages of all. */
static void forget_masks(struct probe *probe)
{
    for (unsigned i = 0; i < SHARED_MASKS && probe->has_masks; i++)
        __atomic_store_n(&probe->bpf->bss->process_masks[i].groups, 0, __ATOMIC_RELEASE);
    probe->has_masks = false;
}

int probe_set_filter(struct probe *probe, const struct filter *filter, struct error *err)
{
    uint32_t *active = &probe->bpf->data->filter_active;
    uint32_t next = !*active;
    struct filter *copy = &probe->bpf->bss->filters[next];

    /* Programs that began before the last exchange may still use the idle copy. */
    if (syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0) < 0)
        return error_errno(err, "wait for the programs that run");
    *copy = *filter;
    forget_masks(probe); /* they are in groups of the filter before */
    /* Until all programs use the new filter, what either asks for counts. */
    for (unsigned i = 0; i < FILTER_CALLS; i++)
        if (is_asked_for(probe, filter, i))
            __atomic_store_n(&probe->bpf->bss->interest[i], 1, __ATOMIC_RELEASE);
    __atomic_store_n(active, next, __ATOMIC_RELEASE);
    for (unsigned i = 0; i < FILTER_CALLS; i++)
        if (!is_asked_for(probe, filter, i))
            __atomic_store_n(&probe->bpf->bss->interest[i], 0, __ATOMIC_RELEASE);
    return 0;
}

void probe_set_process_mask(struct probe *probe, uint32_t pid, uint64_t start, uint32_t exec_id,
                            uint64_t groups)
{
    struct process_mask *mask = &probe->bpf->bss->process_masks[pid % SHARED_MASKS];

    probe->has_masks = true;
    __atomic_store_n(&mask->groups, 0, __ATOMIC_SEQ_CST);
    __atomic_store_n(&mask->pid, pid, __ATOMIC_RELAXED);
    __atomic_store_n(&mask->exec_id, exec_id, __ATOMIC_RELAXED);
    __atomic_store_n(&mask->start, start, __ATOMIC_RELAXED);
    __atomic_store_n(&mask->groups, groups, __ATOMIC_RELEASE);
}

static struct cgroup_fact *cgroup_slot(struct probe *probe, uint64_t cgroup, uint64_t holds)
{
    for (unsigned i = 0; i < SHARED_CGROUP_PROBES; i++) {
        struct cgroup_fact *fact = &probe->bpf->bss->cgroup_facts[(cgroup + i) % SHARED_CGROUPS];

        if (fact->id == holds)
            return fact;
    }
    return NULL;
}

void probe_set_cgroup(struct probe *probe, uint64_t cgroup, bool container)
{
    struct cgroup_fact *fact = cgroup_slot(probe, cgroup, cgroup);

    if (!fact && !(fact = cgroup_slot(probe, cgroup, 0)))
        return;
    __atomic_store_n(&fact->container, container, __ATOMIC_RELEASE);
    __atomic_store_n(&fact->id, cgroup, __ATOMIC_RELEASE);
}

void probe_forget_cgroup(struct probe *probe, uint64_t cgroup)
{
    struct cgroup_fact *fact = cgroup_slot(probe, cgroup, cgroup);

    if (fact)
        __atomic_store_n(&fact->id, 0, __ATOMIC_RELEASE);
}

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

int probe_snapshot(struct probe *probe, probe_each *each, void *context, struct error *err)
{
    if (cgroup_hierarchy_walk(&probe->hierarchy, each, context, err) < 0)
        return err->kind;
    return snapshot_processes(probe->bpf->progs.snapshot_process, each, context, err);
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
    struct probe_counts sum = {0};

    sum.lost[SENSOR_CLASS_OTHER] += skipped_runs(probe->bpf->progs.syscall_exit);
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
