/* Programs: a system call returned.
 *
 * One that looks whether anybody asks for the call, as short as can be, since every
 * call of the machine pays for it, and holds back ordinary opens, the most frequent
 * calls that rules ask for; one that judges by what is cheap to know; two that judge
 * texts; one that captures the call.
 */
#pragma once

#include "sensor/bpf/call.h"
#include "sensor/bpf/capture.h"
#include "sensor/bpf/kind.h"
#include "sensor/bpf/known-opens.h"
#include "sensor/bpf/process.h"
#include "sensor/bpf/text.h"

enum tail { TAIL_EXIT, TAIL_JUDGE, TAIL_JUDGE_TEXT, TAIL_JUDGE_OPEN, TAIL_CAPTURE, TAIL_COUNT };

int syscall_exit(uint64_t *ctx);
int syscall_judge(uint64_t *ctx);
int syscall_judge_text(uint64_t *ctx);
int syscall_judge_open(uint64_t *ctx);
int syscall_capture(uint64_t *ctx);

struct {
    __uint(type, BPF_MAP_TYPE_PROG_ARRAY);
    __uint(max_entries, TAIL_COUNT);
    __uint(key_size, sizeof(uint32_t));
    __array(values, int(void *));
} tails SEC(".maps") = {
    .values =
        {
            [TAIL_EXIT] = (void *)&syscall_exit,
            [TAIL_JUDGE] = (void *)&syscall_judge,
            [TAIL_JUDGE_TEXT] = (void *)&syscall_judge_text,
            [TAIL_JUDGE_OPEN] = (void *)&syscall_judge_open,
            [TAIL_CAPTURE] = (void *)&syscall_capture,
        },
};

/* Of a number below FILTER_CALLS; bounded where the address is made, since the verifier of
 * older kernels does not follow the comparison to there. */
static __always_inline const struct filter_call *plan_of(const struct filter *filter,
                                                         uint32_t number)
{
    return &filter->calls[index_to(number, FILTER_CALLS - 1)];
}

static __always_inline void count_lost(uint32_t class)
{
    BOUND(class, SENSOR_CLASS_OTHER);
    counts_of(bpf_get_smp_processor_id())->lost[class]++;
}

static __always_inline void count_filtered(void)
{
    counts_of(bpf_get_smp_processor_id())->filtered++;
}

/* Calls that other programs tell of when they succeed: exec, and fork of processes. */
static __always_inline bool told_elsewhere(uint32_t number, uint64_t arguments[6], long result)
{
    uint64_t flags = arguments[0];

    if (result < 0)
        return false;
    switch (number) {
    case CALL_EXECVE:
    case CALL_EXECVEAT:
    case CALL_FORK:
    case CALL_VFORK:
        return true;
    case CALL_CLONE3:
        if (bpf_probe_read_user(&flags, sizeof(flags), (void *)arguments[0]))
            return true;
        /* fallthrough */
    case CALL_CLONE:
        return result == 0 || !(flags & CLONE_THREAD);
    default:
        return false;
    }
}

/* What a verdict from 1 to FILTER_NEEDS stands for. The verifier of older kernels does
 * not see by comparisons with 0 that an index does not wrap. */
static __always_inline const struct filter_need *need_of(const struct filter *filter,
                                                         uint32_t verdict)
{
    return &filter->needs[index_to((uint32_t)(verdict - 1), FILTER_NEEDS - 1)];
}

/* No rule can match this process with such a call. */
static __always_inline bool is_masked(struct task_struct *task, uint32_t group)
{
    uint32_t pid = task->tgid;
    const volatile struct process_mask *mask = &process_masks[pid & (SHARED_MASKS - 1)];
    uint64_t groups = mask->groups;

    if (!(groups >> (group & 63) & 1))
        return false;
    return mask->pid == pid && mask->exec_id == (uint32_t)task->self_exec_id &&
           mask->start == task->group_leader->start_boottime && mask->groups == groups;
}

/* The verdict; where the cgroup is looked at only if it makes a difference: that of the current
 * task or, where this is NULL, of another. */
static __always_inline uint32_t verdict_of(const struct filter *filter,
                                           const struct filter_call *call,
                                           struct filter_facts *facts, struct task_struct *task,
                                           address other)
{
    uint32_t inside, outside;

    facts->container = 1;
    inside = filter_verdict(filter, call, facts);
    facts->container = 0;
    outside = filter_verdict(filter, call, facts);
    if (inside == outside)
        return inside;
    facts->container =
        may_be_container(task ? current_cgroup_id(task) : cgroup_id(cgroup_of(other)));
    return facts->container ? inside : outside;
}

