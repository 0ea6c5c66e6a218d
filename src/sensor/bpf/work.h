/* Where a record is made, and how it is sent.
 *
 * Each kind of program has an area of its own on each processor. The kernel
 * keeps a program from running twice at once on one processor (it counts what
 * it skips, see probe_counts()), so areas are never shared, even where tracing
 * programs may be preempted; programs on single calls take and leave theirs.
 */
#pragma once

#include "sensor/bpf/maps.h"

enum work_kind {
    WORK_SYSCALL,
    WORK_EXEC,
    WORK_FORK,
    WORK_EXIT,
    WORK_RENAME,
    WORK_CGROUP_MAKE,
    WORK_CGROUP_REMOVE,
    WORK_CGROUP_ENTER,
    WORK_ITERATOR,
    WORK_URING_SUBMIT,
    WORK_URING_COMPLETE,
    WORK_URING_OVERFLOW,
    WORK_KINDS,
};

enum {
    PATH_BUFFER = 8192, /* a power of two; a path grows down from its start */
    PATH_START = SENSOR_PATH_LIMIT + 8,
    NAME_LIMIT = 255,
    QUICK_CHUNKS = 4,    /* of 8 bytes: longer names are not compared in one piece */
    RECORD_SLACK = 8192, /* behind the limit: the largest parameter and its padding */
};

/* Of a request of io_uring, while it runs. */
struct request {
    address at; /* the struct io_kiocb */
    uint64_t ring, user_data;
    address given;       /* the file behind the call's descriptor; 0: none */
    address made;        /* the one that it returned */
    int32_t made_number; /* of that: a descriptor, or a slot of the ring */
    uint32_t length;     /* of its record so far */
    uint32_t address_at; /* where the record's ADDRESS stands; 0: none */
    uint8_t wanted;      /* enum request_wanted */
    uint8_t detail;      /* as of struct filter_facts, when it was submitted */
    uint16_t goes_on;    /* it is done many times */
};

struct work {
    uint64_t words[66];          /* a text to be classified: FILTER_TEXT bytes, and room for any
                                    offset that the verifier thinks of */
    uint64_t name[QUICK_CHUNKS]; /* the beginning of one that is compared with the text */
    uint32_t text_length;
    uint32_t length; /* of the record so far */
    uint32_t path_at, path_length, path_flags;
    address mount, dentry, root_mount, root_dentry; /* where a walk stands */
    address task;                                   /* whose call or state it is */
    uint64_t how[2];                                /* open_how: flags, mode */
    uint32_t need;                                  /* index of the need that texts are judged by */
    uint32_t socket_at;                             /* where the record's SOCKET stands; 0: none */
    struct filter_call plan;
    uint32_t text_end, ups, odd, differs; /* of a walk, see lexical.h */
    uint32_t filter;                      /* index of the one that decides */
    uint32_t busy;                        /* a program of calls uses it, see work_take() */
    uint64_t path_bits, raw_bits;         /* of the texts so far */
    struct request request;               /* kept together with the record, see uring.h */
    union {
        struct sensor_event event;
        uint8_t record[SENSOR_EVENT_LIMIT + RECORD_SLACK];
    };
    uint8_t path[PATH_BUFFER + NAME_LIMIT + 9];
};

/* A limit that the verifier sees, whatever the compiler knows already. */
#define BOUND(variable, limit)                                                                     \
    do {                                                                                           \
        asm volatile("" : "+r"(variable));                                                         \
        if ((variable) > (limit))                                                                  \
            (variable) = (limit);                                                                  \
        asm volatile("" : "+r"(variable));                                                         \
    } while (0)

/* The index, or 0 where it is beyond the limit: below, the verifier follows one state, where a
 * BOUND() leaves it a second one for the limit itself. */
static __always_inline uint64_t index_to(uint64_t index, const uint32_t limit)
{
    asm volatile("if %0 > %1 goto +1\ngoto +1\n%0 = 0" : "+r"(index) : "i"(limit));
    return index;
}

/* Of the text, as filter_forget(): a loop over it leaves the verifier a state for each length. */
static __always_inline uint32_t length_anew(const struct work *work)
{
    return *(const volatile uint32_t *)&work->text_length;
}

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, WORK_KINDS); /* times the processors, set before loading */
    __type(key, uint32_t);
    __type(value, struct work);
} works SEC(".maps");

static __always_inline struct work *work_of(uint32_t kind)
{
    uint32_t at = bpf_get_smp_processor_id() * WORK_KINDS + kind;

    return bpf_map_lookup_elem(&works, &at);
}

