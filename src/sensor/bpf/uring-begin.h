/* A request of io_uring that is submitted: whether any rule may want it, and its record as far as
 * it is known then.
 */
#pragma once

#include "sensor/bpf/syscall.bpf.h"
#include "sensor/bpf/uring.h"

/* Which ends of it rules may want. */
enum request_wanted { REQUEST_WANTED_DONE = 1 << 0, REQUEST_WANTED_FAILED = 1 << 1 };

static __always_inline bool may_match(const struct filter *filter, const struct filter_call *plan,
                                      struct filter_facts *facts, struct task_struct *task)
{
    uint32_t verdict = verdict_of(filter, plan, facts, task, 0);
    const struct filter_need *need;

    if (verdict == FILTER_DROP)
        return false;
    if (verdict > FILTER_NEEDS)
        return true;
    need = need_of(filter, verdict);
    return need->group >= 64 || !is_masked(task, need->group);
}

/* What it asks for, and of which file. */
__noinline int uring_look(void)
{
    struct task_struct *task = bpf_get_current_task_btf();
    struct work *work = work_of(WORK_URING_SUBMIT);
    uint32_t which;

    if (!work)
        return 0;
    which = READ(io_kiocb, work->request.at, opcode);
    ask_about(ask_of(work), work->request.at, which);
    work->request.given = uring_file(work->request.at, (address)task, which);
    work->request.made = 0;
    return 0;
}

/* enum request_wanted, by what is cheap to know. */
__noinline uint32_t uring_wanted(uint32_t number)
{
    struct task_struct *task = bpf_get_current_task_btf();
    struct work *work = work_of(WORK_URING_SUBMIT);
    const struct filter *filter = current_filter();
    const struct filter_call *plan = plan_of(filter, number);
    struct filter_facts facts = {.number = number};
    uint32_t wanted = 0;

    if (!work)
        return 0;
    if (plan->shape == SHAPE_OPEN)
        facts.detail = filter_open_detail(ask_of(work)->how[0], ask_of(work)->how[1]);
    else if (plan->shape == SHAPE_DESCRIPTOR)
        facts.detail = file_kind(work->request.given);
    work->request.detail = facts.detail;
    if (filter->off || (plan->shape == SHAPE_DESCRIPTOR && !work->request.given))
        return REQUEST_WANTED_DONE | REQUEST_WANTED_FAILED;
    if (plan->shape == SHAPE_DESCRIPTOR && plan->result == CAPTURE_RESULT_DESCRIPTOR) {
        wanted = REQUEST_WANTED_DONE; /* what is made decides */
        facts.detail = FILTER_FD_UNKNOWN;
    } else if (may_match(filter, plan, &facts, task)) {
        wanted = REQUEST_WANTED_DONE;
    }
    facts.result = -1;
    return may_match(filter, plan, &facts, task) ? wanted | REQUEST_WANTED_FAILED : wanted;
}

__noinline int uring_add_path(uint32_t index, uint64_t text, int32_t directory)
{
    struct work *work = work_of(WORK_URING_SUBMIT);

    if (work)
        capture_path(work, index, text, directory, true);
    return 0;
}

__noinline int uring_add_text(uint32_t index, uint64_t text)
{
    struct work *work = work_of(WORK_URING_SUBMIT);

    if (work)
        record_add_string(work, SENSOR_PATH, index, text, true);
    return 0;
}

__noinline int uring_add_name(uint32_t index, uint64_t from, uint32_t length, bool kernel)
{
    struct work *work = work_of(WORK_URING_SUBMIT);

    if (!work)
        return 0;
    work->request.address_at = work->length;
    capture_address(work, index, from, length, kernel);
    return 0;
}

__noinline int uring_add_message(uint32_t index, uint64_t from)
{
    struct work *work = work_of(WORK_URING_SUBMIT);

    if (!work)
        return 0;
    work->request.address_at = work->length;
    capture_message(work, index, from);
    return 0;
}