/* The record has no parameters: made in the ring itself. */
static __always_inline void send_plain(struct pt_regs *regs, struct call call, long result,
                                       uint32_t class)
{
    uint32_t cpu = bpf_get_smp_processor_id();
    struct processor_counts *count = counts_of(cpu);
    void *ring = bulk_ring_of(cpu);
    struct sensor_event *event;
    uint64_t unread, id;

    if (!ring)
        return;
    unread = bpf_ringbuf_query(ring, BPF_RB_AVAIL_DATA);
    if (ring_refuses(unread, class) || !(event = bpf_ringbuf_reserve(ring, sizeof(*event), 0))) {
        count_lost(class);
        return;
    }
    id = bpf_get_current_pid_tgid();
    event->size = sizeof(*event);
    event->kind = SENSOR_SYSCALL;
    event->number = call.number;
    event->time = bpf_ktime_get_boot_ns();
    event->pid = id >> 32;
    event->tid = id;
    event->sequence = 0;
    event->cpu = cpu;
    event->flags = (call.flags & SENSOR_COMPAT) | SENSOR_RULES;
    event->parameter_count = 0;
    event->result = result;
    event->other = event->reserved = 0;
    call_arguments(event->arguments, regs, call.flags);
    bpf_ringbuf_submit(event, wakeup_of(count, event->time, unread, class));
    count->sent++;
    count->sent_bytes += sizeof(*event);
}

/* Credentials are a thread's: those of the process are its main thread's. */
static __always_inline bool has_own_credentials(struct task_struct *task)
{
    return task->cred != task->group_leader->cred;
}

static __always_inline bool has_plan(const struct filter_call *call)
{
    return *(const uint32_t *)&call->arguments[0] || *(const uint16_t *)&call->arguments[4] ||
           call->result;
}

/* False: it can't be read. */
static __always_inline bool open_detail(uint32_t number, const uint64_t arguments[6], uint32_t *ret)
{
    uint64_t how[2] = {};

    if (number == FILTER_OPENAT2 && bpf_probe_read_user(how, sizeof(how), (void *)arguments[2]))
        return false;
    *ret = filter_forget(filter_opener_detail(number, arguments, how), arguments[0]);
    return true;
}

/* Ends what began with work_take(). */
static __always_inline int finish(void)
{
    work_leave();
    return 0;
}

SEC("tp_btf/sys_exit")
int syscall_judge(uint64_t *ctx)
{
    struct pt_regs *regs = registers_of(ctx);
    long result = result_of(ctx);
    struct task_struct *task = bpf_get_current_task_btf();
    const struct filter *filter = current_filter();
    struct call call = call_of(task, regs);
    const struct filter_call *plan;
    struct filter_facts facts = {.result = result};
    uint64_t arguments[6];
    uint32_t verdict;

    if (call.number >= FILTER_CALLS)
        return finish();
    plan = plan_of(filter, call.number);
    call_arguments(arguments, regs, call.flags);
    if (told_elsewhere(call.number, arguments, result))
        return finish();
    if (plan->wanted & FILTER_FOR_STATE || filter->off)
        goto capture;
    if ((uint32_t)task->tgid == own_pid)
        return finish();
    facts.number = call.number;
    if (plan->shape == SHAPE_OPEN) {
        if (!open_detail(call.number, arguments, &facts.detail))
            goto capture;
    } else if (plan->shape == SHAPE_DESCRIPTOR) {
        uint32_t kind = call.number == CALL_CONNECT && replaced_connection(task)
                            ? FILTER_FD_UNKNOWN
                            : descriptor_kind((address)task, plan, arguments, result);

        facts.detail = filter_forget(kind, arguments[0]);
    }
    verdict = verdict_of(filter, plan, &facts, task, 0);
    if (verdict == FILTER_DROP) {
        count_filtered();
        return finish();
    }
    if (verdict != FILTER_SEND && verdict <= FILTER_NEEDS) {
        const struct filter_need *need = need_of(filter, verdict);
        struct work *work;

        if (need->group < 64 && is_masked(task, need->group)) {
            count_filtered();
            return finish();
        }
        if (need->any) {
            if (!(work = work_of(WORK_SYSCALL)))
                return finish();
            work->need = verdict - 1;
            work->filter = filter != &filters[0];
            bpf_tail_call(ctx, &tails, TAIL_JUDGE_TEXT);
            return finish();
        }
    }
    if (!has_plan(plan) && !has_own_credentials(task)) {
        send_plain(regs, call, result, plan->class);
        return finish();
    }
capture:
    bpf_tail_call(ctx, &tails, TAIL_CAPTURE);
    return finish();
}

