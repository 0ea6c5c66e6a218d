/* Programs: what is done through io_uring, told as the system calls that do the same.
 *
 * A request is looked at when it is submitted: its paths and addresses are in the kernel then,
 * and the process is the current one. The record that this makes waits in a table until the
 * request is done; then what came of it is added, and it is sent. What will not be told as done
 * (the program wants to hear of failures only, or no room is left in the tables) is sent at
 * once, as if it had worked (SENSOR_ASSUMED): nothing that is wanted goes unseen.
 */
#pragma once

#include "sensor/bpf/uring-end.h"

enum {
    REQUEST_SMALL = 1024,      /* bytes; more than nearly all records have */
    REQUEST_LARGE = 20 * 1024, /* two paths, two directories, and the rest */
    REQUESTS_SMALL = 4096,
    REQUESTS_LARGE = 64,
};

struct small_request {
    struct request request;
    uint8_t record[REQUEST_SMALL - sizeof(struct request)];
};

struct large_request {
    struct request request;
    uint8_t record[REQUEST_LARGE - sizeof(struct request)];
};

/* By the address of the struct io_kiocb. Allocated once: making room for each costs more than
 * all else, since what was freed is used again only after a while. */
struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, REQUESTS_SMALL);
    __type(key, uint64_t);
    __type(value, struct small_request);
} small_requests SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, REQUESTS_LARGE);
    __type(key, uint64_t);
    __type(value, struct large_request);
} large_requests SEC(".maps");

/* Requests that are done many times are told by what the program calls them, and it may call
 * several the same. */
struct request_name {
    uint64_t ring, user_data;
};

struct named_requests {
    uint64_t one; /* of them */
    uint64_t count;
};

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __uint(max_entries, REQUESTS_SMALL);
    __type(key, struct request_name);
    __type(value, struct named_requests);
} named_requests SEC(".maps");

/* Operations of which a request was kept: completions of others are done with at once. */
uint8_t uring_kept[URING_OPERATIONS] = {};
bool uring_keeps_names = false;

/* The open that a ring did last. When several requests are submitted at once, none is told as done
 * before all are: what is opened may be closed until then. So an open is looked at when the next
 * request begins. */
enum { LAST_OPENS = 256 }; /* rings beyond share them */

uint64_t last_rings[LAST_OPENS] = {};
uint64_t last_opens[LAST_OPENS] = {};

static __always_inline uint32_t last_open_at(uint64_t ring)
{
    return (ring >> 11) & (LAST_OPENS - 1);
}

/* ---- A request is done ---- */

struct search {
    struct request_name name;
    bool done; /* with that result */
    int32_t result;
    uint32_t flags;
    uint64_t found;
};

/* A request of that name. */
static long search_step(void *map, const uint64_t *key, const struct request *kept,
                        struct search *search)
{
    if (kept->ring != search->name.ring || kept->user_data != search->name.user_data)
        return 0;
    if (search->done && (READ(io_kiocb, *key, cqe.res) != search->result ||
                         READ(io_kiocb, *key, cqe.flags) != search->flags))
        return 0;
    search->found = *key;
    return 1;
}

static __noinline uint64_t search_request(struct search *search)
{
    bpf_for_each_map_elem(&small_requests, search_step, search, 0);
    if (!search->found)
        bpf_for_each_map_elem(&large_requests, search_step, search, 0);
    return search->found;
}

/* It is done for good, and stands in no table any more. */
static __always_inline void forget_name(const struct request *request)
{
    struct search search = {.name = {request->ring, request->user_data}};
    struct named_requests *named = bpf_map_lookup_elem(&named_requests, &search.name);

    if (!named)
        return;
    if (named->count <= 1) {
        bpf_map_delete_elem(&named_requests, &search.name);
        return;
    }
    named->count--;
    if (named->one == request->at)
        named->one = search_request(&search);
}

/* Into the area; false: nobody waits for it. `keeps`: it is done again. */
static __always_inline bool take_request(struct work *work, address request, bool keeps)
{
    const struct small_request *small = bpf_map_lookup_elem(&small_requests, &request);
    const struct large_request *large;

    if (small) {
        bpf_probe_read_kernel(&work->request, sizeof(*small), small);
        if (!keeps)
            bpf_map_delete_elem(&small_requests, &request);
        return true;
    }
    large = bpf_map_lookup_elem(&large_requests, &request);
    if (!large)
        return false;
    bpf_probe_read_kernel(&work->request, sizeof(*large), large);
    if (!keeps)
        bpf_map_delete_elem(&large_requests, &request);
    return true;
}

static __always_inline void complete_request(uint32_t kind, address request, int32_t result,
                                             bool keeps)
{
    struct task_struct *task = bpf_get_current_task_btf();
    struct work *work = work_of(kind);

    if (!work || !take_request(work, request, keeps))
        return;
    if (!keeps && work->request.goes_on)
        forget_name(&work->request);
    work->task = (uint32_t)task->tgid == work->event.pid ? (address)task : uring_task(request);
    find_files(work, request, result);
    end_request(work, kind, result);
}