/* The kernel keeps one program from running twice at once on a processor, but not programs
 * on different functions: where the kernel itself can be preempted, who comes in between
 * finds the area taken, as it would have found the one program running. */
static __always_inline bool work_take(void)
{
    struct work *work;

    if (hook == HOOK_RETURN)
        return true;
    work = work_of(WORK_SYSCALL);
    return work && !__sync_lock_test_and_set(&work->busy, 1);
}

static __always_inline void work_leave(void)
{
    struct work *work;

    if (hook != HOOK_RETURN && (work = work_of(WORK_SYSCALL)))
        *(volatile uint32_t *)&work->busy = 0;
}

static __always_inline void record_begin(struct work *work, uint32_t kind)
{
    struct sensor_event *event = &work->event;
    uint64_t id = bpf_get_current_pid_tgid();

    __builtin_memset(event, 0, sizeof(*event));
    event->kind = kind;
    event->time = bpf_ktime_get_boot_ns();
    event->pid = id >> 32;
    event->tid = id;
    event->cpu = bpf_get_smp_processor_id();
    work->length = sizeof(*event);
}

/* Begins a parameter at the record's end; NULL: there is no room. */
static __always_inline struct sensor_parameter *record_room(struct work *work)
{
    uint32_t at = work->length;

    if (at > SENSOR_EVENT_LIMIT - sizeof(struct sensor_parameter) || at & 7) {
        work->event.flags |= SENSOR_CUT;
        return NULL;
    }
    return (struct sensor_parameter *)(work->record + at);
}

/* Ends it: `length` bytes were written behind it (below 4104). */
static __always_inline void record_close(struct work *work, struct sensor_parameter *parameter,
                                         uint32_t kind, uint32_t index, uint32_t flags,
                                         uint32_t length)
{
    uint32_t after = work->length + sizeof(*parameter) + ((length + 7) & ~7u);

    if (after > SENSOR_EVENT_LIMIT) {
        work->event.flags |= SENSOR_CUT;
        return;
    }
    parameter->kind = kind;
    parameter->index = index;
    parameter->flags = flags;
    parameter->length = length;
    if (flags & (SENSOR_PARAMETER_CUT | SENSOR_PARAMETER_FAULT))
        work->event.flags |= SENSOR_CUT;
    work->event.parameter_count++;
    work->length = after;
}

/* Zeros behind `length` bytes of a parameter, for its padding. */
static __always_inline void record_pad(struct sensor_parameter *parameter, uint32_t length)
{
    *(uint64_t *)((uint8_t *)(parameter + 1) + (length & 8191)) = 0;
}

/* A struct or text in kernel memory (`limit` a constant below 4097). */
static __always_inline void record_add(struct work *work, uint32_t kind, uint32_t index,
                                       uint32_t flags, const void *from, uint32_t length,
                                       uint32_t limit)
{
    struct sensor_parameter *parameter = record_room(work);

    if (!parameter)
        return;
    BOUND(length, limit);
    bpf_probe_read_kernel(parameter + 1, length, from);
    record_pad(parameter, length);
    record_close(work, parameter, kind, index, flags, length);
}

/* A text with a NUL at its end, in user memory or (`kernel`) in the kernel's. */
static __always_inline void record_add_string(struct work *work, uint32_t kind, uint32_t index,
                                              address from, bool kernel)
{
    struct sensor_parameter *parameter = record_room(work);
    uint32_t flags = 0;
    long length;

    if (!parameter)
        return;
    length = kernel ? bpf_probe_read_kernel_str(parameter + 1, SENSOR_PATH_LIMIT, (void *)from)
                    : bpf_probe_read_user_str(parameter + 1, SENSOR_PATH_LIMIT, (void *)from);
    if (length <= 0) {
        flags = SENSOR_PARAMETER_FAULT;
        length = 1;
    } else if (length == SENSOR_PATH_LIMIT) {
        flags = SENSOR_PARAMETER_CUT;
    }
    length--;
    record_pad(parameter, length);
    record_close(work, parameter, kind, index, flags, length);
}