/* The name of the process, that is of its main thread. */
static __always_inline void read_comm(uint64_t comm[2], struct task_struct *task)
{
    address at = FIELD(task_struct, (address)task->group_leader, comm);

    if (direct_reads) {
        comm[0] = eight_bytes(at);
        comm[1] = eight_bytes(at + 8);
    } else {
        bpf_probe_read_kernel(comm, SENSOR_COMM_SIZE, (void *)at);
    }
}

static __always_inline uint64_t name_bits(const struct filter *filter, struct task_struct *task)
{
    uint64_t comm[2];

    read_comm(comm, task);
    return filter_name_bits(filter, comm[0], comm[1]);
}

static __always_inline bool holds(const struct filter *filter, const struct filter_need *need,
                                  uint64_t path, uint64_t raw, uint64_t name)
{
    return filter_need_holds(need, (path & filter->path.every) | (raw & filter->raw.every) | name);
}

/* Adds the bits of all path arguments; without one the path may be anything. */
static __always_inline void classify_arguments(struct work *work, const struct filter_call *plan,
                                               const uint64_t arguments[6])
{
    int32_t directory = AT_FDCWD;
    bool looked_up = false;

    for (uint32_t i = 0; i < 6; i++) {
        uint32_t capture = plan->arguments[i];

        if (capture == CAPTURE_PATH || capture == CAPTURE_PATH_CWD) {
            classify_argument(arguments[i], capture == CAPTURE_PATH ? directory : AT_FDCWD);
            looked_up = true;
        } else if (capture == CAPTURE_PATH_RAW) {
            classify_raw(arguments[i]);
        }
        directory = capture == CAPTURE_DIRFD ? (int32_t)arguments[i] : AT_FDCWD;
    }
    if (!looked_up)
        work->path_bits = work->raw_bits = FILTER_EVERY;
}

/* All texts but the paths of calls that opened something. */
SEC("tp_btf/sys_exit")
int syscall_judge_text(uint64_t *ctx)
{
    struct pt_regs *regs = registers_of(ctx);
    struct task_struct *task = bpf_get_current_task_btf();
    struct call call = call_of(task, regs);
    struct work *work = work_of(WORK_SYSCALL);
    const struct filter *filter;
    const struct filter_need *need;
    uint64_t arguments[6], name = 0;

    if (call.number >= FILTER_CALLS || !work || work->need >= FILTER_NEEDS)
        return finish();
    filter = filter_of(work);
    need = &filter->needs[work->need];
    if (need->uses_name) {
        name = name_bits(filter, task);
        if (!holds(filter, need, FILTER_EVERY, FILTER_EVERY, name))
            goto drop;
    }
    if (need->any & (filter->path.every | filter->raw.every)) {
        call_arguments(arguments, regs, call.flags);
        work->path_bits = work->raw_bits = 0;
        classify_arguments(work, plan_of(filter, call.number), arguments);
        if (!holds(filter, need, work->path_bits, work->raw_bits, name))
            goto drop;
    }
    bpf_tail_call(ctx, &tails, TAIL_CAPTURE);
    return finish();
drop:
    count_filtered();
    return finish();
}

/* The rest of what a call that opened needs, when its path is not enough: the text as
 * it was given, and the name of the process. */
static __always_inline bool open_holds(struct work *work, const struct filter *filter,
                                       const struct filter_need *need, struct task_struct *task,
                                       uint64_t text, uint64_t path)
{
    uint64_t name = need->uses_name ? name_bits(filter, task) : 0;

    if (!holds(filter, need, path, FILTER_EVERY, name))
        return false;
    if (!(need->any & filter->raw.every))
        return true;
    work->raw_bits = 0;
    classify_raw(text);
    return holds(filter, need, path, work->raw_bits, name);
}

/* Calls that opened something, and may not be ordinary. What is likely to rule them out
 * comes first. */