__noinline int uring_add_data(uint32_t index, uint64_t from, uint64_t length)
{
    struct work *work = work_of(WORK_URING_SUBMIT);

    if (work)
        record_add_user(work, SENSOR_DATA, index, from, length, SENSOR_DATA_LIMIT);
    return 0;
}

__noinline int uring_add_how(uint32_t index, uint64_t flags, uint64_t mode)
{
    struct work *work = work_of(WORK_URING_SUBMIT);

    if (!work)
        return 0;
    record_add(work, SENSOR_FLAGS, index, 0, &flags, sizeof(flags), sizeof(flags));
    record_add(work, SENSOR_MODE, index, 0, &mode, sizeof(mode), sizeof(mode));
    return 0;
}

__noinline int uring_add_argument(uint32_t index)
{
    struct work *work = work_of(WORK_URING_SUBMIT);
    uint32_t previous = index - 1;
    int32_t directory = AT_FDCWD;
    const struct uring_ask *ask;

    if (!work || index > 4)
        return 0;
    BOUND(previous, 5); /* of the first argument the last: never a directory */
    ask = ask_of(work);
    if (work->plan.arguments[previous] == CAPTURE_DIRFD)
        directory = ask->arguments[previous];
    switch (work->plan.arguments[index]) {
    case CAPTURE_PATH:
    case CAPTURE_PATH_CWD:
        uring_add_path(index, ask->texts[index], directory);
        break;
    case CAPTURE_PATH_RAW:
        uring_add_text(index, ask->texts[index]);
        break;
    case CAPTURE_ADDRESS:
        if (ask->name)
            uring_add_name(index, ask->name, ask->name_length, ask->name_in_kernel);
        break;
    case CAPTURE_MESSAGE:
        uring_add_message(index, ask->arguments[index]);
        break;
    case CAPTURE_DATA:
        uring_add_data(index, ask->arguments[index], ask->arguments[index + 1]);
        break;
    case CAPTURE_OPEN_HOW:
        uring_add_how(index, ask->how[0], ask->how[1]);
        break;
    }
    return 0;
}

static __always_inline bool is_compat(address ring)
{
    return BPF_CORE_READ_BITFIELD_PROBED((struct io_ring_ctx *)ring, compat);
}

/* Those of the thread, unless the program gave the request others. */
static __always_inline void add_request_credentials(struct work *work, address request,
                                                    struct task_struct *task)
{
    if (READ(io_kiocb, request, flags) & uring_has_creds)
        record_add_credentials(work, FOLLOW(io_kiocb, request, creds));
    else if (has_own_credentials(task))
        record_add_credentials(work, (address)task->cred);
}

/* The record as far as it is known when the request begins. */
__noinline int uring_begin(uint32_t number)
{
    struct task_struct *task = bpf_get_current_task_btf();
    struct work *work = work_of(WORK_URING_SUBMIT);
    const struct uring_ask *ask;
    address request;

    if (!work)
        return 0;
    ask = ask_of(work);
    request = work->request.at;
    record_begin(work, SENSOR_SYSCALL);
    work->task = (address)task;
    work->plan = *plan_of(current_filter(), number);
    work->socket_at = 0;
    work->request.ring = FOLLOW(io_kiocb, request, ctx);
    work->request.user_data = READ(io_kiocb, request, cqe.user_data);
    work->request.address_at = 0;
    work->event.number = number;
    work->event.flags = SENSOR_URING | (is_compat(work->request.ring) ? SENSOR_COMPAT : 0);
    work->event.result = 0x7fffffff; /* the most that may be moved */
    for (uint32_t i = 0; i < 6; i++)
        work->event.arguments[i] = ask->arguments[i];
    for (uint32_t i = 0; i < 5; i++)
        if (work->plan.arguments[i])
            uring_add_argument(i);
    add_request_credentials(work, request, task);
    work->request.length = work->length;
    return 0;
}
