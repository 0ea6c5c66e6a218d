#include "sensor/collect/probe.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/fd.h"
#include "sensor/collect/call-hooks.h"
#include "sensor/collect/guard.h"
#include "sensor/collect/preemption.h"
#include "sensor/collect/probe-state.h"

/* Made at build time; it needs the types of probe-state.h. */
#include "sensor/bpf/sensor-generated.h"
#include "sensor/collect/snapshot.h"
#include "sensor/collect/uring.h"
#include "sensor/syscall/syscall.h"

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

uint64_t probe_ring_size(uint32_t rings)
{
    return rings < PROBE_RINGS_SIZE / PROBE_RING_LEAST ? PROBE_RINGS_SIZE / rings
                                                       : PROBE_RING_LEAST;
}

/* Rings are powers of two and whole pages. */
static size_t ring_size(uint64_t wanted, uint64_t usual)
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

/* Programs that this kernel has no hooks for are not loaded. */
static void hook_uring(struct probe *probe, const struct btf *btf)
{
    struct sensor_bpf *bpf = probe->bpf;
    struct bpf_program *const programs[] = {bpf->progs.uring_submit, bpf->progs.uring_complete,
                                            bpf->progs.uring_overflow};
    struct uring_hooks hooks = {0};

    probe->abilities.io_uring =
        uring_find_hooks(btf, &hooks) &&
        bpf_program__set_attach_target(bpf->progs.uring_submit, 0, hooks.submit) == 0;
    for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++)
        bpf_program__set_autoload(programs[i], probe->abilities.io_uring);
    uring_fill_calls((uint16_t *)(uintptr_t)bpf->rodata->uring_calls);
    bpf->rodata->uring_tells_cqe = hooks.tells_cqe;
    bpf->rodata->uring_has_creds = hooks.has_creds;
    bpf->rodata->uring_has_data = hooks.has_data;
    bpf->rodata->uring_is_multishot = hooks.is_multishot;
    bpf->rodata->uring_is_open = hooks.needs_cleanup;
}

static void note_no_hooks(struct probe *probe, const struct error *reason)
{
    snprintf(probe->abilities.no_call_hooks, sizeof(probe->abilities.no_call_hooks), "%s",
             reason->message);
}

/* A call that comes in between another's end is lost, and who wants that can arrange it. */
static int check_preemption(enum probe_hooks wanted, struct error *err)
{
    if (wanted == PROBE_HOOKS_CALLS)
        return 0;
    switch (preemption_here()) {
    case PREEMPTION_SELDOM:
        return 0;
    case PREEMPTION_ALWAYS:
        return error_set(err, ERROR_UNSUPPORTED,
                         "the kernel may be preempted at any moment (preempt=full)");
    default:
        return error_set(err, ERROR_UNSUPPORTED,
                         "whether the kernel may be preempted at any moment is told by nothing: "
                         "neither debugfs nor its configuration can be read");
    }
}

/* Programs on single calls, if they are wanted and the kernel takes them. */
static int choose_hooks(struct probe *probe, const struct btf *btf, enum probe_hooks wanted,
                        struct error *err)
{
    struct call_functions functions;
    struct error reason = ERROR_INIT;
    int r;

    if (wanted == PROBE_HOOKS_RETURNS)
        return 0;
    r = check_preemption(wanted, &reason);
    if (r == 0)
        r = call_hooks_check(btf, &reason);
    if (r == 0)
        r = call_functions_find(btf, &functions, &reason);
    if (r == 0)
        r = call_hooks_new(btf, &functions, probe->bpf->obj, &probe->hooks, &reason);
    if (r == 0) {
        probe->bpf->rodata->hook = HOOK_CALL;
        probe->abilities.call_hooks = true;
        return 0;
    }
    if (wanted == PROBE_HOOKS_CALLS) {
        *err = reason;
        return r;
    }
    note_no_hooks(probe, &reason);
    return 0;
}

static int look_at_kernel(struct probe *probe, const struct probe_options *options,
                          struct error *err)
{
    struct btf *btf = btf__load_vmlinux_btf();
    int r;

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
    r = choose_hooks(probe, btf, options->hooks, err);
    /* Last: libbpf keeps the kernel's types for it until the programs are loaded. */
    if (r == 0)
        hook_uring(probe, btf);
    btf__free(btf);
    return r;
}