SEC("tp_btf/sys_exit")
int syscall_judge_open(uint64_t *ctx)
{
    struct pt_regs *regs = registers_of(ctx);
    long result = result_of(ctx);
    struct task_struct *task = bpf_get_current_task_btf();
    const struct filter *filter = current_filter();
    struct call call = call_of(task, regs);
    struct filter_facts facts = {.result = result};
    uint64_t arguments[6], text, path = FILTER_EVERY, others;
    const struct filter_need *need;
    const struct filter_call *plan;
    int32_t directory = AT_FDCWD;
    struct work *work;
    uint32_t verdict;

    if (call.number >= FILTER_CALLS)
        return finish();
    plan = plan_of(filter, call.number);
    if (plan->wanted & FILTER_FOR_STATE || filter->off)
        goto capture;
    if ((uint32_t)task->tgid == own_pid)
        return finish();
    call_arguments(arguments, regs, call.flags);
    if (!open_detail(call.number, arguments, &facts.detail))
        goto capture;
    verdict = verdict_of(filter, plan, &facts, task, 0);
    if (verdict == FILTER_DROP)
        goto drop;
    if (verdict > FILTER_NEEDS)
        goto capture;
    need = need_of(filter, verdict);
    if (need->group < 64 && is_masked(task, need->group))
        goto drop;
    work = work_of(WORK_SYSCALL);
    if (!need->any || !work)
        goto capture;
    work->need = verdict - 1;
    work->filter = filter != &filters[0];
    text = arguments[0];
    if (call.number == FILTER_OPENAT || call.number == FILTER_OPENAT2) {
        text = arguments[1];
        directory = arguments[0];
    }
    if (call.number != FILTER_OPEN_BY_HANDLE_AT && read_words(work, text))
        path = opened_bits(result, directory);
    others = ~(filter->path.every | filter->raw.every);
    if (!holds(filter, need, path, FILTER_EVERY, others) ||
        !open_holds(work, filter, need, task, text, path))
        goto drop;
capture:
    bpf_tail_call(ctx, &tails, TAIL_CAPTURE);
    return finish();
drop:
    count_filtered();
    return finish();
}

enum { QUICK_TEXT = 128 }; /* bytes of a path that is looked at in one piece */

/* The path in work->words is one that the need can't hold for, and stands for nothing
 * else: it is the opened file's own, or nothing was opened and the text is clean. The name
 * of the process is the key's: another thread may change it. */
static __always_inline bool is_ordinary_path(struct work *work, const struct filter *filter,
                                             const struct filter_need *need,
                                             const struct open_key *key, struct task_struct *task,
                                             address file)
{
    uint32_t length = length_anew(work);
    uint64_t name;

    if (length < 8 || length > QUICK_TEXT || text_byte(work, 0) != '/' ||
        (filter->path.top_bits && filter_is_top(work->words, 16)))
        return false;
    name = need->uses_name ? filter_name_bits(filter, key->comm[0], key->comm[1]) : 0;
    name = filter_forget(name, filter->generation);
    if (filter_path_may_hold(filter, need, work->words, length, name))
        return false;
    return file ? is_quickly_same(work, task, file) : filter_is_plain(work->words, length);
}

/* The same, asking first whether it was found so a moment ago. */
static __always_inline bool is_ordinary(struct work *work, const struct filter *filter,
                                        const struct filter_need *need, uint32_t verdict,
                                        struct task_struct *task, address file)
{
    struct open_key key = {.generation = filter->generation, .need = verdict};
    struct known_open *known = known_open_at(work);

    if (!known)
        return false;
    if (need->uses_name)
        read_comm(key.comm, task);
    if (may_be_known(work))
        key.place = file ? place_of(file) : PLACE_MISSING;
    key.place = filter_forget(key.place, filter->generation);
    if (key.place != PLACE_NONE && is_known_open(work, known, &key))
        return true;
    if (!is_ordinary_path(work, filter, need, &key, task, file))
        return false;
    /* It may have been moved while it was looked at. */
    if (key.place != PLACE_NONE && (!file || place_of(file) == key.place))
        remember_open(work, known, &key);
    return true;
}

/* A call that opens, and that no rule wants; false says nothing. In one piece, since calls
 * of functions are dear where the processor's return stack can't be trusted. */
static __always_inline bool is_ordinary_open(struct task_struct *task, struct pt_regs *regs,
                                             const struct filter *filter,
                                             const struct filter_call *plan, struct call call,
                                             long result)
{
    struct filter_facts facts = {.result = result};
    const struct filter_need *need;
    uint64_t arguments[6], how[2] = {};
    struct work *work;
    address file = 0;
    uint32_t verdict;

    if (call.number == FILTER_OPENAT2 || call.number == FILTER_OPEN_BY_HANDLE_AT ||
        plan->wanted & FILTER_FOR_STATE || filter->off)
        return false;
    call_arguments(arguments, regs, call.flags & SENSOR_COMPAT);
    facts.detail = filter_forget(filter_opener_detail(call.number, arguments, how), arguments[0]);
    verdict = verdict_of(filter, plan, &facts, task, 0);
    if (verdict == FILTER_DROP)
        return true;
    if (verdict > FILTER_NEEDS)
        return false;
    need = need_of(filter, verdict);
    if (need->group < 64 && is_masked(task, need->group))
        return true;
    work = work_of(WORK_SYSCALL);
    if (!need->any || !work || !read_words(work, arguments[call.number == FILTER_OPENAT]))
        return false;
    if (result >= 0 && !(file = current_file(task, result)))
        return false;
    return is_ordinary(work, filter, need, verdict, task, file);
}