/* One of many completions. */
static __always_inline void complete_once(uint32_t kind, address ring, uint64_t user_data,
                                          int32_t result)
{
    struct request_name name = {ring, user_data};
    const struct named_requests *named;

    if (uring_keeps_names && (named = bpf_map_lookup_elem(&named_requests, &name)))
        complete_request(kind, named->one, result, true);
}

SEC("tp_btf/io_uring_complete")
int uring_complete(uint64_t *ctx)
{
    address ring = ctx[0], request = ctx[1];
    uint64_t user_data;
    int32_t result;

    if (request && !uring_kept[READ(io_kiocb, request, opcode) & (URING_OPERATIONS - 1)])
        return 0;
    if (uring_tells_cqe) {
        address cqe = ctx[2];

        user_data = READ(io_uring_cqe, cqe, user_data);
        result = READ(io_uring_cqe, cqe, res);
    } else {
        user_data = ctx[2];
        result = ctx[3];
    }
    if (request)
        complete_request(WORK_URING_COMPLETE, request, result, false);
    else
        complete_once(WORK_URING_COMPLETE, ring, user_data, result);
    return 0;
}

/* ---- A request is submitted ---- */

static __always_inline void keep_name(const struct work *work)
{
    const struct request_name name = {work->request.ring, work->request.user_data};
    struct named_requests *found = bpf_map_lookup_elem(&named_requests, &name);
    struct named_requests first = {work->request.at, 1};

    uring_keeps_names = true;
    if (found) {
        found->one = work->request.at;
        found->count++;
    } else if (bpf_map_update_elem(&named_requests, &name, &first, BPF_ANY)) {
        count_lost(work->plan.class);
    }
}

static __always_inline void keep_last(const struct work *work)
{
    uint32_t at = last_open_at(work->request.ring);

    last_opens[at] = work->request.at;
    last_rings[at] = work->request.ring;
}

/* False: there is no room. */
static __always_inline bool keep_request(struct work *work, uint32_t which)
{
    uint64_t request = work->request.at;
    uint32_t length = work->length;

    work->request.goes_on =
        which == URING_ACCEPT && READ(io_kiocb, request, flags) & uring_is_multishot;
    /* Of what had this address before the end was not told. */
    if (!bpf_map_delete_elem(&small_requests, &request) ||
        !bpf_map_delete_elem(&large_requests, &request))
        count_lost(work->plan.class);
    if (length <= sizeof(((struct small_request *)0)->record)) {
        if (bpf_map_update_elem(&small_requests, &request, &work->request, BPF_ANY))
            return false;
    } else if (bpf_map_update_elem(&large_requests, &request, &work->request, BPF_ANY)) {
        return false;
    }
    uring_kept[which & (URING_OPERATIONS - 1)] = 1;
    if (work->request.goes_on)
        keep_name(work);
    if (work->plan.shape == SHAPE_OPEN)
        keep_last(work);
    return true;
}

__noinline int uring_complete_last(uint32_t at)
{
    uint64_t request;
    uint32_t which;

    BOUND(at, LAST_OPENS - 1);
    request = last_opens[at];
    last_rings[at] = 0;
    which = READ(io_kiocb, request, opcode);
    if ((which == URING_OPENAT || which == URING_OPENAT2) &&
        !(READ(io_kiocb, request, flags) & uring_is_open))
        complete_request(WORK_URING_SUBMIT, request, READ(io_kiocb, request, cqe.res), false);
    return 0;
}

SEC("tp_btf/io_uring_submit_req")
int BPF_PROG(uring_submit, struct io_kiocb *submitted)
{
    address request = (address)submitted, ring = FOLLOW(io_kiocb, request, ctx);
    uint32_t which = READ(io_kiocb, request, opcode), number, wanted;
    uint32_t at = last_open_at(ring);
    struct work *work;

    if (last_rings[at] == ring)
        uring_complete_last(at);
    if (which >= URING_OPERATIONS)
        return 0;
    number = uring_calls[which];
    if (number >= FILTER_CALLS || !interest[number])
        return 0;
    if (!plan_of(current_filter(), number)->wanted || bpf_get_current_pid_tgid() >> 32 == own_pid ||
        !(work = work_of(WORK_URING_SUBMIT)))
        return 0;
    work->request.at = request;
    uring_look();
    wanted = uring_wanted(number);
    if (!wanted) {
        count_filtered();
        return 0;
    }
    uring_begin(number);
    work->request.wanted = wanted;
    if (READ(io_kiocb, request, flags) & URING_SKIPS_SUCCESS || !keep_request(work, which)) {
        work->event.flags |= SENSOR_ASSUMED;
        end_request(work, WORK_URING_SUBMIT, 0);
    }
    return 0;
}

/* ---- The ring of completions is full ---- */

SEC("tp_btf/io_uring_cqe_overflow")
int BPF_PROG(uring_overflow, void *ring, unsigned long long user_data, int32_t result,
             uint32_t flags)
{
    struct search search = {
        .name = {(address)ring, user_data}, .done = true, .result = result, .flags = flags};

    if (flags & URING_MORE)
        complete_once(WORK_URING_OVERFLOW, (address)ring, user_data, result);
    else if (search_request(&search))
        complete_request(WORK_URING_OVERFLOW, search.found, result, false);
    return 0;
}