static int configure(struct probe *probe, const struct probe_options *options, struct error *err)
{
    struct sensor_bpf *bpf = probe->bpf;
    int processors = libbpf_num_possible_cpus();

    if (processors < 1)
        return error_set(err, ERROR_IO, "the number of processors is not known");
    if (cgroup_hierarchy_find(&probe->hierarchy, err) < 0 ||
        look_at_kernel(probe, options, err) < 0)
        return err->kind;
    /* Those that may come later share rings; virtual machines often have room for many. */
    probe->ring_count = power_below((uint64_t)sysconf(_SC_NPROCESSORS_ONLN), SHARED_RINGS);
    probe->ring_bytes = ring_size(options->ring_size, probe_ring_size(probe->ring_count));
    probe->state_bytes = ring_size(options->state_ring_size, PROBE_STATE_RING_SIZE);
    bpf->rodata->own_pid = options->own_pid;
    bpf->rodata->environment_wanted = options->environment;
    bpf->rodata->ring_count = probe->ring_count;
    bpf->rodata->ring_bytes = probe->ring_bytes;
    bpf->rodata->state_bytes = probe->state_bytes;
    translate_calls(bpf);
    if (bpf_map__set_max_entries(bpf->maps.state_ring, (uint32_t)probe->state_bytes) ||
        bpf_map__set_max_entries(bpf->maps.known_opens, (uint32_t)processors) ||
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

/* Without the programs that only hooks on single calls need. */
static struct sensor_bpf *open_programs(void)
{
    struct sensor_bpf *bpf = sensor_bpf__open();

    if (!bpf)
        return NULL;
    bpf_program__set_autoload(bpf->progs.call_return, false);
    bpf_program__set_autoload(bpf->progs.call_refusal, false);
    return bpf;
}

static int share_maps(struct sensor_bpf *twin, const struct sensor_bpf *bpf)
{
    struct bpf_map *const shared[][2] = {
        {twin->maps.bulk_rings, bpf->maps.bulk_rings},
        {twin->maps.state_ring, bpf->maps.state_ring},
        {twin->maps.works, bpf->maps.works},
        {twin->maps.connections, bpf->maps.connections},
        {twin->maps.last_peers, bpf->maps.last_peers},
        {twin->maps.known_opens, bpf->maps.known_opens},
        {twin->maps.small_requests, bpf->maps.small_requests},
        {twin->maps.large_requests, bpf->maps.large_requests},
        {twin->maps.named_requests, bpf->maps.named_requests},
        {twin->maps.bss, bpf->maps.bss},
        {twin->maps.data, bpf->maps.data},
    };
    int failed = 0;

    for (size_t i = 0; !failed && i < sizeof(shared) / sizeof(shared[0]); i++)
        failed = bpf_map__reuse_fd(shared[i][0], bpf_map__fd(shared[i][1]));
    return failed;
}

/* The programs once more, for functions of another type: those that see calls. */
static struct bpf_object *open_twin(void *context, enum shared_hook hook, bool verdict_comes_first,
                                    struct error *err)
{
    struct probe *probe = context;
    struct sensor_bpf *twin;
    struct bpf_program *program = NULL;
    int failed;

    sensor_bpf__destroy(probe->twin);
    probe->twin = twin = open_programs();
    if (!twin) {
        error_errno(err, "open the BPF programs once more");
        return NULL;
    }
    while ((program = bpf_object__next_program(twin->obj, program)))
        bpf_program__set_autoload(program, false);
    *twin->rodata = *probe->bpf->rodata;
    twin->rodata->hook = hook;
    twin->rodata->is_main_hook = hook == HOOK_RETURN;
    twin->rodata->verdict_comes_first = verdict_comes_first;
    failed = share_maps(twin, probe->bpf);
    if (!failed)
        return twin->obj;
    errno = -failed;
    error_errno(err, "share the maps of BPF programs");
    return NULL;
}

static int load_hooks(struct probe *probe, struct error *err)
{
    int r = call_hooks_load(probe->hooks, probe->bpf->obj, open_twin, probe, err);

    sensor_bpf__destroy(probe->twin);
    probe->twin = NULL;
    return r;
}

static int load(struct probe *probe, const struct probe_options *options, struct error *err)
{
    int failed;

    probe->bpf = open_programs();
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
    if (probe->hooks && load_hooks(probe, err) < 0)
        return err->kind;
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

static int make_probe(const struct probe_options *options, struct probe **ret, struct error *err)
{
    _cleanup_(probe_close_p) struct probe *probe = calloc(1, sizeof(*probe));
    libbpf_print_fn_t before;
    int kind;

    if (!probe)
        return error_memory(err);
    probe->epoll = -1;
    for (size_t i = 0; i < SHARED_RINGS; i++)
        probe->bulk_fd[i] = -1;
    probe->may_see_returns = options->hooks == PROBE_HOOKS_AUTO;
    before = libbpf_set_print(silent);
    kind = load(probe, options, err);
    libbpf_set_print(before);
    if (kind < 0 && probe->hooks)
        return ERROR_UNSUPPORTED;
    if (kind < 0)
        return kind;
    *ret = take_ptr(&probe);
    return 0;
}

int probe_open(const struct probe_options *options, struct probe **ret, struct error *err)
{
    struct probe_options returns = *options;
    struct error reason = ERROR_INIT;
    int kind;

    kind = make_probe(options, ret, &reason);
    if (kind == 0)
        return 0;
    returns.hooks = PROBE_HOOKS_RETURNS;
    if (kind == ERROR_UNSUPPORTED && options->hooks == PROBE_HOOKS_AUTO &&
        make_probe(&returns, ret, err) == 0) {
        note_no_hooks(*ret, &reason);
        return 0;
    }
    *err = reason;
    return error_wrap(err, "open the probe");
}

/* The chain of programs once more, for all returns. (It can't be loaded once privileges were
 * given up: types that this kernel lacks are looked for in its modules.) */
int probe_see_returns(struct probe *probe, const struct error *reason, struct error *err)
{
    libbpf_print_fn_t before = libbpf_set_print(silent);
    struct bpf_object *object = open_twin(probe, HOOK_RETURN, false, err);
    int failed = 0;

    if (object) {
        struct bpf_program *const chain[] = {
            probe->twin->progs.syscall_exit,       probe->twin->progs.syscall_judge,
            probe->twin->progs.syscall_judge_text, probe->twin->progs.syscall_judge_open,
            probe->twin->progs.syscall_capture,
        };

        for (size_t i = 0; i < sizeof(chain) / sizeof(chain[0]); i++)
            bpf_program__set_autoload(chain[i], true);
        failed = bpf_object__load(object);
    }
    libbpf_set_print(before);
    if (!object)
        return err->kind;
    if (failed) {
        errno = -failed;
        return error_errno(err, "the kernel refused the BPF programs");
    }
    if (probe->attached) {
        probe->links[PROBE_LINKS - 1] = bpf_program__attach(probe->twin->progs.syscall_exit);
        if (!probe->links[PROBE_LINKS - 1])
            return error_errno(err, "attach the program %s", "syscall_exit");
    }
    call_hooks_free(probe->hooks);
    probe->hooks = NULL;
    probe->abilities.call_hooks = false;
    note_no_hooks(probe, reason);
    return 0;
}

int probe_attach(struct probe *probe, struct error *err)
{
    /* State first, calls last: nothing is told of a process before the process. */
    struct bpf_program *const programs[PROBE_LINKS] = {
        probe->bpf->progs.cgroup_make,
        probe->bpf->progs.cgroup_remove,
        probe->bpf->progs.cgroup_enter,
        probe->bpf->progs.process_fork,
        probe->bpf->progs.process_exec,
        probe->bpf->progs.process_exit,
        probe->bpf->progs.process_rename,
        probe->bpf->progs.connect_begin,
        probe->bpf->progs.uring_overflow,
        probe->bpf->progs.uring_complete,
        probe->bpf->progs.uring_submit,
        probe->hooks  ? NULL
        : probe->twin ? probe->twin->progs.syscall_exit
                      : probe->bpf->progs.syscall_exit,
    };

    for (size_t i = 0; i < PROBE_LINKS && programs[i]; i++) {
        if (!bpf_program__autoload(programs[i]))
            continue;
        probe->links[i] = bpf_program__attach(programs[i]);
        if (!probe->links[i])
            return error_errno(err, "attach the program %s", bpf_program__name(programs[i]));
    }
    if (probe_hook(probe, probe_filter(probe), err) < 0)
        return err->kind;
    probe_begin(probe);
    return 0;
}

void probe_detach(struct probe *probe)
{
    probe->attached = false;
    if (probe->hooks)
        call_hooks_detach(probe->hooks);
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
    call_hooks_free(probe->hooks);
    sensor_bpf__destroy(probe->twin);
    sensor_bpf__destroy(probe->bpf);
    free(probe);
}

const struct probe_abilities *probe_abilities(const struct probe *probe)
{
    return &probe->abilities;
}

int probe_snapshot(struct probe *probe, probe_each *each, void *context, struct error *err)
{
    if (cgroup_hierarchy_walk(&probe->hierarchy, each, context, err) < 0)
        return err->kind;
    return snapshot_processes(probe->bpf->progs.snapshot_process, each, context, err);
}
