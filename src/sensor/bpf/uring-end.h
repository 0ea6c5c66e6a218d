/* A request of io_uring that is done: what it was about and made is added to its record, which is
 * sent if a rule may still want it.
 */
#pragma once

#include "sensor/bpf/uring-begin.h"

/* The files that it is about. */
static __always_inline void find_files(struct work *work, address request, int32_t result)
{
    uint32_t which = READ(io_kiocb, request, opcode), target = uring_target(request, which);

    if (uring_has_file(which))
        work->request.given = FOLLOW(io_kiocb, request, file);
    if (result < 0)
        return;
    if (!target) {
        work->request.made_number = result;
        work->request.made = file_of(work->task, result);
        return;
    }
    work->request.made_number = target == URING_ANY_SLOT ? (uint32_t)result : target - 1;
    work->request.made = uring_slot(FOLLOW(io_kiocb, request, ctx), work->request.made_number);
}

/* The path that the record begins with, into work->words. */
static __always_inline bool read_path(struct work *work)
{
    const struct sensor_parameter *parameter =
        (const struct sensor_parameter *)(work->record + sizeof(struct sensor_event));
    uint32_t length = parameter->length;

    if (parameter->kind != SENSOR_PATH || length > QUICK_TEXT)
        return false;
    bpf_probe_read_kernel(work->words, QUICK_TEXT, parameter + 1);
    end_words(work, length);
    return true;
}

/* Each a function of its own, for the verifier's sake. `text`: enum text_kind. */
__noinline uint64_t uring_cuts(uint32_t kind, uint32_t text)
{
    struct work *work = work_of(kind);

    if (!work || !work->text_length || work->text_length > QUICK_TEXT)
        return FILTER_EVERY;
    return filter_find_cuts(table_of(work, text), work->words, work->text_length);
}

__noinline uint64_t uring_pairs(uint32_t kind, uint32_t text)
{
    struct work *work = work_of(kind);

    if (!work || !work->text_length || work->text_length > QUICK_TEXT)
        return FILTER_EVERY;
    return filter_find_pairs(table_of(work, text), work->words, work->text_length);
}

/* What the path of an open, an absolute one, may match. */
static __always_inline uint64_t path_bits(struct work *work, uint32_t kind, uint32_t text)
{
    const struct filter_text *table = table_of(work, text);

    return (table->always | table->top_bits | uring_cuts(kind, text) |
            (table->pair_count ? uring_pairs(kind, text) : 0)) &
           table->every;
}

/* A function of its own: the stacks of functions that call one another are added up, and have
 * 512 bytes. */
__noinline uint32_t uring_made_that_path(uint32_t kind)
{
    struct work *work = work_of(kind);

    return work && work->request.made &&
           is_quickly_same(work, bpf_get_current_task_btf(), work->request.made);
}

/* An open that no rule wants: what was given can't hold, and is what was opened. False says
 * nothing. */
__noinline uint32_t uring_is_ordinary(uint32_t kind, uint32_t index, int64_t result)
{
    struct task_struct *task = bpf_get_current_task_btf();
    const struct filter *filter = current_filter();
    struct work *work = work_of(kind);
    const struct filter_need *need;
    uint64_t name = 0;

    if (!work || (uint32_t)task->tgid != work->event.pid)
        return false;
    need = need_of(filter, index);
    work->filter = filter != &filters[0];
    if (!need->any || !read_path(work) || text_byte(work, 0) != '/')
        return false;
    if (need->uses_name)
        name = name_bits(filter, task);
    if (filter_need_holds(need, path_bits(work, kind, TEXT_PATH) | path_bits(work, kind, TEXT_RAW) |
                                    name))
        return false;
    if (result < 0)
        return filter_is_plain(work->words, work->text_length);
    return uring_made_that_path(kind);
}

/* Whether any rule may want it, now that it is known how it ended. */
static __always_inline bool is_wanted_now(struct work *work, uint32_t kind, int64_t result)
{
    const struct filter *filter = current_filter();
    uint32_t number = work->event.number;
    struct filter_facts facts = {.number = number, .result = result};
    const struct filter_call *plan = plan_of(filter, number);
    uint32_t verdict;
    address file;

    if (!plan->wanted)
        return false;
    if (filter->off)
        return true;
    if (!(work->request.wanted & (result < 0 ? REQUEST_WANTED_FAILED : REQUEST_WANTED_DONE)))
        return false;
    file = plan->result == CAPTURE_RESULT_DESCRIPTOR ? work->request.made : work->request.given;
    if (plan->shape == SHAPE_OPEN)
        facts.detail = work->request.detail;
    else if (plan->shape == SHAPE_DESCRIPTOR && file)
        facts.detail = file_kind(file);
    else
        return true;
    verdict = verdict_of(filter, plan, &facts, NULL, work->task);
    if (verdict == FILTER_DROP || verdict > FILTER_NEEDS || plan->shape != SHAPE_OPEN)
        return verdict != FILTER_DROP;
    return work->event.flags & SENSOR_ASSUMED || !uring_is_ordinary(kind, verdict, result);
}

__noinline int uring_add_given(uint32_t kind, uint32_t index)
{
    struct work *work = work_of(kind);

    BOUND(index, 5);
    if (work && work->request.given)
        capture_file(work, index, work->event.arguments[index], work->request.given);
    return 0;
}

__noinline int uring_add_made(uint32_t kind)
{
    struct work *work = work_of(kind);

    if (work && work->request.made)
        capture_file(work, SENSOR_INDEX_RESULT, work->request.made_number, work->request.made);
    return 0;
}

__noinline int uring_note_peer(uint32_t kind)
{
    struct work *work = work_of(kind);
    const struct sensor_parameter *parameter;
    uint32_t at;

    if (!work)
        return 0;
    at = work->request.address_at;
    if (!at || at > SENSOR_EVENT_LIMIT || !work->socket_at)
        return 0;
    parameter = (const struct sensor_parameter *)(work->record + at);
    if (parameter->kind == SENSOR_ADDRESS && parameter->length >= sizeof(struct sensor_socket))
        note_peer(work, (const struct sensor_socket *)(parameter + 1), work->request.given);
    return 0;
}

/* Adds what came of the request to the record of the area `kind`, and sends it. */
static __always_inline void end_request(struct work *work, uint32_t kind, int64_t result)
{
    struct sensor_event *event = &work->event;
    uint32_t number = event->number;

    if (number >= FILTER_CALLS)
        return;
    if (!is_wanted_now(work, kind, result)) {
        count_filtered();
        return;
    }
    work->plan = *plan_of(current_filter(), number);
    work->length = work->request.length;
    work->socket_at = 0;
    event->time = bpf_ktime_get_boot_ns();
    event->cpu = bpf_get_smp_processor_id();
    event->result = result;
    for (uint32_t i = 0; i < 2; i++)
        if (work->plan.arguments[i] == CAPTURE_DESCRIPTOR)
            uring_add_given(kind, i);
    uring_note_peer(kind);
    if (work->plan.result == CAPTURE_RESULT_DESCRIPTOR && result >= 0)
        uring_add_made(kind);
    if (work->plan.wanted & FILTER_FOR_RULES)
        event->flags |= SENSOR_RULES;
    send_bulk(work, work->plan.class);
}