/* A call on a descriptor of a kind with which no rule wants it; false says nothing. */
static __always_inline bool is_on_ordinary_descriptor(struct task_struct *task,
                                                      struct pt_regs *regs,
                                                      const struct filter *filter,
                                                      const struct filter_call *plan,
                                                      struct call call)
{
    if (plan->descriptor != 0 || !plan->dropped || call.flags || plan->wanted & FILTER_FOR_STATE ||
        filter->off)
        return false;
    return filter_drops_detail(plan, file_kind(current_file(task, first_argument(regs))));
}

SEC("tp_btf/sys_exit")
int syscall_exit(uint64_t *ctx)
{
    struct pt_regs *regs = registers_of(ctx);
    long result = result_of(ctx);
    const struct filter_call *plan;
    const struct filter *filter;
    struct task_struct *task;
    struct call call;
    bool is_replaced;

    if (!is_interesting(regs))
        return 0;
    task = bpf_get_current_task_btf();
    call = call_of(task, regs);
    if (call.number >= FILTER_CALLS)
        return 0;
    if (hook == HOOK_CALL && call.flags & SENSOR_COMPAT)
        return 0; /* calls without arguments have one function; the table tells of it */
    filter = current_filter();
    plan = plan_of(filter, call.number);
    if (!plan->wanted)
        return 0;
    is_replaced =
        call.number == CALL_CONNECT && connection_ends(regs, call.flags, filter->generation);
    if (!is_replaced && plan->shape == SHAPE_DESCRIPTOR &&
        is_on_ordinary_descriptor(task, regs, filter, plan, call)) {
        count_filtered();
        return 0;
    }
    if (!work_take()) {
        count_lost(plan->class);
        return 0;
    }
    if (plan->shape != SHAPE_OPEN) {
        bpf_tail_call(ctx, &tails, TAIL_JUDGE);
    } else if (is_main_hook && is_ordinary_open(task, regs, filter, plan, call, result)) {
        count_filtered();
    } else if (result >= 0) {
        bpf_tail_call(ctx, &tails, TAIL_JUDGE_OPEN);
    } else {
        bpf_tail_call(ctx, &tails, TAIL_JUDGE);
    }
    return finish();
}

/* The end of a function of the kernel; it is attached once for each. */
SEC("fexit")
int call_return(uint64_t *ctx)
{
    bpf_tail_call_static(ctx, &tails, TAIL_EXIT);
    return 0;
}

/* seccomp did not let the call through: it was not made, and this is its end. */
SEC("fexit")
int call_refusal(uint64_t *ctx)
{
    int32_t verdict = verdict_comes_first ? GIVEN(ctx, 0) : GIVEN(ctx, 1);

    if (verdict == -1)
        bpf_tail_call_static(ctx, &tails, TAIL_EXIT);
    return 0;
}

SEC("tp_btf/sys_exit")
int syscall_capture(uint64_t *ctx)
{
    struct pt_regs *regs = registers_of(ctx);
    long result = result_of(ctx);
    struct task_struct *task = bpf_get_current_task_btf();
    struct call call = call_of(task, regs);
    struct work *work = work_of(WORK_SYSCALL);
    uint32_t wanted, class;

    if (call.number >= FILTER_CALLS || !work)
        return finish();
    record_begin(work, SENSOR_SYSCALL);
    work->task = (address)task;
    work->socket_at = 0;
    work->plan = *plan_of(current_filter(), call.number);
    work->event.number = call.number;
    work->event.flags = call.flags & SENSOR_COMPAT;
    work->event.result = result;
    call_arguments(work->event.arguments, regs, call.flags);
    wanted = work->plan.wanted;
    class = work->plan.class;
    for (uint32_t i = 0; i < 6; i++)
        if (work->plan.arguments[i])
            capture_one(i);
    if (work->plan.result && result >= 0)
        capture_result_of();
    if (has_own_credentials(task) && work->plan.result != CAPTURE_RESULT_CREDENTIALS)
        add_credentials(WORK_SYSCALL);
    if (wanted & FILTER_FOR_RULES)
        work->event.flags |= SENSOR_RULES;
    if (wanted & FILTER_FOR_STATE && result >= 0)
        send_state(work);
    else
        send_bulk(work, class);
    return finish();
}