/* Bytes of user memory. */
static __always_inline void record_add_user(struct work *work, uint32_t kind, uint32_t index,
                                            address from, uint64_t length, uint32_t limit)
{
    struct sensor_parameter *parameter = record_room(work);
    uint32_t flags = 0, size = length;

    if (!parameter)
        return;
    if (length > limit) {
        size = limit;
        flags = SENSOR_PARAMETER_CUT;
    }
    BOUND(size, SENSOR_PATH_LIMIT);
    if (bpf_probe_read_user(parameter + 1, size, (void *)from)) {
        flags = SENSOR_PARAMETER_FAULT;
        size = 0;
    }
    record_pad(parameter, size);
    record_close(work, parameter, kind, index, flags, size);
}

/* Of the bulk ring's space, what is unread: beyond three quarters classes are refused, the
 * last first. */
static __always_inline bool ring_refuses(uint64_t unread, uint32_t class)
{
    uint64_t quarter = ring_bytes / 4, sixteenth = ring_bytes / 16;

    if (unread < 3 * quarter)
        return false;
    return (class == SENSOR_CLASS_OTHER) ||
           (class == SENSOR_CLASS_FILE && unread > 13 * sixteenth) ||
           (class == SENSOR_CLASS_NETWORK && unread > 14 * sixteenth);
}

static __always_inline void *bulk_ring_of(uint32_t cpu)
{
    uint32_t at = cpu & (ring_count - 1);

    return bpf_map_lookup_elem(&bulk_rings, &at);
}

/* How an event that was made at `now` is submitted. */
static __always_inline uint64_t wakeup_after(struct processor_counts *count, uint64_t now,
                                             uint64_t while_ns)
{
    if (now - count->woken < while_ns)
        return BPF_RB_NO_WAKEUP;
    count->woken = now;
    return BPF_RB_FORCE_WAKEUP;
}

static __always_inline uint64_t wakeup_soon(struct processor_counts *count, uint64_t now)
{
    uint32_t state = *(volatile uint32_t *)&reader_state;

    return state == READER_WAITS ? wakeup_after(count, now, SHARED_WAKE_NS) : BPF_RB_NO_WAKEUP;
}

/* Most events can wait until the reader looks by itself, if there is room. */
static __always_inline uint64_t wakeup_of(struct processor_counts *count, uint64_t now,
                                          uint64_t unread, uint32_t class)
{
    uint32_t state = *(volatile uint32_t *)&reader_state;

    if (unread > ring_bytes / 4 && state != READER_RUNS)
        return wakeup_after(count, now, SHARED_WAKE_SOON_NS);
    return class <= SENSOR_CLASS_PRIVILEGED ? wakeup_soon(count, now) : BPF_RB_NO_WAKEUP;
}

/* Whoever changes its name or its directory in a loop may not take the room of programs
 * that begin: of the state ring half is for such changes, three quarters for cgroups. */
static __always_inline bool state_refuses(uint32_t kind)
{
    uint64_t unread = bpf_ringbuf_query(&state_ring, BPF_RB_AVAIL_DATA);

    if (unread < state_bytes / 2)
        return false;
    return kind == SENSOR_SYSCALL || kind == SENSOR_RENAME ||
           (unread > state_bytes / 4 * 3 &&
            (kind == SENSOR_CGROUP_MAKE || kind == SENSOR_CGROUP_REMOVE));
}

static __always_inline void send_state(struct work *work)
{
    struct processor_counts *count = counts_of(work->event.cpu);
    uint32_t length = work->length;

    work->event.size = length;
    work->event.flags |= SENSOR_STATE;
    work->event.sequence = count->sequence++;
    if (length > SENSOR_EVENT_LIMIT || state_refuses(work->event.kind) ||
        bpf_ringbuf_output(&state_ring, work->record, length,
                           wakeup_soon(count, work->event.time))) {
        count->lost[SENSOR_CLASS_STATE]++;
        count->state_gaps++;
        return;
    }
    count->sent++;
    count->sent_bytes += length;
}

static __always_inline void send_bulk(struct work *work, uint32_t class)
{
    uint32_t cpu = work->event.cpu, length = work->length;
    struct processor_counts *count = counts_of(cpu);
    void *ring = bulk_ring_of(cpu);
    uint64_t unread;

    BOUND(class, SENSOR_CLASS_OTHER); /* the last */
    if (!ring || length > SENSOR_EVENT_LIMIT)
        return;
    work->event.size = length;
    unread = bpf_ringbuf_query(ring, BPF_RB_AVAIL_DATA);
    if (ring_refuses(unread, class) ||
        bpf_ringbuf_output(ring, work->record, length,
                           wakeup_of(count, work->event.time, unread, class))) {
        count->lost[class]++;
        return;
    }
    count->sent++;
    count->sent_bytes += length;
}
